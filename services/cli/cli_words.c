/* cli_words.c - tables of names, one per enum. */
#include "services/cli/cli_words.h"
#include "common/base/clock.h"
#include "services/cli/cli_names.h"
#include <string.h>

#define LEN(table) (sizeof(table) / sizeof((table)[0]))

static const char *name_of(const struct cli_name *names, size_t count, enum cli_lang lang,
			   int value)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].value == value)
			return lang == CLI_VI ? names[i].vi : names[i].en;
	}
	return "?";
}

const char *cli_name_state(enum cli_lang lang, int state)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__TASK_STATE__TASK_ASSIGNED, "Chưa thực hiện", "Not begun"},
		{DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS, "Đang thực hiện", "In progress"},
		{DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION, "Chờ xác nhận",
		 "Awaiting confirmation"},
		{DONDOC__V1__TASK_STATE__TASK_COMPLETED, "Hoàn thành", "Completed"},
		{DONDOC__V1__TASK_STATE__TASK_RETURNED, "Trả lại", "Returned"},
		{DONDOC__V1__TASK_STATE__TASK_PAUSED, "Tạm dừng", "Paused"},
		{DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER, "Chuyển kỳ", "Carried over"},
		{DONDOC__V1__TASK_STATE__TASK_CANCELLED, "Thôi thực hiện", "Cancelled"},
	};

	return name_of(names, LEN(names), lang, state);
}

const char *cli_name_step(enum cli_lang lang, int step)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__PROGRESS_STEP__STEP_NOT_BEGUN, "Chưa", "Not begun"},
		{DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY, "Đang", "Under way"},
		{DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED, "Đã trình", "Submitted"},
		{DONDOC__V1__PROGRESS_STEP__STEP_FINISHED, "Xong", "Finished"},
	};

	return name_of(names, LEN(names), lang, step);
}

const char *cli_name_recurrence(enum cli_lang lang, int recurrence)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__RECURRENCE__RECUR_ONCE, "Một lần", "Once"},
		{DONDOC__V1__RECURRENCE__RECUR_CONTINUOUS, "Thường xuyên", "Continuous"},
		{DONDOC__V1__RECURRENCE__RECUR_WEEKLY, "Hằng tuần", "Weekly"},
		{DONDOC__V1__RECURRENCE__RECUR_MONTHLY, "Hằng tháng", "Monthly"},
		{DONDOC__V1__RECURRENCE__RECUR_QUARTERLY, "Hằng quý", "Quarterly"},
		{DONDOC__V1__RECURRENCE__RECUR_YEARLY, "Hằng năm", "Yearly"},
		{DONDOC__V1__RECURRENCE__RECUR_EVENT, "Theo sự kiện", "After an event"},
		{DONDOC__V1__RECURRENCE__RECUR_HALF_YEARLY, "6 tháng một lần", "Half-yearly"},
		{DONDOC__V1__RECURRENCE__RECUR_NINE_MONTHS, "6 tháng, 9 tháng, năm",
		 "At 6, 9 and 12 months"},
		{DONDOC__V1__RECURRENCE__RECUR_MILESTONES, "Nhiều mốc", "Several dates"},
	};

	return name_of(names, LEN(names), lang, recurrence);
}

const char *cli_name_event(enum cli_lang lang, int type)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN, "Sự kiện không rõ", "Unknown event"},
		{DONDOC__V1__EVENT_TYPE__EVENT_GENESIS, "Mở nhật ký", "Log begun"},
		{DONDOC__V1__EVENT_TYPE__EVENT_INCARNATION, "Khôi phục nhật ký", "Log restored"},
		{DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED, "Từ chối lệnh", "Command refused"},
		{DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_WITHDRAWN, "Rút lệnh", "Command withdrawn"},
		{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_OPENED, "Mở nhóm", "Group opened"},
		{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_CLOSED, "Đóng nhóm", "Group closed"},
		{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_ABANDONED, "Bỏ nhóm", "Group abandoned"},
		{DONDOC__V1__EVENT_TYPE__EVENT_CLOCK_CONFIRMED, "Xác nhận đồng hồ",
		 "Clock confirmed"},
		{DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, "Đơn vị", "Unit"},
		{DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ALIAS_SET, "Tên khác của đơn vị",
		 "Alias of a unit"},
		{DONDOC__V1__EVENT_TYPE__EVENT_AREA_SET, "Lĩnh vực", "Area"},
		{DONDOC__V1__EVENT_TYPE__EVENT_CALENDAR_DAY_SET, "Ngày trong lịch", "Calendar day"},
		{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_SET, "Kế hoạch", "Plan"},
		{DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED, "Giao nhiệm vụ", "Task added"},
		{DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED, "Sửa nhiệm vụ", "Task changed"},
		{DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED, "Cập nhật tiến độ",
		 "Progress reported"},
		{DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_REQUESTED, "Đề nghị xác nhận hoàn thành",
		 "Completion requested"},
		{DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_DECIDED, "Quyết định về hoàn thành",
		 "Completion decided"},
		{DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_REQUESTED, "Đề nghị gia hạn",
		 "Extension requested"},
		{DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_DECIDED, "Quyết định về gia hạn",
		 "Extension decided"},
		{DONDOC__V1__EVENT_TYPE__EVENT_TASK_ASSIGNED, "Chuyển đơn vị chủ trì",
		 "Lead unit changed"},
		{DONDOC__V1__EVENT_TYPE__EVENT_LEASE_TAKEN, "Nhận quyền gửi nhắc việc",
		 "Lease for reminders taken"},
		{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_PLANNED, "Soạn thư nhắc việc",
		 "Reminder planned"},
		{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_HANDING_OVER, "Đang gửi thư nhắc việc",
		 "Reminder handed over"},
		{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_SETTLED, "Kết quả gửi thư nhắc việc",
		 "Reminder settled"},
		{DONDOC__V1__EVENT_TYPE__EVENT_REPORT_ISSUED, "Ban hành báo cáo", "Report issued"},
	};

	if (type >= DONDOC__V1__EVENT_TYPE__EVENT_TASK_RECEIVED)
		return cli_name_life_event(lang, type);
	return name_of(names, LEN(names), lang, type);
}

const char *cli_name_outbox(enum cli_lang lang, int state)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_UNKNOWN, "Không rõ", "Unknown"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_DRAFT, "Nháp", "Draft"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_QUEUED, "Chờ gửi", "Queued"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_SENT, "Đã gửi, chờ trả lời",
		 "Sent, no answer yet"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_ACCEPTED, "Trung tâm đã nhận", "Accepted"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_REFUSED, "Bị từ chối", "Refused"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_CONFLICT, "Xung đột", "Conflict"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_WITHDRAWN, "Đã rút", "Withdrawn"},
		{DONDOC__V1__OUTBOX_STATE__OUTBOX_HELD, "Chờ thủ trưởng duyệt",
		 "Waits for the head of the unit"},
	};

	return name_of(names, LEN(names), lang, state);
}

const char *cli_name_digest(enum cli_lang lang, int state)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__DIGEST_STATE__DIGEST_UNKNOWN, "Không rõ", "Unknown"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_PLANNED, "Đã soạn, chưa gửi", "Planned"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_HANDING_OVER, "Đang gửi, chưa rõ kết quả",
		 "Handing over"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED, "Đã gửi", "Delivered"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_WAITING, "Chưa gửi được, sẽ gửi lại",
		 "Waiting for another try"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_FAILED, "KHÔNG GỬI ĐƯỢC", "FAILED"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_HELD, "Chờ người duyệt gửi",
		 "Waits for a person"},
		{DONDOC__V1__DIGEST_STATE__DIGEST_DROPPED, "Không gửi: không còn đúng",
		 "Not sent: no longer so"},
	};

	return name_of(names, LEN(names), lang, state);
}

const char *cli_name_action(enum cli_lang lang, int action)
{
	static const struct cli_name names[] = {
		{DONDOC__V1__COMMAND_BODY__ACTION__NOT_SET, "không đọc được", "unreadable"},
		{DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS, "cập nhật tiến độ",
		 "report progress"},
		{DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION, "đề nghị xác nhận hoàn thành",
		 "request completion"},
		{DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION, "xác nhận hoặc trả lại",
		 "decide completion"},
		{DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION, "đề nghị gia hạn",
		 "request extension"},
		{DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXTENSION, "quyết định gia hạn",
		 "decide extension"},
		{DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK, "chuyển đơn vị chủ trì",
		 "assign task"},
		{DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN, "nhập kế hoạch", "import plan"},
		{DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR, "nhập lịch", "import calendar"},
		{DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK, "xác nhận đồng hồ",
		 "confirm clock"},
		{DONDOC__V1__COMMAND_BODY__ACTION_TAKE_LEASE, "nhận quyền gửi nhắc việc",
		 "take lease"},
		{DONDOC__V1__COMMAND_BODY__ACTION_PLAN_DIGEST, "soạn thư nhắc việc", "plan digest"},
		{DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER_DIGEST, "gửi thư nhắc việc",
		 "hand digest over"},
		{DONDOC__V1__COMMAND_BODY__ACTION_SETTLE_DIGEST, "ghi kết quả gửi thư",
		 "settle digest"},
		{DONDOC__V1__COMMAND_BODY__ACTION_ISSUE_REPORT, "ban hành báo cáo", "issue report"},
	};

	if (action >= DONDOC__V1__COMMAND_BODY__ACTION_RECEIVE_TASK)
		return cli_name_life_action(lang, action);
	return name_of(names, LEN(names), lang, action);
}

const char *cli_name_link(enum cli_lang lang, const char *link)
{
	if (strcmp(link, "up") == 0)
		return lang == CLI_VI ? "thông" : "up";
	if (strcmp(link, "denied") == 0)
		return lang == CLI_VI ? "bị từ chối" : "denied";
	if (strcmp(link, "connecting") == 0)
		return lang == CLI_VI ? "đang nối" : "connecting";
	return link;
}

struct choice {
	const char *word;
	int value;
};

static int choose(const struct choice *choices, size_t count, const char *word, int *value_out)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(choices[i].word, word) == 0) {
			*value_out = choices[i].value;
			return 0;
		}
	}
	return DD_ERR_INVALID;
}

int cli_parse_step(const char *word, Dondoc__V1__ProgressStep *step_out)
{
	static const struct choice choices[] = {
		{"chua", DONDOC__V1__PROGRESS_STEP__STEP_NOT_BEGUN},
		{"not-begun", DONDOC__V1__PROGRESS_STEP__STEP_NOT_BEGUN},
		{"dang", DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY},
		{"under-way", DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY},
		{"datrinh", DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED},
		{"submitted", DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED},
		{"xong", DONDOC__V1__PROGRESS_STEP__STEP_FINISHED},
		{"finished", DONDOC__V1__PROGRESS_STEP__STEP_FINISHED},
	};
	int value = 0;
	int rc = choose(choices, LEN(choices), word, &value);

	*step_out = (Dondoc__V1__ProgressStep)value;
	return rc;
}

int cli_parse_state(const char *word, Dondoc__V1__TaskState *state_out)
{
	static const struct choice choices[] = {
		{"assigned", DONDOC__V1__TASK_STATE__TASK_ASSIGNED},
		{"chua", DONDOC__V1__TASK_STATE__TASK_ASSIGNED},
		{"in-progress", DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS},
		{"dang", DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS},
		{"awaiting", DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION},
		{"cho", DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION},
		{"completed", DONDOC__V1__TASK_STATE__TASK_COMPLETED},
		{"xong", DONDOC__V1__TASK_STATE__TASK_COMPLETED},
		{"returned", DONDOC__V1__TASK_STATE__TASK_RETURNED},
		{"tralai", DONDOC__V1__TASK_STATE__TASK_RETURNED},
		{"paused", DONDOC__V1__TASK_STATE__TASK_PAUSED},
		{"tamdung", DONDOC__V1__TASK_STATE__TASK_PAUSED},
		{"carried-over", DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER},
		{"chuyenky", DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER},
		{"cancelled", DONDOC__V1__TASK_STATE__TASK_CANCELLED},
		{"thoi", DONDOC__V1__TASK_STATE__TASK_CANCELLED},
	};
	int value = 0;
	int rc = choose(choices, LEN(choices), word, &value);

	*state_out = (Dondoc__V1__TaskState)value;
	return rc;
}

int cli_parse_time_state(const char *word, Dondoc__V1__TimeState *state_out)
{
	static const struct choice choices[] = {
		{"overdue", DONDOC__V1__TIME_STATE__TIME_OVERDUE},
		{"quahan", DONDOC__V1__TIME_STATE__TIME_OVERDUE},
		{"near", DONDOC__V1__TIME_STATE__TIME_NEAR_DUE},
		{"sapdenhan", DONDOC__V1__TIME_STATE__TIME_NEAR_DUE},
		{"in-term", DONDOC__V1__TIME_STATE__TIME_IN_TERM},
		{"tronghan", DONDOC__V1__TIME_STATE__TIME_IN_TERM},
		{"no-due", DONDOC__V1__TIME_STATE__TIME_NO_DUE_DATE},
		{"khonghan", DONDOC__V1__TIME_STATE__TIME_NO_DUE_DATE},
	};
	int value = 0;
	int rc = choose(choices, LEN(choices), word, &value);

	*state_out = (Dondoc__V1__TimeState)value;
	return rc;
}

int cli_parse_digest_state(const char *word, Dondoc__V1__DigestState *state_out)
{
	static const struct choice choices[] = {
		{"planned", DONDOC__V1__DIGEST_STATE__DIGEST_PLANNED},
		{"dasoan", DONDOC__V1__DIGEST_STATE__DIGEST_PLANNED},
		{"handing", DONDOC__V1__DIGEST_STATE__DIGEST_HANDING_OVER},
		{"danggui", DONDOC__V1__DIGEST_STATE__DIGEST_HANDING_OVER},
		{"delivered", DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED},
		{"dagui", DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED},
		{"waiting", DONDOC__V1__DIGEST_STATE__DIGEST_WAITING},
		{"cho", DONDOC__V1__DIGEST_STATE__DIGEST_WAITING},
		{"failed", DONDOC__V1__DIGEST_STATE__DIGEST_FAILED},
		{"hong", DONDOC__V1__DIGEST_STATE__DIGEST_FAILED},
		{"held", DONDOC__V1__DIGEST_STATE__DIGEST_HELD},
		{"choduyet", DONDOC__V1__DIGEST_STATE__DIGEST_HELD},
		{"dropped", DONDOC__V1__DIGEST_STATE__DIGEST_DROPPED},
		{"boqua", DONDOC__V1__DIGEST_STATE__DIGEST_DROPPED},
	};
	int value = 0;
	int rc = choose(choices, LEN(choices), word, &value);

	*state_out = (Dondoc__V1__DigestState)value;
	return rc;
}
