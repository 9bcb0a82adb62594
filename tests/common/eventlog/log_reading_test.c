/* log_reading_test.c - what one answer to a reader holds. */
#include "common/eventlog/log_reading.h"
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/tmpdir.h"

struct world {
	char *dir;
	struct dd_eventlog *log;
	struct dd_log_reading reading;
	struct dd_principal office;
	uint64_t asked;
};

static bool sees_every_tenth(void *arg, const struct dd_principal *who,
			     const struct dd_record *record, const struct dd_log_facts *facts)
{
	(void)facts;
	((struct world *)arg)->asked++;
	return who->cls != DD_PRINCIPAL_OFFICE || record->sequence % 10 == 0;
}

static void open_world(struct world *w)
{
	struct dd_log_server_options how = {.visible = sees_every_tenth, .arg = w};
	struct dd_eventlog_options options = {
		.segment_bytes = 8 << 20, .spares = 1, .inline_commit = true, .create = true};
	char *dir;

	memset(w, 0, sizeof(*w));
	w->dir = test_tmpdir();
	dir = dd_path(w->dir, "log");
	options.dir = dir;
	assert_int_equal(dd_eventlog_open(&options, &w->log, NULL), 0);
	free(dir);
	how.log = w->log;
	dd_log_reading_init(&w->reading, &how);
	w->office.cls = DD_PRINCIPAL_OFFICE;
}

static void close_world(struct world *w)
{
	dd_log_reading_fini(&w->reading);
	dd_eventlog_close(w->log);
	test_tmpdir_end(w->dir);
}

/* Verify what came, and count its records. */
static unsigned follow(const struct dd_buf *frames, struct dd_position *at)
{
	struct dd_frame_info info;
	unsigned visible = 0;

	for (size_t i = 0; i < frames->len; i += info.length) {
		const uint8_t *data = frames->data + i;
		struct dd_frame_iter iter;
		struct dd_record record;

		assert_int_equal(dd_frame_info(data, frames->len - i, &info), 0);
		assert_int_equal(dd_frame_check(data, frames->len - i, &info, NULL), 0);
		if (at->sequence == 0) {
			memcpy(at->log_id, info.log_id, DD_ID_LEN);
			memcpy(at->chain, info.chain_before, DD_HASH_LEN);
		}
		assert_int_equal(info.base, at->sequence + 1);
		assert_int_equal(dd_frame_verify(data, &info, at->chain, NULL, NULL), 0);
		dd_frame_iter(&iter, data, &info);
		while (dd_frame_next(&iter, &record))
			visible += record.kind == DD_RECORD_FULL;
		at->sequence = info.base + info.count - 1;
		at->incarnation = info.incarnation;
	}
	return visible;
}

/* Read to the head in answers of `max_bytes`; returns the bytes that it took. */
static size_t read_to_head(struct world *w, size_t max_bytes, bool compact, unsigned *visible_out)
{
	struct dd_log_want want = {.who = &w->office, .max_bytes = max_bytes, .compact = compact};
	struct dd_position head = dd_eventlog_head(w->log), at = {0}, behind;
	const struct dd_buf *frames;
	size_t total = 0;

	*visible_out = 0;
	while (at.sequence < head.sequence) {
		assert_int_equal(dd_log_reading_check(&w->reading, &at, NULL), 0);
		want.after = at;
		assert_int_equal(dd_log_reading_frames(&w->reading, &want, &frames, &behind, NULL),
				 0);
		assert_true(frames->len > 0 && (frames->len <= max_bytes || frames->len <= 4096));
		*visible_out += follow(frames, &at);
		assert_memory_equal(&at, &behind, sizeof(at));
		total += frames->len;
	}
	assert_memory_equal(at.chain, head.chain, DD_HASH_LEN);
	return total;
}

static void an_answer_to_an_office_fits_however_large_the_frame(void **state)
{
	static const size_t sizes[] = {1, 4096, 5000, 65536, 1 << 20};
	struct world w;

	(void)state;
	open_world(&w);
	assert_int_equal(fx_append_ok(w.log, 1, 6000), 0); /* an import: about a mebibyte */
	assert_int_equal(fx_append_ok(w.log, 50, 2), 0);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (int compact = 0; compact < 2; compact++) {
			unsigned visible;

			w.asked = 0;
			read_to_head(&w, sizes[i], compact, &visible);
			assert_int_equal(visible, 610);
			assert_true(w.asked < 3 * 6100); /* the frame is not gone through anew */
		}
	close_world(&w);
}

static void runs_of_leaves_halve_what_others_work_costs(void **state)
{
	unsigned visible;
	struct world w;
	size_t plain, compact;

	(void)state;
	open_world(&w);
	assert_int_equal(fx_append_ok(w.log, 2000, 1), 0); /* one command at a time */
	plain = read_to_head(&w, 65536, false, &visible);
	compact = read_to_head(&w, 65536, true, &visible);
	assert_int_equal(visible, 200);
	assert_true(compact * 2 < plain);
	close_world(&w);
}

/* Every fiftieth record is the office's, and some that stand side by side. */
static bool is_own(uint64_t sequence)
{
	return sequence % 50 == 0 || sequence % 1000 < 20;
}

static void look(void *arg, const struct dd_record *record, struct dd_log_facts *facts_out)
{
	(void)arg;
	memcpy(facts_out->units[record->sequence % 2], is_own(record->sequence) ? "SYT" : "STC", 4);
}

static bool sees_own(void *arg, const struct dd_principal *who, const struct dd_record *record,
		     const struct dd_log_facts *facts)
{
	((struct world *)arg)->asked++;
	assert_string_equal(facts->units[record->sequence % 2],
			    is_own(record->sequence) ? "SYT" : "STC");
	return strcmp(facts->units[0], who->unit) == 0 || strcmp(facts->units[1], who->unit) == 0;
}

static void what_concerns_others_is_passed_over_at_once_and_verifies(void **state)
{
	static const size_t sizes[] = {4096, 5000, 65536, 1 << 20};
	unsigned own = 0, visible;
	struct world w;

	(void)state;
	open_world(&w);
	memcpy(w.office.unit, "SYT", 4);
	w.reading.visible = sees_own;
	w.reading.pages.look = look;
	assert_int_equal(fx_append_ok(w.log, 2000, 1), 0);
	assert_int_equal(fx_append_ok(w.log, 3, 700), 0);
	dd_eventlog_set_incarnation(w.log, 2);
	assert_int_equal(fx_append_ok(w.log, 300, 3), 0);
	for (uint64_t i = 1; i <= 5000; i++)
		own += is_own(i);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (int compact = 0; compact < 2; compact++) {
			w.asked = 0;
			read_to_head(&w, sizes[i], compact, &visible);
			assert_int_equal(visible, own);
			if (compact)
				assert_true(w.asked < 5000 / 2);
		}
	close_world(&w);
}

static void whoever_sees_all_gets_whole_frames_whatever_he_asks_for(void **state)
{
	struct dd_principal reporting = {.cls = DD_PRINCIPAL_REPORTING};
	struct dd_log_want want = {.who = &reporting, .max_bytes = 100, .compact = true};
	struct dd_position behind;
	const struct dd_buf *frames;
	struct dd_buf ours = {0};
	struct world w;

	(void)state;
	open_world(&w);
	assert_int_equal(fx_append_ok(w.log, 3, 100), 0);
	assert_int_equal(dd_log_reading_frames(&w.reading, &want, &frames, &behind, NULL), 0);
	assert_int_equal(dd_eventlog_read(w.log, 0, 100, &ours, NULL), 0);
	assert_int_equal(behind.sequence, 100);
	assert_int_equal(frames->len, ours.len);
	assert_memory_equal(frames->data, ours.data, ours.len);
	dd_buf_fini(&ours);
	close_world(&w);
}

static void what_is_at_hand_is_read_anew_when_the_head_has_moved(void **state)
{
	struct dd_log_want want = {.max_bytes = 4096};
	struct dd_position behind;
	const struct dd_buf *frames;
	struct world w;

	(void)state;
	open_world(&w);
	want.who = &w.office;
	assert_int_equal(fx_append_ok(w.log, 5, 1), 0);
	assert_int_equal(dd_log_reading_frames(&w.reading, &want, &frames, &behind, NULL), 0);
	assert_int_equal(behind.sequence, 5);
	want.after = behind;
	assert_int_equal(dd_log_reading_frames(&w.reading, &want, &frames, &behind, NULL), 0);
	assert_int_equal(frames->len, 0);
	assert_int_equal(fx_append_ok(w.log, 1, 1), 0);
	assert_int_equal(dd_log_reading_frames(&w.reading, &want, &frames, &behind, NULL), 0);
	assert_int_equal(behind.sequence, 6);
	close_world(&w);
}

static void whoever_is_further_on_gets_nothing_that_he_has(void **state)
{
	struct dd_log_want want = {.max_bytes = 1 << 20};
	struct dd_position behind;
	const struct dd_buf *frames;
	struct dd_frame_info info;
	struct world w;

	(void)state;
	open_world(&w);
	want.who = &w.office;
	w.reading.visible = NULL; /* a server that hides nothing */
	assert_int_equal(fx_append_ok(w.log, 3, 100), 0);
	assert_int_equal(dd_log_reading_frames(&w.reading, &want, &frames, &behind, NULL), 0);
	assert_int_equal(dd_eventlog_position(w.log, 100, &want.after, NULL), 0);
	assert_int_equal(dd_log_reading_frames(&w.reading, &want, &frames, &behind, NULL), 0);
	assert_int_equal(dd_frame_info(frames->data, frames->len, &info), 0);
	assert_int_equal(info.base, 101);
	close_world(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_to_an_office_fits_however_large_the_frame),
		cmocka_unit_test(runs_of_leaves_halve_what_others_work_costs),
		cmocka_unit_test(what_concerns_others_is_passed_over_at_once_and_verifies),
		cmocka_unit_test(whoever_sees_all_gets_whole_frames_whatever_he_asks_for),
		cmocka_unit_test(what_is_at_hand_is_read_anew_when_the_head_has_moved),
		cmocka_unit_test(whoever_is_further_on_gets_nothing_that_he_has),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
