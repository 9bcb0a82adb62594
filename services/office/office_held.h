/* office_held.h - reports that wait at the centre for the head of the unit: what has become of
 * them.
 */
#ifndef OFFICE_HELD_H
#define OFFICE_HELD_H

#include "dondoc/v1/query.pb-c.h"
#include "services/office/office_outbox.h"

#define OFFICE_HELD_MAX 1000u /* looked after at once, the newest */

/* The reason of a report that was held: the head has decided; the task's history tells what. */
#define OFFICE_HELD_DECIDED "HEAD_DECIDED"

/* Whether a question is needed, and the question. Its text is borrowed. */
bool office_held_ask(struct office_outbox *outbox, const char *unit,
		     Dondoc__V1__ListRequests *list_out);
/* The answer to it: what no longer waits at the centre is held no more. */
int office_held_take(struct office_outbox *outbox, const Dondoc__V1__Answer *answer, int64_t now_us,
		     struct dd_error *err) DD_MUST_CHECK;

#endif
