/* task_import_map.c - names to numbers, as a balanced tree. */
#include "common/base/alloc.h"
#include "services/task/task_import_parts.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

static int by_key(const void *left, const void *right)
{
	const struct import_entry *a = left;
	const struct import_entry *b = right;

	return strcmp(a->key, b->key);
}

static struct import_entry *entry_of(void *node)
{
	return node ? *(struct import_entry **)node : NULL;
}

struct import_entry *import_map_find(const struct import_map *map, const char *key)
{
	char *wanted = dd_strdup(key);
	struct import_entry probe = {.key = wanted};
	struct import_entry *entry = entry_of(tfind(&probe, &map->root, by_key));

	free(wanted);
	return entry;
}

struct import_entry *import_map_add(struct import_map *map, const char *key, bool *is_new_out)
{
	struct import_entry *entry = import_map_find(map, key);

	*is_new_out = !entry;
	if (entry)
		return entry;
	entry = dd_alloc(sizeof(*entry));
	entry->key = dd_strdup(key);
	if (!tsearch(entry, &map->root, by_key))
		abort(); /* no memory: as in dd_alloc there is no way on */
	return entry;
}

static void entry_free(void *node)
{
	struct import_entry *entry = node;

	free(entry->key);
	free(entry);
}

void import_map_fini(struct import_map *map)
{
	tdestroy(map->root, entry_free);
	map->root = NULL;
}
