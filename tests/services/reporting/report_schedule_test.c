/* report_schedule_test.c - when a month is reported, by a table. */
#include "services/reporting/report_schedule.h"

#include "common/base/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"

static void a_month_is_due_from_its_minute_on_and_short_months_run_on_their_last_day(void **state)
{
	static const struct {
		int day, minutes;
		const char *now;
		int back;
		const char *cutoff;
	} rows[] = {
		{1, 450, "2026-10-01 07:29", 0, "2026-08-31"},
		{1, 450, "2026-10-01 07:30", 0, "2026-09-30"},
		{1, 450, "2026-10-31 23:59", 0, "2026-09-30"},
		{1, 450, "2026-01-01 07:30", 0, "2025-12-31"},
		{1, 450, "2026-01-01 07:29", 0, "2025-11-30"},
		{1, 450, "2026-03-15 00:00", 0, "2026-02-28"},
		{1, 450, "2024-03-15 00:00", 0, "2024-02-29"},
		{1, 450, "2026-03-15 00:00", 1, "2026-01-31"},
		{1, 450, "2026-03-15 00:00", 14, "2024-12-31"},
		{31, 450, "2026-02-28 07:29", 0, "2025-12-31"},
		{31, 450, "2026-02-28 07:30", 0, "2026-01-31"},
		{31, 450, "2026-04-30 07:30", 0, "2026-03-31"},
		{20, 5, "2026-06-20 00:05", 0, "2026-05-31"},
		{20, 5, "2026-06-20 00:04", 0, "2026-04-30"},
	};
	char text[DD_DAY_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct report_schedule schedule = {
			.on = true, .day = rows[i].day, .minutes = rows[i].minutes};

		assert_string_equal(
			dd_day_iso(report_schedule_cutoff(&schedule, test_time(rows[i].now),
							  rows[i].back),
				   text),
			rows[i].cutoff);
	}
}

static void the_next_run_is_later_than_now_and_its_cutoff_is_a_new_one(void **state)
{
	const struct report_schedule schedule = {.on = true, .day = 31, .minutes = 450};
	int64_t now = test_time("2024-01-01 00:00"), next;

	(void)state;
	for (int month = 0; month < 40; month++) {
		next = report_schedule_next_us(&schedule, now);
		assert_true(next > now);
		assert_true(report_schedule_cutoff(&schedule, next, 0) >
			    report_schedule_cutoff(&schedule, next - 1, 0));
		assert_int_equal(report_schedule_cutoff(&schedule, next, 1),
				 report_schedule_cutoff(&schedule, next - 1, 0));
		now = next;
	}
	assert_int_equal(now, test_time("2027-04-30 07:30"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_month_is_due_from_its_minute_on_and_short_months_run_on_their_last_day),
		cmocka_unit_test(the_next_run_is_later_than_now_and_its_cutoff_is_a_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
