/* view_apply_rest.c - events whose words were destroyed by order of two persons.
 *
 * Events of the order say what stays of each: units, days, numbers. Live the words go with them.
 * Built anew from the log, such an event comes without its words already: without its whole body it
 * does what its header alone can tell, and the order brings the rest; of updates, requests,
 * decisions and tasks' texts the log has kept what stays, and they do what they did. Both ways end
 * alike. */
#include "common/base/id.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_task.h"
#include "common/view/view_unit.h"
#include <string.h>

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name
#define REST(name) DONDOC__V1__DESTROYED_REST__WHAT_##name

/* --- an event without its body --------------------------------------------------------------- */

static int explained_blank(struct apply *apply)
{
	Dondoc__V1__DelayExplained event = DONDOC__V1__DELAY_EXPLAINED__INIT;
	Dondoc__V1__ExplainDelay said = DONDOC__V1__EXPLAIN_DELAY__INIT;

	event.said = &said;
	return apply_delay_explained(apply, &event);
}

/* The asked unit stands in the header, which lets it read the event. */
static int asked_blank(struct apply *apply)
{
	Dondoc__V1__UnitAsked event = DONDOC__V1__UNIT_ASKED__INIT;
	Dondoc__V1__AskUnit said = DONDOC__V1__ASK_UNIT__INIT;

	said.unit = apply->event->header->other_unit;
	event.said = &said;
	return apply_unit_asked(apply, &event);
}

static int commented_blank(struct apply *apply)
{
	Dondoc__V1__Commented event = DONDOC__V1__COMMENTED__INIT;
	Dondoc__V1__Comment said = DONDOC__V1__COMMENT__INIT;

	event.said = &said;
	return apply_commented(apply, &event);
}

static int held_blank(struct apply *apply)
{
	Dondoc__V1__OutgoingHeld event = DONDOC__V1__OUTGOING_HELD__INIT;

	return apply_outgoing_held(apply, &event);
}

enum view_redact view_redactable(Dondoc__V1__EventType type)
{
	switch ((int)type) {
	case TYPE(COMMENTED):
	case TYPE(DELAY_EXPLAINED):
	case TYPE(UNIT_ASKED):
	case TYPE(ASK_ANSWERED):
	case TYPE(OUTGOING_HELD):
	case TYPE(FILE_ATTACHED):
	case TYPE(COMMAND_REFUSED):
		return VIEW_REDACT_BLANK;
	case TYPE(PROGRESS_REPORTED):
	case TYPE(UNCHANGED_REPORTED):
	case TYPE(PRODUCT_REPORTED):
	case TYPE(UPDATE_REPLACED):
	case TYPE(ENTRY_WITHDRAWN):
	case TYPE(COMPLETION_REQUESTED):
	case TYPE(COMPLETION_DECIDED):
	case TYPE(EXTENSION_REQUESTED):
	case TYPE(EXTENSION_DECIDED):
	case TYPE(REFUSAL_REQUESTED):
	case TYPE(REFUSAL_DECIDED):
	case TYPE(TRANSFER_REQUESTED):
	case TYPE(TRANSFER_DECIDED):
	case TYPE(TASK_ADDED):
	case TYPE(TASK_CHANGED):
	case TYPE(DAY_PROMISED):
	case TYPE(REMINDER_DISPUTED):
	case TYPE(TOLD_BY_HAND):
		return VIEW_REDACT_WORDS;
	default:
		return VIEW_REDACT_NO;
	}
}

int view_apply_blank(struct apply *apply)
{
	switch ((int)apply->event->header->type) {
	case TYPE(COMMENTED):
		return commented_blank(apply);
	case TYPE(DELAY_EXPLAINED):
		return explained_blank(apply);
	case TYPE(UNIT_ASKED):
		return asked_blank(apply);
	case TYPE(ASK_ANSWERED): /* which question it is comes with the rest */
		return view_move_state(apply, DD_ACT_ANSWER);
	case TYPE(OUTGOING_HELD):
		return held_blank(apply);
	default: /* nothing rests on it */
		return DD_OK;
	}
}

/* --- what stays ------------------------------------------------------------------------------ */

/* A record of view_life.h as it lies there; false: we do not have it, as at an office. */
static bool has_record(struct view *view, const struct dd_key *key, void *head_out, size_t head,
		       size_t *said_len_out)
{
	struct dd_val val;

	if (view_get(view, true, key, &val) != DD_OK ||
	    view_head_split(&val, head_out, head, NULL) != DD_OK)
		return false;
	*said_len_out = val.len - head;
	return true;
}

static bool explained_rest(struct view *view, uint64_t event,
			   const Dondoc__V1__DelayExplained *rest)
{
	struct view_explanation told;
	struct dd_key key;
	size_t len;

	if (!rest->said)
		return false;
	view_key_of_task(&key, VIEW_EXPLAIN, rest->said->task, event);
	if (!has_record(view, &key, &told, sizeof(told), &len))
		return false;
	told.from_day = rest->said->from_day;
	told.to_day = rest->said->to_day;
	view_record_put(view, &key, &told, sizeof(told), &rest->base);
	return len > protobuf_c_message_get_packed_size(&rest->base);
}

static void turn_request(struct view *view, uint64_t sequence, const int32_t *due_day,
			 uint64_t closed_by)
{
	struct view_request request;
	struct dd_key key;

	if (view_request_get(view, true, sequence, &request) != DD_OK)
		return;
	if (due_day)
		request.proposed_due_day = *due_day;
	if (closed_by != 0 && request.closed_by != 0)
		request.closed_by = closed_by;
	view_key_request(&key, sequence);
	view_put(view, &key, &request, sizeof(request));
}

static bool asked_rest(struct view *view, uint64_t event, const Dondoc__V1__UnitAsked *rest)
{
	struct view_ask ask;
	struct dd_key key;
	size_t len;

	if (!rest->said)
		return false;
	view_key_of_task(&key, VIEW_ASK, rest->said->task, event);
	if (!has_record(view, &key, &ask, sizeof(ask), &len))
		return false;
	ask.due_day = rest->said->due_day;
	turn_request(view, event, &ask.due_day, 0);
	view_record_put(view, &key, &ask, sizeof(ask), &rest->said->base);
	return len > protobuf_c_message_get_packed_size(&rest->said->base);
}

/* An answer leaves its days with the question, unless a later one has taken its place. */
static int answered_rest(struct view *view, uint64_t event, const Dondoc__V1__AskAnswered *rest)
{
	struct view_ask ask;
	struct dd_key key;
	size_t len;

	if (!rest->said)
		return DD_OK;
	view_key_of_task(&key, VIEW_ASK, rest->said->task, rest->said->ask);
	if (!has_record(view, &key, &ask, sizeof(ask), &len) || event < ask.answered_by)
		return DD_OK;
	ask.answered_by = event;
	ask.answered_day = rest->day;
	ask.days_late = rest->days_late;
	turn_request(view, ask.sequence, NULL, event);
	return view_record_turn(view, &key, &ask, sizeof(ask));
}

static void held_rest(struct view *view, uint64_t event, const Dondoc__V1__OutgoingHeld *rest,
		      bool *words_out)
{
	struct view_held held;
	struct dd_key key;
	size_t len;

	view_key_u64(&key, VIEW_HELD, event);
	if (!has_record(view, &key, &held, sizeof(held), &len))
		return;
	held.action = rest->action;
	view_put(view, &key, &held, sizeof(held));
	*words_out = *words_out || len > 0;
}

/* The text that the task had from the event until the next one, or until it was removed. */
static int fields_rest(struct apply *apply, const Dondoc__V1__DestroyedRest *rest,
		       const Dondoc__V1__TaskFields *fields, bool *words_out)
{
	struct view *view = apply->view;
	struct dd_buf *buf = &view->scratch;
	struct dd_key key;
	struct dd_val val;
	size_t len;

	view_key_fields_was(&key, rest->task, rest->replaced_by);
	if (!fields || view_get(view, true, &key, &val) != DD_OK)
		return DD_OK;
	len = dondoc__v1__task_fields__get_packed_size(fields);
	*words_out = *words_out || val.len > len;
	dd_buf_clear(buf);
	buf->len = dondoc__v1__task_fields__pack(fields, dd_buf_reserve(buf, len));
	view_put(view, &key, buf->data, buf->len);
	if (!rest->removed)
		return DD_OK;
	view_key_u64(&key, VIEW_FIELDS, rest->task);
	view_put(view, &key, buf->data, buf->len);
	return view_task_put_search(apply, rest->task, fields);
}

static int product_rest(struct view *view, const Dondoc__V1__DestroyedRest *rest,
			const Dondoc__V1__ReportProduct *said, bool *words_out)
{
	struct view_product product;
	struct dd_key key;
	size_t len;

	if (!said)
		return DD_OK;
	view_key_product(&key, rest->task, said->product);
	if (!has_record(view, &key, &product, sizeof(product), &len) ||
	    product.sequence != rest->event)
		return DD_OK;
	*words_out = *words_out || len > protobuf_c_message_get_packed_size(&said->base);
	view_record_put(view, &key, &product, sizeof(product), &said->base);
	return DD_OK;
}

static void key_noted(struct dd_key *key, uint64_t event)
{
	view_key_u64(key, VIEW_DESTROY, event);
	dd_key_bytes(key, "\2", 1);
}

void view_note_rest(struct view *view, const struct view_event *event)
{
	uint8_t hash[DD_HASH_LEN];
	struct dd_key key;

	dd_hash(event->body, event->body_len, hash);
	key_noted(&key, event->sequence);
	view_put(view, &key, hash, sizeof(hash));
}

/* The log had what stays already when we read the event: it must be the same. */
static int check_noted(struct apply *apply, const Dondoc__V1__DestroyedRest *rest)
{
	uint8_t hash[DD_HASH_LEN];
	struct dd_key key;
	struct dd_val val;
	bool same;

	key_noted(&key, rest->event);
	if (view_get(apply->view, true, &key, &val) != DD_OK)
		return DD_OK;
	dd_hash(rest->body.data, rest->body.len, hash);
	same = val.len == sizeof(hash) && memcmp(val.data, hash, sizeof(hash)) == 0;
	view_del(apply->view, &key);
	return same ? DD_OK
		    : apply_contradiction(
			      apply, "what the log keeps of event %llu is not what stays of it",
			      (unsigned long long)rest->event);
}

/* Where the words of the event lie in the view, too; of most they lie in the log alone. */
static int body_rest(struct apply *apply, const Dondoc__V1__DestroyedRest *rest, bool *words_out)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	Dondoc__V1__EventType type = (Dondoc__V1__EventType)rest->type;
	const ProtobufCMessageDescriptor *of = view_body_of(type);
	const void *body =
		view_redactable(type) == VIEW_REDACT_WORDS && of
			? protobuf_c_message_unpack(of, &allocator, rest->body.len, rest->body.data)
			: NULL;

	if (!body)
		return apply_contradiction(apply, "what stays of event %llu cannot be read",
					   (unsigned long long)rest->event);
	if (check_noted(apply, rest) != DD_OK)
		return DD_ERR_CORRUPT;
	if (type == TYPE(TASK_ADDED))
		return fields_rest(apply, rest, ((const Dondoc__V1__TaskAdded *)body)->task,
				   words_out);
	if (type == TYPE(TASK_CHANGED))
		return fields_rest(apply, rest, ((const Dondoc__V1__TaskChanged *)body)->task,
				   words_out);
	if (type == TYPE(PRODUCT_REPORTED))
		return product_rest(apply->view, rest,
				    ((const Dondoc__V1__ProductReported *)body)->said, words_out);
	if (type == TYPE(TOLD_BY_HAND))
		view_told_rest(apply, rest->event, ((const Dondoc__V1__ToldByHand *)body)->said,
			       words_out);
	return DD_OK;
}

/* Who was mentioned stands with the comment no longer: it is no news. */
static int commented_rest(struct apply *apply, uint64_t event, const Dondoc__V1__Comment *said)
{
	struct dd_key key;
	struct dd_val val;

	if (said == NULL)
		return DD_OK;
	view_key_talk(&key, said->task, event);
	if (view_get(apply->view, true, &key, &val) == 0)
		view_put(apply->view, &key, "", 0);
	return view_note_mentions(apply, event, said);
}

int view_apply_rest(struct apply *apply, const Dondoc__V1__DestroyedRest *rest, bool *words_out)
{
	struct view *view = apply->view;
	int rc = DD_OK;

	switch ((int)rest->what_case) {
	case REST(EXPLAINED):
		*words_out = explained_rest(view, rest->event, rest->explained) || *words_out;
		break;
	case REST(ASKED):
		*words_out = asked_rest(view, rest->event, rest->asked) || *words_out;
		break;
	case REST(ANSWERED):
		rc = answered_rest(view, rest->event, rest->answered);
		break;
	case REST(COMMENTED):
		rc = commented_rest(apply, rest->event, rest->commented->said);
		break;
	case REST(HELD):
		held_rest(view, rest->event, rest->held, words_out);
		break;
	case REST(BODY):
		rc = body_rest(apply, rest, words_out);
		break;
	default:
		break;
	}
	return rc;
}
