/* view_query_request.c - what waits for a decision, and what can be undone as one. */
#include "common/domain/task_state.h"
#include "common/view/view_answer.h"
#include "common/view/view_fix.h"
#include "common/view/view_visible.h"
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000
#define TYPE(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name

static uint32_t limit_of(uint32_t asked)
{
	if (asked == 0)
		return LIMIT_DEFAULT;
	return asked < LIMIT_MOST ? asked : LIMIT_MOST;
}

/* --- words of a request, from the log ----------------------------------------------------------
 */

/* The event's message in the pool; NULL where it may not be seen, is redacted or not of this type.
 */
static const ProtobufCMessage *message_of(struct answering *answering, uint64_t sequence,
					  const ProtobufCMessageDescriptor *type)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct dd_record record;
	const uint8_t *body;
	uint32_t body_len;

	if (!context->record || context->record(context->arg, sequence, &record) != DD_OK ||
	    !dd_record_body(&record, &body, &body_len))
		return NULL;
	return protobuf_c_message_unpack(type, &allocator, body_len, body);
}

static void words_of_completion(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__CompletionRequested *said = (const void *)message_of(
		answering, row->request, &dondoc__v1__completion_requested__descriptor);

	if (!said)
		return;
	row->reason = said->note;
	row->basis = said->evidence;
}

static void words_of_extension(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__ExtensionRequested *said = (const void *)message_of(
		answering, row->request, &dondoc__v1__extension_requested__descriptor);

	if (!said)
		return;
	row->reason = said->reason;
	row->basis = said->basis;
}

static void words_of_refusal(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__RefusalRequested *event = (const void *)message_of(
		answering, row->request, &dondoc__v1__refusal_requested__descriptor);

	if (!event || !event->said)
		return;
	row->reason = event->said->reason;
	row->basis = event->said->basis;
}

static void words_of_transfer(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__TransferRequested *event = (const void *)message_of(
		answering, row->request, &dondoc__v1__transfer_requested__descriptor);

	if (!event || !event->said)
		return;
	row->reason = event->said->reason;
	row->basis = event->said->basis;
}

static void words_of_explanation(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__DelayExplained *event = (const void *)message_of(
		answering, row->request, &dondoc__v1__delay_explained__descriptor);

	if (!event || !event->said)
		return;
	row->reason = event->said->facts;
	row->basis = event->said->document;
}

static void words_of_ask(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__UnitAsked *event = (const void *)message_of(
		answering, row->request, &dondoc__v1__unit_asked__descriptor);

	if (!event || !event->said)
		return;
	row->reason = event->said->what;
	row->basis = event->said->document;
}

/* Whether the office that asks may not read the task: it is told of it what the question says, here
 * as at the office itself. */
static bool hidden_from_asker(const struct answering *answering, uint64_t task)
{
	static const char office[] = "office/";
	const char *principal = answering->context->principal;

	return principal && strncmp(principal, office, sizeof(office) - 1) == 0 &&
	       view_visible_task(answering->view, principal + sizeof(office) - 1, task) == 0;
}

static void task_of_ask(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__UnitAsked *event = (const void *)message_of(
		answering, row->request, &dondoc__v1__unit_asked__descriptor);

	row->plan = event ? event->plan : (char *)protobuf_c_empty_string;
	row->code = event ? event->code : (char *)protobuf_c_empty_string;
}

static void words_of_conflict(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	const Dondoc__V1__ProgressReported *said = (const void *)message_of(
		answering, row->request, &dondoc__v1__progress_reported__descriptor);

	if (said)
		row->reason = said->note;
}

static void add_words(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	static void (*const words[])(struct answering *, Dondoc__V1__RequestRow *) = {
		[DONDOC__V1__REQUEST_KIND__REQUEST_COMPLETION] = words_of_completion,
		[DONDOC__V1__REQUEST_KIND__REQUEST_EXTENSION] = words_of_extension,
		[DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL] = words_of_refusal,
		[DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER] = words_of_transfer,
		[DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION] = words_of_explanation,
		[DONDOC__V1__REQUEST_KIND__REQUEST_ASK] = words_of_ask,
		[DONDOC__V1__REQUEST_KIND__REQUEST_CONFLICT] = words_of_conflict,
	};
	size_t kind = (size_t)row->kind;

	if (kind < sizeof(words) / sizeof(words[0]) && words[kind])
		words[kind](answering, row);
}

/* --- requests ------------------------------------------------------------------------------------
 */

struct asking {
	struct answering *answering;
	const Dondoc__V1__ListRequests *query;
	uint32_t limit;
	uint32_t total;
	size_t bytes;
	bool full;
	struct dd_val last; /* key of the last row; in the pool */
	struct answer_rows rows;
};

static void add_task(struct answering *answering, Dondoc__V1__RequestRow *row)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	const Dondoc__V1__TaskFields *fields;
	struct dd_key key;
	struct dd_val val;

	view_key_u64(&key, VIEW_FIELDS, row->task);
	if (row->task == 0 || answer_get(answering, &key, &val) != DD_OK)
		return;
	fields = dondoc__v1__task_fields__unpack(&allocator, val.len, val.data);
	if (!fields)
		return;
	row->code = fields->code;
	row->content = fields->content;
}

static Dondoc__V1__RequestRow *request_row(struct answering *answering,
					   const struct view_request *found)
{
	Dondoc__V1__RequestRow *row = pool_alloc(&answering->pool, sizeof(*row));
	struct view_request *request = pool_memdup(&answering->pool, found, sizeof(*found));
	int32_t today = answering->context->today;

	dondoc__v1__request_row__init(row);
	row->kind = (Dondoc__V1__RequestKind)request->kind;
	row->request = request->sequence;
	row->task = request->task;
	row->plan = request->plan;
	row->from_unit = request->from_unit;
	row->decider_unit = request->decider_unit;
	row->since_day = request->since_day;
	if (today > request->since_day)
		row->days_waiting = (uint32_t)(today - request->since_day);
	row->proposed_due_day = request->proposed_due_day;
	row->proposed_unit = request->proposed_unit;
	if (row->kind == DONDOC__V1__REQUEST_KIND__REQUEST_ASK &&
	    hidden_from_asker(answering, row->task))
		task_of_ask(answering, row);
	else
		add_task(answering, row);
	add_words(answering, row);
	return row;
}

static bool wanted(const Dondoc__V1__ListRequests *query, const struct view_request *request)
{
	if (query->kind != DONDOC__V1__REQUEST_KIND__REQUEST_ANY &&
	    (int)query->kind != (int)request->kind)
		return false;
	if (query->from_unit[0] != '\0' && strcmp(query->from_unit, request->from_unit) != 0)
		return false;
	if (query->plan[0] != '\0' && strcmp(query->plan, request->plan) != 0)
		return false;
	return query->older_than_day == 0 || request->since_day < query->older_than_day;
}

/* Whether the key stands behind the page before. */
static bool behind(const Dondoc__V1__ListRequests *query, const struct dd_val *key)
{
	size_t len = query->after.len < key->len ? query->after.len : key->len;
	int order = len > 0 ? memcmp(key->data, query->after.data, len) : 0;

	return query->after.len == 0 || order > 0 || (order == 0 && key->len > query->after.len);
}

static void take_request(struct asking *asking, const struct dd_val *key)
{
	struct answering *answering = asking->answering;
	const uint8_t *end = (const uint8_t *)key->data + key->len;
	struct view_request request;
	struct dd_key at;
	struct dd_val val;
	Dondoc__V1__RequestRow *row;

	view_key_request(&at, dd_key_get_u64(end - 8));
	if (answer_get(answering, &at, &val) != DD_OK || val.len != sizeof(request))
		return;
	memcpy(&request, val.data, sizeof(request));
	if (!wanted(asking->query, &request))
		return;
	asking->total++;
	if (!behind(asking->query, key))
		return;
	if (asking->rows.count >= asking->limit || asking->bytes >= ANSWER_BYTES_MAX) {
		asking->full = true;
		return;
	}
	row = request_row(answering, &request);
	asking->bytes += dondoc__v1__request_row__get_packed_size(row);
	answer_rows_add(answering, &asking->rows, row);
	asking->last.data = pool_memdup(&answering->pool, key->data, key->len);
	asking->last.len = key->len;
}

/* A unit's own queue, or what it waits for, or all there is. */
static void requests_key(const Dondoc__V1__ListRequests *query, struct dd_key *key)
{
	if (query->decider_unit[0] != '\0')
		view_key_text(key, VIEW_REQUEST_BY, query->decider_unit);
	else if (query->from_unit[0] != '\0')
		view_key_text(key, VIEW_REQUEST_FROM, query->from_unit);
	else
		dd_key_begin(key, VIEW_REQUEST_BY);
	if (key->len > 1 && query->kind != DONDOC__V1__REQUEST_KIND__REQUEST_ANY)
		dd_key_u32(key, (uint32_t)query->kind);
}

int answer_list_requests(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__RequestList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct asking asking = {.answering = answering,
				.query = query->list_requests,
				.limit = limit_of(query->list_requests->limit)};
	struct answer_walk walk;
	struct dd_key key;
	int rc = answer_check_plan(answering, asking.query->plan);

	requests_key(asking.query, &key);
	if (rc == DD_OK)
		rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk))
		take_request(&asking, &walk.key);
	answer_walk_close(&walk);
	dondoc__v1__request_list__init(list);
	list->rows = (Dondoc__V1__RequestRow **)asking.rows.items;
	list->n_rows = asking.rows.count;
	list->total = asking.total;
	if (asking.full) {
		list->next.len = asking.last.len;
		list->next.data = pool_memdup(&answering->pool, asking.last.data, asking.last.len);
	}
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_REQUESTS;
	answering->answer.requests = list;
	return walk.rc;
}

/* --- groups
 * --------------------------------------------------------------------------------------- */

static Dondoc__V1__GroupRow *group_row(struct answering *answering, struct view_group *group)
{
	Dondoc__V1__GroupRow *row = pool_alloc(&answering->pool, sizeof(*row));
	static const uint8_t nobody[16];

	dondoc__v1__group_row__init(row);
	row->group = group->sequence;
	row->purpose = group->purpose;
	row->closed_us = group->record_us;
	row->count = group->tasks;
	if (memcmp(group->person, nobody, sizeof(nobody)) != 0)
		row->person =
			(ProtobufCBinaryData){.len = sizeof(group->person), .data = group->person};
	row->unit = group->unit;
	row->undone_by = group->undone_by;
	row->plan = group->plan;
	return row;
}

int answer_list_groups(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ListGroups *ask = query->list_groups;
	Dondoc__V1__GroupList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_GROUP);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rows.count < limit_of(ask->limit) && answer_walk_next(&walk)) {
		struct view_group *group;

		if (walk.val.len != sizeof(*group))
			continue;
		group = pool_memdup(&answering->pool, walk.val.data, walk.val.len);
		/* One that is not closed has not taken effect; one without tasks is nothing that
		 * could be undone. */
		if (group->last != 0 && group->tasks > 0 &&
		    (ask->plan[0] == '\0' || strcmp(ask->plan, group->plan) == 0))
			answer_rows_add(answering, &rows, group_row(answering, group));
	}
	answer_walk_close(&walk);
	dondoc__v1__group_list__init(list);
	list->rows = (Dondoc__V1__GroupRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_GROUPS;
	answering->answer.groups = list;
	return walk.rc;
}
