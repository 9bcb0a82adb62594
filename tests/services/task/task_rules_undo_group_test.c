/* task_rules_undo_group_test.c - imports undone as one, through the engine: what nobody has worked
 * on leaves lists and counts, and the view built anew from the log is the same. */
#include "tests/services/task/task_engine_fixture.h"

#include "common/view/view_fix.h"
#include "common/view/view_query.h"

static struct sent undo_of(char stream, uint64_t number, uint64_t group, const char *unit)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__UndoGroup undo = DONDOC__V1__UNDO_GROUP__INIT;
	struct sent sent = {.who = &hall_operator, .stream = stream, .number = number};

	actor.unit = text_of(unit);
	undo.group = group;
	undo.reason = text_of("nhập nhầm tệp");
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_UNDO_GROUP;
	body.undo_group = &undo;
	sent_body(&sent, &body);
	return sent;
}

/* The answer to a query of what the view has stored; the caller frees. */
static Dondoc__V1__Answer *told(struct hall *hall, const Dondoc__V1__Query *query)
{
	struct view_query_context context = {.view = hall->view, .today = dd_day_of(dd_wall_us())};
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;

	if (view_query(&context, query, &out, &hall->err) != DD_OK)
		fail_msg("%s", hall->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	dd_buf_fini(&out);
	assert_non_null(answer);
	return answer;
}

/* The newest group. */
static uint64_t newest_group(struct hall *hall, uint32_t *count_out, uint64_t *undone_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListGroups list = DONDOC__V1__LIST_GROUPS__INIT;
	Dondoc__V1__Answer *answer;
	uint64_t group;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_GROUPS;
	query.list_groups = &list;
	answer = told(hall, &query);
	assert_true(answer->groups->n_rows > 0);
	group = answer->groups->rows[0]->group;
	*count_out = answer->groups->rows[0]->count;
	*undone_out = answer->groups->rows[0]->undone_by;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	return group;
}

static uint32_t tasks_counted(struct hall *hall)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *answer;
	uint32_t total;

	count.plan = text_of("P");
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	answer = told(hall, &query);
	total = answer->counts->all->total;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	return total;
}

static void same_view_from_the_log(struct hall *hall)
{
	struct dd_buf live = {0}, anew = {0};
	char dir[600];

	hall_path(hall, "view", dir);
	hall_close(hall);
	assert_int_equal(view_dump(dir, &live, &hall->err), DD_OK);
	hall_lose_view(hall);
	hall_open(hall);
	hall_close(hall);
	assert_int_equal(view_dump(dir, &anew, &hall->err), DD_OK);
	assert_int_equal(live.len, anew.len);
	assert_memory_equal(live.data, anew.data, live.len);
	dd_buf_fini(&live);
	dd_buf_fini(&anew);
	hall_open(hall);
}

static void an_import_is_undone_but_for_what_was_worked_on(void **state)
{
	struct hall *hall = *state;
	uint64_t worked = hall_plan(hall), other, group, undone;
	struct sent report = report_of(&hall_syt, 'a', 1, worked, 30);
	struct sent undo, again;
	struct view_task task;
	uint32_t count;

	assert_int_equal(view_task_by_code(hall->view, true, "P", "2", &other), DD_OK);
	assert_int_equal(tasks_counted(hall), 2);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
	group = newest_group(hall, &count, &undone);
	assert_int_equal(count, 2);
	assert_int_equal(undone, 0);
	undo = undo_of('u', 1, group, "STC");
	assert_int_equal(hall_do(hall, &undo)->refusal, REFUSAL(NOT_PERMITTED));
	undo = undo_of('u', 2, group, "HN");
	assert_int_equal(hall_do(hall, &undo)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task(hall->view, false, other, &task), DD_OK);
	assert_true(task.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED);
	assert_int_equal(view_task_by_code(hall->view, false, "P", "2", &other), DD_ERR_NOT_FOUND);
	assert_int_equal(view_task(hall->view, false, worked, &task), DD_OK);
	assert_int_equal(task.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED, 0);
	assert_int_equal(tasks_counted(hall), 1);
	again = undo_of('u', 3, group, "HN");
	assert_int_equal(hall_do(hall, &again)->refusal, REFUSAL(NOTHING_TO_DO));
	same_view_from_the_log(hall);
	assert_int_equal(tasks_counted(hall), 1);
}

static void a_corrected_annex_is_undone_to_what_it_was(void **state)
{
	struct hall *hall = *state;
	uint64_t id = hall_plan(hall), group, undone;
	struct sent import = import_of(hall, 'I', 2,
				       HALL_HEAD "1,0,Việc một sửa,SYT,STC,,2026-07-31,once\n"
						 "2,0,Việc hai,STC,,,,once\n");
	struct dd_buf before = {0};
	struct sent undo;
	struct view_task task;
	const uint8_t *bytes;
	uint32_t count;
	size_t len;

	assert_int_equal(view_task_fields(hall->view, false, id, &bytes, &len), DD_OK);
	dd_buf_add(&before, bytes, len);
	assert_int_equal(view_task(hall->view, false, id, &task), DD_OK);
	int32_t due = task.due_day;

	assert_int_equal(hall_do(hall, &import)->outcome, OUTCOME(ACCEPTED));
	group = newest_group(hall, &count, &undone);
	undo = undo_of('u', 1, group, "HN");
	assert_int_equal(hall_do(hall, &undo)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task_fields(hall->view, false, id, &bytes, &len), DD_OK);
	assert_int_equal(len, before.len);
	assert_memory_equal(bytes, before.data, len);
	assert_int_equal(view_task(hall->view, false, id, &task), DD_OK);
	assert_int_equal(task.due_day, due);
	dd_buf_fini(&before);
	same_view_from_the_log(hall);
}

static struct sent withdraw_of(char stream, uint64_t number, uint64_t task, uint64_t entry)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__WithdrawEntry withdraw = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	struct sent sent = {.who = &hall_syt, .stream = stream, .number = number};

	actor.unit = text_of("SYT");
	withdraw.task = task;
	withdraw.entry = entry;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_ENTRY;
	body.withdraw_entry = &withdraw;
	sent_body(&sent, &body);
	return sent;
}

static void an_update_that_was_overtaken_is_only_marked(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent first = report_of(&hall_syt, 'a', 1, task, 30);
	struct sent second = report_of(&hall_syt, 'a', 2, task, 50);
	uint64_t entry = hall_do(hall, &first)->sequence;
	struct sent withdraw = withdraw_of('a', 3, task, entry);
	struct view_entry marks;

	assert_int_equal(hall_do(hall, &second)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_do(hall, &withdraw)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_percent(hall, task), 50);
	assert_int_equal(view_entry_get(hall->view, false, task, entry, &marks), DD_OK);
	assert_int_equal(marks.marks, VIEW_ENTRY_WITHDRAWN);
	withdraw = withdraw_of('a', 4, task, entry);
	assert_int_equal(hall_do(hall, &withdraw)->refusal, REFUSAL(NOTHING_TO_DO));
	/* What is no update of this task is none of its entries. */
	withdraw = withdraw_of('a', 5, task, task);
	assert_int_equal(hall_do(hall, &withdraw)->refusal, REFUSAL(UNKNOWN_ENTRY));
	withdraw = withdraw_of('a', 6, task, 9999);
	assert_int_equal(hall_do(hall, &withdraw)->refusal, REFUSAL(UNKNOWN_ENTRY));
	same_view_from_the_log(hall);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_import_is_undone_but_for_what_was_worked_on),
		TEST(a_corrected_annex_is_undone_to_what_it_was),
		TEST(an_update_that_was_overtaken_is_only_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
