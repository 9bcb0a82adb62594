/* segment_test.c - headers, names and reading of segment files. */
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

static struct dd_segment_header some_header(void)
{
	struct dd_segment_header header = {.base = 17,
					   .generation = 1,
					   .incarnation = 2,
					   .size = DD_SEGMENT_MIN,
					   .record_us = 1790000000000000};

	memset(header.log_id, 1, DD_ID_LEN);
	memset(header.chain, 2, DD_HASH_LEN);
	memset(header.previous_root, 3, DD_HASH_LEN);
	return header;
}

static void a_header_comes_back(void **state)
{
	struct dd_segment_header header = some_header(), back;
	uint8_t data[DD_SEGMENT_HEADER];

	(void)state;
	dd_segment_header_put(&header, data);
	memset(&back, 0, sizeof(back));
	assert_int_equal(dd_segment_header_get(data, &back, NULL), 0);
	assert_int_equal(back.base, 17);
	assert_int_equal(back.generation, 1);
	assert_int_equal(back.incarnation, 2);
	assert_int_equal(back.size, DD_SEGMENT_MIN);
	assert_int_equal(back.record_us, 1790000000000000);
	assert_memory_equal(back.log_id, header.log_id, DD_ID_LEN);
	assert_memory_equal(back.chain, header.chain, DD_HASH_LEN);
	assert_memory_equal(back.previous_root, header.previous_root, DD_HASH_LEN);
	for (size_t bit = 0; bit < 8 * sizeof(data); bit++) {
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(dd_segment_header_get(data, &back, NULL), DD_ERR_CORRUPT);
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void a_later_version_and_impossible_values_are_told_apart(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		int code;
	} cases[] = {
		{8, 2, DD_ERR_UNSUPPORTED}, {32, 0, DD_ERR_CORRUPT}, /* base 0 */
		{48, 1, DD_ERR_CORRUPT},                             /* size no multiple of 4096 */
		{50, 0, DD_ERR_CORRUPT},                             /* size 0 */
		{54, 1, DD_ERR_CORRUPT},                             /* size beyond any */
	};
	struct dd_segment_header header = some_header(), back;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t data[DD_SEGMENT_HEADER];

		dd_segment_header_put(&header, data);
		data[cases[i].at] = cases[i].value;
		dd_put_u32(data + sizeof(data) - 4, dd_crc32c(0, data, sizeof(data) - 4));
		assert_int_equal(dd_segment_header_get(data, &back, NULL), cases[i].code);
	}
}

static void names_are_exact(void **state)
{
	static const struct {
		const char *name;
		uint64_t base;
	} cases[] = {
		{"00000000000000000001.seg", 1},
		{"09223372036854775807.seg", INT64_MAX},
		{"00000000000000000000.seg", 0},
		{"99999999999999999999.seg", 0},
		{"00000000000000000001.idx", 0},
		{"00000000000000000001.seg.new-1", 0},
		{"0000000000000000001.seg", 0},
		{"spare-1", 0},
		{"", 0},
	};
	char name[DD_SEGMENT_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(dd_segment_base(cases[i].name, ".seg"), cases[i].base);
	assert_string_equal(dd_segment_name(42, ".idx", name), "00000000000000000042.idx");
	assert_int_equal(dd_segment_base(name, ".idx"), 42);
}

static void segments_are_listed_in_order(void **state)
{
	static const char *const names[] = {"00000000000000000030.seg", "LOCK",
					    "00000000000000000001.seg", "00000000000000000001.idx",
					    "00000000000000000200.seg", "spare-3"};
	char *dir = test_tmpdir();
	uint64_t *bases;
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = dd_path(dir, names[i]);

		test_write_file(path, "x", 1);
		free(path);
	}
	assert_int_equal(dd_segment_list(dir, &bases, &count, NULL), 0);
	assert_int_equal(count, 3);
	assert_int_equal(bases[0], 1);
	assert_int_equal(bases[1], 30);
	assert_int_equal(bases[2], 200);
	free(bases);
	test_tmpdir_end(dir);
	assert_int_equal(dd_segment_list("/nowhere/at/all", &bases, &count, NULL),
			 DD_ERR_NOT_FOUND);
}

static void a_file_must_be_what_its_name_and_header_say(void **state)
{
	struct dd_segment_header header = some_header();
	struct dd_segment_file file;
	char *dir = test_tmpdir();
	char *path = dd_path(dir, "00000000000000000017.seg");
	char *other = dd_path(dir, "00000000000000000018.seg");
	uint8_t *data = calloc(1, DD_SEGMENT_MIN + 4096);
	const uint8_t *seen;
	uint64_t used;

	(void)state;
	dd_segment_header_put(&header, data);
	data[50000] = 9;
	test_write_file(path, data, DD_SEGMENT_MIN);
	assert_int_equal(dd_segment_open(&file, dir, 17, false, NULL), 0);
	assert_int_equal(dd_segment_look(&file, 49999, 3, &seen, NULL), 0);
	assert_memory_equal(seen, data + 49999, 3);
	assert_int_equal(dd_segment_used(&file, 4096, &used, NULL), 0);
	assert_int_equal(used, 50001);
	assert_int_equal(dd_segment_used(&file, 50001, &used, NULL), 0);
	assert_int_equal(used, 50001);
	dd_segment_close(&file);
	dd_segment_close(&file);
	test_write_file(path, data, DD_SEGMENT_MIN - 1);
	assert_int_equal(dd_segment_open(&file, dir, 17, false, NULL), DD_ERR_CORRUPT);
	test_write_file(path, data, DD_SEGMENT_MIN + 4096);
	assert_int_equal(dd_segment_open(&file, dir, 17, false, NULL), DD_ERR_CORRUPT);
	test_write_file(other, data, DD_SEGMENT_MIN);
	assert_int_equal(dd_segment_open(&file, dir, 18, false, NULL), DD_ERR_CORRUPT);
	assert_int_equal(dd_segment_open(&file, dir, 19, false, NULL), DD_ERR_IO);
	free(data);
	free(path);
	free(other);
	test_tmpdir_end(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_comes_back),
		cmocka_unit_test(a_later_version_and_impossible_values_are_told_apart),
		cmocka_unit_test(names_are_exact),
		cmocka_unit_test(segments_are_listed_in_order),
		cmocka_unit_test(a_file_must_be_what_its_name_and_header_say),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
