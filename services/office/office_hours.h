/* office_hours.h - at which hours of the day evidence goes to the centre. */
#ifndef OFFICE_HOURS_H
#define OFFICE_HOURS_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

/* Minutes of the local day; from == until: always. `until` before `from`: over midnight. */
struct office_hours {
	int from;
	int until;
};

/* "18:00-07:00"; empty = always. DD_ERR_INVALID with words otherwise. */
int office_hours_parse(const char *text, struct office_hours *hours_out,
		       struct dd_error *err) DD_MUST_CHECK;
bool office_hours_open(const struct office_hours *hours, int64_t wall_us);
/* The next instant at which they are open; `wall_us` itself if they are. */
int64_t office_hours_next(const struct office_hours *hours, int64_t wall_us);

#endif
