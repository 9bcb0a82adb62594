/* report_ledger.c - notes frames; see report_ledger.h. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/reporting/report_ledger_impl.h"
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "schema-3" /* another name: built anew from the log */

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* One frame being noted. */
struct noting {
	struct report_ledger *ledger;
	struct view *view;
	uint64_t sequence; /* under which its changes stand */
	int32_t day;
	struct dd_error *err;
};

static int put(struct noting *noting, const struct dd_key *key, const void *data, size_t len)
{
	return dd_txn_put(noting->ledger->txn, key->data, key->len, data, len, noting->err);
}

static int unreadable(struct noting *noting, uint64_t sequence)
{
	return dd_fail(noting->err, DD_ERR_CORRUPT,
		       "event %" PRIu64 " cannot be read: verify the log", sequence);
}

/* --- tasks ----------------------------------------------------------------------------------- */

/* Whether the newest version is the same: most events change nothing that is told of it. */
static int unchanged(struct noting *noting, uint64_t task, const struct dd_buf *now, bool *same_out)
{
	struct dd_cursor *cursor = NULL;
	struct dd_val key_found, val;
	struct dd_key key;
	int rc = dd_cursor_open(noting->ledger->txn, &cursor, noting->err);

	*same_out = false;
	if (rc != DD_OK)
		return rc;
	ledger_key_task(&key, task, UINT64_MAX);
	rc = dd_cursor_seek(cursor, key.data, key.len, 1 + sizeof(task), &key_found, &val);
	if (rc == DD_OK)
		*same_out = val.len == now->len && memcmp(val.data, now->data, val.len) == 0;
	dd_cursor_close(cursor);
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

static int note_content(struct noting *noting, const struct view_task *task)
{
	struct dd_buf *buf = &noting->ledger->scratch;
	struct report_version version;
	const uint8_t *fields;
	struct dd_key key;
	bool same;
	size_t len;
	int rc = view_task_fields(noting->view, false, task->id, &fields, &len);

	if (rc != DD_OK)
		return dd_fail(noting->err, rc, "task %" PRIu64 " cannot be read from the view",
			       task->id);
	version = (struct report_version){.first_due_day = task->first_due_day,
					  .position = task->position};
	dd_buf_clear(buf);
	dd_buf_add(buf, &version, sizeof(version));
	dd_buf_add(buf, fields, len);
	rc = unchanged(noting, task->id, buf, &same);
	if (rc != DD_OK || same)
		return rc;
	ledger_key_task(&key, task->id, noting->sequence);
	return put(noting, &key, buf->data, buf->len);
}

/* Whether the event told of work on the task by its lead. */
static bool is_update(const struct noting *noting, const struct view_task *task,
		      const struct ledger_touch *touch)
{
	if (task->lead_unit[0] == '\0')
		return false;
	if (touch->type == TYPE(PRODUCT_REPORTED)) /* or by who accepts the product */
		return dd_day_of(task->updated_us) == noting->day;
	return touch->type == TYPE(PROGRESS_REPORTED) || touch->type == TYPE(UNCHANGED_REPORTED) ||
	       touch->type == TYPE(UPDATE_REPLACED);
}

/* One more report of the unit's of that day is in force, or one less. Kept is from when to when the
 * unit has reported on the day: most reports change nothing of that. */
static int note_reports(struct noting *noting, const char *unit, int32_t day, bool more)
{
	uint32_t count = 0;
	struct dd_key key;
	struct dd_val val;
	uint8_t has;
	int rc;

	ledger_key_reported(&key, LEDGER_REPORTS, unit, day);
	rc = dd_txn_get(noting->ledger->txn, key.data, key.len, &val);
	if (rc == DD_OK && val.len == sizeof(count))
		memcpy(&count, val.data, sizeof(count));
	else if (rc != DD_ERR_NOT_FOUND)
		return rc;
	if (!more && count == 0)
		return DD_OK;
	count = more ? count + 1 : count - 1;
	rc = put(noting, &key, &count, sizeof(count));
	if (rc != DD_OK || count > 1 || (count == 1 && !more))
		return rc;
	has = count > 0;
	ledger_key_reported(&key, LEDGER_REPORTED, unit, day);
	dd_key_u64(&key, noting->sequence);
	return put(noting, &key, &has, sizeof(has));
}

static int note_task(struct noting *noting, const struct ledger_touch *touch)
{
	struct view_task task;
	int rc = view_task(noting->view, false, touch->subject, &task);

	/* Its first event was redacted: nobody knows more of it. */
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc != DD_OK)
		return dd_fail(noting->err, rc, "task %" PRIu64 " cannot be read from the view",
			       touch->subject);
	rc = note_content(noting, &task);
	if (rc == DD_OK && is_update(noting, &task, touch))
		rc = note_reports(noting, task.lead_unit, noting->day, true);
	return rc;
}

/* A report that is withdrawn has not been made. Old logs do not say when it was: it stays. */
static int note_withdrawn(struct noting *noting, const struct ledger_touch *touch,
			  const uint8_t *body, size_t len)
{
	Dondoc__V1__EntryWithdrawn *said = dondoc__v1__entry_withdrawn__unpack(NULL, len, body);
	int64_t reported_us = said ? said->reported_us : 0;
	struct view_task task;
	int rc = note_task(noting, touch);

	dondoc__v1__entry_withdrawn__free_unpacked(said, NULL);
	if (rc != DD_OK || reported_us == 0 ||
	    view_task(noting->view, false, touch->subject, &task) != DD_OK)
		return rc;
	return note_reports(noting, task.lead_unit, dd_day_of(reported_us), false);
}

/* --- what tasks refer to --------------------------------------------------------------------- */

static int note_authority(struct noting *noting, const uint8_t *body, size_t len)
{
	Dondoc__V1__Genesis *genesis = dondoc__v1__genesis__unpack(NULL, len, body);
	struct dd_key key;
	int rc;

	if (!genesis)
		return DD_ERR_INVALID;
	ledger_key_meta(&key, "authority");
	rc = put(noting, &key, genesis->authority, strlen(genesis->authority));
	dondoc__v1__genesis__free_unpacked(genesis, NULL);
	return rc;
}

static int note_unit(struct noting *noting, const uint8_t *body, size_t len)
{
	Dondoc__V1__UnitSet *set = dondoc__v1__unit_set__unpack(NULL, len, body);
	int rc = DD_ERR_INVALID;
	struct dd_key key;

	if (set && set->unit) {
		ledger_key_text(&key, LEDGER_UNIT, set->unit->code, noting->sequence);
		rc = put(noting, &key, set->unit->name, strlen(set->unit->name));
	}
	if (rc == DD_OK) {
		ledger_key_text(&key, LEDGER_KIND, set->unit->code, noting->sequence);
		rc = put(noting, &key, set->unit->kind, strlen(set->unit->kind));
	}
	dondoc__v1__unit_set__free_unpacked(set, NULL);
	return rc;
}

static int note_area(struct noting *noting, const uint8_t *body, size_t len)
{
	Dondoc__V1__AreaSet *set = dondoc__v1__area_set__unpack(NULL, len, body);
	int rc = DD_ERR_INVALID;
	struct dd_key key;

	if (set) {
		ledger_key_area(&key, set->area, noting->sequence);
		rc = put(noting, &key, set->name, strlen(set->name));
	}
	dondoc__v1__area_set__free_unpacked(set, NULL);
	return rc;
}

static int note_plan(struct noting *noting, const uint8_t *body, size_t len)
{
	Dondoc__V1__PlanSet *set = dondoc__v1__plan_set__unpack(NULL, len, body);
	struct dd_buf *buf = &noting->ledger->scratch;
	int rc = DD_ERR_INVALID;
	struct dd_key key;

	if (set && set->plan) {
		dd_buf_clear(buf);
		buf->len = dondoc__v1__plan_fields__pack(
			set->plan,
			dd_buf_reserve(buf, dondoc__v1__plan_fields__get_packed_size(set->plan)));
		ledger_key_text(&key, LEDGER_PLAN, set->plan->code, noting->sequence);
		rc = put(noting, &key, buf->data, buf->len);
	}
	dondoc__v1__plan_set__free_unpacked(set, NULL);
	return rc;
}

static int note_touch(struct noting *noting, const struct ledger_touch *touch, const uint8_t *body,
		      size_t len)
{
	switch (touch->type) {
	case TYPE(GENESIS):
		return note_authority(noting, body, len);
	case TYPE(UNIT_SET):
		return note_unit(noting, body, len);
	case TYPE(AREA_SET):
		return note_area(noting, body, len);
	case TYPE(PLAN_SET):
		return note_plan(noting, body, len);
	case TYPE(ENTRY_WITHDRAWN):
		return note_withdrawn(noting, touch, body, len);
	default:
		return touch->subject != 0 ? note_task(noting, touch) : DD_OK;
	}
}

/* --- groups ---------------------------------------------------------------------------------- */

static int group_put(struct noting *noting, uint64_t group, const struct dd_record *record,
		     const struct ledger_touch *touch)
{
	struct dd_buf *buf = &noting->ledger->scratch;
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, touch, sizeof(*touch));
	dd_buf_add(buf, record->body, record->body_len);
	dd_key_begin(&key, LEDGER_GROUP);
	dd_key_u64(&key, group);
	dd_key_u64(&key, record->sequence);
	return put(noting, &key, buf->data, buf->len);
}

/* The first that waits in the group, taken out of it: into `key` and `waiting`. */
static int group_take(struct noting *noting, uint64_t group, struct dd_key *key,
		      struct dd_buf *waiting)
{
	struct dd_cursor *cursor = NULL;
	struct dd_val found, val;
	int rc = dd_cursor_open(noting->ledger->txn, &cursor, noting->err);

	if (rc != DD_OK)
		return rc;
	dd_key_begin(key, LEDGER_GROUP);
	dd_key_u64(key, group);
	rc = dd_cursor_seek(cursor, key->data, key->len, key->len, &found, &val);
	if (rc == DD_OK) {
		key->len = 0;
		dd_key_bytes(key, found.data, found.len);
		dd_buf_clear(waiting);
		dd_buf_add(waiting, val.data, val.len);
	}
	dd_cursor_close(cursor);
	return rc == DD_OK ? dd_txn_del(noting->ledger->txn, key->data, key->len) : rc;
}

/* The group has ended: what waited takes effect, or never. */
static int group_end(struct noting *noting, uint64_t group, bool effective)
{
	struct dd_buf waiting = {0};
	struct ledger_touch touch;
	struct dd_key key;
	int rc;

	while ((rc = group_take(noting, group, &key, &waiting)) == DD_OK) {
		assert(waiting.len >= sizeof(touch));
		memcpy(&touch, waiting.data, sizeof(touch));
		if (effective)
			rc = note_touch(noting, &touch, waiting.data + sizeof(touch),
					waiting.len - sizeof(touch));
		if (rc != DD_OK)
			break;
	}
	dd_buf_fini(&waiting);
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

/* --- frames ---------------------------------------------------------------------------------- */

static int note_header(struct noting *noting, const struct dd_record *record,
		       const Dondoc__V1__EventHeader *header)
{
	const struct ledger_touch touch = {.subject = header->subject,
					   .sequence = record->sequence,
					   .type = (uint32_t)header->type};
	const uint8_t *body;
	uint32_t body_len;

	if (header->type == TYPE(GROUP_CLOSED) || header->type == TYPE(GROUP_ABANDONED))
		return group_end(noting, header->group, header->type == TYPE(GROUP_CLOSED));
	if (record->kind == DD_RECORD_REDACTED && header->subject == 0)
		return DD_OK;
	if (header->group != 0)
		return group_put(noting, header->group, record, &touch);
	(void)dd_record_body(record, &body, &body_len);
	return note_touch(noting, &touch, body, body_len);
}

static int note_record(struct noting *noting, const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header;
	int rc;

	if (record->kind == DD_RECORD_LEAF)
		return dd_fail(noting->err, DD_ERR_REFUSED,
			       "event %" PRIu64 " is hidden from reporting: a report must see all",
			       record->sequence);
	header = dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	rc = header ? note_header(noting, record, header) : DD_ERR_INVALID;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return rc == DD_ERR_INVALID ? unreadable(noting, record->sequence) : rc;
}

static int note_position(struct noting *noting, int64_t record_us, const struct dd_position *after)
{
	struct dd_position copy;
	struct dd_key key;
	int rc;

	memset(&copy, 0, sizeof(copy)); /* its holes too: the bytes are stored */
	memcpy(copy.log_id, after->log_id, sizeof(copy.log_id));
	memcpy(copy.chain, after->chain, sizeof(copy.chain));
	copy.incarnation = after->incarnation;
	copy.sequence = after->sequence;
	ledger_key_day(&key, dd_day_of(record_us));
	rc = put(noting, &key, &copy, sizeof(copy));
	ledger_key_meta(&key, "cursor");
	if (rc == DD_OK)
		rc = put(noting, &key, &copy, sizeof(copy));
	return rc;
}

/* A frame that the ledger has already: its end must be where the ledger remembers it. */
static int check_known(const struct report_ledger *ledger, const struct dd_frame_info *info,
		       const struct dd_position *after, struct dd_error *err)
{
	const struct dd_position *own = &ledger->position;
	bool same = after->sequence < own->sequence ||
		    (after->sequence == own->sequence &&
		     memcmp(after->chain, own->chain, sizeof(own->chain)) == 0);

	if (own->sequence > 0 && memcmp(own->log_id, info->log_id, sizeof(own->log_id)) != 0)
		same = false;
	if (info->base <= own->sequence && !same)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the reports' ledger is at event %" PRIu64
			       " of a log that differs from this one; delete the folders 'ledger' "
			       "and 'view' of reporting, they are rebuilt",
			       own->sequence);
	return DD_OK;
}

int report_ledger_note(struct report_ledger *ledger, struct view *view, const uint8_t *frame,
		       const struct dd_frame_info *info, const struct dd_position *after,
		       struct dd_error *err)
{
	struct noting noting = {.ledger = ledger,
				.view = view,
				.sequence = after->sequence,
				.day = dd_day_of(info->record_us),
				.err = err};
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc = check_known(ledger, info, after, err);

	assert(!ledger->reader);
	if (rc != DD_OK || after->sequence <= ledger->position.sequence)
		return rc;
	if (!ledger->txn)
		rc = dd_txn_write(ledger->store, &ledger->txn, err);
	dd_frame_iter(&iter, frame, info);
	while (rc == DD_OK && dd_frame_next(&iter, &record))
		rc = note_record(&noting, &record);
	if (rc == DD_OK)
		rc = note_position(&noting, info->record_us, after);
	if (rc == DD_OK)
		ledger->position = *after;
	return rc;
}

int report_ledger_commit(struct report_ledger *ledger, struct dd_error *err)
{
	struct dd_txn *txn = ledger->txn;

	if (!txn)
		return DD_OK;
	ledger->txn = NULL;
	return dd_txn_commit(txn, err);
}

/* --- life ------------------------------------------------------------------------------------ */

static int read_cursor(struct report_ledger *ledger, struct dd_error *err)
{
	struct dd_txn *txn = NULL;
	struct dd_key key;
	struct dd_val val;
	int rc = dd_txn_read(ledger->store, &txn, err);

	if (rc != DD_OK)
		return rc;
	ledger_key_meta(&key, "cursor");
	rc = dd_txn_get(txn, key.data, key.len, &val);
	if (rc == DD_OK && val.len == sizeof(ledger->position))
		memcpy(&ledger->position, val.data, val.len);
	else if (rc != DD_ERR_NOT_FOUND)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "the ledger's cursor cannot be read; delete the folders 'ledger' and "
			     "'view' of reporting, they are rebuilt");
	dd_txn_abort(txn);
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

/* What an older schema left in the folder itself. */
static void remove_older(const char *dir)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = dd_path(dir, names[i]);

		(void)dd_sys()->unlink(dd_sys()->ctx, path);
		free(path);
	}
}

int report_ledger_open(const char *dir, uint64_t map_bytes, struct report_ledger **ledger_out,
		       struct dd_error *err)
{
	struct report_ledger *ledger = dd_alloc(sizeof(*ledger));
	char *path = dd_path(dir, SCHEMA);
	int rc = dd_dir_make(dir, err);

	if (rc == DD_OK)
		remove_older(dir);
	if (rc == DD_OK)
		rc = dd_store_open(path, map_bytes, &ledger->store, err);
	free(path);
	if (rc == DD_OK)
		rc = read_cursor(ledger, err);
	if (rc != DD_OK) {
		report_ledger_close(ledger);
		return rc;
	}
	*ledger_out = ledger;
	return DD_OK;
}

void report_ledger_close(struct report_ledger *ledger)
{
	if (!ledger)
		return;
	report_ledger_look_end(ledger);
	dd_txn_abort(ledger->txn);
	dd_store_close(ledger->store);
	dd_buf_fini(&ledger->scratch);
	free(ledger);
}

const struct dd_position *report_ledger_position(const struct report_ledger *ledger)
{
	return &ledger->position;
}
