/* view_fix_undo.c - what goes back to how it was: one function a class of events. */
#include "common/view/view_fix.h"
#include <string.h>

static void restore_percent(struct view_task *task, uint64_t decision, const struct view_task *was)
{
	if (task->percent_from != decision)
		return;
	task->percent = was->percent;
	task->percent_from = was->percent_from;
	memcpy(task->percent_stream, was->percent_stream, sizeof(task->percent_stream));
}

static void restore_step(struct view_task *task, uint64_t decision, const struct view_task *was)
{
	if (task->step_from != decision)
		return;
	task->step = was->step;
	task->step_from = was->step_from;
	memcpy(task->step_stream, was->step_stream, sizeof(task->step_stream));
}

static void restore_extension(struct view_task *task, const struct view_task *was)
{
	task->pending_extension = was->pending_extension;
	task->proposed_due_day = was->proposed_due_day;
}

static void restore_other(struct view_task *task, const struct view_task *was)
{
	task->pending_other = was->pending_other;
	task->pending_other_kind = was->pending_other_kind;
}

static void restore_submission(struct view_task *task, uint64_t decision,
			       const struct view_task *was)
{
	task->state = was->state;
	task->submitted_day = was->submitted_day;
	task->receipt = was->receipt;
	task->pending_completion = was->pending_completion;
	restore_step(task, decision, was);
}

static void restore_completion(struct view_task *task, uint64_t decision,
			       const struct view_task *was)
{
	task->state = was->state;
	task->pending_completion = was->pending_completion;
	task->decided_day = was->decided_day;
	task->waited_days = was->waited_days;
	restore_percent(task, decision, was);
	restore_step(task, decision, was);
}

/* Days that were paused since have moved the date, and still do. */
static void restore_term(struct view_task *task, const struct view_task *was)
{
	int32_t paused = (int32_t)task->paused_days - (int32_t)was->paused_days;

	task->due_day = was->due_day != 0 ? was->due_day + paused : 0;
	task->extensions_granted = was->extensions_granted;
	task->extensions_refused = was->extensions_refused;
	restore_extension(task, was);
}

static void restore_lead(struct view_task *task, const struct view_task *was)
{
	memcpy(task->lead_unit, was->lead_unit, sizeof(task->lead_unit));
	task->lead_changed = was->lead_changed;
	task->lead_since_us = was->lead_since_us;
	task->state = was->state;
	task->receipt = was->receipt;
	task->assigned_day = was->assigned_day;
	restore_extension(task, was);
	restore_other(task, was);
}

static void restore_state(struct view_task *task, const struct view_task *was)
{
	task->state = was->state;
	task->due_day = was->due_day;
	task->paused_days = was->paused_days;
	task->pending_completion = was->pending_completion;
	restore_extension(task, was);
	restore_other(task, was);
}

static void restore_asked(struct view_task *task, const struct view_undo *undo)
{
	if (undo->event_type == DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_REQUESTED) {
		restore_extension(task, &undo->task);
		return;
	}
	restore_other(task, &undo->task);
	task->receipt = undo->task.receipt;
}

void view_undo_restore(struct view_task *task, uint64_t decision, const struct view_undo *undo)
{
	const struct view_task *was = &undo->task;

	switch (view_fix_class_of(undo->event_type)) {
	case VIEW_FIX_SUBMISSION:
		restore_submission(task, decision, was);
		break;
	case VIEW_FIX_COMPLETION:
		restore_completion(task, decision, was);
		break;
	case VIEW_FIX_EXTENSION:
		restore_term(task, was);
		break;
	case VIEW_FIX_LEAD:
		restore_lead(task, was);
		break;
	case VIEW_FIX_STATE:
		restore_state(task, was);
		break;
	case VIEW_FIX_ASKED:
		restore_asked(task, undo);
		break;
	case VIEW_FIX_NONE:
	case VIEW_FIX_CLASS_COUNT:
		break;
	}
}

uint64_t view_undo_request(const struct view_undo *undo)
{
	switch (view_fix_class_of(undo->event_type)) {
	case VIEW_FIX_COMPLETION:
		return undo->task.pending_completion;
	case VIEW_FIX_EXTENSION:
		return undo->task.pending_extension;
	case VIEW_FIX_LEAD:
		return undo->task.pending_other;
	default:
		return 0;
	}
}
