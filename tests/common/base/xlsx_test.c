/* xlsx_test.c - sheets as spreadsheet programs write them, and workbooks meant to do harm. */
#include "common/base/xlsx.h"

#include "tests/support/harness.h"
#include "tests/support/xlsx_made.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_made(const char *sheet, const char *strings, struct dd_xlsx **out,
		     struct dd_error *err)
{
	struct dd_buf file = {0};
	int rc;

	made_workbook(sheet, strings, &file);
	rc = dd_xlsx_read(file.data, file.len, "", out, err);
	dd_buf_fini(&file);
	return rc;
}

static void each_kind_of_cell_gives_the_text_that_people_see(void **state)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"2\">"
		"<c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c>"
		"<c r=\"C2\" t=\"inlineStr\"><is><t>Sở </t><r><t>Y tế</t></r></is></c>"
		"<c r=\"D2\"><v>1.1000000000000001</v></c><c r=\"E2\" s=\"1\"><v>46097</v></c>"
		"<c r=\"F2\" s=\"2\"><v>46082</v></c><c r=\"G2\" s=\"3\"><v>46097.5</v></c>"
		"<c r=\"H2\" s=\"4\"><v>30</v></c><c r=\"I2\" t=\"str\"><f>A1</f><v>kết quả</v></c>"
		"<c r=\"J2\"><f>1/0</f></c><c r=\"K2\" t=\"b\"><v>1</v></c>"
		"<c r=\"L2\" s=\"5\"><v>0.57</v></c>"
		"</row></sheetData></worksheet>";
	static const char strings[] =
		"<x:sst xmlns:x=\"u\"><x:si><x:t>Quý I/2026</x:t></x:si>"
		"<x:si><x:r><x:t>dòng 1&#10;</x:t></x:r><x:r><x:t>dòng 2</x:t></x:r>"
		"<x:rPh><x:t>no</x:t></x:rPh></x:si></x:sst>";
	static const char *const wanted[] = {"Quý I/2026", "dòng 1\ndòng 2",
					     "Sở Y tế",    "1.1",
					     "2026-03-16", "03/2026",
					     "2026-03-16", "30",
					     "kết quả",    "",
					     "1",          "57%"};
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	assert_int_equal(read_made(sheet, strings, &xlsx, &err), 0);
	assert_int_equal(dd_xlsx_rows(xlsx), 1);
	assert_int_equal(dd_xlsx_columns(xlsx), 12);
	assert_int_equal(dd_xlsx_number(xlsx, 0), 2);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_string_equal(dd_xlsx_cell(xlsx, 0, i), wanted[i]);
	assert_true(dd_xlsx_formula(xlsx, 0, 8));
	assert_false(dd_xlsx_formula(xlsx, 0, 0));
	dd_xlsx_free(xlsx);
}

static void dates_and_signs_of_other_writers_are_understood(void **state)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"1\">"
		"<c r=\"A1\" t=\"d\"><v>2026-03-31T00:00:00</v></c>"
		"<c r=\"B1\" t=\"d\"><v>2026-03-31</v></c>"
		"<c r=\"C1\" t=\"inlineStr\"><is><t>một_x000D_&#10;hai_x000D_ba</t></is></c>"
		"<c r=\"D1\" t=\"inlineStr\"><is><t>_x005F_x000D_ _xa_</t></is></c>"
		"</row></sheetData></worksheet>";
	static const char *const wanted[] = {"2026-03-31", "2026-03-31", "một\nhai\nba",
					     "_x000D_ _xa_"};
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	assert_int_equal(read_made(sheet, "<sst/>", &xlsx, &err), 0);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_string_equal(dd_xlsx_cell(xlsx, 0, i), wanted[i]);
	dd_xlsx_free(xlsx);
}

static void a_cell_merged_downwards_gives_its_text_to_every_row_with_any(void **state)
{
	static const char sheet[] =
		"<worksheet><sheetData>"
		"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c>"
		"<c r=\"B1\" t=\"inlineStr\"><is><t>chung</t></is></c></row>"
		"<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>b</t></is></c></row>"
		"<row r=\"3\"/>"
		"<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>d</t></is></c></row>"
		"<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t>e</t></is></c></row>"
		"</sheetData><mergeCells><mergeCell ref=\"B1:C4\"/><mergeCell ref=\"A1:C1\"/>"
		"</mergeCells></worksheet>";
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	assert_int_equal(read_made(sheet, NULL, &xlsx, &err), 0);
	assert_int_equal(dd_xlsx_rows(xlsx), 4);
	assert_string_equal(dd_xlsx_cell(xlsx, 1, 1), "chung");
	assert_true(dd_xlsx_merged(xlsx, 1, 1));
	assert_false(dd_xlsx_merged(xlsx, 0, 1));
	assert_string_equal(dd_xlsx_cell(xlsx, 2, 1), "chung");
	assert_int_equal(dd_xlsx_number(xlsx, 2), 4);
	assert_string_equal(dd_xlsx_cell(xlsx, 3, 1), "");
	dd_xlsx_free(xlsx);
}

static void a_sheet_is_found_by_name_and_else_the_first_that_is_shown(void **state)
{
#define ONE(text)                                                                                  \
	"<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>" text                               \
	"</t></is></c></row></sheetData></worksheet>"
	static const struct made_part parts[] = {{"xl/workbook.xml", MADE_BOOK, 0},
						 {"xl/_rels/workbook.xml.rels", MADE_RELS, 0},
						 {"xl/worksheets/sheet1.xml", ONE("một"), 0},
						 {"xl/worksheets/sheet2.xml", ONE("hai"), 0},
						 {"xl/worksheets/sheet9.xml", ONE("ẩn"), 0},
						 {NULL, NULL, 0}};
	static const struct {
		const char *sheet;
		const char *text;
	} cases[] = {{"", "một"}, {"Phụ lục", "một"}, {"Hai", "hai"}, {"An", "ẩn"}};
	struct dd_buf file = {0};
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	made_package(parts, &file);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(dd_xlsx_read(file.data, file.len, cases[i].sheet, &xlsx, &err), 0);
		assert_string_equal(dd_xlsx_cell(xlsx, 0, 0), cases[i].text);
		dd_xlsx_free(xlsx);
	}
	assert_int_equal(dd_xlsx_read(file.data, file.len, "Ba", &xlsx, &err), DD_ERR_INVALID);
	assert_non_null(strstr(err.text, "Ba"));
	dd_buf_fini(&file);
}

static void what_is_no_sheet_of_a_plan_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *sheet;
		const char *words;
	} cases[] = {
		{"<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet>&a;</worksheet>", "document type"},
		{"<worksheet><sheetData><row r=\"1\"><c "
		 "r=\"A1\"><row><c><v>1</v></c></row></c></row>"
		 "</sheetData></worksheet>",
		 "a row within a row"},
		{"<worksheet><sheetData><c r=\"A1\"><v>1</v></c></sheetData></worksheet>",
		 "no row"},
		{"<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>",
		 "out of order"},
		{"<worksheet><sheetData><row><c r=\"B1\"/><c r=\"A1\"/></row></sheetData>"
		 "</worksheet>",
		 "out of order"},
		{"<worksheet><sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData></worksheet>",
		 "not there"},
		{"<worksheet><sheetData><row><c r=\"ZZ1\"><v>7</v></c></row></sheetData>"
		 "</worksheet>",
		 "256 columns"},
		{"<worksheet><sheetData>", "the sheet"},
		{"<worksheet><sheetData><row><c r=\"11\"/></row></sheetData></worksheet>", "name"},
	};
	struct dd_xlsx *xlsx;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err = {0};

		assert_int_equal(read_made(cases[i].sheet, NULL, &xlsx, &err), DD_ERR_INVALID);
		assert_null(xlsx);
		if (!strstr(err.text, cases[i].words))
			fail_msg("'%s' instead of '%s'", err.text, cases[i].words);
	}
}

static void elements_without_end_are_refused(void **state)
{
	struct dd_buf sheet = {0};
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	for (int i = 0; i < 5000; i++)
		dd_buf_text(&sheet, "<a>");
	assert_int_equal(read_made(dd_buf_cstr(&sheet), NULL, &xlsx, &err), DD_ERR_INVALID);
	assert_non_null(strstr(err.text, "deep"));
	dd_buf_fini(&sheet);
}

static void a_file_that_unpacks_without_end_is_refused_early(void **state)
{
	size_t len = (size_t)48 << 20;
	char *zeros = malloc(len);
	struct made_part parts[] = {{"xl/workbook.xml", MADE_BOOK, 0},
				    {"xl/_rels/workbook.xml.rels", MADE_RELS, 0},
				    {"xl/sharedStrings.xml", zeros, len},
				    {"xl/worksheets/sheet1.xml", "<worksheet/>", 0},
				    {NULL, NULL, 0}};
	struct dd_buf file = {0};
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	assert_non_null(zeros);
	memset(zeros, ' ', len);
	made_package(parts, &file);
	assert_true(file.len < len / 300);
	assert_int_equal(dd_xlsx_read(file.data, file.len, "", &xlsx, &err), DD_ERR_INVALID);
	assert_non_null(strstr(err.text, "larger"));
	dd_buf_fini(&file);
	free(zeros);
}

static void bytes_that_are_no_workbook_are_refused(void **state)
{
	static const struct made_part other[] = {{"word/document.xml", "<w/>", 0}, {NULL, NULL, 0}};
	struct dd_buf file = {0};
	struct dd_xlsx *xlsx;
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_xlsx_read("code,content\n", 13, "", &xlsx, &err), DD_ERR_INVALID);
	assert_int_equal(dd_xlsx_read("", 0, "", &xlsx, &err), DD_ERR_INVALID);
	made_package(other, &file);
	assert_int_equal(dd_xlsx_read(file.data, file.len, "", &xlsx, &err), DD_ERR_INVALID);
	for (size_t len = 0; len < file.len; len += 7)
		assert_int_equal(dd_xlsx_read(file.data, len, "", &xlsx, &err), DD_ERR_INVALID);
	dd_buf_fini(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_cell_gives_the_text_that_people_see),
		cmocka_unit_test(dates_and_signs_of_other_writers_are_understood),
		cmocka_unit_test(a_cell_merged_downwards_gives_its_text_to_every_row_with_any),
		cmocka_unit_test(a_sheet_is_found_by_name_and_else_the_first_that_is_shown),
		cmocka_unit_test(what_is_no_sheet_of_a_plan_is_refused_with_its_reason),
		cmocka_unit_test(elements_without_end_are_refused),
		cmocka_unit_test(a_file_that_unpacks_without_end_is_refused_early),
		cmocka_unit_test(bytes_that_are_no_workbook_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
