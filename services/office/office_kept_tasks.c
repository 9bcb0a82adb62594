/* office_kept_tasks.c - which tasks the unit may see: compared with the centre, gained, lost. */
#include "services/office/office_kept_impl.h"

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ABOUT_PREFIX 9u /* letter and task */

int office_kept_get_task(struct dd_txn *txn, uint64_t task, struct office_kept_task *out)
{
	const struct dd_key key = office_kept_key('G', task);
	struct dd_val val;
	int rc = dd_txn_get(txn, key.data, key.len, &val);

	if (rc != 0)
		return rc;
	if (val.len != sizeof(*out))
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, sizeof(*out));
	return 0;
}

int office_kept_put_task(struct office_kept *kept, uint64_t task,
			 const struct office_kept_task *row, struct dd_error *err)
{
	const struct dd_key key = office_kept_key('G', task);

	return office_kept_put(kept, &key, row, sizeof(*row), err);
}

/* --- all tasks -------------------------------------------------------------------------------- */

struct known {
	uint64_t task;
	struct office_kept_task row;
};

/* In ascending order. The caller frees *known_out. */
static int list_known(struct office_kept *kept, struct known **known_out, size_t *count_out)
{
	const struct dd_key key = office_kept_key('G', 0);
	struct known *known = NULL;
	size_t count = 0, room = 0;
	struct dd_cursor *cursor;
	struct dd_val found, val;
	int rc = dd_txn_renew(kept->reader);

	if (rc != 0)
		return rc;
	rc = dd_cursor_open(kept->reader, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, key.data, key.len, 1, &found, &val);
		while (rc == 0 && val.len == sizeof(known->row)) {
			if (count == room) {
				room = room == 0 ? 64 : 2 * room;
				known = dd_realloc(known, room * sizeof(*known));
			}
			known[count].task = dd_key_get_u64((const uint8_t *)found.data + 1);
			memcpy(&known[count++].row, val.data, sizeof(known->row));
			rc = dd_cursor_next(cursor, &found, &val);
		}
		dd_cursor_close(cursor);
	}
	dd_txn_reset(kept->reader);
	*known_out = known;
	*count_out = count;
	if (rc == 0)
		return DD_ERR_CORRUPT; /* a row of another length */
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

int office_kept_digest(struct office_kept *kept, uint8_t digest_out[DD_HASH_LEN])
{
	struct dd_hasher hasher;
	struct known *known;
	size_t count;
	uint8_t row[20];
	int rc = list_known(kept, &known, &count);

	dd_hasher_init(&hasher, "dondoc.readable1");
	for (size_t i = 0; rc == 0 && i < count; i++) {
		dd_put_u64(row, known[i].task);
		dd_put_u64(row + 8, known[i].row.version);
		dd_put_u32(row + 16, known[i].row.flags);
		dd_hasher_add(&hasher, row, sizeof(row));
	}
	dd_hasher_end(&hasher, digest_out);
	free(known);
	return rc;
}

/* --- lost ------------------------------------------------------------------------------------- */

/* The newest record about a task; 0 = none. */
static uint64_t newest_about(struct office_kept *kept, uint64_t task)
{
	struct dd_key key = office_kept_key_about(task, 0);
	uint64_t newest = 0;
	struct dd_val found;

	while (office_kept_seek(kept->writer, &key, ABOUT_PREFIX, &found, NULL) == 0) {
		newest = dd_key_get_u64((const uint8_t *)found.data + ABOUT_PREFIX);
		key = office_kept_key_about(task, newest + 1);
	}
	return newest;
}

static int delete_records(struct office_kept *kept, uint64_t task, struct dd_error *err)
{
	const struct dd_key key = office_kept_key_about(task, 0);
	struct dd_val found;
	int rc;

	while ((rc = office_kept_seek(kept->writer, &key, ABOUT_PREFIX, &found, NULL)) == 0) {
		rc = office_kept_del_record(
			kept, dd_key_get_u64((const uint8_t *)found.data + ABOUT_PREFIX), task,
			err);
		if (rc != 0)
			return rc;
		kept->state.generation = kept->before.generation + 1;
	}
	return rc == DD_ERR_NOT_FOUND ? 0 : dd_fail(err, rc, OFFICE_KEPT_WORDS);
}

static int lose(struct office_kept *kept, const struct known *known, uint64_t view_sequence,
		struct dd_error *err)
{
	const struct dd_key key = office_kept_key('G', known->task);
	int rc;

	if (newest_about(kept, known->task) > view_sequence)
		return 0; /* newer than what the centre looked at */
	dd_log(DD_LOG_INFO, "office.task_lost", dd_f_uint("task", known->task));
	rc = delete_records(kept, known->task, err);
	if (rc == 0) {
		kept->state.tasks--;
		rc = dd_txn_del(kept->writer, key.data, key.len);
		if (rc != 0)
			return dd_fail(err, rc, OFFICE_KEPT_WORDS);
	}
	return rc;
}

/* --- compared --------------------------------------------------------------------------------- */

struct comparing {
	struct office_kept *kept;
	struct office_kept_want *wants; /* owned */
	size_t count;
	size_t room;
	bool behind;
};

static void want(struct comparing *comparing, const Dondoc__V1__ReadableRow *row, uint64_t after)
{
	struct office_kept_want *place;

	if (row->version > comparing->kept->state.at.sequence) {
		comparing->behind = true; /* it may come by itself, or the next time */
		return;
	}
	if (comparing->count == comparing->room) {
		comparing->room = comparing->room == 0 ? 16 : 2 * comparing->room;
		comparing->wants =
			dd_realloc(comparing->wants, comparing->room * sizeof(*comparing->wants));
	}
	place = &comparing->wants[comparing->count++];
	*place = (struct office_kept_want){
		.task = row->task, .after = after, .version = row->version, .flags = row->flags};
}

/* Only what speaks to the unit is to be read, not the whole task. */
static bool only_named(uint32_t flags)
{
	return flags == DONDOC__V1__READABLE_FLAG__READABLE_NAMED;
}

/* Something that spoke to the unit does so no more: a question was closed with its task. */
static bool fewer_named(struct office_kept *kept, uint64_t task, const struct office_kept_task *row,
			const Dondoc__V1__ReadableRow *told, uint64_t view_sequence)
{
	return only_named(row->flags) && only_named(told->flags) && told->version < row->version &&
	       newest_about(kept, task) <= view_sequence;
}

static int compare_one(struct comparing *comparing, const struct known *known,
		       const Dondoc__V1__ReadableRow *told, uint64_t view_sequence,
		       struct dd_error *err)
{
	struct office_kept_task row = known->row;
	int rc = 0;

	if (fewer_named(comparing->kept, known->task, &row, told, view_sequence)) {
		rc = delete_records(comparing->kept, known->task, err);
		row.version = 0;
	}
	if (rc == 0 && only_named(row.flags) != only_named(told->flags)) {
		if (row.flags != 0 && only_named(told->flags))
			rc = delete_records(comparing->kept, known->task, err);
		row.version = 0;
	}
	if (row.version < told->version)
		want(comparing, told, row.version);
	row.flags = told->flags;
	if (rc == 0 && memcmp(&row, &known->row, sizeof(row)) != 0)
		rc = office_kept_put_task(comparing->kept, known->task, &row, err);
	return rc;
}

static int compare_all(struct comparing *comparing, const struct office_kept_listed *listed,
		       const struct known *known, size_t count, struct dd_error *err)
{
	size_t at = 0, told = 0;
	int rc = 0;

	while (rc == 0 && (at < count || told < listed->count)) {
		const Dondoc__V1__ReadableRow *row =
			told < listed->count ? &listed->rows[told] : NULL;

		if (row == NULL || (at < count && known[at].task < row->task)) {
			rc = lose(comparing->kept, &known[at++], listed->view_sequence, err);
		} else if (at == count || row->task < known[at].task) {
			want(comparing, row, 0);
			told++;
		} else {
			rc = compare_one(comparing, &known[at++], row, listed->view_sequence, err);
			told++;
		}
	}
	return rc;
}

int office_kept_compare(struct office_kept *kept, const struct office_kept_listed *listed,
			struct office_kept_want **wants_out, size_t *count_out, bool *behind_out,
			struct dd_error *err)
{
	struct comparing comparing = {.kept = kept};
	struct known *known = NULL;
	size_t count = 0;
	int rc = list_known(kept, &known, &count);

	if (rc != 0)
		(void)dd_fail(err, rc, OFFICE_KEPT_WORDS);
	if (rc == 0)
		rc = office_kept_begin(kept, err);
	if (rc == 0) {
		rc = compare_all(&comparing, listed, known, count, err);
		rc = office_kept_end(kept, rc, err);
	}
	free(known);
	if (rc != 0) {
		free(comparing.wants);
		return rc;
	}
	*wants_out = comparing.wants;
	*count_out = comparing.count;
	*behind_out = comparing.behind;
	return 0;
}

/* --- gained ----------------------------------------------------------------------------------- */

/* What was followed must be what is read now. */
static int check_record(struct office_kept *kept, const struct office_kept_want *want,
			const struct dd_frame_info *info, const struct dd_record *record,
			struct dd_error *err)
{
	Dondoc__V1__EventHeader *header;
	uint8_t leaf[DD_HASH_LEN], followed[DD_HASH_LEN];
	uint64_t subject;
	int rc = office_kept_leaf(kept, record->sequence, followed);

	dd_record_leaf(info->log_id, record, leaf);
	if (rc == 0 && memcmp(leaf, followed, sizeof(leaf)) != 0)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "record %llu of task %llu, as the centre tells it now, is not what "
			       "stood in its log when the log was followed",
			       (unsigned long long)record->sequence,
			       (unsigned long long)want->task);
	if (rc != 0)
		return dd_fail(err, rc == DD_ERR_NOT_FOUND ? DD_ERR_INVALID : rc,
			       "record %llu was not followed",
			       (unsigned long long)record->sequence);
	header = dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	subject = header != NULL ? header->subject : 0;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	if (subject != want->task)
		return dd_fail(
			err, DD_ERR_INVALID, "the centre tells record %llu as one of task %llu",
			(unsigned long long)record->sequence, (unsigned long long)want->task);
	return 0;
}

/* What has lost its words here stays without them. */
static int gain_record(struct office_kept *kept, const struct office_kept_want *want,
		       const struct dd_record *record, struct dd_error *err)
{
	const struct dd_key key = office_kept_key('K', record->sequence);
	struct dd_record old;
	struct dd_val val;

	if (dd_txn_get(kept->writer, key.data, key.len, &val) == 0 &&
	    office_kept_parse(record->sequence, &val, &old) && old.kind == DD_RECORD_REDACTED)
		return 0;
	kept->state.generation = kept->before.generation + 1;
	return office_kept_put_record(kept, record, want->task, err);
}

/* *behind_out: the slice lies behind what was followed so far, or reaches behind it. */
static int gain_slice(struct office_kept *kept, struct office_kept_want *want, const uint8_t *slice,
		      const struct dd_frame_info *info, bool *behind_out, struct dd_error *err)
{
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t chain[DD_HASH_LEN];
	int rc = dd_frame_check(slice, info->length, info, err);

	memcpy(chain, info->chain_before, sizeof(chain));
	if (rc == 0 && memcmp(info->log_id, kept->state.at.log_id, DD_ID_LEN) != 0)
		rc = dd_fail(err, DD_ERR_CONFLICT, "the centre tells records of another log");
	if (rc == 0)
		rc = dd_frame_verify(slice, info, chain, NULL, err);
	dd_frame_iter(&iter, slice, info);
	while (rc == 0 && dd_frame_next(&iter, &record)) {
		*behind_out = *behind_out || record.sequence > kept->state.at.sequence;
		if (*behind_out || record.sequence <= want->after || record.kind == DD_RECORD_LEAF)
			continue;
		rc = check_record(kept, want, info, &record, err);
		if (rc == 0)
			rc = gain_record(kept, want, &record, err);
		if (rc == 0)
			want->after = record.sequence;
	}
	return rc == DD_ERR_CORRUPT ? DD_ERR_INVALID : rc; /* theirs is damaged, not ours */
}

static int gain_slices(struct office_kept *kept, struct office_kept_want *want,
		       const ProtobufCBinaryData *slices, bool *behind_out, struct dd_error *err)
{
	struct dd_frame_info info;
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < slices->len; at += info.length) {
		const size_t left = slices->len - at;

		if (dd_frame_info(slices->data + at, left, &info) != 0 || info.length > left)
			return dd_fail(err, DD_ERR_INVALID,
				       "the centre's records of task %llu cannot be read",
				       (unsigned long long)want->task);
		rc = gain_slice(kept, want, slices->data + at, &info, behind_out, err);
	}
	return rc;
}

int office_kept_gain(struct office_kept *kept, struct office_kept_want *want,
		     const ProtobufCBinaryData *slices, bool last, struct dd_error *err)
{
	const uint64_t after = want->after;
	struct office_kept_task row = {.flags = want->flags};
	struct office_kept_task old;
	bool behind = false;
	int rc = office_kept_begin(kept, err);

	if (rc != 0)
		return rc;
	rc = gain_slices(kept, want, slices, &behind, err);
	row.version = want->after;
	if (last && !behind && row.version < want->version)
		row.version = want->version;
	if (office_kept_get_task(kept->writer, want->task, &old) == DD_ERR_NOT_FOUND)
		kept->state.tasks++;
	else if (old.version > row.version && !only_named(row.flags))
		row.version = old.version;
	if (rc == 0)
		rc = office_kept_put_task(kept, want->task, &row, err);
	rc = office_kept_end(kept, rc, err);
	if (rc != 0)
		want->after = after;
	return rc;
}
