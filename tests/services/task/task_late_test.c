/* task_late_test.c - offices and the persons that they name; what comes late from a unit that has
 * ended. */
#include "tests/services/task/task_actor_fixture.h"

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

static void an_office_names_persons_of_its_own_unit_only(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDeputy deputy = DONDOC__V1__SET_DEPUTY__INIT;
	Dondoc__V1__Comment comment = DONDOC__V1__COMMENT__INIT;

	(void)state;
	comment.task = test->task;
	comment.text = text_of("Đề nghị gửi sớm");
	as_operator(test);
	grant(test, 's', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1");
	grant(test, 't', DD_PERSON_STAFF, DD_SCOPE_OWN, "U2");
	grant(test, 'i', DD_PERSON_INSPECTOR, DD_SCOPE_OWN, "U2");
	grant(test, 'l', DD_PERSON_INSPECTOR, DD_SCOPE_ALL, "");
	as_office(test, 's', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_office(test, 't', "U1");
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(FOREIGN_PERSON));
	assert_string_equal(test->out.arguments[0], "U1");
	as_office(test, 'i', "U1"); /* whose role would let him comment from anywhere */
	denied(test, COMMAND(COMMENT), &comment, REFUSAL(FOREIGN_PERSON), "U1");
	as_office(test, 'l', "U1"); /* whose role reaches this unit too */
	(void)accepted(test, COMMAND(COMMENT), &comment);
	as_operator(test);
	deputy.person = person_of('s');
	deputy.deputy = person_of('t');
	(void)accepted(test, COMMAND(SET_DEPUTY), &deputy);
	as_office(test, 't', "U1"); /* now he stands in for one of the unit */
	report(test, test->task);
	assert_true(passed(test));
	end(test);
}

static void an_office_says_nothing_about_what_its_unit_has_no_part_in(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__Comment comment = DONDOC__V1__COMMENT__INIT;

	(void)state;
	comment.task = test->task;
	comment.text = text_of("Đề nghị gửi sớm");
	as_operator(test);
	grant(test, 'l', DD_PERSON_INSPECTOR, DD_SCOPE_ALL, "");
	as_person(test, 'l', "U2"); /* himself, who looks into all */
	(void)accepted(test, COMMAND(COMMENT), &comment);
	as_office(test, 'l', "U2"); /* in his name */
	denied(test, COMMAND(COMMENT), &comment, REFUSAL(NOT_PERMITTED), "U2");
	as_office(test, 'l', "U3"); /* which coordinates */
	(void)accepted(test, COMMAND(COMMENT), &comment);
	end(test);
}

static void after_a_merger_the_office_names_persons_of_the_old_unit_and_of_the_heir(void **state)
{
	struct deciding *test = begin();

	(void)state;
	as_operator(test);
	grant(test, 's', DD_PERSON_STAFF, DD_SCOPE_OWN, "U1");
	merge(test);
	as_operator(test);
	grant(test, 'n', DD_PERSON_STAFF, DD_SCOPE_OWN, "U9");
	grant(test, 't', DD_PERSON_STAFF, DD_SCOPE_OWN, "U2");
	as_office(test, 's', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_office(test, 'n', "U1");
	report(test, test->task);
	assert_true(passed(test));
	as_office(test, 't', "U1");
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(FOREIGN_PERSON));
	setting(test, "unit.late", "refuse", "");
	as_office(test, 'n', "U1");
	report(test, test->task);
	assert_int_equal(test->out.refusal, REFUSAL(FOREIGN_PERSON));
	end(test);
}

/* The task is the unit's, and never was another's. */
static void force_lead(struct deciding *test, uint64_t id, const char *unit)
{
	struct view_task task = task_now(test, id);
	struct dd_position after = *view_position(test->view);
	struct dd_key key;

	memset(task.lead_unit, 0, sizeof(task.lead_unit));
	strcpy(task.lead_unit, unit);
	after.sequence = ++test->sequence;
	view_key_u64(&key, VIEW_TASK, id);
	view_batch_begin(test->view);
	view_put(test->view, &key, &task, sizeof(task));
	view_batch_commit(test->view, &after);
}

/* What the heir had before, the ended unit has no word about. */
static void what_comes_late_is_about_the_tasks_that_the_unit_had(void **state)
{
	struct deciding *test = begin();
	uint64_t others;

	(void)state;
	merge(test);
	as_operator(test);
	others = found_task(test, "9", DUE, false); /* of U1: after its end */
	as_lead(test);
	report(test, test->task);
	assert_true(passed(test));
	force_lead(test, others, "U9");
	as_lead(test);
	report(test, others);
	assert_int_equal(test->out.refusal, REFUSAL(UNIT_CLOSED));
	end(test);
}

static void through_a_gateway_only_what_was_done_in_time_comes_late(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__ReportProgress cmd = DONDOC__V1__REPORT_PROGRESS__INIT;

	(void)state;
	cmd.task = test->task;
	cmd.note = text_of("Đang làm");
	merge(test);
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'g');
	denied(test, COMMAND(REPORT_PROGRESS), &cmd, REFUSAL(UNIT_CLOSED), "U1");
	give(test, COMMAND(REPORT_PROGRESS), &cmd);
	test->body.fact_us = dd_day_start_us(TODAY - 1);
	decide(test);
	assert_true(passed(test));
	task_events_free(&test->out.effects);
	end(test);
}

/* A plan is no longer changed by a unit that has ended. */
static void a_unit_that_has_ended_changes_no_plan(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__SetPlan cmd = DONDOC__V1__SET_PLAN__INIT;

	(void)state;
	fields.code = text_of("PB");
	fields.title = text_of("Kế hoạch phòng");
	fields.assigner_unit = text_of("HN");
	fields.owner_unit = text_of("U1");
	body.plan = &fields;
	header.type = EVENT(PLAN_SET);
	happen(test, &header, &body.base);
	merge(test);
	cmd.plan = &fields;
	cmd.reason = text_of("điều chỉnh");
	fields.title = text_of("Kế hoạch khác");
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'u');
	denied(test, COMMAND(SET_PLAN), &cmd, REFUSAL(UNIT_CLOSED), "U1");
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_late_from_an_ended_unit_counts_as_its_heirs),
		cmocka_unit_test(a_late_message_is_refused_where_the_setting_says_so),
		cmocka_unit_test(an_office_names_persons_of_its_own_unit_only),
		cmocka_unit_test(an_office_says_nothing_about_what_its_unit_has_no_part_in),
		cmocka_unit_test(
			after_a_merger_the_office_names_persons_of_the_old_unit_and_of_the_heir),
		cmocka_unit_test(what_comes_late_is_about_the_tasks_that_the_unit_had),
		cmocka_unit_test(through_a_gateway_only_what_was_done_in_time_comes_late),
		cmocka_unit_test(a_unit_that_has_ended_changes_no_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
