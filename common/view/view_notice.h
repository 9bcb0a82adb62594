/* view_notice.h - the view's records of reminders and reports: who may hand digests over, what
 * became of each digest, what has been told already, which reports were issued.
 *
 * Look-ups go through the layers as those of view.h; walks read LMDB as of this turn. */
#ifndef DD_VIEW_VIEW_NOTICE_H
#define DD_VIEW_VIEW_NOTICE_H

#include "common/domain/notice_id.h"
#include "common/view/view.h"
#include "dondoc/v1/command.pb-c.h"

/* Who may hand digests over. Nobody yet: no record. */
struct view_lease {
	uint64_t epoch;    /* from 1, each one higher than the last */
	uint64_t sequence; /* of the event that began it */
	int64_t taken_us;
	uint8_t holder[16];
};

/* state is a DigestState of query.proto:
 *   PLANNED --> HANDING_OVER --> DELIVERED, FAILED, DROPPED
 *                  ^     v
 *                  WAITING
 * and HANDING_OVER to itself, when a new holder of the lease tries again what another had begun.
 * DROPPED: what it said was no longer so when it was to be sent. A report to a superior begins as
 * HELD, and becomes PLANNED when it is let go, or DROPPED when a person decides so. */
struct view_digest {
	uint64_t planned_sequence; /* of the event that holds the plan */
	uint64_t last_sequence;    /* of the last event about it */
	uint64_t settled_sequence; /* of the last settling event; 0 = none */
	uint64_t epoch;            /* of the last hand-over; 0 = none */
	int64_t planned_us;
	int64_t handed_us; /* of the last hand-over; 0 = none */
	int64_t settled_us;
	int32_t day;
	uint32_t intents;
	uint32_t attempts; /* hand-overs begun */
	uint8_t state;
	uint8_t kind;     /* DigestKind */
	uint8_t unsure;   /* some attempt may have reached the reader, as far as is known */
	uint8_t unsaid;   /* DROPPED and surely never sent: its intents may be planned again */
	uint32_t tries;   /* hand-overs by `channel` in a row */
	uint32_t reached; /* addresses that took it; 0 = not known */
	uint32_t refused;
	uint8_t channel;  /* of the last hand-over, as Channel of command.proto; 0 = none yet */
	uint8_t spent;    /* bit 1 << channel: given up */
	uint8_t moves_on; /* the last outcome gave its channel up: the next one need not wait */
	uint8_t reserved[1];
	uint8_t id[32];
	uint8_t person[16];     /* zeros = to the unit */
	uint8_t deputy_for[16]; /* zeros = for nobody */
	char unit[32];
	char reply[200]; /* of the last settling event, cut */
};

_Static_assert(sizeof(struct view_digest) == 384, "no padding");

/* A report to a superior: about which plan, and what was decided of it last. */
struct view_release {
	uint64_t sequence; /* of the decision; 0 = there was none yet */
	int64_t decided_us;
	uint32_t action;    /* ReleaseAction of remind.proto */
	uint32_t by_time;   /* the setting let it go */
	uint8_t person[16]; /* who decided; zeros = not told */
	char unit[32];      /* for which he spoke */
	char plan[32];
	char reason[200]; /* cut */
};

_Static_assert(sizeof(struct view_release) == 304, "no padding");

/* To whom a plan goes, as intents and digests have it: the unit, the person, or for whom the
 * person stands in, so that an absence makes nothing be told twice. */
static inline const char *view_plan_recipient(const Dondoc__V1__PlanDigest *plan,
					      char out[DD_RECIPIENT_TEXT])
{
	const ProtobufCBinaryData *person =
		plan->deputy_for.len > 0 ? &plan->deputy_for : &plan->person;

	return dd_recipient(plan->unit, person->len > 0 ? person->data : NULL, out);
}

/* All return DD_OK or DD_ERR_NOT_FOUND (or DD_ERR_IO, DD_ERR_CORRUPT). */
int view_lease(struct view *view, bool with_batch, struct view_lease *out);
int view_digest(struct view *view, bool with_batch, const uint8_t id[32], struct view_digest *out);
/* The digest in which an intent was planned; NOT_FOUND: never. */
int view_intent(struct view *view, bool with_batch, const uint8_t intent[32],
		uint8_t digest_out[32]);
/* Whether the intent may be planned: it never was, or only in a digest that was dropped unsaid. */
int view_intent_free(struct view *view, bool with_batch, const uint8_t intent[32], bool *free_out);
/* NOT_FOUND: it is no report to a superior. */
int view_release(struct view *view, bool with_batch, const uint8_t digest[32],
		 struct view_release *out);
/* The event that issued the report of a schedule for a plan ("" = all) and cut-off day. */
int view_scheduled_report(struct view *view, bool with_batch, const char *schedule,
			  const char *plan, int32_t as_of_day, uint64_t *sequence_out);

/* Digests neither delivered nor given up, by day, then unit; what LMDB holds: the caller has waited
 * for view_stored(), or looks each up again with view_digest. `fn` may look up, not apply; another
 * answer than DD_OK ends the walk and is returned. */
typedef int view_digest_fn(void *arg, const struct view_digest *digest);
int view_open_digests(struct view *view, view_digest_fn *fn, void *arg,
		      struct dd_error *err) DD_MUST_CHECK;
/* The unit's digests of one day, to itself and to its persons; and those that tell of a task, of
 * `from_day` and later, the newest first. Likewise LMDB alone. */
int view_unit_digests(struct view *view, const char *unit, int32_t day, view_digest_fn *fn,
		      void *arg, struct dd_error *err) DD_MUST_CHECK;
int view_task_digests(struct view *view, uint64_t task, int32_t from_day, view_digest_fn *fn,
		      void *arg, struct dd_error *err) DD_MUST_CHECK;

#endif
