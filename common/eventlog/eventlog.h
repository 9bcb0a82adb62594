/* eventlog.h - the event log: asynchronous and by batches, so that a second backend fits behind it.
 * The embedded backend is a row of append-only segment files (segment.h, segment_log.c). */
#ifndef DD_EVENTLOG_EVENTLOG_H
#define DD_EVENTLOG_EVENTLOG_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/eventlog/frame.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_eventlog;

/* A place in the log: after record `sequence`. */
struct dd_position {
	uint8_t log_id[DD_ID_LEN];
	uint32_t incarnation;
	uint64_t sequence;
	uint8_t chain[DD_HASH_LEN];
};

struct dd_eventlog_options {
	const char *dir;
	uint64_t segment_bytes; /* 0 = 32 MiB; at least 64 KiB */
	int spares;             /* zeroed segments kept ahead; 0 = two */
	bool inline_commit;     /* tests and simulator: no threads; dd_eventlog_run does the work */
	bool create;            /* make a new log (with a random id) if the folder holds none */
	bool read_only;         /* change nothing, not even the tail; no append */
	/* A consumer's cursor: if the log's head turns out to lie before it, acknowledged records
	 * are missing: DD_ERR_CORRUPT. sequence 0 = none. */
	struct dd_position expect;
};

/* Open, recover and be ready. Recovery reads the last segment; only the last frame may be torn: it
 * was never acknowledged and is blanked; the recovered tail is written again with the same bytes
 * and flushed before this returns. A bad place with a later valid frame, a signed checkpoint or
 * `expect` behind it is damage: DD_ERR_CORRUPT with file, offset and remedy, and nothing is
 * changed. A second process on the same folder: DD_ERR_REFUSED. */
int dd_eventlog_open(const struct dd_eventlog_options *options, struct dd_eventlog **log_out,
		     struct dd_error *err) DD_MUST_CHECK;

/* Waits for a batch that is under way. Writes the checkpoint. NULL is fine. */
void dd_eventlog_close(struct dd_eventlog *log);

/* Durable head. Nobody reads past it. Any thread. */
struct dd_position dd_eventlog_head(struct dd_eventlog *log);
int64_t dd_eventlog_head_us(struct dd_eventlog *log); /* record time of the head; 0 when empty */

/* What became of a batch. `err` is DD_OK: durable, `chains` has the chain hash after each record
 * (count * 32 bytes, valid during the call). DD_ERR_FULL: not appended, nothing changed, the log
 * goes on. DD_ERR_IO: a write or flush failed in a way that leaves the disk unknown: the owner must
 * end the process without any reply. Runs on the commit thread (inline: in dd_eventlog_run;
 * dd_eventlog_append_here: there). */
typedef void dd_append_done(void *arg, int err, const uint8_t *chains, const struct dd_error *why);

/* Append one frame, not yet sealed; its base must be head + 1. One batch may be outstanding
 * (assert). `frame` is borrowed until `done` has returned and is sealed in place. Salts, hashes,
 * the write and the flush happen on the commit thread: one flush. */
void dd_eventlog_append(struct dd_eventlog *log, struct dd_buf *frame, dd_append_done *done,
			void *arg);

/* The same on the calling thread, with `done` called before this returns, where that costs less
 * than the two hops between the threads: the commit thread sleeps, the disk has flushed fast last
 * time, the frame is small, and nothing else is to be written. Otherwise false, and nothing has
 * happened. For an owner that has nothing else to do: it waits for the disk. */
bool dd_eventlog_append_here(struct dd_eventlog *log, struct dd_buf *frame, dd_append_done *done,
			     void *arg) DD_MUST_CHECK;

/* Inline mode: do the outstanding append now and call its `done`. */
void dd_eventlog_run(struct dd_eventlog *log);

/* Begin a new incarnation in memory: later frames bear it. The caller appends the event that tells.
 */
void dd_eventlog_set_incarnation(struct dd_eventlog *log, uint32_t incarnation);

/* Whole frames that follow record `after`, as they stand in the log, up to `max_bytes` but at least
 * one; the first may begin before `after`. Segment ends are left out. Appended to `out`; nothing at
 * the head. Each frame is checked (CRC) before it is handed out. Any thread. */
int dd_eventlog_read(struct dd_eventlog *log, uint64_t after, size_t max_bytes, struct dd_buf *out,
		     struct dd_error *err) DD_MUST_CHECK;

/* The frame that holds `sequence`, appended to `out` (cleared first), and the record in it. Any
 * thread. */
int dd_eventlog_get(struct dd_eventlog *log, uint64_t sequence, struct dd_buf *out,
		    struct dd_record *record_out, struct dd_error *err) DD_MUST_CHECK;

/* The position after `sequence`: recomputes the chain within its frame. For receipts given again.
 */
int dd_eventlog_position(struct dd_eventlog *log, uint64_t sequence,
			 struct dd_position *position_out, struct dd_error *err) DD_MUST_CHECK;

/* The last sequence recorded at or before `us`; 0 if none. */
int dd_eventlog_at_time(struct dd_eventlog *log, int64_t us, uint64_t *sequence_out,
			struct dd_error *err) DD_MUST_CHECK;

/* Memory only and cheap: a time not later than that of `sequence` (index granularity 8 KiB). */
int64_t dd_eventlog_time_floor(struct dd_eventlog *log, uint64_t sequence);

/* Ask to be told, on any thread, whenever the durable head moves. One listener per call; remove
 * with the same pair. The callback must only wake somebody. */
void dd_eventlog_listen(struct dd_eventlog *log, void (*on_head)(void *arg), void *arg);
void dd_eventlog_unlisten(struct dd_eventlog *log, void (*on_head)(void *arg), void *arg);

struct dd_eventlog_stats {
	uint64_t batches, records, bytes, flushes, full;
	uint64_t segments;
	uint64_t last_flush_us; /* how long the last flush took */
	uint64_t rewrites;      /* segments that lost words since the log was opened */
};
struct dd_eventlog_stats dd_eventlog_stats(struct dd_eventlog *log);

/* --- verification, without a running log --------------------------------------------------- */

struct dd_verify_report {
	uint64_t records, frames, segments;
	uint64_t commands; /* records with cause.index 0 */
	struct dd_position head;
	uint64_t checkpoint_sequence; /* 0 = no signed checkpoint found */
	uint64_t torn_bytes; /* of an unacknowledged last frame, which an opening would blank */
};
/* Read a log folder from the first byte to the last and check everything: layout, sums, sequence,
 * chain, Merkle roots, signed checkpoint, and that `expect` (sequence 0 = none; for example an
 * office's receipt) lies in it. DD_ERR_CORRUPT names file, offset, sequence of the first bad place.
 * Changes nothing. */
int dd_eventlog_verify(const char *dir, const struct dd_position *expect,
		       struct dd_verify_report *report_out, struct dd_error *err) DD_MUST_CHECK;

#endif
