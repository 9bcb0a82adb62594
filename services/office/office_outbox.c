/* office_outbox.c - saving reports, and following them until the centre has decided. */
#include "services/office/office_outbox.h"

#include "common/base/alloc.h"
#include "services/office/office_draft.h"
#include "services/office/office_outbox_files.h"
#include "services/office/office_tables.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int create(struct office_outbox *outbox, int64_t now_us, struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	memset(&outbox->meta, 0, sizeof(outbox->meta));
	outbox->meta.schema = OFFICE_SCHEMA;
	return office_end(outbox, office_add_stream(outbox, now_us, err), err);
}

int office_outbox_open(const char *dir, uint64_t map_bytes, int64_t now_us,
		       struct office_outbox **outbox_out, struct dd_error *err)
{
	struct office_outbox *outbox = dd_alloc(sizeof(*outbox));
	int rc = dd_store_open(dir, map_bytes, &outbox->store, err);

	if (rc == 0)
		rc = dd_txn_read(outbox->store, &outbox->reader, err);
	if (rc == 0) {
		dd_txn_reset(outbox->reader);
		rc = office_load(outbox, err);
	}
	if (rc == DD_ERR_NOT_FOUND)
		rc = create(outbox, now_us, err);
	if (rc != 0) {
		office_outbox_close(outbox);
		return rc;
	}
	*outbox_out = outbox;
	return 0;
}

void office_outbox_close(struct office_outbox *outbox)
{
	if (outbox == NULL)
		return;
	dd_txn_abort(outbox->reader);
	dd_store_close(outbox->store);
	free(outbox->streams);
	free(outbox->answers);
	free(outbox);
}

struct dd_store *office_outbox_store(struct office_outbox *outbox)
{
	return outbox->store;
}

/* Whether the command is the next of its stream, and if not, what it is. */
static int find_place(struct office_outbox *outbox, const struct office_command *command,
		      const uint8_t digest[DD_HASH_LEN], enum office_save *save_out,
		      uint64_t *expected_out)
{
	const struct dd_key last_key = office_key_client_last(command->stream);
	const struct dd_key key = office_key_client(command->stream, command->number);
	struct office_identity identity;
	uint64_t last = 0;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = office_get(txn, &last_key, &last, sizeof(last));
	if (rc == DD_ERR_NOT_FOUND)
		rc = 0;
	*expected_out = last + 1;
	*save_out = command->number == last + 1 ? OFFICE_SAVE_NEW : OFFICE_SAVE_MISSING;
	if (rc == 0 && command->number <= last) {
		rc = office_get(txn, &key, &identity, sizeof(identity));
		if (rc == 0)
			*save_out = memcmp(identity.digest, digest, DD_HASH_LEN) == 0
					    ? OFFICE_SAVE_SAME
					    : OFFICE_SAVE_OTHER;
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}

static void make_item(struct office_outbox *outbox, const struct office_command *command,
		      const uint8_t digest[DD_HASH_LEN], int64_t now_us, struct office_item *item)
{
	struct office_stream *current = &outbox->streams[outbox->meta.streams - 1];

	memset(item, 0, sizeof(*item));
	item->id = ++outbox->meta.items;
	item->ordinal = current->ordinal;
	item->number = ++current->last_number;
	item->client_number = command->number;
	memcpy(item->client_stream, command->stream, DD_ID_LEN);
	memcpy(item->digest, digest, DD_HASH_LEN);
	item->body_len = (uint32_t)command->body_len;
	item->task = command->task;
	item->queued_us = now_us;
	item->changed_us = now_us;
	item->state = OFFICE_QUEUED;
	office_set_text(item->summary, sizeof(item->summary), command->summary);
	outbox->meta.waiting++;
}

static int put_identity(struct office_outbox *outbox, const struct office_item *item,
			struct dd_error *err)
{
	const struct dd_key key = office_key_client(item->client_stream, item->client_number);
	const struct dd_key last = office_key_client_last(item->client_stream);
	struct office_identity identity;
	int rc;

	memset(&identity, 0, sizeof(identity));
	identity.item = item->id;
	memcpy(identity.digest, item->digest, DD_HASH_LEN);
	rc = office_put(outbox, &key, &identity, sizeof(identity), err);
	if (rc != 0)
		return rc;
	return office_put(outbox, &last, &item->client_number, sizeof(item->client_number), err);
}

static int save_new(struct office_outbox *outbox, const struct office_command *command,
		    const uint8_t digest[DD_HASH_LEN], int64_t now_us, struct dd_error *err)
{
	struct office_item item;
	struct dd_key body;
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	make_item(outbox, command, digest, now_us, &item);
	body = office_key_body(item.id);
	rc = office_add_item(outbox, &item, err);
	if (rc == 0 && command->body_len > 0)
		rc = office_put(outbox, &body, command->body, command->body_len, err);
	if (rc == 0)
		rc = put_identity(outbox, &item, err);
	if (rc == 0 && command->file.hash != NULL)
		rc = office_files_note(outbox, &item, &command->file, err);
	if (rc == 0)
		rc = office_draft_sent(outbox, command->stream, err);
	if (rc == 0)
		rc = office_put_stream(outbox, item.ordinal, err);
	if (rc == 0)
		rc = office_put_meta(outbox, err);
	return office_end(outbox, rc, err);
}

int office_outbox_save(struct office_outbox *outbox, const struct office_command *command,
		       int64_t now_us, enum office_save *save_out, uint64_t *expected_out,
		       struct dd_error *err)
{
	uint8_t digest[DD_HASH_LEN];
	int rc;

	assert(command->body_len <= UINT32_MAX);
	dd_hash(command->body, command->body_len, digest);
	rc = find_place(outbox, command, digest, save_out, expected_out);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox's identities cannot be read");
	if (*save_out != OFFICE_SAVE_NEW)
		return 0;
	rc = save_new(outbox, command, digest, now_us, err);
	if (rc == 0)
		*expected_out = command->number + 1;
	return rc;
}

static int write_item(struct office_outbox *outbox, uint64_t id, struct office_item *item,
		      struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	rc = office_get_item(outbox->writer, id, item);
	if (rc == 0)
		return 0;
	return office_end(
		outbox,
		dd_fail(err, rc, "report %llu is not in the outbox", (unsigned long long)id), err);
}

int office_outbox_withdraw(struct office_outbox *outbox, uint64_t id, const char *reason,
			   int64_t now_us, struct dd_error *err)
{
	const struct dd_key body = office_key_body(id);
	char words[OFFICE_REASON_TEXT];
	const struct office_change change = {.state = OFFICE_QUEUED, .reason = words};
	struct office_item item;
	int rc = write_item(outbox, id, &item, err);

	if (rc != 0)
		return rc;
	if (item.exposed != 0 || item.state != OFFICE_QUEUED)
		return office_end(outbox,
				  dd_fail(err, DD_ERR_REFUSED,
					  "report %llu may have left already: report again "
					  "instead of withdrawing it",
					  (unsigned long long)id),
				  err);
	if (item.body_len > 0)
		rc = dd_txn_del(outbox->writer, body.data, body.len);
	item.body_len = 0;
	dd_hash("", 0, item.digest);
	(void)snprintf(words, sizeof(words), OFFICE_WITHDRAWN_HERE "%s%s",
		       reason[0] != '\0' ? ": " : "", reason);
	if (rc == 0)
		rc = office_put_state(outbox, &item, &change, now_us, err);
	return office_end(outbox, rc, err);
}

uint32_t office_outbox_incarnation(const struct office_outbox *outbox)
{
	return (uint32_t)outbox->meta.incarnation;
}

uint32_t office_outbox_stream_count(const struct office_outbox *outbox)
{
	return (uint32_t)outbox->meta.streams;
}

const struct office_stream *office_outbox_stream(const struct office_outbox *outbox,
						 uint32_t ordinal)
{
	assert(ordinal < outbox->meta.streams);
	return &outbox->streams[ordinal];
}

int office_outbox_at(struct office_outbox *outbox, uint32_t ordinal, uint64_t number,
		     struct office_item *item_out)
{
	const struct dd_key key = office_key_number(ordinal, number);
	uint64_t id = 0;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = office_get(txn, &key, &id, sizeof(id));
	if (rc == 0 && id == 0)
		rc = DD_ERR_NOT_FOUND;
	else if (rc == 0 && office_get_item(txn, id, item_out) != 0)
		rc = DD_ERR_CORRUPT;
	dd_txn_reset(txn);
	return rc;
}

int office_outbox_body(struct office_outbox *outbox, uint64_t id, uint8_t **body_out,
		       size_t *len_out)
{
	const struct dd_key key = office_key_body(id);
	struct dd_txn *txn;
	struct dd_val val;
	int rc = office_read(outbox, &txn);

	*body_out = NULL;
	*len_out = 0;
	if (rc != 0)
		return rc;
	rc = dd_txn_get(txn, key.data, key.len, &val);
	if (rc == 0) {
		*body_out = dd_memdup(val.data, val.len);
		*len_out = val.len;
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

int office_outbox_mark_sent(struct office_outbox *outbox, const uint64_t *ids, size_t count,
			    int64_t now_us, struct dd_error *err)
{
	const struct office_change sent = {.state = OFFICE_SENT};
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct office_item item;

		rc = office_get_item(outbox->writer, ids[i], &item);
		if (rc != 0) {
			rc = dd_fail(err, DD_ERR_CORRUPT, "report %llu is gone from the outbox",
				     (unsigned long long)ids[i]);
			break;
		}
		if (!office_state_may((enum office_state)item.state, OFFICE_SENT))
			continue; /* its answer was written a moment ago */
		item.attempts++;
		item.exposed = 1;
		rc = office_put_state(outbox, &item, &sent, now_us, err);
	}
	return office_end(outbox, rc, err);
}

static int put_receipt(struct office_outbox *outbox, uint64_t id,
		       const struct office_receipt *receipt, struct dd_error *err)
{
	const struct dd_key key = office_key_receipt(id, receipt);

	return office_put(outbox, &key, receipt->chain, DD_HASH_LEN, err);
}

static int put_change(struct office_outbox *outbox, struct office_item *item,
		      const struct office_change *change, int64_t now_us, struct dd_error *err)
{
	int rc;

	if (item->destroyed && change->state == OFFICE_WITHDRAWN) {
		/* The centre has an empty command under the number from now on. */
		item->body_len = 0;
		dd_hash("", 0, item->digest);
	}
	rc = office_put_state(outbox, item, change, now_us, err);
	if (rc == 0 && change->receipt != NULL && change->receipt->sequence > 0)
		rc = put_receipt(outbox, item->id, change->receipt, err);
	if (rc == 0 && change->receipt != NULL &&
	    change->receipt->incarnation > outbox->meta.incarnation) {
		outbox->meta.incarnation = change->receipt->incarnation;
		rc = office_put_meta(outbox, err);
	}
	return rc;
}

int office_outbox_change(struct office_outbox *outbox, uint64_t id,
			 const struct office_change *change, int64_t now_us, struct dd_error *err)
{
	struct office_item item;
	int rc = write_item(outbox, id, &item, err);

	if (rc != 0)
		return rc;
	return office_end(outbox, put_change(outbox, &item, change, now_us, err), err);
}

/* --- answers, many at once -------------------------------------------------------------------- */

void office_outbox_answered(struct office_outbox *outbox, uint64_t id,
			    const struct office_change *change, int64_t now_us)
{
	struct office_answer *answer;

	assert(change->reason == NULL && change->receipt != NULL);
	if (outbox->answer_count == outbox->answer_cap) {
		outbox->answer_cap = outbox->answer_cap ? 2 * outbox->answer_cap : 64;
		outbox->answers =
			dd_realloc(outbox->answers, outbox->answer_cap * sizeof(*outbox->answers));
	}
	answer = &outbox->answers[outbox->answer_count++];
	*answer = (struct office_answer){
		.item = id, .receipt = *change->receipt, .now_us = now_us, .state = change->state};
}

int office_put_answers(struct office_outbox *outbox, struct dd_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < outbox->answer_count; i++) {
		const struct office_answer *answer = &outbox->answers[i];
		const struct office_change change = {
			.state = answer->state, .reason = "", .receipt = &answer->receipt};
		struct office_item item;

		rc = office_get_item(outbox->writer, answer->item, &item);
		if (rc != 0)
			return dd_fail(err, DD_ERR_CORRUPT, "report %llu is gone from the outbox",
				       (unsigned long long)answer->item);
		if (item.state == OFFICE_SENT)
			rc = put_change(outbox, &item, &change, answer->now_us, err);
	}
	return rc;
}

bool office_outbox_unwritten(const struct office_outbox *outbox)
{
	return outbox->answer_count > 0;
}

int office_outbox_write(struct office_outbox *outbox, struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	return rc != 0 ? rc : office_end(outbox, 0, err);
}
