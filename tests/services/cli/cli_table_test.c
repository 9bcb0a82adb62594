/* cli_table_test.c - tables fit the terminal, count wide and combining characters, and lose no
 * text that they need not lose. */
#include "services/cli/cli_table.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static const struct cli_column columns[] = {
	{"Mã", false, false, 0},
	{"Nội dung", true, false, 2},
	{"%", false, true, 0},
};

static struct cli_table *sample(void)
{
	struct cli_table *table = cli_table_new(columns, 3);

	cli_table_cell(table, "A1");
	cli_table_cell(table, "Ngắn");
	cli_table_cell(table, "5");
	cli_table_cell(table, "A10");
	cli_table_cell(table,
		       "Rà soát, đơn giản hóa thủ tục hành chính của các cơ quan trong tỉnh");
	cli_table_number(table, 100);
	return table;
}

static void a_table_without_a_limit_has_one_line_a_row(void **state)
{
	struct cli_table *table = sample();
	struct dd_buf out = {0};

	(void)state;
	cli_table_text(table, 0, &out);
	assert_string_equal(
		dd_buf_cstr(&out),
		"Mã   Nội dung                                                               %\n"
		"───  ───────────────────────────────────────────────────────────────────  ───\n"
		"A1   Ngắn                                                                   5\n"
		"A10  Rà soát, đơn giản hóa thủ tục hành chính của các cơ quan trong tỉnh  100\n");
	dd_buf_fini(&out);
	cli_table_free(table);
}

static void a_cell_wraps_at_blanks_and_is_cut_after_its_lines(void **state)
{
	struct cli_table *table = sample();
	struct dd_buf out = {0};

	(void)state;
	cli_table_text(table, 34, &out);
	assert_string_equal(dd_buf_cstr(&out), "Mã   Nội dung                    %\n"
					       "───  ────────────────────────  ───\n"
					       "A1   Ngắn                        5\n"
					       "A10  Rà soát, đơn giản hóa     100\n"
					       "     thủ tục hành chính của…\n");
	dd_buf_fini(&out);
	cli_table_free(table);
}

static void check_lines(char *text, int width)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		if (cli_text_width(line) > width)
			fail_msg("%d columns: \"%s\"", width, line);
	}
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	(void)state;
	for (int width = 16; width < 90; width++) {
		struct cli_table *table = sample();
		struct dd_buf out = {0};

		cli_table_text(table, width, &out);
		check_lines((char *)dd_buf_cstr(&out), width);
		dd_buf_fini(&out);
		cli_table_free(table);
	}
}

static void width_counts_columns_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(cli_text_width(""), 0);
	assert_int_equal(cli_text_width("đôn đốc"), 7);
	assert_int_equal(cli_text_width("a\xcc\x81"), 1);    /* a with a combining acute */
	assert_int_equal(cli_text_width("\xe6\xbc\xa2"), 2); /* a wide character */
	assert_int_equal(cli_text_width("\xff\xfe"), 2);     /* no UTF-8 */
	assert_int_equal(cli_text_width("\xe6\xbc"), 2);     /* cut short */
}

static void a_line_takes_whole_characters_and_at_least_one(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *taken;
	} cases[] = {
		{"", 5, ""},
		{"abc", 5, "abc"},
		{"abc def", 5, "abc"},
		{"abc def", 3, "abc"},
		{"abc def", 7, "abc def"},
		{"abcdef", 4, "abcd"},
		{"đốc đôn", 3, "đốc"},
		{"\xe6\xbc\xa2\xe6\xbc\xa2", 1, "\xe6\xbc\xa2"},
		{"\xe6\xbc\xa2\xe6\xbc\xa2", 3, "\xe6\xbc\xa2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int used;
		size_t n = cli_text_take(cases[i].text, cases[i].width, &used);

		assert_int_equal(n, strlen(cases[i].taken));
		assert_int_equal(used, cli_text_width(cases[i].taken));
	}
}

static void control_characters_never_reach_the_terminal(void **state)
{
	struct cli_table *table = cli_table_new(columns, 3);
	struct dd_buf out = {0};

	(void)state;
	cli_table_cell(table, "A\x1b[31m");
	cli_table_cell(table, "x\r\ny\tz\x7f\xc2\x9bw");
	cli_table_cell(table, "1");
	cli_table_text(table, 0, &out);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.data[i] == '\n' || (out.data[i] >= 0x20 && out.data[i] != 0x7f));
	assert_null(strstr(dd_buf_cstr(&out), "\xc2\x9b"));
	dd_buf_fini(&out);
	cli_table_free(table);
}

static void csv_has_a_mark_a_header_quotes_and_no_formulas(void **state)
{
	struct cli_table *table = cli_table_new(columns, 3);
	struct dd_buf out = {0};

	(void)state;
	cli_table_cell(table, "A,1");
	cli_table_cell(table, "=1+1");
	cli_table_cell(table, "-5");
	cli_table_csv(table, &out);
	assert_string_equal(dd_buf_cstr(&out), "\xef\xbb\xbfMã,Nội dung,%\r\n\"A,1\",'=1+1,-5\r\n");
	dd_buf_fini(&out);
	cli_table_free(table);
}

static void a_table_without_rows_is_its_header(void **state)
{
	struct cli_table *table = cli_table_new(columns, 3);
	struct dd_buf out = {0};

	(void)state;
	cli_table_text(table, 80, &out);
	assert_string_equal(dd_buf_cstr(&out), "Mã  Nội dung  %\n──  ────────  ─\n");
	dd_buf_fini(&out);
	cli_table_free(table);
	cli_table_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_without_a_limit_has_one_line_a_row),
		cmocka_unit_test(a_cell_wraps_at_blanks_and_is_cut_after_its_lines),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(width_counts_columns_not_bytes),
		cmocka_unit_test(a_line_takes_whole_characters_and_at_least_one),
		cmocka_unit_test(control_characters_never_reach_the_terminal),
		cmocka_unit_test(csv_has_a_mark_a_header_quotes_and_no_formulas),
		cmocka_unit_test(a_table_without_rows_is_its_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
