/* permission_test.c - every principal class and every set of roles with every kind of command. */
#include "common/domain/permission.h"

#include "tests/support/harness.h"

/* One letter a kind, in the order of the enum: report, request completion, decide completion,
 * request extension, decide extension, assign, import plan, import calendar, confirm the clock,
 * withdrawn. */
#define KINDS "rcdeEapkcw"

_Static_assert(sizeof(KINDS) - 1 == DD_COMMAND_KIND_COUNT, "a new kind needs its column here");

static void every_principal_may_what_its_class_may(void **state)
{
	static const struct {
		const char *name;
		const char *may; /* 1 or 0 for each kind */
	} cases[] = {
		{"operator", "1111111111"},   {"gateway", "1111111101"},
		{"office", "1101000001"},     {"notification", "0000000000"},
		{"reporting", "0000000000"},  {"local", "0000000000"},
		{"none", "0000000000"},       {"", "0000000000"},
		{"OPERATOR", "0000000000"},   {"operator ", "0000000000"},
		{"office-SYT", "0000000000"},
	};
	size_t i;
	int kind;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (kind = 0; kind < DD_COMMAND_KIND_COUNT; kind++) {
			bool may =
				dd_permission_principal(cases[i].name, (enum dd_command_kind)kind);

			if (may != (cases[i].may[kind] == '1'))
				fail_msg("'%s' and kind %d: %d", cases[i].name, kind, may);
		}
	}
}

static void every_set_of_roles_may_what_its_roles_may(void **state)
{
	static const char *const may[8] = {
		[DD_ROLE_NONE] = "0000000001",
		[DD_ROLE_LEAD] = "1101000001",
		[DD_ROLE_COORDINATING] = "0000000001",
		[DD_ROLE_LEAD | DD_ROLE_COORDINATING] = "1101000001",
		[DD_ROLE_ASSIGNER] = "0010111101",
		[DD_ROLE_ASSIGNER | DD_ROLE_LEAD] = "1111111101",
		[DD_ROLE_ASSIGNER | DD_ROLE_COORDINATING] = "0010111101",
		[DD_ROLE_ASSIGNER | DD_ROLE_LEAD | DD_ROLE_COORDINATING] = "1111111101",
	};
	unsigned roles;
	int kind;

	(void)state;
	for (roles = 0; roles < 8; roles++) {
		for (kind = 0; kind < DD_COMMAND_KIND_COUNT; kind++) {
			bool got = dd_permission_unit(roles, (enum dd_command_kind)kind);

			if (got != (may[roles][kind] == '1'))
				fail_msg("roles %u and kind %d: %d", roles, kind, got);
		}
	}
}

static void a_kind_that_does_not_exist_is_allowed_to_nobody(void **state)
{
	(void)state;
	assert_false(dd_permission_principal("operator", DD_COMMAND_KIND_COUNT));
	assert_false(dd_permission_principal("operator", (enum dd_command_kind)200));
	assert_false(dd_permission_unit(7, DD_COMMAND_KIND_COUNT));
	assert_true(dd_permission_unit(0xf0, DD_COMMAND_WITHDRAWN));
	assert_false(dd_permission_unit(0xf8, DD_COMMAND_REPORT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_principal_may_what_its_class_may),
		cmocka_unit_test(every_set_of_roles_may_what_its_roles_may),
		cmocka_unit_test(a_kind_that_does_not_exist_is_allowed_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
