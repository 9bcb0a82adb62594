/* office_held_test.c - a report that waits at the centre for the head of the unit is told as
 * waiting until the centre says that it waits no longer. */
#include "services/office/office_held.h"
#include "tests/services/office/sim.h"

struct world {
	struct sim sim;
	struct centre centre;
	char *dir;
};

static void world_open(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->dir = test_tmpdir();
	centre_init(&world->centre);
	sim_open(&world->sim, &world->centre, 1, world->dir);
	sim_save(&world->sim, "<first>");
	sim_save(&world->sim, "<second, for the head>");
	sim_save(&world->sim, "<third, for the head>");
	sim_settle(&world->sim);
}

static void world_close(struct world *world)
{
	sim_close(&world->sim);
	centre_fini(&world->centre);
	test_tmpdir_end(world->dir);
}

static struct office_item item_at(struct world *world, uint64_t number)
{
	struct office_item item;

	assert_int_equal(office_outbox_at(world->sim.outbox, 0, number, &item), 0);
	return item;
}

/* What a centre says still waits. */
static int told_by(struct world *world, const struct office_held_centre *centre, uint64_t waiting,
		   uint64_t view_sequence, bool more)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__RequestList list = DONDOC__V1__REQUEST_LIST__INIT;
	Dondoc__V1__RequestRow row = DONDOC__V1__REQUEST_ROW__INIT, *rows = &row;
	struct dd_error err;
	uint8_t mark = 1;

	row.request = waiting;
	list.rows = &rows;
	list.n_rows = 1;
	list.next = (ProtobufCBinaryData){.len = more ? 1 : 0, .data = &mark};
	answer.view_sequence = view_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_REQUESTS;
	answer.requests = &list;
	return office_held_take(world->sim.outbox, &answer, centre, 1, &err);
}

/* By the centre that took the reports. */
static int told(struct world *world, uint64_t waiting, uint64_t view_sequence, bool more)
{
	const struct office_held_centre same = {.incarnation =
							item_at(world, 2).receipt.incarnation};

	return told_by(world, &same, waiting, view_sequence, more);
}

static void a_report_that_waits_for_the_head_is_told_so_until_it_is_decided(void **state)
{
	Dondoc__V1__ListRequests ask;
	struct world world;
	struct office_item item;

	(void)state;
	world_open(&world);
	assert_int_equal(item_at(&world, 1).state, OFFICE_ACCEPTED);
	item = item_at(&world, 2);
	assert_int_equal(item.state, OFFICE_HELD);
	assert_int_equal(item.receipt.sequence, 2);
	assert_true(office_held_ask(world.sim.outbox, "U1", &ask));
	assert_int_equal(ask.kind, DONDOC__V1__REQUEST_KIND__REQUEST_OUTGOING);
	assert_string_equal(ask.from_unit, "U1");

	assert_int_equal(told(&world, 3, 3, true), 0); /* not all are told */
	assert_int_equal(item_at(&world, 2).state, OFFICE_HELD);
	assert_int_equal(told(&world, 3, 1, false), 0); /* older than the report */
	assert_int_equal(item_at(&world, 2).state, OFFICE_HELD);
	assert_int_equal(told(&world, 3, 3, false), 0);
	item = item_at(&world, 2);
	assert_int_equal(item.state, OFFICE_ACCEPTED);
	assert_string_equal(item.reason, OFFICE_HELD_DECIDED);
	assert_int_equal(item.receipt.sequence, 2);
	assert_int_equal(item_at(&world, 3).state, OFFICE_HELD);
	assert_int_equal(told(&world, 99, 9, false), 0);
	assert_int_equal(item_at(&world, 3).state, OFFICE_ACCEPTED);
	assert_false(office_held_ask(world.sim.outbox, "U1", &ask));
	world_close(&world);
}

static void a_restored_centre_that_lost_a_held_report_gets_it_again(void **state)
{
	struct world world;
	struct office_held_centre restored = {0};

	(void)state;
	world_open(&world);
	restored.incarnation = item_at(&world, 2).receipt.incarnation + 1;
	sim_link(&world.sim, DD_LINK_CONNECTING);
	centre_restore(&world.centre, 1);
	/* The restored log is longer already than the receipts, and nothing waits in it. */
	assert_int_equal(told_by(&world, &restored, 99, 99, false), 0);
	assert_int_equal(item_at(&world, 2).state, OFFICE_HELD);
	assert_int_equal(item_at(&world, 3).state, OFFICE_HELD);

	sim_link(&world.sim, DD_LINK_UP);
	sim_settle(&world.sim);
	assert_int_equal(world.centre.count, 3); /* they went out again */
	assert_int_equal(item_at(&world, 2).state, OFFICE_HELD);
	restored.compared = true;
	assert_int_equal(told_by(&world, &restored, 99, 99, false), 0);
	assert_int_equal(item_at(&world, 2).state, OFFICE_ACCEPTED);
	world_close(&world);
}

static void another_answer_changes_nothing(void **state)
{
	const struct office_held_centre centre = {.compared = true};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	struct dd_error err;
	struct world world;

	(void)state;
	world_open(&world);
	assert_int_equal(office_held_take(world.sim.outbox, &answer, &centre, 1, &err),
			 DD_ERR_INVALID);
	assert_int_equal(item_at(&world, 2).state, OFFICE_HELD);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_that_waits_for_the_head_is_told_so_until_it_is_decided),
		cmocka_unit_test(a_restored_centre_that_lost_a_held_report_gets_it_again),
		cmocka_unit_test(another_answer_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
