/* segment_recover_test.c - what an opening forgives and what it refuses, place by place. The log
 * has no checkpoint here, as if it had been killed before the first one: the segments alone decide.
 */
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/segment.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/tmpdir.h"

#define SMALL ((uint64_t)64 << 10)

static char *root;

/* Flushes do nothing: no power is lost here, and thousands of logs are opened. */
static int no_flush(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	return 0;
}

static int setup(void **state)
{
	static struct dd_sys table;

	(void)state;
	table = *dd_sys_real();
	table.fdatasync = no_flush;
	table.fsync = no_flush;
	dd_sys_set(&table);
	root = test_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(root);
	dd_sys_set(NULL);
	return 0;
}

/* The bytes of a log's segments, and where the frames of the last one lie. */
struct image {
	uint8_t *segment[4]; /* owned, SMALL bytes each */
	uint64_t base[4];
	size_t count;
	uint64_t tail, last_frame, middle_frame; /* offsets in the last segment */
	struct dd_position head, before_last;
};

static char *in(const char *dir, uint64_t base)
{
	char name[DD_SEGMENT_NAME];

	return dd_path(dir, dd_segment_name(base, ".seg", name));
}

static void find_frames(struct image *image)
{
	const uint8_t *data = image->segment[image->count - 1];
	struct dd_frame_info info;
	unsigned frames = 0;

	for (uint64_t at = DD_SEGMENT_HEADER; dd_frame_info(data + at, SMALL - at, &info) == 0;
	     at += info.length) {
		image->last_frame = at;
		if (++frames == 2)
			image->middle_frame = at;
		image->tail = at + info.length;
	}
}

static void make(struct image *image, unsigned frames, unsigned records)
{
	char *dir = dd_path(root, "made");
	struct dd_eventlog_options options = {
		.dir = dir, .segment_bytes = SMALL, .inline_commit = true, .create = true};
	struct dd_eventlog *log;
	struct dd_error err;
	uint64_t *bases;

	memset(image, 0, sizeof(*image));
	assert_int_equal(dd_eventlog_open(&options, &log, &err), 0);
	assert_int_equal(fx_append_ok(log, frames - 1, records), 0);
	image->before_last = dd_eventlog_head(log);
	assert_int_equal(fx_append(log, records).err, 0);
	image->head = dd_eventlog_head(log);
	dd_eventlog_close(log);
	assert_int_equal(dd_segment_list(dir, &bases, &image->count, &err), 0);
	for (size_t i = 0; i < image->count; i++) {
		char *path = in(dir, bases[i]);
		unsigned long len;

		image->base[i] = bases[i];
		image->segment[i] = (uint8_t *)test_read_file(path, &len);
		assert_int_equal(len, SMALL);
		free(path);
	}
	find_frames(image);
	free(bases);
	test_tmpdir_end(dir);
}

static void image_fini(struct image *image)
{
	for (size_t i = 0; i < image->count; i++)
		free(image->segment[i]);
}

/* A folder with the image's segments, and nothing else. */
static char *put(const struct image *image)
{
	char *dir = dd_path(root, "log");

	assert_int_equal(dd_dir_make(dir, NULL), 0);
	for (size_t i = 0; i < image->count; i++) {
		char *path = in(dir, image->base[i]);

		test_write_file(path, image->segment[i], SMALL);
		free(path);
	}
	return dir;
}

static int open_dir(const char *dir, const struct dd_position *expect, struct dd_eventlog **log_out,
		    struct dd_error *err)
{
	struct dd_eventlog_options options = {
		.dir = dir, .segment_bytes = SMALL, .inline_commit = true};

	if (expect)
		options.expect = *expect;
	return dd_eventlog_open(&options, log_out, err);
}

static void opens_with(const struct image *image, uint64_t sequence, const char *what, uint64_t at)
{
	char *dir = put(image);
	struct dd_eventlog *log = NULL;
	struct dd_error err = {0};

	if (open_dir(dir, NULL, &log, &err) != 0)
		fail_msg("%s at %llu: %s", what, (unsigned long long)at, err.text);
	if (dd_eventlog_head(log).sequence != sequence)
		fail_msg("%s at %llu: head %llu", what, (unsigned long long)at,
			 (unsigned long long)dd_eventlog_head(log).sequence);
	assert_int_equal(fx_check_all(log, &err), 0);
	assert_int_equal(fx_append_ok(log, 2, 2), 0);
	dd_eventlog_close(log);
	if (at % 16 == 0) {
		assert_int_equal(open_dir(dir, NULL, &log, &err), 0);
		assert_int_equal(dd_eventlog_head(log).sequence, sequence + 4);
		assert_int_equal(fx_check_all(log, &err), 0);
		dd_eventlog_close(log);
	}
	test_tmpdir_end(dir);
}

/* Refused, by open and verify, and every byte is as it was. */
static void refused(const struct image *image, const struct dd_position *expect, const char *what,
		    uint64_t at)
{
	char *dir = put(image);
	struct dd_eventlog *log = NULL;
	struct dd_verify_report report;
	struct dd_error err = {0};
	int rc = open_dir(dir, expect, &log, &err);

	if (rc != DD_ERR_CORRUPT)
		fail_msg("%s at %llu: opened with %d", what, (unsigned long long)at, rc);
	assert_non_null(strstr(err.text, "/log"));
	assert_non_null(strstr(err.text, "offset"));
	assert_non_null(strstr(err.text, "sequence"));
	assert_int_equal(dd_eventlog_verify(dir, expect, &report, &err), DD_ERR_CORRUPT);
	for (size_t i = 0; i < image->count; i++) {
		char *path = in(dir, image->base[i]);
		unsigned long len;
		char *now = test_read_file(path, &len);

		assert_int_equal(len, SMALL);
		assert_memory_equal(now, image->segment[i], SMALL);
		free(now);
		free(path);
	}
	test_tmpdir_end(dir);
}

static void a_torn_last_frame_is_blanked_wherever_it_is_torn(void **state)
{
	struct image image;
	uint8_t *data, whole[4096];
	size_t len;

	(void)state;
	make(&image, 3, 1);
	data = image.segment[image.count - 1];
	len = (size_t)(image.tail - image.last_frame);
	memcpy(whole, data + image.last_frame, len);
	for (size_t cut = 0; cut < len; cut++) {
		uint64_t at = image.last_frame + cut;

		data[at] ^= 0x10; /* a flip */
		opens_with(&image, image.before_last.sequence, "flip", at);
		if (cut % 4 != 0) {
			data[at] ^= 0x10;
			continue;
		}
		memset(data + at, 0, len - cut); /* only the first bytes arrived */
		if (memcmp(data + image.last_frame, whole, len) != 0)
			opens_with(&image, image.before_last.sequence, "cut", at);
		memcpy(data + image.last_frame, whole, len);
		memset(data + image.last_frame, 0, cut); /* only the last bytes arrived */
		if (cut > 0)
			opens_with(&image, image.before_last.sequence, "head lost", at);
		memcpy(data + image.last_frame, whole, len);
	}
	image_fini(&image);
}

static void a_cursor_behind_a_torn_frame_makes_it_damage(void **state)
{
	struct image image;
	uint8_t *data;

	(void)state;
	make(&image, 3, 2);
	data = image.segment[image.count - 1];
	data[image.last_frame + 40] ^= 1;
	refused(&image, &image.head, "flip", image.last_frame + 40);
	memset(data + image.last_frame, 0, (size_t)(image.tail - image.last_frame));
	refused(&image, &image.head, "all of the frame lost", image.last_frame);
	opens_with(&image, image.before_last.sequence, "nobody knew of it", image.last_frame);
	image_fini(&image);
}

static void damage_before_the_last_frame_is_refused(void **state)
{
	struct image image;
	uint8_t *data, whole[4096];
	size_t len;

	(void)state;
	make(&image, 4, 1);
	data = image.segment[image.count - 1];
	len = (size_t)(image.last_frame - image.middle_frame);
	memcpy(whole, data + image.middle_frame, len);
	for (size_t i = 0; i < len; i++) {
		uint64_t at = image.middle_frame + i;

		data[at] ^= 0x04;
		refused(&image, NULL, "flip", at);
		data[at] ^= 0x04;
	}
	memset(data + image.middle_frame, 0, len);
	refused(&image, NULL, "a frame of zeros", image.middle_frame);
	memcpy(data + image.middle_frame, whole, len);
	for (size_t at = 0; at < DD_SEGMENT_HEADER; at += 31) {
		data[at] ^= 0x80;
		refused(&image, NULL, "header of the segment", at);
		data[at] ^= 0x80;
	}
	image_fini(&image);
}

static void misplaced_frames_are_refused(void **state)
{
	struct image image;
	uint8_t *data, whole[4096];
	size_t len;

	(void)state;
	make(&image, 4, 1);
	data = image.segment[image.count - 1];
	len = (size_t)(image.tail - image.last_frame);
	memcpy(whole, data + image.last_frame, len);
	memset(data + image.last_frame, 0, len);
	memcpy(data + image.last_frame + 4096, whole, len);
	refused(&image, NULL, "the last frame too far behind", image.last_frame);
	memset(data + image.last_frame + 4096, 0, len);
	memcpy(data + image.last_frame, data + image.middle_frame, len);
	refused(&image, NULL, "an older frame over the last one", image.last_frame);
	memcpy(data + image.last_frame, whole, len);
	data[SMALL - 1] = 1; /* more than the frame that was written can reach */
	refused(&image, NULL, "a byte at the end of the segment", image.tail);
	image_fini(&image);
}

static void full_segments_must_fit_together(void **state)
{
	struct image image, other;
	uint8_t *segment;

	(void)state;
	make(&image, 60, 12);
	assert_true(image.count >= 3);
	opens_with(&image, image.head.sequence, "whole", 0);
	image.segment[0][DD_SEGMENT_HEADER + 300] ^= 1;
	refused(&image, NULL, "flip in a full segment", 0); /* no index: it is scanned */
	image.segment[0][DD_SEGMENT_HEADER + 300] ^= 1;
	make(&other, 60, 12);
	segment = image.segment[1];
	image.segment[1] = other.segment[1];
	refused(&image, NULL, "a segment of another log", 0);
	image.segment[1] = segment;
	image_fini(&other);
	memmove(image.segment + 1, image.segment + 2, (image.count - 2) * sizeof(*image.segment));
	memmove(image.base + 1, image.base + 2, (image.count - 2) * sizeof(*image.base));
	image.count--;
	refused(&image, NULL, "a missing segment", 0);
	free(segment);
	image_fini(&image);
}

static void a_missing_or_bad_index_is_made_again(void **state)
{
	struct image image;
	struct dd_eventlog *log;
	struct dd_error err;
	char *dir, *path;
	char *good, *again;
	unsigned long good_len, again_len;

	(void)state;
	make(&image, 60, 12);
	dir = put(&image);
	path = dd_path(dir, "00000000000000000001.idx");
	assert_int_equal(open_dir(dir, NULL, &log, &err), 0);
	dd_eventlog_close(log);
	good = test_read_file(path, &good_len);
	assert_non_null(good);
	for (size_t i = 0; i < good_len; i += 5) {
		good[i] ^= 2;
		test_write_file(path, good, good_len);
		good[i] ^= 2;
		assert_int_equal(open_dir(dir, NULL, &log, &err), 0);
		assert_int_equal(fx_check_all(log, &err), 0);
		dd_eventlog_close(log);
		again = test_read_file(path, &again_len);
		assert_int_equal(again_len, good_len);
		assert_memory_equal(again, good, good_len);
		free(again);
	}
	free(good);
	free(path);
	test_tmpdir_end(dir);
	image_fini(&image);
}

static void a_reader_changes_nothing(void **state)
{
	struct image image;
	struct dd_eventlog_options options = {.read_only = true, .segment_bytes = SMALL};
	struct dd_eventlog *log;
	struct dd_error err;
	char *dir, *path, *now;
	unsigned long len;

	(void)state;
	make(&image, 3, 2);
	image.segment[0][image.last_frame + 150] ^= 1;
	dir = put(&image);
	options.dir = dir;
	assert_int_equal(dd_eventlog_open(&options, &log, &err), 0);
	assert_int_equal(dd_eventlog_head(log).sequence, image.before_last.sequence);
	dd_eventlog_close(log);
	path = in(dir, 1);
	now = test_read_file(path, &len);
	assert_memory_equal(now, image.segment[0], SMALL);
	free(now);
	free(path);
	path = dd_path(dir, "checkpoint");
	assert_null(test_read_file(path, &len));
	free(path);
	test_tmpdir_end(dir);
	image_fini(&image);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(a_torn_last_frame_is_blanked_wherever_it_is_torn),
		TEST(a_cursor_behind_a_torn_frame_makes_it_damage),
		TEST(damage_before_the_last_frame_is_refused),
		TEST(misplaced_frames_are_refused),
		TEST(full_segments_must_fit_together),
		TEST(a_missing_or_bad_index_is_made_again),
		TEST(a_reader_changes_nothing),
	};

	dd_id_start();
	dd_log_start("test", DD_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
