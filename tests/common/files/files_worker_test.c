/* dd_files_worker_test.c - uploads beside the loop: who waits is answered, once, with what came
 * of it. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/files/files_worker.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

#define LEN     ((size_t)200000)
#define ANSWERS 64

struct desk {
	char *dir;
	struct dd_loop *loop;
	struct dd_files *files;
	struct dd_files_worker *worker;
	uint8_t content[LEN];
	uint8_t hash[DD_HASH_LEN];
	struct dd_files_answer answers[ANSWERS];
	int count, wanted;
	struct dd_error err;
};

static void on_answer(void *arg, const struct dd_files_answer *answer)
{
	struct desk *desk = arg;

	assert_true(desk->count < ANSWERS);
	desk->answers[desk->count++] = *answer;
	if (desk->count == desk->wanted)
		dd_loop_stop(desk->loop);
}

static int set_up(void **state)
{
	struct desk *desk = dd_alloc(sizeof(*desk));

	dd_id_start();
	desk->dir = test_tmpdir();
	for (size_t i = 0; i < LEN; i++)
		desk->content[i] = (uint8_t)(i * 7);
	dd_hash(desk->content, LEN, desk->hash);
	assert_int_equal(dd_loop_open(&desk->loop, &desk->err), 0);
	assert_int_equal(dd_files_open(desk->dir, &desk->files, &desk->err), 0);
	assert_int_equal(dd_files_worker_open(desk->files, desk->loop, on_answer, desk,
					      &desk->worker, &desk->err),
			 0);
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	dd_files_worker_close(desk->worker);
	dd_loop_close(desk->loop);
	dd_files_close(desk->files);
	test_tmpdir_end(desk->dir);
	free(desk);
	return 0;
}

static void put(struct desk *desk, uint64_t request, size_t offset, size_t len)
{
	struct dd_files_ticket ticket = {.request = request};
	struct dd_files_chunk chunk = {desk->hash, LEN, offset, desk->content + offset, len};

	dd_files_worker_put(desk->worker, &ticket, &chunk);
}

/* Run the loop until so many are answered. */
static void wait_for(struct desk *desk, int wanted)
{
	desk->wanted = wanted;
	if (desk->count < wanted)
		dd_loop_run(desk->loop);
	assert_int_equal(desk->count, wanted);
}

static void a_chunk_is_answered_at_once_and_the_last_one_when_the_file_is_there(void **state)
{
	struct desk *desk = *state;
	struct dd_files_look look;

	put(desk, 1, 0, LEN / 2);
	assert_int_equal(desk->count, 1);
	assert_int_equal(desk->answers[0].stored, LEN / 2);
	assert_false(desk->answers[0].complete);
	put(desk, 2, LEN / 2, LEN / 2);
	assert_int_equal(desk->count, 1); /* not before hash and flush */
	wait_for(desk, 2);
	assert_int_equal(desk->answers[1].ticket.request, 2);
	assert_int_equal(desk->answers[1].rc, 0);
	assert_true(desk->answers[1].complete);
	assert_int_equal(desk->answers[1].stored, LEN);
	assert_int_equal(dd_files_look(desk->files, desk->hash, &look, &desk->err), 0);
	put(desk, 3, 0, 10);
	assert_true(desk->answers[2].complete);
}

static void all_who_send_the_same_file_are_answered_when_it_is_there(void **state)
{
	struct desk *desk = *state;

	put(desk, 1, 0, LEN);
	for (uint64_t i = 2; i <= 8; i++)
		put(desk, i, 0, 100);
	assert_int_equal(desk->count, 0);
	put(desk, 9, 0, 100); /* too many: come again */
	assert_int_equal(desk->count, 1);
	assert_int_equal(desk->answers[0].rc, DD_ERR_RETRY);
	wait_for(desk, 9);
	for (int i = 1; i < 9; i++) {
		assert_int_equal(desk->answers[i].ticket.request, i);
		assert_true(desk->answers[i].complete);
	}
}

static void wrong_bytes_are_told_and_the_upload_begins_again(void **state)
{
	struct desk *desk = *state;

	desk->content[7] ^= 1;
	put(desk, 1, 0, LEN);
	wait_for(desk, 1);
	assert_int_equal(desk->answers[0].rc, DD_ERR_INVALID);
	assert_int_equal(desk->answers[0].stored, 0);
	desk->content[7] ^= 1;
	put(desk, 2, 0, LEN);
	wait_for(desk, 2);
	assert_true(desk->answers[1].complete);
}

static void closing_in_the_middle_loses_nothing_but_the_answer(void **state)
{
	struct desk *desk = *state;

	put(desk, 1, 0, LEN);
	dd_files_worker_close(desk->worker);
	desk->worker = NULL;
	assert_int_equal(dd_files_worker_open(desk->files, desk->loop, on_answer, desk,
					      &desk->worker, &desk->err),
			 0);
	put(desk, 2, 0, 0);
	wait_for(desk, 1);
	assert_int_equal(desk->answers[0].ticket.request, 2);
	assert_true(desk->answers[0].complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_chunk_is_answered_at_once_and_the_last_one_when_the_file_is_there),
		TEST(all_who_send_the_same_file_are_answered_when_it_is_there),
		TEST(wrong_bytes_are_told_and_the_upload_begins_again),
		TEST(closing_in_the_middle_loses_nothing_but_the_answer),
	};

	return cmocka_run_group_tests_name("common.files.files_worker", tests, NULL, NULL);
}
