/* office_clock.h - the centre's time at an office whose own clock may be wrong: what is late, and
 * since when, is shown by it.
 *
 * Learned from the centre's Pong and carried on by the monotonic clock, so that setting the own
 * clock changes nothing. Over a restart the difference between the clocks is kept, with its age. */
#ifndef OFFICE_CLOCK_H
#define OFFICE_CLOCK_H

#include "services/office/office_outbox.h"

#define OFFICE_CLOCK_OFF_US (INT64_C(5) * 60 * 1000000) /* a difference that is told */

/* Zeros: nothing is known, the own clock counts. */
struct office_clock {
	int64_t centre_us; /* what the centre said; 0 = nothing yet */
	int64_t ahead_us;  /* of the own clock, then */
	int64_t mono_us;   /* then; only where it was said since the start */
	int64_t kept_us;   /* the centre's time of what is in the store */
	int64_t kept_ahead_us;
	bool said; /* since the start */
};

/* What was kept; nothing is fine. */
int office_clock_load(struct office_clock *clock, struct office_outbox *outbox);
/* The centre said `centre_us`, in answer to a question that took `trip_us`. Kept where it tells
 * something new; a full disk is no failure. */
int office_clock_learn(struct office_clock *clock, struct office_outbox *outbox, int64_t centre_us,
		       int64_t trip_us, struct dd_error *err) DD_MUST_CHECK;
/* The centre's time, as far as it is known; else the own clock's. */
int64_t office_clock_now(const struct office_clock *clock);
/* How far the own clock is ahead of the centre's, and how old that knowledge is. False: not known.
 */
bool office_clock_ahead(const struct office_clock *clock, int64_t *ahead_out, int64_t *age_out);

struct office;
/* Ask the centre, if it was not asked for a while or `anew`. */
void office_clock_ask(struct office *office, bool anew);

#endif
