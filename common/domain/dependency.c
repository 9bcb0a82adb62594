/* dependency.c - see dependency.h. */
#include "common/domain/dependency.h"

#include <stdlib.h>

#include "common/base/alloc.h"

static int by_before(const void *a, const void *b)
{
	const struct dd_edge *left = a, *right = b;

	if (left->before != right->before)
		return left->before < right->before ? -1 : 1;
	return left->after < right->after ? -1 : left->after > right->after;
}

/* The first edge that begins at `task`. */
static size_t edges_of(const struct dd_edge *edges, size_t count, uint64_t task)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (edges[middle].before < task)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A walk in depth with a stack of its own. An edge is new (0), on the way (1) or done (2); a circle
 * leads back to an edge that is on the way. */
struct walk {
	const struct dd_edge *edges;
	size_t count;
	uint8_t *seen;
	size_t *stack;
	size_t depth;
};

static bool circle_from(struct walk *walk, size_t first, uint64_t *where_out)
{
	walk->stack[0] = first;
	walk->depth = 1;
	while (walk->depth > 0) {
		size_t at = walk->stack[walk->depth - 1];
		uint64_t task = walk->edges[at].after;
		size_t next = edges_of(walk->edges, walk->count, task);

		walk->seen[at] = 1;
		while (next < walk->count && walk->edges[next].before == task &&
		       walk->seen[next] == 2)
			next++;
		if (next == walk->count || walk->edges[next].before != task) {
			walk->seen[at] = 2;
			walk->depth--;
		} else if (walk->seen[next] == 1) {
			*where_out = task;
			return true;
		} else {
			walk->stack[walk->depth++] = next;
		}
	}
	return false;
}

bool dd_dependency_circle(struct dd_edge *edges, size_t count, uint64_t *where_out)
{
	struct walk walk = {edges, count, NULL, NULL, 0};
	bool found = false;

	if (count == 0)
		return false;
	qsort(edges, count, sizeof(*edges), by_before);
	walk.seen = dd_alloc(count);
	walk.stack = dd_alloc(count * sizeof(*walk.stack));
	for (size_t i = 0; i < count && !found; i++) {
		if (walk.seen[i] == 0)
			found = circle_from(&walk, i, where_out);
	}
	free(walk.seen);
	free(walk.stack);
	return found;
}

bool dd_dependency_slips(const struct dd_dependency *link, uint32_t *days_out)
{
	int32_t ready = link->done_day != 0 ? link->done_day : link->due_day;

	*days_out = 0;
	if (ready == 0 || link->begin_day == 0 || ready + link->lag_days <= link->begin_day)
		return false;
	*days_out = (uint32_t)(ready + link->lag_days - link->begin_day);
	return true;
}
