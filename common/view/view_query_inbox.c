/* view_query_inbox.c - list_inbox: what a unit, or one of its persons, was told, the newest first.
 * A message stands here once it was begun to be handed over, also where no mail got through. */
#include "common/base/id.h"
#include "common/view/view_answer.h"
#include "common/view/view_notice.h"
#include <string.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MOST    200
#define DAYS_DEFAULT  92
#define DAYS_MOST     3660
#define NEXT_LEN      (4 + DD_HASH_LEN) /* a day, as in keys, and a digest's id */

#define STATE(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name

struct inbox {
	struct answering *answering;
	const Dondoc__V1__ListInbox *query;
	uint32_t limit;
	int32_t from_day, day; /* the days looked through, backwards */
	const uint8_t *after;  /* within `day`: an id that was told before; NULL = none */
	struct answer_rows rows;
	size_t bytes;
	bool cut;
	uint8_t *next; /* the last row's place */
};

static bool was_told(const struct view_digest *digest)
{
	return digest->state == STATE(HANDING_OVER) || digest->state == STATE(DELIVERED) ||
	       digest->state == STATE(WAITING) || digest->state == STATE(FAILED);
}

/* A person's inbox holds what is his alone, a unit's what is nobody's. */
static bool is_readers(const struct inbox *inbox, const struct view_digest *digest)
{
	static const uint8_t nobody[sizeof(digest->person)];
	const ProtobufCBinaryData *person = &inbox->query->person;

	return memcmp(digest->person, person->len > 0 ? person->data : nobody,
		      sizeof(digest->person)) == 0;
}

/* What was said, as it lies in the log; less where it is redacted or not to be seen from here. */
static void add_content(struct answering *answering, bool with_text, Dondoc__V1__InboxRow *row)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__DigestPlanned *planned;
	struct dd_record record;

	if (!context->record || context->record(context->arg, row->sequence, &record) != DD_OK ||
	    record.kind != DD_RECORD_FULL)
		return;
	planned = dondoc__v1__digest_planned__unpack(&allocator, record.body_len, record.body);
	if (!planned || !planned->plan)
		return;
	row->subject = planned->plan->subject;
	row->intents = planned->plan->intents;
	row->n_intents = planned->plan->n_intents;
	if (with_text)
		row->text = planned->plan->text;
}

static void add_row(struct inbox *inbox, const struct view_digest *stored)
{
	struct answering *answering = inbox->answering;
	struct view_digest *digest = pool_memdup(&answering->pool, stored, sizeof(*stored));
	Dondoc__V1__InboxRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__inbox_row__init(row);
	row->digest = (ProtobufCBinaryData){.data = digest->id, .len = sizeof(digest->id)};
	row->unit = digest->unit;
	row->day = digest->day;
	row->state = (Dondoc__V1__DigestState)digest->state;
	row->channel = (Dondoc__V1__Channel)digest->channel;
	row->told_us = digest->state == STATE(DELIVERED) ? digest->settled_us : 0;
	row->sequence = digest->planned_sequence;
	if (inbox->query->person.len > 0)
		row->person = (ProtobufCBinaryData){.data = digest->person,
						    .len = sizeof(digest->person)};
	add_content(answering, inbox->query->with_text, row);
	inbox->bytes += dondoc__v1__inbox_row__get_packed_size(row);
	answer_rows_add(answering, &inbox->rows, row);
}

static void note_place(struct inbox *inbox, const struct view_digest *digest)
{
	const uint32_t day = (uint32_t)digest->day;

	for (int i = 0; i < 4; i++)
		inbox->next[i] = (uint8_t)(day >> (24 - 8 * i));
	memcpy(inbox->next + 4, digest->id, DD_HASH_LEN);
}

static int look_at(struct inbox *inbox, const uint8_t *id)
{
	struct view_digest digest;
	struct dd_key key;
	struct dd_val val;
	int rc;

	if (inbox->after && memcmp(id, inbox->after, DD_HASH_LEN) <= 0)
		return DD_OK;
	view_key_id(&key, VIEW_DIGEST, id);
	rc = answer_get(inbox->answering, &key, &val);
	if (rc != DD_OK || val.len != sizeof(digest))
		return dd_fail(inbox->answering->err, DD_ERR_CORRUPT,
			       "a digest cannot be read from the view");
	memcpy(&digest, val.data, sizeof(digest));
	if (!was_told(&digest) || !is_readers(inbox, &digest))
		return DD_OK;
	inbox->cut = inbox->rows.count == inbox->limit || inbox->bytes >= ANSWER_BYTES_MAX;
	if (inbox->cut)
		return DD_OK;
	add_row(inbox, &digest);
	note_place(inbox, &digest);
	return DD_OK;
}

static int look_through_day(struct inbox *inbox)
{
	static const uint8_t none[DD_HASH_LEN];
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_digest_by_day(&key, inbox->day, inbox->query->unit, none);
	key.len -= DD_HASH_LEN;
	rc = answer_walk_open(inbox->answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && !inbox->cut && answer_walk_next(&walk))
		if (walk.key.len >= DD_HASH_LEN)
			rc = look_at(inbox,
				     (const uint8_t *)walk.key.data + walk.key.len - DD_HASH_LEN);
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static int read_days(struct inbox *inbox)
{
	const Dondoc__V1__ListInbox *query = inbox->query;
	const int32_t today = inbox->answering->context->today;
	struct dd_error *err = inbox->answering->err;

	if (query->unit[0] == '\0')
		return dd_fail(err, DD_ERR_INVALID, "list_inbox.unit: whose inbox?");
	if (query->person.len > 0 && query->person.len != DD_ID_LEN)
		return dd_fail(err, DD_ERR_INVALID, "list_inbox.person has 16 bytes");
	if (query->before.len > 0 && query->before.len != NEXT_LEN)
		return dd_fail(err, DD_ERR_INVALID, "list_inbox.before is no place");
	inbox->day = today;
	if (query->before.len > 0) {
		inbox->day = (int32_t)dd_key_get_u32(query->before.data);
		inbox->after = query->before.data + 4;
	}
	if (inbox->day > today)
		inbox->day = today;
	inbox->from_day = query->from_day != 0 ? query->from_day : today - DAYS_DEFAULT;
	if (inbox->from_day < today - DAYS_MOST)
		inbox->from_day = today - DAYS_MOST;
	return DD_OK;
}

int answer_list_inbox(struct answering *answering, const Dondoc__V1__Query *query)
{
	struct inbox inbox = {.answering = answering, .query = query->list_inbox};
	Dondoc__V1__InboxList *list = pool_alloc(&answering->pool, sizeof(*list));
	const uint32_t asked = query->list_inbox->limit;
	int rc = read_days(&inbox);

	inbox.limit = asked == 0 ? LIMIT_DEFAULT : asked;
	if (inbox.limit > LIMIT_MOST)
		inbox.limit = LIMIT_MOST;
	inbox.next = pool_alloc(&answering->pool, NEXT_LEN);
	for (; rc == DD_OK && !inbox.cut && inbox.day >= inbox.from_day; inbox.day--) {
		rc = look_through_day(&inbox);
		inbox.after = NULL;
	}
	dondoc__v1__inbox_list__init(list);
	list->rows = (Dondoc__V1__InboxRow **)inbox.rows.items;
	list->n_rows = inbox.rows.count;
	if (inbox.cut)
		list->next = (ProtobufCBinaryData){.data = inbox.next, .len = NEXT_LEN};
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_INBOX;
	answering->answer.inbox = list;
	return rc;
}
