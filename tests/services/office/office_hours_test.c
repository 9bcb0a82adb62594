/* office_hours_test.c - the hours of evidence, by the clock that is told. */
#include "common/base/clock.h"
#include "services/office/office_hours.h"
#include "tests/support/harness.h"
#include <string.h>

/* An instant of 2026-11-24, local. */
static int64_t at(int hour, int minute)
{
	int32_t day;

	assert_int_equal(dd_day_parse("2026-11-24", &day), 0);
	return dd_day_start_us(day) + (hour * 60 + minute) * 60 * DD_SECOND_US;
}

static void hours_are_open_and_shut_as_written(void **state)
{
	static const struct {
		const char *text;
		int hour, minute;
		bool open;
		int next; /* minutes until they open */
	} cases[] = {
		{"", 3, 0, true, 0},
		{"18:00-07:00", 17, 59, false, 1},
		{"18:00-07:00", 18, 0, true, 0},
		{"18:00-07:00", 0, 0, true, 0},
		{"18:00-07:00", 6, 59, true, 0},
		{"18:00-07:00", 7, 0, false, 660},
		{"11:30-13:00", 11, 29, false, 1},
		{"11:30-13:00", 11, 30, true, 0},
		{"11:30-13:00", 13, 0, false, 1350},
		{"11:30-13:00", 23, 59, false, 691},
		{"20:00-24:00", 23, 59, true, 0},
		{"20:00-24:00", 0, 0, false, 1200},
		{"00:00-05:00", 0, 0, true, 0},
		{"00:00-05:00", 5, 0, false, 1140},
		{"08:00-08:00", 3, 0, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int64_t now = at(cases[i].hour, cases[i].minute);
		struct office_hours hours;
		struct dd_error err;

		assert_int_equal(office_hours_parse(cases[i].text, &hours, &err), 0);
		assert_int_equal(office_hours_open(&hours, now), cases[i].open);
		assert_int_equal(office_hours_next(&hours, now),
				 now + cases[i].next * 60 * DD_SECOND_US);
	}
}

static void what_is_no_hours_is_refused_with_an_example(void **state)
{
	static const char *const texts[] = {"18-7",         "18:00",       "18:00-",
					    "18:00-24:01",  "24:00-07:00", "18:60-07:00",
					    "18:00-07:00x", "a:00-07:00",  "18:00 - 07:00"};
	struct office_hours hours;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct dd_error err = {0};

		assert_int_equal(office_hours_parse(texts[i], &hours, &err), DD_ERR_INVALID);
		assert_non_null(strstr(err.text, "18:00-07:00"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_are_open_and_shut_as_written),
		cmocka_unit_test(what_is_no_hours_is_refused_with_an_example),
	};

	return cmocka_run_group_tests_name("services.office.office_hours", tests, NULL, NULL);
}
