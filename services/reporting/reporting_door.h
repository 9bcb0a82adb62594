/* reporting_door.h - the local door: questions about reports. Nothing is changed through it. */
#ifndef REPORTING_DOOR_H
#define REPORTING_DOOR_H

#include "common/base/err.h"

struct reporting;
struct reporting_door;

/* Listens for operator and gateway. */
int reporting_door_open(struct reporting *reporting, struct reporting_door **door_out,
			struct dd_error *err) DD_MUST_CHECK;
void reporting_door_close(struct reporting_door *door); /* NULL is fine */

#endif
