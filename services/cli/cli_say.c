/* cli_say.c - what the server says, in the user's words: refusals, errors, states, dates,
 * documents. */
#include "common/base/clock.h"
#include "common/domain/rule.h"
#include "common/domain/task_state.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LEN(table) (sizeof(table) / sizeof((table)[0]))

/* Arguments are the rules' own words; states and actions have names for people. */
static const char *argument_words(enum cli_lang lang, const char *word)
{
	static const struct cli_name actions[] = {
		{DD_ACT_REPORT, "cập nhật tiến độ", "report progress"},
		{DD_ACT_REQUEST_COMPLETION, "đề nghị xác nhận hoàn thành", "request completion"},
		{DD_ACT_CONFIRM, "xác nhận hoàn thành", "confirm completion"},
		{DD_ACT_RETURN, "trả lại", "return"},
		{DD_ACT_REQUEST_EXTENSION, "đề nghị gia hạn", "request extension"},
		{DD_ACT_GRANT_EXTENSION, "đồng ý gia hạn", "grant extension"},
		{DD_ACT_REFUSE_EXTENSION, "không đồng ý gia hạn", "refuse extension"},
		{DD_ACT_ASSIGN, "chuyển đơn vị chủ trì", "assign"},
		{DD_ACT_RECEIVE, "nhận nhiệm vụ", "receive"},
		{DD_ACT_ASK_REFUSAL, "đề nghị trả lại nhiệm vụ", "ask to refuse"},
		{DD_ACT_GRANT_REFUSAL, "đồng ý cho trả lại", "grant the refusal"},
		{DD_ACT_DENY_REFUSAL, "không đồng ý cho trả lại", "deny the refusal"},
		{DD_ACT_ASK_TRANSFER, "đề nghị chuyển nhiệm vụ", "ask for a transfer"},
		{DD_ACT_GRANT_TRANSFER, "đồng ý chuyển", "grant the transfer"},
		{DD_ACT_DENY_TRANSFER, "không đồng ý chuyển", "deny the transfer"},
		{DD_ACT_PAUSE, "tạm dừng", "pause"},
		{DD_ACT_RESUME, "tiếp tục", "resume"},
		{DD_ACT_CANCEL, "thôi thực hiện", "cancel"},
		{DD_ACT_REMOVE, "xóa nhiệm vụ nhập nhầm", "remove"},
		{DD_ACT_CARRY, "chuyển sang kỳ sau", "carry over"},
		{DD_ACT_END, "kết thúc theo năm", "end with the year"},
		{DD_ACT_KEEP, "giữ lại sau năm", "keep beyond the year"},
		{DD_ACT_WITHDRAW_UPDATE, "rút lại cập nhật", "withdraw an update"},
		{DD_ACT_WITHDRAW_REQUEST, "rút lại đề nghị", "withdraw a request"},
		{DD_ACT_TAKE_BACK, "thu hồi quyết định", "take a decision back"},
		{DD_ACT_RESOLVE, "xử lý xung đột", "resolve a conflict"},
		{DD_ACT_PASS_ON, "giao trong đơn vị", "pass on"},
		{DD_ACT_UNCHANGED, "báo không thay đổi", "report no change"},
		{DD_ACT_PRODUCT, "cập nhật sản phẩm", "report a product"},
		{DD_ACT_EXPLAIN, "giải trình chậm hạn", "explain lateness"},
		{DD_ACT_DECIDE_EXPLANATION, "quyết định về giải trình", "decide an explanation"},
		{DD_ACT_ASK_UNIT, "hỏi đơn vị khác", "ask another unit"},
		{DD_ACT_ANSWER, "trả lời", "answer"},
		{DD_ACT_CLOSE_ASK, "khép câu hỏi", "close a question"},
		{DD_ACT_COMMENT, "trao đổi", "comment"},
		{DD_ACT_ATTACH, "đính kèm tệp", "attach a file"},
		{DD_ACT_DATE, "ấn định thời hạn", "set the date"},
		{DD_ACT_MOVE_UNIT, "chuyển theo đơn vị", "move with the unit"},
	};

	for (int i = 0; i < DD_TASK_STATE_COUNT; i++) {
		if (strcmp(word, dd_task_state_name((enum dd_task_state)i)) == 0)
			return cli_name_state(lang, i);
	}
	for (size_t i = 0; i < LEN(actions); i++) {
		if (strcmp(word, dd_task_action_name((enum dd_task_action)actions[i].value)) == 0)
			return lang == CLI_VI ? actions[i].vi : actions[i].en;
	}
	return word;
}

const char *cli_name_refusal(enum cli_lang lang, int code)
{
	/* By RefusalCode. */
	static const char *const names[][CLI_LANG_COUNT] = {
		{"không rõ lý do", "for no reason given"},
		{"nội dung lệnh không đọc được", "the command cannot be read"},
		{"công cụ này mới hơn máy chủ; nâng cấp máy chủ hoặc dùng bản cũ hơn",
		 "this tool is newer than the server; upgrade the server or use an older tool"},
		{"không có nhiệm vụ này", "there is no such task"},
		{"không có đơn vị này; xem dondoc unit list",
		 "there is no such unit; see dondoc unit list"},
		{"đơn vị này không có quyền làm việc đó với nhiệm vụ này; xem --as-unit",
		 "this unit has no right to do that with this task; see --as-unit"},
		{"trạng thái hiện tại không cho phép", "the task's state does not allow it"},
		{"thiếu thông tin bắt buộc", "something required is missing"},
		{"giá trị ngoài phạm vi cho phép", "a value is out of range"},
		{"không có đề nghị nào đang chờ", "there is no such pending request"},
		{"đã có đề nghị đang chờ quyết định", "such a request is pending already"},
		{"tiến độ giảm phải có ghi chú lý do (--note)",
		 "progress may not fall without a note that says why (--note)"},
		{"tệp nhập vào có lỗi, không ghi gì", "the files have faults; nothing was written"},
		{"máy chủ không có tệp đã nêu; chạy lại lệnh",
		 "a file named is not on the server; run the command again"},
		{"quá dài", "too long"},
		{"không có gì thay đổi", "it would change nothing"},
		{"một dịch vụ nhắc việc khác đang giữ quyền gửi",
		 "another notification service holds the lease"},
		{"lệnh được lập từ sổ sự kiện khác (máy chủ đã khôi phục?); xem lại rồi lập lại",
		 "it was made from another log (was the server restored?); look and make it again"},
		{"không có kế hoạch này; xem dondoc plan list",
		 "there is no such plan; see dondoc plan list"},
		{"tình trạng của kế hoạch không cho phép", "the plan's state does not allow it"},
		{"không có nội dung, đề nghị hoặc quyết định này",
		 "there is no such entry, request or decision"},
		{"đã quá thời hạn được làm việc này", "the days for it are over"},
		{"đơn vị này đã chấm dứt hoạt động", "this unit exists no more"},
		{"đơn vị không thuộc phạm vi được giao", "the unit is not within your scope"},
		{"chưa nêu người, hoặc người này không có vai trò được làm việc đó",
		 "nobody is named, or this person has no role that may do that"},
		{"thời hạn ban đầu không bao giờ thay đổi", "the first due day never changes"},
		{"tạo thành vòng lặp", "it would make a circle"},
		{"đã được dùng rồi", "it is taken already"},
		{"còn sản phẩm chưa có minh chứng", "products without evidence are open"},
		{"còn nhiệm vụ chưa được quyết định", "open tasks are undecided"},
		{"danh sách chưa đủ mọi nhiệm vụ", "the list leaves tasks out"},
		{"cần hai người khác nhau", "two different persons are needed"},
		{"loại tệp không được nhận", "files of this type are not taken"},
		{"kỳ số liệu đã chốt", "the period is locked"},
		{"đã có việc làm sau đó, nếu thu hồi sẽ mất",
		 "something was done since that would be lost"},
		{"đơn vị không dùng chức năng này; xem dondoc setting list",
		 "the authority does not use this; see dondoc setting list"},
		{"đã có đơn vị thực hiện, không xóa được",
		 "somebody has worked on it: it cannot be removed"},
		{"không có thiết lập này; xem dondoc setting list",
		 "there is no such setting; see dondoc setting list"},
		{"nhiệm vụ phải xong trước chưa xong",
		 "tasks that must be finished before are not"},
		{"cơ quan theo dõi chủ trì việc này nên không tự quyết định; cần thủ trưởng hoặc "
		 "lãnh đạo "
		 "phụ trách (xem decide.own)",
		 "the agency leads this task itself: its head or the leader in charge decides (see "
		 "decide.own)"},
		{"nguyên nhân không có trong danh mục (--cause)",
		 "the cause is none of the list (--cause)"},
		{"người khác trong đơn vị đã gửi; chỉ người gửi, đầu mối hoặc thủ trưởng đơn vị "
		 "sửa được",
		 "another person of the unit sent it: he, the focal person or the head corrects "
		 "it"},
		{"người ký tên có vai trò ở đơn vị khác; gửi từ đơn vị của người đó, hoặc giao vai "
		 "trò hay "
		 "thay mặt tại đơn vị này (dondoc person grant, deputy)",
		 "this person's roles lie in other units: send it from his own office, or give him "
		 "a role "
		 "or a deputyship here (dondoc person grant, deputy)"},
		{"phiếu báo cáo này đã nói đúng như vậy rồi, không ghi lần thứ hai",
		 "this reporting sheet has said just this before; it is not recorded twice"},
		{"mã mời không dùng được: used = đã dùng, expired = hết hạn, revoked = đã thu hồi; "
		 "xin mã mới ở trung tâm",
		 "the invitation does not hold: used, expired, revoked or unknown; ask the centre "
		 "for a new one"},
		{"nhật ký này không có vị trí ghi trong bản sao lưu",
		 "this log does not have the position that the backup names"},
		{"không có lần khôi phục nào đang chờ cho chạy tiếp",
		 "no restore waits for its release"},
		{"quy tắc nhắc việc không thể như vậy; xem dondoc remind rule --help",
		 "a rule of reminders cannot be so; see dondoc remind rule --help"},
		{"từ khi xem trước đã có thay đổi; xem lại: dondoc remind start KẾ-HOẠCH",
		 "something has changed since the preview; look again: dondoc remind start PLAN"},
		{"chưa ai được nhắc như vậy; xem dondoc remind log",
		 "nobody was told that; see dondoc remind log"},
	};

	return code >= 0 && (size_t)code < LEN(names) ? names[code][lang] : "?";
}

static void add_arguments(enum cli_lang lang, char *const *arguments, size_t count,
			  struct dd_buf *out)
{
	for (size_t i = 0; i < count; i++)
		dd_buf_printf(out, "%s%s", i ? ", " : " (", argument_words(lang, arguments[i]));
	if (count > 0)
		dd_buf_text(out, ")");
}

void cli_refusal_words(enum cli_lang lang, const Dondoc__V1__Refusal *refusal, struct dd_buf *out)
{
	const char *name = cli_name_refusal(lang, refusal ? (int)refusal->code : 0);

	if (refusal && strcmp(name, "?") == 0) {
		dd_buf_text(out, refusal->text);
		return;
	}
	dd_buf_text(out, name);
	if (refusal)
		add_arguments(lang, refusal->arguments, refusal->n_arguments, out);
	if (refusal && refusal->text[0])
		dd_buf_printf(out, " [%s]", refusal->text);
}

const char *cli_name_error(enum cli_lang lang, int code)
{
	/* By ErrorCode. */
	static const char *const names[][CLI_LANG_COUNT] = {
		{"lỗi không rõ", "an unknown error"},
		{"câu hỏi không đúng", "the request is malformed"},
		{"không có quyền", "not permitted"},
		{"không tìm thấy", "not found"},
		{"đang bận; thử lại sau", "busy; try again later"},
		{"dịch vụ này không làm việc đó; chọn dịch vụ khác bằng -e",
		 "this service does not do that; choose another with -e"},
		{"quá lớn", "too large"},
		{"lỗi bên trong dịch vụ; xem nhật ký vận hành của nó",
		 "the service failed; see its own journal"},
		{"có nhiều hơn một; ghi rõ KẾ-HOẠCH/mã", "ambiguous; write PLAN/code"},
		{"nhật ký ở đó khác với phần đã đọc", "the log there differs from what was read"},
	};

	return code >= 0 && (size_t)code < LEN(names) ? names[code][lang] : "?";
}

void cli_error_words(enum cli_lang lang, const Dondoc__V1__Error *error, struct dd_buf *out)
{
	dd_buf_text(out, cli_name_error(lang, (int)error->code));
	add_arguments(lang, error->arguments, error->n_arguments, out);
	if (error->text[0])
		dd_buf_printf(out, " [%s]", error->text);
}

#define OFFICE_WITHDRAWN "withdrawn by the office" /* as office_outbox.h has it */

void cli_outbox_words(enum cli_lang lang, const char *text, struct dd_buf *out)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		&dondoc__v1__command_body__descriptor, text);
	const ProtobufCEnumDescriptor *codes = &dondoc__v1__refusal_code__descriptor;
	char name[64];
	size_t len = strcspn(text, ": ");
	const ProtobufCEnumValue *code;

	snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : 0), text);
	code = protobuf_c_enum_descriptor_get_value_by_name(codes, name);
	if (field)
		dd_buf_text(out, cli_name_action(lang, (int)field->id));
	else if (code)
		dd_buf_printf(out, "%s%s", cli_name_refusal(lang, code->value), text + len);
	else if (strncmp(text, OFFICE_WITHDRAWN, strlen(OFFICE_WITHDRAWN)) == 0)
		dd_buf_printf(out, "%s%s", cli_text(lang, TEXT_WITHDRAWN_HERE),
			      text + strlen(OFFICE_WITHDRAWN));
	else if (strcmp(text, "HEAD_DECIDED") == 0)
		dd_buf_text(out, cli_text(lang, TEXT_HEAD_DECIDED));
	else
		dd_buf_text(out, text);
}

static bool is_open(int state)
{
	return state == DONDOC__V1__TASK_STATE__TASK_ASSIGNED ||
	       state == DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS ||
	       state == DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION ||
	       state == DONDOC__V1__TASK_STATE__TASK_RETURNED;
}

/* How late it is, or was, is as the service judges. */
static void put_time_words(enum cli_lang lang, const Dondoc__V1__TaskRow *task, struct dd_buf *out)
{
	bool overdue = task->time_state == DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	char days[16];
	const char *args[] = {days};

	if (task->state == DONDOC__V1__TASK_STATE__TASK_COMPLETED) {
		dd_buf_printf(
			out, ", %s",
			cli_text(lang, task->days_late > 0 ? TEXT_DONE_LATE : TEXT_DONE_ON_TIME));
		return;
	}
	if (!is_open((int)task->state))
		return;
	snprintf(days, sizeof(days), "%" PRId64,
		 overdue ? (int64_t)task->days_late : (int64_t)task->days_left);
	if (overdue) {
		dd_buf_text(out, ", ");
		cli_fill(out, cli_text(lang, TEXT_OVERDUE_DAYS), args, 1);
	} else if (task->time_state == DONDOC__V1__TIME_STATE__TIME_NEAR_DUE) {
		dd_buf_text(out, ", ");
		cli_fill(out, cli_text(lang, TEXT_NEAR_DAYS), args, 1);
	}
}

void cli_state_words(enum cli_lang lang, const Dondoc__V1__TaskRow *task, struct dd_buf *out)
{
	char pending[16];
	const char *args[] = {pending};

	dd_buf_text(out, cli_name_state(lang, (int)task->state));
	put_time_words(lang, task, out);
	if (task->local_pending == 0)
		return;
	snprintf(pending, sizeof(pending), "%" PRIu32, task->local_pending);
	dd_buf_text(out, ", ");
	cli_fill(out, cli_text(lang, TEXT_LOCAL_PENDING), args, 1);
}

const char *cli_day(enum cli_lang lang, int32_t day, char out[CLI_DAY_TEXT])
{
	return lang == CLI_VI ? dd_day_vn(day, out) : dd_day_iso(day, out);
}

void cli_document_words(enum cli_lang lang, const Dondoc__V1__Document *document,
			struct dd_buf *out)
{
	char day[CLI_DAY_TEXT];
	const char *parts[3];
	const char *separator = "";

	if (!document)
		return;
	parts[0] = document->number;
	parts[1] = cli_day(lang, document->day, day);
	parts[2] = document->issuer;
	for (size_t i = 0; i < LEN(parts); i++) {
		if (!parts[i][0])
			continue;
		dd_buf_printf(out, "%s%s", separator, parts[i]);
		separator = ", ";
	}
	if (document->title[0])
		dd_buf_printf(out, "%s%s", *separator ? ": " : "", document->title);
}

/* Rules that count from the due day say how far it is; the others what they are called. */
void cli_intent_words(enum cli_lang lang, const Dondoc__V1__Intent *intent, struct dd_buf *out)
{
	const struct dd_rule *rule = dd_rule_shipped_by_id(intent->rule);
	const bool counts = rule == NULL || rule->kind == DD_RULE_BEFORE ||
			    rule->kind == DD_RULE_DUE || rule->kind == DD_RULE_AFTER;
	enum cli_text text = intent->step < 0   ? TEXT_INTENT_BEFORE
			     : intent->step > 0 ? TEXT_INTENT_AFTER
						: TEXT_INTENT_DUE;
	int64_t days = intent->step < 0 ? -(int64_t)intent->step : intent->step;
	char number[24];
	const char *args[] = {number};

	if (!counts) {
		dd_buf_printf(out, "%s", dd_rule_kind_name(rule->kind, lang == CLI_EN));
		return;
	}
	snprintf(number, sizeof(number), "%lld", (long long)days);
	cli_fill(out, cli_text(lang, text), args, 1);
}
