/* view.h - the projection of plans, units and tasks that task and office share.
 *
 * Layers, newest first:
 *
 *   batch   changed by commands that are being decided (one batch; may be dropped)
 *   flying  the batch before it, which the log is flushing
 *   recent  changed by durable events that LMDB has not taken yet
 *   sealed  being written to LMDB by the view's own thread, in one fully synced transaction with
 *           the cursor
 *   LMDB    everything up to its cursor
 *
 * A look-up by key goes through them in this order; lists and searches read LMDB only
 * (view_query.h) and may wait for a position. All layers but LMDB are rebuilt from the log.
 *
 * One function applies an event: live, in replay and at an office. Everything but view_open's own
 * thread runs on the owner's thread. */
#ifndef DD_VIEW_VIEW_H
#define DD_VIEW_VIEW_H

#include "common/base/err.h"
#include "common/eventlog/eventlog.h"
#include "dondoc/v1/event.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIEW_SCHEMA 8 /* another number: built anew beside the old one */

struct view;

struct view_options {
	const char *dir;    /* holds view-<schema>/; made if missing */
	uint64_t map_bytes; /* of LMDB; 0 = default */
	bool inline_store;  /* tests and simulator: no thread; view_flush does the work */
	/* The store has taken a step, or it is time for a turn; any thread; must only wake the
	 * owner. */
	void (*on_stored)(void *arg);
	void *arg;
};

/* Open the view, or begin a new one beside an older schema's. The owner then feeds the frames after
 * view_position() with view_replay and says view_live. */
int view_open(const struct view_options *options, struct view **view_out,
	      struct dd_error *err) DD_MUST_CHECK;
void view_close(struct view *view); /* what is recent is written first; NULL is fine */

/* The last event that the layers recent, sealed and LMDB hold. Zero at the beginning. */
const struct dd_position *view_position(const struct view *view);
uint64_t view_stored(const struct view *view); /* LMDB's cursor */
/* How many durable events LMDB lacks; the owner holds back commands when they are many. */
uint64_t view_lag(const struct view *view);
/* The last step towards LMDB met a full disk, and none has succeeded since. */
bool view_store_full(const struct view *view);

/* One frame of the log, checked, that begins at or before view_position()+1; records already seen
 * are skipped. Writes to LMDB in large steps as it goes. DD_ERR_UNSUPPORTED: an event that must be
 * understood is unknown. `after` is the position behind the frame. A full disk does not stop it:
 * what LMDB cannot take stays in memory, up to VIEW_REPLAY_LAG_MAX events. DD_ERR_FULL: that is
 * used up; the frame was not applied and may be given again when there is space. Records hidden
 * from us (kind leaf) or redacted are passed over: from then on what follows is judged mildly. Also
 * the way by which a follower goes on after view_live. */
#define VIEW_REPLAY_LAG_MAX 200000
int view_replay(struct view *view, const uint8_t *frame, const struct dd_frame_info *info,
		const struct dd_position *after, struct dd_error *err) DD_MUST_CHECK;
/* The records behind view_position() and up to `to` are hidden from us, all of them. */
int view_pass_over(struct view *view, const struct dd_position *to,
		   struct dd_error *err) DD_MUST_CHECK;
/* Replay is over: everything is in LMDB; a view built beside takes the old one's place, and what
 * older schemas left is deleted. With a full disk it is DD_OK too, as the log is sound and look-ups
 * are right: view_store_full, view_lag and the next view_turn tell, LMDB is tried again with the
 * turns, and the old one's place is taken at a later start. */
int view_live(struct view *view, struct dd_error *err) DD_MUST_CHECK;

/* Called by the owner when woken by on_stored, and once a loop turn: takes finished steps over,
 * hands the next to the thread, gives up the read snapshot. DD_ERR_FULL: the disk is full, LMDB
 * stays behind and is tried again; DD_ERR_IO: end the process. */
int view_turn(struct view *view, struct dd_error *err) DD_MUST_CHECK;
/* Wait until LMDB has everything. */
int view_flush(struct view *view, struct dd_error *err) DD_MUST_CHECK;

/* --- applying ------------------------------------------------------------------------------- */

/* The layer for one batch of commands. One may be open, one flying. */
void view_batch_begin(struct view *view);
/* Apply one event to the batch layer. Never fails on events that view_* look-ups justified; an
 * event that contradicts the view is damage: DD_ERR_CORRUPT. */
struct view_body {
	const uint8_t *bytes;
	size_t len;
	/* The message whose bytes these are, where it is at hand: need not be unpacked. May be
	 * NULL. */
	const ProtobufCMessage *said;
};
int view_apply(struct view *view, uint64_t sequence, const Dondoc__V1__EventHeader *header,
	       const struct view_body *body, struct dd_error *err) DD_MUST_CHECK;
/* The batch goes to the log: another may be begun on top of it. None may be flying already. */
void view_batch_submit(struct view *view);
/* The flying batch, or the open one if none is flying, is durable: its records become recent. */
void view_batch_commit(struct view *view, const struct dd_position *after);
/* The open batch was not wanted: it never was. */
void view_batch_drop(struct view *view);
/* The flying batch was not appended: neither it nor what was built on it ever was. */
void view_batch_drop_all(struct view *view);

/* --- look-ups by key: through batch and flying (with `with_batch`), recent, sealed, LMDB ------ */

struct view_task {
	uint64_t id;
	uint64_t version;      /* sequence of the last event about it */
	uint64_t percent_from; /* sequence of the event that set it; 0 = never set */
	uint64_t step_from;
	uint8_t percent_stream[16]; /* view_stream_tag of that event's command; zeros = none */
	uint8_t step_stream[16];
	int64_t updated_us;        /* record time of the last progress report in force */
	int64_t updated_before_us; /* of the one before last_update */
	int64_t lead_since_us; /* what was reported before, another unit reported; 0 = nobody did */
	uint64_t pending_completion; /* sequence of the request; 0 = none */
	uint64_t pending_extension;
	uint64_t pending_other; /* a refusal or transfer asked for, or an explanation; 0 = none */
	uint64_t last_update;   /* sequence of the last progress report; 0 = none */
	uint64_t parent;        /* the task that it is a part of; 0 = none */
	uint32_t flags;         /* bits of TaskFlag that are stored, not computed */
	int32_t assigned_day;   /* to the lead in force */
	int32_t start_day;
	int32_t first_due_day;
	int32_t due_day;
	int32_t proposed_due_day;
	int32_t submitted_day; /* day of the last completion request */
	int32_t decided_day;   /* day of its confirmation; 0 = none */
	uint32_t extensions_granted;
	uint32_t extensions_refused;
	uint32_t conflicts;
	uint32_t position;
	uint8_t percent; /* 0..100 */
	uint8_t step;    /* ProgressStep */
	uint8_t state;   /* TaskState */
	uint8_t area;
	uint8_t recurrence;
	uint8_t group;          /* a heading */
	uint8_t lead_changed;   /* by assignment; an import does not set it back */
	uint8_t receipt;        /* ReceiptState */
	uint8_t percent_before; /* before last_update */
	uint8_t step_before;
	uint8_t pending_other_kind; /* RequestKind */
	uint8_t state_before;       /* TaskState before last_update */
	uint32_t waited_days;       /* for confirmation, of submissions that came back */
	uint32_t paused_days;
	uint32_t reserved;
	char plan[32];
	char lead_unit[32];
};

struct view_unit {
	char code[32];
	char parent[32];
	char kind[32];
	char name[256];
	char official_id[32];
	int32_t valid_from;  /* 0 = always */
	int32_t valid_until; /* the last day; 0 = open */
	uint8_t focal_person[16];
	uint8_t collective;
	uint8_t reserved[3];
};

/* A stream is one principal's: the same id in another's hands is another stream, so that nobody can
 * use up the numbers of a stream whose id he knows or can compute. */
struct view_stream {
	uint64_t last_number;
	uint64_t last_sequence; /* of the last command's last event */
	uint8_t last_digest[32];
	/* The furthest place in the log that its client said it had seen; of an office's, at least
	 * what another stream of the same key had said at `shared_us`. */
	uint64_t seen;
	int64_t shared_us; /* 0 = never: it is no office's */
};
_Static_assert(sizeof(struct view_stream) == 64, "no padding");

/* How long what one stream of an office has seen may be unknown to its others: streams are many
 * commands long, so that this costs next to nothing. */
#define VIEW_SHARED_US (INT64_C(60) * 1000 * 1000)

struct view_command {
	uint64_t first; /* sequences of its events */
	uint64_t last;
};

struct view_plan {
	char code[32];
	char assigner_unit[32];
	char title[512];
	uint64_t published; /* sequence of the last publication; 0 = none */
	int32_t from_day, to_day;
	int32_t published_day; /* when a draft went out; 0 = it never was one, or still is */
	uint8_t kind;          /* PlanKind */
	uint8_t state;         /* PlanState */
	uint8_t reserved[2];
};

/* Records are compared byte by byte: no padding. */
_Static_assert(sizeof(struct view_task) == 264, "no padding");
_Static_assert(sizeof(struct view_unit) == 412, "no padding");
_Static_assert(sizeof(struct view_plan) == 600, "no padding");

/* All return DD_OK or DD_ERR_NOT_FOUND (or DD_ERR_IO). */
int view_task(struct view *view, bool with_batch, uint64_t id, struct view_task *out);
/* The packed TaskFields; *bytes_out is borrowed until the next view_ call. */
int view_task_fields(struct view *view, bool with_batch, uint64_t id, const uint8_t **bytes_out,
		     size_t *len_out);
int view_unit(struct view *view, bool with_batch, const char *code, struct view_unit *out);
/* The packed UnitFields; borrowed as above. */
int view_unit_fields(struct view *view, bool with_batch, const char *code,
		     const uint8_t **bytes_out, size_t *len_out);
int view_plan(struct view *view, bool with_batch, const char *code, struct view_plan *out);
int view_plan_fields(struct view *view, bool with_batch, const char *code,
		     const uint8_t **bytes_out, size_t *len_out);
int view_area(struct view *view, bool with_batch, uint32_t area, char name_out[256]);
/* By registered alias or by the unit's own name; `name_key` comes from dd_text_name_key. */
int view_unit_by_name(struct view *view, bool with_batch, const char *name_key, char code_out[32]);
int view_task_by_code(struct view *view, bool with_batch, const char *plan, const char *code,
		      uint64_t *id_out);
int view_stream(struct view *view, bool with_batch, const char *principal, const uint8_t stream[16],
		struct view_stream *out);
/* When a unit last reported on a task that went to another unit since, of a plan ("" = of any); 0 =
 * never. */
int64_t view_reported_us(struct view *view, bool with_batch, const char *unit, const char *plan);
/* What an office has said to have seen, by the key that it connected with (view_stream.seen). */
int view_seen(struct view *view, bool with_batch, const char *principal, const uint8_t key[8],
	      uint64_t *seen_out);
int view_command(struct view *view, bool with_batch, const char *principal,
		 const uint8_t stream[16], uint64_t number, struct view_command *out);
/* Stands for a principal's stream where there is no room for both: SipHash-128 of the principal
 * with the stream as key. It only tells own values from others' (conflicts): a client that forges
 * it wins no more than by claiming to have seen the other's value. */
void view_stream_tag(const char *principal, const uint8_t stream[16], uint8_t out[16]);
/* What was said of a day for just this unit, or for all (""); what is in force: view_calendar.h. */
int view_calendar_day(struct view *view, bool with_batch, const char *unit, int32_t day,
		      uint8_t *kind_out, char name_out[256]);
int view_authority(struct view *view, char name_out[256]); /* from the genesis event */
/* A group of frames that was opened and neither closed nor abandoned; 0 = none. */
uint64_t view_open_group(struct view *view);

#endif
