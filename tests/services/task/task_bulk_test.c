/* task_bulk_test.c - an import larger than a frame: a group that takes effect with its end, or
 * never. */
#include "tests/services/task/task_engine_fixture.h"

#include <errno.h>

#define ROWS 2500 /* three frames */

/* The annex as a file; the caller frees. */
static char *many_tasks(void)
{
	struct dd_buf text = {0};
	char row[128];

	dd_buf_add(&text, HALL_HEAD, strlen(HALL_HEAD));
	for (int i = 1; i <= ROWS; i++) {
		int len = snprintf(row, sizeof(row), "%d,0,Việc %d,SYT,,,2026-12-31,once\n", i, i);

		dd_buf_add(&text, row, (size_t)len);
	}
	dd_buf_add(&text, "", 1);
	return (char *)text.data;
}

static struct sent large_import(struct hall *hall, uint64_t number)
{
	char *tasks = many_tasks();
	struct sent sent = import_of(hall, 'I', number, tasks);

	free(tasks);
	return sent;
}

static bool plan_there(struct hall *hall)
{
	struct view_plan plan;

	return view_plan(hall->view, false, "P", &plan) == DD_OK;
}

static uint64_t id_of_last(struct hall *hall)
{
	char code[16];
	uint64_t id = 0;

	(void)snprintf(code, sizeof(code), "%d", ROWS);
	(void)view_task_by_code(hall->view, false, "P", code, &id);
	return id;
}

static void expect_all_there(struct hall *hall, const struct given *given)
{
	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(given->sequence, hall_head(hall));
	assert_int_equal(hall_type(hall, given->sequence), EVENT(GROUP_CLOSED));
	assert_true(plan_there(hall));
	assert_true(id_of_last(hall) > 0);
	assert_int_equal(view_open_group(hall->view), 0);
}

static void a_large_import_takes_effect_with_its_last_frame_only(void **state)
{
	struct hall *hall = *state;
	struct sent import = large_import(hall, 1);
	uint64_t request = hall_submit(hall, &import);
	struct given given;
	int frames = 0;

	while (hall_step(hall)) {
		frames++;
		assert_int_equal(plan_there(hall), hall_answered(hall, request));
	}
	assert_int_equal(frames, 3);
	given = *hall_answer(hall, request);
	expect_all_there(hall, &given);
	assert_int_equal(given.added, 3 + 1 + ROWS);
	/* The same again, also when the view is built from the log: the same place. */
	hall_reopen(hall, false);
	assert_int_equal(hall_do(hall, &import)->sequence, given.sequence);
	expect_all_there(hall, hall_do(hall, &import));
	assert_int_equal(hall_do(hall, &import)->added, given.added);
}

static void others_wait_for_the_end_of_a_group_and_then_see_it(void **state)
{
	struct hall *hall = *state;
	struct sent import = large_import(hall, 1);
	struct sent report = report_of(&hall_syt, 'a', 1, 0, 10);
	uint64_t import_request = hall_submit(hall, &import);
	uint64_t report_request;

	assert_true(hall_step(hall));
	/* Task 1 will be the first added: genesis, group, units, plan, then the tasks. */
	report = report_of(&hall_syt, 'a', 1, 7, 10);
	report_request = hall_submit(hall, &report);
	assert_true(hall_step(hall));
	assert_false(hall_answered(hall, report_request));
	hall_run(hall);
	assert_int_equal(hall_answer(hall, import_request)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, import_request)->sequence, hall_head(hall) - 1);
	assert_int_equal(hall_answer(hall, report_request)->sequence, hall_head(hall));
	assert_int_equal(hall_answer(hall, report_request)->outcome, OUTCOME(ACCEPTED));
}

/* The service dies after `frames` of the three. */
static void killed_after(struct hall *hall, int frames, bool with_view, uint64_t number)
{
	struct sent import = large_import(hall, number);
	uint64_t request = hall_submit(hall, &import);
	uint64_t head;

	for (int i = 0; i < frames; i++)
		assert_true(hall_step(hall));
	assert_false(hall_answered(hall, request));
	hall_reopen(hall, with_view);
	assert_true(view_open_group(hall->view) != 0);
	head = hall_head(hall);
	assert_true(hall_step(hall));
	assert_int_equal(hall_head(hall), head + 1);
	assert_int_equal(hall_type(hall, head + 1), EVENT(GROUP_ABANDONED));
	assert_int_equal(view_open_group(hall->view), 0);
	assert_false(plan_there(hall));
	expect_all_there(hall, hall_do(hall, &import));
}

static void a_group_killed_in_the_middle_is_abandoned_and_the_resend_works(void **state)
{
	killed_after(*state, 1, true, 1);
}

static void a_group_killed_in_the_middle_is_abandoned_by_a_view_built_anew_too(void **state)
{
	killed_after(*state, 2, false, 1);
}

static void a_group_that_meets_a_full_disk_is_abandoned_and_the_resend_works(void **state)
{
	for (int frame = 0; frame < 3; frame++) {
		struct hall *hall;
		struct sent import;
		uint64_t request;

		if (frame > 0)
			(void)hall_set_up(state);
		hall = *state;
		import = large_import(hall, 1);
		request = hall_submit(hall, &import);
		for (int i = 0; i < frame; i++)
			assert_true(hall_step(hall));
		test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1, ENOSPC);
		assert_true(hall_step(hall));
		assert_int_equal(hall_answer(hall, request)->outcome, OUTCOME(BUSY));
		test_clock_advance(DD_SECOND_US);
		hall_run(hall);
		assert_false(plan_there(hall));
		assert_int_equal(view_open_group(hall->view), 0);
		assert_int_equal(hall_type(hall, hall_head(hall)),
				 frame == 0 ? EVENT(GENESIS) : EVENT(GROUP_ABANDONED));
		expect_all_there(hall, hall_do(hall, &import));
		if (frame < 2)
			(void)hall_tear_down(state);
	}
}

static void ending_a_group_on_a_disk_that_stays_full_is_tried_again_after_a_pause(void **state)
{
	struct hall *hall = *state;
	struct sent import = large_import(hall, 1);
	long writes;

	(void)hall_submit(hall, &import);
	assert_true(hall_step(hall));
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1000, ENOSPC);
	for (int i = 0; i < 100; i++)
		(void)hall_step(hall);
	writes = test_fault_count(TEST_PWRITE);
	for (int i = 0; i < 100; i++)
		(void)hall_step(hall);
	assert_int_equal(test_fault_count(TEST_PWRITE), writes);
	test_clock_advance(DD_SECOND_US);
	assert_true(hall_step(hall));
	assert_int_equal(test_fault_count(TEST_PWRITE), writes + 1);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 0, 0);
	test_clock_advance(DD_SECOND_US);
	expect_all_there(hall, hall_do(hall, &import));
}

static void every_import_has_its_batch_to_itself(void **state)
{
	struct hall *hall = *state;
	struct sent small = import_of(hall, 'I', 1, HALL_TASKS);
	struct sent report = report_of(&hall_syt, 'a', 1, 7, 10);
	struct sent large = large_import(hall, 2);
	uint64_t a = hall_submit(hall, &small);
	uint64_t b = hall_submit(hall, &report);
	uint64_t c = hall_submit(hall, &large);

	assert_true(hall_step(hall));
	assert_int_equal(hall_answer(hall, a)->outcome, OUTCOME(ACCEPTED));
	assert_false(hall_answered(hall, b));
	hall_run(hall);
	assert_int_equal(hall_answer(hall, b)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, c)->outcome, OUTCOME(ACCEPTED));
}

static void a_repetition_is_answered_with_the_counts(void **state)
{
	struct hall *hall = *state;
	struct sent import = import_of(hall, 'I', 1, HALL_TASKS);
	struct sent same = import_of(hall, 'I', 2, HALL_TASKS);
	uint64_t first = hall_submit(hall, &import);
	uint64_t again = hall_submit(hall, &import); /* while it is on its way */
	uint32_t added;

	hall_run(hall);
	added = hall_answer(hall, first)->added;
	assert_true(added > 0);
	assert_int_equal(hall_answer(hall, again)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, again)->added, added);
	assert_int_equal(hall_answer(hall, again)->sequence, hall_answer(hall, first)->sequence);
	assert_int_equal(hall_do(hall, &import)->added, added); /* and from the log */
	assert_int_equal(hall_do(hall, &same)->unchanged, added);
	assert_int_equal(hall_do(hall, &same)->unchanged, added);
	hall_reopen(hall, false);
	assert_int_equal(hall_do(hall, &same)->unchanged, added);
	assert_int_equal(hall_do(hall, &import)->added, added);
}

static void an_import_with_faults_or_without_news_is_a_refusal_that_uses_up_its_number(void **state)
{
	struct hall *hall = *state;
	struct sent bad = import_of(hall, 'I', 1, HALL_HEAD "1,0,Việc,Sở Không Có,,,,once\n");
	struct sent good = import_of(hall, 'I', 2, HALL_TASKS);
	struct sent same = import_of(hall, 'I', 3, HALL_TASKS);
	struct sent lost = good;
	const struct given *given = hall_do(hall, &bad);

	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, REFUSAL(IMPORT_FAULTS));
	assert_false(plan_there(hall));
	assert_int_equal(hall_do(hall, &good)->outcome, OUTCOME(ACCEPTED));
	given = hall_do(hall, &same);
	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, REFUSAL(NOTHING_TO_DO));
	lost.number = 4;
	lost.body[lost.len - 1] ^= 1; /* the hash of a file that nobody brought */
	given = hall_do(hall, &lost);
	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, REFUSAL(UNKNOWN_FILE));
}

static struct sent undo_of(uint64_t number, uint64_t group)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__UndoGroup undo = DONDOC__V1__UNDO_GROUP__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'U', .number = number};

	actor.unit = text_of("HN");
	undo.group = group;
	undo.reason = text_of("nhập nhầm tệp");
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_UNDO_GROUP;
	body.undo_group = &undo;
	sent_body(&sent, &body);
	return sent;
}

static void an_import_with_parts_of_a_task_is_undone_as_one(void **state)
{
	struct hall *hall = *state;
	struct sent import = import_of(hall, 'I', 1,
				       "code,content,lead_unit,due,fan_out\n"
				       "1,Một,SYT; STC,2026-06-30,x\n");
	struct sent undo = undo_of(1, 2); /* behind the genesis */
	uint64_t id;

	assert_int_equal(hall_do(hall, &import)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_type(hall, 2), EVENT(GROUP_OPENED));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1~STC", &id), DD_OK);
	assert_int_equal(hall_do(hall, &undo)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1~STC", &id), DD_ERR_NOT_FOUND);
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &id), DD_ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_large_import_takes_effect_with_its_last_frame_only),
		TEST(others_wait_for_the_end_of_a_group_and_then_see_it),
		TEST(a_group_killed_in_the_middle_is_abandoned_and_the_resend_works),
		TEST(a_group_killed_in_the_middle_is_abandoned_by_a_view_built_anew_too),
		TEST(a_group_that_meets_a_full_disk_is_abandoned_and_the_resend_works),
		TEST(ending_a_group_on_a_disk_that_stays_full_is_tried_again_after_a_pause),
		TEST(every_import_has_its_batch_to_itself),
		TEST(an_import_with_parts_of_a_task_is_undone_as_one),
		TEST(a_repetition_is_answered_with_the_counts),
		TEST(an_import_with_faults_or_without_news_is_a_refusal_that_uses_up_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
