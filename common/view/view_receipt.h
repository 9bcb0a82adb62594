/* view_receipt.h - which tasks their leads should have received by now: assigned (in a draft: since
 * it was published) more working days ago than policy "life.receive_days" allows. */
#ifndef DD_VIEW_VIEW_RECEIPT_H
#define DD_VIEW_VIEW_RECEIPT_H

#include "common/view/sheet.h"
#include "common/view/view_answer.h"

struct receipts;

/* `days` instead of the setting's; 0 = by the setting of the unit, the plan, or for all. */
struct receipts *receipts_new(struct answering *answering, const struct sheet *sheet, uint32_t days,
			      int32_t as_of);
void receipts_free(struct receipts *receipts); /* NULL is fine */

/* Since when the lead has the task; 0 = nobody's work yet. */
int32_t receipts_assigned(struct receipts *receipts, const struct sheet_row *row);
/* It is open, not received, and should be. What the lead asks to be rid of, and tasks without a
 * lead, wait for nobody's receipt. */
bool receipts_missing(struct receipts *receipts, const struct sheet_row *row);

#endif
