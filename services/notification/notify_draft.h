/* notify_draft.h - a digest in the making: what one unit is to be told, the letter that tells it,
 * and the command that freezes both. */
#ifndef NOTIFY_DRAFT_H
#define NOTIFY_DRAFT_H

#include "services/notification/notify_plan.h"
#include "services/notification/notify_render.h"

struct notify_draft_item {
	int32_t today; /* by which rows are put in order */
	struct notify_say say;
	struct notify_row row; /* its texts are owned */
};

struct notify_draft {
	const struct notify_context *context;
	const char *unit;
	bool immediate;
	struct notify_draft_item *items; /* owned */
	size_t count, cap;
};

/* `row` NULL: it is about the unit, or about a plan. */
void notify_draft_add(struct notify_draft *draft, const struct notify_say *say,
		      const struct sheet_row *row);
void notify_draft_fini(struct notify_draft *draft);

/* The most urgent DD_DIGEST_INTENTS_MAX items become the digest; the rest waits for the next. At
 * least one item is there. */
void notify_draft_finish(struct notify_draft *draft, struct notify_digest *digest_out);

#endif
