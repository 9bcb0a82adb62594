/* office_draft.c - see office_draft.h. Table: D id -> struct head, then the packed SaveDraft. */
#include "services/office/office_draft.h"

#include "common/base/alloc.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/office/office_tables.h"
#include <stdlib.h>
#include <string.h>

struct head {
	int64_t begun_us;
	int64_t changed_us;
};

static struct dd_key key_draft(const uint8_t *id)
{
	struct dd_key key;

	dd_key_begin(&key, 'D');
	if (id != NULL)
		dd_key_bytes(&key, id, DD_ID_LEN);
	return key;
}

/* --- saving ---------------------------------------------------------------------------------- */

static bool has_command(const ProtobufCBinaryData *body)
{
	Dondoc__V1__CommandBody *command =
		dondoc__v1__command_body__unpack(NULL, body->len, body->data);
	/* The action of a newer client lies among the unknown fields. */
	const bool has = command != NULL &&
			 (command->action_case != DONDOC__V1__COMMAND_BODY__ACTION__NOT_SET ||
			  command->base.n_unknown_fields > 0);

	if (command != NULL)
		dondoc__v1__command_body__free_unpacked(command, NULL);
	return has;
}

static int check(const Dondoc__V1__SaveDraft *draft, struct dd_error *err)
{
	if (draft->id.len != DD_ID_LEN)
		return dd_fail(err, DD_ERR_INVALID, "a draft needs an id of 16 bytes");
	if (draft->body.len > OFFICE_DRAFT_BODY_MAX)
		return dd_fail(err, DD_ERR_INVALID,
			       "the draft has more than the 48 KiB that an office can send");
	if (strlen(draft->note) > OFFICE_DRAFT_NOTE_MAX)
		return dd_fail(err, DD_ERR_INVALID, "the note has more than %u bytes",
			       OFFICE_DRAFT_NOTE_MAX);
	if (!has_command(&draft->body))
		return dd_fail(err, DD_ERR_INVALID, "the draft holds no command");
	return 0;
}

static int count_drafts(struct dd_txn *txn, size_t *count_out)
{
	const struct dd_key prefix = key_draft(NULL);
	struct dd_cursor *cursor;
	struct dd_val key, val;
	int rc = dd_cursor_open(txn, &cursor, NULL);

	*count_out = 0;
	if (rc != 0)
		return rc;
	rc = dd_cursor_seek(cursor, prefix.data, prefix.len, prefix.len, &key, &val);
	for (; rc == 0; (*count_out)++)
		rc = dd_cursor_next(cursor, &key, &val);
	dd_cursor_close(cursor);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

/* Whether there is room for it, and since when it is kept. */
static int find_place(struct office_outbox *outbox, const uint8_t *id, struct head *head_out,
		      struct dd_error *err)
{
	const struct dd_key key = key_draft(id);
	const struct dd_key sent = office_key_client_last(id);
	uint64_t last;
	size_t count = 0;
	struct dd_val val;
	int rc;

	if (office_get(outbox->writer, &sent, &last, sizeof(last)) == 0)
		return dd_fail(err, DD_ERR_REFUSED,
			       "the draft was sent already: see the outbox, or begin a new one");
	rc = dd_txn_get(outbox->writer, key.data, key.len, &val);
	if (rc == 0 && val.len >= sizeof(*head_out)) {
		memcpy(head_out, val.data, sizeof(*head_out));
		return 0;
	}
	if (rc == DD_ERR_NOT_FOUND)
		rc = count_drafts(outbox->writer, &count);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox's drafts cannot be read");
	if (count >= OFFICE_DRAFTS_MAX)
		return dd_fail(err, DD_ERR_REFUSED,
			       "%u drafts are kept already: send or drop some of them",
			       OFFICE_DRAFTS_MAX);
	return 0;
}

int office_draft_save(struct office_outbox *outbox, const Dondoc__V1__SaveDraft *draft,
		      int64_t now_us, struct dd_error *err)
{
	const size_t size = dondoc__v1__save_draft__get_packed_size(draft);
	struct head head = {now_us, now_us};
	struct dd_key key;
	uint8_t *record;
	int rc = check(draft, err);

	if (rc == 0)
		rc = office_begin(outbox, err);
	if (rc != 0)
		return rc;
	key = key_draft(draft->id.data);
	rc = find_place(outbox, draft->id.data, &head, err);
	head.changed_us = now_us;
	record = dd_alloc(sizeof(head) + size);
	memcpy(record, &head, sizeof(head));
	dondoc__v1__save_draft__pack(draft, record + sizeof(head));
	if (rc == 0)
		rc = office_put(outbox, &key, record, sizeof(head) + size, err);
	free(record);
	return office_end(outbox, rc, err);
}

int office_draft_drop(struct office_outbox *outbox, const ProtobufCBinaryData *id,
		      struct dd_error *err)
{
	struct dd_key key;
	int rc;

	if (id->len != DD_ID_LEN)
		return dd_fail(err, DD_ERR_INVALID, "a draft's id has 16 bytes");
	rc = office_begin(outbox, err);
	if (rc != 0)
		return rc;
	key = key_draft(id->data);
	rc = dd_txn_del(outbox->writer, key.data, key.len);
	if (rc == DD_ERR_NOT_FOUND)
		(void)dd_fail(err, rc, "there is no such draft");
	return office_end(outbox, rc, err);
}

int office_draft_sent(struct office_outbox *outbox, const uint8_t id[DD_ID_LEN],
		      struct dd_error *err)
{
	const struct dd_key key = key_draft(id);
	const int rc = dd_txn_del(outbox->writer, key.data, key.len);

	if (rc == 0 || rc == DD_ERR_NOT_FOUND)
		return 0;
	return dd_fail(err, rc, "the draft that was sent cannot be removed");
}

/* --- reading --------------------------------------------------------------------------------- */

/* One record; false: stop. */
static bool show(const struct dd_val *val, int *rc_out,
		 bool (*on_draft)(void *arg, const struct office_draft_seen *seen), void *arg)
{
	struct office_draft_seen seen = {.draft = NULL};
	Dondoc__V1__SaveDraft *draft = NULL;
	struct head head;
	bool more = false;

	if (val->len >= sizeof(head))
		draft = dondoc__v1__save_draft__unpack(NULL, val->len - sizeof(head),
						       (const uint8_t *)val->data + sizeof(head));
	if (draft == NULL) {
		*rc_out = DD_ERR_CORRUPT;
		return false;
	}
	memcpy(&head, val->data, sizeof(head));
	seen.draft = draft;
	seen.begun_us = head.begun_us;
	seen.changed_us = head.changed_us;
	more = on_draft(arg, &seen);
	dondoc__v1__save_draft__free_unpacked(draft, NULL);
	return more;
}

int office_draft_walk(struct office_outbox *outbox, const uint8_t *id,
		      bool (*on_draft)(void *arg, const struct office_draft_seen *seen), void *arg)
{
	const struct dd_key prefix = key_draft(id);
	struct dd_cursor *cursor;
	struct dd_val key, val;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, prefix.data, prefix.len, prefix.len, &key, &val);
		while (rc == 0 && show(&val, &rc, on_draft, arg))
			rc = dd_cursor_next(cursor, &key, &val);
		dd_cursor_close(cursor);
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}
