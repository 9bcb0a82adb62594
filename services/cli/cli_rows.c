/* cli_rows.c - what may be wrong with a row of an imported file, and what helps. */
#include "services/cli/cli_words.h"

/* By RowProblem; {problem, remedy} in Vietnamese and in English. */
static const char *const rows[][2][CLI_LANG_COUNT] = {
	[DONDOC__V1__ROW_PROBLEM__ROW_OK] = {{"được", "fine"}, {"", ""}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT] =
		{{"không có đơn vị này", "no such unit"},
		 {"thêm đơn vị vào tệp units, hoặc khai báo tên gọi này trong tệp aliases",
		  "add the unit to the units file, or register this name in the aliases file"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_AREA] =
		{{"không có lĩnh vực này", "no such area"},
		 {"thêm lĩnh vực vào tệp areas, hoặc sửa số",
		  "add the area to the areas file, or mend the number"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_BAD_DATE] = {{"ngày không đúng", "not a date"},
						   {"ghi yyyy-mm-dd hoặc dd/mm/yyyy, ngày có thật",
						    "write yyyy-mm-dd or dd/mm/yyyy, a real day"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_DUE_BEFORE_START] = {{"hạn trước ngày bắt đầu",
							    "due before the start"},
							   {"sửa một trong hai ngày",
							    "mend one of the two dates"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE] =
		{{"mã bị trùng", "the code is there twice"},
		 {"mỗi dòng một mã riêng trong kế hoạch",
		  "give every row a code of its own within the plan"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_MISSING_VALUE] = {{"thiếu giá trị", "the value is missing"},
							{"điền ô này", "fill this cell in"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_BAD_RECURRENCE] =
		{{"chu kỳ không rõ", "not a recurrence"},
		 {"dùng once, continuous, weekly, monthly, quarterly, yearly, event, milestones",
		  "use once, continuous, weekly, monthly, quarterly, yearly, event, milestones"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NOT_UTF8] = {{"không phải UTF-8", "not UTF-8"},
						   {"lưu lại tệp dạng CSV UTF-8",
						    "save the file again as CSV UTF-8"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_BAD_CSV] =
		{{"không đúng dạng CSV", "not CSV"},
		 {"kiểm tra dấu ngoặc kép và số cột ở dòng này",
		  "look at the quotes and the number of columns of this line"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_MISSING_COLUMN] = {{"thiếu cột", "a column is missing"},
							 {"thêm cột này vào dòng tiêu đề",
							  "add this column to the header"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_COLUMN] =
		{{"cột không rõ", "an unknown column"},
		 {"sửa tên cột hoặc bỏ cột này", "mend the column's name or leave it out"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG] = {{"quá dài", "too long"},
						   {"rút gọn ô này", "shorten this cell"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_PARENT] = {{"không có cấp trên này",
							  "no such parent"},
							 {"thêm dòng cấp trên, hoặc sửa mã",
							  "add the parent, or mend the code"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_CYCLE] = {{"vòng lặp cấp trên", "parents go in a circle"},
						{"sửa cấp trên của một trong các dòng này",
						 "mend the parent of one of these rows"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_BAD_CODE] =
		{{"mã không hợp lệ", "not a code"},
		 {"mã không có dấu cách hay dấu /; mã đơn vị và kế hoạch chỉ gồm A-Z 0-9 . - _",
		  "codes have no blanks and no /; those of units and plans only A-Z 0-9 . - _"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NO_DUE_DATE] =
		{{"không có hạn", "no due date"},
		 {"được nhận, xếp riêng, không bao giờ quá hạn",
		  "taken as it is, a class of its own, never overdue"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_COLLECTIVE_LEAD] =
		{{"chủ trì là nhiều đơn vị", "the lead is a collective"},
		 {"được nhận là một nhiệm vụ; thêm --fan-out, hoặc đánh dấu cột fan_out, để mỗi "
		  "đơn vị có nhiệm vụ con",
		  "taken as one task; --fan-out, or a mark in column fan_out, gives each unit a "
		  "sub-task"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_ALIAS_TAKEN] = {{"tên gọi này đã thuộc đơn vị khác",
						       "the alias is another unit's"},
						      {"dùng tên gọi khác, hoặc sửa dòng kia",
						       "use another name, or mend the other row"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_KIND] = {{"loại không rõ", "an unknown kind"},
						       {"dùng một loại có trong tệp mẫu",
							"use a kind that the sample files have"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_DIVISION_UNUSED] =
		{{"phòng không được dùng: không có nhiệm vụ mã này, hoặc phòng không thuộc đơn vị "
		  "chủ trì",
		  "the division is not used: no task has this code, or it is not within the lead"},
		 {"sửa mã nhiệm vụ hoặc tên phòng, hoặc bỏ dòng",
		  "mend the code or the division, or leave the row out"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_COORDINATING] =
		{{"đơn vị phối hợp không rõ", "an unknown coordinating unit"},
		 {"được giữ nguyên văn, không gửi cho ai; khai báo tên gọi nếu cần",
		  "kept as text, nobody is addressed; register the name if that is not wanted"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_TIME_DOUBT] =
		{{"chưa hiểu hết thời gian thực hiện", "the time text is not wholly understood"},
		 {"xem lại và ghi rõ ngày; nguyên văn được giữ",
		  "look at it and set the dates; the text is kept"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_TIME_DIFFERS] = {{"ngày trong cột khác với lời văn",
							"the dates differ from the time text"},
						       {"lấy theo cột ngày; xem lại",
							"the columns were taken; look at it"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_INHERITED] = {{"lấy theo dòng trên",
						     "taken from the row above"},
						    {"không cần làm gì nếu đúng",
						     "nothing to do if that is right"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NOTHING_ABOVE] = {{"ghi như trên nhưng không có dòng trên",
							 "\"as above\", but there is no row above"},
							{"ghi rõ nội dung ô", "fill the cell"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_TWO_LEADS] =
		{{"có nhiều đơn vị chủ trì", "several leads in one cell"},
		 {"đơn vị đầu là chủ trì, các đơn vị sau làm phần của mình",
		  "the first leads, the others have their parts"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_FANNED_OUT] = {{"tách thành nhiệm vụ của từng đơn vị",
						      "made into one sub-task a unit"},
						     {"không cần làm gì nếu đúng",
						      "nothing to do if that is right"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NO_MEMBERS] =
		{{"đơn vị tập thể không có thành viên", "a collective lead without members"},
		 {"khai báo thành viên: cột members của tệp units, hoặc dondoc unit set ... "
		  "--members",
		  "register its members: column members of the units file, or dondoc unit set ... "
		  "--members"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_UNIT_CLOSED] = {{"đơn vị đã chấm dứt hoạt động",
						       "the unit exists no more"},
						      {"ghi đơn vị kế thừa",
						       "write its successor"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_DUE_LOCKED] =
		{{"kế hoạch đã ban hành, thời hạn chỉ đổi bằng văn bản",
		  "the plan is published: its dates change by a document only"},
		 {"nêu văn bản điều chỉnh", "name the document of the change"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_GONE] =
		{{"nhiệm vụ không còn trong tệp", "the file has this task no more"},
		 {"không tự bỏ: --gone cancel để thôi thực hiện, --gone keep để giữ và không báo",
		  "it stays unless you decide: --gone cancel ends it, --gone keep leaves it "
		  "untold"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_BAD_XLSX] = {{"tệp Excel không đọc được",
						    "the workbook cannot be read"},
						   {"lưu lại thành .xlsx hoặc .csv",
						    "save it again as .xlsx or .csv"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_FORMULA] = {{"ô là công thức, lấy kết quả đã lưu",
						   "the cell is a formula; its value was taken"},
						  {"kiểm tra lại giá trị", "check the value"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NUMBER_REUSED] =
		{{"số thứ tự lặp lại, mã được lập theo mục",
		  "the numbering restarts; the code was made from its section"},
		 {"không cần làm gì nếu đúng", "nothing to do if that is right"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_CODE_MADE] = {{"dòng không có mã, đã lập mã",
						     "the row has no code; one was made"},
						    {"không cần làm gì nếu đúng",
						     "nothing to do if that is right"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_TEXT_DIFFERS] = {{"cùng mã nhưng nội dung khác hẳn",
							"the same code, quite another text"},
						       {"kiểm tra xem có đúng là nhiệm vụ đó không",
							"see whether it is the same task"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_WORKED_ON] =
		{{"nhiệm vụ đã có người thực hiện", "somebody has worked on it"},
		 {"giữ nguyên như đang có; nếu cần thì quyết định riêng cho nhiệm vụ này",
		  "it stays as it is; decide about this task by itself"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE] = {{"giá trị không hợp lệ",
						     "not a value of this column"},
						    {"sửa ô này như trong tệp xuất ra",
						     "mend the cell as an exported file has it"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NOT_THEIRS] =
		{{"không phải nhiệm vụ đang mở của đơn vị này", "no open task of the unit"},
		 {"sửa mã, ghi KẾ-HOẠCH/mã hoặc #số; xem dondoc task list --unit",
		  "mend the code, write PLAN/code or #number; see dondoc task list --unit"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_AMBIGUOUS] = {{"mã này có trong nhiều kế hoạch",
						     "several plans have this code"},
						    {"ghi KẾ-HOẠCH/mã", "write PLAN/code"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_NO_HEIR] =
		{{"đơn vị này không nhận việc trong lần sắp xếp này",
		  "the unit gets nothing by this change"},
		 {"ghi mã hoặc tên một đơn vị kế thừa (--heirs)",
		  "write the code or the name of an heir (--heirs)"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_LEFT_OUT] = {{"nhiệm vụ đang mở chưa có trong danh sách",
						    "an open task that the list leaves out"},
						   {"thêm một dòng cho nhiệm vụ này",
						    "add a row for it"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_OTHER_PLAN] =
		{{"dòng của kế hoạch khác", "a row of another plan"},
		 {"được bỏ qua; nhập dòng này vào kế hoạch của nó",
		  "left out; import it into its own plan"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_ENDED] = {{"không còn trong tệp, thôi thực hiện",
						 "no longer in the file, cancelled"},
						{"không cần làm gì nếu đúng",
						 "nothing to do if that is right"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_TOO_MANY_DAYS] =
		{{"đơn vị này đã có đủ 2.000 ngày trong lịch",
		  "the unit has its 2,000 days in the calendar"},
		 {"bỏ những ngày đã qua từ lâu, hoặc thu lại ngày riêng cũ bằng loại as_above",
		  "leave out days long past, or take some back with kind as_above"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_COLLECTIVE_UNIT] =
		{{"tên này chỉ nhiều đơn vị", "this stands for many units"},
		 {"ngày này chỉ áp dụng cho đơn vị nằm dưới nó trong cây đơn vị; nếu không có thì "
		  "ghi "
		  "đơn vị cấp trên, hoặc mỗi đơn vị một dòng",
		  "the day reaches those that lie under it in the tree of units; where none does, "
		  "write the unit above them, or a row for each"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_LINK_LATER] =
		{{"nhắc đến nhiệm vụ chưa có (nhiệm vụ mới của chính tệp này)",
		  "it refers to a task that is not there yet (it comes with this file)"},
		 {"nhập lại tệp này một lần nữa sau khi nhập xong",
		  "import the file once more afterwards"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_DEPENDENCIES_OFF] =
		{{"kế hoạch này không dùng quan hệ chờ nhau",
		  "this plan does not use dependencies"},
		 {"giữ nguyên như đang có; muốn đổi thì bật cài đặt dependencies",
		  "it stays as it is; switch the setting dependencies on to change it"}},
	[DONDOC__V1__ROW_PROBLEM__ROW_WEIGHTS_OFF] =
		{{"kế hoạch này không dùng trọng số", "this plan does not use weights"},
		 {"bật cài đặt progress.weights trước, hoặc để trống ô này",
		  "switch the setting progress.weights on first, or leave the cell empty"}},
};

static const char *words(enum cli_lang lang, int problem, int which)
{
	if (problem < 0 || (size_t)problem >= sizeof(rows) / sizeof(rows[0]))
		return "?";
	return rows[problem][which][lang];
}

const char *cli_name_row_problem(enum cli_lang lang, int problem)
{
	return words(lang, problem, 0);
}

const char *cli_row_remedy(enum cli_lang lang, int problem)
{
	return words(lang, problem, 1);
}
