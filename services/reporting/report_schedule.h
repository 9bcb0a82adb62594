/* report_schedule.h - when a schedule runs and up to which day it reports: a pure function of the
 * clock. */
#ifndef REPORT_SCHEDULE_H
#define REPORT_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define REPORT_MONTHLY "monthly" /* the schedule's name in events: for ever */

struct report_schedule {
	bool on;
	int day;     /* of the month, 1..31; the last one where a month is shorter */
	int minutes; /* of the local day */
};

/* The cut-off of the latest run at or before `wall_us` (`back` 0), or of the `back`-th before it:
 * the last day of the month before the run's. */
int32_t report_schedule_cutoff(const struct report_schedule *schedule, int64_t wall_us, int back);
/* When the next run comes. */
int64_t report_schedule_next_us(const struct report_schedule *schedule, int64_t wall_us);

#endif
