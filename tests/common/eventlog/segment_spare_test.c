/* segment_spare_test.c - spares: made, found again, distrusted, and missed when the disk is full.
 */
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment_spare.h"
#include "tests/support/fault.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE ((uint64_t)65536)

static char *dir;

static int setup(void **state)
{
	(void)state;
	dir = test_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(dir);
	return 0;
}

static void put(const char *name, size_t len, uint8_t last)
{
	uint8_t *data = calloc(1, len + 1);
	char *path = dd_path(dir, name);

	data[len - 1] = last;
	test_write_file(path, data, len);
	free(path);
	free(data);
}

static bool there(const char *name)
{
	char *path = dd_path(dir, name);
	bool yes = access(path, F_OK) == 0;

	free(path);
	return yes;
}

/* Take one and look at it: right size, all zeros. */
static void take(struct dd_spares *spares, char **path_out)
{
	struct dd_error err;
	unsigned long len;
	char *data;

	assert_int_equal(dd_spares_take(spares, path_out, &err), 0);
	data = test_read_file(*path_out, &len);
	assert_int_equal(len, SIZE);
	assert_true(dd_all_zero((uint8_t *)data, len));
	free(data);
}

static void only_good_leftovers_are_used(void **state)
{
	struct dd_spares *spares;
	char *path;

	(void)state;
	put("spare-1", SIZE, 1);     /* was about to become a segment */
	put("spare-2", SIZE - 1, 0); /* of another size */
	put("spare-3", SIZE, 0);     /* good */
	put("spare-4.tmp", SIZE, 0); /* not flushed, as far as anybody knows */
	put("00000000000000000001.seg", SIZE, 1);
	spares = dd_spares_new(dir, SIZE, 5, false);
	assert_false(there("spare-4.tmp"));
	take(spares, &path);
	assert_non_null(strstr(path, "spare-"));
	unlink(path);
	free(path);
	take(spares, &path);
	free(path);
	dd_spares_free(spares);
	assert_false(there("spare-1"));
	assert_false(there("spare-2"));
	assert_true(there("00000000000000000001.seg"));
}

static void a_thread_keeps_some_ahead(void **state)
{
	struct dd_spares *spares = dd_spares_new(dir, SIZE, 2, true);
	char *paths[5];

	(void)state;
	for (int i = 0; i < 5; i++) {
		take(spares, &paths[i]);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(paths[i], paths[j]);
	}
	for (int i = 0; i < 5; i++)
		free(paths[i]);
	dd_spares_free(spares);
}

static void without_space_the_taker_is_told_and_later_served(void **state)
{
	static const bool threaded[] = {false, true};
	struct dd_spares *spares;
	struct dd_error err;
	char *path;

	(void)state;
	for (int i = 0; i < 2; i++) {
		test_fault_start(NULL);
		test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1000000, ENOSPC);
		spares = dd_spares_new(dir, SIZE, 2, threaded[i]);
		for (int again = 0; again < 3; again++) {
			assert_int_equal(dd_spares_take(spares, &path, &err), DD_ERR_FULL);
			assert_null(path);
		}
		test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 0, 0);
		take(spares, &path);
		free(path);
		dd_spares_free(spares);
		test_fault_end();
		teardown(NULL);
		setup(NULL);
	}
}

static unsigned files_here;

static void on_name(void *arg, const char *name)
{
	(void)arg;
	files_here += strncmp(name, "spare-", 6) == 0;
}

/* What cannot be relied on does not lie there either, however often it is tried. */
static void a_folder_that_cannot_be_flushed_fills_with_nothing(void **state)
{
	struct dd_spares *spares;
	struct dd_error err;
	char *path;

	(void)state;
	test_fault_start(NULL);
	spares = dd_spares_new(dir, SIZE, 2, false);
	for (int again = 0; again < 5; again++) {
		test_fault_set(TEST_FSYNC, TEST_FAIL, 2, 1, again % 2 == 0 ? EIO : ENOSPC);
		assert_int_equal(dd_spares_take(spares, &path, &err),
				 again % 2 == 0 ? DD_ERR_IO : DD_ERR_FULL);
		assert_null(path);
		files_here = 0;
		assert_int_equal(dd_sys()->list(dd_sys()->ctx, dir, on_name, NULL), 0);
		assert_int_equal(files_here, 0);
	}
	take(spares, &path);
	free(path);
	dd_spares_free(spares);
	test_fault_end();
}

static unsigned count_of(const char *text, const char *word)
{
	unsigned count = 0;

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		count++;
	return count;
}

static void failing_is_told_once_and_so_is_its_end(void **state)
{
	char *path, *log = dd_path(dir, "log.txt"), *text;
	int former = dup(STDERR_FILENO), fd = open(log, O_RDWR | O_CREAT, 0600);
	struct dd_spares *spares;
	struct dd_error err;
	unsigned long len;

	(void)state;
	assert_true(former >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	dd_log_start("test", DD_LOG_INFO);
	test_fault_start(NULL);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1000000, ENOSPC);
	spares = dd_spares_new(dir, SIZE, 1, true);
	for (int again = 0; again < 5; again++)
		assert_int_equal(dd_spares_take(spares, &path, &err), DD_ERR_FULL);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 0, 0);
	for (int again = 0; again < 3; again++) {
		take(spares, &path);
		free(path);
	}
	dd_spares_free(spares);
	test_fault_end();
	dd_log_start("test", DD_LOG_ERROR);
	assert_true(dup2(former, STDERR_FILENO) >= 0);
	text = test_read_file(log, &len);
	assert_int_equal(count_of(text, "log.no_spare"), 1);
	assert_int_equal(count_of(text, "log.spare_again"), 1);
	free(text);
	free(log);
	close(fd);
	close(former);
}

static void tries_become_rarer_but_never_cease(void **state)
{
	static const unsigned seconds[] = {1, 1, 2, 4, 8, 16, 32, 60, 60};

	(void)state;
	for (unsigned i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
		assert_int_equal(dd_spares_pause(i), seconds[i]);
	assert_int_equal(dd_spares_pause(1000000000), 60);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(only_good_leftovers_are_used),
		TEST(a_thread_keeps_some_ahead),
		TEST(without_space_the_taker_is_told_and_later_served),
		TEST(a_folder_that_cannot_be_flushed_fills_with_nothing),
		TEST(failing_is_told_once_and_so_is_its_end),
		TEST(tries_become_rarer_but_never_cease),
	};

	dd_log_start("test", DD_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
