/* task_rules_cells_test.c - every action of a task's life in every state and by every part: what
 * the table forbids is refused by its name, all else happens and leads where the table says. */
#include "tests/services/task/task_life_fixture.h"

typedef void command_fn(struct deciding *test);

static void late_now(struct deciding *test)
{
	test->now_us = dd_day_start_us(DUE + 5) + 8 * 3600 * DD_SECOND_US;
}

static void explained(struct deciding *test)
{
	late_now(test);
	explain(test);
	taken(test);
}

static void paused(struct deciding *test)
{
	pause_task(test);
	taken(test);
	days_pass(test, 3);
}

static void with_refusal(struct deciding *test)
{
	ask_refusal(test);
	taken(test);
}

static void with_transfer(struct deciding *test)
{
	ask_transfer(test);
	taken(test);
}

static void with_extension(struct deciding *test)
{
	request_extension(test);
	taken(test);
}

static void asked(struct deciding *test)
{
	ask_unit(test);
	taken(test);
}

static void answered(struct deciding *test)
{
	asked(test);
	answer(test);
	taken(test);
}

static void satisfied(struct deciding *test)
{
	close_ask(test);
	test->cmd.close_ask.satisfied = 1;
}

static void grant_extension(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(DECIDE_EXTENSION, decide_extension);
	test->cmd.decide_extension.task = test->task;
	test->cmd.decide_extension.granted = 1;
}

static void assign(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(ASSIGN_TASK, assign_task);
	test->cmd.assign.task = test->task;
	test->cmd.assign.lead_unit = text_of("U2");
	test->cmd.assign.reason = text_of("sắp xếp lại bộ máy");
}

/* Who may: L the lead, C the coordinating unit, A the agency, Q the unit asked. */
static const struct {
	enum dd_task_action action;
	command_fn *before; /* the task as the command needs it */
	command_fn *command;
	const char *who;
} cells[] = {
	{DD_ACT_REPORT, NULL, report, "L"},
	{DD_ACT_REQUEST_COMPLETION, NULL, request_completion, "L"},
	{DD_ACT_CONFIRM, NULL, confirm, "A"},
	{DD_ACT_RETURN, NULL, send_back, "A"},
	{DD_ACT_REQUEST_EXTENSION, NULL, request_extension, "L"},
	{DD_ACT_GRANT_EXTENSION, with_extension, grant_extension, "A"},
	{DD_ACT_ASSIGN, NULL, assign, "A"},
	{DD_ACT_RECEIVE, NULL, receive, "L"},
	{DD_ACT_ASK_REFUSAL, NULL, ask_refusal, "L"},
	{DD_ACT_GRANT_REFUSAL, with_refusal, grant_refusal, "A"},
	{DD_ACT_DENY_REFUSAL, with_refusal, deny_refusal, "A"},
	{DD_ACT_ASK_TRANSFER, NULL, ask_transfer, "L"},
	{DD_ACT_GRANT_TRANSFER, with_transfer, grant_transfer, "A"},
	{DD_ACT_DENY_TRANSFER, with_transfer, deny_transfer, "A"},
	{DD_ACT_PAUSE, NULL, pause_task, "A"},
	{DD_ACT_RESUME, paused, resume_task, "A"},
	{DD_ACT_CANCEL, NULL, cancel_task, "A"},
	{DD_ACT_REMOVE, NULL, remove_task, "A"},
	{DD_ACT_PASS_ON, NULL, pass_on, "L"},
	{DD_ACT_UNCHANGED, NULL, unchanged, "L"},
	{DD_ACT_EXPLAIN, late_now, explain, "L"},
	{DD_ACT_DECIDE_EXPLANATION, explained, accept_explanation, "A"},
	{DD_ACT_ASK_UNIT, NULL, ask_unit, "LA"},
	{DD_ACT_ANSWER, asked, answer, "Q"},
	{DD_ACT_CLOSE_ASK, answered, satisfied, "L"},
	{DD_ACT_COMMENT, NULL, comment, "LAC"},
};

static struct deciding *made_ready(size_t cell)
{
	struct deciding *test = begin();

	if (cells[cell].before != NULL)
		cells[cell].before(test);
	return test;
}

/* What was handed in late, so that there is something to explain. */
static void in_state(struct deciding *test, size_t cell, enum dd_task_state state)
{
	struct view_task task = task_now(test);

	if (cells[cell].action == DD_ACT_EXPLAIN) {
		task.submitted_day = DUE + 2;
		force_task(test, &task);
	}
	force_state(test, state);
}

static void every_action_in_every_state_happens_or_is_refused_by_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		for (int from = 0; from < DD_TASK_STATE_COUNT; from++) {
			struct deciding *test = made_ready(i);
			int next = dd_task_state_after((enum dd_task_state)from, cells[i].action);

			in_state(test, i, (enum dd_task_state)from);
			cells[i].command(test);
			if (next < 0) {
				refused(test, REFUSAL(STATE),
					dd_task_state_name((enum dd_task_state)from));
				assert_string_equal(test->out.arguments[1],
						    dd_task_action_name(cells[i].action));
			} else {
				taken(test);
				if (cells[i].action == DD_ACT_RESUME)
					next = DD_TASK_ASSIGNED; /* where it was paused */
				assert_int_equal(task_now(test).state, next);
			}
			end(test);
		}
	}
}

/* The state in which the action is possible. */
static enum dd_task_state possible_in(enum dd_task_action action)
{
	for (int from = 0; from < DD_TASK_STATE_COUNT; from++) {
		if (dd_task_state_after((enum dd_task_state)from, action) >= 0)
			return (enum dd_task_state)from;
	}
	fail_msg("%s is possible nowhere", dd_task_action_name(action));
	return DD_TASK_ASSIGNED;
}

static void every_action_is_only_for_whom_it_is_meant(void **state)
{
	static const struct {
		const char *unit;
		char part;
	} units[] = {{"U1", 'L'}, {"HN", 'A'}, {"U3", 'C'}, {"U2", 'Q'}, {"U9", '-'}, {"", '-'}};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
			struct deciding *test = made_ready(i);

			in_state(test, i, possible_in(cells[i].action));
			cells[i].command(test);
			become(test, DD_PRINCIPAL_GATEWAY, units[u].unit, 'x');
			if (strchr(cells[i].who, units[u].part) != NULL)
				taken(test);
			else
				refused(test, REFUSAL(NOT_PERMITTED),
					units[u].unit[0] ? units[u].unit : "-");
			end(test);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_in_every_state_happens_or_is_refused_by_the_table),
		cmocka_unit_test(every_action_is_only_for_whom_it_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
