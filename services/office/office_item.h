/* office_item.h - one report in the outbox: its record, its states and which state may follow
 * which.
 *
 *            +-------------- busy, denied, no answer: the same bytes again --+
 *            v                                                               |
 *   save -> QUEUED -> SENT -> ACCEPTED | REFUSED | WITHDRAWN   the centre has decided: settled
 *            ^         |          ^
 *            |         +-> HELD --+   the centre has it, the head of the unit decides: settled too
 *            ^         |               |
 *            |         +-> CONFLICT    +-- the centre was restored and lacks it: QUEUED again
 *            |                |
 *            +----------------+ under a new number in a new stream */
#ifndef OFFICE_ITEM_H
#define OFFICE_ITEM_H

#include "common/base/id.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are those of dondoc.v1.OutboxState. Drafts are not kept here. */
enum office_state {
	OFFICE_QUEUED = 2,
	OFFICE_SENT = 3,
	OFFICE_ACCEPTED = 4,
	OFFICE_REFUSED = 5,
	OFFICE_CONFLICT = 6, /* the centre has other bytes under this number: waits for a new one */
	OFFICE_WITHDRAWN = 7, /* the centre has recorded that the number is used up */
	OFFICE_HELD = 8       /* at the centre; without effect until the head of the unit decides */
};

/* Why only the number is left of a report. */
enum office_gone {
	OFFICE_THERE = 0,
	OFFICE_DESTROYED = 1, /* by order of two persons */
	OFFICE_FREED = 2      /* a backup of the centre covers it */
};

#define OFFICE_SUMMARY_TEXT 32
#define OFFICE_REASON_TEXT  240

struct office_receipt {
	uint64_t sequence; /* 0 = none */
	uint32_t incarnation;
	uint8_t chain[DD_HASH_LEN];
};

/* Stored as it is, by memcpy: padding is zero because records are made from zeroed memory. */
struct office_item {
	uint64_t id;            /* order of saving, from 1 */
	uint64_t number;        /* towards the centre, in stream `ordinal` */
	uint64_t client_number; /* as the local client numbered it */
	uint64_t task;          /* 0 = about no task */
	int64_t queued_us;
	int64_t changed_us;
	struct office_receipt receipt;
	uint32_t ordinal;
	uint32_t attempts;
	uint32_t body_len; /* 0 = withdrawn: goes out as an empty command */
	uint8_t state;     /* enum office_state */
	/* The bytes may have left under (ordinal, number): that identity is then given up only when
	 * the centre has answered "conflict". */
	uint8_t exposed;
	/* Its text was destroyed at the centre by order of two persons, and here: the body is gone,
	 * digest and receipt stay. A restored centre that lacks it gets an empty command instead.
	 */
	uint8_t destroyed; /* enum office_gone */
	uint8_t steps;     /* that office_past.h keeps */
	uint8_t client_stream[DD_ID_LEN];
	uint8_t digest[DD_HASH_LEN]; /* of the bytes that go to the centre */
	char summary[OFFICE_SUMMARY_TEXT];
	char reason[OFFICE_REASON_TEXT];
};

bool office_state_may(enum office_state from, enum office_state to);
/* The centre has decided: nothing is to be done any more. */
bool office_state_settled(enum office_state state);
const char *office_state_name(enum office_state state);

/* The centre's own numbers of a stream of the outbox; the newest stream is the current one. */
enum office_stream_state {
	OFFICE_STREAM_OPEN = 1,
	/* Somebody else has used the stream: what may have left under it is asked about up to
	 * `resolve_to`; then the rest moves to another stream. */
	OFFICE_STREAM_RETIRING = 2,
	OFFICE_STREAM_RETIRED = 3
};

struct office_stream {
	uint64_t last_number; /* 0 = nothing numbered yet */
	uint64_t resolve_to;
	int64_t opened_us;
	uint32_t ordinal;
	uint32_t incarnation; /* of the centre, when all of a shared stream was last asked about */
	uint8_t state;
	uint8_t reserved[7];
	uint8_t id[DD_ID_LEN];
};

#endif
