/* office_kept_test.c - what an office keeps of the centre's log: what it may read, verified when it
 * came and when it is read later; tasks gained and lost. */
#include "tests/services/office/kept_place.h"

/* --- following ----------------------------------------------------------------------------------
 */

static void what_the_unit_may_read_is_kept_and_of_the_rest_the_leaves(void **state)
{
	struct place *place = *state;
	uint8_t leaf[DD_HASH_LEN];
	struct dd_position at;
	struct dd_buf bytes = {0};
	struct dd_record record;

	for (int i = 0; i < 40; i++)
		(void)add(place, 0, 0, i % 10 != 0);
	assert_int_equal(follow_to(place, 20, true), 0);
	assert_true(place->taken.readable);
	assert_int_equal(follow_to(place, 0, false), 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(office_kept_state(place->kept)->records, 4);
		assert_memory_equal(&office_kept_state(place->kept)->at, &place->log.at,
				    sizeof(at));
		for (uint64_t i = 1; i <= 40; i++) {
			assert_int_equal(keeps(place, i), i % 10 == 1);
			assert_int_equal(office_kept_leaf(place->kept, i, leaf), 0);
		}
		assert_int_equal(office_kept_leaf(place->kept, 41, leaf), DD_ERR_NOT_FOUND);
		place_reopen(place);
	}
	assert_int_equal(office_kept_next(place->kept, 1, &bytes, &record), 0);
	assert_int_equal(record.sequence, 11);
	assert_int_equal(office_kept_next(place->kept, 31, &bytes, &record), DD_ERR_NOT_FOUND);
	/* Places are those of the log, and end with where we are. */
	memset(&at, 0, sizeof(at));
	while (office_kept_place(place->kept, at.sequence, &at) == 0)
		assert_memory_equal(at.chain, place->log.places[at.sequence].chain, DD_HASH_LEN);
	assert_int_equal(at.sequence, 40);
	dd_buf_fini(&bytes);
}

static void hidden_runs_are_no_reason_to_ask_for_tasks(void **state)
{
	struct place *place = *state;
	uint64_t task = add_task(place, false);

	follow(place);
	assert_false(place->taken.unsure);
	(void)add(place, 0, 0, true);
	follow(place);
	assert_false(place->taken.readable || place->taken.unsure);
	(void)add(place, task, task, false);
	follow(place);
	assert_false(place->taken.unsure); /* none is missing between */
	(void)add(place, task, task, false);
	follow(place);
	assert_true(place->taken.unsure);
	(void)log_add(&place->log, &(struct log_entry){.task = 99, .previous = 98});
	follow(place);
	assert_true(place->taken.unsure); /* never seen before */
}

static void a_backup_that_is_heard_of_is_remembered_and_never_goes_back(void **state)
{
	struct place *place = *state;
	Dondoc__V1__BackupCovered covered = DONDOC__V1__BACKUP_COVERED__INIT;
	Dondoc__V1__CoverBackup said = DONDOC__V1__COVER_BACKUP__INIT;
	Dondoc__V1__Position position = DONDOC__V1__POSITION__INIT;
	const struct log_entry entry = {.type = EVENT(BACKUP_COVERED), .said = &covered.base};

	said.position = &position;
	covered.said = &said;
	position.log_id = (ProtobufCBinaryData){.data = place->log.id, .len = DD_ID_LEN};
	position.chain = (ProtobufCBinaryData){.data = place->log.at.chain, .len = DD_HASH_LEN};
	position.sequence = 20;
	(void)log_add(&place->log, &entry);
	follow(place);
	assert_true(place->taken.covered);
	position.sequence = 10;
	(void)log_add(&place->log, &entry);
	follow(place);
	assert_false(place->taken.covered);
	place_reopen(place);
	assert_int_equal(office_kept_state(place->kept)->covered.sequence, 20);
}

/* --- tasks --------------------------------------------------------------------------------------
 */

static void a_task_followed_from_its_beginning_is_known_without_asking(void **state)
{
	struct place *place = *state;
	uint64_t task = add_task(place, false);
	uint64_t other = add_task(place, true);
	struct view_visible_row row = {.task = task, .flags = LEAD};

	row.version = add(place, task, task, false);
	(void)add(place, other, other, true);
	follow(place);
	assert_true(knows_just(place, &row, 1));
	compare(place, &row, 1);
	assert_int_equal(place->want_count, 0);
	assert_false(place->behind);
	/* A record between that was hidden is missed. */
	row.version = add(place, task, add(place, task, row.version, true), false);
	follow(place);
	assert_false(knows_just(place, &row, 1));
	compare(place, &row, 1);
	assert_int_equal(place->want_count, 1);
	assert_int_equal(place->wants[0].after, row.version - 3); /* the last that is sure */
}

static void a_task_that_the_unit_may_see_from_now_on_comes_with_its_whole_history(void **state)
{
	struct place *place = *state;
	struct view_visible_row row = {.flags = HELPS};
	uint64_t history[3], generation;

	history[0] = row.task = add_task(place, true);
	history[1] = add(place, row.task, history[0], true);
	(void)add(place, 0, 0, true);
	history[2] = row.version = add(place, row.task, history[1], true);
	follow(place);
	generation = office_kept_state(place->kept)->generation;
	compare(place, &row, 1);
	assert_int_equal(place->want_count, 1);
	log_history(&place->log, history, 2, &place->slices);
	assert_int_equal(gain(place, &place->wants[0], false), 0);
	assert_int_equal(place->wants[0].after, history[1]);
	assert_false(knows_just(place, &row, 1));
	log_history(&place->log, &history[2], 1, &place->slices);
	assert_int_equal(gain(place, &place->wants[0], true), 0);
	assert_true(knows_just(place, &row, 1));
	assert_true(office_kept_state(place->kept)->generation > generation);
	for (size_t i = 0; i < 3; i++)
		assert_true(keeps(place, history[i]));
	assert_int_equal(office_kept_state(place->kept)->records, 3);
	assert_int_equal(office_kept_state(place->kept)->tasks, 1);
}

static void what_is_read_later_must_be_what_stood_in_the_log(void **state)
{
	struct place *place = *state;
	struct test_log_frames *forged = dd_alloc(sizeof(*forged));
	struct view_visible_row row = {.flags = HELPS};
	uint64_t generation;

	log_init(forged);
	row.task = add_task(place, true);
	row.version = add(place, row.task, row.task, true);
	follow(place);
	generation = office_kept_state(place->kept)->generation;
	(void)log_add(forged, &(struct log_entry){.task = 1, .hide = true});
	(void)log_add(forged, &(struct log_entry){
				      .task = 1, .previous = 1, .hide = true, .text = "forged"});
	compare(place, &row, 1);
	log_history(forged, (uint64_t[]){1, 2}, 2, &place->slices);
	assert_int_equal(gain(place, &place->wants[0], true), DD_ERR_CONFLICT);
	assert_non_null(strstr(place->err.text, "record 1"));
	assert_false(keeps(place, 1) || keeps(place, 2));
	assert_int_equal(place->wants[0].after, 0);
	assert_int_equal(office_kept_state(place->kept)->generation, generation);
	/* Damaged on its way, or of another task: not taken either, and it can come again. */
	log_history(&place->log, (uint64_t[]){1, 2}, 2, &place->slices);
	place->slices.data[place->slices.len - 1] ^= 1;
	assert_int_equal(gain(place, &place->wants[0], true), DD_ERR_INVALID);
	place->slices.data[place->slices.len - 1] ^= 1;
	place->wants[0].task = 77;
	assert_int_equal(gain(place, &place->wants[0], true), DD_ERR_INVALID);
	place->wants[0].task = row.task;
	assert_int_equal(gain(place, &place->wants[0], true), 0);
	assert_true(knows_just(place, &row, 1));
	log_fini(forged);
	free(forged);
}

static void what_lies_behind_the_place_followed_is_left_for_later(void **state)
{
	struct place *place = *state;
	struct view_visible_row row = {.flags = HELPS};
	struct office_kept_want want;

	row.task = add_task(place, true);
	follow(place);
	row.version = add(place, row.task, row.task, true);
	compare(place, &row, 1);
	assert_int_equal(place->want_count, 0);
	assert_true(place->behind);
	/* The centre went on between the two questions. */
	want = (struct office_kept_want){.task = row.task, .version = row.task, .flags = HELPS};
	log_history(&place->log, (uint64_t[]){1, 2}, 2, &place->slices);
	assert_int_equal(gain(place, &want, true), 0);
	assert_true(keeps(place, 1));
	assert_false(keeps(place, 2));
	assert_int_equal(want.after, 1);
}

static void a_task_that_the_unit_may_not_see_any_more_goes_with_all_its_records(void **state)
{
	struct place *place = *state;
	struct view_visible_row rows[2] = {{.flags = LEAD}, {.flags = LEAD}};
	uint64_t generation, lost;

	rows[0].task = lost = add_task(place, false);
	rows[1].task = rows[1].version = add_task(place, false);
	rows[0].version = add(place, lost, lost, false);
	(void)add(place, 0, 0, false);
	follow(place);
	assert_true(knows_just(place, rows, 2));
	generation = office_kept_state(place->kept)->generation;
	compare(place, &rows[1], 1);
	assert_false(keeps(place, lost) || keeps(place, rows[0].version));
	assert_true(keeps(place, rows[1].task) && keeps(place, 4));
	assert_true(knows_just(place, &rows[1], 1));
	assert_true(office_kept_state(place->kept)->generation > generation);
	assert_int_equal(office_kept_state(place->kept)->records, 2);
	assert_int_equal(office_kept_state(place->kept)->tasks, 1);
}

static void what_came_after_the_centre_looked_is_not_taken_for_lost(void **state)
{
	struct place *place = *state;
	struct office_kept_listed listed = {.view_sequence = 0};
	uint64_t task = add_task(place, false);

	follow(place);
	assert_int_equal(office_kept_compare(place->kept, &listed, &place->wants,
					     &place->want_count, &place->behind, &place->err),
			 0);
	assert_true(keeps(place, task));
}

static void of_a_task_that_only_speaks_to_the_unit_nothing_else_stays(void **state)
{
	struct place *place = *state;
	struct view_visible_row row = {.flags = LEAD};
	uint64_t talk;

	row.task = add_task(place, false);
	talk = add(place, row.task, row.task, false);
	row.version = add(place, row.task, talk, false);
	follow(place);
	assert_true(knows_just(place, &row, 1));
	row.flags = NAMED;
	row.version = talk;
	compare(place, &row, 1);
	assert_int_equal(place->want_count, 1);
	assert_int_equal(place->wants[0].after, 0);
	assert_int_equal(office_kept_state(place->kept)->records, 0);
	log_history(&place->log, &talk, 1, &place->slices);
	assert_int_equal(gain(place, &place->wants[0], true), 0);
	assert_true(keeps(place, talk));
	assert_false(keeps(place, row.task));
	assert_true(knows_just(place, &row, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_unit_may_read_is_kept_and_of_the_rest_the_leaves),
		TEST(hidden_runs_are_no_reason_to_ask_for_tasks),
		TEST(a_backup_that_is_heard_of_is_remembered_and_never_goes_back),
		TEST(a_task_followed_from_its_beginning_is_known_without_asking),
		TEST(a_task_that_the_unit_may_see_from_now_on_comes_with_its_whole_history),
		TEST(what_is_read_later_must_be_what_stood_in_the_log),
		TEST(what_lies_behind_the_place_followed_is_left_for_later),
		TEST(a_task_that_the_unit_may_not_see_any_more_goes_with_all_its_records),
		TEST(what_came_after_the_centre_looked_is_not_taken_for_lost),
		TEST(of_a_task_that_only_speaks_to_the_unit_nothing_else_stays),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
