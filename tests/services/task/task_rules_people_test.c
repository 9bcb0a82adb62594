/* task_rules_people_test.c - roles, deputies, handing over; what waits for the head of its unit. */
#include "common/view/view_fix.h"
#include "common/view/view_plan.h"
#include "tests/services/task/task_units_fixture.h"

static size_t grants_of(struct deciding *test, char person, struct view_grant *out)
{
	size_t count;

	assert_int_equal(view_grants(test->view, true, person_of(person).data, out, &count), DD_OK);
	return count;
}

/* --- roles ----------------------------------------------------------------------------------- */

static Dondoc__V1__GrantRole role(char person, int given, int scope, const char *unit)
{
	Dondoc__V1__GrantRole cmd = DONDOC__V1__GRANT_ROLE__INIT;

	cmd.person = person_of(person);
	cmd.role = (Dondoc__V1__Role)given;
	cmd.scope = (Dondoc__V1__Scope)scope;
	cmd.unit = text_of(unit);
	return cmd;
}

static void a_head_gives_only_what_is_under_him_and_nothing_to_himself(void **state)
{
	static const struct {
		char person;
		int role, scope;
		const char *unit;
		Dondoc__V1__RefusalCode refusal;
	} cases[] = {
		{'s', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1", REFUSAL(NONE)},
		{'f', DD_PERSON_FOCAL, DD_SCOPE_OWN, "U1", REFUSAL(NONE)},
		{'s', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1", REFUSAL(NOTHING_TO_DO)},
		{'s', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1", REFUSAL(NO_ROLE)},
		{'s', DD_PERSON_STAFF, DD_SCOPE_OWN, "U2", REFUSAL(UNIT_SCOPE)},
		{'s', DD_PERSON_FOCAL, DD_SCOPE_SUBTREE, "U1", REFUSAL(NO_ROLE)},
		{'h', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1", REFUSAL(SAME_PERSON)},
		{'s', DD_PERSON_STAFF, DD_SCOPE_ALL, "", REFUSAL(UNIT_SCOPE)},
		{'s', DD_PERSON_STAFF, DD_SCOPE_OWN, "NOBODY", REFUSAL(UNKNOWN_UNIT)},
		{'s', 0, DD_SCOPE_OWN, "U1", REFUSAL(RANGE)},
	};
	struct deciding *test = begin();

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	as_person(test, 'h', "U1");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__GrantRole cmd =
			role(cases[i].person, cases[i].role, cases[i].scope, cases[i].unit);

		if (cases[i].refusal == REFUSAL(NONE))
			(void)accepted(test, COMMAND(GRANT_ROLE), &cmd);
		else
			denied(test, COMMAND(GRANT_ROLE), &cmd, cases[i].refusal, NULL);
	}
	end(test);
}

static void a_person_has_at_most_so_many_roles(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__GrantRole cmd;

	(void)state;
	as_operator(test);
	for (int i = 0; i < VIEW_GRANTS_MAX; i++) {
		cmd = role('m', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1");
		cmd.until_day = TODAY + i;
		(void)accepted(test, COMMAND(GRANT_ROLE), &cmd);
	}
	cmd.until_day = 0;
	denied(test, COMMAND(GRANT_ROLE), &cmd, REFUSAL(TOO_LARGE), "roles");
	end(test);
}

static void deputies_are_named_by_themselves_or_by_who_may_give_their_roles(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDeputy cmd = DONDOC__V1__SET_DEPUTY__INIT;
	struct view_deputy rows[VIEW_DEPUTIES_MAX];
	size_t count;

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	grant(test, 's', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1");
	cmd.person = person_of('h');
	cmd.deputy = person_of('s');
	as_person(test, 's', "U1"); /* the staff does not make itself the head's deputy */
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(NO_ROLE), NULL);
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	assert_int_equal(view_deputies(test->view, true, person_of('s').data, rows, &count), DD_OK);
	assert_int_equal(count, 1);
	cmd.removed = true;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	cmd.removed = false;
	cmd.deputy = person_of('h');
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(SAME_PERSON), NULL);
	cmd.person = person_of('z'); /* has no role in which to stand in for him */
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(UNKNOWN_ENTRY), "person");
	end(test);
}

static void roles_go_over_on_the_day_and_end_the_day_before(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__HandOver cmd = DONDOC__V1__HAND_OVER__INIT;
	struct view_grant old[VIEW_GRANTS_MAX], now[VIEW_GRANTS_MAX];
	Dondoc__V1__GrantRole given = role('h', DD_PERSON_HEAD, DD_SCOPE_SUBTREE, "U1");
	Dondoc__V1__GrantRole *said;
	const uint8_t *bytes;
	size_t len;

	(void)state;
	as_operator(test);
	given.position = text_of("giám đốc");
	(void)accepted(test, COMMAND(GRANT_ROLE), &given);
	grant(test, 'h', DD_PERSON_AGENCY, DD_SCOPE_OWN, "U2");
	cmd.person = person_of('h');
	cmd.to_person = person_of('n');
	cmd.unit = text_of("U1");
	cmd.day = TODAY + 30;
	(void)accepted(test, COMMAND(HAND_OVER), &cmd);
	assert_int_equal(grants_of(test, 'h', old), 2);
	assert_int_equal(old[0].until_day, TODAY + 29);
	assert_int_equal(old[1].until_day, 0);
	assert_int_equal(grants_of(test, 'n', now), 1);
	assert_int_equal(now[0].role, DD_PERSON_HEAD);
	assert_int_equal(now[0].scope, DD_SCOPE_SUBTREE);
	assert_int_equal(now[0].from_day, TODAY + 30);
	assert_int_equal(view_grant_said(test->view, true, "U1", now[0].id, &bytes, &len), DD_OK);
	said = dondoc__v1__grant_role__unpack(NULL, len, bytes);
	assert_string_equal(said->position, "giám đốc");
	dondoc__v1__grant_role__free_unpacked(said, NULL);
	cmd.unit = text_of("U3");
	denied(test, COMMAND(HAND_OVER), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	end(test);
}

/* --- what waits for the head ----------------------------------------------------------------- */

/* U1 wants its head to see what leaves; 'h' is the head, 's' the staff, 'f' the focal person. */
static struct deciding *begin_approval(void)
{
	struct deciding *test = begin();

	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	grant(test, 's', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1");
	grant(test, 'f', DD_PERSON_FOCAL, DD_SCOPE_OWN, "U1");
	setting(test, "approval", "on", "U1");
	return test;
}

static Dondoc__V1__ReportProgress half_done(const struct deciding *test)
{
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;

	report.task = test->task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = 50;
	return report;
}

static void a_report_waits_and_counts_only_when_the_head_lets_it_go(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__ReportProgress report = half_done(test);
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	struct view_request request;

	(void)state;
	as_person(test, 's', "U1");
	decision.held = accepted(test, COMMAND(REPORT_PROGRESS), &report);
	assert_int_equal(task_now(test, test->task).percent, 0);
	assert_true(task_now(test, test->task).flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_HELD);
	assert_int_equal(view_request_get(test->view, true, decision.held, &request), DD_OK);
	assert_int_equal(request.kind, DONDOC__V1__REQUEST_KIND__REQUEST_OUTGOING);
	assert_string_equal(request.decider_unit, "U1");
	decision.approved = true;
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NO_ROLE), NULL);
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(task_now(test, test->task).percent, 50);
	assert_false(task_now(test, test->task).flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_HELD);
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NOTHING_TO_DO), NULL);
	end(test);
}

static void what_the_head_sends_himself_does_not_wait(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__ReportProgress report = half_done(test);

	(void)state;
	as_person(test, 'h', "U1");
	give(test, COMMAND(REPORT_PROGRESS), &report);
	decide(test);
	assert_int_equal(test->out.type, EVENT(PROGRESS_REPORTED));
	end(test);
}

/* A unit that has a head cannot leave out who sent it, nor let it go as nobody. */
static void what_names_no_person_waits_where_the_unit_has_a_head(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__ReportProgress report = half_done(test);
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;

	(void)state;
	become(test, DD_PRINCIPAL_OFFICE, "U1", 'a');
	decision.held = accepted(test, COMMAND(REPORT_PROGRESS), &report);
	assert_int_equal(task_now(test, test->task).percent, 0);
	decision.approved = true;
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NO_ROLE), "release");
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'g');
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NO_ROLE), "release");
	become(test, DD_PRINCIPAL_GATEWAY, "U2", 'g'); /* nor another unit */
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NOT_PERMITTED), "U2");
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(task_now(test, test->task).percent, 50);
	end(test);
}

static void a_unit_that_never_had_a_head_speaks_for_itself(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__ReportProgress report = half_done(test);

	(void)state;
	as_operator(test);
	grant(test, 'x', DD_PERSON_HEAD, DD_SCOPE_OWN, "U2");
	setting(test, "approval", "on", "");
	become(test, DD_PRINCIPAL_OFFICE, "U1", 'a');
	give(test, COMMAND(REPORT_PROGRESS), &report);
	decide(test);
	assert_int_equal(test->out.type, EVENT(PROGRESS_REPORTED));
	end(test);
}

/* The division's report about the unit's task leaves the unit too. */
static void what_a_division_sends_waits_for_the_head_of_the_unit(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__ReportProgress report = half_done(test);
	Dondoc__V1__UnitFields division = unit_named("P1", "Phòng Một", "U1");
	Dondoc__V1__PassOn pass = DONDOC__V1__PASS_ON__INIT;
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	struct view_request request;

	(void)state;
	as_operator(test);
	set_unit(test, &division);
	grant(test, 'p', DD_PERSON_STAFF, DD_SCOPE_OWN, "P1");
	pass.task = test->task;
	pass.division = text_of("P1");
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(PASS_ON), &pass);
	as_person(test, 'p', "P1");
	decision.held = accepted(test, COMMAND(REPORT_PROGRESS), &report);
	assert_int_equal(task_now(test, test->task).percent, 0);
	assert_int_equal(view_request_get(test->view, true, decision.held, &request), DD_OK);
	assert_string_equal(request.decider_unit, "U1");
	assert_string_equal(request.from_unit, "P1");
	decision.approved = true;
	become(test, DD_PRINCIPAL_OFFICE, "U1", 'b'); /* by the office of the unit, not of P1 */
	test->actor.person = person_of('h');
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(task_now(test, test->task).percent, 50);
	end(test);
}

static void a_measured_value_leaves_the_unit_as_a_report_does(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__IndicatorFields fields = DONDOC__V1__INDICATOR_FIELDS__INIT;
	Dondoc__V1__SetIndicator indicator = DONDOC__V1__SET_INDICATOR__INIT;
	Dondoc__V1__MeasureIndicator measure = DONDOC__V1__MEASURE_INDICATOR__INIT;
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	struct view_measured measured;

	(void)state;
	fields.plan = text_of("P");
	fields.code = text_of("C1");
	fields.name = text_of("Tỷ lệ hồ sơ trực tuyến");
	fields.measure = text_of("%");
	fields.lead_unit = text_of("U1");
	indicator.fields = &fields;
	as_assigner(test);
	(void)accepted(test, COMMAND(SET_INDICATOR), &indicator);
	measure.plan = text_of("P");
	measure.code = text_of("C1");
	measure.day = TODAY;
	measure.source = text_of("Báo cáo tháng");
	as_person(test, 's', "U1");
	decision.held = accepted(test, COMMAND(MEASURE_INDICATOR), &measure);
	assert_int_equal(view_measure(test->view, true, "P", "C1", TODAY, &measured),
			 DD_ERR_NOT_FOUND);
	decision.approved = true;
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(view_measure(test->view, true, "P", "C1", TODAY, &measured), DD_OK);
	end(test);
}

/* What waited when the unit ended is its heir's head's to decide. */
static void what_waits_in_a_unit_that_ends_is_decided_by_the_heirs_head(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__ReportProgress report = half_done(test);
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	Dondoc__V1__ChangeUnits merger = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heir = unit_named("U9", "Sở Chín", ""), *heirs[] = {&heir};
	Dondoc__V1__Document document = paper("12/NQ");
	char *from[] = {text_of("U1")};

	(void)state;
	as_person(test, 's', "U1");
	decision.held = accepted(test, COMMAND(REPORT_PROGRESS), &report);
	as_operator(test);
	merger.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	merger.day = TODAY;
	merger.from = from;
	merger.n_from = 1;
	merger.to = heirs;
	merger.n_to = 1;
	merger.reason = text_of("Sắp xếp");
	merger.document = &document;
	effect(test, accepted(test, COMMAND(CHANGE_UNITS), &merger));
	as_operator(test);
	grant(test, 'n', DD_PERSON_HEAD, DD_SCOPE_OWN, "U9");
	grant(test, 'm', DD_PERSON_STAFF, DD_SCOPE_OWN, "U9");
	decision.approved = true;
	as_person(test, 'm', "U9");
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NO_ROLE), "release");
	as_person(test, 'n', "U9");
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(task_now(test, test->task).percent, 50);
	assert_string_equal(task_now(test, test->task).lead_unit, "U9");
	end(test);
}

static void a_day_of_handing_over_is_near_enough_to_be_meant(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__HandOver cmd = DONDOC__V1__HAND_OVER__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	cmd.person = person_of('h');
	cmd.to_person = person_of('n');
	cmd.day = 1; /* the day before would be "without end" */
	denied(test, COMMAND(HAND_OVER), &cmd, REFUSAL(RANGE), "day");
	cmd.day = TODAY + 20000;
	denied(test, COMMAND(HAND_OVER), &cmd, REFUSAL(RANGE), "day");
	cmd.day = TODAY - 30;
	(void)accepted(test, COMMAND(HAND_OVER), &cmd);
	end(test);
}

static void what_the_head_returns_changes_nothing(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__ReportProgress report = half_done(test);
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	struct view_request request;

	(void)state;
	as_person(test, 's', "U1");
	decision.held = accepted(test, COMMAND(REPORT_PROGRESS), &report);
	as_person(test, 'h', "U1");
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(MISSING), "reason");
	decision.reason = text_of("Thiếu số liệu");
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(task_now(test, test->task).percent, 0);
	assert_int_equal(view_request_get(test->view, true, decision.held, &request), DD_OK);
	assert_int_not_equal(request.closed_by, 0);
	decision.held = 9999;
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(UNKNOWN_ENTRY), "outgoing");
	end(test);
}

static void what_is_no_longer_possible_when_it_is_let_go_is_told(void **state)
{
	struct deciding *test = begin_approval();
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	Dondoc__V1__Document evidence = paper("15/BC-U1");
	uint64_t second;

	(void)state;
	request.task = test->task;
	request.evidence = &evidence;
	as_person(test, 'f', "U1");
	decision.held = accepted(test, COMMAND(REQUEST_COMPLETION), &request);
	second = accepted(test, COMMAND(REQUEST_COMPLETION), &request);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_ASSIGNED);
	decision.approved = true;
	as_person(test, 'h', "U1");
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), &decision);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_AWAITING);
	decision.held = second; /* it waits for confirmation already */
	give(test, COMMAND(DECIDE_OUTGOING), &decision);
	decide(test);
	assert_int_equal(test->out.effects.count, 1);
	assert_int_equal(test->out.effects.items[0].type, EVENT(OUTGOING_DECIDED));
	(void)happen_effects(test);
	assert_false(task_now(test, test->task).flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_HELD);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_gives_only_what_is_under_him_and_nothing_to_himself),
		cmocka_unit_test(a_person_has_at_most_so_many_roles),
		cmocka_unit_test(deputies_are_named_by_themselves_or_by_who_may_give_their_roles),
		cmocka_unit_test(roles_go_over_on_the_day_and_end_the_day_before),
		cmocka_unit_test(a_report_waits_and_counts_only_when_the_head_lets_it_go),
		cmocka_unit_test(what_the_head_sends_himself_does_not_wait),
		cmocka_unit_test(what_names_no_person_waits_where_the_unit_has_a_head),
		cmocka_unit_test(a_unit_that_never_had_a_head_speaks_for_itself),
		cmocka_unit_test(what_a_division_sends_waits_for_the_head_of_the_unit),
		cmocka_unit_test(a_measured_value_leaves_the_unit_as_a_report_does),
		cmocka_unit_test(what_waits_in_a_unit_that_ends_is_decided_by_the_heirs_head),
		cmocka_unit_test(a_day_of_handing_over_is_near_enough_to_be_meant),
		cmocka_unit_test(what_the_head_returns_changes_nothing),
		cmocka_unit_test(what_is_no_longer_possible_when_it_is_let_go_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
