/* office_destroyed.h - which of the unit's own commands have lost their words at the centre. */
#ifndef OFFICE_DESTROYED_H
#define OFFICE_DESTROYED_H

#include "dondoc/v1/query.pb-c.h"
#include "services/office/office_outbox.h"

/* Take a page: what the outbox keeps of those goes too. *after_out: the last event of the page,
 * from which the next one goes on; 0 = this was the last. */
int office_destroyed_take(struct office_outbox *outbox, const Dondoc__V1__Answer *answer,
			  uint64_t *after_out, struct dd_error *err) DD_MUST_CHECK;

#endif
