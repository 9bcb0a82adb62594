/* task_rules_add_test.c - single tasks by hand, instances, and what tasks wait for: by commands
 * that become events of a real view. */
#include "tests/services/task/task_rules_plan_fixture.h"

/* --- single tasks
 * --------------------------------------------------------------------------------- */

static void one_command_gives_a_task_to_many_units_under_one_heading(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__AddTask cmd = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	char *units[] = {text_of("U2"), text_of("U3"), text_of("U2")};
	uint64_t whole, part;

	(void)state;
	fields.content = text_of("Kiểm kê dữ liệu");
	fields.due_day = DUE;
	fields.plan = text_of("P");
	cmd.task = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	says_no(test, REFUSAL(MISSING)); /* for whom */
	fields.lead_unit = text_of("U1");
	cmd.units = units;
	cmd.n_units = 3;
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "P", "G1", &whole), DD_OK);
	assert_string_equal(task_at(test, whole).lead_unit, "");
	assert_int_equal(view_task_by_code(test->view, false, "P", "G1~U2", &part), DD_OK);
	assert_string_equal(task_at(test, part).lead_unit, "U2");
	assert_int_equal(task_at(test, part).parent, whole);
	assert_int_equal(view_task_by_code(test->view, false, "P", "G1~U1", &part), DD_OK);

	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "P", "G2", &whole), DD_OK);
	as_lead(test);
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	says_no(test, REFUSAL(NOT_PERMITTED));
	end(test);
}

static void both_areas_must_be_known(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__AddTask cmd = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;

	(void)state;
	fields.content = text_of("Kiểm kê dữ liệu");
	fields.plan = text_of("P");
	fields.lead_unit = text_of("U1");
	cmd.task = &fields;
	as_assigner(test);
	fields.area_second = 77;
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	says_no(test, REFUSAL(RANGE));
	assert_string_equal(test->out.arguments[0], "area_second");
	fields.area_second = 300;
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	says_no(test, REFUSAL(RANGE));
	fields.area_second = 2;
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	done(test);
	end(test);
}

static void set_collective(struct deciding *test, const char *code, char **members, size_t count)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;

	fields.code = text_of(code);
	fields.name = text_of(code);
	fields.collective = true;
	fields.members = members;
	fields.n_members = count;
	body.unit = &fields;
	header.type = EVENT(UNIT_SET);
	happen(test, &header, &body.base);
}

static void a_collective_unit_within_another_is_opened_too(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__AddTask cmd = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	char *outer[] = {text_of("N2"), text_of("U1")};
	char *inner[] = {text_of("U2"), text_of("U3"), text_of("N1")}; /* and round again */
	uint64_t id;

	(void)state;
	set_collective(test, "N1", outer, 2);
	set_collective(test, "N2", inner, 3);
	set_collective(test, "N3", NULL, 0);
	fields.content = text_of("Kiểm kê dữ liệu");
	fields.plan = text_of("P");
	cmd.task = &fields;
	cmd.unit_set = text_of("N1");
	as_assigner(test);
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "P", "G1~U1", &id), DD_OK);
	assert_int_equal(view_task_by_code(test->view, false, "P", "G1~U3", &id), DD_OK);
	assert_int_equal(view_task_by_code(test->view, false, "P", "G1~N2", &id), DD_ERR_NOT_FOUND);
	cmd.unit_set = text_of("N3");
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	says_no(test, REFUSAL(UNKNOWN_UNIT));
	end(test);
}

static void a_task_without_a_plan_goes_into_the_units_plan_of_single_tasks(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__AddTask cmd = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct view_plan plan;
	uint64_t id;

	(void)state;
	fields.content = text_of("Báo cáo theo kết luận họp");
	fields.lead_unit = text_of("U1");
	cmd.task = &fields;
	as_assigner(test);
	for (int i = 0; i < 2; i++) {
		ask_with(test, COMMAND(ADD_TASK), &cmd.base);
		done(test);
	}
	assert_int_equal(view_plan(test->view, false, "VL-2026-HN", &plan), DD_OK);
	assert_int_equal(plan.state, DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED);
	assert_int_equal(view_task_by_code(test->view, false, "VL-2026-HN", "G2", &id), DD_OK);
	end(test);
}

static void a_published_due_day_moves_by_a_document_only_and_the_baseline_never(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__ChangeTask cmd = DONDOC__V1__CHANGE_TASK__INIT;
	Dondoc__V1__TaskFields *fields = fields_at(test, test->task);

	(void)state;
	fields->due_day = DUE + 10;
	cmd.task = test->task;
	cmd.fields = fields;
	cmd.reason = text_of("Điều chỉnh");
	as_assigner(test);
	ask_with(test, COMMAND(CHANGE_TASK), &cmd.base);
	says_no(test, REFUSAL(BASELINE));
	cmd.document = &test->document;
	done(test);
	assert_int_equal(task_at(test, test->task).due_day, DUE + 10);
	assert_int_equal(task_at(test, test->task).first_due_day, DUE);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	end(test);
}

static void a_task_stands_in_a_second_plan_until_it_is_taken_away(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__PlacePlan cmd = DONDOC__V1__PLACE_PLAN__INIT;

	(void)state;
	set_plan(test, "T", KIND(TEN_YEAR));
	cmd.task = test->task;
	cmd.plan = text_of("T");
	cmd.code = text_of("III.4");
	cmd.position = 9;
	ask_with(test, COMMAND(PLACE_PLAN), &cmd.base);
	done(test);
	assert_int_equal(view_guest(test->view, false, "T", 9, test->task), DD_OK);
	assert_string_equal(task_at(test, test->task).plan, "P");
	ask_with(test, COMMAND(PLACE_PLAN), &cmd.base);
	says_no(test, REFUSAL(NOTHING_TO_DO));
	cmd.removed = true;
	done(test);
	assert_int_equal(view_guest(test->view, false, "T", 9, test->task), DD_ERR_NOT_FOUND);
	end(test);
}

/* --- what tasks wait for
 * ------------------------------------------------------------------------------ */

static void an_event_gives_the_tasks_that_wait_for_it_their_first_date(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RecordOccurrence cmd = DONDOC__V1__RECORD_OCCURRENCE__INIT;
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__Timing timing = DONDOC__V1__TIMING__INIT;
	Dondoc__V1__AfterEvent after = DONDOC__V1__AFTER_EVENT__INIT;
	uint64_t id, recurring;

	(void)state;
	after.count = 3; /* working days from Monday the 16th: Thursday */
	after.span = DONDOC__V1__SPAN_UNIT__SPAN_WORKING_DAYS;
	after.code = text_of("NQ");
	timing.after = &after;
	fields.plan = text_of("P");
	fields.code = text_of("E");
	fields.content = text_of("Sau khi có nghị quyết");
	fields.lead_unit = text_of("U1");
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_EVENT;
	fields.timing = &timing;
	add.task = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(ADD_TASK), &add.base);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "P", "E", &id), DD_OK);
	cmd.code = text_of("NQ");
	cmd.plan = text_of("P");
	cmd.day = TODAY + 1;
	ask_with(test, COMMAND(RECORD_OCCURRENCE), &cmd.base);
	says_no(test, REFUSAL(RANGE)); /* it has not happened yet */
	cmd.day = TODAY;
	done(test);
	assert_int_equal(task_at(test, id).due_day, TODAY + 3);
	assert_int_equal(task_at(test, id).first_due_day, TODAY + 3);
	recurring = add_task(test, "P", "Q", 0, DONDOC__V1__RECURRENCE__RECUR_QUARTERLY);
	cmd.tasks = &recurring;
	cmd.n_tasks = 1;
	ask_with(test, COMMAND(RECORD_OCCURRENCE), &cmd.base);
	says_no(test, REFUSAL(RANGE)); /* it has no one date */
	cmd.n_tasks = 0;
	cmd.day = TODAY - 2; /* told again: the date in force stays */
	ask_with(test, COMMAND(RECORD_OCCURRENCE), &cmd.base);
	done(test);
	assert_int_equal(task_at(test, id).due_day, TODAY + 3);
	end(test);
}

static void dependencies_are_switched_on_and_never_run_in_a_circle(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDependency cmd = DONDOC__V1__SET_DEPENDENCY__INIT;
	uint64_t third = found_task(test, "3", DUE, false);
	int32_t lag;

	(void)state;
	cmd.task = test->undated;
	cmd.predecessor = test->task;
	cmd.lag_days = 2;
	as_assigner(test);
	ask_with(test, COMMAND(SET_DEPENDENCY), &cmd.base);
	says_no(test, REFUSAL(SWITCHED_OFF));
	set_setting(test, "dependencies", "on", "", "");
	as_assigner(test);
	ask_with(test, COMMAND(SET_DEPENDENCY), &cmd.base);
	done(test);
	assert_int_equal(view_link(test->view, false, test->undated, test->task, &lag), DD_OK);
	assert_int_equal(lag, 2);
	cmd.task = third;
	cmd.predecessor = test->undated;
	ask_with(test, COMMAND(SET_DEPENDENCY), &cmd.base);
	done(test);
	cmd.task = test->task;
	cmd.predecessor = third;
	ask_with(test, COMMAND(SET_DEPENDENCY), &cmd.base);
	says_no(test, REFUSAL(CYCLE));
	cmd.predecessor = test->task;
	says_no(test, REFUSAL(CYCLE));
	end(test);
}

static void a_period_of_a_recurring_task_gets_one_instance_and_no_second(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__MakeInstances cmd = DONDOC__V1__MAKE_INSTANCES__INIT;
	uint64_t id;
	int32_t january = dd_day_from_date((struct dd_date){2026, 1, 1});

	(void)state;
	set_plan(test, "N", KIND(LOOSE));
	cmd.task = add_task(test, "N", "Q", 0, DONDOC__V1__RECURRENCE__RECUR_QUARTERLY);
	cmd.period_from = january;
	become(test, DD_PRINCIPAL_TASK, "", 't');
	ask_with(test, COMMAND(MAKE_INSTANCES), &cmd.base);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "N", "Q@2026-Q1", &id), DD_OK);
	assert_int_equal(task_at(test, id).due_day, january + 89);
	assert_string_equal(task_at(test, id).lead_unit, "U1");
	ask_with(test, COMMAND(MAKE_INSTANCES), &cmd.base);
	says_no(test, REFUSAL(NOTHING_TO_DO));
	cmd.period_from = january + 1; /* no period begins then */
	says_no(test, REFUSAL(NOTHING_TO_DO));
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_command_gives_a_task_to_many_units_under_one_heading),
		cmocka_unit_test(both_areas_must_be_known),
		cmocka_unit_test(a_collective_unit_within_another_is_opened_too),
		cmocka_unit_test(a_task_without_a_plan_goes_into_the_units_plan_of_single_tasks),
		cmocka_unit_test(
			a_published_due_day_moves_by_a_document_only_and_the_baseline_never),
		cmocka_unit_test(a_task_stands_in_a_second_plan_until_it_is_taken_away),
		cmocka_unit_test(an_event_gives_the_tasks_that_wait_for_it_their_first_date),
		cmocka_unit_test(dependencies_are_switched_on_and_never_run_in_a_circle),
		cmocka_unit_test(a_period_of_a_recurring_task_gets_one_instance_and_no_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
