/* restore_mark_test.c - the mark beside a restored log: what was written is read, anything else is
 * refused. */
#include "common/base/file.h"
#include "common/eventlog/restore_mark.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct dd_restore_mark sample = {
	.at = {.log_id = {1, 2}, .incarnation = 3, .sequence = 4711, .chain = {9, 8}},
	.incarnation = 4,
	.reason = "Hỏng ổ đĩa ngày 20/11"};

static void a_mark_is_read_as_it_was_written_and_is_gone_when_removed(void **state)
{
	struct dd_restore_mark mark = sample, back;
	char *dir = test_tmpdir();
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_restore_mark_read(dir, &back, &err), DD_ERR_NOT_FOUND);
	(void)snprintf(mark.reason, sizeof(mark.reason), "two\nlines");
	assert_int_equal(dd_restore_mark_write(dir, &mark, &err), 0);
	assert_int_equal(dd_restore_mark_read(dir, &back, &err), 0);
	assert_string_equal(back.reason, "two lines");
	assert_int_equal(dd_restore_mark_write(dir, &sample, &err), 0);
	assert_int_equal(dd_restore_mark_read(dir, &back, &err), 0);
	assert_memory_equal(&back.at, &sample.at, sizeof(back.at));
	assert_int_equal(back.incarnation, 4);
	assert_string_equal(back.reason, sample.reason);
	assert_int_equal(dd_restore_mark_remove(dir, &err), 0);
	assert_int_equal(dd_restore_mark_remove(dir, &err), 0);
	assert_int_equal(dd_restore_mark_read(dir, &back, &err), DD_ERR_NOT_FOUND);
	test_tmpdir_end(dir);
}

static void a_mark_that_is_cut_or_changed_is_refused(void **state)
{
	struct dd_restore_mark back;
	char *dir = test_tmpdir(), *path = dd_path(dir, DD_RESTORE_MARK);
	struct dd_error err;
	unsigned long size;
	char *text;

	(void)state;
	assert_int_equal(dd_restore_mark_write(dir, &sample, &err), 0);
	text = test_read_file(path, &size);
	for (unsigned long len = 0; len < size; len++) {
		test_write_file(path, text, len);
		assert_int_equal(dd_restore_mark_read(dir, &back, &err), DD_ERR_CORRUPT);
	}
	strstr(text, "incarnation 4")[12] = '3'; /* not above that of the log */
	test_write_file(path, text, size);
	assert_int_equal(dd_restore_mark_read(dir, &back, &err), DD_ERR_CORRUPT);
	free(text);
	free(path);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_is_read_as_it_was_written_and_is_gone_when_removed),
		cmocka_unit_test(a_mark_that_is_cut_or_changed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
