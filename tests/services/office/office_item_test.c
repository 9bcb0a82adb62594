/* office_item_test.c - the states of a report: every move, allowed or not. */
#include "services/office/office_item.h"
#include "tests/support/harness.h"

#include <string.h>

static const enum office_state all[] = {OFFICE_QUEUED,  OFFICE_SENT,     OFFICE_ACCEPTED,
					OFFICE_REFUSED, OFFICE_CONFLICT, OFFICE_WITHDRAWN,
					OFFICE_HELD};
#define COUNT (sizeof(all) / sizeof(all[0]))

static void every_move_is_allowed_or_not_as_the_picture_says(void **state)
{
	/* rows: from; columns: to; in the order of `all` */
	static const char expected[COUNT][COUNT + 1] = {
		"yynnnnn", /* queued: sent; queued again under another number */
		"yyyyyyy", /* sent: any answer, or none */
		"ynnnnnn", /* accepted: only by a restored centre */
		"ynnnnnn", /* refused */
		"ynnnnnn", /* conflict: a new number */
		"ynnnnnn", /* withdrawn */
		"ynynnnn", /* held: the head of the unit has decided */
	};

	(void)state;
	for (size_t from = 0; from < COUNT; from++)
		for (size_t to = 0; to < COUNT; to++)
			assert_int_equal(office_state_may(all[from], all[to]),
					 expected[from][to] == 'y');
}

static void only_the_centres_decisions_settle_a_report(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const bool settled = all[i] == OFFICE_ACCEPTED || all[i] == OFFICE_REFUSED ||
				     all[i] == OFFICE_WITHDRAWN || all[i] == OFFICE_HELD;

		assert_int_equal(office_state_settled(all[i]), settled);
		assert_true(strlen(office_state_name(all[i])) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_move_is_allowed_or_not_as_the_picture_says),
		cmocka_unit_test(only_the_centres_decisions_settle_a_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
