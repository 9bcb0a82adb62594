/* report_ledger_look.c - reads the past as of one sequence. */
#include "services/reporting/report_ledger_impl.h"
#include <assert.h>
#include <string.h>

int report_ledger_look(struct report_ledger *ledger, uint64_t sequence, struct dd_error *err)
{
	int rc;

	assert(!ledger->txn && !ledger->reader);
	rc = dd_txn_read(ledger->store, &ledger->reader, err);
	if (rc == DD_OK)
		rc = dd_cursor_open(ledger->reader, &ledger->cursor, err);
	ledger->sequence = sequence;
	if (rc != DD_OK)
		report_ledger_look_end(ledger);
	return rc;
}

void report_ledger_look_end(struct report_ledger *ledger)
{
	if (ledger->cursor)
		dd_cursor_close(ledger->cursor);
	ledger->cursor = NULL;
	dd_txn_abort(ledger->reader);
	ledger->reader = NULL;
}

/* The newest that is not newer than the key's sequence. */
static int newest(struct report_ledger *ledger, const struct dd_key *key, struct dd_val *val_out)
{
	struct dd_val found;

	assert(ledger->reader);
	return dd_cursor_seek(ledger->cursor, key->data, key->len, key->len - sizeof(uint64_t),
			      &found, val_out);
}

int report_ledger_unit(struct report_ledger *ledger, const char *code, struct dd_val *name_out)
{
	struct dd_key key;

	ledger_key_text(&key, LEDGER_UNIT, code, ledger->sequence);
	return newest(ledger, &key, name_out);
}

int report_ledger_area(struct report_ledger *ledger, uint32_t area, struct dd_val *name_out)
{
	struct dd_key key;

	ledger_key_area(&key, area, ledger->sequence);
	return newest(ledger, &key, name_out);
}

int report_ledger_plan(struct report_ledger *ledger, const char *code, struct dd_val *fields_out)
{
	struct dd_key key;

	ledger_key_text(&key, LEDGER_PLAN, code, ledger->sequence);
	return newest(ledger, &key, fields_out);
}

int report_ledger_kind(struct report_ledger *ledger, const char *code, struct dd_val *kind_out)
{
	struct dd_key key;

	ledger_key_text(&key, LEDGER_KIND, code, ledger->sequence);
	return newest(ledger, &key, kind_out);
}

int report_ledger_task(struct report_ledger *ledger, uint64_t task,
		       struct report_version *version_out, struct dd_val *fields_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	ledger_key_task(&key, task, ledger->sequence);
	rc = newest(ledger, &key, &val);
	if (rc != DD_OK)
		return rc;
	if (val.len < sizeof(*version_out))
		return DD_ERR_CORRUPT;
	memcpy(version_out, val.data, sizeof(*version_out));
	*fields_out = (struct dd_val){.data = (const uint8_t *)val.data + sizeof(*version_out),
				      .len = val.len - sizeof(*version_out)};
	return DD_OK;
}

/* Of a day, what came behind the position is not yet known. */
int report_ledger_reported(struct report_ledger *ledger, const char *unit, int32_t from_day,
			   int32_t to_day)
{
	uint32_t day = 0, last = (uint32_t)to_day ^ UINT32_C(0x80000000);
	struct dd_val found, val;
	uint8_t has = 0; /* as of the position, on the day at hand */
	struct dd_key key;
	size_t prefix;
	int rc;

	ledger_key_reported(&key, LEDGER_REPORTED, unit, from_day);
	prefix = key.len - sizeof(day);
	for (rc = dd_cursor_seek(ledger->cursor, key.data, key.len, prefix, &found, &val);
	     rc == DD_OK; rc = dd_cursor_next(ledger->cursor, &found, &val)) {
		const uint8_t *at = (const uint8_t *)found.data + prefix;

		if (found.len != prefix + sizeof(day) + sizeof(uint64_t) || val.len != sizeof(has))
			return -1;
		if (dd_key_get_u32(at) != day && has != 0)
			return 1;
		day = dd_key_get_u32(at);
		if (day > last)
			return 0;
		if (dd_key_get_u64(at + sizeof(day)) <= ledger->sequence)
			memcpy(&has, val.data, sizeof(has));
	}
	return rc == DD_ERR_NOT_FOUND ? has : -1;
}

static int read_one(struct report_ledger *ledger, const struct dd_key *key, size_t prefix,
		    struct dd_buf *out)
{
	struct dd_cursor *cursor = NULL;
	struct dd_txn *txn = NULL;
	struct dd_val found, val;
	int rc;

	assert(!ledger->txn);
	rc = dd_txn_read(ledger->store, &txn, NULL);
	if (rc == DD_OK)
		rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == DD_OK)
		rc = dd_cursor_seek(cursor, key->data, key->len, prefix, &found, &val);
	dd_buf_clear(out);
	if (rc == DD_OK)
		dd_buf_add(out, val.data, val.len);
	if (cursor)
		dd_cursor_close(cursor);
	dd_txn_abort(txn);
	return rc;
}

int report_ledger_at_day(struct report_ledger *ledger, int32_t day,
			 struct dd_position *position_out, struct dd_error *err)
{
	struct dd_buf found = {0};
	struct dd_key key;
	int rc;

	ledger_key_day(&key, day);
	rc = read_one(ledger, &key, 1, &found);
	if (rc == DD_OK && found.len == sizeof(*position_out))
		memcpy(position_out, found.data, sizeof(*position_out));
	else if (rc == DD_OK)
		rc = DD_ERR_CORRUPT;
	dd_buf_fini(&found);
	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(err, rc,
			       "the log begins after that day: there is nothing to report");
	return rc == DD_OK ? DD_OK : dd_fail(err, rc, "the ledger's days cannot be read");
}

int report_ledger_authority(struct report_ledger *ledger, struct dd_buf *name_out)
{
	struct dd_key key;

	ledger_key_meta(&key, "authority");
	return read_one(ledger, &key, key.len, name_out);
}
