/* view_store_test.c - the steps of the writer's thread: lag, a full disk, the load. Runs well under
 * the thread sanitizer. */
#include "tests/common/view/viewing.h"
#include <stdatomic.h>
#include <sys/mount.h>
#include <time.h>

static void nap(void)
{
	struct timespec a_little = {.tv_nsec = 1000000};

	nanosleep(&a_little, NULL);
}

static void count_wake(void *arg)
{
	atomic_fetch_add((atomic_int *)arg, 1);
}

static struct view *open_woken_view(const char *dir, atomic_int *wakes)
{
	struct view_options options = {
		.dir = dir,
		.map_bytes = UINT64_C(1) << 30,
		.on_stored = count_wake,
		.arg = wakes,
	};
	struct view *view = NULL;

	must(view_open(&options, &view, &why));
	return view;
}

static void the_thread_follows_by_itself_when_there_are_turns(void **state)
{
	char *dir = test_tmpdir();
	atomic_int wakes = 0;
	struct view *view = open_woken_view(dir, &wakes);
	struct history h;

	(void)state;
	history_begin(&h, 31);
	history_run(&h, 4000);
	must(view_live(view, &why));
	for (size_t i = 0; i < h.frame_count; i++) {
		live_frame(view, &h.frames[i]);
		must(view_turn(view, &why));
	}
	/* Only turns from now on, each after a wake: the last events must not stay behind. */
	for (int seen = 0; view_lag(view) > 0;) {
		must(view_turn(view, &why));
		while (view_lag(view) > 0 && atomic_load(&wakes) == seen)
			nap();
		seen = atomic_load(&wakes);
	}
	assert_int_equal(view_stored(view), h.head.sequence);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void look_ups_are_right_while_the_thread_writes(void **state)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, false);
	struct history h;
	uint64_t expected[HISTORY_TASKS];

	(void)state;
	history_begin(&h, 32);
	history_found(&h);
	history_open_frame(&h);
	while (h.task_count < 100)
		history_add_task(&h);
	history_close_frame(&h);
	replay_rest(view, &h);
	must(view_live(view, &why));
	for (int round = 0; round < 400; round++) {
		uint64_t i = history_random(&h, 100);
		struct view_task task;

		history_open_frame(&h);
		history_progress(&h, &h.tasks[i]);
		history_close_frame(&h);
		live_frame(view, &h.frames[h.frame_count - 1]);
		must(view_turn(view, &why));
		i = history_random(&h, 100);
		expected[i] = h.tasks[i].version;
		assert_int_equal(view_task(view, false, h.tasks[i].id, &task), DD_OK);
		assert_int_equal(task.version, expected[i]);
	}
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void a_store_that_cannot_grow_lags_and_recovers(void **state)
{
	char *dir = test_tmpdir();
	struct view *view;
	struct history h;
	struct view_options options = {.dir = dir, .map_bytes = UINT64_C(1) << 20};
	int rc = DD_OK;
	uint64_t stored;

	(void)state;
	history_begin(&h, 33);
	history_run(&h, 20000);
	must(view_open(&options, &view, &why));
	for (size_t i = 0; i < h.frame_count; i++) {
		live_frame(view, &h.frames[i]);
		if (rc == DD_OK && i % 100 == 99)
			rc = view_flush(view, &why);
	}
	assert_int_equal(rc, DD_ERR_FULL);
	assert_true(view_store_full(view));
	stored = view_stored(view);
	assert_true(stored > 0);
	assert_int_equal(view_lag(view), h.head.sequence - stored);
	assert_int_equal(view_flush(view, &why), DD_ERR_FULL);
	assert_int_equal(view_stored(view), stored);
	view_close(view);

	/* With room it goes on where it was. */
	view = open_view(dir, false);
	assert_int_equal(view_stored(view), stored);
	replay_rest(view, &h);
	must(view_live(view, &why));
	assert_int_equal(view_lag(view), 0);
	assert_false(view_store_full(view));
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

/* Frames of many reports until the log holds `events`. */
static void history_fill(struct history *h, uint64_t events)
{
	while (h->next <= events) {
		history_open_frame(h);
		for (int i = 0; i < 1000 && h->next <= events; i++)
			history_progress(h, &h->tasks[history_random(h, h->task_count)]);
		history_close_frame(h);
	}
}

static void begin_tasks(struct history *h, uint64_t seed)
{
	history_begin(h, seed);
	history_found(h);
	history_open_frame(h);
	while (h->task_count < 300)
		history_add_task(h);
	history_close_frame(h);
}

static void a_log_that_the_store_cannot_hold_is_replayed_up_to_a_bound(void **state)
{
	char *dir = test_tmpdir();
	struct view_options options = {.dir = dir, .map_bytes = UINT64_C(1) << 20};
	struct view *view;
	struct history h;
	uint64_t reached;
	int rc = DD_OK;

	(void)state;
	begin_tasks(&h, 35);
	history_fill(&h, VIEW_REPLAY_LAG_MAX + 5000);
	must(view_open(&options, &view, &why));
	for (size_t i = 0; i < h.frame_count && rc == DD_OK; i++)
		rc = replay_frame(view, &h.frames[i], &why);
	assert_int_equal(rc, DD_ERR_FULL);
	assert_non_null(strstr(why.text, "make space"));
	assert_true(view_store_full(view));
	/* As far as it could, and not by half. */
	reached = view_position(view)->sequence;
	assert_true(view_lag(view) <= VIEW_REPLAY_LAG_MAX);
	assert_true(view_lag(view) > VIEW_REPLAY_LAG_MAX - 1000);
	assert_int_equal(replay_frame(view, &h.frames[h.frame_count - 1], &why), DD_ERR_CORRUPT);
	/* What it has it serves; the new folder waits for its place. */
	must(view_live(view, &why));
	assert_int_equal(view_position(view)->sequence, reached);
	view_close(view);

	/* The same with space, in one go. */
	view = open_view(dir, false);
	assert_true(view_stored(view) < reached);
	replay_rest(view, &h);
	must(view_live(view, &why));
	assert_int_equal(view_stored(view), h.head.sequence);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

/* A small disk of its own; false where that is not allowed. */
static bool mount_disk(const char *dir)
{
	return mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=700") == 0;
}

static void fill_disk(const char *dir, char path[600])
{
	static const char block[4096];
	FILE *file;

	snprintf(path, 600, "%s/ballast", dir);
	file = fopen(path, "w");
	assert_non_null(file);
	while (fwrite(block, 1, sizeof(block), file) == sizeof(block) && fflush(file) == 0)
		;
	fclose(file);
}

static void on_a_full_disk(struct view *view, const char *dir, struct history *h)
{
	uint64_t stored = view_stored(view);
	char ballast[600];
	size_t at = h->frame_count;
	bool told = false;

	fill_disk(dir, ballast);
	for (int round = 0; round < 3000; round++) {
		history_open_frame(h);
		history_progress(h, &h->tasks[history_random(h, h->task_count)]);
		history_close_frame(h);
	}
	for (; at < h->frame_count; at++) {
		live_frame(view, &h->frames[at]);
		if (view_turn(view, &why) == DD_ERR_FULL)
			told = true;
	}
	while (!told) {
		nap();
		told = view_turn(view, &why) == DD_ERR_FULL;
	}
	assert_true(view_lag(view) > 0);
	assert_int_equal(unlink(ballast), 0);
	while (view_lag(view) > 0) {
		int rc = view_turn(view, &why);

		assert_true(rc == DD_OK || rc == DD_ERR_FULL);
		nap();
	}
	assert_true(view_stored(view) > stored);
}

static void on_a_full_disk_the_view_lags_and_recovers_without_a_restart(void **state)
{
	char *dir = test_tmpdir();
	struct view *view;
	struct history h;

	(void)state;
	if (!mount_disk(dir)) {
		print_message("skipped: no right to mount a small disk\n");
		test_tmpdir_end(dir);
		skip();
	}
	begin_tasks(&h, 34);
	view = open_view(dir, false);
	replay_rest(view, &h);
	must(view_live(view, &why));
	on_a_full_disk(view, dir, &h);
	assert_int_equal(view_stored(view), h.head.sequence);
	view_close(view);
	history_end(&h);
	assert_int_equal(umount(dir), 0);
	test_tmpdir_end(dir);
}

static void must_know(struct view *view, const struct history *h)
{
	for (uint32_t i = 0; i < h->task_count; i++) {
		struct view_task task;

		assert_int_equal(view_task(view, false, h->tasks[i].id, &task), DD_OK);
		assert_int_equal(task.version, h->tasks[i].version);
	}
}

/* Begins on a full disk, goes on, and catches up when there is space. */
static void begin_on_a_full_disk(const char *dir, struct history *h)
{
	struct view *view;
	char ballast[600];
	uint64_t stored;

	fill_disk(dir, ballast);
	view = open_view(dir, false);
	stored = view_stored(view);
	assert_true(stored > 0);
	replay_rest(view, h);
	must(view_live(view, &why));
	assert_true(view_store_full(view));
	assert_int_equal(view_lag(view), h->head.sequence - stored);
	must_know(view, h);
	history_fill(h, h->head.sequence + 2000);
	live_frame(view, &h->frames[h->frame_count - 2]);
	live_frame(view, &h->frames[h->frame_count - 1]);
	must_know(view, h);
	while (view_turn(view, &why) != DD_ERR_FULL)
		nap();
	assert_true(view_store_full(view));
	assert_int_equal(unlink(ballast), 0);
	while (view_lag(view) > 0) {
		int rc = view_turn(view, &why);

		assert_true(rc == DD_OK || rc == DD_ERR_FULL);
		nap();
	}
	assert_false(view_store_full(view));
	view_close(view);
}

static void a_full_disk_does_not_keep_a_view_from_beginning(void **state)
{
	char *dir = test_tmpdir();
	struct view *view;
	struct history h;

	(void)state;
	if (!mount_disk(dir)) {
		print_message("skipped: no right to mount a small disk\n");
		test_tmpdir_end(dir);
		skip();
	}
	begin_tasks(&h, 36);
	view = open_view(dir, false);
	replay_rest(view, &h);
	must(view_live(view, &why));
	view_close(view);
	history_fill(&h, h.head.sequence + 4000);
	begin_on_a_full_disk(dir, &h);
	/* Everything came to be stored. */
	view = open_view(dir, true);
	assert_int_equal(view_stored(view), h.head.sequence);
	must_know(view, &h);
	view_close(view);
	history_end(&h);
	assert_int_equal(umount(dir), 0);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_thread_follows_by_itself_when_there_are_turns),
		cmocka_unit_test(look_ups_are_right_while_the_thread_writes),
		cmocka_unit_test(a_store_that_cannot_grow_lags_and_recovers),
		cmocka_unit_test(a_log_that_the_store_cannot_hold_is_replayed_up_to_a_bound),
		cmocka_unit_test(a_full_disk_does_not_keep_a_view_from_beginning),
		cmocka_unit_test(on_a_full_disk_the_view_lags_and_recovers_without_a_restart),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
