/* office_tables.c - keys, records and transactions of the outbox. */
#include "services/office/office_tables.h"

#include "services/office/office_past.h"

#include "common/base/alloc.h"
#include "common/base/text.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct dd_key office_key_meta(void)
{
	struct dd_key key;

	dd_key_begin(&key, 'M');
	return key;
}

static struct dd_key key_of(char table, uint64_t value)
{
	struct dd_key key;

	dd_key_begin(&key, table);
	dd_key_u64(&key, value);
	return key;
}

static struct dd_key key_numbered(char table, uint32_t ordinal, uint64_t number)
{
	struct dd_key key;

	dd_key_begin(&key, table);
	dd_key_u32(&key, ordinal);
	dd_key_u64(&key, number);
	return key;
}

struct dd_key office_key_stream(uint32_t ordinal)
{
	struct dd_key key;

	dd_key_begin(&key, 'S');
	dd_key_u32(&key, ordinal);
	return key;
}

struct dd_key office_key_item(uint64_t id)
{
	return key_of('I', id);
}

struct dd_key office_key_body(uint64_t id)
{
	return key_of('B', id);
}

struct dd_key office_key_number(uint32_t ordinal, uint64_t number)
{
	return key_numbered('N', ordinal, number);
}

struct dd_key office_key_waiting(uint32_t ordinal, uint64_t number)
{
	return key_numbered('U', ordinal, number);
}

struct dd_key office_key_client(const uint8_t stream[DD_ID_LEN], uint64_t number)
{
	struct dd_key key;

	dd_key_begin(&key, 'C');
	dd_key_bytes(&key, stream, DD_ID_LEN);
	dd_key_u64(&key, number);
	return key;
}

struct dd_key office_key_client_last(const uint8_t stream[DD_ID_LEN])
{
	struct dd_key key;

	dd_key_begin(&key, 'L');
	dd_key_bytes(&key, stream, DD_ID_LEN);
	return key;
}

struct dd_key office_key_receipt(uint64_t id, const struct office_receipt *receipt)
{
	struct dd_key key = key_of('R', id);

	dd_key_u32(&key, receipt->incarnation);
	dd_key_u64(&key, receipt->sequence);
	return key;
}

struct dd_key office_key_notice(uint64_t number)
{
	return key_of('X', number);
}

int office_get(struct dd_txn *txn, const struct dd_key *key, void *out, size_t len)
{
	struct dd_val val;
	int rc = dd_txn_get(txn, key->data, key->len, &val);

	if (rc != 0)
		return rc;
	if (val.len != len)
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, len);
	return 0;
}

int office_put(struct office_outbox *outbox, const struct dd_key *key, const void *data, size_t len,
	       struct dd_error *err)
{
	assert(outbox->writer != NULL);
	outbox->moved += key->data[0] == 'I' ? 1 : 0;
	return dd_txn_put(outbox->writer, key->data, key->len, data, len, err);
}

int office_get_item(struct dd_txn *txn, uint64_t id, struct office_item *item_out)
{
	const struct dd_key key = office_key_item(id);
	int rc = office_get(txn, &key, item_out, sizeof(*item_out));

	if (rc == 0 && (item_out->state < OFFICE_QUEUED || item_out->state > OFFICE_HELD))
		return DD_ERR_CORRUPT;
	return rc;
}

int office_read(struct office_outbox *outbox, struct dd_txn **txn_out)
{
	*txn_out = outbox->reader;
	return dd_txn_renew(outbox->reader);
}

static int load_streams(struct office_outbox *outbox)
{
	int rc = 0;

	if (outbox->meta.streams == 0 ||
	    outbox->meta.streams > UINT32_MAX / sizeof(*outbox->streams))
		return DD_ERR_CORRUPT;
	outbox->streams = dd_realloc(outbox->streams,
				     (size_t)outbox->meta.streams * sizeof(*outbox->streams));
	for (uint32_t i = 0; rc == 0 && i < outbox->meta.streams; i++) {
		const struct dd_key key = office_key_stream(i);

		rc = office_get(outbox->reader, &key, &outbox->streams[i],
				sizeof(outbox->streams[i]));
	}
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}

int office_load(struct office_outbox *outbox, struct dd_error *err)
{
	const struct dd_key key = office_key_meta();
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return dd_fail(err, rc, "the outbox cannot be read");
	rc = office_get(txn, &key, &outbox->meta, sizeof(outbox->meta));
	if (rc == 0 && outbox->meta.schema != OFFICE_SCHEMA)
		rc = DD_ERR_UNSUPPORTED;
	if (rc == 0)
		rc = load_streams(outbox);
	dd_txn_reset(txn);
	if (rc == DD_ERR_NOT_FOUND)
		return rc;
	if (rc == DD_ERR_UNSUPPORTED)
		return dd_fail(err, rc,
			       "the outbox was made by another version of dondoc-office (schema "
			       "%llu, this one knows %d); start the version that made it",
			       (unsigned long long)outbox->meta.schema, OFFICE_SCHEMA);
	if (rc != 0)
		return dd_fail(err, rc,
			       "the outbox's own records are damaged: restore the folder "
			       "from a copy; what is missing is found by asking the centre");
	return 0;
}

int office_begin(struct office_outbox *outbox, struct dd_error *err)
{
	int rc;

	assert(outbox->writer == NULL);
	rc = dd_txn_write(outbox->store, &outbox->writer, err);
	if (rc == 0 && outbox->answer_count > 0)
		rc = office_put_answers(outbox, err);
	return rc != 0 && outbox->writer != NULL ? office_end(outbox, rc, err) : rc;
}

int office_end(struct office_outbox *outbox, int rc, struct dd_error *err)
{
	struct dd_txn *txn = outbox->writer;
	struct dd_error reload = {0};

	outbox->writer = NULL;
	if (rc == 0)
		rc = dd_txn_commit(txn, err);
	else
		dd_txn_abort(txn);
	if (rc == 0)
		outbox->answer_count = 0;
	if (rc != 0 && office_load(outbox, &reload) != 0 && reload.code != DD_ERR_NOT_FOUND)
		return dd_fail(err, DD_ERR_IO, "%s", reload.text);
	return rc;
}

int office_put_meta(struct office_outbox *outbox, struct dd_error *err)
{
	const struct dd_key key = office_key_meta();

	return office_put(outbox, &key, &outbox->meta, sizeof(outbox->meta), err);
}

int office_put_stream(struct office_outbox *outbox, uint32_t ordinal, struct dd_error *err)
{
	const struct dd_key key = office_key_stream(ordinal);

	assert(ordinal < outbox->meta.streams);
	return office_put(outbox, &key, &outbox->streams[ordinal], sizeof(outbox->streams[ordinal]),
			  err);
}

int office_add_stream(struct office_outbox *outbox, int64_t now_us, struct dd_error *err)
{
	const uint32_t ordinal = (uint32_t)outbox->meta.streams;
	struct office_stream *stream;
	int rc;

	outbox->meta.streams++;
	outbox->streams = dd_realloc(outbox->streams,
				     (size_t)outbox->meta.streams * sizeof(*outbox->streams));
	stream = &outbox->streams[ordinal];
	memset(stream, 0, sizeof(*stream));
	stream->ordinal = ordinal;
	stream->state = OFFICE_STREAM_OPEN;
	stream->opened_us = now_us;
	dd_id_new(stream->id);
	rc = office_put_stream(outbox, ordinal, err);
	return rc != 0 ? rc : office_put_meta(outbox, err);
}

int office_add_notice(struct office_outbox *outbox, int64_t now_us, const char *text,
		      struct dd_error *err)
{
	struct office_notice notice;
	struct dd_key key;
	int rc;

	memset(&notice, 0, sizeof(notice));
	notice.at_us = now_us;
	office_set_text(notice.text, sizeof(notice.text), text);
	outbox->meta.notices++;
	key = office_key_notice(outbox->meta.notices);
	rc = office_put(outbox, &key, &notice, sizeof(notice), err);
	return rc != 0 ? rc : office_put_meta(outbox, err);
}

static int put_item(struct office_outbox *outbox, const struct office_item *item,
		    struct dd_error *err)
{
	const struct dd_key key = office_key_item(item->id);

	return office_put(outbox, &key, item, sizeof(*item), err);
}

int office_add_item(struct office_outbox *outbox, const struct office_item *item,
		    struct dd_error *err)
{
	const struct dd_key number = office_key_number(item->ordinal, item->number);
	const struct dd_key waiting = office_key_waiting(item->ordinal, item->number);
	int rc = put_item(outbox, item, err);

	if (rc == 0)
		rc = office_put(outbox, &number, &item->id, sizeof(item->id), err);
	if (rc == 0)
		rc = office_put(outbox, &waiting, &item->id, sizeof(item->id), err);
	return rc;
}

int office_put_state(struct office_outbox *outbox, struct office_item *item,
		     const struct office_change *change, int64_t now_us, struct dd_error *err)
{
	const struct dd_key waiting = office_key_waiting(item->ordinal, item->number);
	const bool was = office_state_settled((enum office_state)item->state);
	const bool is = office_state_settled(change->state);
	const bool other = item->state != change->state || change->reason != NULL;
	int rc = 0;

	assert(office_state_may((enum office_state)item->state, change->state));
	item->state = (uint8_t)change->state;
	item->changed_us = now_us;
	office_set_text(item->reason, sizeof(item->reason), change->reason ? change->reason : "");
	if (change->receipt != NULL)
		item->receipt = *change->receipt;
	if (is && !was) {
		outbox->meta.waiting--;
		rc = dd_txn_del(outbox->writer, waiting.data, waiting.len);
	} else if (was && !is) {
		outbox->meta.waiting++;
		rc = office_put(outbox, &waiting, &item->id, sizeof(item->id), err);
	}
	if (rc != 0)
		return rc == DD_ERR_NOT_FOUND ? dd_fail(err, DD_ERR_CORRUPT,
							"the outbox's waiting index is damaged")
					      : rc;
	if (other) /* else it only left once more */
		rc = office_past_add(outbox, item, err);
	if (rc == 0)
		rc = put_item(outbox, item, err);
	return rc != 0 || is == was ? rc : office_put_meta(outbox, err);
}

void office_set_text(char *out, size_t size, const char *text)
{
	const size_t len = dd_text_cut(text, size - 1);

	memset(out, 0, size);
	memcpy(out, text, len);
}
