/* task_engine.h - how a command becomes a fact: queue, batch, one flush, view, reply. Free of
 * sockets: commands come in by a call and replies go out by a callback, so that a simulator can be
 * the network.
 *
 *   submit -> queue -> [decide each on the batch layer, pack into one frame] -> append (commit
 * thread: one flush) -> the batch layer becomes the view -> replies with receipts
 *
 * Where commands come one by one the owner's thread does the commit too: the hops between the
 * threads cost as much as the disk.
 *
 * While one batch is flushed the next is decided on top of it; no delay is added. An answer is
 * given only when its batch is durable. Failures: disk full -> the batch and what was decided on
 * top of it never were, every command gets "busy"; a failed flush, or an error in the view after a
 * good one -> the process ends without a reply. All else runs on the
 * owner's thread. */
#ifndef TASK_ENGINE_H
#define TASK_ENGINE_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/restore_mark.h"
#include "common/files/files.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "dondoc/v1/command.pb-c.h"

struct task_engine;

/* Where a reply goes; copied. */
struct task_ticket {
	struct dd_bus_peer peer;
	uint64_t request;
};

struct task_engine_options {
	struct dd_eventlog *log;  /* borrowed, open */
	struct view *view;        /* borrowed, not yet replayed */
	struct dd_files *files;   /* borrowed; NULL = no imports */
	struct dd_access *access; /* borrowed; NULL = nobody is admitted by a file */
	bool inline_log;          /* the log was opened with inline_commit */
	const char *authority;    /* of a new log */
	const char *build;
	/* The log was just restored: begin its new incarnation before anything else; NULL = it
	 * was not. */
	const struct dd_restore_mark *restored;
	/* The outstanding batch is done: call task_engine_committed from the owner's thread. Runs
	 * on any thread. */
	void (*wake)(void *arg);
	/* One answer. `reply` is borrowed for the call. */
	void (*reply)(void *arg, const struct task_ticket *ticket,
		      const Dondoc__V1__SubmitReply *reply);
	void *arg;
};

/* Replay the log into the view, begin a new log with its genesis event (DD_ERR_FULL: no space for
 * it), end a group that a crash left open. */
int task_engine_open(const struct task_engine_options *options, struct task_engine **engine_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* No batch may be outstanding (task_engine_busy). Commands in the queue are dropped: their clients
 * send again. */
void task_engine_close(struct task_engine *engine);

/* Put one command into the queue; everything is copied. The reply comes later, or within
 * task_engine_turn. */
void task_engine_submit(struct task_engine *engine, const struct task_ticket *ticket,
			const struct dd_principal *who, const Dondoc__V1__Submit *submit);
/* The queue holds as much as it should: leave further messages in the socket. */
bool task_engine_full(const struct task_engine *engine);
bool task_engine_busy(const struct task_engine *engine);

/* Once a loop turn: decides what waits, and sends the batch if none is outstanding. It may have
 * committed it too, without a wake: call it again as long as the view's position moves. */
void task_engine_turn(struct task_engine *engine);
/* Take over a finished batch. */
void task_engine_committed(struct task_engine *engine);

/* Once a second, and by itself before each batch: holds commands when the clock has jumped by more
 * than 10 minutes. */
void task_engine_watch_clock(struct task_engine *engine);
/* NULL, or why commands wait for an operator ("the clock jumped ..."). */
const char *task_engine_held(const struct task_engine *engine);

struct task_engine_stats {
	uint64_t accepted, refused, duplicates, conflicts, gaps, denied, busy, batches;
	uint64_t largest_batch;
	uint64_t queued; /* now */
};
struct task_engine_stats task_engine_stats(const struct task_engine *engine);

#endif
