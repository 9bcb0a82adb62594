/* log_pages_test.c - what offices read is looked at once, and is what stands in the log. */
#include "common/eventlog/log_pages.h"
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/eventlog/segment_redact.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/tmpdir.h"

struct world {
	char *dir;
	struct dd_eventlog *log;
	struct log_pages pages;
	uint64_t looks;
};

static void look(void *arg, const struct dd_record *record, struct dd_log_facts *facts_out)
{
	struct world *w = arg;

	w->looks++;
	facts_out->subject = record->sequence;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct dd_log_server_options how = {.look = look, .arg = w};
	struct dd_eventlog_options options = {
		.segment_bytes = 8 << 20, .spares = 1, .inline_commit = true, .create = true};
	char *dir;

	w->dir = test_tmpdir();
	dir = dd_path(w->dir, "log");
	options.dir = dir;
	assert_int_equal(dd_eventlog_open(&options, &w->log, NULL), 0);
	free(dir);
	how.log = w->log;
	log_pages_init(&w->pages, &how);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	log_pages_fini(&w->pages);
	dd_eventlog_close(w->log);
	test_tmpdir_end(w->dir);
	free(w);
	return 0;
}

static void check_record(struct world *w, const struct log_page *page, uint64_t sequence)
{
	const struct log_page_frame *frame = log_page_frame(page, sequence);
	struct dd_position at;
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t chain[DD_HASH_LEN];

	dd_frame_iter(&iter, page->frames.data + frame->at, &frame->info);
	while (dd_frame_next(&iter, &record) && record.sequence < sequence)
		;
	assert_int_equal(record.sequence, sequence);
	assert_int_equal(fx_check_record(&record), 0);
	assert_int_equal(log_page_facts(page, sequence)->subject, sequence);
	assert_int_equal(dd_eventlog_position(w->log, sequence, &at, NULL), 0);
	assert_memory_equal(log_page_chain(page, sequence), at.chain, DD_HASH_LEN);
	memcpy(chain, log_page_chain_before(page, sequence), DD_HASH_LEN);
	dd_chain_next(chain, log_page_leaf(page, sequence), chain);
	assert_memory_equal(chain, at.chain, DD_HASH_LEN);
}

/* All that follows `after` is there, and one of `step` is looked at; returns the last record. */
static uint64_t check_each(struct world *w, uint64_t after, uint64_t step)
{
	const struct log_page *page = NULL;

	for (;;) {
		assert_int_equal(log_pages_get(&w->pages, after, &page, NULL), 0);
		if (page == NULL)
			return after;
		assert_in_range(after + 1, page->first, page->last);
		for (uint64_t i = after + 1; i <= page->last; i += step)
			check_record(w, page, i);
		after = page->last;
	}
}

static uint64_t check_all(struct world *w, uint64_t after)
{
	return check_each(w, after, 1);
}

static void each_record_is_looked_at_once_whoever_reads(void **state)
{
	struct world *w = *state;

	assert_int_equal(fx_append_ok(w->log, 200, 3), 0);
	for (uint64_t after = 0; after < 600; after += 7)
		assert_int_equal(check_all(w, after), 600);
	assert_int_equal(w->looks, 600);
}

static void at_the_head_a_page_grows(void **state)
{
	struct world *w = *state;

	for (uint64_t i = 1; i <= 50; i++) {
		assert_int_equal(fx_append_ok(w->log, 1, 2), 0);
		assert_int_equal(check_all(w, 2 * (i - 1)), 2 * i);
	}
	assert_int_equal(check_all(w, 0), 100);
	assert_int_equal(w->looks, 100);
}

static void a_page_holds_one_incarnation(void **state)
{
	struct world *w = *state;
	const struct log_page *page;

	assert_int_equal(fx_append_ok(w->log, 3, 2), 0);
	dd_eventlog_set_incarnation(w->log, 2);
	assert_int_equal(fx_append_ok(w->log, 3, 2), 0);
	assert_int_equal(check_all(w, 0), 12);
	assert_int_equal(log_pages_get(&w->pages, 0, &page, NULL), 0);
	assert_int_equal(page->last, 6);
	assert_int_equal(log_pages_get(&w->pages, 6, &page, NULL), 0);
	assert_int_equal(page->first, 7);
}

static void what_is_kept_is_bounded_and_what_is_used_stays(void **state)
{
	struct world *w = *state;
	size_t bytes = 0;
	uint64_t looks;

	assert_int_equal(fx_append_ok(w->log, 60, 3000), 0); /* half a mebibyte each */
	assert_int_equal(check_each(w, 0, 1500), 180000);
	for (size_t i = 0; i < LOG_PAGES; i++) {
		const struct log_page *page = &w->pages.pages[i];

		bytes += page->frames.cap + page->places.cap + page->leaves.cap + page->chains.cap +
			 page->facts.cap;
	}
	assert_true(bytes <= LOG_PAGES_BYTES);
	looks = w->looks;
	assert_int_equal(check_each(w, 177000, 1500), 180000);
	assert_int_equal(w->looks, looks);
	assert_int_equal(check_each(w, 0, 1500), 180000); /* what had to go comes again */
}

static void words_that_were_destroyed_are_not_handed_out_from_memory(void **state)
{
	const struct dd_redact gone = {.sequence = 20};
	struct world *w = *state;
	const struct log_page *page;
	const struct log_page_frame *frame;
	struct dd_frame_iter iter;
	struct dd_record record = {.sequence = 0};
	uint8_t chain[DD_HASH_LEN];
	uint32_t generation;

	assert_int_equal(fx_append_ok(w->log, 10, 3), 0);
	assert_int_equal(check_all(w, 0), 30);
	assert_int_equal(log_pages_get(&w->pages, 19, &page, NULL), 0);
	memcpy(chain, log_page_chain(page, 20), DD_HASH_LEN);
	assert_int_equal(dd_eventlog_redact(w->log, &gone, 1, &generation, NULL), 0);
	assert_int_equal(log_pages_get(&w->pages, 19, &page, NULL), 0);
	frame = log_page_frame(page, 20);
	dd_frame_iter(&iter, page->frames.data + frame->at, &frame->info);
	while (record.sequence < 20 && dd_frame_next(&iter, &record))
		;
	assert_int_equal(record.kind, DD_RECORD_REDACTED);
	assert_memory_equal(log_page_chain(page, 20), chain, DD_HASH_LEN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_record_is_looked_at_once_whoever_reads),
		TEST(at_the_head_a_page_grows),
		TEST(a_page_holds_one_incarnation),
		TEST(what_is_kept_is_bounded_and_what_is_used_stays),
		TEST(words_that_were_destroyed_are_not_handed_out_from_memory),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
