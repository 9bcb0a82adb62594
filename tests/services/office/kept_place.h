/* kept_place.h - the store of an office and a log that it follows. Only for tests; each includes
 * its own copy. */
#ifndef TESTS_OFFICE_KEPT_PLACE_H
#define TESTS_OFFICE_KEPT_PLACE_H

#include "common/view/view_visible.h"
#include "services/office/office_kept.h"
#include "tests/services/office/kept_log.h"
#include "tests/support/tmpdir.h"

#define LEAD  DONDOC__V1__READABLE_FLAG__READABLE_LEAD
#define HELPS DONDOC__V1__READABLE_FLAG__READABLE_COORDINATING
#define NAMED DONDOC__V1__READABLE_FLAG__READABLE_NAMED

struct place {
	char *dir;
	struct dd_store *store;
	struct office_kept *kept;
	struct test_log_frames log;
	struct office_kept_taken taken; /* of the last slices */
	struct office_kept_want *wants; /* of the last comparison */
	size_t want_count;
	bool behind;
	struct dd_buf slices;
	struct dd_error err;
};

TEST_HELPER void place_reopen(struct place *place)
{
	office_kept_close(place->kept);
	dd_store_close(place->store);
	assert_int_equal(dd_store_open(place->dir, 1u << 24, &place->store, &place->err), 0);
	assert_int_equal(office_kept_open(place->store, "SYT", &place->kept, &place->err), 0);
}

TEST_HELPER int set_up(void **state)
{
	struct place *place = dd_alloc(sizeof(*place));

	place->dir = test_tmpdir();
	log_init(&place->log);
	place_reopen(place);
	*state = place;
	return 0;
}

TEST_HELPER int tear_down(void **state)
{
	struct place *place = *state;

	office_kept_close(place->kept);
	dd_store_close(place->store);
	log_fini(&place->log);
	dd_buf_fini(&place->slices);
	free(place->wants);
	test_tmpdir_end(place->dir);
	free(place);
	return 0;
}

TEST_HELPER uint64_t add(struct place *place, uint64_t task, uint64_t previous, bool hide)
{
	const struct log_entry entry = {.task = task, .previous = previous, .hide = hide};

	return log_add(&place->log, &entry);
}

/* A task begins with its own number. */
TEST_HELPER uint64_t add_task(struct place *place, bool hide)
{
	return add(place, place->log.at.sequence + 1, 0, hide);
}

/* Follow up to `to` (0 = all). */
TEST_HELPER int follow_to(struct place *place, uint64_t to, bool compact)
{
	const uint64_t after = office_kept_state(place->kept)->at.sequence;

	if (to == 0)
		to = place->log.at.sequence;
	dd_buf_clear(&place->slices);
	log_slices(&place->log, after, to, compact, &place->slices);
	return office_kept_take(place->kept, &place->slices, &place->log.places[to], &place->taken,
				&place->err);
}

TEST_HELPER void follow(struct place *place)
{
	assert_int_equal(follow_to(place, 0, true), 0);
}

TEST_HELPER bool keeps(struct place *place, uint64_t sequence)
{
	struct dd_buf bytes = {0};
	struct dd_record record;
	int rc = office_kept_record(place->kept, sequence, &bytes, &record);

	assert_true(rc == 0 || rc == DD_ERR_NOT_FOUND);
	dd_buf_fini(&bytes);
	return rc == 0;
}

TEST_HELPER void compare(struct place *place, const struct view_visible_row *rows, size_t count)
{
	Dondoc__V1__ReadableRow told[8];
	struct office_kept_listed listed = {
		.rows = told, .count = count, .view_sequence = place->log.at.sequence};

	for (size_t i = 0; i < count; i++) {
		dondoc__v1__readable_row__init(&told[i]);
		told[i].task = rows[i].task;
		told[i].version = rows[i].version;
		told[i].flags = rows[i].flags;
	}
	free(place->wants);
	place->wants = NULL;
	if (office_kept_compare(place->kept, &listed, &place->wants, &place->want_count,
				&place->behind, &place->err) != 0)
		fail_msg("%s", place->err.text);
}

TEST_HELPER bool knows_just(struct place *place, const struct view_visible_row *rows, size_t count)
{
	uint8_t ours[DD_HASH_LEN], theirs[DD_HASH_LEN];

	assert_int_equal(office_kept_digest(place->kept, ours), 0);
	view_visible_digest(rows, count, theirs);
	return memcmp(ours, theirs, sizeof(ours)) == 0;
}

TEST_HELPER int gain(struct place *place, struct office_kept_want *want, bool last)
{
	const ProtobufCBinaryData slices = {.data = place->slices.data, .len = place->slices.len};

	return office_kept_gain(place->kept, want, &slices, last, &place->err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
