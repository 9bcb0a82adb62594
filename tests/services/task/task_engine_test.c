/* task_engine_test.c - the life of a batch: full disks, failing flushes, restarts, and that the
 * view is never more than a projection of the log. */
#include "tests/services/task/task_engine_fixture.h"

#include <sched.h>

#include "common/app/app.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

/* --- the disk is full ------------------------------------------------------------------------ */

static void a_full_disk_is_busy_changes_nothing_and_goes_on_when_there_is_space(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent first = report_of(&hall_syt, 'a', 1, task, 30);
	struct sent second = report_of(&hall_syt, 'a', 2, task, 40);
	struct dd_position before = dd_eventlog_head(hall->log);
	uint64_t one, two;

	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1, ENOSPC);
	one = hall_submit(hall, &first);
	two = hall_submit(hall, &second);
	hall_run(hall);
	assert_int_equal(hall_answer(hall, one)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_answer(hall, two)->outcome, OUTCOME(BUSY));
	assert_true(hall_answer(hall, one)->retry_ms > 0);
	assert_int_equal(hall_answer(hall, one)->sequence, 0);
	assert_int_equal(hall_head(hall), before.sequence);
	assert_int_equal(hall_percent(hall, task), 0);
	assert_int_equal(task_engine_stats(hall->engine).busy, 2);
	assert_int_equal(hall_do(hall, &first)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_do(hall, &second)->sequence, before.sequence + 2);
	hall_reopen(hall, false);
	assert_int_equal(hall_percent(hall, task), 40);
}

static void a_batch_torn_by_a_full_disk_is_blanked_and_the_log_verifies(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 30);
	struct dd_verify_report verified;
	char dir[600];

	test_fault_set(TEST_PWRITE, TEST_TEAR, 1, 1, ENOSPC);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(BUSY));
	hall_reopen(hall, true);
	assert_int_equal(hall_percent(hall, task), 0);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
	hall_close(hall);
	hall_path(hall, "log", dir);
	assert_int_equal(dd_eventlog_verify(dir, NULL, &verified, &hall->err), 0);
	assert_int_equal(verified.torn_bytes, 0);
	hall_open(hall);
}

/* Commands without effect, each an event, up to so many events that LMDB has not taken. */
static void fall_behind(struct hall *hall, uint64_t lag)
{
	struct sent withdrawn = {.who = &hall_syt, .stream = 'w'};

	while (view_lag(hall->view) <= lag) {
		hall->given_count = 0;
		for (int i = 0; i < 1024; i++) {
			withdrawn.number++;
			(void)hall_submit(hall, &withdrawn);
		}
		task_engine_turn(hall->engine);
		dd_eventlog_run(hall->log);
		task_engine_committed(hall->engine);
		assert_int_equal(hall->given_count, 1024);
	}
}

static void a_view_that_cannot_be_stored_and_lags_too_far_is_busy_until_there_is_space(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 30);
	uint64_t one, head;

	hall_close(hall);
	hall->map_bytes = UINT64_C(1) << 20;
	hall_open(hall);
	fall_behind(hall, 150000);
	head = hall_head(hall);
	/* It may only lag for the moment: who asks now waits. */
	one = hall_submit(hall, &report);
	task_engine_turn(hall->engine);
	assert_false(hall_answered(hall, one));
	assert_int_equal(view_flush(hall->view, &hall->err), DD_ERR_FULL);
	assert_true(view_store_full(hall->view));
	task_engine_turn(hall->engine);
	assert_int_equal(hall_answer(hall, one)->outcome, OUTCOME(BUSY));
	assert_true(hall_answer(hall, one)->retry_ms > 0);
	assert_false(task_engine_busy(hall->engine));
	assert_int_equal(hall_head(hall), head);
	hall_close(hall);
	hall->map_bytes = 0;
	hall_open(hall);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_percent(hall, task), 30);
}

/* Whether each command of this turn was answered once, with a receipt that the log bears out. */
static void assert_answered(struct hall *hall, uint64_t first, unsigned count)
{
	struct dd_position at;

	assert_int_equal(hall->given_count, count);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(hall->given[i].request, first + i);
		assert_int_equal(hall->given[i].outcome, OUTCOME(ACCEPTED));
		assert_true(hall->given[i].sequence <= hall_head(hall));
		assert_int_equal(
			dd_eventlog_position(hall->log, hall->given[i].sequence, &at, &hall->err),
			DD_OK);
		assert_memory_equal(at.chain, hall->given[i].chain, DD_HASH_LEN);
	}
}

static void with_the_commit_thread_too_each_command_is_answered_once_and_durable(void **state)
{
	struct hall *hall = *state;
	struct sent withdrawn = {.who = &hall_syt, .stream = 'w'};

	hall_close(hall);
	hall->threads = true;
	hall_open(hall);
	for (unsigned i = 0; i < 3000; i++) {
		unsigned count = i % 8 < 6 ? 1 : 1 + i % 5; /* alone for a while, then together */
		uint64_t first = hall->requests + 1;

		hall->given_count = 0;
		for (unsigned k = 0; k < count; k++) {
			withdrawn.number++;
			(void)hall_submit(hall, &withdrawn);
		}
		while (hall->given_count < count) {
			task_engine_turn(hall->engine);
			sched_yield();
			task_engine_committed(hall->engine);
		}
		assert_false(task_engine_busy(hall->engine));
		assert_answered(hall, first, count);
	}
	hall_close(hall);
	hall->threads = false;
	hall_open(hall);
}

static void a_log_is_not_begun_without_its_genesis_event(void **state)
{
	struct hall *hall = *state;
	char name[256];
	int rc = DD_OK;

	/* Let each write of a first start find the disk full in turn. */
	for (long n = 1; n < 64 && rc != 1; n++) {
		hall_close(hall);
		test_tmpdir_end(hall->dir);
		hall->dir = test_tmpdir();
		test_fault_set(TEST_PWRITE, TEST_FAIL, n, 1000, ENOSPC);
		rc = hall_try_open(hall);
		test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 0, 0);
		if (rc != DD_OK) {
			hall_close(hall);
			hall_open(hall);
		}
		rc = rc == DD_OK ? 1 : rc; /* so many writes are not made: the loop is done */
		assert_int_equal(hall_type(hall, 1), EVENT(GENESIS));
		assert_int_equal(view_authority(hall->view, name), DD_OK);
		assert_string_equal(name, "HN");
	}
	assert_int_equal(rc, 1);
}

/* --- a failing disk -------------------------------------------------------------------------- */

/* The child submits and must be dead before anybody was answered. */
static void child_must_die(struct hall *hall, const struct sent *sent)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(null, STDERR_FILENO);
		hall->given_count = 0;
		(void)hall_submit(hall, sent);
		task_engine_turn(hall->engine);
		dd_eventlog_run(hall->log);
		task_engine_committed(hall->engine);
		_exit(hall->given_count == 0 ? 1 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DD_EXIT_RESTART);
}

static void a_failed_flush_ends_the_process_without_an_answer(void **state)
{
	static const struct {
		enum test_op op;
		enum test_fault_kind kind;
		int sys_errno;
	} rows[] = {{TEST_FDATASYNC, TEST_FAIL, EIO},
		    {TEST_FDATASYNC, TEST_FAIL, ENOSPC},
		    {TEST_PWRITE, TEST_TEAR, EIO}};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t head = hall_head(hall);
		struct sent report = report_of(&hall_syt, 'a', i + 1, task, (uint32_t)i + 1);
		const struct given *given;

		test_fault_set(rows[i].op, rows[i].kind, 1, 1, rows[i].sys_errno);
		child_must_die(hall, &report);
		test_fault_set(rows[i].op, rows[i].kind, 1, 0, 0);
		/* The frame may be there or not; sent again, it is there once. */
		hall_reopen(hall, true);
		assert_in_range(hall_head(hall), head, head + 1);
		given = hall_do(hall, &report);
		assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
		assert_int_equal(given->sequence, head + 1);
		assert_int_equal(hall_head(hall), head + 1);
	}
}

/* --- the view is a projection ---------------------------------------------------------------- */

static void some_history(struct hall *hall)
{
	uint64_t task = hall_plan(hall);
	struct sent sent;

	for (uint32_t i = 1; i <= 20; i++) {
		test_clock_advance(DD_SECOND_US);
		sent = report_of(&hall_syt, 'a', i, task, i % 7 == 3 ? 101 : i);
		(void)hall_submit(hall, &sent);
		sent = report_of(&hall_stc, 'b', i, task + 1, i * 2);
		(void)hall_submit(hall, &sent);
		if (i % 3 == 0)
			hall_run(hall);
	}
	sent = (struct sent){.who = &hall_stc, .stream = 'b', .number = 21};
	(void)hall_do(hall, &sent);
}

static void dump(struct hall *hall, struct dd_buf *out)
{
	char dir[600];

	hall_path(hall, "view", dir);
	assert_int_equal(view_dump(dir, out, &hall->err), 0);
}

static void the_view_built_anew_from_the_log_is_byte_for_byte_the_live_one(void **state)
{
	struct hall *hall = *state;
	struct dd_buf live = {0};
	struct dd_buf built = {0};

	some_history(hall);
	hall_close(hall);
	dump(hall, &live);
	hall_lose_view(hall);
	hall_open(hall);
	hall_close(hall);
	dump(hall, &built);
	hall_open(hall);
	assert_true(live.len > 1000);
	assert_int_equal(live.len, built.len);
	assert_memory_equal(live.data, built.data, live.len);
	dd_buf_fini(&live);
	dd_buf_fini(&built);
}

static void a_view_of_another_or_a_longer_log_stops_the_service(void **state)
{
	struct hall *hall = *state;
	char from[600], to[600];

	some_history(hall);
	hall_close(hall);
	hall_path(hall, "log", from);
	hall_path(hall, "log-away", to);
	assert_int_equal(rename(from, to), 0);
	/* The log is gone and a new one begins: shorter than what the view has seen. */
	assert_int_equal(hall_try_open(hall), DD_ERR_CORRUPT);
	assert_non_null(strstr(hall->err.text, "acknowledged records are missing"));
	hall_close(hall);
	/* The same length, other content. */
	hall_lose_view(hall);
	hall_open(hall);
	some_history(hall);
	hall_close(hall);
	hall_path(hall, "log-other", to);
	assert_int_equal(rename(from, to), 0);
	hall_path(hall, "log-away", to);
	assert_int_equal(rename(to, from), 0);
	assert_int_equal(hall_try_open(hall), DD_ERR_CORRUPT);
	assert_non_null(strstr(hall->err.text, "another log"));
	hall_close(hall);
	hall_lose_view(hall);
	hall_open(hall);
}

static void a_batch_takes_no_more_than_its_share_and_the_queue_tells_when_it_is_full(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint64_t head = hall_head(hall);
	uint64_t number = 0;

	while (!task_engine_full(hall->engine) && number < 4097) {
		struct sent report = report_of(&hall_syt, 'a', ++number, task, 1);

		(void)hall_submit(hall, &report);
	}
	assert_int_equal(number, 4096);
	assert_true(hall_step(hall));
	assert_int_equal(hall_head(hall), head + 1024);
	assert_int_equal(task_engine_stats(hall->engine).queued, 4096 - 1024);
	assert_false(task_engine_full(hall->engine));
	/* What waits when the service is closed is dropped: nobody was told that it is accepted. */
	hall_reopen(hall, true);
	assert_int_equal(hall_head(hall), head + 1024);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_full_disk_is_busy_changes_nothing_and_goes_on_when_there_is_space),
		TEST(a_batch_torn_by_a_full_disk_is_blanked_and_the_log_verifies),
		TEST(a_view_that_cannot_be_stored_and_lags_too_far_is_busy_until_there_is_space),
		TEST(with_the_commit_thread_too_each_command_is_answered_once_and_durable),
		TEST(a_log_is_not_begun_without_its_genesis_event),
		TEST(a_failed_flush_ends_the_process_without_an_answer),
		TEST(the_view_built_anew_from_the_log_is_byte_for_byte_the_live_one),
		TEST(a_view_of_another_or_a_longer_log_stops_the_service),
		TEST(a_batch_takes_no_more_than_its_share_and_the_queue_tells_when_it_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
