/* task_actor_test.c - who the actor is: a unit, a person with roles, one who stands in for another,
 * a leader in charge; and what is the whole authority's. */
#include "services/task/task_actor.h"
#include "tests/services/task/task_actor_fixture.h"

static void a_person_without_any_role_speaks_for_his_unit(void **state)
{
	struct deciding *test = begin();

	(void)state;
	as_person(test, 'a', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_operator(test);
	grant(test, 'b', DD_PERSON_STAFF, DD_SCOPE_OWN, "U2"); /* others have roles now */
	as_person(test, 'a', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_person(test, 'a', "U2");
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NOT_PERMITTED));
	end(test);
}

static void as_soon_as_a_person_has_a_role_it_decides(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RevokeRole revoke = DONDOC__V1__REVOKE_ROLE__INIT;

	(void)state;
	as_operator(test);
	revoke.grant = grant(test, 'a', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1");
	as_person(test, 'a', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_person(test, 'a', "HN"); /* his role is not there */
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NO_ROLE));
	assert_string_equal(test->out.arguments[0], "decide");
	as_person(test, 'a', "U3");
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(UNIT_SCOPE));
	as_operator(test);
	revoke.reason = text_of("Chuyển công tác");
	(void)accepted(test, COMMAND(REVOKE_ROLE), &revoke);
	as_person(test, 'a', "U1"); /* and does not fall back to speaking for the unit */
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NO_ROLE));
	end(test);
}

static void a_role_over_a_subtree_reaches_what_is_under_it(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitFields above = unit_named("UBND", "Ủy ban", "");
	Dondoc__V1__UnitFields under = unit_named("U1", "U1", "UBND");

	(void)state;
	as_operator(test);
	set_unit(test, &above);
	set_unit(test, &under);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_SUBTREE, "UBND");
	as_person(test, 'h', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_person(test, 'h', "U2");
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(UNIT_SCOPE));
	end(test);
}

static void the_role_must_fit_and_the_unit_have_its_part(void **state)
{
	struct deciding *test = begin();

	(void)state;
	as_operator(test);
	grant(test, 'g', DD_PERSON_AGENCY, DD_SCOPE_OWN, "HN");
	grant(test, 'x', DD_PERSON_AGENCY, DD_SCOPE_OWN, "U2");
	as_person(test, 'g', "HN");
	decision(test, test->task);
	assert_true(passed(test));
	as_person(test, 'x', "U2"); /* an agency, but not of this plan */
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NOT_PERMITTED));
	end(test);
}

static void a_deputy_acts_during_the_absence_only(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDeputy cmd = DONDOC__V1__SET_DEPUTY__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'g', DD_PERSON_AGENCY, DD_SCOPE_OWN, "HN");
	as_person(test, 'g', "HN");
	cmd.person = person_of('g');
	cmd.deputy = person_of('d');
	cmd.from_day = TODAY + 1;
	cmd.until_day = TODAY + 3;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	as_operator(test);
	grant(test, 'd', DD_PERSON_STAFF, DD_SCOPE_OWN, "HN");
	as_person(test, 'd', "HN");
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NO_ROLE));
	tomorrow(test, 1);
	decision(test, test->task);
	assert_true(passed(test));
	tomorrow(test, 3);
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NO_ROLE));
	end(test);
}

static void a_leader_decides_what_is_in_his_charge_where_the_setting_says_so(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetCharge charge = DONDOC__V1__SET_CHARGE__INIT;
	char *units[] = {text_of("U1")};

	(void)state;
	as_operator(test);
	grant(test, 'l', DD_PERSON_LEADER, DD_SCOPE_ALL, "");
	charge.person = person_of('l');
	charge.units = units;
	charge.n_units = 1;
	(void)accepted(test, COMMAND(SET_CHARGE), &charge);
	as_person(test, 'l', "");
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(UNIT_SCOPE));
	setting(test, "decide.leader", "on", "");
	as_person(test, 'l', "");
	decision(test, test->task);
	assert_true(passed(test));
	end(test);
}

static void units_and_roles_are_set_through_a_gateway_by_persons_with_a_role(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitFields fields = unit_named("P1", "Phòng Một", "U1");
	Dondoc__V1__SetUnit cmd = DONDOC__V1__SET_UNIT__INIT;

	(void)state;
	cmd.unit = &fields;
	as_person(test, 'a', "HN");
	denied(test, COMMAND(SET_UNIT), &cmd, REFUSAL(NO_ROLE), "units");
	as_operator(test);
	grant(test, 'a', DD_PERSON_ADMINISTRATOR, DD_SCOPE_SUBTREE, "U1");
	as_person(test, 'a', "U1");
	(void)accepted(test, COMMAND(SET_UNIT), &cmd);
	fields.parent = text_of("U2"); /* beyond his reach */
	denied(test, COMMAND(SET_UNIT), &cmd, REFUSAL(UNIT_SCOPE), "U2");
	fields = unit_named("U3", "Sở Ba", "");
	denied(test, COMMAND(SET_UNIT), &cmd, REFUSAL(UNIT_SCOPE), "U3");
	end(test);
}

static void the_division_to_which_a_task_was_passed_works_on_it(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__TaskPassedOn passed_on = DONDOC__V1__TASK_PASSED_ON__INIT;
	Dondoc__V1__PassOn said = DONDOC__V1__PASS_ON__INIT;
	Dondoc__V1__UnitFields division = unit_named("P1", "Phòng Một", "U1");

	(void)state;
	as_operator(test);
	set_unit(test, &division);
	become(test, DD_PRINCIPAL_GATEWAY, "P1", 'p');
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NOT_PERMITTED));
	said.task = test->task;
	said.division = text_of("P1");
	passed_on.said = &said;
	header.type = EVENT(TASK_PASSED_ON);
	header.subject = test->task;
	header.subject_previous = task_now(test, test->task).version;
	(void)happen(test, &header, &passed_on.base);
	report(test, test->task);
	assert_true(passed(test));
	decision(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(NOT_PERMITTED));
	end(test);
}

/* --- the whole authority's ------------------------------------------------------------------- */

/* What task_actor_admits says to a kind of command, before any rule: NONE = it may. */
static Dondoc__V1__RefusalCode admitted(struct deciding *test, enum dd_command_kind kind)
{
	struct task_case c = {.view = test->view,
			      .who = &test->who,
			      .body = &test->body,
			      .stream = test->stream,
			      .record_us = test->now_us};

	dondoc__v1__command_body__init(&test->body);
	test->body.actor = &test->actor;
	test->out.effects = (struct task_events){0};
	return task_actor_admits(&c, kind, &test->out) ? REFUSAL(NONE) : test->out.refusal;
}

/* Whether a role may give commands of this kind somewhere, as rights_test.c has it cell by cell. */
static bool role_may(enum dd_person_role role, enum dd_command_kind kind)
{
	char roles[96], name[16];
	static const char *const names[DD_PERSON_ROLE_COUNT] = {
		"", "agency", "focal", "head", "leader", "inspector", "admin", "staff"};

	dd_rights_roles_text(kind, roles, sizeof(roles));
	snprintf(name, sizeof(name), "%s", names[role]);
	return strstr(roles, name) != NULL;
}

/* Every kind, asked through a gateway: by a unit, by a person without a role, by each role in its
 * own unit and over all. */
static void what_is_everybodys_is_changed_by_whose_role_reaches_all(void **state)
{
	struct deciding *test = begin();

	(void)state;
	as_operator(test);
	for (int role = 1; role < DD_PERSON_ROLE_COUNT; role++) {
		grant(test, (char)('A' + role), role, DD_SCOPE_OWN, "U1");
		grant(test, (char)('a' + role), role, DD_SCOPE_ALL, "");
	}
	for (int k = 0; k < DD_COMMAND_KIND_COUNT; k++) {
		enum dd_command_kind kind = (enum dd_command_kind)k;
		enum dd_whole whole = dd_permission_whole(kind);
		Dondoc__V1__RefusalCode unit =
			whole == DD_WHOLE_NOT ? REFUSAL(NONE) : REFUSAL(NO_ROLE);

		become(test, DD_PRINCIPAL_GATEWAY, "U1", 'g');
		assert_int_equal(admitted(test, kind), unit);
		as_person(test, 'z', "U1");
		assert_int_equal(admitted(test, kind), unit);
		as_operator(test);
		assert_int_equal(admitted(test, kind), REFUSAL(NONE));
		for (int role = 1; whole != DD_WHOLE_NOT && role < DD_PERSON_ROLE_COUNT; role++) {
			bool may = role_may((enum dd_person_role)role, kind);

			as_person(test, (char)('A' + role), "U1");
			if (!may)
				assert_int_equal(admitted(test, kind), REFUSAL(NO_ROLE));
			else if (whole == DD_WHOLE_ALL)
				assert_int_equal(admitted(test, kind), REFUSAL(UNIT_SCOPE));
			else
				assert_int_equal(admitted(test, kind), REFUSAL(NONE));
			as_person(test, (char)('a' + role), "U1");
			if (may && (role == DD_PERSON_ADMINISTRATOR || whole == DD_WHOLE_ALL))
				assert_int_equal(admitted(test, kind), REFUSAL(NONE));
		}
	}
	end(test);
}

static void labels_and_areas_are_not_a_units_to_change(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetLabel label = DONDOC__V1__SET_LABEL__INIT;
	Dondoc__V1__SetArea area = DONDOC__V1__SET_AREA__INIT;

	(void)state;
	label.code = text_of("NQ57");
	label.name = text_of("Nghị quyết 57");
	area.area = 9;
	area.name = text_of("Khác");
	become(test, DD_PRINCIPAL_GATEWAY, "HN", 'g');
	denied(test, COMMAND(SET_LABEL), &label, REFUSAL(NO_ROLE), "data");
	denied(test, COMMAND(SET_AREA), &area, REFUSAL(NO_ROLE), "data");
	as_operator(test);
	(void)accepted(test, COMMAND(SET_LABEL), &label);
	grant(test, 'x', DD_PERSON_AGENCY, DD_SCOPE_OWN, "U1");
	grant(test, 'g', DD_PERSON_AGENCY, DD_SCOPE_ALL, "");
	as_person(test, 'x', "U1"); /* the agency of one unit's plans */
	denied(test, COMMAND(SET_AREA), &area, REFUSAL(UNIT_SCOPE), "-");
	as_person(test, 'g', "HN");
	(void)accepted(test, COMMAND(SET_AREA), &area);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_without_any_role_speaks_for_his_unit),
		cmocka_unit_test(as_soon_as_a_person_has_a_role_it_decides),
		cmocka_unit_test(a_role_over_a_subtree_reaches_what_is_under_it),
		cmocka_unit_test(the_role_must_fit_and_the_unit_have_its_part),
		cmocka_unit_test(a_deputy_acts_during_the_absence_only),
		cmocka_unit_test(a_leader_decides_what_is_in_his_charge_where_the_setting_says_so),
		cmocka_unit_test(units_and_roles_are_set_through_a_gateway_by_persons_with_a_role),
		cmocka_unit_test(the_division_to_which_a_task_was_passed_works_on_it),
		cmocka_unit_test(what_is_everybodys_is_changed_by_whose_role_reaches_all),
		cmocka_unit_test(labels_and_areas_are_not_a_units_to_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
