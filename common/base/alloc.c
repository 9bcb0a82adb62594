/* alloc.c - allocation that succeeds or does not return. */
#include "common/base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_RESTART_ME 111
#define ARENA_ALIGN     16

/* Nothing here may need memory. */
static _Noreturn void out_of_memory(void)
{
	static const char words[] =
		"{\"level\":\"error\",\"event\":\"memory.none\","
		"\"text\":\"out of memory: the process ends to be restarted\"}\n";

	if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
		_exit(EXIT_RESTART_ME);
	_exit(EXIT_RESTART_ME);
}

void *dd_alloc(size_t size)
{
	void *ptr = calloc(1, size > 0 ? size : 1);

	if (ptr == NULL)
		out_of_memory();
	return ptr;
}

void *dd_realloc(void *ptr, size_t size)
{
	void *moved = realloc(ptr, size > 0 ? size : 1);

	if (moved == NULL)
		out_of_memory();
	return moved;
}

char *dd_strdup(const char *text)
{
	return dd_memdup(text, strlen(text) + 1);
}

void *dd_memdup(const void *data, size_t len)
{
	void *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		out_of_memory();
	if (len > 0)
		memcpy(copy, data, len);
	return copy;
}

void dd_arena_init(struct dd_arena *arena, size_t cap)
{
	/* Not touched here: pages that no message needs are never made. */
	void *base = malloc(cap > 0 ? cap : 1);

	if (base == NULL)
		out_of_memory();
	arena->base = base;
	arena->cap = cap;
	arena->used = 0;
}

void dd_arena_fini(struct dd_arena *arena)
{
	free(arena->base);
	arena->base = NULL;
	arena->cap = 0;
	arena->used = 0;
}

void dd_arena_reset(struct dd_arena *arena)
{
	arena->used = 0;
}

void *dd_arena_alloc(struct dd_arena *arena, size_t size)
{
	size_t start = (arena->used + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);

	assert(arena->base != NULL);
	if (start > arena->cap || size > arena->cap - start)
		return NULL;
	arena->used = start + size;
	return arena->base + start;
}
