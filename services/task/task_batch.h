/* task_batch.h - the batches that are being gathered and flushed, and the parts of the engine that
 * fill it. Private to the engine: task_engine.c, task_batch.c, task_decide.c, task_record.c,
 * task_bulk.c and task_clock.c. */
#ifndef TASK_BATCH_H
#define TASK_BATCH_H

#include <stdatomic.h>

#include "common/base/alloc.h"
#include "common/view/memtable.h"
#include "services/task/task_engine.h"
#include "services/task/task_import.h"
#include "services/task/task_queue.h"
#include "services/task/task_rules.h"

#define TASK_BATCH_COMMANDS 1024u
#define TASK_BATCH_BYTES    (1u << 20)

/* A command of the batch that gets its answer when the batch is durable. */
struct task_pending {
	struct task_ticket ticket;
	uint64_t first, last; /* sequences of its events */
	uint8_t digest[DD_HASH_LEN];
	Dondoc__V1__RefusalCode refusal;      /* NONE = accepted */
	char (*arguments)[TASK_ARGUMENT_MAX]; /* owned; refusals only */
	int argument_count;
	bool held;                         /* accepted, but it waits for the head of the unit */
	bool conflict;                     /* it came with other bytes than what has this number */
	struct task_import_result *import; /* owned; imports only */
};

/* An import too large for one frame: a group of frames of its own. */
struct task_bulk {
	bool active;
	bool closing;   /* the closing event is written: the pending answer owns the import */
	uint64_t group; /* sequence of the opening event */
	size_t next;    /* event to write next */
	uint32_t index; /* of the next record among the command's */
	struct task_import_result *import; /* owned */
	struct task_ticket ticket;
	struct dd_principal who;
	uint8_t stream[16];
	uint64_t number;
	uint8_t digest[DD_HASH_LEN];
	uint64_t seen;         /* as in task_origin */
	struct dd_buf body;    /* the command's, for actor and times */
	struct memtable *said; /* owned; of a group: task -> its last event so far */
};

/* One frame of the log to be, and who waits for it. */
struct task_batch {
	struct dd_buf frame; /* the commit thread's while flying */
	uint64_t base;       /* sequence of the frame's first record */
	uint32_t records;    /* in the frame, once it is sent */
	int64_t record_us;   /* of all its records */
	bool begun;
	bool releasing;               /* it holds the operator's word that the clock is right */
	struct task_pending *pending; /* owned */
	size_t pending_count, pending_cap;

	/* Set by the commit thread before wake, read by task_engine_committed. */
	int done_err;
	struct dd_error done_why;
	struct dd_buf chains;
	atomic_bool done;
};

/* One open, one flying, and one whose answers are being given. */
#define TASK_BATCHES 3

struct task_engine {
	struct task_engine_options options;
	char *authority; /* owned */
	char *build;     /* owned */
	struct task_queue queue;

	struct task_batch batches[TASK_BATCHES];
	struct task_batch *open;   /* being gathered; while one is flying, on top of that */
	struct task_batch *flying; /* the log has it; NULL = none */
	uint32_t alone;            /* so many batches in a row held one command */
	struct dd_position head;   /* durable */
	int64_t last_record_us;    /* of the head */
	struct dd_arena scratch;   /* one command at a time */

	struct task_bulk bulk;
	uint32_t cut_incarnation; /* that of the last restore, and where it cut; 0 = none */
	uint64_t cut_after;
	bool restoring;           /* the new incarnation is being begun */
	uint64_t abandon;         /* a group that must be ended before anything else; 0 = none */
	int64_t abandon_after_us; /* monotonic: not sooner, for the disk was full */

	int64_t offset_us; /* wall minus monotonic, as last found right */
	char held[200];    /* "" = not held */
	struct task_engine_stats stats;
};

/* One record to be. `message` may be NULL with `bytes`. */
struct task_record {
	Dondoc__V1__EventType type;
	const ProtobufCMessage *message;
	const uint8_t *bytes;
	size_t len;
	uint64_t subject, previous, group;
	const char *unit;
	const char *other_unit; /* NULL = none */
	/* Whose it is and since when, where that is not the command's: actor, times, let_go. NULL =
	 * the command's. */
	const Dondoc__V1__EventHeader *as;
};

/* Where a record comes from: the command at hand. NULL members are left out. */
struct task_origin {
	const struct dd_principal *who;
	const Dondoc__V1__CommandBody *body; /* NULL = unreadable or withdrawn */
	const uint8_t *stream;               /* NULL = no command (genesis ...) */
	uint64_t number;
	const uint8_t *digest; /* in the first record only */
	uint64_t seen;         /* what its client has said already to have seen of the log */
	uint32_t index, count;
};

/* Append one record to the open batch and apply it to the batch layer. Returns its sequence; 0 if
 * it does not fit the limits of a record (nothing has changed then). An error in the view ends the
 * process. */
uint64_t task_batch_emit(struct task_engine *engine, const struct task_origin *origin,
			 const struct task_record *record);
/* Somebody who gets his answer when `batch` is durable; the entry moves with the next call. */
struct task_pending *task_batch_pending(struct task_batch *batch, const struct task_ticket *ticket,
					uint64_t first, uint64_t last, const uint8_t *digest);
/* The record time of the newest batch, flying or durable. */
int64_t task_batch_newest_us(const struct task_engine *engine);
/* The answer of a durable batch, with its receipt. */
void task_batch_answer(struct task_engine *engine, const struct task_batch *batch,
		       const struct task_pending *entry);
/* Nobody waits any more; the batch may be begun again. */
void task_batch_clear(struct task_batch *batch);
void task_batch_reply(struct task_engine *engine, const struct task_ticket *ticket,
		      const Dondoc__V1__SubmitReply *reply);
void task_batch_busy(struct task_engine *engine, const struct task_ticket *ticket,
		     uint32_t retry_ms);
/* Fill rows and counts from an import; what does not fit a reply is cut and said so. */
void task_batch_import_reply(const struct task_import_result *import,
			     Dondoc__V1__SubmitReply *reply, Dondoc__V1__ImportCounts *counts);
Dondoc__V1__ImportCounts task_batch_import_counts(const struct task_import_result *import);

/* Decide the command at the front of the queue. False: it must wait for a batch of its own. */
bool task_decide(struct task_engine *engine, const struct task_queued *item, const uint8_t *body);

/* task_clock.c: judge the clock at start; take the operator's word for it. */
void task_clock_start(struct task_engine *engine);
void task_clock_release(struct task_engine *engine);

/* Write a refusal as the answer of the command. */
void task_decide_refuse(struct task_engine *engine, const struct task_queued *item,
			const struct task_origin *origin, const struct task_outcome *outcome);
/* The same of an import, whose answer then owns it. */
void task_decide_refuse_import(struct task_engine *engine, const struct task_queued *item,
			       const struct task_origin *origin, const struct task_outcome *outcome,
			       struct task_import_result *import);
/* Bring everything to LMDB, for rules that walk its lists. False: something is still on its way, or
 * the disk is full; the latter is answered here. */
bool task_decide_stored(struct task_engine *engine, const struct task_queued *item,
			bool *answered_out);
/* Imports: a group, of one frame if it fits. False as in task_decide. */
bool task_bulk_take(struct task_engine *engine, const struct task_queued *item,
		    const struct task_origin *origin);
/* The events that a rule gave; takes them out of *outcome. False as in task_decide: the rule is
 * asked again then. */
bool task_bulk_effects(struct task_engine *engine, const struct task_queued *item,
		       const struct task_origin *origin, struct task_outcome *outcome);
/* Fill the next frame of the group under way. */
void task_bulk_continue(struct task_engine *engine);
/* The frame with the closing event is durable, or the group could not go on. */
void task_bulk_end(struct task_engine *engine);

/* task_restored.c: where the log was cut, from the view; and whether a command names a record that
 * only the lost part of the log knew: by now its number may be another one's. */
void task_restored_load(struct task_engine *engine);
bool task_restored_lost(const struct task_engine *engine, const Dondoc__V1__CommandBody *body);

#endif
