/* cli_text_said.c - the catalogue's other part: what the commands say. */
#include "services/cli/cli_text.h"

const char *const cli_texts_said[TEXT_COUNT][CLI_LANG_COUNT] = {
	/* Lists */
	[TEXT_YES] = {"có", "yes"},
	[TEXT_ALL] = {"Tất cả", "All"},
	[TEXT_AREA_STEERING] = {"Chỉ đạo, điều hành", "Direction and steering"},
	[TEXT_TRIAL] = {"giờ thử", "trial clock"},
	[TEXT_NOT_ANSWERING] = {"không trả lời", "not answering"},
	[TEXT_KIND_FAULT] = {"LỖI", "FAULT"},
	[TEXT_KIND_TOLD] = {"lưu ý", "note"},
	[TEXT_TASK_TOTALS] = {"{0} / {1} nhiệm vụ, tính đến {2}", "{0} of {1} tasks, as of {2}"},
	[TEXT_COUNTS_AS_OF] = {"Số liệu tính đến {0}", "Figures as of {0}"},
	[TEXT_RATE_FALLEN_DUE] = {"Hoàn thành trên số nhiệm vụ đã đến hạn: {0}/{1} = {2}",
				  "Done of those fallen due: {0}/{1} = {2}"},
	[TEXT_RATE_ALL] = {"Hoàn thành trên tổng số (không kể thôi thực hiện, chuyển kỳ): "
			   "{0}/{1} = {2}",
			   "Done of all (without those cancelled or carried over): "
			   "{0}/{1} = {2}"},
	[TEXT_OUTBOX_WAITING] = {"{0} mục chưa được trung tâm trả lời",
				 "{0} waiting for the centre's answer"},
	[TEXT_OUTBOX_CUT] = {"Còn nữa: tăng --limit", "There are more: raise --limit"},
	[TEXT_DONE_LATE] = {"quá hạn", "late"},
	[TEXT_DONE_ON_TIME] = {"đúng hạn", "in time"},
	[TEXT_OVERDUE_DAYS] = {"quá hạn {0} ngày", "overdue by {0} days"},
	[TEXT_NEAR_DAYS] = {"sắp đến hạn, còn {0} ngày", "due in {0} days"},
	/* A task */
	[TEXT_LABEL_TASK] = {"Nhiệm vụ", "Task"},
	[TEXT_LABEL_CONTENT] = {"Nội dung", "Content"},
	[TEXT_LABEL_PRODUCT] = {"Sản phẩm", "Product"},
	[TEXT_LABEL_TARGET] = {"Chỉ tiêu", "Target"},
	[TEXT_LABEL_AREA] = {"Lĩnh vực", "Area"},
	[TEXT_LABEL_LEAD] = {"Đơn vị chủ trì", "Lead unit"},
	[TEXT_LABEL_LEAD_TEXT] = {"Chủ trì (nguyên văn)", "Lead (as written)"},
	[TEXT_LABEL_DIVISION] = {"Phòng chuyên môn", "Division"},
	[TEXT_LABEL_COORDINATING] = {"Phối hợp", "Coordinating"},
	[TEXT_LABEL_TIME_TEXT] = {"Thời gian (nguyên văn)", "Time (as written)"},
	[TEXT_LABEL_RECURRENCE] = {"Chu kỳ", "Recurrence"},
	[TEXT_LABEL_NOTE] = {"Ghi chú", "Note"},
	[TEXT_LABEL_STATE] = {"Trạng thái", "State"},
	[TEXT_LABEL_PROGRESS] = {"Tiến độ", "Progress"},
	[TEXT_LABEL_START] = {"Bắt đầu", "Start"},
	[TEXT_LABEL_DUE] = {"Hạn", "Due"},
	[TEXT_LABEL_FIRST_DUE] = {"Hạn ban đầu", "First due date"},
	[TEXT_LABEL_EXTENSIONS] = {"Số lần gia hạn", "Extensions granted"},
	[TEXT_LABEL_SUBMITTED] = {"Ngày đề nghị", "Completion requested"},
	[TEXT_LABEL_PENDING_COMPLETION] = {"Đề nghị hoàn thành số", "Pending completion"},
	[TEXT_LABEL_PENDING_EXTENSION] = {"Đề nghị gia hạn số", "Pending extension"},
	[TEXT_LABEL_PROPOSED] = {"Hạn đề nghị", "Proposed due date"},
	[TEXT_LABEL_CONFLICTS] = {"Cập nhật xung đột", "Conflicting updates"},
	[TEXT_LABEL_VERSION] = {"Phiên bản", "Version"},
	[TEXT_HISTORY] = {"\nLịch sử:", "\nHistory:"},
	[TEXT_HISTORY_CUT] = {"  (còn nữa: tăng --limit)", "  (there is more: raise --limit)"},
	[TEXT_FACT_TIME] = {"xảy ra lúc", "happened at"},
	[TEXT_FACT_DOUBTFUL] = {", chưa chắc chắn", ", doubtful"},
	[TEXT_RECEIPT_NUMBER] = {"biên nhận", "receipt"},
	[TEXT_REDACTED] = {"(nội dung đã được lược bỏ theo quy định)",
			   "(the content was redacted)"},
	[TEXT_HIDDEN] = {"(bản ghi không thuộc quyền xem)", "(a record that may not be seen)"},
	[TEXT_EVENT_CONFLICT] = {"xung đột, chờ người quyết định", "conflicting, a person decides"},
	[TEXT_EVENT_CONFIRMED] = {"xác nhận hoàn thành", "confirmed"},
	[TEXT_EVENT_RETURNED] = {"trả lại", "returned"},
	[TEXT_EVENT_UNTIL] = {"đến {0}", "until {0}"},
	[TEXT_EVENT_GRANTED] = {"đồng ý gia hạn đến {0}", "granted until {0}"},
	[TEXT_EVENT_NOT_GRANTED] = {"không đồng ý", "not granted"},
	[TEXT_EVENT_DELIVERED] = {"máy chủ thư đã nhận", "delivered"},
	[TEXT_EVENT_NOT_DELIVERED] = {"chưa gửi được", "not delivered"},
	/* Outcomes */
	[TEXT_ACCEPTED] = {"Đã ghi nhận. Biên nhận: {1}:{0}:{2}", "Accepted. Receipt: {1}:{0}:{2}"},
	[TEXT_ACCEPTED_BARE] = {"Đã ghi nhận.", "Accepted."},
	[TEXT_SAVED] = {"Đã lưu bền vững tại đơn vị, sẽ gửi về trung tâm; trung tâm chưa quyết "
			"định. Theo dõi: dondoc -e office-<MÃ> office queue --all",
			"Saved for good at the office and on its way; the centre has not decided "
			"yet. To follow it: dondoc -e office-<UNIT> office queue --all"},
	[TEXT_REFUSED] = {"Bị từ chối: {0}", "refused: {0}"},
	[TEXT_DENIED] = {"{0} không cho phép lệnh này; dùng đúng dịch vụ (-e), đúng khóa (--key), "
			 "đúng đơn vị (--as-unit). {1}",
			 "{0} does not take this command; use the right service (-e), key (--key) "
			 "and unit (--as-unit). {1}"},
	[TEXT_CONFLICT] = {"Xung đột: số hiệu lệnh này đã dùng cho nội dung khác; không ghi gì. "
			   "Chạy lại lệnh.",
			   "conflict: this command's number was used for something else; nothing "
			   "was written. Run it again."},
	[TEXT_BUSY] = {"{0} đang bận, chưa ghi gì; thử lại sau hoặc tăng --wait-ms",
		       "{0} is busy and wrote nothing; try again later or raise --wait-ms"},
	[TEXT_STRANGE_ANSWER] =
		{"{0} trả lời không đúng câu hỏi; kiểm tra phiên bản: dondoc status",
		 "{0} gave an answer of another kind; compare versions: dondoc status"},
	[TEXT_SERVER_SAYS] = {"{0}: {1}", "{0}: {1}"},
	[TEXT_NOBODY_LISTENS] =
		{"{0}: không có dịch vụ nào ở đó; khởi động dịch vụ, hoặc kiểm tra -e và "
		 "$DONDOC_RUN",
		 "{0}: nobody listens there; start the service, or look at -e and $DONDOC_RUN"},
	[TEXT_NOT_ADMITTED] = {"{0}: máy chủ không nhận khóa này hoặc người dùng này; kiểm tra "
			       "--key, --server-key, hoặc chạy bằng tài khoản của dịch vụ",
			       "{0}: the server does not admit this key or this user; look at "
			       "--key and --server-key, or run as the service's user"},
	[TEXT_NO_ANSWER] = {"{0}: đã kết nối nhưng không có trả lời; tăng --wait-ms, hoặc xem nhật "
			    "ký vận hành của dịch vụ",
			    "{0}: connected, but no answer came; raise --wait-ms, or see the "
			    "service's own journal"},
	[TEXT_OUTCOME_UNKNOWN] = {"CHƯA BIẾT lệnh đã được ghi hay chưa: xem task show hoặc log "
				  "tail trước khi làm lại",
				  "it is UNKNOWN whether the command was recorded: look at task "
				  "show or log tail before doing it again"},
	[TEXT_FAILED] = {"Không làm được: {0}", "{0}"},
	/* Import */
	[TEXT_IMPORT_COUNTS] = {"Thêm {0}, sửa {1}, giữ nguyên {2}.",
				"Added {0}, changed {1}, unchanged {2}."},
	[TEXT_IMPORT_DOUBTS] = {"Lỗi: {0}. Lưu ý: {1}.", "Faults: {0}. Notes: {1}."},
	[TEXT_IMPORT_CUT] = {"Danh sách trên bị cắt bớt vì quá dài: sửa các lỗi này rồi kiểm tra "
			     "lại để thấy phần còn lại.",
			     "The list above is cut: mend these and check again to see the rest."},
	[TEXT_IMPORT_UNCHANGED] = {"Mọi thứ đã có sẵn, không có gì để ghi.",
				   "Everything is there already; nothing to write."},
	[TEXT_DRY_RUN_GOOD] = {"Kiểm tra xong, không ghi gì. Bỏ --dry-run để nhập.",
			       "Checked, nothing was written. Leave --dry-run out to import."},
	[TEXT_DRY_RUN_FAULTS] = {"Kiểm tra xong, không ghi gì. Sửa các LỖI rồi kiểm tra lại.",
				 "Checked, nothing was written. Mend the FAULTS and check again."},
	/* Usage */
	[TEXT_NO_COMMAND] = {"Thiếu lệnh. Xem: dondoc --help",
			     "a command is missing. See: dondoc --help"},
	[TEXT_UNKNOWN_COMMAND] = {"Không có lệnh \"{0} {1}\". Xem: dondoc --help",
				  "there is no command \"{0} {1}\". See: dondoc --help"},
	[TEXT_LACKS_VALUE] = {"Thiếu giá trị sau \"{0}\". Xem: --help",
			      "\"{0}\" lacks its value. See: --help"},
	[TEXT_NOT_UNDERSTOOD] = {"Không hiểu \"{0}\". Xem: --help",
				 "\"{0}\" is not understood. See: --help"},
	[TEXT_OPTION_ELSEWHERE] =
		{"--{0} không dùng được với lệnh {1}{2}{3}. Xem: dondoc {1}{2}{3} --help",
		 "--{0} is not an option of {1}{2}{3}. See: dondoc {1}{2}{3} --help"},
	[TEXT_WRONG_WORDS] = {"Sau lệnh {0}{1}{2} cần đúng: {3}. Xem: dondoc {0}{1}{2} --help",
			      "{0}{1}{2} takes exactly this: {3}. See: dondoc {0}{1}{2} --help"},
	[TEXT_BAD_VALUE] = {"{0}: \"{1}\" không đúng dạng. Xem: --help",
			    "{0}: \"{1}\" is not of the right form. See: --help"},
	[TEXT_BAD_CHOICE] = {"\"{0}\" không hợp lệ; chọn một trong: {1}",
			     "\"{0}\" is not one of: {1}"},
	[TEXT_BAD_TASK] = {"\"{0}\" không phải mã nhiệm vụ; dùng mã, KẾ-HOẠCH/mã hoặc '#số'",
			   "\"{0}\" names no task; use a code, PLAN/code or '#id'"},
	[TEXT_BAD_ENDPOINT] = {"\"{0}\" không phải tên dịch vụ; dùng task, tasklog, notification, "
			       "reporting, office-<MÃ>, "
			       "hoặc địa chỉ ipc://... tcp://...",
			       "\"{0}\" names no service; use task, tasklog, notification, "
			       "reporting, office-<UNIT>, or an "
			       "address ipc://... tcp://..."},
	[TEXT_BAD_SHELL] = {"Chỉ có kịch bản cho bash, không có cho \"{0}\"",
			    "there is a script for bash only, none for \"{0}\""},
	[TEXT_NO_CSV] = {"Lệnh này không có dạng csv; dùng table hoặc json",
			 "this command has no csv form; use table or json"},
	[TEXT_OPTION_MISSING] = {"Thiếu --{0}", "--{0} is missing"},
	[TEXT_NOTHING_TO_REPORT] = {"Không có gì để cập nhật: cần --percent, --step hoặc --note",
				    "nothing to report: --percent, --step or --note is needed"},
	[TEXT_NO_EVIDENCE] =
		{"Thiếu tài liệu kiểm chứng: cần --evidence-number hoặc --evidence-title",
		 "evidence is missing: --evidence-number or --evidence-title is needed"},
	[TEXT_NO_BASIS] = {"Thiếu căn cứ: cần --basis-number hoặc --basis-title",
			   "the basis is missing: --basis-number or --basis-title is needed"},
	[TEXT_NO_PLAN] = {"Không có kế hoạch \"{0}\". Xem: dondoc plan list",
			  "there is no plan \"{0}\". See: dondoc plan list"},
	[TEXT_WHICH_OFFICE] = {"Cần chỉ rõ đơn vị: dondoc -e office-<MÃ> office queue",
			       "which office? dondoc -e office-<UNIT> office queue"},
	[TEXT_KEY_PAIR] = {"--key và --server-key phải đi cùng nhau",
			   "--key and --server-key go together"},
	[TEXT_KEY_IS_FOR_TCP] = {"--key chỉ dùng cho tcp://, không dùng cho {0}",
				 "--key is for tcp:// only, not for {0}"},
	[TEXT_KEY_EXISTS] = {"{0} đã có; khóa cũ không bị ghi đè. Dùng tên tệp khác.",
			     "{0} exists; a key is never overwritten. Use another name."},
	[TEXT_NO_HOME] = {"Không biết lưu mã người dùng ở đâu: đặt HOME hoặc XDG_STATE_HOME",
			  "no place for the id of the person: set HOME or XDG_STATE_HOME"},
	[TEXT_CANNOT_WRITE] = {"Không ghi được kết quả ra đầu ra",
			       "the output could not be written"},
	/* Log */
	[TEXT_NO_LOG_DIR] =
		{"Cần --dir hoặc $DONDOC_LOG_DIR: thư mục nhật ký của dịch vụ task",
		 "--dir or $DONDOC_LOG_DIR is needed: the folder of the task service's log"},
	[TEXT_BAD_FRAME] = {"{0} gửi bản ghi hỏng; kiểm tra: dondoc log verify",
			    "{0} sent a damaged frame; check: dondoc log verify"},
	[TEXT_DAMAGE] = {"NHẬT KÝ HỎNG: {0}", "DAMAGE: {0}"},
	[TEXT_VERIFIER_DIED] = {"NHẬT KÝ HỎNG: tiến trình kiểm tra bị dừng bất ngờ khi đọc {0}; "
				"kiểm tra đĩa và bản sao lưu",
				"DAMAGE: the reading process was killed while it read {0}; look at "
				"the disk and at the backups"},
	[TEXT_VERIFIED] = {"Nhật ký nguyên vẹn: {0}", "The log is whole: {0}"},
	[TEXT_VERIFIED_RECORDS] = {"  bản ghi: {0}", "  records: {0}"},
	[TEXT_VERIFIED_COMMANDS] = {"  lệnh: {0}", "  commands: {0}"},
	[TEXT_VERIFIED_FRAMES] = {"  khung: {0}", "  frames: {0}"},
	[TEXT_VERIFIED_SEGMENTS] = {"  tệp: {0}", "  segments: {0}"},
	[TEXT_VERIFIED_CHECKPOINT] = {"  mốc có chữ ký: {0}", "  signed checkpoint at: {0}"},
	[TEXT_VERIFIED_HEAD] = {"  vị trí cuối: {0}", "  head: {0}"},
	[TEXT_VERIFIED_TORN] =
		{"  {0} byte cuối chưa từng được xác nhận; lần mở sau sẽ xóa",
		 "  {0} bytes at the end were never acknowledged; the next start blanks them"},
	[TEXT_VERIFIED_RECEIPT] = {"  biên nhận đã cho có trong nhật ký",
				   "  the receipt given lies in it"},
	/* Reminders, reports, mails */
	[TEXT_INTENT_BEFORE] = {"trước hạn {0} ngày làm việc", "{0} working day(s) before"},
	[TEXT_INTENT_DUE] = {"đúng ngày hạn", "on the due day"},
	[TEXT_INTENT_AFTER] = {"sau hạn {0} ngày làm việc", "{0} working day(s) after"},
	[TEXT_DEFERRED] = {"dời", "deferred"},
	[TEXT_PREVIEW_TOTALS] = {"{0} thư, {1} lượt nhắc; theo số liệu đến bản ghi {2}",
				 "{0} message(s), {1} reminder(s); by the data up to record {2}"},
	[TEXT_PREVIEW_CUT] = {"Danh sách bị cắt bớt: thu hẹp --from, --to hoặc --unit",
			      "The list is cut: narrow --from, --to or --unit"},
	[TEXT_DIGESTS_TOTALS] = {"{0} thư, đã gửi được {1}", "{0} message(s), {1} delivered"},
	[TEXT_DIGESTS_CUT] = {"Còn nữa: thu hẹp --from, --to, --unit hoặc tăng --limit",
			      "There are more: narrow --from, --to, --unit or raise --limit"},
	[TEXT_TOLD] = {"ĐÃ BÁO về {0}: máy chủ thư nhận {1} thư, lần đầu {2}, lần cuối {3}",
		       "TOLD about {0}: the mail server took {1} message(s), the first at {2}, the "
		       "last at {3}"},
	[TEXT_NOT_TOLD] =
		{"CHƯA BÁO về {0}: trong phạm vi đã hỏi không có thư nào được máy chủ thư nhận",
		 "NOT TOLD about {0}: within these bounds no message was taken by the mail server"},
	[TEXT_CODES_UNKNOWN] =
		{"Không hỏi được dịch vụ task: nhiệm vụ ghi bằng số thay cho mã",
		 "the task service could not be asked: tasks have their ids in place of codes"},
	[TEXT_NO_SUCH_NAMED] = {"Không có \"{0}\" trong {1} mục mới nhất; kiểm tra lại, hoặc ghi "
				"đủ 64 ký tự của mã băm",
				"there is no \"{0}\" among the {1} latest; look again, or write "
				"all 64 digits of the hash"},
	[TEXT_BAD_NAMED] =
		{"\"{0}\" không đúng dạng: ghi số bản ghi, hoặc ít nhất 12 ký tự đầu của mã băm",
		 "\"{0}\" names nothing: write the record's number, or at least the first 12 "
		 "digits of the hash"},
	[TEXT_LABEL_MESSAGE] = {"Thư", "Message"},
	[TEXT_LABEL_UNIT] = {"Đơn vị nhận", "Unit"},
	[TEXT_LABEL_DAY] = {"Ngày", "Day"},
	[TEXT_LABEL_ATTEMPTS] = {"Số lần gửi", "Attempts"},
	[TEXT_LABEL_PLANNED] = {"Soạn lúc", "Planned"},
	[TEXT_LABEL_SETTLED] = {"Kết quả lúc", "Settled"},
	[TEXT_LABEL_REPLY] = {"Máy chủ thư trả lời", "Mail server's reply"},
	[TEXT_LABEL_SEQUENCE] = {"Bản ghi", "Record"},
	[TEXT_LABEL_EPOCH] = {"Kỳ quyền gửi", "Lease epoch"},
	[TEXT_LABEL_AS_OF_SEQUENCE] = {"Số liệu đến bản ghi", "Data up to record"},
	[TEXT_LABEL_SUBJECT] = {"Tiêu đề", "Subject"},
	[TEXT_CONTENT_HIDDEN] = {"(nội dung đã được lược bỏ, hoặc không thuộc quyền xem)",
				 "(the content was redacted, or may not be seen from here)"},
	[TEXT_REPORT_WRITTEN] =
		{"{0}: {1} byte, số liệu đến {2}, vị trí {3}\n  BLAKE2b-256 {4}",
		 "{0}: {1} bytes, figures as of {2}, position {3}\n  BLAKE2b-256 {4}"},
	[TEXT_REPORT_DAMAGED] = {"{0} gửi tệp không khớp mã băm: không lưu. Kiểm tra thư mục tệp "
				 "của dịch vụ reporting",
				 "{0} sent a file that differs from its hash; nothing was written. "
				 "Look at the reporting service's folder of files"},
	[TEXT_REPORT_OTHER_FILE] =
		{"{0} gửi tệp khác với tệp đã hỏi: không lưu",
		 "{0} sent another file than the one asked for; nothing was written"},
	[TEXT_NO_REPORT_FORMAT] =
		{"Không rõ dạng tệp: dùng --format pdf, xlsx, csv hoặc json, hay đặt tên tệp có "
		 "đuôi đó",
		 "which form? use --format pdf, xlsx, csv or json, or a file name that ends so"},
	[TEXT_NO_REPORT_FILE] = {"Báo cáo {0} không có tệp dạng \"{1}\"; có: {2}",
				 "report {0} has no file of the form \"{1}\"; there are: {2}"},
	[TEXT_FILE_EXISTS] = {"{0} đã có; dùng --force để ghi đè",
			      "{0} exists; --force overwrites it"},
	[TEXT_FORCE_NEEDS_OUT] = {"--force chỉ đi cùng --out", "--force goes with --out"},
	[TEXT_LABEL_REPORT] = {"Báo cáo", "Report"},
	[TEXT_LABEL_PLAN] = {"Kế hoạch", "Plan"},
	[TEXT_LABEL_AS_OF] = {"Tính đến", "As of"},
	[TEXT_LABEL_SCHEDULE] = {"Lịch", "Schedule"},
	[TEXT_LABEL_ISSUED] = {"Ban hành lúc", "Issued"},
	[TEXT_LABEL_POSITION] = {"Vị trí", "Position"},
	[TEXT_LABEL_DATA_HASH] = {"Mã băm số liệu", "Hash of the data"},
	[TEXT_LABEL_BUILD] = {"Bản dựng", "Build"},
	[TEXT_ALL_PLANS] = {"tất cả", "all"},
	[TEXT_NOT_SCHEDULED] = {"theo yêu cầu", "on request"},
	[TEXT_LABEL_FROM] = {"Người gửi", "From"},
	[TEXT_LABEL_TO] = {"Người nhận", "To"},
	[TEXT_LABEL_DATE] = {"Lúc", "Date"},
	[TEXT_LABEL_MESSAGE_ID] = {"Mã thư", "Message-ID"},
	[TEXT_NO_MAIL_DIR] =
		{"Không có thư mục thư {0}: chỉ rõ bằng --dir hoặc $DONDOC_MAIL_DIR",
		 "there is no folder of mails {0}: name it with --dir or $DONDOC_MAIL_DIR"},
	[TEXT_NO_MAIL] = {"Không có thư số {0} trong {1}. Xem: dondoc mail list",
			  "there is no mail {0} in {1}. See: dondoc mail list"},
	[TEXT_NO_MAIL_PART] = {"Thư số {0} không có phần {1} đọc được",
			       "mail {0} has no part {1} that can be read"},
	[TEXT_MAIL_TOTALS] = {"{0} / {1} thư trong {2}", "{0} of {1} mails in {2}"},
	[TEXT_BAD_PERIOD] = {"--from phải trước hoặc bằng --to", "--from must not be after --to"},
	[TEXT_ONLY_TABLE] = {"Lệnh này chỉ có dạng table", "this command has the form table only"},
#define CLI_TEXT(name, vi, en) [name] = {vi, en},
#include "services/cli/cli_text_themes.inc"
#undef CLI_TEXT
};
