/* office_kept.c - the store of what is kept: keys, transactions, slices as they come. */
#include "services/office/office_kept_impl.h"

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct dd_key office_kept_key(char table, uint64_t number)
{
	struct dd_key key;

	dd_key_begin(&key, table);
	dd_key_u64(&key, number);
	return key;
}

struct dd_key office_kept_key_about(uint64_t task, uint64_t sequence)
{
	struct dd_key key = office_kept_key('A', task);

	dd_key_u64(&key, sequence);
	return key;
}

static struct dd_key key_state(void)
{
	struct dd_key key;

	dd_key_begin(&key, 'P');
	return key;
}

/* --- transactions ----------------------------------------------------------------------------- */

int office_kept_begin(struct office_kept *kept, struct dd_error *err)
{
	assert(kept->writer == NULL);
	kept->before = kept->state;
	return dd_txn_write(kept->store, &kept->writer, err);
}

int office_kept_put(struct office_kept *kept, const struct dd_key *key, const void *data,
		    size_t len, struct dd_error *err)
{
	return dd_txn_put(kept->writer, key->data, key->len, data, len, err);
}

int office_kept_end(struct office_kept *kept, int rc, struct dd_error *err)
{
	const struct dd_key key = key_state();
	struct dd_txn *txn = kept->writer;

	if (rc == 0)
		rc = office_kept_put(kept, &key, &kept->state, sizeof(kept->state), err);
	kept->writer = NULL;
	if (rc == 0)
		rc = dd_txn_commit(txn, err);
	else
		dd_txn_abort(txn);
	if (rc != 0)
		kept->state = kept->before;
	return rc;
}

int office_kept_seek(struct dd_txn *txn, const struct dd_key *key, size_t prefix,
		     struct dd_val *key_out, struct dd_val *val_out)
{
	struct dd_cursor *cursor;
	struct dd_val val;
	int rc = dd_cursor_open(txn, &cursor, NULL);

	if (rc != 0)
		return rc;
	rc = dd_cursor_seek(cursor, key->data, key->len, prefix, key_out,
			    val_out != NULL ? val_out : &val);
	dd_cursor_close(cursor);
	return rc;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int delete_all(struct dd_txn *txn, char table)
{
	struct dd_key key;
	struct dd_val found;
	int rc;

	dd_key_begin(&key, table);
	while ((rc = office_kept_seek(txn, &key, 1, &found, NULL)) == 0) {
		uint8_t copy[DD_KEY_MAX];

		if (found.len > sizeof(copy))
			return DD_ERR_CORRUPT;
		memcpy(copy, found.data, found.len);
		rc = dd_txn_del(txn, copy, found.len);
		if (rc != 0)
			return rc;
	}
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

/* Nothing followed yet, or by a release that kept it in another form: from the beginning. The three
 * last were the tables of the copy that was fetched page by page. */
static int begin_anew(struct office_kept *kept, struct dd_error *err)
{
	static const char tables[] = {'P', 'F', 'K', 'A', 'G', 'T', 'V', 'J'};
	int rc = office_kept_begin(kept, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < sizeof(tables); i++)
		rc = delete_all(kept->writer, tables[i]);
	if (rc != 0)
		(void)dd_fail(err, rc, OFFICE_KEPT_WORDS);
	memset(&kept->state, 0, sizeof(kept->state));
	kept->state.schema = OFFICE_KEPT_SCHEMA;
	kept->state.generation = 1;
	return office_kept_end(kept, rc, err);
}

static int load(struct office_kept *kept)
{
	const struct dd_key key = key_state();
	struct dd_val val;
	int rc = dd_txn_get(kept->reader, key.data, key.len, &val);

	if (rc != 0)
		return rc;
	if (val.len != sizeof(kept->state))
		return DD_ERR_NOT_FOUND;
	memcpy(&kept->state, val.data, sizeof(kept->state));
	return kept->state.schema == OFFICE_KEPT_SCHEMA ? 0 : DD_ERR_NOT_FOUND;
}

int office_kept_open(struct dd_store *store, const char *unit, struct office_kept **kept_out,
		     struct dd_error *err)
{
	struct office_kept *kept = dd_alloc(sizeof(*kept));
	int rc = dd_txn_read(store, &kept->reader, err);

	kept->store = store;
	kept->unit = unit;
	if (rc == 0) {
		rc = load(kept);
		dd_txn_reset(kept->reader);
		if (rc == DD_ERR_NOT_FOUND)
			rc = begin_anew(kept, err);
	}
	if (rc != 0) {
		office_kept_close(kept);
		return rc;
	}
	*kept_out = kept;
	return 0;
}

void office_kept_close(struct office_kept *kept)
{
	if (kept == NULL)
		return;
	dd_txn_abort(kept->reader);
	free(kept);
}

const struct office_kept_state *office_kept_state(const struct office_kept *kept)
{
	return &kept->state;
}

/* --- records ---------------------------------------------------------------------------------- */

bool office_kept_parse(uint64_t sequence, const struct dd_val *val, struct dd_record *record_out)
{
	const uint8_t *at = val->data;

	if (val->len < DD_RECORD_HEADER)
		return false;
	record_out->sequence = sequence;
	record_out->header_len = dd_get_u32(at);
	record_out->body_len = dd_get_u32(at + 4);
	record_out->kind = (enum dd_record_kind)dd_get_u32(at + 8);
	record_out->salt = at + 16;
	record_out->header = at + DD_RECORD_HEADER;
	record_out->body = record_out->header + record_out->header_len;
	return record_out->header_len <= DD_HEADER_MAX && record_out->body_len <= DD_BODY_MAX &&
	       val->len == dd_record_size(record_out->header_len, record_out->body_len);
}

int office_kept_put_record(struct office_kept *kept, const struct dd_record *record, uint64_t task,
			   struct dd_error *err)
{
	const struct dd_key key = office_kept_key('K', record->sequence);
	const struct dd_key about = office_kept_key_about(task, record->sequence);
	struct dd_val old;
	int rc = dd_txn_get(kept->writer, key.data, key.len, &old);

	if (rc == DD_ERR_NOT_FOUND)
		kept->state.records++;
	else if (rc != 0)
		return dd_fail(err, rc, OFFICE_KEPT_WORDS);
	rc = office_kept_put(kept, &key, record->header - DD_RECORD_HEADER,
			     dd_record_size(record->header_len, record->body_len), err);
	if (rc == 0 && task != 0)
		rc = office_kept_put(kept, &about, "", 0, err);
	return rc;
}

int office_kept_del_record(struct office_kept *kept, uint64_t sequence, uint64_t task,
			   struct dd_error *err)
{
	const struct dd_key key = office_kept_key('K', sequence);
	const struct dd_key about = office_kept_key_about(task, sequence);
	int rc = dd_txn_del(kept->writer, key.data, key.len);

	if (rc == 0)
		kept->state.records--;
	if (rc == 0 || rc == DD_ERR_NOT_FOUND)
		rc = dd_txn_del(kept->writer, about.data, about.len);
	if (rc != 0 && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, OFFICE_KEPT_WORDS);
	return 0;
}

int office_kept_next(struct office_kept *kept, uint64_t after, struct dd_buf *bytes,
		     struct dd_record *record_out)
{
	const struct dd_key key = office_kept_key('K', after + 1);
	struct dd_val found, val;
	int rc = dd_txn_renew(kept->reader);

	if (rc != 0)
		return rc;
	rc = office_kept_seek(kept->reader, &key, 1, &found, &val);
	if (rc == 0) {
		uint64_t sequence = dd_key_get_u64((const uint8_t *)found.data + 1);

		dd_buf_clear(bytes);
		dd_buf_add(bytes, val.data, val.len);
		val.data = bytes->data;
		if (!office_kept_parse(sequence, &val, record_out))
			rc = DD_ERR_CORRUPT;
	}
	dd_txn_reset(kept->reader);
	return rc;
}

int office_kept_record(struct office_kept *kept, uint64_t sequence, struct dd_buf *bytes,
		       struct dd_record *record_out)
{
	int rc = sequence == 0 ? DD_ERR_NOT_FOUND
			       : office_kept_next(kept, sequence - 1, bytes, record_out);

	return rc == 0 && record_out->sequence != sequence ? DD_ERR_NOT_FOUND : rc;
}

/* --- slices ----------------------------------------------------------------------------------- */

static int put_trace(struct office_kept *kept, const uint8_t *slice,
		     const struct dd_frame_info *info, struct dd_error *err)
{
	const struct dd_key key = office_kept_key('F', info->base + info->count - 1);
	const size_t len = sizeof(struct office_trace) + (size_t)info->count * DD_HASH_LEN;
	uint8_t *bytes = dd_alloc(len);
	struct office_trace trace = {.base = info->base,
				     .record_us = info->record_us,
				     .incarnation = info->incarnation,
				     .count = info->count};
	uint8_t chain[DD_HASH_LEN];
	int rc;

	memcpy(chain, info->chain_before, DD_HASH_LEN);
	memcpy(trace.chain, info->chain_after, DD_HASH_LEN);
	memcpy(bytes, &trace, sizeof(trace));
	rc = dd_frame_verify(slice, info, chain, bytes + sizeof(trace), err);
	if (rc == 0)
		rc = office_kept_put(kept, &key, bytes, len, err);
	free(bytes);
	return rc;
}

/* A record of a task that the unit leads says which one came before it: as long as none is missing,
 * all up to it is here. What is missing is found by comparing with the centre. */
static int note_task(struct office_kept *kept, const Dondoc__V1__EventHeader *header,
		     uint64_t sequence, struct office_kept_taken *taken, struct dd_error *err)
{
	struct office_kept_task row = {0};
	int rc = office_kept_get_task(kept->writer, header->subject, &row);
	bool first = rc == DD_ERR_NOT_FOUND;

	if (rc != 0 && !first)
		return dd_fail(err, rc, OFFICE_KEPT_WORDS);
	if (first && header->subject == sequence)
		row = (struct office_kept_task){.version = sequence,
						.flags = DONDOC__V1__READABLE_FLAG__READABLE_LEAD};
	else if (!first && row.version != 0 && header->subject_previous == row.version &&
		 row.flags != DONDOC__V1__READABLE_FLAG__READABLE_NAMED)
		row.version = sequence;
	taken->unsure = taken->unsure || row.version < sequence || header->other_unit[0] != '\0';
	if (!first && row.version != sequence)
		return 0;
	kept->state.tasks += first;
	return office_kept_put_task(kept, header->subject, &row, err);
}

static int take_record(struct office_kept *kept, const struct dd_record *record,
		       struct office_kept_taken *taken, struct dd_error *err)
{
	Dondoc__V1__EventHeader *header;
	int rc;

	if (record->kind == DD_RECORD_LEAF)
		return 0;
	header = dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	if (header == NULL)
		return dd_fail(err, DD_ERR_INVALID, "event %llu: its header cannot be read",
			       (unsigned long long)record->sequence);
	taken->readable = true;
	rc = office_kept_put_record(kept, record, header->subject, err);
	if (rc == 0 && header->subject != 0)
		rc = note_task(kept, header, record->sequence, taken, err);
	if (rc == 0)
		rc = office_kept_heed(kept, header, record, taken, err);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return rc;
}

static int take_slice(struct office_kept *kept, const uint8_t *slice,
		      const struct dd_frame_info *info, struct office_kept_taken *taken,
		      struct dd_error *err)
{
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc = put_trace(kept, slice, info, err);

	dd_frame_iter(&iter, slice, info);
	while (rc == 0 && dd_frame_next(&iter, &record))
		rc = take_record(kept, &record, taken, err);
	return rc;
}

int office_kept_take(struct office_kept *kept, const struct dd_buf *slices,
		     const struct dd_position *after, struct office_kept_taken *taken_out,
		     struct dd_error *err)
{
	struct dd_frame_info info;
	int rc = office_kept_begin(kept, err);

	memset(taken_out, 0, sizeof(*taken_out));
	if (rc != 0)
		return rc;
	for (size_t at = 0; rc == 0 && at < slices->len; at += info.length) {
		rc = dd_frame_info(slices->data + at, slices->len - at, &info);
		assert(rc == 0); /* the follower has verified it */
		rc = take_slice(kept, slices->data + at, &info, taken_out, err);
	}
	kept->state.at = *after;
	return office_kept_end(kept, rc, err);
}

int office_kept_fresh(struct office_kept *kept, int64_t now_us, struct dd_error *err)
{
	int rc = office_kept_begin(kept, err);

	if (rc != 0)
		return rc;
	kept->state.fresh_us = now_us;
	return office_kept_end(kept, 0, err);
}
