/* notify_words.c - the two tables. */
#include "services/notification/notify_words.h"

const struct notify_words notify_words_vi = {
	.lang = "vi",
	.trial_subject = "[Chạy thử] ",
	.trial = "DỮ LIỆU CHẠY THỬ – không phải nhiệm vụ thật",
	.prefix = "[Nhắc việc] ",
	.tasks = {"%zu nhiệm vụ sắp đến hạn", "%zu nhiệm vụ đến hạn hôm nay",
		  "%zu nhiệm vụ quá hạn"},
	.more = {", %zu sắp đến hạn", ", %zu đến hạn hôm nay", ", %zu quá hạn"},
	.intro = "Kính gửi: %s. Đến ngày %s, các nhiệm vụ do đơn vị chủ trì sau đây sắp đến hạn, "
		 "đến hạn hoặc đã quá hạn.",
	.columns = {"Mã", "Nội dung", "Thời hạn", "Còn / quá hạn", "Trạng thái"},
	.due = "Thời hạn",
	.left = "còn %d ngày làm việc",
	.left_one = "còn 1 ngày làm việc",
	.today = "đến hạn hôm nay",
	.over = "quá hạn %d ngày làm việc",
	.over_one = "quá hạn 1 ngày làm việc",
	.over_none = "đã qua thời hạn",
	.others = "Và %zu nhiệm vụ khác, xem trên hệ thống.",
	.waiting = "Ngoài ra còn %zu nhiệm vụ sẽ được nhắc vào ngày làm việc tiếp theo.",
	.report = "Cách báo cáo: cập nhật tiến độ, đề nghị xác nhận hoàn thành hoặc đề nghị gia "
		  "hạn trên hệ thống theo dõi, đôn đốc nhiệm vụ.",
	.report_to = "Cần trao đổi, liên hệ: %s.",
	.automatic = "Thư này do hệ thống gửi tự động trong giờ làm việc; mỗi mốc của một nhiệm "
		     "vụ chỉ nhắc một lần. Số liệu theo bản ghi số %llu.",
	.states = {"Chưa thực hiện", "Đang thực hiện", "Chờ xác nhận", "Hoàn thành", "Trả lại",
		   "Tạm dừng", "Chuyển kỳ", "Thôi thực hiện"},
};

const struct notify_words notify_words_en = {
	.lang = "en",
	.trial_subject = "[Trial] ",
	.trial = "TRIAL DATA (DỮ LIỆU CHẠY THỬ) – not real tasks",
	.prefix = "[Reminder] ",
	.tasks = {"%zu due soon", "%zu due today", "%zu overdue"},
	.more = {", %zu due soon", ", %zu due today", ", %zu overdue"},
	.intro = "To: %s. As of %s, the following tasks led by the unit are due soon, due or "
		 "overdue.",
	.columns = {"Code", "Content", "Due", "Left / over", "State"},
	.due = "Due",
	.left = "%d working days left",
	.left_one = "1 working day left",
	.today = "due today",
	.over = "%d working days over",
	.over_one = "1 working day over",
	.over_none = "the due day has passed",
	.others = "And %zu other tasks: see the system.",
	.waiting = "Another %zu tasks follow on the next working day.",
	.report = "How to report: enter progress, a completion request or an extension request "
		  "in the follow-up system.",
	.report_to = "Questions: %s.",
	.automatic = "This message was sent automatically in working time; each step of a task is "
		     "told once. Figures as of record %llu.",
	.states = {"Not begun", "In progress", "Awaiting confirmation", "Completed", "Returned",
		   "Paused", "Carried over", "Cancelled"},
};
