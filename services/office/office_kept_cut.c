/* office_kept_cut.c - places of what was followed, and forgetting what lies behind one. */
#include "services/office/office_kept_impl.h"

#include "common/base/alloc.h"
#include "common/eventlog/chain.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool trace_of(const struct dd_val *val, struct office_trace *trace_out,
		     struct dd_val *leaves_out)
{
	if (val->len < sizeof(*trace_out))
		return false;
	memcpy(trace_out, val->data, sizeof(*trace_out));
	leaves_out->data = (const uint8_t *)val->data + sizeof(*trace_out);
	leaves_out->len = val->len - sizeof(*trace_out);
	return leaves_out->len == (size_t)trace_out->count * DD_HASH_LEN && trace_out->count > 0;
}

int office_kept_trace(struct dd_txn *txn, uint64_t sequence, struct office_trace *trace_out,
		      struct dd_val *leaves_out)
{
	const struct dd_key key = office_kept_key('F', sequence);
	struct dd_val found, val;
	int rc = office_kept_seek(txn, &key, 1, &found, &val);

	if (rc != 0)
		return rc;
	if (!trace_of(&val, trace_out, leaves_out))
		return DD_ERR_CORRUPT;
	return trace_out->base <= sequence ? 0 : DD_ERR_NOT_FOUND;
}

int office_kept_place(struct office_kept *kept, uint64_t after, struct dd_position *place_out)
{
	struct office_trace trace;
	struct dd_val leaves;
	int rc = dd_txn_renew(kept->reader);

	if (rc != 0)
		return rc;
	rc = office_kept_trace(kept->reader, after + 1, &trace, &leaves);
	dd_txn_reset(kept->reader);
	if (rc != 0)
		return rc;
	memset(place_out, 0, sizeof(*place_out));
	memcpy(place_out->log_id, kept->state.at.log_id, DD_ID_LEN);
	memcpy(place_out->chain, trace.chain, DD_HASH_LEN);
	place_out->incarnation = trace.incarnation;
	place_out->sequence = trace.base + trace.count - 1;
	return 0;
}

int office_kept_leaf(struct office_kept *kept, uint64_t sequence, uint8_t leaf_out[DD_HASH_LEN])
{
	struct dd_txn *txn = kept->writer != NULL ? kept->writer : kept->reader;
	struct office_trace trace;
	struct dd_val leaves;
	int rc = kept->writer != NULL ? 0 : dd_txn_renew(kept->reader);

	if (rc != 0)
		return rc;
	rc = office_kept_trace(txn, sequence, &trace, &leaves);
	if (rc == 0)
		memcpy(leaf_out,
		       (const uint8_t *)leaves.data + (sequence - trace.base) * DD_HASH_LEN,
		       DD_HASH_LEN);
	if (kept->writer == NULL)
		dd_txn_reset(kept->reader);
	return rc;
}

/* --- forgetting ------------------------------------------------------------------------------- */

static int corrupt(int rc, struct dd_error *err)
{
	return rc == 0 || rc == DD_ERR_NOT_FOUND ? 0 : dd_fail(err, rc, OFFICE_KEPT_WORDS);
}

static int cut_slices(struct office_kept *kept, const struct dd_position *place,
		      struct dd_error *err)
{
	const struct dd_key from = office_kept_key('F', place->sequence + 1);
	struct dd_val found, val, leaves;
	struct office_trace trace;
	int rc;

	while ((rc = office_kept_seek(kept->writer, &from, 1, &found, &val)) == 0) {
		struct dd_key key =
			office_kept_key('F', dd_key_get_u64((const uint8_t *)found.data + 1));
		uint8_t *kept_bytes = NULL;
		size_t len = 0;

		if (!trace_of(&val, &trace, &leaves))
			return corrupt(DD_ERR_CORRUPT, err);
		if (trace.base <= place->sequence) { /* the place lies within */
			trace.count = (uint32_t)(place->sequence - trace.base + 1);
			memcpy(trace.chain, place->chain, DD_HASH_LEN);
			len = sizeof(trace) + (size_t)trace.count * DD_HASH_LEN;
			kept_bytes = dd_memdup(val.data, len);
			memcpy(kept_bytes, &trace, sizeof(trace));
		}
		rc = dd_txn_del(kept->writer, key.data, key.len);
		if (rc == 0 && kept_bytes != NULL) {
			key = office_kept_key('F', place->sequence);
			rc = office_kept_put(kept, &key, kept_bytes, len, err);
		}
		free(kept_bytes);
		if (rc != 0)
			return corrupt(rc, err);
	}
	return corrupt(rc, err);
}

static uint64_t task_of(const struct dd_val *val, uint64_t sequence)
{
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_record record;
	uint64_t task;

	if (office_kept_parse(sequence, val, &record))
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	task = header != NULL ? header->subject : 0;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return task;
}

/* What is known of the task is compared with the centre anew; of one that began behind the place
 * nothing stays. */
static int doubt_task(struct office_kept *kept, uint64_t task, const struct dd_position *place,
		      struct dd_error *err)
{
	const struct dd_key key = office_kept_key('G', task);
	struct office_kept_task row;
	int rc = office_kept_get_task(kept->writer, task, &row);

	if (rc != 0)
		return corrupt(rc, err);
	if (task > place->sequence) {
		kept->state.tasks--;
		return corrupt(dd_txn_del(kept->writer, key.data, key.len), err);
	}
	row.version = 0;
	return office_kept_put_task(kept, task, &row, err);
}

static int cut_records(struct office_kept *kept, const struct dd_position *place,
		       struct dd_error *err)
{
	const struct dd_key from = office_kept_key('K', place->sequence + 1);
	struct dd_val found, val;
	int rc;

	while ((rc = office_kept_seek(kept->writer, &from, 1, &found, &val)) == 0) {
		const uint64_t sequence = dd_key_get_u64((const uint8_t *)found.data + 1);
		const uint64_t task = task_of(&val, sequence);

		rc = office_kept_del_record(kept, sequence, task, err);
		if (rc == 0 && task != 0)
			rc = doubt_task(kept, task, place, err);
		if (rc != 0)
			return rc;
	}
	return corrupt(rc, err);
}

/* Tasks whose version came from the centre alone. */
static int cut_tasks(struct office_kept *kept, const struct dd_position *place,
		     struct dd_error *err)
{
	struct dd_key key = office_kept_key('G', 0);
	struct office_kept_task row;
	struct dd_val found, val;
	uint64_t task;
	int rc;

	while ((rc = office_kept_seek(kept->writer, &key, 1, &found, &val)) == 0) {
		task = dd_key_get_u64((const uint8_t *)found.data + 1);
		if (val.len != sizeof(row))
			return corrupt(DD_ERR_CORRUPT, err);
		memcpy(&row, val.data, sizeof(row));
		if (task > place->sequence || row.version > place->sequence)
			rc = doubt_task(kept, task, place, err);
		if (rc != 0)
			return rc;
		key = office_kept_key('G', task + 1);
	}
	return corrupt(rc, err);
}

int office_kept_cut(struct office_kept *kept, const struct dd_position *place, struct dd_error *err)
{
	int rc = office_kept_begin(kept, err);

	if (rc != 0)
		return rc;
	rc = cut_slices(kept, place, err);
	if (rc == 0)
		rc = cut_records(kept, place, err);
	if (rc == 0)
		rc = cut_tasks(kept, place, err);
	kept->state.at = *place;
	kept->state.generation++;
	if (place->sequence == 0)
		memset(&kept->state.at, 0, sizeof(kept->state.at));
	if (kept->state.covered.sequence > place->sequence)
		memset(&kept->state.covered, 0, sizeof(kept->state.covered));
	return office_kept_end(kept, rc, err);
}
