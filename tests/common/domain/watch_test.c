/* watch_test.c - windows of reports by a table, and that each day lies in exactly one. */
#include "common/base/clock.h"
#include "common/domain/watch.h"
#include "tests/support/harness.h"

static int32_t day_of(const char *text)
{
	int32_t day;

	assert_int_equal(dd_day_parse(text, &day), DD_OK);
	return day;
}

static void assert_day(int32_t day, const char *expected)
{
	char text[DD_DAY_TEXT];

	assert_string_equal(dd_day_iso(day, text), expected);
}

static const struct {
	enum dd_watch_period period;
	int32_t cut_day, grace;
	const char *day, *from, *to, *opens, *due;
} windows[] = {
	{DD_WATCH_MONTH, 0, 3, "2026-11-24", "2026-11-01", "2026-11-30", "2026-11-05",
	 "2026-12-03"},
	{DD_WATCH_MONTH, 0, 0, "2024-02-29", "2024-02-01", "2024-02-29", "2024-02-01",
	 "2024-02-29"},
	{DD_WATCH_MONTH, 0, 3, "2026-12-31", "2026-12-01", "2026-12-31", "2026-12-04",
	 "2027-01-06"},
	{DD_WATCH_MONTH, 14, 2, "2026-11-14", "2026-10-15", "2026-11-14", "2026-10-17",
	 "2026-11-17"},
	{DD_WATCH_MONTH, 14, 2, "2026-11-15", "2026-11-15", "2026-12-14", "2026-11-18",
	 "2026-12-16"},
	{DD_WATCH_MONTH, 28, 0, "2027-01-01", "2026-12-29", "2027-01-28", "2026-12-29",
	 "2027-01-28"},
	{DD_WATCH_QUARTER, 0, 3, "2026-11-24", "2026-10-01", "2026-12-31", "2026-10-06",
	 "2027-01-06"},
	{DD_WATCH_QUARTER, 14, 2, "2026-03-14", "2025-12-15", "2026-03-14", "2025-12-17",
	 "2026-03-17"},
	{DD_WATCH_QUARTER, 14, 2, "2025-12-15", "2025-12-15", "2026-03-14", "2025-12-17",
	 "2026-03-17"},
	{DD_WATCH_WEEK, 0, 1, "2026-11-29", "2026-11-23", "2026-11-29", "2026-11-24", "2026-11-30"},
	{DD_WATCH_WEEK, 14, 1, "2026-11-30", "2026-11-30", "2026-12-06", "2026-12-01",
	 "2026-12-07"},
};

/* 1 January 2027 is off. */
static struct dd_calendar *make_calendar(void)
{
	struct dd_calendar *calendar = dd_calendar_new();

	dd_calendar_set(calendar, day_of("2027-01-01"), DD_DAY_HOLIDAY);
	return calendar;
}

static void each_day_has_the_window_of_its_period(void **state)
{
	struct dd_calendar *calendar = make_calendar();

	(void)state;
	dd_calendar_set(calendar, day_of("2026-10-01"), DD_DAY_ORDINARY);
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		const struct dd_watch_rule rule = {windows[i].period, windows[i].cut_day,
						   windows[i].grace, calendar};
		struct dd_watch_window window;

		print_message("%s\n", windows[i].day);
		assert_true(dd_watch_window_at(&rule, day_of(windows[i].day), &window));
		assert_day(window.from, windows[i].from);
		assert_day(window.to, windows[i].to);
		assert_day(window.opens, windows[i].opens);
		assert_day(window.due, windows[i].due);
	}
	dd_calendar_free(calendar);
}

static void windows_follow_each_other_without_a_gap(void **state)
{
	struct dd_calendar *calendar = make_calendar();

	(void)state;
	for (int period = DD_WATCH_WEEK; period <= DD_WATCH_QUARTER; period++) {
		const struct dd_watch_rule rule = {(enum dd_watch_period)period, 14, 3, calendar};
		struct dd_watch_window window, next;
		int32_t day = day_of("2024-01-01");

		assert_true(dd_watch_window_at(&rule, day, &window));
		while (window.to < day_of("2030-01-01")) {
			assert_true(dd_watch_window_at(&rule, window.to + 1, &next));
			assert_int_equal(next.from, window.to + 1);
			assert_int_equal(next.opens, window.due + 1);
			assert_true(window.due >= window.to);
			for (day = next.from; day <= next.to; day++) {
				struct dd_watch_window same;

				assert_true(dd_watch_window_at(&rule, day, &same));
				assert_int_equal(same.from, next.from);
				assert_int_equal(same.to, next.to);
			}
			window = next;
		}
	}
	dd_calendar_free(calendar);
}

/* On the last day of grace the unit may still report; on the next it is silent. */
static void a_window_is_over_on_the_day_after_it(void **state)
{
	struct dd_calendar *calendar = make_calendar();
	const struct dd_watch_rule rule = {DD_WATCH_MONTH, 0, 3, calendar};
	struct dd_watch_window window;

	(void)state;
	assert_true(dd_watch_window_over(&rule, day_of("2026-12-03"), &window));
	assert_day(window.to, "2026-10-31");
	assert_true(dd_watch_window_over(&rule, day_of("2026-12-04"), &window));
	assert_day(window.to, "2026-11-30");
	dd_calendar_free(calendar);
}

static void nothing_is_expected_without_periods_or_before_the_calendar(void **state)
{
	struct dd_calendar *calendar = make_calendar();
	struct dd_watch_rule rule = {DD_WATCH_NONE, 0, 3, calendar};
	struct dd_watch_window window;

	(void)state;
	assert_false(dd_watch_window_at(&rule, day_of("2026-12-03"), &window));
	assert_false(dd_watch_window_over(&rule, day_of("2026-12-03"), &window));
	rule.period = DD_WATCH_MONTH;
	assert_false(dd_watch_window_at(&rule, -4000000, &window));
	assert_true(dd_watch_window_at(&rule, 4000000, &window));
	/* The first day of all: no window before it can be over. */
	assert_true(dd_watch_window_at(&rule, -700000, &window));
	assert_false(dd_watch_window_over(&rule, -700000, &window));
	assert_true(dd_watch_window_over(&rule, -699000, &window));
	dd_calendar_free(calendar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_day_has_the_window_of_its_period),
		cmocka_unit_test(windows_follow_each_other_without_a_gap),
		cmocka_unit_test(a_window_is_over_on_the_day_after_it),
		cmocka_unit_test(nothing_is_expected_without_periods_or_before_the_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
