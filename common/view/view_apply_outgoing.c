/* view_apply_outgoing.c - what waits for the head of its unit. */
#include "common/base/clock.h"
#include "common/view/view_apply.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_records.h"
#include "common/view/view_unit.h"
#include <inttypes.h>
#include <string.h>

/* How many items about a task wait: the task is marked as long as there is one. */
static uint32_t count_held(struct apply *apply, uint64_t task, int step)
{
	struct dd_key key;
	uint32_t count = 0;

	view_key_u64(&key, VIEW_HELD, 0);
	dd_key_u64(&key, task);
	if (view_struct_get(apply->view, true, &key, &count, sizeof(count)) != DD_OK)
		count = 0;
	if (step > 0)
		count++;
	else if (count > 0)
		count--;
	view_put(apply->view, &key, &count, sizeof(count));
	return count;
}

static void mark_task(struct apply *apply, int step)
{
	const uint32_t held = DONDOC__V1__TASK_FLAG__TASK_FLAG_HELD;

	if (!apply->has_task)
		return;
	if (count_held(apply, apply->task.id, step) > 0)
		apply->task.flags |= held;
	else
		apply->task.flags &= ~held;
}

static void put_held(struct apply *apply, uint64_t sequence, const struct view_held *held,
		     const uint8_t *body, size_t len)
{
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, held, sizeof(*held));
	dd_buf_add(buf, body, len);
	view_key_u64(&key, VIEW_HELD, sequence);
	view_put(apply->view, &key, buf->data, buf->len);
}

/* It waits in the queue of its own unit: nobody else has it yet. */
int apply_outgoing_held(struct apply *apply, const void *body)
{
	const Dondoc__V1__OutgoingHeld *said = body;
	const Dondoc__V1__EventHeader *header = apply->event->header;
	struct view_held held = {.since_us = header->record_us, .action = said->action};
	struct view_request_open words = {.kind = DONDOC__V1__REQUEST_KIND__REQUEST_OUTGOING};
	int rc;

	view_text_copy(held.unit, sizeof(held.unit), header->unit);
	if (header->actor && header->actor->person.len == 16)
		memcpy(held.person, header->actor->person.data, 16);
	held.task = header->subject;
	held.fact_us = header->fact_us;
	held.fact_doubtful = header->fact_doubtful ? 1 : 0;
	view_note_stream(apply, held.sender);
	put_held(apply, apply->event->sequence, &held, said->body.data, said->body.len);
	/* A division's report waits for the head of the unit, and the division waits for it. */
	words.from_unit = header->actor && header->actor->unit[0] ? header->actor->unit : held.unit;
	words.decider_unit = held.unit;
	rc = view_request_open(apply, &words);
	mark_task(apply, 1);
	return rc;
}

/* What was let go comes with events of its own. */
int apply_outgoing_decided(struct apply *apply, const void *body)
{
	const Dondoc__V1__OutgoingDecided *decided = body;
	struct view_held held;
	const uint8_t *bytes;
	size_t len;

	if (!decided->said ||
	    view_held(apply->view, true, decided->said->held, &held, &bytes, &len) != DD_OK)
		return apply_contradiction(apply, "it decides about nothing that was held");
	held.decided_by = apply->event->sequence;
	put_held(apply, decided->said->held, &held, bytes, len);
	mark_task(apply, -1);
	return view_request_close(apply, decided->said->held);
}
