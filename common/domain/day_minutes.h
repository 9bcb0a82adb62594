/* day_minutes.h - a time of day as minutes since midnight. */
#ifndef DD_DOMAIN_DAY_MINUTES_H
#define DD_DOMAIN_DAY_MINUTES_H

#include "common/base/err.h"

/* "08:00", up to "24:00". DD_ERR_INVALID with words. */
int dd_day_minutes_parse(const char *text, int *minutes_out, struct dd_error *err) DD_MUST_CHECK;

#endif
