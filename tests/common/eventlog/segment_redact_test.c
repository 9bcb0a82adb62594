/* segment_redact_test.c - bodies that go: gone from every byte on the disk, and nothing else is. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/eventlog/segment.h"
#include "common/eventlog/segment_redact.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#define RECORDS 30u
#define FRAMES  40u

struct book {
	char *dir;
	struct dd_eventlog *log;
	struct dd_error err;
};

static int open_log(struct book *book, bool threaded)
{
	struct dd_eventlog_options options = {.dir = book->dir,
					      .segment_bytes = 65536,
					      .inline_commit = !threaded,
					      .create = true};

	return dd_eventlog_open(&options, &book->log, &book->err);
}

static int set_up(void **state)
{
	struct book *book = calloc(1, sizeof(*book));

	dd_id_start();
	dd_log_start("test", DD_LOG_ERROR);
	book->dir = test_tmpdir();
	assert_int_equal(open_log(book, false), 0);
	assert_int_equal(fx_append_ok(book->log, FRAMES, RECORDS), 0);
	*state = book;
	return 0;
}

static int tear_down(void **state)
{
	struct book *book = *state;

	dd_eventlog_close(book->log);
	test_tmpdir_end(book->dir);
	free(book);
	return 0;
}

static bool listed(const uint64_t *list, size_t count, uint64_t sequence)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == sequence)
			return true;
	return false;
}

/* Every record is as it was, but those of the list have no body. */
static void assert_redacted(struct book *book, const uint64_t *list, size_t count)
{
	static const uint8_t no_salt[DD_SALT_LEN];
	uint64_t head = dd_eventlog_head(book->log).sequence;
	struct dd_buf frame = {0};
	struct dd_record record;

	for (uint64_t at = 1; at <= head; at++) {
		assert_int_equal(dd_eventlog_get(book->log, at, &frame, &record, &book->err), 0);
		assert_int_equal(record.sequence, at);
		if (!listed(list, count, at)) {
			assert_int_equal(fx_check_record(&record), 0);
			continue;
		}
		assert_int_equal(record.kind, DD_RECORD_REDACTED);
		assert_memory_equal(record.salt, no_salt, DD_SALT_LEN);
		assert_int_equal(record.header_len, fx_header_len(at));
	}
	dd_buf_fini(&frame);
}

static void assert_verifies(struct book *book)
{
	struct dd_position head = dd_eventlog_head(book->log);
	struct dd_verify_report report;

	if (dd_eventlog_verify(book->dir, &head, &report, &book->err) != 0)
		fail_msg("%s", book->err.text);
	assert_int_equal(report.records, head.sequence);
	assert_memory_equal(report.head.chain, head.chain, DD_HASH_LEN);
}

/* Nothing of them stays. */
static int blank(struct book *book, const uint64_t *list, size_t count, uint32_t *generation_out)
{
	struct dd_redact *records = dd_alloc((count + 1) * sizeof(*records));
	int rc;

	for (size_t i = 0; i < count; i++)
		records[i] = (struct dd_redact){.sequence = list[i]};
	rc = dd_eventlog_redact(book->log, records, count, generation_out, &book->err);
	free(records);
	return rc;
}

struct search {
	const struct book *book;
	uint64_t sequence;
	unsigned found;
};

static void search_file(void *arg, const char *name)
{
	struct search *search = arg;
	uint8_t both[640]; /* header and body: bodies alone are alike */
	uint32_t header = fx_header_len(search->sequence), len = fx_body_len(search->sequence);
	char *path = dd_path(search->book->dir, name);
	unsigned long size = 0;
	char *data = test_read_file(path, &size);

	fx_fill(search->sequence, both, both + header);
	if (data && len > 0 && memmem(data, size, both, header + len))
		search->found++;
	free(data);
	free(path);
}

/* In how many files of the folder the body of this record stands. */
static unsigned files_with(const struct book *book, uint64_t sequence)
{
	struct search search = {.book = book, .sequence = sequence};

	assert_int_equal(dd_sys()->list(dd_sys()->ctx, book->dir, search_file, &search), 0);
	return search.found;
}

static void bodies_are_gone_from_the_disk_and_the_log_verifies(void **state)
{
	struct book *book = *state;
	/* The first record, neighbours, one with a short body, one of a middle and one of the
	 * active segment. */
	const uint64_t list[] = {1, 7, 8, 73, 500, FRAMES * RECORDS - 1};
	const size_t count = sizeof(list) / sizeof(list[0]);
	struct dd_position before = dd_eventlog_head(book->log), after;
	uint32_t generation = 0;

	assert_true(dd_eventlog_stats(book->log).segments >= 3);
	assert_int_equal(files_with(book, 500), 1);
	assert_int_equal(blank(book, list, count, &generation), 0);
	assert_int_equal(generation, 1);
	after = dd_eventlog_head(book->log);
	assert_memory_equal(&before, &after, sizeof(before));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(files_with(book, list[i]), 0);
	assert_redacted(book, list, count);
	assert_verifies(book);
}

/* What the first lines of the record say is gone, the rest is read by everybody as before. */
static void what_stays_of_a_record_is_read_with_it(void **state)
{
	struct book *book = *state;
	const uint8_t rest[] = {7, 0, 1};
	struct dd_redact records[] = {{.sequence = 7, .rest = rest, .rest_len = sizeof(rest)},
				      {.sequence = 8},
				      {.sequence = 500, .rest = rest, .rest_len = 0}};
	const uint64_t list[] = {7, 8, 500};
	struct dd_buf frame = {0};
	struct dd_record record;
	const uint8_t *body;
	uint32_t generation, len;

	assert_int_equal(dd_eventlog_redact(book->log, records, 3, &generation, &book->err), 0);
	assert_redacted(book, list, 3);
	assert_verifies(book);
	dd_eventlog_close(book->log);
	book->log = NULL;
	assert_int_equal(open_log(book, false), 0);
	assert_int_equal(dd_eventlog_get(book->log, 7, &frame, &record, &book->err), 0);
	assert_true(dd_record_body(&record, &body, &len));
	assert_int_equal(len, sizeof(rest));
	assert_memory_equal(body, rest, sizeof(rest));
	assert_int_equal(dd_eventlog_get(book->log, 8, &frame, &record, &book->err), 0);
	assert_false(dd_record_body(&record, &body, &len));
	assert_int_equal(dd_eventlog_get(book->log, 500, &frame, &record, &book->err), 0);
	assert_true(dd_record_body(&record, &body, &len));
	assert_int_equal(len, 0);
	assert_int_equal(files_with(book, 500), 0);
	dd_buf_fini(&frame);
}

static void the_log_goes_on_and_opens_again_after_a_redaction(void **state)
{
	struct book *book = *state;
	const uint64_t list[] = {2, 600, FRAMES * RECORDS};
	uint32_t generation;

	assert_int_equal(blank(book, list, 3, &generation), 0);
	assert_int_equal(fx_append_ok(book->log, 30, RECORDS), 0);
	assert_redacted(book, list, 3);
	dd_eventlog_close(book->log);
	book->log = NULL;
	assert_int_equal(open_log(book, false), 0);
	assert_redacted(book, list, 3);
	assert_int_equal(fx_append_ok(book->log, 3, RECORDS), 0);
	assert_verifies(book);
}

static void what_is_done_already_makes_no_new_generation(void **state)
{
	struct book *book = *state;
	const uint64_t first[] = {40}, both[] = {40, 41};
	uint32_t generation;

	assert_int_equal(blank(book, first, 1, &generation), 0);
	assert_int_equal(generation, 1);
	assert_int_equal(blank(book, first, 1, &generation), 0);
	assert_int_equal(generation, 1);
	assert_int_equal(blank(book, both, 2, &generation), 0);
	assert_int_equal(generation, 2);
	assert_redacted(book, both, 2);
	assert_verifies(book);
}

/* Blanked records are 32 bytes: a segment of short bodies grows, and has room for its end. */
static void a_segment_of_short_bodies_grows(void **state)
{
	struct book *book = *state;
	uint64_t list[1000];
	uint32_t generation;
	size_t count = 0;

	for (uint64_t at = 1; at <= FRAMES * RECORDS && count < 1000; at++)
		if (fx_body_len(at) < 16)
			list[count++] = at;
	assert_true(count > 40);
	assert_int_equal(blank(book, list, count, &generation), 0);
	assert_int_equal(fx_append_ok(book->log, 30, RECORDS), 0);
	assert_redacted(book, list, count);
	assert_verifies(book);
}

static void a_sequence_that_is_not_there_is_refused(void **state)
{
	struct book *book = *state;
	const uint64_t list[] = {5, FRAMES * RECORDS + 1};
	uint32_t generation;

	assert_int_equal(blank(book, list, 2, &generation), DD_ERR_INVALID);
	assert_redacted(book, NULL, 0);
}

static void without_space_nothing_changes_and_the_log_goes_on(void **state)
{
	struct book *book = *state;
	const uint64_t list[] = {5, 900};
	uint32_t generation;
	int rc;

	test_fault_start(NULL);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 3, 1, ENOSPC);
	rc = blank(book, list, 2, &generation);
	test_fault_end();
	assert_int_equal(rc, DD_ERR_FULL);
	assert_redacted(book, NULL, 0);
	assert_int_equal(fx_append(book->log, 3).err, 0);
	assert_int_equal(blank(book, list, 2, &generation), 0);
	assert_redacted(book, list, 2);
	assert_verifies(book);
}

static void a_damaged_segment_is_not_touched(void **state)
{
	struct book *book = *state;
	char name[DD_SEGMENT_NAME];
	char *path = dd_path(book->dir, dd_segment_name(1, ".seg", name));
	const uint64_t list[] = {5};
	unsigned long size;
	char *data = test_read_file(path, &size);
	char *after;
	uint32_t generation;

	data[20000] ^= 1;
	test_write_file(path, data, size);
	assert_int_equal(blank(book, list, 1, &generation), DD_ERR_CORRUPT);
	after = test_read_file(path, NULL);
	assert_memory_equal(after, data, size);
	free(after);
	free(data);
	free(path);
}

/* --- readers meanwhile ----------------------------------------------------------------------- */

struct reading {
	struct dd_eventlog *log;
	_Atomic bool stop;
	_Atomic unsigned rounds, failures;
};

static void *read_all(void *arg)
{
	struct reading *reading = arg;
	struct dd_buf buf = {0};
	struct dd_record record;

	while (!atomic_load(&reading->stop)) {
		for (uint64_t at = 1; at <= FRAMES * RECORDS; at += 13)
			if (dd_eventlog_get(reading->log, at, &buf, &record, NULL) != 0 ||
			    record.sequence != at)
				atomic_fetch_add(&reading->failures, 1);
		atomic_fetch_add(&reading->rounds, 1);
	}
	dd_buf_fini(&buf);
	return NULL;
}

static void readers_go_on_while_segments_are_exchanged(void **state)
{
	struct book *book = *state;
	struct reading reading = {0};
	pthread_t thread;
	uint32_t generation;

	reading.log = book->log;
	assert_int_equal(pthread_create(&thread, NULL, read_all, &reading), 0);
	for (uint64_t at = 3; at < FRAMES * RECORDS; at += 60)
		assert_int_equal(blank(book, &at, 1, &generation), 0);
	while (atomic_load(&reading.rounds) == 0)
		;
	atomic_store(&reading.stop, true);
	pthread_join(thread, NULL);
	assert_int_equal(atomic_load(&reading.failures), 0);
	assert_verifies(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(bodies_are_gone_from_the_disk_and_the_log_verifies),
		TEST(what_stays_of_a_record_is_read_with_it),
		TEST(the_log_goes_on_and_opens_again_after_a_redaction),
		TEST(what_is_done_already_makes_no_new_generation),
		TEST(a_segment_of_short_bodies_grows),
		TEST(a_sequence_that_is_not_there_is_refused),
		TEST(without_space_nothing_changes_and_the_log_goes_on),
		TEST(a_damaged_segment_is_not_touched),
		TEST(readers_go_on_while_segments_are_exchanged),
	};

	return cmocka_run_group_tests_name("common.eventlog.segment_redact", tests, NULL, NULL);
}
