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
/* What is known of the centre that answers. */
struct office_held_centre {
	uint32_t incarnation; /* of its log */
	bool compared; /* every stream was, since the link is up: what it lacks is queued again */
};
/* The answer to it: what no longer waits at the centre is held no more. A report that was taken
 * under an older incarnation may be lost in a restored centre instead of decided: it stays held
 * until the streams are compared, which sends it again if it is lost. */
int office_held_take(struct office_outbox *outbox, const Dondoc__V1__Answer *answer,
		     const struct office_held_centre *centre, int64_t now_us,
		     struct dd_error *err) DD_MUST_CHECK;

#endif
