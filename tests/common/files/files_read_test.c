/* dd_files_read_test.c - whole files: looked at, read in pieces, removed. */
#include "common/base/alloc.h"
#include "common/files/files.h"
#include "tests/support/harness.h"
#include "tests/support/put_file.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

#define LEN ((size_t)1000)

struct shelf {
	char *dir;
	struct dd_files *files;
	uint8_t content[LEN];
	uint8_t hash[DD_HASH_LEN];
	struct dd_error err;
};

static int set_up(void **state)
{
	struct shelf *shelf = dd_alloc(sizeof(*shelf));

	dd_id_start();
	shelf->dir = test_tmpdir();
	memset(shelf->content, 'a', LEN);
	memcpy(shelf->content, "%PDF-1.7", 8);
	for (size_t i = 8; i < LEN; i += 7)
		shelf->content[i] = (uint8_t)i;
	dd_hash(shelf->content, LEN, shelf->hash);
	assert_int_equal(dd_files_open(shelf->dir, &shelf->files, &shelf->err), 0);
	*state = shelf;
	return 0;
}

static int tear_down(void **state)
{
	struct shelf *shelf = *state;

	dd_files_close(shelf->files);
	test_tmpdir_end(shelf->dir);
	free(shelf);
	return 0;
}

static void put(struct shelf *shelf)
{
	struct dd_files_chunk chunk = {shelf->hash, LEN, 0, shelf->content, LEN};
	uint64_t stored;
	bool complete;

	assert_int_equal(test_put_file(shelf->files, &chunk, &stored, &complete, &shelf->err), 0);
	assert_true(complete);
}

static void a_file_is_what_its_content_says(void **state)
{
	struct shelf *shelf = *state;
	struct dd_files_look look;

	assert_int_equal(dd_files_look(shelf->files, shelf->hash, &look, &shelf->err),
			 DD_ERR_NOT_FOUND);
	put(shelf);
	assert_int_equal(dd_files_look(shelf->files, shelf->hash, &look, &shelf->err), 0);
	assert_int_equal(look.size, LEN);
	assert_true(look.type.taken);
	assert_string_equal(look.type.type, "application/pdf");
}

static void a_file_is_read_in_pieces(void **state)
{
	struct shelf *shelf = *state;
	struct dd_buf out = {0};
	uint64_t size = 0;

	put(shelf);
	while (out.len < LEN)
		assert_int_equal(dd_files_piece(shelf->files, shelf->hash, out.len, 300, &out,
						&size, &shelf->err),
				 0);
	assert_int_equal(size, LEN);
	assert_memory_equal(out.data, shelf->content, LEN);
	assert_int_equal(
		dd_files_piece(shelf->files, shelf->hash, LEN, 300, &out, &size, &shelf->err), 0);
	assert_int_equal(out.len, LEN);
	assert_int_equal(
		dd_files_piece(shelf->files, shelf->hash, LEN + 1, 300, &out, &size, &shelf->err),
		DD_ERR_INVALID);
	dd_buf_fini(&out);
}

static void a_removed_file_is_gone_and_may_come_again(void **state)
{
	struct shelf *shelf = *state;
	struct dd_files_look look;

	put(shelf);
	assert_int_equal(dd_files_remove(shelf->files, shelf->hash, &shelf->err), 0);
	assert_int_equal(dd_files_look(shelf->files, shelf->hash, &look, &shelf->err),
			 DD_ERR_NOT_FOUND);
	assert_int_equal(dd_files_remove(shelf->files, shelf->hash, &shelf->err), 0);
	put(shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_file_is_what_its_content_says),
		TEST(a_file_is_read_in_pieces),
		TEST(a_removed_file_is_gone_and_may_come_again),
	};

	return cmocka_run_group_tests_name("common.files.files_read", tests, NULL, NULL);
}
