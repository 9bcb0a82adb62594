/* task_rules_undo.c - a decision taken back by the side that decides.
 */
#include "services/task/task_undo.h"

#include <stdio.h>
#include <string.h>

#include "common/view/view_life.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

/* --- may it be ------------------------------------------------------------------------------- */

static enum dd_decision decision_of(const struct view_undo *undo, const struct view_task *task)
{
	switch (undo->event_type) {
	case EVENT(COMPLETION_DECIDED):
		return task->state == DD_TASK_COMPLETED ? DD_DECISION_CONFIRMED
							: DD_DECISION_RETURNED;
	case EVENT(EXTENSION_DECIDED):
		return task->extensions_granted > undo->task.extensions_granted
			       ? DD_DECISION_EXTENDED
			       : DD_DECISION_NOT_EXTENDED;
	case EVENT(TASK_PAUSED):
		return DD_DECISION_PAUSED;
	case EVENT(TASK_RESUMED):
		return DD_DECISION_RESUMED;
	case EVENT(TASK_CANCELLED):
		return DD_DECISION_CANCELLED;
	case EVENT(TASK_CARRIED): /* or ended */
		return task->state == DD_TASK_CANCELLED ? DD_DECISION_CANCELLED
							: DD_DECISION_CARRIED;
	default:
		return strcmp(task->lead_unit, undo->task.lead_unit) != 0 ? DD_DECISION_MOVED
									  : DD_DECISION_NOT_MOVED;
	}
}

/* Whether the lead has reported or asked for anything. */
static bool reported_since(const struct view_task *task, uint64_t sequence,
			   const struct view_undo_last *last)
{
	return task->last_update > sequence || task->percent_from > sequence ||
	       task->step_from > sequence || task->pending_extension > sequence ||
	       task->pending_other > sequence || last->by_class[VIEW_FIX_SUBMISSION] > sequence ||
	       last->by_class[VIEW_FIX_ASKED] > sequence;
}

/* A task that came anew has not been received and lies in no division yet. */
bool task_taken_up(const struct task_case *c, const struct view_task *task, uint64_t since)
{
	struct view_undo_last last;
	struct view_life life;

	if (view_life_get(c->view, true, task->id, &life) != DD_OK ||
	    view_undo_last(c->view, true, task->id, &last) != DD_OK)
		return true;
	return life.division[0] != '\0' ||
	       task->receipt == DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED ||
	       reported_since(task, since, &last);
}

uint64_t task_carried_on(const struct task_case *c, uint64_t task)
{
	struct view_life life;

	if (view_life_get(c->view, true, task, &life) != DD_OK ||
	    life.year_end != DONDOC__V1__YEAR_END_KIND__YEAR_END_CARRY)
		return 0;
	return life.carried_to;
}

/* Whether somebody has taken up the task that goes on with this one. */
static bool next_taken_up(const struct task_case *c, uint64_t carried)
{
	uint64_t id = task_carried_on(c, carried);
	struct view_task next;

	if (id == 0 || view_task(c->view, true, id, &next) != DD_OK ||
	    (next.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0)
		return false;
	return next.state != DD_TASK_ASSIGNED || task_taken_up(c, &next, id);
}

static bool worked_since(const struct task_case *c, const struct task_undo *t,
			 const struct view_undo_last *last)
{
	switch (view_fix_class_of(t->undo.event_type)) {
	case VIEW_FIX_LEAD:
		return task_taken_up(c, &t->task, t->decision);
	case VIEW_FIX_STATE:
		return t->what == DD_DECISION_CARRIED ? next_taken_up(c, t->task.id)
						      : reported_since(&t->task, t->decision, last);
	default:
		return false;
	}
}

/* Decisions alone; requests are withdrawn by those who made them. */
static bool is_decision(uint32_t event_type)
{
	enum view_fix_class cls = view_fix_class_of(event_type);

	return cls != VIEW_FIX_NONE && cls != VIEW_FIX_SUBMISSION && cls != VIEW_FIX_ASKED;
}

bool task_look_back(const struct task_case *c, uint64_t decision, struct task_undo *t)
{
	const struct view_task *task = &t->task;
	struct view_undo_last last;

	if (view_undo_get(c->view, true, task->id, decision, &t->undo, NULL, NULL) != DD_OK ||
	    !is_decision(t->undo.event_type) ||
	    view_undo_last(c->view, true, task->id, &last) != DD_OK)
		return false;
	t->decision = decision;
	t->what = decision_of(&t->undo, task);
	t->facts = (struct dd_undo_facts){
		.state = (enum dd_task_state)task->state,
		.taken_back = t->undo.taken_back_by != 0,
		.last = last.by_class[view_fix_class_of(t->undo.event_type)] == decision,
		.submitted = last.by_class[VIEW_FIX_SUBMISSION] > decision,
		.worked = worked_since(c, t, &last),
		.asked = t->undo.event_type == EVENT(EXTENSION_DECIDED)
				 ? task->pending_extension != 0
				 : task->pending_other != 0,
	};
	return true;
}

/* The last decision of any kind that is in force; 0 = none. */
static uint64_t last_decision(const struct task_case *c, uint64_t task)
{
	struct view_undo_last last;
	uint64_t newest = 0;

	if (view_undo_last(c->view, true, task, &last) != DD_OK)
		return 0;
	for (int cls = 0; cls < VIEW_FIX_CLASS_COUNT; cls++)
		if (cls != VIEW_FIX_NONE && cls != VIEW_FIX_SUBMISSION && cls != VIEW_FIX_ASKED &&
		    last.by_class[cls] > newest)
			newest = last.by_class[cls];
	return newest;
}

void task_refuse_undo(const struct task_undo *t, enum dd_undo_answer answer,
		      struct task_outcome *out)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)(answer == DD_UNDO_OVERTAKEN ? t->task.version : t->decision));
	if (answer == DD_UNDO_STATE)
		task_refuse(out, REFUSAL(STATE),
			    dd_task_state_name((enum dd_task_state)t->task.state), "take_back",
			    NULL);
	else if (answer == DD_UNDO_OVERTAKEN)
		task_refuse(out, REFUSAL(OVERTAKEN), number, NULL, NULL);
	else
		task_refuse(out, REFUSAL(NOTHING_TO_DO), "decision", number, NULL);
}

/* --- one ------------------------------------------------------------------------------------- */

/* The same person; where none was told, the same unit. */
static bool same_decider(const struct task_case *c, const struct view_undo *undo)
{
	static const uint8_t nobody[16];
	const Dondoc__V1__Actor *actor = c->body->actor;

	if (actor == NULL)
		return false;
	if (actor->person.len == sizeof(undo->person))
		return memcmp(actor->person.data, undo->person, sizeof(undo->person)) == 0;
	return memcmp(undo->person, nobody, sizeof(nobody)) == 0 &&
	       strcmp(actor->unit, undo->unit) == 0;
}

bool task_add_taken_back(struct task_outcome *out, const struct task_undo *t,
			 Dondoc__V1__TakeBack *said, bool at_once)
{
	Dondoc__V1__DecisionTakenBack event = DONDOC__V1__DECISION_TAKEN_BACK__INIT;
	struct view_task after = t->task;
	const char *other = NULL;

	view_undo_restore(&after, t->decision, &t->undo);
	said->task = t->task.id;
	said->decision = t->decision;
	event.said = said;
	event.event_type = t->undo.event_type;
	event.undo = at_once;
	event.state = (Dondoc__V1__TaskState)after.state;
	event.due_day = after.due_day;
	event.lead_unit = after.lead_unit;
	event.request = view_undo_request(&t->undo);
	if (strcmp(after.lead_unit, t->task.lead_unit) != 0)
		other = after.lead_unit;
	return task_effect_add(out, EVENT(DECISION_TAKEN_BACK), t->task.id, t->task.lead_unit,
			       other, &event.base);
}

/* What was carried on goes with it, in one. */
static void take_back_carried(const struct task_case *c, const struct task_undo *t,
			      Dondoc__V1__TakeBack *said, struct task_outcome *out)
{
	Dondoc__V1__TaskRemoved event = DONDOC__V1__TASK_REMOVED__INIT;
	Dondoc__V1__RemoveTask remove = DONDOC__V1__REMOVE_TASK__INIT;
	uint64_t id = task_carried_on(c, t->task.id);
	struct view_task next;

	if (id != 0 && view_task(c->view, true, id, &next) == DD_OK &&
	    (next.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) == 0) {
		remove.task = id;
		remove.reason = said->reason;
		remove.document = said->document;
		event.said = &remove;
		out->group = "undo";
		memcpy(out->group_plan, t->task.plan, sizeof(out->group_plan));
		if (!task_effect_add(out, EVENT(TASK_REMOVED), id, next.lead_unit, NULL,
				     &event.base))
			return;
	}
	task_add_taken_back(out, t, said, false);
}

void task_rule_take_back(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TakeBack said = *c->body->take_back;
	struct task_undo t;
	enum dd_undo_answer answer;
	bool at_once;

	if (!task_find(c, said.task, DD_COMMAND_TAKE_BACK, "take_back", out))
		return;
	t.task = out->task;
	if (said.decision == 0)
		said.decision = last_decision(c, said.task);
	if (!task_look_back(c, said.decision, &t)) {
		char number[32];

		snprintf(number, sizeof(number), "%llu", (unsigned long long)said.decision);
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "decision", number, NULL);
		return;
	}
	answer = dd_undo_ask(t.what, &t.facts);
	if (answer != DD_UNDO_YES) {
		task_refuse_undo(&t, answer, out);
		return;
	}
	at_once = dd_undo_at_once(
		t.undo.record_us, c->record_us,
		(uint32_t)task_policy_value(c, DD_SETTING_UNDO_MINUTES, t.task.plan, t.undo.unit),
		same_decider(c, &t.undo));
	if ((!at_once || !task_text_empty(said.reason)) &&
	    !task_reason_given(out, "reason", said.reason))
		return;
	if (t.what == DD_DECISION_CARRIED)
		take_back_carried(c, &t, &said, out);
	else
		task_add_taken_back(out, &t, &said, at_once);
}
