/* notify_plan.h - from the view: whom there is something to tell today, and the digest that tells
 * it. Reads, never writes; a pure function of view, policy and day. */
#ifndef NOTIFY_PLAN_H
#define NOTIFY_PLAN_H

#include "common/base/buf.h"
#include "common/base/id.h"
#include "common/domain/calendar.h"
#include "common/view/view.h"
#include "common/view/view_calendar.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/notification/notify_config.h"

struct notify_context {
	struct view *view; /* LMDB holds everything: view_flush() was called */
	const struct notify_policy *policy;
	struct view_calendars *calendars; /* of the view as it is now */
	int32_t today;
	int32_t told_until; /* what was due by this day counts as told before a restore; 0 = no */
	bool trial;
	bool (*english)(void *arg,
			const char *unit); /* the language of a unit; NULL = Vietnamese */
	void *arg;
};

/* The calendars of the view. Owned by the caller. */
int notify_calendars(struct view *view, struct view_calendars **calendars_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* The first day from `day` on that is a working day for all, when the service sends, and for the
 * unit. */
int32_t notify_send_day(const struct notify_context *context, const char *unit, int32_t day);

/* Each task with a due day that may be reminded of, of one unit and plan ("" = all). `row` is
 * borrowed. Another answer than 0 ends the walk and is returned. */
typedef int notify_task_fn(void *arg, const Dondoc__V1__TaskRow *row);
int notify_plan_tasks(const struct notify_context *context, const char *unit, const char *plan,
		      notify_task_fn *fn, void *arg, struct dd_error *err) DD_MUST_CHECK;

/* The step of the task that is due today and that its unit was not told yet, nor a later one. */
bool notify_plan_due(const struct notify_context *context, const Dondoc__V1__TaskRow *row,
		     int *step_out);

/* Codes of units, each once, in the order of the codes. {0} is empty. */
struct notify_units {
	char (*codes)[32]; /* owned */
	size_t count, cap;
};
void notify_units_fini(struct notify_units *units);

/* The units that are to be told something today and have no digest of today yet. */
int notify_plan_units(const struct notify_context *context, struct notify_units *units_out,
		      struct dd_error *err) DD_MUST_CHECK;

struct notify_digest {
	uint8_t id[DD_HASH_LEN];
	struct dd_buf body; /* the packed command; owned */
};

/* The unit's digest of today. DD_ERR_NOT_FOUND: nothing is due, or it has one of today already. */
int notify_plan_digest(const struct notify_context *context, const char *unit,
		       struct notify_digest *digest_out, struct dd_error *err) DD_MUST_CHECK;

/* The id of a plan, computed from what it says. False: it says what no plan may. */
bool notify_plan_id(const Dondoc__V1__PlanDigest *plan, uint8_t out[DD_HASH_LEN]);

#endif
