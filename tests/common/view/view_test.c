/* view_test.c - the layers, the steps to LMDB, and that all ways lead to the same content. */
#include "tests/common/view/viewing.h"
#include <sys/stat.h>
#include <sys/wait.h>

#define SEEDS 6

/* The content that a view built in one go has. */
static void build_reference(const struct history *h, struct dd_buf *out)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);

	replay_rest(view, h);
	must(view_live(view, &why));
	view_close(view);
	dump_view(dir, out);
	test_tmpdir_end(dir);
}

static void a_live_view_has_the_content_of_a_replayed_one(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct dd_buf expected = {0}, got = {0};
		struct history h;
		char *dir = test_tmpdir();
		struct view *view = open_view(dir, seed % 2 == 0);

		print_message("seed %llu\n", (unsigned long long)seed);
		history_begin(&h, seed);
		h.reminders = true;
		history_run(&h, 3000);
		build_reference(&h, &expected);
		must(view_live(view, &why));
		for (size_t i = 0; i < h.frame_count; i++) {
			live_frame(view, &h.frames[i]);
			must(view_turn(view, &why));
			if (history_random(&h, 15) == 0)
				must(view_flush(view, &why));
		}
		view_close(view);
		dump_view(dir, &got);
		assert_same(&expected, &got);
		dd_buf_fini(&expected);
		dd_buf_fini(&got);
		history_end(&h);
		test_tmpdir_end(dir);
	}
}

static void batches_on_top_of_each_other_and_dropped_ones_leave_no_trace(void **state)
{
	struct dd_buf expected = {0}, got = {0};
	struct history h;
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);

	(void)state;
	history_begin(&h, 77);
	h.reminders = true;
	history_run(&h, 2500);
	build_reference(&h, &expected);
	for (size_t i = 0; i < h.frame_count; i++) {
		view_batch_begin(view);
		must(apply_frame_records(view, &h.frames[i], &why));
		if (i % 3 == 0) {
			view_batch_drop(view);
			view_batch_begin(view);
			must(apply_frame_records(view, &h.frames[i], &why));
		} else if (i % 3 == 1) {
			view_batch_submit(view);
			if (i + 1 < h.frame_count) {
				view_batch_begin(view);
				must(apply_frame_records(view, &h.frames[i + 1], &why));
			}
			if (i % 2 == 0) {
				view_batch_commit(view, &h.frames[i].after);
				if (i + 1 < h.frame_count) {
					view_batch_submit(view);
					view_batch_commit(view, &h.frames[++i].after);
				}
				continue;
			}
			view_batch_drop_all(view);
			view_batch_begin(view);
			must(apply_frame_records(view, &h.frames[i], &why));
		}
		view_batch_commit(view, &h.frames[i].after);
		if (i % 7 == 0)
			must(view_flush(view, &why));
	}
	must(view_live(view, &why));
	view_close(view);
	dump_view(dir, &got);
	assert_same(&expected, &got);
	dd_buf_fini(&expected);
	dd_buf_fini(&got);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void live_a_while(const char *dir, const struct history *h, uint64_t frames)
{
	struct view *view = open_view(dir, frames % 2 == 0);

	for (size_t i = 0; i < h->frame_count && frames > 0; i++) {
		if (h->frames[i].after.sequence <= view_position(view)->sequence)
			continue;
		frames--;
		if (replay_frame(view, &h->frames[i], &why) != DD_OK ||
		    (frames % 9 == 0 && view_flush(view, &why) != DD_OK))
			_exit(2);
	}
	_exit(0);
}

/* In a child: go on for a while, flush sometimes, and die without closing. */
static void live_a_while_and_die(const char *dir, struct history *h, uint64_t frames)
{
	pid_t pid = fork();
	int status = -1;

	assert_true(pid >= 0);
	if (pid == 0)
		live_a_while(dir, h, frames);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_view_that_died_goes_on_from_its_cursor(void **state)
{
	(void)state;
	for (uint64_t seed = 11; seed < 11 + SEEDS; seed++) {
		struct dd_buf expected = {0}, got = {0};
		struct history h;
		struct view *view;
		char *dir = test_tmpdir();

		print_message("seed %llu\n", (unsigned long long)seed);
		history_begin(&h, seed);
		h.reminders = true;
		history_run(&h, 3000);
		build_reference(&h, &expected);
		for (int deaths = 0; deaths < 5; deaths++)
			live_a_while_and_die(dir, &h, 10 + history_random(&h, 60));
		view = open_view(dir, false);
		assert_true(view_stored(view) > 0);
		assert_true(view_stored(view) < h.head.sequence);
		replay_rest(view, &h);
		must(view_live(view, &why));
		view_close(view);
		dump_view(dir, &got);
		assert_same(&expected, &got);
		dd_buf_fini(&expected);
		dd_buf_fini(&got);
		history_end(&h);
		test_tmpdir_end(dir);
	}
}

static void found_one_task(struct history *h)
{
	history_begin(h, 5);
	history_found(h);
	history_open_frame(h);
	while (h->task_count == 0)
		history_add_task(h);
	history_close_frame(h);
}

static void report(struct history *h)
{
	history_open_frame(h);
	history_progress(h, &h->tasks[0]);
	history_close_frame(h);
}

static uint64_t version_of(struct view *view, bool with_batch, uint64_t id)
{
	struct view_task task;

	return view_task(view, with_batch, id, &task) == DD_OK ? task.version : 0;
}

static void a_look_up_sees_the_newest_layer_and_readers_only_durable_ones(void **state)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct history h;
	uint64_t id, before;

	(void)state;
	found_one_task(&h);
	id = h.tasks[0].id;
	replay_rest(view, &h);
	assert_int_equal(version_of(view, false, id), id);
	must(view_flush(view, &why));
	assert_int_equal(view_lag(view), 0);
	assert_int_equal(version_of(view, false, id), id);

	before = h.tasks[0].version;
	report(&h);
	view_batch_begin(view);
	must(apply_frame_records(view, &h.frames[h.frame_count - 1], &why));
	assert_int_equal(version_of(view, true, id), h.tasks[0].version);
	assert_int_equal(version_of(view, false, id), before);
	view_batch_submit(view);
	assert_int_equal(version_of(view, true, id), h.tasks[0].version);
	assert_int_equal(version_of(view, false, id), before);
	view_batch_drop_all(view);
	assert_int_equal(version_of(view, true, id), before);

	live_frame(view, &h.frames[h.frame_count - 1]);
	assert_int_equal(version_of(view, false, id), h.tasks[0].version);
	assert_int_equal(view_lag(view), 1);
	must(view_flush(view, &why));
	assert_int_equal(view_stored(view), h.tasks[0].version);
	assert_int_equal(version_of(view, false, id), h.tasks[0].version);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

/* --- what contradicts --------------------------------------------------------------------- */

static void expect_refusal(struct history *h, int code, const char *word)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	int rc = DD_OK;

	for (size_t i = 0; i < h->frame_count && rc == DD_OK; i++)
		rc = replay_frame(view, &h->frames[i], &why);
	assert_int_equal(rc, code);
	assert_non_null(strstr(why.text, word));
	view_close(view);
	history_end(h);
	test_tmpdir_end(dir);
}

static void an_event_that_skips_the_task_s_last_one_is_damage(void **state)
{
	struct history h;

	(void)state;
	found_one_task(&h);
	h.tasks[0].version--;
	report(&h);
	expect_refusal(&h, DD_ERR_CORRUPT, "follows");
}

static void an_event_about_no_task_is_damage(void **state)
{
	struct history h;

	(void)state;
	found_one_task(&h);
	h.tasks[0].id += 1000;
	report(&h);
	expect_refusal(&h, DD_ERR_CORRUPT, "no such task");
}

static void a_second_effect_of_one_command_is_damage(void **state)
{
	struct history h;

	(void)state;
	found_one_task(&h);
	/* More commands than streams, each with the number 1: some stream has two. */
	for (int i = 0; i <= HISTORY_STREAMS; i++) {
		memset(h.numbers, 0, sizeof(h.numbers));
		report(&h);
	}
	expect_refusal(&h, DD_ERR_CORRUPT, "two effects");
}

static void an_unknown_event_that_must_be_understood_stops_the_view(void **state)
{
	Dondoc__V1__CommandWithdrawn body = DONDOC__V1__COMMAND_WITHDRAWN__INIT;
	struct history_event e;
	struct history h;

	(void)state;
	found_one_task(&h);
	history_open_frame(&h);
	history_header(&h, &e, (Dondoc__V1__EventType)900);
	history_add(&h, &e.header, &body.base);
	history_close_frame(&h);
	expect_refusal(&h, DD_ERR_UNSUPPORTED, "type 900");
}

static void a_gap_before_a_frame_is_damage(void **state)
{
	struct history h;

	(void)state;
	found_one_task(&h);
	report(&h);
	dd_buf_fini(&h.frames[1].buf);
	h.frames[1] = h.frames[2];
	h.frame_count = 2;
	expect_refusal(&h, DD_ERR_CORRUPT, "missing");
}

/* --- groups ------------------------------------------------------------------------------- */

static void a_group_takes_effect_only_when_it_is_closed(void **state)
{
	struct history h;
	struct history_event e;
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct view_command known;
	uint64_t group, id;

	(void)state;
	history_begin(&h, 21);
	history_found(&h);
	history_open_frame(&h);
	history_open_group(&h, &e);
	group = h.group;
	while (h.task_count == 0)
		history_add_task(&h);
	id = h.tasks[0].id;
	history_close_frame(&h);
	replay_rest(view, &h);
	must(view_flush(view, &why));
	assert_int_equal(view_open_group(view), group);
	assert_int_equal(version_of(view, false, id), 0);

	history_open_frame(&h);
	history_close_group(&h, &e);
	history_close_frame(&h);
	replay_rest(view, &h);
	assert_int_equal(view_open_group(view), 0);
	assert_int_equal(version_of(view, false, id), id);
	assert_int_equal(view_command(view, false, e.principal, e.stream, e.cause.number, &known),
			 DD_OK);
	assert_int_equal(known.first, group);
	assert_int_equal(known.last, h.head.sequence);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void an_abandoned_group_never_was_and_its_number_is_free(void **state)
{
	struct history h;
	struct history_event e;
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct view_command known;
	uint64_t id;

	(void)state;
	history_begin(&h, 22);
	history_found(&h);
	history_open_frame(&h);
	history_open_group(&h, &e);
	while (h.task_count == 0)
		history_add_task(&h);
	id = h.tasks[0].id;
	history_abandon_group(&h);
	history_close_frame(&h);
	replay_rest(view, &h);
	assert_int_equal(view_open_group(view), 0);
	assert_int_equal(version_of(view, false, id), 0);
	assert_int_equal(view_command(view, false, e.principal, e.stream, e.cause.number, &known),
			 DD_ERR_NOT_FOUND);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

/* --- folders ------------------------------------------------------------------------------ */

static bool exists(const char *dir, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void make_folder(const char *dir, const char *name)
{
	char path[600];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s/data.mdb", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
}

#define TEXT(value)    #value
#define FOLDER(schema) "view-" TEXT(schema)
#define NOW_AT         FOLDER(VIEW_SCHEMA)

static void a_new_schema_is_built_beside_and_takes_the_old_one_s_place(void **state)
{
	struct history h;
	char *dir = test_tmpdir();
	struct view *view;

	(void)state;
	make_folder(dir, "view-0");
	make_folder(dir, "view-99");
	found_one_task(&h);
	view = open_view(dir, true);
	replay_rest(view, &h);
	assert_true(exists(dir, "view-0"));
	assert_true(exists(dir, NOW_AT ".building"));
	assert_false(exists(dir, NOW_AT));
	must(view_live(view, &why));
	assert_false(exists(dir, "view-0"));
	assert_false(exists(dir, NOW_AT ".building"));
	assert_true(exists(dir, NOW_AT));
	assert_true(exists(dir, "view-99"));
	assert_int_equal(version_of(view, false, h.tasks[0].id), h.tasks[0].id);
	view_close(view);

	view = open_view(dir, true);
	assert_int_equal(view_position(view)->sequence, h.head.sequence);
	assert_memory_equal(view_position(view)->chain, h.head.chain, DD_HASH_LEN);
	assert_memory_equal(view_position(view)->log_id, h.log_id, 16);
	assert_int_equal(view_position(view)->incarnation, 1);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_live_view_has_the_content_of_a_replayed_one),
		cmocka_unit_test(batches_on_top_of_each_other_and_dropped_ones_leave_no_trace),
		cmocka_unit_test(a_view_that_died_goes_on_from_its_cursor),
		cmocka_unit_test(a_look_up_sees_the_newest_layer_and_readers_only_durable_ones),
		cmocka_unit_test(an_event_that_skips_the_task_s_last_one_is_damage),
		cmocka_unit_test(an_event_about_no_task_is_damage),
		cmocka_unit_test(a_second_effect_of_one_command_is_damage),
		cmocka_unit_test(an_unknown_event_that_must_be_understood_stops_the_view),
		cmocka_unit_test(a_gap_before_a_frame_is_damage),
		cmocka_unit_test(a_group_takes_effect_only_when_it_is_closed),
		cmocka_unit_test(an_abandoned_group_never_was_and_its_number_is_free),
		cmocka_unit_test(a_new_schema_is_built_beside_and_takes_the_old_one_s_place),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
