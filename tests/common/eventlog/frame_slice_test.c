/* frame_slice_test.c - what a reader gets who may not see everything, or not all at once. */
#include "common/eventlog/frame_slice.h"
#include "tests/support/harness.h"

#include "common/eventlog/frame_layout.h"
#include "tests/common/eventlog/log_fixture.h"

#define FRAMES 40
#define FIRST  41 /* sequence of the first record */

/* A row of sealed frames, of 1 to 7 records each, and who sees what of it. */
struct row {
	struct dd_buf frames[FRAMES];
	struct dd_position before;
	struct dd_position head;
	uint8_t chains[FRAMES * 8][DD_HASH_LEN]; /* after each record, from FIRST */
	unsigned incarnation_at;                 /* frames from here on are of the next one */
	uint64_t see_every;   /* sequences that it divides are visible; 0 = none, 1 = all */
	uint64_t hidden_from; /* from here on nothing is; 0 = no such place */
	unsigned asked;
};

static void row_open(struct row *row)
{
	memset(row, 0, sizeof(*row));
	memset(row->before.log_id, 9, DD_ID_LEN);
	row->before.incarnation = 3;
	row->before.sequence = FIRST - 1;
	memset(row->before.chain, 7, DD_HASH_LEN);
	row->incarnation_at = FRAMES;
	row->see_every = 1;
	row->head = row->before;
}

static void row_fill(struct row *row)
{
	for (unsigned i = 0; i < FRAMES; i++) {
		unsigned count = 1 + i % 7;
		uint8_t *chains = row->chains[row->head.sequence + 1 - FIRST];

		row->head.incarnation = i < row->incarnation_at ? 3 : 4;
		fx_build(&row->frames[i], &row->head, count);
		dd_frame_seal(&row->frames[i], row->head.chain, NULL, chains);
		row->head.sequence += count;
		memcpy(row->head.chain, chains + (size_t)(count - 1) * DD_HASH_LEN, DD_HASH_LEN);
	}
}

static void row_close(struct row *row)
{
	for (unsigned i = 0; i < FRAMES; i++)
		dd_buf_fini(&row->frames[i]);
}

static bool row_sees(void *arg, const struct dd_record *record)
{
	struct row *row = arg;

	row->asked++;
	if (row->hidden_from != 0 && record->sequence >= row->hidden_from)
		return false;
	return row->see_every != 0 && record->sequence % row->see_every == 0;
}

static bool is_visible(struct row *row, uint64_t sequence)
{
	const struct dd_record record = {.sequence = sequence};

	return row_sees(row, &record);
}

/* The slices of one answer. */
static void answer(struct row *row, struct dd_slicer_options *options,
		   const struct dd_position *after, struct dd_buf *out, struct dd_position *at)
{
	struct dd_frame_info info;
	struct dd_slicer slicer;
	bool more = true;

	options->visible = row_sees;
	options->arg = row;
	dd_buf_clear(out);
	dd_slicer_begin(&slicer, options, after, out);
	for (unsigned i = 0; i < FRAMES && more; i++) {
		const struct dd_buf *frame = &row->frames[i];

		assert_int_equal(dd_frame_info(frame->data, frame->len, &info), 0);
		if (info.base + info.count > slicer.at.sequence + 1)
			assert_int_equal(dd_slicer_add(&slicer, frame->data, &info, &more, NULL),
					 0);
	}
	dd_slicer_end(&slicer);
	*at = slicer.at;
}

/* What a reader knows after it: each slice verified, each record whole or a leaf as it must be. */
static void take(struct row *row, const struct dd_buf *out, struct dd_position *at)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	struct dd_error err;

	for (size_t i = 0; i < out->len; i += info.length) {
		const uint8_t *data = out->data + i;

		assert_int_equal(dd_frame_info(data, out->len - i, &info), 0);
		assert_int_equal(dd_frame_check(data, out->len - i, &info, &err), 0);
		assert_int_equal(info.base, at->sequence + 1);
		assert_memory_equal(info.log_id, row->before.log_id, DD_ID_LEN);
		assert_int_equal(dd_frame_verify(data, &info, at->chain, NULL, &err), 0);
		dd_frame_iter(&iter, data, &info);
		while (dd_frame_next(&iter, &record)) {
			assert_int_equal(record.sequence, ++at->sequence);
			if (is_visible(row, record.sequence))
				assert_int_equal(fx_check_record(&record), 0);
			else
				assert_int_equal(record.kind, DD_RECORD_LEAF);
		}
		at->incarnation = info.incarnation;
		assert_memory_equal(at->chain, row->chains[at->sequence - FIRST], DD_HASH_LEN);
	}
}

/* Read the row to its end; how many bytes that took. */
static size_t read_all(struct row *row, struct dd_slicer_options *options)
{
	struct dd_position at = row->before, said;
	struct dd_buf out = {0};
	size_t total = 0;

	while (at.sequence < row->head.sequence) {
		struct dd_position begun = at;

		answer(row, options, &at, &out, &said);
		take(row, &out, &at);
		assert_true(at.sequence > begun.sequence);
		assert_memory_equal(&at, &said, sizeof(at));
		/* Too large only where it is one record. */
		if (out.len > options->max_bytes)
			assert_int_equal(at.sequence, begun.sequence + 1);
		total += out.len;
	}
	assert_memory_equal(at.chain, row->head.chain, DD_HASH_LEN);
	dd_buf_fini(&out);
	return total;
}

static void every_record_comes_once_and_verified_whatever_the_size_of_an_answer(void **state)
{
	static const size_t sizes[] = {1, 200, 700, 1500, 4096, 100000};
	static const uint64_t seen[] = {0, 1, 2, 3, 9, 25};

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (unsigned j = 0; j < 2 * sizeof(seen) / sizeof(*seen); j++) {
			struct dd_slicer_options options = {.max_bytes = sizes[i],
							    .compact = j % 2};
			struct row row;

			row_open(&row);
			row.see_every = seen[j / 2];
			row.incarnation_at = 17;
			row_fill(&row);
			read_all(&row, &options);
			row_close(&row);
		}
}

static void a_reader_that_sees_all_gets_the_frames_as_they_stand(void **state)
{
	struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .compact = true};
	struct dd_buf out = {0}, all = {0};
	struct dd_position at;
	struct row row;

	(void)state;
	row_open(&row);
	row_fill(&row);
	for (unsigned i = 0; i < FRAMES; i++)
		dd_buf_add(&all, row.frames[i].data, row.frames[i].len);
	answer(&row, &options, &row.before, &out, &at);
	assert_int_equal(out.len, all.len);
	assert_memory_equal(out.data, all.data, all.len);
	assert_int_equal(at.sequence, row.head.sequence);
	row_close(&row);
	dd_buf_fini(&out);
	dd_buf_fini(&all);
}

/* The salt is random: where it is not, nothing of the record is. */
static void assert_gone_or_there(struct row *row, const struct dd_buf *out)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;

	for (unsigned i = 0; i < FRAMES; i++) {
		assert_int_equal(dd_frame_info(row->frames[i].data, row->frames[i].len, &info), 0);
		dd_frame_iter(&iter, row->frames[i].data, &info);
		while (dd_frame_next(&iter, &record)) {
			bool there = memmem(out->data, out->len, record.salt, DD_SALT_LEN) != NULL;

			assert_int_equal(there, is_visible(row, record.sequence));
		}
	}
}

static void what_is_hidden_leaves_no_byte_of_itself(void **state)
{
	(void)state;
	for (int compact = 0; compact < 2; compact++) {
		struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .compact = compact};
		struct dd_buf out = {0};
		struct dd_position at;
		struct row row;

		row_open(&row);
		row.see_every = 5;
		row_fill(&row);
		answer(&row, &options, &row.before, &out, &at);
		assert_gone_or_there(&row, &out);
		row_close(&row);
		dd_buf_fini(&out);
	}
}

static void a_long_time_of_others_work_costs_32_bytes_a_record(void **state)
{
	struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .compact = true};
	struct row row;
	uint64_t records;

	(void)state;
	row_open(&row);
	row.see_every = 0;
	row_fill(&row);
	records = row.head.sequence - row.before.sequence;
	assert_int_equal(read_all(&row, &options), DD_FRAME_HEADER + records * DD_HASH_LEN);
	options.compact = false; /* a reader that does not ask for it never meets it */
	assert_true(read_all(&row, &options) > records * 64);
	row_close(&row);
}

static void a_run_ends_where_the_incarnation_does(void **state)
{
	struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .compact = true};
	struct dd_buf out = {0};
	struct dd_frame_info info;
	struct dd_position at;
	struct row row;

	(void)state;
	row_open(&row);
	row.see_every = 0;
	row.incarnation_at = 20;
	row_fill(&row);
	answer(&row, &options, &row.before, &out, &at);
	assert_int_equal(dd_frame_info(out.data, out.len, &info), 0);
	assert_int_equal(info.incarnation, 3);
	assert_int_equal(info.flags, DD_FRAME_FILTERED | DD_FRAME_RUN);
	assert_int_equal(dd_frame_info(out.data + info.length, out.len - info.length, &info), 0);
	assert_int_equal(info.incarnation, 4);
	assert_int_equal(info.base + info.count - 1, row.head.sequence);
	assert_int_equal(info.record_us, FX_START_US + (int64_t)row.head.sequence * 1000);
	row_close(&row);
	dd_buf_fini(&out);
}

static void each_record_is_asked_about_once_or_twice(void **state)
{
	struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .compact = true};
	struct dd_buf out = {0};
	struct dd_position at;
	struct row row;

	(void)state;
	row_open(&row);
	row.see_every = 3;
	row_fill(&row);
	answer(&row, &options, &row.before, &out, &at);
	assert_true(row.asked <= 2 * (row.head.sequence - row.before.sequence));
	row_close(&row);
	dd_buf_fini(&out);
}

static void a_damaged_run_is_seen(void **state)
{
	struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .compact = true};
	struct dd_buf out = {0};
	struct dd_frame_info info;
	struct dd_position at;
	uint8_t chain[DD_HASH_LEN];
	struct row row;

	(void)state;
	row_open(&row);
	row.see_every = 0;
	row_fill(&row);
	answer(&row, &options, &row.before, &out, &at);
	for (size_t bit = 0; bit < 8 * out.len; bit += 5) {
		int rc;

		out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		rc = dd_frame_info(out.data, out.len, &info);
		if (rc == 0)
			rc = dd_frame_check(out.data, out.len, &info, NULL);
		assert_int_equal(rc, DD_ERR_CORRUPT);
		out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	/* One who forges puts the sums right: then it is the chain that tells. */
	assert_int_equal(dd_frame_info(out.data, out.len, &info), 0);
	out.data[DD_FRAME_HEADER + 40] ^= 1;
	memcpy(chain, info.chain_before, DD_HASH_LEN);
	assert_int_equal(dd_frame_verify(out.data, &info, chain, NULL, NULL), DD_ERR_CORRUPT);
	row_close(&row);
	dd_buf_fini(&out);
}

static void a_frame_that_does_not_follow_is_refused(void **state)
{
	struct dd_slicer_options options = {.max_bytes = SIZE_MAX, .visible = row_sees};
	struct dd_position other;
	struct dd_frame_info info;
	struct dd_slicer slicer;
	struct dd_buf out = {0};
	struct row row;
	bool more;

	(void)state;
	row_open(&row);
	row_fill(&row);
	options.arg = &row;
	assert_int_equal(dd_frame_info(row.frames[1].data, row.frames[1].len, &info), 0);
	dd_slicer_begin(&slicer, &options, &row.before, &out); /* the first is missing */
	assert_int_equal(dd_slicer_add(&slicer, row.frames[1].data, &info, &more, NULL),
			 DD_ERR_CORRUPT);
	assert_int_equal(dd_frame_info(row.frames[0].data, row.frames[0].len, &info), 0);
	other = row.before; /* another history */
	other.chain[0] ^= 1;
	dd_slicer_begin(&slicer, &options, &other, &out);
	assert_int_equal(dd_slicer_add(&slicer, row.frames[0].data, &info, &more, NULL),
			 DD_ERR_CORRUPT);
	assert_int_equal(out.len, 0);
	row_close(&row);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_record_comes_once_and_verified_whatever_the_size_of_an_answer),
		cmocka_unit_test(a_reader_that_sees_all_gets_the_frames_as_they_stand),
		cmocka_unit_test(what_is_hidden_leaves_no_byte_of_itself),
		cmocka_unit_test(a_long_time_of_others_work_costs_32_bytes_a_record),
		cmocka_unit_test(a_run_ends_where_the_incarnation_does),
		cmocka_unit_test(each_record_is_asked_about_once_or_twice),
		cmocka_unit_test(a_damaged_run_is_seen),
		cmocka_unit_test(a_frame_that_does_not_follow_is_refused),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
