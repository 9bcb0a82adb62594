/* unit_code_test.c - codes as they stand in plans, and what is none. */
#include "common/domain/unit_code.h"

#include "tests/support/harness.h"
#include <string.h>

static void unit_and_plan_codes_are_short_ascii_words(void **state)
{
	static const struct {
		const char *code;
		bool good;
	} cases[] = {
		{"HN", true},
		{"SKHCN", true},
		{"H26.01", true},
		{"xa_an-phu.2", true},
		{"9", true},
		{"1234567890123456789012345678901", true},
		{"12345678901234567890123456789012", false},
		{"", false},
		{".H26", false},
		{"-x", false},
		{"_x", false},
		{"a b", false},
		{" a", false},
		{"a/b", false},
		{"a\n", false},
		{"Sở", false},
		{"a\xff", false},
		{"..", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(dd_unit_code_valid(cases[i].code), cases[i].good);
		assert_int_equal(dd_plan_code_valid(cases[i].code), cases[i].good);
	}
}

static void every_byte_is_judged_alone(void **state)
{
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		char code[3] = {'a', (char)c, '\0'};
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		bool mark = c == '.' || c == '-' || c == '_';

		assert_int_equal(dd_unit_code_valid(code), letter || digit || mark);
		assert_int_equal(dd_unit_code_valid(code + 1), letter || digit);
	}
}

static void task_codes_are_as_annexes_have_them(void **state)
{
	static const struct {
		const char *code;
		bool good;
	} cases[] = {
		{"12", true},
		{"II.3.a", true},
		{"12a)", true},
		{"1đ", true},
		{"NV-07", true},
		{"Mục_4", true},
		{"(1)", true},
		{"", false},
		{"1 2", false},
		{"1/2", false},
		{"1\t", false},
		{"1\n2", false},
		{"1\xc2\xa0", false},     /* no-break space */
		{"1\xe2\x80\x8b", false}, /* zero width space */
		{"1\xef\xbb\xbf", false}, /* BOM */
		{"1\x7f", false},
		{"1\xff", false},
		{"\xe1\xbb", false},
	};
	char code[70];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(dd_task_code_valid(cases[i].code), cases[i].good);
	memset(code, '1', sizeof(code));
	code[64] = '\0';
	assert_false(dd_task_code_valid(code));
	code[63] = '\0';
	assert_true(dd_task_code_valid(code));
	memcpy(code + 61, "\xe1\xbb\x87", 4);
	assert_false(dd_task_code_valid(code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_and_plan_codes_are_short_ascii_words),
		cmocka_unit_test(every_byte_is_judged_alone),
		cmocka_unit_test(task_codes_are_as_annexes_have_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
