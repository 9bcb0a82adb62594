/* permission_test.c - every principal class and every set of roles with every kind of command. */
#include "common/domain/permission.h"

#include "tests/support/harness.h"
#include <string.h>

/* Who sends it: operator, gateway, oFfice, notification, reporting, task, enrol. Whose part it
 * is: Lead, Coordinating, Assigner, * = any. */
static const struct {
	enum dd_command_kind kind;
	const char *senders, *parts;
	const char *whole; /* "person": more than a unit's matter; "all": the whole authority's */
} cells[] = {
	{DD_COMMAND_WITHDRAWN, "ogf", "*", ""},
	{DD_COMMAND_REPORT, "ogf", "L", ""},
	{DD_COMMAND_REQUEST_COMPLETION, "ogf", "L", ""},
	{DD_COMMAND_DECIDE_COMPLETION, "og", "A", ""},
	{DD_COMMAND_REQUEST_EXTENSION, "ogf", "L", ""},
	{DD_COMMAND_DECIDE_EXTENSION, "og", "A", ""},
	{DD_COMMAND_ASSIGN, "og", "A", ""},
	{DD_COMMAND_IMPORT_PLAN, "og", "A", ""},
	{DD_COMMAND_IMPORT_CALENDAR, "og", "A", "person"},
	{DD_COMMAND_CONFIRM_CLOCK, "o", "", ""},
	{DD_COMMAND_TAKE_LEASE, "n", "", ""},
	{DD_COMMAND_PLAN_DIGEST, "n", "", ""},
	{DD_COMMAND_HAND_OVER, "n", "", ""},
	{DD_COMMAND_SETTLE, "n", "", ""},
	{DD_COMMAND_ISSUE_REPORT, "r", "", ""},
	{DD_COMMAND_RECEIVE_TASK, "ogf", "L", ""},
	{DD_COMMAND_REQUEST_REFUSAL, "ogf", "L", ""},
	{DD_COMMAND_DECIDE_REFUSAL, "og", "A", ""},
	{DD_COMMAND_REQUEST_TRANSFER, "ogf", "L", ""},
	{DD_COMMAND_DECIDE_TRANSFER, "og", "A", ""},
	{DD_COMMAND_PAUSE_TASK, "og", "A", ""},
	{DD_COMMAND_RESUME_TASK, "og", "A", ""},
	{DD_COMMAND_CANCEL_TASK, "og", "A", ""},
	{DD_COMMAND_REMOVE_TASK, "og", "A", ""},
	{DD_COMMAND_WITHDRAW_ENTRY, "ogf", "L", ""},
	{DD_COMMAND_REPLACE_UPDATE, "ogf", "L", ""},
	{DD_COMMAND_TAKE_BACK, "og", "A", ""},
	{DD_COMMAND_UNDO_GROUP, "og", "A", ""},
	{DD_COMMAND_RESOLVE_CONFLICT, "ogf", "LA", ""},
	{DD_COMMAND_PASS_ON, "ogf", "L", ""},
	{DD_COMMAND_DECIDE_OUTGOING, "ogf", "L", ""},
	{DD_COMMAND_REPORT_UNCHANGED, "ogf", "L", ""},
	{DD_COMMAND_REPORT_PRODUCT, "ogf", "LA", ""},
	{DD_COMMAND_EXPLAIN_DELAY, "ogf", "L", ""},
	{DD_COMMAND_DECIDE_EXPLANATION, "og", "A", ""},
	{DD_COMMAND_ASK_UNIT, "ogf", "LA", ""},
	{DD_COMMAND_ANSWER_ASK, "ogf", "*", ""},
	{DD_COMMAND_CLOSE_ASK, "ogf", "LA", ""},
	{DD_COMMAND_COMMENT, "ogf", "LCA", ""},
	{DD_COMMAND_CHANGE_MANY, "og", "A", ""},
	{DD_COMMAND_SET_PLAN, "og", "A", ""},
	{DD_COMMAND_PUBLISH_PLAN, "og", "A", ""},
	{DD_COMMAND_ACKNOWLEDGE_PLAN, "ogf", "*", ""},
	{DD_COMMAND_ADD_TASK, "og", "A", ""},
	{DD_COMMAND_CHANGE_TASK, "og", "A", ""},
	{DD_COMMAND_PLACE_PLAN, "og", "A", ""},
	{DD_COMMAND_RECORD_OCCURRENCE, "og", "A", ""},
	{DD_COMMAND_SET_DEPENDENCY, "og", "A", ""},
	{DD_COMMAND_SET_INDICATOR, "og", "A", ""},
	{DD_COMMAND_MEASURE_INDICATOR, "ogf", "LA", ""},
	{DD_COMMAND_FREEZE_BASELINE, "og", "A", ""},
	{DD_COMMAND_SAVE_FILTER, "og", "*", ""},
	{DD_COMMAND_SET_LABEL, "og", "A", "all"},
	{DD_COMMAND_SET_AREA, "og", "A", "all"},
	{DD_COMMAND_SET_SETTINGS, "og", "A", "person"},
	{DD_COMMAND_DECIDE_YEAR_END, "og", "A", ""},
	{DD_COMMAND_CLOSE_PLAN, "og", "A", ""},
	{DD_COMMAND_DRAFT_PLAN, "og", "A", ""},
	{DD_COMMAND_SET_UNIT, "og", "A", "person"},
	{DD_COMMAND_SET_ALIAS, "og", "A", "person"},
	{DD_COMMAND_CHANGE_UNITS, "og", "A", "person"},
	{DD_COMMAND_WITHDRAW_UNITS_CHANGE, "og", "A", "person"},
	{DD_COMMAND_SET_CHARGE, "og", "A", "all"},
	{DD_COMMAND_GRANT_ROLE, "og", "A", "person"},
	{DD_COMMAND_REVOKE_ROLE, "og", "A", "person"},
	{DD_COMMAND_SET_DEPUTY, "og", "*", "person"},
	{DD_COMMAND_HAND_OVER_WORK, "og", "A", "person"},
	{DD_COMMAND_ATTACH_FILE, "ogf", "LCA", ""},
	{DD_COMMAND_DETACH_FILE, "ogf", "LA", ""},
	{DD_COMMAND_ORDER_DESTRUCTION, "og", "A", "person"},
	{DD_COMMAND_CONFIRM_DESTRUCTION, "og", "A", "person"},
	{DD_COMMAND_COVER_BACKUP, "o", "", ""},
	{DD_COMMAND_RELEASE_RESTORE, "o", "", ""},
	{DD_COMMAND_MAKE_INSTANCES, "t", "", ""},
	{DD_COMMAND_EFFECT_UNITS_CHANGE, "t", "", ""},
	{DD_COMMAND_FILE_CAME, "t", "", ""},
	{DD_COMMAND_DESTRUCTION_RUN, "t", "", ""},
	{DD_COMMAND_INVITE_OFFICE, "og", "A", "person"},
	{DD_COMMAND_JOIN_OFFICE, "e", "*", ""},
	{DD_COMMAND_REVOKE_OFFICE, "og", "A", "person"},
	{DD_COMMAND_ROTATE_OFFICE_KEY, "f", "*", ""},
	{DD_COMMAND_SET_REMINDER_RULE, "og", "A", "person"},
	{DD_COMMAND_START_REMINDERS, "og", "A", ""},
	{DD_COMMAND_SET_SILENCE, "og", "LA", "person"},
	{DD_COMMAND_END_SILENCE, "og", "LA", "person"},
	{DD_COMMAND_PROMISE_DAY, "ogf", "L", ""},
	{DD_COMMAND_DISPUTE_REMINDER, "ogf", "*", ""},
	{DD_COMMAND_RELEASE_DIGEST, "ogn", "A", ""},
	{DD_COMMAND_RECORD_TOLD, "ogf", "*", ""},
	{DD_COMMAND_SET_SUBSCRIPTION, "ogf", "*", ""},
};

static size_t cell_of(int kind)
{
	size_t i = 0;

	while (i < sizeof(cells) / sizeof(cells[0]) && (int)cells[i].kind != kind)
		i++;
	return i;
}

#define CELLS (sizeof(cells) / sizeof(cells[0]))

static void every_principal_may_what_its_class_may(void **state)
{
	static const struct {
		const char *name;
		char letter; /* 0 = nothing is allowed */
	} classes[] = {
		{"operator", 'o'},  {"gateway", 'g'}, {"office", 'f'}, {"notification", 'n'},
		{"reporting", 'r'}, {"task", 't'},    {"enrol", 'e'},  {"local", 0},
		{"none", 0},        {"", 0},          {"OPERATOR", 0}, {"operator ", 0},
		{"office-SYT", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		for (int kind = 0; kind < DD_COMMAND_KIND_COUNT; kind++) {
			size_t cell = cell_of(kind);
			bool may = dd_permission_principal(classes[i].name,
							   (enum dd_command_kind)kind);
			bool should = cell < CELLS && classes[i].letter != 0 &&
				      strchr(cells[cell].senders, classes[i].letter) != NULL;

			if (may != should)
				fail_msg("'%s' and kind %d: %d", classes[i].name, kind, may);
		}
	}
}

static bool part_should(size_t cell, unsigned roles)
{
	const char *parts = cells[cell].parts;

	return strchr(parts, '*') != NULL ||
	       ((roles & DD_ROLE_LEAD) != 0 && strchr(parts, 'L') != NULL) ||
	       ((roles & DD_ROLE_COORDINATING) != 0 && strchr(parts, 'C') != NULL) ||
	       ((roles & DD_ROLE_ASSIGNER) != 0 && strchr(parts, 'A') != NULL);
}

static void every_set_of_roles_may_what_its_roles_may(void **state)
{
	(void)state;
	for (unsigned roles = 0; roles < 8; roles++) {
		for (int kind = 0; kind < DD_COMMAND_KIND_COUNT; kind++) {
			size_t cell = cell_of(kind);
			bool got = dd_permission_unit(roles, (enum dd_command_kind)kind);

			if (got != (cell < CELLS && part_should(cell, roles)))
				fail_msg("roles %u and kind %d: %d", roles, kind, got);
		}
	}
}

/* What a unit as such may not do: everything that reaches beyond tasks, plans and the unit itself.
 */
static void what_is_the_whole_authoritys_is_marked_as_such(void **state)
{
	static const char *const words[] = {
		[DD_WHOLE_NOT] = "", [DD_WHOLE_PERSON] = "person", [DD_WHOLE_ALL] = "all"};

	(void)state;
	for (int kind = 0; kind < DD_COMMAND_KIND_COUNT; kind++) {
		size_t cell = cell_of(kind);
		enum dd_whole whole = dd_permission_whole((enum dd_command_kind)kind);

		assert_string_equal(words[whole], cell < CELLS ? cells[cell].whole : "");
		if (whole != DD_WHOLE_NOT) /* nor does an office */
			assert_false(dd_permission_principal("office", (enum dd_command_kind)kind));
	}
	assert_int_equal(dd_permission_whole((enum dd_command_kind)9999), DD_WHOLE_NOT);
}

static void a_kind_that_does_not_exist_is_allowed_to_nobody(void **state)
{
	(void)state;
	assert_false(dd_permission_principal("operator", DD_COMMAND_KIND_COUNT));
	assert_false(dd_permission_principal("operator", (enum dd_command_kind)200));
	assert_false(dd_permission_unit(7, DD_COMMAND_KIND_COUNT));
	assert_false(dd_permission_principal("operator", DD_COMMAND_NONE));
	assert_true(dd_permission_unit(0xf0, DD_COMMAND_WITHDRAWN));
	assert_false(dd_permission_unit(0xf8, DD_COMMAND_REPORT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_principal_may_what_its_class_may),
		cmocka_unit_test(every_set_of_roles_may_what_its_roles_may),
		cmocka_unit_test(what_is_the_whole_authoritys_is_marked_as_such),
		cmocka_unit_test(a_kind_that_does_not_exist_is_allowed_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
