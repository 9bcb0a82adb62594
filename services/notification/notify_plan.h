/* notify_plan.h - from the view and the agenda: whom there is something to tell today, and the
 * digest that tells it. Reads, never writes; a pure function of view, settings and day. */
#ifndef NOTIFY_PLAN_H
#define NOTIFY_PLAN_H

#include "common/base/buf.h"
#include "common/base/id.h"
#include "common/view/view.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/notification/notify_agenda.h"
#include "services/notification/notify_config.h"
#include "services/notification/notify_say.h"

struct notify_templates; /* notify_templates.h */

struct notify_context {
	struct notify_scene *scene; /* notify_scene_begin was called */
	const struct notify_policy *policy;
	int minute;         /* of the day */
	int32_t told_until; /* what was due by this day counts as told before a restore; 0 = no */
	bool trial;
	bool (*english)(void *arg,
			const char *unit);        /* the language of a unit; NULL = Vietnamese */
	const struct notify_templates *templates; /* NULL: the shipped ones */
	const char *console_url;                  /* NULL: no links */
	void *arg;
};

/* One thing to tell one unit. */
struct notify_item {
	char unit[32];
	bool immediate;
	struct notify_say say; /* `to` is not to be used: the scene may be another by then */
};

/* What is to be told today, by unit, immediate things first. {0} is empty. */
struct notify_round {
	struct notify_item *items; /* owned */
	size_t count, cap;
	size_t next; /* the first that was not planned yet */
};
void notify_round_fini(struct notify_round *round);

/* Gather what there is to tell today. The agenda learns when the tasks that have nothing today are
 * to be looked at. */
int notify_round_begin(const struct notify_context *context, struct notify_agenda *agenda,
		       struct notify_round *round, struct dd_error *err) DD_MUST_CHECK;

struct notify_digest {
	uint8_t id[DD_HASH_LEN];
	char unit[32];
	struct dd_buf body; /* the packed command; owned */
};

/* The next unit of the round: its digest, made from the view as it is now. DD_ERR_NOT_FOUND: it is
 * to be told nothing (any more), or has had its digest of today. */
int notify_round_digest(const struct notify_context *context, struct notify_round *round,
			struct notify_digest *digest_out, struct dd_error *err) DD_MUST_CHECK;

/* The id of a plan, computed from what it says. False: it says what no plan may. */
bool notify_plan_id(const Dondoc__V1__PlanDigest *plan, uint8_t out[DD_HASH_LEN]);

#endif
