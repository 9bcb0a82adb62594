/* alloc.h - memory that is there or the process ends; arenas that bound what a message may cost. */
#ifndef DD_BASE_ALLOC_H
#define DD_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory, never NULL: without memory the process ends (exit 111: restart me) and the
 * supervisor restarts it. Sizes that come from outside are bounded by the caller first. free()
 * frees. */
void *dd_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *dd_realloc(void *ptr, size_t size) __attribute__((returns_nonnull));
char *dd_strdup(const char *text) __attribute__((malloc, returns_nonnull));
void *dd_memdup(const void *data, size_t len) __attribute__((malloc, returns_nonnull));

/* Memory for one message: handed out by moving a pointer, given back all at once. */
struct dd_arena {
	uint8_t *base; /* owned */
	size_t cap;
	size_t used;
};

/* `cap` bytes are taken now and are all there will ever be. */
void dd_arena_init(struct dd_arena *arena, size_t cap);
void dd_arena_fini(struct dd_arena *arena);
void dd_arena_reset(struct dd_arena *arena);
/* 16-byte aligned, not zeroed; NULL when the cap is reached. */
void *dd_arena_alloc(struct dd_arena *arena, size_t size);

#endif
