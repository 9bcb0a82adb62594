/* task_decide.c - what becomes of one command: known already, out of order, not for this principal,
 * unreadable, or decided by a rule and written into the batch. */
#include "services/task/task_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/app/app.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/domain/unit_code.h"
#include "common/net/envelope.h"
#include "services/task/task_sheet.h"

#define POSITION_MAX 100u /* bytes: "văn thư", "phó trưởng phòng"; no place for names */

#define HELD_RETRY_MS 30000u

static void reply_plain(struct task_engine *engine, const struct task_ticket *ticket,
			Dondoc__V1__Outcome outcome, uint64_t expected)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;

	reply.outcome = outcome;
	reply.expected = expected;
	task_batch_reply(engine, ticket, &reply);
}

/* --- known already ---------------------------------------------------------------------------- */

static void answer_with(struct task_batch *batch, size_t index, const struct task_ticket *ticket)
{
	struct task_pending *known = &batch->pending[index];
	struct task_pending *again =
		task_batch_pending(batch, ticket, known->first, known->last, known->digest);

	known = &batch->pending[index]; /* the array may have moved */
	again->refusal = known->refusal;
	again->argument_count = known->argument_count;
	again->held = known->held;
	if (known->arguments != NULL)
		again->arguments = dd_memdup(known->arguments, 3 * sizeof(*known->arguments));
	if (known->import == NULL)
		return;
	again->import = dd_alloc(sizeof(*again->import)); /* its counts, without its rows */
	*again->import = (struct task_import_result){.plain = known->import->plain,
						     .argument = "",
						     .added = known->import->added,
						     .changed = known->import->changed,
						     .unchanged = known->import->unchanged};
}

static bool repeat_in(struct task_batch *batch, const struct task_queued *item, uint64_t first,
		      const uint8_t digest[DD_HASH_LEN])
{
	for (size_t i = 0; i < batch->pending_count; i++) {
		if (batch->pending[i].first != first || batch->pending[i].conflict)
			continue;
		if (memcmp(batch->pending[i].digest, digest, DD_HASH_LEN) != 0)
			return false;
		answer_with(batch, i, &item->ticket);
		return true;
	}
	return false;
}

static struct task_batch *batch_of(const struct task_engine *engine, uint64_t sequence)
{
	struct task_batch *flying = engine->flying;

	return flying != NULL && sequence < flying->base + flying->records ? flying : engine->open;
}

/* The same command again while its batch is open or flying: the answer comes with the batch. */
static void repeat_pending(struct task_engine *engine, const struct task_queued *item,
			   uint64_t first, const uint8_t digest[DD_HASH_LEN])
{
	if (repeat_in(engine->open, item, first, digest) ||
	    (engine->flying != NULL && repeat_in(engine->flying, item, first, digest))) {
		engine->stats.duplicates++;
		return;
	}
	/* That the number is taken is true only if that batch becomes durable. */
	task_batch_pending(batch_of(engine, first), &item->ticket, first, first, NULL)->conflict =
		true;
	engine->stats.conflicts++;
}

/* How much an import did, from the last event of its group. The caller frees; NULL: it was none. */
static Dondoc__V1__GroupClosed *closed_at(struct task_engine *engine, uint64_t last)
{
	Dondoc__V1__GroupClosed *closed = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error ignored;

	if (dd_eventlog_get(engine->options.log, last, &frame, &record, &ignored) == DD_OK &&
	    record.kind == DD_RECORD_FULL)
		closed = dondoc__v1__group_closed__unpack(NULL, record.body_len, record.body);
	dd_buf_fini(&frame);
	return closed;
}

/* Give the answer again that was given before, from the log itself. */
static void repeat_answer(struct task_engine *engine, const struct task_queued *item,
			  const struct dd_record *record, uint64_t last)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Receipt receipt = DONDOC__V1__RECEIPT__INIT;
	Dondoc__V1__CommandRefused *refused = NULL;
	Dondoc__V1__GroupClosed *closed = NULL;
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	struct dd_position position;
	struct dd_error err;

	if (header == NULL ||
	    dd_eventlog_position(engine->options.log, last, &position, &err) != DD_OK) {
		dondoc__v1__event_header__free_unpacked(header, NULL);
		task_batch_busy(engine, &item->ticket, 1000);
		return;
	}
	reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	reply.receipt = &receipt;
	receipt.incarnation = position.incarnation;
	receipt.sequence = last;
	reply.held = header->type == DONDOC__V1__EVENT_TYPE__EVENT_OUTGOING_HELD;
	receipt.chain.data = position.chain;
	receipt.chain.len = DD_HASH_LEN;
	if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED) {
		reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_REFUSED;
		if (record->kind == DD_RECORD_FULL)
			refused = dondoc__v1__command_refused__unpack(NULL, record->body_len,
								      record->body);
		if (refused != NULL) {
			reply.refusal = refused->refusal;
			reply.counts = refused->counts;
		}
	} else if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_GROUP_OPENED) {
		closed = closed_at(engine, last);
		reply.counts = closed != NULL ? closed->counts : NULL;
	}
	engine->stats.duplicates++;
	task_batch_reply(engine, &item->ticket, &reply);
	dondoc__v1__group_closed__free_unpacked(closed, NULL);
	dondoc__v1__command_refused__free_unpacked(refused, NULL);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static bool same_digest(const struct dd_record *record, const uint8_t digest[DD_HASH_LEN])
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	bool same = header != NULL && header->cause != NULL &&
		    header->cause->digest.len == DD_HASH_LEN &&
		    memcmp(header->cause->digest.data, digest, DD_HASH_LEN) == 0;

	dondoc__v1__event_header__free_unpacked(header, NULL);
	return same;
}

static void repeat(struct task_engine *engine, const struct task_queued *item,
		   const uint8_t digest[DD_HASH_LEN])
{
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	struct view_command known;

	if (view_command(engine->options.view, true, item->who.text, item->stream, item->number,
			 &known) != DD_OK) {
		dd_log(DD_LOG_ERROR, "task.command_index_lacks", dd_f_uint("number", item->number));
		task_batch_busy(engine, &item->ticket, 1000);
		return;
	}
	if (known.first > engine->head.sequence) {
		repeat_pending(engine, item, known.first, digest);
		return;
	}
	if (dd_eventlog_get(engine->options.log, known.first, &frame, &record, &err) != DD_OK) {
		dd_log(DD_LOG_ERROR, "task.record_unreadable", dd_f_uint("sequence", known.first),
		       dd_f_text("why", err.text));
		task_batch_busy(engine, &item->ticket, 1000);
	} else if (!same_digest(&record, digest)) {
		engine->stats.conflicts++;
		reply_plain(engine, &item->ticket, DONDOC__V1__OUTCOME__OUTCOME_CONFLICT, 0);
	} else {
		repeat_answer(engine, item, &record, known.last);
	}
	dd_buf_fini(&frame);
}

/* --- new ------------------------------------------------------------------------------------- */

static void write_event(struct task_engine *engine, const struct task_queued *item,
			const struct task_origin *origin, struct task_outcome *outcome)
{
	struct task_record record = {.type = outcome->type,
				     .message = outcome->message,
				     .subject = outcome->subject,
				     .previous = outcome->previous,
				     .unit = outcome->unit,
				     .other_unit = outcome->other_unit};
	uint64_t sequence = task_batch_emit(engine, origin, &record);

	if (sequence == 0) {
		task_refuse(outcome, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "body", NULL,
			    NULL);
		task_decide_refuse(engine, item, origin, outcome);
		return;
	}
	if (outcome->type == DONDOC__V1__EVENT_TYPE__EVENT_CLOCK_CONFIRMED)
		engine->open->releasing = true;
	task_batch_pending(engine->open, &item->ticket, sequence, sequence, origin->digest);
	engine->stats.accepted++;
}

/* What the client puts into every header, which no redaction takes back: ids of their length or
 * none, and short texts. */
static bool header_fits(const Dondoc__V1__CommandBody *body)
{
	if (body->correlation.len != 0 && body->correlation.len != DD_ID_LEN)
		return false;
	if (body->nonce.len != 0 && body->nonce.len != DD_ID_LEN)
		return false;
	if (body->sheet != NULL && !task_sheet_fits(body->sheet))
		return false;
	if (body->actor == NULL)
		return true;
	return (body->actor->person.len == 0 || body->actor->person.len == DD_ID_LEN) &&
	       strlen(body->actor->position) <= POSITION_MAX &&
	       strlen(body->actor->unit) <= DD_UNIT_CODE_MAX;
}

/* Read the body; false with a refusal in *outcome if it cannot be taken as it is. */
static bool read_body(struct task_engine *engine, const uint8_t *bytes, size_t len,
		      Dondoc__V1__CommandBody **body_out, struct task_outcome *outcome)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&engine->scratch);

	dd_arena_reset(&engine->scratch);
	*body_out = dondoc__v1__command_body__unpack(&allocator, len, bytes);
	if (*body_out == NULL || !dd_pb_valid(&(*body_out)->base) ||
	    !dd_pb_whole(&(*body_out)->base, len) || !header_fits(*body_out)) {
		*body_out = NULL;
		task_refuse(outcome, DONDOC__V1__REFUSAL_CODE__REFUSAL_MALFORMED, NULL, NULL, NULL);
		return false;
	}
	if (dd_pb_unknown(&(*body_out)->base) ||
	    (*body_out)->action_case == DONDOC__V1__COMMAND_BODY__ACTION__NOT_SET) {
		task_refuse(outcome, DONDOC__V1__REFUSAL_CODE__REFUSAL_NEWER_CLIENT, NULL, NULL,
			    NULL);
		return false;
	}
	return true;
}

/* Numbers of tasks, requests and versions are places in one log: a client that has seen another
 * log, or a future that a restore took away, speaks of other things by the same numbers. */
static bool of_this_log(const struct task_engine *engine, const Dondoc__V1__CommandBody *body)
{
	const Dondoc__V1__Position *seen = body->last_seen;

	if (seen == NULL || seen->log_id.len == 0)
		return true;
	return seen->log_id.len == DD_ID_LEN &&
	       memcmp(seen->log_id.data, engine->head.log_id, DD_ID_LEN) == 0 &&
	       seen->incarnation <= engine->head.incarnation;
}

/* A doubtful clock: nothing is recorded but the operator's word about it, not even a refusal. */
static bool held_back(struct task_engine *engine, const struct task_queued *item)
{
	if (engine->held[0] == '\0')
		return false;
	task_batch_busy(engine, &item->ticket, HELD_RETRY_MS);
	return true;
}

bool task_decide_stored(struct task_engine *engine, const struct task_queued *item,
			bool *answered_out)
{
	struct dd_error err;
	int r;

	*answered_out = false;
	if (engine->flying != NULL || dd_frame_count(&engine->open->frame) > 0)
		return false;
	r = view_lag(engine->options.view) > 0 ? view_flush(engine->options.view, &err) : DD_OK;
	if (r == DD_OK)
		return true;
	if (r != DD_ERR_FULL)
		dd_app_die("task.view_failed", &err);
	task_batch_busy(engine, &item->ticket, 1000);
	*answered_out = true;
	return false;
}

static bool undurable(const struct task_engine *engine)
{
	return engine->flying != NULL || dd_frame_count(&engine->open->frame) > 0;
}

/* With the rows of its file that are wrong, which the answer takes over. */
static void refuse(struct task_engine *engine, const struct task_queued *item,
		   const struct task_origin *origin, struct task_outcome *outcome)
{
	struct task_import_result *faults = outcome->faults;

	outcome->faults = NULL;
	task_decide_refuse_import(engine, item, origin, outcome, faults);
}

/* False: the command must wait for a batch of its own. */
static bool decide_by_rule(struct task_engine *engine, const struct task_queued *item,
			   const struct task_origin *origin, enum dd_command_kind kind)
{
	struct task_case c = {.view = engine->options.view,
			      .log = engine->options.log,
			      .files = engine->options.files,
			      .access = engine->options.access,
			      .who = &item->who,
			      .body = origin->body,
			      .stream = item->stream,
			      .seen = origin->seen,
			      .record_us = engine->open->record_us,
			      .last_record_us = task_batch_newest_us(engine)};
	struct task_outcome outcome;
	bool taken = true;

	if (task_rules_want_all(kind) && !task_decide_stored(engine, item, &taken))
		return taken;
	if (task_rules_want_log(kind) && undurable(engine))
		return false;
	taken = true;
	task_rules_decide(&c, kind, &outcome);
	if (outcome.type != DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN)
		write_event(engine, item, origin, &outcome);
	else if (outcome.effects.count > 0)
		taken = task_bulk_effects(engine, item, origin, &outcome);
	else if (!held_back(engine, item))
		refuse(engine, item, origin, &outcome);
	if (outcome.faults != NULL)
		task_import_free(outcome.faults);
	free(outcome.faults);
	task_events_free(&outcome.effects);
	return taken;
}

/* An office cannot take back what it has seen by opening another stream; that costs a look-up where
 * the stream is new, and once in a while (view_apply_cause.c). */
static uint64_t seen_before(const struct task_engine *engine, const struct task_queued *item,
			    const struct view_stream *stream)
{
	uint64_t shared = 0;

	if (item->who.cls == DD_PRINCIPAL_OFFICE &&
	    (stream->shared_us == 0 ||
	     engine->open->record_us - stream->shared_us >= VIEW_SHARED_US))
		(void)view_seen(engine->options.view, true, item->who.text, item->who.key, &shared);
	return shared > stream->seen ? shared : stream->seen;
}

static bool decide_new(struct task_engine *engine, const struct task_queued *item,
		       const uint8_t *bytes, const uint8_t digest[DD_HASH_LEN],
		       const struct view_stream *stream)
{
	struct task_origin origin = {.who = &item->who,
				     .stream = item->stream,
				     .number = item->number,
				     .digest = digest,
				     .seen = seen_before(engine, item, stream),
				     .count = 1};
	enum dd_command_kind kind = DD_COMMAND_WITHDRAWN;
	Dondoc__V1__CommandBody *body = NULL;
	struct task_outcome outcome;
	bool readable;

	outcome.effects = (struct task_events){0};
	readable = item->body_len == 0 || read_body(engine, bytes, item->body_len, &body, &outcome);

	origin.body = body;
	if (!readable) {
		if (!held_back(engine, item))
			task_decide_refuse(engine, item, &origin, &outcome);
		return true;
	}
	if (body != NULL)
		kind = task_rules_kind(body);
	if (!dd_permission_principal(dd_principal_class_name(item->who.cls), kind)) {
		engine->stats.denied++;
		reply_plain(engine, &item->ticket, DONDOC__V1__OUTCOME__OUTCOME_DENIED, 0);
		return true;
	}
	if (kind != DD_COMMAND_CONFIRM_CLOCK && held_back(engine, item))
		return true;
	if (body != NULL && (!of_this_log(engine, body) || task_restored_lost(engine, body))) {
		task_refuse(&outcome, DONDOC__V1__REFUSAL_CODE__REFUSAL_OTHER_LOG, NULL, NULL,
			    NULL);
		task_decide_refuse(engine, item, &origin, &outcome);
		return true;
	}
	if (kind == DD_COMMAND_IMPORT_PLAN || kind == DD_COMMAND_IMPORT_CALENDAR)
		return task_bulk_take(engine, item, &origin);
	return decide_by_rule(engine, item, &origin, kind);
}

/* By what is durable: what is on its way answers for itself, and may never have been. */
static void gap(struct task_engine *engine, const struct task_queued *item)
{
	struct view_stream durable = {.last_number = 0};

	(void)view_stream(engine->options.view, false, item->who.text, item->stream, &durable);
	engine->stats.gaps++;
	reply_plain(engine, &item->ticket, DONDOC__V1__OUTCOME__OUTCOME_GAP,
		    durable.last_number + 1);
}

bool task_decide(struct task_engine *engine, const struct task_queued *item, const uint8_t *body)
{
	uint8_t digest[DD_HASH_LEN];
	struct view_stream stream;
	int r;

	if (!item->stream_valid || item->number == 0) {
		engine->stats.denied++;
		reply_plain(engine, &item->ticket, DONDOC__V1__OUTCOME__OUTCOME_DENIED, 0);
		return true;
	}
	r = view_stream(engine->options.view, true, item->who.text, item->stream, &stream);
	if (r == DD_ERR_NOT_FOUND) {
		stream = (struct view_stream){.last_number = 0};
	} else if (r != DD_OK) {
		task_batch_busy(engine, &item->ticket, 1000);
		return true;
	}
	if (item->number > stream.last_number + 1) {
		gap(engine, item);
		return true;
	}
	dd_hash(body, item->body_len, digest);
	if (item->number <= stream.last_number) {
		repeat(engine, item, digest);
		return true;
	}
	return decide_new(engine, item, body, digest, &stream);
}
