/* office_hours.c - see office_hours.h. */
#include "services/office/office_hours.h"

#include "common/base/clock.h"
#include <stdio.h>
#include <string.h>

#define DAY_MINUTES 1440
#define MINUTE_US   (60 * DD_SECOND_US)

int office_hours_parse(const char *text, struct office_hours *hours_out, struct dd_error *err)
{
	unsigned from_hour, from_minute, until_hour, until_minute;
	int read = 0;

	memset(hours_out, 0, sizeof(*hours_out));
	if (text[0] == '\0')
		return 0;
	if (sscanf(text, "%2u:%2u-%2u:%2u%n", &from_hour, &from_minute, &until_hour, &until_minute,
		   &read) != 4 ||
	    text[read] != '\0' || from_hour > 23 || until_hour > 24 || from_minute > 59 ||
	    until_minute > 59 || (until_hour == 24 && until_minute > 0))
		return dd_fail(
			err, DD_ERR_INVALID,
			"'%s' are no hours: write them as 18:00-07:00, or nothing for always",
			text);
	hours_out->from = (int)(from_hour * 60 + from_minute);
	hours_out->until = (int)(until_hour * 60 + until_minute) % DAY_MINUTES;
	return 0;
}

static int64_t minute_of(int64_t wall_us)
{
	return (wall_us - dd_day_start_us(dd_day_of(wall_us))) / MINUTE_US;
}

bool office_hours_open(const struct office_hours *hours, int64_t wall_us)
{
	const int64_t minute = minute_of(wall_us);

	if (hours->from == hours->until)
		return true;
	if (hours->from < hours->until)
		return minute >= hours->from && minute < hours->until;
	return minute >= hours->from || minute < hours->until;
}

int64_t office_hours_next(const struct office_hours *hours, int64_t wall_us)
{
	const int64_t today = dd_day_start_us(dd_day_of(wall_us)) + hours->from * MINUTE_US;

	if (office_hours_open(hours, wall_us))
		return wall_us;
	return today > wall_us ? today : today + DD_DAY_US;
}
