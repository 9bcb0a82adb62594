/* office_past.h - what became of one report, step by step: the outbox keeps the first and the last
 * of its states with time and reason. */
#ifndef OFFICE_PAST_H
#define OFFICE_PAST_H

#include "services/office/office_outbox.h"

#define OFFICE_PAST_MAX 24u /* steps that are kept; then the last one is written over */

/* Stored as it is, from zeroed memory. */
struct office_step {
	int64_t at_us;
	uint32_t attempts; /* how often it had left by then */
	uint8_t state;     /* enum office_state */
	uint8_t reserved[3];
	char reason[OFFICE_REASON_TEXT];
};

/* For office_put_state, within its transaction: the item is now in this state. Counts the step in
 * `item`, which the caller stores. */
int office_past_add(struct office_outbox *outbox, struct office_item *item,
		    struct dd_error *err) DD_MUST_CHECK;
/* The steps of an item in their order, the saving of it (which is in the item) left out. */
int office_past_walk(struct office_outbox *outbox, const struct office_item *item,
		     void (*on_step)(void *arg, const struct office_step *step), void *arg);

#endif
