/* notify_draft.h - a digest in the making: what one unit is to be told, the letter that tells it,
 * and the command that freezes both. */
#ifndef NOTIFY_DRAFT_H
#define NOTIFY_DRAFT_H

#include "services/notification/notify_plan.h"
#include "services/notification/notify_render.h"

struct notify_draft_item {
	uint64_t task;
	int step;
	struct notify_row row; /* its texts are owned */
};

struct notify_draft {
	const struct notify_context *context;
	const char *unit;
	struct notify_draft_item *items; /* owned */
	size_t count, cap;
};

/* A notify_task_fn: takes the task in if one of its steps is due. */
int notify_draft_add(void *draft, const Dondoc__V1__TaskRow *row);
void notify_draft_fini(struct notify_draft *draft);

/* The most urgent DD_DIGEST_INTENTS_MAX items become the digest; the rest waits for the next. At
 * least one item is there. */
void notify_draft_finish(struct notify_draft *draft, struct notify_digest *digest_out);

#endif
