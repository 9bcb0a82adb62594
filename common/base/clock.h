/* clock.h - times and days. Days are local days of the authority, UTC+7 without daylight saving. */
#ifndef DD_BASE_CLOCK_H
#define DD_BASE_CLOCK_H

#include "common/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define DD_SECOND_US     INT64_C(1000000)
#define DD_DAY_US        (INT64_C(86400) * DD_SECOND_US)
#define DD_UTC_OFFSET_US (INT64_C(7) * 3600 * DD_SECOND_US) /* Asia/Ho_Chi_Minh */

int64_t dd_wall_us(void); /* through dd_sys() */
int64_t dd_mono_us(void);

struct dd_date {
	int year;
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

/* Days since 1970-01-01; 0 is used throughout for "no day". */
int32_t dd_day_of(int64_t wall_us); /* the local day in which the instant lies */
int32_t dd_day_from_date(struct dd_date date);
struct dd_date dd_day_to_date(int32_t day);
int dd_day_weekday(int32_t day);      /* 0 = Monday .. 6 = Sunday */
int64_t dd_day_start_us(int32_t day); /* 00:00 local, as UTC microseconds */

/* Accepts exactly yyyy-mm-dd with a real date of the years 1 to 9999, but 1970-01-01, whose number
 * means "no day". DD_ERR_INVALID otherwise. */
int dd_day_parse(const char *text, int32_t *day_out) DD_MUST_CHECK;
/* Accepts dd/mm/yyyy (also d/m/yyyy). */
int dd_day_parse_vn(const char *text, int32_t *day_out) DD_MUST_CHECK;
#define DD_DAY_TEXT 16
const char *dd_day_iso(int32_t day, char out[DD_DAY_TEXT]); /* "2026-03-31"; "" for 0 */
const char *dd_day_vn(int32_t day, char out[DD_DAY_TEXT]);  /* "31/03/2026"; "" for 0 */
#define DD_TIME_TEXT 40
const char *dd_time_iso(int64_t us, char out[DD_TIME_TEXT]);   /* "2026-03-31T08:00:00.000000Z" */
const char *dd_time_local(int64_t us, char out[DD_TIME_TEXT]); /* "2026-03-31 15:00:00" in UTC+7 */
/* "2026-10-14T08:10:00+07:00", "...Z" or "2026-10-14 08:10" (local). */
int dd_time_parse(const char *text, int64_t *us_out) DD_MUST_CHECK;

#endif
