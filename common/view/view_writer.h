/* view_writer.h - the thread that writes one layer after the other to LMDB, each in one fully
 * synced transaction together with the cursor. */
#ifndef DD_VIEW_VIEW_WRITER_H
#define DD_VIEW_VIEW_WRITER_H

#include "common/eventlog/eventlog.h"
#include "common/store/store.h"
#include "common/view/memtable.h"
#include <stdbool.h>

struct view_writer;

/* A layer to be written. It must not change until the writer has been asked how it went. */
struct view_step {
	const struct memtable *layer;
	struct dd_position position; /* behind the layer's last event */
	bool partial;
};

/* `inline_mode`: no thread; view_writer_submit does the work itself. `wake` runs on the writer's
 * thread when a step is done or the alarm rings. */
struct view_writer *view_writer_new(struct dd_store *store, bool inline_mode, void (*wake)(void *),
				    void *arg);
/* Waits for a step that is under way. NULL is fine. */
void view_writer_free(struct view_writer *writer);

/* Nothing is under way and nothing waits to be taken. */
bool view_writer_idle(struct view_writer *writer);
void view_writer_submit(struct view_writer *writer, const struct view_step *step);
/* True once per step, when it is done: *result_out is DD_OK or why it failed. `wait` for it. */
bool view_writer_take(struct view_writer *writer, bool wait, int *result_out, struct dd_error *err);

/* Wake the owner after so many microseconds; then view_writer_rung is true, once. */
void view_writer_alarm(struct view_writer *writer, int64_t after_us);
bool view_writer_rung(struct view_writer *writer);

/* The cursor that LMDB holds. Zeros at the beginning. */
int view_cursor_read(struct dd_store *store, struct dd_position *position_out, bool *partial_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* The same as of a transaction. */
int view_cursor_get(struct dd_txn *txn, struct dd_position *position_out, bool *partial_out,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
