/* cli_export_test.c - a task as a row of an annex that may be imported again. */
#include "services/cli/cli_export.h"

#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/base/xlsx.h"
#include "dondoc/v1/query.pb-c.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MADE 20740 /* 14/10/2026 */

/* The libraries of fonts keep what they have read until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* The row read back as CSV. */
static struct dd_csv *read_back(Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	struct cli_export_row row = {0};
	struct dd_buf out = {0};
	struct dd_csv *csv;
	struct dd_error err;

	task.fields = fields;
	task.percent = 40;
	task.lead_name = text_of("Sở Nội vụ");
	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++)
		dd_buf_printf(&out, "%s%s", i ? "," : "", cli_export_columns[i].name);
	dd_buf_text(&out, "\r\n");
	cli_export_row(CLI_VI, &task, "Gia hạn: -1 ngày", &row);
	cli_export_csv_row(&row, &out);
	cli_export_row_free(&row);
	assert_int_equal(dd_csv_parse(out.data, out.len, &csv, &err), 0);
	assert_int_equal(dd_csv_rows(csv), 1);
	dd_buf_fini(&out);
	return csv;
}

/* The row read back from a workbook; headers are its first row. */
static const char *book_cell(const struct dd_xlsx *xlsx, const char *header)
{
	for (size_t i = 0; i < dd_xlsx_columns(xlsx); i++)
		if (strcmp(dd_xlsx_cell(xlsx, 0, i), header) == 0)
			return dd_xlsx_cell(xlsx, 1, i);
	fail_msg("no column %s", header);
	return NULL;
}

static const char *cell(const struct dd_csv *csv, const char *column)
{
	return dd_csv_cell(csv, 0, dd_csv_column(csv, column));
}

static void a_task_keeps_its_texts_its_days_and_its_place(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct dd_csv *csv;

	(void)state;
	fields.code = text_of("II.1");
	fields.parent = text_of("II");
	fields.area = 6;
	fields.content = text_of("Kho \"dữ liệu\",\ndùng chung");
	fields.lead_unit = text_of("SYT");
	fields.lead_text = text_of("Sở Y tế");
	fields.time_text = text_of("Trước 10/02/2026");
	fields.due_day = test_day("2026-02-09");
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_HALF_YEARLY;
	fields.position = 192;
	csv = read_back(&fields);
	assert_string_equal(cell(csv, "code"), "II.1");
	assert_string_equal(cell(csv, "parent"), "II");
	assert_string_equal(cell(csv, "area"), "6");
	assert_string_equal(cell(csv, "content"), "Kho \"dữ liệu\",\ndùng chung");
	assert_string_equal(cell(csv, "lead_unit"), "Sở Y tế");
	assert_string_equal(cell(csv, "due"), "2026-02-09");
	assert_string_equal(cell(csv, "start"), "");
	assert_string_equal(cell(csv, "recurrence"), "half_yearly");
	assert_string_equal(cell(csv, "heading"), "");
	assert_string_equal(cell(csv, "position"), "192");
	assert_string_equal(cell(csv, "fan_out"), "");
	assert_string_equal(cell(csv, "lead_now"), "Sở Nội vụ");
	assert_string_equal(cell(csv, "percent"), "40");
	assert_string_equal(cell(csv, "requests"), "Gia hạn: -1 ngày");
	dd_csv_free(csv);
}

static void what_stands_beside_the_annex_goes_out_too(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__Product one = DONDOC__V1__PRODUCT__INIT, two = DONDOC__V1__PRODUCT__INIT;
	Dondoc__V1__Product *products[] = {&one, &two};
	Dondoc__V1__Document source = DONDOC__V1__DOCUMENT__INIT;
	Dondoc__V1__Timing timing = DONDOC__V1__TIMING__INIT;
	struct dd_csv *csv;

	(void)state;
	fields.code = text_of("1");
	fields.division = text_of("SYT-VP");
	one.number = 1;
	one.text = text_of("Kế hoạch");
	two.number = 7;
	two.text = text_of("Phụ lục\nkèm theo");
	two.optional = true;
	fields.products = products;
	fields.n_products = 2;
	fields.has_weight_case = DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT;
	fields.area_second = 2;
	timing.settled = true;
	fields.timing = &timing;
	fields.source_kind = DONDOC__V1__SOURCE_KIND__SOURCE_MEETING;
	source.number = text_of("15/TB-UBND");
	source.day = test_day("2026-03-01");
	fields.source = &source;
	csv = read_back(&fields);
	assert_string_equal(cell(csv, "division"), "SYT-VP");
	assert_string_equal(cell(csv, "products"), "1. Kế hoạch\n7.* Phụ lục\n   kèm theo");
	assert_string_equal(cell(csv, "weight"), "0");
	assert_string_equal(cell(csv, "area_second"), "2");
	assert_string_equal(cell(csv, "time_read"), "settled");
	assert_string_equal(cell(csv, "source_kind"), "meeting");
	assert_string_equal(cell(csv, "source_number"), "15/TB-UBND");
	assert_string_equal(cell(csv, "source_date"), "2026-03-01");
	assert_string_equal(cell(csv, "source_title"), "");
	dd_csv_free(csv);
}

static void what_ties_a_task_goes_out_too(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	Dondoc__V1__LeadPart one = DONDOC__V1__LEAD_PART__INIT, two = DONDOC__V1__LEAD_PART__INIT;
	Dondoc__V1__LeadPart *leads[] = {&one, &two};
	Dondoc__V1__LinkRow near = DONDOC__V1__LINK_ROW__INIT, far = DONDOC__V1__LINK_ROW__INIT,
			    others = DONDOC__V1__LINK_ROW__INIT;
	Dondoc__V1__LinkRow *rows[] = {&near, &others, &far};
	Dondoc__V1__LinkList links = DONDOC__V1__LINK_LIST__INIT;
	char *chain[] = {text_of("P0/1"), text_of("P1/1")};
	struct cli_export_row row = {.links = &links};

	(void)state;
	task.id = 7;
	task.fields = &fields;
	fields.plan = text_of("P");
	fields.code = text_of("1");
	one.unit = text_of("SYT");
	one.part = text_of("Phần một,\ntiếp");
	two.unit = text_of("STC");
	fields.leads = leads;
	fields.n_leads = 2;
	fields.period_from = test_day("2026-01-01");
	fields.chain_codes = chain;
	fields.n_chain_codes = 2;
	near.task = far.task = 7;
	others.task = 8;
	near.predecessor_plan = text_of("P");
	near.predecessor_code = text_of("2");
	near.lag_days = -3;
	far.predecessor_plan = text_of("Q");
	far.predecessor_code = text_of("3");
	links.rows = rows;
	links.n_rows = 3;
	cli_export_row(CLI_VI, &task, "", &row);
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_LEAD_PARTS]),
			    "SYT: Phần một,\n   tiếp\nSTC");
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_PERIOD_FROM]), "2026-01-01");
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_CHAIN]), "P0/1; P1/1");
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_CHAIN_SLIPS]), "0");
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_WAITS_FOR]), "2 -3; Q/3");
	cli_export_row_free(&row);
}

static void words_for_numbers_are_of_the_workbooks_language(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	struct cli_export_row row = {.vietnamese = true};

	(void)state;
	task.fields = &fields;
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_QUARTERLY;
	fields.source_kind = DONDOC__V1__SOURCE_KIND__SOURCE_MEETING;
	cli_export_row(CLI_VI, &task, "", &row);
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_RECURRENCE]), "hằng quý");
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_SOURCE_KIND]), "kết luận cuộc họp");
	row.vietnamese = false;
	cli_export_row(CLI_VI, &task, "", &row);
	assert_string_equal(dd_buf_cstr(&row.cells[CLI_EXPORT_RECURRENCE]), "quarterly");
	cli_export_row_free(&row);
}

static void units_given_by_hand_go_out_as_codes(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	char *units[] = {text_of("STC"), text_of("SNV")};
	struct dd_csv *csv;

	(void)state;
	fields.code = text_of("1");
	fields.lead_unit = text_of("SYT");
	fields.coordinating_units = units;
	fields.n_coordinating_units = 2;
	csv = read_back(&fields);
	assert_string_equal(cell(csv, "lead_unit"), "SYT");
	assert_string_equal(cell(csv, "coordinating_units"), "STC; SNV");
	dd_csv_free(csv);
}

static void a_list_for_reading_is_a_pdf_of_as_many_pages_as_it_takes(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	struct cli_export_row row = {0};
	struct dd_buf small = {0}, large = {0};
	struct cli_sheet *sheet;
	struct dd_error err;

	(void)state;
	task.fields = &fields;
	fields.code = text_of("1");
	fields.content = text_of("Rà soát thủ tục hành chính");
	for (int rows = 1; rows <= 200; rows += 199) {
		sheet = cli_sheet_new(CLI_VI, "KH38-2026", DAY_MADE, rows > 1, &err);
		assert_non_null(sheet);
		for (int i = 0; i < rows; i++) {
			fields.group = i == 0;
			cli_export_row(CLI_VI, &task, "Gia hạn", &row);
			cli_sheet_row(sheet, &row);
		}
		assert_int_equal(cli_sheet_end(sheet, rows > 1 ? &large : &small, &err), 0);
	}
	cli_export_row_free(&row);
	assert_memory_equal(small.data, "%PDF-", 5);
	assert_memory_equal(large.data, "%PDF-", 5);
	assert_true(large.len > small.len);
	dd_buf_fini(&small);
	dd_buf_fini(&large);
}

/* As pdftotext reads it; NULL where the tool is not. */
static char *text_of_pdf(const char *dir, const struct dd_buf *pdf)
{
	char path[600];
	const char *argv[] = {"pdftotext", path, "-", NULL};
	int status;

	snprintf(path, sizeof(path), "%s/r.pdf", dir);
	test_write_file(path, pdf->data, pdf->len);
	status = test_proc_run(dir, "tool", argv, NULL, 20000);
	if (status == 127 || status == -2)
		return NULL;
	assert_int_equal(status, 0);
	snprintf(path, sizeof(path), "%s/tool.out", dir);
	return test_read_file(path, NULL);
}

static void a_code_that_is_cut_at_the_end_of_a_line_gets_no_hyphen(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	struct cli_sheet *sheet = NULL;
	struct cli_export_row row = {0};
	struct dd_buf pdf = {0};
	char *dir = test_tmpdir();
	struct dd_error err;
	char *text;

	(void)state;
	task.fields = &fields;
	fields.code = text_of("KH20_TT_N01.1.1");
	fields.content = text_of("Rà soát");
	sheet = cli_sheet_new(CLI_VI, "", DAY_MADE, false, &err);
	assert_non_null(sheet);
	cli_export_row(CLI_VI, &task, "", &row);
	cli_sheet_row(sheet, &row);
	assert_int_equal(cli_sheet_end(sheet, &pdf, &err), 0);
	text = text_of_pdf(dir, &pdf);
	if (text) {
		assert_non_null(strstr(text, "KH20_TT_N"));
		assert_non_null(strstr(text, "(Lập ngày 14/10/2026)"));
		assert_null(strstr(text, "N-"));
		assert_null(strstr(text, "N\xe2\x80\x90")); /* a hyphen of its own sign */
	}
	free(text);
	cli_export_row_free(&row);
	dd_buf_fini(&pdf);
	test_tmpdir_end(dir);
}

static void a_heading_is_marked_and_no_text_runs_as_a_formula(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct dd_csv *csv;

	(void)state;
	fields.code = text_of("I");
	fields.group = true;
	fields.content = text_of("- Thể chế");
	csv = read_back(&fields);
	assert_string_equal(cell(csv, "heading"), "x");
	assert_string_equal(cell(csv, "content"), "'- Thể chế");
	assert_string_equal(cell(csv, "recurrence"), "");
	assert_string_equal(cell(csv, "percent"), "");
	dd_csv_free(csv);
}

static void a_workbook_has_dates_and_texts_that_are_no_formulas(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	struct cli_export_row row = {0};
	struct dd_buf bytes = {0};
	struct cli_workbook *book;
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	task.fields = &fields;
	fields.code = text_of("1.10");
	fields.content = text_of("=1+1\n- hai");
	fields.due_day = test_day("2026-02-09");
	fields.area = 6;
	fields.fan_out = true;
	book = cli_workbook_new(CLI_VI, &err);
	assert_non_null(book);
	cli_export_row(CLI_VI, &task, "", &row);
	cli_workbook_row(book, &row);
	cli_export_row_free(&row);
	assert_int_equal(cli_workbook_end(book, &bytes, &err), 0);
	assert_int_equal(dd_xlsx_read(bytes.data, bytes.len, "", &xlsx, &err), 0);
	dd_buf_fini(&bytes);
	assert_int_equal(dd_xlsx_rows(xlsx), 2);
	assert_string_equal(book_cell(xlsx, "Mã nhiệm vụ"), "1.10");
	assert_string_equal(book_cell(xlsx, "Nội dung nhiệm vụ"), "=1+1\n- hai");
	assert_string_equal(book_cell(xlsx, "Ngày kết thúc"), "2026-02-09");
	assert_string_equal(book_cell(xlsx, "Lĩnh vực"), "6");
	assert_string_equal(book_cell(xlsx, "Tách theo đơn vị"), "x");
	dd_xlsx_free(xlsx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_keeps_its_texts_its_days_and_its_place),
		cmocka_unit_test(what_stands_beside_the_annex_goes_out_too),
		cmocka_unit_test(what_ties_a_task_goes_out_too),
		cmocka_unit_test(words_for_numbers_are_of_the_workbooks_language),
		cmocka_unit_test(units_given_by_hand_go_out_as_codes),
		cmocka_unit_test(a_workbook_has_dates_and_texts_that_are_no_formulas),
		cmocka_unit_test(a_list_for_reading_is_a_pdf_of_as_many_pages_as_it_takes),
		cmocka_unit_test(a_code_that_is_cut_at_the_end_of_a_line_gets_no_hyphen),
		cmocka_unit_test(a_heading_is_marked_and_no_text_runs_as_a_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
