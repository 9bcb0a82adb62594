/* office_replica_test.c - the view that an office builds of what it keeps: when it answers, that it
 * is built again, what it does with an event that is newer than the program. What it answers is
 * compared with a centre in tests/system/office_replica_test.c. */
#include "services/office/office_replica.h"
#include "tests/services/office/kept_place.h"

#include <dirent.h>

#define NEWER ((Dondoc__V1__EventType)9999)

static struct office_replica *open_replica(struct place *place)
{
	const struct office_replica_options options = {
		.store = place->store, .data_dir = place->dir, .unit = "SYT"};
	struct office_replica *replica;

	office_kept_close(place->kept);
	place->kept = NULL;
	if (office_replica_open(&options, &replica, &place->err) != 0)
		fail_msg("%s", place->err.text);
	return replica;
}

/* All that the log has comes, and the view follows. */
static void take_all(struct place *place, struct office_replica *replica)
{
	place->kept = office_replica_kept(replica);
	follow(place);
	place->kept = NULL;
	if (office_replica_follow(replica, &place->err) != 0)
		fail_msg("%s", place->err.text);
}

static uint64_t add_unit(struct place *place, const char *code)
{
	Dondoc__V1__UnitSet set = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;

	unit.code = unit.name = test_text(code);
	set.unit = &unit;
	return log_add(&place->log,
		       &(struct log_entry){.type = EVENT(UNIT_SET), .said = &set.base});
}

/* How many units are listed, or the error's code. */
static int units(struct office_replica *replica, uint64_t *view_sequence_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListUnits list = DONDOC__V1__LIST_UNITS__INIT;
	Dondoc__V1__Answer *answer;
	struct dd_error err = {0};
	struct dd_buf out = {0};
	int rc, count;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_UNITS;
	query.list_units = &list;
	rc = office_replica_answer(replica, &query, 20000, &out, &err);
	if (rc != 0) {
		dd_buf_fini(&out);
		return rc;
	}
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	count = (int)answer->units->n_rows;
	*view_sequence_out = answer->view_sequence;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&out);
	return count;
}

static size_t folders(const struct place *place)
{
	DIR *dir = opendir(place->dir);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		count += strncmp(entry->d_name, "view-", 5) == 0;
	(void)closedir(dir);
	return count;
}

static void nothing_is_answered_before_the_log_was_followed_to_its_end_once(void **state)
{
	struct place *place = *state;
	struct office_replica *replica = open_replica(place);
	uint64_t sequence;

	assert_int_equal(units(replica, &sequence), DD_ERR_RETRY);
	(void)add_unit(place, "SYT");
	take_all(place, replica);
	assert_int_equal(units(replica, &sequence), DD_ERR_RETRY);
	assert_int_equal(office_kept_fresh(office_replica_kept(replica), 7, &place->err), 0);
	assert_int_equal(units(replica, &sequence), 1);
	assert_int_equal(sequence, 1);
	office_replica_close(replica);
	/* From then on also after a start, without the centre. */
	place_reopen(place);
	replica = open_replica(place);
	assert_int_equal(units(replica, &sequence), 1);
	office_replica_close(replica);
}

static void what_others_are_not_to_see_moves_the_view_on_too(void **state)
{
	struct place *place = *state;
	struct office_replica *replica = open_replica(place);
	uint64_t sequence;

	(void)add_unit(place, "SYT");
	take_all(place, replica);
	for (int i = 0; i < 30; i++)
		(void)add(place, 0, 0, true);
	(void)add_unit(place, "STC");
	(void)add(place, 0, 0, true);
	take_all(place, replica);
	assert_int_equal(office_kept_fresh(office_replica_kept(replica), 7, &place->err), 0);
	assert_int_equal(units(replica, &sequence), 2);
	assert_int_equal(sequence, 33);
	assert_memory_equal(office_replica_at(replica)->chain, place->log.at.chain, DD_HASH_LEN);
	office_replica_close(replica);
}

static void another_generation_is_built_beside_and_the_old_one_goes(void **state)
{
	struct place *place = *state;
	struct office_replica *replica = open_replica(place);
	struct dd_position cut;
	uint64_t sequence;

	(void)add_unit(place, "SYT");
	cut = place->log.at;
	(void)add_unit(place, "STC");
	take_all(place, replica);
	assert_int_equal(office_kept_fresh(office_replica_kept(replica), 7, &place->err), 0);
	assert_int_equal(units(replica, &sequence), 2);
	assert_int_equal(office_kept_cut(office_replica_kept(replica), &cut, &place->err), 0);
	assert_int_equal(office_replica_follow(replica, &place->err), 0);
	assert_int_equal(units(replica, &sequence), 1);
	assert_int_equal(sequence, 1);
	assert_int_equal(folders(place), 1);
	office_replica_close(replica);
}

static void an_event_that_only_a_newer_program_understands_keeps_the_view_before_it(void **state)
{
	struct place *place = *state;
	struct office_replica *replica = open_replica(place);
	uint64_t sequence;

	(void)add_unit(place, "SYT");
	(void)add(place, 0, 0, true);
	take_all(place, replica);
	assert_int_equal(office_kept_fresh(office_replica_kept(replica), 7, &place->err), 0);
	assert_string_equal(office_replica_trouble(replica), "");
	(void)add_unit(place, "STC");
	(void)log_add(&place->log, &(struct log_entry){.type = NEWER, .must = true});
	(void)add_unit(place, "SNV");
	for (int again = 0; again < 2; again++) {
		take_all(place, replica);
		assert_int_equal(units(replica, &sequence), 2);
		assert_int_equal(sequence, 3);
		assert_non_null(strstr(office_replica_trouble(replica), "newer"));
		(void)add_unit(place, "SXD");
	}
	/* All of it is kept for that program. */
	assert_int_equal(office_kept_state(office_replica_kept(replica))->records, 5);
	office_replica_close(replica);
	place_reopen(place);
	replica = open_replica(place);
	assert_int_equal(units(replica, &sequence), 2);
	assert_int_equal(sequence, 3);
	office_replica_close(replica);
}

static void an_event_that_is_newer_and_need_not_be_understood_is_kept_and_passed(void **state)
{
	struct place *place = *state;
	struct office_replica *replica = open_replica(place);
	uint64_t sequence;

	(void)add_unit(place, "SYT");
	(void)log_add(&place->log, &(struct log_entry){.type = NEWER});
	(void)add_unit(place, "STC");
	take_all(place, replica);
	assert_int_equal(office_kept_fresh(office_replica_kept(replica), 7, &place->err), 0);
	assert_string_equal(office_replica_trouble(replica), "");
	assert_int_equal(units(replica, &sequence), 2);
	assert_int_equal(sequence, 3);
	/* For a program that knows it, and verified as the others. */
	assert_int_equal(office_kept_state(office_replica_kept(replica))->records, 3);
	assert_memory_equal(office_replica_at(replica)->chain, place->log.at.chain, DD_HASH_LEN);
	office_replica_close(replica);
	place_reopen(place);
	assert_true(keeps(place, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_answered_before_the_log_was_followed_to_its_end_once),
		TEST(what_others_are_not_to_see_moves_the_view_on_too),
		TEST(another_generation_is_built_beside_and_the_old_one_goes),
		TEST(an_event_that_only_a_newer_program_understands_keeps_the_view_before_it),
		TEST(an_event_that_is_newer_and_need_not_be_understood_is_kept_and_passed),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
