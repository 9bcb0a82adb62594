/* view.c - opening and closing, the layers, and the batch. The steps towards LMDB are in
 * view_store.c, what an event means is in view_apply.c. */
#include "common/view/view.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/view/sheet.h"
#include "common/view/view_folder.h"
#include "common/view/view_impl.h"
#include "common/view/view_past.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What an unpacked event may take: a body of 64 KiB of empty fields needs less. */
#define EVENT_ARENA ((size_t)2 << 20)

static int open_store(struct view *view, struct dd_error *err)
{
	int rc = view_folder_find(view->dir, VIEW_SCHEMA, &view->path, &view->building, err);

	if (rc == DD_OK)
		rc = dd_store_open(view->path, view->options.map_bytes, &view->store, err);
	if (rc == DD_OK)
		rc = view_cursor_read(view->store, &view->position, &view->partial, err);
	return rc;
}

int view_open(const struct view_options *options, struct view **view_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct view *view = dd_alloc(sizeof(*view));
	int rc;

	view->options = *options;
	view->dir = dd_strdup(options->dir);
	view->options.dir = view->dir;
	sys->random(sys->ctx, &view->seed, sizeof(view->seed));
	view->batch = memtable_new();
	view->flying = memtable_new();
	view->recent = memtable_new();
	view->spare = memtable_new();
	dd_arena_init(&view->arena, EVENT_ARENA);
	rc = open_store(view, err);
	if (rc != DD_OK) {
		view->broken = true;
		view_close(view);
		return rc;
	}
	view->stored = view->position.sequence;
	view->sealed_position = view->position;
	view->writer = view_writer_new(view->store, options->inline_store, options->on_stored,
				       options->arg);
	*view_out = view;
	return DD_OK;
}

void view_close(struct view *view)
{
	struct dd_error err = {0};

	if (!view)
		return;
	if (!view->broken && view_flush(view, &err) != DD_OK)
		dd_log(DD_LOG_WARN, "view.not_stored", dd_f_uint("lag", view_lag(view)),
		       dd_f_text("why", err.text));
	view_writer_free(view->writer);
	sheet_free(view->sheet);
	dd_txn_abort(view->snapshot);
	dd_store_close(view->store);
	memtable_free(view->batch);
	memtable_free(view->flying);
	memtable_free(view->recent);
	memtable_free(view->sealed);
	memtable_free(view->spare);
	dd_arena_fini(&view->arena);
	dd_buf_fini(&view->scratch);
	free(view->near_heard);
	free(view->path);
	free(view->dir);
	free(view);
}

const struct dd_position *view_position(const struct view *view)
{
	return &view->position;
}

uint64_t view_stored(const struct view *view)
{
	return view->stored;
}

uint64_t view_lag(const struct view *view)
{
	return view->position.sequence - view->stored;
}

bool view_store_full(const struct view *view)
{
	return view->full;
}

/* --- layers ------------------------------------------------------------------------------- */

int view_snapshot(struct view *view, struct dd_txn **txn_out, struct dd_error *err)
{
	int rc = DD_OK;

	if (!view->snapshot)
		rc = dd_txn_read(view->store, &view->snapshot, err);
	else if (!view->snapshot_live && dd_txn_renew(view->snapshot) != DD_OK)
		rc = dd_fail(err, DD_ERR_IO, "%s: cannot read the view's store", view->path);
	if (rc != DD_OK)
		return rc;
	view->snapshot_live = true;
	*txn_out = view->snapshot;
	return DD_OK;
}

static bool layer_get(const struct memtable *layer, uint32_t hash, const struct dd_key *key,
		      struct dd_val *val_out, int *rc_out)
{
	const struct memtable_entry *entry;
	enum memtable_state state = memtable_get(layer, hash, key->data, key->len, &entry);

	if (state == MEMTABLE_ABSENT)
		return false;
	*rc_out = state == MEMTABLE_PRESENT ? DD_OK : DD_ERR_NOT_FOUND;
	if (state == MEMTABLE_PRESENT)
		*val_out = (struct dd_val){.data = entry->val, .len = entry->val_len};
	return true;
}

int view_get(struct view *view, bool with_batch, const struct dd_key *key, struct dd_val *val_out)
{
	uint32_t hash = memtable_hash(view->seed, key->data, key->len);
	struct dd_txn *txn;
	int rc;

	if (view->batch_open && with_batch && layer_get(view->batch, hash, key, val_out, &rc))
		return rc;
	if (view->batch_flying && with_batch && layer_get(view->flying, hash, key, val_out, &rc))
		return rc;
	if (layer_get(view->recent, hash, key, val_out, &rc))
		return rc;
	if (view->sealed && layer_get(view->sealed, hash, key, val_out, &rc))
		return rc;
	if (view->under)
		return view_get_under(view, key, val_out);
	rc = view_snapshot(view, &txn, NULL);
	if (rc != DD_OK)
		return rc;
	return dd_txn_get(txn, key->data, key->len, val_out);
}

void view_note_begin(struct view *view)
{
	if (view->position.sequence == view->sealed_position.sequence)
		view->begun_us = dd_mono_us();
}

static struct memtable *target(struct view *view)
{
	return view->batch_open ? view->batch : view->recent;
}

static void forget_plans(struct view *view)
{
	for (size_t i = 0; i < VIEW_NEAR_PLANS; i++)
		view->near_plans[i].code[0] = '\0';
}

void view_forget_near(struct view *view)
{
	view->near_known = false;
	forget_plans(view);
	if (view->near_heard)
		memset(view->near_heard, 0, VIEW_HEARD_NEAR * sizeof(*view->near_heard));
}

void view_put(struct view *view, const struct dd_key *key, const void *data, size_t len)
{
	uint32_t hash = memtable_hash(view->seed, key->data, key->len);

	if (key->data[0] == VIEW_TASK)
		view->near_known = false;
	if (key->data[0] == VIEW_PLAN)
		forget_plans(view);
	memtable_put(target(view), hash, key->data, key->len, data, len);
}

void view_del(struct view *view, const struct dd_key *key)
{
	uint32_t hash = memtable_hash(view->seed, key->data, key->len);

	if (key->data[0] == VIEW_TASK)
		view->near_known = false;
	if (key->data[0] == VIEW_PLAN)
		forget_plans(view);
	memtable_del(target(view), hash, key->data, key->len);
}

/* --- the batch ---------------------------------------------------------------------------- */

void view_batch_begin(struct view *view)
{
	assert(!view->batch_open && memtable_count(view->batch) == 0);
	view->batch_open = true;
}

void view_batch_submit(struct view *view)
{
	struct memtable *empty = view->flying;

	assert(view->batch_open && !view->batch_flying);
	view->flying = view->batch;
	view->batch = empty;
	view->batch_open = false;
	view->batch_flying = true;
}

void view_batch_commit(struct view *view, const struct dd_position *after)
{
	struct memtable *done = view->batch_flying ? view->flying : view->batch;

	assert(after->sequence > view->position.sequence);
	assert(view->batch_flying || view->batch_open);
	view_note_begin(view);
	memtable_merge(view->recent, done);
	memtable_clear(done);
	if (view->batch_flying)
		view->batch_flying = false;
	else
		view->batch_open = false;
	view->position = *after;
}

void view_batch_drop(struct view *view)
{
	assert(view->batch_open);
	memtable_clear(view->batch);
	view->batch_open = false;
	view_forget_near(view);
}

void view_batch_drop_all(struct view *view)
{
	memtable_clear(view->batch);
	memtable_clear(view->flying);
	view->batch_open = false;
	view->batch_flying = false;
	view_forget_near(view);
}
