/* office_kept.h - what an office has received of the centre's log, so that its view can be built
 * without the link: the records that its unit may read, and the leaves of all others.
 *
 * The log comes in slices (common/eventlog/frame.h). Of each the place, the chain hash behind it
 * and the leaf of every record stay; so whatever is read later of the time that was followed - the
 * history of a task that the unit gets to see - is compared with what was there when it was
 * followed. Records are kept as they came, and go when the unit may not see their task any more.
 *
 * Every function that changes something is one transaction together with the place up to which the
 * log was followed: durable when it returns 0, nothing has changed otherwise. DD_ERR_FULL: the same
 * call works when there is space. DD_ERR_IO, DD_ERR_CORRUPT of the store: end the process. */
#ifndef OFFICE_KEPT_H
#define OFFICE_KEPT_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/eventlog/eventlog.h"
#include "common/store/store.h"
#include "dondoc/v1/envelope.pb-c.h"

struct office_kept;

/* Stored as it is, by memcpy, from zeroed memory. */
struct office_kept_state {
	uint64_t schema;
	/* Another one whenever what is kept changes otherwise than by growing at its end: a view
	 * that was built of another generation is of no use. */
	uint64_t generation;
	struct dd_position at;      /* the log was followed so far; sequence 0 = not yet */
	struct dd_position covered; /* a backup of the centre covers so much; sequence 0 = none */
	int64_t fresh_us;           /* when the centre last said that there is no more */
	uint64_t records;
	uint64_t tasks;
};

/* `store` and `unit` are borrowed. What an older release kept in the same store is deleted. */
int office_kept_open(struct dd_store *store, const char *unit, struct office_kept **kept_out,
		     struct dd_error *err) DD_MUST_CHECK;
void office_kept_close(struct office_kept *kept); /* NULL is fine */
const struct office_kept_state *office_kept_state(const struct office_kept *kept);

/* --- following -------------------------------------------------------------------------------- */

/* What came with the slices. */
struct office_kept_taken {
	bool readable; /* something that the unit may read */
	bool covered;  /* state.covered has moved */
	bool unsure; /* which tasks the unit may see may have changed: the centre is to be asked */
};
/* Slices that continue state.at, one behind the other, each verified; `after` is behind the last.
 */
int office_kept_take(struct office_kept *kept, const struct dd_buf *slices,
		     const struct dd_position *after, struct office_kept_taken *taken_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* The centre said that there is no more. */
int office_kept_fresh(struct office_kept *kept, int64_t now_us, struct dd_error *err) DD_MUST_CHECK;

/* --- tasks (office_kept_tasks.c) ----------------------------------------------------------------
 */

/* Begin a comparison: the digest of what the office knows of its tasks, as ListReadable has it. */
int office_kept_digest(struct office_kept *kept, uint8_t digest_out[DD_HASH_LEN]) DD_MUST_CHECK;

/* What is to be fetched of a task. */
struct office_kept_want {
	uint64_t task;
	uint64_t after;   /* with ReadRecords: what comes behind that */
	uint64_t version; /* as the centre told */
	uint32_t flags;
};
/* Compare with all rows that the centre told, ascending, as of its position `view_sequence`: what
 * it does not list is deleted, unless newer records speak of it. *wants_out (caller frees) is what
 * must be fetched; *behind_out: there is more, which was not followed yet. */
struct office_kept_listed {
	const Dondoc__V1__ReadableRow *rows;
	size_t count;
	uint64_t view_sequence;
};
int office_kept_compare(struct office_kept *kept, const struct office_kept_listed *listed,
			struct office_kept_want **wants_out, size_t *count_out, bool *behind_out,
			struct dd_error *err) DD_MUST_CHECK;

/* Slices of a task's history, which came for `want`. `last`: there are no more of them; else
 * want->after moves on. DD_ERR_CONFLICT: they differ from what was followed: nothing is taken. */
int office_kept_gain(struct office_kept *kept, struct office_kept_want *want,
		     const ProtobufCBinaryData *slices, bool last,
		     struct dd_error *err) DD_MUST_CHECK;

/* --- reading ------------------------------------------------------------------------------------
 */

/* The record, in `bytes` (cleared first). DD_ERR_NOT_FOUND: it is not kept. */
int office_kept_record(struct office_kept *kept, uint64_t sequence, struct dd_buf *bytes,
		       struct dd_record *record_out);
/* The first kept record behind `after`, likewise. */
int office_kept_next(struct office_kept *kept, uint64_t after, struct dd_buf *bytes,
		     struct dd_record *record_out);

/* --- when the centre's log is another one (office_kept_cut.c) ------------------------------------
 */

/* The first place behind `after` that was followed; DD_ERR_NOT_FOUND. */
int office_kept_place(struct office_kept *kept, uint64_t after, struct dd_position *place_out);
/* DD_ERR_NOT_FOUND: not followed. */
int office_kept_leaf(struct office_kept *kept, uint64_t sequence, uint8_t leaf_out[DD_HASH_LEN]);
/* Forget all that lies behind `place`, which is a place of what was followed; sequence 0: all. */
int office_kept_cut(struct office_kept *kept, const struct dd_position *place,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
