/* office_inbox_wait.c - see office_inbox_wait.h. Table: W number -> struct head, its said, then the
 * two paths, each with its NUL. */
#include "services/office/office_inbox_wait.h"

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "services/office/office_tables.h"
#include <stdlib.h>
#include <string.h>

struct head {
	uint8_t stream[DD_ID_LEN];
	uint8_t content[DD_HASH_LEN];
	uint64_t count; /* of what was said */
};

static struct dd_key key_wait(uint64_t id)
{
	struct dd_key key;

	dd_key_begin(&key, 'W');
	if (id != 0)
		dd_key_u64(&key, id);
	return key;
}

/* --- writing ----------------------------------------------------------------------------------
 */

/* Behind the last; few wait at a time. */
static int next_number(struct office_outbox *outbox, uint64_t *id_out)
{
	const struct dd_key prefix = key_wait(0);
	struct dd_cursor *cursor;
	struct dd_val key, val;
	int rc = dd_cursor_open(outbox->writer, &cursor, NULL);

	*id_out = 1;
	if (rc != 0)
		return rc;
	rc = dd_cursor_seek(cursor, prefix.data, prefix.len, prefix.len, &key, &val);
	while (rc == 0) {
		*id_out = dd_key_get_u64((const uint8_t *)key.data + prefix.len) + 1;
		rc = dd_cursor_next(cursor, &key, &val);
	}
	dd_cursor_close(cursor);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

static int put(struct office_outbox *outbox, struct inbox_wait *wait, struct dd_error *err)
{
	struct head head = {.count = wait->count};
	struct dd_buf record = {0};
	struct dd_key key;
	int rc = next_number(outbox, &wait->id);

	if (rc != 0)
		return dd_fail(err, rc, "the answers that wait cannot be read");
	memcpy(head.stream, wait->stream, sizeof(head.stream));
	memcpy(head.content, wait->content, sizeof(head.content));
	dd_buf_add(&record, &head, sizeof(head));
	dd_buf_add(&record, wait->said, wait->count * sizeof(*wait->said));
	dd_buf_add(&record, wait->file, strlen(wait->file) + 1);
	dd_buf_add(&record, wait->answer, strlen(wait->answer) + 1);
	key = key_wait(wait->id);
	rc = office_put(outbox, &key, record.data, record.len, err);
	dd_buf_fini(&record);
	return rc;
}

int inbox_wait_keep(struct office_outbox *outbox, struct inbox_wait *wait, struct dd_error *err)
{
	int rc = office_begin(outbox, err);

	return rc != 0 ? rc : office_end(outbox, put(outbox, wait, err), err);
}

int inbox_wait_drop(struct office_outbox *outbox, uint64_t id, struct dd_error *err)
{
	const struct dd_key key = key_wait(id);
	int rc = office_begin(outbox, err);

	if (rc != 0)
		return rc;
	rc = dd_txn_del(outbox->writer, key.data, key.len);
	if (rc == DD_ERR_NOT_FOUND)
		rc = 0;
	else if (rc != 0)
		(void)dd_fail(err, rc, "an answer that waits cannot be removed");
	return office_end(outbox, rc, err);
}

/* --- reading ----------------------------------------------------------------------------------
 */

/* A copy of the text at *at, which moves behind it. NULL: none ends before `end`. */
static char *next_text(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *nul = memchr(*at, '\0', (size_t)(end - *at));
	char *copy;

	if (nul == NULL)
		return NULL;
	copy = dd_strdup((const char *)*at);
	*at = nul + 1;
	return copy;
}

static int unpack(const struct dd_val *val, struct inbox_wait *out)
{
	const uint8_t *at = val->data, *end = at + val->len;
	struct head head;
	size_t size;

	if (val->len < sizeof(head))
		return DD_ERR_CORRUPT;
	memcpy(&head, at, sizeof(head));
	at += sizeof(head);
	if (head.count > (size_t)(end - at) / sizeof(*out->said))
		return DD_ERR_CORRUPT;
	out->count = (size_t)head.count;
	size = out->count * sizeof(*out->said);
	memcpy(out->stream, head.stream, sizeof(out->stream));
	memcpy(out->content, head.content, sizeof(out->content));
	out->said = dd_alloc(size + 1);
	memcpy(out->said, at, size);
	at += size;
	out->file = next_text(&at, end);
	out->answer = next_text(&at, end);
	return out->file != NULL && out->answer != NULL ? 0 : DD_ERR_CORRUPT;
}

int inbox_wait_next(struct office_outbox *outbox, uint64_t after, struct inbox_wait *wait_out)
{
	const struct dd_key from = key_wait(after + 1);
	const size_t prefix = key_wait(0).len;
	struct dd_cursor *cursor;
	struct dd_val key, val;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	memset(wait_out, 0, sizeof(*wait_out));
	if (rc != 0)
		return rc;
	rc = dd_cursor_open(txn, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, from.data, from.len, prefix, &key, &val);
		if (rc == 0) {
			wait_out->id = dd_key_get_u64((const uint8_t *)key.data + prefix);
			rc = unpack(&val, wait_out);
		}
		dd_cursor_close(cursor);
	}
	dd_txn_reset(txn);
	if (rc != 0)
		inbox_wait_fini(wait_out);
	return rc;
}

void inbox_wait_fini(struct inbox_wait *wait)
{
	free(wait->file);
	free(wait->answer);
	free(wait->said);
	wait->file = wait->answer = NULL;
	wait->said = NULL;
	wait->count = 0;
}
