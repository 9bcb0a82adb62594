/* notify_hand.h - "Chép cho Zalo": a text of fewer than 500 characters and a picture, for whoever
 * tells units by hand. Names no person. */
#ifndef NOTIFY_HAND_H
#define NOTIFY_HAND_H

#include "common/base/buf.h"
#include "common/view/view.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/notification/notify_templates.h"

#define NOTIFY_HAND_CHARS 500 /* the text has fewer, counted as people see them */
#define NOTIFY_HAND_ROWS  8

struct notify_hand_context {
	struct view *view; /* LMDB holds everything */
	int32_t today;
	const struct notify_templates *templates;
	const char *console_url; /* may be empty */
	bool trial;
};

/* Appends a packed Answer to `out`. DD_ERR_NOT_FOUND: no such task, nothing to tell.
 * DD_ERR_INVALID: the question, or a template that leaves no room. */
int notify_hand(const struct notify_hand_context *context, const Dondoc__V1__CopyForHand *ask,
		struct dd_buf *out, struct dd_error *err) DD_MUST_CHECK;

#endif
