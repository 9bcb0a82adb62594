/* notify_impl.h - the engine's own struct, shared by the files of the engine. */
#ifndef NOTIFY_IMPL_H
#define NOTIFY_IMPL_H

#include "common/view/view_backup.h"
#include "common/view/view_changes.h"
#include "common/view/view_notice.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/notification/notify_engine.h"

#define NOTIFY_STATE(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name

/* One digest on its way:
 *
 *   FREE -> FETCHING -> HANDING -> SENDING -> SETTLING -> FREE
 *                          |                     ^
 *                          +--- too late now ----+
 *
 * HANDING and SETTLING end when the view shows it; a slot is given up, without a word, when the
 * view shows that the digest went another way. */
enum slot_state { SLOT_FREE = 0, SLOT_FETCHING, SLOT_HANDING, SLOT_SENDING, SLOT_SETTLING };

struct notify_slot {
	enum slot_state state;
	uint8_t digest[DD_HASH_LEN];
	uint64_t epoch;
	uint32_t attempt;
	enum notify_channel channel;
	uint64_t need;                /* the view must have seen this before the next decision */
	int64_t asked_us;             /* monotonic: when the hand-over was asked for first */
	Dondoc__V1__PlanDigest *plan; /* owned; NULL = not there yet */
	struct notify_mailed mailed;
};

/* A digest that was left out as no longer so: what of it still holds is planned anew. */
struct notify_drop {
	uint8_t digest[DD_HASH_LEN];
	uint64_t *tasks; /* owned */
	size_t count;
};
#define NOTIFY_DROPS 64u

struct notify_engine {
	struct notify_engine_options options;
	int64_t wall_us;
	int64_t mono_us;
	bool at_head; /* the view has been there */
	bool flying[NOTIFY_COMMANDS];
	unsigned plans_flying;
	uint64_t lease_need; /* the view must have seen this before the lease is looked at */
	uint64_t plan_need;  /* and this before there is a new round */
	int64_t pause_until_us;
	int64_t pause_us;
	uint64_t bid;     /* the epoch asked for in this life; 0 = none */
	bool held_before; /* the lease was ours in this life */
	uint64_t epoch;   /* of the lease that is ours; 0 = it is not */
	struct notify_slot slots[NOTIFY_SLOTS];

	struct notify_scene *scene;   /* owned; NULL: to be made, and the agenda with it */
	struct notify_agenda *agenda; /* owned */
	struct view_changes changes;  /* since the agenda was looked after */
	uint64_t agenda_made;         /* how often it was made anew */
	struct notify_drop
		drops[NOTIFY_DROPS]; /* not yet seen in the view; the oldest goes first */
	size_t drop_next;
	int32_t scene_day;
	int32_t scene_told_until;
	int64_t flushed_us; /* monotonic: when the view was last made to hold everything */

	int64_t look_us;       /* monotonic: not before, unless something was done */
	int64_t fresh_look_us; /* at the latest */
	uint64_t looked_at;    /* the view's position then */
	struct notify_round round;
	int32_t round_day;
	bool planned;                 /* something of this round */
	uint32_t parked;              /* in this round */
	uint32_t parked_told;         /* how many were logged */
	uint8_t (*open)[DD_HASH_LEN]; /* owned; digests to be handed over, as of the last look */
	size_t open_count, open_cap, open_next;

	uint8_t waiting_mark[DD_HASH_LEN]; /* the work that waits while another has the lease */
	int64_t waiting_since_us;          /* monotonic; 0 = none waits */
	int64_t stood_by_us;               /* monotonic: when we last looked at it */

	uint64_t delivered, failed;
};

/* Send a command as the next number of its stream. Sets `flying` if it left. */
int notify_submit(struct notify_engine *engine, unsigned place, const uint8_t stream[DD_ID_LEN],
		  const Dondoc__V1__CommandBody *body, struct dd_error *err) DD_MUST_CHECK;
void notify_submit_packed(struct notify_engine *engine, const struct notify_command *command);
/* The number that comes next in a stream, as the view has it. */
int notify_next_number(struct notify_engine *engine, const uint8_t stream[DD_ID_LEN],
		       uint64_t *number_out, struct dd_error *err) DD_MUST_CHECK;
/* Wait a little longer each time. */
void notify_pause(struct notify_engine *engine, int64_t least_us);
/* Working time now: of somebody, or of the unit, which gets nothing on its own holidays. */
bool notify_in_time(const struct notify_engine *engine);
bool notify_unit_in_time(const struct notify_engine *engine, const char *unit);
/* The view holds everything, the scene is of today, the agenda of the view. Done at most every
 * tenth of a second. DD_ERR_FULL: a full disk keeps LMDB behind. */
int notify_look_after(struct notify_engine *engine, struct dd_error *err) DD_MUST_CHECK;

/* The slot's digest is left out. */
void notify_keep_drop(struct notify_engine *engine, const struct notify_slot *slot);
void notify_keep_end(struct notify_engine *engine);

/* A restored log may lack what was sent already: planning is harmless, sending is not. */
bool notify_sending_held(const struct notify_engine *engine);
/* An operator has let the last restore go. */
bool notify_released(const struct notify_engine *engine, struct view_restore *restore_out);
struct notify_context notify_context_of(const struct notify_engine *engine);

/* Look whose the lease is; sets `epoch`. `free_out`: nobody's, or that of an earlier life of ours,
 * which is over because the data folder has one process. */
int notify_look_at_lease(struct notify_engine *engine, uint64_t *current_out, bool *free_out,
			 struct dd_error *err) DD_MUST_CHECK;
int notify_take_lease(struct notify_engine *engine, uint64_t after_epoch,
		      struct dd_error *err) DD_MUST_CHECK;
/* Another has it: take it over if work has waited too long without anything being done. */
int notify_stand_by(struct notify_engine *engine, uint64_t current,
		    struct dd_error *err) DD_MUST_CHECK;

/* Go on with a slot as the view and its own state allow. */
int notify_slot_turn(struct notify_engine *engine, unsigned slot,
		     struct dd_error *err) DD_MUST_CHECK;
/* Begin with a digest in a free slot, unless its reader has had enough for today. */
void notify_slot_begin(struct notify_engine *engine, unsigned slot,
		       const struct view_digest *digest);
bool notify_slot_has(const struct notify_engine *engine, const uint8_t digest[DD_HASH_LEN]);
void notify_slot_end(struct notify_slot *slot);

#endif
