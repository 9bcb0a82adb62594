/* view_fix.h - what makes a decision or an entry correctable: how a task stood before it, what
 * waits for a decision, which entries no longer count, which events came as one group.
 *
 * The functions that apply an event call this (the first three BEFORE they change apply->task):
 *
 *   a progress report         view_fix_report
 *   a request                 view_request_open
 *   a decision                view_fix_decision, then view_request_close for what it settles
 *   a conflict in a report    view_entry_conflict
 *   what never was            view_fix_void
 *
 * All of it is found by key; lists (requests of a decider, moments that count) read LMDB. */
#ifndef DD_VIEW_VIEW_FIX_H
#define DD_VIEW_VIEW_FIX_H

#include "common/view/view_apply.h"

/* --- requests ----------------------------------------------------------------------------- */

/* A request; kept for good, as a decision that is taken back makes it wait again. Only waiting ones
 * stand in the lists VIEW_REQUEST_BY and VIEW_REQUEST_FROM. */
struct view_request {
	uint64_t sequence;
	uint64_t task;
	uint64_t effect;    /* sequence with which it took effect: its group's end, or itself */
	uint64_t closed_by; /* 0 = it waits */
	int64_t record_us;
	int32_t since_day;
	int32_t proposed_due_day;
	uint8_t kind; /* RequestKind */
	uint8_t reserved[7];
	char from_unit[32];
	char decider_unit[32];
	char proposed_unit[32];
	char plan[32];
};

/* What the caller of view_request_open knows. NULL units: the task's lead asks, and its plan's
 * assigner decides. */
struct view_request_open {
	Dondoc__V1__RequestKind kind;
	const char *from_unit;
	const char *decider_unit;
	const char *proposed_unit; /* NULL = none */
	int32_t proposed_due_day;
	int32_t since_day; /* 0 = the day of the event's record */
	/* Where the task itself is hidden from whoever keeps this view. */
	uint64_t hidden_task;
	const char *hidden_plan;
};

/* The event is a request (apply->event->sequence): it waits from now on. Keeps the task as it
 * stands like view_fix_decision, for its withdrawal. An event without a task (what is held for the
 * head) has no task in its request. */
int view_request_open(struct apply *apply, const struct view_request_open *words) DD_MUST_CHECK;
/* The event settles the request: decided, withdrawn or overtaken. 0 or one that never waited:
 * nothing happens. */
int view_request_close(struct apply *apply, uint64_t request) DD_MUST_CHECK;
/* It waits again, since the day it did at first. */
int view_request_reopen(struct apply *apply, uint64_t request) DD_MUST_CHECK;
/* It is another unit's from now on: the one that took the sender's place. */
int view_request_pass(struct apply *apply, uint64_t request, const char *from_unit) DD_MUST_CHECK;
/* DD_ERR_NOT_FOUND: there was no such request. */
int view_request_get(struct view *view, bool with_batch, uint64_t request,
		     struct view_request *out);

/* --- decisions ---------------------------------------------------------------------------- */

/* Events of one class replace each other: only the last of its class can be taken back. */
enum view_fix_class {
	VIEW_FIX_NONE = 0,
	VIEW_FIX_SUBMISSION, /* requests for completion */
	VIEW_FIX_COMPLETION, /* confirmations and returns */
	VIEW_FIX_EXTENSION,
	VIEW_FIX_LEAD,  /* assignments; refusals and transfers decided */
	VIEW_FIX_STATE, /* pauses, resumptions, cancellations, the end of the year */
	VIEW_FIX_ASKED, /* requests for extension, refusal, transfer */
	VIEW_FIX_CLASS_COUNT
};
enum view_fix_class view_fix_class_of(uint32_t event_type);

/* How a task stood before an event, so that it can be so again. */
struct view_undo {
	uint64_t effect;        /* sequence with which the event took effect */
	uint64_t taken_back_by; /* 0 = it is in force */
	uint64_t former;        /* the last of its class before it; 0 = none */
	int64_t record_us;
	uint32_t event_type;
	uint32_t reserved;
	uint8_t person[16]; /* who decided; zeros = not told */
	char unit[32];      /* for which unit; "" = none */
	struct view_task task;
};
/* The last of each class; 0 = none. */
struct view_undo_last {
	uint64_t by_class[VIEW_FIX_CLASS_COUNT];
};

/* The event decides about apply->task: keep the task, and its VIEW_LIFE record, as they stand. */
int view_fix_decision(struct apply *apply) DD_MUST_CHECK;
/* The event is a progress report of any kind: remember what was in force before it. */
void view_fix_report(struct apply *apply);

/* DD_ERR_NOT_FOUND: no image of this event. `life_out` (may be NULL) is the VIEW_LIFE record of
 * that time, borrowed until the next view_ call; *life_len_out 0 = there was none. */
int view_undo_get(struct view *view, bool with_batch, uint64_t task, uint64_t decision,
		  struct view_undo *out, const uint8_t **life_out, size_t *life_len_out);
/* What of `task`, as it is now, goes back to the image when the event it was made before is taken
 * back or withdrawn. What others have done since to anything else stays. */
void view_undo_restore(struct view_task *task, uint64_t decision, const struct view_undo *undo);
/* The request that waits again when the decision is taken back; 0 = none. */
uint64_t view_undo_request(const struct view_undo *undo);
/* Keep a changed image, and what is the last of its class then. */
void view_undo_mark(struct apply *apply, uint64_t decision, const struct view_undo *undo,
		    const uint8_t *life, size_t life_len);
/* Zeros if there is none. */
int view_undo_last(struct view *view, bool with_batch, uint64_t task, struct view_undo_last *out);

/* --- entries ------------------------------------------------------------------------------ */

enum view_entry_mark {
	VIEW_ENTRY_CONFLICT = 1, /* its values wait for a person */
	VIEW_ENTRY_RESOLVED = 2,
	VIEW_ENTRY_WITHDRAWN = 4,
	VIEW_ENTRY_REPLACED = 8,
	VIEW_ENTRY_PERCENT = 16, /* `percent` waits */
	VIEW_ENTRY_STEP = 32
};
/* Only for reports that conflict, or were withdrawn or replaced. */
struct view_entry {
	uint64_t by; /* the last event that marked it; 0 = itself */
	uint8_t marks;
	uint8_t percent;
	uint8_t step;
	uint8_t reserved[5];
};
/* Zeros if nothing is known of it. */
int view_entry_get(struct view *view, bool with_batch, uint64_t task, uint64_t entry,
		   struct view_entry *out);
void view_entry_put(struct apply *apply, uint64_t entry, const struct view_entry *marks);
/* The report's values wait for a person: kept, and listed as a request of kind CONFLICT. The caller
 * counts task.conflicts. */
int view_entry_conflict(struct apply *apply,
			const Dondoc__V1__ProgressReported *report) DD_MUST_CHECK;

/* --- what no longer counts ------------------------------------------------------------------ */

/* The task's moments from that of `from` on (0 = all) up to this event were wrong: they count only
 * for what was issued before it. */
void view_fix_void(struct apply *apply, uint64_t from);

/* The ranges of one task that are void, for those who count: all moments with from <= sequence <
 * by. Read from LMDB as of the transaction. */
struct view_void {
	uint64_t from;
	uint64_t by;
};
#define VIEW_VOIDS_MAX 64
struct view_voids {
	size_t count;
	struct view_void items[VIEW_VOIDS_MAX];
};
int view_voids_get(struct dd_txn *txn, uint64_t task, struct view_voids *out);
/* Whether the moment counts for a report that was locked by event `locked` (0 = not locked: what is
 * known now counts). A task is counted by its last moment of the day that does. */
bool view_moment_counts(const struct view_voids *voids, uint64_t moment, uint64_t locked);

/* The position shown by the first report that was issued for the plan (or all) with this cut-off
 * day; 0 = the day is not locked. */
int view_locked_by(struct view *view, const char *plan, int32_t day, uint64_t *sequence_out,
		   struct dd_error *err) DD_MUST_CHECK;

/* --- groups --------------------------------------------------------------------------------- */

struct view_group {
	uint64_t sequence; /* of its opening event, or of the command's first: the id */
	uint64_t last;     /* of the event that ended it */
	uint64_t undone_by;
	int64_t record_us;
	uint32_t tasks; /* events about tasks */
	uint32_t reserved;
	uint8_t person[16];
	char purpose[32];
	char plan[32];
	char unit[32];
};
/* One of its events; those about no task are not kept. */
struct view_group_event {
	uint64_t task;
	uint32_t type;
	uint32_t reserved;
};
int view_group_find(struct view *view, bool with_batch, uint64_t group, struct view_group *out);
void view_group_put(struct view *view, const struct view_group *group);

/* For view_apply_group.c and view_apply.c: a group begins with `event` or with the command whose
 * first event is `sequence`; an event of it took effect; `event` ends it. */
void view_group_begin(struct view_group *group, uint64_t sequence, const struct view_event *event);
void view_group_add(struct view *view, uint64_t group, const struct view_event *event);
void view_group_end(struct view *view, struct view_group *group, const struct view_event *event);

/* --- keys ------------------------------------------------------------------------------------- */

static inline void view_key_request(struct dd_key *key, uint64_t request)
{
	view_key_u64(key, VIEW_REQUEST, request);
}

/* decider, kind, since day, request */
static inline void view_key_request_by(struct dd_key *key, const struct view_request *request)
{
	view_key_text(key, VIEW_REQUEST_BY, request->decider_unit);
	dd_key_u32(key, request->kind);
	dd_key_u32(key, view_day_bits(request->since_day));
	dd_key_u64(key, request->sequence);
}

/* from unit, kind, request */
static inline void view_key_request_from(struct dd_key *key, const struct view_request *request)
{
	view_key_text(key, VIEW_REQUEST_FROM, request->from_unit);
	dd_key_u32(key, request->kind);
	dd_key_u64(key, request->sequence);
}

/* task, decision -> struct view_undo, then the VIEW_LIFE record; decision 0 -> struct
 * view_undo_last */
static inline void view_key_undo(struct dd_key *key, uint64_t task, uint64_t decision)
{
	view_key_u64(key, VIEW_UNDO, task);
	dd_key_u64(key, decision);
}

static inline void view_key_entry(struct dd_key *key, uint64_t task, uint64_t entry)
{
	view_key_u64(key, VIEW_ENTRY, task);
	dd_key_u64(key, entry);
}

/* task, first moment -> u64 by */
static inline void view_key_void(struct dd_key *key, uint64_t task, uint64_t from)
{
	view_key_u64(key, VIEW_VOID, task);
	dd_key_u64(key, from);
}

/* Newest first. */
static inline void view_key_group(struct dd_key *key, uint64_t group)
{
	view_key_u64(key, VIEW_GROUP, group ^ UINT64_MAX);
}

/* group, sequence -> u64 task, u32 event type: in the order of the log */
static inline void view_key_group_task(struct dd_key *key, uint64_t group, uint64_t sequence)
{
	view_key_u64(key, VIEW_GROUP_TASK, group);
	dd_key_u64(key, sequence);
}

#endif
