/* task_files_finish_test.c - a large file over a link that breaks again and again. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "services/task/task_files.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
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

/* --- a part that goes while it is made a file ---------------------------------------------------
 */

static int fsync_and_lose_the_part(void *ctx, int fd)
{
	const struct dd_sys *real = dd_sys_real();

	real->unlink(real->ctx, ctx);
	return real->fsync(real->ctx, fd);
}

/* The list of parts was full just then, or the file was to be destroyed: no fault of the disk. */
static void a_part_that_had_to_give_way_while_it_was_hashed_begins_again(void **state)
{
	struct link link = {.dir = test_tmpdir()};
	static const char content[] = "content";
	struct dd_sys sys = *dd_sys_real();
	char hex[2 * DD_HASH_LEN + 1], part[512];
	uint8_t hash[DD_HASH_LEN];

	(void)state;
	dd_id_start();
	dd_hash(content, sizeof(content), hash);
	snprintf(part, sizeof(part), "%s/incoming/%s.part", link.dir,
		 dd_hex(hash, DD_HASH_LEN, hex));
	sys.ctx = part;
	sys.fsync = fsync_and_lose_the_part;
	link.chunk = (struct task_files_chunk){hash, sizeof(content), 0, (const uint8_t *)content,
					       sizeof(content)};
	assert_int_equal(task_files_open(link.dir, &link.files, &link.err), 0);
	dd_sys_set(&sys);
	assert_int_equal(
		task_files_put(link.files, &link.chunk, &link.stored, &link.complete, &link.err),
		DD_ERR_INVALID);
	dd_sys_set(NULL);
	assert_int_equal(link.stored, 0);
	assert_int_equal(
		task_files_put(link.files, &link.chunk, &link.stored, &link.complete, &link.err),
		0);
	assert_true(link.complete);
	task_files_close(link.files);
	test_tmpdir_end(link.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twenty_megabytes_arrive_over_a_link_that_is_cut),
		cmocka_unit_test(a_part_that_had_to_give_way_while_it_was_hashed_begins_again),
	};

	return cmocka_run_group_tests_name("services.task.task_files_finish", tests, NULL, NULL);
}
