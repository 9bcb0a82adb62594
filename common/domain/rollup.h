/* rollup.h - progress of a task with sub-tasks, and the state of one that is fanned out. */
#ifndef DD_DOMAIN_ROLLUP_H
#define DD_DOMAIN_ROLLUP_H

#include "common/domain/task_state.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_ROLLUP_NONE UINT32_MAX /* has no parent */

struct dd_rollup_node {
	uint32_t parent; /* index, or DD_ROLLUP_NONE */
	uint16_t weight; /* among its siblings; 0 = none at all */
	uint8_t percent; /* its own */
	bool counts;     /* cancelled, carried over and removed ones leave the base */
};

/* A leaf has its own percent, a parent the weighted mean of those of its children that count, cut
 * and not rounded (99.9 is not done); one whose children all left the base has its own. Nodes on a
 * circle, which the rules never let happen, keep their own. Any order of the nodes. */
void dd_rollup(size_t count, const struct dd_rollup_node *nodes, uint8_t *percent_out);

#endif
