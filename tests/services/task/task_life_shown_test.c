/* task_life_shown_test.c - what a task's page and the counts tell of its life: products, questions,
 * explanations, what waits, and lateness by the rule in force. */
#include "common/view/view_query.h"
#include "tests/services/task/task_life_fixture.h"

static int no_record(void *arg, uint64_t sequence, struct dd_record *record_out)
{
	(void)arg;
	(void)sequence;
	(void)record_out;
	return DD_ERR_NOT_FOUND;
}

/* The caller frees. */
static Dondoc__V1__Answer *asked(struct deciding *test, const Dondoc__V1__Query *query)
{
	const struct view_query_context context = {.view = test->view,
						   .today = dd_day_of(test->now_us),
						   .principal = "operator",
						   .record = no_record};
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;

	if (view_flush(test->view, &test->err) != DD_OK ||
	    view_turn(test->view, &test->err) != DD_OK ||
	    view_query(&context, query, &out, &test->err) != DD_OK)
		fail_msg("%s", test->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	return answer;
}

static Dondoc__V1__Answer *shown(struct deciding *test)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;

	show.task = test->task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	return asked(test, &query);
}

static Dondoc__V1__Answer *counted(struct deciding *test, int32_t as_of)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;

	count.as_of_day = as_of;
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	return asked(test, &query);
}

static void free_answer(Dondoc__V1__Answer *answer)
{
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

static void a_page_tells_what_was_asked_explained_and_waits(void **state)
{
	struct deciding *test = begin();
	const Dondoc__V1__LifeDetail *life;
	Dondoc__V1__Answer *page;
	uint64_t first, second, extension;

	(void)state;
	ask_unit(test);
	test->cmd.ask_unit.due_day = TODAY + 2;
	first = taken(test);
	days_pass(test, 5);
	answer(test);
	taken(test);
	ask_unit(test);
	test->cmd.ask_unit.unit = text_of("U3");
	second = taken(test);
	request_extension(test);
	extension = taken(test);
	days_pass(test, DUE + 4 - TODAY - 5);
	explain(test);
	taken(test);
	page = shown(test);
	life = page->task->life;
	assert_non_null(life);
	assert_int_equal(life->n_asks, 2);
	assert_int_equal(life->asks[0]->ask, second);
	assert_string_equal(life->asks[0]->said->unit, "U3");
	assert_int_equal(life->asks[1]->ask, first);
	assert_int_equal(life->asks[1]->state, DONDOC__V1__ASK_STATE__ASK_ANSWERED);
	assert_int_equal(life->asks[1]->days_late, 3);
	assert_int_equal(life->n_explanations, 1);
	assert_false(life->explanations[0]->decided);
	assert_int_equal(life->n_pending, 2);
	assert_int_equal(life->pending[0]->request, extension);
	assert_int_equal(life->pending[0]->proposed_due_day, DUE + 30);
	assert_string_equal(life->pending[0]->decider_unit, "HN");
	assert_int_equal(life->pending[1]->kind, DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION);
	assert_int_equal(life->days_late, 4);
	free_answer(page);
	end(test);
}

static void days_waited_are_told_beside_the_plain_lateness(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__Answer *page;

	(void)state;
	days_pass(test, DUE - 2 - TODAY);
	request_completion(test);
	taken(test);
	days_pass(test, 8);
	send_back(test);
	taken(test);
	days_pass(test, 1);
	page = shown(test); /* seven days beyond the date, eight of them waited */
	assert_int_equal(page->task->life->waited_days, 8);
	assert_int_equal(page->task->life->days_late, 0);
	assert_int_equal(page->task->life->days_late_plain, 7);
	assert_string_equal(page->task->life->rule, "submission, credit");
	free_answer(page);
	end(test);
}

static void counts_credit_the_waiting_today_and_for_days_that_are_over(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__Answer *count;

	(void)state;
	days_pass(test, DUE - 2 - TODAY);
	request_completion(test);
	taken(test);
	days_pass(test, 8);
	send_back(test);
	taken(test);
	days_pass(test, 1);
	count = counted(test, 0);
	assert_int_equal(count->counts->all->open_in_term, 1);
	assert_int_equal(count->counts->all->open_overdue, 0);
	free_answer(count);
	days_pass(test, 3);
	count = counted(test, DUE + 7); /* over: as it was recorded by the end of that day */
	assert_int_equal(count->counts->all->open_in_term, 1);
	assert_int_equal(count->counts->all->open_overdue, 0);
	free_answer(count);
	count = counted(test, 0);
	assert_int_equal(count->counts->all->open_overdue, 1);
	free_answer(count);
	end(test);
}

static void a_task_entered_by_mistake_leaves_every_day_that_is_not_locked(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__Answer *count;

	(void)state;
	days_pass(test, 2);
	remove_task(test);
	taken(test);
	count = counted(test, 0);
	assert_int_equal(count->counts->all->total, 1); /* the one without a date */
	free_answer(count);
	days_pass(test, 2);
	count = counted(test, TODAY + 1); /* it never was */
	assert_int_equal(count->counts->all->total, 1);
	free_answer(count);
	count = counted(test, TODAY + 3);
	assert_int_equal(count->counts->all->total, 1);
	free_answer(count);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_tells_what_was_asked_explained_and_waits),
		cmocka_unit_test(days_waited_are_told_beside_the_plain_lateness),
		cmocka_unit_test(counts_credit_the_waiting_today_and_for_days_that_are_over),
		cmocka_unit_test(a_task_entered_by_mistake_leaves_every_day_that_is_not_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
