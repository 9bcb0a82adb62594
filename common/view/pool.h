/* pool.h - memory handed out in pieces and given back all at once; grows by blocks, so pieces never
 * move. */
#ifndef DD_VIEW_POOL_H
#define DD_VIEW_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool_block;

/* An initialiser of {0} is an empty pool. */
struct pool {
	struct pool_block *blocks; /* owned; the newest first */
	uint8_t *at;               /* free part of the newest block */
	size_t left;
	size_t bytes; /* of all blocks */
};

void *pool_alloc(struct pool *pool, size_t size); /* 8-byte aligned, not zeroed, never NULL */
void *pool_zalloc(struct pool *pool, size_t size);
void *pool_memdup(struct pool *pool, const void *data, size_t len);
void pool_clear(struct pool *pool); /* all pieces are gone; the largest block is kept */
void pool_fini(struct pool *pool);

#endif
