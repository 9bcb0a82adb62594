/* view_sheet_row.h - what reporting sheets have said: each row of each sheet has one effect,
 * whoever hands it in and through whichever door. */
#ifndef DD_VIEW_VIEW_SHEET_ROW_H
#define DD_VIEW_VIEW_SHEET_ROW_H

#include "common/view/view.h"

/* The event that the row became. DD_OK or DD_ERR_NOT_FOUND (or DD_ERR_IO). */
int view_sheet_row(struct view *view, bool with_batch, const uint8_t sheet[16],
		   const uint8_t row[16], uint64_t *sequence_out);

#endif
