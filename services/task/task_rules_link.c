/* task_rules_link.c - what tasks wait for: events that give them their dates, and one another. */
#include "services/task/task_link.h"
#include "services/task/task_plan.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/dependency.h"
#include "common/domain/recurrence.h"
#include "common/domain/unit_code.h"
#include "common/view/view_blocked.h"
#include "common/view/view_calendar.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "dondoc/v1/query.pb-c.h"

#define EDGES_MAX     10000u
#define DATED_MAX     5000u
#define LAG_MAX       3660
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

/* --- occurrences --------------------------------------------------------------------------------
 */

static int32_t months_later(int32_t day, int months)
{
	struct dd_date date = dd_day_to_date(day);
	int month = date.month - 1 + months;
	int32_t first =
		dd_day_from_date((struct dd_date){date.year + month / 12, month % 12 + 1, 1});
	int next = month + 1;
	int32_t last =
		dd_day_from_date((struct dd_date){date.year + next / 12, next % 12 + 1, 1}) - 1;

	return first + date.day - 1 > last ? last : first + date.day - 1;
}

static int32_t due_after(const Dondoc__V1__AfterEvent *after, const struct dd_calendar *calendar,
			 int32_t day)
{
	int count = after != NULL && after->count <= LAG_MAX ? (int)after->count : 0;

	if (after == NULL)
		return day;
	switch (after->span) {
	case DONDOC__V1__SPAN_UNIT__SPAN_DAYS:
		return day + count;
	case DONDOC__V1__SPAN_UNIT__SPAN_WORKING_DAYS:
		return dd_calendar_add(calendar, day, count);
	case DONDOC__V1__SPAN_UNIT__SPAN_WEEKS:
		return day + 7 * count;
	case DONDOC__V1__SPAN_UNIT__SPAN_MONTHS:
		return months_later(day, count);
	case DONDOC__V1__SPAN_UNIT__SPAN_YEARS:
		return months_later(day, 12 * count);
	default:
		return day;
	}
}

/* What recurs or goes on all the time has no one date. */
static bool waits_for_one(const struct view_task *task)
{
	return task->recurrence != DD_RECUR_CONTINUOUS &&
	       !dd_recurrence_periodic((enum dd_recurrence)task->recurrence);
}

/* Working days are those of its lead. A task that has its date already keeps it: from then on it
 * moves by extension only. */
static bool date_one(const struct task_case *c, uint64_t id, struct view_calendars *calendars,
		     struct task_outcome *out)
{
	const Dondoc__V1__RecordOccurrence *cmd = c->body->record_occurrence;
	Dondoc__V1__TaskDated event = DONDOC__V1__TASK_DATED__INIT;
	Dondoc__V1__TaskFields *fields;
	struct view_task task;

	if (view_task(c->view, true, id, &task) != DD_OK || task.due_day != 0 || task.group != 0 ||
	    !waits_for_one(&task) || !dd_task_state_open((enum dd_task_state)task.state) ||
	    (task.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0 ||
	    strcmp(task.plan, cmd->plan) != 0)
		return true;
	for (size_t i = 0; i < out->effects.count; i++) {
		if (out->effects.items[i].subject == id)
			return true;
	}
	fields = task_fields_of(c, id);
	event.start_day = cmd->day;
	event.due_day =
		due_after(fields != NULL && fields->timing != NULL ? fields->timing->after : NULL,
			  view_calendars_of(calendars, task.lead_unit), cmd->day);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return task_effect_add(out, EVENT(TASK_DATED), id, task.lead_unit, NULL, &event.base);
}

static void date_all(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__RecordOccurrence *cmd = c->body->record_occurrence;
	struct view_calendars *calendars = view_calendars_new(c->view, true);
	struct view_walk walk;
	struct dd_error ignored;
	struct dd_key prefix;
	bool fine = true;

	view_key_texts(&prefix, VIEW_WAITING, cmd->plan, cmd->code);
	if (view_walk_open(c->view, &prefix, &walk, &ignored) == DD_OK) {
		while (fine && out->effects.count < DATED_MAX && view_walk_next(&walk))
			fine = date_one(c, view_walk_number(&walk), calendars, out);
		view_walk_close(&walk);
	}
	for (size_t i = 0; fine && i < cmd->n_tasks; i++)
		fine = date_one(c, cmd->tasks[i], calendars, out);
	view_calendars_free(calendars);
}

static bool occurrence_fits(const struct task_case *c, const Dondoc__V1__RecordOccurrence *cmd,
			    struct task_outcome *out)
{
	int32_t today = dd_day_of(c->record_us);
	struct view_plan plan;
	struct view_task task;
	char text[DD_DAY_TEXT];

	if (!task_plan_may(c, DD_COMMAND_RECORD_OCCURRENCE, cmd->plan, &plan, out) ||
	    !task_plan_writable(c, cmd->plan, out) ||
	    !task_text_given(out, "code", cmd->code, DD_TASK_CODE_MAX))
		return false;
	if (!dd_task_code_valid(cmd->code))
		return task_refused(out, REFUSAL(RANGE), "code", cmd->code);
	if (cmd->day == 0 || cmd->day > today)
		return task_refused(out, REFUSAL(RANGE), "day", dd_day_iso(cmd->day, text));
	if (cmd->n_tasks > TASK_PARTS_MAX)
		return task_refused(out, REFUSAL(TOO_LARGE), "tasks", "1000");
	for (size_t i = 0; i < cmd->n_tasks; i++) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)cmd->tasks[i] % 100000000);
		if (view_task(c->view, true, cmd->tasks[i], &task) != DD_OK ||
		    strcmp(task.plan, cmd->plan) != 0)
			return task_refused(out, REFUSAL(UNKNOWN_TASK), text, NULL);
		if (!waits_for_one(&task))
			return task_refused(out, REFUSAL(RANGE), "tasks", text);
	}
	return true;
}

void task_rule_record_occurrence(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__OccurrenceRecorded event = DONDOC__V1__OCCURRENCE_RECORDED__INIT;

	if (!occurrence_fits(c, c->body->record_occurrence, out))
		return;
	event.said = c->body->record_occurrence;
	if (!task_effect_add(out, EVENT(OCCURRENCE_RECORDED), 0, "", NULL, &event.base))
		return;
	date_all(c, out);
	if (out->effects.count > 1) {
		out->group = "occurrence";
		snprintf(out->group_plan, sizeof(out->group_plan), "%s", event.said->plan);
	}
}

/* --- dependencies
 * ----------------------------------------------------------------------------------- */

struct edges {
	struct dd_edge items[EDGES_MAX];
	size_t count;
};

/* What `task` waits for, and that for which these wait. */
static void collect_edges(const struct task_case *c, struct edges *edges, uint64_t task)
{
	size_t next = edges->count;

	for (;;) {
		struct view_walk walk;
		struct dd_error ignored;
		struct dd_key prefix;

		view_key_u64(&prefix, VIEW_LINK, task);
		if (view_walk_open(c->view, &prefix, &walk, &ignored) != DD_OK)
			return;
		while (edges->count < EDGES_MAX && view_walk_next(&walk))
			edges->items[edges->count++] =
				(struct dd_edge){view_walk_number(&walk), task};
		view_walk_close(&walk);
		if (next == edges->count || edges->count == EDGES_MAX)
			return;
		task = edges->items[next++].before;
	}
}

static bool makes_circle(const struct task_case *c, const Dondoc__V1__SetDependency *cmd)
{
	struct edges *edges = dd_alloc(sizeof(*edges));
	uint64_t where;
	bool circle;

	edges->items[0] = (struct dd_edge){cmd->predecessor, cmd->task};
	edges->count = 1;
	collect_edges(c, edges, cmd->predecessor);
	circle = edges->count == EDGES_MAX ||
		 dd_dependency_circle(edges->items, edges->count, &where);
	free(edges);
	return circle;
}

static bool dependency_fits(const struct task_case *c, const Dondoc__V1__SetDependency *cmd,
			    struct task_outcome *out)
{
	struct view_task before;
	char text[24], other[24];
	int32_t lag;
	bool there = view_link(c->view, true, cmd->task, cmd->predecessor, &lag) == DD_OK;

	snprintf(text, sizeof(text), "%llu", (unsigned long long)cmd->predecessor);
	snprintf(other, sizeof(other), "%llu", (unsigned long long)cmd->task);
	if (cmd->removed)
		return there || task_refused(out, REFUSAL(UNKNOWN_ENTRY), "dependency", text);
	if (there && lag == cmd->lag_days)
		return task_refused(out, REFUSAL(NOTHING_TO_DO), text, NULL);
	if (view_task(c->view, true, cmd->predecessor, &before) != DD_OK || before.group != 0)
		return task_refused(out, REFUSAL(UNKNOWN_TASK), text, NULL);
	if (cmd->lag_days > LAG_MAX || cmd->lag_days < -LAG_MAX)
		return task_refused(out, REFUSAL(RANGE), "lag_days", "-3660..3660");
	if (!there && view_predecessors(c->view, true, cmd->task, NULL, 0) >= VIEW_BEFORE_MAX)
		return task_refused(out, REFUSAL(TOO_LARGE), "predecessors", "100");
	return !makes_circle(c, cmd) || task_refused(out, REFUSAL(CYCLE), other, text);
}

void task_rule_set_dependency(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__DependencySet event = DONDOC__V1__DEPENDENCY_SET__INIT;
	Dondoc__V1__SetDependency *cmd = c->body->set_dependency;

	if (!task_find(c, cmd->task, DD_COMMAND_SET_DEPENDENCY, "depend", out) ||
	    !task_plan_writable(c, out->task.plan, out))
		return;
	if (!task_switched_on(c, DD_SETTING_DEPENDENCIES, out->task.plan, NULL, out) ||
	    !dependency_fits(c, cmd, out))
		return;
	event.said = cmd;
	task_effect_add(out, EVENT(DEPENDENCY_SET), cmd->task, out->task.lead_unit, NULL,
			&event.base);
}

/* --- completion ------------------------------------------------------------------------------ */

/* Whole codes only, as many as fit. */
static void add_code(const struct task_case *c, uint64_t task, char out[TASK_ARGUMENT_MAX])
{
	Dondoc__V1__TaskFields *fields = task_fields_of(c, task);
	size_t used = strlen(out);

	if (fields != NULL && used + strlen(fields->code) + 3 < TASK_ARGUMENT_MAX)
		snprintf(out + used, TASK_ARGUMENT_MAX - used, "%s%s", used > 0 ? ", " : "",
			 fields->code);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
}

bool task_predecessors_done(const struct task_case *c, struct task_outcome *out)
{
	const struct dd_policy *policy = task_policy_of(c, out->task.plan, NULL);
	uint64_t before[VIEW_BEFORE_MAX];
	char open[TASK_ARGUMENT_MAX] = "";
	size_t count;

	if (policy->value[DD_SETTING_DEPENDENCIES] == 0 ||
	    policy->value[DD_SETTING_DEPENDENCIES_BLOCK] == 0)
		return true;
	count = view_predecessors(c->view, true, out->task.id, before, VIEW_BEFORE_MAX);
	for (size_t i = 0; i < count && i < VIEW_BEFORE_MAX; i++) {
		if (!view_finished(c->view, true, before[i]))
			add_code(c, before[i], open);
	}
	return open[0] == '\0' || task_refused(out, REFUSAL(PREDECESSORS_OPEN), open, NULL);
}
