/* task_actor_test.c - who the actor is: a unit, a person with roles, one who stands in for another,
 * a leader in charge, a unit that has ended. */
#include "tests/services/task/task_units_fixture.h"

/* A report about the task, decided and not happened. */
static void report(struct deciding *test, uint64_t task)
{
	static Dondoc__V1__ReportProgress cmd;

	dondoc__v1__report_progress__init(&cmd);
	cmd.task = task;
	cmd.note = text_of("Đang làm");
	give(test, COMMAND(REPORT_PROGRESS), &cmd);
	decide(test);
	task_events_free(&test->out.effects);
}

static bool passed(const struct deciding *test)
{
	return test->out.refusal == REFUSAL(NONE);
}

static void decision(struct deciding *test, uint64_t task)
{
	static Dondoc__V1__AssignTask cmd;

	dondoc__v1__assign_task__init(&cmd);
	cmd.task = task;
	cmd.lead_unit = text_of("U2");
	cmd.reason = text_of("Điều chỉnh");
	give(test, COMMAND(ASSIGN_TASK), &cmd);
	decide(test);
	task_events_free(&test->out.effects);
}

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

/* U1 has become U9. */
static void merge(struct deciding *test)
{
	Dondoc__V1__ChangeUnits cmd = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heir = unit_named("U9", "Sở Chín", ""), *heirs[] = {&heir};
	Dondoc__V1__Document document = paper("12/NQ");
	char *from[] = {text_of("U1")};

	as_operator(test);
	cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	cmd.day = TODAY;
	cmd.from = from;
	cmd.n_from = 1;
	cmd.to = heirs;
	cmd.n_to = 1;
	cmd.reason = text_of("Sắp xếp");
	cmd.document = &document;
	effect(test, accepted(test, COMMAND(CHANGE_UNITS), &cmd));
}

static void what_comes_late_from_an_ended_unit_counts_as_its_heirs(void **state)
{
	struct deciding *test = begin();

	(void)state;
	merge(test);
	assert_string_equal(task_now(test, test->task).lead_unit, "U9");
	as_lead(test); /* the office of U1 */
	report(test, test->task);
	assert_true(passed(test));
	assert_string_equal(test->out.unit, "U9");
	decision(test, test->task); /* but no more than the heir's part */
	assert_int_equal(test->out.refusal, REFUSAL(UNIT_CLOSED));
	assert_string_equal(test->out.arguments[0], "U1");
	assert_string_equal(test->out.arguments[2], "U9");
	end(test);
}

static void a_late_message_is_refused_where_the_setting_says_so(void **state)
{
	struct deciding *test = begin();

	(void)state;
	merge(test);
	setting(test, "unit.late", "refuse", "");
	as_lead(test);
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(UNIT_CLOSED));
	assert_string_equal(test->out.arguments[1], "2026-02-15");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_without_any_role_speaks_for_his_unit),
		cmocka_unit_test(as_soon_as_a_person_has_a_role_it_decides),
		cmocka_unit_test(a_role_over_a_subtree_reaches_what_is_under_it),
		cmocka_unit_test(the_role_must_fit_and_the_unit_have_its_part),
		cmocka_unit_test(a_deputy_acts_during_the_absence_only),
		cmocka_unit_test(a_leader_decides_what_is_in_his_charge_where_the_setting_says_so),
		cmocka_unit_test(what_comes_late_from_an_ended_unit_counts_as_its_heirs),
		cmocka_unit_test(a_late_message_is_refused_where_the_setting_says_so),
		cmocka_unit_test(nobody_raises_himself),
		cmocka_unit_test(the_division_to_which_a_task_was_passed_works_on_it),
		cmocka_unit_test(units_and_roles_are_set_through_a_gateway_by_persons_with_a_role),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
