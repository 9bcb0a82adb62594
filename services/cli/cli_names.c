/* cli_names.c - names of the events and actions of a plan's whole life. */
#include "services/cli/cli_names.h"

#include "dondoc/v1/command.pb-c.h"
#include "dondoc/v1/event.pb-c.h"
#include <stddef.h>

#define EVENT(name)  DONDOC__V1__EVENT_TYPE__EVENT_##name
#define ACTION(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

static const struct cli_name events[] = {
	{EVENT(TASK_RECEIVED), "Đơn vị đã tiếp nhận", "Received"},
	{EVENT(REFUSAL_REQUESTED), "Đề nghị trả lại nhiệm vụ", "Refusal requested"},
	{EVENT(REFUSAL_DECIDED), "Quyết định việc trả lại nhiệm vụ", "Refusal decided"},
	{EVENT(TRANSFER_REQUESTED), "Đề nghị chuyển đơn vị", "Transfer requested"},
	{EVENT(TRANSFER_DECIDED), "Quyết định chuyển đơn vị", "Transfer decided"},
	{EVENT(TASK_PAUSED), "Tạm dừng", "Paused"},
	{EVENT(TASK_RESUMED), "Tiếp tục", "Resumed"},
	{EVENT(TASK_CANCELLED), "Thôi thực hiện", "Cancelled"},
	{EVENT(TASK_REMOVED), "Xóa nhiệm vụ nhập nhầm", "Removed"},
	{EVENT(ENTRY_WITHDRAWN), "Rút lại nội dung đã gửi", "Entry withdrawn"},
	{EVENT(UPDATE_REPLACED), "Thay nội dung đã gửi", "Update replaced"},
	{EVENT(DECISION_TAKEN_BACK), "Thu hồi quyết định", "Decision taken back"},
	{EVENT(GROUP_UNDONE), "Hoàn tác cả nhóm", "Group undone"},
	{EVENT(CONFLICT_RESOLVED), "Xử lý xung đột", "Conflict resolved"},
	{EVENT(TASK_PASSED_ON), "Giao phòng chuyên môn", "Passed on"},
	{EVENT(OUTGOING_HELD), "Chờ thủ trưởng đơn vị", "Held for the head of unit"},
	{EVENT(OUTGOING_DECIDED), "Thủ trưởng đơn vị quyết định", "Decided by the head of unit"},
	{EVENT(UNCHANGED_REPORTED), "Báo cáo không thay đổi", "No change reported"},
	{EVENT(PRODUCT_REPORTED), "Cập nhật sản phẩm", "Product reported"},
	{EVENT(DELAY_EXPLAINED), "Giải trình chậm", "Delay explained"},
	{EVENT(EXPLANATION_DECIDED), "Xem xét giải trình", "Explanation decided"},
	{EVENT(UNIT_ASKED), "Xin ý kiến đơn vị phối hợp", "Unit asked"},
	{EVENT(ASK_ANSWERED), "Trả lời ý kiến", "Question answered"},
	{EVENT(ASK_CLOSED), "Kết thúc xin ý kiến", "Question closed"},
	{EVENT(COMMENTED), "Ý kiến trao đổi", "Comment"},
	{EVENT(PLAN_PUBLISHED), "Ban hành, phổ biến kế hoạch", "Plan published"},
	{EVENT(PLAN_ACKNOWLEDGED), "Xác nhận đã phổ biến", "Plan acknowledged"},
	{EVENT(PLAN_PLACED), "Đưa vào kế hoạch khác", "Placed in another plan"},
	{EVENT(OCCURRENCE_RECORDED), "Ghi nhận sự kiện", "Occurrence recorded"},
	{EVENT(TASK_DATED), "Xác định thời hạn", "Date set"},
	{EVENT(DEPENDENCY_SET), "Quan hệ trước sau", "Dependency set"},
	{EVENT(INDICATOR_SET), "Chỉ tiêu", "Indicator set"},
	{EVENT(INDICATOR_MEASURED), "Kết quả chỉ tiêu", "Indicator measured"},
	{EVENT(BASELINE_FROZEN), "Chốt mốc so sánh", "Baseline frozen"},
	{EVENT(FILTER_SAVED), "Lưu bộ lọc", "Filter saved"},
	{EVENT(LABEL_SET), "Nhãn", "Label set"},
	{EVENT(SETTINGS_SET), "Thiết lập", "Settings set"},
	{EVENT(TASK_CARRIED), "Chuyển kỳ sau", "Carried over"},
	{EVENT(TASK_KEPT), "Giữ lại thực hiện tiếp", "Kept open"},
	{EVENT(PLAN_CLOSED), "Đóng kế hoạch", "Plan closed"},
	{EVENT(PLAN_DRAFTED), "Dự thảo kế hoạch kỳ sau", "Plan drafted"},
	{EVENT(UNITS_CHANGE_PLANNED), "Dự kiến sắp xếp đơn vị", "Change of units planned"},
	{EVENT(UNITS_CHANGE_WITHDRAWN), "Bỏ dự kiến sắp xếp đơn vị", "Change of units withdrawn"},
	{EVENT(UNITS_CHANGE_MOVES), "Danh sách nhiệm vụ theo đơn vị mới",
	 "List of tasks of a change"},
	{EVENT(UNITS_CHANGED), "Sắp xếp đơn vị", "Units changed"},
	{EVENT(CHARGE_SET), "Phân công lãnh đạo phụ trách", "Leader in charge"},
	{EVENT(ROLE_GRANTED), "Giao quyền", "Role granted"},
	{EVENT(ROLE_REVOKED), "Thu quyền", "Role revoked"},
	{EVENT(DEPUTY_SET), "Ủy quyền khi vắng", "Deputy set"},
	{EVENT(HANDED_OVER), "Bàn giao", "Handed over"},
	{EVENT(FILE_ATTACHED), "Đính kèm tệp", "File attached"},
	{EVENT(FILE_ARRIVED), "Tệp đã đến", "File arrived"},
	{EVENT(FILE_DETACHED), "Gỡ tệp", "File detached"},
	{EVENT(DESTRUCTION_ORDERED), "Đề nghị hủy dữ liệu", "Destruction ordered"},
	{EVENT(DESTRUCTION_CONFIRMED), "Quyết định hủy dữ liệu", "Destruction decided"},
	{EVENT(BACKUP_COVERED), "Đã sao lưu", "Backup made"},
	{EVENT(RESTORE_RELEASED), "Cho gửi nhắc việc sau khôi phục", "Restore released"},
	{EVENT(DESTRUCTION_DONE), "Đã hủy dữ liệu", "Destruction done"},
	{EVENT(OFFICE_INVITED), "Mời máy chủ của đơn vị", "Office invited"},
	{EVENT(OFFICE_JOINED), "Máy chủ của đơn vị đăng ký", "Office joined"},
	{EVENT(OFFICE_KEY_REVOKED), "Thu hồi khóa của đơn vị", "Office key revoked"},
	{EVENT(OFFICE_KEY_ROTATED), "Đổi khóa của đơn vị", "Office key changed"},
	{EVENT(DESTRUCTION_REST), "Phần còn lại sau khi hủy", "What stays after destruction"},
};

static const struct cli_name actions[] = {
	{ACTION(RECEIVE_TASK), "tiếp nhận nhiệm vụ", "receive task"},
	{ACTION(REQUEST_REFUSAL), "đề nghị trả lại nhiệm vụ", "request refusal"},
	{ACTION(DECIDE_REFUSAL), "quyết định việc trả lại", "decide refusal"},
	{ACTION(REQUEST_TRANSFER), "đề nghị chuyển đơn vị", "request transfer"},
	{ACTION(DECIDE_TRANSFER), "quyết định chuyển đơn vị", "decide transfer"},
	{ACTION(PAUSE_TASK), "tạm dừng", "pause"},
	{ACTION(RESUME_TASK), "tiếp tục", "resume"},
	{ACTION(CANCEL_TASK), "thôi thực hiện", "cancel"},
	{ACTION(REMOVE_TASK), "xóa nhiệm vụ nhập nhầm", "remove task"},
	{ACTION(WITHDRAW_ENTRY), "rút lại nội dung đã gửi", "withdraw entry"},
	{ACTION(REPLACE_UPDATE), "thay nội dung đã gửi", "replace update"},
	{ACTION(TAKE_BACK), "thu hồi quyết định", "take decision back"},
	{ACTION(UNDO_GROUP), "hoàn tác cả nhóm", "undo group"},
	{ACTION(RESOLVE_CONFLICT), "xử lý xung đột", "resolve conflict"},
	{ACTION(PASS_ON), "giao phòng chuyên môn", "pass on"},
	{ACTION(DECIDE_OUTGOING), "thủ trưởng quyết định", "decide outgoing"},
	{ACTION(REPORT_UNCHANGED), "báo cáo không thay đổi", "report no change"},
	{ACTION(REPORT_PRODUCT), "cập nhật sản phẩm", "report product"},
	{ACTION(EXPLAIN_DELAY), "giải trình chậm", "explain delay"},
	{ACTION(DECIDE_EXPLANATION), "xem xét giải trình", "decide explanation"},
	{ACTION(ASK_UNIT), "xin ý kiến đơn vị", "ask unit"},
	{ACTION(ANSWER_ASK), "trả lời ý kiến", "answer question"},
	{ACTION(CLOSE_ASK), "kết thúc xin ý kiến", "close question"},
	{ACTION(COMMENT), "trao đổi", "comment"},
	{ACTION(CHANGE_MANY), "thao tác hàng loạt", "change many"},
	{ACTION(SET_PLAN), "sửa kế hoạch", "set plan"},
	{ACTION(PUBLISH_PLAN), "ban hành, phổ biến kế hoạch", "publish plan"},
	{ACTION(ACKNOWLEDGE_PLAN), "xác nhận đã phổ biến", "acknowledge plan"},
	{ACTION(ADD_TASK), "giao nhiệm vụ", "add task"},
	{ACTION(CHANGE_TASK), "sửa nhiệm vụ", "change task"},
	{ACTION(PLACE_PLAN), "đưa vào kế hoạch khác", "place in plan"},
	{ACTION(RECORD_OCCURRENCE), "ghi nhận sự kiện", "record occurrence"},
	{ACTION(SET_DEPENDENCY), "quan hệ trước sau", "set dependency"},
	{ACTION(SET_INDICATOR), "sửa chỉ tiêu", "set indicator"},
	{ACTION(MEASURE_INDICATOR), "ghi kết quả chỉ tiêu", "measure indicator"},
	{ACTION(FREEZE_BASELINE), "chốt mốc so sánh", "freeze baseline"},
	{ACTION(SAVE_FILTER), "lưu bộ lọc", "save filter"},
	{ACTION(SET_LABEL), "sửa nhãn", "set label"},
	{ACTION(SET_AREA), "sửa lĩnh vực", "set area"},
	{ACTION(SET_SETTINGS), "thiết lập", "set settings"},
	{ACTION(DECIDE_YEAR_END), "quyết định cuối năm", "decide year's end"},
	{ACTION(CLOSE_PLAN), "đóng kế hoạch", "close plan"},
	{ACTION(DRAFT_PLAN), "dự thảo kế hoạch kỳ sau", "draft plan"},
	{ACTION(SET_UNIT), "sửa đơn vị", "set unit"},
	{ACTION(SET_ALIAS), "sửa tên gọi khác", "set alias"},
	{ACTION(CHANGE_UNITS), "sắp xếp đơn vị", "change units"},
	{ACTION(WITHDRAW_UNITS_CHANGE), "bỏ dự kiến sắp xếp", "withdraw change of units"},
	{ACTION(SET_CHARGE), "phân công lãnh đạo phụ trách", "set charge"},
	{ACTION(GRANT_ROLE), "giao quyền", "grant role"},
	{ACTION(REVOKE_ROLE), "thu quyền", "revoke role"},
	{ACTION(SET_DEPUTY), "ủy quyền khi vắng", "set deputy"},
	{ACTION(HAND_OVER), "bàn giao", "hand over"},
	{ACTION(ATTACH_FILE), "đính kèm tệp", "attach file"},
	{ACTION(DETACH_FILE), "gỡ tệp", "detach file"},
	{ACTION(ORDER_DESTRUCTION), "đề nghị hủy dữ liệu", "order destruction"},
	{ACTION(COVER_BACKUP), "ghi nhận bản sao lưu", "cover backup"},
	{ACTION(RELEASE_RESTORE), "cho gửi trở lại sau khôi phục", "release restore"},
	{ACTION(CONFIRM_DESTRUCTION), "quyết định hủy dữ liệu", "confirm destruction"},
	{ACTION(MAKE_INSTANCES), "lập kỳ mới của nhiệm vụ định kỳ", "make instance"},
	{ACTION(EFFECT_UNITS_CHANGE), "thực hiện sắp xếp đơn vị", "effect change of units"},
	{ACTION(FILE_CAME), "ghi nhận tệp đã đến", "file arrived"},
	{ACTION(DESTRUCTION_RUN), "thực hiện hủy dữ liệu", "run destruction"},
	{ACTION(INVITE_OFFICE), "mời máy chủ của đơn vị", "invite office"},
	{ACTION(JOIN_OFFICE), "đăng ký máy chủ của đơn vị", "join office"},
	{ACTION(REVOKE_OFFICE), "thu hồi khóa của đơn vị", "revoke office key"},
	{ACTION(ROTATE_OFFICE_KEY), "đổi khóa của đơn vị", "change office key"},
};

static const char *find(const struct cli_name *names, size_t count, enum cli_lang lang, int value)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].value == value)
			return lang == CLI_VI ? names[i].vi : names[i].en;
	return "?";
}

const char *cli_name_life_event(enum cli_lang lang, int type)
{
	return find(events, sizeof(events) / sizeof(events[0]), lang, type);
}

const char *cli_name_life_action(enum cli_lang lang, int action)
{
	return find(actions, sizeof(actions) / sizeof(actions[0]), lang, action);
}
