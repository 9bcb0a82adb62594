/* task_files_finish_test.c - a large file over a link that breaks again and again. */
#include "common/base/alloc.h"
#include "services/task/task_files.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

#define LARGE ((size_t)20 << 20)
#define CUT   ((size_t)300 << 10) /* the link breaks after so many bytes */
#define STEP  ((size_t)32 << 10)  /* an office's chunk over such a link */

struct link {
	char *dir;
	struct task_files *files;
	struct task_files_chunk chunk; /* its data is owned */
	uint8_t *content;
	uint64_t sent, stored;
	bool complete;
	struct dd_error err;
};

static void send_chunk(struct link *link, size_t len)
{
	link->chunk.offset = link->stored;
	link->chunk.data = link->content + link->stored;
	link->chunk.len = len;
	link->sent += len;
	assert_int_equal(task_files_put(link->files, &link->chunk, &link->stored, &link->complete,
					&link->err),
			 0);
}

/* What is here is asked first; the chunk in which the link breaks is sent for nothing. */
static void until_it_breaks(struct link *link)
{
	size_t budget = CUT;

	link->stored = 0;
	send_chunk(link, 0);
	while (!link->complete) {
		size_t left = LARGE - (size_t)link->stored, len = left < STEP ? left : STEP;

		if (len > budget) {
			link->sent += budget;
			return;
		}
		budget -= len;
		send_chunk(link, len);
	}
}

/* The service ends each fifth time. Little is sent twice, and what arrives is what was sent. */
static void twenty_megabytes_arrive_over_a_link_that_is_cut(void **state)
{
	struct link link = {.dir = test_tmpdir(), .content = malloc(LARGE)};
	uint8_t hash[DD_HASH_LEN];
	struct dd_buf out = {0};

	(void)state;
	dd_id_start();
	assert_non_null(link.content);
	for (size_t i = 0; i < LARGE; i++)
		link.content[i] = (uint8_t)(i * 31 + (i >> 11));
	dd_hash(link.content, LARGE, hash);
	link.chunk.hash = hash;
	link.chunk.size = LARGE;
	assert_int_equal(task_files_open(link.dir, &link.files, &link.err), 0);
	for (unsigned times = 0; !link.complete; times++) {
		assert_true(times < 100);
		if (times % 5 == 4) {
			task_files_close(link.files);
			assert_int_equal(task_files_open(link.dir, &link.files, &link.err), 0);
		}
		until_it_breaks(&link);
	}
	assert_true(link.sent < LARGE + LARGE / 10);
	assert_int_equal(task_files_read(link.files, hash, &out, &link.err), 0);
	assert_int_equal(out.len, LARGE);
	dd_buf_fini(&out);
	task_files_close(link.files);
	test_tmpdir_end(link.dir);
	free(link.content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twenty_megabytes_arrive_over_a_link_that_is_cut),
	};

	return cmocka_run_group_tests_name("services.task.task_files_finish", tests, NULL, NULL);
}
