/* cli_export_test.c - a task as a row of an annex that may be imported again. */
#include "services/cli/cli_export.h"

#include "common/base/clock.h"
#include "common/base/csv.h"
#include "dondoc/v1/fact.pb-c.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <string.h>

static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* The row read back as CSV. */
static struct dd_csv *read_back(const Dondoc__V1__TaskFields *fields)
{
	struct dd_buf out = {0};
	struct dd_csv *csv;
	struct dd_error err;

	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++)
		dd_buf_printf(&out, "%s%s", i ? "," : "", cli_export_column(i));
	dd_buf_text(&out, "\r\n");
	cli_export_row(fields, &out);
	assert_int_equal(dd_csv_parse(out.data, out.len, &csv, &err), 0);
	assert_int_equal(dd_csv_rows(csv), 1);
	dd_buf_fini(&out);
	return csv;
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
	dd_csv_free(csv);
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
	dd_csv_free(csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_keeps_its_texts_its_days_and_its_place),
		cmocka_unit_test(units_given_by_hand_go_out_as_codes),
		cmocka_unit_test(a_heading_is_marked_and_no_text_runs_as_a_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
