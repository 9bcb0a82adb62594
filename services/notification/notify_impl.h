/* notify_impl.h - the engine's own struct, shared by the files of the engine. */
#ifndef NOTIFY_IMPL_H
#define NOTIFY_IMPL_H

#include "common/view/view_backup.h"
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
	int64_t asked_us;             /* monotonic: when the hand-over was asked for first */
	Dondoc__V1__PlanDigest *plan; /* owned; NULL = not there yet */
	struct notify_mailed mailed;
};

struct notify_engine {
	struct notify_engine_options options;
	int64_t wall_us;
	int64_t mono_us;
	bool at_head;    /* the view has been there */
	bool submitting; /* a command is on its way */
	uint64_t need;   /* the view must have seen this before the next decision */
	int64_t pause_until_us;
	int64_t pause_us;
	uint64_t bid;     /* the epoch asked for in this life; 0 = none */
	bool held_before; /* the lease was ours in this life */
	uint64_t epoch;   /* of the lease that is ours; 0 = it is not */
	struct notify_slot slots[NOTIFY_SLOTS];

	struct view_calendars *calendars; /* owned; of the view at `calendars_at` */
	uint64_t calendars_at;

	int64_t look_us;           /* monotonic: not before, unless something was done */
	int64_t fresh_look_us;     /* at the latest */
	uint64_t looked_at;        /* the view's position then */
	struct notify_units units; /* to be planned for; `units_next` is the first */
	size_t units_next;
	int32_t units_day;
	uint32_t parked;      /* since the last round over all units */
	uint32_t parked_told; /* how many were logged */

	uint8_t waiting_mark[DD_HASH_LEN]; /* the work that waits while another has the lease */
	int64_t waiting_since_us;          /* monotonic; 0 = none waits */
	int64_t stood_by_us;               /* monotonic: when we last looked at it */

	uint64_t delivered, failed;
};

/* Send a command as the next number of its stream. Sets `submitting` if it left. */
int notify_submit(struct notify_engine *engine, const uint8_t stream[DD_ID_LEN], uint64_t number,
		  const Dondoc__V1__CommandBody *body, struct dd_error *err) DD_MUST_CHECK;
void notify_submit_packed(struct notify_engine *engine, const struct notify_command *command);
/* The number that comes next in a stream, as the view has it. */
int notify_next_number(struct notify_engine *engine, const uint8_t stream[DD_ID_LEN],
		       uint64_t *number_out, struct dd_error *err) DD_MUST_CHECK;
/* Wait a little longer each time. */
void notify_pause(struct notify_engine *engine, int64_t least_us);
bool notify_in_time(const struct notify_engine *engine); /* working time now, for all */
/* Whether today is a working day of the unit: on its own holidays it gets nothing. */
bool notify_works_today(const struct notify_engine *engine, const char *unit);

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
/* Begin with a digest in a free slot. */
void notify_slot_begin(struct notify_engine *engine, unsigned slot,
		       const struct view_digest *digest);
bool notify_slot_has(const struct notify_engine *engine, const uint8_t digest[DD_HASH_LEN]);
void notify_slot_end(struct notify_slot *slot);

#endif
