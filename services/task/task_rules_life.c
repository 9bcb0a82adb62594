/* task_rules_life.c - refusal, transfer, pause, cancellation and passing on: what moves a task
 * beside its work. */
#include "services/task/task_life.h"
#include "services/task/task_rules_all.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "services/task/task_policy.h"

#define DAYS_MAX    (30 * 366) /* nothing is planned beyond */
#define PARENTS_MAX 8          /* of a division, up to the lead */

/* --- refusal, transfer ----------------------------------------------------------------------- */

/* A task is given back within the days after the assignment (in a draft: after it was published);
 * later it can be handed on. */
static bool may_still_refuse(const struct task_case *c, struct task_outcome *out)
{
	int32_t days =
		task_policy_value(c, DD_SETTING_RETURN_DAYS, out->task.plan, out->task.lead_unit);
	int32_t assigned = out->task.assigned_day;
	char last[DD_DAY_TEXT];
	struct view_plan plan;

	if (view_plan(c->view, true, out->task.plan, &plan) == DD_OK)
		assigned = view_assigned_day(&plan, assigned);
	if (assigned == 0 || task_today(c) <= assigned + days)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LATE, "refusal",
		    dd_day_iso(assigned + days, last), NULL);
	return false;
}

/* Another unit than the lead, that can take it. */
static bool other_lead(const struct task_case *c, const char *code, struct task_outcome *out)
{
	if (strcmp(code, out->task.lead_unit) != 0)
		return task_unit_lives(c, code, out);
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO, code, NULL, NULL);
	return false;
}

void task_rule_request_refusal(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RefusalRequested event = DONDOC__V1__REFUSAL_REQUESTED__INIT;
	Dondoc__V1__RequestRefusal *cmd = c->body->request_refusal;

	if (!task_open(c, cmd->task, DD_COMMAND_REQUEST_REFUSAL, DD_ACT_ASK_REFUSAL, out) ||
	    !task_other_free(out) || !may_still_refuse(c, out) ||
	    !task_reason_given(out, "reason", cmd->reason) ||
	    !task_document_given(out, "basis", cmd->basis))
		return;
	if (cmd->proposed_unit[0] != '\0' && !other_lead(c, cmd->proposed_unit, out))
		return;
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_REFUSAL_REQUESTED, NULL, &event.base);
}

void task_rule_decide_refusal(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RefusalDecided event = DONDOC__V1__REFUSAL_DECIDED__INIT;
	Dondoc__V1__DecideRefusal said = *c->body->decide_refusal;

	if (!task_open(c, said.task, DD_COMMAND_DECIDE_REFUSAL,
		       said.granted ? DD_ACT_GRANT_REFUSAL : DD_ACT_DENY_REFUSAL, out) ||
	    !task_other_pending(out, DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL, said.request))
		return;
	if (said.granted && said.to_unit[0] == '\0') {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "to_unit", NULL, NULL);
		return;
	}
	if (said.granted ? !other_lead(c, said.to_unit, out)
			 : !task_reason_given(out, "reason", said.reason))
		return;
	said.request = out->task.pending_other;
	event.said = &said;
	event.from_unit = out->unit;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_REFUSAL_DECIDED,
		 said.granted ? said.to_unit : NULL, &event.base);
}

void task_rule_request_transfer(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TransferRequested event = DONDOC__V1__TRANSFER_REQUESTED__INIT;
	Dondoc__V1__RequestTransfer *cmd = c->body->request_transfer;

	if (!task_open(c, cmd->task, DD_COMMAND_REQUEST_TRANSFER, DD_ACT_ASK_TRANSFER, out) ||
	    !task_other_free(out))
		return;
	if (cmd->to_unit[0] == '\0') {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "to_unit", NULL, NULL);
		return;
	}
	if (!other_lead(c, cmd->to_unit, out) || !task_reason_given(out, "reason", cmd->reason) ||
	    !task_document_given(out, "basis", cmd->basis))
		return;
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TRANSFER_REQUESTED, NULL, &event.base);
}

void task_rule_decide_transfer(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TransferDecided event = DONDOC__V1__TRANSFER_DECIDED__INIT;
	Dondoc__V1__DecideTransfer said = *c->body->decide_transfer;
	struct view_request asked;

	if (!task_open(c, said.task, DD_COMMAND_DECIDE_TRANSFER,
		       said.granted ? DD_ACT_GRANT_TRANSFER : DD_ACT_DENY_TRANSFER, out) ||
	    !task_other_pending(out, DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER, said.request))
		return;
	said.request = out->task.pending_other;
	if (said.granted && said.to_unit[0] == '\0' &&
	    view_request_get(c->view, true, said.request, &asked) == DD_OK)
		said.to_unit = asked.proposed_unit;
	if (said.granted ? !other_lead(c, said.to_unit, out)
			 : !task_reason_given(out, "reason", said.reason))
		return;
	event.said = &said;
	event.from_unit = out->unit;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TRANSFER_DECIDED,
		 said.granted ? said.to_unit : NULL, &event.base);
}

/* --- pause, end ------------------------------------------------------------------------------- */

void task_rule_pause_task(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TaskPaused event = DONDOC__V1__TASK_PAUSED__INIT;
	Dondoc__V1__PauseTask *cmd = c->body->pause_task;
	int32_t today = task_today(c);

	if (!task_open(c, cmd->task, DD_COMMAND_PAUSE_TASK, DD_ACT_PAUSE, out) ||
	    !task_reason_given(out, "reason", cmd->reason))
		return;
	if (cmd->until_day != 0 &&
	    !task_day_within(out, "until_day", cmd->until_day, today + 1, today + DAYS_MAX))
		return;
	event.said = cmd;
	event.from = (Dondoc__V1__TaskState)out->task.state;
	event.from_day = today;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_PAUSED, NULL, &event.base);
}

/* The days paused move the date in force: what was five days late goes on five days late. */
void task_rule_resume_task(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TaskResumed event = DONDOC__V1__TASK_RESUMED__INIT;
	Dondoc__V1__ResumeTask *cmd = c->body->resume_task;
	int32_t today = task_today(c);
	struct view_life life;

	if (!task_open(c, cmd->task, DD_COMMAND_RESUME_TASK, DD_ACT_RESUME, out) ||
	    !task_reason_given(out, "reason", cmd->reason) ||
	    view_life_get(c->view, true, out->task.id, &life) != DD_OK)
		return;
	if (life.pause_from_day != 0 && today > life.pause_from_day)
		event.paused_days = (uint32_t)(today - life.pause_from_day);
	event.said = cmd;
	event.to = (Dondoc__V1__TaskState)life.pause_state;
	event.due_day = out->task.due_day;
	if (event.due_day != 0)
		event.due_day += (int32_t)event.paused_days;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_RESUMED, NULL, &event.base);
}

void task_rule_cancel_task(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TaskCancelled event = DONDOC__V1__TASK_CANCELLED__INIT;
	Dondoc__V1__CancelTask *cmd = c->body->cancel_task;

	if (!task_open(c, cmd->task, DD_COMMAND_CANCEL_TASK, DD_ACT_CANCEL, out) ||
	    !task_reason_given(out, "reason", cmd->reason))
		return;
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CANCELLED, NULL, &event.base);
}

static bool any_under(const struct task_case *c, enum view_table table, uint64_t task)
{
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;
	bool any;

	view_key_u64(&key, table, task);
	if (view_walk_open(c->view, &key, &walk, &err) != DD_OK)
		return true; /* unknown: better not removed */
	any = view_walk_next(&walk);
	view_walk_close(&walk);
	return any;
}

/* Whoever did anything about it has made it more than a slip of the pen. */
static bool worked_on(const struct task_case *c, const struct view_task *task)
{
	return task->last_update != 0 || task->percent_from != 0 || task->step_from != 0 ||
	       task->pending_completion != 0 || task->pending_extension != 0 ||
	       task->pending_other != 0 || task->extensions_granted != 0 ||
	       task->extensions_refused != 0 || any_under(c, VIEW_CHILD, task->id) ||
	       any_under(c, VIEW_FILE_OF, task->id) || any_under(c, VIEW_ASK, task->id) ||
	       any_under(c, VIEW_EXPLAIN, task->id) || any_under(c, VIEW_PRODUCT, task->id);
}

void task_rule_remove_task(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TaskRemoved event = DONDOC__V1__TASK_REMOVED__INIT;
	Dondoc__V1__RemoveTask *cmd = c->body->remove_task;

	if (!task_open(c, cmd->task, DD_COMMAND_REMOVE_TASK, DD_ACT_REMOVE, out) ||
	    !task_reason_given(out, "reason", cmd->reason))
		return;
	if (worked_on(c, &out->task)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_HAS_WORK, NULL, NULL, NULL);
		return;
	}
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_REMOVED, NULL, &event.base);
}

/* --- within the unit ---------------------------------------------------------------------------
 */

/* The division belongs to the lead, at whatever depth. */
static bool within_lead(const struct task_case *c, const char *division, struct task_outcome *out)
{
	struct view_unit unit;
	const char *at = division;

	if (!task_unit_lives(c, division, out))
		return false;
	for (int i = 0; i < PARENTS_MAX && view_unit(c->view, true, at, &unit) == DD_OK; i++) {
		if (strcmp(unit.parent, out->task.lead_unit) == 0)
			return true;
		at = unit.parent;
	}
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNIT_SCOPE, division,
		    out->task.lead_unit, NULL);
	return false;
}

void task_rule_pass_on(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TaskPassedOn event = DONDOC__V1__TASK_PASSED_ON__INIT;
	Dondoc__V1__PassOn *cmd = c->body->pass_on;
	struct view_life life;

	if (!task_open(c, cmd->task, DD_COMMAND_PASS_ON, DD_ACT_PASS_ON, out) ||
	    !task_not_refusing(out) || !task_note_fits(out, "note", cmd->note) ||
	    (cmd->division[0] != '\0' && !within_lead(c, cmd->division, out)) ||
	    view_life_get(c->view, true, out->task.id, &life) != DD_OK)
		return;
	if (cmd->internal_due_day != 0 &&
	    !task_day_within(out, "internal_due_day", cmd->internal_due_day, task_today(c),
			     out->task.due_day))
		return;
	if (strcmp(cmd->division, life.division) == 0 &&
	    cmd->internal_due_day == life.internal_due_day) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO, cmd->division,
			    NULL, NULL);
		return;
	}
	event.said = cmd;
	event.from_division = life.division;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_PASSED_ON, cmd->division, &event.base);
}
