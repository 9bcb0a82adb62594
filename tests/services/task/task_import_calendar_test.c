/* task_import_calendar_test.c - days of all and of units from a file, and annexes whose time texts
 * count working days by the calendar of the lead. */
#include "common/base/clock.h"
#include "common/view/view_calendar.h"
#include "tests/services/task/task_import_fixture.h"

#define HEAD "date,name,kind,unit\n"

static void read_days(struct importing *test, const char *text)
{
	forget_files(test);
	run_days(test, keep(test, text));
}

static void take_days(struct importing *test, const char *text)
{
	read_days(test, text);
	assert_string_equal(test->result.text, "");
	apply_all(test);
}

/* --- the file -------------------------------------------------------------------------------- */

static void days_are_of_all_or_of_a_unit_by_code_name_or_alias(void **state)
{
	static const char days[] = HEAD "2026-11-26,Lễ quốc gia,holiday,\n"
					"2026-11-26,Trực,ordinary,Sở Y tế\n"
					"2026-11-27,Lễ hội,holiday,STC\n"
					"2026-11-28,Làm bù,working_swap,Tài chính HN\n";
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);
	char name[256];
	uint8_t kind;

	command.aliases_file = keep(test, "code,alias\nSTC,Tài chính HN\n");
	run(test, &command);
	apply_all(test);
	take_days(test, days);
	assert_int_equal(test->result.added, 4);
	assert_int_equal(view_calendar_days(test->view, true, ""), 1);
	assert_int_equal(view_calendar_days(test->view, true, "STC"), 2);
	assert_int_equal(
		view_calendar_day(test->view, true, "SYT", test_day("2026-11-26"), &kind, name), 0);
	assert_int_equal(kind, DONDOC__V1__DAY_KIND__DAY_ORDINARY);
	read_days(test, days);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.unchanged, 4);
	take_days(test, HEAD "2026-11-27,,as_above,STC\n2026-11-29,,as_above,STC\n");
	assert_int_equal(test->result.changed, 1);
	assert_int_equal(test->result.unchanged, 1);
	assert_int_equal(view_calendar_days(test->view, true, "STC"), 1);
}

static void what_a_list_of_days_tells_beside_is_passed_over(void **state)
{
	struct importing *test = *state;

	read_days(test, "date,weekday,kind,name,unit,unit_name\n"
			"2026-11-26,Thứ Năm,holiday,Lễ,,\n");
	assert_int_equal(test->result.row_count, 0);
	assert_int_equal(test->result.added, 1);
}

static void a_day_may_be_written_as_people_write_it(void **state)
{
	struct importing *test = *state;
	char name[256];
	uint8_t kind;

	take_days(test, HEAD "26/11/2026,Lễ,holiday,\n");
	assert_int_equal(
		view_calendar_day(test->view, true, "", test_day("2026-11-26"), &kind, name), 0);
}

static void what_is_wrong_is_told_by_row_and_column(void **state)
{
	static const struct {
		const char *rows;
		const char *column;
		uint32_t row;
		Dondoc__V1__RowProblem problem;
		bool fault;
	} cases[] = {
		{"2026-11-26,Lễ,holiday,Sở Lạ\n", "unit", 1, PROBLEM(UNKNOWN_UNIT), true},
		{"2026-11-26,Lễ,as_above,\n", "kind", 1, PROBLEM(BAD_VALUE), true},
		{"2026-11-26,Lễ,holidays,SYT\n", "kind", 1, PROBLEM(UNKNOWN_KIND), true},
		{"2026-11-31,Lễ,holiday,SYT\n", "date", 1, PROBLEM(BAD_DATE), true},
		{"2026-11-26,Lễ,holiday,SYT\n2026-11-26,Lễ,holiday,Sở Y tế\n", "date", 2,
		 PROBLEM(DUPLICATE_CODE), true},
		{"2026-11-26,Lễ,holiday,SYT\n2026-11-26,Lễ,holiday,\n", NULL, 0, PROBLEM(OK),
		 false},
		{"2026-11-26,Lễ,holiday,SBN\n", "unit", 1, PROBLEM(COLLECTIVE_UNIT), false},
	};
	struct importing *test = *state;
	char text[512];

	import_tasks(test, TASK_HEAD GOOD_TASK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const Dondoc__V1__RowReport *row;

		snprintf(text, sizeof(text), "%s%s", HEAD, cases[i].rows);
		read_days(test, text);
		assert_int_equal(test->result.fault_count, cases[i].fault);
		assert_int_equal(test->result.event_count > 0, !cases[i].fault);
		row = row_with(test, cases[i].problem);
		if (cases[i].column == NULL)
			continue;
		assert_non_null(row);
		assert_string_equal(row->column, cases[i].column);
		assert_int_equal(row->row, cases[i].row);
	}
}

static void a_unit_has_room_for_so_many_days_and_the_row_that_is_too_much_is_told(void **state)
{
	struct importing *test = *state;
	struct dd_buf text = {0};
	char day[DD_DAY_TEXT];

	import_tasks(test, TASK_HEAD GOOD_TASK);
	dd_buf_text(&text, HEAD);
	for (int32_t i = 0; i < (int32_t)VIEW_CALENDAR_DAYS_MAX; i++)
		dd_buf_printf(&text, "%s,,holiday,SYT\n", dd_day_iso(20000 + i, day));
	dd_buf_printf(&text, "%s,,holiday,STC\n", dd_day_iso(20000, day));
	take_days(test, dd_buf_cstr(&text));
	assert_int_equal(view_calendar_days(test->view, true, "SYT"), VIEW_CALENDAR_DAYS_MAX);
	read_days(test, HEAD "2020-01-01,,holiday,STC\n2020-01-01,,holiday,SYT\n");
	assert_int_equal(row_with(test, PROBLEM(TOO_MANY_DAYS))->row, 2);
	assert_string_equal(row_with(test, PROBLEM(TOO_MANY_DAYS))->column, "date");
	dd_buf_clear(&text);
	dd_buf_printf(&text, HEAD "%s,,as_above,SYT\n2020-01-01,,holiday,SYT\n",
		      dd_day_iso(20000, day));
	take_days(test, dd_buf_cstr(&text)); /* one gives way to the other */
	assert_int_equal(view_calendar_days(test->view, true, "SYT"), VIEW_CALENDAR_DAYS_MAX);
	dd_buf_fini(&text);
}

/* --- annexes --------------------------------------------------------------------------------- */

#define LINE(code, lead) code ",0,Việc,," lead ",,3 ngày làm việc kể từ ngày ban hành,,,,\n"

static int32_t due_of(struct importing *test, const char *code)
{
	Dondoc__V1__TaskFields *fields = fields_of(test, code);
	int32_t due = fields->due_day;

	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return due;
}

static void working_days_of_a_time_text_are_those_of_the_lead(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;

	import_tasks(test, TASK_HEAD GOOD_TASK);
	take_days(test, HEAD "2026-11-26,Lễ quốc gia,holiday,\n"
			     "2026-11-27,Lễ hội,holiday,SYT\n");
	command = command_of(test, TASK_HEAD LINE("5", "Sở Y tế") LINE("6", "Sở Tài chính")
					   LINE("7", "Phòng Nghiệp vụ Y") LINE("8", "Phòng mới"));
	command.units_file = keep(test, UNITS "YT2,Phòng mới,division,SYT\n");
	command.read_times = true;
	command.issued_day = test_day("2026-11-24"); /* a Tuesday */
	run(test, &command);
	apply_all(test);
	assert_int_equal(due_of(test, "6"), test_day("2026-11-30"));
	assert_int_equal(due_of(test, "5"), test_day("2026-12-01"));
	assert_int_equal(due_of(test, "7"), test_day("2026-12-01"));
	assert_int_equal(due_of(test, "8"), test_day("2026-12-01"));
}

static void each_unit_of_a_collective_lead_counts_by_its_own(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;

	import_tasks(test, TASK_HEAD GOOD_TASK);
	take_days(test, HEAD "2026-11-27,Lễ hội,holiday,SYT\n");
	command = command_of(test, TASK_HEAD LINE("5", "\"Các Sở, ban, ngành\""));
	command.units_file = keep(test, "code,name,kind,parent,members\n"
					"SBN,\"Các Sở, ban, ngành\",group,HN,SYT; STC\n");
	command.read_times = true;
	command.fan_out = true;
	command.issued_day = test_day("2026-11-24");
	run(test, &command);
	apply_all(test);
	assert_int_equal(due_of(test, "5"), test_day("2026-11-27"));
	assert_int_equal(due_of(test, "5~STC"), test_day("2026-11-27"));
	assert_int_equal(due_of(test, "5~SYT"), test_day("2026-11-30"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(days_are_of_all_or_of_a_unit_by_code_name_or_alias),
		TEST(what_a_list_of_days_tells_beside_is_passed_over),
		TEST(a_day_may_be_written_as_people_write_it),
		TEST(what_is_wrong_is_told_by_row_and_column),
		TEST(a_unit_has_room_for_so_many_days_and_the_row_that_is_too_much_is_told),
		TEST(working_days_of_a_time_text_are_those_of_the_lead),
		TEST(each_unit_of_a_collective_lead_counts_by_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
