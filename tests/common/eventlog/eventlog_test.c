/* eventlog_test.c - the log as its owner and its readers see it, on a real folder. */
#include "tests/support/harness.h"

#include "common/base/clock.h"
#include "common/eventlog/checkpoint.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fault.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define SMALL ((uint64_t)64 << 10)

static char *dir;

static int setup(void **state)
{
	(void)state;
	dir = test_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(dir);
	return 0;
}

static struct dd_eventlog_options small_inline(void)
{
	return (struct dd_eventlog_options){
		.dir = dir, .segment_bytes = SMALL, .inline_commit = true, .create = true};
}

static struct dd_eventlog *opened(const struct dd_eventlog_options *options)
{
	struct dd_eventlog *log;
	struct dd_error err;
	int rc = dd_eventlog_open(options, &log, &err);

	if (rc != 0)
		fail_msg("%s", err.text);
	return log;
}

static struct dd_eventlog *open_small(void)
{
	struct dd_eventlog_options options = small_inline();

	return opened(&options);
}

static int open_code(const struct dd_eventlog_options *options)
{
	struct dd_eventlog *log;
	struct dd_error err;
	int rc = dd_eventlog_open(options, &log, &err);

	dd_eventlog_close(log);
	return rc;
}

static void what_is_appended_is_there_after_opening_again(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_position before;
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_eventlog_head(log).sequence, 0);
	assert_int_equal(dd_eventlog_head(log).incarnation, 1);
	assert_int_equal(fx_append_ok(log, 300, 4), 0); /* several segments */
	assert_true(dd_eventlog_stats(log).segments > 3);
	assert_int_equal(dd_eventlog_stats(log).records, 1200);
	assert_int_equal(fx_check_all(log, &err), 0);
	before = dd_eventlog_head(log);
	dd_eventlog_close(log);
	log = open_small();
	assert_int_equal(dd_eventlog_head(log).sequence, 1200);
	assert_memory_equal(dd_eventlog_head(log).chain, before.chain, DD_HASH_LEN);
	assert_int_equal(fx_check_all(log, &err), 0);
	assert_int_equal(fx_append_ok(log, 10, 1), 0);
	assert_int_equal(fx_check_all(log, &err), 0);
	dd_eventlog_close(log);
}

static void reading_keeps_to_its_bounds(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_frame_info info;
	struct dd_buf out = {0};
	struct dd_error err;

	(void)state;
	assert_int_equal(fx_append_ok(log, 200, 5), 0);
	for (uint64_t after = 0; after < 1000; after += 7) {
		dd_buf_clear(&out);
		assert_int_equal(dd_eventlog_read(log, after, 1, &out, &err), 0);
		assert_int_equal(dd_frame_info(out.data, out.len, &info), 0);
		assert_int_equal(out.len, info.length); /* one, although it is longer */
		assert_true(info.base <= after + 1 && after + 1 < info.base + info.count);
	}
	dd_buf_clear(&out);
	assert_int_equal(dd_eventlog_read(log, 3, 10000, &out, &err), 0);
	assert_true(out.len > 8000 && out.len <= 10000);
	dd_buf_clear(&out);
	assert_int_equal(dd_eventlog_read(log, 0, 4 << 20, &out, &err), 0);
	assert_true(out.len > 2 * SMALL); /* over the ends of segments */
	dd_buf_clear(&out);
	assert_int_equal(dd_eventlog_read(log, 1000, 1000, &out, &err), 0);
	assert_int_equal(out.len, 0);
	assert_int_equal(dd_eventlog_read(log, UINT64_MAX, 1000, &out, &err), 0);
	assert_int_equal(out.len, 0);
	dd_buf_fini(&out);
	dd_eventlog_close(log);
}

static void a_record_and_its_position_are_found(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_position at, chain = {0};
	struct dd_record record;
	struct dd_buf out = {0};
	struct dd_error err;

	(void)state;
	assert_int_equal(fx_append_ok(log, 250, 3), 0);
	chain = dd_eventlog_head(log);
	dd_chain_first(chain.log_id, chain.chain);
	for (uint64_t i = 0; i <= 750; i++) {
		assert_int_equal(dd_eventlog_position(log, i, &at, &err), 0);
		assert_int_equal(at.sequence, i);
		if (i > 0) {
			uint8_t leaf[DD_HASH_LEN], body[DD_HASH_LEN];

			assert_int_equal(dd_eventlog_get(log, i, &out, &record, &err), 0);
			assert_int_equal(record.sequence, i);
			assert_int_equal(fx_check_record(&record), 0);
			dd_chain_body(record.salt, record.body, record.body_len, body);
			dd_chain_leaf(chain.log_id, i, record.header, record.header_len, body,
				      leaf);
			dd_chain_next(chain.chain, leaf, chain.chain);
		}
		assert_memory_equal(at.chain, chain.chain, DD_HASH_LEN);
	}
	assert_int_equal(dd_eventlog_get(log, 751, &out, &record, &err), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_eventlog_get(log, 0, &out, &record, &err), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_eventlog_position(log, 751, &at, &err), DD_ERR_NOT_FOUND);
	dd_buf_fini(&out);
	dd_eventlog_close(log);
}

static void times_lead_to_sequences(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_error err;
	uint64_t sequence;

	(void)state;
	assert_int_equal(dd_eventlog_at_time(log, INT64_MAX, &sequence, &err), 0);
	assert_int_equal(sequence, 0);
	assert_int_equal(fx_append_ok(log, 300, 4), 0);
	assert_int_equal(dd_eventlog_at_time(log, FX_START_US, &sequence, &err), 0);
	assert_int_equal(sequence, 0);
	for (uint64_t last = 4; last <= 1200; last += 4) {
		int64_t us = FX_START_US + (int64_t)last * 1000;

		assert_int_equal(dd_eventlog_at_time(log, us, &sequence, &err), 0);
		assert_int_equal(sequence, last);
		assert_int_equal(dd_eventlog_at_time(log, us - 1, &sequence, &err), 0);
		assert_int_equal(sequence, last - 4);
		assert_true(dd_eventlog_time_floor(log, last) <= us);
		assert_true(last <= 4 || dd_eventlog_time_floor(log, last) > FX_START_US);
	}
	assert_int_equal(dd_eventlog_time_floor(log, 0), 0);
	assert_int_equal(dd_eventlog_head_us(log), FX_START_US + 1200 * 1000);
	dd_eventlog_close(log);
}

static void a_second_opening_is_refused_but_for_reading(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_eventlog_options options = small_inline();
	struct dd_eventlog *reader;
	struct dd_error err;

	(void)state;
	assert_int_equal(fx_append_ok(log, 20, 3), 0);
	assert_int_equal(open_code(&options), DD_ERR_REFUSED);
	options.read_only = true;
	reader = opened(&options);
	assert_int_equal(dd_eventlog_head(reader).sequence, 60);
	assert_int_equal(fx_check_all(reader, &err), 0);
	dd_eventlog_close(reader);
	dd_eventlog_close(log);
	options.read_only = false;
	assert_int_equal(open_code(&options), 0);
}

static void without_create_an_empty_folder_holds_no_log(void **state)
{
	struct dd_eventlog_options options = small_inline();

	(void)state;
	options.create = false;
	assert_int_equal(open_code(&options), DD_ERR_NOT_FOUND);
	options.segment_bytes = SMALL + 1;
	assert_int_equal(open_code(&options), DD_ERR_INVALID);
	options.segment_bytes = 4096;
	assert_int_equal(open_code(&options), DD_ERR_INVALID);
}

static void a_cursor_must_lie_in_the_log(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_eventlog_options options = small_inline();
	struct dd_position head;
	struct dd_error err;

	(void)state;
	assert_int_equal(fx_append_ok(log, 100, 3), 0);
	assert_int_equal(dd_eventlog_position(log, 50, &options.expect, &err), 0);
	head = dd_eventlog_head(log);
	dd_eventlog_close(log);
	assert_int_equal(open_code(&options), 0);
	options.expect.chain[0] ^= 1;
	assert_int_equal(open_code(&options), DD_ERR_CORRUPT);
	options.expect = head;
	assert_int_equal(open_code(&options), 0);
	options.expect.sequence++;
	assert_int_equal(open_code(&options), DD_ERR_CORRUPT);
	options.expect = head;
	options.expect.log_id[0] ^= 1;
	assert_int_equal(open_code(&options), DD_ERR_CORRUPT);
}

static void a_new_incarnation_stays(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_position at;
	struct dd_error err;

	(void)state;
	assert_int_equal(fx_append_ok(log, 3, 2), 0);
	dd_eventlog_set_incarnation(log, 2);
	assert_int_equal(dd_eventlog_head(log).incarnation, 1); /* no record bears it yet */
	assert_int_equal(fx_append_ok(log, 1, 2), 0);
	dd_eventlog_close(log);
	log = open_small();
	assert_int_equal(dd_eventlog_head(log).incarnation, 2);
	assert_int_equal(dd_eventlog_position(log, 3, &at, &err), 0);
	assert_int_equal(at.incarnation, 1);
	dd_eventlog_close(log);
}

static void a_frame_longer_than_a_segment_is_refused(void **state)
{
	struct dd_eventlog *log = open_small();
	struct dd_error err;

	(void)state;
	assert_int_equal(fx_append(log, 600).err, DD_ERR_INVALID);
	assert_int_equal(fx_append(log, 1).err, 0);
	assert_int_equal(fx_append(log, 200).err, 0);
	assert_int_equal(fx_check_all(log, &err), 0);
	dd_eventlog_close(log);
}

static void a_full_disk_is_survived(void **state)
{
	struct dd_eventlog *log;
	struct dd_error err;
	unsigned full = 0;

	(void)state;
	test_fault_start(NULL);
	log = open_small();
	assert_int_equal(fx_append_ok(log, 3, 3), 0);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 2, ENOSPC);
	assert_int_equal(fx_append(log, 3).err, DD_ERR_FULL);
	assert_int_equal(fx_append(log, 3).err, DD_ERR_FULL);
	assert_int_equal(fx_append(log, 3).err, 0);
	test_fault_set(TEST_PWRITE, TEST_TEAR, 1, 1, ENOSPC); /* half a frame must go again */
	assert_int_equal(fx_append(log, 3).err, DD_ERR_FULL);
	assert_int_equal(dd_eventlog_head(log).sequence, 12);
	test_fault_set(TEST_OPEN, TEST_FAIL, 1, 1000000, ENOSPC); /* no spare can be made */
	while (full < 3)
		full += fx_append(log, 4).err == DD_ERR_FULL;
	test_fault_set(TEST_OPEN, TEST_FAIL, 1, 0, 0);
	assert_int_equal(fx_append_ok(log, 50, 4), 0);
	assert_int_equal(fx_check_all(log, &err), 0);
	assert_int_equal(dd_eventlog_stats(log).full, 6);
	dd_eventlog_close(log);
	log = open_small();
	assert_int_equal(fx_check_all(log, &err), 0);
	dd_eventlog_close(log);
	test_fault_end();
}

/* Half of a long frame, then a short one over its beginning: nothing of the first may be left. */
static void a_frame_that_found_no_space_leaves_no_trace(void **state)
{
	struct dd_eventlog *log;
	struct dd_verify_report report;
	struct dd_error err;

	(void)state;
	test_fault_start(NULL);
	log = open_small();
	test_fault_set(TEST_PWRITE, TEST_TEAR, 1, 1, ENOSPC);
	assert_int_equal(fx_append(log, 200).err, DD_ERR_FULL);
	assert_int_equal(fx_append(log, 1).err, 0);
	assert_int_equal(dd_eventlog_verify(dir, NULL, &report, &err), 0);
	assert_int_equal(report.torn_bytes, 0);
	assert_int_equal(report.records, 1);
	dd_eventlog_close(log);
	test_fault_end();
}

static void a_failed_flush_is_the_end_of_the_log(void **state)
{
	struct dd_eventlog *log;
	struct dd_error err;

	(void)state;
	test_fault_start(NULL);
	log = open_small();
	assert_int_equal(fx_append_ok(log, 5, 3), 0);
	test_fault_set(TEST_FDATASYNC, TEST_FAIL, 1, 1, EIO);
	assert_int_equal(fx_append(log, 3).err, DD_ERR_IO);
	assert_int_equal(fx_append(log, 3).err, DD_ERR_IO); /* although the disk would do it now */
	dd_eventlog_close(log);
	test_fault_end();
	log = open_small();
	assert_true(dd_eventlog_head(log).sequence >= 15);
	assert_int_equal(fx_check_all(log, &err), 0);
	dd_eventlog_close(log);
}

static void a_checkpoint_is_written_now_and_then(void **state)
{
	struct dd_eventlog *log;
	struct dd_position at;

	(void)state;
	test_clock_start(FX_START_US);
	log = open_small();
	assert_int_equal(fx_append(log, 1).err, 0);
	test_clock_advance(599 * DD_SECOND_US);
	assert_int_equal(fx_append(log, 1).err, 0);
	assert_int_equal(dd_checkpoint_read(dir, &at, NULL), 0);
	assert_int_equal(at.sequence, 0);
	test_clock_advance(2 * DD_SECOND_US);
	assert_int_equal(fx_append(log, 1).err, 0);
	assert_int_equal(dd_checkpoint_read(dir, &at, NULL), 0);
	assert_int_equal(at.sequence, 3);
	while (dd_eventlog_stats(log).segments == 1)
		assert_int_equal(fx_append(log, 10).err, 0);
	assert_int_equal(dd_checkpoint_read(dir, &at, NULL), 0);
	assert_true(at.sequence > 100); /* at the end of the segment */
	assert_int_equal(fx_append(log, 1).err, 0);
	dd_eventlog_close(log);
	assert_int_equal(dd_checkpoint_read(dir, &at, NULL), 0);
	log = open_small();
	assert_int_equal(at.sequence, dd_eventlog_head(log).sequence);
	dd_eventlog_close(log);
	test_clock_end();
}

/* --- threads --------------------------------------------------------------------------------- */

static _Atomic int moves;

static void on_head(void *arg)
{
	atomic_fetch_add((_Atomic int *)arg, 1);
}

struct waiter {
	_Atomic int called;
	struct fx_result result;
};

static void on_done(void *arg, int err, const uint8_t *chains, const struct dd_error *why)
{
	struct waiter *waiter = arg;

	fx_done(&waiter->result, err, chains, why);
	atomic_store(&waiter->called, 1);
}

static _Atomic bool stop;

static void *follow(void *arg)
{
	struct dd_eventlog *log = arg;
	struct dd_position at = dd_eventlog_head(log);
	struct dd_buf out = {0};
	struct dd_error err;
	int rc = 0;
	bool last;

	at.sequence = 0;
	dd_chain_first(at.log_id, at.chain);
	do {
		last = atomic_load(&stop);
		dd_buf_clear(&out);
		rc = dd_eventlog_read(log, at.sequence, 50000, &out, &err);
		if (rc == 0)
			rc = fx_check_frames(&out, &at, &err);
	} while (rc == 0 && !(last && out.len == 0));
	dd_buf_fini(&out);
	return rc == 0 && at.sequence == dd_eventlog_head(log).sequence ? NULL : log;
}

static void readers_follow_a_writer(void **state)
{
	struct dd_eventlog_options options = {.dir = dir, .segment_bytes = SMALL, .create = true};
	struct dd_eventlog *log = opened(&options);
	struct dd_buf frame = {0};
	pthread_t readers[2];
	void *failed;

	(void)state;
	atomic_store(&stop, false);
	dd_eventlog_listen(log, on_head, &moves);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, follow, log), 0);
	for (int i = 0; i < 400; i++) {
		struct dd_position head = dd_eventlog_head(log);
		struct waiter waiter = {.called = 0};

		fx_build(&frame, &head, 1 + (unsigned)i % 9);
		dd_eventlog_append(log, &frame, on_done, &waiter);
		while (!atomic_load(&waiter.called))
			sched_yield();
		assert_int_equal(waiter.result.err, 0);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(readers[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(atomic_load(&moves), 400);
	dd_eventlog_unlisten(log, on_head, &moves);
	dd_buf_fini(&frame);
	dd_eventlog_close(log);
}

/* By the owner itself where it may, else by the commit thread. Returns whether it was the owner. */
static bool append_somehow(struct dd_eventlog *log, unsigned count, bool here)
{
	struct dd_position head = dd_eventlog_head(log);
	struct waiter waiter = {.called = 0};
	struct dd_buf frame = {0};

	fx_build(&frame, &head, count);
	here = here && dd_eventlog_append_here(log, &frame, on_done, &waiter);
	if (here)
		assert_int_equal(atomic_load(&waiter.called), 1);
	else
		dd_eventlog_append(log, &frame, on_done, &waiter);
	while (!atomic_load(&waiter.called))
		sched_yield();
	assert_int_equal(waiter.result.err, 0);
	assert_int_equal(dd_eventlog_head(log).sequence, head.sequence + count);
	dd_buf_fini(&frame);
	return here;
}

static void the_owner_may_write_while_the_commit_thread_sleeps(void **state)
{
	struct dd_eventlog_options options = {.dir = dir, .segment_bytes = SMALL, .create = true};
	struct dd_verify_report report;
	struct dd_eventlog *log;
	struct dd_error err;
	pthread_t reader;
	int by_owner = 0;
	void *failed;

	(void)state;
	test_clock_start(FX_START_US); /* no flush takes long */
	log = opened(&options);
	atomic_store(&stop, false);
	assert_int_equal(pthread_create(&reader, NULL, follow, log), 0);
	for (unsigned i = 0; i < 3000 || by_owner < 100; i++) {
		by_owner += append_somehow(log, 1 + i % 3, i % 5 != 0);
		if (i % 2 == 0)
			sched_yield(); /* it goes to sleep, or not yet */
	}
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(reader, &failed), 0);
	assert_null(failed);
	assert_true(dd_eventlog_stats(log).segments > 3);
	dd_eventlog_close(log);
	assert_int_equal(dd_eventlog_verify(dir, NULL, &report, &err), 0);
	test_clock_end();
}

static void the_owner_leaves_to_the_commit_thread_what_takes_long(void **state)
{
	struct dd_eventlog_options options = {.dir = dir, .segment_bytes = SMALL, .create = true};
	struct dd_eventlog *log;
	struct waiter waiter = {.called = 0};
	struct dd_buf frame = {0};
	struct dd_position head;

	(void)state;
	test_clock_start(FX_START_US);
	log = opened(&options);
	while (!append_somehow(log, 1, true))
		sched_yield();
	test_clock_advance(601 * DD_SECOND_US); /* a checkpoint is due */
	head = dd_eventlog_head(log);
	fx_build(&frame, &head, 1);
	for (int i = 0; i < 100; i++, sched_yield())
		assert_false(dd_eventlog_append_here(log, &frame, on_done, &waiter));
	assert_int_equal(dd_eventlog_head(log).sequence, head.sequence);
	dd_buf_fini(&frame);
	dd_eventlog_close(log);
	test_clock_end();
}

static void closing_waits_for_the_batch(void **state)
{
	struct dd_eventlog_options options = {.dir = dir, .segment_bytes = SMALL, .create = true};

	(void)state;
	for (int i = 0; i < 30; i++) {
		struct dd_eventlog *log = opened(&options);
		struct dd_position head = dd_eventlog_head(log);
		struct waiter waiter = {.called = 0};
		struct dd_buf frame = {0};

		assert_int_equal(head.sequence, 3 * i);
		fx_build(&frame, &head, 3);
		dd_eventlog_append(log, &frame, on_done, &waiter);
		dd_eventlog_close(log);
		assert_int_equal(atomic_load(&waiter.called), 1);
		dd_buf_fini(&frame);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(what_is_appended_is_there_after_opening_again),
		TEST(reading_keeps_to_its_bounds),
		TEST(a_record_and_its_position_are_found),
		TEST(times_lead_to_sequences),
		TEST(a_second_opening_is_refused_but_for_reading),
		TEST(without_create_an_empty_folder_holds_no_log),
		TEST(a_cursor_must_lie_in_the_log),
		TEST(a_new_incarnation_stays),
		TEST(a_frame_longer_than_a_segment_is_refused),
		TEST(a_full_disk_is_survived),
		TEST(a_frame_that_found_no_space_leaves_no_trace),
		TEST(a_failed_flush_is_the_end_of_the_log),
		TEST(a_checkpoint_is_written_now_and_then),
		TEST(readers_follow_a_writer),
		TEST(the_owner_may_write_while_the_commit_thread_sleeps),
		TEST(the_owner_leaves_to_the_commit_thread_what_takes_long),
		TEST(closing_waits_for_the_batch),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
