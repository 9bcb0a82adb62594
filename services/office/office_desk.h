/* office_desk.h - what people at an office do with its outbox by hand: drafts, and taking out what
 * has not left. The local door hands it on. */
#ifndef OFFICE_DESK_H
#define OFFICE_DESK_H

#include "common/base/alloc.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/office/office_outbox.h"

/* Done, durably, or not at all: DD_ERR_INVALID, DD_ERR_NOT_FOUND, DD_ERR_REFUSED or DD_ERR_FULL
 * with words for the person; DD_ERR_IO, DD_ERR_CORRUPT: end the process. */
int office_desk_do(struct office_outbox *outbox, const Dondoc__V1__OfficeDo *asked, int64_t now_us,
		   struct dd_error *err) DD_MUST_CHECK;

/* The drafts, or the one asked for; in `arena`. NULL: they cannot be read. */
Dondoc__V1__DraftList *office_desk_drafts(struct office_outbox *outbox,
					  const Dondoc__V1__ListDrafts *list,
					  struct dd_arena *arena);

/* Into each row the steps of its report, in `arena`. */
bool office_desk_steps(struct office_outbox *outbox, Dondoc__V1__Outbox *out,
		       struct dd_arena *arena);

#endif
