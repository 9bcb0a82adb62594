/* memtable.h - one layer of the view in memory: keys to values or to "deleted".
 *
 * The caller gives each key's hash, made once with memtable_hash, so that one look-up through
 * several layers hashes once. Layers that exchange records must share the seed. Values stay where
 * they are until the layer is cleared or the same key is put again. Reading from two threads is
 * fine while nobody writes. */
#ifndef DD_VIEW_MEMTABLE_H
#define DD_VIEW_MEMTABLE_H

#include "common/view/pool.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum memtable_state { MEMTABLE_ABSENT = 0, MEMTABLE_PRESENT, MEMTABLE_DELETED };

struct memtable_entry {
	const uint8_t *key;
	uint8_t *val;
	uint32_t val_len;
	uint32_t val_cap;
	uint32_t hash;
	uint32_t slot;
	uint16_t key_len;
	uint8_t state; /* enum memtable_state; never absent */
};

struct memtable;

struct memtable *memtable_new(void);
void memtable_free(struct memtable *table); /* NULL is fine */
void memtable_clear(struct memtable *table);

uint32_t memtable_hash(uint64_t seed, const void *key, size_t len);

enum memtable_state memtable_get(const struct memtable *table, uint32_t hash, const void *key,
				 size_t key_len, const struct memtable_entry **entry_out);
void memtable_put(struct memtable *table, uint32_t hash, const void *key, size_t key_len,
		  const void *val, size_t val_len);
/* Leaves a tombstone: the key is deleted in the layers below too. */
void memtable_del(struct memtable *table, uint32_t hash, const void *key, size_t key_len);

/* Put everything that `from` holds into `into`. */
void memtable_merge(struct memtable *into, const struct memtable *from);

size_t memtable_count(const struct memtable *table); /* keys, deleted ones too */
size_t memtable_bytes(const struct memtable *table); /* of memory, about */

/* One entry after the other, in the order in which their keys came; *at begins with 0. */
bool memtable_each(const struct memtable *table, size_t *at,
		   const struct memtable_entry **entry_out);

/* All present and deleted entries by key; the array is the caller's to free. NULL if none. */
const struct memtable_entry **memtable_sorted(const struct memtable *table, size_t *count_out);

#endif
