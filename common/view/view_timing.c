/* view_timing.c - from the words' meaning to the message. */
#include "common/view/view_timing.h"
#include "common/base/clock.h"
#include <string.h>

/* The numbers are the same on both sides. */
_Static_assert((int)DD_TIME_NINE_MONTHS == (int)DONDOC__V1__RECURRENCE__RECUR_NINE_MONTHS, "");
_Static_assert((int)DD_TIME_HALF_YEARLY == (int)DONDOC__V1__RECURRENCE__RECUR_HALF_YEARLY, "");
_Static_assert((int)DD_TIME_MILESTONES == (int)DONDOC__V1__RECURRENCE__RECUR_MILESTONES, "");
_Static_assert((int)DD_SPAN_YEARS == (int)DONDOC__V1__SPAN_UNIT__SPAN_YEARS, "");
_Static_assert((int)DD_DOUBT_NO_EVENT == (int)DONDOC__V1__TIME_DOUBT__DOUBT_NO_EVENT, "");

bool view_timing_make(struct view_timing *timing)
{
	struct dd_time_text *read = &timing->read;
	Dondoc__V1__Timing *out = &timing->timing;

	dondoc__v1__timing__init(out);
	for (int i = 0; i < read->milestone_count; i++) {
		Dondoc__V1__Milestone *row = &timing->milestones[i];

		dondoc__v1__milestone__init(row);
		row->start_day = read->milestones[i].start_day;
		row->due_day = read->milestones[i].due_day;
		row->what = read->milestones[i].what;
		timing->rows[i] = row;
	}
	out->n_milestones = (size_t)read->milestone_count;
	out->milestones = read->milestone_count ? timing->rows : NULL;
	if (read->after.count || *read->after.event) {
		dondoc__v1__after_event__init(&timing->after);
		timing->after.count = read->after.count;
		timing->after.span = (Dondoc__V1__SpanUnit)read->after.span;
		timing->after.event = read->after.event;
		out->after = &timing->after;
	}
	out->due_minute = read->due_minute;
	out->report_every = read->report_every;
	out->weekday = read->weekday;
	out->day_of_month = read->day_of_month;
	out->every_weeks = read->every_weeks;
	out->doubts = read->doubts;
	out->rest = read->rest;
	return protobuf_c_message_get_packed_size(&out->base) > 0;
}

void view_timing_of_plan(const Dondoc__V1__PlanFields *plan, int32_t *issued_day, int *year)
{
	int32_t period = plan ? plan->from_day : 0;

	if (*issued_day == 0 && plan && plan->source)
		*issued_day = plan->source->day;
	if (period == 0)
		period = *issued_day;
	/* a plan of several years names no year of its own */
	if (plan && plan->from_day && plan->to_day &&
	    dd_day_to_date(plan->from_day).year != dd_day_to_date(plan->to_day).year)
		period = 0;
	if (*year == 0 && period)
		*year = dd_day_to_date(period).year;
}
