/* office_mark.h - what is only here yet: an answer about tasks says which of them have reports in
 * the outbox that the centre has not accepted. */
#ifndef OFFICE_MARK_H
#define OFFICE_MARK_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "services/office/office_outbox.h"

#define OFFICE_MARK_ROWS 100u /* of the reports told with one task */

/* Mark a packed Answer, of a view that has come to `shown`. `arena` is used for it alone; an answer
 * for which it has no room stays as it is. */
void office_mark(struct office_outbox *outbox, uint64_t shown, struct dd_arena *arena,
		 struct dd_buf *answer);

#endif
