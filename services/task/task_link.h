/* task_link.h - what the predecessors of a task say to its completion. */
#ifndef TASK_LINK_H
#define TASK_LINK_H

#include "services/task/task_case.h"

/* Whether nothing stands before the completion of the task at hand: the authority does not block
 * by dependencies, or every predecessor is finished or will never be (cancelled, carried over,
 * removed). Refuses with their codes otherwise. */
bool task_predecessors_done(const struct task_case *c, struct task_outcome *out);

#endif
