/* task_settings_people_test.c - settings about who decides: extensions by the leader in charge
 * alone, what the agency leads itself, and what waits for the head of the unit. */
#include "common/view/view_fix.h"
#include "services/task/task_case.h"
#include "tests/services/task/task_units_fixture.h"

static Dondoc__V1__Document basis;

static void asks_extension(struct deciding *test)
{
	Dondoc__V1__RequestExtension cmd = DONDOC__V1__REQUEST_EXTENSION__INIT;

	basis = paper("12/CV");
	cmd.task = test->task;
	cmd.proposed_due_day = DUE + 30;
	cmd.reason = text_of("chờ hướng dẫn");
	cmd.basis = &basis;
	as_lead(test);
	give(test, COMMAND(REQUEST_EXTENSION), &cmd);
	(void)taken(test);
}

/* 'l' answers for all tasks, 'a' is of the agency. */
static void found_leader(struct deciding *test)
{
	Dondoc__V1__SetCharge cmd = DONDOC__V1__SET_CHARGE__INIT;

	as_operator(test);
	grant(test, 'l', DD_PERSON_LEADER, DD_SCOPE_OWN, "HN");
	grant(test, 'a', DD_PERSON_AGENCY, DD_SCOPE_OWN, "HN");
	cmd.person = person_of('l');
	(void)accepted(test, COMMAND(SET_CHARGE), &cmd);
}

static void extensions_are_the_leaders_alone_where_that_is_set(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__DecideExtension cmd = DONDOC__V1__DECIDE_EXTENSION__INIT;

	(void)state;
	found_leader(test);
	asks_extension(test);
	cmd.task = test->task;
	cmd.granted = true;
	as_person(test, 'l', "HN"); /* leaders do not decide as shipped */
	denied(test, COMMAND(DECIDE_EXTENSION), &cmd, REFUSAL(UNIT_SCOPE), NULL);
	setting(test, "extension.decider", "leader", "");
	as_person(test, 'a', "HN");
	denied(test, COMMAND(DECIDE_EXTENSION), &cmd, REFUSAL(NO_ROLE), NULL);
	assert_string_equal(test->out.arguments[1], "leader");
	as_assigner(test); /* nor the agency as such */
	denied(test, COMMAND(DECIDE_EXTENSION), &cmd, REFUSAL(NO_ROLE), NULL);
	as_person(test, 'l', "HN");
	give(test, COMMAND(DECIDE_EXTENSION), &cmd);
	(void)taken(test);
	assert_int_equal(task_now(test, test->task).due_day, DUE + 30);
	end(test);
}

/* The agency leads the task. */
static void move_to_agency(struct deciding *test)
{
	Dondoc__V1__AssignTask cmd = DONDOC__V1__ASSIGN_TASK__INIT;
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;

	cmd.task = test->task;
	cmd.lead_unit = text_of("HN");
	cmd.reason = text_of("cơ quan tự làm");
	as_assigner(test);
	give(test, COMMAND(ASSIGN_TASK), &cmd);
	(void)taken(test);
	basis = paper("15/BC");
	request.task = test->task;
	request.evidence = &basis;
	give(test, COMMAND(REQUEST_COMPLETION), &request);
	(void)taken(test);
}

static bool confirms(struct deciding *test, const Dondoc__V1__DecideCompletion *cmd)
{
	give(test, COMMAND(DECIDE_COMPLETION), cmd);
	decide(test);
	return test->out.type == EVENT(COMPLETION_DECIDED);
}

static void what_the_agency_leads_itself_it_does_not_confirm_alone(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__DecideCompletion cmd = DONDOC__V1__DECIDE_COMPLETION__INIT;

	(void)state;
	found_leader(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "HN");
	grant(test, 'x', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	move_to_agency(test);
	cmd.task = test->task;
	cmd.confirmed = true;
	as_assigner(test);
	denied(test, COMMAND(DECIDE_COMPLETION), &cmd, REFUSAL(OWN_TASK), "HN");
	as_person(test, 'a', "HN");
	denied(test, COMMAND(DECIDE_COMPLETION), &cmd, REFUSAL(OWN_TASK), "HN");
	as_person(test, 'x', "U1");
	denied(test, COMMAND(DECIDE_COMPLETION), &cmd, REFUSAL(NO_ROLE), NULL);
	as_person(test, 'h', "HN");
	assert_true(confirms(test, &cmd));
	setting(test, "decide.leader", "on", "");
	as_person(test, 'l', "HN");
	assert_true(confirms(test, &cmd));
	cmd.confirmed = false; /* sending back is no favour to oneself */
	cmd.reason = text_of("thiếu");
	as_assigner(test);
	assert_true(confirms(test, &cmd));
	cmd.confirmed = true;
	setting(test, "decide.own", "on", "HN");
	assert_true(confirms(test, &cmd));
	end(test);
}

static void the_head_confirms_nothing_but_what_his_unit_leads_and_follows_up(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__DecideCompletion cmd = DONDOC__V1__DECIDE_COMPLETION__INIT;

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "HN");
	cmd.task = test->task; /* U1 leads it */
	cmd.confirmed = true;
	as_person(test, 'h', "HN");
	denied(test, COMMAND(DECIDE_COMPLETION), &cmd, REFUSAL(NO_ROLE), NULL);
	end(test);
}

/* All units want approval; P1 of U1 has the task. The report of P1's staff, and who decides. */
static void reports_from_division(struct deciding *test, Dondoc__V1__DecideOutgoing *decision,
				  char sender, const char *decider)
{
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	Dondoc__V1__UnitFields division = unit_named("P1", "Phòng Một", "U1");
	Dondoc__V1__PassOn pass = DONDOC__V1__PASS_ON__INIT;
	struct view_request request;

	as_operator(test);
	setting(test, "approval", "on", "");
	set_unit(test, &division);
	grant(test, 'p', DD_PERSON_HEAD, DD_SCOPE_OWN, "P1");
	grant(test, 's', DD_PERSON_STAFF, DD_SCOPE_OWN, "P1");
	pass.task = test->task;
	pass.division = text_of("P1");
	as_lead(test);
	(void)accepted(test, COMMAND(PASS_ON), &pass);
	report.task = test->task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = 50;
	as_person(test, sender, "P1");
	dondoc__v1__decide_outgoing__init(decision);
	decision->held = accepted(test, COMMAND(REPORT_PROGRESS), &report);
	decision->approved = true;
	assert_int_equal(view_request_get(test->view, true, decision->held, &request), DD_OK);
	assert_string_equal(request.decider_unit, decider);
}

static void let_go(struct deciding *test, const Dondoc__V1__DecideOutgoing *decision, char head,
		   const char *unit)
{
	struct view_task task;

	assert_int_equal(view_task(test->view, true, test->task, &task), DD_OK);
	assert_int_equal(task.percent, 0);
	as_person(test, head, unit);
	(void)accepted(test, COMMAND(DECIDE_OUTGOING), decision);
	assert_int_equal(view_task(test->view, true, test->task, &task), DD_OK);
	assert_int_equal(task.percent, 50);
}

/* Where all want it, the division's own head lets nothing out of the unit. */
static void a_division_waits_for_the_head_of_the_unit_though_it_has_one(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__DecideOutgoing decision;

	(void)state;
	as_operator(test);
	grant(test, 'h', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1");
	reports_from_division(test, &decision, 'p', "U1");
	denied(test, COMMAND(DECIDE_OUTGOING), &decision, REFUSAL(NO_ROLE), "release");
	let_go(test, &decision, 'h', "U1");
	end(test);
}

static void where_the_unit_never_had_a_head_that_of_the_division_decides(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__DecideOutgoing decision;

	(void)state;
	reports_from_division(test, &decision, 's', "P1");
	let_go(test, &decision, 'p', "P1");
	end(test);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(extensions_are_the_leaders_alone_where_that_is_set),
		cmocka_unit_test(what_the_agency_leads_itself_it_does_not_confirm_alone),
		cmocka_unit_test(the_head_confirms_nothing_but_what_his_unit_leads_and_follows_up),
		cmocka_unit_test(a_division_waits_for_the_head_of_the_unit_though_it_has_one),
		cmocka_unit_test(where_the_unit_never_had_a_head_that_of_the_division_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
