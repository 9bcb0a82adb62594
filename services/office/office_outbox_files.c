/* office_outbox_files.c - see office_outbox_files.h. Tables (office_tables.h):
 *
 *   E hash        -> struct office_file
 *   e hash, item  -> struct office_file_use
 *   ! hash        -> as office_kept_impl.h has it */
#include "services/office/office_outbox_files.h"

#include "services/office/office_tables.h"
#include <assert.h>
#include <string.h>

_Static_assert(sizeof(struct office_file) ==
		       DD_HASH_LEN + 7 * 8 + 4 * 4 + OFFICE_FILE_NAME + OFFICE_REASON_TEXT,
	       "a file's record has no padding");
_Static_assert(sizeof(struct office_file_use) == 3 * 8 + OFFICE_FILE_NAME,
	       "a use's record has no padding");

#define FILE_PREFIX 1
#define USE_PREFIX  (1 + (size_t)DD_HASH_LEN)

static struct dd_key key_file(const uint8_t hash[DD_HASH_LEN])
{
	struct dd_key key;

	dd_key_begin(&key, 'E');
	dd_key_bytes(&key, hash, DD_HASH_LEN);
	return key;
}

static struct dd_key key_use(const uint8_t hash[DD_HASH_LEN], uint64_t item)
{
	struct dd_key key;

	dd_key_begin(&key, 'e');
	dd_key_bytes(&key, hash, DD_HASH_LEN);
	dd_key_u64(&key, item);
	return key;
}

static int get_file(struct dd_txn *txn, const uint8_t hash[DD_HASH_LEN],
		    struct office_file *file_out)
{
	const struct dd_key key = key_file(hash);
	int rc = office_get(txn, &key, file_out, sizeof(*file_out));

	if (rc == 0 &&
	    (file_out->state < OFFICE_FILE_AWAITED || file_out->state > OFFICE_FILE_DESTROYED))
		return DD_ERR_CORRUPT;
	return rc;
}

int office_outbox_file(struct office_outbox *outbox, const uint8_t hash[DD_HASH_LEN],
		       struct office_file *file_out)
{
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = get_file(txn, hash, file_out);
	dd_txn_reset(txn);
	return rc;
}

static int put_file(struct office_outbox *outbox, const struct office_file *file,
		    struct dd_error *err)
{
	const struct dd_key key = key_file(file->hash);

	return office_put(outbox, &key, file, sizeof(*file), err);
}

int office_outbox_file_put(struct office_outbox *outbox, const struct office_file *file,
			   struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	return rc != 0 ? rc : office_end(outbox, put_file(outbox, file, err), err);
}

int office_outbox_files(struct office_outbox *outbox,
			bool (*on_file)(void *arg, const struct office_file *file), void *arg)
{
	struct office_file file;
	struct dd_cursor *cursor;
	struct dd_val key, val;
	struct dd_txn *txn;
	bool more = true;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, "E", 1, FILE_PREFIX, &key, &val);
		while (rc == 0 && more) {
			if (val.len != sizeof(file)) {
				rc = DD_ERR_CORRUPT;
				break;
			}
			memcpy(&file, val.data, sizeof(file));
			more = on_file(arg, &file);
			rc = dd_cursor_next(cursor, &key, &val);
		}
		dd_cursor_close(cursor);
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

/* What the centre has made of the report counts for its file. */
static int count_use(struct dd_txn *txn, const struct office_file_use *use, uint32_t nth,
		     struct office_file_want *want)
{
	struct office_item item;
	int rc = office_get_item(txn, use->item, &item);

	if (rc == DD_ERR_NOT_FOUND)
		item.state =
			OFFICE_ACCEPTED; /* settled and covered so long ago that its row went */
	else if (rc != 0)
		return DD_ERR_CORRUPT;
	switch ((enum office_state)item.state) {
	case OFFICE_ACCEPTED:
		if (want->accepted == nth)
			want->use = *use;
		want->accepted++;
		break;
	case OFFICE_QUEUED:
	case OFFICE_SENT:
	case OFFICE_CONFLICT:
	case OFFICE_HELD:
		want->open += item.body_len > 0; /* else it is withdrawn */
		break;
	case OFFICE_REFUSED:
	case OFFICE_WITHDRAWN:
		break;
	}
	return 0;
}

int office_outbox_file_want(struct office_outbox *outbox, const uint8_t hash[DD_HASH_LEN],
			    uint32_t nth, struct office_file_want *want_out)
{
	const struct dd_key first = key_use(hash, 0);
	struct office_file_use use;
	struct dd_cursor *cursor;
	struct dd_val key, val;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	memset(want_out, 0, sizeof(*want_out));
	if (rc != 0)
		return rc;
	rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, first.data, first.len, USE_PREFIX, &key, &val);
		while (rc == 0) {
			if (val.len != sizeof(use)) {
				rc = DD_ERR_CORRUPT;
				break;
			}
			memcpy(&use, val.data, sizeof(use));
			rc = count_use(txn, &use, nth, want_out);
			if (rc == 0)
				rc = dd_cursor_next(cursor, &key, &val);
		}
		dd_cursor_close(cursor);
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

bool office_outbox_file_destroyed(struct office_outbox *outbox, const uint8_t hash[DD_HASH_LEN])
{
	struct dd_txn *txn = NULL;
	struct dd_key key;
	struct dd_val val;
	bool destroyed;

	dd_key_begin(&key, '!');
	dd_key_bytes(&key, hash, DD_HASH_LEN);
	if (office_read(outbox, &txn) != 0)
		return false;
	destroyed = dd_txn_get(txn, key.data, key.len, &val) == 0;
	dd_txn_reset(txn);
	return destroyed;
}

uint64_t office_outbox_files_noted(const struct office_outbox *outbox)
{
	return outbox->noted;
}

uint64_t office_outbox_files_moved(const struct office_outbox *outbox)
{
	return outbox->moved;
}

/* The first report that names the file. */
static void make_file(const struct office_item *item, const struct office_file_named *named,
		      struct office_file *file)
{
	memset(file, 0, sizeof(*file));
	memcpy(file->hash, named->hash, DD_HASH_LEN);
	file->size = named->size;
	file->task = item->task;
	file->item = item->id;
	file->added_us = item->queued_us;
	file->changed_us = item->queued_us;
	file->state = OFFICE_FILE_AWAITED;
	office_set_text(file->name, sizeof(file->name), named->name);
}

int office_files_note(struct office_outbox *outbox, const struct office_item *item,
		      const struct office_file_named *named, struct dd_error *err)
{
	const struct dd_key key = key_use(named->hash, item->id);
	struct office_file_use use;
	struct office_file file;
	int rc = get_file(outbox->writer, named->hash, &file);

	if (rc == DD_ERR_NOT_FOUND) {
		make_file(item, named, &file);
		rc = 0;
	}
	if (rc != 0)
		return dd_fail(err, rc, "the outbox's list of files is damaged");
	/* What was parked for another report is asked about again for this one. */
	if (file.state == OFFICE_FILE_REFUSED || file.state == OFFICE_FILE_UNWANTED) {
		file.state = OFFICE_FILE_WAITING;
		file.refusal = 0;
		file.changed_us = item->queued_us;
		memset(file.reason, 0, sizeof(file.reason));
	}
	file.uses++;
	outbox->noted++;
	memset(&use, 0, sizeof(use));
	use.item = item->id;
	use.task = item->task;
	office_set_text(use.name, sizeof(use.name), named->name);
	rc = put_file(outbox, &file, err);
	return rc != 0 ? rc : office_put(outbox, &key, &use, sizeof(use), err);
}
