/* file_name_test.c - what a file that somebody sends may be called. */
#include "common/domain/file_name.h"
#include "tests/support/harness.h"
#include <string.h>

static void names_are_judged_by_what_others_do_with_them(void **state)
{
	static const struct {
		const char *name;
		enum dd_file_name judged;
	} names[] = {
		{"Báo cáo 120.pdf", DD_FILE_NAME_GOOD},
		{"a", DD_FILE_NAME_GOOD},
		{"a.", DD_FILE_NAME_GOOD},
		{" a", DD_FILE_NAME_GOOD},
		{"", DD_FILE_NAME_EMPTY},
		{" \t", DD_FILE_NAME_EMPTY},
		{".bashrc", DD_FILE_NAME_HIDDEN},
		{"..", DD_FILE_NAME_HIDDEN},
		{"a/b", DD_FILE_NAME_SIGN},
		{"a\\b", DD_FILE_NAME_SIGN},
		{"a\x1b[2J", DD_FILE_NAME_SIGN},
		{"a\x7f", DD_FILE_NAME_SIGN},
		{"a\nb", DD_FILE_NAME_SIGN},
		{"\xff.pdf", DD_FILE_NAME_TEXT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(dd_file_name(names[i].name), names[i].judged);
}

static void a_name_has_at_most_255_bytes(void **state)
{
	char name[DD_FILE_NAME_MAX + 2];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[DD_FILE_NAME_MAX + 1] = '\0';
	assert_int_equal(dd_file_name(name), DD_FILE_NAME_LONG);
	name[DD_FILE_NAME_MAX] = '\0';
	assert_int_equal(dd_file_name(name), DD_FILE_NAME_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_judged_by_what_others_do_with_them),
		cmocka_unit_test(a_name_has_at_most_255_bytes),
	};

	return cmocka_run_group_tests_name("common.domain.file_name", tests, NULL, NULL);
}
