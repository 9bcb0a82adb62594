/* recurrence.h - the periods of a recurring task: one instance is due for each. */
#ifndef DD_DOMAIN_RECURRENCE_H
#define DD_DOMAIN_RECURRENCE_H

#include <stdbool.h>
#include <stdint.h>

/* As dondoc.v1.Recurrence. */
enum dd_recurrence {
	DD_RECUR_ONCE = 0,
	DD_RECUR_CONTINUOUS = 1,
	DD_RECUR_WEEKLY = 2,
	DD_RECUR_MONTHLY = 3,
	DD_RECUR_QUARTERLY = 4,
	DD_RECUR_YEARLY = 5,
	DD_RECUR_EVENT = 6,
	DD_RECUR_MILESTONES = 7,
	DD_RECUR_HALF_YEARLY = 8,
	DD_RECUR_NINE_MONTHS = 9 /* to June, to September, to December */
};

struct dd_recurrence_rule {
	enum dd_recurrence recurrence;
	uint32_t weekday;      /* weekly: 1 = Monday .. 7; 0 = the last day of the week */
	uint32_t day_of_month; /* of the period's last month; 0 = its last day */
	uint32_t every_weeks;  /* weekly: 0 counts as 1 */
	int32_t start_day; /* no period that ended before; weeks are counted from it; 0 = none */
};

struct dd_period {
	int32_t from;
	int32_t to;
	int32_t due; /* within the period */
};

/* Whether this kind has periods at all. */
bool dd_recurrence_periodic(enum dd_recurrence recurrence);
/* The first period that ends on `day` or later and not before the rule's start. False where there
 * are no periods. */
bool dd_recurrence_at(const struct dd_recurrence_rule *rule, int32_t day,
		      struct dd_period *period_out);
/* "2026-01", "2026-Q1", "2026-H1", "2026-9T", "2026", "2026-02-16": what tells a period in a code.
 */
#define DD_PERIOD_TEXT 16
const char *dd_period_text(enum dd_recurrence recurrence, const struct dd_period *period,
			   char out[DD_PERIOD_TEXT]);

#endif
