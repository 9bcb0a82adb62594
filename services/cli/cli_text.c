/* cli_text.c - the catalogue: one entry a text, Vietnamese and English. Here: help, options and
 * columns; the rest is in cli_text_said.c, names of enums' values in cli_words.c, cli_say.c and
 * cli_rows.c. */
#include "services/cli/cli_text.h"
#include <assert.h>

static const char *const catalogue[TEXT_COUNT][CLI_LANG_COUNT] = {
	/* Nothing */
	[TEXT_NONE] = {"", ""},
	/* Help */
	[TEXT_HELP_INTRO] = {"Cách dùng: dondoc [TÙY CHỌN] LỆNH ...\nTheo dõi, đôn đốc việc thực "
			     "hiện kế hoạch, từ dòng lệnh.",
			     "Usage: dondoc [OPTION...] COMMAND ...\nFollow the work of a plan up "
			     "until it is done, from the command line."},
	[TEXT_HELP_COMMANDS] = {"\nCác lệnh:", "\nCommands:"},
	[TEXT_HELP_GLOBAL] = {"\nTùy chọn của mọi lệnh:", "\nOptions of every command:"},
	[TEXT_HELP_OPTIONS] = {"\nTùy chọn:", "\nOptions:"},
	[TEXT_HELP_EXAMPLES] = {"\nVí dụ:", "\nExamples:"},
	[TEXT_HELP_EXIT] = {"\nMã thoát:", "\nExit codes:"},
	[TEXT_HELP_MORE] =
		{"\nMỗi lệnh có trợ giúp và ví dụ riêng: dondoc task list --help. NHIỆM VỤ (TASK) "
		 "là mã, KẾ-HOẠCH/mã khi mã trùng, hoặc '#số'. Ngày: 31/03/2026 hoặc 2026-03-31.",
		 "\nEvery command has its own help and examples: dondoc task list --help. TASK is "
		 "a code, PLAN/code where the code is not unique, or '#id'. Dates: 2026-03-31 or "
		 "31/03/2026."},
	[TEXT_HELP_USAGE] = {"Cách dùng: dondoc {0} [TÙY CHỌN]", "Usage: dondoc {0} [OPTION...]"},
	[TEXT_EXIT_DONE] = {"xong", "done"},
	[TEXT_EXIT_REFUSED] = {"bị từ chối theo quy tắc hoặc không có quyền",
			       "refused by a rule, or not permitted"},
	[TEXT_EXIT_USAGE] = {"dùng lệnh sai", "wrong usage"},
	[TEXT_EXIT_NOT_FOUND] = {"không tìm thấy, hoặc có nhiều hơn một",
				 "not found, or ambiguous"},
	[TEXT_EXIT_NO_ANSWER] = {"không ai trả lời; chưa biết lệnh có được ghi hay không",
				 "nobody answers; the outcome is unknown"},
	[TEXT_EXIT_CONFLICT] = {"xung đột với dữ liệu đã có", "conflict with what is there"},
	[TEXT_EXIT_DAMAGE] =
		{"nhật ký bị hỏng hoặc bị sửa (log verify); báo cáo không khớp mã băm",
		 "the log is damaged or was changed (log verify); a report differs from its hash"},
	[TEXT_EXIT_FAULTS] = {"tệp nhập vào có lỗi", "faults in an imported file"},
	[TEXT_EXIT_INTERNAL] = {"lỗi nội bộ hoặc lỗi máy", "internal error, or the machine failed"},
	/* Commands */
	[TEXT_CMD_PLAN_IMPORT] =
		{"nhập kế hoạch và nhiệm vụ từ tệp CSV hoặc XLSX, được cả hoặc không gì cả",
		 "import a plan and its tasks from CSV or XLSX, all or nothing"},
	[TEXT_CMD_PLAN_LIST] = {"danh sách kế hoạch", "list plans"},
	[TEXT_CMD_PLAN_SHOW] = {"số liệu của một kế hoạch theo lĩnh vực và đơn vị",
				"figures of a plan by area and unit"},
	[TEXT_CMD_UNIT_LIST] = {"danh sách đơn vị và tên gọi khác", "list units and their aliases"},
	[TEXT_CMD_TASK_LIST] = {"danh sách nhiệm vụ", "list tasks"},
	[TEXT_CMD_TASK_SHOW] = {"chi tiết và lịch sử của một nhiệm vụ",
				"details and history of a task"},
	[TEXT_CMD_TASK_UPDATE] = {"cập nhật tiến độ (đơn vị chủ trì)",
				  "report progress (lead unit)"},
	[TEXT_CMD_TASK_COMPLETE] =
		{"đề nghị xác nhận hoàn thành, kèm tài liệu kiểm chứng (đơn vị chủ trì)",
		 "request confirmation of completion, with evidence (lead unit)"},
	[TEXT_CMD_TASK_DECIDE] = {"xác nhận hoàn thành hoặc trả lại (cơ quan theo dõi)",
				  "confirm the completion or return it (following-up agency)"},
	[TEXT_CMD_TASK_EXTEND] =
		{"đề nghị gia hạn (đơn vị chủ trì); đồng ý, không đồng ý (cơ quan theo dõi)",
		 "request an extension (lead unit); grant or refuse it (following-up agency)"},
	[TEXT_CMD_TASK_ASSIGN] = {"giao cho đơn vị chủ trì khác (cơ quan theo dõi)",
				  "give a task to another lead unit (following-up agency)"},
	[TEXT_CMD_OFFICE_QUEUE] = {"những gì đang chờ gửi tại một đơn vị có máy chủ riêng",
				   "what waits in the outbox of an office"},
	[TEXT_CMD_LOG_TAIL] = {"các bản ghi của nhật ký sự kiện", "records of the event log"},
	[TEXT_CMD_LOG_VERIFY] = {"kiểm tra toàn bộ nhật ký sự kiện trên đĩa",
				 "check the whole event log on disk"},
	[TEXT_CMD_STATUS] = {"tình trạng các dịch vụ", "state of the services"},
	[TEXT_CMD_KEYGEN] = {"tạo cặp khóa CURVE trong một tệp mới",
			     "make a pair of CURVE keys in a new file"},
	[TEXT_CMD_CALENDAR_IMPORT] =
		{"nhập ngày nghỉ, ngày làm bù, chung hay riêng từng đơn vị, từ tệp CSV",
		 "import holidays and worked days, for all or for a unit, "
		 "from a CSV file"},
	[TEXT_CMD_CLOCK_CONFIRM] = {"xác nhận đồng hồ máy chủ đúng sau khi nó nhảy",
				    "confirm that the server's clock is right after it jumped"},
	[TEXT_CMD_REMIND_PREVIEW] =
		{"thư nhắc việc sẽ gửi trong những ngày này, theo số liệu hiện có",
		 "reminders that would go out on these days, by what is known now"},
	[TEXT_CMD_REMIND_LOG] = {"đã nhắc đơn vị nào, lúc nào, kết quả ra sao",
				 "which unit was reminded, when, and what came of it"},
	[TEXT_CMD_REMIND_SHOW] = {"nội dung đã gửi của một thư nhắc việc",
				  "the content of one reminder as it was sent"},
	[TEXT_CMD_REPORT_RUN] =
		{"lập báo cáo tính đến một ngày và lưu thành tệp (không ban hành)",
		 "make a report as of a day and keep it as a file (nothing is issued)"},
	[TEXT_CMD_REPORT_LIST] = {"danh sách báo cáo đã ban hành", "list issued reports"},
	[TEXT_CMD_REPORT_SHOW] = {"một báo cáo đã ban hành; --out lấy lại đúng tệp đã ban hành",
				  "one issued report; --out fetches the very file that was issued"},
	[TEXT_CMD_MAIL_LIST] = {"thư trong hộp thư chạy thử",
				"mails that the trial's mail sink has kept"},
	[TEXT_CMD_MAIL_SHOW] = {"đọc một thư trong hộp thư chạy thử",
				"read one mail of the trial's mail sink"},
	[TEXT_CMD_COMPLETION] = {"in kịch bản tự hoàn thành lệnh cho bash",
				 "print the completion script for bash"},
	/* Options */
	[TEXT_OPT_ENDPOINT] =
		{"dịch vụ: task, tasklog, notification, reporting, office-<MÃ ĐƠN VỊ>, hoặc địa "
		 "chỉ đầy đủ ipc://... tcp://...; tên ngắn tìm trong $DONDOC_RUN",
		 "service: task, tasklog, notification, reporting, office-<UNIT>, or a full "
		 "address ipc://... tcp://...; short names are looked up in $DONDOC_RUN"},
	[TEXT_OPT_FORMAT] = {"dạng kết quả", "form of the output"},
	[TEXT_OPT_LANG] = {"ngôn ngữ; mặc định theo LC_ALL, LC_MESSAGES, LANG",
			   "language; by default from LC_ALL, LC_MESSAGES, LANG"},
	[TEXT_OPT_AS_UNIT] =
		{"thực hiện thay mặt đơn vị này; mặc định $DONDOC_UNIT, rồi đến đơn vị có quyền",
		 "act for this unit; by default $DONDOC_UNIT, then the unit that has the right"},
	[TEXT_OPT_KEY] = {"tệp khóa của mình, cho tcp://", "own key file, for tcp://"},
	[TEXT_OPT_SERVER_KEY] = {"khóa công khai của máy chủ (40 ký tự Z85), cho tcp://",
				 "the server's public key (40 characters of Z85), for tcp://"},
	[TEXT_OPT_WAIT_MS] = {"chờ trả lời tối đa bao nhiêu mili giây",
			      "how many milliseconds to wait for an answer at most"},
	[TEXT_OPT_HELP] = {"trợ giúp", "this help"},
	[TEXT_OPT_VERSION] = {"phiên bản", "the version"},
	[TEXT_OPT_PLAN] = {"mã kế hoạch", "code of the plan"},
	[TEXT_OPT_TITLE] = {"tên gọi, trích yếu", "title"},
	[TEXT_OPT_NUMBER] = {"số, ký hiệu văn bản", "number of the document"},
	[TEXT_OPT_DATE] = {"ngày văn bản", "date of the document"},
	[TEXT_OPT_ISSUER] = {"cơ quan ban hành", "issuer of the document"},
	[TEXT_OPT_ASSIGNER] = {"mã cơ quan theo dõi, đơn vị giao việc",
			       "code of the following-up agency"},
	[TEXT_OPT_TASKS] = {"tệp nhiệm vụ", "file of tasks"},
	[TEXT_OPT_GROUPS] = {"tệp nhóm nhiệm vụ (đề mục)", "file of groups (headings)"},
	[TEXT_OPT_UNITS] = {"tệp đơn vị", "file of units"},
	[TEXT_OPT_ALIASES] = {"tệp tên gọi khác của đơn vị", "file of units' aliases"},
	[TEXT_OPT_AREAS] = {"tệp lĩnh vực", "file of areas"},
	[TEXT_OPT_DIVISIONS] = {"tệp phòng chuyên môn theo mã nhiệm vụ",
				"file of divisions by task code"},
	[TEXT_OPT_DEFAULT_LEAD] = {"đơn vị chủ trì cho dòng không ghi",
				   "lead unit of rows that have none"},
	[TEXT_OPT_DRY_RUN] = {"chỉ kiểm tra, không ghi gì", "check only, write nothing"},
	[TEXT_OPT_UNIT] = {"đơn vị chủ trì", "lead unit"},
	[TEXT_OPT_AREA] = {"lĩnh vực", "area"},
	[TEXT_OPT_STATE] = {"trạng thái: chua, dang, cho, xong, tralai, tamdung, chuyenky, thoi",
			    "state: assigned, in-progress, awaiting, completed, returned, paused, "
			    "carried-over, cancelled"},
	[TEXT_OPT_TIME] = {"theo hạn: quá hạn, sắp đến hạn, trong hạn, không có hạn",
			   "by due date"},
	[TEXT_OPT_TEXT] = {"có chữ này (không phân biệt hoa thường, có dấu hay không)",
			   "having this text (case and diacritics do not matter)"},
	[TEXT_OPT_AS_OF] = {"tính đến ngày này", "as of this day"},
	[TEXT_OPT_LIMIT] = {"nhiều nhất bao nhiêu dòng", "at most so many rows"},
	[TEXT_OPT_OFFSET] = {"bỏ qua bao nhiêu dòng đầu", "leave so many rows out first"},
	[TEXT_OPT_ALL] = {"tất cả, không chia trang", "everything"},
	[TEXT_OPT_PERCENT] = {"phần trăm hoàn thành, 0 đến 100", "percent done, 0 to 100"},
	[TEXT_OPT_STEP] = {"bước: chưa, đang, đã trình, xong",
			   "step: not begun, under way, submitted, finished"},
	[TEXT_OPT_NOTE] = {"ghi chú: đã làm gì, vướng gì", "note: what was done, what hinders"},
	[TEXT_OPT_EVIDENCE_NUMBER] = {"số, ký hiệu tài liệu kiểm chứng", "number of the evidence"},
	[TEXT_OPT_EVIDENCE_DATE] = {"ngày của tài liệu kiểm chứng", "date of the evidence"},
	[TEXT_OPT_EVIDENCE_TITLE] = {"tên tài liệu kiểm chứng", "title of the evidence"},
	[TEXT_OPT_REASON] = {"lý do", "reason"},
	[TEXT_OPT_UNTIL] = {"đến ngày; với gia hạn: thời hạn mới",
			    "until this day; of an extension: the new due date"},
	[TEXT_OPT_BASIS_NUMBER] = {"số, ký hiệu văn bản làm căn cứ",
				   "number of the document that it rests on"},
	[TEXT_OPT_BASIS_DATE] = {"ngày của văn bản làm căn cứ", "date of that document"},
	[TEXT_OPT_BASIS_TITLE] = {"tên văn bản làm căn cứ", "title of that document"},
	[TEXT_OPT_TO] = {"đơn vị được giao, được hỏi", "the unit that is to have it, or is asked"},
	[TEXT_OPT_FROM] = {"từ bản ghi số mấy; mặc định là các bản ghi cuối",
			   "from this record on; by default the last ones"},
	[TEXT_OPT_FOLLOW] = {"chờ và in tiếp bản ghi mới", "wait for new records and print them"},
	[TEXT_OPT_DIR] = {"thư mục nhật ký; mặc định $DONDOC_LOG_DIR",
			  "folder of the log; by default $DONDOC_LOG_DIR"},
	[TEXT_OPT_RECEIPT] = {"biên nhận phải có trong nhật ký",
			      "a receipt that must be in the log"},
	/* Columns */
	[TEXT_COL_CODE] = {"Mã", "Code"},
	[TEXT_COL_CONTENT] = {"Nội dung", "Content"},
	[TEXT_COL_LEAD] = {"Chủ trì", "Lead unit"},
	[TEXT_COL_DUE] = {"Hạn", "Due"},
	[TEXT_COL_STATE] = {"Trạng thái", "State"},
	[TEXT_COL_PROGRESS] = {"Tiến độ", "Done"},
	[TEXT_COL_PLAN] = {"Kế hoạch", "Plan"},
	[TEXT_COL_TITLE] = {"Tên gọi", "Title"},
	[TEXT_COL_NUMBER] = {"Số, ký hiệu", "Number"},
	[TEXT_COL_DATE] = {"Ngày", "Date"},
	[TEXT_COL_ASSIGNER] = {"Theo dõi", "Assigner"},
	[TEXT_COL_TASKS] = {"Nhiệm vụ", "Tasks"},
	[TEXT_COL_GROUPS] = {"Nhóm", "Groups"},
	[TEXT_COL_UNIT] = {"Đơn vị", "Unit"},
	[TEXT_COL_NAME] = {"Tên", "Name"},
	[TEXT_COL_KIND] = {"Loại", "Kind"},
	[TEXT_COL_PARENT] = {"Cấp trên", "Parent"},
	[TEXT_COL_COLLECTIVE] = {"Tập thể", "Collective"},
	[TEXT_COL_OPEN_TASKS] = {"Việc còn mở", "Open tasks"},
	[TEXT_COL_ALIASES] = {"Tên gọi khác", "Aliases"},
	[TEXT_COL_AREA] = {"Lĩnh vực", "Area"},
	[TEXT_COL_TOTAL] = {"Tổng", "Total"},
	[TEXT_COL_DONE_ON_TIME] = {"Xong đúng hạn", "Done in time"},
	[TEXT_COL_DONE_LATE] = {"Xong quá hạn", "Done late"},
	[TEXT_COL_IN_TERM] = {"Đang trong hạn", "In term"},
	[TEXT_COL_OVERDUE] = {"Đang quá hạn", "Overdue"},
	[TEXT_COL_NO_DUE] = {"Không có hạn", "No due date"},
	[TEXT_COL_PAUSED] = {"Tạm dừng", "Paused"},
	[TEXT_COL_CANCELLED] = {"Thôi, chuyển kỳ", "Cancelled"},
	[TEXT_COL_FILE] = {"Tệp", "File"},
	[TEXT_COL_ROW] = {"Hàng", "Row"},
	[TEXT_COL_LINE] = {"Dòng", "Line"},
	[TEXT_COL_COLUMN] = {"Cột", "Column"},
	[TEXT_COL_PROBLEM] = {"Vấn đề", "Problem"},
	[TEXT_COL_VALUE] = {"Giá trị", "Value"},
	[TEXT_COL_REMEDY] = {"Cách sửa", "Remedy"},
	[TEXT_COL_NO] = {"Số", "No."},
	[TEXT_COL_TASK] = {"Nhiệm vụ", "Task"},
	[TEXT_COL_COMMAND] = {"Lệnh", "Command"},
	[TEXT_COL_QUEUED] = {"Lúc lưu", "Saved at"},
	[TEXT_COL_CHANGED] = {"Thay đổi", "Changed"},
	[TEXT_COL_ATTEMPTS] = {"Lần gửi", "Attempts"},
	[TEXT_COL_RECEIPT] = {"Biên nhận", "Receipt"},
	[TEXT_COL_REASON] = {"Lý do", "Reason"},
	[TEXT_COL_SERVICE] = {"Dịch vụ", "Service"},
	[TEXT_COL_HEALTH] = {"Tình trạng", "Health"},
	[TEXT_COL_LINK] = {"Kết nối", "Link"},
	[TEXT_COL_HEAD] = {"Nhật ký", "Log"},
	[TEXT_COL_VIEW] = {"Dữ liệu", "View"},
	[TEXT_COL_CLOCK] = {"Đồng hồ", "Clock"},
	[TEXT_COL_TRIAL] = {"Thử", "Trial"},
	[TEXT_COL_UP] = {"Chạy (giờ:phút)", "Up (h:m)"},
	[TEXT_COL_MEMORY] = {"Bộ nhớ", "Memory"},
	[TEXT_COL_BUILD] = {"Bản dựng", "Build"},
	/* Options of reminders, reports, mails */
	[TEXT_OPT_TASK] = {"chỉ những thư có nhiệm vụ này", "only messages about this task"},
	[TEXT_OPT_OUT] = {"tệp kết quả", "file to write"},
	[TEXT_OPT_FORCE] = {"ghi đè tệp đã có", "overwrite a file that is there"},
	[TEXT_OPT_HTML] = {"in phần HTML thay cho phần chữ",
			   "print the HTML part in place of the text"},
	[TEXT_OPT_FROM_DAY] = {"từ ngày này", "from this day on"},
	[TEXT_OPT_TO_DAY] = {"đến hết ngày này", "up to this day"},
	[TEXT_OPT_RECIPIENT] = {"đơn vị nhận", "unit that is told"},
	[TEXT_OPT_DIGEST_STATE] = {"kết quả: dasoan, danggui, dagui, cho, hong, choduyet, boqua",
				   "outcome: planned, handing, delivered, waiting, failed, held, "
				   "dropped"},
	[TEXT_OPT_MAIL_DIR] =
		{"thư mục thư; mặc định $DONDOC_MAIL_DIR, rồi thư mục của lần chạy thử này",
		 "folder of the mails; by default $DONDOC_MAIL_DIR, then the one of this trial"},
	[TEXT_OPT_REPORT_FORMAT] = {"dạng tệp; mặc định theo đuôi tên tệp",
				    "form of the file; by default from its name's ending"},
	/* Columns of reminders, reports, mails */
	[TEXT_COL_BY] = {"Theo", "By"},
	[TEXT_COL_WHAT] = {"Nhắc gì", "What"},
	[TEXT_COL_DEFERRED] = {"Dời ngày", "Deferred"},
	[TEXT_COL_MESSAGE] = {"Thư", "Message"},
	[TEXT_COL_TIME] = {"Lúc", "Time"},
	[TEXT_COL_REPLY] = {"Máy chủ thư trả lời", "Mail server's reply"},
	[TEXT_COL_SEQUENCE] = {"Bản ghi", "Record"},
	[TEXT_COL_ISSUED] = {"Ban hành lúc", "Issued"},
	[TEXT_COL_AS_OF] = {"Tính đến", "As of"},
	[TEXT_COL_SCHEDULE] = {"Lịch", "Schedule"},
	[TEXT_COL_POSITION] = {"Vị trí", "Position"},
	[TEXT_COL_FORMAT] = {"Dạng", "Format"},
	[TEXT_COL_SIZE] = {"Byte", "Bytes"},
	[TEXT_COL_HASH] = {"BLAKE2b-256", "BLAKE2b-256"},
	[TEXT_COL_MAIL_TO] = {"Người nhận", "To"},
	[TEXT_COL_SUBJECT] = {"Tiêu đề", "Subject"},
};

const char *cli_text(enum cli_lang lang, enum cli_text text)
{
	const char *words;

	assert(text < TEXT_COUNT);
	words = catalogue[text][lang] ? catalogue[text][lang] : cli_texts_said[text][lang];
	assert(words);
	return words;
}

void cli_fill(struct dd_buf *out, const char *pattern, const char *const *args, int count)
{
	for (; *pattern; pattern++) {
		int place = pattern[1] - '0';

		if (*pattern != '{' || place < 0 || place > 9 || pattern[2] != '}') {
			dd_buf_add(out, pattern, 1);
			continue;
		}
		if (place < count && args[place])
			dd_buf_text(out, args[place]);
		pattern += 2;
	}
}
