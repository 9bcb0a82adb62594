/* alloc_test.c - memory that is there, and arenas with an end. */
#include "common/base/alloc.h"

#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void memory_is_zeroed(void **state)
{
	unsigned char *p = dd_alloc(1000);
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	free(p);
	p = dd_alloc(0);
	assert_non_null(p);
	free(p);
}

static void copies_are_equal_and_separate(void **state)
{
	char text[] = "kế hoạch";
	char *copy = dd_strdup(text);
	char *bytes = dd_memdup("a\0b", 3);

	(void)state;
	text[0] = 'K';
	assert_string_equal(copy, "kế hoạch");
	assert_memory_equal(bytes, "a\0b", 3);
	bytes = dd_realloc(bytes, 100000);
	assert_memory_equal(bytes, "a\0b", 3);
	free(copy);
	free(bytes);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAVE_LIMIT 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAVE_LIMIT 0
#endif
#endif
#ifndef HAVE_LIMIT
#define HAVE_LIMIT 1
#endif

static void without_memory_the_process_asks_to_be_restarted(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (!HAVE_LIMIT)
		skip(); /* a sanitizer has its own allocator, which ends the process itself */
	pid = fork();
	if (pid == 0) {
		struct rlimit limit = {(rlim_t)1 << 28, (rlim_t)1 << 28};

		setrlimit(RLIMIT_AS, &limit);
		free(dd_alloc((size_t)1 << 30));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 111);
}

static void an_arena_hands_out_aligned_pieces_up_to_its_cap(void **state)
{
	struct dd_arena arena;
	uint8_t *a;
	uint8_t *b;

	(void)state;
	dd_arena_init(&arena, 64);
	a = dd_arena_alloc(&arena, 1);
	b = dd_arena_alloc(&arena, 17);
	assert_int_equal((uintptr_t)a % 16, 0);
	assert_ptr_equal(b, a + 16);
	assert_null(dd_arena_alloc(&arena, 17));
	assert_non_null(dd_arena_alloc(&arena, 16));
	assert_null(dd_arena_alloc(&arena, 1));
	assert_null(dd_arena_alloc(&arena, SIZE_MAX));
	dd_arena_reset(&arena);
	assert_ptr_equal(dd_arena_alloc(&arena, 64), a);
	assert_null(dd_arena_alloc(&arena, 1));
	dd_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed),
		cmocka_unit_test(copies_are_equal_and_separate),
		cmocka_unit_test(without_memory_the_process_asks_to_be_restarted),
		cmocka_unit_test(an_arena_hands_out_aligned_pieces_up_to_its_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
