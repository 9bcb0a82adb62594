/* view_visible.c - see view_visible.h. */
#include "common/view/view_visible.h"

#include "common/base/alloc.h"
#include "common/base/id.h"
#include "common/view/sheet.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_walk.h"
#include <stdlib.h>
#include <string.h>

#define READABLE(name) ((uint32_t)DONDOC__V1__READABLE_FLAG__READABLE_##name)

static bool coordinates(const uint8_t *bytes, size_t len, const char *unit)
{
	Dondoc__V1__TaskFields *fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	bool found = false;

	for (size_t i = 0; fields != NULL && i < fields->n_coordinating_units; i++)
		found = found || strcmp(fields->coordinating_units[i], unit) == 0;
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return found;
}

/* The rule. */
static uint32_t relation(const struct view_task *task, const struct dd_val *fields,
			 const char *unit)
{
	uint32_t flags = 0;

	if (unit[0] == '\0')
		return 0;
	if (strcmp(task->lead_unit, unit) == 0)
		flags |= READABLE(LEAD);
	if (fields->len > 0 && coordinates(fields->data, fields->len, unit))
		flags |= READABLE(COORDINATING);
	return flags;
}

uint32_t view_visible_task(struct view *view, const char *unit, uint64_t task)
{
	struct dd_val fields = {.len = 0};
	struct view_task found;
	const uint8_t *bytes;

	if (view_task(view, false, task, &found) != DD_OK)
		return 0;
	if (view_task_fields(view, false, task, &bytes, &fields.len) == DD_OK)
		fields.data = bytes;
	else
		fields.len = 0;
	return relation(&found, &fields, unit);
}

/* --- from another thread ------------------------------------------------------------------------
 */

struct view_visible_reader {
	struct dd_txn *txn;
};

int view_visible_reader_open(struct view *view, struct view_visible_reader **reader_out,
			     struct dd_error *err)
{
	struct view_visible_reader *reader = dd_alloc(sizeof(*reader));
	int rc = dd_txn_read(view->store, &reader->txn, err);

	if (rc != DD_OK) {
		free(reader);
		return rc;
	}
	dd_txn_reset(reader->txn);
	*reader_out = reader;
	return DD_OK;
}

void view_visible_reader_close(struct view_visible_reader *reader)
{
	if (reader == NULL)
		return;
	dd_txn_abort(reader->txn);
	free(reader);
}

int view_visible_read(struct view_visible_reader *reader, const char *unit, uint64_t task,
		      uint64_t *version_out, uint32_t *flags_out)
{
	struct dd_val fields, val;
	struct view_task found;
	struct dd_key key;
	int rc = dd_txn_renew(reader->txn);

	if (rc != DD_OK)
		return rc;
	view_key_u64(&key, VIEW_TASK, task);
	rc = dd_txn_get(reader->txn, key.data, key.len, &val);
	if (rc == DD_OK && val.len != sizeof(found))
		rc = DD_ERR_CORRUPT;
	if (rc == DD_OK) {
		memcpy(&found, val.data, sizeof(found));
		view_key_u64(&key, VIEW_FIELDS, task);
		if (dd_txn_get(reader->txn, key.data, key.len, &fields) != DD_OK)
			fields.len = 0;
		*version_out = found.version;
		*flags_out = relation(&found, &fields, unit);
	}
	dd_txn_reset(reader->txn);
	return rc;
}

/* --- what speaks to the unit -------------------------------------------------------------------
 */

static void add_record(struct view_visible *out, uint64_t task, uint64_t sequence)
{
	if (sequence == 0)
		return;
	if ((out->record_count & (out->record_count - 1)) == 0) /* full at each power of two */
		out->records = dd_realloc(out->records,
					  (out->record_count == 0 ? 1 : 2 * out->record_count) *
						  sizeof(*out->records));
	out->records[out->record_count++] =
		(struct view_visible_record){.task = task, .sequence = sequence};
}

/* Talks that mention it. */
static int add_talks(struct view *view, const char *unit, struct view_visible *out,
		     struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key key;
	uint64_t task;
	int rc;

	view_key_text(&key, VIEW_TALK_TO, unit);
	rc = view_walk_open(view, &key, &walk, err);
	if (rc != DD_OK)
		return rc;
	while (view_walk_next(&walk)) {
		if (walk.val.len != sizeof(task))
			continue;
		memcpy(&task, walk.val.data, sizeof(task));
		add_record(out, task, view_walk_number(&walk) ^ UINT64_MAX);
	}
	view_walk_close(&walk);
	return walk.rc;
}

/* Requests that wait for it, among them questions that it has not answered. */
static int add_requests(struct view *view, const char *unit, struct view_visible *out,
			struct dd_error *err)
{
	size_t first = out->record_count, kept = out->record_count;
	struct view_request request;
	struct view_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_REQUEST_BY, unit);
	rc = view_walk_open(view, &key, &walk, err);
	if (rc != DD_OK)
		return rc;
	while (view_walk_next(&walk))
		add_record(out, 0, view_walk_number(&walk));
	view_walk_close(&walk);
	for (size_t i = first; i < out->record_count; i++)
		if (view_request_get(view, false, out->records[i].sequence, &request) == DD_OK &&
		    request.task != 0)
			out->records[kept++] = (struct view_visible_record){
				.task = request.task, .sequence = request.sequence};
	out->record_count = kept;
	return walk.rc;
}

static int by_task(const void *a, const void *b)
{
	const struct view_visible_record *x = a, *y = b;

	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static void sort(struct view_visible *out)
{
	size_t kept = 0;

	if (out->record_count == 0)
		return;
	qsort(out->records, out->record_count, sizeof(*out->records), by_task);
	for (size_t i = 1; i < out->record_count; i++)
		if (by_task(&out->records[kept], &out->records[i]) != 0)
			out->records[++kept] = out->records[i];
	out->record_count = kept + 1;
}

int view_visible_records(struct view *view, const char *unit, struct view_visible *out,
			 struct dd_error *err)
{
	int rc = DD_OK;

	*out = (struct view_visible){0};
	if (unit[0] == '\0')
		return DD_OK;
	rc = add_talks(view, unit, out, err);
	if (rc == DD_OK)
		rc = add_requests(view, unit, out, err);
	sort(out);
	return rc;
}

/* --- all tasks -------------------------------------------------------------------------------- */

static void add_row(struct view_visible *out, uint64_t task, uint64_t version, uint32_t flags)
{
	if ((out->row_count & (out->row_count - 1)) == 0)
		out->rows = dd_realloc(out->rows, (out->row_count == 0 ? 1 : 2 * out->row_count) *
							  sizeof(*out->rows));
	out->rows[out->row_count++] =
		(struct view_visible_row){.task = task, .version = version, .flags = flags};
}

/* Tasks below `until` of which only single records speak to the unit; *at moves on. */
static void add_named(struct view_visible *out, size_t *at, uint64_t until)
{
	const struct view_visible_record *records = out->records;

	for (; *at < out->record_count && records[*at].task < until; (*at)++)
		if (*at + 1 == out->record_count || records[*at + 1].task != records[*at].task)
			add_row(out, records[*at].task, records[*at].sequence, READABLE(NAMED));
}

static uint32_t flags_of(const struct sheet *sheet, const struct sheet_row *row, uint32_t unit)
{
	const uint32_t *coordinating = sheet_coordinating(sheet, row);
	uint32_t flags = row->lead == unit ? READABLE(LEAD) : 0;

	for (size_t i = 0; i < row->coordinating; i++)
		if (coordinating[i] == unit)
			flags |= READABLE(COORDINATING);
	return flags;
}

int view_visible_rows(struct view *view, const char *unit, struct view_visible *out,
		      struct dd_error *err)
{
	struct sheet *sheet = NULL;
	struct view_task task;
	size_t at = 0;
	uint32_t name;
	int rc = view_visible_records(view, unit, out, err);

	if (rc == DD_OK)
		rc = sheet_of(view, &sheet, err);
	if (rc != DD_OK || unit[0] == '\0')
		return rc;
	name = sheet_name(sheet, unit);
	for (size_t i = 0; name != SHEET_NONE && i < sheet_count(sheet); i++) {
		const struct sheet_row *row = &sheet_rows(sheet)[i];
		uint32_t flags = flags_of(sheet, row, name);

		if (flags == 0 || view_task(view, false, row->id, &task) != DD_OK)
			continue;
		add_named(out, &at, row->id);
		add_row(out, row->id, task.version, flags);
		while (at < out->record_count && out->records[at].task == row->id)
			at++; /* all of it is readable */
	}
	add_named(out, &at, UINT64_MAX);
	return DD_OK;
}

void view_visible_free(struct view_visible *visible)
{
	free(visible->records);
	free(visible->rows);
	*visible = (struct view_visible){0};
}

static void put_le(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

void view_visible_digest(const struct view_visible_row *rows, size_t count, uint8_t digest_out[32])
{
	struct dd_hasher hasher;
	uint8_t packed[20];

	dd_hasher_init(&hasher, "dondoc.readable1");
	for (size_t i = 0; i < count; i++) {
		put_le(packed, rows[i].task, 8);
		put_le(packed + 8, rows[i].version, 8);
		put_le(packed + 16, rows[i].flags, 4);
		dd_hasher_add(&hasher, packed, sizeof(packed));
	}
	dd_hasher_end(&hasher, digest_out);
}
