/* calendar.h - working days by weekends, holidays, compensatory days off and worked Saturdays. */
#ifndef DD_DOMAIN_CALENDAR_H
#define DD_DOMAIN_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum dd_day_kind { DD_DAY_ORDINARY = 0, DD_DAY_HOLIDAY, DD_DAY_COMPENSATORY, DD_DAY_WORKED };

struct dd_calendar;
struct dd_calendar *dd_calendar_new(void);
struct dd_calendar *dd_calendar_copy(const struct dd_calendar *calendar);
void dd_calendar_free(struct dd_calendar *calendar);
void dd_calendar_set(struct dd_calendar *calendar, int32_t day, enum dd_day_kind kind);
bool dd_calendar_working(const struct dd_calendar *calendar, int32_t day);
/* The n-th working day after `day` (n > 0) or before it (n < 0); n = 0: `day` itself if it is one,
 * else the next. Bounded: gives up after 10 years without a working day and returns the bound;
 * n beyond 100,000 either way counts as 100,000. */
int32_t dd_calendar_add(const struct dd_calendar *calendar, int32_t day, int n);
/* Working days in (from, to]; negative when to < from. */
int dd_calendar_between(const struct dd_calendar *calendar, int32_t from, int32_t to);

#endif
