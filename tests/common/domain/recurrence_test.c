/* recurrence_test.c - periods of recurring tasks by a table, and a year of them. */
#include "common/base/clock.h"
#include "common/domain/recurrence.h"
#include "tests/support/harness.h"
#include <string.h>

static int32_t day_of(const char *text)
{
	int32_t day;

	assert_int_equal(dd_day_parse(text, &day), DD_OK);
	return day;
}

static const struct {
	struct dd_recurrence_rule rule;
	const char *start, *day, *from, *to, *due, *text;
} periods[] = {
	{{DD_RECUR_MONTHLY, 0, 0, 0, 0},
	 "",
	 "2026-02-16",
	 "2026-02-01",
	 "2026-02-28",
	 "2026-02-28",
	 "2026-02"},
	{{DD_RECUR_MONTHLY, 0, 20, 0, 0},
	 "",
	 "2026-12-31",
	 "2026-12-01",
	 "2026-12-31",
	 "2026-12-20",
	 "2026-12"},
	{{DD_RECUR_MONTHLY, 0, 31, 0, 0},
	 "",
	 "2024-02-01",
	 "2024-02-01",
	 "2024-02-29",
	 "2024-02-29",
	 "2024-02"},
	{{DD_RECUR_QUARTERLY, 0, 0, 0, 0},
	 "",
	 "2026-05-31",
	 "2026-04-01",
	 "2026-06-30",
	 "2026-06-30",
	 "2026-Q2"},
	{{DD_RECUR_QUARTERLY, 0, 25, 0, 0},
	 "2026-07-15",
	 "2026-01-01",
	 "2026-07-01",
	 "2026-09-30",
	 "2026-09-25",
	 "2026-Q3"},
	{{DD_RECUR_HALF_YEARLY, 0, 0, 0, 0},
	 "",
	 "2026-07-01",
	 "2026-07-01",
	 "2026-12-31",
	 "2026-12-31",
	 "2026-H2"},
	{{DD_RECUR_NINE_MONTHS, 0, 0, 0, 0},
	 "",
	 "2026-06-30",
	 "2026-01-01",
	 "2026-06-30",
	 "2026-06-30",
	 "2026-6T"},
	{{DD_RECUR_NINE_MONTHS, 0, 0, 0, 0},
	 "",
	 "2026-09-30",
	 "2026-07-01",
	 "2026-09-30",
	 "2026-09-30",
	 "2026-9T"},
	{{DD_RECUR_NINE_MONTHS, 0, 15, 0, 0},
	 "",
	 "2026-10-01",
	 "2026-10-01",
	 "2026-12-31",
	 "2026-12-15",
	 "2026-12T"},
	{{DD_RECUR_YEARLY, 0, 0, 0, 0},
	 "",
	 "2026-01-01",
	 "2026-01-01",
	 "2026-12-31",
	 "2026-12-31",
	 "2026"},
	/* 2026-02-16 is a Monday. */
	{{DD_RECUR_WEEKLY, 5, 0, 0, 0},
	 "",
	 "2026-02-22",
	 "2026-02-16",
	 "2026-02-22",
	 "2026-02-20",
	 "2026-02-16"},
	{{DD_RECUR_WEEKLY, 0, 0, 2, 0},
	 "2026-02-16",
	 "2026-02-23",
	 "2026-03-02",
	 "2026-03-08",
	 "2026-03-08",
	 "2026-03-02"},
	{{DD_RECUR_WEEKLY, 1, 0, 2, 0},
	 "2026-02-18",
	 "2026-02-20",
	 "2026-02-16",
	 "2026-02-22",
	 "2026-02-16",
	 "2026-02-16"},
};

static void a_period_is_the_one_that_holds_the_day_or_follows_the_start(void **state)
{
	char text[DD_PERIOD_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		struct dd_recurrence_rule rule = periods[i].rule;
		struct dd_period period;

		rule.start_day = *periods[i].start ? day_of(periods[i].start) : 0;
		assert_true(dd_recurrence_at(&rule, day_of(periods[i].day), &period));
		assert_int_equal(period.from, day_of(periods[i].from));
		assert_int_equal(period.to, day_of(periods[i].to));
		assert_int_equal(period.due, day_of(periods[i].due));
		assert_string_equal(dd_period_text(rule.recurrence, &period, text),
				    periods[i].text);
	}
}

static void periods_follow_each_other_without_gap_or_overlap(void **state)
{
	static const struct {
		enum dd_recurrence recurrence;
		int count;
	} rows[] = {{DD_RECUR_MONTHLY, 12},
		    {DD_RECUR_QUARTERLY, 4},
		    {DD_RECUR_HALF_YEARLY, 2},
		    {DD_RECUR_NINE_MONTHS, 3},
		    {DD_RECUR_YEARLY, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dd_recurrence_rule rule = {.recurrence = rows[i].recurrence};
		int32_t day = day_of("2028-01-01"), end = day_of("2028-12-31");
		char seen[16][DD_PERIOD_TEXT];
		int count = 0;

		while (day <= end) {
			struct dd_period period;

			assert_true(dd_recurrence_at(&rule, day, &period));
			assert_int_equal(period.from, day);
			assert_true(period.due >= period.from && period.due <= period.to);
			dd_period_text(rule.recurrence, &period, seen[count]);
			for (int k = 0; k < count; k++)
				assert_string_not_equal(seen[k], seen[count]);
			count++;
			day = period.to + 1;
		}
		assert_int_equal(count, rows[i].count);
	}
}

static void what_does_not_recur_has_no_periods(void **state)
{
	static const enum dd_recurrence kinds[] = {DD_RECUR_ONCE, DD_RECUR_CONTINUOUS,
						   DD_RECUR_EVENT, DD_RECUR_MILESTONES};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct dd_recurrence_rule rule = {.recurrence = kinds[i]};
		struct dd_period period;

		assert_false(dd_recurrence_at(&rule, 20500, &period));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_period_is_the_one_that_holds_the_day_or_follows_the_start),
		cmocka_unit_test(periods_follow_each_other_without_gap_or_overlap),
		cmocka_unit_test(what_does_not_recur_has_no_periods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
