/* view_apply_evidence.c - files attached, and their destruction. */
#include "common/base/clock.h"
#include "common/view/view_apply.h"
#include "common/view/view_evidence.h"
#include <inttypes.h>
#include <string.h>

/* A record and the packed message behind it. */
static void put_with(struct view *view, const struct dd_key *key, const void *head, size_t head_len,
		     const ProtobufCMessage *message)
{
	struct dd_buf *buf = &view->scratch;
	size_t len = protobuf_c_message_get_packed_size(message);

	dd_buf_clear(buf);
	dd_buf_add(buf, head, head_len);
	buf->len += protobuf_c_message_pack(message, dd_buf_reserve(buf, len));
	view_put(view, key, buf->data, buf->len);
}

static int check_hash(const struct apply *apply, const ProtobufCBinaryData *hash)
{
	return hash->len == 32 ? DD_OK : apply_contradiction(apply, "a file without its hash");
}

static void put_file(struct view *view, const uint8_t hash[32], const struct view_file *file)
{
	struct dd_key key;

	view_key_id(&key, VIEW_FILE, hash);
	view_put(view, &key, file, sizeof(*file));
}

static void note_content(const struct apply *apply, struct view_file *file, uint64_t size,
			 const char *type)
{
	size_t len = strnlen(type, sizeof(file->type) - 1);

	memset(file->type, 0, sizeof(file->type));
	memcpy(file->type, type, len);
	file->size = size;
	file->arrived = apply->event->sequence;
}

/* --- files ---------------------------------------------------------------------------------- */

int apply_file_attached(struct apply *apply, const void *body)
{
	const Dondoc__V1__AttachFile *said = ((const Dondoc__V1__FileAttached *)body)->said;
	struct view_file_of of = {.sequence = apply->event->sequence,
				  .day = dd_day_of(apply->event->header->record_us)};
	struct view_file_trace trace = {.task = apply->task.id};
	struct view_file file = {.size = 0};
	struct dd_key key;
	int rc;

	if (!said || !said->file)
		return apply_contradiction(apply, "it names no file");
	rc = check_hash(apply, &said->file->hash);
	if (rc != DD_OK)
		return rc;
	rc = view_file(apply->view, true, said->file->hash.data, &file);
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		return rc;
	if (said->later && file.arrived == 0) {
		file.size = said->file->size;
		file.promised = file.promised ? file.promised : apply->event->sequence;
	} else if (file.arrived == 0) {
		note_content(apply, &file, said->file->size, said->file->type);
	}
	file.destroyed_by = 0;
	put_file(apply->view, said->file->hash.data, &file);
	view_key_file_task(&key, said->file->hash.data, apply->task.id);
	view_put(apply->view, &key, "", 0);
	memcpy(trace.hash, said->file->hash.data, sizeof(trace.hash));
	view_key_u64(&key, VIEW_FILE, apply->event->sequence);
	view_put(apply->view, &key, &trace, sizeof(trace));
	view_key_file_of(&key, apply->task.id, said->file->hash.data);
	put_with(apply->view, &key, &of, sizeof(of), &said->base);
	return DD_OK;
}

int apply_file_arrived(struct apply *apply, const void *body)
{
	const Dondoc__V1__FileArrived *arrived = body;
	struct view_file file;
	int rc = check_hash(apply, &arrived->hash);

	if (rc == DD_OK)
		rc = view_file(apply->view, true, arrived->hash.data, &file);
	if (rc == DD_ERR_NOT_FOUND) /* what attached it is destroyed */
		return DD_OK;
	if (rc != DD_OK)
		return rc;
	note_content(apply, &file, arrived->size, arrived->type);
	put_file(apply->view, arrived->hash.data, &file);
	return DD_OK;
}

int apply_file_detached(struct apply *apply, const void *body)
{
	const Dondoc__V1__DetachFile *said = ((const Dondoc__V1__FileDetached *)body)->said;
	struct dd_val rest;
	struct view_file_of of;
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;
	int rc;

	if (!said)
		return apply_contradiction(apply, "it says nothing");
	rc = check_hash(apply, &said->hash);
	if (rc == DD_OK)
		rc = view_file_of(apply->view, true, apply->task.id, said->hash.data, &of, &rest);
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc != DD_OK)
		return rc;
	of.detached = apply->event->sequence;
	dd_buf_clear(buf);
	dd_buf_add(buf, &of, sizeof(of));
	dd_buf_add(buf, rest.data, rest.len);
	view_key_file_of(&key, apply->task.id, said->hash.data);
	view_put(apply->view, &key, buf->data, buf->len);
	return DD_OK;
}

/* --- destruction ---------------------------------------------------------------------------- */

static void note_person(const struct apply *apply, uint8_t out[16])
{
	const Dondoc__V1__Actor *actor = apply->event->header->actor;

	if (actor && actor->person.len == 16)
		memcpy(out, actor->person.data, 16);
}

int apply_destruction_ordered(struct apply *apply, const void *body)
{
	const Dondoc__V1__OrderDestruction *said =
		((const Dondoc__V1__DestructionOrdered *)body)->said;
	struct view_destroy order = {.decided = 0};
	struct dd_key key;

	if (!said)
		return apply_contradiction(apply, "it orders nothing");
	note_person(apply, order.ordered_by);
	view_key_u64(&key, VIEW_DESTROY, apply->event->sequence);
	put_with(apply->view, &key, &order, sizeof(order), &said->base);
	return DD_OK;
}

/* The order and what it says, in the view's arena. */
static int load_order(struct apply *apply, uint64_t sequence, struct view_destroy *order,
		      Dondoc__V1__OrderDestruction **said_out)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	struct dd_val val;
	int rc = view_destroy(apply->view, true, sequence, order, &val);

	if (rc == DD_ERR_NOT_FOUND)
		return apply_contradiction(apply, "there is no order %" PRIu64, sequence);
	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	*said_out = dondoc__v1__order_destruction__unpack(&allocator, val.len, val.data);
	return *said_out ? DD_OK : apply_contradiction(apply, "the order cannot be read");
}

/* From now on nobody attaches the file again before it is gone. */
static void note_order(struct apply *apply, const uint8_t hash[32], uint64_t order)
{
	struct view_file file = {.size = 0};

	if (view_file(apply->view, true, hash, &file) != DD_OK)
		file = (struct view_file){.size = 0};
	file.destroyed_by = order;
	put_file(apply->view, hash, &file);
}

/* The words go at once, and each event says by which order. */
static int take_words(struct apply *apply, const Dondoc__V1__DestructionConfirmed *decision,
		      bool *words_out)
{
	struct dd_key key;
	int rc = DD_OK;

	for (size_t i = 0; i < decision->n_events; i++) {
		view_key_destroyed(&key, decision->events[i]);
		view_put(apply->view, &key, &decision->said->order, sizeof(decision->said->order));
	}
	for (size_t i = 0; rc == DD_OK && i < decision->n_rest; i++)
		rc = view_apply_rest(apply, decision->rest[i], words_out);
	return rc;
}

int apply_destruction_confirmed(struct apply *apply, const void *body)
{
	const Dondoc__V1__DestructionConfirmed *decision = body;
	Dondoc__V1__OrderDestruction *said;
	struct view_destroy order;
	struct dd_key key;
	bool words = false;
	int rc;

	if (!decision->said)
		return apply_contradiction(apply, "it decides nothing");
	rc = load_order(apply, decision->said->order, &order, &said);
	if (rc != DD_OK)
		return rc;
	order.decided = apply->event->sequence;
	order.refused = !decision->said->confirmed;
	note_person(apply, order.decided_by);
	if (decision->said->confirmed && said->file.len == 32)
		note_order(apply, said->file.data, decision->said->order);
	if (decision->said->confirmed)
		rc = take_words(apply, decision, &words);
	if (rc != DD_OK)
		return rc;
	order.held = words;
	apply->view->orders_changed = apply->event->sequence;
	said->events = decision->events;
	said->n_events = decision->n_events;
	view_key_u64(&key, VIEW_DESTROY, decision->said->order);
	put_with(apply->view, &key, &order, sizeof(order), &said->base);
	return DD_OK;
}

/* What stays of one event, in an event of its own: its words go at once, like those that the
 * confirmation itself tells. At an office the order may be unknown that it belongs to. */
int apply_destruction_rest(struct apply *apply, const void *body)
{
	const Dondoc__V1__DestructionRest *event = body;
	Dondoc__V1__OrderDestruction *said;
	struct view_destroy order;
	struct dd_key key;
	bool words = false;
	int rc;

	if (!event->rest)
		return apply_contradiction(apply, "it says nothing");
	rc = view_apply_rest(apply, event->rest, &words);
	if (rc == DD_OK)
		rc = load_order(apply, event->order, &order, &said);
	if (rc != DD_OK || !words)
		return rc;
	order.held = 1;
	view_key_u64(&key, VIEW_DESTROY, event->order);
	put_with(apply->view, &key, &order, sizeof(order), &said->base);
	return DD_OK;
}

/* What the event at `sequence` has left, if it attached a file. */
static int drop_trace(struct apply *apply, uint64_t sequence, bool *words_out)
{
	struct view_file_trace trace;
	struct dd_val val;
	struct dd_key key;
	int rc;

	view_key_u64(&key, VIEW_FILE, sequence);
	rc = view_get(apply->view, true, &key, &val);
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc == DD_OK)
		rc = view_head_split(&val, &trace, sizeof(trace), NULL);
	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	view_del(apply->view, &key);
	view_key_file_of(&key, trace.task, trace.hash);
	view_del(apply->view, &key);
	view_key_file_task(&key, trace.hash, trace.task);
	view_del(apply->view, &key);
	*words_out = true;
	return DD_OK;
}

/* From here on the view is as one that is built anew from the log without those bodies. */
int apply_destruction_done(struct apply *apply, const void *body)
{
	const Dondoc__V1__DestructionDone *done = body;
	Dondoc__V1__OrderDestruction *said;
	struct view_destroy order;
	struct dd_key key;
	bool words;
	int rc = load_order(apply, done->order, &order, &said);

	words = rc == DD_OK && order.held;
	for (size_t i = 0; rc == DD_OK && i < said->n_events; i++)
		rc = drop_trace(apply, said->events[i], &words);
	/* Whoever follows the log has the words in pages that nothing names any more. */
	if (rc == DD_OK && words)
		rc = view_outdate(apply->view, apply->err);
	if (rc != DD_OK)
		return rc;
	order.held = 0;
	if (said->file.len == 32)
		put_file(apply->view, said->file.data,
			 &(struct view_file){.destroyed_by = done->order});
	apply->view->orders_changed = apply->event->sequence;
	order.done = apply->event->sequence;
	order.generation = done->generation;
	view_key_u64(&key, VIEW_DESTROY, done->order);
	put_with(apply->view, &key, &order, sizeof(order), &said->base);
	return DD_OK;
}
