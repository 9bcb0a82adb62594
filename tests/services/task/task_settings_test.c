/* task_settings_test.c - settings about work have their effect: dependencies that block, progress
 * by weight, causes of lateness, days for receiving; and since when a task of a draft counts. */
#include "common/view/view_query.h"
#include "tests/services/task/task_rules_plan_fixture.h"

static Dondoc__V1__Answer *told(struct deciding *test, const Dondoc__V1__Query *query)
{
	struct view_query_context context = {.view = test->view, .today = dd_day_of(test->now_us)};
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;

	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
	if (view_query(&context, query, &out, &test->err) != DD_OK)
		fail_msg("%s", test->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	return answer;
}

static void let_go(Dondoc__V1__Answer *answer)
{
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

/* --- dependencies ------------------------------------------------------------------------------
 */

static void waits_for(struct deciding *test, uint64_t task, uint64_t predecessor, bool removed)
{
	Dondoc__V1__SetDependency cmd = DONDOC__V1__SET_DEPENDENCY__INIT;

	as_assigner(test);
	cmd.task = task;
	cmd.predecessor = predecessor;
	cmd.removed = removed;
	ask_with(test, COMMAND(SET_DEPENDENCY), &cmd.base);
	done(test);
}

/* Evidence is at hand; only the predecessors may stand in the way. */
static void asks_completion(struct deciding *test, uint64_t task,
			    Dondoc__V1__RequestCompletion *cmd)
{
	dondoc__v1__request_completion__init(cmd);
	as_lead(test);
	cmd->task = task;
	ask_with(test, COMMAND(REQUEST_COMPLETION), &cmd->base);
	cmd->evidence = &test->document;
}

static void no_completion_before_the_predecessors_are_done_where_that_is_wanted(void **state)
{
	struct deciding *test = begin();
	uint64_t a = add_task(test, "P", "A", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	uint64_t b = add_task(test, "P", "B", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	Dondoc__V1__RequestCompletion cmd;
	Dondoc__V1__CancelTask cancel = DONDOC__V1__CANCEL_TASK__INIT;

	(void)state;
	set_setting(test, "dependencies", "on", "P", "");
	waits_for(test, test->task, a, false);
	waits_for(test, test->task, b, false);
	asks_completion(test, test->task, &cmd); /* not blocked as shipped */
	decide(test);
	assert_int_equal(test->out.type, EVENT(COMPLETION_REQUESTED));

	set_setting(test, "dependencies.block", "on", "P", "");
	asks_completion(test, test->task, &cmd);
	declined(test, REFUSAL(PREDECESSORS_OPEN), "A, B");
	submits(test, a); /* handed in is not done */
	asks_completion(test, test->task, &cmd);
	declined(test, REFUSAL(PREDECESSORS_OPEN), "A, B");
	decides(test, a, true);
	asks_completion(test, test->task, &cmd);
	declined(test, REFUSAL(PREDECESSORS_OPEN), "B");
	as_assigner(test); /* what will never be done waits for nothing */
	cancel.task = b;
	cancel.reason = text_of("không còn phù hợp");
	ask_with(test, COMMAND(CANCEL_TASK), &cancel.base);
	done(test);
	submits(test, test->task);
	end(test);
}

static uint32_t with_flag(struct deciding *test, uint64_t all, uint64_t none)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *answer;
	uint32_t total;

	list.plan = text_of("P");
	list.flags_all = all;
	list.flags_none = none;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	answer = told(test, &query);
	total = answer->tasks->total;
	if (all != 0 && total > 0)
		assert_true((answer->tasks->rows[0]->flags & all) == all);
	let_go(answer);
	return total;
}

static void tasks_that_wait_for_a_predecessor_are_a_list(void **state)
{
	const uint64_t blocked = DONDOC__V1__TASK_FLAG__TASK_FLAG_BLOCKED;
	struct deciding *test = begin();
	uint64_t a = add_task(test, "P", "A", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);

	(void)state;
	set_setting(test, "dependencies", "on", "P", "");
	assert_int_equal(with_flag(test, blocked, 0), 0);
	waits_for(test, test->task, a, false);
	assert_int_equal(with_flag(test, blocked, 0), 1);
	assert_int_equal(with_flag(test, 0, blocked), 2);
	submits(test, a);
	decides(test, a, true);
	assert_int_equal(with_flag(test, blocked, 0), 0);
	assert_int_equal(with_flag(test, 0, blocked), 3);
	end(test);
}

static void a_request_from_before_is_not_confirmed_while_a_predecessor_is_open(void **state)
{
	struct deciding *test = begin();
	uint64_t a = add_task(test, "P", "A", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	Dondoc__V1__DecideCompletion cmd = DONDOC__V1__DECIDE_COMPLETION__INIT;

	(void)state;
	set_setting(test, "dependencies", "on", "", "");
	submits(test, test->task);
	waits_for(test, test->task, a, false);
	set_setting(test, "dependencies.block", "on", "", "");
	as_assigner(test);
	cmd.task = test->task;
	cmd.confirmed = true;
	ask_with(test, COMMAND(DECIDE_COMPLETION), &cmd.base);
	declined(test, REFUSAL(PREDECESSORS_OPEN), "A");
	waits_for(test, test->task, a, true); /* it need not wait any more */
	decides(test, test->task, true);
	end(test);
}

/* --- weights -----------------------------------------------------------------------------------
 */

static Dondoc__V1__TaskFields part(const char *code, uint32_t weight)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;

	fields.plan = text_of("P");
	fields.code = text_of(code);
	fields.parent = text_of("1");
	fields.content = text_of("Phần việc");
	fields.lead_unit = text_of("U1");
	if (weight > 0) {
		fields.has_weight_case = DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT;
		fields.weight = weight;
	}
	return fields;
}

static void add_part(struct deciding *test, const char *code, uint32_t weight,
		     Dondoc__V1__AddTask *cmd, Dondoc__V1__TaskFields *fields)
{
	*fields = part(code, weight);
	dondoc__v1__add_task__init(cmd);
	cmd->task = fields;
	as_assigner(test);
	ask_with(test, COMMAND(ADD_TASK), &cmd->base);
}

static uint32_t rolled(struct deciding *test)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Answer *answer;
	uint32_t percent;

	show.task = test->task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	answer = told(test, &query);
	percent = answer->task->task->rolled_percent;
	let_go(answer);
	return percent;
}

static void progress_is_rolled_up_by_weight_where_the_plan_uses_weights(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__TaskFields fields;
	Dondoc__V1__AddTask cmd;
	uint64_t heavy;

	(void)state;
	add_part(test, "1.1", 3, &cmd, &fields);
	declined(test, REFUSAL(SWITCHED_OFF), "progress.weights");
	set_setting(test, "progress.weights", "on", "P", "");
	add_part(test, "1.1", 1001, &cmd, &fields);
	declined(test, REFUSAL(RANGE), "weight");
	add_part(test, "1.1", 3, &cmd, &fields);
	done(test);
	add_part(test, "1.2", 0, &cmd, &fields);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "P", "1.1", &heavy), DD_OK);
	reports(test, heavy, 80);
	assert_int_equal(rolled(test), 60); /* 3 x 80 + 1 x 0, by 4 */
	set_setting(test, "progress.weights", "off", "P", "");
	assert_int_equal(rolled(test), 40);
	end(test);
}

static void a_weight_that_was_given_stays_when_the_rest_is_changed(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__ChangeTask change = DONDOC__V1__CHANGE_TASK__INIT;
	Dondoc__V1__TaskFields fields;
	Dondoc__V1__AddTask cmd;

	(void)state;
	set_setting(test, "progress.weights", "on", "P", "");
	add_part(test, "1.1", 3, &cmd, &fields);
	done(test);
	set_setting(test, "progress.weights", "off", "P", "");
	assert_int_equal(view_task_by_code(test->view, false, "P", "1.1", &change.task), DD_OK);
	fields = part("1.1", 3);
	fields.content = text_of("Phần việc khác");
	change.fields = &fields;
	change.reason = text_of("đính chính");
	as_assigner(test);
	ask_with(test, COMMAND(CHANGE_TASK), &change.base);
	done(test);
	fields.weight = 4;
	ask_with(test, COMMAND(CHANGE_TASK), &change.base);
	declined(test, REFUSAL(SWITCHED_OFF), "progress.weights");
	end(test);
}

/* --- causes ------------------------------------------------------------------------------------
 */

static void explains(struct deciding *test, uint32_t cause, Dondoc__V1__ExplainDelay *cmd)
{
	dondoc__v1__explain_delay__init(cmd);
	as_lead(test);
	cmd->task = test->task;
	cmd->cause = cause;
	cmd->facts = text_of("chờ văn bản của bộ");
	ask_with(test, COMMAND(EXPLAIN_DELAY), &cmd->base);
}

static void an_explanation_names_a_cause_of_the_list_and_keeps_its_words(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__ExplainDelay cmd;
	Dondoc__V1__Answer *answer;

	(void)state;
	test->now_us += 110 * DD_DAY_US;
	explains(test, 7, &cmd); /* without a list any number goes */
	decide(test);
	assert_int_equal(test->out.effects.count, 1);
	set_setting(test, "causes", " ; ", "", ""); /* nor with one of nothing */
	explains(test, 7, &cmd);
	decide(test);
	assert_int_equal(test->out.effects.count, 1);
	set_setting(test, "causes", "Chờ đơn vị khác; Thiếu kinh phí ;", "", "");
	explains(test, 0, &cmd);
	declined(test, REFUSAL(CAUSE), "0");
	assert_string_equal(test->out.arguments[1], "1 Chờ đơn vị khác; 2 Thiếu kinh phí");
	explains(test, 3, &cmd);
	declined(test, REFUSAL(CAUSE), "3");
	explains(test, 2, &cmd);
	done(test);
	set_setting(test, "causes", "Khác", "", ""); /* what was said stays as it was said */
	show.task = test->task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	answer = told(test, &query);
	assert_int_equal(answer->task->life->n_explanations, 1);
	assert_string_equal(answer->task->life->explanations[0]->cause_text, "Thiếu kinh phí");
	let_go(answer);
	end(test);
}

/* --- receiving ---------------------------------------------------------------------------------
 */

/* How many tasks of the plan are not received; `days` 0 = by the setting. */
static uint32_t not_received(struct deciding *test, const char *plan, uint32_t days)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *answer;
	uint32_t total;

	list.plan = text_of(plan);
	list.not_received = true;
	list.not_received_days = days;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	answer = told(test, &query);
	total = answer->tasks->total;
	let_go(answer);
	return total;
}

static void receives(struct deciding *test, uint64_t task)
{
	Dondoc__V1__ReceiveTask cmd = DONDOC__V1__RECEIVE_TASK__INIT;

	as_lead(test);
	cmd.task = task;
	ask_with(test, COMMAND(RECEIVE_TASK), &cmd.base);
	done(test);
}

/* TODAY is a Monday; two working days end with Wednesday. */
static void not_received_after_so_many_working_days_is_a_list(void **state)
{
	struct deciding *test = begin();

	(void)state;
	test->now_us += 2 * DD_DAY_US;
	assert_int_equal(not_received(test, "P", 0), 0);
	test->now_us += DD_DAY_US; /* Thursday */
	assert_int_equal(not_received(test, "P", 0), 2);
	assert_int_equal(not_received(test, "P", 5), 0);
	set_setting(test, "life.receive_days", "4", "P", "");
	assert_int_equal(not_received(test, "P", 0), 0);
	test->now_us += 3 * DD_DAY_US; /* Sunday: the fourth working day was Friday */
	assert_int_equal(not_received(test, "P", 0), 2);
	set_setting(test, "life.receive_days", "6", "", "U1"); /* the unit before the plan */
	assert_int_equal(not_received(test, "P", 0), 0);
	assert_int_equal(not_received(test, "P", 1), 2);
	receives(test, test->task);
	assert_int_equal(not_received(test, "P", 1), 1);
	end(test);
}

static void publishes(struct deciding *test, const char *plan)
{
	Dondoc__V1__PublishPlan publish = DONDOC__V1__PUBLISH_PLAN__INIT;

	publish.plan = text_of(plan);
	as_assigner(test);
	ask_with(test, COMMAND(PUBLISH_PLAN), &publish.base);
	publish.document = &test->document;
	done(test);
}

/* As an office or the operator sees it; `who` NULL = a service of this machine. */
static int32_t internal_day(struct deciding *test, const char *who)
{
	struct view_query_context context = {.view = test->view, .today = TODAY, .principal = who};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;
	int32_t day;

	show.task = test->task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	assert_int_equal(view_query(&context, &query, &out, &test->err), DD_OK);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	day = answer->task->task->internal_due_day;
	let_go(answer);
	dd_buf_fini(&out);
	return day;
}

static void the_date_within_the_unit_is_told_to_no_other_unit(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__PassOn cmd = DONDOC__V1__PASS_ON__INIT;

	(void)state;
	as_lead(test);
	cmd.task = test->task;
	cmd.internal_due_day = DUE - 10;
	ask_with(test, COMMAND(PASS_ON), &cmd.base);
	done(test);
	assert_int_equal(internal_day(test, "office/U1"), DUE - 10);
	assert_int_equal(internal_day(test, "operator"), DUE - 10);
	assert_int_equal(internal_day(test, NULL), DUE - 10);
	assert_int_equal(internal_day(test, "office/U3"), 0); /* it helps */
	end(test);
}

static void a_task_of_a_draft_counts_from_the_day_on_which_it_was_published(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RequestRefusal refuse = DONDOC__V1__REQUEST_REFUSAL__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Answer *answer;

	(void)state;
	set_plan(test, "N", KIND(YEARLY));
	refuse.task = add_task(test, "N", "1", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	test->now_us += 30 * DD_DAY_US;
	assert_int_equal(not_received(test, "N", 0), 0);
	publishes(test, "N");
	assert_int_equal(not_received(test, "N", 0), 0);
	show.task = refuse.task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	answer = told(test, &query);
	assert_int_equal(answer->task->task->assigned_day, TODAY + 30);
	let_go(answer);
	test->now_us += 5 * DD_DAY_US; /* the last day on which it may be given back */
	assert_int_equal(not_received(test, "N", 0), 1);
	as_lead(test);
	refuse.reason = text_of("không thuộc chức năng");
	ask_with(test, COMMAND(REQUEST_REFUSAL), &refuse.base);
	refuse.basis = &test->document;
	decide(test);
	assert_int_equal(test->out.effects.count, 1);
	test->now_us += DD_DAY_US;
	ask_with(test, COMMAND(REQUEST_REFUSAL), &refuse.base);
	refuse.basis = &test->document;
	declined(test, REFUSAL(TOO_LATE), "refusal");
	end(test);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_completion_before_the_predecessors_are_done_where_that_is_wanted),
		cmocka_unit_test(
			a_request_from_before_is_not_confirmed_while_a_predecessor_is_open),
		cmocka_unit_test(tasks_that_wait_for_a_predecessor_are_a_list),
		cmocka_unit_test(progress_is_rolled_up_by_weight_where_the_plan_uses_weights),
		cmocka_unit_test(a_weight_that_was_given_stays_when_the_rest_is_changed),
		cmocka_unit_test(an_explanation_names_a_cause_of_the_list_and_keeps_its_words),
		cmocka_unit_test(the_date_within_the_unit_is_told_to_no_other_unit),
		cmocka_unit_test(not_received_after_so_many_working_days_is_a_list),
		cmocka_unit_test(a_task_of_a_draft_counts_from_the_day_on_which_it_was_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
