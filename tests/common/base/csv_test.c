/* csv_test.c - CSV files as people make them. */
#include "common/base/csv.h"

#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static struct dd_csv *parse(const char *text)
{
	struct dd_csv *csv;
	struct dd_error err;

	if (dd_csv_parse(text, strlen(text), &csv, &err) != 0)
		fail_msg("%s", err.text);
	return csv;
}

static void assert_refused_n(const char *text, size_t len, const char *words)
{
	struct dd_csv *csv = (struct dd_csv *)&csv;
	struct dd_error err = {0};

	assert_int_equal(dd_csv_parse(text, len, &csv, &err), DD_ERR_INVALID);
	assert_null(csv);
	if (strstr(err.text, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, err.text);
}

static void assert_refused(const char *text, const char *words)
{
	assert_refused_n(text, strlen(text), words);
}

static void rows_and_columns_are_found_by_name(void **state)
{
	struct dd_csv *csv =
		parse("code,content ,due\r\n1,Ban hành kế hoạch,31/03/2026\r\n2,x\r\n");

	(void)state;
	assert_int_equal(dd_csv_rows(csv), 2);
	assert_int_equal(dd_csv_columns(csv), 3);
	assert_string_equal(dd_csv_header(csv, 1), "content");
	assert_string_equal(dd_csv_header(csv, 9), "");
	assert_int_equal(dd_csv_column(csv, "due"), 2);
	assert_int_equal(dd_csv_column(csv, "none"), -1);
	assert_string_equal(dd_csv_cell(csv, 0, 1), "Ban hành kế hoạch");
	assert_string_equal(dd_csv_cell(csv, 1, 2), "");
	assert_string_equal(dd_csv_cell(csv, 1, -1), "");
	dd_csv_free(csv);
}

static void bom_semicolons_and_line_ends_are_taken_as_they_come(void **state)
{
	static const char *const files[] = {
		"\xef\xbb\xbf"
		"a,b\n1,2\n",
		"a;b\r\n1;2\r\n",
		"a,b\r1,2\r",
		"a,b\n1,2",
		"\xef\xbb\xbf"
		"\"a\";\"b\"\r\n\"1\";\"2\"",
		"\n\n a , b \n\n  \n1,2\n,\n\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct dd_csv *csv = parse(files[i]);

		assert_int_equal(dd_csv_column(csv, "a"), 0);
		assert_int_equal(dd_csv_column(csv, "b"), 1);
		assert_int_equal(dd_csv_rows(csv), 1);
		assert_string_equal(dd_csv_cell(csv, 0, 0), "1");
		assert_string_equal(dd_csv_cell(csv, 0, 1), "2");
		dd_csv_free(csv);
	}
}

static void the_separator_is_judged_outside_quotes(void **state)
{
	struct dd_csv *csv = parse("\"a;b;c;d\",e,f\n1,2,3\n");

	(void)state;
	assert_int_equal(dd_csv_columns(csv), 3);
	assert_string_equal(dd_csv_header(csv, 0), "a;b;c;d");
	dd_csv_free(csv);
	csv = parse("a,b;c;d\n1;2;3\n");
	assert_string_equal(dd_csv_header(csv, 0), "a,b");
	dd_csv_free(csv);
}

static void line_breaks_in_cells_are_kept_and_lines_still_counted(void **state)
{
	struct dd_csv *csv =
		parse("code,content\r\n1,\"dòng một\r\ndòng \"\"hai\"\"\r\n\"\r\n\r\n2,x\r\n");

	(void)state;
	assert_string_equal(dd_csv_cell(csv, 0, 1), "dòng một\ndòng \"hai\"");
	assert_int_equal(dd_csv_line(csv, 0), 2);
	assert_string_equal(dd_csv_cell(csv, 1, 0), "2");
	assert_int_equal(dd_csv_line(csv, 1), 6);
	dd_csv_free(csv);
}

static void cells_are_composed(void **state)
{
	struct dd_csv *csv = parse("a\nSo\xcc\x9b\xcc\x89\n");

	(void)state;
	assert_string_equal(dd_csv_cell(csv, 0, 0), "Sở");
	dd_csv_free(csv);
}

static void what_is_wrong_is_named_by_line(void **state)
{
	(void)state;
	assert_refused("", "no header");
	assert_refused("\n \n", "no header");
	assert_refused("a,b\n1,2\n3,\xff\n", "line 3: not UTF-8");
	assert_refused_n("a,b\n1,\0\n", 8, "line 2: not UTF-8");
	assert_refused("a,b\n1,2\n3,\"x\n4,5\n", "line 3, column 2: a quote");
	assert_refused("a,b\n1,\"x\ny\" z\n", "line 2, column 2: a quote");
	assert_refused("a,b\n1,x\"y\"\n", "line 2, column 2: a quote");
	assert_refused("a,b\n1,2,3\n", "line 2, column 3: there is text beyond");
	assert_refused("a,b,a\n", "line 1, column 3: the header has 'a' twice");
}

static void empty_cells_beyond_the_header_do_no_harm(void **state)
{
	struct dd_csv *csv = parse("a,b\n1,2,,\n;\n");

	(void)state;
	assert_int_equal(dd_csv_rows(csv), 2);
	assert_string_equal(dd_csv_cell(csv, 0, 2), "");
	assert_string_equal(dd_csv_cell(csv, 1, 0), ";");
	dd_csv_free(csv);
}

/* `count` times `piece`. */
static void repeat(struct dd_buf *buf, const char *piece, size_t count)
{
	while (count-- > 0)
		dd_buf_text(buf, piece);
}

static void bounds_hold_exactly(void **state)
{
	struct dd_buf buf = {0};
	struct dd_csv *csv;

	(void)state;
	repeat(&buf, "a\n", 200001);
	csv = parse(dd_buf_cstr(&buf));
	assert_int_equal(dd_csv_rows(csv), 200000);
	assert_int_equal(dd_csv_line(csv, 199999), 200001);
	dd_csv_free(csv);
	repeat(&buf, "a\n", 1);
	assert_refused(dd_buf_cstr(&buf), "more than 200,000 rows");

	dd_buf_clear(&buf);
	repeat(&buf, ",", 255);
	dd_buf_text(&buf, "x\n");
	csv = parse(dd_buf_cstr(&buf));
	assert_int_equal(dd_csv_columns(csv), 256);
	dd_csv_free(csv);
	dd_buf_clear(&buf);
	repeat(&buf, ",", 256);
	dd_buf_text(&buf, "x\n");
	assert_refused(dd_buf_cstr(&buf), "more than 256 columns");

	dd_buf_clear(&buf);
	dd_buf_text(&buf, "a\n");
	repeat(&buf, "x", 65536);
	csv = parse(dd_buf_cstr(&buf));
	assert_int_equal(strlen(dd_csv_cell(csv, 0, 0)), 65536);
	dd_csv_free(csv);
	dd_buf_text(&buf, "x");
	assert_refused(dd_buf_cstr(&buf), "line 2, column 1: a cell is longer");
	dd_buf_fini(&buf);
}

static void a_file_beyond_64_mib_is_not_looked_at(void **state)
{
	size_t len = (size_t)64 * 1024 * 1024 + 1;
	char *data = calloc(1, len);

	(void)state;
	assert_refused_n(data, len, "larger than 64 MiB");
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_columns_are_found_by_name),
		cmocka_unit_test(bom_semicolons_and_line_ends_are_taken_as_they_come),
		cmocka_unit_test(the_separator_is_judged_outside_quotes),
		cmocka_unit_test(line_breaks_in_cells_are_kept_and_lines_still_counted),
		cmocka_unit_test(cells_are_composed),
		cmocka_unit_test(what_is_wrong_is_named_by_line),
		cmocka_unit_test(empty_cells_beyond_the_header_do_no_harm),
		cmocka_unit_test(bounds_hold_exactly),
		cmocka_unit_test(a_file_beyond_64_mib_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
