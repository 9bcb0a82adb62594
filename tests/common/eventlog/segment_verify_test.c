/* segment_verify_test.c - verification: what it counts, and what it does not let pass. */
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/eventlog/segment.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/tmpdir.h"

static char *dir;
static struct dd_position head, middle;

static int setup(void **state)
{
	struct dd_eventlog_options options = {
		.segment_bytes = 65536, .inline_commit = true, .create = true};
	struct dd_eventlog *log;

	(void)state;
	dir = test_tmpdir();
	options.dir = dir;
	if (dd_eventlog_open(&options, &log, NULL) != 0 || fx_append_ok(log, 60, 12) != 0)
		return 1;
	head = dd_eventlog_head(log);
	if (dd_eventlog_position(log, 333, &middle, NULL) != 0)
		return 1;
	dd_eventlog_close(log);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(dir);
	return 0;
}

static int verify(const struct dd_position *expect, struct dd_verify_report *report)
{
	struct dd_error err;

	return dd_eventlog_verify(dir, expect, report, &err);
}

static void a_good_log_is_counted(void **state)
{
	struct dd_verify_report report;

	(void)state;
	assert_int_equal(verify(&middle, &report), 0);
	assert_int_equal(report.records, 720);
	assert_int_equal(report.frames, 60);
	assert_int_equal(report.commands, 240); /* every third has index 0 */
	assert_true(report.segments >= 3);
	assert_int_equal(report.checkpoint_sequence, 720);
	assert_int_equal(report.torn_bytes, 0);
	assert_int_equal(report.head.sequence, 720);
	assert_memory_equal(report.head.chain, head.chain, DD_HASH_LEN);
}

static void a_receipt_must_lie_in_the_log(void **state)
{
	struct dd_verify_report report;
	struct dd_position receipt = middle;

	(void)state;
	receipt.chain[5] ^= 1;
	assert_int_equal(verify(&receipt, &report), DD_ERR_CORRUPT);
	receipt = middle;
	receipt.sequence++;
	assert_int_equal(verify(&receipt, &report), DD_ERR_CORRUPT);
	receipt = head;
	receipt.sequence++;
	assert_int_equal(verify(&receipt, &report), DD_ERR_CORRUPT);
	receipt = middle;
	receipt.log_id[0] ^= 1;
	assert_int_equal(verify(&receipt, &report), DD_ERR_CORRUPT);
}

static void records_cut_from_the_end_are_missed(void **state)
{
	struct dd_verify_report report;
	struct dd_segment_file file;
	uint64_t *bases, used;
	uint8_t *zeros;
	size_t count;

	(void)state;
	assert_int_equal(dd_segment_list(dir, &bases, &count, NULL), 0);
	assert_int_equal(dd_segment_open(&file, dir, bases[count - 1], true, NULL), 0);
	assert_int_equal(dd_segment_used(&file, DD_SEGMENT_HEADER, &used, NULL), 0);
	zeros = calloc(1, used);
	assert_int_equal(dd_pwrite_all(file.fd, zeros, (size_t)used - DD_SEGMENT_HEADER,
				       DD_SEGMENT_HEADER, "", NULL),
			 0);
	free(zeros);
	dd_segment_close(&file);
	free(bases);
	assert_int_equal(verify(NULL, &report), DD_ERR_CORRUPT);
}

/* One who can write the disk changes a record and makes all sums, hashes, roots, headers right
 * again, to the end. He has no key, and offices have receipts. */
static void a_log_forged_to_its_end_fails_its_witnesses(void **state)
{
	struct dd_eventlog_options options = {
		.segment_bytes = 65536, .inline_commit = true, .create = true};
	char *forged = dd_path(dir, "forged");
	struct dd_verify_report report;
	struct dd_eventlog *log;
	struct dd_error err;

	(void)state;
	options.dir = forged;
	assert_int_equal(dd_eventlog_open(&options, &log, &err), 0);
	assert_int_equal(fx_append_ok(log, 60, 12), 0);
	dd_eventlog_close(log);
	assert_int_equal(dd_eventlog_verify(forged, NULL, &report, &err), 0);
	assert_int_equal(dd_eventlog_verify(forged, &middle, &report, &err), DD_ERR_CORRUPT);
	for (int i = 0; i < 2; i++) { /* the real checkpoint beside the forged segments */
		static const char *const names[] = {"checkpoint", "checkpoint.pub"};
		char *from = dd_path(dir, names[i]);
		char *to = dd_path(forged, names[i]);

		assert_int_equal(rename(from, to), 0);
		free(from);
		free(to);
	}
	assert_int_equal(dd_eventlog_verify(forged, NULL, &report, &err), DD_ERR_CORRUPT);
	free(forged);
}

static void an_empty_folder_holds_nothing_to_verify(void **state)
{
	char *empty = test_tmpdir();
	struct dd_verify_report report;
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_eventlog_verify(empty, NULL, &report, &err), DD_ERR_NOT_FOUND);
	test_tmpdir_end(empty);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(a_good_log_is_counted),
		TEST(a_receipt_must_lie_in_the_log),
		TEST(records_cut_from_the_end_are_missed),
		TEST(a_log_forged_to_its_end_fails_its_witnesses),
		cmocka_unit_test(an_empty_folder_holds_nothing_to_verify),
	};

	dd_id_start();
	dd_log_start("test", DD_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
