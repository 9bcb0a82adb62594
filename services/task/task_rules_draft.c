/* task_rules_draft.c - the next year's plan, drafted from this one: its headings, what recurs and
 * what goes on, with all days moved by years. Open tasks come over by the year's end. */
#include "dondoc/v1/query.pb-c.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <string.h>

#include "common/domain/recurrence.h"
#include "common/domain/unit_code.h"
#include "common/domain/year_end.h"
#include "services/task/task_actor.h"

#define TASKS_MAX       9000u
#define YEARS_MAX       10
#define REFUSAL(name)   DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)     DONDOC__V1__EVENT_TYPE__EVENT_##name
#define TASK_FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name

struct drafting {
	const struct task_case *c;
	const Dondoc__V1__DraftPlan *cmd;
	struct task_outcome *out;
};

static bool goes_on(const struct drafting *d, const struct view_task *task)
{
	if ((task->flags & (TASK_FLAG(REMOVED) | TASK_FLAG(INSTANCE))) != 0)
		return false;
	if (task->group != 0)
		return true;
	if (task->state == DONDOC__V1__TASK_STATE__TASK_CANCELLED)
		return false;
	if (task->recurrence == DD_RECUR_CONTINUOUS ||
	    dd_recurrence_periodic((enum dd_recurrence)task->recurrence))
		return true;
	return d->cmd->with_completed && task->state == DONDOC__V1__TASK_STATE__TASK_COMPLETED;
}

static bool draft_one(void *arg, const struct view_task *task)
{
	struct drafting *d = arg;
	Dondoc__V1__TaskAdded event = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields *fields;
	bool fine;

	if (!goes_on(d, task))
		return true;
	if (d->out->effects.count > TASKS_MAX)
		return task_refused(d->out, REFUSAL(TOO_LARGE), "tasks", "9000");
	fields = task_fields_of(d->c, task->id);
	if (fields == NULL)
		return true;

	Dondoc__V1__TaskFields next = *fields;
	char lead[32];

	snprintf(lead, sizeof(lead), "%s", task->lead_unit);
	next.plan = d->cmd->plan->code;
	next.lead_unit = lead;
	next.start_day = dd_day_shift_years(fields->start_day, d->cmd->shift_years);
	next.due_day = dd_day_shift_years(fields->due_day, d->cmd->shift_years);
	next.carried_from = 0;
	next.n_chain_codes = 0;
	next.chain_first_due_day = 0;
	next.chain_slips = 0;
	event.task = &next;
	fine = task_effect_add(d->out, EVENT(TASK_ADDED), 0, lead, NULL, &event.base);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return fine;
}

static bool draft_fits(const struct task_case *c, const Dondoc__V1__DraftPlan *cmd,
		       struct view_plan *from_out, struct task_outcome *out)
{
	struct view_plan there;

	if (cmd->plan == NULL)
		return task_refused(out, REFUSAL(MISSING), "plan", NULL);
	if (!task_plan_may(c, DD_COMMAND_DRAFT_PLAN, cmd->from, from_out, out))
		return false;
	if (!dd_plan_code_valid(cmd->plan->code))
		return task_refused(out, REFUSAL(RANGE), "plan.code", cmd->plan->code);
	if (view_plan(c->view, true, cmd->plan->code, &there) == DD_OK)
		return task_refused(out, REFUSAL(DUPLICATE), cmd->plan->code, there.title);
	if (cmd->shift_years < 0 || cmd->shift_years > YEARS_MAX)
		return task_refused(out, REFUSAL(RANGE), "shift_years", "0..10");
	return task_text_given(out, "plan.title", cmd->plan->title, 511);
}

/* A draft is a plan with a kind: one without would be in force at once. */
static Dondoc__V1__PlanKind kind_of(const Dondoc__V1__PlanFields *fields,
				    const struct view_plan *from)
{
	if (fields->kind != DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER)
		return fields->kind;
	return from->kind != DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER
		       ? (Dondoc__V1__PlanKind)from->kind
		       : DONDOC__V1__PLAN_KIND__PLAN_KIND_YEARLY;
}

void task_rule_draft_plan(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DraftPlan *cmd = c->body->draft_plan;
	struct drafting drafting = {.c = c, .cmd = cmd, .out = out};
	Dondoc__V1__PlanDrafted drafted = DONDOC__V1__PLAN_DRAFTED__INIT;
	Dondoc__V1__PlanSet event = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields fields;
	struct view_plan from;

	if (!draft_fits(c, cmd, &from, out))
		return;
	fields = *cmd->plan;
	if (fields.assigner_unit[0] == '\0')
		fields.assigner_unit = from.assigner_unit;
	if (!task_unit_known(c, fields.assigner_unit, out) ||
	    (fields.owner_unit[0] != '\0' && !task_unit_known(c, fields.owner_unit, out)))
		return;
	fields.kind = kind_of(&fields, &from);
	event.plan = &fields;
	drafted.from = cmd->from;
	drafted.plan = fields.code;
	if (!task_effect_add(out, EVENT(PLAN_SET), 0, "", NULL, &event.base) ||
	    task_plan_walk(c, cmd->from, draft_one, &drafting) != DD_OK ||
	    out->effects.count == 0 /* refused on the way */)
		return;
	if (!task_effect_add(out, EVENT(PLAN_DRAFTED), 0, "", NULL, &drafted.base))
		return;
	out->group = "draft";
	snprintf(out->group_plan, sizeof(out->group_plan), "%s", fields.code);
}
