/* view_evidence.h - what the view knows of files and of what was destroyed. */
#ifndef DD_VIEW_VIEW_EVIDENCE_H
#define DD_VIEW_VIEW_EVIDENCE_H

#include "common/store/key.h"
#include "common/store/store.h"
#include "common/view/view.h"

#define VIEW_FILE_TYPE 96

/* A file by its hash. Of a destroyed one nothing is left but who ordered it. */
struct view_file {
	uint64_t size;
	uint64_t arrived;      /* sequence with which its content was here; 0 = still to come */
	uint64_t destroyed_by; /* the order that was agreed on; 0 = none */
	uint64_t promised;     /* sequence that first named it before its content came; 0 = none */
	char type[VIEW_FILE_TYPE];
};

/* A file of a task; the packed AttachFile follows. */
struct view_file_of {
	uint64_t sequence; /* of the last event that attached it */
	uint64_t detached; /* sequence; 0 = it counts */
	int32_t day;       /* on which that was */
	uint32_t reserved;
};
_Static_assert(sizeof(struct view_file_of) == 24, "no padding");

/* Where an event that attached a file has left its traces. */
struct view_file_trace {
	uint64_t task;
	uint8_t hash[32];
};

/* An order of destruction; the packed OrderDestruction follows, its events being those of the
 * confirmation once that is given. */
struct view_destroy {
	uint64_t decided; /* sequence; 0 = it waits for the second person */
	uint64_t done;    /* sequence; 0 = not carried out */
	uint32_t generation;
	uint8_t refused;
	uint8_t held; /* agreed on, and this view has had the words: its free pages may still */
	uint8_t reserved[2];
	uint8_t ordered_by[16];
	uint8_t decided_by[16];
};

/* The table VIEW_DESTROY holds three kinds of keys: order -> struct view_destroy; event, 1 -> u64,
 * the order by which its words went; event, 2 -> hash of what the log keeps of it, while the view
 * is built anew and has not come to the order. */
#define VIEW_DESTROY_ORDER_KEY 9u
#define VIEW_DESTROY_EVENT     1
void view_key_destroyed(struct dd_key *key, uint64_t event);

/* The table VIEW_FILE holds three kinds of keys, told apart by their length: hash; hash and task ->
 * nothing; sequence -> struct view_file_trace. */
#define VIEW_FILE_TASK_KEY 41u /* letter, hash, task */

void view_key_file_task(struct dd_key *key, const uint8_t hash[32], uint64_t task);
void view_key_file_of(struct dd_key *key, uint64_t task, const uint8_t hash[32]);

/* DD_OK or DD_ERR_NOT_FOUND (or DD_ERR_IO, DD_ERR_CORRUPT). */
int view_file(struct view *view, bool with_batch, const uint8_t hash[32], struct view_file *out);
/* `said_out` (NULL = not wanted) is the packed AttachFile, borrowed until the next view_ call. */
int view_file_of(struct view *view, bool with_batch, uint64_t task, const uint8_t hash[32],
		 struct view_file_of *out, struct dd_val *said_out);
/* `order_out` (NULL = not wanted) is the packed OrderDestruction, borrowed likewise. */
int view_destroy(struct view *view, bool with_batch, uint64_t order, struct view_destroy *out,
		 struct dd_val *order_out);

/* The order by which the words of an event were destroyed, or will be at once; 0 = none. */
uint64_t view_destroyed_by(struct view *view, bool with_batch, uint64_t event);

/* Split a value as it lies in the store; DD_ERR_CORRUPT if it is too short. */
int view_head_split(const struct dd_val *val, void *head_out, size_t head, struct dd_val *rest_out);

/* A file that was to follow and is not here. */
struct view_awaited {
	uint8_t hash[32];
	uint64_t promised;
};
/* An order that two persons have agreed on and that is not carried out. */
struct view_ready {
	uint64_t order;
	Dondoc__V1__OrderDestruction *said; /* the caller's to free */
};
/* The first day on which a file of the task was announced that is still not here; 0 = none is. As
 * LMDB has it. */
int view_evidence_awaited(struct view *view, uint64_t task, int32_t *day_out,
			  struct dd_error *err) DD_MUST_CHECK;
/* All of them, as LMDB has them: those that never come keep no other back. */
void view_files_awaited(struct view *view,
			void (*take)(void *arg, const struct view_awaited *awaited), void *arg);
/* At most `max` of them, as LMDB has them; how many. */
size_t view_orders_ready(struct view *view, struct view_ready *out, size_t max);

/* The last event that was applied, be it durable or not, by which an order was agreed on, or was
 * carried out. */
uint64_t view_orders_changed(const struct view *view);

/* Texts are destroyed in the log: when the view is opened next it is built anew from the log, and
 * nothing of the old one is left, not even in unused pages. Durable when this returns. */
int view_outdate(struct view *view, struct dd_error *err) DD_MUST_CHECK;

/* Which events may lose their words. BLANK: what the view must know of them stands in their headers
 * and in the events of the order; without a body such an event does what view_apply_blank says.
 * WORDS: the log keeps the body without its words, and the event does what it always did. What
 * follows is judged as strictly as ever. */
enum view_redact { VIEW_REDACT_NO = 0, VIEW_REDACT_BLANK, VIEW_REDACT_WORDS };
enum view_redact view_redactable(Dondoc__V1__EventType type);
/* The message that the body of such an event is; NULL = no type that we know. */
const ProtobufCMessageDescriptor *view_body_of(Dondoc__V1__EventType type);

#endif
