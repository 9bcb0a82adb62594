/* view_life.c - see view_life.h: records found by key. */
#include "common/view/view_life.h"
#include "common/view/view_records.h"
#include <string.h>

int view_life_get(struct view *view, bool with_batch, uint64_t task, struct view_life *out)
{
	struct dd_key key;
	int rc;

	view_key_u64(&key, VIEW_LIFE, task);
	rc = view_struct_get(view, with_batch, &key, out, sizeof(*out));
	if (rc != DD_ERR_NOT_FOUND)
		return rc;
	memset(out, 0, sizeof(*out));
	return DD_OK;
}

/* A task about which there is nothing to say has no record. */
void view_life_put(struct apply *apply, const struct view_life *life)
{
	static const struct view_life nothing;
	struct dd_key key;

	view_key_u64(&key, VIEW_LIFE, apply->task.id);
	if (memcmp(life, &nothing, sizeof(nothing)) == 0)
		view_del(apply->view, &key);
	else
		view_put(apply->view, &key, life, sizeof(*life));
}

/* The struct before a packed message. */
static int get_head(struct view *view, bool with_batch, const struct dd_key *key, void *out,
		    size_t size)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	if (rc != DD_OK)
		return rc;
	if (val.len < size)
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, size);
	return DD_OK;
}

int view_product_get(struct view *view, bool with_batch, uint64_t task, uint32_t number,
		     struct view_product *out)
{
	struct dd_key key;
	int rc;

	view_key_product(&key, task, number);
	rc = get_head(view, with_batch, &key, out, sizeof(*out));
	if (rc != DD_ERR_NOT_FOUND)
		return rc;
	memset(out, 0, sizeof(*out));
	out->number = number;
	return DD_OK;
}

int view_ask_get(struct view *view, bool with_batch, uint64_t task, uint64_t ask,
		 struct view_ask *out)
{
	struct dd_key key;

	if (ask == 0)
		return DD_ERR_NOT_FOUND;
	view_key_of_task(&key, VIEW_ASK, task, ask);
	return get_head(view, with_batch, &key, out, sizeof(*out));
}

int view_explanation_get(struct view *view, bool with_batch, uint64_t task, uint64_t explanation,
			 struct view_explanation *out)
{
	struct dd_key key;

	if (explanation == 0)
		return DD_ERR_NOT_FOUND;
	view_key_of_task(&key, VIEW_EXPLAIN, task, explanation);
	return get_head(view, with_batch, &key, out, sizeof(*out));
}

int view_newest_get(struct view *view, bool with_batch, enum view_table table, uint64_t task,
		    uint64_t *sequence_out)
{
	struct dd_key key;
	int rc;

	view_key_of_task(&key, table, task, 0);
	rc = view_struct_get(view, with_batch, &key, sequence_out, sizeof(*sequence_out));
	if (rc != DD_ERR_NOT_FOUND)
		return rc;
	*sequence_out = 0;
	return DD_OK;
}

void view_record_put(struct view *view, const struct dd_key *key, const void *head, size_t size,
		     const ProtobufCMessage *said)
{
	size_t len = protobuf_c_message_get_packed_size(said);
	struct dd_buf *buf = &view->scratch;

	dd_buf_clear(buf);
	dd_buf_add(buf, head, size);
	protobuf_c_message_pack(said, dd_buf_reserve(buf, len));
	view_put(view, key, buf->data, size + len);
}

int view_record_turn(struct view *view, const struct dd_key *key, const void *head, size_t size)
{
	struct dd_val val;
	int rc = view_get(view, true, key, &val);
	struct dd_buf *buf = &view->scratch;

	if (rc != DD_OK)
		return rc;
	if (val.len < size)
		return DD_ERR_CORRUPT;
	dd_buf_clear(buf);
	dd_buf_add(buf, head, size);
	dd_buf_add(buf, (const uint8_t *)val.data + size, val.len - size);
	view_put(view, key, buf->data, buf->len);
	return DD_OK;
}
