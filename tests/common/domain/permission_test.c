/* permission_test.c - every principal class and every set of roles with every kind of command. */
#include "common/domain/permission.h"

#include "tests/support/harness.h"

/* One letter a kind, in the order of the enum: report, request completion, decide completion,
 * request extension, decide extension, assign, import plan, import calendar, confirm the clock,
 * withdrawn, take the lease, plan, hand over and settle a digest, issue a report. */
#define KINDS "rcdeEapkcwlphsi"

_Static_assert(sizeof(KINDS) - 1 == DD_COMMAND_KIND_COUNT, "a new kind needs its column here");

static void every_principal_may_what_its_class_may(void **state)
{
	static const struct {
		const char *name;
		const char *may; /* 1 or 0 for each kind */
	} cases[] = {
		{"operator", "111111111100000"},   {"gateway", "111111110100000"},
		{"office", "110100000100000"},     {"notification", "000000000011110"},
		{"reporting", "000000000000001"},  {"local", "000000000000000"},
		{"none", "000000000000000"},       {"", "000000000000000"},
		{"OPERATOR", "000000000000000"},   {"operator ", "000000000000000"},
		{"office-SYT", "000000000000000"},
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
		[DD_ROLE_NONE] = "000000000100000",
		[DD_ROLE_LEAD] = "110100000100000",
		[DD_ROLE_COORDINATING] = "000000000100000",
		[DD_ROLE_LEAD | DD_ROLE_COORDINATING] = "110100000100000",
		[DD_ROLE_ASSIGNER] = "001011110100000",
		[DD_ROLE_ASSIGNER | DD_ROLE_LEAD] = "111111110100000",
		[DD_ROLE_ASSIGNER | DD_ROLE_COORDINATING] = "001011110100000",
		[DD_ROLE_ASSIGNER | DD_ROLE_LEAD | DD_ROLE_COORDINATING] = "111111110100000",
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
