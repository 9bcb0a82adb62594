/* view_apply_correct.c - what is taken back, and what comes into force instead. The events say what
 * is in force afterwards; the image that was kept before (view_fix.h) says the rest. Where the
 * image was hidden from us, what the event says has to do. */
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include <inttypes.h>
#include <string.h>

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

static int no_body(const struct apply *apply)
{
	return apply_contradiction(apply, "it does not say what was asked for");
}

static int unreadable(const struct apply *apply, int rc)
{
	return dd_fail(apply->err, rc, "the view's store cannot be read");
}

/* --- values --------------------------------------------------------------------------------- */

static int put_percent(struct apply *apply, uint32_t percent)
{
	if (percent > 100)
		return apply_contradiction(apply, "%u per cent", percent);
	apply->task.percent = (uint8_t)percent;
	apply->task.percent_from = apply->event->sequence;
	view_note_stream(apply, apply->task.percent_stream);
	return DD_OK;
}

static int put_step(struct apply *apply, int step)
{
	if (step < 0 || step > DONDOC__V1__PROGRESS_STEP__STEP_FINISHED)
		return apply_contradiction(apply, "there is no step %d", step);
	apply->task.step = (uint8_t)step;
	apply->task.step_from = apply->event->sequence;
	view_note_stream(apply, apply->task.step_stream);
	return DD_OK;
}

static int put_state(struct apply *apply, int state)
{
	if (state < 0 || state > DONDOC__V1__TASK_STATE__TASK_CANCELLED)
		return apply_contradiction(apply, "there is no state %d", state);
	apply->task.state = (uint8_t)state;
	return DD_OK;
}

/* --- entries -------------------------------------------------------------------------------- */

/* The entry is marked; if its values waited for a person, they wait no longer. */
static int mark_entry(struct apply *apply, uint64_t sequence, uint8_t mark)
{
	struct view_entry entry;
	int rc = view_entry_get(apply->view, true, apply->task.id, sequence, &entry);

	if (rc != DD_OK)
		return unreadable(apply, rc);
	if ((entry.marks & VIEW_ENTRY_CONFLICT) != 0) {
		entry.marks &= (uint8_t)~VIEW_ENTRY_CONFLICT;
		if (apply->task.conflicts > 0)
			apply->task.conflicts--;
	}
	entry.marks |= mark;
	entry.by = apply->event->sequence;
	view_entry_put(apply, sequence, &entry);
	return view_request_close(apply, sequence);
}

static int withdraw_update(struct apply *apply, const Dondoc__V1__EntryWithdrawn *event)
{
	struct view_task *task = &apply->task;
	int rc = mark_entry(apply, event->said->entry, VIEW_ENTRY_WITHDRAWN);

	if (rc == DD_OK &&
	    event->has_percent_case == DONDOC__V1__ENTRY_WITHDRAWN__HAS_PERCENT_PERCENT)
		rc = put_percent(apply, event->percent);
	if (rc == DD_OK && event->has_step_case == DONDOC__V1__ENTRY_WITHDRAWN__HAS_STEP_STEP)
		rc = put_step(apply, (int)event->step);
	if (rc == DD_OK)
		rc = put_state(apply, (int)event->state);
	if (rc == DD_OK && task->last_update == event->said->entry) {
		task->last_update = 0;
		task->updated_us = task->updated_before_us;
	}
	return rc;
}

static int withdraw_request(struct apply *apply, const Dondoc__V1__EntryWithdrawn *event)
{
	uint64_t request = event->said->entry;
	struct view_undo undo;
	const uint8_t *life;
	size_t life_len;
	int rc = view_undo_get(apply->view, true, apply->task.id, request, &undo, &life, &life_len);

	if (rc == DD_ERR_NOT_FOUND && !apply->view->partial)
		return apply_contradiction(apply, "nothing is known of request %" PRIu64, request);
	if (rc != DD_OK)
		return rc == DD_ERR_NOT_FOUND ? put_state(apply, (int)event->state)
					      : unreadable(apply, rc);
	view_undo_restore(&apply->task, request, &undo);
	if (undo.event_type == TYPE(COMPLETION_REQUESTED))
		view_fix_void(apply, undo.effect);
	undo.taken_back_by = apply->event->sequence;
	view_undo_mark(apply, request, &undo, life, life_len);
	return view_request_close(apply, request);
}

int apply_entry_withdrawn(struct apply *apply, const void *body)
{
	const Dondoc__V1__EntryWithdrawn *event = body;

	if (!event->said)
		return no_body(apply);
	if (view_fix_class_of(event->event_type) == VIEW_FIX_NONE)
		return withdraw_update(apply, event);
	return withdraw_request(apply, event);
}

int apply_update_replaced(struct apply *apply, const void *body)
{
	const Dondoc__V1__UpdateReplaced *event = body;
	struct view_task *task = &apply->task;
	int rc;

	if (!event->said)
		return no_body(apply);
	rc = mark_entry(apply, event->said->entry, VIEW_ENTRY_REPLACED);
	if (rc == DD_OK &&
	    event->has_percent_case == DONDOC__V1__UPDATE_REPLACED__HAS_PERCENT_PERCENT)
		rc = put_percent(apply, event->percent);
	if (rc == DD_OK && event->has_step_case == DONDOC__V1__UPDATE_REPLACED__HAS_STEP_STEP)
		rc = put_step(apply, (int)event->step);
	/* What stands in its place can be withdrawn or replaced in turn. */
	if (rc == DD_OK && task->last_update == event->said->entry)
		task->last_update = apply->event->sequence;
	return rc;
}

int apply_conflict_resolved(struct apply *apply, const void *body)
{
	const Dondoc__V1__ConflictResolved *event = body;
	int rc;

	if (!event->said)
		return no_body(apply);
	rc = mark_entry(apply, event->said->entry, VIEW_ENTRY_RESOLVED);
	if (rc == DD_OK &&
	    event->has_percent_case == DONDOC__V1__CONFLICT_RESOLVED__HAS_PERCENT_PERCENT)
		rc = put_percent(apply, event->percent);
	if (rc == DD_OK && event->has_step_case == DONDOC__V1__CONFLICT_RESOLVED__HAS_STEP_STEP)
		rc = put_step(apply, (int)event->step);
	return rc;
}

/* --- decisions -------------------------------------------------------------------------------- */

/* The image was hidden from us. */
static int take_back_blind(struct apply *apply, const Dondoc__V1__DecisionTakenBack *event)
{
	struct view_task *task = &apply->task;
	enum view_fix_class cls = view_fix_class_of(event->event_type);

	task->due_day = event->due_day;
	if (cls == VIEW_FIX_COMPLETION) {
		task->pending_completion = event->request;
		task->decided_day = 0;
	} else if (cls == VIEW_FIX_EXTENSION) {
		task->pending_extension = event->request;
	}
	if (apply_code(apply, task->lead_unit, sizeof(task->lead_unit), event->lead_unit) != DD_OK)
		return DD_ERR_CORRUPT;
	return put_state(apply, (int)event->state);
}

/* The requests that the decision settled wait again. */
static int reopen(struct apply *apply, uint64_t decision, const struct view_task *was)
{
	const uint64_t pending[] = {was->pending_completion, was->pending_extension,
				    was->pending_other};
	struct view_request request;
	int rc = DD_OK;

	for (size_t i = 0; rc == DD_OK && i < sizeof(pending) / sizeof(pending[0]); i++) {
		if (view_request_get(apply->view, true, pending[i], &request) == DD_OK &&
		    request.closed_by == decision)
			rc = view_request_reopen(apply, pending[i]);
	}
	return rc;
}

/* Where the task is worked on, paused, held: the decision changed it, nobody has since. */
static void restore_life(struct apply *apply, const struct view_undo *undo, const uint8_t *life,
			 size_t life_len)
{
	enum view_fix_class cls = view_fix_class_of(undo->event_type);
	struct dd_key key;

	if (cls != VIEW_FIX_LEAD && cls != VIEW_FIX_STATE)
		return;
	view_key_u64(&key, VIEW_LIFE, apply->task.id);
	if (life_len > 0)
		view_put(apply->view, &key, life, life_len);
	else
		view_del(apply->view, &key);
}

int apply_decision_taken_back(struct apply *apply, const void *body)
{
	const Dondoc__V1__DecisionTakenBack *event = body;
	struct view_undo undo;
	const uint8_t *life;
	size_t life_len;
	uint64_t decision;
	int rc;

	if (!event->said)
		return no_body(apply);
	decision = event->said->decision;
	rc = view_undo_get(apply->view, true, apply->task.id, decision, &undo, &life, &life_len);
	if (rc == DD_ERR_NOT_FOUND && apply->view->partial)
		return take_back_blind(apply, event);
	if (rc == DD_ERR_NOT_FOUND)
		return apply_contradiction(apply, "nothing is known of decision %" PRIu64,
					   decision);
	if (rc != DD_OK)
		return unreadable(apply, rc);
	view_undo_restore(&apply->task, decision, &undo);
	restore_life(apply, &undo, life, life_len);
	view_fix_void(apply, undo.effect);
	undo.taken_back_by = apply->event->sequence;
	view_undo_mark(apply, decision, &undo, life, life_len);
	return reopen(apply, decision, &undo.task);
}

int apply_group_undone(struct apply *apply, const void *body)
{
	const Dondoc__V1__GroupUndone *event = body;
	struct view_group group;

	if (!event->said)
		return no_body(apply);
	if (view_group_find(apply->view, true, event->said->group, &group) != DD_OK)
		return DD_OK; /* its events were hidden from us */
	group.undone_by = apply->event->sequence;
	view_group_put(apply->view, &group);
	return DD_OK;
}
