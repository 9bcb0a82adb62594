/* office_refresh.h - asks the centre, once a minute while the link is up, what the log does not
 * tell an office by itself: which tasks the unit may see, what has become of reports that wait for
 * the head of the unit, which texts were destroyed. */
#ifndef OFFICE_REFRESH_H
#define OFFICE_REFRESH_H

#include "services/office/office.h"

/* The link has changed: it decides whether there are rounds. */
void office_refresh_link(struct office *office, enum dd_link link);
/* Something has come that asks for a round before the minute is over. */
void office_refresh_soon(struct office *office);
/* Begin a round; the office's timer `refresh` calls it. `arg` is the office. */
void office_refresh(void *arg);

#endif
