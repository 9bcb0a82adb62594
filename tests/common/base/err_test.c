/* err_test.c - words of failures. */
#include "common/base/err.h"

#include "tests/support/harness.h"
#include <errno.h>
#include <string.h>

static void a_failure_carries_code_and_words(void **state)
{
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_fail(&err, DD_ERR_REFUSED, "task %d", 7), DD_ERR_REFUSED);
	assert_int_equal(err.code, DD_ERR_REFUSED);
	assert_string_equal(err.text, "task 7");
	assert_int_equal(dd_fail(NULL, DD_ERR_IO, "nobody listens"), DD_ERR_IO);
}

static void the_words_of_errno_are_appended(void **state)
{
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_fail_errno(&err, DD_ERR_IO, EACCES, "cannot open %s", "x"), DD_ERR_IO);
	assert_string_equal(err.text, "cannot open x: Permission denied");
}

static void a_full_disk_is_told_apart_from_a_broken_one(void **state)
{
	struct dd_error err;

	(void)state;
	assert_int_equal(dd_fail_errno(&err, DD_ERR_IO, ENOSPC, "w"), DD_ERR_FULL);
	assert_int_equal(dd_fail_errno(&err, DD_ERR_IO, EDQUOT, "w"), DD_ERR_FULL);
	assert_int_equal(dd_fail_errno(NULL, DD_ERR_IO, ENOSPC, "w"), DD_ERR_FULL);
	assert_int_equal(dd_fail_errno(&err, DD_ERR_IO, EIO, "w"), DD_ERR_IO);
	assert_int_equal(err.code, DD_ERR_IO);
}

static void a_context_goes_before_the_words(void **state)
{
	struct dd_error err;

	(void)state;
	dd_fail(&err, DD_ERR_INVALID, "line 3");
	assert_int_equal(dd_fail_context(&err, "file %s", "plan.csv"), DD_ERR_INVALID);
	assert_string_equal(err.text, "file plan.csv: line 3");
}

static void a_long_context_does_not_push_the_cause_out(void **state)
{
	struct dd_error err;
	char much[2000];
	size_t before;

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	dd_fail(&err, DD_ERR_INVALID, "the cause");
	dd_fail_context(&err, "%s", much);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_non_null(strstr(err.text, "x: the cause"));
	dd_fail(&err, DD_ERR_INVALID, "%s", much);
	before = strlen(err.text);
	dd_fail_context(&err, "place");
	assert_int_equal(strlen(err.text), before);
	assert_int_equal(err.text[before - 1], 'x');
}

static void every_code_has_a_name_of_its_own(void **state)
{
	int a;
	int b;

	(void)state;
	for (a = DD_ERR_UNSUPPORTED; a <= DD_OK; a++) {
		assert_string_not_equal(dd_err_name(a), "unknown");
		for (b = DD_ERR_UNSUPPORTED; b < a; b++)
			assert_string_not_equal(dd_err_name(a), dd_err_name(b));
	}
	assert_string_equal(dd_err_name(-99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_carries_code_and_words),
		cmocka_unit_test(the_words_of_errno_are_appended),
		cmocka_unit_test(a_full_disk_is_told_apart_from_a_broken_one),
		cmocka_unit_test(a_context_goes_before_the_words),
		cmocka_unit_test(a_long_context_does_not_push_the_cause_out),
		cmocka_unit_test(every_code_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
