/* office.h - the office service: takes reports at its local door, brings them to the centre. */
#ifndef OFFICE_H
#define OFFICE_H

#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/net/bus.h"
#include "services/office/office_clock.h"
#include "services/office/office_config.h"
#include "services/office/office_core.h"
#include "services/office/office_outbox.h"
#include "services/office/office_replica.h"

struct office_door;
struct office_evidence;
struct office_follow;
struct office_inbox;
struct office_tasks;

/* Outlives the service by the requests that are at the centre when it is closed: what comes of them
 * is told from the loop, later. */
struct office_life {
	struct office *office; /* NULL: closed */
	unsigned refs;
};

struct office {
	struct dd_app_context context;
	const struct office_config *config; /* borrowed from the skeleton */
	struct dd_curve_key key;
	struct office_outbox *outbox; /* owned, like all below */
	struct office_replica *replica;
	struct office_clock clock; /* the centre's */
	struct office_core *core;
	struct dd_access *access;
	struct dd_bus_client *centre;
	struct office_follow *follow;     /* of the centre's log */
	struct office_key *key_watch;     /* NULL until all else is open */
	struct office_tasks *tasks;       /* which ones the unit may see */
	struct office_evidence *evidence; /* files that reports name */
	struct office_door *door;
	struct office_inbox *inbox; /* NULL: no folder is watched */
	struct dd_timer *wake;      /* for the engine */
	struct dd_timer *refresh;   /* of what the centre is asked for once a minute */
	bool refreshing;            /* a question of a round is at the centre */
	bool refresh_soon;          /* the next round is near enough */
	unsigned refresh_again;     /* rounds in a row that left something to be asked for */
	struct dd_arena arena;      /* for one message of the centre */
	struct office_life *life;
};

int office_open(const struct dd_app_context *context, void **service_out, struct dd_error *err);
void office_close(void *service);

/* One more request is at the centre; it ends with office_life_end, which gives the office, or NULL
 * if it was closed meanwhile. */
struct office_life *office_life_begin(struct office *office);
struct office *office_life_end(struct office_life *life);

/* The followed log says that a backup of the centre covers it up to here (dd_position; of the same
 * log). Told when it is heard; what was heard before is in office_kept_state()->covered. */
void office_covered(struct office *office, const struct dd_position *position);

/* Tell the engine the time, before each input. */
void office_now(struct office *office);
/* After each input: what cannot be survived ends the process; else the wake timer is set. */
void office_after(struct office *office, int rc, const struct dd_error *err);

#endif
