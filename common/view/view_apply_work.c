/* view_apply_work.c - what the units and the following-up agency do with a task. */
#include "common/base/clock.h"
#include "common/domain/task_state.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include <inttypes.h>
#include <string.h>

/* The numbers are the same on both sides; the domain needs no protobuf. */
_Static_assert((int)DD_TASK_AWAITING == (int)DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION,
	       "states of domain and messages differ");
_Static_assert((int)DD_TASK_CANCELLED == (int)DONDOC__V1__TASK_STATE__TASK_CANCELLED,
	       "states of domain and messages differ");

int view_move_state(struct apply *apply, enum dd_task_action action)
{
	enum dd_task_state from = (enum dd_task_state)apply->task.state;
	int after = dd_task_state_after(from, action);

	if (after < 0)
		return apply_contradiction(apply, "action %s is not possible in state %s",
					   dd_task_action_name(action), dd_task_state_name(from));
	apply->task.state = (uint8_t)after;
	return DD_OK;
}

/* The task as it stands is kept, and the request waits no longer. */
static int settle_request(struct apply *apply, uint64_t request)
{
	int rc = view_fix_decision(apply);

	return rc == DD_OK ? view_request_close(apply, request) : rc;
}

void view_note_stream(const struct apply *apply, uint8_t stream_out[16])
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	const Dondoc__V1__Cause *cause = header->cause;

	memset(stream_out, 0, 16);
	if (header->let_go && header->let_go->sender.len == 16)
		memcpy(stream_out, header->let_go->sender.data, 16);
	else if (header->sheet.len == 16)
		view_stream_tag(header->actor ? header->actor->unit : "", header->sheet.data,
				stream_out);
	else if (cause && cause->stream.len == 16)
		view_stream_tag(header->principal, cause->stream.data, stream_out);
}

static void set_percent(struct apply *apply, uint32_t percent)
{
	apply->task.percent = (uint8_t)percent;
	apply->task.percent_from = apply->event->sequence;
	view_note_stream(apply, apply->task.percent_stream);
}

static void set_step(struct apply *apply, int step)
{
	apply->task.step = (uint8_t)step;
	apply->task.step_from = apply->event->sequence;
	view_note_stream(apply, apply->task.step_stream);
}

/* Whoever works on a task has received it. */
void view_note_received(struct apply *apply)
{
	if (apply->task.receipt == DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN)
		apply->task.receipt = DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED;
}

int apply_progress_reported(struct apply *apply, const void *body)
{
	const Dondoc__V1__ProgressReported *report = body;
	bool percent =
		report->has_percent_case == DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	bool step = report->has_step_case == DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;

	if (percent && report->percent > 100)
		return apply_contradiction(apply, "%u per cent", report->percent);
	if (step && (unsigned)report->step > DONDOC__V1__PROGRESS_STEP__STEP_FINISHED)
		return apply_contradiction(apply, "there is no step %d", (int)report->step);
	view_fix_report(apply);
	if (percent && !report->percent_conflicts)
		set_percent(apply, report->percent);
	if (step && !report->step_conflicts)
		set_step(apply, (int)report->step);
	view_note_received(apply);
	apply->task.updated_us = apply->event->header->record_us;
	if (report->percent_conflicts || report->step_conflicts) {
		int rc = view_entry_conflict(apply, report);

		if (rc != DD_OK)
			return rc;
		apply->task.conflicts++;
	}
	return view_move_state(apply, DD_ACT_REPORT);
}

int apply_completion_requested(struct apply *apply, const void *body)
{
	const Dondoc__V1__CompletionRequested *request = body;
	const Dondoc__V1__EventHeader *header = apply->event->header;
	bool claimed = header->fact_us != 0 && !header->fact_doubtful;
	int rc = view_request_open(
		apply,
		&(struct view_request_open){.kind = DONDOC__V1__REQUEST_KIND__REQUEST_COMPLETION});

	if (rc != DD_OK)
		return rc;
	view_note_received(apply);
	apply->task.submitted_day = dd_day_of(claimed ? header->fact_us : header->record_us);
	if (request->submitted_day != 0)
		apply->task.submitted_day = request->submitted_day;
	apply->task.pending_completion = apply->event->sequence;
	set_step(apply, DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED);
	return view_move_state(apply, DD_ACT_REQUEST_COMPLETION);
}

static int check_request(struct apply *apply, uint64_t named, uint64_t pending)
{
	if (pending != 0 && (named == 0 || named == pending))
		return DD_OK;
	return apply_contradiction(
		apply, "it decides request %" PRIu64 " but %" PRIu64 " is pending", named, pending);
}

int apply_completion_decided(struct apply *apply, const void *body)
{
	const Dondoc__V1__CompletionDecided *decision = body;
	int rc = check_request(apply, decision->request, apply->task.pending_completion);

	if (rc == DD_OK)
		rc = settle_request(apply, apply->task.pending_completion);
	if (rc != DD_OK)
		return rc;
	apply->task.pending_completion = 0;
	if (!decision->confirmed) {
		apply->task.waited_days += decision->waited_days;
		return view_move_state(apply, DD_ACT_RETURN);
	}
	apply->task.decided_day = dd_day_of(apply->event->header->record_us);
	set_percent(apply, 100);
	return view_move_state(apply, DD_ACT_CONFIRM);
}

int apply_extension_requested(struct apply *apply, const void *body)
{
	const Dondoc__V1__ExtensionRequested *request = body;
	int rc = view_request_open(
		apply,
		&(struct view_request_open){.kind = DONDOC__V1__REQUEST_KIND__REQUEST_EXTENSION,
					    .proposed_due_day = request->proposed_due_day});

	if (rc != DD_OK)
		return rc;
	apply->task.pending_extension = apply->event->sequence;
	apply->task.proposed_due_day = request->proposed_due_day;
	return view_move_state(apply, DD_ACT_REQUEST_EXTENSION);
}

int apply_extension_decided(struct apply *apply, const void *body)
{
	const Dondoc__V1__ExtensionDecided *decision = body;
	struct view_task *task = &apply->task;
	int rc = check_request(apply, decision->request, task->pending_extension);

	if (rc == DD_OK)
		rc = settle_request(apply, task->pending_extension);
	if (rc != DD_OK)
		return rc;
	if (decision->granted) {
		task->due_day = decision->due_day != 0 ? decision->due_day : task->proposed_due_day;
		task->extensions_granted++;
	} else {
		task->extensions_refused++;
	}
	task->pending_extension = 0;
	task->proposed_due_day = 0;
	return view_move_state(apply, decision->granted ? DD_ACT_GRANT_EXTENSION
							: DD_ACT_REFUSE_EXTENSION);
}

/* The unit that had the task until now keeps that it has reported, for its plan and for all. */
static void credit_lead(struct apply *apply, const char *plan)
{
	const struct view_task *task = &apply->task;
	int64_t known = view_reported_us(apply->view, true, task->lead_unit, plan);
	struct dd_key key;

	if (known >= task->updated_us)
		return;
	view_key_reported(&key, task->lead_unit, plan);
	view_put(apply->view, &key, &task->updated_us, sizeof(task->updated_us));
}

void view_leave_lead(struct apply *apply, const char *to_unit)
{
	struct view_task *task = &apply->task;

	if (task->lead_unit[0] == '\0' || strcmp(task->lead_unit, to_unit) == 0)
		return;
	if (task->updated_us > task->lead_since_us) {
		credit_lead(apply, task->plan);
		credit_lead(apply, "");
	}
	task->lead_since_us = apply->event->header->record_us;
}

int view_move_lead(struct apply *apply, const char *to_unit)
{
	struct view_task *task = &apply->task;
	struct view_life life;
	int rc = apply_code(apply, task->lead_unit, sizeof(task->lead_unit), to_unit);

	if (rc == DD_OK)
		rc = view_life_get(apply->view, true, task->id, &life);
	if (rc != DD_OK)
		return rc;
	task->lead_changed = 1;
	memset(life.division, 0, sizeof(life.division));
	life.internal_due_day = 0;
	view_life_put(apply, &life);
	return DD_OK;
}

void view_assigned_anew(struct apply *apply)
{
	apply->task.receipt = DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN;
	apply->task.assigned_day = dd_day_of(apply->effect->header->record_us);
}

/* A refusal or transfer that waits is settled by another lead; what explains lateness goes on. */
static int settle_other(struct apply *apply)
{
	struct view_task *task = &apply->task;
	uint64_t request = task->pending_other;

	if (request == 0 ||
	    task->pending_other_kind == DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION)
		return DD_OK;
	task->pending_other = 0;
	task->pending_other_kind = 0;
	return view_request_close(apply, request);
}

/* A unit's work goes on at its successor as it was, with what it asked for. */
static int move_unit(struct apply *apply)
{
	const struct view_task *task = &apply->task;
	int rc = view_request_pass(apply, task->pending_completion, task->lead_unit);

	if (rc == DD_OK)
		rc = view_request_pass(apply, task->pending_extension, task->lead_unit);
	if (rc == DD_OK)
		rc = view_request_pass(apply, task->pending_other, task->lead_unit);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_MOVE_UNIT) : rc;
}

int apply_task_assigned(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskAssigned *assigned = body;
	int rc = view_fix_decision(apply);

	if (rc == DD_OK && assigned->units_change == 0)
		view_leave_lead(apply, assigned->to_unit);
	if (rc == DD_OK)
		rc = view_move_lead(apply, assigned->to_unit);
	if (rc != DD_OK || assigned->units_change != 0)
		return rc != DD_OK ? rc : move_unit(apply);
	view_assigned_anew(apply);
	rc = settle_other(apply);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_ASSIGN) : rc;
}
