/* view_notice.h - the view's records of reminders and reports: who may hand digests over, what
 * became of each digest, what has been told already, which reports were issued.
 *
 * Look-ups go through the layers as those of view.h; walks read LMDB as of this turn. */
#ifndef DD_VIEW_VIEW_NOTICE_H
#define DD_VIEW_VIEW_NOTICE_H

#include "common/view/view.h"

/* Who may hand digests over. Nobody yet: no record. */
struct view_lease {
	uint64_t epoch;    /* from 1, each one higher than the last */
	uint64_t sequence; /* of the event that began it */
	int64_t taken_us;
	uint8_t holder[16];
};

/* state is a DigestState of query.proto:
 *   PLANNED --> HANDING_OVER --> DELIVERED, FAILED
 *                  ^     v
 *                  WAITING
 * and HANDING_OVER to itself, when a new holder of the lease tries again what another had begun. */
struct view_digest {
	uint64_t planned_sequence; /* of the event that holds the plan */
	uint64_t last_sequence;    /* of the last event about it */
	uint64_t settled_sequence; /* of the last settling event; 0 = none */
	uint64_t epoch;            /* of the last hand-over; 0 = none */
	int64_t planned_us;
	int64_t settled_us;
	int32_t day;
	uint32_t intents;
	uint32_t attempts; /* hand-overs begun */
	uint8_t state;
	uint8_t reserved[3];
	uint8_t id[32];
	char unit[32];
	char reply[200]; /* of the last settling event, cut */
};

/* All return DD_OK or DD_ERR_NOT_FOUND (or DD_ERR_IO, DD_ERR_CORRUPT). */
int view_lease(struct view *view, bool with_batch, struct view_lease *out);
int view_digest(struct view *view, bool with_batch, const uint8_t id[32], struct view_digest *out);
/* The digest in which an intent was planned; NOT_FOUND: never. */
int view_intent(struct view *view, bool with_batch, const uint8_t intent[32],
		uint8_t digest_out[32]);
/* The event that issued the report of a schedule for a plan ("" = all) and cut-off day. */
int view_scheduled_report(struct view *view, bool with_batch, const char *schedule,
			  const char *plan, int32_t as_of_day, uint64_t *sequence_out);

/* Digests neither delivered nor given up, by day, then unit; what LMDB holds: the caller has waited
 * for view_stored(), or looks each up again with view_digest. `fn` may look up, not apply; another
 * answer than DD_OK ends the walk and is returned. */
typedef int view_digest_fn(void *arg, const struct view_digest *digest);
int view_open_digests(struct view *view, view_digest_fn *fn, void *arg,
		      struct dd_error *err) DD_MUST_CHECK;

#endif
