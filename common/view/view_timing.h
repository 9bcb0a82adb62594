/* view_timing.h - a time text as the fields of a task keep it, and what the view knows that is
 * needed to read it. */
#ifndef DD_VIEW_VIEW_TIMING_H
#define DD_VIEW_VIEW_TIMING_H

#include "common/domain/time_text.h"
#include "common/view/view.h"
#include "dondoc/v1/fact.pb-c.h"

/* Owns nothing outside of itself; do not move it while a message points into it. */
struct view_timing {
	struct dd_time_text read;
	Dondoc__V1__Timing timing;
	Dondoc__V1__AfterEvent after;
	Dondoc__V1__Milestone milestones[DD_TIME_MILESTONES_MAX];
	Dondoc__V1__Milestone *rows[DD_TIME_MILESTONES_MAX];
};

/* Make `timing` from timing->read. False: there is nothing in it beyond start, due and recurrence,
 * and a task needs none. */
bool view_timing_make(struct view_timing *timing);

/* Where a plan is silent: the day of its document, and the year it is for. `plan` may be NULL. */
void view_timing_of_plan(const Dondoc__V1__PlanFields *plan, int32_t *issued_day, int *year);

#endif
