/* year.h - the life of a plan's tasks through a year, made from a seed and from real rows, as
 * events in the log and, beside it, as lines in words for whoever computes it for himself: one
 * event a line, "day what ...", separated by tabs. */
#ifndef TESTS_SERVICES_NOTIFICATION_YEAR_H
#define TESTS_SERVICES_NOTIFICATION_YEAR_H

#include "common/base/csv.h"
#include "tests/services/notification/world.h"
#include "tests/support/fake_clock.h"
#include <stdarg.h>

#define YEAR_ASSIGNER "TD"
#define YEAR_LOOSE    70 /* tasks of the second plan */

struct year_task {
	struct fake_work *work;
	const char *plan;
	int32_t start, next_due;
	bool asks;              /* for another day; not decided yet */
	uint64_t request;       /* that waits; its event */
	enum dd_task_state was; /* before a pause */
};

struct year {
	struct world world;
	char path[160];
	FILE *file;
	struct year_task tasks[FAKE_TASKS];
	char *units[32]; /* owned; leads */
	size_t unit_count;
	int32_t today;
};

static inline void year_says(struct year *y, int32_t day, const char *form, ...)
	__attribute__((format(printf, 3, 4)));
static inline void year_says(struct year *y, int32_t day, const char *form, ...)
{
	va_list args;

	if (strcmp(form, "end") == 0) {
		assert_int_equal(fclose(y->file), 0);
		y->file = NULL;
		return;
	}
	(void)fprintf(y->file, "%d\t", (int)day);
	va_start(args, form);
	(void)vfprintf(y->file, form, args);
	va_end(args);
	(void)fputc('\n', y->file);
}

static inline const char *year_sample(const char *name, char out[512])
{
	const char *end = strstr(__FILE__, "tests/services/");

	(void)snprintf(out, 512, "%.*sdeploy/sample/%s", (int)(end - __FILE__), __FILE__, name);
	return out;
}

static inline uint64_t year_draw(struct year *y, uint64_t below)
{
	return world_draw(&y->world, below);
}

/* --- the frame ------------------------------------------------------------------------------- */

static const char *const year_kinds[] = {"ordinary", "holiday", "compensatory", "worked",
					 "as_above"};

/* Told beside the log, too: the holidays file says the rest. */
static inline void year_day(struct year *y, const char *unit, int32_t day, Dondoc__V1__DayKind kind)
{
	fake_day(&y->world.task, unit, day, kind);
	year_says(y, y->today, "day\t%s\t%d\t%s", unit, (int)day, year_kinds[kind]);
}

static inline void year_unit(struct year *y, const char *code, const char *name, bool commune)
{
	Dondoc__V1__UnitSet set = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	const struct origin origin = {.unit = code};

	fields.code = (char *)code;
	fields.name = (char *)name;
	fields.kind = (char *)(commune ? "xa" : "department");
	set.unit = &fields;
	(void)append(&y->world.task, EVENT(UNIT_SET), &set.base, &origin);
	year_says(y, y->today, "unit\t%s\t%s", code, commune ? "weekly" : "daily");
	if (strcmp(code, YEAR_ASSIGNER) != 0)
		y->units[y->unit_count++] = dd_strdup(code);
}

/* `numbers` end with -1: gaps, or steps; negative steps are those that are shipped (NULL). */
static inline void year_rule(struct year *y, const char *id, bool on, const int *numbers, bool gaps)
{
	const struct dd_rule *shipped = dd_rule_shipped_by_id(id);
	Dondoc__V1__ReminderRuleSet set = DONDOC__V1__REMINDER_RULE_SET__INIT;
	Dondoc__V1__SetReminderRule said = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;
	const struct origin origin = {.unit = ""};
	int32_t steps[DD_RULE_STEPS_MAX];
	uint32_t waits[DD_RULE_STEPS_MAX];
	char words[128] = "";
	size_t count = numbers == NULL ? shipped->step_count : 0;

	while (numbers != NULL && numbers[count] != -1)
		count++;
	for (size_t i = 0; i < count; i++) {
		steps[i] = numbers == NULL ? shipped->steps[i] : numbers[i];
		waits[i] = (uint32_t)steps[i];
		(void)snprintf(words + strlen(words), sizeof(words) - strlen(words), "%d,",
			       (int)steps[i]);
	}
	rule.rule = (char *)id;
	rule.kind = (Dondoc__V1__RuleKind)shipped->kind;
	rule.on = on;
	rule.days = shipped->days;
	rule.percent = shipped->percent;
	rule.steps = steps;
	rule.n_steps = gaps ? 0 : count;
	rule.gaps = waits;
	rule.n_gaps = gaps ? count : 0;
	said.rule = &rule;
	set.said = &said;
	(void)append(&y->world.task, EVENT(REMINDER_RULE_SET), &set.base, &origin);
	year_says(y, y->today, "rule\t%s\t%s\t%s\t%s\t%d\t%d", id, on ? "on" : "off",
		  gaps ? "gaps" : "steps", words, (int)rule.days, (int)rule.percent);
}

static inline void year_start(struct year *y, const char *plan, int32_t day)
{
	fake_start(&y->world.task, plan, day);
	year_says(y, y->today, "start\t%s\t%s\t%d", plan, YEAR_ASSIGNER, (int)day);
}

static inline void year_silence(struct year *y, const char *kind, const char *what,
				const char *rule, int32_t from, int32_t until)
{
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;

	if (strcmp(kind, "unit") == 0)
		scope.unit = (char *)what;
	else if (strcmp(kind, "plan") == 0)
		scope.plan = (char *)what;
	else
		scope.task = strtoull(what, NULL, 10);
	fake_silence(&y->world.task, &scope, rule, from, until);
	year_says(y, y->today, "silence\t%s\t%s\t%s\t%d\t%d", kind, what, rule, (int)from,
		  (int)until);
}

/* --- tasks ----------------------------------------------------------------------------------- */

static inline void year_add(struct year *y, const char *plan, const char *unit, int32_t start,
			    int32_t due)
{
	struct fake_task *task = &y->world.task;
	const size_t at = task->work_count++;
	struct fake_work *work = &task->works[at];
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;
	char code[16];

	assert_true(at < FAKE_TASKS);
	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
	work->due_day = due;
	work->state = DD_TASK_ASSIGNED;
	fill_fields(&fields, work, at, code);
	fields.plan = (char *)plan;
	fields.content = (char *)"Nhiệm vụ";
	fields.start_day = start;
	added.task = &fields;
	y->tasks[at] = (struct year_task){.work = work, .plan = plan, .start = start};
	work->id = append(task, EVENT(TASK_ADDED), &added.base,
			  &(struct origin){.unit = work->unit, .work = work, .adds = true});
	year_says(y, y->today, "task\t%llu\t%s\t%s\t0\t%d\t%d", (unsigned long long)work->id, plan,
		  unit, (int)start, (int)due);
}

static inline uint64_t year_event(struct year *y, struct year_task *task,
				  Dondoc__V1__EventType type, const ProtobufCMessage *body,
				  const char *what, int32_t number)
{
	struct fake_work *work = task->work;

	year_says(y, y->today, "%s\t%llu\t%d", what, (unsigned long long)work->id, (int)number);
	return append(&y->world.task, type, body,
		      &(struct origin){.unit = work->unit, .work = work});
}

static inline void year_reports(struct year *y, struct year_task *task)
{
	Dondoc__V1__ProgressReported report = DONDOC__V1__PROGRESS_REPORTED__INIT;

	report.note = (char *)"đang làm";
	(void)year_event(y, task, EVENT(PROGRESS_REPORTED), &report.base, "report", 0);
	if (task->work->state != DD_TASK_AWAITING)
		task->work->state = DD_TASK_IN_PROGRESS;
}

static inline void year_receives(struct year *y, struct year_task *task)
{
	Dondoc__V1__TaskReceived received = DONDOC__V1__TASK_RECEIVED__INIT;
	Dondoc__V1__ReceiveTask said = DONDOC__V1__RECEIVE_TASK__INIT;

	received.said = &said;
	(void)year_event(y, task, EVENT(TASK_RECEIVED), &received.base, "receive", 0);
}

static inline void year_requests(struct year *y, struct year_task *task)
{
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;

	task->request =
		year_event(y, task, EVENT(COMPLETION_REQUESTED), &request.base, "request", 0);
	task->work->state = DD_TASK_AWAITING;
}

static inline void year_decides(struct year *y, struct year_task *task, bool confirmed)
{
	Dondoc__V1__CompletionDecided decided = DONDOC__V1__COMPLETION_DECIDED__INIT;

	decided.request = task->request;
	decided.confirmed = confirmed;
	(void)year_event(y, task, EVENT(COMPLETION_DECIDED), &decided.base,
			 confirmed ? "confirm" : "return", 0);
	task->work->state = confirmed ? DD_TASK_COMPLETED : DD_TASK_RETURNED;
	task->request = 0;
}

static inline void year_asks(struct year *y, struct year_task *task)
{
	Dondoc__V1__ExtensionRequested request = DONDOC__V1__EXTENSION_REQUESTED__INIT;

	task->next_due = y->today + 5 + (int32_t)year_draw(y, 60);
	request.proposed_due_day = task->next_due;
	task->request = year_event(y, task, EVENT(EXTENSION_REQUESTED), &request.base, "ask", 0);
	task->asks = true;
}

static inline void year_extends(struct year *y, struct year_task *task, bool granted)
{
	Dondoc__V1__ExtensionDecided decided = DONDOC__V1__EXTENSION_DECIDED__INIT;

	decided.request = task->request;
	decided.granted = granted;
	decided.due_day = granted ? task->next_due : 0;
	(void)year_event(y, task, EVENT(EXTENSION_DECIDED), &decided.base,
			 granted ? "grant" : "refuse", task->next_due);
	if (granted)
		task->work->due_day = task->next_due;
	task->request = 0;
	task->asks = false;
}

static inline void year_pauses(struct year *y, struct year_task *task)
{
	Dondoc__V1__TaskPaused paused = DONDOC__V1__TASK_PAUSED__INIT;
	Dondoc__V1__PauseTask said = DONDOC__V1__PAUSE_TASK__INIT;

	said.task = task->work->id;
	said.reason = (char *)"chờ văn bản";
	paused.said = &said;
	paused.from = (Dondoc__V1__TaskState)task->work->state;
	paused.from_day = y->today;
	(void)year_event(y, task, EVENT(TASK_PAUSED), &paused.base, "pause", 0);
	task->was = (enum dd_task_state)task->work->state;
	task->work->state = DD_TASK_PAUSED;
}

static inline void year_resumes(struct year *y, struct year_task *task)
{
	Dondoc__V1__TaskResumed resumed = DONDOC__V1__TASK_RESUMED__INIT;
	Dondoc__V1__ResumeTask said = DONDOC__V1__RESUME_TASK__INIT;

	said.task = task->work->id;
	resumed.said = &said;
	resumed.to = (Dondoc__V1__TaskState)task->was;
	task->work->due_day += (int32_t)year_draw(y, 20);
	resumed.due_day = task->work->due_day;
	(void)year_event(y, task, EVENT(TASK_RESUMED), &resumed.base, "resume", resumed.due_day);
	task->work->state = (int)task->was;
}

static inline void year_promises(struct year *y, struct year_task *task)
{
	const int32_t day = y->today + 1 + (int32_t)year_draw(y, 25);

	fake_promise(&y->world.task, task->work, day);
	year_says(y, y->today, "promise\t%llu\t%d", (unsigned long long)task->work->id, (int)day);
}

static inline void year_assigns(struct year *y, struct year_task *task)
{
	struct fake_work *work = task->work;
	const char *to = y->units[year_draw(y, y->unit_count)];

	if (strcmp(to, work->unit) == 0)
		return;
	fake_assign(&y->world.task, work, to);
	year_says(y, y->today, "assign\t%llu\t%s", (unsigned long long)work->id, to);
}

/* --- a day ----------------------------------------------------------------------------------- */

static inline void year_works_on(struct year *y, struct year_task *task)
{
	const uint64_t dice = year_draw(y, 100);

	if (task->asks && dice < 70)
		year_extends(y, task, dice < 45);
	else if (dice < 35)
		year_reports(y, task);
	else if (dice < 45)
		year_receives(y, task);
	else if (dice < 60)
		year_promises(y, task);
	else if (dice < 66)
		year_pauses(y, task);
	else if (dice < 78 && !task->asks)
		year_asks(y, task);
	else if (dice < 84 && !task->asks)
		year_assigns(y, task);
	else if (!task->asks)
		year_requests(y, task);
}

static inline void year_changes(struct year *y, struct year_task *task)
{
	char number[24];

	if (year_draw(y, 250) == 0) {
		(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)task->work->id);
		year_silence(y, "task", number, "", y->today, y->today + 3 + (int)year_draw(y, 15));
	}
	switch (task->work->state) {
	case DD_TASK_AWAITING:
		year_decides(y, task, year_draw(y, 3) > 0);
		break;
	case DD_TASK_PAUSED:
		year_resumes(y, task);
		break;
	case DD_TASK_COMPLETED:
		break;
	default:
		year_works_on(y, task);
		break;
	}
}

/* One thing a task a day at most. */
static inline void year_people(struct year *y)
{
	const int32_t day = y->today;

	for (size_t i = 0; i < y->world.task.work_count; i++)
		if (year_draw(y, 100) < 3)
			year_changes(y, &y->tasks[i]);
	if (y->world.task.work_count < FAKE_TASKS / 2 && year_draw(y, 5) < 1)
		year_add(y, "KH2", y->units[year_draw(y, y->unit_count)],
			 year_draw(y, 2) == 0 ? 0 : day - 5 + (int32_t)year_draw(y, 20),
			 day - 5 + (int32_t)year_draw(y, 120));
}

/* --- the beginning and the end --------------------------------------------------------------- */

static inline struct dd_csv *year_table(const char *name)
{
	struct dd_error err = {0};
	struct dd_csv *csv;
	unsigned long len;
	char path[512];
	char *text = test_read_file(year_sample(name, path), &len);

	assert_non_null(text);
	if (dd_csv_parse(text, len, &csv, &err) != 0)
		fail_msg("%s: %s", name, err.text);
	free(text);
	return csv;
}

static inline void year_holidays(struct year *y)
{
	struct dd_csv *csv = year_table("holidays-vn.csv");

	for (size_t i = 0; i < dd_csv_rows(csv); i++) {
		const char *kind = dd_csv_cell(csv, i, 2);
		Dondoc__V1__DayKind is = DONDOC__V1__DAY_KIND__DAY_HOLIDAY;

		if (strcmp(kind, "compensatory") == 0)
			is = DONDOC__V1__DAY_KIND__DAY_COMPENSATORY;
		if (strcmp(kind, "working_swap") == 0)
			is = DONDOC__V1__DAY_KIND__DAY_WORKED;
		fake_day(&y->world.task, "", test_day(dd_csv_cell(csv, i, 0)), is);
	}
	dd_csv_free(csv);
}

/* The dated rows of the real plan whose lead is one unit. */
static inline void year_plan(struct year *y)
{
	struct dd_csv *units = year_table("units-hanoi-kh38-2026.csv");
	struct dd_csv *plan = year_table("plan-hanoi-kh38-2026.csv");
	const int lead = dd_csv_column(plan, "lead_unit"), due = dd_csv_column(plan, "due"),
		  start = dd_csv_column(plan, "start");

	for (size_t i = 0; i < dd_csv_rows(units); i++)
		if (strcmp(dd_csv_cell(units, i, 2), "department") == 0)
			year_unit(y, dd_csv_cell(units, i, 0), dd_csv_cell(units, i, 1), false);
	for (size_t i = 0; i < dd_csv_rows(plan); i++)
		for (size_t k = 0; k < dd_csv_rows(units); k++)
			if (dd_csv_cell(plan, i, due)[0] != '\0' &&
			    strcmp(dd_csv_cell(units, k, 2), "department") == 0 &&
			    strcmp(dd_csv_cell(units, k, 1), dd_csv_cell(plan, i, lead)) == 0)
				year_add(y, FAKE_PLAN, dd_csv_cell(units, k, 0),
					 dd_csv_cell(plan, i, start)[0] != '\0'
						 ? test_day(dd_csv_cell(plan, i, start))
						 : 0,
					 test_day(dd_csv_cell(plan, i, due)));
	dd_csv_free(plan);
	dd_csv_free(units);
}

static inline void year_second_plan(struct year *y)
{
	Dondoc__V1__PlanSet set = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	const struct origin origin = {.unit = ""};

	plan.code = (char *)"KH2";
	plan.title = (char *)"Kế hoạch thứ hai";
	plan.assigner_unit = (char *)YEAR_ASSIGNER;
	set.plan = &plan;
	(void)append(&y->world.task, EVENT(PLAN_SET), &set.base, &origin);
	year_unit(y, "XA1", "Xã Một", true);
	year_unit(y, "XA2", "Xã Hai", true);
	for (int i = 0; i < YEAR_LOOSE; i++)
		year_add(y, "KH2", y->units[year_draw(y, y->unit_count)], 0,
			 y->today + (int32_t)year_draw(y, 360));
}

static inline void year_begin(struct year *y, uint64_t seed, int64_t wall_us)
{
	static const char *const others[] = {"not-begun",    "no-update", "waiting",
					     "not-received", "promise",   "first",
					     "silence-over"};

	world_begin(&y->world, seed, wall_us);
	y->world.weekends = true;
	y->today = dd_day_of(wall_us);
	(void)snprintf(y->path, sizeof(y->path), "%s/history", y->world.dir);
	y->file = fopen(y->path, "w");
	assert_non_null(y->file);
	fake_task_time(&y->world.task, wall_us, y->world.mono_us);
	year_holidays(y);
	year_unit(y, YEAR_ASSIGNER, "Cơ quan theo dõi", false);
	year_rule(y, "before", true, NULL, false);
	year_rule(y, "due", true, NULL, false);
	year_rule(y, "after", true, (int[]){1, 1, 1, 7, 7, 30, -1}, true);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		year_rule(y, others[i], true, NULL, false);
	year_start(y, FAKE_PLAN, y->today - 60);
	year_plan(y);
	year_second_plan(y);
	world_start(&y->world, 0);
}

static inline void year_end(struct year *y)
{
	for (size_t i = 0; i < y->unit_count; i++)
		free(y->units[i]);
	world_end(&y->world);
}

#endif
