/* pool.c - memory handed out in pieces and given back all at once. */
#include "common/view/pool.h"
#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST   ((size_t)16 << 10)
#define BLOCK_LARGEST ((size_t)4 << 20)

struct pool_block {
	struct pool_block *next;
	size_t size; /* of the room behind */
};

static uint8_t *room_of(struct pool_block *block)
{
	return (uint8_t *)(block + 1);
}

static void grow(struct pool *pool, size_t least)
{
	size_t size = pool->blocks ? pool->blocks->size * 2 : BLOCK_FIRST;
	struct pool_block *block;

	if (size > BLOCK_LARGEST)
		size = BLOCK_LARGEST;
	if (size < least)
		size = least;
	block = dd_alloc(sizeof(*block) + size);
	block->next = pool->blocks;
	block->size = size;
	pool->blocks = block;
	pool->at = room_of(block);
	pool->left = size;
	pool->bytes += size;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	size_t rounded = (size + 7) & ~(size_t)7;
	uint8_t *at;

	if (rounded > pool->left)
		grow(pool, rounded);
	at = pool->at;
	pool->at += rounded;
	pool->left -= rounded;
	return at;
}

void *pool_zalloc(struct pool *pool, size_t size)
{
	return memset(pool_alloc(pool, size), 0, size);
}

void *pool_memdup(struct pool *pool, const void *data, size_t len)
{
	void *copy = pool_alloc(pool, len);

	if (len > 0)
		memcpy(copy, data, len);
	return copy;
}

static void free_blocks(struct pool_block *block)
{
	while (block) {
		struct pool_block *next = block->next;

		free(block);
		block = next;
	}
}

void pool_clear(struct pool *pool)
{
	struct pool_block *kept = pool->blocks;

	if (!kept)
		return;
	free_blocks(kept->next);
	kept->next = NULL;
	pool->at = room_of(kept);
	pool->left = kept->size;
	pool->bytes = kept->size;
}

void pool_fini(struct pool *pool)
{
	free_blocks(pool->blocks);
	*pool = (struct pool){0};
}
