/* task_rules_conflict_test.c - two clients report about one task: who knew what when, and which
 * value stays in force. */
#include "tests/services/task/task_rules_fixture.h"

#define PERCENT DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT
#define STEP    DONDOC__V1__REPORT_PROGRESS__HAS_STEP_STEP

/* A report of U1 through `stream` by a client that has seen `seen`. Negative values are left out.
 */
static uint64_t report(struct deciding *test, char stream, uint64_t seen, int percent, int step)
{
	become(test, DD_PRINCIPAL_GATEWAY, "U1", stream);
	ask(test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	test->base.task_version = seen;
	test->cmd.report.task = test->task;
	test->cmd.report.note = text_of("cập nhật");
	if (percent >= 0) {
		test->cmd.report.has_percent_case = PERCENT;
		test->cmd.report.percent = (uint32_t)percent;
	}
	if (step >= 0) {
		test->cmd.report.has_step_case = STEP;
		test->cmd.report.step = (Dondoc__V1__ProgressStep)step;
	}
	return taken(test);
}

static const Dondoc__V1__ProgressReported *decided(const struct deciding *test)
{
	return &test->out.event.progress;
}

static struct view_task task_of(struct deciding *test)
{
	struct view_task task;

	assert_int_equal(view_task(test->view, true, test->task, &task), DD_OK);
	return task;
}

static void a_client_s_own_earlier_commands_are_no_conflict(void **state)
{
	struct deciding *test = begin();

	(void)state;
	for (int percent = 10; percent <= 50; percent += 10) { /* all made on the same picture */
		report(test, 'a', test->task, percent, 1);
		assert_false(decided(test)->percent_conflicts || decided(test)->step_conflicts);
	}
	assert_int_equal(task_of(test).percent, 50);
	assert_int_equal(task_of(test).conflicts, 0);
	end(test);
}

static void what_another_client_set_unseen_stays_in_force(void **state)
{
	struct deciding *test = begin();
	uint64_t first;

	(void)state;
	first = report(test, 'a', test->task, 60, -1);
	report(test, 'b', test->task, 30, -1);
	assert_true(decided(test)->percent_conflicts);
	assert_int_equal(decided(test)->conflicts_with, first);
	assert_int_equal(decided(test)->percent, 30); /* kept, too */
	assert_int_equal(task_of(test).percent, 60);
	assert_int_equal(task_of(test).percent_from, first);
	assert_int_equal(task_of(test).conflicts, 1);
	end(test);
}

static void the_same_stream_id_of_another_principal_is_another_client(void **state)
{
	struct deciding *test = begin();
	uint64_t first;

	(void)state;
	first = report(test, 'a', test->task, 60, 1);
	snprintf(test->who.text, sizeof(test->who.text), "another");
	ask(test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	test->base.task_version = test->task;
	test->cmd.report.task = test->task;
	test->cmd.report.has_percent_case = PERCENT;
	test->cmd.report.percent = 70;
	test->cmd.report.has_step_case = STEP;
	test->cmd.report.step = (Dondoc__V1__ProgressStep)2;
	taken(test);
	assert_true(decided(test)->percent_conflicts && decided(test)->step_conflicts);
	assert_int_equal(decided(test)->conflicts_with, first);
	assert_int_equal(task_of(test).percent, 60);
	end(test);
}

static void what_a_client_has_seen_it_may_replace(void **state)
{
	struct deciding *test = begin();
	uint64_t first;

	(void)state;
	first = report(test, 'a', test->task, 60, 1);
	report(test, 'b', first, 70, 2);
	assert_false(decided(test)->percent_conflicts || decided(test)->step_conflicts);
	assert_int_equal(task_of(test).percent, 70);
	assert_int_equal(task_of(test).step, 2);
	end(test);
}

static void the_same_value_is_no_conflict(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test, 'a', test->task, 60, 1);
	report(test, 'b', test->task, 60, 1);
	assert_false(decided(test)->percent_conflicts || decided(test)->step_conflicts);
	assert_int_equal(task_of(test).conflicts, 0);
	end(test);
}

static void conflicts_are_judged_field_by_field(void **state)
{
	struct deciding *test = begin();
	uint64_t step_set;

	(void)state;
	step_set = report(test, 'a', test->task, -1, 1);
	report(test, 'b', test->task, 40, 2); /* nobody else has set the percent */
	assert_false(decided(test)->percent_conflicts);
	assert_true(decided(test)->step_conflicts);
	assert_int_equal(decided(test)->conflicts_with, step_set);
	assert_int_equal(task_of(test).percent, 40);
	assert_int_equal(task_of(test).step, 1);
	report(test, 'a', step_set, 20, 3); /* own step; the other's percent */
	assert_true(decided(test)->percent_conflicts);
	assert_false(decided(test)->step_conflicts);
	assert_int_equal(task_of(test).percent, 40);
	assert_int_equal(task_of(test).step, 3);
	end(test);
}

static void a_client_that_has_seen_nothing_conflicts_with_everything(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test, 'a', test->task, 60, -1);
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'b');
	ask(test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	test->body.based_on = NULL;
	test->cmd.report.task = test->task;
	test->cmd.report.has_percent_case = PERCENT;
	test->cmd.report.percent = 70;
	taken(test);
	assert_true(decided(test)->percent_conflicts);
	end(test);
}

static void a_conflicting_fall_needs_no_note_as_it_changes_nothing(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test, 'a', test->task, 60, -1);
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'b');
	ask(test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	test->base.task_version = test->task;
	test->cmd.report.task = test->task;
	test->cmd.report.has_percent_case = PERCENT;
	test->cmd.report.percent = 10;
	taken(test);
	assert_true(decided(test)->percent_conflicts);
	assert_int_equal(task_of(test).percent, 60);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_s_own_earlier_commands_are_no_conflict),
		cmocka_unit_test(what_another_client_set_unseen_stays_in_force),
		cmocka_unit_test(the_same_stream_id_of_another_principal_is_another_client),
		cmocka_unit_test(what_a_client_has_seen_it_may_replace),
		cmocka_unit_test(the_same_value_is_no_conflict),
		cmocka_unit_test(conflicts_are_judged_field_by_field),
		cmocka_unit_test(a_client_that_has_seen_nothing_conflicts_with_everything),
		cmocka_unit_test(a_conflicting_fall_needs_no_note_as_it_changes_nothing),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
