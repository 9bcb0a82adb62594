/* task_rules_correct.c - entries of the units: withdrawn or replaced by the side that made them,
 * and conflicts, which a person resolves. */
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <string.h>

#include "common/view/view_fix.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

static void refuse_entry(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *what,
			 uint64_t sequence)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)sequence);
	task_refuse(out, code, what, number, NULL);
}

static void refuse_state(struct task_outcome *out, const char *action)
{
	task_refuse(out, REFUSAL(STATE), dd_task_state_name((enum dd_task_state)out->task.state),
		    action, NULL);
}

static bool reason_fits(struct task_outcome *out, const char *reason)
{
	return task_text_empty(reason) || task_reason_given(out, "reason", reason);
}

/* Closed for good: what was entered stands. */
static bool task_over(const struct view_task *task)
{
	return task->state == DD_TASK_COMPLETED || task->state == DD_TASK_CANCELLED ||
	       task->state == DD_TASK_CARRIED_OVER;
}

/* --- updates -------------------------------------------------------------------------------- */

/* The view knows the last update and those in conflict; the log knows all. */
static bool update_in_log(const struct task_case *c, uint64_t task, uint64_t sequence)
{
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	bool found = false;

	if (c->log != NULL && dd_eventlog_get(c->log, sequence, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	if (header != NULL)
		found = header->subject == task && (header->type == EVENT(PROGRESS_REPORTED) ||
						    header->type == EVENT(UNCHANGED_REPORTED) ||
						    header->type == EVENT(UPDATE_REPLACED));
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
	return found;
}

/* When the entry was recorded; 0 = the log cannot tell. */
static int64_t recorded_us(const struct task_case *c, uint64_t sequence)
{
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	int64_t at_us = 0;

	if (c->log != NULL && dd_eventlog_get(c->log, sequence, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	if (header != NULL)
		at_us = header->record_us;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
	return at_us;
}

/* An update of this task that its present lead made and that still counts. 0 = the last one. */
static bool find_update(const struct task_case *c, uint64_t *entry, const char *action,
			struct task_outcome *out)
{
	const struct view_task *task = &out->task;
	struct view_undo_last last;
	struct view_entry marks;

	if (*entry == 0)
		*entry = task->last_update;
	if (*entry == 0 || view_entry_get(c->view, true, task->id, *entry, &marks) != DD_OK) {
		refuse_entry(out, REFUSAL(UNKNOWN_ENTRY), "update", *entry);
		return false;
	}
	if ((marks.marks & (VIEW_ENTRY_WITHDRAWN | VIEW_ENTRY_REPLACED)) != 0) {
		refuse_entry(out, REFUSAL(NOTHING_TO_DO), "update", *entry);
		return false;
	}
	if (*entry != task->last_update && (marks.marks & VIEW_ENTRY_CONFLICT) == 0 &&
	    !update_in_log(c, task->id, *entry)) {
		refuse_entry(out, REFUSAL(UNKNOWN_ENTRY), "update", *entry);
		return false;
	}
	if (task_over(task)) {
		refuse_state(out, action);
		return false;
	}
	/* What the lead before entered is not this one's to change. */
	if (view_undo_last(c->view, true, task->id, &last) != DD_OK ||
	    last.by_class[VIEW_FIX_LEAD] > *entry) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), task->lead_unit, action, NULL);
		return false;
	}
	return task_actor_corrects(c, task_rules_kind(c->body), *entry, out);
}

static bool percent_set_by(const struct view_task *task, uint64_t entry)
{
	return entry == task->last_update && task->percent_from == entry;
}

static bool step_set_by(const struct view_task *task, uint64_t entry)
{
	return entry == task->last_update && task->step_from == entry;
}

static void withdraw_update(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__EntryWithdrawn event = DONDOC__V1__ENTRY_WITHDRAWN__INIT;
	Dondoc__V1__WithdrawEntry said = *c->body->withdraw_entry;
	const struct view_task *task = &out->task;

	if (!find_update(c, &said.entry, "withdraw_update", out))
		return;
	event.said = &said;
	event.event_type = EVENT(PROGRESS_REPORTED);
	event.reported_us = recorded_us(c, said.entry);
	event.state = (Dondoc__V1__TaskState)task->state;
	/* A report that came while a request waited has moved nothing. */
	if (said.entry == task->last_update && task->state == DD_TASK_IN_PROGRESS &&
	    task->state_before != DD_TASK_AWAITING)
		event.state = (Dondoc__V1__TaskState)task->state_before;
	if (percent_set_by(task, said.entry)) {
		event.has_percent_case = DONDOC__V1__ENTRY_WITHDRAWN__HAS_PERCENT_PERCENT;
		event.percent = task->percent_before;
	}
	if (step_set_by(task, said.entry)) {
		event.has_step_case = DONDOC__V1__ENTRY_WITHDRAWN__HAS_STEP_STEP;
		event.step = (Dondoc__V1__ProgressStep)task->step_before;
	}
	task_effect_add(out, EVENT(ENTRY_WITHDRAWN), task->id, task->lead_unit, NULL, &event.base);
}

/* --- requests ------------------------------------------------------------------------------- */

/* Whether the entry is one of the task's requests, and not a report that waits for a person. */
static bool is_request(const struct task_case *c, uint64_t entry, struct view_request *request)
{
	return view_request_get(c->view, true, entry, request) == DD_OK &&
	       request->kind >= DONDOC__V1__REQUEST_KIND__REQUEST_COMPLETION &&
	       request->kind <= DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION;
}

static void withdraw_request(const struct task_case *c, const struct view_request *request,
			     struct task_outcome *out)
{
	Dondoc__V1__EntryWithdrawn event = DONDOC__V1__ENTRY_WITHDRAWN__INIT;
	bool completion = request->kind == DONDOC__V1__REQUEST_KIND__REQUEST_COMPLETION;
	struct view_task after = out->task;
	struct view_undo undo;

	if (request->task != out->task.id || request->closed_by != 0 ||
	    strcmp(request->from_unit, out->task.lead_unit) != 0 ||
	    view_undo_get(c->view, true, request->task, request->sequence, &undo, NULL, NULL) !=
		    DD_OK) {
		task_refuse(out, REFUSAL(NO_REQUEST), NULL, NULL, NULL);
		return;
	}
	if (completion ? after.state != DD_TASK_AWAITING
		       : request->kind != DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION &&
				 !dd_task_state_open((enum dd_task_state)after.state)) {
		refuse_state(out, "withdraw_request");
		return;
	}
	if (!task_actor_corrects(c, DD_COMMAND_WITHDRAW_ENTRY, request->sequence, out))
		return;
	view_undo_restore(&after, request->sequence, &undo);
	event.said = c->body->withdraw_entry;
	event.event_type = undo.event_type;
	event.state = (Dondoc__V1__TaskState)after.state;
	task_effect_add(out, EVENT(ENTRY_WITHDRAWN), after.id, after.lead_unit, NULL, &event.base);
}

void task_rule_withdraw_entry(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__WithdrawEntry *cmd = c->body->withdraw_entry;
	struct view_request request;

	if (!task_find(c, cmd->task, DD_COMMAND_WITHDRAW_ENTRY, "withdraw_update", out) ||
	    !reason_fits(out, cmd->reason))
		return;
	if (cmd->entry != 0 && is_request(c, cmd->entry, &request))
		withdraw_request(c, &request, out);
	else
		withdraw_update(c, out);
}

/* --- replacing ------------------------------------------------------------------------------ */

static bool replacement_fits(const Dondoc__V1__ReplaceUpdate *cmd, struct task_outcome *out)
{
	bool percent = cmd->has_percent_case == DONDOC__V1__REPLACE_UPDATE__HAS_PERCENT_PERCENT;
	bool step = cmd->has_step_case == DONDOC__V1__REPLACE_UPDATE__HAS_STEP_STEP;
	char value[16];

	if (!percent && !step && task_text_empty(cmd->note)) {
		task_refuse(out, REFUSAL(MISSING), "note", NULL, NULL);
		return false;
	}
	if (percent && cmd->percent > 100) {
		snprintf(value, sizeof(value), "%u", cmd->percent);
		task_refuse(out, REFUSAL(RANGE), "percent", value, "0..100");
		return false;
	}
	if (step && (unsigned)cmd->step > DONDOC__V1__PROGRESS_STEP__STEP_FINISHED) {
		snprintf(value, sizeof(value), "%d", (int)cmd->step);
		task_refuse(out, REFUSAL(RANGE), "step", value, "0..4");
		return false;
	}
	if (strlen(cmd->note) > TASK_NOTE_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "note", "4000", NULL);
		return false;
	}
	return reason_fits(out, cmd->reason);
}

/* What the new entry leaves out and the old one had set is as it was before the old one. One that
 * later ones have overtaken is only marked: theirs stays in force. */
static void replaced_values(const struct view_task *task, const Dondoc__V1__ReplaceUpdate *said,
			    Dondoc__V1__UpdateReplaced *event)
{
	bool percent = said->has_percent_case == DONDOC__V1__REPLACE_UPDATE__HAS_PERCENT_PERCENT;
	bool step = said->has_step_case == DONDOC__V1__REPLACE_UPDATE__HAS_STEP_STEP;

	if (said->entry != task->last_update)
		return;
	if (percent || percent_set_by(task, said->entry)) {
		event->has_percent_case = DONDOC__V1__UPDATE_REPLACED__HAS_PERCENT_PERCENT;
		event->percent = percent ? said->percent : task->percent_before;
	}
	if (step || step_set_by(task, said->entry)) {
		event->has_step_case = DONDOC__V1__UPDATE_REPLACED__HAS_STEP_STEP;
		event->step = step ? said->step : (Dondoc__V1__ProgressStep)task->step_before;
	}
}

void task_rule_replace_update(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__UpdateReplaced event = DONDOC__V1__UPDATE_REPLACED__INIT;
	Dondoc__V1__ReplaceUpdate said = *c->body->replace_update;

	if (!task_find(c, said.task, DD_COMMAND_REPLACE_UPDATE, "withdraw_update", out) ||
	    !replacement_fits(&said, out) || !find_update(c, &said.entry, "withdraw_update", out))
		return;
	event.said = &said;
	replaced_values(&out->task, &said, &event);
	task_effect_add(out, EVENT(UPDATE_REPLACED), said.task, out->task.lead_unit, NULL,
			&event.base);
}

/* --- conflicts ------------------------------------------------------------------------------- */

void task_rule_resolve_conflict(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__ConflictResolved event = DONDOC__V1__CONFLICT_RESOLVED__INIT;
	const Dondoc__V1__ResolveConflict *cmd = c->body->resolve_conflict;
	struct view_entry entry;

	if (!task_find(c, cmd->task, DD_COMMAND_RESOLVE_CONFLICT, "resolve", out) ||
	    !reason_fits(out, cmd->reason))
		return;
	if (view_entry_get(c->view, true, cmd->task, cmd->entry, &entry) != DD_OK ||
	    (entry.marks & VIEW_ENTRY_CONFLICT) == 0) {
		refuse_entry(out, REFUSAL(UNKNOWN_ENTRY), "conflict", cmd->entry);
		return;
	}
	if (cmd->take && task_over(&out->task)) {
		refuse_state(out, "resolve");
		return;
	}
	event.said = c->body->resolve_conflict;
	if (cmd->take && (entry.marks & VIEW_ENTRY_PERCENT) != 0) {
		event.has_percent_case = DONDOC__V1__CONFLICT_RESOLVED__HAS_PERCENT_PERCENT;
		event.percent = entry.percent;
	}
	if (cmd->take && (entry.marks & VIEW_ENTRY_STEP) != 0) {
		event.has_step_case = DONDOC__V1__CONFLICT_RESOLVED__HAS_STEP_STEP;
		event.step = (Dondoc__V1__ProgressStep)entry.step;
	}
	task_effect_add(out, EVENT(CONFLICT_RESOLVED), cmd->task, out->task.lead_unit, NULL,
			&event.base);
}
