/* calendar_test.c - working days, by the real holidays of 2026 and against counting one by one. */
#include "common/domain/calendar.h"

#include "common/base/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"

#define H DD_DAY_HOLIDAY
#define C DD_DAY_COMPENSATORY
#define W DD_DAY_WORKED

/* As announced for 2026 (deploy data holidays-vn.csv). */
static const struct {
	const char *day;
	enum dd_day_kind kind;
} year_2026[] = {
	{"2026-01-01", H}, {"2026-01-02", C}, {"2026-01-10", W}, {"2026-02-16", H},
	{"2026-02-17", H}, {"2026-02-18", H}, {"2026-02-19", H}, {"2026-02-20", H},
	{"2026-04-26", H}, {"2026-04-27", C}, {"2026-04-30", H}, {"2026-05-01", H},
	{"2026-08-22", W}, {"2026-08-31", C}, {"2026-09-01", H}, {"2026-09-02", H},
	{"2026-11-24", H},
};

static int setup(void **state)
{
	struct dd_calendar *calendar = dd_calendar_new();
	size_t i;

	for (i = 0; i < sizeof(year_2026) / sizeof(year_2026[0]); i++)
		dd_calendar_set(calendar, test_day(year_2026[i].day), year_2026[i].kind);
	*state = calendar;
	return 0;
}

static int teardown(void **state)
{
	dd_calendar_free(*state);
	return 0;
}

static void days_off_and_worked_saturdays_are_those_announced(void **state)
{
	static const struct {
		const char *day;
		bool working;
	} cases[] = {
		{"2025-12-31", true},                         /* a Wednesday */
		{"2026-01-01", false}, {"2026-01-02", false}, /* swapped for Saturday the 10th */
		{"2026-01-03", false}, {"2026-01-05", true},  {"2026-01-10", true},
		{"2026-01-11", false}, {"2026-01-17", false}, {"2026-02-13", true},
		{"2026-02-14", false}, {"2026-02-15", false}, {"2026-02-16", false},
		{"2026-02-17", false}, {"2026-02-18", false}, {"2026-02-19", false},
		{"2026-02-20", false}, {"2026-02-21", false}, {"2026-02-22", false},
		{"2026-02-23", true},  {"2026-04-26", false}, {"2026-04-27", false},
		{"2026-04-28", true},  {"2026-04-30", false}, {"2026-05-01", false},
		{"2026-05-04", true},  {"2026-08-22", true},  {"2026-08-31", false},
		{"2026-09-03", true},  {"2026-11-23", true},  {"2026-11-24", false},
		{"2026-11-25", true},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (dd_calendar_working(*state, test_day(cases[i].day)) != cases[i].working)
			fail_msg("%s", cases[i].day);
	}
}

static void n_working_days_on_or_back_skip_what_is_off(void **state)
{
	static const struct {
		const char *from;
		int n;
		const char *to;
	} cases[] = {
		{"2026-02-13", 1, "2026-02-23"}, /* over Tết */
		{"2026-02-23", -1, "2026-02-13"},
		{"2026-02-23", -3, "2026-02-11"},
		{"2026-02-17", 0, "2026-02-23"}, /* a day off counts as the next working day */
		{"2026-02-23", 0, "2026-02-23"},
		{"2026-02-17", 1, "2026-02-23"},
		{"2025-12-31", 1, "2026-01-05"},
		{"2026-01-09", 1, "2026-01-10"}, /* the worked Saturday */
		{"2026-01-12", -1, "2026-01-10"},
		{"2026-11-23", 1, "2026-11-25"},
		{"2026-04-24", 2, "2026-04-29"},
		{"2026-04-29", 1, "2026-05-04"},
		{"2026-08-28", 1, "2026-09-03"},
		{"2026-03-31", 3, "2026-04-03"},
		{"2026-03-31", 7, "2026-04-09"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[DD_DAY_TEXT];
		int32_t to = dd_calendar_add(*state, test_day(cases[i].from), cases[i].n);

		assert_string_equal(dd_day_iso(to, text), cases[i].to);
	}
}

static int count_one_by_one(const struct dd_calendar *calendar, int32_t from, int32_t to)
{
	int count = 0;

	while (++from <= to)
		count += dd_calendar_working(calendar, from);
	return count;
}

static void days_between_are_those_counted_one_by_one(void **state)
{
	int32_t begin = test_day("2025-12-20");
	int32_t end = test_day("2027-01-10");
	int32_t from;
	int32_t to;

	for (from = begin; from < end; from += 3) {
		for (to = from; to < end; to += 5) {
			int count = count_one_by_one(*state, from, to);

			assert_int_equal(dd_calendar_between(*state, from, to), count);
			assert_int_equal(dd_calendar_between(*state, to, from), -count);
		}
	}
	assert_int_equal(dd_calendar_between(*state, -10, 20), count_one_by_one(*state, -10, 20));
	/* 261 days from Monday to Friday, 14 of them off, two Saturdays worked. */
	assert_int_equal(
		dd_calendar_between(*state, test_day("2025-12-31"), test_day("2026-12-31")),
		261 - 14 + 2);
}

static void adding_and_counting_agree(void **state)
{
	int32_t from = test_day("2026-01-05");
	int n;

	for (n = 1; n < 260; n++) {
		int32_t to = dd_calendar_add(*state, from, n);

		assert_int_equal(dd_calendar_between(*state, from, to), n);
		assert_int_equal(dd_calendar_add(*state, to, -n), from);
	}
}

static void a_later_announcement_changes_a_day(void **state)
{
	int32_t day = test_day("2026-01-02");

	dd_calendar_set(*state, day, DD_DAY_ORDINARY);
	assert_true(dd_calendar_working(*state, day));
	dd_calendar_set(*state, day, DD_DAY_ORDINARY);
	dd_calendar_set(*state, day, DD_DAY_HOLIDAY);
	dd_calendar_set(*state, day, DD_DAY_WORKED);
	assert_true(dd_calendar_working(*state, day));
	dd_calendar_set(*state, day, DD_DAY_HOLIDAY);
	assert_false(dd_calendar_working(*state, day));
}

static void the_order_of_settings_does_not_matter(void **state)
{
	struct dd_calendar *other = dd_calendar_new();
	size_t i = sizeof(year_2026) / sizeof(year_2026[0]);
	int32_t day = test_day("2025-12-01");

	while (i-- > 0)
		dd_calendar_set(other, test_day(year_2026[i].day), year_2026[i].kind);
	for (; day < test_day("2027-02-01"); day++)
		assert_int_equal(dd_calendar_working(other, day), dd_calendar_working(*state, day));
	dd_calendar_free(other);
	dd_calendar_free(NULL);
}

static void ten_years_off_end_the_search(void **state)
{
	struct dd_calendar *calendar = dd_calendar_new();
	int32_t day;

	(void)state;
	for (day = 1; day <= 8000; day++)
		dd_calendar_set(calendar, day, DD_DAY_HOLIDAY);
	assert_int_equal(dd_calendar_add(calendar, 1000, 1), 1001 + 3653);
	assert_int_equal(dd_calendar_add(calendar, 7000, -5), 6999 - 3653);
	assert_int_equal(dd_calendar_add(calendar, 1000, 0), 1000 + 3653);
	dd_calendar_free(calendar);
}

#define WITH_2026(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void a_copy_goes_its_own_way(void **state)
{
	struct dd_calendar *empty = dd_calendar_new();
	struct dd_calendar *calendar = dd_calendar_copy(empty);
	struct dd_calendar *copy;

	(void)state;
	dd_calendar_set(calendar, 20500, DD_DAY_HOLIDAY); /* a Monday */
	copy = dd_calendar_copy(calendar);
	for (int32_t day = 20501; day < 20700; day++)
		dd_calendar_set(copy, day, DD_DAY_HOLIDAY);
	dd_calendar_set(copy, 20500, DD_DAY_ORDINARY);
	assert_true(dd_calendar_working(empty, 20500));
	assert_false(dd_calendar_working(calendar, 20500));
	assert_true(dd_calendar_working(calendar, 20501));
	assert_true(dd_calendar_working(copy, 20500));
	assert_false(dd_calendar_working(copy, 20501));
	dd_calendar_free(empty);
	dd_calendar_free(calendar);
	dd_calendar_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_2026(days_off_and_worked_saturdays_are_those_announced),
		WITH_2026(n_working_days_on_or_back_skip_what_is_off),
		WITH_2026(days_between_are_those_counted_one_by_one),
		WITH_2026(adding_and_counting_agree),
		WITH_2026(a_later_announcement_changes_a_day),
		WITH_2026(the_order_of_settings_does_not_matter),
		cmocka_unit_test(ten_years_off_end_the_search),
		cmocka_unit_test(a_copy_goes_its_own_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
