/* office_outbox_blank.c - what was destroyed at the centre by order of two persons goes here too.
 */
#include "services/office/office_tables.h"

#include <string.h>

/* DD_ERR_NOT_FOUND: the stream is not of this outbox. */
static int ordinal_of(const struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
		      uint32_t *ordinal_out)
{
	for (uint32_t i = 0; i < outbox->meta.streams; i++) {
		if (memcmp(outbox->streams[i].id, stream, DD_ID_LEN) != 0)
			continue;
		*ordinal_out = i;
		return 0;
	}
	return DD_ERR_NOT_FOUND;
}

/* Within a transaction. */
static int blank(struct office_outbox *outbox, struct office_item *item, struct dd_error *err)
{
	const struct dd_key body = office_key_body(item->id);
	const struct dd_key key = office_key_item(item->id);
	int rc = dd_txn_del(outbox->writer, body.data, body.len);

	if (rc != 0 && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, "a report's bytes cannot be deleted from the outbox");
	item->destroyed = OFFICE_DESTROYED;
	return office_put(outbox, &key, item, sizeof(*item), err);
}

int office_outbox_blank(struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
			uint64_t number, bool *blanked_out, struct dd_error *err)
{
	struct office_item item;
	uint32_t ordinal = 0;
	int rc = ordinal_of(outbox, stream, &ordinal);

	*blanked_out = false;
	if (rc == 0)
		rc = office_outbox_at(outbox, ordinal, number, &item);
	if (rc == DD_ERR_NOT_FOUND)
		return 0;
	if (rc != 0)
		return dd_fail(err, rc, "the outbox cannot be read");
	if (item.destroyed || item.body_len == 0 ||
	    !office_state_settled((enum office_state)item.state))
		return 0;
	rc = office_begin(outbox, err);
	if (rc != 0)
		return rc;
	rc = office_end(outbox, blank(outbox, &item, err), err);
	*blanked_out = rc == 0;
	return rc;
}
