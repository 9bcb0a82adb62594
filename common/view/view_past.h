/* view_past.h - a task as it was: its own events up to a position, applied once more.
 *
 * The same functions apply them as live and in replay, into a view of their own that lies in memory
 * and knows nothing but this task; plans, units and other tasks are looked up in the view of today.
 * So what a task was is told with all that its record tells. */
#ifndef DD_VIEW_VIEW_PAST_H
#define DD_VIEW_VIEW_PAST_H

#include "common/view/view_answer.h"

struct view_past;
struct view_past *view_past_new(struct answering *answering);
void view_past_free(struct view_past *past); /* NULL is fine */

/* How many events of one task are gone through at most. */
#define VIEW_PAST_EVENTS_MAX 100000

/* The task as of `at`. DD_ERR_NOT_FOUND: it was not there yet, was removed by then, or its events
 * may not be seen. `version` is the sequence of its last event, where the list of events begins. */
int view_past_task(struct view_past *past, uint64_t task, uint64_t version, uint64_t at,
		   struct view_task *task_out);
/* Where the records of the task told last lie; until the next call. */
struct view *view_past_view(struct view_past *past);

/* For view_get: what such a view looks up in the one under it. */
int view_get_under(struct view *view, const struct dd_key *key, struct dd_val *val_out);

#endif
