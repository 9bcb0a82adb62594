/* task_clock_test.c - a clock that is wrong holds commands until an operator has looked. */
#include "tests/services/task/task_engine_fixture.h"

#include <errno.h>

#define MINUTE_US (60 * DD_SECOND_US)

static void jump(int64_t us)
{
	test_clock_set_wall(dd_wall_us() + us);
}

static void expect_held_until_confirmed(struct hall *hall, uint64_t task)
{
	struct sent report = report_of(&hall_syt, 'a', 1, task, 10);
	struct sent empty = {.who = &hall_syt, .stream = 'b', .number = 1};
	struct sent garbage = {.who = &hall_syt, .stream = 'c', .number = 1, .len = 1};
	struct sent import = import_of(hall, 'J', 1, HALL_TASKS);
	struct sent confirm = confirm_of('O', 1);
	uint64_t head = hall_head(hall);

	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_do(hall, &empty)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_do(hall, &garbage)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_do(hall, &import)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_head(hall), head);
	assert_non_null(task_engine_held(hall->engine));
	assert_int_equal(hall_do(hall, &confirm)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_type(hall, head + 1), EVENT(CLOCK_CONFIRMED));
	assert_null(task_engine_held(hall->engine));
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_do(hall, &garbage)->outcome, OUTCOME(REFUSED));
}

static void a_jump_of_the_clock_holds_commands_until_it_is_confirmed(void **state)
{
	static const int64_t jumps[] = {10 * MINUTE_US, -10 * MINUTE_US, 400 * DD_DAY_US};

	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		struct hall *hall;
		uint64_t task;

		if (i > 0)
			(void)hall_set_up(state);
		hall = *state;
		task = hall_plan(hall);
		jump(jumps[i]);
		/* Nobody has watched the clock since: the batch itself does. */
		expect_held_until_confirmed(hall, task);
		if (i < 2)
			(void)hall_tear_down(state);
	}
}

static void what_was_answered_before_is_told_while_commands_are_held(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 10);
	struct given first = *hall_do(hall, &report);

	jump(DD_DAY_US);
	task_engine_watch_clock(hall->engine);
	assert_non_null(strstr(task_engine_held(hall->engine), "86400 s"));
	same_answer(&first, hall_do(hall, &report));
}

static void a_small_step_and_the_passing_of_time_hold_nothing(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 10);

	jump(9 * MINUTE_US);
	task_engine_watch_clock(hall->engine);
	assert_null(task_engine_held(hall->engine));
	test_clock_advance(90 * DD_DAY_US);
	task_engine_watch_clock(hall->engine);
	assert_null(task_engine_held(hall->engine));
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
}

static void a_confirmation_needs_a_reason_and_the_operator(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ConfirmClock confirm = DONDOC__V1__CONFIRM_CLOCK__INIT;
	struct sent silent = {.who = &hall_operator, .stream = 'O', .number = 1};
	struct sent office = confirm_of('P', 1);

	jump(DD_DAY_US);
	task_engine_watch_clock(hall->engine);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK;
	body.confirm_clock = &confirm;
	sent_body(&silent, &body);
	office.who = &hall_syt;
	assert_int_equal(hall_do(hall, &office)->outcome, OUTCOME(DENIED));
	/* Not even the refusal is recorded under a doubtful time. */
	assert_int_equal(hall_do(hall, &silent)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_head(hall), 1);
	assert_non_null(task_engine_held(hall->engine));
}

static void a_confirmation_that_meets_a_full_disk_does_not_release(void **state)
{
	struct hall *hall = *state;
	struct sent confirm = confirm_of('O', 1);

	jump(DD_DAY_US);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1, ENOSPC);
	assert_int_equal(hall_do(hall, &confirm)->outcome, OUTCOME(BUSY));
	assert_non_null(task_engine_held(hall->engine));
	assert_int_equal(hall_do(hall, &confirm)->outcome, OUTCOME(ACCEPTED));
	assert_null(task_engine_held(hall->engine));
}

static void the_start_is_held_after_31_days_of_silence_or_before_the_last_record(void **state)
{
	static const struct {
		int64_t since;
		bool held;
	} rows[] = {{31 * DD_DAY_US - MINUTE_US, false},
		    {31 * DD_DAY_US + MINUTE_US, true},
		    {-9 * MINUTE_US, false},
		    {-11 * MINUTE_US, true}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hall *hall;
		uint64_t task;

		if (i > 0)
			(void)hall_set_up(state);
		hall = *state;
		task = hall_plan(hall);
		hall_close(hall);
		jump(rows[i].since);
		hall_open(hall);
		assert_int_equal(task_engine_held(hall->engine) != NULL, rows[i].held);
		if (rows[i].held)
			expect_held_until_confirmed(hall, task);
		if (i + 1 < sizeof(rows) / sizeof(rows[0]))
			(void)hall_tear_down(state);
	}
}

static void record_times_never_go_back(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 10);
	int64_t first = dd_wall_us();
	Dondoc__V1__EventHeader *header;

	jump(-5 * MINUTE_US);
	header = hall_header(hall, hall_do(hall, &report)->sequence);
	assert_int_equal(header->record_us, first);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static void the_end_of_a_group_bears_no_doubtful_time(void **state)
{
	struct hall *hall = *state;
	struct dd_buf text = {0};
	char row[96];
	struct sent import;
	int64_t last;

	dd_buf_add(&text, HALL_HEAD, strlen(HALL_HEAD));
	for (int i = 1; i <= 1500; i++)
		dd_buf_add(&text, row,
			   (size_t)snprintf(row, sizeof(row), "%d,0,Việc,SYT,,,,once\n", i));
	dd_buf_add(&text, "", 1);
	import = import_of(hall, 'I', 1, (const char *)text.data);
	dd_buf_fini(&text);
	(void)hall_submit(hall, &import);
	assert_true(hall_step(hall));
	last = dd_eventlog_head_us(hall->log);
	hall_close(hall);
	jump(400 * DD_DAY_US);
	hall_open(hall);
	assert_non_null(task_engine_held(hall->engine));
	assert_true(hall_step(hall));
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(GROUP_ABANDONED));
	assert_int_equal(dd_eventlog_head_us(hall->log), last);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_jump_of_the_clock_holds_commands_until_it_is_confirmed),
		TEST(what_was_answered_before_is_told_while_commands_are_held),
		TEST(a_small_step_and_the_passing_of_time_hold_nothing),
		TEST(a_confirmation_needs_a_reason_and_the_operator),
		TEST(a_confirmation_that_meets_a_full_disk_does_not_release),
		TEST(the_start_is_held_after_31_days_of_silence_or_before_the_last_record),
		TEST(record_times_never_go_back),
		TEST(the_end_of_a_group_bears_no_doubtful_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
