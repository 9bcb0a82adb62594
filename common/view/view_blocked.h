/* view_blocked.h - tasks whose predecessors are not finished. */
#ifndef DD_VIEW_VIEW_BLOCKED_H
#define DD_VIEW_VIEW_BLOCKED_H

#include "common/view/view_answer.h"

#define VIEW_BEFORE_MAX 100u /* predecessors of one task; the rules take no more */

/* Nothing waits for the task any more: it is completed, or will never be (cancelled, carried over,
 * removed, not there). A task for many units is finished with the last of its parts; the list of
 * its parts is LMDB's. */
bool view_finished(struct view *view, bool with_batch, uint64_t task);

/* It is open, and a predecessor is not finished. */
bool view_blocked(struct view *view, bool with_batch, const struct view_task *task);

/* All such tasks in ascending order, in the answer's memory. */
int answer_blocked(struct answering *answering, uint64_t **tasks_out,
		   size_t *count_out) DD_MUST_CHECK;

#endif
