/* watch.h - when a unit must have been heard from: once in each period, in its window.
 *
 * The window of a period ends `grace` working days after the period, so that those who report on
 * November in the first days of December have reported for November; the next window begins on the
 * day after. So every report counts for exactly one period. Months and quarters end with the month,
 * or on a day named (14: from the 15th to the 14th, as reports under Decree 09/2019/ND-CP are cut).
 */
#ifndef DD_DOMAIN_WATCH_H
#define DD_DOMAIN_WATCH_H

#include "common/domain/calendar.h"

/* In the order of the words of the setting "watch.period". */
enum dd_watch_period {
	DD_WATCH_NONE,
	DD_WATCH_WEEK, /* Monday to Sunday */
	DD_WATCH_MONTH,
	DD_WATCH_QUARTER
};

struct dd_watch_rule {
	enum dd_watch_period period;
	int32_t cut_day; /* months and quarters end on it, 1..28; 0 = on the last day of a month */
	int32_t grace_days;                 /* working days, 0..60 */
	const struct dd_calendar *calendar; /* borrowed; the unit's */
};

struct dd_watch_window {
	int32_t from, to; /* the period itself, both days included */
	int32_t opens;    /* a report counts for the period from this day ... */
	int32_t due;      /* ... to this one */
};

/* The window of the period in which `day` lies. False: nothing is expected at all, or the day lies
 * before all calendars. */
bool dd_watch_window_at(const struct dd_watch_rule *rule, int32_t day,
			struct dd_watch_window *window_out);
/* The last window that was over before `day` began: whoever was not heard from in it is silent.
 * False as above. */
bool dd_watch_window_over(const struct dd_watch_rule *rule, int32_t day,
			  struct dd_watch_window *window_out);

#endif
