/* office_outbox_blank_test.c - a report whose text was destroyed at the centre: its bytes are gone
 * here too, and a centre that is restored is told so instead of being sent them. */
#include "services/office/office_destroyed.h"
#include "tests/services/office/sim.h"

struct world {
	struct sim sim;
	struct centre centre;
	char *dir;
};

static int set_up(void **state)
{
	struct world *world = dd_alloc(sizeof(*world));

	world->dir = test_tmpdir();
	centre_init(&world->centre);
	sim_open(&world->sim, &world->centre, 1, world->dir);
	sim_kill(&world->sim);
	world->sim.window = 4;
	sim_start(&world->sim);
	sim_save(&world->sim, "<a>");
	sim_save(&world->sim, "<secret>");
	sim_save(&world->sim, "<c>");
	sim_settle(&world->sim);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	sim_close(&world->sim);
	centre_fini(&world->centre);
	test_tmpdir_end(world->dir);
	free(world);
	return 0;
}

static struct office_item item_of(struct world *world, uint64_t number)
{
	struct office_item item;

	assert_int_equal(office_outbox_at(world->sim.outbox, 0, number, &item), 0);
	return item;
}

static bool body_kept(struct world *world, uint64_t id)
{
	uint8_t *body;
	size_t len;

	assert_int_equal(office_outbox_body(world->sim.outbox, id, &body, &len), 0);
	free(body);
	return len > 0;
}

/* The centre's page names the second report, and one of another office's. */
static void learn(struct world *world)
{
	Dondoc__V1__DestroyedRow rows[] = {DONDOC__V1__DESTROYED_ROW__INIT,
					   DONDOC__V1__DESTROYED_ROW__INIT};
	Dondoc__V1__DestroyedRow *both[] = {&rows[0], &rows[1]};
	Dondoc__V1__DestroyedList list = DONDOC__V1__DESTROYED_LIST__INIT;
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	uint8_t other[DD_ID_LEN] = {7}, own[DD_ID_LEN];
	struct dd_error err = {0};
	uint64_t after = 1;

	memcpy(own, office_outbox_stream(world->sim.outbox, 0)->id, sizeof(own));
	rows[0].stream = (ProtobufCBinaryData){.data = other, .len = sizeof(other)};
	rows[0].number = 1;
	rows[1].stream = (ProtobufCBinaryData){.data = own, .len = sizeof(own)};
	rows[1].number = 2;
	list.rows = both;
	list.n_rows = 2;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_DESTROYED;
	answer.destroyed = &list;
	assert_int_equal(office_destroyed_take(world->sim.outbox, &answer, &after, &err), 0);
	assert_int_equal(after, 0);
}

static void the_bytes_go_and_digest_and_receipt_stay(void **state)
{
	struct world *world = *state;
	struct office_item before = item_of(world, 2), now;

	assert_true(body_kept(world, 2));
	learn(world);
	learn(world); /* told again each minute */
	now = item_of(world, 2);
	assert_false(body_kept(world, 2));
	assert_true(body_kept(world, 1) && body_kept(world, 3));
	assert_int_equal(now.destroyed, 1);
	assert_int_equal(now.state, OFFICE_ACCEPTED);
	assert_memory_equal(now.digest, before.digest, sizeof(now.digest));
	assert_memory_equal(&now.receipt, &before.receipt, sizeof(now.receipt));
	sim_kill(&world->sim);
	sim_start(&world->sim);
	sim_settle(&world->sim);
	assert_int_equal(world->centre.count, 3);
	/* The client's command is known as before. */
	assert_int_equal(sim_submit(&world->sim, 2, "<secret>"),
			 DONDOC__V1__OUTCOME__OUTCOME_SAVED);
}

static void a_restored_centre_gets_an_empty_command_and_people_are_told(void **state)
{
	struct world *world = *state;
	struct office_notice notice;
	size_t place;

	learn(world);
	sim_link(&world->sim, DD_LINK_CONNECTING);
	centre_restore(&world->centre, 1);
	sim_link(&world->sim, DD_LINK_UP);
	sim_settle(&world->sim);
	assert_int_equal(world->centre.count, 3);
	assert_int_equal(world->centre.log[1].body_len, 0);
	assert_int_equal(centre_count(&world->centre, "<c>", &place), 1);
	assert_int_equal(item_of(world, 2).state, OFFICE_WITHDRAWN);
	assert_int_equal(office_outbox_notice(world->sim.outbox, &notice), 0);
	assert_non_null(strstr(notice.text, "were destroyed by order"));
	/* Again, when both agree that it is empty. */
	sim_link(&world->sim, DD_LINK_CONNECTING);
	sim_link(&world->sim, DD_LINK_UP);
	sim_save(&world->sim, "<d>");
	sim_settle(&world->sim);
	assert_int_equal(office_outbox_stream_count(world->sim.outbox), 1);
	assert_int_equal(world->centre.count, 4);
}

/* Everything is asked about again, and the centre still has it: that is no other's command. */
static void a_centre_that_still_has_it_is_no_conflict(void **state)
{
	struct world *world = *state;
	struct dd_error err = {0};

	learn(world);
	sim_link(&world->sim, DD_LINK_CONNECTING);
	assert_int_equal(office_outbox_doubt(world->sim.outbox, 0, 5, &err), 0);
	sim_link(&world->sim, DD_LINK_UP);
	sim_settle(&world->sim);
	assert_int_equal(item_of(world, 2).state, OFFICE_ACCEPTED);
	assert_int_equal(office_outbox_stream_count(world->sim.outbox), 1);
	assert_int_equal(world->centre.count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_bytes_go_and_digest_and_receipt_stay, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_restored_centre_gets_an_empty_command_and_people_are_told, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_centre_that_still_has_it_is_no_conflict, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("services.office.office_outbox_blank", tests, NULL,
					   NULL);
}
