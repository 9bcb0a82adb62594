/* office_test.c - the real dondoc-office: killed right after "saved", with the centre away, with
 * wrong settings, with a centre that comes back. */
#include "services/office/office_outbox.h"
#include "tests/services/office/office_world.h"

#define KILLS 200

static void note_of(int i, char out[32])
{
	(void)snprintf(out, 32, "<kill-%04d>", i);
}

static void killed_right_after_saved_nothing_is_lost_and_nothing_is_double(void **state)
{
	static struct world world;
	struct dd_client *client;
	char note[32];
	size_t place = 0, before = 0;

	(void)state;
	world_open(&world, true);
	for (int i = 1; i <= KILLS; i++) {
		assert_true(start(&world));
		client = client_open(&world);
		note_of(i, note);
		assert_int_equal(submit(client, (uint64_t)i, note),
				 DONDOC__V1__OUTCOME__OUTCOME_SAVED);
		/* At once, or when it is just sending. */
		pause_ms((unsigned)(i % 4) * 3);
		test_proc_kill(&world.office);
		test_proc_fini(&world.office);
		dd_client_close(client);
	}
	assert_true(start(&world));
	client = client_open(&world);
	assert_int_equal(submit(client, KILLS, note), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	for (int i = 0; i < 3000 && ask_waiting(client) > 0; i++)
		pause_ms(10);
	assert_int_equal(ask_waiting(client), 0);
	assert_int_equal(server_count(&world.server), KILLS);
	for (int i = 1; i <= KILLS; i++) {
		note_of(i, note);
		assert_int_equal(centre_count(&world.server.centre, note, &place), 1);
		assert_true(i == 1 || place > before);
		before = place;
	}
	dd_client_close(client);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

static void the_office_serves_while_the_centre_is_away(void **state)
{
	static struct world world;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err = {0};

	(void)state;
	world_open(&world, false);
	assert_true(start(&world));
	client = client_open(&world);
	assert_int_equal(submit(client, 1, "<kept>"), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	assert_int_equal(submit(client, 1, "<other>"), DONDOC__V1__OUTCOME__OUTCOME_CONFLICT);
	assert_int_equal(submit(client, 3, "<third>"), DONDOC__V1__OUTCOME__OUTCOME_GAP);
	assert_int_equal(ask_waiting(client), 1);
	reply = ask_status(client);
	assert_string_equal(reply->answer->status->service, "office");
	assert_string_equal(reply->answer->status->unit, "SYT");
	assert_string_equal(reply->answer->status->link, "connecting");
	assert_true(reply->answer->status->healthy);
	assert_null(reply->answer->status->head); /* the centre was never seen */
	dondoc__v1__reply__free_unpacked(reply, NULL);
	/* Nothing is known here yet, and that is said. */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	dd_client_set_patience(client, 500);
	assert_null(ask(client, &query, &err));
	assert_int_equal(err.code, DD_ERR_RETRY);
	dd_client_close(client);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

static void a_wrong_setting_is_named_and_ends_the_program_for_good(void **state)
{
	static const struct {
		int at;
		const char *name;
		const char *value;
		const char *named;
	} wrong[] = {
		{2, "UNIT", "S YT", "office.unit"},
		{3, "CENTRE", "http://x", "office.centre"},
		{4, "CENTRE_KEY", "short", "office.centre_key"},
		{5, "KEY", "/does/not/exist", "office.key"},
		{6, "RETRY_MS", "0", "retry_ms"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		static struct world world;
		char *text;

		world_open(&world, false);
		set(&world, wrong[i].at, wrong[i].name, wrong[i].value);
		assert_false(start(&world));
		assert_int_equal(test_proc_wait(&world.office, READY_MS), 100);
		text = test_read_file(world.office.err_path, NULL);
		if (strstr(text, wrong[i].named) == NULL)
			fail_msg("%s is not named in: %s", wrong[i].named, text);
		free(text);
		world_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_setting_is_named_and_ends_the_program_for_good),
		cmocka_unit_test(the_office_serves_while_the_centre_is_away),
		cmocka_unit_test(killed_right_after_saved_nothing_is_lost_and_nothing_is_double),
	};

	if (!world_find_program())
		return 77;
	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
