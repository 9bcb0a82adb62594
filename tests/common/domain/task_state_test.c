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
#define NO (-1)

static void every_action_in_every_state_leads_where_the_rule_says(void **state)
{
	/* By action: assigned, in progress, awaiting, completed, returned, paused, carried over,
	 * cancelled. Written the other way round than the rule itself. */
	static const int expected[DD_TASK_ACTION_COUNT][DD_TASK_STATE_COUNT] = {
		[DD_ACT_REPORT] = {P, P, W, NO, P, NO, NO, NO},
		[DD_ACT_REQUEST_COMPLETION] = {W, W, NO, NO, W, NO, NO, NO},
		[DD_ACT_CONFIRM] = {NO, NO, C, NO, NO, NO, NO, NO},
		[DD_ACT_RETURN] = {NO, NO, R, NO, NO, NO, NO, NO},
		[DD_ACT_REQUEST_EXTENSION] = {A, P, NO, NO, R, NO, NO, NO},
		[DD_ACT_GRANT_EXTENSION] = {A, P, W, NO, R, NO, NO, NO},
		[DD_ACT_REFUSE_EXTENSION] = {A, P, W, NO, R, NO, NO, NO},
		[DD_ACT_ASSIGN] = {A, P, NO, NO, R, NO, NO, NO},
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

static void only_open_states_allow_anything(void **state)
{
	static const bool open[] = {true, true, true, false, true, false, false, false};
	int from;
	int action;

	(void)state;
	for (from = 0; from < DD_TASK_STATE_COUNT; from++) {
		bool any = false;

		for (action = 0; action < DD_TASK_ACTION_COUNT; action++)
			any = any || dd_task_state_after((enum dd_task_state)from,
							 (enum dd_task_action)action) >= 0;
		assert_int_equal(dd_task_state_open((enum dd_task_state)from), open[from]);
		assert_int_equal(any, open[from]);
	}
}

static void names_are_stable_and_differ(void **state)
{
	static const char *const names[] = {"assigned", "in_progress", "awaiting",     "completed",
					    "returned", "paused",      "carried_over", "cancelled"};
	static const char *const actions[] = {
		"report",          "request_completion", "confirm", "return", "request_extension",
		"grant_extension", "refuse_extension",   "assign"};
	int i;

	(void)state;
	for (i = 0; i < DD_TASK_STATE_COUNT; i++)
		assert_string_equal(dd_task_state_name((enum dd_task_state)i), names[i]);
	for (i = 0; i < DD_TASK_ACTION_COUNT; i++)
		assert_string_equal(dd_task_action_name((enum dd_task_action)i), actions[i]);
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
		assert_int_equal(dd_task_bucket(cases[i].state, cases[i].due, cases[i].submitted,
						cases[i].today),
				 cases[i].bucket);
}

static void no_task_falls_outside_the_buckets(void **state)
{
	static const int32_t days[] = {0, 99, 100, 101, 5000};
	int from;
	size_t i;

	(void)state;
	for (from = 0; from < DD_TASK_STATE_COUNT; from++) {
		for (i = 0; i < 125; i++)
			assert_in_range(dd_task_bucket((enum dd_task_state)from, days[i % 5],
						       days[i / 5 % 5], days[i / 25]),
					0, DD_BUCKET_COUNT - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_in_every_state_leads_where_the_rule_says),
		cmocka_unit_test(only_open_states_allow_anything),
		cmocka_unit_test(names_are_stable_and_differ),
		cmocka_unit_test(overdue_begins_the_day_after_the_due_day),
		cmocka_unit_test(each_task_is_in_the_bucket_of_its_state_and_dates),
		cmocka_unit_test(no_task_falls_outside_the_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
