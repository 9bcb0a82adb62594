/* undo_test.c - every decision in every state, and what somebody has done since. */
#include "common/domain/undo.h"

#include "tests/support/harness.h"

#define MINUTE INT64_C(60000000)

static enum dd_undo_answer asked(enum dd_decision decision, struct dd_undo_facts facts)
{
	return dd_undo_ask(decision, &facts);
}

static void each_decision_can_be_taken_back_only_from_the_states_that_it_leads_to(void **state)
{
	/* assigned, in progress, awaiting, completed, returned, paused, carried over, cancelled */
	static const char *const may[DD_DECISION_COUNT] = {
		[DD_DECISION_CONFIRMED] = "...X....", [DD_DECISION_RETURNED] = "....X...",
		[DD_DECISION_EXTENDED] = "XXX.X...",  [DD_DECISION_NOT_EXTENDED] = "XXX.X...",
		[DD_DECISION_MOVED] = "XX..X...",     [DD_DECISION_NOT_MOVED] = "XX..X...",
		[DD_DECISION_PAUSED] = ".....X..",    [DD_DECISION_RESUMED] = "XXX.X...",
		[DD_DECISION_CANCELLED] = ".......X", [DD_DECISION_CARRIED] = "......X.",
	};

	(void)state;
	for (int d = 0; d < DD_DECISION_COUNT; d++) {
		for (int s = 0; s < DD_TASK_STATE_COUNT; s++) {
			enum dd_undo_answer got =
				asked((enum dd_decision)d,
				      (struct dd_undo_facts){.state = (enum dd_task_state)s,
							     .last = true});

			if (got != (may[d][s] == 'X' ? DD_UNDO_YES : DD_UNDO_STATE))
				fail_msg("%s in %s gives %d", dd_decision_name((enum dd_decision)d),
					 dd_task_state_name((enum dd_task_state)s), (int)got);
		}
	}
}

static void nothing_is_taken_back_twice_nor_under_a_later_decision(void **state)
{
	(void)state;
	for (int d = 0; d < DD_DECISION_COUNT; d++) {
		for (int s = 0; s < DD_TASK_STATE_COUNT; s++) {
			struct dd_undo_facts facts = {
				.state = (enum dd_task_state)s, .last = true, .taken_back = true};

			assert_int_equal(asked((enum dd_decision)d, facts), DD_UNDO_ALREADY);
			facts.taken_back = false;
			facts.last = false;
			assert_int_equal(asked((enum dd_decision)d, facts), DD_UNDO_OVERTAKEN);
		}
	}
}

static void what_the_lead_has_done_since_is_not_lost(void **state)
{
	static const struct {
		enum dd_decision decision;
		enum dd_task_state state;
		bool submitted, worked, asked;
		enum dd_undo_answer answer;
	} rows[] = {
		{DD_DECISION_EXTENDED, DD_TASK_IN_PROGRESS, true, false, false, DD_UNDO_OVERTAKEN},
		{DD_DECISION_EXTENDED, DD_TASK_IN_PROGRESS, false, true, false, DD_UNDO_YES},
		{DD_DECISION_EXTENDED, DD_TASK_IN_PROGRESS, false, false, true, DD_UNDO_OVERTAKEN},
		{DD_DECISION_NOT_EXTENDED, DD_TASK_AWAITING, true, true, false, DD_UNDO_YES},
		{DD_DECISION_NOT_EXTENDED, DD_TASK_ASSIGNED, false, false, true, DD_UNDO_OVERTAKEN},
		{DD_DECISION_MOVED, DD_TASK_ASSIGNED, false, true, false, DD_UNDO_OVERTAKEN},
		{DD_DECISION_MOVED, DD_TASK_ASSIGNED, false, false, true, DD_UNDO_OVERTAKEN},
		{DD_DECISION_MOVED, DD_TASK_ASSIGNED, false, false, false, DD_UNDO_YES},
		{DD_DECISION_RETURNED, DD_TASK_RETURNED, true, false, false, DD_UNDO_OVERTAKEN},
		{DD_DECISION_CONFIRMED, DD_TASK_COMPLETED, true, true, true, DD_UNDO_YES},
		{DD_DECISION_PAUSED, DD_TASK_PAUSED, true, true, true, DD_UNDO_YES},
		{DD_DECISION_RESUMED, DD_TASK_IN_PROGRESS, false, true, false, DD_UNDO_OVERTAKEN},
		{DD_DECISION_CARRIED, DD_TASK_CARRIED_OVER, false, true, false, DD_UNDO_OVERTAKEN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dd_undo_facts facts = {.state = rows[i].state,
					      .last = true,
					      .submitted = rows[i].submitted,
					      .worked = rows[i].worked,
					      .asked = rows[i].asked};

		if (asked(rows[i].decision, facts) != rows[i].answer)
			fail_msg("row %zu", i);
	}
}

static void within_the_minutes_the_decider_needs_no_reason(void **state)
{
	(void)state;
	assert_true(dd_undo_at_once(1000, 1000, 10, true));
	assert_true(dd_undo_at_once(1000, 1000 + 10 * MINUTE, 10, true));
	assert_false(dd_undo_at_once(1000, 1001 + 10 * MINUTE, 10, true));
	assert_false(dd_undo_at_once(1000, 999, 10, true));
	assert_false(dd_undo_at_once(1000, 1000, 10, false));
	assert_true(dd_undo_at_once(1000, 1000, 0, true));
	assert_false(dd_undo_at_once(1000, 1001, 0, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_decision_can_be_taken_back_only_from_the_states_that_it_leads_to),
		cmocka_unit_test(nothing_is_taken_back_twice_nor_under_a_later_decision),
		cmocka_unit_test(what_the_lead_has_done_since_is_not_lost),
		cmocka_unit_test(within_the_minutes_the_decider_needs_no_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
