/* task_engine.c - the life of a batch. The story is at the head of task_engine.h; what one command
 * becomes is in task_decide.c. */
#include "services/task/task_engine.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/app/app.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/task/task_batch.h"

#define REPLAY_BYTES  (4u << 20)
#define SCRATCH_BYTES (1u << 20)
#define VIEW_LAG_MAX  150000u
#define BUSY_RETRY_MS 500u
#define ALONE_LEAST   4u /* then the next command comes alone too, most likely */

static void fatal(const char *event, const struct dd_error *err)
{
	dd_app_die(event, err);
}

/* --- building --------------------------------------------------------------------------------- */

/* While the clock is doubtful only the rest or the end of a group, or a restore, is written without
 * an operator's word; it takes the last time that was right. */
static int64_t batch_time(const struct task_engine *engine)
{
	int64_t newest = task_batch_newest_us(engine);
	int64_t now = dd_wall_us();

	if (engine->held[0] != '\0' &&
	    (engine->abandon != 0 || engine->bulk.active || engine->restoring))
		return newest;
	return now > newest ? now : newest;
}

static void batch_begin(struct task_engine *engine)
{
	const struct task_batch *flying = engine->flying;
	struct task_batch *batch = engine->open;

	if (batch->begun)
		return;
	batch->begun = true;
	batch->record_us = batch_time(engine);
	batch->base = engine->head.sequence + 1;
	if (flying != NULL)
		batch->base = flying->base + flying->records;
	dd_frame_begin(&batch->frame, engine->head.log_id, engine->head.incarnation, batch->base,
		       batch->record_us);
	view_batch_begin(engine->options.view);
}

static void take_result(struct task_engine *engine, int code, const uint8_t *chains,
			const struct dd_error *why)
{
	struct task_batch *batch = engine->flying; /* the same until `done` */

	batch->done_err = code;
	if (code == DD_OK) {
		dd_buf_clear(&batch->chains);
		dd_buf_add(&batch->chains, chains, (size_t)batch->records * DD_HASH_LEN);
	} else if (why != NULL) {
		batch->done_why = *why;
	}
	atomic_store_explicit(&batch->done, true, memory_order_release);
}

/* On the commit thread. */
static void on_appended(void *arg, int code, const uint8_t *chains, const struct dd_error *why)
{
	struct task_engine *engine = arg;
	void (*wake)(void *) = engine->options.wake; /* the engine may be gone behind `done` */
	void *wake_arg = engine->options.arg;

	take_result(engine, code, chains, why);
	wake(wake_arg);
}

/* On the owner's. Its turn goes on as long as the log grows; else it must be called again. */
static void on_appended_here(void *arg, int code, const uint8_t *chains, const struct dd_error *why)
{
	struct task_engine *engine = arg;

	take_result(engine, code, chains, why);
	if (code != DD_OK)
		engine->options.wake(engine->options.arg);
}

static struct task_batch *idle_batch(struct task_engine *engine)
{
	struct task_batch *batch = engine->batches;

	while (batch == engine->open || batch == engine->flying || batch->begun)
		batch++;
	assert(batch < engine->batches + TASK_BATCHES);
	return batch;
}

/* The open batch becomes the flying one, if it holds anything and the log is free for it. */
static bool batch_closed(struct task_engine *engine)
{
	struct task_batch *batch = engine->open;
	uint32_t records;

	if (!batch->begun)
		return false;
	records = dd_frame_count(&batch->frame);
	if (records == 0) {
		view_batch_drop(engine->options.view);
		batch->begun = false;
		return false;
	}
	if (engine->flying != NULL)
		return false;
	engine->alone = batch->pending_count == 1 ? engine->alone + 1 : 0;
	engine->stats.batches++;
	if (records > engine->stats.largest_batch)
		engine->stats.largest_batch = records;
	batch->records = records;
	engine->open = idle_batch(engine);
	engine->flying = batch;
	atomic_store_explicit(&batch->done, false, memory_order_relaxed);
	view_batch_submit(engine->options.view);
	return true;
}

static void batch_send(struct task_engine *engine)
{
	if (batch_closed(engine))
		dd_eventlog_append(engine->options.log, &engine->flying->frame, on_appended,
				   engine);
}

/* Where commands come one by one, the way to the commit thread and back costs as much as the disk,
 * and there is nothing to decide meanwhile. */
static void batch_send_from_turn(struct task_engine *engine)
{
	if (!batch_closed(engine))
		return;
	if (engine->alone < ALONE_LEAST ||
	    !dd_eventlog_append_here(engine->options.log, &engine->flying->frame, on_appended_here,
				     engine))
		dd_eventlog_append(engine->options.log, &engine->flying->frame, on_appended,
				   engine);
	task_engine_committed(engine);
}

/* A batch that waits for the log stays open, up to its size. */
static void batch_gather(struct task_engine *engine)
{
	const struct task_queued *item;

	while (dd_frame_count(&engine->open->frame) < TASK_BATCH_COMMANDS &&
	       engine->open->frame.len <= TASK_BATCH_BYTES) {
		item = task_queue_front(&engine->queue);
		if (item == NULL ||
		    !task_decide(engine, item, task_queue_body(&engine->queue, item)))
			break;
		task_queue_pop(&engine->queue);
		if (engine->bulk.active)
			break; /* a group has the log to itself */
	}
}

static void abandon_group(struct task_engine *engine)
{
	Dondoc__V1__GroupAbandoned event = DONDOC__V1__GROUP_ABANDONED__INIT;
	struct task_origin origin = {0};
	struct task_record record = {.type = DONDOC__V1__EVENT_TYPE__EVENT_GROUP_ABANDONED,
				     .message = &event.base,
				     .group = engine->abandon};

	event.reason = (char *)"the import was interrupted before its end";
	task_batch_emit(engine, &origin, &record);
}

static void put_off_queue(struct task_engine *engine)
{
	const struct task_queued *item;

	while ((item = task_queue_front(&engine->queue)) != NULL) {
		task_batch_busy(engine, &item->ticket, BUSY_RETRY_MS);
		task_queue_pop(&engine->queue);
	}
}

/* What stands before the queue: the rest of a group, or the end of one that broke off. */
static void turn_group(struct task_engine *engine)
{
	if (engine->flying != NULL || dd_mono_us() < engine->abandon_after_us)
		return; /* the latter: the disk was full a moment ago */
	batch_begin(engine);
	if (engine->abandon != 0)
		abandon_group(engine);
	else
		task_bulk_continue(engine);
	batch_send(engine);
}

void task_engine_turn(struct task_engine *engine)
{
	bool group = engine->abandon != 0 || engine->bulk.active;

	if (!group && task_queue_count(&engine->queue) == 0)
		return;
	if (view_lag(engine->options.view) > VIEW_LAG_MAX) {
		/* LMDB must catch up first; task_engine_full lets the sockets wait. With its disk
		 * full that may take long: nobody is left without an answer. */
		if (view_store_full(engine->options.view))
			put_off_queue(engine);
		return;
	}
	task_engine_watch_clock(engine);
	if (group) {
		turn_group(engine);
		return;
	}
	batch_begin(engine);
	batch_gather(engine);
	batch_send_from_turn(engine);
}

/* --- committed -------------------------------------------------------------------------------- */

static void busy_all(struct task_engine *engine, struct task_batch *batch)
{
	for (size_t i = 0; i < batch->pending_count; i++)
		task_batch_busy(engine, &batch->pending[i].ticket, BUSY_RETRY_MS);
	task_batch_clear(batch);
}

/* The batch never was, nor what had been decided on top of it. */
static void committed_full(struct task_engine *engine, struct task_batch *batch)
{
	dd_log(DD_LOG_WARN, "task.disk_full", dd_f_text("why", batch->done_why.text));
	view_batch_drop_all(engine->options.view);
	busy_all(engine, batch);
	busy_all(engine, engine->open);
	engine->abandon_after_us = dd_mono_us() + INT64_C(1000) * BUSY_RETRY_MS;
	if (engine->bulk.active) {
		if (engine->bulk.group <= engine->head.sequence)
			engine->abandon = engine->bulk.group;
		if (!engine->bulk.closing) /* else its answer was among the pending */
			task_batch_busy(engine, &engine->bulk.ticket, BUSY_RETRY_MS);
		task_bulk_end(engine);
	}
}

/* The next flush begins before the answers of this one are given. */
static void committed_ok(struct task_engine *engine, struct task_batch *batch)
{
	engine->head = dd_eventlog_head(engine->options.log);
	engine->last_record_us = batch->record_us;
	view_batch_commit(engine->options.view, &engine->head);
	engine->abandon = 0;
	if (batch->releasing)
		task_clock_release(engine);
	batch_send(engine);
	for (size_t i = 0; i < batch->pending_count; i++)
		task_batch_answer(engine, batch, &batch->pending[i]);
	task_batch_clear(batch);
	if (engine->bulk.active && engine->bulk.closing)
		task_bulk_end(engine);
}

void task_engine_committed(struct task_engine *engine)
{
	struct task_batch *batch = engine->flying;

	if (batch == NULL || !atomic_load_explicit(&batch->done, memory_order_acquire))
		return;
	engine->flying = NULL;
	if (batch->done_err == DD_OK)
		committed_ok(engine, batch);
	else if (batch->done_err == DD_ERR_FULL)
		committed_full(engine, batch);
	else
		fatal("task.append_failed", &batch->done_why);
}

/* --- life ------------------------------------------------------------------------------------- */

static int replay(struct task_engine *engine, struct dd_error *err)
{
	struct view *view = engine->options.view;
	struct dd_buf chunk = {0};
	struct dd_position after;
	int r = DD_OK;

	while (r == DD_OK && view_position(view)->sequence < engine->head.sequence) {
		size_t at = 0;

		dd_buf_clear(&chunk);
		r = dd_eventlog_read(engine->options.log, view_position(view)->sequence,
				     REPLAY_BYTES, &chunk, err);
		while (r == DD_OK && at < chunk.len) {
			struct dd_frame_info info;

			r = dd_frame_info(chunk.data + at, chunk.len - at, &info);
			if (r != DD_OK)
				break;
			memcpy(after.log_id, info.log_id, DD_ID_LEN);
			memcpy(after.chain, info.chain_after, DD_HASH_LEN);
			after.incarnation = info.incarnation;
			after.sequence = info.base + info.count - 1;
			r = view_replay(view, chunk.data + at, &info, &after, err);
			at += info.length;
		}
	}
	dd_buf_fini(&chunk);
	return r;
}

/* The view must be a projection of this very log, not of another or of a longer one. */
static int check_view(struct task_engine *engine, struct dd_error *err)
{
	const struct dd_position *at = view_position(engine->options.view);
	struct dd_position there;

	if (at->sequence == 0)
		return DD_OK;
	if (at->sequence > engine->head.sequence)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the view has seen record %" PRIu64 " but the log ends at %" PRIu64
			       ": acknowledged records are missing; restore the log from its "
			       "newest backup",
			       at->sequence, engine->head.sequence);
	if (dd_eventlog_position(engine->options.log, at->sequence, &there, err) != DD_OK)
		return err->code;
	if (memcmp(there.chain, at->chain, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the view was built from another log than this one (they differ at "
			       "record %" PRIu64
			       "); move the view's folder away and start again: it is built anew",
			       at->sequence);
	return DD_OK;
}

static void wait_outstanding(struct task_engine *engine)
{
	const struct timespec nap = {.tv_nsec = 50000};

	while (engine->flying != NULL) {
		if (engine->options.inline_log)
			dd_eventlog_run(engine->options.log);
		else
			nanosleep(&nap, NULL);
		task_engine_committed(engine);
	}
}

static int genesis(struct task_engine *engine, struct dd_error *err)
{
	Dondoc__V1__Genesis event = DONDOC__V1__GENESIS__INIT;
	struct task_origin origin = {0};
	struct task_record record = {.type = DONDOC__V1__EVENT_TYPE__EVENT_GENESIS,
				     .message = &event.base};

	event.authority = engine->authority;
	event.build = engine->build;
	batch_begin(engine);
	task_batch_emit(engine, &origin, &record);
	batch_send(engine);
	wait_outstanding(engine);
	if (engine->head.sequence == 0)
		return dd_fail(err, DD_ERR_FULL, "the log cannot be begun: %s",
			       engine->batches[0].done_why.text);
	return DD_OK;
}

/* What the lost part of the log held is gone; nothing may look as if it went on from there. */
static int begin_incarnation(struct task_engine *engine, const struct dd_restore_mark *mark,
			     struct dd_error *err)
{
	Dondoc__V1__Incarnation event = DONDOC__V1__INCARNATION__INIT;
	struct task_origin origin = {0};
	struct task_record record = {.type = DONDOC__V1__EVENT_TYPE__EVENT_INCARNATION,
				     .message = &event.base};
	const uint64_t before = engine->head.sequence;

	event.incarnation = mark->incarnation;
	event.cut_after = mark->at.sequence;
	event.cut_chain.data = engine->head.chain;
	event.cut_chain.len = DD_HASH_LEN;
	event.reason = (char *)mark->reason;
	dd_eventlog_set_incarnation(engine->options.log, mark->incarnation);
	engine->restoring = true;
	engine->abandon = view_open_group(engine->options.view);
	batch_begin(engine);
	if (engine->abandon != 0) /* the backup ended within a group */
		abandon_group(engine);
	task_batch_emit(engine, &origin, &record);
	batch_send(engine);
	wait_outstanding(engine);
	engine->restoring = false;
	if (engine->head.sequence == before)
		return dd_fail(err, DD_ERR_FULL, "the new incarnation cannot be begun: %s",
			       engine->batches[0].done_why.text);
	dd_log(DD_LOG_WARN, "task.new_incarnation", dd_f_uint("incarnation", mark->incarnation),
	       dd_f_uint("cut_after", mark->at.sequence));
	return DD_OK;
}

int task_engine_open(const struct task_engine_options *options, struct task_engine **engine_out,
		     struct dd_error *err)
{
	struct task_engine *engine = dd_alloc(sizeof(*engine));
	int r;

	engine->options = *options;
	engine->authority = dd_strdup(options->authority != NULL ? options->authority : "");
	engine->build = dd_strdup(options->build != NULL ? options->build : "");
	task_queue_init(&engine->queue);
	engine->open = engine->batches;
	engine->bulk.said = memtable_new();
	dd_arena_init(&engine->scratch, SCRATCH_BYTES);
	engine->head = dd_eventlog_head(options->log);
	engine->last_record_us = dd_eventlog_head_us(options->log);
	r = check_view(engine, err);
	if (r == DD_OK)
		r = replay(engine, err);
	if (r == DD_OK)
		r = view_live(options->view, err);
	if (r == DD_OK && engine->head.sequence == 0)
		r = genesis(engine, err);
	if (r == DD_OK)
		task_clock_start(engine); /* a new incarnation's event would hide a long silence */
	if (r == DD_OK && options->restored != NULL)
		r = begin_incarnation(engine, options->restored, err);
	if (r == DD_OK)
		task_restored_load(engine);
	if (r != DD_OK) {
		task_engine_close(engine);
		return r;
	}
	engine->abandon = view_open_group(options->view);
	*engine_out = engine;
	return DD_OK;
}

void task_engine_close(struct task_engine *engine)
{
	if (engine == NULL)
		return;
	wait_outstanding(engine);
	for (size_t i = 0; i < TASK_BATCHES; i++) {
		task_batch_clear(&engine->batches[i]);
		dd_buf_fini(&engine->batches[i].frame);
		dd_buf_fini(&engine->batches[i].chains);
		free(engine->batches[i].pending);
	}
	task_bulk_end(engine);
	memtable_free(engine->bulk.said);
	task_queue_fini(&engine->queue);
	dd_arena_fini(&engine->scratch);
	free(engine->authority);
	free(engine->build);
	free(engine);
}

void task_engine_submit(struct task_engine *engine, const struct task_ticket *ticket,
			const struct dd_principal *who, const Dondoc__V1__Submit *submit)
{
	task_queue_push(&engine->queue, ticket, who, submit);
}

bool task_engine_full(const struct task_engine *engine)
{
	return task_queue_full(&engine->queue);
}

bool task_engine_busy(const struct task_engine *engine)
{
	return engine->flying != NULL;
}

struct task_engine_stats task_engine_stats(const struct task_engine *engine)
{
	struct task_engine_stats stats = engine->stats;

	stats.queued = task_queue_count(&engine->queue);
	return stats;
}
