/* year_end_test.c - what a carried task takes along. */
#include "common/base/clock.h"
#include "common/domain/year_end.h"
#include "tests/support/harness.h"

static void the_oldest_date_stays_and_slips_add_up_over_the_years(void **state)
{
	struct dd_chain chain = dd_chain_carry((struct dd_chain){0, 0}, 20000, 2);

	(void)state;
	assert_int_equal(chain.first_due_day, 20000);
	assert_int_equal(chain.slips, 2);
	chain = dd_chain_carry(chain, 20400, 1);
	assert_int_equal(chain.first_due_day, 20000);
	assert_int_equal(chain.slips, 3);
}

static void a_day_moves_by_whole_years_and_the_leap_day_to_the_28th(void **state)
{
	static const struct {
		struct dd_date from;
		int32_t years;
		struct dd_date to;
	} rows[] = {{{2026, 12, 31}, 1, {2027, 12, 31}},
		    {{2028, 2, 29}, 1, {2029, 2, 28}},
		    {{2028, 2, 29}, 4, {2032, 2, 29}},
		    {{2026, 3, 1}, -1, {2025, 3, 1}}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(dd_day_shift_years(dd_day_from_date(rows[i].from), rows[i].years),
				 dd_day_from_date(rows[i].to));
	assert_int_equal(dd_day_shift_years(0, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_date_stays_and_slips_add_up_over_the_years),
		cmocka_unit_test(a_day_moves_by_whole_years_and_the_leap_day_to_the_28th),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
