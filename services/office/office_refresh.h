/* office_refresh.h - keeps the copy of the unit's tasks, and the head of the centre's log that it
 * shows, up to date: once a minute while the link is up. */
#ifndef OFFICE_REFRESH_H
#define OFFICE_REFRESH_H

#include "services/office/office.h"

/* The link has changed: it decides whether there are rounds. */
void office_refresh_link(struct office *office, enum dd_link link);
/* The centre knows more than the copy: begin the next round before the minute is over. */
void office_refresh_soon(struct office *office);
/* Begin a round; the office's timer `refresh` calls it. `arg` is the office. */
void office_refresh(void *arg);

#endif
