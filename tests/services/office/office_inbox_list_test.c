/* office_inbox_list_test.c - what lies in the folder for sheets, however much it is: which files
 * are at rest, in which order they are taken, and what is passed over. */
#include "services/office/office_inbox_list.h"

#include "common/base/file.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 700

static int set_up(void **state)
{
	*state = test_tmpdir();
	return 0;
}

static int tear_down(void **state)
{
	test_tmpdir_end(*state);
	return 0;
}

/* Last changed at that second. */
static void put(const char *dir, const char *name, const char *text, long second)
{
	const struct timespec times[2] = {{.tv_sec = second}, {.tv_sec = second}};
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void all_files_are_listed_the_oldest_first(void **state)
{
	const char *dir = *state;
	struct inbox_list list = {0};
	char name[32];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%03d.xlsx", i);
		put(dir, name, "x", 1000000 - i);
	}
	assert_int_equal(inbox_list_look(&list, dir, 1), 0);
	assert_int_equal(list.count, FILES);
	assert_int_equal(list.resting, 0);
	assert_int_equal(inbox_list_look(&list, dir, 1 + INBOX_REST_US), 0);
	assert_int_equal(list.resting, FILES);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%03d.xlsx", FILES - 1 - i);
		assert_string_equal(list.order[i]->name, name);
	}
	inbox_list_fini(&list);
}

static void a_file_that_still_grows_or_is_empty_does_not_rest(void **state)
{
	const char *dir = *state;
	struct inbox_list list = {0};

	put(dir, "grows", "a", 10);
	put(dir, "empty", "", 10);
	put(dir, "rests", "a", 10);
	assert_int_equal(inbox_list_look(&list, dir, 1), 0);
	put(dir, "grows", "ab", 10);
	assert_int_equal(inbox_list_look(&list, dir, INBOX_REST_US), 0);
	assert_int_equal(list.resting, 0);
	assert_int_equal(inbox_list_look(&list, dir, 1 + INBOX_REST_US), 0);
	assert_int_equal(list.resting, 1);
	assert_string_equal(list.order[0]->name, "rests");
	assert_int_equal(inbox_list_look(&list, dir, 2 * INBOX_REST_US), 0);
	assert_int_equal(list.resting, 2);
	inbox_list_fini(&list);
}

static void what_is_no_file_of_somebody_is_passed_over(void **state)
{
	const char *dir = *state;
	struct inbox_list list = {0};
	char path[512], target[512];

	put(dir, ".hidden", "a", 10);
	put(dir, "~$open.xlsx", "a", 10);
	snprintf(path, sizeof(path), "%s/da-nhan", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(target, sizeof(target), "%s/.hidden", dir);
	snprintf(path, sizeof(path), "%s/link.xlsx", dir);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(inbox_list_look(&list, dir, 1), 0);
	assert_int_equal(list.count, 0);
	inbox_list_fini(&list);
}

static void a_folder_that_is_not_there_changes_nothing(void **state)
{
	const char *dir = *state;
	struct inbox_list list = {0};

	put(dir, "a", "a", 10);
	assert_int_equal(inbox_list_look(&list, dir, 1), 0);
	assert_int_equal(inbox_list_look(&list, "/no/such/folder", 2), -1);
	assert_int_equal(list.count, 1);
	inbox_list_fini(&list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_files_are_listed_the_oldest_first),
		TEST(a_file_that_still_grows_or_is_empty_does_not_rest),
		TEST(what_is_no_file_of_somebody_is_passed_over),
		TEST(a_folder_that_is_not_there_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
