/* report_agreement_test.c - a report and the view's own count say the same of any day, whatever was
 * taken back, withdrawn or undone since, and whatever was set since; and the published figures of
 * 1270/BC-TCTTTg come out of as many tasks. */
#include "tests/services/reporting/report_said.h"

/* --- what was wrong ----------------------------------------------------------------------------
 */

static void a_confirmation_taken_back_leaves_the_figures_of_its_day(void **state)
{
	struct said said;
	uint64_t task, request, decision;
	int32_t day;

	(void)state;
	begin(&said);
	task = add(&said, "1", "U01", "", HISTORY_DAY0 + 10);
	day = on(&said, 5);
	request = hand_in(&said, task, day);
	decision = confirm(&said, task, request);
	day = on(&said, 6);
	assert_int_equal(in_bucket(&said, day - 1, DD_BUCKET_DONE_ON_TIME), 1);
	take_back(&said, task, decision, request);
	for (int32_t d = day - 1; d <= day; d++) {
		assert_int_equal(in_bucket(&said, d, DD_BUCKET_DONE_ON_TIME), 0);
		assert_int_equal(in_bucket(&said, d, DD_BUCKET_OPEN_IN_TERM), 1);
	}
	end(&said);
}

/* What came with it in one frame, and was right, stays. */
static void a_frame_is_wrong_only_in_the_event_that_was(void **state)
{
	Dondoc__V1__TaskAssigned assigned = DONDOC__V1__TASK_ASSIGNED__INIT;
	struct said said;
	struct report report;
	uint64_t task, request, decision;

	(void)state;
	begin(&said);
	task = add(&said, "1", "U01", "", HISTORY_DAY0 + 10);
	(void)on(&said, 5);
	open_frame(&said);
	assigned.to_unit = lent("U03");
	(void)say(&said, EVENT_TYPE(TASK_ASSIGNED), task, &assigned.base);
	request = hand_in(&said, task, HISTORY_DAY0 + 5);
	decision = confirm(&said, task, request);
	close_frame(&said);
	(void)on(&said, 7);
	take_back(&said, task, decision, request);
	agree(&said, HISTORY_DAY0 + 5, &report);
	assert_int_equal(report.all.in[DD_BUCKET_OPEN_IN_TERM], 1);
	assert_int_equal(report.awaiting.count, 1);
	assert_string_equal(report.units[0].key, "U03");
	report_fini(&report);
	end(&said);
}

static void a_completion_withdrawn_was_never_handed_in(void **state)
{
	struct said said;
	uint64_t task, request;

	(void)state;
	begin(&said);
	task = add(&said, "1", "U01", "", HISTORY_DAY0 + 3);
	(void)on(&said, 2);
	request = hand_in(&said, task, HISTORY_DAY0 + 2);
	(void)on(&said, 8);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 6, DD_BUCKET_OPEN_IN_TERM), 1);
	withdraw(&said, task, request);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 6, DD_BUCKET_OPEN_OVERDUE), 1);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 8, DD_BUCKET_OPEN_OVERDUE), 1);
	end(&said);
}

static void an_import_undone_was_never_there(void **state)
{
	Dondoc__V1__UndoGroup what = DONDOC__V1__UNDO_GROUP__INIT;
	Dondoc__V1__GroupUndone undone = DONDOC__V1__GROUP_UNDONE__INIT;
	struct history_event group;
	struct said said;
	uint64_t tasks[3];
	char code[8];

	(void)state;
	begin(&said);
	(void)add(&said, "0", "U02", "", HISTORY_DAY0 + 3);
	(void)on(&said, 2);
	open_frame(&said);
	history_open_group(said.h, &group);
	what.group = said.h->group;
	for (int i = 0; i < 3; i++) {
		snprintf(code, sizeof(code), "%d", i + 1);
		tasks[i] = add(&said, code, "U01", "", HISTORY_DAY0 + 3);
	}
	history_close_group(said.h, &group);
	close_frame(&said);
	said.h->group = 0;
	(void)on(&said, 6);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 4, DD_BUCKET_OPEN_OVERDUE), 4);
	open_frame(&said);
	history_open_group(said.h, &group);
	undone.said = &what;
	(void)say(&said, EVENT_TYPE(GROUP_UNDONE), 0, &undone.base);
	for (int i = 0; i < 3; i++)
		remove_task(&said, tasks[i]);
	history_close_group(said.h, &group);
	close_frame(&said);
	said.h->group = 0;
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 4, DD_BUCKET_OPEN_OVERDUE), 1);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 6, DD_BUCKET_OPEN_OVERDUE), 1);
	end(&said);
}

/* A day that was reported on officially stays as it was reported. */
static void a_day_that_was_reported_on_stays_as_it_was_reported(void **state)
{
	Dondoc__V1__IssueReport what = DONDOC__V1__ISSUE_REPORT__INIT;
	Dondoc__V1__ReportIssued issued = DONDOC__V1__REPORT_ISSUED__INIT;
	struct said said;
	uint64_t task, request, decision;

	(void)state;
	begin(&said);
	task = add(&said, "1", "U01", "", HISTORY_DAY0 + 10);
	(void)on(&said, 5);
	request = hand_in(&said, task, HISTORY_DAY0 + 5);
	decision = confirm(&said, task, request);
	what.schedule = lent("monthly");
	what.as_of_day = HISTORY_DAY0 + 5;
	what.sequence = said.h->next - 1;
	issued.report = &what;
	(void)on(&said, 6);
	(void)say(&said, EVENT_TYPE(REPORT_ISSUED), 0, &issued.base);
	take_back(&said, task, decision, request);
	(void)on(&said, 9);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 5, DD_BUCKET_DONE_ON_TIME), 1);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 6, DD_BUCKET_DONE_ON_TIME), 0);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 6, DD_BUCKET_OPEN_IN_TERM), 1);
	end(&said);
}

/* --- what was set ------------------------------------------------------------------------------
 */

static void both_judge_a_day_by_what_was_set_then(void **state)
{
	struct said said;
	struct report report;
	uint64_t task, request;

	(void)state;
	begin(&said);
	task = add(&said, "1", "U01", "", HISTORY_DAY0 + 3);
	(void)on(&said, 3);
	request = hand_in(&said, task, HISTORY_DAY0 + 3);
	(void)on(&said, 5);
	(void)confirm(&said, task, request);
	(void)on(&said, 8);
	set(&said, "judge.by", "confirmation");
	(void)on(&said, 10);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 7, DD_BUCKET_DONE_ON_TIME), 1);
	assert_int_equal(in_bucket(&said, HISTORY_DAY0 + 8, DD_BUCKET_DONE_LATE), 1);
	agree(&said, HISTORY_DAY0 + 8, &report);
	assert_true(report.judge.by_confirmation);
	assert_true(report.judge.credit_waiting);
	report_fini(&report);
	end(&said);
}

static void both_count_a_fan_out_as_it_was_set_then(void **state)
{
	struct said said;
	struct report report;
	char code[16], unit[8];

	(void)state;
	begin(&said);
	(void)add(&said, "1", "", "", HISTORY_DAY0 + 3);
	for (int i = 1; i <= 5; i++) {
		snprintf(unit, sizeof(unit), "U%02d", i);
		snprintf(code, sizeof(code), "1~%s", unit);
		(void)add(&said, code, unit, "1", HISTORY_DAY0 + (i < 3 ? 3 : 30));
	}
	(void)on(&said, 6);
	set(&said, "count.fan_out", "parts");
	(void)on(&said, 8);
	agree(&said, HISTORY_DAY0 + 5, &report);
	assert_int_equal(dd_tally_total(&report.all), 1);
	assert_int_equal(report.overdue.count, 1);
	assert_int_equal(report.overdue.items[0].days, 2);
	assert_string_equal(report.overdue.items[0].lead_name, "2/5 đơn vị quá hạn");
	assert_int_equal(report.unit_count, 5);
	assert_int_equal(report.parts, 5);
	assert_int_equal(report.kind_count, 1);
	assert_int_equal(dd_tally_total(&report.kinds[0].tally), 5);
	report_fini(&report);
	agree(&said, HISTORY_DAY0 + 6, &report);
	assert_int_equal(dd_tally_total(&report.all), 5);
	assert_int_equal(report.overdue.count, 2);
	report_fini(&report);
	end(&said);
}

/* --- what is told beside -----------------------------------------------------------------------
 */

/* Explained on day 6, accepted on day 8. */
static void explain(struct said *said, uint64_t task)
{
	Dondoc__V1__ExplainDelay reason = DONDOC__V1__EXPLAIN_DELAY__INIT;
	Dondoc__V1__DelayExplained told = DONDOC__V1__DELAY_EXPLAINED__INIT;
	Dondoc__V1__DecideExplanation decide = DONDOC__V1__DECIDE_EXPLANATION__INIT;
	Dondoc__V1__ExplanationDecided decided = DONDOC__V1__EXPLANATION_DECIDED__INIT;

	reason.task = decide.task = task;
	told.said = &reason;
	(void)on(said, 6);
	decide.explanation = say(said, EVENT_TYPE(DELAY_EXPLAINED), task, &told.base);
	decide.accepted = 1;
	decided.said = &decide;
	(void)on(said, 8);
	(void)say(said, EVENT_TYPE(EXPLANATION_DECIDED), task, &decided.base);
}

static void lateness_is_told_before_and_after_accepted_explanations(void **state)
{
	struct said said;
	struct report report;
	uint64_t task;

	(void)state;
	begin(&said);
	task = add(&said, "1", "U01", "", HISTORY_DAY0 + 3);
	(void)add(&said, "2", "U02", "", HISTORY_DAY0 + 4);
	explain(&said, task);
	agree(&said, HISTORY_DAY0 + 7, &report);
	assert_int_equal(dd_tally_late(&report.all), 2);
	assert_int_equal(report.all.late_excused, 0);
	report_fini(&report);
	agree(&said, HISTORY_DAY0 + 8, &report);
	assert_int_equal(dd_tally_late(&report.all), 2);
	assert_int_equal(report.all.late_excused, 1);
	assert_int_equal(report.overdue.items[0].id, task);
	assert_true(report.overdue.items[0].explained);
	assert_false(report.overdue.items[1].explained);
	report_fini(&report);
	end(&said);
}

/* Two extensions in the year before. */
static void a_carried_task_counts_once_with_the_first_date_of_its_chain(void **state)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	char *chain[] = {lent("KH2025/7")};
	struct said said;
	struct report report;

	(void)state;
	begin(&said);
	fields.plan = lent("P0");
	fields.code = lent("7");
	fields.content = lent("Việc từ năm trước");
	fields.lead_unit = lent("U04");
	fields.due_day = HISTORY_DAY0 + 40;
	fields.carried_from = 99;
	fields.chain_codes = chain;
	fields.n_chain_codes = 1;
	fields.chain_first_due_day = HISTORY_DAY0 - 60;
	fields.chain_slips = 2;
	body.task = &fields;
	(void)say(&said, EVENT_TYPE(TASK_ADDED), 0, &body.base);
	(void)add(&said, "8", "U04", "", HISTORY_DAY0 + 40);
	(void)on(&said, 5);
	agree(&said, HISTORY_DAY0 + 1, &report);
	assert_int_equal(dd_tally_total(&report.all), 2);
	assert_int_equal(dd_tally_total(&report.carried_in), 1);
	assert_int_equal(report.carried.count, 1);
	assert_int_equal(report.carried.items[0].first_due_day, HISTORY_DAY0 - 60);
	assert_int_equal(report.carried.items[0].extensions, 2);
	assert_int_equal(report.carried.items[0].days, 100);
	report_fini(&report);
	end(&said);
}

/* --- who reported ------------------------------------------------------------------------------
 */

static void the_update_rate_of_a_day_knows_nothing_of_later_days(void **state)
{
	static const struct {
		int32_t day;
		uint32_t updated;
	} rows[] = {{1, 0}, {2, 1}, {10, 2}, {31, 2}, {32, 2}, {33, 0}, {44, 0}};
	struct said said;
	struct report report;
	uint64_t tasks[3];

	(void)state;
	begin(&said);
	for (int i = 0; i < 3; i++) {
		const char *codes[] = {"1", "2", "3"}, *units[] = {"U01", "U02", "U03"};

		tasks[i] = add(&said, codes[i], units[i], "", 0);
	}
	(void)on(&said, 2);
	progress(&said, tasks[0]);
	(void)on(&said, 3);
	progress(&said, tasks[0]);
	progress(&said, tasks[1]);
	(void)on(&said, 45);
	progress(&said, tasks[2]);
	settle(&said);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run(&said, HISTORY_DAY0 + rows[i].day, &report);
		assert_int_equal(report.updates.denominator, 3);
		assert_int_equal(report.updates.numerator, rows[i].updated);
		report_fini(&report);
	}
	end(&said);
}

static void withdraw_report(struct said *said, uint64_t task, uint64_t entry, int64_t reported_us)
{
	Dondoc__V1__EntryWithdrawn body = DONDOC__V1__ENTRY_WITHDRAWN__INIT;
	Dondoc__V1__WithdrawEntry cmd = DONDOC__V1__WITHDRAW_ENTRY__INIT;

	cmd.task = task;
	cmd.entry = entry;
	cmd.reason = lent("nhầm");
	body.said = &cmd;
	body.event_type = EVENT_TYPE(PROGRESS_REPORTED);
	body.state = DONDOC__V1__TASK_STATE__TASK_ASSIGNED;
	body.reported_us = reported_us;
	(void)say(said, EVENT_TYPE(ENTRY_WITHDRAWN), task, &body.base);
}

static void give(struct said *said, uint64_t task, const char *unit)
{
	Dondoc__V1__TaskAssigned body = DONDOC__V1__TASK_ASSIGNED__INIT;

	body.from_unit = lent("U02");
	body.to_unit = lent(unit);
	(void)say(said, EVENT_TYPE(TASK_ASSIGNED), task, &body.base);
}

/* U01 has withdrawn its only report; U02 has reported, and the task is U03's since. */
static void a_report_is_its_units_as_long_as_it_is_in_force(void **state)
{
	static const struct {
		int32_t day;
		uint32_t updated;
	} rows[] = {{1, 0}, {2, 2}, {3, 1}, {5, 1}, {6, 1}};
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	struct said said;
	struct report report;
	struct asked asked = {.today = HISTORY_DAY0 + 6};
	Dondoc__V1__Answer *got;
	uint64_t tasks[4];

	(void)state;
	begin(&said);
	for (int i = 0; i < 4; i++) {
		const char *codes[] = {"1", "2", "3", "4"};
		const char *units[] = {"U01", "U02", "U03", "U02"};

		tasks[i] = add(&said, codes[i], units[i], "", 0);
	}
	(void)on(&said, 2);
	progress(&said, tasks[0]);
	progress(&said, tasks[1]);
	(void)on(&said, 3);
	withdraw_report(&said, tasks[0], said.versions[tasks[0]],
			dd_day_start_us(HISTORY_DAY0 + 2) + DD_DAY_US / 2);
	(void)on(&said, 5);
	give(&said, tasks[1], "U03");
	(void)on(&said, 6);
	settle(&said);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		agree(&said, HISTORY_DAY0 + rows[i].day, &report);
		assert_int_equal(report.updates.denominator, 3);
		if (report.updates.numerator != rows[i].updated)
			fail_msg("day %d: %u", rows[i].day, report.updates.numerator);
		report_fini(&report);
	}
	asked.view = said.fed.view;
	asked.h = said.h;
	got = count(&asked, &what);
	assert_int_equal(got->counts->reporting_units, 3);
	assert_int_equal(got->counts->updated_units, 1);
	let_go(got);
	dd_buf_fini(&asked.out);
	end(&said);
}

/* --- a published report ------------------------------------------------------------------------
 */

struct published {
	uint32_t count;
	int32_t due, submitted; /* days; 0 = not handed in */
};

/* 1270/BC-TCTTTg of 2017 (DOMAIN.md): its four buckets, on the 40th day. */
static const struct published buckets[] = {
	{14068, 20, 18}, /* completed in time */
	{1983, 20, 23},  /* completed late */
	{5640, 60, 0},   /* not completed, in time */
	{223, 30, 0},    /* not completed, overdue */
};

static void say_published(struct said *said, const struct published *row, uint32_t *number)
{
	for (uint32_t i = 0; i < row->count; i++) {
		char code[16], unit[8];
		uint64_t task, request;

		if (i % 250 == 0)
			open_frame(said);
		snprintf(code, sizeof(code), "N%u", (*number)++);
		snprintf(unit, sizeof(unit), "U%02u", i % 12);
		task = add(said, code, unit, "", HISTORY_DAY0 + row->due);
		if (row->submitted != 0) {
			request = hand_in(said, task, HISTORY_DAY0 + row->submitted);
			(void)confirm(said, task, request);
		}
		if (i % 250 == 249 || i + 1 == row->count)
			close_frame(said);
	}
}

static void the_published_figures_of_report_1270_come_out_of_as_many_tasks(void **state)
{
	char text[DD_RATE_TEXT];
	struct said said;
	struct report report;
	uint32_t number = 0;

	(void)state;
	begin(&said);
	(void)on(&said, 39);
	for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++)
		say_published(&said, &buckets[i], &number);
	(void)on(&said, 40);
	set(&said, "causes", "a");
	agree(&said, HISTORY_DAY0 + 40, &report);
	assert_int_equal(dd_tally_total(&report.all), 21914);
	assert_int_equal(report.all.in[DD_BUCKET_DONE_ON_TIME], 14068);
	assert_int_equal(report.all.in[DD_BUCKET_DONE_LATE], 1983);
	assert_int_equal(report.all.in[DD_BUCKET_OPEN_IN_TERM], 5640);
	assert_int_equal(report.all.in[DD_BUCKET_OPEN_OVERDUE], 223);
	assert_int_equal(dd_rate_of_fallen_due(&report.all).numerator, 16051);
	assert_string_equal(dd_rate_text(dd_rate_of_fallen_due(&report.all), text), "98,62%");
	assert_string_equal(dd_rate_text(dd_rate_of_all(&report.all), text), "73,24%");
	assert_int_equal(report.overdue.count, 223);
	assert_int_equal(dd_tally_late(&report.all), 1983 + 223);
	report_fini(&report);
	end(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_confirmation_taken_back_leaves_the_figures_of_its_day),
		cmocka_unit_test(a_frame_is_wrong_only_in_the_event_that_was),
		cmocka_unit_test(a_completion_withdrawn_was_never_handed_in),
		cmocka_unit_test(an_import_undone_was_never_there),
		cmocka_unit_test(a_day_that_was_reported_on_stays_as_it_was_reported),
		cmocka_unit_test(both_judge_a_day_by_what_was_set_then),
		cmocka_unit_test(both_count_a_fan_out_as_it_was_set_then),
		cmocka_unit_test(lateness_is_told_before_and_after_accepted_explanations),
		cmocka_unit_test(a_carried_task_counts_once_with_the_first_date_of_its_chain),
		cmocka_unit_test(the_update_rate_of_a_day_knows_nothing_of_later_days),
		cmocka_unit_test(a_report_is_its_units_as_long_as_it_is_in_force),
		cmocka_unit_test(the_published_figures_of_report_1270_come_out_of_as_many_tasks),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
