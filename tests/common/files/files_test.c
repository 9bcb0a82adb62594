/* files_test.c - uploads: pieces, faults and ends of the process at every step. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/files/files.h"
#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/put_file.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONTENT_LEN ((size_t)1000)
#define HEX_LEN     (2 * (size_t)DD_HASH_LEN)
#define PIECE       ((size_t)300)

struct upload {
	char *top;
	char *dir;
	char *incoming;
	struct dd_files *files;
	uint8_t content[CONTENT_LEN];
	uint8_t hash[DD_HASH_LEN];
	struct dd_error err;
	uint64_t stored;
	bool complete;
};

static int set_up(void **state)
{
	struct upload *up = calloc(1, sizeof(*up));

	dd_id_start();
	assert_non_null(up);
	up->top = test_tmpdir();
	up->dir = dd_path(up->top, "files");
	up->incoming = dd_path(up->dir, "incoming");
	for (size_t i = 0; i < CONTENT_LEN; i++)
		up->content[i] = (uint8_t)(i * 7 % 251);
	dd_hash(up->content, CONTENT_LEN, up->hash);
	assert_int_equal(dd_files_open(up->dir, &up->files, &up->err), 0);
	*state = up;
	return 0;
}

static int tear_down(void **state)
{
	struct upload *up = *state;

	dd_files_close(up->files);
	test_tmpdir_end(up->top);
	free(up->incoming);
	free(up->dir);
	free(up);
	return 0;
}

static void reopen(struct upload *up)
{
	dd_files_close(up->files);
	up->files = NULL;
	assert_int_equal(dd_files_open(up->dir, &up->files, &up->err), 0);
}

static int put(struct upload *up, uint64_t offset, size_t len)
{
	struct dd_files_chunk chunk = {
		.hash = up->hash,
		.size = CONTENT_LEN,
		.offset = offset,
		.data = up->content + offset,
		.len = len,
	};

	return test_put_file(up->files, &chunk, &up->stored, &up->complete, &up->err);
}

/* As a client does: go on from what is told until the file is whole. */
static int put_rest(struct upload *up)
{
	uint64_t at = 0;
	int rc;

	do {
		size_t left = CONTENT_LEN - (size_t)at;

		rc = put(up, at, left < PIECE ? left : PIECE);
		at = up->stored;
	} while (rc == 0 && !up->complete);
	return rc;
}

static void assert_whole(struct upload *up)
{
	struct dd_buf out = {0};

	assert_int_equal(dd_files_read(up->files, up->hash, &out, &up->err), 0);
	assert_int_equal(out.len, CONTENT_LEN);
	assert_memory_equal(out.data, up->content, CONTENT_LEN);
	dd_buf_fini(&out);
}

static char *path_in(const struct upload *up, const char *ending)
{
	char name[HEX_LEN + 8];

	dd_hex(up->hash, DD_HASH_LEN, name);
	(void)snprintf(name + HEX_LEN, 8, "%s", ending);
	return dd_path(*ending ? up->incoming : up->dir, name);
}

static bool is_there(const struct upload *up, const char *ending)
{
	char *path = path_in(up, ending);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static void a_file_that_came_in_pieces_is_read_back_whole(void **state)
{
	struct upload *up = *state;

	assert_int_equal(put(up, 0, PIECE), 0);
	assert_int_equal(up->stored, PIECE);
	assert_false(up->complete);
	assert_true(is_there(up, ".part"));
	assert_false(is_there(up, ""));
	assert_int_equal(put_rest(up), 0);
	assert_true(up->complete);
	assert_int_equal(up->stored, CONTENT_LEN);
	assert_false(is_there(up, ".part"));
	assert_whole(up);
}

static void a_repeated_chunk_is_answered_with_what_is_stored(void **state)
{
	struct upload *up = *state;

	assert_int_equal(put(up, 0, PIECE), 0);
	assert_int_equal(put(up, 0, PIECE), 0);
	assert_int_equal(up->stored, PIECE);
	assert_int_equal(put(up, 100, 2 * PIECE),
			 0); /* reaches over: not taken, told where to go on */
	assert_int_equal(up->stored, PIECE);
	assert_int_equal(put_rest(up), 0);
	assert_int_equal(put(up, 0, PIECE), 0); /* long whole */
	assert_true(up->complete);
	assert_int_equal(up->stored, CONTENT_LEN);
	assert_whole(up);
}

static void a_chunk_ahead_of_what_is_stored_is_told_where_to_go_on(void **state)
{
	struct upload *up = *state;

	assert_int_equal(put(up, 300, PIECE), DD_ERR_CONFLICT);
	assert_int_equal(up->stored, 0);
	assert_int_equal(put(up, 0, PIECE), 0);
	assert_int_equal(put(up, 400, PIECE), DD_ERR_CONFLICT);
	assert_int_equal(up->stored, PIECE);
	assert_int_equal(put_rest(up), 0);
	assert_whole(up);
}

static void an_upload_goes_on_after_the_store_was_opened_again(void **state)
{
	struct upload *up = *state;

	assert_int_equal(put(up, 0, PIECE), 0);
	reopen(up);
	assert_int_equal(put(up, PIECE, PIECE), 0);
	assert_int_equal(up->stored, 2 * PIECE);
	reopen(up);
	assert_int_equal(put_rest(up), 0);
	reopen(up);
	assert_whole(up);
}

static void bytes_with_another_hash_never_become_a_file(void **state)
{
	struct upload *up = *state;
	struct dd_buf out = {0};

	up->content[500] ^= 1;
	assert_int_equal(put_rest(up), DD_ERR_INVALID);
	assert_false(up->complete);
	assert_int_equal(up->stored, 0);
	assert_false(is_there(up, ".part"));
	assert_int_equal(dd_files_read(up->files, up->hash, &out, &up->err), DD_ERR_NOT_FOUND);
	up->content[500] ^= 1;
	assert_int_equal(put_rest(up), 0); /* begun again it arrives */
	assert_whole(up);
}

static void a_part_longer_than_the_size_now_told_begins_again(void **state)
{
	struct upload *up = *state;
	struct dd_files_chunk liar = {up->hash, 5000, 0, up->content, CONTENT_LEN};

	assert_int_equal(test_put_file(up->files, &liar, &up->stored, &up->complete, &up->err), 0);
	liar.offset = CONTENT_LEN;
	assert_int_equal(test_put_file(up->files, &liar, &up->stored, &up->complete, &up->err), 0);
	assert_int_equal(up->stored, 2 * CONTENT_LEN);
	assert_int_equal(put_rest(up), 0);
	assert_whole(up);
}

static void sizes_out_of_bounds_are_refused_and_leave_nothing(void **state)
{
	struct upload *up = *state;
	const struct {
		uint64_t size, offset;
		size_t len;
	} cases[] = {
		{0, 0, 0},
		{DD_FILES_SIZE_MAX + 1u, 0, 10},
		{UINT64_MAX, 0, 10},
		{100, 0, 101},
		{100, 101, 0},
		{100, UINT64_MAX, 10},
		{1u << 20, 0, DD_FILES_CHUNK_MAX + 1u},
	};
	uint8_t *data = calloc(1, DD_FILES_CHUNK_MAX + 1u);

	assert_non_null(data);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_files_chunk chunk = {up->hash, cases[i].size, cases[i].offset, data,
					       cases[i].len};

		assert_int_equal(
			test_put_file(up->files, &chunk, &up->stored, &up->complete, &up->err),
			DD_ERR_INVALID);
		assert_false(is_there(up, ".part"));
	}
	free(data);
}

static void another_size_for_a_whole_file_is_refused(void **state)
{
	struct upload *up = *state;
	struct dd_files_chunk chunk = {up->hash, 5, 0, up->content, 5};

	assert_int_equal(put_rest(up), 0);
	assert_int_equal(test_put_file(up->files, &chunk, &up->stored, &up->complete, &up->err),
			 DD_ERR_INVALID);
	assert_whole(up);
}

/* Begin upload number `n`; its hash is just a number, for it never becomes whole. */
static void begin_other(struct upload *up, unsigned n)
{
	uint8_t hash[DD_HASH_LEN] = {0xee};
	struct dd_files_chunk chunk = {hash, 100, 0, up->content, 10};

	memcpy(hash + 1, &n, sizeof(n));
	assert_int_equal(test_put_file(up->files, &chunk, &up->stored, &up->complete, &up->err), 0);
}

static void on_name(void *arg, const char *name)
{
	if (strstr(name, ".part"))
		++*(unsigned *)arg;
}

static unsigned count_parts(const struct upload *up)
{
	const struct dd_sys *sys = dd_sys();
	unsigned count = 0;

	assert_int_equal(sys->list(sys->ctx, up->incoming, on_name, &count), 0);
	return count;
}

static void forgotten_uploads_give_way_and_the_one_in_use_stays(void **state)
{
	struct upload *up = *state;

	assert_int_equal(put(up, 0, PIECE), 0);
	for (unsigned n = 0; n < DD_FILES_PARTS_MAX - 1; n++)
		begin_other(up, n);
	assert_int_equal(count_parts(up), DD_FILES_PARTS_MAX);
	assert_int_equal(put(up, PIECE, PIECE), 0); /* ours is now the last written one */
	for (unsigned n = 0; n < 10; n++)
		begin_other(up, DD_FILES_PARTS_MAX + n);
	assert_int_equal(count_parts(up), DD_FILES_PARTS_MAX);
	assert_int_equal(put_rest(up), 0);
	assert_whole(up);
	reopen(up);
	for (unsigned n = 100; n < 200; n++)
		begin_other(up, DD_FILES_PARTS_MAX + n);
	assert_int_equal(count_parts(up), DD_FILES_PARTS_MAX);
}

static void a_full_disk_keeps_the_part_and_the_upload_goes_on_later(void **state)
{
	struct upload *up = *state;
	int rc;

	assert_int_equal(put(up, 0, PIECE), 0);
	test_fault_start(NULL);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1, ENOSPC);
	rc = put(up, PIECE, PIECE);
	test_fault_set(TEST_PWRITE, TEST_SHORT, 1, 1, 0);
	assert_int_equal(put(up, PIECE, PIECE), 0);
	test_fault_end();
	assert_int_equal(rc, DD_ERR_FULL);
	assert_int_equal(up->stored, 2 * PIECE);
	assert_int_equal(put_rest(up), 0);
	assert_whole(up);
}

static void a_failed_flush_is_an_end_not_a_file(void **state)
{
	static const enum test_op ops[] = {TEST_FSYNC, TEST_RENAME, TEST_PREAD};
	struct upload *up = *state;

	assert_int_equal(put(up, 0, CONTENT_LEN - 1), 0);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		int rc;

		test_fault_start(NULL);
		test_fault_set(ops[i], TEST_FAIL, 1, 1, EIO);
		rc = put(up, CONTENT_LEN - 1, 1);
		test_fault_end();
		assert_int_equal(rc, DD_ERR_IO);
		assert_false(up->complete);
		assert_false(is_there(up, ""));
	}
	reopen(up);
	assert_int_equal(put_rest(up), 0);
	assert_whole(up);
}

static void bytes_that_changed_on_disk_are_not_handed_out(void **state)
{
	struct upload *up = *state;
	struct dd_buf out = {0};
	char *path;

	assert_int_equal(put_rest(up), 0);
	path = path_in(up, "");
	up->content[0] ^= 1;
	test_write_file(path, up->content, CONTENT_LEN);
	free(path);
	dd_buf_text(&out, "before");
	assert_int_equal(dd_files_read(up->files, up->hash, &out, &up->err), DD_ERR_CORRUPT);
	assert_int_equal(out.len, strlen("before"));
	dd_buf_fini(&out);
}

static void whatever_change_of_the_disk_fails_the_upload_arrives_when_it_works_again(void **state)
{
	struct upload *up = *state;
	bool through = false;
	long failures = 0;

	for (long n = 1; !through; n++) {
		struct dd_files *files = NULL;
		int rc;

		dd_files_close(up->files);
		up->files = NULL;
		test_fault_start(NULL);
		test_fault_any_write(TEST_FAIL, n, EIO);
		rc = dd_files_open(up->dir, &files, &up->err);
		up->files = files;
		if (rc == 0)
			rc = put_rest(up);
		test_fault_end();
		assert_true(rc == 0 || rc == DD_ERR_IO);
		through = rc == 0;
		failures += !through;
		reopen(up);
		assert_int_equal(put_rest(up), 0);
		assert_whole(up);
		test_tmpdir_end(dd_strdup(up->dir)); /* frees its copy */
		reopen(up);
	}
	assert_true(failures >= 6);
}

/* In a child: upload until the n-th change of the disk ends the process. True: it came through. */
static bool upload_and_die(struct upload *up, long n)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct dd_files *files = NULL;

		test_fault_start(NULL);
		test_fault_any_write(TEST_DIE, n, 77);
		if (dd_files_open(up->dir, &files, NULL) != 0)
			_exit(1);
		up->files = files;
		_exit(put_rest(up) == 0 ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

static void whenever_the_process_ends_the_upload_arrives_in_the_end(void **state)
{
	struct upload *up = *state;
	bool through = false;
	long deaths = 0;

	for (long n = 1; !through; n++) {
		struct dd_buf out = {0};
		int rc;

		through = upload_and_die(up, n);
		deaths += !through;
		reopen(up);
		rc = dd_files_read(up->files, up->hash, &out, &up->err);
		dd_buf_fini(&out);
		assert_true(rc == 0 || rc == DD_ERR_NOT_FOUND);
		assert_int_equal(put_rest(up), 0);
		assert_whole(up);
		test_tmpdir_end(dd_strdup(up->dir)); /* frees its copy */
		reopen(up);
	}
	assert_true(deaths >= 6); /* part, pieces, fsync, rename, folder */
}

static void an_empty_chunk_only_asks_how_much_is_here(void **state)
{
	struct upload *up = *state;

	assert_int_equal(put(up, 0, 0), 0);
	assert_int_equal(up->stored, 0);
	assert_int_equal(put(up, 0, PIECE), 0);
	assert_int_equal(put(up, 0, 0), 0);
	assert_int_equal(up->stored, PIECE);
	assert_false(up->complete);
	assert_int_equal(put_rest(up), 0);
	assert_int_equal(put(up, 0, 0), 0);
	assert_true(up->complete);
}

static void a_part_of_an_older_version_goes_on_in_its_new_place(void **state)
{
	struct upload *up = *state;
	char *old, *part;

	assert_int_equal(put(up, 0, PIECE), 0);
	part = path_in(up, ".part");
	old = dd_path(up->dir, strrchr(part, '/') + 1);
	assert_int_equal(rename(part, old), 0);
	reopen(up);
	assert_int_equal(put(up, 0, 0), 0);
	assert_int_equal(up->stored, PIECE);
	assert_int_not_equal(access(old, F_OK), 0);
	assert_int_equal(put_rest(up), 0);
	assert_whole(up);
	free(old);
	free(part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_file_that_came_in_pieces_is_read_back_whole),
		TEST(a_repeated_chunk_is_answered_with_what_is_stored),
		TEST(a_chunk_ahead_of_what_is_stored_is_told_where_to_go_on),
		TEST(an_upload_goes_on_after_the_store_was_opened_again),
		TEST(bytes_with_another_hash_never_become_a_file),
		TEST(a_part_longer_than_the_size_now_told_begins_again),
		TEST(sizes_out_of_bounds_are_refused_and_leave_nothing),
		TEST(another_size_for_a_whole_file_is_refused),
		TEST(forgotten_uploads_give_way_and_the_one_in_use_stays),
		TEST(a_full_disk_keeps_the_part_and_the_upload_goes_on_later),
		TEST(a_failed_flush_is_an_end_not_a_file),
		TEST(bytes_that_changed_on_disk_are_not_handed_out),
		TEST(whatever_change_of_the_disk_fails_the_upload_arrives_when_it_works_again),
		TEST(whenever_the_process_ends_the_upload_arrives_in_the_end),
		TEST(an_empty_chunk_only_asks_how_much_is_here),
		TEST(a_part_of_an_older_version_goes_on_in_its_new_place),
	};

	return cmocka_run_group_tests_name("common.files.files", tests, NULL, NULL);
}
