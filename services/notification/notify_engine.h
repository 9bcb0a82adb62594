/* notify_engine.h - decides what is told to whom, and sees each digest through to its end. Knows no
 * sockets and no clock: time, answers and results are told to it, what leaves goes through
 * callbacks, so that a simulator can be the world.
 *
 *   take the lease -> plan a digest for each unit that has something due
 *                  -> each open digest: fetch its frozen content, hand over, mail, settle
 *
 * Every decision is made anew from the view; an answer of the task service says only how far the
 * view must have come before the next one. So nothing depends on memory: killed anywhere, the next
 * life reads the log and goes on. What can be told twice has an identity that makes it one thing;
 * the one window that cannot be closed lies between the mail server's "taken" and the record of it.
 *
 * Up to NOTIFY_PLANS digests are planned at once, and up to NOTIFY_SLOTS handed over: each is a
 * stream of its own, so that their order is of no account. A service without the lease
 * stands by and takes it if work has waited for NOTIFY_DEAD_US without anything being done about
 * it. A mail leaves only within NOTIFY_FRESH_US of asking for its hand-over, and takes at most
 * NOTIFY_MAIL_US, so that a holder that was merely slow is silent before another takes over. */
#ifndef NOTIFY_ENGINE_H
#define NOTIFY_ENGINE_H

#include "common/base/clock.h"
#include "common/view/view_notice.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/notification/notify_channel.h"
#include "services/notification/notify_config.h"
#include "services/notification/notify_mailed.h"
#include "services/notification/notify_plan.h"

#define NOTIFY_FAMILY   8u /* bytes of a holder that stay with the data folder */
#define NOTIFY_SLOTS    16u
#define NOTIFY_PLANS    64u
#define NOTIFY_COMMANDS (NOTIFY_SLOTS + 1 + NOTIFY_PLANS) /* places: slots, the lease, plans */
#define NOTIFY_DEAD_US  (600 * DD_SECOND_US)
#define NOTIFY_FRESH_US (120 * DD_SECOND_US)

/* What is to be sent; all borrowed. */
struct notify_sending {
	unsigned slot;
	enum notify_channel channel;
	const struct view_digest *digest;
	const Dondoc__V1__PlanDigest *plan;
};

/* How a command fared. */
enum notify_outcome {
	NOTIFY_DECIDED, /* accepted or refused: the log has it, at `sequence` */
	NOTIFY_AGAIN,   /* no answer, busy: nothing is known, or nothing was done */
	NOTIFY_ODD      /* denied, a conflict, a gap: look at the log, slowly */
};

struct notify_command {
	unsigned place;        /* below NOTIFY_COMMANDS; until its answer no other has it */
	const uint8_t *stream; /* 16 bytes */
	uint64_t number;
	const uint8_t *body;
	size_t body_len;
};

struct notify_engine;

/* The callbacks return 0 if it left; then what came of it is told once, later, never from inside.
 * Else nothing will be told. */
struct notify_engine_options {
	struct view *view;                  /* borrowed; fed by the owner */
	const struct notify_policy *policy; /* borrowed */
	/* The first half stays with the data folder, which has one process at a time; the second is
	 * new in every life, so that even a copy of the folder never shares a lease. */
	uint8_t holder[DD_ID_LEN];
	bool trial;
	bool (*english)(void *arg, const char *unit);
	const struct notify_templates *templates; /* NULL: the shipped ones */
	const char *console_url;                  /* NULL: no links */
	int (*submit)(void *arg, const struct notify_command *command);
	int (*fetch)(void *arg, unsigned slot, const uint8_t digest[DD_HASH_LEN],
		     uint64_t min_sequence);
	/* How the reader of a digest can be reached. NULL: by mail alone. */
	void (*ways)(void *arg, const struct view_digest *digest, struct notify_ways *ways_out);
	/* Whether the reader may get one more message by this channel today. NULL: yes. */
	bool (*allowed)(void *arg, const struct view_digest *digest, enum notify_channel channel);
	/* Not 0: it ended at once, as *mailed_out tells. */
	int (*send)(void *arg, const struct notify_sending *sending,
		    struct notify_mailed *mailed_out);
	void *arg;
};

struct notify_engine *notify_engine_new(const struct notify_engine_options *options);
/* What is on its way is not waited for; its outcome must not be told any more. */
void notify_engine_free(struct notify_engine *engine); /* NULL is fine */

/* Before each of the following. */
void notify_engine_time(struct notify_engine *engine, int64_t wall_us, int64_t mono_us);

/* The view has reached the head of the log, or has moved. */
void notify_engine_moved(struct notify_engine *engine);
void notify_engine_submitted(struct notify_engine *engine, unsigned place,
			     enum notify_outcome outcome, uint64_t sequence);
/* `plan` NULL: it could not be had. Taken over; freed with free_unpacked(NULL). */
void notify_engine_fetched(struct notify_engine *engine, unsigned slot,
			   Dondoc__V1__PlanDigest *plan);
void notify_engine_sent(struct notify_engine *engine, unsigned slot,
			const struct notify_mailed *mailed);

/* Do what is to be done. Harmless at any time; call it after each of the above and once a second.
 * DD_ERR_IO, DD_ERR_CORRUPT: end the process. */
int notify_engine_turn(struct notify_engine *engine, struct dd_error *err) DD_MUST_CHECK;

struct notify_engine_status {
	bool holds_lease;
	bool working_time;
	bool sending_held; /* the log was restored: nothing is sent until it is released */
	uint64_t epoch;    /* of the lease held; 0 = none */
	uint32_t busy_slots;
	int32_t next_day;     /* on which there is something to tell; NOTIFY_NEVER: none is known */
	size_t tasks;         /* on the agenda */
	uint64_t agenda_made; /* how often it was made anew, all tasks looked at */
	size_t agenda_bytes;
	uint32_t parked; /* units whose digest the task service refused again and again */
	uint64_t mails_delivered, mails_failed; /* attempts in this life */
};
void notify_engine_status(const struct notify_engine *engine,
			  struct notify_engine_status *status_out);

/* The day by which what fell counts as told, after a restore; 0 = none. */
int32_t notify_engine_told_until(const struct notify_engine *engine);

/* Whether a digest is to be handed over at this time: never tried, or its pause is over, or another
 * holder has left it. */
bool notify_engine_digest_due(const struct view_digest *digest, uint64_t epoch, int64_t wall_us);

#endif
