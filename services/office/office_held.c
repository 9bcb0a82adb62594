/* office_held.c - see office_held.h. */
#include "services/office/office_held.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"

#define LOOKED_MAX                                                                                 \
	50000u /* reports gone through, the newest: what is older was decided long ago             \
		*/

struct held {
	struct {
		uint64_t id, sequence;
		uint32_t incarnation;
	} items[OFFICE_HELD_MAX];
	size_t count;
	size_t looked;
};

static bool on_item(void *arg, const struct office_item *item)
{
	struct held *held = arg;

	if (item->state == OFFICE_HELD) {
		held->items[held->count].id = item->id;
		held->items[held->count].incarnation = item->receipt.incarnation;
		held->items[held->count++].sequence = item->receipt.sequence;
	}
	return held->count < OFFICE_HELD_MAX && ++held->looked < LOOKED_MAX;
}

static struct held *find(struct office_outbox *outbox)
{
	struct held *held = dd_alloc(sizeof(*held));

	if (office_outbox_walk(outbox, false, on_item, held) != 0)
		held->count = 0;
	return held;
}

bool office_held_ask(struct office_outbox *outbox, const char *unit,
		     Dondoc__V1__ListRequests *list_out)
{
	struct held *held = find(outbox);
	bool any = held->count > 0;

	free(held);
	dondoc__v1__list_requests__init(list_out);
	list_out->kind = DONDOC__V1__REQUEST_KIND__REQUEST_OUTGOING;
	list_out->from_unit = (char *)unit; /* packed, not changed */
	list_out->limit = OFFICE_HELD_MAX;
	return any;
}

static bool waits(const Dondoc__V1__RequestList *list, uint64_t sequence)
{
	for (size_t i = 0; i < list->n_rows; i++) {
		if (list->rows[i]->request == sequence)
			return true;
	}
	return false;
}

int office_held_take(struct office_outbox *outbox, const Dondoc__V1__Answer *answer,
		     const struct office_held_centre *centre, int64_t now_us, struct dd_error *err)
{
	const struct office_change decided = {.state = OFFICE_ACCEPTED,
					      .reason = OFFICE_HELD_DECIDED};
	struct held *held;
	int rc = 0;

	if (answer->what_case != DONDOC__V1__ANSWER__WHAT_REQUESTS)
		return dd_fail(err, DD_ERR_INVALID, "the centre answers another question");
	if (answer->requests->next.len > 0)
		return 0; /* more than are told: nothing is sure of the others */
	held = find(outbox);
	for (size_t i = 0; rc == 0 && i < held->count; i++) {
		const bool there =
			centre->compared || held->items[i].incarnation == centre->incarnation;

		if (there && held->items[i].sequence <= answer->view_sequence &&
		    !waits(answer->requests, held->items[i].sequence))
			rc = office_outbox_change(outbox, held->items[i].id, &decided, now_us, err);
	}
	free(held);
	return rc;
}
