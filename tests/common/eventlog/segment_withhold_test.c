/* segment_withhold_test.c - records that nobody gets any more while they still lie in the log. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/eventlog/segment_redact.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"

#define FRAMES  400
#define RECORDS 5

struct book {
	char *dir;
	struct dd_eventlog *log;
	struct dd_error err;
};

static int set_up(void **state)
{
	struct book *book = calloc(1, sizeof(*book));
	struct dd_eventlog_options options = {
		.segment_bytes = 65536, .inline_commit = true, .create = true};

	dd_id_start();
	dd_log_start("test", DD_LOG_ERROR);
	book->dir = test_tmpdir();
	options.dir = book->dir;
	assert_int_equal(dd_eventlog_open(&options, &book->log, &book->err), 0);
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

/* The whole log, in pieces of `step`; it verifies. */
static void read_all(struct book *book, size_t step, struct dd_buf *out)
{
	struct dd_frame_info info = {.base = 1};
	uint8_t chain[DD_HASH_LEN];
	uint64_t after = 0;
	size_t at = 0;

	dd_buf_clear(out);
	dd_chain_first(dd_eventlog_head(book->log).log_id, chain);
	do {
		assert_int_equal(dd_eventlog_read(book->log, after, step, out, &book->err), 0);
		for (; at < out->len; at += info.length) {
			assert_int_equal(dd_frame_info(out->data + at, out->len - at, &info), 0);
			assert_int_equal(
				dd_frame_check(out->data + at, out->len - at, &info, &book->err),
				0);
			assert_int_equal(
				dd_frame_verify(out->data + at, &info, chain, NULL, &book->err), 0);
			after = info.base + info.count - 1;
		}
	} while (after < dd_eventlog_head(book->log).sequence);
	assert_memory_equal(chain, dd_eventlog_head(book->log).chain, DD_HASH_LEN);
}

static enum dd_record_kind kind_of(struct book *book, uint64_t sequence)
{
	struct dd_buf frame = {0};
	struct dd_record record = {.sequence = 0};

	assert_int_equal(dd_eventlog_get(book->log, sequence, &frame, &record, &book->err), 0);
	assert_int_equal(record.sequence, sequence);
	dd_buf_fini(&frame);
	return record.kind;
}

static void what_is_withheld_reads_as_it_will_once_it_is_rewritten(void **state)
{
	struct book *book = *state;
	const uint8_t rest[] = {7, 0, 1};
	/* In any order, one of them twice. */
	const struct dd_redact said[] = {{.sequence = 1500},
					 {.sequence = 7, .rest = rest, .rest_len = sizeof(rest)},
					 {.sequence = 8},
					 {.sequence = 1500}};
	const struct dd_redact sorted[] = {{.sequence = 7, .rest = rest, .rest_len = sizeof(rest)},
					   {.sequence = 8},
					   {.sequence = 1500}};
	struct dd_buf full = {0}, withheld = {0}, rewritten = {0};
	uint64_t rewrites = dd_eventlog_stats(book->log).rewrites;
	uint32_t generation;

	read_all(book, 5000, &full);
	dd_eventlog_withhold(book->log, said, 4);
	/* Whoever keeps what he has read finds that it is too old. */
	assert_true(dd_eventlog_stats(book->log).rewrites > rewrites);
	read_all(book, 5000, &withheld);
	assert_int_not_equal(withheld.len, full.len);
	assert_int_equal(kind_of(book, 7), DD_RECORD_REDACTED);
	assert_int_equal(kind_of(book, 9), DD_RECORD_FULL);
	read_all(book, 1, &rewritten); /* whatever is read at a time */
	assert_int_equal(rewritten.len, withheld.len);
	assert_memory_equal(rewritten.data, withheld.data, withheld.len);
	/* Rewriting finds the words, and says the same afterwards. */
	assert_int_equal(dd_eventlog_redact(book->log, sorted, 3, &generation, &book->err), 0);
	dd_eventlog_withhold(book->log, NULL, 0);
	read_all(book, 5000, &rewritten);
	assert_int_equal(rewritten.len, withheld.len);
	assert_memory_equal(rewritten.data, withheld.data, withheld.len);
	dd_buf_fini(&full);
	dd_buf_fini(&withheld);
	dd_buf_fini(&rewritten);
}

static void nothing_withheld_is_everything_again(void **state)
{
	struct book *book = *state;
	const struct dd_redact said[] = {{.sequence = 3}};
	struct dd_buf full = {0}, again = {0};

	read_all(book, 5000, &full);
	dd_eventlog_withhold(book->log, said, 1);
	assert_int_equal(kind_of(book, 3), DD_RECORD_REDACTED);
	dd_eventlog_withhold(book->log, NULL, 0);
	read_all(book, 5000, &again);
	assert_int_equal(full.len, again.len);
	assert_memory_equal(full.data, again.data, full.len);
	dd_buf_fini(&full);
	dd_buf_fini(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_withheld_reads_as_it_will_once_it_is_rewritten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_withheld_is_everything_again, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
