/* file_test.c - whole files, durably, and what is left when the machine fails in between. */
#include "common/base/file.h"

#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int setup(void **state)
{
	*state = test_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	test_tmpdir_end(*state);
	return 0;
}

static void assert_content(const char *path, const char *text)
{
	char *content = test_read_file(path, NULL);

	assert_string_equal(content, text);
	free(content);
}

static void count_name(void *arg, const char *name)
{
	(void)name;
	*(int *)arg += 1;
}

static int names_in(const char *dir)
{
	int names = 0;

	assert_int_equal(dd_sys_real()->list(NULL, dir, count_name, &names), 0);
	return names;
}

static void a_file_is_read_up_to_the_bound(void **state)
{
	struct dd_buf out = {0};
	struct dd_error err;
	char *path = dd_path(*state, "a");

	test_write_file(path, "0123456789", 10);
	dd_buf_text(&out, "<");
	assert_int_equal(dd_file_read(path, 10, &out, &err), 0);
	assert_string_equal(dd_buf_cstr(&out), "<0123456789");
	assert_int_equal(dd_file_read(path, 9, &out, &err), DD_ERR_INVALID);
	assert_non_null(strstr(err.text, "longer than the 9 bytes"));
	assert_int_equal(out.len, 11);
	test_write_file(path, "", 0);
	assert_int_equal(dd_file_read(path, 0, &out, &err), 0);
	assert_int_equal(out.len, 11);
	dd_buf_fini(&out);
	free(path);
}

static void a_file_that_is_not_there_is_told_apart_from_a_broken_one(void **state)
{
	struct dd_buf out = {0};
	struct dd_error err;
	char *path = dd_path(*state, "a");

	assert_int_equal(dd_file_read(path, 10, &out, &err), DD_ERR_NOT_FOUND);
	test_write_file(path, "x", 1);
	test_fault_start(NULL);
	test_fault_set(TEST_PREAD, TEST_FAIL, 1, 1, EIO);
	assert_int_equal(dd_file_read(path, 10, &out, &err), DD_ERR_IO);
	test_fault_set(TEST_PREAD, TEST_FAIL, 1, 1, EINTR);
	assert_int_equal(dd_file_read(path, 10, &out, &err), 0);
	assert_int_equal(test_fault_count(TEST_OPEN), test_fault_count(TEST_CLOSE));
	test_fault_end();
	dd_buf_fini(&out);
	free(path);
}

static void long_files_are_read_through_short_reads(void **state)
{
	struct dd_buf out = {0};
	struct dd_error err;
	char *path = dd_path(*state, "a");
	char *data = malloc(300000);
	size_t i;

	for (i = 0; i < 300000; i++)
		data[i] = (char)(i * 7 % 251);
	assert_int_equal(dd_file_write(path, data, 300000, 0600, &err), 0);
	test_fault_start(NULL);
	test_fault_set(TEST_PREAD, TEST_SHORT, 1, 1000000, 0);
	assert_int_equal(dd_file_read(path, 300000, &out, &err), 0);
	test_fault_end();
	assert_int_equal(out.len, 300000);
	assert_memory_equal(out.data, data, 300000);
	dd_buf_fini(&out);
	free(data);
	free(path);
}

static void a_written_file_has_content_and_mode_and_leaves_nothing_beside(void **state)
{
	struct dd_error err;
	struct stat st;
	char *path = dd_path(*state, "a");

	assert_int_equal(dd_file_write(path, "old", 3, 0600, &err), 0);
	assert_int_equal(dd_file_write(path, "newer", 5, 0640, &err), 0);
	assert_content(path, "newer");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(names_in(*state), 1);
	free(path);
}

static void file_and_folder_are_flushed_in_the_right_order(void **state)
{
	struct dd_error err;
	char *path = dd_path(*state, "a");

	test_fault_start(NULL);
	test_fault_set(TEST_PWRITE, TEST_SHORT, 1, 3, 0);
	assert_int_equal(dd_file_write(path, "12345678", 8, 0600, &err), 0);
	assert_int_equal(test_fault_count(TEST_FSYNC), 2);
	assert_int_equal(test_fault_count(TEST_RENAME), 1);
	assert_int_equal(test_fault_count(TEST_PWRITE), 4);
	assert_int_equal(test_fault_count(TEST_OPEN), test_fault_count(TEST_CLOSE));
	test_fault_end();
	assert_content(path, "12345678");
	free(path);
}

static void whatever_fails_the_old_content_or_the_new_is_there(void **state)
{
	static const struct {
		enum test_op op;
		long n;
		enum test_fault_kind kind;
		int sys_errno;
		int code;
		const char *content;
		int beside;
	} cases[] = {
		{TEST_OPEN, 1, TEST_FAIL, EACCES, DD_ERR_IO, "old", 1},
		{TEST_OPEN, 1, TEST_FAIL, ENOSPC, DD_ERR_FULL, "old", 1},
		{TEST_PWRITE, 1, TEST_TEAR, ENOSPC, DD_ERR_FULL, "old", 1},
		{TEST_PWRITE, 1, TEST_FAIL, EIO, DD_ERR_IO, "old", 1},
		{TEST_FSYNC, 1, TEST_FAIL, EIO, DD_ERR_IO, "old", 1},
		{TEST_FSYNC, 1, TEST_FAIL, EDQUOT, DD_ERR_FULL, "old", 1},
		{TEST_CLOSE, 1, TEST_FAIL, EIO, DD_ERR_IO, "old", 1},
		{TEST_RENAME, 1, TEST_FAIL, EIO, DD_ERR_IO, "old", 1},
		{TEST_OPEN, 2, TEST_FAIL, EIO, DD_ERR_IO, "new", 1},
		{TEST_FSYNC, 2, TEST_FAIL, EIO, DD_ERR_IO, "new", 1},
	};
	char *path = dd_path(*state, "a");
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err;

		test_write_file(path, "old", 3);
		test_fault_start(NULL);
		test_fault_set(cases[i].op, cases[i].kind, cases[i].n, 1, cases[i].sys_errno);
		assert_int_equal(dd_file_write(path, "new", 3, 0600, &err), cases[i].code);
		test_fault_end();
		assert_int_equal(err.code, cases[i].code);
		assert_content(path, cases[i].content);
		assert_int_equal(names_in(*state), cases[i].beside);
	}
	free(path);
}

static void folders_are_made_with_their_parents_and_only_for_us(void **state)
{
	struct dd_error err;
	struct stat st;
	char *path = dd_path(*state, "x/y//z/");
	char *parent = dd_path(*state, "x");

	test_fault_start(NULL);
	assert_int_equal(dd_dir_make(path, &err), 0);
	assert_int_equal(test_fault_count(TEST_FSYNC), 3); /* the parent of each new one */
	assert_int_equal(dd_dir_make(path, &err), 0);
	assert_int_equal(test_fault_count(TEST_FSYNC), 3);
	test_fault_end();
	assert_int_equal(stat(parent, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(parent);
	free(path);
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
	static const mode_t bad[] = {0770, 0702, 0777, 01777};
	struct dd_error err;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(chmod(*state, bad[i]), 0);
		assert_int_equal(dd_dir_make(*state, &err), DD_ERR_REFUSED);
		assert_non_null(strstr(err.text, "chmod go-w"));
	}
	assert_int_equal(chmod(*state, 0755), 0);
	assert_int_equal(dd_dir_make(*state, &err), 0);
}

static void a_file_in_the_way_of_a_folder_is_named(void **state)
{
	struct dd_error err;
	char *path = dd_path(*state, "a");
	char *under = dd_path(path, "b");

	test_write_file(path, "", 0);
	assert_true(dd_dir_make(path, &err) < 0);
	assert_non_null(strstr(err.text, path));
	assert_true(dd_dir_make(under, &err) < 0);
	assert_true(dd_dir_sync(path, &err) < 0);
	free(under);
	free(path);
}

static void relative_paths_work_too(void **state)
{
	struct dd_error err;
	char before[4096];

	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(*state), 0);
	assert_int_equal(dd_dir_make("p/q", &err), 0);
	assert_int_equal(dd_file_write("f", "x", 1, 0600, &err), 0);
	assert_content("f", "x");
	assert_int_equal(access("p/q", X_OK), 0);
	assert_int_equal(chdir(before), 0);
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(a_file_is_read_up_to_the_bound),
		WITH_DIR(a_file_that_is_not_there_is_told_apart_from_a_broken_one),
		WITH_DIR(long_files_are_read_through_short_reads),
		WITH_DIR(a_written_file_has_content_and_mode_and_leaves_nothing_beside),
		WITH_DIR(file_and_folder_are_flushed_in_the_right_order),
		WITH_DIR(whatever_fails_the_old_content_or_the_new_is_there),
		WITH_DIR(folders_are_made_with_their_parents_and_only_for_us),
		WITH_DIR(a_folder_that_others_may_write_is_refused),
		WITH_DIR(a_file_in_the_way_of_a_folder_is_named),
		WITH_DIR(relative_paths_work_too),
	};

	umask(022); /* the tests are about modes */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
