/* csv_write_test.c - what is written is read back the same and never run as a formula. */
#include "common/base/csv.h"

#include "tests/support/harness.h"
#include <string.h>

static const struct {
	const char *text;
	const char *field;
} cases[] = {
	{"", ""},
	{"Sở Nội vụ", "Sở Nội vụ"},
	{"a,b", "\"a,b\""},
	{"a;b", "\"a;b\""},
	{"nói \"có\"", "\"nói \"\"có\"\"\""},
	{"hai\ndòng", "\"hai\ndòng\""},
	{" lề ", "\" lề \""},
	{"=1+1", "'=1+1"},
	{"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
	{"-2+3", "'-2+3"},
	{"- gạch đầu dòng", "'- gạch đầu dòng"},
	{"@SUM(A1)", "'@SUM(A1)"},
	{"\t=1", "\"'\t=1\""},
	{"\r=1", "\"'\r=1\""},
	{"  =1", "\"'  =1\""},
	{"\n=1", "\"'\n=1\""},
	{"\xc2\xa0=1", "'\xc2\xa0=1"},
	{"＝1+1", "'＝1+1"},
	{"＋1", "'＋1"},
	{"－1", "'－1"},
	{"＠A", "'＠A"},
	{"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
	{"-12", "-12"},
	{"+3.5", "+3.5"},
	{"-1,5", "\"-1,5\""},
	{"12", "12"},
	{"-", "'-"},
	{"-1.", "'-1."},
	{"-.5", "'-.5"},
	{"a=1", "a=1"},
	{"31/03/2026", "31/03/2026"},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void fields_are_quoted_and_disarmed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CASES; i++) {
		struct dd_buf out = {0};

		dd_csv_write_field(&out, cases[i].text);
		assert_string_equal(dd_buf_cstr(&out), cases[i].field);
		dd_buf_fini(&out);
	}
}

static void a_written_row_is_read_back_as_one_row(void **state)
{
	struct dd_buf out = {0};
	struct dd_csv *csv;
	struct dd_error err;
	size_t i;

	(void)state;
	for (i = 0; i < CASES; i++)
		dd_buf_printf(&out, "%sc%zu", i > 0 ? "," : "", i);
	dd_buf_text(&out, "\n");
	for (i = 0; i < CASES; i++) {
		dd_buf_text(&out, i > 0 ? "," : "");
		dd_csv_write_field(&out, cases[i].text);
	}
	dd_buf_text(&out, "\n");
	assert_int_equal(dd_csv_parse(out.data, out.len, &csv, &err), 0);
	assert_int_equal(dd_csv_rows(csv), 1);
	assert_string_equal(dd_csv_cell(csv, 0, 5), "hai\ndòng");
	assert_string_equal(dd_csv_cell(csv, 0, 7), "'=1+1");
	assert_string_equal(dd_csv_cell(csv, 0, 22), "-12");
	dd_csv_free(csv);
	dd_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_quoted_and_disarmed),
		cmocka_unit_test(a_written_row_is_read_back_as_one_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
