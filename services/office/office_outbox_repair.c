/* office_outbox_repair.c - when centre and outbox differ: a restored centre, a restored or cloned
 * outbox.
 *
 * Why nothing is doubled. Two outboxes that share a stream (a copy and its original) have in common
 * the reports numbered before the copy was made. That somebody else has used the stream shows at a
 * number behind those: and as the centre takes the numbers of a stream without gaps, the common
 * reports are at the centre already. So: what is at or before the centre's last number, and what
 * may have left, is sent once more under its old number; the answer tells for each whether it is
 * there ("conflict" = it is not). Only what is not there, and what never left, gets a new number.
 */
#include "common/base/alloc.h"
#include "services/office/office_tables.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct again {
	uint64_t all;
	uint64_t destroyed; /* of them: nothing is left but the number */
	uint64_t freed;     /* the same, because a backup covered them */
};

/* Within a transaction: everything answered after number `after` is queued again. */
static int queue_again(struct office_outbox *outbox, uint32_t ordinal, uint64_t after,
		       int64_t now_us, struct again *count, struct dd_error *err)
{
	const struct office_change again = {.state = OFFICE_QUEUED,
					    .reason = "asked for again after a difference with the "
						      "centre"};
	const uint64_t last = outbox->streams[ordinal].last_number;
	int rc = 0;

	*count = (struct again){0};
	for (uint64_t number = after + 1; rc == 0 && number <= last; number++) {
		const struct dd_key key = office_key_number(ordinal, number);
		struct office_item item;
		uint64_t id = 0;

		rc = office_get(outbox->writer, &key, &id, sizeof(id));
		if (rc != 0 || id == 0)
			continue;
		rc = office_get_item(outbox->writer, id, &item);
		/* "Conflict" is an answer of the centre too. */
		if (rc != 0 || item.state == OFFICE_QUEUED || item.state == OFFICE_SENT)
			continue;
		rc = office_put_state(outbox, &item, &again, now_us, err);
		count->all++;
		count->destroyed += item.destroyed == OFFICE_DESTROYED;
		count->freed += item.destroyed == OFFICE_FREED;
	}
	return rc == DD_ERR_NOT_FOUND
		       ? dd_fail(err, DD_ERR_CORRUPT, "the outbox's numbers are damaged")
		       : rc;
}

static int tell_again(struct office_outbox *outbox, const struct again *count, int64_t now_us,
		      struct dd_error *err)
{
	char text[OFFICE_REASON_TEXT];
	int len = snprintf(text, sizeof(text),
			   "The centre lacked %" PRIu64
			   " reports that it had answered (it was restored): they are sent again.",
			   count->all);

	if (count->freed > 0) /* this first: it asks for work */
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" %" PRIu64 " of them are gone here too (a backup had them): ask "
				"for that backup, or report again.",
				count->freed);
	if (count->destroyed > 0 && (size_t)len < sizeof(text))
		(void)snprintf(text + len, sizeof(text) - (size_t)len,
			       " The texts of %" PRIu64
			       " were destroyed by order: empty commands go in their place; "
			       "report again what still holds.",
			       count->destroyed);
	return office_add_notice(outbox, now_us, text, err);
}

int office_outbox_requeue(struct office_outbox *outbox, uint32_t ordinal, uint64_t after,
			  int64_t now_us, uint64_t *count_out, struct dd_error *err)
{
	struct again count = {0};
	int rc = office_begin(outbox, err);

	*count_out = 0;
	if (rc != 0)
		return rc;
	rc = queue_again(outbox, ordinal, after, now_us, &count, err);
	if (rc == 0 && count.all > 0)
		rc = tell_again(outbox, &count, now_us, err);
	*count_out = count.all;
	return office_end(outbox, rc, err);
}

bool office_outbox_doubtful(const struct office_outbox *outbox, uint32_t ordinal)
{
	const struct office_stream *stream = &outbox->streams[ordinal];

	return stream->state != OFFICE_STREAM_OPEN &&
	       stream->incarnation < outbox->meta.incarnation;
}

int office_outbox_doubt(struct office_outbox *outbox, uint32_t ordinal, int64_t now_us,
			struct dd_error *err)
{
	struct again count;
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	rc = queue_again(outbox, ordinal, 0, now_us, &count, err);
	outbox->streams[ordinal].incarnation = (uint32_t)outbox->meta.incarnation;
	if (rc == 0)
		rc = office_put_stream(outbox, ordinal, err);
	return office_end(outbox, rc, err);
}

/* What may have left is the beginning of what is waiting, because sending is in order. */
static int last_exposed(struct office_outbox *outbox, uint32_t ordinal, uint64_t *number_out)
{
	const struct dd_key key = office_key_waiting(ordinal, 0);
	struct dd_cursor *cursor;
	struct dd_val found, val;
	int rc = dd_cursor_open(outbox->writer, &cursor, NULL);

	*number_out = 0;
	if (rc != 0)
		return rc;
	rc = dd_cursor_seek(cursor, key.data, key.len, OFFICE_WAITING_PREFIX, &found, &val);
	while (rc == 0) {
		struct office_item item;
		uint64_t id;

		if (val.len != sizeof(id)) {
			rc = DD_ERR_CORRUPT;
			break;
		}
		memcpy(&id, val.data, sizeof(id));
		rc = office_get_item(outbox->writer, id, &item);
		if (rc != 0 || item.exposed == 0)
			break;
		*number_out = item.number;
		rc = dd_cursor_next(cursor, &found, &val);
	}
	dd_cursor_close(cursor);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Within a transaction. */
static int retire(struct office_outbox *outbox, uint32_t ordinal, uint64_t known_to,
		  const char *why, int64_t now_us, struct dd_error *err)
{
	struct office_stream *stream = &outbox->streams[ordinal];
	const bool begins = stream->state == OFFICE_STREAM_OPEN;
	uint64_t exposed;
	int rc = last_exposed(outbox, ordinal, &exposed);

	if (rc != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "the outbox's waiting index is damaged");
	if (known_to > stream->last_number)
		known_to = stream->last_number;
	stream->resolve_to = larger(stream->resolve_to, larger(known_to, exposed));
	stream->state = OFFICE_STREAM_RETIRING;
	rc = office_put_stream(outbox, ordinal, err);
	if (rc == 0 && begins)
		rc = office_add_notice(outbox, now_us, why, err);
	return rc;
}

int office_outbox_retire(struct office_outbox *outbox, uint32_t ordinal, uint64_t known_to,
			 const char *why, int64_t now_us, struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	return office_end(outbox, retire(outbox, ordinal, known_to, why, now_us, err), err);
}

int office_outbox_conflict(struct office_outbox *outbox, uint64_t id, int64_t now_us,
			   struct dd_error *err)
{
	const struct office_change change = {
		.state = OFFICE_CONFLICT,
		.reason = "the centre has another report under this number: waits for a new one"};
	struct office_item item;
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	rc = office_get_item(outbox->writer, id, &item);
	if (rc != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT, "report %" PRIu64 " is gone from the outbox", id);
	if (rc == 0)
		rc = office_put_state(outbox, &item, &change, now_us, err);
	if (rc == 0)
		rc = retire(outbox, item.ordinal, item.number,
			    "The centre has another report under a number of this outbox: the "
			    "outbox was copied and is in use twice, or an old copy was restored. "
			    "Nothing is lost; reports go on in a new stream. Make sure that only "
			    "one dondoc-office uses this outbox.",
			    now_us, err);
	return office_end(outbox, rc, err);
}

/* The ids of all that is not settled in a stream, in order. Caller frees. */
static int waiting_ids(struct office_outbox *outbox, uint32_t ordinal, uint64_t **ids_out,
		       size_t *count_out)
{
	const struct dd_key key = office_key_waiting(ordinal, 0);
	struct dd_cursor *cursor;
	struct dd_val found, val;
	uint64_t *ids = NULL;
	size_t count = 0, cap = 0;
	int rc = dd_cursor_open(outbox->writer, &cursor, NULL);

	*ids_out = NULL;
	*count_out = 0;
	if (rc != 0)
		return rc;
	for (rc = dd_cursor_seek(cursor, key.data, key.len, OFFICE_WAITING_PREFIX, &found, &val);
	     rc == 0 && val.len == sizeof(*ids); rc = dd_cursor_next(cursor, &found, &val)) {
		if (count == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			ids = dd_realloc(ids, cap * sizeof(*ids));
		}
		memcpy(&ids[count++], val.data, sizeof(*ids));
	}
	dd_cursor_close(cursor);
	*ids_out = ids;
	*count_out = count;
	return rc == DD_ERR_NOT_FOUND ? 0 : DD_ERR_CORRUPT;
}

/* Leave a hole at the old number and take the next one of the current stream. */
static int move_item(struct office_outbox *outbox, uint64_t id, int64_t now_us,
		     struct dd_error *err)
{
	const struct office_change again = {.state = OFFICE_QUEUED,
					    .reason = "moved to a new stream of this outbox"};
	struct office_stream *target = &outbox->streams[outbox->meta.streams - 1];
	struct office_item item;
	struct dd_key waiting, number;
	uint64_t hole = 0;
	int rc = office_get_item(outbox->writer, id, &item);

	if (rc != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "report %" PRIu64 " is gone from the outbox",
			       id);
	assert(item.state == OFFICE_CONFLICT || item.exposed == 0);
	waiting = office_key_waiting(item.ordinal, item.number);
	number = office_key_number(item.ordinal, item.number);
	rc = dd_txn_del(outbox->writer, waiting.data, waiting.len);
	if (rc == 0)
		rc = office_put(outbox, &number, &hole, sizeof(hole), err);
	item.ordinal = target->ordinal;
	item.number = ++target->last_number;
	item.exposed = 0;
	if (rc == 0)
		rc = office_put_state(outbox, &item, &again, now_us, err);
	return rc != 0 ? rc : office_add_item(outbox, &item, err);
}

int office_outbox_move(struct office_outbox *outbox, uint32_t ordinal, int64_t now_us,
		       struct dd_error *err)
{
	uint64_t *ids = NULL;
	size_t count = 0;
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	assert(outbox->streams[ordinal].state == OFFICE_STREAM_RETIRING);
	rc = waiting_ids(outbox, ordinal, &ids, &count);
	if (rc == 0 && ordinal + 1 == outbox->meta.streams)
		rc = office_add_stream(outbox, now_us, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = move_item(outbox, ids[i], now_us, err);
	if (rc == 0) {
		outbox->streams[ordinal].state = OFFICE_STREAM_RETIRED;
		rc = office_put_stream(outbox, ordinal, err);
	}
	if (rc == 0)
		rc = office_put_stream(outbox, (uint32_t)outbox->meta.streams - 1, err);
	free(ids);
	return office_end(outbox, rc, err);
}
