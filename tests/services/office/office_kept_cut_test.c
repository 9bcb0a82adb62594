/* office_kept_cut_test.c - a log that goes on from an older place; words that are destroyed. */
#include "tests/services/office/kept_place.h"

/* --- another log --------------------------------------------------------------------------------
 */

static void behind_a_place_within_a_slice_all_is_forgotten(void **state)
{
	struct place *place = *state;
	struct view_visible_row row = {.flags = LEAD};
	struct dd_position cut;
	uint8_t leaf[DD_HASH_LEN];
	uint64_t generation;

	row.task = add_task(place, false);
	for (int i = 0; i < 10; i++)
		(void)add(place, 0, 0, true);
	cut = place->log.at;
	for (int i = 0; i < 10; i++)
		(void)add(place, 0, 0, true);
	(void)add(place, row.task, row.task, false);
	(void)add_task(place, false);
	follow(place);
	generation = office_kept_state(place->kept)->generation;
	assert_int_equal(office_kept_cut(place->kept, &cut, &place->err), 0);
	place_reopen(place);
	assert_memory_equal(&office_kept_state(place->kept)->at, &cut, sizeof(cut));
	assert_true(office_kept_state(place->kept)->generation > generation);
	assert_int_equal(office_kept_state(place->kept)->records, 1);
	assert_int_equal(office_kept_state(place->kept)->tasks, 1);
	assert_int_equal(office_kept_leaf(place->kept, cut.sequence, leaf), 0);
	assert_int_equal(office_kept_leaf(place->kept, cut.sequence + 1, leaf), DD_ERR_NOT_FOUND);
	/* The log goes on from there as another one, and the task is compared anew. */
	for (uint64_t i = cut.sequence + 1; i <= place->log.at.sequence; i++)
		dd_buf_fini(&place->log.frames[i]);
	place->log.at = cut;
	place->log.incarnation = 2;
	(void)add(place, 0, 0, false);
	follow(place);
	row.version = row.task;
	compare(place, &row, 1);
	assert_int_equal(place->want_count, 1);
	log_history(&place->log, &row.task, 1, &place->slices);
	assert_int_equal(gain(place, &place->wants[0], true), 0);
	assert_true(knows_just(place, &row, 1));
}

static void all_can_be_forgotten(void **state)
{
	static const struct dd_position beginning;
	struct place *place = *state;

	(void)add_task(place, false);
	(void)add(place, 0, 0, true);
	follow(place);
	assert_int_equal(office_kept_cut(place->kept, &beginning, &place->err), 0);
	assert_int_equal(office_kept_state(place->kept)->records, 0);
	assert_int_equal(office_kept_state(place->kept)->tasks, 0);
	assert_memory_equal(&office_kept_state(place->kept)->at, &beginning, sizeof(beginning));
	assert_true(knows_just(place, NULL, 0));
	follow(place);
	assert_int_equal(office_kept_state(place->kept)->records, 1);
}

/* --- words --------------------------------------------------------------------------------------
 */

static void words_that_were_destroyed_are_destroyed_here_too(void **state)
{
	struct place *place = *state;
	Dondoc__V1__DestructionConfirmed confirmed = DONDOC__V1__DESTRUCTION_CONFIRMED__INIT;
	Dondoc__V1__ConfirmDestruction said = DONDOC__V1__CONFIRM_DESTRUCTION__INIT;
	Dondoc__V1__DestructionRest told = DONDOC__V1__DESTRUCTION_REST__INIT;
	Dondoc__V1__DestroyedRest rest = DONDOC__V1__DESTROYED_REST__INIT;
	uint64_t task = add_task(place, false), words[2];
	uint8_t leaf[DD_HASH_LEN], now[DD_HASH_LEN];
	struct dd_buf bytes = {0};
	struct dd_record record;
	const uint8_t *body;
	uint32_t len;

	words[0] = add(place, task, task, false);
	words[1] = add(place, task, words[0], false);
	confirmed.said = &said;
	confirmed.n_events = 2;
	confirmed.events = words;
	(void)log_add(&place->log, &(struct log_entry){.type = EVENT(DESTRUCTION_CONFIRMED),
						       .said = &confirmed.base});
	follow(place);
	assert_int_equal(office_kept_record(place->kept, words[0], &bytes, &record), 0);
	assert_int_equal(record.kind, DD_RECORD_FULL); /* it was not agreed to */
	said.confirmed = true;
	(void)log_add(&place->log, &(struct log_entry){.type = EVENT(DESTRUCTION_CONFIRMED),
						       .said = &confirmed.base});
	rest.event = words[1];
	rest.what_case = DONDOC__V1__DESTROYED_REST__WHAT_BODY;
	rest.body = (ProtobufCBinaryData){.data = (uint8_t *)test_text("rest"), .len = 4};
	told.rest = &rest;
	(void)log_add(&place->log,
		      &(struct log_entry){.type = EVENT(DESTRUCTION_REST), .said = &told.base});
	follow(place);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(office_kept_record(place->kept, words[i], &bytes, &record), 0);
		assert_int_equal(record.kind, DD_RECORD_REDACTED);
		assert_null(memmem(bytes.data, bytes.len, i == 0 ? "<2>" : "<3>", 3));
		/* It is the record of the log all the same. */
		assert_int_equal(office_kept_leaf(place->kept, words[i], leaf), 0);
		dd_chain_leaf(place->log.id, words[i], record.header, record.header_len,
			      record.body, now);
		assert_memory_equal(leaf, now, sizeof(leaf));
		assert_int_equal(dd_record_body(&record, &body, &len), i == 1);
	}
	assert_int_equal(len, 4);
	assert_memory_equal(body, "rest", 4);
	/* The centre may still have them when the task is read: they stay away. */
	log_history(&place->log, words, 2, &place->slices);
	assert_int_equal(gain(place, &(struct office_kept_want){.task = task, .flags = LEAD}, true),
			 0);
	assert_int_equal(office_kept_record(place->kept, words[0], &bytes, &record), 0);
	assert_int_equal(record.kind, DD_RECORD_REDACTED);
	dd_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(behind_a_place_within_a_slice_all_is_forgotten),
		TEST(all_can_be_forgotten),
		TEST(words_that_were_destroyed_are_destroyed_here_too),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
