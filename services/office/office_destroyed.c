/* office_destroyed.c - see office_destroyed.h. */
#include "services/office/office_destroyed.h"

#include "common/base/log.h"

#define PAGE_ROWS 500u

int office_destroyed_take(struct office_outbox *outbox, const Dondoc__V1__Answer *answer,
			  uint64_t *after_out, struct dd_error *err)
{
	const Dondoc__V1__DestroyedList *list = answer->destroyed;
	int rc = 0;

	*after_out = 0;
	if (answer->what_case != DONDOC__V1__ANSWER__WHAT_DESTROYED)
		return dd_fail(err, DD_ERR_INVALID, "the centre answers another question");
	for (size_t i = 0; rc == 0 && i < list->n_rows; i++) {
		const Dondoc__V1__DestroyedRow *row = list->rows[i];
		bool blanked = false;

		if (row->stream.len != DD_ID_LEN)
			continue;
		rc = office_outbox_blank(outbox, row->stream.data, row->number, &blanked, err);
		if (blanked)
			dd_log(DD_LOG_WARN, "office.destroyed", dd_f_uint("number", row->number),
			       dd_f_uint("order", row->order));
	}
	if (list->n_rows >= PAGE_ROWS)
		*after_out = list->rows[list->n_rows - 1]->event;
	return rc;
}
