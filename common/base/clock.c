/* clock.c - the calendar's arithmetic and the texts of days and times. */
#include "common/base/clock.h"

#include "common/base/sys.h"
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int64_t dd_wall_us(void)
{
	const struct dd_sys *sys = dd_sys();

	return sys->wall_us(sys->ctx);
}

int64_t dd_mono_us(void)
{
	const struct dd_sys *sys = dd_sys();

	return sys->mono_us(sys->ctx);
}

static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

int32_t dd_day_of(int64_t wall_us)
{
	return (int32_t)(floor_div(wall_us, DD_DAY_US) +
			 (wall_us - floor_div(wall_us, DD_DAY_US) * DD_DAY_US >=
			  DD_DAY_US - DD_UTC_OFFSET_US));
}

/* Years of 400 make 146,097 days; a year that begins in March has its leap day at its end. */
int32_t dd_day_from_date(struct dd_date date)
{
	int year = date.year - (date.month <= 2);
	int era = (int)floor_div(year, 400);
	int of_era = year - era * 400;
	int of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct dd_date dd_day_to_date(int32_t day)
{
	int64_t shifted = (int64_t)day + 719468;
	int era = (int)floor_div(shifted, 146097);
	int of_era = (int)(shifted - (int64_t)era * 146097);
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * year + year / 4 - year / 100);
	int month = (5 * of_year + 2) / 153;
	struct dd_date date;

	date.day = of_year - (153 * month + 2) / 5 + 1;
	date.month = month < 10 ? month + 3 : month - 9;
	date.year = year + era * 400 + (date.month <= 2);
	return date;
}

int dd_day_weekday(int32_t day)
{
	int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */

	return (int)(since_monday - floor_div(since_monday, 7) * 7);
}

int64_t dd_day_start_us(int32_t day)
{
	return (int64_t)day * DD_DAY_US - DD_UTC_OFFSET_US;
}

/* From `min` to `max` digits at *text; *text moves behind them. -1 if there are fewer. */
static int digits(const char **text, int min, int max)
{
	int value = 0;
	int count;

	for (count = 0; count < max && **text >= '0' && **text <= '9'; count++, (*text)++)
		value = value * 10 + (**text - '0');
	return count >= min ? value : -1;
}

static bool skip(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static int day_from_parts(int year, int month, int day, int32_t *day_out)
{
	struct dd_date date = {year, month, day};
	struct dd_date back;
	int32_t number;

	if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
		return DD_ERR_INVALID;
	number = dd_day_from_date(date);
	back = dd_day_to_date(number);
	if (back.day != day || back.month != month || number == 0)
		return DD_ERR_INVALID;
	*day_out = number;
	return 0;
}

static int parse_iso_day(const char **text, int32_t *day_out)
{
	int year = digits(text, 4, 4);
	int month = skip(text, '-') ? digits(text, 2, 2) : -1;
	int day = skip(text, '-') ? digits(text, 2, 2) : -1;

	return day_from_parts(year, month, day, day_out);
}

int dd_day_parse(const char *text, int32_t *day_out)
{
	int32_t day;

	if (parse_iso_day(&text, &day) != 0 || *text != '\0')
		return DD_ERR_INVALID;
	*day_out = day;
	return 0;
}

int dd_day_parse_vn(const char *text, int32_t *day_out)
{
	int day = digits(&text, 1, 2);
	int month = skip(&text, '/') ? digits(&text, 1, 2) : -1;
	int year = skip(&text, '/') ? digits(&text, 4, 4) : -1;

	if (*text != '\0')
		return DD_ERR_INVALID;
	return day_from_parts(year, month, day, day_out);
}

const char *dd_day_iso(int32_t day, char out[DD_DAY_TEXT])
{
	struct dd_date date = dd_day_to_date(day);

	out[0] = '\0';
	if (day != 0)
		snprintf(out, DD_DAY_TEXT, "%04d-%02d-%02d", date.year, date.month, date.day);
	return out;
}

const char *dd_day_vn(int32_t day, char out[DD_DAY_TEXT])
{
	struct dd_date date = dd_day_to_date(day);

	out[0] = '\0';
	if (day != 0)
		snprintf(out, DD_DAY_TEXT, "%02d/%02d/%04d", date.day, date.month, date.year);
	return out;
}

/* The instant split into the date and the microseconds of the day, both in UTC. */
static struct dd_date split(int64_t us, int64_t *of_day_out)
{
	int64_t day = floor_div(us, DD_DAY_US);

	*of_day_out = us - day * DD_DAY_US;
	return dd_day_to_date((int32_t)day);
}

const char *dd_time_iso(int64_t us, char out[DD_TIME_TEXT])
{
	int64_t of_day;
	struct dd_date date = split(us, &of_day);
	int seconds = (int)(of_day / DD_SECOND_US);

	snprintf(out, DD_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", date.year, date.month,
		 date.day, seconds / 3600, seconds / 60 % 60, seconds % 60,
		 (int)(of_day % DD_SECOND_US));
	return out;
}

const char *dd_time_local(int64_t us, char out[DD_TIME_TEXT])
{
	int64_t of_day;
	struct dd_date date = split(us + DD_UTC_OFFSET_US, &of_day);
	int seconds = (int)(of_day / DD_SECOND_US);

	snprintf(out, DD_TIME_TEXT, "%04d-%02d-%02d %02d:%02d:%02d", date.year, date.month,
		 date.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
	return out;
}

/* ".5" to ".123456": microseconds. */
static int parse_fraction(const char **text)
{
	const char *begin = *text;
	int value = digits(text, 1, 6);
	long count = *text - begin;

	for (; value >= 0 && count < 6; count++)
		value *= 10;
	return value;
}

/* hh:mm[:ss[.ffffff]] as microseconds of the day, or -1. */
static int64_t parse_of_day(const char **text)
{
	int hour = digits(text, 2, 2);
	int minute = skip(text, ':') ? digits(text, 2, 2) : -1;
	int second = 0;
	int fraction = 0;

	if (minute >= 0 && skip(text, ':')) {
		second = digits(text, 2, 2);
		if (second >= 0 && skip(text, '.'))
			fraction = parse_fraction(text);
	}
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return -1;
	if (second < 0 || second > 59 || fraction < 0)
		return -1;
	return (hour * INT64_C(3600) + minute * INT64_C(60) + second) * DD_SECOND_US + fraction;
}

/* "Z", "+07:00", or nothing, which is local. */
static int parse_zone(const char **text, int64_t *offset_us_out)
{
	int sign = **text == '-' ? -1 : 1;
	int hour;
	int minute;

	*offset_us_out = DD_UTC_OFFSET_US;
	if (**text == '\0')
		return 0;
	*offset_us_out = 0;
	if (skip(text, 'Z'))
		return 0;
	if (!skip(text, '+') && !skip(text, '-'))
		return DD_ERR_INVALID;
	hour = digits(text, 2, 2);
	minute = skip(text, ':') ? digits(text, 2, 2) : -1;
	if (hour < 0 || hour > 14 || minute < 0 || minute > 59)
		return DD_ERR_INVALID;
	*offset_us_out = sign * (hour * INT64_C(3600) + minute * INT64_C(60)) * DD_SECOND_US;
	return 0;
}

int dd_time_parse(const char *text, int64_t *us_out)
{
	int32_t day;
	int64_t of_day;
	int64_t offset_us;

	if (parse_iso_day(&text, &day) != 0)
		return DD_ERR_INVALID;
	if (!skip(&text, 'T') && !skip(&text, ' '))
		return DD_ERR_INVALID;
	of_day = parse_of_day(&text);
	if (of_day < 0 || parse_zone(&text, &offset_us) != 0 || *text != '\0')
		return DD_ERR_INVALID;
	*us_out = (int64_t)day * DD_DAY_US + of_day - offset_us;
	return 0;
}
