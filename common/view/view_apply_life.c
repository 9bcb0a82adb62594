/* view_apply_life.c - receipt, refusal, transfer, pause, cancellation, removal, passing on,
 * products. */
#include "common/base/clock.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_task.h"
#include <inttypes.h>
#include <string.h>

static int unsaid(const struct apply *apply)
{
	return apply_contradiction(apply, "it does not say what was asked for");
}

/* --- receipt, refusal, transfer -------------------------------------------------------------- */

int apply_task_received(struct apply *apply, const void *body)
{
	(void)body;
	apply->task.receipt = DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED;
	return view_move_state(apply, DD_ACT_RECEIVE);
}

static int open_other(struct apply *apply, Dondoc__V1__RequestKind kind, const char *proposed_unit)
{
	struct view_task *task = &apply->task;
	int rc = view_request_open(
		apply, &(struct view_request_open){.kind = kind, .proposed_unit = proposed_unit});

	if (rc != DD_OK)
		return rc;
	task->pending_other = apply->event->sequence;
	task->pending_other_kind = (uint8_t)kind;
	return DD_OK;
}

int apply_refusal_requested(struct apply *apply, const void *body)
{
	const Dondoc__V1__RequestRefusal *said = ((const Dondoc__V1__RefusalRequested *)body)->said;
	int rc;

	if (!said)
		return unsaid(apply);
	rc = open_other(apply, DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL, said->proposed_unit);
	if (rc != DD_OK)
		return rc;
	apply->task.receipt = DONDOC__V1__RECEIPT_STATE__RECEIPT_REFUSED;
	return view_move_state(apply, DD_ACT_ASK_REFUSAL);
}

int apply_transfer_requested(struct apply *apply, const void *body)
{
	const Dondoc__V1__RequestTransfer *said =
		((const Dondoc__V1__TransferRequested *)body)->said;
	int rc;

	if (!said)
		return unsaid(apply);
	rc = open_other(apply, DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER, said->to_unit);
	if (rc != DD_OK)
		return rc;
	view_note_received(apply);
	return view_move_state(apply, DD_ACT_ASK_TRANSFER);
}

/* The image is kept, and the request that the decision is about waits no longer. */
static int settle_other(struct apply *apply, Dondoc__V1__RequestKind kind, uint64_t named)
{
	struct view_task *task = &apply->task;
	uint64_t pending = task->pending_other;
	int rc;

	if (pending == 0 || pending != named || task->pending_other_kind != (uint8_t)kind)
		return apply_contradiction(
			apply, "it decides request %" PRIu64 " but %" PRIu64 " is pending", named,
			pending);
	rc = view_fix_decision(apply);
	task->pending_other = 0;
	task->pending_other_kind = 0;
	return rc == DD_OK ? view_request_close(apply, pending) : rc;
}

/* The new lead begins without the old one's request for more time. */
static int hand_over(struct apply *apply, const char *to_unit)
{
	struct view_task *task = &apply->task;
	uint64_t extension = task->pending_extension;
	int rc;

	view_leave_lead(apply, to_unit);
	rc = view_move_lead(apply, to_unit);
	if (rc != DD_OK)
		return rc;
	view_assigned_anew(apply);
	task->pending_extension = 0;
	task->proposed_due_day = 0;
	return view_request_close(apply, extension);
}

int apply_refusal_decided(struct apply *apply, const void *body)
{
	const Dondoc__V1__DecideRefusal *said = ((const Dondoc__V1__RefusalDecided *)body)->said;
	int rc;

	if (!said)
		return unsaid(apply);
	rc = settle_other(apply, DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL, said->request);
	if (rc != DD_OK)
		return rc;
	if (!said->granted) {
		apply->task.receipt = DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED;
		return view_move_state(apply, DD_ACT_DENY_REFUSAL);
	}
	rc = hand_over(apply, said->to_unit);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_GRANT_REFUSAL) : rc;
}

int apply_transfer_decided(struct apply *apply, const void *body)
{
	const Dondoc__V1__DecideTransfer *said = ((const Dondoc__V1__TransferDecided *)body)->said;
	int rc;

	if (!said)
		return unsaid(apply);
	rc = settle_other(apply, DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER, said->request);
	if (rc != DD_OK)
		return rc;
	if (!said->granted)
		return view_move_state(apply, DD_ACT_DENY_TRANSFER);
	rc = hand_over(apply, said->to_unit);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_GRANT_TRANSFER) : rc;
}

/* --- pause, end ------------------------------------------------------------------------------- */

int apply_task_paused(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskPaused *paused = body;
	struct view_life life;
	int rc = view_fix_decision(apply);

	if (!paused->said)
		return unsaid(apply);
	if (rc == DD_OK)
		rc = view_life_get(apply->view, true, apply->task.id, &life);
	if (rc != DD_OK)
		return rc;
	life.pause_state = apply->task.state;
	life.pause_from_day = paused->from_day;
	life.pause_until_day = paused->said->until_day;
	view_life_put(apply, &life);
	return view_move_state(apply, DD_ACT_PAUSE);
}

int apply_task_resumed(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskResumed *resumed = body;
	struct view_task *task = &apply->task;
	struct view_life life;
	int rc = view_fix_decision(apply);

	if (rc == DD_OK)
		rc = view_move_state(apply, DD_ACT_RESUME);
	if (rc == DD_OK)
		rc = view_life_get(apply->view, true, task->id, &life);
	if (rc != DD_OK)
		return rc;
	if ((int)resumed->to < 0 || (int)resumed->to >= DD_TASK_STATE_COUNT ||
	    !dd_task_state_open((enum dd_task_state)resumed->to))
		return apply_contradiction(apply, "work does not go on in state %d",
					   (int)resumed->to);
	task->state = (uint8_t)resumed->to;
	task->due_day = resumed->due_day;
	task->paused_days += resumed->paused_days;
	life.pause_state = 0;
	life.pause_from_day = 0;
	life.pause_until_day = 0;
	view_life_put(apply, &life);
	return DD_OK;
}

static int close_asks(struct apply *apply)
{
	struct view_ask ask;
	struct dd_key key;
	uint64_t at = 0;
	int rc = view_newest_get(apply->view, true, VIEW_ASK, apply->task.id, &at);

	for (; rc == DD_OK && at != 0; at = ask.previous) {
		rc = view_ask_get(apply->view, true, apply->task.id, at, &ask);
		if (rc != DD_OK || ask.state >= DONDOC__V1__ASK_STATE__ASK_CLOSED)
			continue;
		ask.state = DONDOC__V1__ASK_STATE__ASK_CLOSED;
		view_key_of_task(&key, VIEW_ASK, apply->task.id, at);
		rc = view_record_turn(apply->view, &key, &ask, sizeof(ask));
		if (rc == DD_OK)
			rc = view_request_close(apply, at);
	}
	return rc;
}

int view_drop_pending(struct apply *apply)
{
	struct view_task *task = &apply->task;
	int rc = view_request_close(apply, task->pending_completion);

	if (rc == DD_OK)
		rc = view_request_close(apply, task->pending_extension);
	if (rc == DD_OK)
		rc = view_request_close(apply, task->pending_other);
	task->pending_completion = 0;
	task->pending_extension = 0;
	task->proposed_due_day = 0;
	task->pending_other = 0;
	task->pending_other_kind = 0;
	return rc == DD_OK ? close_asks(apply) : rc;
}

int apply_task_cancelled(struct apply *apply, const void *body)
{
	int rc = view_fix_decision(apply);

	(void)body;
	if (rc == DD_OK)
		rc = view_drop_pending(apply);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_CANCEL) : rc;
}

/* It leaves lists, codes and counts, of days that are over too; what it was stays. */
int apply_task_removed(struct apply *apply, const void *body)
{
	(void)body;
	view_task_leave(apply);
	view_fix_void(apply, 0); /* it never was */
	return view_drop_pending(apply);
}

/* --- within the unit ---------------------------------------------------------------------------
 */

int apply_task_passed_on(struct apply *apply, const void *body)
{
	const Dondoc__V1__PassOn *said = ((const Dondoc__V1__TaskPassedOn *)body)->said;
	struct view_life life;
	int rc;

	if (!said)
		return unsaid(apply);
	rc = view_life_get(apply->view, true, apply->task.id, &life);
	if (rc == DD_OK)
		rc = apply_code(apply, life.division, sizeof(life.division), said->division);
	if (rc != DD_OK)
		return rc;
	life.internal_due_day = said->internal_due_day;
	view_life_put(apply, &life);
	view_note_received(apply);
	return view_move_state(apply, DD_ACT_PASS_ON);
}

int apply_unchanged_reported(struct apply *apply, const void *body)
{
	(void)body;
	view_fix_report(apply);
	view_note_received(apply);
	apply->task.updated_us = apply->event->header->record_us;
	return view_move_state(apply, DD_ACT_UNCHANGED);
}

int apply_product_reported(struct apply *apply, const void *body)
{
	const Dondoc__V1__ReportProduct *said = ((const Dondoc__V1__ProductReported *)body)->said;
	struct view_product product;
	struct dd_key key;

	if (!said)
		return unsaid(apply);
	memset(&product, 0, sizeof(product));
	product.sequence = apply->event->sequence;
	product.number = said->product;
	product.state = (uint8_t)said->state;
	view_key_product(&key, apply->task.id, said->product);
	view_record_put(apply->view, &key, &product, sizeof(product), &said->base);
	if (said->state >= DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED)
		return DD_OK; /* the deciding side's: no work of the lead */
	view_note_received(apply);
	apply->task.updated_us = apply->event->header->record_us;
	apply->task.updated_before_us = apply->task.updated_us; /* it is not withdrawn */
	return view_move_state(apply, DD_ACT_PRODUCT);
}
