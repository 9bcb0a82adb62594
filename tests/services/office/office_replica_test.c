/* office_replica_test.c - the copy of the unit's tasks: fetched in pages, told while away. */
#include "common/base/clock.h"
#include "common/eventlog/position.h"
#include "services/office/office_replica.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"

#include <stdio.h>
#include <string.h>

#define TODAY 20740 /* 2026-10-14 */

struct copy {
	char *dir;
	struct dd_store *store;
	struct office_replica *replica;
	struct dd_arena arena;
};

static char *text(const char *words)
{
	union {
		const char *in;
		char *out;
	} both = {.in = words};

	return both.out;
}

static void copy_open(struct copy *copy)
{
	struct dd_error err = {0};

	memset(copy, 0, sizeof(*copy));
	copy->dir = test_tmpdir();
	dd_arena_init(&copy->arena, 4u << 20);
	assert_int_equal(dd_store_open(copy->dir, 16u << 20, &copy->store, &err), 0);
	assert_int_equal(office_replica_open(copy->store, "SYT", &copy->replica, &err), 0);
	office_replica_begin(copy->replica);
}

static void copy_close(struct copy *copy)
{
	office_replica_close(copy->replica);
	dd_store_close(copy->store);
	dd_arena_fini(&copy->arena);
	test_tmpdir_end(copy->dir);
}

/* The same folder, opened anew. */
static void copy_reopen(struct copy *copy)
{
	struct dd_error err = {0};

	office_replica_close(copy->replica);
	dd_store_close(copy->store);
	assert_int_equal(dd_store_open(copy->dir, 16u << 20, &copy->store, &err), 0);
	assert_int_equal(office_replica_open(copy->store, "SYT", &copy->replica, &err), 0);
	office_replica_begin(copy->replica);
}

/* A new round, which begins with the centre's head. */
static void begin_at(struct copy *copy, uint64_t sequence)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Status status = DONDOC__V1__STATUS__INIT;
	Dondoc__V1__Position head;
	struct dd_position at = {.incarnation = 3, .sequence = sequence};
	struct dd_error err = {0};

	memset(at.log_id, 7, sizeof(at.log_id));
	memset(at.chain, (int)sequence, sizeof(at.chain));
	dd_position_to_pb(&at, &head);
	status.head = &head;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status;
	office_replica_begin(copy->replica);
	assert_int_equal(office_replica_take_head(copy->replica, &answer, &err), 0);
}

static void assert_head(const struct copy *copy, uint64_t sequence)
{
	const struct dd_position head = office_replica_state(copy->replica).head;
	struct dd_position at = {.incarnation = 3, .sequence = sequence};

	memset(at.log_id, 7, sizeof(at.log_id));
	memset(at.chain, (int)sequence, sizeof(at.chain));
	assert_true(dd_position_same(&head, &at));
}

/* The centre's answer: `count` tasks from `first` on, of `total`. Task 1 is due on TODAY - 1. */
static int take_rc(struct copy *copy, uint64_t first, uint32_t count, uint32_t total,
		   uint64_t sequence, bool *more_out)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__TaskList list = DONDOC__V1__TASK_LIST__INIT;
	Dondoc__V1__TaskRow rows[8], *row_list[8];
	Dondoc__V1__TaskFields fields[8];
	char codes[8][16];
	struct dd_error err = {0};

	for (uint32_t i = 0; i < count; i++) {
		const uint64_t id = first + i;

		dondoc__v1__task_row__init(&rows[i]);
		dondoc__v1__task_fields__init(&fields[i]);
		(void)snprintf(codes[i], sizeof(codes[i]), "I.%u", (unsigned)(id % 3));
		fields[i].plan = text(id <= 3 ? "KH38" : "KH99");
		fields[i].code = codes[i];
		fields[i].content = text(id == 2 ? "Đôn đốc cải cách" : "khác");
		fields[i].area = (uint32_t)id;
		rows[i].id = id;
		rows[i].fields = &fields[i];
		rows[i].lead_unit = text("SYT");
		rows[i].due_day = (int32_t)(TODAY - 2 + (int32_t)id);
		row_list[i] = &rows[i];
	}
	list.rows = row_list;
	list.n_rows = count;
	list.total = total;
	answer.view_sequence = sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_TASKS;
	answer.tasks = &list;
	return office_replica_take(copy->replica, &answer, 1000, more_out, &err);
}

static bool take(struct copy *copy, uint64_t first, uint32_t count, uint32_t total,
		 uint64_t sequence)
{
	bool more = false;

	assert_int_equal(take_rc(copy, first, count, total, sequence, &more), 0);
	return more;
}

static int ask(struct copy *copy, Dondoc__V1__Query *query, int32_t today,
	       Dondoc__V1__Answer *answer_out, struct dd_error *err)
{
	const struct office_replica_query question = {
		.query = query, .today = today, .arena = &copy->arena};

	dd_arena_reset(&copy->arena);
	return office_replica_answer(copy->replica, &question, answer_out, err);
}

static uint32_t count_listed(struct copy *copy, Dondoc__V1__ListTasks *list, int32_t today)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer answer;
	struct dd_error err;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = list;
	assert_int_equal(ask(copy, &query, today, &answer, &err), 0);
	assert_int_equal(answer.view_sequence, 9);
	return answer.tasks->total;
}

static void nothing_known_is_told_as_such(void **state)
{
	struct copy copy;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer answer;
	struct dd_error err;

	(void)state;
	copy_open(&copy);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), DD_ERR_RETRY);
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), DD_ERR_UNSUPPORTED);
	copy_close(&copy);
}

static void what_the_copy_is_not_searched_by_is_refused_and_not_passed_over(void **state)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks lists[4];
	Dondoc__V1__Answer answer;
	struct copy copy;
	struct dd_error err;

	(void)state;
	copy_open(&copy);
	assert_false(take(&copy, 1, 2, 2, 9));
	for (size_t i = 0; i < 4; i++)
		dondoc__v1__list_tasks__init(&lists[i]);
	lists[0].not_received = true;
	lists[1].flags_all = DONDOC__V1__TASK_FLAG__TASK_FLAG_PRIORITY;
	lists[2].division = text("P1");
	lists[3].unit = text("SYT");
	lists[3].with_subunits = true; /* the copy has those of the unit itself */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	for (size_t i = 0; i < 4; i++) {
		query.list_tasks = &lists[i];
		assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), DD_ERR_UNSUPPORTED);
	}
	copy_close(&copy);
}

static void pages_become_one_copy_and_an_unfinished_round_changes_nothing(void **state)
{
	struct copy copy;
	Dondoc__V1__ListTasks page, list = DONDOC__V1__LIST_TASKS__INIT;

	(void)state;
	copy_open(&copy);
	assert_true(take(&copy, 1, 3, 5, 10));
	(void)office_replica_ask(copy.replica, &page);
	assert_int_equal(page.offset, 3);
	assert_string_equal(page.unit, "SYT");
	assert_false(take(&copy, 4, 2, 5, 9)); /* the older of the two counts */
	assert_int_equal(office_replica_state(copy.replica).tasks, 5);
	assert_int_equal(count_listed(&copy, &list, TODAY), 5);
	assert_true(take(&copy, 1, 1, 2, 11));
	office_replica_begin(copy.replica);
	assert_int_equal(count_listed(&copy, &list, TODAY), 5);
	/* A task that is the unit's no more goes. */
	assert_false(take(&copy, 1, 2, 2, 9));
	assert_int_equal(count_listed(&copy, &list, TODAY), 2);
	copy_close(&copy);
}

static void lists_are_filtered_and_overdue_follows_the_day(void **state)
{
	struct copy copy;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;

	(void)state;
	copy_open(&copy);
	(void)take(&copy, 1, 5, 5, 9);
	list.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	assert_int_equal(count_listed(&copy, &list, TODAY), 1);
	assert_int_equal(count_listed(&copy, &list, TODAY + 2), 3);
	list.as_of_day = TODAY + 1;
	assert_int_equal(count_listed(&copy, &list, TODAY), 2);
	dondoc__v1__list_tasks__init(&list);
	list.text = text("don doc");
	assert_int_equal(count_listed(&copy, &list, TODAY), 1);
	dondoc__v1__list_tasks__init(&list);
	list.plan = text("KH99");
	assert_int_equal(count_listed(&copy, &list, TODAY), 2);
	list.has_area_case = DONDOC__V1__LIST_TASKS__HAS_AREA_AREA;
	list.area = 4;
	assert_int_equal(count_listed(&copy, &list, TODAY), 1);
	dondoc__v1__list_tasks__init(&list);
	list.unit = text("STC");
	assert_int_equal(count_listed(&copy, &list, TODAY), 0);
	copy_close(&copy);
}

/* One task, handed in on its last day and not decided; the centre tells its rule, or none. */
static void take_waiting(struct copy *copy, Dondoc__V1__JudgeRule *rule)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__TaskList list = DONDOC__V1__TASK_LIST__INIT;
	Dondoc__V1__TaskRow row = DONDOC__V1__TASK_ROW__INIT, *rows[] = {&row};
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct dd_error err = {0};
	bool more = false;

	office_replica_begin(copy->replica);
	row.id = 1;
	row.fields = &fields;
	row.lead_unit = text("SYT");
	row.state = DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION;
	row.due_day = row.submitted_day = TODAY - 1;
	list.rows = rows;
	list.n_rows = list.total = 1;
	list.judge = rule;
	answer.view_sequence = 9;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_TASKS;
	answer.tasks = &list;
	assert_int_equal(office_replica_take(copy->replica, &answer, 1000, &more, &err), 0);
}

static void terms_are_judged_by_the_rule_that_the_centre_told(void **state)
{
	Dondoc__V1__JudgeRule rule = DONDOC__V1__JUDGE_RULE__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	struct copy copy;

	(void)state;
	copy_open(&copy);
	list.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	take_waiting(&copy, NULL);
	assert_int_equal(count_listed(&copy, &list, TODAY), 0);
	rule.by_confirmation = 1;
	take_waiting(&copy, &rule);
	assert_int_equal(count_listed(&copy, &list, TODAY), 1);
	copy_reopen(&copy);
	assert_int_equal(count_listed(&copy, &list, TODAY), 1);
	rule.by_confirmation = 0;
	take_waiting(&copy, &rule);
	assert_int_equal(count_listed(&copy, &list, TODAY), 0);
	copy_close(&copy);
}

static void a_task_is_found_by_id_or_code_and_several_are_told(void **state)
{
	struct copy copy;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Answer answer;
	struct dd_error err;

	(void)state;
	copy_open(&copy);
	(void)take(&copy, 1, 5, 5, 9);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	show.task = 2;
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), 0);
	assert_int_equal(answer.task->task->id, 2);
	assert_true(answer.task->history_cut);
	show.task = 6;
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), DD_ERR_NOT_FOUND);
	show.task = 0;
	show.code = text("I.0");
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), 0);
	assert_int_equal(answer.task->task->id, 3);
	show.code = text("I.1"); /* tasks 1 and 4 */
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), DD_ERR_CONFLICT);
	assert_non_null(strstr(err.text, "KH38, KH99"));
	show.plan = text("KH99");
	assert_int_equal(ask(&copy, &query, TODAY, &answer, &err), 0);
	assert_int_equal(answer.task->task->id, 4);
	copy_close(&copy);
}

static void the_head_is_stored_with_the_tasks_that_show_it(void **state)
{
	struct copy copy;
	Dondoc__V1__ListTasks page;

	(void)state;
	copy_open(&copy);
	assert_int_equal(office_replica_state(copy.replica).head.sequence, 0);
	begin_at(&copy, 40);
	assert_int_equal(office_replica_ask(copy.replica, &page), 40);
	assert_true(take(&copy, 1, 3, 5, 42));
	assert_int_equal(office_replica_state(copy.replica).head.sequence, 0);
	assert_int_equal(office_replica_ask(copy.replica, &page), 40);
	assert_false(take(&copy, 4, 2, 5, 41));
	assert_head(&copy, 40);
	/* A round that does not come to its end leaves both as they were. */
	begin_at(&copy, 50);
	assert_true(take(&copy, 1, 3, 5, 50));
	assert_head(&copy, 40);
	copy_reopen(&copy);
	assert_head(&copy, 40);
	assert_int_equal(office_replica_state(copy.replica).view_sequence, 41);
	assert_int_equal(office_replica_state(copy.replica).tasks, 5);
	copy_close(&copy);
}

static void tasks_older_than_the_head_are_not_taken(void **state)
{
	struct copy copy;
	bool more;

	(void)state;
	copy_open(&copy);
	begin_at(&copy, 40);
	assert_int_equal(take_rc(&copy, 1, 2, 2, 39, &more), DD_ERR_INVALID);
	assert_int_equal(office_replica_state(copy.replica).fetched_us, 0);
	begin_at(&copy, 40);
	assert_true(take(&copy, 1, 3, 5, 40));
	assert_int_equal(take_rc(&copy, 4, 2, 5, 39, &more), DD_ERR_INVALID);
	assert_int_equal(office_replica_state(copy.replica).fetched_us, 0);
	copy_close(&copy);
}

static void an_answer_without_a_proper_head_is_refused(void **state)
{
	struct copy copy;
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Status status = DONDOC__V1__STATUS__INIT;
	Dondoc__V1__Position head = DONDOC__V1__POSITION__INIT;
	uint8_t short_id[4] = {1, 2, 3, 4};
	struct dd_error err = {0};

	(void)state;
	copy_open(&copy);
	assert_int_equal(office_replica_take_head(copy.replica, &answer, &err), DD_ERR_INVALID);
	head.sequence = 9;
	head.log_id.data = short_id;
	head.log_id.len = sizeof(short_id);
	status.head = &head;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status;
	assert_int_equal(office_replica_take_head(copy.replica, &answer, &err), DD_ERR_INVALID);
	copy_close(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_known_is_told_as_such),
		cmocka_unit_test(what_the_copy_is_not_searched_by_is_refused_and_not_passed_over),
		cmocka_unit_test(pages_become_one_copy_and_an_unfinished_round_changes_nothing),
		cmocka_unit_test(the_head_is_stored_with_the_tasks_that_show_it),
		cmocka_unit_test(tasks_older_than_the_head_are_not_taken),
		cmocka_unit_test(an_answer_without_a_proper_head_is_refused),
		cmocka_unit_test(lists_are_filtered_and_overdue_follows_the_day),
		cmocka_unit_test(terms_are_judged_by_the_rule_that_the_centre_told),
		cmocka_unit_test(a_task_is_found_by_id_or_code_and_several_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
