/* office_outbox_free.c - what a backup of the centre covers need not be kept here with its bytes:
 * number, digest and receipt stay, for a command is taken once for ever. */
#include "services/office/office_tables.h"

#define FREE_AT_ONCE 2048 /* in one transaction */

/* The backup holds the record that the receipt names. A receipt of another incarnation may be of a
 * part of the log that a restore took away: it counts where the log that was followed still has
 * that incarnation at its place. */
static bool covered(const struct office_item *item, const struct office_backup *backup)
{
	uint32_t incarnation;

	if ((item->state != OFFICE_ACCEPTED && item->state != OFFICE_REFUSED) ||
	    item->destroyed != 0 || item->body_len == 0 || item->receipt.sequence == 0 ||
	    item->receipt.sequence > backup->covered.sequence)
		return false;
	if (item->receipt.incarnation == backup->covered.incarnation)
		return true;
	return backup->incarnation_at(backup->arg, item->receipt.sequence, &incarnation) &&
	       incarnation == item->receipt.incarnation;
}

struct search {
	const struct office_backup *backup;
	uint64_t ids[FREE_AT_ONCE];
	size_t count;
};

static int look(struct search *search, struct dd_txn *txn, const struct dd_val *key)
{
	const uint8_t *bytes = key->data;
	struct office_item item;
	uint64_t id = 0;
	int rc;

	if (key->len != office_key_body(0).len)
		return DD_ERR_CORRUPT;
	for (size_t i = 1; i < key->len; i++) /* behind the letter */
		id = id << 8 | bytes[i];
	rc = office_get_item(txn, id, &item);
	if (rc == 0 && covered(&item, search->backup))
		search->ids[search->count++] = id;
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}

/* Only what still has its bytes is looked at: what was freed costs no backup anything any more. */
static int find(struct office_outbox *outbox, struct search *search)
{
	struct dd_cursor *cursor;
	struct dd_val key, val;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == 0) {
		const struct dd_key first = office_key_body(0);

		rc = dd_cursor_seek(cursor, first.data, first.len, 1, &key, &val);
		while (rc == 0 && search->count < FREE_AT_ONCE) {
			rc = look(search, txn, &key);
			if (rc == 0)
				rc = dd_cursor_next(cursor, &key, &val);
		}
		dd_cursor_close(cursor);
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

/* Within a transaction. */
static int free_one(struct office_outbox *outbox, const struct office_backup *backup, uint64_t id,
		    struct dd_error *err)
{
	const struct dd_key body = office_key_body(id), key = office_key_item(id);
	struct office_item item;
	int rc = office_get_item(outbox->writer, id, &item);

	if (rc == 0 && !covered(&item, backup))
		return 0;
	if (rc == 0)
		rc = dd_txn_del(outbox->writer, body.data, body.len);
	if (rc != 0 && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, "a report's bytes cannot be deleted from the outbox");
	item.destroyed = OFFICE_FREED;
	return office_put(outbox, &key, &item, sizeof(item), err);
}

int office_outbox_free(struct office_outbox *outbox, const struct office_backup *backup,
		       size_t *freed_out, struct dd_error *err)
{
	struct search search = {.backup = backup};
	int rc = find(outbox, &search);

	*freed_out = 0;
	if (rc != 0)
		return dd_fail(err, rc, "the outbox cannot be read");
	if (search.count == 0)
		return 0;
	rc = office_begin(outbox, err);
	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < search.count; i++)
		rc = free_one(outbox, backup, search.ids[i], err);
	rc = office_end(outbox, rc, err);
	if (rc == 0)
		*freed_out = search.count;
	return rc;
}
