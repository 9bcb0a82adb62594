/* view_past.c - one task's events applied once more, into memory. */
#include "common/view/view_past.h"
#include "common/base/alloc.h"
#include "common/view/view_apply.h"
#include "common/view/view_fix.h"
#include <stdlib.h>
#include <string.h>

#define ARENA ((size_t)2 << 20)

struct past_event {
	uint64_t sequence;
	Dondoc__V1__EventHeader *header;
	const uint8_t *body;
	size_t body_len;
	bool redacted;
};

struct view_past {
	struct answering *answering;
	struct view *view;         /* owned; in memory alone */
	struct past_event *events; /* owned; newest first */
	size_t count, room;
	struct pool pool; /* of the events */
};

struct view_past *view_past_new(struct answering *answering)
{
	struct view_past *past = dd_alloc(sizeof(*past));
	struct view *view = dd_alloc(sizeof(*view));

	past->answering = answering;
	past->view = view;
	view->under = answering->view;
	view->seed = answering->view->seed;
	view->partial = true;
	view->batch = memtable_new();
	view->flying = memtable_new();
	view->recent = memtable_new();
	dd_arena_init(&view->arena, ARENA);
	return past;
}

void view_past_free(struct view_past *past)
{
	if (!past)
		return;
	memtable_free(past->view->batch);
	memtable_free(past->view->flying);
	memtable_free(past->view->recent);
	dd_arena_fini(&past->view->arena);
	dd_buf_fini(&past->view->scratch);
	free(past->view);
	free(past->events);
	pool_fini(&past->pool);
	free(past);
}

struct view *view_past_view(struct view_past *past)
{
	return past->view;
}

/* Plans, units and what else is not a task's; and other tasks, whose present state has to do. */
int view_get_under(struct view *view, const struct dd_key *key, struct dd_val *val_out)
{
	static const char beside[] = {VIEW_PLAN,  VIEW_UNIT, VIEW_NAME,       VIEW_ALIAS,
				      VIEW_AREA,  VIEW_CODE, VIEW_DAY,        VIEW_DAYS,
				      VIEW_LABEL, VIEW_META, VIEW_OCCURRENCE, VIEW_SETTING};
	char table = (char)key->data[0];

	if (table == VIEW_TASK && dd_key_get_u64(key->data + 1) == view->under_task)
		return DD_ERR_NOT_FOUND;
	if (table != VIEW_TASK && !memchr(beside, table, sizeof(beside)))
		return DD_ERR_NOT_FOUND;
	return view_get(view->under, false, key, val_out);
}

/* --- the events ---------------------------------------------------------------------------------
 */

static void *event_alloc(void *pool, size_t size)
{
	return pool_alloc(pool, size);
}

static void event_free(void *pool, void *piece)
{
	(void)pool;
	(void)piece;
}

/* The event, all of it in the past's memory. */
static int read_event(struct view_past *past, uint64_t sequence, struct past_event *out)
{
	const struct view_query_context *context = past->answering->context;
	ProtobufCAllocator allocator = {event_alloc, event_free, &past->pool};
	struct dd_record record;
	const uint8_t *body;
	uint32_t body_len;

	if (!context->record || context->record(context->arg, sequence, &record) != DD_OK ||
	    record.kind == DD_RECORD_LEAF)
		return DD_ERR_NOT_FOUND;
	*out = (struct past_event){.sequence = sequence,
				   .redacted = record.kind == DD_RECORD_REDACTED};
	out->header =
		dondoc__v1__event_header__unpack(&allocator, record.header_len, record.header);
	if (!out->header)
		return DD_ERR_NOT_FOUND;
	if (dd_record_body(&record, &body, &body_len)) {
		out->body = pool_memdup(&past->pool, body, body_len);
		out->body_len = body_len;
	}
	return DD_OK;
}

static void keep(struct view_past *past, const struct past_event *event)
{
	if (past->count == past->room) {
		past->room = past->room == 0 ? 64 : past->room * 2;
		past->events = dd_realloc(past->events, past->room * sizeof(*past->events));
	}
	past->events[past->count++] = *event;
}

static void read_events(struct view_past *past, uint64_t version, uint64_t at)
{
	uint64_t sequence = version;
	size_t seen = 0;

	while (sequence != 0 && seen++ < VIEW_PAST_EVENTS_MAX) {
		struct past_event event;

		if (read_event(past, sequence, &event) != DD_OK)
			return;
		if (sequence <= at)
			keep(past, &event);
		/* The list only ever leads back; anything else would never end. */
		sequence = event.header->subject_previous < sequence
				   ? event.header->subject_previous
				   : 0;
	}
}

/* An event of a group took effect with the group's end, or never. */
static int apply_one(struct view_past *past, const struct past_event *said, uint64_t at)
{
	struct view_event event = {
		.sequence = said->sequence,
		.header = said->header,
		.body = said->body,
		.body_len = said->body_len,
		.redacted = said->redacted,
	};
	struct past_event end;
	struct view_event closing;
	struct view_group group;

	if (said->header->group == 0)
		return view_apply_now(past->view, &event, NULL, past->answering->err);
	if (view_group_find(past->answering->view, false, said->header->group, &group) != DD_OK ||
	    group.last > at || read_event(past, group.last, &end) != DD_OK)
		return DD_OK;
	closing = (struct view_event){.sequence = end.sequence, .header = end.header};
	return view_apply_now(past->view, &event, &closing, past->answering->err);
}

int view_past_task(struct view_past *past, uint64_t task, uint64_t version, uint64_t at,
		   struct view_task *task_out)
{
	int rc = DD_OK;

	memtable_clear(past->view->recent);
	pool_clear(&past->pool);
	past->count = 0;
	past->view->under_task = task;
	view_forget_near(past->view);
	past->view->partial = true;
	read_events(past, version, at);
	for (size_t i = past->count; i > 0 && rc == DD_OK; i--) {
		dd_arena_reset(&past->view->arena);
		rc = apply_one(past, &past->events[i - 1], at);
	}
	if (rc == DD_OK)
		rc = view_task(past->view, false, task, task_out);
	if (rc == DD_OK && task_out->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED)
		rc = DD_ERR_NOT_FOUND;
	return rc;
}
