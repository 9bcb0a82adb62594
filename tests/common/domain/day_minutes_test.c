/* day_minutes_test.c - times of day, well written and not. */
#include "common/domain/day_minutes.h"

#include "tests/support/harness.h"

static void a_time_of_day_is_minutes_and_anything_else_is_refused(void **state)
{
	static const struct {
		const char *text;
		int minutes;
	} times[] = {{"08:00", 480}, {"7:30", 450}, {"00:00", 0},  {"24:00", 1440}, {"24:01", -1},
		     {"8", -1},      {"08:60", -1}, {"8:00 ", -1}, {"-1:00", -1},   {"", -1}};
	struct dd_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int minutes = -1;

		assert_int_equal(dd_day_minutes_parse(times[i].text, &minutes, &err) == 0,
				 times[i].minutes >= 0);
		assert_int_equal(minutes, times[i].minutes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_of_day_is_minutes_and_anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
