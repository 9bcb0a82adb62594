/* proto_lint_test.c - the lint says no to what it must: protoc makes descriptors of small bad
 * files, and the real program judges them. */
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "syntax = \"proto3\";\npackage t;\n"
#define GOOD                                                                                       \
	HEAD "message M { bytes id = 1; oneof has_n { uint32 n = 2; } repeated M2 m = 3; }\n"      \
	     "message M2 { E e = 1; oneof act { string a = 2; M3 b = 3; } }\n"                     \
	     "message M3 { int64 x = 1; }\nenum E { E_ZERO = 0; E_ONE = 1; }\n"
#define RELEASED                                                                                   \
	"# as of 1.0\nfield t.M 1 id bytes single -\nfield t.M 2 n uint32 single has_n\n"          \
	"field t.M 3 m t.M2 repeated -\nfield t.M2 3 b t.M3 single act\n"                          \
	"value t.E 1 E_ONE\n"

static int setup(void **state)
{
	*state = test_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	test_tmpdir_end(*state);
	return 0;
}

static char *in_dir(const char *dir, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	return path;
}

static void compile(const char *dir, const char *proto)
{
	char *file = in_dir(dir, "t.proto");
	char *option;
	int rc;

	test_write_file(file, proto, strlen(proto));
	if (asprintf(&option, "--descriptor_set_out=%s/t.desc", dir) < 0)
		abort();
	rc = test_proc_run(dir, "protoc", (const char *[]){PROTOC, "-I", dir, option, file, NULL},
			   NULL, 60000);
	assert_int_equal(rc, 0);
	free(option);
	free(file);
}

/* The status of the lint over t.desc; its output goes to *out, which the caller frees. */
static int judge(const char *dir, const char *released, char **out)
{
	char *desc = in_dir(dir, "t.desc");
	char *list = in_dir(dir, "released.txt");
	char *output = in_dir(dir, "lint.out");
	int rc;

	test_write_file(list, released, strlen(released));
	rc = test_proc_run(dir, "lint", (const char *[]){PROTO_LINT, "check", desc, list, NULL},
			   NULL, 60000);
	*out = test_read_file(output, NULL);
	free(output);
	free(list);
	free(desc);
	return rc;
}

static void good_messages_pass(void **state)
{
	char *out;

	compile(*state, GOOD);
	assert_int_equal(judge(*state, RELEASED, &out), 0);
	assert_string_equal(out, "3 messages, 1 enums, 0 faults\n");
	free(out);
}

static void each_rule_refuses_what_breaks_it(void **state)
{
	static const struct {
		const char *proto;
		const char *words;
	} cases[] = {
		{"syntax = \"proto2\";\npackage t;\nmessage M { optional int32 a = 1; }\n",
		 "t.proto: must say syntax = \"proto3\""},
		{"syntax = \"proto2\";\npackage t;\nenum E { E_ONE = 1; E_ZERO = 0; }\n",
		 "t.E: the first value must be 0"},
		{HEAD "message M { optional int32 a = 1; }\n", "t.M.a: 'optional' is unknown"},
		{HEAD "message M { map<string, int32> a = 1; }\n", "t.M.AEntry: a map"},
		{HEAD "message M { M a = 1; }\n", "t.M: contains itself"},
		{HEAD
		 "message M { repeated N n = 1; }\nmessage N { oneof x { int32 i = 1; O o = 2; } "
		 "}\nmessage O { M m = 1; }\n",
		 "t.O: contains itself"},
		{HEAD "message M { message N { M m = 1; } }\nmessage P { M.N n = 1; N2 x = 2; }\n"
		      "message N2 { N2 y = 1; }\n",
		 "t.N2: contains itself"},
		{HEAD "message M { oneof maybe { int32 a = 1; } }\n",
		 "t.M: oneof maybe has one member a and must be called has_a"},
		{HEAD "message M { oneof has_b { int32 a = 1; } }\n",
		 "t.M: oneof has_b has one member a and must be called has_a"},
		{HEAD "message M { oneof has_a { int32 a = 1; int32 b = 2; } }\n",
		 "t.M: oneof has_a must have one member"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *out;

		compile(*state, cases[i].proto);
		assert_int_equal(judge(*state, "", &out), 1);
		if (strstr(out, cases[i].words) == NULL)
			fail_msg("'%s' is not in: %s", cases[i].words, out);
		free(out);
	}
}

static void what_was_released_must_stay_as_it_was(void **state)
{
	/* Each replaces a piece of the good file. */
	static const struct {
		const char *piece;
		const char *by;
		const char *words;
	} cases[] = {
		{"bytes id = 1; ", "", "no longer true: field t.M 1 id bytes single -"},
		{"bytes id = 1", "bytes id = 4", "no longer true: field t.M 1 id"},
		{"bytes id = 1", "string id = 1", "no longer true: field t.M 1 id"},
		{"bytes id = 1", "bytes no = 1", "no longer true: field t.M 1 id"},
		{"bytes id = 1", "repeated bytes id = 1", "no longer true: field t.M 1 id"},
		{"oneof has_n { uint32 n = 2; }", "uint32 n = 2;", "no longer true: field t.M 2 n"},
		{"repeated M2 m", "repeated M3 m", "no longer true: field t.M 3 m"},
		{"M3 b = 3", "M3 b = 3; } oneof more { string c = 4", NULL},
		{"E_ONE = 1", "E_TWO = 1", "no longer true: value t.E 1 E_ONE"},
		{"E_ONE = 1", "E_ONE = 2", "no longer true: value t.E 1 E_ONE"},
		{"int64 x = 1;", "int64 x = 1; string new = 2;", NULL},
		{"E_ONE = 1;", "E_ONE = 1; E_NEW = 2;", NULL},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = strstr(GOOD, cases[i].piece);
		char proto[2000];
		char *out;
		int rc;

		assert_non_null(at);
		snprintf(proto, sizeof(proto), "%.*s%s%s", (int)(at - GOOD), GOOD, cases[i].by,
			 at + strlen(cases[i].piece));
		compile(*state, proto);
		rc = judge(*state, RELEASED, &out);
		if (cases[i].words != NULL && strstr(out, cases[i].words) == NULL)
			fail_msg("case %zu: '%s' is not in: %s", i, cases[i].words, out);
		if (cases[i].words != NULL)
			assert_int_equal(rc, 1);
		free(out);
	}
}

static void what_is_no_descriptor_is_told_apart(void **state)
{
	char *desc = in_dir(*state, "t.desc");
	char *out;

	test_write_file(desc, "", 0);
	assert_int_equal(judge(*state, "", &out), 2);
	free(out);
	test_write_file(desc, "\x0a\x7fxx", 4);
	assert_int_equal(judge(*state, "", &out), 2);
	free(out);
	free(desc);
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(good_messages_pass),
		WITH_DIR(each_rule_refuses_what_breaks_it),
		WITH_DIR(what_was_released_must_stay_as_it_was),
		WITH_DIR(what_is_no_descriptor_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
