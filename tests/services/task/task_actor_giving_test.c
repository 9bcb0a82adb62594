/* task_actor_giving_test.c - nobody comes to more than he was given: by granting, by standing in,
 * by changing units. */
#include "tests/services/task/task_actor_fixture.h"

/* Neither one without a role nor the administrator of one unit comes to rights beyond his. */
static void nobody_raises_himself(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDeputy deputy = DONDOC__V1__SET_DEPUTY__INIT;
	Dondoc__V1__HandOver over = DONDOC__V1__HAND_OVER__INIT;
	Dondoc__V1__SetCharge charge = DONDOC__V1__SET_CHARGE__INIT;
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows[] = {&row};
	Dondoc__V1__SetSettings settings = DONDOC__V1__SET_SETTINGS__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'a', DD_PERSON_ADMINISTRATOR, DD_SCOPE_ALL, "");
	grant(test, 'b', DD_PERSON_ADMINISTRATOR, DD_SCOPE_OWN, "U1");
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	as_person(test, 'z', "U1"); /* never had a role */
	deputy.person = person_of('a');
	deputy.deputy = person_of('z');
	denied(test, COMMAND(SET_DEPUTY), &deputy, REFUSAL(NO_ROLE), NULL);
	as_person(test, 'b', "U1");
	deputy.deputy = person_of('b');
	denied(test, COMMAND(SET_DEPUTY), &deputy, REFUSAL(UNIT_SCOPE), NULL);
	deputy.person = person_of('h');
	denied(test, COMMAND(SET_DEPUTY), &deputy, REFUSAL(SAME_PERSON), "grant");
	over.person = person_of('h');
	over.to_person = person_of('b');
	denied(test, COMMAND(HAND_OVER), &over, REFUSAL(SAME_PERSON), "grant");
	charge.person = person_of('b');
	denied(test, COMMAND(SET_CHARGE), &charge, REFUSAL(UNIT_SCOPE), NULL);
	row.name = text_of("approval");
	row.value = text_of("on");
	settings.settings = rows;
	settings.n_settings = 1;
	denied(test, COMMAND(SET_SETTINGS), &settings, REFUSAL(UNIT_SCOPE), NULL);
	row.unit = text_of("U1");
	(void)accepted(test, COMMAND(SET_SETTINGS), &settings);
	as_person(test, 'a', "U1");
	row.unit = text_of("");
	(void)accepted(test, COMMAND(SET_SETTINGS), &settings);
	(void)accepted(test, COMMAND(SET_CHARGE), &charge);
	end(test);
}

static void nobody_gives_more_than_he_has(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__GrantRole cmd = DONDOC__V1__GRANT_ROLE__INIT;
	Dondoc__V1__RevokeRole revoke = DONDOC__V1__REVOKE_ROLE__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'b', DD_PERSON_ADMINISTRATOR, DD_SCOPE_OWN, "U1");
	revoke.grant = grant(test, 'c', DD_PERSON_ADMINISTRATOR, DD_SCOPE_SUBTREE, "U1");
	revoke.reason = text_of("Thôi");
	cmd.person = person_of('n');
	cmd.role = DONDOC__V1__ROLE__ROLE_ADMINISTRATOR;
	cmd.unit = text_of("U1");
	cmd.scope = DONDOC__V1__SCOPE__SCOPE_SUBTREE;
	as_person(test, 'b', "U1"); /* divisions are beyond his scope: he cannot give them away */
	denied(test, COMMAND(GRANT_ROLE), &cmd, REFUSAL(NO_ROLE), "grant");
	denied(test, COMMAND(REVOKE_ROLE), &revoke, REFUSAL(NO_ROLE), "grant");
	cmd.scope = DONDOC__V1__SCOPE__SCOPE_OWN;
	(void)accepted(test, COMMAND(GRANT_ROLE), &cmd);
	as_person(test, 'c', "U1");
	cmd.scope = DONDOC__V1__SCOPE__SCOPE_SUBTREE;
	(void)accepted(test, COMMAND(GRANT_ROLE), &cmd);
	end(test);
}

/* One who holds two roles gives by the one that may. */
static void the_role_that_may_give_is_found_among_several(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__GrantRole cmd = DONDOC__V1__GRANT_ROLE__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_FOCAL, DD_SCOPE_OWN, "U1");
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	cmd.person = person_of('n');
	cmd.role = DONDOC__V1__ROLE__ROLE_FOCAL;
	cmd.unit = text_of("U1");
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(GRANT_ROLE), &cmd);
	end(test);
}

/* A stands in for B and B for A: neither has what the other has it from, nor lasts it. */
static void standing_in_does_not_go_on_through_others(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDeputy cmd = DONDOC__V1__SET_DEPUTY__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'g', DD_PERSON_AGENCY, DD_SCOPE_OWN, "HN");
	grant(test, 'b', DD_PERSON_STAFF, DD_SCOPE_OWN, "HN");
	grant(test, 'c', DD_PERSON_STAFF, DD_SCOPE_OWN, "HN");
	cmd.person = person_of('g');
	cmd.deputy = person_of('b');
	cmd.until_day = TODAY + 2;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	cmd.person = person_of('b');
	cmd.deputy = person_of('c');
	cmd.until_day = 0;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	as_person(test, 'b', "HN");
	decision(test, test->task);
	assert_true(passed(test));
	as_person(test, 'c', "HN");
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NO_ROLE));
	cmd.person = person_of('g'); /* nor does the deputy make himself one for longer */
	cmd.deputy = person_of('b');
	as_person(test, 'b', "HN");
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(NO_ROLE), NULL);
	tomorrow(test, 3);
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NO_ROLE));
	end(test);
}

/* The administrator of one unit does not make units elsewhere by merging his own, nor rename others
 * that way. */
static void a_change_of_units_stays_within_the_reach_of_who_plans_it(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__ChangeUnits cmd = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields top = unit_named("U9", "Sở Chín", "");
	Dondoc__V1__UnitFields other = unit_named("U2", "Sở Hai mới", "");
	Dondoc__V1__UnitFields under = unit_named("P9", "Phòng Chín", "U1");
	Dondoc__V1__UnitFields division = unit_named("P1", "Phòng Một", "U1"), *heirs[] = {&top};
	Dondoc__V1__Document document = paper("12/NQ");
	char *from[] = {text_of("U1")};

	(void)state;
	as_operator(test);
	set_unit(test, &division);
	grant(test, 'b', DD_PERSON_ADMINISTRATOR, DD_SCOPE_SUBTREE, "U1");
	as_person(test, 'b', "U1");
	cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	cmd.day = TODAY;
	cmd.from = from;
	cmd.n_from = 1;
	cmd.to = heirs;
	cmd.n_to = 1;
	cmd.reason = text_of("Sắp xếp");
	cmd.document = &document;
	denied(test, COMMAND(CHANGE_UNITS), &cmd, REFUSAL(UNIT_SCOPE), "-");
	heirs[0] = &other;
	denied(test, COMMAND(CHANGE_UNITS), &cmd, REFUSAL(UNIT_SCOPE), "U2");
	from[0] = text_of("P1");
	heirs[0] = &under;
	(void)accepted(test, COMMAND(CHANGE_UNITS), &cmd);
	end(test);
}

static void a_focal_person_changes_no_aliases_and_no_units(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetAlias alias = DONDOC__V1__SET_ALIAS__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'f', DD_PERSON_FOCAL, DD_SCOPE_OWN, "U1");
	alias.unit = text_of("U1");
	alias.alias = text_of("Sở Một");
	as_person(test, 'f', "U1");
	denied(test, COMMAND(SET_ALIAS), &alias, REFUSAL(NO_ROLE), "unit_life");
	end(test);
}

/* In ten years one stands in for the other more than a hundred times. */
static void absences_that_are_over_take_no_room(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDeputy cmd = DONDOC__V1__SET_DEPUTY__INIT;
	struct view_deputy rows[VIEW_DEPUTIES_MAX];
	size_t count;

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	cmd.person = person_of('h');
	cmd.deputy = person_of('d');
	as_person(test, 'h', "U1");
	for (int i = 0; i < 100; i++) {
		cmd.from_day = TODAY + 30 * i;
		cmd.until_day = cmd.from_day + 2;
		(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
		test->now_us += 30 * 24 * 3600 * DD_SECOND_US;
	}
	assert_int_equal(view_deputies(test->view, true, person_of('d').data, rows, &count), DD_OK);
	assert_int_equal(count, 1);
	for (int i = 1; i < VIEW_DEPUTIES_MAX + 1; i++) { /* so many at one time */
		cmd.from_day = TODAY + 30 * (100 + i);
		cmd.until_day = cmd.from_day + 2;
		(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	}
	cmd.from_day = TODAY + 30 * 200;
	cmd.until_day = cmd.from_day + 2;
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(TOO_LARGE), "deputies");
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_raises_himself),
		cmocka_unit_test(nobody_gives_more_than_he_has),
		cmocka_unit_test(the_role_that_may_give_is_found_among_several),
		cmocka_unit_test(standing_in_does_not_go_on_through_others),
		cmocka_unit_test(a_change_of_units_stays_within_the_reach_of_who_plans_it),
		cmocka_unit_test(a_focal_person_changes_no_aliases_and_no_units),
		cmocka_unit_test(absences_that_are_over_take_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
