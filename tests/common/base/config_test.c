/* config_test.c - settings, and words that lead to the place of a mistake. */
#include "common/base/config.h"

#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
	char *host;
	char *path;
	int64_t port;
	int64_t any;
	bool tls;
};

static const struct dd_setting table[] = {
	{.key = "mail.host",
	 .type = DD_SETTING_TEXT,
	 .offset = offsetof(struct settings, host),
	 .help = "name of the mail server"},
	{.key = "mail.port",
	 .type = DD_SETTING_INT,
	 .offset = offsetof(struct settings, port),
	 .number = 25,
	 .min = 1,
	 .max = 65535},
	{.key = "mail.use_tls",
	 .type = DD_SETTING_BOOL,
	 .offset = offsetof(struct settings, tls),
	 .number = 1},
	{.key = "log.dir",
	 .type = DD_SETTING_TEXT,
	 .offset = offsetof(struct settings, path),
	 .text = "/var/lib/dondoc"},
	{.key = "log.any", .type = DD_SETTING_INT, .offset = offsetof(struct settings, any)},
	{0},
};

static char path[400];

static int setup(void **state)
{
	*state = test_tmpdir();
	snprintf(path, sizeof(path), "%s/dondoc.yaml", (char *)*state);
	return 0;
}

static int teardown(void **state)
{
	unsetenv("DONDOC_MAIL_HOST");
	unsetenv("DONDOC_MAIL_PORT");
	unsetenv("DONDOC_MAIL_USE_TLS");
	test_tmpdir_end(*state);
	return 0;
}

static int load(const char *text, struct settings *into, struct dd_error *err)
{
	test_write_file(path, text, strlen(text));
	return dd_config_load(path, table, into, err);
}

static void a_file_gives_values_and_the_table_the_rest(void **state)
{
	struct settings s = {0};
	struct dd_error err;

	(void)state;
	assert_int_equal(
		load("# mail\nmail:\n  host: 'thư.example'\n  port: 587\n  use_tls: false\n"
		     "log:\n",
		     &s, &err),
		0);
	assert_string_equal(s.host, "thư.example");
	assert_int_equal(s.port, 587);
	assert_false(s.tls);
	assert_string_equal(s.path, "/var/lib/dondoc");
	assert_int_equal(s.any, 0);
	dd_config_fini(table, &s);
	assert_null(s.host);
}

static void the_environment_goes_before_the_file(void **state)
{
	struct settings s = {0};
	struct dd_error err;

	(void)state;
	setenv("DONDOC_MAIL_PORT", "2525", 1);
	setenv("DONDOC_MAIL_HOST", "env", 1);
	assert_int_equal(load("mail: {host: file, port: 587}\n", &s, &err), 0);
	assert_int_equal(s.port, 2525);
	assert_string_equal(s.host, "env");
	dd_config_fini(table, &s);
	assert_int_equal(dd_config_load(NULL, table, &s, &err), 0);
	assert_string_equal(s.host, "env");
	assert_true(s.tls);
	dd_config_fini(table, &s);
}

static void empty_files_and_sections_give_the_defaults(void **state)
{
	static const char *const files[] = {"", "# nothing\n", "---\n", "mail:\nlog: ~\n",
					    "mail: {}\n"};
	size_t i;

	(void)state;
	setenv("DONDOC_MAIL_HOST", "h", 1);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct settings s = {0};
		struct dd_error err;

		assert_int_equal(load(files[i], &s, &err), 0);
		assert_int_equal(s.port, 25);
		dd_config_fini(table, &s);
	}
}

static void mistakes_are_named_by_place_and_remedy(void **state)
{
	static const struct {
		const char *text;
		const char *words; /* behind the path */
	} cases[] = {
		{"mail:\n  host: h\n  smpt: x\n",
		 ":3:3: unknown key 'smpt' in section 'mail'; known: host, port, use_tls"},
		{"mial:\n  host: h\n", ":1:1: unknown section 'mial'; known: mail, log"},
		{"mail:\n  port: 0\n",
		 ":2:9: '0' for 'mail.port'; allowed: a number from 1 to 65535"},
		{"mail:\n  port: 65536\n", ":2:9: '65536' for 'mail.port'"},
		{"mail:\n  port: 25x\n", ":2:9: '25x' for 'mail.port'"},
		{"mail:\n  port:\n", ":2:8: '' for 'mail.port'"},
		{"mail:\n  port: 99999999999999999999\n", "for 'mail.port'"},
		{"mail:\n  use_tls: yes\n",
		 ":2:12: 'yes' for 'mail.use_tls'; allowed: true, false"},
		{"log:\n  any: x\n", ":2:8: 'x' for 'log.any'; allowed: a number"},
		{"mail:\n  host: [a, b]\n", ":2:9: a value must be one text or number"},
		{"mail:\n  host: {a: b}\n", ":2:9: a value must be one text or number"},
		{"mail:\n  host: a\n  host: b\n", ":3:3: the key stands here twice"},
		{"mail:\n  host: a\nlog:\nmail:\n  host: b\n", ":5:3: the key stands here twice"},
		{"mail: x\n", ":1:7: a section holds lines of 'key: value'"},
		{"- mail\n", ":1:1: the file holds sections: 'name:'"},
		{"mail\n", ":1:1: the file holds sections: 'name:'"},
		{"mail:\n  ? [a]\n  : b\n", ":2:5: a key must be a plain word"},
		{"? [a]\n: b\n", ":1:3: a section must be a plain word"},
		{"mail:\n  host: \"a\\0b\"\n", ":2:9: a value must be one text or number"},
		{"mail:\n  host: h\n---\nmail:\n", ":3:1: a second document"},
		{"mail:\n  host: *x\n", ":2:9: a value must be"},
		{"mail:\n\thost: x\n", ":2:1: found character that cannot start any token"},
		{"mail:\n  host: 'x\n", ":3:1: found unexpected end of stream"},
		{"mail:\n  port: 1\n", ": 'mail.host' is required and not set: name of the mail"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s = {.port = 777};
		struct dd_error err;

		assert_int_equal(load(cases[i].text, &s, &err), DD_ERR_INVALID);
		assert_memory_equal(err.text, path, strlen(path));
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("'%s' is not in '%s'", cases[i].words, err.text);
		assert_int_equal(s.port, 777); /* untouched */
		assert_null(s.host);
	}
}

static void mistakes_in_the_environment_are_named_too(void **state)
{
	struct settings s = {0};
	struct dd_error err;

	(void)state;
	setenv("DONDOC_MAIL_PORT", "many", 1);
	assert_int_equal(load("mail:\n  host: h\n", &s, &err), DD_ERR_INVALID);
	assert_string_equal(err.text, "environment DONDOC_MAIL_PORT: 'many' for 'mail.port'; "
				      "allowed: a number from 1 to 65535");
	setenv("DONDOC_MAIL_PORT", "25", 1);
	setenv("DONDOC_MAIL_HOST", "\xff", 1);
	assert_int_equal(load("", &s, &err), DD_ERR_INVALID);
	assert_string_equal(err.text, "environment DONDOC_MAIL_HOST: not UTF-8");
}

static void a_missing_or_huge_file_is_refused(void **state)
{
	struct settings s = {0};
	struct dd_error err;
	char *huge = malloc(300000);

	(void)state;
	assert_int_equal(dd_config_load("/nonexistent/dondoc.yaml", table, &s, &err),
			 DD_ERR_NOT_FOUND);
	memset(huge, '#', 300000);
	test_write_file(path, huge, 300000);
	assert_int_equal(dd_config_load(path, table, &s, &err), DD_ERR_INVALID);
	free(huge);
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(a_file_gives_values_and_the_table_the_rest),
		WITH_DIR(the_environment_goes_before_the_file),
		WITH_DIR(empty_files_and_sections_give_the_defaults),
		WITH_DIR(mistakes_are_named_by_place_and_remedy),
		WITH_DIR(mistakes_in_the_environment_are_named_too),
		WITH_DIR(a_missing_or_huge_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
