/* day_minutes.c - see day_minutes.h. */
#include "common/domain/day_minutes.h"

#include <stdbool.h>

/* One or two digits; -1 if there are none. */
static int parse_digits(const char **text)
{
	int number = -1;

	for (int i = 0; i < 2 && **text >= '0' && **text <= '9'; i++, (*text)++)
		number = (number < 0 ? 0 : number * 10) + (**text - '0');
	return number;
}

int dd_day_minutes_parse(const char *text, int *minutes_out, struct dd_error *err)
{
	const char *at = text;
	const int hour = parse_digits(&at);
	const bool colon = *at == ':';
	int minute = -1;

	if (colon) {
		at++;
		minute = parse_digits(&at);
	}
	if (hour < 0 || minute < 0 || minute > 59 || *at != '\0' || hour * 60 + minute > 24 * 60)
		return dd_fail(err, DD_ERR_INVALID, "'%.40s' is not a time of day as 08:00", text);
	*minutes_out = hour * 60 + minute;
	return 0;
}
