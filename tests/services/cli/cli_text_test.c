/* cli_text_test.c - the catalogue has every text in both languages, with the same places. */
#include "services/cli/cli_text.h"
#include "tests/support/harness.h"
#include <stdbool.h>
#include <string.h>

static void check_text(int text, enum cli_lang lang)
{
	const char *words = cli_text(lang, (enum cli_text)text);

	if (!*words != (text == TEXT_NONE))
		fail_msg("text %d in language %d: \"%s\"", text, (int)lang, words);
}

static void every_text_but_the_empty_one_is_there_in_both_languages(void **state)
{
	(void)state;
	for (int i = 0; i < TEXT_COUNT; i++) {
		check_text(i, CLI_VI);
		check_text(i, CLI_EN);
	}
}

static bool has_place(const char *text, int place)
{
	char needle[4] = {'{', (char)('0' + place), '}', '\0'};

	return strstr(text, needle) != NULL;
}

static void check_place(int text, int place)
{
	const char *vi = cli_text(CLI_VI, (enum cli_text)text);
	const char *en = cli_text(CLI_EN, (enum cli_text)text);

	if (has_place(vi, place) != has_place(en, place))
		fail_msg("place %d: \"%s\" and \"%s\"", place, vi, en);
}

static void both_languages_have_the_same_places_for_arguments(void **state)
{
	(void)state;
	for (int i = 0; i < TEXT_COUNT; i++) {
		for (int place = 0; place < 10; place++)
			check_place(i, place);
	}
}

static void places_are_filled_in_any_order_and_other_braces_stay(void **state)
{
	static const struct {
		const char *pattern;
		const char *filled;
	} cases[] = {
		{"", ""},
		{"plain", "plain"},
		{"{1} and {0}", "two and one"},
		{"{0}{0}", "oneone"},
		{"{2}|{9}", "|"},
		{"{", "{"},
		{"{0", "{0"},
		{"{x}", "{x}"},
		{"{10}", "{10}"},
	};
	const char *const args[] = {"one", "two"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf out = {0};

		cli_fill(&out, cases[i].pattern, args, 2);
		assert_string_equal(dd_buf_cstr(&out), cases[i].filled);
		dd_buf_fini(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_but_the_empty_one_is_there_in_both_languages),
		cmocka_unit_test(both_languages_have_the_same_places_for_arguments),
		cmocka_unit_test(places_are_filled_in_any_order_and_other_braces_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
