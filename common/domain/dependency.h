/* dependency.h - finish-to-start dependencies between tasks: no circles, and what slips. */
#ifndef DD_DOMAIN_DEPENDENCY_H
#define DD_DOMAIN_DEPENDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `after` may begin when `before` is finished; both are numbers of tasks. */
struct dd_edge {
	uint64_t before;
	uint64_t after;
};

/* Whether the edges have a circle; *where_out is then a task on it. Sorts `edges`. */
bool dd_dependency_circle(struct dd_edge *edges, size_t count, uint64_t *where_out);

/* A task that is to begin on `begin_day` (its start, else its due day) and `lag_days` after its
 * predecessor, which is due on `due_day` or was finished on `done_day`. True: it cannot begin then;
 * *days_out tells how many days too late the predecessor is. A day of 0 is none: nothing is known
 * to slip. */
struct dd_dependency {
	int32_t due_day;
	int32_t done_day;
	int32_t lag_days;
	int32_t begin_day;
};
bool dd_dependency_slips(const struct dd_dependency *link, uint32_t *days_out);

#endif
