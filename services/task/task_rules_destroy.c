/* task_rules_destroy.c - destruction by order of two persons: the first orders with reason and
 * document, the second, another one, agrees; then the service carries it out and says so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/view/view_evidence.h"
#include "common/view/view_walk.h"
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_destroy.h"
#include "services/task/task_rules_all.h"

#define EVENTS_MAX 1000u
/* What stays is told event by event, all in the frame of one command. */
#define REST_MAX       500u
#define REST_BYTES_MAX 400000u
#define PER_REST       32u /* tag, length and order */
#define CODE(name)     DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name

/* What an order comes to: the events whose bodies go. */
struct scope {
	enum dd_command_kind kind;
	uint64_t events[EVENTS_MAX];
	size_t count;
	struct {
		Dondoc__V1__DestroyedRest *of; /* owned */
		char unit[32], other_unit[32]; /* who may see the event */
	} rest[REST_MAX];
	size_t rest_count, rest_bytes;
};

static void scope_free(struct scope *scope)
{
	for (size_t i = 0; i < scope->rest_count; i++)
		dondoc__v1__destroyed_rest__free_unpacked(scope->rest[i].of, NULL);
	free(scope);
}

static void refuse_entry(struct task_outcome *out, const char *what, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	task_refuse(out, CODE(UNKNOWN_ENTRY), what, text, NULL);
}

static bool add_event(struct scope *scope, uint64_t sequence, struct task_outcome *out)
{
	if (scope->count == EVENTS_MAX) {
		task_refuse(out, CODE(TOO_LARGE), "events", "1000", NULL);
		return false;
	}
	scope->events[scope->count++] = sequence;
	return true;
}

/* The actor's part in the task, as for any other command about it. */
static bool part_in(const struct task_case *c, enum dd_command_kind kind, uint64_t id,
		    struct task_outcome *out)
{
	struct view_task task;

	if (view_task(c->view, true, id, &task) != DD_OK) {
		refuse_entry(out, "task", id);
		return false;
	}
	return task_actor_part(c, &task, kind, "destroy", out);
}

/* --- events that are named -------------------------------------------------------------------- */

/* What stays of the event, within what one record can tell. */
static bool note_rest(struct scope *scope, const struct task_words *words, struct task_outcome *out)
{
	Dondoc__V1__DestroyedRest *rest = task_words_rest(words);
	size_t at = scope->rest_count, size;

	if (rest == NULL)
		return true;
	size = dondoc__v1__destroyed_rest__get_packed_size(rest);
	if (at < REST_MAX && size <= DD_REST_MAX - PER_REST &&
	    scope->rest_bytes + size <= REST_BYTES_MAX) {
		scope->rest[at].of = rest;
		snprintf(scope->rest[at].unit, sizeof(scope->rest[at].unit), "%s",
			 words->header->unit);
		snprintf(scope->rest[at].other_unit, sizeof(scope->rest[at].other_unit), "%s",
			 words->header->other_unit);
		scope->rest_bytes += size;
		scope->rest_count++;
		return true;
	}
	dondoc__v1__destroyed_rest__free_unpacked(rest, NULL);
	task_refuse(out, CODE(TOO_LARGE), "events", "order fewer at a time", NULL);
	return false;
}

static bool take_words(const struct task_case *c, struct task_words *words, struct scope *scope,
		       struct task_outcome *out)
{
	const Dondoc__V1__EventHeader *header = words->header;

	if (header->type == EVENT(TASK_ADDED) || header->type == EVENT(TASK_CHANGED))
		task_words_ended(c, words);
	if (!task_words_may_go(c, words, out))
		return false;
	if (header->subject != 0 ? !part_in(c, scope->kind, header->subject, out)
				 : !task_actor_reaches(c, scope->kind, header->unit, NULL, out))
		return false;
	return add_event(scope, words->sequence, out) && note_rest(scope, words, out);
}

/* *held_out: the item of the outgoing queue with the same words; 0 = none. */
static bool take_event(const struct task_case *c, uint64_t sequence, struct scope *scope,
		       uint64_t *held_out, struct task_outcome *out)
{
	struct task_words words = {.sequence = sequence};
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	bool good = false;

	*held_out = 0;
	if (c->log != NULL && dd_eventlog_get(c->log, sequence, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	if (header == NULL) {
		refuse_entry(out, "event", sequence);
	} else if (record.kind != DD_RECORD_FULL) {
		task_refuse(out, CODE(NOTHING_TO_DO), NULL, NULL, NULL);
	} else {
		words.header = header;
		words.body = record.body;
		words.body_len = record.body_len;
		good = take_words(c, &words, scope, out);
		*held_out = good ? task_words_held(c, &words) : 0;
	}
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
	return good;
}

static bool is_full(const struct task_case *c, uint64_t sequence)
{
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	bool full = dd_eventlog_get(c->log, sequence, &frame, &record, &err) == DD_OK &&
		    record.kind == DD_RECORD_FULL;

	dd_buf_fini(&frame);
	return full;
}

static bool is_taken(const struct scope *scope, uint64_t sequence)
{
	for (size_t i = 0; i < scope->count; i++)
		if (scope->events[i] == sequence)
			return true;
	return false;
}

/* The event, and where the same words lie once more. */
static bool take_event_whole(const struct task_case *c, uint64_t sequence, struct scope *scope,
			     struct task_outcome *out)
{
	uint64_t held, none;

	if (is_taken(scope, sequence))
		return true;
	if (!take_event(c, sequence, scope, &held, out))
		return false;
	return held == 0 || is_taken(scope, held) || !is_full(c, held) ||
	       take_event(c, held, scope, &none, out);
}

/* --- a file ----------------------------------------------------------------------------------- */

static bool attaches(const struct dd_record *record, const uint8_t *hash)
{
	Dondoc__V1__FileAttached *event;
	bool same;

	if (record->kind != DD_RECORD_FULL)
		return false;
	event = dondoc__v1__file_attached__unpack(NULL, record->body_len, record->body);
	same = event != NULL && event->said != NULL && event->said->file != NULL &&
	       event->said->file->hash.len == DD_HASH_LEN &&
	       memcmp(event->said->file->hash.data, hash, DD_HASH_LEN) == 0;
	dondoc__v1__file_attached__free_unpacked(event, NULL);
	return same;
}

/* All events of a task that attached the file: back through its history. */
static bool take_attachments(const struct task_case *c, uint64_t task, const uint8_t *hash,
			     struct scope *scope, struct task_outcome *out)
{
	struct dd_buf frame = {0};
	struct view_task last = {.version = 0};
	struct dd_record record;
	struct dd_error err;
	bool good = view_task(c->view, true, task, &last) == DD_OK;
	uint64_t at = last.version;

	while (good && at != 0) {
		Dondoc__V1__EventHeader *header;

		good = dd_eventlog_get(c->log, at, &frame, &record, &err) == DD_OK;
		header = good ? dondoc__v1__event_header__unpack(NULL, record.header_len,
								 record.header)
			      : NULL;
		good = header != NULL;
		if (!good) {
			refuse_entry(out, "event", at);
			break;
		}
		if (header->type == EVENT(FILE_ATTACHED) && attaches(&record, hash))
			good = add_event(scope, at, out);
		at = header->subject_previous < at ? header->subject_previous : 0;
		dondoc__v1__event_header__free_unpacked(header, NULL);
	}
	dd_buf_fini(&frame);
	return good;
}

/* The tasks that have the file. Walks LMDB, so that a look-up by key must not come in between. */
static size_t tasks_of(const struct task_case *c, const uint8_t *hash, uint64_t tasks[EVENTS_MAX])
{
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;
	size_t count = 0;

	view_key_id(&key, VIEW_FILE, hash);
	if (view_walk_open(c->view, &key, &walk, &err) != DD_OK)
		return 0;
	while (count < EVENTS_MAX && view_walk_next(&walk))
		if (walk.key.len == VIEW_FILE_TASK_KEY)
			tasks[count++] = view_walk_number(&walk);
	view_walk_close(&walk);
	return count;
}

static bool take_file(const struct task_case *c, const uint8_t *hash, struct scope *scope,
		      struct task_outcome *out)
{
	uint64_t tasks[EVENTS_MAX];
	struct view_file file;
	size_t count;
	bool good = true;

	if (view_file(c->view, true, hash, &file) != DD_OK || c->log == NULL) {
		task_refuse(out, CODE(UNKNOWN_FILE), NULL, NULL, NULL);
		return false;
	}
	if (file.destroyed_by != 0) {
		task_refuse(out, CODE(NOTHING_TO_DO), NULL, NULL, NULL);
		return false;
	}
	count = tasks_of(c, hash, tasks);
	if (count == EVENTS_MAX) {
		task_refuse(out, CODE(TOO_LARGE), "tasks", "1000", NULL);
		return false;
	}
	for (size_t i = 0; good && i < count; i++)
		good = part_in(c, scope->kind, tasks[i], out) &&
		       take_attachments(c, tasks[i], hash, scope, out);
	return good;
}

static bool take_scope(const struct task_case *c, const Dondoc__V1__OrderDestruction *order,
		       struct scope *scope, struct task_outcome *out)
{
	if (order->file.len == DD_HASH_LEN)
		return take_file(c, order->file.data, scope, out);
	for (size_t i = 0; i < order->n_events; i++)
		if (!take_event_whole(c, order->events[i], scope, out))
			return false;
	return true;
}

/* --- the two persons -------------------------------------------------------------------------- */

static bool person_given(const struct task_case *c, struct task_outcome *out)
{
	if (c->body->actor != NULL && c->body->actor->person.len == DD_ID_LEN)
		return true;
	task_refuse(out, CODE(MISSING), "actor.person", NULL, NULL);
	return false;
}

void task_rule_order_destruction(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__DestructionOrdered event = DONDOC__V1__DESTRUCTION_ORDERED__INIT;
	Dondoc__V1__OrderDestruction *said = c->body->order_destruction;
	struct scope *scope;

	if (!person_given(c, out) || !task_reason_given(out, "reason", said->reason))
		return;
	if (!task_document_named(said->document)) {
		task_refuse(out, CODE(MISSING), "document", NULL, NULL);
		return;
	}
	if ((said->file.len == DD_HASH_LEN) == (said->n_events > 0) ||
	    said->n_events > EVENTS_MAX) {
		task_refuse(out, CODE(MISSING), "file | events", NULL, NULL);
		return;
	}
	scope = dd_alloc(sizeof(*scope));
	scope->kind = DD_COMMAND_ORDER_DESTRUCTION;
	event.said = said;
	if (take_scope(c, said, scope, out))
		task_effect_add(out, EVENT(DESTRUCTION_ORDERED), 0, "", NULL, &event.base);
	scope_free(scope);
}

/* Each to those alone who may see the event that it stays of. */
static void tell_rest(const struct scope *scope, uint64_t order, struct task_outcome *out)
{
	bool good = true;

	for (size_t i = 0; good && i < scope->rest_count; i++) {
		Dondoc__V1__DestructionRest event = DONDOC__V1__DESTRUCTION_REST__INIT;

		event.order = order;
		event.rest = scope->rest[i].of;
		good = task_effect_add(out, EVENT(DESTRUCTION_REST), 0, scope->rest[i].unit,
				       scope->rest[i].other_unit, &event.base);
	}
}

/* What is confirmed is looked at again: an event may have come since, or a right have gone. */
static void confirm(const struct task_case *c, const Dondoc__V1__OrderDestruction *order,
		    struct task_outcome *out)
{
	Dondoc__V1__DestructionConfirmed event = DONDOC__V1__DESTRUCTION_CONFIRMED__INIT;
	struct scope *scope = dd_alloc(sizeof(*scope));

	scope->kind = DD_COMMAND_CONFIRM_DESTRUCTION;
	event.said = c->body->confirm_destruction;
	event.file = order->file;
	if (!event.said->confirmed || take_scope(c, order, scope, out)) {
		event.events = scope->events;
		event.n_events = scope->count;
		if (task_effect_add(out, EVENT(DESTRUCTION_CONFIRMED), 0, "", NULL, &event.base))
			tell_rest(scope, event.said->order, out);
	}
	scope_free(scope);
}

void task_rule_confirm_destruction(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ConfirmDestruction *said = c->body->confirm_destruction;
	Dondoc__V1__OrderDestruction *order;
	struct view_destroy state;
	struct dd_val packed;

	if (!person_given(c, out))
		return;
	if (view_destroy(c->view, true, said->order, &state, &packed) != DD_OK) {
		refuse_entry(out, "order", said->order);
		return;
	}
	if (state.decided != 0) {
		task_refuse(out, CODE(NO_REQUEST), NULL, NULL, NULL);
		return;
	}
	/* Who ordered may take it back, but not agree with himself. */
	if (said->confirmed &&
	    memcmp(state.ordered_by, c->body->actor->person.data, DD_ID_LEN) == 0) {
		task_refuse(out, CODE(SAME_PERSON), NULL, NULL, NULL);
		return;
	}
	if (!said->confirmed && !task_reason_given(out, "reason", said->reason))
		return;
	order = dondoc__v1__order_destruction__unpack(NULL, packed.len, packed.data);
	if (order == NULL)
		refuse_entry(out, "order", said->order);
	else if (!said->confirmed ||
		 task_actor_apart(c, DD_COMMAND_CONFIRM_DESTRUCTION, state.ordered_by, out))
		confirm(c, order, out);
	dondoc__v1__order_destruction__free_unpacked(order, NULL);
}

/* The service has carried it out. */
void task_rule_destruction_run(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DestructionRun *said = c->body->destruction_run;
	Dondoc__V1__DestructionDone event = DONDOC__V1__DESTRUCTION_DONE__INIT;
	struct view_destroy state;

	if (view_destroy(c->view, true, said->order, &state, NULL) != DD_OK || state.decided == 0 ||
	    state.refused) {
		refuse_entry(out, "order", said->order);
	} else if (state.done != 0) {
		task_refuse(out, CODE(NOTHING_TO_DO), NULL, NULL, NULL);
	} else {
		event.order = said->order;
		event.generation = said->generation;
		task_effect_add(out, EVENT(DESTRUCTION_DONE), 0, "", NULL, &event.base);
	}
}
