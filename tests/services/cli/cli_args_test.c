/* cli_args_test.c - options, words and values from the command line. */
#include "common/base/clock.h"
#include "services/cli/cli.h"
#include "services/cli/cli_args.h"
#include "tests/support/harness.h"
#include <string.h>

#define ARGV_MAX 16

/* Parse words separated by '|'. */
static int parse(char *line, struct cli_args *args)
{
	char *argv[ARGV_MAX + 1] = {(char *)"dondoc"};
	int argc = 1;

	for (char *rest = line, *word; (word = strsep(&rest, "|")) != NULL && argc < ARGV_MAX;)
		argv[argc++] = word;
	return cli_args_parse(argc, argv, args);
}

static void options_and_words_may_be_mixed(void **state)
{
	char line[] = "-e|office-SYT|task|--percent=60|update|KH38/1.1|--step|dang|-F|json|--all";
	struct cli_args args;

	(void)state;
	assert_int_equal(parse(line, &args), 0);
	assert_int_equal(args.words, 3);
	assert_string_equal(args.word[0], "task");
	assert_string_equal(args.word[1], "update");
	assert_string_equal(args.word[2], "KH38/1.1");
	assert_string_equal(args.value[CLI_OPT_ENDPOINT], "office-SYT");
	assert_string_equal(args.value[CLI_OPT_PERCENT], "60");
	assert_string_equal(args.value[CLI_OPT_STEP], "dang");
	assert_string_equal(args.value[CLI_OPT_FORMAT], "json");
	assert_string_equal(args.value[CLI_OPT_ALL], "");
	assert_null(args.value[CLI_OPT_NOTE]);
}

static void what_is_not_understood_is_named(void **state)
{
	static const struct {
		const char *line;
		const char *bad;
		bool lacks_value;
	} cases[] = {
		{"task|list|--foo|--lang|vi", "--foo", false},
		{"task|list|-Z", "-Z", false},
		{"task|list|--p", "--p", false},
		{"task|list|--plan", "--plan", true},
		{"task|update|1|--percent|--lang|vi", "--percent", true},
		{"a|b|c|d|e|f|g|h|ninth", "ninth", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cli_args args;
		char line[200];

		snprintf(line, sizeof(line), "%s", cases[i].line);
		assert_int_equal(parse(line, &args), DD_ERR_INVALID);
		assert_non_null(args.bad);
		assert_string_equal(args.bad, cases[i].bad);
		assert_int_equal(args.lacks_value, cases[i].lacks_value);
	}
}

static void the_language_is_known_even_when_the_line_is_wrong(void **state)
{
	char line[] = "task|list|--foo|--lang|vi";
	struct cli_args args;

	(void)state;
	assert_int_equal(parse(line, &args), DD_ERR_INVALID);
	assert_string_equal(args.value[CLI_OPT_LANG], "vi");
}

static void every_option_has_a_name_and_a_help_of_its_own(void **state)
{
	(void)state;
	for (int i = 1; i < CLI_OPT_COUNT; i++) {
		assert_non_null(cli_options[i].name);
		assert_int_not_equal(cli_options[i].help, TEXT_NONE);
		for (int k = 1; k < i; k++) {
			assert_string_not_equal(cli_options[i].name, cli_options[k].name);
			if (cli_options[i].letter)
				assert_int_not_equal(cli_options[i].letter, cli_options[k].letter);
		}
	}
}

static void every_command_has_a_summary_an_example_and_ends_its_options(void **state)
{
	(void)state;
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		size_t count = sizeof(command->options) / sizeof(command->options[0]);

		assert_int_not_equal(command->summary, TEXT_NONE);
		assert_non_null(command->run);
		assert_true(strncmp(command->examples, "dondoc ", 7) == 0);
		assert_int_equal(command->options[count - 1], CLI_OPT_NONE);
	}
}

static void dates_are_read_in_both_forms(void **state)
{
	static const struct {
		const char *text;
		int rc;
		const char *iso;
	} cases[] = {
		{"2026-03-31", 0, "2026-03-31"},    {"31/03/2026", 0, "2026-03-31"},
		{"1/3/2026", 0, "2026-03-01"},      {"29/02/2028", 0, "2028-02-29"},
		{"29/02/2026", DD_ERR_INVALID, ""}, {"2026-02-30", DD_ERR_INVALID, ""},
		{"31-03-2026", DD_ERR_INVALID, ""}, {"2026/03/31", DD_ERR_INVALID, ""},
		{"03/31/2026", DD_ERR_INVALID, ""}, {"tomorrow", DD_ERR_INVALID, ""},
		{"", DD_ERR_INVALID, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[DD_DAY_TEXT];
		int32_t day = 0;

		assert_int_equal(cli_parse_day(cases[i].text, &day), cases[i].rc);
		if (cases[i].rc == 0)
			assert_string_equal(dd_day_iso(day, text), cases[i].iso);
	}
}

static void numbers_are_digits_within_their_range(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		int rc;
		uint64_t value;
	} cases[] = {
		{"0", 100, 0, 0},
		{"100", 100, 0, 100},
		{"101", 100, DD_ERR_INVALID, 0},
		{"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551616", UINT64_MAX, DD_ERR_INVALID, 0},
		{"-1", 100, DD_ERR_INVALID, 0},
		{"+1", 100, DD_ERR_INVALID, 0},
		{" 1", 100, DD_ERR_INVALID, 0},
		{"1x", 100, DD_ERR_INVALID, 0},
		{"", 100, DD_ERR_INVALID, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t value = 0;

		assert_int_equal(cli_parse_number(cases[i].text, cases[i].max, &value),
				 cases[i].rc);
		if (cases[i].rc == 0)
			assert_int_equal(value, cases[i].value);
	}
}

static void a_task_is_named_by_code_plan_and_code_or_id(void **state)
{
	static const struct {
		const char *text;
		int rc;
		uint64_t id;
		const char *plan;
		const char *code;
	} cases[] = {
		{"KH20_TT_N01.1", 0, 0, "", "KH20_TT_N01.1"},
		{"KH38-2026/1a)", 0, 0, "KH38-2026", "1a)"},
		{"#57", 0, 57, "", ""},
		{"#0", DD_ERR_INVALID, 0, "", ""},
		{"#x", DD_ERR_INVALID, 0, "", ""},
		{"#", DD_ERR_INVALID, 0, "", ""},
		{"", DD_ERR_INVALID, 0, "", ""},
		{"/1", DD_ERR_INVALID, 0, "", ""},
		{"KH38/", DD_ERR_INVALID, 0, "", ""},
	};
	char huge[300];
	struct cli_task_word word;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(cli_parse_task(cases[i].text, &word), cases[i].rc);
		if (cases[i].rc != 0)
			continue;
		assert_int_equal(word.id, cases[i].id);
		assert_string_equal(word.plan, cases[i].plan);
		assert_string_equal(word.code, cases[i].code);
	}
	memset(huge, 'a', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	assert_int_equal(cli_parse_task(huge, &word), DD_ERR_INVALID);
	huge[200] = '/';
	assert_int_equal(cli_parse_task(huge, &word), DD_ERR_INVALID);
}

static void messages_and_reports_are_named_by_record_or_hash(void **state)
{
	static const char whole[] =
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
	static const struct {
		const char *text;
		int rc;
		uint64_t sequence;
		const char *hash;
	} cases[] = {
		{"4711", 0, 4711, ""},
		{"12345678901", 0, 12345678901, ""},
		{"123456789012", 0, 0, "123456789012"},
		{"9F86d081884c", 0, 0, "9f86d081884c"},
		{whole, 0, 0, whole},
		{"9f86d081884", DD_ERR_INVALID, 0, ""},
		{"9f86d081884g", DD_ERR_INVALID, 0, ""},
		{"0", DD_ERR_INVALID, 0, ""},
		{"", DD_ERR_INVALID, 0, ""},
	};
	struct cli_named named;
	char huge[70];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(cli_parse_named(cases[i].text, &named), cases[i].rc);
		if (cases[i].rc != 0)
			continue;
		assert_int_equal(named.sequence, cases[i].sequence);
		assert_string_equal(named.hash, cases[i].hash);
	}
	memset(huge, 'a', sizeof(huge));
	huge[65] = '\0';
	assert_int_equal(cli_parse_named(huge, &named), DD_ERR_INVALID);
}

static void a_hash_is_named_by_its_beginning_and_a_number_names_none(void **state)
{
	struct cli_named named;
	uint8_t hash[32];

	(void)state;
	memset(hash, 0xab, sizeof(hash));
	assert_int_equal(cli_parse_named("abababababab", &named), 0);
	assert_true(cli_names_hash(&named, hash, sizeof(hash)));
	assert_false(cli_names_hash(&named, hash, sizeof(hash) - 1));
	hash[5] = 0xac;
	assert_false(cli_names_hash(&named, hash, sizeof(hash)));
	assert_int_equal(cli_parse_named("12", &named), 0);
	assert_false(cli_names_hash(&named, hash, sizeof(hash)));
}

static void the_language_follows_the_first_locale_that_is_set(void **state)
{
	(void)state;
	assert_int_equal(cli_locale_lang("vi_VN.UTF-8", "en_US", "en_US"), CLI_VI);
	assert_int_equal(cli_locale_lang("", "vi", "en_US"), CLI_VI);
	assert_int_equal(cli_locale_lang(NULL, NULL, "vi_VN"), CLI_VI);
	assert_int_equal(cli_locale_lang("C", "vi_VN", "vi_VN"), CLI_EN);
	assert_int_equal(cli_locale_lang(NULL, "", NULL), CLI_EN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_words_may_be_mixed),
		cmocka_unit_test(what_is_not_understood_is_named),
		cmocka_unit_test(the_language_is_known_even_when_the_line_is_wrong),
		cmocka_unit_test(every_option_has_a_name_and_a_help_of_its_own),
		cmocka_unit_test(every_command_has_a_summary_an_example_and_ends_its_options),
		cmocka_unit_test(dates_are_read_in_both_forms),
		cmocka_unit_test(numbers_are_digits_within_their_range),
		cmocka_unit_test(a_task_is_named_by_code_plan_and_code_or_id),
		cmocka_unit_test(messages_and_reports_are_named_by_record_or_hash),
		cmocka_unit_test(a_hash_is_named_by_its_beginning_and_a_number_names_none),
		cmocka_unit_test(the_language_follows_the_first_locale_that_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
