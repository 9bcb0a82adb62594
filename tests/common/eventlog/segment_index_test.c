/* segment_index_test.c - the sparse index: look-ups against a plain search, and its file. */
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/eventlog/segment_index.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

#define FRAMES 3000

/* Frames of 1..5 records and 1..9 KiB; every fourth has the time of the one before. */
static void fill(struct dd_segment_index *index, struct dd_index_entry *frames)
{
	uint64_t base = 100, offset = DD_SEGMENT_HEADER;
	int64_t us = 1000;

	memset(index, 0, sizeof(*index));
	index->base = base;
	for (size_t i = 0; i < FRAMES; i++) {
		frames[i] = (struct dd_index_entry){base, us, offset};
		dd_segment_index_add(index, base, us, offset);
		base += 1 + i % 5;
		offset += 1024 * (1 + i * 7 % 9);
		us += i % 4 ? 10 : 0;
	}
	index->last.sequence = base - 1;
	index->record_us = us;
	index->end = offset;
}

static void look_ups_lead_close_before_the_frame(void **state)
{
	static struct dd_index_entry frames[FRAMES];
	struct dd_segment_index index;

	(void)state;
	fill(&index, frames);
	assert_true(index.count > 100 && index.count < FRAMES);
	assert_null(dd_segment_index_find(&index, 99));
	assert_null(dd_segment_index_find_time(&index, 999));
	for (size_t i = 0; i < FRAMES; i++) {
		const struct dd_index_entry *found = dd_segment_index_find(&index, frames[i].base);

		assert_non_null(found);
		assert_true(found->base <= frames[i].base);
		assert_true(frames[i].offset - found->offset < DD_INDEX_EVERY + 9 * 1024);
		found = dd_segment_index_find_time(&index, frames[i].record_us);
		assert_non_null(found);
		assert_true(found->record_us <= frames[i].record_us);
	}
	dd_segment_index_fini(&index);
}

static void the_file_holds_all_of_it(void **state)
{
	static struct dd_index_entry frames[FRAMES];
	struct dd_segment_index index, back;
	char *dir = test_tmpdir();
	char *path = dd_path(dir, "00000000000000000100.idx");
	unsigned long len;
	char *data;

	(void)state;
	fill(&index, frames);
	memset(index.root, 4, DD_HASH_LEN);
	memset(index.last.chain, 5, DD_HASH_LEN);
	memset(index.last.log_id, 6, DD_ID_LEN);
	index.last.incarnation = 7;
	index.generation = 8;
	assert_int_equal(dd_segment_index_read(dir, 100, &back, NULL), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_segment_index_write(dir, &index, NULL), 0);
	assert_int_equal(dd_segment_index_read(dir, 100, &back, NULL), 0);
	assert_int_equal(back.count, index.count);
	for (size_t i = 0; i < back.count; i++) {
		assert_int_equal(back.entries[i].base, index.entries[i].base);
		assert_int_equal(back.entries[i].record_us, index.entries[i].record_us);
		assert_int_equal(back.entries[i].offset, index.entries[i].offset);
	}
	assert_memory_equal(back.root, index.root, DD_HASH_LEN);
	assert_memory_equal(back.last.chain, index.last.chain, DD_HASH_LEN);
	assert_memory_equal(back.last.log_id, index.last.log_id, DD_ID_LEN);
	assert_int_equal(back.last.sequence, index.last.sequence);
	assert_int_equal(back.last.incarnation, 7);
	assert_int_equal(back.generation, 8);
	assert_int_equal(back.end, index.end);
	assert_int_equal(back.record_us, index.record_us);
	dd_segment_index_fini(&back);
	data = test_read_file(path, &len);
	for (size_t i = 0; i < len; i += 37) {
		data[i] ^= 1;
		test_write_file(path, data, len);
		data[i] ^= 1;
		assert_int_equal(dd_segment_index_read(dir, 100, &back, NULL), DD_ERR_CORRUPT);
	}
	for (size_t cut = 0; cut < 200; cut++) {
		test_write_file(path, data, cut);
		assert_int_equal(dd_segment_index_read(dir, 100, &back, NULL), DD_ERR_CORRUPT);
	}
	free(data);
	free(path);
	dd_segment_index_fini(&index);
	test_tmpdir_end(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(look_ups_lead_close_before_the_frame),
		cmocka_unit_test(the_file_holds_all_of_it),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
