/* notify_preview_impl.h - one preview, shared by its files. */
#ifndef NOTIFY_PREVIEW_IMPL_H
#define NOTIFY_PREVIEW_IMPL_H

#include "common/base/buf.h"
#include "services/notification/notify_preview.h"

struct previewing {
	const Dondoc__V1__PreviewReminders *ask;
	struct notify_scene *scene; /* owned */
	int32_t from_day, to_day, told_until;
	struct notify_says says; /* in the end by day, unit, immediate, task */
	uint32_t not_started;
	bool cut;
};

/* A task on which a silence lies: what is said of it from day to day. */
void notify_preview_live(struct previewing *previewing, const struct sheet_row *row);
/* `says` are in the order of messages. Of the first day from `*from` on that has a message with
 * more than fits into one: what is too much goes to its reader's next day; `*from` is that day.
 * False: there is none. */
bool notify_preview_spill(struct previewing *previewing, int32_t *from);
/* Whether it is the first of a message. */
bool notify_preview_begins(const struct notify_say *say, size_t at);
/* The packed Answer, appended. */
void notify_preview_pack(struct previewing *previewing, struct dd_buf *out);

#endif
