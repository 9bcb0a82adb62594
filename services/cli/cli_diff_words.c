/* cli_diff_words.c - see cli_diff_words.h. */
#include "services/cli/cli_diff_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services/cli/cli_args.h"
#include "services/cli/cli_words.h"

#define LEN(table) (sizeof(table) / sizeof((table)[0]))

struct word {
	const char *name, *vi, *en;
};

/* --- names -------------------------------------------------------------------------------------
 */

static const struct word names[] = {
	{"code", "mã", "code"},
	{"plan", "kế hoạch", "plan"},
	{"parent", "thuộc nhóm", "parent"},
	{"parent_task", "thuộc nhiệm vụ số", "part of task number"},
	{"group", "là đề mục", "is a heading"},
	{"content", "nội dung", "content"},
	{"product", "sản phẩm (nguyên văn)", "product (as written)"},
	{"products", "sản phẩm", "product"},
	{"text", "nội dung", "text"},
	{"optional", "không bắt buộc", "optional"},
	{"target", "chỉ tiêu", "target"},
	{"area", "lĩnh vực", "area"},
	{"area_second", "lĩnh vực thứ hai", "second area"},
	{"lead_unit", "đơn vị chủ trì", "lead unit"},
	{"lead_text", "chủ trì (nguyên văn)", "lead (as written)"},
	{"leads", "đơn vị chủ trì thứ", "lead no."},
	{"part", "phần việc", "part"},
	{"unit", "đơn vị", "unit"},
	{"division", "phòng chuyên môn", "division"},
	{"coordinating_units", "đơn vị phối hợp", "coordinating units"},
	{"coordinating_text", "phối hợp (nguyên văn)", "coordinating (as written)"},
	{"time_text", "thời gian (nguyên văn)", "time (as written)"},
	{"recurrence", "chu kỳ", "recurrence"},
	{"note", "ghi chú", "note"},
	{"position", "thứ tự trong phụ lục", "place in the annex"},
	{"priority", "ưu tiên", "priority"},
	{"weight", "trọng số", "weight"},
	{"labels", "nhãn", "labels"},
	{"fan_out", "giao cho nhiều đơn vị", "for many units"},
	{"instance_of", "kỳ của việc định kỳ số", "a period of recurring task"},
	{"period_from", "kỳ từ ngày", "period from"},
	{"period_to", "kỳ đến ngày", "period to"},
	{"carried_from", "chuyển từ nhiệm vụ số", "carried from task"},
	{"carried_to", "chuyển sang nhiệm vụ số", "carried to task"},
	{"chain_codes", "mã ở các kỳ trước", "codes of periods before"},
	{"chain_first_due_day", "hạn đầu tiên qua các kỳ", "first due day of the chain"},
	{"chain_slips", "số lần lùi hạn ở các kỳ trước", "slips of periods before"},
	{"source_kind", "nguồn giao việc", "kind of source"},
	{"source", "văn bản giao việc", "source"},
	{"number", "số", "number"},
	{"day", "ngày", "day"},
	{"issuer", "cơ quan ban hành", "issuer"},
	{"title", "trích yếu", "title"},
	{"timing", "cách tính thời gian", "timing"},
	{"milestones", "mốc", "milestone"},
	{"what", "việc của mốc", "what"},
	{"after", "sau sự kiện", "after an event"},
	{"count", "số lượng", "count"},
	{"span", "đơn vị thời gian", "span"},
	{"event", "sự kiện", "event"},
	{"due_minute", "giờ đến hạn", "hour of the due day"},
	{"report_every", "chu kỳ báo cáo", "reports every"},
	{"weekday", "thứ trong tuần", "day of the week"},
	{"day_of_month", "ngày trong tháng", "day of the month"},
	{"every_weeks", "cách số tuần", "every so many weeks"},
	{"doubts", "điều chưa hiểu", "doubts"},
	{"rest", "phần chưa hiểu", "what was not understood"},
	{"settled", "đã có người xem lại thời gian", "dates settled by a person"},
	{"state", "trạng thái", "state"},
	{"percent", "tiến độ (%)", "progress (%)"},
	{"step", "bước thực hiện", "step"},
	{"start_day", "bắt đầu", "start"},
	{"due_day", "hạn", "due"},
	{"first_due_day", "hạn ban đầu", "first due date"},
	{"proposed_due_day", "hạn đề nghị", "proposed due date"},
	{"submitted_day", "ngày đề nghị xác nhận", "completion requested on"},
	{"decided_day", "ngày xác nhận hoàn thành", "completion confirmed on"},
	{"extensions_granted", "số lần gia hạn", "extensions granted"},
	{"conflicts", "cập nhật xung đột", "conflicting updates"},
	{"receipt", "đơn vị nhận việc", "receipt"},
	{"flags", "dấu hiệu", "marks"},
	{"assigned_day", "giao từ ngày", "assigned since"},
	{"internal_due_day", "hạn nội bộ", "internal due date"},
	{"paused_days", "số ngày tạm dừng", "days paused"},
	{"waited_days", "số ngày chờ xác nhận", "days waited for confirmation"},
};

/* One part of a name, "products[2]". */
static void add_part(enum cli_lang lang, const char *part, size_t len, struct dd_buf *out)
{
	size_t bare = 0;

	while (bare < len && part[bare] != '[')
		bare++;
	for (size_t i = 0; i < LEN(names); i++) {
		if (strlen(names[i].name) != bare || memcmp(names[i].name, part, bare) != 0)
			continue;
		dd_buf_text(out, lang == CLI_VI ? names[i].vi : names[i].en);
		if (bare < len)
			dd_buf_printf(out, " %.*s", (int)(len - bare - 2), part + bare + 1);
		return;
	}
	dd_buf_add(out, part, len);
}

void cli_diff_name(enum cli_lang lang, const char *name, struct dd_buf *out)
{
	while (*name) {
		size_t len = strcspn(name, ".");

		add_part(lang, name, len, out);
		name += len;
		if (*name == '.') {
			dd_buf_text(out, ", ");
			name++;
		}
	}
}

/* --- values ------------------------------------------------------------------------------------
 */

static const char *last_part(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

static const struct word values[] = {
	{"true", "có", "yes"},
	{"false", "không", "no"},
	{"RECEIPT_OPEN", "chưa xác nhận đã nhận", "not received"},
	{"RECEIPT_RECEIVED", "đã nhận", "received"},
	{"RECEIPT_REFUSED", "đề nghị trả lại", "asks to be rid of it"},
	{"SPAN_NONE", "", ""},
	{"SPAN_DAYS", "ngày", "days"},
	{"SPAN_WORKING_DAYS", "ngày làm việc", "working days"},
	{"SPAN_WEEKS", "tuần", "weeks"},
	{"SPAN_MONTHS", "tháng", "months"},
	{"SPAN_YEARS", "năm", "years"},
};

/* Values of enums come by their names in the messages. */
static const char *enum_words(enum cli_lang lang, const char *field, const char *value)
{
	const struct {
		const char *field;
		const ProtobufCEnumDescriptor *kind;
		const char *(*words)(enum cli_lang lang, int value);
	} kinds[] = {
		{"state", &dondoc__v1__task_state__descriptor, cli_name_state},
		{"step", &dondoc__v1__progress_step__descriptor, cli_name_step},
		{"recurrence", &dondoc__v1__recurrence__descriptor, cli_name_recurrence},
	};

	for (size_t i = 0; i < LEN(kinds); i++) {
		const ProtobufCEnumValue *found =
			strcmp(kinds[i].field, field) == 0
				? protobuf_c_enum_descriptor_get_value_by_name(kinds[i].kind, value)
				: NULL;

		if (found)
			return kinds[i].words(lang, found->value);
	}
	for (size_t i = 0; i < LEN(values); i++) {
		if (strcmp(values[i].name, value) == 0)
			return lang == CLI_VI ? values[i].vi : values[i].en;
	}
	return NULL;
}

/* What no other field tells. */
static void add_flags(enum cli_lang lang, uint64_t flags, struct dd_buf *out)
{
	static const struct {
		uint64_t flag;
		const char *vi, *en;
	} marks[] = {
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_NO_EVIDENCE, "thiếu minh chứng", "no evidence"},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_KEPT, "giữ lại qua năm", "kept open"},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED, "đã xoá", "removed"},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_HELD, "có mục chờ thủ trưởng duyệt",
		 "something waits for the head of the unit"},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_EXPLAINED, "giải trình được chấp nhận",
		 "lateness explained"},
	};
	bool any = false;

	for (size_t i = 0; i < LEN(marks); i++) {
		if (!(flags & marks[i].flag))
			continue;
		dd_buf_printf(out, "%s%s", any ? ", " : "",
			      lang == CLI_VI ? marks[i].vi : marks[i].en);
		any = true;
	}
}

/* "16:00"; nothing for the whole day. */
static void add_hour(uint64_t minute, struct dd_buf *out)
{
	if (minute > 0)
		dd_buf_printf(out, "%02" PRIu64 ":%02" PRIu64, minute / 60, minute % 60);
}

/* Numbers that stand for something. */
static bool add_number(enum cli_lang lang, const char *field, const char *value, struct dd_buf *out)
{
	static const struct word sources[] = {
		{"", "kế hoạch", "plan"},
		{"", "kết luận cuộc họp", "a meeting"},
		{"", "ý kiến chỉ đạo", "a remark"},
		{"", "văn bản", "a document"},
		{"", "khác", "other"},
	};
	uint64_t number;

	if (cli_parse_number(value, UINT32_MAX, &number) != 0)
		return false;
	if (strcmp(field, "source_kind") == 0 && number < LEN(sources))
		dd_buf_text(out, lang == CLI_VI ? sources[number].vi : sources[number].en);
	else if (strcmp(field, "due_minute") == 0 && number < 24 * 60)
		add_hour(number, out);
	else if (strcmp(field, "report_every") == 0)
		dd_buf_text(out, number > 0 ? cli_name_recurrence(lang, (int)number) : "");
	else if (strcmp(field, "flags") == 0)
		add_flags(lang, number, out);
	else
		return false;
	return true;
}

void cli_diff_value(enum cli_lang lang, const char *name, const char *value, struct dd_buf *out)
{
	const char *field = last_part(name);
	const char *words = enum_words(lang, field, value);
	size_t len = strlen(field);
	char text[CLI_DAY_TEXT];
	int32_t day;

	if (words) {
		dd_buf_text(out, words);
		return;
	}
	if (((len > 4 && strcmp(field + len - 4, "_day") == 0) || strcmp(field, "day") == 0 ||
	     strncmp(field, "period_", 7) == 0) &&
	    cli_parse_day(value, &day) == 0) {
		dd_buf_text(out, cli_day(lang, day, text));
		return;
	}
	if (!add_number(lang, field, value, out))
		dd_buf_text(out, value);
}

bool cli_diff_for_people(const char *name)
{
	return strcmp(last_part(name), "doubts") != 0;
}
