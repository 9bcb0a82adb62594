/* office_outbox_list.c - walking the outbox: what waits, what people are shown. */
#include "services/office/office_tables.h"

#include <string.h>

int office_outbox_of_client(struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
			    uint64_t number, struct office_item *item_out)
{
	const struct dd_key key = office_key_client(stream, number);
	struct office_identity identity;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = office_get(txn, &key, &identity, sizeof(identity));
	if (rc == 0)
		rc = office_get_item(txn, identity.item, item_out);
	dd_txn_reset(txn);
	return rc;
}

int office_outbox_find(struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
		       uint64_t number, struct office_item *item_out)
{
	for (uint32_t i = 0; i < outbox->meta.streams; i++) {
		if (memcmp(outbox->streams[i].id, stream, DD_ID_LEN) == 0)
			return office_outbox_at(outbox, i, number, item_out);
	}
	return DD_ERR_NOT_FOUND;
}

static uint64_t id_in(const struct dd_val *val)
{
	uint64_t id = 0;

	if (val->len == sizeof(id))
		memcpy(&id, val->data, sizeof(id));
	return id;
}

/* The first item of the waiting index at or after `key` that `wanted` accepts. */
static int first_of(struct dd_txn *txn, const struct dd_key *key,
		    bool (*wanted)(const struct office_item *item), struct office_item *item_out)
{
	struct dd_cursor *cursor;
	struct dd_val found, val;
	int rc = dd_cursor_open(txn, &cursor, NULL);

	if (rc != 0)
		return rc;
	rc = dd_cursor_seek(cursor, key->data, key->len, OFFICE_WAITING_PREFIX, &found, &val);
	while (rc == 0) {
		if (office_get_item(txn, id_in(&val), item_out) != 0) {
			rc = DD_ERR_CORRUPT;
			break;
		}
		if (wanted(item_out))
			break;
		rc = dd_cursor_next(cursor, &found, &val);
	}
	dd_cursor_close(cursor);
	return rc;
}

static bool wants_sending(const struct office_item *item)
{
	return item->state != OFFICE_CONFLICT;
}

static bool any(const struct office_item *item)
{
	(void)item;
	return true;
}

int office_outbox_first_waiting(struct office_outbox *outbox, uint32_t ordinal, uint64_t from,
				uint64_t *number_out)
{
	const struct dd_key key = office_key_waiting(ordinal, from);
	struct office_item item;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = first_of(txn, &key, wants_sending, &item);
	dd_txn_reset(txn);
	if (rc == 0)
		*number_out = item.number;
	return rc;
}

int office_outbox_counts(struct office_outbox *outbox, struct office_counts *counts_out)
{
	struct office_item item;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	memset(counts_out, 0, sizeof(*counts_out));
	counts_out->waiting = outbox->meta.waiting;
	counts_out->saved = outbox->meta.items;
	counts_out->notices = outbox->meta.notices;
	for (uint32_t i = 0; rc == 0 && i < outbox->meta.streams; i++) {
		const struct dd_key key = office_key_waiting(i, 0);

		rc = first_of(txn, &key, any, &item);
		if (rc == 0 &&
		    (counts_out->oldest_us == 0 || item.queued_us < counts_out->oldest_us))
			counts_out->oldest_us = item.queued_us;
		if (rc == DD_ERR_NOT_FOUND)
			rc = 0;
	}
	dd_txn_reset(txn);
	return rc;
}

int office_outbox_walk(struct office_outbox *outbox, bool open_only,
		       bool (*on_item)(void *arg, const struct office_item *item), void *arg)
{
	uint64_t left = outbox->meta.waiting;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	for (uint64_t id = outbox->meta.items; id > 0 && !(open_only && left == 0); id--) {
		struct office_item item;
		bool open;

		rc = office_get_item(txn, id, &item);
		if (rc != 0)
			break;
		open = !office_state_settled((enum office_state)item.state);
		left -= open ? 1 : 0;
		if ((open || !open_only) && !on_item(arg, &item))
			break;
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}

int office_outbox_walk_open(struct office_outbox *outbox,
			    bool (*on_item)(void *arg, const struct office_item *item), void *arg)
{
	struct dd_cursor *cursor;
	struct dd_val found, val;
	struct dd_key key;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	dd_key_begin(&key, 'U');
	rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, key.data, key.len, key.len, &found, &val);
		while (rc == 0) {
			struct office_item item;

			if (office_get_item(txn, id_in(&val), &item) != 0) {
				rc = DD_ERR_CORRUPT;
				break;
			}
			if (!on_item(arg, &item))
				break;
			rc = dd_cursor_next(cursor, &found, &val);
		}
		dd_cursor_close(cursor);
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

int office_outbox_tell(struct office_outbox *outbox, const char *text, int64_t now_us,
		       struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	return rc != 0 ? rc : office_end(outbox, office_add_notice(outbox, now_us, text, err), err);
}

int office_outbox_notice(struct office_outbox *outbox, struct office_notice *notice_out)
{
	const struct dd_key key = office_key_notice(outbox->meta.notices);
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = office_get(txn, &key, notice_out, sizeof(*notice_out));
	dd_txn_reset(txn);
	return rc;
}
