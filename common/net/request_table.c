/* request_table.c - a hash table and a binary heap over the same nodes. */
#include "common/net/request_table.h"
#include "common/base/alloc.h"
#include <assert.h>
#include <stdlib.h>

#define FIRST_ROOM 64

struct dd_request_node {
	struct dd_waiting waiting;
	struct dd_request_node *next; /* in the bucket, or among the spare ones */
	size_t at;                    /* in the heap */
};

/* --- by deadline --------------------------------------------------------------------------- */

static bool earlier(const struct dd_request_node *a, const struct dd_request_node *b)
{
	return a->waiting.due_ms < b->waiting.due_ms;
}

static void put(struct dd_request_table *table, size_t at, struct dd_request_node *node)
{
	table->heap[at] = node;
	node->at = at;
}

static void rise(struct dd_request_table *table, size_t at)
{
	struct dd_request_node *node = table->heap[at];

	while (at > 0 && earlier(node, table->heap[(at - 1) / 2])) {
		put(table, at, table->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(table, at, node);
}

static void sink(struct dd_request_table *table, size_t at)
{
	struct dd_request_node *node = table->heap[at];
	size_t child;

	while ((child = 2 * at + 1) < table->count) {
		if (child + 1 < table->count && earlier(table->heap[child + 1], table->heap[child]))
			child++;
		if (!earlier(table->heap[child], node))
			break;
		put(table, at, table->heap[child]);
		at = child;
	}
	put(table, at, node);
}

static void heap_remove(struct dd_request_table *table, const struct dd_request_node *node)
{
	size_t at = node->at;

	table->count--;
	if (at == table->count)
		return;
	put(table, at, table->heap[table->count]);
	rise(table, at);
	sink(table, table->heap[at]->at);
}

/* --- by id --------------------------------------------------------------------------------- */

/* Ids are counted up, so their low bits are spread as well as can be. */
static struct dd_request_node **find(struct dd_request_table *table, uint64_t id)
{
	struct dd_request_node **link = &table->buckets[id & (table->bucket_count - 1)];

	while (*link && (*link)->waiting.id != id)
		link = &(*link)->next;
	return link;
}

static void grow(struct dd_request_table *table)
{
	size_t i;

	table->room = table->room ? 2 * table->room : FIRST_ROOM;
	table->heap = dd_realloc(table->heap, table->room * sizeof(struct dd_request_node *));
	free(table->buckets);
	table->bucket_count = table->room;
	table->buckets = dd_alloc(table->bucket_count * sizeof(struct dd_request_node *));
	for (i = 0; i < table->count; i++) {
		struct dd_request_node *node = table->heap[i];
		struct dd_request_node **bucket =
			&table->buckets[node->waiting.id & (table->bucket_count - 1)];

		node->next = *bucket;
		*bucket = node;
	}
}

void dd_request_table_add(struct dd_request_table *table, const struct dd_waiting *waiting)
{
	struct dd_request_node *node = table->spare;
	struct dd_request_node **link;

	if (table->count == table->room)
		grow(table);
	if (node)
		table->spare = node->next;
	else
		node = dd_alloc(sizeof(*node));
	node->waiting = *waiting;
	node->next = NULL;
	link = find(table, waiting->id);
	assert(!*link);
	*link = node;
	put(table, table->count, node);
	table->count++;
	rise(table, node->at);
}

bool dd_request_table_take(struct dd_request_table *table, uint64_t id, struct dd_waiting *out)
{
	struct dd_request_node **link;
	struct dd_request_node *node;

	if (table->count == 0)
		return false;
	link = find(table, id);
	node = *link;
	if (!node)
		return false;
	*link = node->next;
	heap_remove(table, node);
	*out = node->waiting;
	node->next = table->spare;
	table->spare = node;
	return true;
}

bool dd_request_table_next(const struct dd_request_table *table, uint64_t *due_ms_out)
{
	if (table->count == 0)
		return false;
	*due_ms_out = table->heap[0]->waiting.due_ms;
	return true;
}

bool dd_request_table_take_due(struct dd_request_table *table, uint64_t now_ms,
			       struct dd_waiting *out)
{
	uint64_t due_ms;

	if (!dd_request_table_next(table, &due_ms) || due_ms > now_ms)
		return false;
	return dd_request_table_take(table, table->heap[0]->waiting.id, out);
}

void dd_request_table_fini(struct dd_request_table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		free(table->heap[i]);
	while (table->spare) {
		struct dd_request_node *node = table->spare;

		table->spare = node->next;
		free(node);
	}
	free(table->heap);
	free(table->buckets);
	*table = (struct dd_request_table){0};
}
