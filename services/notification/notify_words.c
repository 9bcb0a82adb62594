/* notify_words.c - the two tables. */
#include "services/notification/notify_words.h"

#include <string.h>

const struct notify_words notify_words_vi = {
	.lang = "vi",
	.sections =
		{
			[NOTIFY_SUPERIOR] = "Quá hạn, đơn vị chủ trì chưa có phản hồi",
			[NOTIFY_OVERDUE_SILENT] = "Quá hạn, lâu chưa có báo cáo",
			[NOTIFY_OVERDUE] = "Quá hạn",
			[NOTIFY_TODAY] = "Đến hạn hôm nay",
			[NOTIFY_PROMISE] = "Đã qua ngày hẹn hoàn thành",
			[NOTIFY_RETURNED] = "Được trả lại để thực hiện tiếp",
			[NOTIFY_ASKED] = "Đơn vị khác đề nghị trả lời",
			[NOTIFY_WAITING] = "Chờ cơ quan, đơn vị quyết định",
			[NOTIFY_SOON] = "Sắp đến hạn",
			[NOTIFY_REPORT] = "Báo cáo định kỳ",
			[NOTIFY_NOT_RECEIVED] = "Chưa xác nhận tiếp nhận",
			[NOTIFY_NOT_BEGUN] = "Chưa ghi nhận bắt đầu thực hiện",
			[NOTIFY_BEHIND] = "Tiến độ báo cáo thấp hơn phần thời gian đã qua",
			[NOTIFY_NO_UPDATE] = "Lâu chưa cập nhật tiến độ",
			[NOTIFY_EVIDENCE] = "Chưa nhận được tài liệu kiểm chứng",
			[NOTIFY_DISSEMINATION] = "Chưa xác nhận phổ biến, quán triệt",
			[NOTIFY_NEWS] = "Thông tin mới",
		},
	.summary = {"{0} quá hạn", "{0} đến hạn hôm nay", "{0} sắp đến hạn", "{0} việc khác"},
	.summary_first = {"{0} nhiệm vụ quá hạn", "{0} nhiệm vụ đến hạn hôm nay",
			  "{0} nhiệm vụ sắp đến hạn", "{0} việc cần xem"},
	.left = "còn {0} ngày làm việc",
	.left_one = "còn 1 ngày làm việc",
	.today = "đến hạn hôm nay",
	.over = "quá hạn {0} ngày làm việc",
	.over_one = "quá hạn 1 ngày làm việc",
	.over_none = "đã qua thời hạn",
	.silent = "; báo cáo gần nhất ngày {0}",
	.silent_all = "; chưa có báo cáo",
	.reasons =
		{
			[DD_RULE_NOT_BEGUN] = "đã qua {2}% thời gian, chưa ghi nhận bắt đầu",
			[DD_RULE_NO_UPDATE] = "cập nhật gần nhất ngày {0}",
			[DD_RULE_BEHIND] = "báo cáo {1}%, đã qua {2}% thời gian",
			[DD_RULE_WAITING] = "đề nghị gửi ngày {0}, đang chờ quyết định",
			[DD_RULE_EVIDENCE] = "báo sẽ gửi tài liệu từ ngày {0}, chưa nhận được",
			[DD_RULE_NOT_RECEIVED] = "giao ngày {0}, chưa xác nhận tiếp nhận",
			[DD_RULE_PROMISE] = "đơn vị hẹn hoàn thành ngày {0}",
			[DD_RULE_PERIOD_REPORT] = "báo cáo của kỳ đến hạn ngày {0}",
			[DD_RULE_EXPECTED] = "chưa nhận được cập nhật phải gửi ngày {0}",
			[DD_RULE_DISSEMINATION] =
				"ban hành ngày {0}, chưa xác nhận phổ biến, quán triệt",
			[DD_RULE_ASSIGNED] = "giao ngày {0}",
			[DD_RULE_RETURNED] = "trả lại ngày {0}",
			[DD_RULE_DECIDED] = "đã có quyết định ngày {0}",
			[DD_RULE_ASKED] = "{3} đề nghị trả lời trước ngày {0}",
			[DD_RULE_MENTIONED] = "được nhắc tới trong trao đổi ngày {0}",
		},
	.reasons_dayless = {[DD_RULE_NO_UPDATE] = "chưa có cập nhật nào",
			    [DD_RULE_ASKED] = "{3} đề nghị trả lời"},
	.states = {"Chưa thực hiện", "Đang thực hiện", "Chờ xác nhận", "Hoàn thành", "Trả lại",
		   "Tạm dừng", "Chuyển kỳ", "Thôi thực hiện"},
};

const struct notify_words notify_words_en = {
	.lang = "en",
	.sections =
		{
			[NOTIFY_SUPERIOR] = "Overdue, no reaction of the lead unit",
			[NOTIFY_OVERDUE_SILENT] = "Overdue, no report for long",
			[NOTIFY_OVERDUE] = "Overdue",
			[NOTIFY_TODAY] = "Due today",
			[NOTIFY_PROMISE] = "The day promised has passed",
			[NOTIFY_RETURNED] = "Returned, to be worked on",
			[NOTIFY_ASKED] = "Another unit asks for an answer",
			[NOTIFY_WAITING] = "Waiting for your decision",
			[NOTIFY_SOON] = "Due soon",
			[NOTIFY_REPORT] = "Periodic reports",
			[NOTIFY_NOT_RECEIVED] = "Receipt not confirmed",
			[NOTIFY_NOT_BEGUN] = "No beginning on record",
			[NOTIFY_BEHIND] = "Progress reported is below the share of time passed",
			[NOTIFY_NO_UPDATE] = "No progress report for long",
			[NOTIFY_EVIDENCE] = "Evidence not received yet",
			[NOTIFY_DISSEMINATION] = "Dissemination not confirmed",
			[NOTIFY_NEWS] = "News",
		},
	.summary = {"{0} overdue", "{0} due today", "{0} due soon", "{0} other"},
	.summary_first = {"{0} overdue", "{0} due today", "{0} due soon", "{0} to look at"},
	.left = "{0} working days left",
	.left_one = "1 working day left",
	.today = "due today",
	.over = "{0} working days over",
	.over_one = "1 working day over",
	.over_none = "the due day has passed",
	.silent = "; last report on {0}",
	.silent_all = "; no report yet",
	.reasons =
		{
			[DD_RULE_NOT_BEGUN] = "{2}% of the time is over, no beginning on record",
			[DD_RULE_NO_UPDATE] = "last report on {0}",
			[DD_RULE_BEHIND] = "{1}% reported, {2}% of the time is over",
			[DD_RULE_WAITING] = "request of {0} waits for a decision",
			[DD_RULE_EVIDENCE] = "evidence announced on {0}, not received yet",
			[DD_RULE_NOT_RECEIVED] = "assigned on {0}, receipt not confirmed",
			[DD_RULE_PROMISE] = "the unit named {0} as the day",
			[DD_RULE_PERIOD_REPORT] = "the period's report is due on {0}",
			[DD_RULE_EXPECTED] = "the update due on {0} has not come",
			[DD_RULE_DISSEMINATION] = "published on {0}, dissemination not confirmed",
			[DD_RULE_ASSIGNED] = "assigned on {0}",
			[DD_RULE_RETURNED] = "returned on {0}",
			[DD_RULE_DECIDED] = "decided on {0}",
			[DD_RULE_ASKED] = "{3} asks for an answer by {0}",
			[DD_RULE_MENTIONED] = "mentioned on {0}",
		},
	.reasons_dayless =
		{[DD_RULE_NO_UPDATE] = "no report yet", [DD_RULE_ASKED] = "{3} asks for an answer"},
	.states = {"Not begun", "In progress", "Awaiting confirmation", "Completed", "Returned",
		   "Paused", "Carried over", "Cancelled"},
};

void notify_words_fill(struct dd_buf *out, const char *format,
		       const char *const texts[NOTIFY_PLACES])
{
	for (const char *at = format; *at != '\0';) {
		const char *place = strchr(at, '{');

		if (place == NULL) {
			dd_buf_text(out, at);
			return;
		}
		dd_buf_add(out, at, (size_t)(place - at));
		if (place[1] >= '0' && place[1] < '0' + NOTIFY_PLACES && place[2] == '}') {
			const char *text = texts[place[1] - '0'];

			dd_buf_text(out, text != NULL ? text : "");
			at = place + 3;
		} else {
			dd_buf_text(out, "{");
			at = place + 1;
		}
	}
}
