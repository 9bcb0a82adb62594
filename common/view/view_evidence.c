/* view_evidence.c - look-ups of files and orders of destruction. */
#include "common/view/view_evidence.h"
#include "common/view/view_folder.h"
#include "common/view/view_walk.h"
#include <string.h>

void view_key_file_task(struct dd_key *key, const uint8_t hash[32], uint64_t task)
{
	view_key_id(key, VIEW_FILE, hash);
	dd_key_u64(key, task);
}

void view_key_file_of(struct dd_key *key, uint64_t task, const uint8_t hash[32])
{
	view_key_u64(key, VIEW_FILE_OF, task);
	dd_key_bytes(key, hash, 32);
}

int view_head_split(const struct dd_val *val, void *head_out, size_t head, struct dd_val *rest_out)
{
	if (val->len < head)
		return DD_ERR_CORRUPT;
	memcpy(head_out, val->data, head);
	if (rest_out)
		*rest_out = (struct dd_val){.data = (const uint8_t *)val->data + head,
					    .len = val->len - head};
	return DD_OK;
}

static int get(struct view *view, bool with_batch, const struct dd_key *key, void *head_out,
	       size_t head, struct dd_val *rest_out)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	return rc == DD_OK ? view_head_split(&val, head_out, head, rest_out) : rc;
}

int view_file(struct view *view, bool with_batch, const uint8_t hash[32], struct view_file *out)
{
	struct dd_key key;

	view_key_id(&key, VIEW_FILE, hash);
	return get(view, with_batch, &key, out, sizeof(*out), NULL);
}

int view_file_of(struct view *view, bool with_batch, uint64_t task, const uint8_t hash[32],
		 struct view_file_of *out, struct dd_val *said_out)
{
	struct dd_key key;

	view_key_file_of(&key, task, hash);
	return get(view, with_batch, &key, out, sizeof(*out), said_out);
}

int view_destroy(struct view *view, bool with_batch, uint64_t order, struct view_destroy *out,
		 struct dd_val *order_out)
{
	struct dd_key key;

	view_key_u64(&key, VIEW_DESTROY, order);
	return get(view, with_batch, &key, out, sizeof(*out), order_out);
}

void view_key_destroyed(struct dd_key *key, uint64_t event)
{
	view_key_u64(key, VIEW_DESTROY, event);
	dd_key_bytes(key, "\1", 1);
}

uint64_t view_destroyed_by(struct view *view, bool with_batch, uint64_t event)
{
	uint64_t order = 0;
	struct dd_key key;

	view_key_destroyed(&key, event);
	return get(view, with_batch, &key, &order, sizeof(order), NULL) == DD_OK ? order : 0;
}

void view_files_awaited(struct view *view,
			void (*take)(void *arg, const struct view_awaited *awaited), void *arg)
{
	struct view_awaited awaited;
	struct view_walk walk;
	struct view_file file;
	struct dd_error err;
	struct dd_key key;

	dd_key_begin(&key, VIEW_FILE);
	if (view_walk_open(view, &key, &walk, &err) != DD_OK)
		return;
	while (view_walk_next(&walk)) {
		if (walk.key.len != 1 + sizeof(awaited.hash) ||
		    view_head_split(&walk.val, &file, sizeof(file), NULL) != DD_OK ||
		    file.arrived != 0 || file.destroyed_by != 0)
			continue;
		memcpy(awaited.hash, (const uint8_t *)walk.key.data + 1, sizeof(awaited.hash));
		awaited.promised = file.promised;
		take(arg, &awaited);
	}
	view_walk_close(&walk);
}

size_t view_orders_ready(struct view *view, struct view_ready *out, size_t max)
{
	struct view_destroy order;
	struct view_walk walk;
	struct dd_error err;
	struct dd_val rest;
	struct dd_key key;
	size_t count = 0;

	dd_key_begin(&key, VIEW_DESTROY);
	if (view_walk_open(view, &key, &walk, &err) != DD_OK)
		return 0;
	while (count < max && view_walk_next(&walk)) {
		if (walk.key.len != VIEW_DESTROY_ORDER_KEY ||
		    view_head_split(&walk.val, &order, sizeof(order), &rest) != DD_OK ||
		    order.decided == 0 || order.refused || order.done != 0)
			continue;
		out[count].order = view_walk_number(&walk);
		out[count].said = dondoc__v1__order_destruction__unpack(NULL, rest.len, rest.data);
		count += out[count].said != NULL;
	}
	view_walk_close(&walk);
	return count;
}

uint64_t view_orders_changed(const struct view *view)
{
	return view->orders_changed;
}

int view_outdate(struct view *view, struct dd_error *err)
{
	return view_folder_outdate(view->options.dir, err);
}

int view_evidence_awaited(struct view *view, uint64_t task, int32_t *day_out, struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	*day_out = 0;
	view_key_u64(&prefix, VIEW_FILE_OF, task);
	rc = view_walk_open(view, &prefix, &walk, err);
	if (rc != DD_OK)
		return rc;
	while (view_walk_next(&walk)) {
		struct view_file_of of;
		struct view_file file;
		struct dd_val rest;

		if (walk.key.len != prefix.len + 32 ||
		    view_head_split(&walk.val, &of, sizeof(of), &rest) != DD_OK ||
		    of.detached != 0 ||
		    view_file(view, false, (const uint8_t *)walk.key.data + prefix.len, &file) !=
			    DD_OK ||
		    file.arrived != 0 || file.destroyed_by != 0)
			continue;
		if (*day_out == 0 || of.day < *day_out)
			*day_out = of.day;
	}
	view_walk_close(&walk);
	return walk.rc == DD_OK ? DD_OK : dd_fail(err, walk.rc, "the view's store cannot be read");
}
