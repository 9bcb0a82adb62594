/* cli_person_test.c - persons by id, by name and as "me"; the directory that only this account has.
 */
#include "services/cli/cli_unit.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AN   "11111111111111111111111111111111"
#define BINH "22222222222222222222222222222222"

static char *dir;
static FILE *problems;

static int set_up(void **state)
{
	(void)state;
	dir = test_tmpdir();
	problems = fopen("/dev/null", "w");
	return setenv("XDG_STATE_HOME", dir, 1);
}

static int tear_down(void **state)
{
	(void)state;
	fclose(problems);
	unsetenv("XDG_STATE_HOME");
	unsetenv("DONDOC_PERSON");
	test_tmpdir_end(dir);
	return 0;
}

static const struct cli_command name_command = {.group = "person", .name = "name"};

/* `person name PERSON NAME` */
static int name(const char *person, const char *text)
{
	struct cli cli = {.out = problems, .problems = problems, .command = &name_command};

	cli.args.word[0] = "person";
	cli.args.word[1] = "name";
	cli.args.word[2] = person;
	cli.args.word[3] = text;
	cli.args.words = 4;
	return cli_person_name(&cli);
}

/* What a word means, as a name or an id. */
static int means(const char *word, const char *words)
{
	struct cli cli = {.out = problems, .problems = problems};
	uint8_t id[16];
	ProtobufCBinaryData person = {.data = id, .len = sizeof(id)};
	struct dd_buf text = {0};
	int rc = cli_person_parse(&cli, word, id);

	if (rc == 0) {
		cli_person_words(&person, &text);
		assert_string_equal(dd_buf_cstr(&text), words);
	}
	dd_buf_fini(&text);
	return rc;
}

static void a_name_stands_for_its_id_until_it_is_erased(void **state)
{
	(void)state;
	assert_int_equal(means(AN, AN), 0);
	assert_int_equal(means("Lê An", ""), CLI_NOT_FOUND);
	assert_int_equal(name(AN, "Lê An"), 0);
	assert_int_equal(name(BINH, "Trần Bình"), 0);
	assert_int_equal(means("Lê An", "Lê An"), 0);
	assert_int_equal(means(" lê  an ", "Lê An"), 0);     /* as names of units are compared */
	assert_int_equal(means("Le An", ""), CLI_NOT_FOUND); /* marks count */
	assert_int_equal(name("Lê An", "Lê Văn An"), 0);
	assert_int_equal(means(AN, "Lê Văn An"), 0);
	assert_int_equal(name(AN, ""), 0);
	assert_int_equal(means(AN, AN), 0);
	assert_int_equal(means("Trần Bình", "Trần Bình"), 0);
}

static void a_name_that_would_break_the_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(name(AN, "Lê, An"), CLI_USAGE);
	assert_int_equal(name("12ab", "Lê An"), CLI_NOT_FOUND);
}

static void another_person_is_taken_from_the_environment(void **state)
{
	struct cli cli = {.out = problems, .problems = problems};
	uint8_t me[16], other[16];

	(void)state;
	assert_int_equal(cli_person(&cli, me), 0);
	setenv("DONDOC_PERSON", BINH, 1);
	assert_int_equal(cli_person(&cli, other), 0);
	assert_int_equal(other[0], 0x22);
	setenv("DONDOC_PERSON", "me", 1);
	assert_int_equal(cli_person(&cli, other), 0);
	assert_memory_equal(me, other, sizeof(me));
	setenv("DONDOC_PERSON", "nobody", 1);
	assert_int_equal(cli_person(&cli, other), CLI_NOT_FOUND);
}

static void lists_are_split_at_semicolons(void **state)
{
	static const struct {
		const char *text, *joined;
		size_t count;
	} cases[] = {
		{"SYT", "SYT|", 1},
		{" SYT ; STC;", "SYT|STC|", 2},
		{"A=Sở Một; B", "A=Sở Một|B|", 2},
		{" ; ;", "", 0},
		{NULL, "", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *copy, text[64] = "";
		size_t count;
		char **row = cli_split(cases[i].text, &copy, &count);

		for (size_t k = 0; k < count; k++) {
			strcat(text, row[k]);
			strcat(text, "|");
		}
		assert_int_equal(count, cases[i].count);
		assert_string_equal(text, cases[i].joined);
		free(row);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_name_stands_for_its_id_until_it_is_erased, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_name_that_would_break_the_file_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(another_person_is_taken_from_the_environment,
						set_up, tear_down),
		cmocka_unit_test(lists_are_split_at_semicolons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
