/* sheet_text.c - see sheet_text.h. Refusals are in sheet_refusal.c. */
#include "common/sheet/sheet_text.h"
#include <assert.h>

static const char *const texts[SHEET_TEXTS][DD_SHEET_LANGS] = {
	[SHEET_TITLE] = {"PHIẾU BÁO CÁO TIẾN ĐỘ THỰC HIỆN NHIỆM VỤ",
			 "REPORTING SHEET: PROGRESS OF TASKS"},
	[SHEET_UNIT] = {"Đơn vị", "Unit"},
	[SHEET_PERIOD] = {"Kỳ báo cáo", "Period"},
	[SHEET_FILLER] = {"Chức vụ người báo cáo (không ghi họ tên)",
			  "Position of who reports (no name)"},
	[SHEET_HINT] =
		{"Chỉ điền vào ô màu vàng. Nhiệm vụ không có gì mới: chọn \"Không thay đổi\". "
		 "Dòng để trống hết thì coi như chưa báo cáo. Cách điền và ví dụ: xem trang "
		 "\"Hướng dẫn\". Điền xong, gửi lại chính tệp này (đổi tên tệp cũng được).",
		 "Fill in the yellow cells only. Nothing new about a task: choose \"No change\". A "
		 "row left empty counts as not reported. How to fill it in, with examples: sheet "
		 "\"Guide\". Then hand in this very file (under any name)."},
	[SHEET_NAME] = {"Báo cáo", "Report"},
	[SHEET_HELP_NAME] = {"Hướng dẫn", "Guide"},
	[SHEET_HELP_TITLE] = {"CÁCH ĐIỀN PHIẾU BÁO CÁO", "HOW TO FILL IN THE REPORTING SHEET"},
	[SHEET_EXAMPLES] = {"Ví dụ (chỉ để xem, không được gửi đi)",
			    "Examples (to look at; they are not sent)"},
	[SHEET_FOOTER] = {"Trang", "Page"},
	[SHEET_UNCHANGED] = {"Không thay đổi", "No change"},
	[SHEET_YES] = {"Có", "Yes"},
	[SHEET_PRODUCT] = {"Sản phẩm: ", "Product: "},
	[SHEET_HINDRANCE] = {"Khó khăn, kiến nghị: ", "Difficulties, proposals: "},
	[SHEET_DOCUMENT] = {"Văn bản: ", "Document: "},
	[SHEET_OF_DAY] = {" ngày ", " of "},
	[SHEET_OF_ISSUER] = {" của ", " by "},
	[SHEET_OVERDUE] = {"quá hạn {0} ngày", "{0} days overdue"},
	[SHEET_DAYS_LEFT] = {"còn {0} ngày", "{0} days left"},
	[SHEET_NO_DUE] = {"Không có hạn", "No due date"},
	[SHEET_NEVER] = {"Chưa báo cáo lần nào", "Never reported"},
	[SHEET_LAST] = {"Báo cáo {0}: ", "Reported {0}: "},
	[SHEET_ANSWERED] =
		{"Bản trả lời. Dòng nào bị từ chối: sửa ngay tại đây rồi gửi lại tệp này; "
		 "dòng đã nhận thì để nguyên, không bị ghi lần thứ hai.",
		 "The answer. A row that was refused: correct it here and hand this file in; "
		 "leave rows that were taken as they are, they are not recorded twice."},
	[SHEET_BAD_OLD] =
		{"tệp .xls kiểu cũ hoặc có mật khẩu: mở tệp, bỏ mật khẩu, chọn Lưu thành (Save "
		 "As), "
		 "kiểu \"Excel Workbook (.xlsx)\", rồi gửi tệp mới",
		 "an old .xls file, or one with a password: open it, take the password off, choose "
		 "Save As, type \"Excel Workbook (.xlsx)\", and hand in the new file"},
	[SHEET_BAD_ODS] =
		{"tệp .ods: trong LibreOffice chọn Lưu thành, kiểu \"Excel 2007-365 (.xlsx)\", "
		 "rồi gửi tệp mới",
		 "an .ods file: in LibreOffice choose Save As, type \"Excel 2007-365 (.xlsx)\", "
		 "and "
		 "hand in the new file"},
	[SHEET_BAD_CSV] =
		{"đây không phải bảng tính .xlsx: gửi đúng tệp phiếu báo cáo đã điền, không "
		 "xuất ra dạng khác",
		 "this is no .xlsx workbook: hand in the reporting sheet itself, not exported to "
		 "another form"},
	[SHEET_BAD_BROKEN] =
		{"tệp bị hỏng hoặc không phải bảng tính ({0}): mở bằng Excel hoặc LibreOffice, lưu "
		 "lại dưới dạng .xlsx rồi gửi",
		 "the file is damaged, or no workbook ({0}): open it in Excel or LibreOffice, save "
		 "it "
		 "as .xlsx and hand that in"},
	[SHEET_BAD_OTHER] =
		{"bảng tính này không phải phiếu báo cáo, hoặc dòng 1 (đang ẩn) đã bị xóa: lấy "
		 "lại phiếu gốc, chép các ô đã điền sang rồi gửi",
		 "this workbook is no reporting sheet, or its hidden row 1 was deleted: take the "
		 "sheet as it was made, copy what you filled in, and hand that in"},
	[SHEET_BAD_HEADER] =
		{"không thấy dòng tiêu đề cột (\"Mã nhiệm vụ\", \"Mức độ thực hiện\"...): lấy lại "
		 "phiếu gốc, chép các ô đã điền sang rồi gửi",
		 "the row with the names of the columns is missing: take the sheet as it was "
		 "made, copy what you filled in, and hand that in"},
	[SHEET_BAD_VERSION] =
		{"phiếu do phần mềm mới hơn lập ra: cập nhật phần mềm ở nơi tiếp nhận",
		 "a newer program made this sheet: update the program that takes it in"},
	[SHEET_BAD_ROWS] = {"phiếu có quá 1.000 nhiệm vụ", "the sheet has more than 1,000 tasks"},
	[SHEET_BAD_FILLER] = {"ô \"Chức vụ người báo cáo\" dài quá 200 ký tự: ghi ngắn lại",
			      "\"Position of who reports\" is too long: at most 200 bytes"},
	[SHEET_ROW_MARK] =
		{"Không nhận ra nhiệm vụ của dòng này (cột ẩn đầu tiên đã bị xóa hoặc dòng được "
		 "chép thêm). Lấy lại phiếu gốc, điền dòng này rồi gửi.",
		 "This row's task is not known (the hidden first column was deleted, or the row "
		 "was "
		 "added). Take the sheet as it was made and fill the row in there."},
	[SHEET_ROW_SLIPPED] =
		{"Mã nhiệm vụ không khớp với dòng (bảng đã bị sắp xếp lệch). Lấy lại phiếu gốc, "
		 "điền dòng này rồi gửi.",
		 "The task's code is not that of the row (the table was sorted apart). Take the "
		 "sheet as it was made and fill the row in there."},
	[SHEET_ROW_TWICE] =
		{"Nhiệm vụ này đã có ở dòng {0} với nội dung khác. Chỉ giữ lại một dòng.",
		 "This task stands in row {0} already, with other values. Keep one of the rows."},
	[SHEET_ROW_STEP] =
		{"Mức độ \"{0}\" không hiểu được. Chọn trong danh sách: Không thay đổi, Chưa, "
		 "Đang, Đã trình, Xong.",
		 "\"{0}\" is none of the steps. Choose from the list: No change, Not begun, Under "
		 "way, Submitted, Finished."},
	[SHEET_ROW_PERCENT] =
		{"Tỷ lệ \"{0}\" không hiểu được. Ghi số nguyên từ 0 đến 100, ví dụ 50.",
		 "\"{0}\" is no percentage. Write a whole number from 0 to 100, for example 50."},
	[SHEET_ROW_UNCHANGED] =
		{"Đã chọn \"Không thay đổi\" thì không ghi tỷ lệ. Xóa tỷ lệ, hoặc chọn mức độ "
		 "khác.",
		 "\"No change\" goes without a percentage. Delete the percentage or choose "
		 "another step."},
	[SHEET_ROW_DAY] = {"Ngày \"{0}\" không hiểu được. Ghi ngày/tháng/năm, ví dụ 05/11/2026.",
			   "\"{0}\" is no date. Write day/month/year, for example 05/11/2026."},
	[SHEET_ROW_YES] = {"Ô đề nghị xác nhận hoàn thành ghi \"{0}\". Chọn \"Có\" hoặc để trống.",
			   "The completion cell says \"{0}\". Choose \"Yes\" or leave it empty."},
	[SHEET_ROW_EVIDENCE] =
		{"Đề nghị xác nhận hoàn thành phải kèm văn bản kết quả. Ghi số, ký hiệu và ngày "
		 "của văn bản.",
		 "A completion needs a document. Write its number and date."},
	[SHEET_ROW_EXTENSION] =
		{"Đề nghị lùi hạn phải có đủ ba ô: ngày mới, lý do, căn cứ (số văn bản). Ghi "
		 "thêm ô còn thiếu.",
		 "An extension needs all three: the new date, the reason, the basis (number of "
		 "a document). Fill in what is missing."},
	[SHEET_ROW_BOTH] =
		{"Không thể vừa đề nghị hoàn thành vừa đề nghị lùi hạn. Chỉ giữ một đề nghị.",
		 "Completion and extension cannot be asked for together. Keep one of them."},
	[SHEET_ROW_LONG] =
		{"Nội dung dài quá. Tóm tắt còn khoảng 2.000 ký tự; chi tiết gửi kèm bằng văn bản.",
		 "The text is too long. Keep it to about 2,000 characters."},
	[SHEET_SAID_TAKEN] = {"Đã nhận lúc {1} (số {0})", "Taken at {1} (number {0})"},
	[SHEET_SAID_HELD] = {"Đã nhận lúc {1}, chờ thủ trưởng đơn vị duyệt (số {0})",
			     "Taken at {1}, waits for the head of the unit (number {0})"},
	[SHEET_SAID_SAVED] = {"Đã lưu lúc {1} tại máy của đơn vị, đang chuyển về trung tâm",
			      "Saved at {1} at the unit's office, on its way to the centre"},
	[SHEET_SAID_KNOWN] = {"Đã nhận trước đó (số {0}), không ghi lần thứ hai",
			      "Taken before (number {0}); not recorded a second time"},
	[SHEET_SAID_CONFLICT] =
		{"Đã nhận lúc {1} (số {0}) nhưng xung đột: sau khi lập phiếu đã có người khác báo "
		 "cáo số liệu khác. Giữ cả hai, chờ người có trách nhiệm quyết định.",
		 "Taken at {1} (number {0}), but in conflict: somebody else reported other values "
		 "after the sheet was made. Both are kept; a person decides."},
	[SHEET_SAID_UNSENT] =
		{"Chưa gửi được. Gửi lại chính tệp này sau; dòng đã nhận không bị ghi lần thứ "
		 "hai.",
		 "Not sent. Hand this very file in again later; what was taken is not recorded "
		 "twice."},
	[SHEET_SAID_REFUSED] = {"Bị từ chối: {0}.", "Refused: {0}."},
	[SHEET_SAID_REMEDY] = {" Cách sửa: {0}.", " What helps: {0}."},
};

const char *dd_sheet_words(enum dd_sheet_lang lang, enum sheet_text text)
{
	const char *found = texts[text][lang];

	assert(found);
	return found;
}

static const char *const columns[DD_SHEET_COLUMNS][DD_SHEET_LANGS] = {
	[DD_SHEET_MARK] = {"Dấu dòng (không sửa)", "Mark (leave as it is)"},
	[DD_SHEET_NUMBER] = {"STT", "No."},
	[DD_SHEET_CODE] = {"Mã nhiệm vụ", "Code"},
	[DD_SHEET_CONTENT] = {"Nội dung nhiệm vụ", "Task"},
	[DD_SHEET_DUE] = {"Thời hạn", "Due"},
	[DD_SHEET_STATE] = {"Tình trạng hiện nay", "State now"},
	[DD_SHEET_STEP] = {"Mức độ thực hiện", "Step"},
	[DD_SHEET_PERCENT] = {"Tỷ lệ (%)", "Per cent"},
	[DD_SHEET_DONE] = {"Việc đã làm trong kỳ", "What was done"},
	[DD_SHEET_HINDER] = {"Khó khăn, kiến nghị", "Difficulties, proposals"},
	[DD_SHEET_DOC_NUMBER] = {"Văn bản kết quả: số, ký hiệu", "Document: number"},
	[DD_SHEET_DOC_DAY] = {"Ngày văn bản", "Document: date"},
	[DD_SHEET_DOC_ISSUER] = {"Cơ quan ban hành", "Document: issuer"},
	[DD_SHEET_COMPLETE] = {"Đề nghị xác nhận hoàn thành", "Request completion"},
	[DD_SHEET_NEW_DUE] = {"Đề nghị lùi hạn đến ngày", "Proposed new date"},
	[DD_SHEET_REASON] = {"Lý do lùi hạn", "Reason for the new date"},
	[DD_SHEET_BASIS] = {"Căn cứ lùi hạn (văn bản số)", "Basis (document number)"},
	[DD_SHEET_RESULT] = {"Kết quả tiếp nhận", "Result"},
};

const char *dd_sheet_column(enum dd_sheet_lang lang, enum dd_sheet_column column)
{
	return columns[column][lang];
}

static const char *const helps[DD_SHEET_COLUMNS][DD_SHEET_LANGS] = {
	[DD_SHEET_STEP] = {"Bấm vào ô, chọn trong danh sách: Không thay đổi (không có gì mới so "
			   "với lần trước), "
			   "Chưa, Đang, Đã trình, Xong.",
			   "Click the cell and choose: No change, Not begun, Under way, Submitted, "
			   "Finished."},
	[DD_SHEET_PERCENT] =
		{"Ước tính khối lượng đã làm, số nguyên từ 0 đến 100. Không biết thì để trống.",
		 "About how much is done, a whole number from 0 to 100. May be left empty."},
	[DD_SHEET_DONE] =
		{"Việc đã làm trong kỳ, ngắn gọn. Tỷ lệ thấp hơn lần trước thì ghi rõ vì sao.",
		 "What was done in the period, in short. If the percentage fell: why."},
	[DD_SHEET_HINDER] = {"Vướng mắc và điều cần cấp trên giải quyết. Không có thì để trống.",
			     "What hinders, and what others should decide. May be left empty."},
	[DD_SHEET_DOC_NUMBER] = {"Số, ký hiệu của văn bản là kết quả, ví dụ 12/BC-UBND.",
				 "Number of the document that came of it, for example 12/BC-UBND."},
	[DD_SHEET_DOC_DAY] = {"Ngày/tháng/năm của văn bản, ví dụ 05/11/2026.",
			      "Its date as day/month/year, for example 05/11/2026."},
	[DD_SHEET_DOC_ISSUER] = {"Cơ quan ký văn bản, ví dụ UBND xã Đăk Hà.", "Who signed it."},
	[DD_SHEET_COMPLETE] =
		{"Chọn \"Có\" khi đã làm xong và có văn bản kết quả. Cơ quan theo dõi sẽ xác nhận "
		 "hoặc trả lại.",
		 "\"Yes\" when it is done and the document is there. The following-up agency "
		 "confirms or returns it."},
	[DD_SHEET_NEW_DUE] =
		{"Chỉ điền khi xin lùi hạn: ngày mới, lý do và văn bản làm căn cứ, đủ ba ô. Hạn "
		 "chỉ thay đổi khi được đồng ý.",
		 "Only to ask for an extension: new date, reason and basis, all three. The due "
		 "date changes only when it is granted."},
};

const char *dd_sheet_column_help(enum dd_sheet_lang lang, enum dd_sheet_column column)
{
	return helps[column][lang] ? helps[column][lang] : "";
}

static const char *const examples[SHEET_EXAMPLE_ROWS][DD_SHEET_COLUMNS][DD_SHEET_LANGS] = {
	{[DD_SHEET_CODE] = {"N01.1", "N01.1"},
	 [DD_SHEET_CONTENT] = {"Niêm yết thủ tục hành chính tại bộ phận một cửa",
			       "Post procedures"},
	 [DD_SHEET_STEP] = {"Đang", "Under way"},
	 [DD_SHEET_PERCENT] = {"60", "60"},
	 [DD_SHEET_DONE] = {"Đã niêm yết 85/140 thủ tục", "85 of 140 are posted"},
	 [DD_SHEET_HINDER] = {"Thiếu máy in màu, đề nghị Sở hỗ trợ", "No printer"}},
	{[DD_SHEET_CODE] = {"N01.2", "N01.2"},
	 [DD_SHEET_CONTENT] = {"Tuyên truyền cải cách hành chính", "Campaign"},
	 [DD_SHEET_STEP] = {"Không thay đổi", "No change"}},
	{[DD_SHEET_CODE] = {"N02.4", "N02.4"},
	 [DD_SHEET_CONTENT] = {"Ban hành kế hoạch cải cách hành chính của xã", "Issue the plan"},
	 [DD_SHEET_STEP] = {"Xong", "Finished"},
	 [DD_SHEET_PERCENT] = {"100", "100"},
	 [DD_SHEET_DONE] = {"Đã ban hành và gửi các thôn", "Issued and sent"},
	 [DD_SHEET_DOC_NUMBER] = {"15/KH-UBND", "15/KH-UBND"},
	 [DD_SHEET_DOC_DAY] = {"05/11/2026", "05/11/2026"},
	 [DD_SHEET_DOC_ISSUER] = {"UBND xã", "Commune"},
	 [DD_SHEET_COMPLETE] = {"Có", "Yes"}},
	{[DD_SHEET_CODE] = {"N03.1", "N03.1"},
	 [DD_SHEET_CONTENT] = {"Số hóa hồ sơ lưu trữ", "Scan archives"},
	 [DD_SHEET_STEP] = {"Đang", "Under way"},
	 [DD_SHEET_PERCENT] = {"30", "30"},
	 [DD_SHEET_DONE] = {"Đã số hóa 3.000 hồ sơ", "3,000 files scanned"},
	 [DD_SHEET_NEW_DUE] = {"31/12/2026", "31/12/2026"},
	 [DD_SHEET_REASON] = {"Chưa bố trí được kinh phí", "No money yet"},
	 [DD_SHEET_BASIS] = {"20/TTr-UBND", "20/TTr-UBND"}},
};

const char *dd_sheet_example(enum dd_sheet_lang lang, int row, enum dd_sheet_column column)
{
	return examples[row][column][lang] ? examples[row][column][lang] : "";
}

const char *dd_sheet_step(enum dd_sheet_lang lang, Dondoc__V1__ProgressStep step)
{
	static const char *const names[][DD_SHEET_LANGS] = {{"Chưa", "Not begun"},
							    {"Đang", "Under way"},
							    {"Đã trình", "Submitted"},
							    {"Xong", "Finished"}};

	return (unsigned)step < 4 ? names[step][lang] : "?";
}

const char *dd_sheet_state(enum dd_sheet_lang lang, Dondoc__V1__TaskState state)
{
	static const char *const names[][DD_SHEET_LANGS] = {
		{"Chưa thực hiện", "Assigned"}, {"Đang thực hiện", "In progress"},
		{"Chờ xác nhận", "Awaiting"},   {"Hoàn thành", "Completed"},
		{"Trả lại", "Returned"},        {"Tạm dừng", "Paused"},
		{"Chuyển kỳ", "Carried over"},  {"Thôi thực hiện", "Cancelled"}};

	return (unsigned)state < 8 ? names[state][lang] : "?";
}
