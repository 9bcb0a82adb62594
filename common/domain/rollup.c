/* rollup.c - from the leaves up, each parent when the last of its children is known. */
#include "common/domain/rollup.h"
#include "common/base/alloc.h"
#include <stdlib.h>

struct sum {
	uint64_t weights;
	uint64_t percents; /* times weight */
	uint32_t waits;    /* children not yet known */
};

/* The node is known: tell its parent, and those above that thereby become known. */
static void climb(const struct dd_rollup_node *nodes, struct sum *sums, uint8_t *percent,
		  uint32_t at)
{
	for (;;) {
		const struct dd_rollup_node *node = &nodes[at];
		struct sum *above;

		if (sums[at].weights > 0)
			percent[at] = (uint8_t)(sums[at].percents / sums[at].weights);
		if (node->parent == DD_ROLLUP_NONE)
			return;
		above = &sums[node->parent];
		if (node->counts) {
			above->weights += node->weight;
			above->percents += (uint64_t)node->weight * percent[at];
		}
		if (--above->waits > 0)
			return;
		at = node->parent;
	}
}

void dd_rollup(size_t count, const struct dd_rollup_node *nodes, uint8_t *percent_out)
{
	struct sum *sums;

	if (count == 0)
		return;
	sums = dd_alloc(count * sizeof(*sums));
	for (size_t i = 0; i < count; i++) {
		percent_out[i] = nodes[i].percent;
		if (nodes[i].parent != DD_ROLLUP_NONE)
			sums[nodes[i].parent].waits++;
	}
	/* Leaves are marked before anything climbs, for then the others' counts reach zero too. */
	for (size_t i = 0; i < count; i++) {
		if (sums[i].waits == 0)
			sums[i].waits = UINT32_MAX;
	}
	for (size_t i = 0; i < count; i++) {
		if (sums[i].waits == UINT32_MAX)
			climb(nodes, sums, percent_out, (uint32_t)i);
	}
	free(sums);
}
