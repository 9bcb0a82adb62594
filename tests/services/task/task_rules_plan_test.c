/* task_rules_plan_test.c - plans from draft to closed, the year's end, settings, indicators and
 * baselines: by commands that become events of a real view. */
#include "tests/services/task/task_rules_plan_fixture.h"

/* --- settings -----------------------------------------------------------------------------------
 */

static void the_nearest_setting_is_in_force_and_bad_ones_are_refused(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetSettings cmd = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows = &setting;
	struct task_case c = {.view = test->view, .who = &test->who, .body = &test->body};

	(void)state;
	assert_int_equal(task_policy_value(&c, DD_SETTING_RETURN_DAYS, "P", "U1"), 5);
	set_setting(test, "life.return_days", "3", "", "");
	set_setting(test, "life.return_days", "4", "P", "");
	set_setting(test, "life.return_days", "6", "", "U1");
	set_setting(test, "approval", "on", "", "U1");
	set_setting(test, "life.return_days", "7", "", "U1");
	assert_int_equal(task_policy_value(&c, DD_SETTING_RETURN_DAYS, NULL, NULL), 3);
	assert_int_equal(task_policy_value(&c, DD_SETTING_RETURN_DAYS, "P", "U2"), 4);
	assert_int_equal(task_policy_value(&c, DD_SETTING_RETURN_DAYS, "P", "U1"), 7);
	assert_int_equal(task_policy_value(&c, DD_SETTING_APPROVAL, "P", "U1"), 1);
	assert_int_equal(task_policy_value(&c, DD_SETTING_APPROVAL, "P", "U2"), 0);

	cmd.settings = &rows;
	cmd.n_settings = 1;
	setting.name = text_of("life.return_dys");
	setting.value = text_of("3");
	ask_with(test, COMMAND(SET_SETTINGS), &cmd.base);
	says_no(test, REFUSAL(UNKNOWN_SETTING));
	setting.name = text_of("life.return_days");
	setting.value = text_of("366");
	says_no(test, REFUSAL(RANGE));
	setting.value = text_of("3");
	setting.unit = text_of("NOBODY");
	says_no(test, REFUSAL(UNKNOWN_UNIT));
	setting.name = text_of("people.required"); /* for all only */
	setting.value = text_of("on");
	setting.unit = text_of("U1");
	says_no(test, REFUSAL(RANGE));
	end(test);
}

/* --- a plan's states
 * -------------------------------------------------------------------------------- */

static void a_draft_is_nobodys_work_until_it_is_published(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__PublishPlan publish = DONDOC__V1__PUBLISH_PLAN__INIT;
	Dondoc__V1__AcknowledgePlan note = DONDOC__V1__ACKNOWLEDGE_PLAN__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	static const uint8_t nobody[16];
	struct view_plan plan;
	uint64_t publication;
	struct dd_key key;
	struct dd_val val;

	(void)state;
	set_plan(test, "N", KIND(YEARLY));
	report.task = add_task(test, "N", "1", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	report.note = text_of("bắt đầu");
	as_lead(test);
	ask_with(test, COMMAND(REPORT_PROGRESS), &report.base);
	says_no(test, REFUSAL(PLAN_STATE));

	publish.plan = text_of("N");
	as_assigner(test);
	ask_with(test, COMMAND(PUBLISH_PLAN), &publish.base);
	says_no(test, REFUSAL(MISSING)); /* by which document */
	publish.document = &test->document;
	publication = done(test);
	assert_int_equal(view_plan(test->view, false, "N", &plan), DD_OK);
	assert_int_equal(plan.state, DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED);
	assert_int_equal(plan.published, publication);
	ask_with(test, COMMAND(PUBLISH_PLAN), &publish.base);
	publish.document = &test->document;
	says_no(test, REFUSAL(NOTHING_TO_DO));

	as_lead(test);
	ask_with(test, COMMAND(REPORT_PROGRESS), &report.base);
	done(test);
	note.plan = text_of("N");
	note.persons_told = 5;
	note.persons_total = 4;
	note.form = text_of("Hội nghị");
	ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
	says_no(test, REFUSAL(RANGE));
	note.persons_told = 3;
	done(test);
	view_key_ack(&key, "N", publication);
	dd_key_text(&key, "U1");
	dd_key_bytes(&key, nobody, sizeof(nobody));
	assert_int_equal(view_get(test->view, false, &key, &val), DD_OK);
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b'); /* whom it does not concern */
	ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
	says_no(test, REFUSAL(NOT_PERMITTED));
	end(test);
}

static void close_plan(struct deciding *test, Dondoc__V1__RefusalCode code)
{
	Dondoc__V1__ClosePlan cmd = DONDOC__V1__CLOSE_PLAN__INIT;

	cmd.plan = text_of("P");
	cmd.reason = text_of("Tổng kết");
	as_assigner(test);
	ask_with(test, COMMAND(CLOSE_PLAN), &cmd.base);
	if (code == REFUSAL(NONE))
		done(test);
	else
		says_no(test, code);
}

static void decide_year(struct deciding *test, const Dondoc__V1__YearEndRow *row,
			Dondoc__V1__RefusalCode code)
{
	Dondoc__V1__DecideYearEnd cmd = DONDOC__V1__DECIDE_YEAR_END__INIT;
	Dondoc__V1__YearEndRow copy = *row, *rows = &copy;

	cmd.plan = text_of("P");
	cmd.next_plan = text_of("N");
	cmd.rows = &rows;
	cmd.n_rows = 1;
	as_assigner(test);
	ask_with(test, COMMAND(DECIDE_YEAR_END), &cmd.base);
	if (code == REFUSAL(NONE))
		done(test);
	else
		says_no(test, code);
}

static void open_tasks_are_decided_before_a_plan_is_closed_and_read_only(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__YearEndRow row = DONDOC__V1__YEAR_END_ROW__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	Dondoc__V1__TaskFields *fields;
	uint64_t next, kept = found_task(test, "3", DUE, false);

	(void)state;
	set_plan(test, "N", KIND(YEARLY));
	close_plan(test, REFUSAL(UNDECIDED));
	row.task = test->task;
	row.kind = YEAR(CARRY);
	row.code = text_of("7");
	decide_year(test, &row, REFUSAL(MISSING)); /* until when */
	row.due_day = DUE + 365;
	decide_year(test, &row, REFUSAL(NONE));
	assert_int_equal(task_at(test, test->task).state, STATE(CARRIED_OVER));
	assert_int_equal(view_task_by_code(test->view, false, "N", "7", &next), DD_OK);
	assert_int_equal(task_at(test, next).due_day, DUE + 365);
	fields = fields_at(test, next);
	assert_int_equal(fields->carried_from, test->task);
	assert_int_equal(fields->chain_first_due_day, DUE);
	assert_int_equal(fields->n_chain_codes, 1);
	assert_string_equal(fields->chain_codes[0], "P/1");
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	decide_year(test, &row, REFUSAL(STATE)); /* not twice */

	dondoc__v1__year_end_row__init(&row);
	row.task = test->undated;
	row.kind = YEAR(END);
	decide_year(test, &row, REFUSAL(MISSING));
	row.reason = text_of("Không còn phù hợp");
	decide_year(test, &row, REFUSAL(NONE));
	assert_int_equal(task_at(test, test->undated).state, STATE(CANCELLED));
	close_plan(test, REFUSAL(UNDECIDED));
	row.task = kept;
	row.kind = YEAR(KEEP);
	decide_year(test, &row, REFUSAL(NONE));
	close_plan(test, REFUSAL(NONE));

	report.note = text_of("tiếp tục");
	report.task = kept;
	as_lead(test);
	ask_with(test, COMMAND(REPORT_PROGRESS), &report.base);
	done(test);
	report.task = test->task;
	ask_with(test, COMMAND(REPORT_PROGRESS), &report.base);
	says_no(test, REFUSAL(PLAN_STATE));
	end(test);
}

static void the_next_plan_is_drafted_with_what_recurs_and_days_a_year_later(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__DraftPlan cmd = DONDOC__V1__DRAFT_PLAN__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	struct view_plan plan;
	uint64_t id;

	(void)state;
	add_task(test, "P", "Q", DUE, DONDOC__V1__RECURRENCE__RECUR_QUARTERLY);
	fields.code = text_of("N");
	fields.title = text_of("Kế hoạch năm sau");
	cmd.from = text_of("P");
	cmd.plan = &fields;
	cmd.shift_years = 1;
	as_assigner(test);
	ask_with(test, COMMAND(DRAFT_PLAN), &cmd.base);
	done(test);
	assert_int_equal(view_plan(test->view, false, "N", &plan), DD_OK);
	assert_int_equal(plan.state, DONDOC__V1__PLAN_STATE__PLAN_DRAFT);
	assert_string_equal(plan.assigner_unit, "HN");
	assert_int_equal(view_task_by_code(test->view, false, "N", "I", &id), DD_OK);
	assert_int_equal(view_task_by_code(test->view, false, "N", "1", &id), DD_ERR_NOT_FOUND);
	assert_int_equal(view_task_by_code(test->view, false, "N", "Q", &id), DD_OK);
	assert_int_equal(task_at(test, id).due_day, DUE + 365);
	end(test);
}

/* --- indicators and baselines
 * -------------------------------------------------------------------------- */

static void an_indicator_is_measured_by_its_lead_with_a_source(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetIndicator set = DONDOC__V1__SET_INDICATOR__INIT;
	Dondoc__V1__IndicatorFields fields = DONDOC__V1__INDICATOR_FIELDS__INIT;
	Dondoc__V1__MeasureIndicator measure = DONDOC__V1__MEASURE_INDICATOR__INIT;
	Dondoc__V1__YearValue first = DONDOC__V1__YEAR_VALUE__INIT, *targets[] = {&first, &first};
	struct view_measured measured;

	(void)state;
	first.year = 2026;
	first.value = 90000;
	fields.plan = text_of("P");
	fields.code = text_of("CT1");
	fields.name = text_of("Hồ sơ trực tuyến");
	fields.measure = text_of("%");
	fields.lead_unit = text_of("U1");
	fields.targets = targets;
	fields.n_targets = 2;
	set.fields = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(SET_INDICATOR), &set.base);
	says_no(test, REFUSAL(DUPLICATE)); /* one target a year */
	fields.n_targets = 1;
	done(test);
	measure.plan = text_of("P");
	measure.code = text_of("CT1");
	measure.day = TODAY;
	measure.value = 86500;
	as_lead(test);
	ask_with(test, COMMAND(MEASURE_INDICATOR), &measure.base);
	says_no(test, REFUSAL(MISSING));
	measure.source = text_of("Cổng dịch vụ công");
	done(test);
	assert_int_equal(view_measure(test->view, false, "P", "CT1", TODAY, &measured), DD_OK);
	assert_string_equal(measured.unit, "U1");
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	ask_with(test, COMMAND(MEASURE_INDICATOR), &measure.base);
	says_no(test, REFUSAL(NOT_PERMITTED));
	end(test);
}

static void a_second_baseline_needs_a_document(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__FreezeBaseline cmd = DONDOC__V1__FREEZE_BASELINE__INIT;
	struct view_baseline record;

	(void)state;
	cmd.plan = text_of("P");
	cmd.name = text_of("ban-hanh");
	set_setting(test, "baselines", "on", "P", "");
	as_assigner(test);
	ask_with(test, COMMAND(FREEZE_BASELINE), &cmd.base);
	done(test);
	assert_int_equal(view_baseline(test->view, false, "P", "ban-hanh", &record), DD_OK);
	assert_int_equal(record.at, test->sequence - 1);
	ask_with(test, COMMAND(FREEZE_BASELINE), &cmd.base);
	says_no(test, REFUSAL(DUPLICATE));
	cmd.name = text_of("dieu-chinh");
	says_no(test, REFUSAL(MISSING));
	cmd.document = &test->document;
	done(test);
	end(test);
}

/* --- whose a plan is -----------------------------------------------------------------------------
 */

/* The unit whose plan it is does not make itself the agency that decides on its work. */
static void a_plan_goes_to_another_agency_by_the_agencys_word_only(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetPlan cmd = DONDOC__V1__SET_PLAN__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;

	(void)state;
	fields.code = text_of("PB");
	fields.title = text_of("Kế hoạch phòng");
	fields.assigner_unit = text_of("HN");
	fields.owner_unit = text_of("U1");
	fields.kind = KIND(DEPARTMENT);
	cmd.plan = &fields;
	cmd.reason = text_of("điều chỉnh");
	as_assigner(test);
	ask_with(test, COMMAND(SET_PLAN), &cmd.base);
	done(test);
	fields.assigner_unit = text_of("U1");
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'u');
	ask_with(test, COMMAND(SET_PLAN), &cmd.base);
	says_no(test, REFUSAL(NOT_PERMITTED));
	fields.assigner_unit = text_of("HN");
	fields.title = text_of("Kế hoạch phòng năm 2026");
	done(test); /* all else is its own */
	fields.assigner_unit = text_of("U2");
	as_assigner(test);
	ask_with(test, COMMAND(SET_PLAN), &cmd.base);
	done(test);
	end(test);
}

static void a_plan_is_not_made_by_nobodys_unit(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetPlan cmd = DONDOC__V1__SET_PLAN__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;

	(void)state;
	fields.code = text_of("X");
	fields.title = text_of("Kế hoạch");
	fields.assigner_unit = text_of("HN");
	cmd.plan = &fields;
	become(test, DD_PRINCIPAL_GATEWAY, "", 'u');
	ask_with(test, COMMAND(SET_PLAN), &cmd.base);
	says_no(test, REFUSAL(NOT_PERMITTED));
	end(test);
}

/* For the unit its focal person or its head says who has been told; for himself everybody does. */
static void a_plan_is_acknowledged_for_the_unit_by_who_speaks_for_it(void **state)
{
	static const struct {
		char person;
		Dondoc__V1__Role role;
		bool for_unit;
	} rows[] = {
		{'s', DONDOC__V1__ROLE__ROLE_STAFF, false},
		{'f', DONDOC__V1__ROLE__ROLE_FOCAL, true},
		{'h', DONDOC__V1__ROLE__ROLE_HEAD, true},
		{'i', DONDOC__V1__ROLE__ROLE_INSPECTOR, false},
	};
	struct deciding *test = begin();
	Dondoc__V1__PublishPlan publish = DONDOC__V1__PUBLISH_PLAN__INIT;
	Dondoc__V1__AcknowledgePlan note = DONDOC__V1__ACKNOWLEDGE_PLAN__INIT;
	uint8_t person[16];

	(void)state;
	set_plan(test, "N", KIND(YEARLY));
	(void)add_task(test, "N", "1", DUE, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	publish.plan = text_of("N");
	as_assigner(test);
	ask_with(test, COMMAND(PUBLISH_PLAN), &publish.base);
	publish.document = &test->document;
	done(test);
	note.plan = text_of("N");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;

		memset(person, rows[i].person, sizeof(person));
		grant.person = (ProtobufCBinaryData){.data = person, .len = sizeof(person)};
		grant.role = rows[i].role;
		grant.unit = text_of("U1");
		become(test, DD_PRINCIPAL_OPERATOR, "", 'o');
		ask_with(test, COMMAND(GRANT_ROLE), &grant.base);
		done(test);
		become(test, DD_PRINCIPAL_GATEWAY, "U1", rows[i].person);
		test->actor.person = grant.person;
		note.own = false;
		note.persons_told = 3;
		note.persons_total = 4;
		note.form = text_of("Hội nghị");
		ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
		if (rows[i].for_unit)
			done(test);
		else
			says_no(test, REFUSAL(NO_ROLE));
		note.own = true;
		ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
		done(test);
	}
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_setting_is_in_force_and_bad_ones_are_refused),
		cmocka_unit_test(a_draft_is_nobodys_work_until_it_is_published),
		cmocka_unit_test(open_tasks_are_decided_before_a_plan_is_closed_and_read_only),
		cmocka_unit_test(the_next_plan_is_drafted_with_what_recurs_and_days_a_year_later),
		cmocka_unit_test(an_indicator_is_measured_by_its_lead_with_a_source),
		cmocka_unit_test(a_second_baseline_needs_a_document),
		cmocka_unit_test(a_plan_goes_to_another_agency_by_the_agencys_word_only),
		cmocka_unit_test(a_plan_is_not_made_by_nobodys_unit),
		cmocka_unit_test(a_plan_is_acknowledged_for_the_unit_by_who_speaks_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
