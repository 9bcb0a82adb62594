/* view_query_talk.c - what was said about a task, or to a unit or a person. */
#include "common/base/id.h"
#include "common/view/view_answer.h"
#include "common/view/view_evidence.h"
#include <stdio.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000

struct talking {
	struct answering *answering;
	const Dondoc__V1__ListComments *query;
	uint32_t limit;
	bool cut;
	size_t bytes;
	struct answer_rows rows;
};

/* The text is the log's alone, so that what is redacted there is gone here too. */
static Dondoc__V1__CommentRow *comment_row(struct answering *answering, uint64_t task,
					   uint64_t sequence)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__CommentRow *row = pool_alloc(&answering->pool, sizeof(*row));
	Dondoc__V1__EventHeader *header;
	Dondoc__V1__Commented *said;
	struct dd_record record;

	if (!context->record || context->record(context->arg, sequence, &record) != DD_OK)
		return NULL;
	header = dondoc__v1__event_header__unpack(&allocator, record.header_len, record.header);
	if (!header)
		return NULL;
	dondoc__v1__comment_row__init(row);
	row->sequence = sequence;
	row->task = task;
	row->said_us = header->record_us;
	if (header->actor) {
		row->person = header->actor->person;
		row->unit = header->actor->unit;
	}
	row->redacted = record.kind != DD_RECORD_FULL;
	row->destroyed_by = view_destroyed_by(answering->view, false, sequence);
	if (row->redacted || row->destroyed_by != 0)
		return row; /* agreed on is as good as gone */
	said = dondoc__v1__commented__unpack(&allocator, record.body_len, record.body);
	row->comment = said ? said->said : NULL;
	return row;
}

/* False: the page is full. */
static bool take_comment(struct talking *talking, uint64_t task, uint64_t sequence)
{
	Dondoc__V1__CommentRow *row;

	if (talking->query->before != 0 && sequence >= talking->query->before)
		return true;
	if (talking->rows.count >= talking->limit || talking->bytes >= ANSWER_BYTES_MAX) {
		talking->cut = true;
		return false;
	}
	row = comment_row(talking->answering, task, sequence);
	if (!row)
		return true;
	talking->bytes += dondoc__v1__comment_row__get_packed_size(row);
	answer_rows_add(talking->answering, &talking->rows, row);
	return true;
}

/* Of one task: they lie oldest first, and are told newest first. */
static int talk_of_task(struct talking *talking)
{
	struct answering *answering = talking->answering;
	struct answer_rows found = {0};
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_u64(&key, VIEW_TALK, talking->query->task);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		uint64_t sequence =
			dd_key_get_u64((const uint8_t *)walk.key.data + walk.key.len - 8);

		answer_rows_add(answering, &found,
				pool_memdup(&answering->pool, &sequence, sizeof(sequence)));
	}
	answer_walk_close(&walk);
	for (size_t i = found.count; i > 0; i--)
		if (!take_comment(talking, talking->query->task, *(uint64_t *)found.items[i - 1]))
			break;
	return walk.rc;
}

/* A unit by its code, a person by "p" and the digits of its id. */
static bool recipient_of(const Dondoc__V1__ListComments *query, char out[64])
{
	if (query->mention_person.len == 16) {
		out[0] = 'p';
		dd_hex(query->mention_person.data, 16, out + 1);
		return true;
	}
	snprintf(out, 64, "%s", query->mention_unit);
	return out[0] != '\0';
}

static int talk_to(struct talking *talking, const char *recipient)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_TALK_TO, recipient);
	rc = answer_walk_open(talking->answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		const uint8_t *end = (const uint8_t *)walk.key.data + walk.key.len;
		uint64_t task = 0;

		if (walk.val.len == sizeof(task))
			memcpy(&task, walk.val.data, sizeof(task));
		if (!take_comment(talking, task, dd_key_get_u64(end - 8) ^ UINT64_MAX))
			break;
	}
	answer_walk_close(&walk);
	return walk.rc;
}

int answer_list_comments(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__CommentList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct talking talking = {
		.answering = answering, .query = query->list_comments, .limit = LIMIT_DEFAULT};
	char recipient[64];
	int rc = DD_OK;

	if (talking.query->limit != 0)
		talking.limit =
			talking.query->limit < LIMIT_MOST ? talking.query->limit : LIMIT_MOST;
	if (talking.query->task != 0)
		rc = talk_of_task(&talking);
	else if (recipient_of(talking.query, recipient))
		rc = talk_to(&talking, recipient);
	else
		return dd_fail(answering->err, DD_ERR_INVALID,
			       "name a task, a unit or a person whose comments are asked for");
	dondoc__v1__comment_list__init(list);
	list->rows = (Dondoc__V1__CommentRow **)talking.rows.items;
	list->n_rows = talking.rows.count;
	list->rows_cut = talking.cut;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_COMMENTS;
	answering->answer.comments = list;
	return rc;
}
