/* memtable.c - an open-addressing hash table of byte strings with linear probing; keys and values
 * lie in a pool. Entries are kept in a row, in the order in which they came; slots hold hash and
 * index. */
#include "common/view/memtable.h"
#include "common/base/alloc.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 256u
#define AHEAD       8u

struct slot {
	uint32_t hash;
	uint32_t index; /* of the entry, from 1; 0 = free */
};

struct memtable {
	struct slot *slots; /* owned */
	uint32_t slot_mask; /* slots - 1 */
	uint32_t count;
	uint32_t room;                  /* of entries */
	struct memtable_entry *entries; /* owned */
	struct pool pool;
};

struct memtable *memtable_new(void)
{
	struct memtable *table = dd_alloc(sizeof(*table));

	table->slots = dd_alloc(SLOTS_FIRST * sizeof(*table->slots));
	table->slot_mask = SLOTS_FIRST - 1;
	return table;
}

void memtable_free(struct memtable *table)
{
	if (!table)
		return;
	pool_fini(&table->pool);
	free(table->slots);
	free(table->entries);
	free(table);
}

void memtable_clear(struct memtable *table)
{
	/* Small contents in a large table: sweeping all slots would cost more than the content. */
	if (table->count < table->slot_mask / 16) {
		for (uint32_t i = 0; i < table->count; i++)
			table->slots[table->entries[i].slot] = (struct slot){0};
	} else {
		memset(table->slots, 0, ((size_t)table->slot_mask + 1) * sizeof(*table->slots));
	}
	table->count = 0;
	pool_clear(&table->pool);
}

/* --- hashing ------------------------------------------------------------------------------ */

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	memcpy(&value, at, len);
	return value;
}

uint32_t memtable_hash(uint64_t seed, const void *key, size_t len)
{
	const uint8_t *at = key;
	uint64_t hash = seed ^ (len * UINT64_C(0x9e3779b97f4a7c15));

	for (; len >= 8; len -= 8, at += 8)
		hash = mix(hash ^ load(at, 8), UINT64_C(0xe7037ed1a0b428db));
	if (len > 0)
		hash = mix(hash ^ load(at, len), UINT64_C(0x8ebc6af09c88c6e3));
	hash = mix(hash, UINT64_C(0x589965cc75374cc3));
	return (uint32_t)(hash ^ (hash >> 32));
}

/* --- looking up and adding ---------------------------------------------------------------- */

static struct memtable_entry *find(const struct memtable *table, uint32_t hash, const void *key,
				   size_t key_len)
{
	for (uint32_t at = hash & table->slot_mask;; at = (at + 1) & table->slot_mask) {
		const struct slot *slot = &table->slots[at];
		struct memtable_entry *entry;

		if (slot->index == 0)
			return NULL;
		entry = &table->entries[slot->index - 1];
		if (slot->hash == hash && entry->key_len == key_len &&
		    memcmp(entry->key, key, key_len) == 0)
			return entry;
	}
}

static void place(struct memtable *table, uint32_t index)
{
	struct memtable_entry *entry = &table->entries[index];
	uint32_t at = entry->hash & table->slot_mask;

	while (table->slots[at].index != 0)
		at = (at + 1) & table->slot_mask;
	table->slots[at] = (struct slot){.hash = entry->hash, .index = index + 1};
	entry->slot = at;
}

static void grow_slots(struct memtable *table)
{
	size_t slots = ((size_t)table->slot_mask + 1) * 4;

	assert(slots <= UINT32_MAX);
	free(table->slots);
	table->slots = dd_alloc(slots * sizeof(*table->slots));
	table->slot_mask = (uint32_t)(slots - 1);
	for (uint32_t i = 0; i < table->count; i++)
		place(table, i);
}

static struct memtable_entry *add(struct memtable *table, uint32_t hash, const void *key,
				  size_t key_len)
{
	struct memtable_entry *entry;

	assert(key_len <= UINT16_MAX);
	if (table->count == table->room) {
		table->room = table->room == 0 ? SLOTS_FIRST / 2 : table->room * 2;
		table->entries =
			dd_realloc(table->entries, (size_t)table->room * sizeof(*table->entries));
	}
	if (table->count >= table->slot_mask / 2)
		grow_slots(table);
	entry = &table->entries[table->count];
	*entry = (struct memtable_entry){
		.key = pool_memdup(&table->pool, key, key_len),
		.key_len = (uint16_t)key_len,
		.hash = hash,
	};
	place(table, table->count++);
	return entry;
}

enum memtable_state memtable_get(const struct memtable *table, uint32_t hash, const void *key,
				 size_t key_len, const struct memtable_entry **entry_out)
{
	const struct memtable_entry *entry = find(table, hash, key, key_len);

	if (!entry)
		return MEMTABLE_ABSENT;
	*entry_out = entry;
	return (enum memtable_state)entry->state;
}

/* --- changing ----------------------------------------------------------------------------- */

static struct memtable_entry *open_entry(struct memtable *table, uint32_t hash, const void *key,
					 size_t key_len)
{
	struct memtable_entry *entry = find(table, hash, key, key_len);

	if (!entry)
		entry = add(table, hash, key, key_len);
	return entry;
}

void memtable_put(struct memtable *table, uint32_t hash, const void *key, size_t key_len,
		  const void *val, size_t val_len)
{
	struct memtable_entry *entry = open_entry(table, hash, key, key_len);

	assert(val_len <= UINT32_MAX);
	if (!entry->val || entry->val_cap < val_len) {
		entry->val = pool_alloc(&table->pool, val_len);
		entry->val_cap = (uint32_t)val_len;
	}
	if (val_len > 0)
		memcpy(entry->val, val, val_len);
	entry->val_len = (uint32_t)val_len;
	entry->state = MEMTABLE_PRESENT;
}

void memtable_del(struct memtable *table, uint32_t hash, const void *key, size_t key_len)
{
	struct memtable_entry *entry = open_entry(table, hash, key, key_len);

	entry->val_len = 0;
	entry->state = MEMTABLE_DELETED;
}

void memtable_merge(struct memtable *into, const struct memtable *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct memtable_entry *entry = &from->entries[i];

		if (i + AHEAD < from->count) /* the slots lie anywhere in a large table */
			__builtin_prefetch(&into->slots[entry[AHEAD].hash & into->slot_mask]);
		if (entry->state == MEMTABLE_PRESENT)
			memtable_put(into, entry->hash, entry->key, entry->key_len, entry->val,
				     entry->val_len);
		else
			memtable_del(into, entry->hash, entry->key, entry->key_len);
	}
}

/* --- the whole ---------------------------------------------------------------------------- */

size_t memtable_count(const struct memtable *table)
{
	return table->count;
}

size_t memtable_bytes(const struct memtable *table)
{
	return table->pool.bytes + (size_t)table->room * sizeof(*table->entries) +
	       ((size_t)table->slot_mask + 1) * sizeof(*table->slots);
}

bool memtable_each(const struct memtable *table, size_t *at,
		   const struct memtable_entry **entry_out)
{
	if (*at >= table->count)
		return false;
	*entry_out = &table->entries[(*at)++];
	return true;
}

#define SORT_WORDS 4

/* An entry and the beginning of its key as numbers, most keys being no longer: sorting compares
 * what lies together, and does not go to entry and key in far places each time. */
struct sorting {
	uint64_t words[SORT_WORDS];
	const struct memtable_entry *entry;
};

static uint64_t big_endian(const uint8_t *at)
{
	uint64_t value = load(at, sizeof(value));

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	return value;
}

static struct sorting sorting_of(const struct memtable_entry *entry)
{
	struct sorting item = {.entry = entry};
	uint8_t begin[SORT_WORDS * 8] = {0};

	memcpy(begin, entry->key, entry->key_len < sizeof(begin) ? entry->key_len : sizeof(begin));
	for (int i = 0; i < SORT_WORDS; i++)
		item.words[i] = big_endian(begin + 8 * i);
	return item;
}

static int by_whole_key(const struct memtable_entry *left, const struct memtable_entry *right)
{
	size_t left_len = left->key_len, right_len = right->key_len;
	int order = memcmp(left->key, right->key, left_len < right_len ? left_len : right_len);

	if (order != 0)
		return order;
	return (left_len > right_len) - (left_len < right_len);
}

static int by_key(const void *a, const void *b)
{
	const struct sorting *left = a, *right = b;

	for (int i = 0; i < SORT_WORDS; i++)
		if (left->words[i] != right->words[i])
			return left->words[i] < right->words[i] ? -1 : 1;
	return by_whole_key(left->entry, right->entry);
}

const struct memtable_entry **memtable_sorted(const struct memtable *table, size_t *count_out)
{
	const struct memtable_entry **sorted;
	struct sorting *items;
	size_t count = table->count;

	*count_out = 0;
	if (table->count == 0)
		return NULL;
	items = dd_alloc(table->count * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = sorting_of(&table->entries[i]);
	qsort(items, count, sizeof(*items), by_key);
	sorted = dd_alloc(table->count * sizeof(void *));
	for (size_t i = 0; i < count; i++)
		sorted[i] = items[i].entry;
	free(items);
	*count_out = count;
	return sorted;
}
