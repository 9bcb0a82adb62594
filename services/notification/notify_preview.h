/* notify_preview.h - what would be told, and when, if nothing changed from now on, by the rules as
 * they are or as they would be: the same code that plans runs over the tasks as they are. Nothing
 * is written, nothing is sent. */
#ifndef NOTIFY_PREVIEW_H
#define NOTIFY_PREVIEW_H

#include "dondoc/v1/query.pb-c.h"
#include "services/notification/notify_say.h"

#define NOTIFY_PREVIEW_DAYS    400  /* looked ahead at most */
#define NOTIFY_PREVIEW_ROWS    1000 /* rows of an answer, and intents in them */
#define NOTIFY_PREVIEW_INTENTS 20000
#define NOTIFY_PREVIEW_MOST    500000 /* intents that are counted */

/* The view holds everything (view_flush). Days 0 mean: from `today`, for 30 days. What was told
 * already is left out; the first working day also tells what fell before it and was never told
 * (`deferred`). On success *answer_out holds a packed Answer, appended. DD_ERR_INVALID with words:
 * days out of order or too far apart, a rule that cannot be, a plan that cannot start. */
int notify_preview(struct view *view, int32_t today, int32_t told_until,
		   const Dondoc__V1__PreviewReminders *ask, struct dd_buf *answer_out,
		   struct dd_error *err) DD_MUST_CHECK;

/* The days asked for, defaults filled in. */
int notify_preview_days(const Dondoc__V1__PreviewReminders *ask, int32_t today, int32_t *from_out,
			int32_t *to_out, struct dd_error *err) DD_MUST_CHECK;

#endif
