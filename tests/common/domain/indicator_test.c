/* indicator_test.c - a target of the year against the last value by its end. */
#include "common/base/clock.h"
#include "common/domain/indicator.h"
#include "tests/support/harness.h"

static const struct dd_target targets[] = {{2025, 80000}, {2026, 90000}};

static void the_last_value_of_the_year_is_held_against_its_own_target(void **state)
{
	const int32_t mid = dd_day_from_date((struct dd_date){2026, 6, 30});
	const struct dd_measure measures[] = {
		{mid - 400, 70000}, {mid, 85000}, {mid, 86000}, {mid + 300, 99000}};
	static const struct {
		int32_t year;
		bool falling, has_target, has_value, reached;
		int64_t gap;
	} rows[] = {
		{2026, false, true, true, false, 4000},  {2026, true, true, true, true, -4000},
		{2025, false, true, true, false, 10000}, {2024, false, false, false, false, 0},
		{2027, false, false, true, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dd_standing standing;

		dd_indicator_stand(targets, 2, measures, 4, rows[i].falling, rows[i].year,
				   &standing);
		assert_int_equal(standing.has_target, rows[i].has_target);
		assert_int_equal(standing.has_value, rows[i].has_value);
		assert_int_equal(standing.reached, rows[i].reached);
		assert_int_equal(standing.gap, rows[i].gap);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_value_of_the_year_is_held_against_its_own_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
