/* sheet_refusal.c - why a row was refused and what helps, in the words of whoever fills sheets in.
 */
#include "common/sheet/sheet_text.h"

#define CODE(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static const struct refusal {
	Dondoc__V1__RefusalCode code;
	const char *why[DD_SHEET_LANGS];
	const char *helps[DD_SHEET_LANGS];
} refusals[] = {
	{CODE(UNKNOWN_TASK),
	 {"nhiệm vụ không còn trong kế hoạch", "the task is no longer in the plan"},
	 {"lấy phiếu mới", "take a new sheet"}},
	{CODE(UNKNOWN_UNIT),
	 {"không có đơn vị này", "there is no such unit"},
	 {"lấy phiếu mới", "take a new sheet"}},
	{CODE(NOT_PERMITTED),
	 {"đơn vị nộp phiếu không chủ trì nhiệm vụ này", "the unit does not lead this task"},
	 {"lấy phiếu mới; nếu nhiệm vụ đã chuyển đơn vị thì đơn vị mới báo cáo",
	  "take a new sheet; where the task went to another unit, that one reports"}},
	{CODE(STATE),
	 {"tình trạng hiện nay của nhiệm vụ không cho phép (đang chờ xác nhận, đã hoàn thành, tạm "
	  "dừng "
	  "hoặc thôi thực hiện)",
	  "the task's state does not allow it (awaiting confirmation, completed, paused or "
	  "cancelled)"},
	 {"xem lại tình trạng nhiệm vụ, không cần báo cáo thêm cho đến khi có quyết định",
	  "look at the task's state; nothing is needed until it is decided"}},
	{CODE(MISSING),
	 {"thiếu nội dung bắt buộc (văn bản, lý do hoặc tài liệu đính kèm)",
	  "something required is missing (document, reason or file)"},
	 {"ghi thêm ô còn thiếu; tài liệu thì gửi qua cơ quan theo dõi",
	  "fill in what is missing; bring files to the following-up agency"}},
	{CODE(RANGE),
	 {"giá trị ngoài phạm vi cho phép (ngày lùi hạn phải sau hạn hiện nay)",
	  "a value is out of range (a new date must be later than the one in force)"},
	 {"sửa giá trị rồi gửi lại", "correct it and hand it in again"}},
	{CODE(PENDING),
	 {"đã có một đề nghị cùng loại đang chờ quyết định", "such a request is already waiting"},
	 {"chờ quyết định, xóa ô đề nghị", "wait for the decision, and empty the cells"}},
	{CODE(PROGRESS_FELL),
	 {"tỷ lệ thấp hơn lần trước mà không nói lý do",
	  "the percentage fell, and no reason is given"},
	 {"ghi lý do vào ô \"Việc đã làm trong kỳ\", hoặc sửa tỷ lệ",
	  "say why in \"What was done\", or correct the percentage"}},
	{CODE(TOO_LARGE),
	 {"nội dung dài quá", "the text is too long"},
	 {"tóm tắt lại", "make it shorter"}},
	{CODE(OTHER_LOG),
	 {"phiếu do một hệ thống khác lập, hoặc lập trước khi khôi phục dữ liệu",
	  "the sheet was made by another system, or before the data was restored"},
	 {"lấy phiếu mới", "take a new sheet"}},
	{CODE(NOTHING_TO_DO),
	 {"không có gì thay đổi", "nothing would change"},
	 {"không cần gửi lại", "nothing needs to be done"}},
	{CODE(PLAN_STATE),
	 {"kế hoạch chưa ban hành hoặc đã đóng", "the plan is a draft, or closed"},
	 {"hỏi cơ quan theo dõi", "ask the following-up agency"}},
	{CODE(TOO_LATE),
	 {"đã quá thời gian được đề nghị", "the days for it are over"},
	 {"báo cáo bằng văn bản cho cơ quan theo dõi", "write to the following-up agency"}},
	{CODE(UNIT_CLOSED),
	 {"đơn vị đã sáp nhập hoặc giải thể", "the unit has ended"},
	 {"đơn vị kế tiếp báo cáo", "its successor reports"}},
	{CODE(UNIT_SCOPE),
	 {"người nộp phiếu không phụ trách đơn vị này",
	  "who handed it in does not act for the unit"},
	 {"nhờ người của đơn vị nộp", "let somebody of the unit hand it in"}},
	{CODE(NO_ROLE),
	 {"người nộp phiếu không có vai trò được phép", "who handed it in has no role that may"},
	 {"nhờ đầu mối hoặc thủ trưởng đơn vị nộp", "let the focal person or the head hand it in"}},
	{CODE(PRODUCTS_OPEN),
	 {"còn sản phẩm chưa có văn bản kết quả", "there are products without a document"},
	 {"báo cáo từng sản phẩm trước, qua cơ quan theo dõi", "report each product first"}},
	{CODE(SWITCHED_OFF),
	 {"cơ quan không dùng mục này (tỷ lệ phần trăm)",
	  "the authority does not use this (per cent)"},
	 {"xóa ô tỷ lệ", "empty the percentage"}},
	{CODE(PREDECESSORS_OPEN),
	 {"nhiệm vụ phải làm trước chưa xong", "a task that comes first is not finished"},
	 {"chờ nhiệm vụ trước hoàn thành", "wait for it"}},
	{CODE(FOREIGN_PERSON),
	 {"người nộp phiếu không thuộc đơn vị này", "who handed it in is not of this unit"},
	 {"nhờ người của đơn vị nộp", "let somebody of the unit hand it in"}},
	{CODE(NEWER_CLIENT),
	 {"máy chủ chưa biết loại phiếu này", "the server does not know this kind of sheet"},
	 {"cập nhật phần mềm máy chủ", "update the server"}},
};

static const struct refusal *find(Dondoc__V1__RefusalCode code)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (refusals[i].code == code)
			return &refusals[i];
	}
	return NULL;
}

const char *dd_sheet_refusal(enum dd_sheet_lang lang, Dondoc__V1__RefusalCode code)
{
	static const char *const other[] = {"không được phép theo quy tắc",
					    "a rule does not allow it"};
	const struct refusal *found = find(code);

	return found ? found->why[lang] : other[lang];
}

const char *dd_sheet_remedy(enum dd_sheet_lang lang, Dondoc__V1__RefusalCode code)
{
	static const char *const other[] = {"hỏi cơ quan theo dõi", "ask the following-up agency"};
	const struct refusal *found = find(code);

	return found ? found->helps[lang] : other[lang];
}

const char *dd_sheet_action(enum dd_sheet_lang lang, Dondoc__V1__CommandBody__ActionCase action)
{
	static const char *const names[][DD_SHEET_LANGS] = {{"Đề nghị hoàn thành", "Completion"},
							    {"Đề nghị lùi hạn", "Extension"},
							    {"Tiến độ", "Progress"}};

	if (action == DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION)
		return names[0][lang];
	if (action == DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION)
		return names[1][lang];
	return names[2][lang];
}

const char *dd_sheet_fate_name(enum dd_sheet_lang lang, enum dd_sheet_fate fate)
{
	static const char *const names[DD_SHEET_FATES][DD_SHEET_LANGS] = {
		[DD_SHEET_UNTOUCHED] = {"để trống", "empty"},
		[DD_SHEET_READY] = {"sẽ gửi", "to be sent"},
		[DD_SHEET_KNOWN] = {"đã nhận trước đó", "taken before"},
		[DD_SHEET_TAKEN] = {"đã nhận", "taken"},
		[DD_SHEET_SAVED] = {"đã lưu, chờ chuyển", "saved"},
		[DD_SHEET_HELD] = {"chờ thủ trưởng duyệt", "waits for the head"},
		[DD_SHEET_CONFLICT] = {"xung đột", "conflict"},
		[DD_SHEET_UNSENT] = {"chưa gửi được", "not sent"},
		[DD_SHEET_REFUSED] = {"bị từ chối", "refused"},
		[DD_SHEET_BAD] = {"điền sai", "not readable"},
	};

	return names[fate][lang];
}
