/* position.h - places in the log as they travel in messages. */
#ifndef DD_EVENTLOG_POSITION_H
#define DD_EVENTLOG_POSITION_H

#include "common/eventlog/eventlog.h"
#include "dondoc/v1/common.pb-c.h"
#include <stdbool.h>

/* The message borrows from `position`. */
void dd_position_to_pb(const struct dd_position *position, Dondoc__V1__Position *pb_out);
/* NULL is the beginning. False: lengths that no position has. */
bool dd_position_from_pb(const Dondoc__V1__Position *pb, struct dd_position *position_out);
bool dd_position_same(const struct dd_position *a, const struct dd_position *b);

#endif
