/* office_past.c - see office_past.h. Table: H item, step -> struct office_step. */
#include "services/office/office_past.h"

#include "services/office/office_tables.h"
#include <string.h>

static struct dd_key key_step(uint64_t id, uint32_t number)
{
	struct dd_key key;

	dd_key_begin(&key, 'H');
	dd_key_u64(&key, id);
	dd_key_u32(&key, number);
	return key;
}

int office_past_add(struct office_outbox *outbox, struct office_item *item, struct dd_error *err)
{
	struct office_step step;
	struct dd_key key;

	memset(&step, 0, sizeof(step));
	step.at_us = item->changed_us;
	step.attempts = item->attempts;
	step.state = item->state;
	memcpy(step.reason, item->reason, sizeof(step.reason));
	if (item->steps < OFFICE_PAST_MAX)
		item->steps++;
	key = key_step(item->id, item->steps);
	return office_put(outbox, &key, &step, sizeof(step), err);
}

int office_past_walk(struct office_outbox *outbox, const struct office_item *item,
		     void (*on_step)(void *arg, const struct office_step *step), void *arg)
{
	struct office_step step;
	struct dd_txn *txn;
	int rc = office_read(outbox, &txn);

	if (rc != 0)
		return rc;
	for (uint32_t i = 1; rc == 0 && i <= item->steps; i++) {
		const struct dd_key key = key_step(item->id, i);

		rc = office_get(txn, &key, &step, sizeof(step));
		if (rc == 0)
			on_step(arg, &step);
	}
	dd_txn_reset(txn);
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}
