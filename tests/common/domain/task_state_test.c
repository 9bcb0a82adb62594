/* task_state_test.c - every state with every action, and every bucket. */
#include "common/domain/task_state.h"

#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <string.h>

#define A  DD_TASK_ASSIGNED
#define P  DD_TASK_IN_PROGRESS
#define W  DD_TASK_AWAITING
#define C  DD_TASK_COMPLETED
#define R  DD_TASK_RETURNED
#define U  DD_TASK_PAUSED
#define O  DD_TASK_CARRIED_OVER
#define X  DD_TASK_CANCELLED
#define NO (-1)

static void every_action_in_every_state_leads_where_the_rule_says(void **state)
{
	/* By action: assigned, in progress, awaiting, completed, returned, paused, carried over,
	 * cancelled: what follows in full, where the rule writes only what moves. */
	static const int expected[DD_TASK_ACTION_COUNT][DD_TASK_STATE_COUNT] = {
		[DD_ACT_REPORT] = {P, P, W, NO, P, NO, NO, NO},
		[DD_ACT_REQUEST_COMPLETION] = {W, W, NO, NO, W, NO, NO, NO},
		[DD_ACT_CONFIRM] = {NO, NO, C, NO, NO, NO, NO, NO},
		[DD_ACT_RETURN] = {NO, NO, R, NO, NO, NO, NO, NO},
		[DD_ACT_REQUEST_EXTENSION] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_GRANT_EXTENSION] = {A, P, W, NO, R, NO, NO, NO},
		[DD_ACT_REFUSE_EXTENSION] = {A, P, W, NO, R, NO, NO, NO},
		[DD_ACT_ASSIGN] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_RECEIVE] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_ASK_REFUSAL] = {A, NO, NO, NO, NO, NO, NO, NO},
		[DD_ACT_GRANT_REFUSAL] = {A, A, NO, NO, A, NO, NO, NO},
		[DD_ACT_DENY_REFUSAL] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_ASK_TRANSFER] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_GRANT_TRANSFER] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_DENY_TRANSFER] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_PAUSE] = {U, U, U, NO, U, NO, NO, NO},
		[DD_ACT_RESUME] = {NO, NO, NO, NO, NO, U, NO, NO},
		[DD_ACT_CANCEL] = {X, X, X, NO, X, X, NO, NO},
		[DD_ACT_REMOVE] = {A, NO, NO, NO, NO, NO, NO, NO},
		[DD_ACT_CARRY] = {O, O, O, NO, O, O, NO, NO},
		[DD_ACT_END] = {X, X, X, NO, X, X, NO, NO},
		[DD_ACT_KEEP] = {A, P, W, NO, R, U, NO, NO},
		[DD_ACT_WITHDRAW_UPDATE] = {A, P, W, NO, R, U, NO, NO},
		[DD_ACT_WITHDRAW_REQUEST] = {A, P, W, NO, R, U, NO, NO},
		[DD_ACT_TAKE_BACK] = {A, P, W, C, R, U, O, X},
		[DD_ACT_RESOLVE] = {A, P, W, NO, R, U, NO, NO},
		[DD_ACT_PASS_ON] = {A, P, W, NO, R, NO, NO, NO},
		[DD_ACT_UNCHANGED] = {P, P, NO, NO, P, NO, NO, NO},
		[DD_ACT_PRODUCT] = {P, P, W, NO, P, NO, NO, NO},
		[DD_ACT_EXPLAIN] = {A, P, W, C, R, NO, NO, NO},
		[DD_ACT_DECIDE_EXPLANATION] = {A, P, W, C, R, U, NO, NO},
		[DD_ACT_ASK_UNIT] = {A, P, W, NO, R, NO, NO, NO},
		[DD_ACT_ANSWER] = {A, P, W, C, R, U, NO, NO},
		[DD_ACT_CLOSE_ASK] = {A, P, W, C, R, U, NO, NO},
		[DD_ACT_COMMENT] = {A, P, W, C, R, U, O, X},
		[DD_ACT_ATTACH] = {A, P, W, C, R, U, O, X},
		[DD_ACT_DATE] = {A, P, W, NO, R, U, NO, NO},
		[DD_ACT_MOVE_UNIT] = {A, P, W, NO, R, U, NO, NO},
	};
	int from;
	int action;

	(void)state;
	for (from = 0; from < DD_TASK_STATE_COUNT; from++) {
		for (action = 0; action < DD_TASK_ACTION_COUNT; action++) {
			int got = dd_task_state_after((enum dd_task_state)from,
						      (enum dd_task_action)action);

			if (got != expected[action][from])
				fail_msg("%s in %s gives %d",
					 dd_task_action_name((enum dd_task_action)action),
					 dd_task_state_name((enum dd_task_state)from), got);
		}
	}
}

static void what_is_over_allows_only_words_and_taking_back(void **state)
{
	static const bool open[] = {true, true, true, false, true, false, false, false};
	static const enum dd_task_state over[] = {DD_TASK_CARRIED_OVER, DD_TASK_CANCELLED};

	(void)state;
	for (int from = 0; from < DD_TASK_STATE_COUNT; from++)
		assert_int_equal(dd_task_state_open((enum dd_task_state)from), open[from]);
	for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++) {
		for (int action = 0; action < DD_TASK_ACTION_COUNT; action++) {
			bool may = action == DD_ACT_COMMENT || action == DD_ACT_ATTACH ||
				   action == DD_ACT_TAKE_BACK;

			assert_int_equal(
				dd_task_state_after(over[i], (enum dd_task_action)action) >= 0,
				may);
		}
	}
}

static void names_are_stable_and_differ(void **state)
{
	static const char *const names[] = {"assigned", "in_progress", "awaiting",     "completed",
					    "returned", "paused",      "carried_over", "cancelled"};
	static const char *const actions[] = {
		"report",          "request_completion", "confirm", "return", "request_extension",
		"grant_extension", "refuse_extension",   "assign",  "receive"};
	int i;

	(void)state;
	for (i = 0; i < DD_TASK_STATE_COUNT; i++)
		assert_string_equal(dd_task_state_name((enum dd_task_state)i), names[i]);
	for (i = 0; i < (int)(sizeof(actions) / sizeof(actions[0])); i++)
		assert_string_equal(dd_task_action_name((enum dd_task_action)i), actions[i]);
	for (i = 0; i < DD_TASK_ACTION_COUNT; i++) {
		for (int j = 0; j < i; j++)
			assert_string_not_equal(dd_task_action_name((enum dd_task_action)i),
						dd_task_action_name((enum dd_task_action)j));
	}
}

static void overdue_begins_the_day_after_the_due_day(void **state)
{
	int32_t due = test_day("2026-03-31");

	(void)state;
	assert_int_equal(dd_time_state(0, due, 3), DD_TIME_NO_DUE);
	assert_int_equal(dd_time_state(due, due - 4, 3), DD_TIME_IN_TERM);
	assert_int_equal(dd_time_state(due, due - 3, 3), DD_TIME_NEAR);
	assert_int_equal(dd_time_state(due, due, 3), DD_TIME_NEAR);
	assert_int_equal(dd_time_state(due, due, 0), DD_TIME_NEAR);
	assert_int_equal(dd_time_state(due, due - 1, 0), DD_TIME_IN_TERM);
	assert_int_equal(dd_time_state(due, due + 1, 3), DD_TIME_OVERDUE);
	assert_int_equal(dd_time_state(INT32_MAX, INT32_MIN, 3), DD_TIME_IN_TERM);
}

/* By the rule as shipped, where nothing was waited for. */
static enum dd_bucket bucket(enum dd_task_state state, int32_t due, int32_t submitted,
			     int32_t today)
{
	const struct dd_task_clock clock = {
		.state = state, .due_day = due, .submitted_day = submitted};

	return dd_task_bucket_of(&clock, &(struct dd_judge){.credit_waiting = true}, today);
}

static void each_task_is_in_the_bucket_of_its_state_and_dates(void **state)
{
	/* Due on day 100; 0 = no due day. */
	static const struct {
		enum dd_task_state state;
		int32_t due, submitted, today;
		enum dd_bucket bucket;
	} cases[] = {
		{C, 100, 100, 500, DD_BUCKET_DONE_ON_TIME},
		{C, 100, 101, 101, DD_BUCKET_DONE_LATE},
		{C, 0, 101, 200, DD_BUCKET_DONE_ON_TIME},
		{A, 100, 0, 100, DD_BUCKET_OPEN_IN_TERM},
		{A, 100, 0, 101, DD_BUCKET_OPEN_OVERDUE},
		{P, 100, 0, 100, DD_BUCKET_OPEN_IN_TERM},
		{P, 100, 0, 101, DD_BUCKET_OPEN_OVERDUE},
		{R, 100, 90, 100, DD_BUCKET_OPEN_IN_TERM},
		{R, 100, 90, 101,
		 DD_BUCKET_OPEN_OVERDUE}, /* returned: what came in does not count */
		{W, 100, 100, 500, DD_BUCKET_OPEN_IN_TERM},
		{W, 100, 101, 101, DD_BUCKET_OPEN_OVERDUE},
		{A, 0, 0, 500, DD_BUCKET_NO_DUE},
		{P, 0, 0, 500, DD_BUCKET_NO_DUE},
		{W, 0, 90, 500, DD_BUCKET_NO_DUE},
		{R, 0, 90, 500, DD_BUCKET_NO_DUE},
		{DD_TASK_PAUSED, 100, 0, 500, DD_BUCKET_PAUSED},
		{DD_TASK_PAUSED, 0, 0, 1, DD_BUCKET_PAUSED},
		{DD_TASK_CANCELLED, 100, 0, 500, DD_BUCKET_CANCELLED},
		{DD_TASK_CARRIED_OVER, 100, 0, 500, DD_BUCKET_CANCELLED},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			bucket(cases[i].state, cases[i].due, cases[i].submitted, cases[i].today),
			cases[i].bucket);
}

static void waiting_for_a_decision_is_not_the_leads(void **state)
{
	/* Due on day 100. */
	static const struct {
		enum dd_task_state state;
		int32_t submitted, decided;
		uint32_t waited;
		bool credit, by_confirmation;
		int32_t today, days_late;
		enum dd_bucket bucket;
	} cases[] = {
		/* Handed in on 95, back on 103, handed in again on 107: eight days were waited. */
		{R, 95, 0, 8, true, false, 107, -1, DD_BUCKET_OPEN_IN_TERM},
		{R, 95, 0, 8, true, false, 109, 1, DD_BUCKET_OPEN_OVERDUE},
		{W, 107, 0, 8, true, false, 400, -1, DD_BUCKET_OPEN_IN_TERM},
		{C, 107, 140, 8, true, false, 400, -1, DD_BUCKET_DONE_ON_TIME},
		/* The same by the plain rule. */
		{R, 95, 0, 8, false, false, 107, 7, DD_BUCKET_OPEN_OVERDUE},
		{C, 107, 140, 8, false, false, 400, 7, DD_BUCKET_DONE_LATE},
		/* By the day of the confirmation. */
		{C, 95, 101, 0, true, true, 400, 1, DD_BUCKET_DONE_LATE},
		{C, 95, 0, 0, true, true, 400, -5, DD_BUCKET_DONE_ON_TIME},
		{W, 95, 0, 0, true, true, 101, 1, DD_BUCKET_OPEN_OVERDUE},
		/* A clock that stands still. */
		{U, 0, 0, 0, true, false, 400, 0, DD_BUCKET_PAUSED},
		{X, 0, 0, 0, true, false, 400, 0, DD_BUCKET_CANCELLED},
		{P, 0, 0, UINT32_MAX, true, false, INT32_MIN, INT32_MIN, DD_BUCKET_OPEN_IN_TERM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_task_clock clock = {.state = cases[i].state,
					      .due_day = 100,
					      .submitted_day = cases[i].submitted,
					      .decided_day = cases[i].decided,
					      .waited_days = cases[i].waited};
		struct dd_judge judge = {cases[i].credit, cases[i].by_confirmation};

		assert_int_equal(dd_task_days_late(&clock, &judge, cases[i].today),
				 cases[i].days_late);
		assert_int_equal(dd_task_bucket_of(&clock, &judge, cases[i].today),
				 cases[i].bucket);
		clock.due_day = 0;
		assert_int_equal(dd_task_days_late(&clock, &judge, cases[i].today), 0);
	}
}

static void no_task_falls_outside_the_buckets(void **state)
{
	static const int32_t days[] = {0, 99, 100, 101, 5000};
	int from;
	size_t i;

	(void)state;
	for (from = 0; from < DD_TASK_STATE_COUNT; from++) {
		for (i = 0; i < 125; i++)
			assert_in_range(bucket((enum dd_task_state)from, days[i % 5],
					       days[i / 5 % 5], days[i / 25]),
					0, DD_BUCKET_COUNT - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_in_every_state_leads_where_the_rule_says),
		cmocka_unit_test(what_is_over_allows_only_words_and_taking_back),
		cmocka_unit_test(names_are_stable_and_differ),
		cmocka_unit_test(overdue_begins_the_day_after_the_due_day),
		cmocka_unit_test(each_task_is_in_the_bucket_of_its_state_and_dates),
		cmocka_unit_test(waiting_for_a_decision_is_not_the_leads),
		cmocka_unit_test(no_task_falls_outside_the_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
