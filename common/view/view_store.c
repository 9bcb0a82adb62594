/* view_store.c - when and how the recent layer goes to LMDB.
 *
 * One step = one layer = one transaction. `recent` is sealed when the writer is free: at once under
 * small load, so that lists are fresh; under load only when it has grown or aged, so that a task
 * changed many times is written once. A step that met a full disk stays sealed and is tried again;
 * meanwhile recent grows and view_lag tells. How far it may grow is for the owner to bound when
 * live and for view_replay_room before. */
#include "common/base/clock.h"
#include "common/view/sheet.h"
#include "common/view/view_folder.h"
#include "common/view/view_impl.h"
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#define REPLAY_STEP_EVENTS 65536
#define REPLAY_STEP_BYTES  ((size_t)64 << 20)
#define LOADED_STEP_EVENTS 60000
#define LOADED_STEP_BYTES  ((size_t)48 << 20)
#define LOADED_STEP_US     (INT64_C(250) * 1000)
#define LOADED_SHARE       8 /* under load the writer works one part in so many, if it can */
#define LOADED_LONGEST_US  (INT64_C(1000) * 1000)
#define LOAD_WINDOW_US     (INT64_C(200) * 1000)
#define LOAD_EVENTS        400 /* in a window: then the load is no longer small */
#define READERS_US         (INT64_C(60) * DD_SECOND_US)
#define RETRY_US           (INT64_C(200) * 1000)

static void release_snapshot(struct view *view)
{
	if (view->snapshot_live)
		dd_txn_reset(view->snapshot);
	view->snapshot_live = false;
}

static uint64_t recent_events(const struct view *view)
{
	return view->position.sequence - view->sealed_position.sequence;
}

/* --- one step ----------------------------------------------------------------------------- */

static void seal(struct view *view)
{
	assert(!view->sealed && view->spare);
	view->sealed = view->recent;
	view->recent = view->spare;
	view->spare = NULL;
	view->sealed_position = view->position;
}

/* The writer is idle. What is sealed already goes first. */
static void submit(struct view *view)
{
	struct view_step step;

	if (!view->sealed)
		seal(view);
	step = (struct view_step){
		.layer = view->sealed,
		.position = view->sealed_position,
		.partial = view->partial,
	};
	view->step_us = dd_mono_us();
	view_writer_submit(view->writer, &step);
}

static void step_stored(struct view *view)
{
	view->stored = view->sealed_position.sequence;
	view->stored_us = dd_mono_us() - view->step_us;
	if (view->sheet)
		sheet_take(view->sheet, view->sealed);
	if (view->changes)
		view_changes_note(view->changes, view->sealed);
	memtable_clear(view->sealed);
	view->spare = view->sealed;
	view->sealed = NULL;
	view->retry_us = 0;
	view->full = false;
	/* The old snapshot does not hold what was in the layer. */
	release_snapshot(view);
}

/* Take a finished step over, if there is one. */
static int take(struct view *view, bool wait, struct dd_error *err)
{
	int result;

	if (!view_writer_take(view->writer, wait, &result, err))
		return DD_OK;
	if (result == DD_OK) {
		step_stored(view);
		return DD_OK;
	}
	view->retry_us = dd_mono_us() + RETRY_US;
	view->full = result == DD_ERR_FULL;
	return result;
}

int view_flush(struct view *view, struct dd_error *err)
{
	int rc = take(view, true, err);

	while (rc == DD_OK && view_lag(view) > 0) {
		submit(view);
		rc = take(view, true, err);
	}
	return rc;
}

/* --- replay ------------------------------------------------------------------------------- */

int view_replay_step(struct view *view, struct dd_error *err)
{
	int rc;

	if (recent_events(view) < REPLAY_STEP_EVENTS &&
	    memtable_bytes(view->recent) < REPLAY_STEP_BYTES)
		return DD_OK;
	/* A step that failed is as large as any: not with every frame. */
	if (view->full && dd_mono_us() < view->retry_us)
		return DD_OK;
	/* Not more than one step ahead of the writer: that bounds the memory. */
	rc = take(view, true, err);
	if (rc == DD_OK && view->sealed)
		rc = view_flush(view, err);
	if (rc == DD_OK && view_lag(view) > 0)
		submit(view);
	return rc == DD_ERR_FULL ? DD_OK : rc;
}

int view_replay_room(struct view *view, uint64_t events, struct dd_error *err)
{
	int rc;

	if (view_lag(view) + events <= VIEW_REPLAY_LAG_MAX)
		return DD_OK;
	rc = view_flush(view, err);
	if (rc != DD_ERR_FULL)
		return rc;
	return dd_fail(err, DD_ERR_FULL,
		       "%s: the disk is full, and %" PRIu64
		       " events that are safe in the log wait to be written there: make space",
		       view->path, view_lag(view));
}

static int take_place(struct view *view, struct dd_error *err)
{
	int rc;

	view_writer_free(view->writer);
	view->writer = NULL;
	dd_txn_abort(view->snapshot);
	view->snapshot = NULL;
	view->snapshot_live = false;
	dd_store_close(view->store);
	view->store = NULL;
	rc = view_folder_promote(view->dir, VIEW_SCHEMA, &view->path, err);
	if (rc == DD_OK)
		rc = dd_store_open(view->path, view->options.map_bytes, &view->store, err);
	if (rc != DD_OK) {
		view->broken = true;
		return rc;
	}
	view->building = false;
	view->writer = view_writer_new(view->store, view->options.inline_store,
				       view->options.on_stored, view->options.arg);
	return DD_OK;
}

int view_live(struct view *view, struct dd_error *err)
{
	int rc = view_flush(view, err);

	if (rc == DD_ERR_FULL)
		return DD_OK;
	if (rc == DD_OK && view->building)
		rc = take_place(view, err);
	if (rc == DD_OK)
		view_folder_clean(view->dir, VIEW_SCHEMA);
	return rc;
}

/* --- live --------------------------------------------------------------------------------- */

static void measure_load(struct view *view, int64_t now_us)
{
	uint64_t events = view->position.sequence - view->load_from;

	if (events > LOAD_EVENTS)
		view->loaded = true;
	if (now_us - view->load_us < LOAD_WINDOW_US)
		return;
	view->loaded = events > LOAD_EVENTS;
	view->load_from = view->position.sequence;
	view->load_us = now_us;
}

/* How long recent grows under load. A task changed many times meanwhile is written once, and its
 * neighbours share the page: where steps are dear, longer ones cost less altogether. */
static int64_t loaded_step_us(const struct view *view)
{
	int64_t us = LOADED_SHARE * view->stored_us;

	if (us < LOADED_STEP_US)
		return LOADED_STEP_US;
	return us < LOADED_LONGEST_US ? us : LOADED_LONGEST_US;
}

static bool due(struct view *view, int64_t now_us, bool rung)
{
	if (rung)
		return true;
	if (view->sealed)
		return now_us >= view->retry_us;
	return !view->loaded || recent_events(view) >= LOADED_STEP_EVENTS ||
	       memtable_bytes(view->recent) >= LOADED_STEP_BYTES ||
	       now_us - view->begun_us >= loaded_step_us(view);
}

/* A backup program that was killed while it read would make the file grow for ever. */
static void check_readers(struct view *view, int64_t now_us)
{
	if (now_us - view->readers_us < READERS_US)
		return;
	view->readers_us = now_us;
	dd_store_reader_check(view->store);
}

int view_turn(struct view *view, struct dd_error *err)
{
	int64_t now_us = dd_mono_us();
	int rc = take(view, false, err);
	bool rung;

	release_snapshot(view);
	measure_load(view, now_us);
	check_readers(view, now_us);
	if (rc != DD_OK && rc != DD_ERR_FULL)
		return rc;
	rung = view_writer_rung(view->writer);
	if (view->options.inline_store || view_lag(view) == 0 || !view_writer_idle(view->writer))
		return rc;
	if (due(view, now_us, rung))
		submit(view);
	else
		view_writer_alarm(view->writer, view->sealed ? RETRY_US : loaded_step_us(view));
	return rc;
}
