/* task_import_annex_test.c - annexes as authorities make them: workbooks with titles, headings
 * among the tasks, numbers that begin anew, merged cells and "nt"; dates from the words. */
#include "common/base/clock.h"
#include "common/base/csv.h"
#include "tests/services/task/task_import_fixture.h"
#include "tests/support/xlsx_made.h"

/* --- workbooks from rows of text ---------------------------------------------------------------
 */

static void add_escaped(struct dd_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&' || *text == '<')
			dd_buf_text(out, *text == '&' ? "&amp;" : "&lt;");
		else
			dd_buf_add(out, text, 1);
	}
}

static void add_cell(struct dd_buf *out, size_t row, size_t column, const char *text)
{
	if (!*text)
		return;
	dd_buf_printf(out, "<c r=\"%c%zu\" t=\"inlineStr\"><is><t>", (char)('A' + column), row);
	add_escaped(out, text);
	dd_buf_text(out, "</t></is></c>");
}

/* Rows of cells cut at '|'; `merges` as in the file, or NULL. */
static ProtobufCBinaryData keep_book(struct importing *test, const char *const *rows,
				     const char *merges)
{
	struct dd_buf sheet = {0};
	struct dd_buf file = {0};
	ProtobufCBinaryData hash;

	dd_buf_text(&sheet, "<worksheet><sheetData>");
	for (size_t row = 1; rows[row - 1]; row++) {
		char *line = dd_strdup(rows[row - 1]);
		char *rest = line;

		dd_buf_printf(&sheet, "<row r=\"%zu\">", row);
		for (size_t column = 0; rest; column++)
			add_cell(&sheet, row, column, strsep(&rest, "|"));
		dd_buf_text(&sheet, "</row>");
		free(line);
	}
	dd_buf_printf(&sheet, "</sheetData>%s</worksheet>", merges ? merges : "");
	made_workbook(dd_buf_cstr(&sheet), NULL, &file);
	hash = keep_bytes(test, file.data, file.len);
	dd_buf_fini(&sheet);
	dd_buf_fini(&file);
	return hash;
}

static Dondoc__V1__ImportPlan command_with(struct importing *test, const char *const *rows,
					   const char *merges)
{
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;

	forget_files(test);
	command.plan = &test->plan;
	command.units_file = keep(test, UNITS);
	command.tasks_file = keep_book(test, rows, merges);
	command.format = DONDOC__V1__FILE_FORMAT__FILE_XLSX;
	command.read_times = true;
	command.year = 2026;
	return command;
}

static size_t count_told(const struct importing *test, Dondoc__V1__RowProblem problem)
{
	size_t count = 0;

	for (size_t i = 0; i < test->result.row_count; i++)
		count += test->result.rows[i]->problem == problem;
	return count;
}

/* --- the plan of Hà Nội from its words ----------------------------------------------------------
 */

static void append_file(const struct importing *test, const ProtobufCBinaryData *hash,
			struct dd_buf *out)
{
	for (size_t i = 0; i < test->file_count; i++)
		if (memcmp(test->files[i].hash, hash->data, DD_HASH_LEN) == 0)
			dd_buf_add(out, test->files[i].bytes.data, test->files[i].bytes.len);
}

static struct dd_csv *sample(struct importing *test, const char *name)
{
	ProtobufCBinaryData hash = keep_sample(test, name);
	struct dd_buf bytes = {0};
	struct dd_csv *csv;

	append_file(test, &hash, &bytes);
	assert_int_equal(dd_csv_parse(bytes.data, bytes.len, &csv, &test->err), 0);
	dd_buf_fini(&bytes);
	return csv;
}

/* The sample as a workbook, under the names of its real header, without its columns of days. */
static ProtobufCBinaryData keep_kh38_book(struct importing *test, const struct dd_csv *csv)
{
	static const struct {
		const char *column;
		const char *header;
	} columns[] = {{"code", "Mã nhiệm vụ"},
		       {"area", "Lĩnh vực"},
		       {"content", "Tên nhóm nhiệm vụ/nhiệm vụ"},
		       {"lead_unit", "Đơn vị chủ trì"},
		       {"coordinating_units", "Đơn vị phối hợp"},
		       {"time_text", "Thời hạn hoàn thành"},
		       {"target", "Kết quả cần đạt (định lượng)"},
		       {"product", "Sản phẩm đầu ra"}};
	struct dd_buf sheet = {0};
	struct dd_buf file = {0};
	ProtobufCBinaryData hash;

	dd_buf_text(&sheet, "<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>PHỤ LỤC"
			    "</t></is></c></row><row r=\"4\">");
	for (size_t i = 0; i < 8; i++)
		add_cell(&sheet, 4, i, columns[i].header);
	for (size_t row = 0; row < dd_csv_rows(csv); row++) {
		dd_buf_printf(&sheet, "</row><row r=\"%zu\">", row + 5);
		for (size_t i = 0; i < 8; i++)
			add_cell(&sheet, row + 5, i,
				 dd_csv_cell(csv, row, dd_csv_column(csv, columns[i].column)));
	}
	dd_buf_text(&sheet, "</row></sheetData></worksheet>");
	made_workbook(dd_buf_cstr(&sheet), NULL, &file);
	hash = keep_bytes(test, file.data, file.len);
	dd_buf_fini(&sheet);
	dd_buf_fini(&file);
	return hash;
}

static const char *cell(const struct dd_csv *csv, size_t row, const char *column)
{
	return dd_csv_cell(csv, row, dd_csv_column(csv, column));
}

static void the_workbook_of_kh38_gives_from_its_words_the_days_that_people_wrote_down(void **state)
{
	static const char *const recurrences[] = {
		"once",   "continuous", "weekly",     "monthly",     "quarterly",
		"yearly", "event",      "milestones", "half_yearly", "nine_months"};
	struct importing *test = *state;
	struct dd_csv *csv = sample(test, "plan-hanoi-kh38-2026.csv");
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;

	forget_files(test);
	command.plan = &test->plan;
	command.units_file = keep_sample(test, "units-hanoi-kh38-2026.csv");
	command.aliases_file = keep_sample(test, "aliases-hanoi-kh38-2026.csv");
	command.areas_file = keep_sample(test, "areas-cchc-2021-2030.csv");
	command.tasks_file = keep_kh38_book(test, csv);
	command.format = DONDOC__V1__FILE_FORMAT__FILE_XLSX;
	command.read_times = true;
	command.issued_day = test_day("2026-01-26");
	run(test, &command);
	assert_string_equal(test->result.text, "");
	apply_all(test);
	assert_int_equal(dd_csv_rows(csv), 137);
	for (size_t row = 0; row < dd_csv_rows(csv); row++) {
		Dondoc__V1__TaskFields *task = fields_of(test, cell(csv, row, "code"));
		char start[DD_DAY_TEXT];
		char due[DD_DAY_TEXT];

		assert_string_equal(dd_day_iso(task->start_day, start), cell(csv, row, "start"));
		assert_string_equal(dd_day_iso(task->due_day, due), cell(csv, row, "due"));
		assert_string_equal(recurrences[task->recurrence], cell(csv, row, "recurrence"));
		assert_string_equal(task->time_text, cell(csv, row, "time_text"));
		dondoc__v1__task_fields__free_unpacked(task, NULL);
	}
	assert_int_equal(count_told(test, PROBLEM(TIME_DOUBT)), 4);
	dd_csv_free(csv);
	run(test, &command); /* again nothing changes */
	assert_int_equal(test->result.event_count, 0);
}

/* --- headings, numbers, cells of the row above
 * ---------------------------------------------------- */

static const char *const annex[] = {
	"UBND THÀNH PHỐ HÀ NỘI",
	"Phụ lục||Nhiệm vụ năm 2026",
	"STT|Nhiệm vụ|Cơ quan chủ trì|Cơ quan phối hợp|Sản phẩm|Thời gian|Ghi chú|Hỗ trợ",
	"(1)|(2)|(3)|(4)|(5)|(6)",
	"I. THỂ CHẾ",
	"1|Rà soát|Sở Y tế|Sở Tài chính|Báo cáo|Quý I/2026|x|y",
	"2|Sửa đổi|nt||Quyết định|Trước 10/02/2026",
	"II|DỮ LIỆU",
	"1|Kho dữ liệu|Sở Y tế; Sở Tài chính||Kho|6 tháng đầu năm 2026",
	"2|Mở kho|||Kho",
	"|Họp|Sở Tài chính|||Theo quy chế",
	NULL};
#define MERGED "<mergeCells><mergeCell ref=\"C9:C10\"/><mergeCell ref=\"F9:F10\"/></mergeCells>"

static void headings_and_numbers_that_begin_anew_become_codes(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, annex, MERGED);
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	assert_string_equal(test->result.text, "");
	apply_all(test);
	task = fields_of(test, "I");
	assert_true(task->group);
	assert_string_equal(task->content, "THỂ CHẾ");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "II.1");
	assert_string_equal(task->content, "Kho dữ liệu");
	assert_string_equal(task->parent, "II");
	assert_int_equal(task->due_day, test_day("2026-06-30"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "II.N1");
	assert_string_equal(task->content, "Họp");
	assert_int_equal(task->recurrence, DONDOC__V1__RECURRENCE__RECUR_EVENT);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	assert_int_equal(count_told(test, PROBLEM(NUMBER_REUSED)), 2);
	assert_int_equal(count_told(test, PROBLEM(CODE_MADE)), 1);
	assert_int_equal(count_told(test, PROBLEM(UNKNOWN_COLUMN)), 1);
}

static void cells_merged_or_named_nt_take_the_row_above_and_are_told(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, annex, MERGED);
	const Dondoc__V1__RowReport *row;
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	apply_all(test);
	task = fields_of(test, "I.2");
	assert_string_equal(task->lead_unit, "SYT");
	assert_string_equal(task->lead_text, "Sở Y tế");
	assert_int_equal(task->due_day, test_day("2026-02-09"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "II.2");
	assert_string_equal(task->lead_unit, "SYT");
	assert_int_equal(task->n_leads, 2);
	assert_string_equal(task->time_text, "6 tháng đầu năm 2026");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	assert_int_equal(count_told(test, PROBLEM(INHERITED)), 3);
	assert_int_equal(count_told(test, PROBLEM(TWO_LEADS)), 2);
	row = row_with(test, PROBLEM(INHERITED));
	assert_int_equal(row->line, 7);
	assert_int_equal(row->row, 4); /* counted from the header */
	assert_string_equal(row->column, "lead_unit");
	assert_string_equal(row->file, "tasks");
}

static void an_annex_reads_the_same_again_and_its_rows_keep_their_codes(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, annex, MERGED);

	run(test, &command);
	apply_all(test);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.unchanged, 7 + 6 + 1);
}

static void empty_cells_go_on_only_when_the_command_says_so(void **state)
{
	static const char *const rows[] = {"Mã|Nhiệm vụ|Chủ trì|Thời hạn|Sản phẩm",
					   "A1|Một|Sở Y tế|30/8/2026|x", "A2|Hai|||y", NULL};
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, rows, NULL);
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(MISSING_VALUE)));
	command.inherit = true;
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "A2");
	assert_string_equal(task->lead_unit, "SYT");
	assert_int_equal(task->due_day, test_day("2026-08-30"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void nt_without_a_row_above_is_a_fault_with_its_place(void **state)
{
	static const char *const rows[] = {"Mã|Nhiệm vụ|Chủ trì", "A1|Một|nt", NULL};
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, rows, NULL);
	const Dondoc__V1__RowReport *row;

	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(IMPORT_FAULTS));
	row = row_with(test, PROBLEM(NOTHING_ABOVE));
	assert_non_null(row);
	assert_true(row->fault);
	assert_int_equal(row->line, 2);
}

static void columns_are_named_by_the_command_where_no_shipped_name_fits(void **state)
{
	static const char *const rows[] = {"Ký hiệu|Đầu việc|Ai làm|Bao giờ xong",
					   "A1|Một|Sở Y tế|30/8/2026", NULL};
	static const char *const names[][2] = {{"ký hiệu", "code"},
					       {"Đầu việc", "content"},
					       {"Ai làm", "lead_unit"},
					       {"Bao giờ xong", "time_text"}};
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, rows, NULL);
	Dondoc__V1__ColumnMap maps[4];
	Dondoc__V1__ColumnMap *list[4];
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(MISSING_COLUMN)));
	for (size_t i = 0; i < 4; i++) {
		dondoc__v1__column_map__init(&maps[i]);
		maps[i].header = text_of(names[i][0]);
		maps[i].field = text_of(names[i][1]);
		list[i] = &maps[i];
	}
	command.n_columns = 4;
	command.columns = list;
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "A1");
	assert_int_equal(task->due_day, test_day("2026-08-30"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void what_is_no_workbook_is_a_fault_of_the_file(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);

	command.format = DONDOC__V1__FILE_FORMAT__FILE_XLSX;
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(IMPORT_FAULTS));
	assert_non_null(row_with(test, PROBLEM(BAD_XLSX)));
}

/* --- days of the file and of its words
 * -------------------------------------------------------------- */

static void days_of_the_file_stay_and_what_differs_from_the_words_is_told(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		command_of(test, TASK_HEAD "1,0,Việc,x,Sở Y tế,,Quý I/2026,,2026-01-31,once,\n"
					   "2,0,Việc,x,Sở Y tế,,30/8/2026,,2026-08-30,once,\n"
					   "3,0,Việc,x,Sở Y tế,,Sớm,,,,\n");
	Dondoc__V1__TaskFields *task;

	command.read_times = true;
	run(test, &command);
	apply_all(test);
	assert_int_equal(count_told(test, PROBLEM(TIME_DIFFERS)), 1);
	assert_int_equal(count_told(test, PROBLEM(TIME_DOUBT)), 1);
	task = fields_of(test, "1");
	assert_int_equal(task->due_day, test_day("2026-01-31"));
	assert_int_equal(task->timing->doubts, DONDOC__V1__TIME_DOUBT__DOUBT_OTHER_DATES);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "2");
	assert_null(task->timing);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "3");
	assert_int_equal(task->timing->doubts, DONDOC__V1__TIME_DOUBT__DOUBT_NOT_UNDERSTOOD);
	assert_string_equal(task->timing->rest, "Sớm");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void days_after_the_issue_count_from_the_plans_own_document(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		command_of(test, TASK_HEAD "1,0,Việc,x,Sở Y tế,,\"100 ngày kể\ntừ ngày ban hành\n"
					   "Kế hoạch\",,,,\n");
	Dondoc__V1__Document source = DONDOC__V1__DOCUMENT__INIT;
	Dondoc__V1__TaskFields *task;

	source.day = test_day("2026-07-14");
	source.number = text_of("277/KH-UBND");
	test->plan.source = &source;
	command.read_times = true;
	run(test, &command);
	apply_all(test);
	test->plan.source = NULL;
	task = fields_of(test, "1");
	assert_int_equal(task->start_day, test_day("2026-07-14"));
	assert_int_equal(task->due_day, test_day("2026-10-22"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

#define ANNEX_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void a_csv_file_that_was_saved_as_a_workbook_has_the_same_texts(void **state)
{
	static const char *const rows[] = {"code|content|lead_unit|due|recurrence|position",
					   "1|'- Rà soát|Sở Y tế|2026-03-31|once|64", NULL};
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_with(test, rows, NULL);
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	apply_all(test);
	task = fields_of(test, "1");
	assert_string_equal(task->content, "- Rà soát");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ANNEX_TEST(
			the_workbook_of_kh38_gives_from_its_words_the_days_that_people_wrote_down),
		ANNEX_TEST(a_csv_file_that_was_saved_as_a_workbook_has_the_same_texts),
		ANNEX_TEST(headings_and_numbers_that_begin_anew_become_codes),
		ANNEX_TEST(cells_merged_or_named_nt_take_the_row_above_and_are_told),
		ANNEX_TEST(an_annex_reads_the_same_again_and_its_rows_keep_their_codes),
		ANNEX_TEST(empty_cells_go_on_only_when_the_command_says_so),
		ANNEX_TEST(nt_without_a_row_above_is_a_fault_with_its_place),
		ANNEX_TEST(columns_are_named_by_the_command_where_no_shipped_name_fits),
		ANNEX_TEST(what_is_no_workbook_is_a_fault_of_the_file),
		ANNEX_TEST(days_of_the_file_stay_and_what_differs_from_the_words_is_told),
		ANNEX_TEST(days_after_the_issue_count_from_the_plans_own_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
