/* view_figures_test.c - which tasks count, and how: fan-outs, what makes tasks each period, the
 * rules as they were set on the day, units of today, and who has reported. */
#include "tests/common/view/scene.h"

#define COMMUNES 126

/* A task; the code of its parent and its due day, both may be none. */
static uint64_t add(struct scene *s, const char *code, const char *lead, const char *parent,
		    int32_t due_day)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;

	fields.plan = lent("P");
	fields.code = lent(code);
	fields.content = lent("Việc");
	fields.lead_unit = lent(lead);
	fields.parent = lent(parent);
	fields.fan_out = lead[0] == '\0';
	fields.due_day = due_day;
	fields.area = 1;
	fields.position = (uint32_t)s->sequence + 1;
	body.task = &fields;
	return scene_say(s, EVENT(TASK_ADDED), s->sequence + 1, &body.base);
}

static void at_day(struct scene *s, int32_t day)
{
	s->now_us = dd_day_start_us(day) + 9 * 3600 * DD_SECOND_US;
}

static void progress(struct scene *s, uint64_t task)
{
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;

	body.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	body.percent = 50;
	(void)scene_say(s, EVENT(PROGRESS_REPORTED), task, &body.base);
}

static uint64_t hand_in(struct scene *s, uint64_t task)
{
	Dondoc__V1__CompletionRequested body = DONDOC__V1__COMPLETION_REQUESTED__INIT;

	return scene_say(s, EVENT(COMPLETION_REQUESTED), task, &body.base);
}

static void confirm(struct scene *s, uint64_t task, uint64_t request)
{
	Dondoc__V1__CompletionDecided body = DONDOC__V1__COMPLETION_DECIDED__INIT;

	body.request = request;
	body.confirmed = 1;
	(void)scene_say(s, EVENT(COMPLETION_DECIDED), task, &body.base);
}

static void set(struct scene *s, const char *name, const char *value, const char *plan)
{
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows[] = {&setting};
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__SettingsSet body = DONDOC__V1__SETTINGS_SET__INIT;

	setting.name = lent(name);
	setting.value = lent(value);
	setting.plan = lent(plan);
	said.settings = rows;
	said.n_settings = 1;
	body.said = &said;
	(void)scene_say(s, EVENT(SETTINGS_SET), 0, &body.base);
}

static Dondoc__V1__Answer *counted(struct scene *s, const Dondoc__V1__CountTasks *what)
{
	Dondoc__V1__Answer *got = scene_ask(s, ASK(COUNT_TASKS), what);

	if (!got)
		fail_msg("%s", s->err.text);
	return got;
}

static uint32_t sum(Dondoc__V1__CountRow *const *rows, size_t count)
{
	uint32_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += rows[i]->buckets->total;
	return total;
}

/* Each table adds up to what it is said to. */
static void assert_adds_up(const Dondoc__V1__TaskCounts *counts)
{
	uint32_t of_units = counts->all->total - counts->fan_outs + counts->parts;

	assert_int_equal(sum(counts->by_area, counts->n_by_area), counts->all->total);
	assert_int_equal(sum(counts->by_unit, counts->n_by_unit), of_units);
	assert_int_equal(sum(counts->by_kind, counts->n_by_kind), of_units);
}

/* --- fan-outs ------------------------------------------------------------------------------- */

struct communes {
	struct scene s;
	uint64_t whole, parts[COMMUNES];
	uint64_t plain;
};

/* "126 xã, phường": due in ten days; and a task of the department. */
static void begin_communes(struct communes *c)
{
	char unit[16], code[32];

	scene_begin(&c->s);
	at_day(&c->s, SCENE_TODAY - 20);
	scene_unit(&c->s, "SNV", "Sở Nội vụ", "", 0);
	scene_plan(&c->s, "P", "SNV");
	c->plain = add(&c->s, "1", "SNV", "", SCENE_TODAY + 10);
	c->whole = add(&c->s, "2", "", "", SCENE_TODAY + 10);
	for (int i = 0; i < COMMUNES; i++) {
		snprintf(unit, sizeof(unit), "XA%03d", i);
		snprintf(code, sizeof(code), "2~%s", unit);
		c->parts[i] =
			add(&c->s, code, unit, "2", i == 7 ? SCENE_TODAY - 8 : SCENE_TODAY + 10);
	}
}

static void a_fan_out_to_126_communes_counts_once_and_by_unit_with_each(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	struct communes c;
	Dondoc__V1__Answer *got;

	(void)state;
	begin_communes(&c);
	for (int day = SCENE_TODAY - 1; day <= SCENE_TODAY; day++) {
		what.as_of_day = day;
		got = counted(&c.s, &what);
		assert_adds_up(got->counts);
		assert_int_equal(got->counts->all->total, 2);
		assert_int_equal(got->counts->all->open_overdue, 1); /* commune 7 is late */
		assert_int_equal(got->counts->all->open_in_term, 1);
		assert_int_equal(got->counts->fan_outs, 1);
		assert_int_equal(got->counts->parts, COMMUNES);
		assert_int_equal(got->counts->n_by_unit, COMMUNES + 1);
		dondoc__v1__answer__free_unpacked(got, NULL);
	}
	what.unit = lent("XA007");
	got = counted(&c.s, &what);
	assert_int_equal(got->counts->all->total, 1);
	assert_int_equal(got->counts->all->open_overdue, 1);
	assert_int_equal(got->counts->parts, 0);
	dondoc__v1__answer__free_unpacked(got, NULL);
	scene_end(&c.s);
}

static void counted_by_parts(struct communes *c, const Dondoc__V1__CountTasks *what)
{
	Dondoc__V1__Answer *got = counted(&c->s, what);

	assert_adds_up(got->counts);
	assert_int_equal(got->counts->all->total, COMMUNES + 1);
	assert_int_equal(got->counts->all->open_overdue, 1);
	assert_int_equal(got->counts->fan_outs, 0);
	assert_int_equal(got->counts->parts, 0);
	dondoc__v1__answer__free_unpacked(got, NULL);
}

static void it_counts_by_its_parts_where_that_is_asked_for_or_set(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	struct communes c;
	Dondoc__V1__Answer *got;

	(void)state;
	begin_communes(&c);
	what.count_parts = 1;
	counted_by_parts(&c, &what);
	what.count_parts = 0;
	at_day(&c.s, SCENE_TODAY - 5);
	set(&c.s, "count.fan_out", "parts", "P");
	counted_by_parts(&c, &what);
	what.as_of_day = SCENE_TODAY - 5;
	counted_by_parts(&c, &what);
	/* The day before, it was set otherwise. */
	what.as_of_day = SCENE_TODAY - 6;
	got = counted(&c.s, &what);
	assert_int_equal(got->counts->all->total, 2);
	dondoc__v1__answer__free_unpacked(got, NULL);
	/* Another plan's setting is another plan's. */
	set(&c.s, "count.fan_out", "parent", "");
	what.as_of_day = 0;
	counted_by_parts(&c, &what);
	scene_end(&c.s);
}

/* The row of the fan-out in a list. */
static Dondoc__V1__TaskState listed_state(struct communes *c, Dondoc__V1__TimeState *time_out,
					  uint32_t *days_late_out)
{
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *got;
	Dondoc__V1__TaskState state;

	what.flags_all = DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT;
	got = scene_ask(&c->s, ASK(LIST_TASKS), &what);
	assert_non_null(got);
	assert_int_equal(got->tasks->n_rows, 1);
	assert_int_equal(got->tasks->rows[0]->id, c->whole);
	assert_int_equal(got->tasks->rows[0]->parts->total, COMMUNES);
	state = got->tasks->rows[0]->state;
	*time_out = got->tasks->rows[0]->time_state;
	*days_late_out = got->tasks->rows[0]->days_late;
	dondoc__v1__answer__free_unpacked(got, NULL);
	return state;
}

static uint32_t listed_overdue(struct communes *c)
{
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *got;
	uint32_t total;

	what.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	what.flags_none = DONDOC__V1__TASK_FLAG__TASK_FLAG_PART;
	got = scene_ask(&c->s, ASK(LIST_TASKS), &what);
	assert_non_null(got);
	total = got->tasks->total;
	dondoc__v1__answer__free_unpacked(got, NULL);
	return total;
}

static void lists_and_counts_see_it_go_from_assigned_to_completed(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__TimeState time;
	Dondoc__V1__Answer *got;
	struct communes c;
	uint32_t late;

	(void)state;
	begin_communes(&c);
	assert_int_equal(listed_state(&c, &time, &late), DONDOC__V1__TASK_STATE__TASK_ASSIGNED);
	assert_int_equal(time, DONDOC__V1__TIME_STATE__TIME_OVERDUE);
	assert_int_equal(late, 8);
	assert_int_equal(listed_overdue(&c), 1);
	progress(&c.s, c.parts[3]);
	assert_int_equal(listed_state(&c, &time, &late), DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS);
	at_day(&c.s, SCENE_TODAY - 1);
	for (int i = 0; i < COMMUNES; i++)
		confirm(&c.s, c.parts[i], hand_in(&c.s, c.parts[i]));
	assert_int_equal(listed_state(&c, &time, &late), DONDOC__V1__TASK_STATE__TASK_COMPLETED);
	assert_int_equal(late, 7); /* commune 7 */
	assert_int_equal(listed_overdue(&c), 0);
	got = counted(&c.s, &what);
	assert_int_equal(got->counts->all->completed_late, 1);
	assert_int_equal(got->counts->done_of_fallen_due, 1);
	dondoc__v1__answer__free_unpacked(got, NULL);
	scene_end(&c.s);
}

/* --- what makes tasks ------------------------------------------------------------------------ */

static void plan_of_kind(struct scene *s, Dondoc__V1__PlanKind kind)
{
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;

	fields.code = lent("P");
	fields.title = lent("P");
	fields.kind = kind;
	body.plan = &fields;
	(void)scene_say(s, EVENT(PLAN_SET), 0, &body.base);
}

static uint64_t add_monthly(struct scene *s, const char *code, uint64_t instance_of)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;

	fields.plan = lent("P");
	fields.code = lent(code);
	fields.lead_unit = lent("SNV");
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_MONTHLY;
	fields.instance_of = instance_of;
	fields.due_day = instance_of != 0 ? SCENE_TODAY + 3 : 0;
	fields.position = (uint32_t)s->sequence + 1;
	body.task = &fields;
	return scene_say(s, EVENT(TASK_ADDED), s->sequence + 1, &body.base);
}

static void of_a_recurring_task_its_instances_count_and_not_itself(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *got;
	struct scene s;
	uint64_t monthly;

	(void)state;
	scene_begin(&s);
	at_day(&s, SCENE_TODAY - 9);
	scene_unit(&s, "SNV", "Sở Nội vụ", "", 0);
	plan_of_kind(&s, DONDOC__V1__PLAN_KIND__PLAN_KIND_YEARLY);
	monthly = add_monthly(&s, "1", 0);
	(void)add_monthly(&s, "1/01", monthly);
	(void)add_monthly(&s, "1/02", monthly);
	for (int day = SCENE_TODAY - 1; day <= SCENE_TODAY; day++) {
		what.as_of_day = day;
		got = counted(&s, &what);
		assert_int_equal(got->counts->all->total, 2);
		assert_int_equal(got->counts->all->no_due_date, 0);
		dondoc__v1__answer__free_unpacked(got, NULL);
	}
	/* In a plan in which nobody makes them, it is all there is. */
	plan_of_kind(&s, DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER);
	got = counted(&s, &what);
	assert_int_equal(got->counts->all->total, 3);
	dondoc__v1__answer__free_unpacked(got, NULL);
	scene_end(&s);
}

/* --- rules of the day ------------------------------------------------------------------------ */

static Dondoc__V1__Buckets buckets_on(struct scene *s, int32_t day)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *got;
	Dondoc__V1__Buckets all;

	what.as_of_day = day;
	got = counted(s, &what);
	all = *got->counts->all;
	dondoc__v1__answer__free_unpacked(got, NULL);
	return all;
}

/* Handed in on the last day, confirmed two days later. */
static void a_day_is_judged_by_the_rule_that_was_set_then(void **state)
{
	struct scene s;
	uint64_t task, request;

	(void)state;
	scene_begin(&s);
	at_day(&s, SCENE_TODAY - 12);
	scene_unit(&s, "SNV", "Sở Nội vụ", "", 0);
	scene_plan(&s, "P", "SNV");
	task = add(&s, "1", "SNV", "", SCENE_TODAY - 10);
	at_day(&s, SCENE_TODAY - 10);
	request = hand_in(&s, task);
	at_day(&s, SCENE_TODAY - 8);
	confirm(&s, task, request);
	assert_int_equal(buckets_on(&s, SCENE_TODAY).completed_on_time, 1);
	at_day(&s, SCENE_TODAY - 4);
	set(&s, "judge.by", "confirmation", "");
	assert_int_equal(buckets_on(&s, SCENE_TODAY).completed_late, 1);
	assert_int_equal(buckets_on(&s, SCENE_TODAY - 4).completed_late, 1);
	assert_int_equal(buckets_on(&s, SCENE_TODAY - 5).completed_on_time, 1);
	/* While it waited, it was open: by that rule overdue from the day after its term. */
	at_day(&s, SCENE_TODAY - 3);
	set(&s, "judge.by", "submission", "");
	assert_int_equal(buckets_on(&s, SCENE_TODAY).completed_on_time, 1);
	assert_int_equal(buckets_on(&s, SCENE_TODAY - 9).open_in_term, 1);
	scene_end(&s);
}

static void an_accepted_explanation_leaves_it_late_and_is_told_beside(void **state)
{
	Dondoc__V1__ExplainDelay said = DONDOC__V1__EXPLAIN_DELAY__INIT;
	Dondoc__V1__DelayExplained told = DONDOC__V1__DELAY_EXPLAINED__INIT;
	Dondoc__V1__DecideExplanation decide = DONDOC__V1__DECIDE_EXPLANATION__INIT;
	Dondoc__V1__ExplanationDecided decided = DONDOC__V1__EXPLANATION_DECIDED__INIT;
	struct scene s;
	uint64_t task;

	(void)state;
	scene_begin(&s);
	at_day(&s, SCENE_TODAY - 12);
	scene_unit(&s, "SNV", "Sở Nội vụ", "", 0);
	scene_plan(&s, "P", "SNV");
	task = add(&s, "1", "SNV", "", SCENE_TODAY - 10);
	(void)add(&s, "2", "SNV", "", SCENE_TODAY - 9);
	at_day(&s, SCENE_TODAY - 4);
	said.task = decide.task = task;
	told.said = &said;
	decide.explanation = scene_say(&s, EVENT(DELAY_EXPLAINED), task, &told.base);
	decide.accepted = 1;
	decided.said = &decide;
	decided.excused_days = 6;
	at_day(&s, SCENE_TODAY - 2);
	(void)scene_say(&s, EVENT(EXPLANATION_DECIDED), task, &decided.base);
	for (int day = SCENE_TODAY - 4; day <= SCENE_TODAY; day++) {
		assert_int_equal(buckets_on(&s, day).open_overdue, 2);
		assert_int_equal(buckets_on(&s, day).late_excused, day >= SCENE_TODAY - 2);
	}
	scene_end(&s);
}

/* --- units ----------------------------------------------------------------------------------- */

static void merge(struct scene *s, const char *from_unit, const char *to_unit)
{
	Dondoc__V1__UnitsChangePlanned planned = DONDOC__V1__UNITS_CHANGE_PLANNED__INIT;
	Dondoc__V1__UnitsChanged changed = DONDOC__V1__UNITS_CHANGED__INIT;
	Dondoc__V1__ChangeUnits said = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heir = DONDOC__V1__UNIT_FIELDS__INIT, *heirs[] = {&heir};
	char *from[] = {lent(from_unit)};

	heir.code = lent(to_unit);
	said.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	said.day = SCENE_TODAY - 5;
	said.from = from;
	said.n_from = 1;
	said.to = heirs;
	said.n_to = 1;
	planned.said = &said;
	changed.planned = scene_say(s, EVENT(UNITS_CHANGE_PLANNED), 0, &planned.base);
	changed.said = &said;
	(void)scene_say(s, EVENT(UNITS_CHANGED), 0, &changed.base);
	scene_unit(s, from_unit, "Sở Thông tin và Truyền thông", "", SCENE_TODAY - 6);
}

static void an_old_period_is_told_under_its_own_units_or_those_of_today(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *got;
	struct scene s;

	(void)state;
	scene_begin(&s);
	at_day(&s, SCENE_TODAY - 20);
	scene_unit(&s, "STTTT", "Sở Thông tin và Truyền thông", "", 0);
	scene_unit(&s, "SKHCN", "Sở Khoa học và Công nghệ", "", 0);
	scene_plan(&s, "P", "SKHCN");
	(void)add(&s, "1", "STTTT", "", SCENE_TODAY);
	(void)add(&s, "2", "SKHCN", "", SCENE_TODAY);
	at_day(&s, SCENE_TODAY - 5);
	merge(&s, "STTTT", "SKHCN");
	what.as_of_day = SCENE_TODAY - 10;
	got = counted(&s, &what);
	assert_int_equal(got->counts->n_by_unit, 2);
	dondoc__v1__answer__free_unpacked(got, NULL);
	what.by_todays_units = 1;
	got = counted(&s, &what);
	assert_int_equal(got->counts->n_by_unit, 1);
	assert_string_equal(got->counts->by_unit[0]->key, "SKHCN");
	assert_int_equal(got->counts->by_unit[0]->buckets->total, 2);
	dondoc__v1__answer__free_unpacked(got, NULL);
	what.unit = lent("SKHCN");
	got = counted(&s, &what);
	assert_int_equal(got->counts->all->total, 2);
	dondoc__v1__answer__free_unpacked(got, NULL);
	scene_end(&s);
}

static void units_that_had_something_to_report_are_told_with_those_that_did(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	static const char *const units[] = {"A", "B", "C", "D"};
	Dondoc__V1__Answer *got;
	uint64_t tasks[4], done;
	struct scene s;

	(void)state;
	scene_begin(&s);
	at_day(&s, SCENE_TODAY - 60);
	scene_plan(&s, "P", "A");
	for (int i = 0; i < 4; i++) {
		scene_unit(&s, units[i], units[i], "", 0);
		tasks[i] = add(&s, units[i], units[i], "", SCENE_TODAY);
	}
	progress(&s, tasks[0]); /* too long ago */
	at_day(&s, SCENE_TODAY - 29);
	progress(&s, tasks[1]);
	confirm(&s, tasks[3], hand_in(&s, tasks[3])); /* nothing more to report */
	done = add(&s, "C2", "C", "", SCENE_TODAY);
	progress(&s, done);
	confirm(&s, done, hand_in(&s, done)); /* C has reported, and has more to report */
	got = counted(&s, &what);
	assert_int_equal(got->counts->reporting_units, 3);
	assert_int_equal(got->counts->updated_units, 2);
	assert_int_equal(got->counts->n_by_kind, 1);
	assert_string_equal(got->counts->by_kind[0]->key, "so");
	assert_int_equal(got->counts->by_kind[0]->buckets->total, 5);
	dondoc__v1__answer__free_unpacked(got, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fan_out_to_126_communes_counts_once_and_by_unit_with_each),
		cmocka_unit_test(it_counts_by_its_parts_where_that_is_asked_for_or_set),
		cmocka_unit_test(lists_and_counts_see_it_go_from_assigned_to_completed),
		cmocka_unit_test(of_a_recurring_task_its_instances_count_and_not_itself),
		cmocka_unit_test(a_day_is_judged_by_the_rule_that_was_set_then),
		cmocka_unit_test(an_accepted_explanation_leaves_it_late_and_is_told_beside),
		cmocka_unit_test(an_old_period_is_told_under_its_own_units_or_those_of_today),
		cmocka_unit_test(units_that_had_something_to_report_are_told_with_those_that_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
