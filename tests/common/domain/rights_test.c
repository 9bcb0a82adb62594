/* rights_test.c - the matrix of roles, kinds of action and scopes, cell by cell. */
#include "common/domain/rights.h"

#include "tests/support/harness.h"
#include <string.h>

/* Units: UBND > SYT > P1. STC stands apart. */
static bool within(void *arg, const char *unit, const char *root)
{
	(void)arg;
	if (strcmp(unit, root) == 0)
		return true;
	if (strcmp(root, "UBND") == 0)
		return strcmp(unit, "SYT") == 0 || strcmp(unit, "P1") == 0;
	return strcmp(root, "SYT") == 0 && strcmp(unit, "P1") == 0;
}

/* A cell: '-' nothing, 'o' own unit, 's' its subtree, 'a' as the grant says, 'v' tasks whose lead
 * lies in the scope, 'c' tasks in charge, 'i' whoever he is, 'e' his own entries in his own unit.
 * Order: staff, focal, head, agency,
 * leader, inspector, administrator. */
static const struct {
	enum dd_right_class cls;
	enum dd_command_kind kind; /* one of the class */
	const char *cells;
} rows[] = {
	{DD_RIGHT_WORK, DD_COMMAND_REPORT, "sss----"},
	{DD_RIGHT_ATTACH, DD_COMMAND_ATTACH_FILE, "sssa---"},
	{DD_RIGHT_DETACH, DD_COMMAND_DETACH_FILE, "essa---"},
	{DD_RIGHT_COMMENT, DD_COMMAND_COMMENT, "sssacv-"},
	{DD_RIGHT_RECEIVE, DD_COMMAND_RECEIVE_TASK, "-os----"},
	{DD_RIGHT_ASK, DD_COMMAND_ASK_UNIT, "-osa---"},
	{DD_RIGHT_RESOLVE, DD_COMMAND_RESOLVE_CONFLICT, "-osa---"},
	{DD_RIGHT_REQUEST, DD_COMMAND_REQUEST_COMPLETION, "-oo----"},
	{DD_RIGHT_WITHDRAW, DD_COMMAND_WITHDRAW_ENTRY, "eoo----"},
	{DD_RIGHT_RELEASE, DD_COMMAND_DECIDE_OUTGOING, "--s----"},
	{DD_RIGHT_ACKNOWLEDGE, DD_COMMAND_ACKNOWLEDGE_PLAN, "ios-iii"},
	{DD_RIGHT_DECIDE, DD_COMMAND_DECIDE_COMPLETION, "---ac--"},
	{DD_RIGHT_PLAN, DD_COMMAND_ADD_TASK, "-ooa---"},
	{DD_RIGHT_MEASURE, DD_COMMAND_MEASURE_INDICATOR, "oooa---"},
	{DD_RIGHT_DATA, DD_COMMAND_SET_AREA, "---a--a"},
	{DD_RIGHT_UNITS, DD_COMMAND_SET_UNIT, "-o----a"},
	{DD_RIGHT_UNIT_LIFE, DD_COMMAND_CHANGE_UNITS, "------a"},
	{DD_RIGHT_SETTINGS, DD_COMMAND_SET_SETTINGS, "------a"},
	{DD_RIGHT_GRANT, DD_COMMAND_GRANT_ROLE, "-oo---a"},
	{DD_RIGHT_DEPUTY, DD_COMMAND_SET_DEPUTY, "iooiiia"},
	{DD_RIGHT_DESTROY, DD_COMMAND_ORDER_DESTRUCTION, "---aa-a"},
	{DD_RIGHT_FILTER, DD_COMMAND_SAVE_FILTER, "iiiiiii"},
	{DD_RIGHT_OFFICES, DD_COMMAND_INVITE_OFFICE, "------a"},
	{DD_RIGHT_REMIND, DD_COMMAND_SET_REMINDER_RULE, "---a--a"},
	{DD_RIGHT_SILENCE, DD_COMMAND_SET_SILENCE, "--sa---"},
	{DD_RIGHT_TOLD, DD_COMMAND_RECORD_TOLD, "-ssa---"},
	{DD_RIGHT_SUBSCRIBE, DD_COMMAND_SET_SUBSCRIPTION, "iosiiii"},
};
static const enum dd_person_role columns[] = {
	DD_PERSON_STAFF,  DD_PERSON_FOCAL,     DD_PERSON_HEAD,          DD_PERSON_AGENCY,
	DD_PERSON_LEADER, DD_PERSON_INSPECTOR, DD_PERSON_ADMINISTRATOR,
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static enum dd_right_answer ask(enum dd_person_role role, enum dd_scope scope, const char *unit,
				bool in_charge, enum dd_command_kind kind)
{
	struct dd_grant grant = {.id = 7, .role = (uint8_t)role, .scope = (uint8_t)scope};
	struct dd_rights_asker asker = {
		.grants = &grant,
		.count = 1,
		.today = 100,
		.unit = unit,
		.lead = unit,
		.in_charge = in_charge,
		.within = within,
	};
	const struct dd_grant *by = NULL;
	enum dd_right_answer answer;

	strcpy(grant.unit, scope == DD_SCOPE_ALL ? "" : "SYT");
	answer = dd_rights_ask(&asker, kind, &by);
	assert_true((by == &grant) == (answer <= DD_RIGHT_YES));
	return answer;
}

/* What a cell promises for a grant of `scope` at SYT, about `unit`. */
static enum dd_right_answer promised(char cell, enum dd_scope scope, const char *unit)
{
	bool own = scope != DD_SCOPE_ALL && strcmp(unit, "SYT") == 0;
	bool sub = scope == DD_SCOPE_SUBTREE && strcmp(unit, "P1") == 0;

	switch (cell) {
	case 'o':
	case 'e': /* as long as nobody has looked whose it is */
		return own ? DD_RIGHT_YES_BY_UNIT : DD_RIGHT_NO_SCOPE;
	case 's':
		return own || sub ? DD_RIGHT_YES_BY_UNIT : DD_RIGHT_NO_SCOPE;
	case 'a':
		return own || sub || scope == DD_SCOPE_ALL ? DD_RIGHT_YES_BY_UNIT
							   : DD_RIGHT_NO_SCOPE;
	case 'v':
		return own || sub || scope == DD_SCOPE_ALL ? DD_RIGHT_YES : DD_RIGHT_NO_SCOPE;
	case 'i':
		return DD_RIGHT_YES_BY_UNIT;
	default:
		return DD_RIGHT_NO_ROLE;
	}
}

static void check_cell(size_t row, size_t column)
{
	static const char *const units[] = {"SYT", "P1", "UBND", "STC"};
	char cell = rows[row].cells[column];

	for (int scope = 0; scope < DD_SCOPE_COUNT; scope++) {
		for (size_t u = 0; u < 4; u++) {
			enum dd_right_answer want =
				cell == 'c' ? DD_RIGHT_NO_SCOPE
					    : promised(cell, (enum dd_scope)scope, units[u]);

			assert_int_equal(ask(columns[column], (enum dd_scope)scope, units[u], false,
					     rows[row].kind),
					 want);
			if (cell == 'c')
				want = DD_RIGHT_YES;
			assert_int_equal(ask(columns[column], (enum dd_scope)scope, units[u], true,
					     rows[row].kind),
					 want);
		}
	}
}

static void every_cell_of_the_matrix_says_what_it_should(void **state)
{
	(void)state;
	assert_int_equal(ROWS, DD_RIGHT_CLASS_COUNT - 1); /* all but what is free */
	for (size_t row = 0; row < ROWS; row++) {
		assert_int_equal(dd_right_class_of(rows[row].kind), rows[row].cls);
		assert_int_equal(strlen(rows[row].cells), 7);
		for (size_t column = 0; column < 7; column++)
			check_cell(row, column);
	}
}

static enum dd_right_answer ask_entry(char cell, const uint8_t *sender, enum dd_person_role role,
				      enum dd_command_kind kind)
{
	static const uint8_t me[16] = {1}, him[16] = {2};
	struct dd_grant grant = {.role = (uint8_t)role, .unit = "SYT", .deputy = cell == 'd'};
	struct dd_rights_asker asker = {.grants = &grant,
					.count = 1,
					.today = 100,
					.unit = "SYT",
					.person = me,
					.sender = sender};
	const struct dd_grant *by;

	memcpy(grant.of, cell == 'd' ? him : me, 16);
	return dd_rights_ask(&asker, kind, &by);
}

/* In every cell: who sent it himself, or stands in for the sender, or neither. */
static void one_of_the_staff_corrects_only_what_he_sent_himself(void **state)
{
	static const uint8_t me[16] = {1}, him[16] = {2}, other[16] = {3}, nobody[16] = {0};

	(void)state;
	for (size_t row = 0; row < ROWS; row++) {
		for (size_t column = 0; column < 7; column++) {
			char cell = rows[row].cells[column];
			enum dd_person_role role = columns[column];
			enum dd_command_kind kind = rows[row].kind;
			enum dd_right_answer any = ask_entry('o', NULL, role, kind);
			enum dd_right_answer not_his = cell == 'e' ? DD_RIGHT_NOT_HIS : any;

			assert_int_equal(ask_entry('o', me, role, kind), any);
			assert_int_equal(ask_entry('o', other, role, kind), not_his);
			assert_int_equal(ask_entry('o', nobody, role, kind), not_his);
			assert_int_equal(ask_entry('o', him, role, kind), not_his);
			assert_int_equal(ask_entry('d', him, role, kind), any);
			assert_int_equal(ask_entry('d', me, role, kind), any);
			assert_int_equal(ask_entry('d', other, role, kind), not_his);
		}
	}
}

/* For the unit it takes more than what everybody may for himself. */
static void what_is_for_himself_alone_gives_no_right_for_others(void **state)
{
	(void)state;
	for (size_t row = 0; row < ROWS; row++) {
		for (size_t column = 0; column < 7; column++) {
			struct dd_grant grant = {.role = (uint8_t)columns[column], .unit = "SYT"};
			struct dd_rights_asker asker = {.grants = &grant,
							.count = 1,
							.today = 100,
							.unit = "SYT",
							.for_others = true};
			const struct dd_grant *by;
			bool himself = rows[row].cells[column] == 'i';

			asker.lead = "SYT";
			if (himself)
				assert_int_equal(dd_rights_ask(&asker, rows[row].kind, &by),
						 DD_RIGHT_NO_ROLE);
		}
	}
}

static void nobody_gives_a_wider_scope_than_he_has(void **state)
{
	(void)state;
	for (size_t by = 0; by < 7; by++) {
		for (size_t given = 0; given < 7; given++) {
			for (int has = 0; has < DD_SCOPE_COUNT; has++) {
				for (int gives = 0; gives < DD_SCOPE_COUNT; gives++) {
					struct dd_grant grant = {.role = (uint8_t)columns[by],
								 .scope = (uint8_t)has};
					bool may =
						dd_rights_may_grant(columns[by], columns[given]) &&
						gives <= has &&
						(columns[by] == DD_PERSON_ADMINISTRATOR ||
						 gives == DD_SCOPE_OWN);

					assert_int_equal(dd_grant_may_give(&grant, columns[given],
									   (enum dd_scope)gives),
							 may);
				}
			}
		}
	}
}

static void what_people_may_send_is_a_matter_of_roles(void **state)
{
	(void)state;
	for (int kind = 0; kind < DD_COMMAND_KIND_COUNT; kind++) {
		enum dd_command_kind k = (enum dd_command_kind)kind;
		bool people = dd_permission_principal("gateway", k);

		if (k == DD_COMMAND_WITHDRAWN)
			continue;
		assert_int_equal(dd_right_class_of(k) != DD_RIGHT_FREE, people);
	}
	assert_int_equal(dd_right_class_of((enum dd_command_kind)9999), DD_RIGHT_FREE);
}

static void nobody_may_anything_without_a_role(void **state)
{
	struct dd_rights_asker asker = {.unit = "SYT", .today = 100, .in_charge = true};
	const struct dd_grant *by = NULL;

	(void)state;
	for (size_t row = 0; row < ROWS; row++)
		assert_int_equal(dd_rights_ask(&asker, rows[row].kind, &by), DD_RIGHT_NO_ROLE);
	assert_null(by);
	assert_int_equal(dd_rights_ask(&asker, DD_COMMAND_SETTLE, &by), DD_RIGHT_YES_BY_UNIT);
}

static void a_role_counts_from_its_first_to_its_last_day(void **state)
{
	static const struct {
		int32_t from, until;
		bool in_force;
	} cases[] = {
		{0, 0, true},    {100, 100, true}, {101, 0, false}, {0, 99, false},
		{99, 101, true}, {0, 100, true},   {100, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_grant grant = {.role = DD_PERSON_HEAD,
					 .unit = "SYT",
					 .from_day = cases[i].from,
					 .until_day = cases[i].until};
		struct dd_rights_asker asker = {
			.grants = &grant, .count = 1, .unit = "SYT", .today = 100};
		const struct dd_grant *by = NULL;

		assert_int_equal(dd_grant_in_force(&grant, 100), cases[i].in_force);
		assert_int_equal(dd_rights_ask(&asker, DD_COMMAND_REPORT, &by),
				 cases[i].in_force ? DD_RIGHT_YES_BY_UNIT : DD_RIGHT_NO_ROLE);
	}
}

static void the_best_of_several_roles_counts(void **state)
{
	struct dd_grant grants[] = {
		{.id = 1, .role = DD_PERSON_INSPECTOR, .scope = DD_SCOPE_ALL},
		{.id = 2, .role = DD_PERSON_STAFF, .unit = "STC"},
		{.id = 3, .role = DD_PERSON_STAFF, .unit = "SYT", .deputy = 1},
	};
	struct dd_rights_asker asker = {.grants = grants,
					.count = 3,
					.unit = "SYT",
					.lead = "SYT",
					.today = 100,
					.within = within};
	const struct dd_grant *by = NULL;

	(void)state;
	assert_int_equal(dd_rights_ask(&asker, DD_COMMAND_REPORT, &by), DD_RIGHT_YES_BY_UNIT);
	assert_int_equal(by->id, 3);
	assert_int_equal(dd_rights_ask(&asker, DD_COMMAND_COMMENT, &by), DD_RIGHT_YES);
	assert_int_equal(by->id, 1);
	asker.unit = "UBND";
	assert_int_equal(dd_rights_ask(&asker, DD_COMMAND_REPORT, &by), DD_RIGHT_NO_SCOPE);
	asker.unit = "";
	assert_int_equal(dd_rights_ask(&asker, DD_COMMAND_REPORT, &by), DD_RIGHT_NO_SCOPE);
}

static void only_administrators_make_more_than_those_under_them(void **state)
{
	/* rows: who gives; letters: what may be given, in the order of the columns */
	static const struct {
		enum dd_person_role by;
		const char *given;
	} cases[] = {
		{DD_PERSON_STAFF, "-------"},         {DD_PERSON_FOCAL, "y------"},
		{DD_PERSON_HEAD, "yy-----"},          {DD_PERSON_AGENCY, "-------"},
		{DD_PERSON_LEADER, "-------"},        {DD_PERSON_INSPECTOR, "-------"},
		{DD_PERSON_ADMINISTRATOR, "yyyyyyy"}, {DD_PERSON_NONE, "-------"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t column = 0; column < 7; column++)
			assert_int_equal(dd_rights_may_grant(cases[i].by, columns[column]),
					 cases[i].given[column] == 'y');
		assert_false(dd_rights_may_grant(cases[i].by, DD_PERSON_NONE));
		assert_false(dd_rights_may_grant(cases[i].by, DD_PERSON_ROLE_COUNT));
	}
}

static void a_refusal_can_name_the_roles_that_may(void **state)
{
	char text[96];

	(void)state;
	dd_rights_roles_text(DD_COMMAND_REQUEST_COMPLETION, text, sizeof(text));
	assert_string_equal(text, "focal, head");
	dd_rights_roles_text(DD_COMMAND_SET_SETTINGS, text, sizeof(text));
	assert_string_equal(text, "admin");
	dd_rights_roles_text(DD_COMMAND_SAVE_FILTER, text, 12); /* cut between two names */
	assert_string_equal(text, "agency");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_of_the_matrix_says_what_it_should),
		cmocka_unit_test(one_of_the_staff_corrects_only_what_he_sent_himself),
		cmocka_unit_test(what_is_for_himself_alone_gives_no_right_for_others),
		cmocka_unit_test(nobody_gives_a_wider_scope_than_he_has),
		cmocka_unit_test(what_people_may_send_is_a_matter_of_roles),
		cmocka_unit_test(nobody_may_anything_without_a_role),
		cmocka_unit_test(a_role_counts_from_its_first_to_its_last_day),
		cmocka_unit_test(the_best_of_several_roles_counts),
		cmocka_unit_test(only_administrators_make_more_than_those_under_them),
		cmocka_unit_test(a_refusal_can_name_the_roles_that_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
