/* office_skew_test.c - the real dondoc-office between a client and a centre that are newer: what it
 * does not know goes through it unchanged, and an event that it must understand and does not keeps
 * its view back but no report. */
#include "common/net/sync_client.h"
#include "tests/services/office/kept_place.h"
#include "tests/services/office/office_world.h"

#define UNKNOWN  1999 /* no message will ever have that field */
#define NEWER    ((Dondoc__V1__EventType)9999)
#define ATTEMPTS 3000

static void add_unit(struct place *place, const char *code)
{
	Dondoc__V1__UnitSet set = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;

	unit.code = unit.name = test_text(code);
	set.unit = &unit;
	(void)log_add(&place->log, &(struct log_entry){.type = EVENT(UNIT_SET), .said = &set.base});
}

/* The office's data folder, as if it had followed a log to its end: a unit, with `newer` an event
 * that only a newer program understands, another unit. */
static void follow_log(const struct world *world, bool newer)
{
	struct place *place = dd_alloc(sizeof(*place));

	place->dir = dd_path(world->dir, "data");
	log_init(&place->log);
	place_reopen(place);
	add_unit(place, "SYT");
	if (newer)
		(void)log_add(&place->log, &(struct log_entry){.type = NEWER, .must = true});
	add_unit(place, "STC");
	follow(place);
	assert_int_equal(office_kept_fresh(place->kept, 7, &place->err), 0);
	office_kept_close(place->kept);
	dd_store_close(place->store);
	log_fini(&place->log);
	dd_buf_fini(&place->slices);
	free(place->dir);
	free(place);
}

/* --- questions ---------------------------------------------------------------------------------
 */

/* A Query; `what` is the field of the question in it, which has a part of its own that is newer. */
static struct dd_buf question(uint32_t what)
{
	struct dd_buf query = {0}, list = {0};

	put_text(&list, 2, "SYT");
	put_text(&list, UNKNOWN, "chỉ việc gấp");
	put_inner(&query, what, &list);
	put_text(&query, UNKNOWN + 1, "hỏi");
	return query;
}

/* What stands behind the id in a Reply: an Answer with new parts on every floor. */
static struct dd_buf answer(uint32_t what)
{
	struct dd_buf reply = {0}, said = {0}, list = {0}, row = {0};

	put_number(&row, 1, 7);
	put_number(&row, 4, 35);
	put_text(&row, UNKNOWN, "của dòng");
	put_inner(&list, 1, &row);
	put_number(&list, 2, 1);
	put_number(&list, UNKNOWN, 12345678901234567u);
	put_number(&said, 1, 4711);
	put_inner(&said, what, &list);
	put_text(&said, UNKNOWN + 1, "của câu trả lời");
	put_inner(&reply, 11, &said);
	put_text(&reply, UNKNOWN, "của thư");
	return reply;
}

/* Ask at the office's door. The reply is in `heard`. */
static void ask_door(struct dd_sync_client *client, const struct dd_buf *query, uint64_t id,
		     struct dd_buf *heard)
{
	struct dd_buf request = {0};
	struct dd_sync_call sent = {.id = id, .patience_ms = 20000};
	struct dd_error err = {0};

	put_number(&request, 1, 1);
	put_number(&request, 2, id);
	put_number(&request, 3, 10000);
	put_bytes(&request, 11, query->data, query->len);
	put_text(&request, UNKNOWN, "của lời hỏi");
	sent.data = request.data;
	sent.len = request.len;
	if (dd_sync_call(client, &sent, heard, &err) != 0)
		fail_msg("%s", err.text);
	dd_buf_fini(&request);
}

static struct dd_sync_client *door_of(const struct world *world)
{
	const struct dd_sync_options options = {.endpoint = world->endpoint};
	struct dd_sync_client *client;
	struct dd_error err = {0};

	if (dd_sync_open(&options, &client, &err) != 0)
		fail_msg("%s", err.text);
	return client;
}

/* At the first times the office may not have found the centre yet. The id that was answered. */
static uint64_t ask_through(struct dd_sync_client *client, const struct dd_buf *query,
			    uint64_t *ids, struct dd_buf *heard)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		ask_door(client, query, ++*ids, heard);
		if (find_bytes(wire_of(heard), 11).at != NULL)
			return *ids;
		pause_ms(10);
	}
	fail_msg("the question does not come through");
	return 0;
}

static void what_a_newer_client_asks_and_a_newer_centre_answers_goes_through_unchanged(void **state)
{
	static const struct {
		uint32_t asked, answered; /* fields of Query and of Answer */
	} cases[] = {
		{3, 4},                           /* tasks: known, with a condition that is not */
		{UNKNOWN - 1000, UNKNOWN - 1000}, /* another question, another answer */
	};
	static struct world world;
	struct dd_sync_client *client;
	struct dd_buf heard = {0}, expected = {0};
	uint64_t ids = 0;

	(void)state;
	world_open(&world, true);
	follow_log(&world, false); /* it could answer by itself */
	assert_true(start(&world));
	client = door_of(&world);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf query = question(cases[i].asked);

		pthread_mutex_lock(&world.server.lock);
		dd_buf_fini(&world.server.newer);
		world.server.newer = answer(cases[i].answered);
		pthread_mutex_unlock(&world.server.lock);
		dd_buf_clear(&expected);
		put_number(&expected, 1, ask_through(client, &query, &ids, &heard));
		pthread_mutex_lock(&world.server.lock);
		dd_buf_add(&expected, world.server.newer.data, world.server.newer.len);
		assert_true(wire_same(wire_of(&heard), wire_of(&expected)));
		assert_true(wire_same(find_bytes(wire_of(&world.server.question), 11),
				      wire_of(&query)));
		assert_non_null(find_bytes(wire_of(&world.server.question), UNKNOWN).at);
		pthread_mutex_unlock(&world.server.lock);
		dd_buf_fini(&query);
	}
	dd_buf_fini(&heard);
	dd_buf_fini(&expected);
	dd_sync_close(client);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

/* Without the centre a question that has newer parts is not answered as if it had not. */
static void expect_not_understood(const struct world *world, bool known)
{
	struct dd_buf query = question(known ? 3 : UNKNOWN), heard = {0};
	struct dd_sync_client *client = door_of(world);
	struct wire_span error, text;

	ask_door(client, &query, 1, &heard);
	error = find_bytes(wire_of(&heard), 15);
	text = find_bytes(error, 2);
	assert_int_equal(find_number(error, 1), 4); /* busy */
	assert_non_null(memmem(text.at, text.len, "does not know", strlen("does not know")));
	dd_sync_close(client);
	dd_buf_fini(&heard);
	dd_buf_fini(&query);
}

static void without_the_centre_a_newer_question_is_not_answered_as_an_older_one(void **state)
{
	static struct world world;

	(void)state;
	world_open(&world, false);
	follow_log(&world, false);
	assert_true(start(&world));
	expect_not_understood(&world, true);
	expect_not_understood(&world, false);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

static void an_event_that_must_be_understood_keeps_the_view_back_and_no_report(void **state)
{
	static struct world world;
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	size_t place = 0;

	(void)state;
	world_open(&world, true);
	follow_log(&world, true);
	assert_true(start(&world));
	client = client_open(&world);
	assert_int_equal(submit(client, 1, "<một>"), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	assert_int_equal(submit(client, 2, "<hai>"), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	for (int i = 0; i < ATTEMPTS && ask_waiting(client) > 0; i++)
		pause_ms(10);
	assert_int_equal(ask_waiting(client), 0);
	assert_int_equal(server_count(&world.server), 2);
	assert_int_equal(centre_count(&world.server.centre, "<hai>", &place), 1);
	reply = ask_status(client);
	assert_false(reply->answer->status->healthy);
	if (strstr(reply->answer->status->health, "install a newer version") == NULL)
		fail_msg("health: %s", reply->answer->status->health);
	assert_int_equal(reply->answer->status->view_sequence, 1);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_a_newer_client_asks_and_a_newer_centre_answers_goes_through_unchanged),
		cmocka_unit_test(
			without_the_centre_a_newer_question_is_not_answered_as_an_older_one),
		cmocka_unit_test(
			an_event_that_must_be_understood_keeps_the_view_back_and_no_report),
	};

	if (!world_find_program())
		return 77;
	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
