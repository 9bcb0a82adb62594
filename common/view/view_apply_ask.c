/* view_apply_ask.c - explanations of lateness, questions to other units, comments. */
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_records.h"
#include <inttypes.h>
#include <string.h>

static int unsaid(const struct apply *apply)
{
	return apply_contradiction(apply, "it does not say what was asked for");
}

/* The event's own record is the newest of its task. */
static void put_newest(struct apply *apply, enum view_table table)
{
	struct dd_key key;

	view_key_of_task(&key, table, apply->task.id, 0);
	view_put(apply->view, &key, &apply->event->sequence, sizeof(apply->event->sequence));
}

/* --- lateness ----------------------------------------------------------------------------------
 */

int apply_delay_explained(struct apply *apply, const void *body)
{
	const Dondoc__V1__ExplainDelay *said = ((const Dondoc__V1__DelayExplained *)body)->said;
	struct view_task *task = &apply->task;
	struct view_explanation explanation;
	struct dd_key key;
	int rc;

	if (!said)
		return unsaid(apply);
	rc = view_request_open(
		apply,
		&(struct view_request_open){.kind = DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION});
	memset(&explanation, 0, sizeof(explanation));
	if (rc == DD_OK)
		rc = view_newest_get(apply->view, true, VIEW_EXPLAIN, task->id,
				     &explanation.previous);
	if (rc != DD_OK)
		return rc;
	explanation.sequence = apply->event->sequence;
	explanation.from_day = said->from_day;
	explanation.to_day = said->to_day;
	view_key_of_task(&key, VIEW_EXPLAIN, task->id, explanation.sequence);
	view_record_put(apply->view, &key, &explanation, sizeof(explanation), body);
	put_newest(apply, VIEW_EXPLAIN);
	task->pending_other = explanation.sequence;
	task->pending_other_kind = DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION;
	return view_move_state(apply, DD_ACT_EXPLAIN);
}

static int excuse(struct apply *apply, uint32_t days)
{
	struct view_life life;
	int rc = view_life_get(apply->view, true, apply->task.id, &life);

	if (rc != DD_OK)
		return rc;
	life.excused_days += days;
	view_life_put(apply, &life);
	apply->task.flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_EXPLAINED;
	return DD_OK;
}

int apply_explanation_decided(struct apply *apply, const void *body)
{
	const Dondoc__V1__ExplanationDecided *decided = body;
	struct view_task *task = &apply->task;
	uint64_t pending = task->pending_other;
	struct view_explanation explanation;
	struct dd_key key;
	int rc;

	if (!decided->said)
		return unsaid(apply);
	if (pending != decided->said->explanation)
		return apply_contradiction(
			apply, "it decides explanation %" PRIu64 " but %" PRIu64 " is pending",
			decided->said->explanation, pending);
	rc = view_explanation_get(apply->view, true, task->id, pending, &explanation);
	if (rc != DD_OK)
		return apply_contradiction(apply, "there is no explanation %" PRIu64, pending);
	explanation.decided_by = apply->event->sequence;
	explanation.accepted = decided->said->accepted ? 1 : 0;
	explanation.excused_days = decided->excused_days;
	view_key_of_task(&key, VIEW_EXPLAIN, task->id, pending);
	rc = view_record_turn(apply->view, &key, &explanation, sizeof(explanation));
	if (rc == DD_OK && explanation.accepted)
		rc = excuse(apply, explanation.excused_days);
	if (rc == DD_OK)
		rc = view_request_close(apply, pending);
	task->pending_other = 0;
	task->pending_other_kind = 0;
	return rc == DD_OK ? view_move_state(apply, DD_ACT_DECIDE_EXPLANATION) : rc;
}

/* --- questions ---------------------------------------------------------------------------------
 */

int apply_unit_asked(struct apply *apply, const void *body)
{
	const Dondoc__V1__AskUnit *said = ((const Dondoc__V1__UnitAsked *)body)->said;
	const Dondoc__V1__Actor *actor = apply->event->header->actor;
	struct view_task *task = &apply->task;
	struct view_ask ask;
	struct dd_key key;
	int rc;

	if (!said)
		return unsaid(apply);
	memset(&ask, 0, sizeof(ask));
	ask.sequence = apply->event->sequence;
	ask.due_day = said->due_day;
	view_text_copy(ask.asker, sizeof(ask.asker),
		       actor && actor->unit[0] != '\0' ? actor->unit : task->lead_unit);
	rc = apply_code(apply, ask.unit, sizeof(ask.unit), said->unit);
	if (rc == DD_OK)
		rc = view_newest_get(apply->view, true, VIEW_ASK, task->id, &ask.previous);
	if (rc == DD_OK)
		rc = view_request_open(apply, &(struct view_request_open){
						      .kind = DONDOC__V1__REQUEST_KIND__REQUEST_ASK,
						      .from_unit = ask.asker,
						      .decider_unit = ask.unit,
						      .proposed_due_day = ask.due_day,
					      });
	if (rc != DD_OK)
		return rc;
	view_key_of_task(&key, VIEW_ASK, task->id, ask.sequence);
	view_record_put(apply->view, &key, &ask, sizeof(ask), &said->base);
	put_newest(apply, VIEW_ASK);
	return view_move_state(apply, DD_ACT_ASK_UNIT);
}

static int turn_ask(struct apply *apply, const struct view_ask *ask)
{
	struct dd_key key;

	view_key_of_task(&key, VIEW_ASK, apply->task.id, ask->sequence);
	return view_record_turn(apply->view, &key, ask, sizeof(*ask));
}

int apply_ask_answered(struct apply *apply, const void *body)
{
	const Dondoc__V1__AskAnswered *answered = body;
	struct view_ask ask;
	int rc;

	if (!answered->said)
		return unsaid(apply);
	rc = view_ask_get(apply->view, true, apply->task.id, answered->said->ask, &ask);
	if (rc != DD_OK)
		return apply_contradiction(apply, "there is no question %" PRIu64,
					   answered->said->ask);
	ask.state = DONDOC__V1__ASK_STATE__ASK_ANSWERED;
	ask.answered_by = apply->event->sequence;
	ask.answered_day = answered->day;
	ask.days_late = answered->days_late;
	rc = turn_ask(apply, &ask);
	if (rc == DD_OK)
		rc = view_request_close(apply, ask.sequence);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_ANSWER) : rc;
}

int apply_ask_closed(struct apply *apply, const void *body)
{
	const Dondoc__V1__AskClosed *closed = body;
	struct view_ask ask;
	int rc;

	if (!closed->said)
		return unsaid(apply);
	rc = view_ask_get(apply->view, true, apply->task.id, closed->said->ask, &ask);
	if (rc != DD_OK)
		return apply_contradiction(apply, "there is no question %" PRIu64,
					   closed->said->ask);
	ask.state = (uint8_t)closed->state;
	rc = turn_ask(apply, &ask);
	if (rc == DD_OK && closed->state == DONDOC__V1__ASK_STATE__ASK_OPEN)
		rc = view_request_reopen(apply, ask.sequence);
	else if (rc == DD_OK)
		rc = view_request_close(apply, ask.sequence);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_CLOSE_ASK) : rc;
}

/* --- comments ----------------------------------------------------------------------------------
 */

int view_note_mentions(struct apply *apply, uint64_t sequence, const Dondoc__V1__Comment *said)
{
	char recipient[2 + 32 + 1];
	struct dd_key key;

	for (size_t i = 0; i < said->n_mention_units; i++) {
		view_key_talk_to(&key, said->mention_units[i], sequence);
		view_put(apply->view, &key, &said->task, sizeof(said->task));
	}
	for (size_t i = 0; i < said->n_mention_persons; i++) {
		if (said->mention_persons[i].len != 16)
			return apply_contradiction(apply, "a person is not told by 16 bytes");
		recipient[0] = 'p';
		dd_hex(said->mention_persons[i].data, 16, recipient + 1);
		view_key_talk_to(&key, recipient, sequence);
		view_put(apply->view, &key, &said->task, sizeof(said->task));
	}
	return DD_OK;
}

static void put_talk(struct apply *apply, const Dondoc__V1__Comment *said)
{
	const struct view_talk talk = {.day = dd_day_of(apply->event->header->record_us),
				       .units = (uint32_t)said->n_mention_units};
	struct dd_buf record = {0};
	struct dd_key key;

	dd_buf_add(&record, &talk, sizeof(talk));
	for (size_t i = 0; i < said->n_mention_units; i++)
		dd_buf_add(&record, said->mention_units[i], strlen(said->mention_units[i]) + 1);
	view_key_talk(&key, apply->task.id, apply->event->sequence);
	view_put(apply->view, &key, record.data, record.len);
	dd_buf_fini(&record);
}

int apply_commented(struct apply *apply, const void *body)
{
	const Dondoc__V1__Comment *said = ((const Dondoc__V1__Commented *)body)->said;
	int rc;

	if (!said)
		return unsaid(apply);
	put_talk(apply, said);
	rc = view_note_mentions(apply, apply->event->sequence, said);
	return rc == DD_OK ? view_move_state(apply, DD_ACT_COMMENT) : rc;
}

/* --- said to a unit that does not read the task ------------------------------------------------
 */

static int asked_here(struct apply *apply, const Dondoc__V1__UnitAsked *event)
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	const Dondoc__V1__AskUnit *said = event->said;

	if (!said)
		return unsaid(apply);
	return view_request_open(
		apply, &(struct view_request_open){
			       .kind = DONDOC__V1__REQUEST_KIND__REQUEST_ASK,
			       .from_unit = header->actor && header->actor->unit[0] != '\0'
						    ? header->actor->unit
						    : header->unit,
			       .decider_unit = said->unit,
			       .proposed_due_day = said->due_day,
			       .hidden_task = header->subject,
			       .hidden_plan = event->plan,
		       });
}

static int answered_here(struct apply *apply, const Dondoc__V1__AskAnswered *event)
{
	return event->said ? view_request_close(apply, event->said->ask) : unsaid(apply);
}

static int closed_here(struct apply *apply, const Dondoc__V1__AskClosed *event)
{
	if (!event->said)
		return unsaid(apply);
	if (event->state == DONDOC__V1__ASK_STATE__ASK_OPEN)
		return view_request_reopen(apply, event->said->ask);
	return view_request_close(apply, event->said->ask);
}

static int commented_here(struct apply *apply, const Dondoc__V1__Commented *event)
{
	return event->said ? view_note_mentions(apply, apply->event->sequence, event->said)
			   : unsaid(apply);
}

int view_apply_said(struct apply *apply)
{
	const struct view_event *event = apply->event;
	const Dondoc__V1__EventType type = event->header->type;
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	const void *body;

	if (event->redacted || (type != DONDOC__V1__EVENT_TYPE__EVENT_COMMENTED &&
				type != DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ASKED &&
				type != DONDOC__V1__EVENT_TYPE__EVENT_ASK_ANSWERED &&
				type != DONDOC__V1__EVENT_TYPE__EVENT_ASK_CLOSED))
		return DD_OK;
	body = protobuf_c_message_unpack(view_body_of(type), &allocator, event->body_len,
					 event->body);
	if (!body)
		return apply_contradiction(apply, "its body cannot be read");
	if (type == DONDOC__V1__EVENT_TYPE__EVENT_COMMENTED)
		return commented_here(apply, body);
	if (type == DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ASKED)
		return asked_here(apply, body);
	if (type == DONDOC__V1__EVENT_TYPE__EVENT_ASK_ANSWERED)
		return answered_here(apply, body);
	return closed_here(apply, body);
}
