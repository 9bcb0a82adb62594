/* office_outbox_free_test.c - what a backup of the centre covers loses its bytes and nothing else.
 */
#include "services/office/office_tables.h"
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
	for (int i = 0; i < 6; i++)
		sim_save(&world->sim, i == 4 ? "<for the head>" : "<report>");
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

static bool has_body(struct world *world, uint64_t number)
{
	uint8_t *body;
	size_t len;

	assert_int_equal(
		office_outbox_body(world->sim.outbox, item_at(world, number).id, &body, &len), 0);
	free(body);
	return len > 0;
}

/* The log was cut behind record *arg: what is before has the first incarnation. */
static bool before_the_cut(void *arg, uint64_t sequence, uint32_t *incarnation_out)
{
	const struct dd_position *cut = arg;

	*incarnation_out = cut->incarnation;
	return sequence <= cut->sequence;
}

static size_t covered_after(struct world *world, uint32_t incarnation, uint64_t sequence,
			    struct dd_position *cut)
{
	const struct office_backup backup = {
		.covered = {.incarnation = incarnation, .sequence = sequence},
		.incarnation_at = before_the_cut,
		.arg = cut};
	struct dd_error err;
	size_t freed;

	assert_int_equal(office_outbox_free(world->sim.outbox, &backup, &freed, &err), 0);
	return freed;
}

static size_t covered(struct world *world, uint32_t incarnation, uint64_t sequence)
{
	struct dd_position nowhere = {0};

	return covered_after(world, incarnation, sequence, &nowhere);
}

static void only_what_is_covered_and_decided_goes(void **state)
{
	struct world world;
	uint32_t incarnation;

	(void)state;
	world_open(&world);
	incarnation = item_at(&world, 1).receipt.incarnation;
	assert_int_equal(covered(&world, incarnation + 1, 99), 0); /* maybe lost by a restore */
	assert_int_equal(covered(&world, incarnation, item_at(&world, 3).receipt.sequence), 3);
	assert_false(has_body(&world, 1));
	assert_false(has_body(&world, 3));
	assert_true(has_body(&world, 4));
	assert_int_equal(covered(&world, incarnation, 99), 2);
	assert_true(has_body(&world, 5)); /* the head of the unit has not decided */
	assert_int_equal(covered(&world, incarnation, 99), 0);
	assert_int_equal(item_at(&world, 2).state, OFFICE_ACCEPTED);
	assert_int_not_equal(item_at(&world, 2).receipt.sequence, 0);
	world_close(&world);
}

/* The record of what was freed is spoiled: whoever reads it fails. */
static void what_was_freed_is_not_gone_through_again(void **state)
{
	struct world world;
	struct office_backup backup = {.covered = {.sequence = 99}};
	struct dd_position nowhere = {0};
	struct office_item freed;
	struct dd_error err;
	struct dd_key key;
	size_t count;

	(void)state;
	world_open(&world);
	freed = item_at(&world, 2);
	backup.covered.incarnation = freed.receipt.incarnation;
	backup.incarnation_at = before_the_cut;
	backup.arg = &nowhere;
	assert_int_equal(office_outbox_free(world.sim.outbox, &backup, &count, &err), 0);
	assert_int_equal(count, 5);
	key = office_key_item(freed.id);
	assert_int_equal(office_begin(world.sim.outbox, &err), 0);
	assert_int_equal(office_end(world.sim.outbox,
				    office_put(world.sim.outbox, &key, "x", 1, &err), &err),
			 0);
	assert_int_equal(office_outbox_free(world.sim.outbox, &backup, &count, &err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(office_begin(world.sim.outbox, &err), 0);
	assert_int_equal(office_end(world.sim.outbox,
				    office_put(world.sim.outbox, &key, &freed, sizeof(freed), &err),
				    &err),
			 0);
	world_close(&world);
}

static void after_a_restore_what_the_log_still_has_goes_too(void **state)
{
	struct world world;
	struct dd_position cut;

	(void)state;
	world_open(&world);
	cut = (struct dd_position){.incarnation = item_at(&world, 3).receipt.incarnation,
				   .sequence = item_at(&world, 3).receipt.sequence};
	assert_int_equal(covered_after(&world, cut.incarnation + 1, 99, &cut), 3);
	assert_false(has_body(&world, 3));
	assert_true(has_body(&world, 4)); /* of the lost part */
	cut.incarnation += 7;             /* another restore has other records there */
	cut.sequence = 99;
	assert_int_equal(covered_after(&world, cut.incarnation + 1, 99, &cut), 0);
	world_close(&world);
}

static void the_centre_asks_no_more_for_what_was_freed(void **state)
{
	struct world world;
	size_t before;

	(void)state;
	world_open(&world);
	before = world.centre.count;
	assert_int_equal(covered(&world, item_at(&world, 1).receipt.incarnation, 99), 5);
	sim_kill(&world.sim);
	sim_start(&world.sim);
	sim_save(&world.sim, "<one more>");
	sim_settle(&world.sim);
	assert_int_equal(world.centre.count, before + 1);
	assert_int_equal(item_at(&world, 2).state, OFFICE_ACCEPTED);
	world_close(&world);
}

/* It cannot be: the centre was restored from an older backup than the one that covered them. */
static void a_centre_that_lost_what_was_covered_is_told_of(void **state)
{
	struct office_notice notice;
	struct world world;

	(void)state;
	world_open(&world);
	assert_int_equal(covered(&world, item_at(&world, 1).receipt.incarnation, 99), 5);
	sim_link(&world.sim, DD_LINK_CONNECTING);
	centre_restore(&world.centre, 3);
	sim_link(&world.sim, DD_LINK_UP);
	sim_settle(&world.sim);
	assert_int_equal(item_at(&world, 2).state, OFFICE_ACCEPTED);
	assert_int_equal(item_at(&world, 4).state, OFFICE_WITHDRAWN);
	assert_int_equal(item_at(&world, 5).state, OFFICE_HELD);
	assert_int_equal(office_outbox_notice(world.sim.outbox, &notice), 0);
	assert_non_null(strstr(notice.text, "2 of them are gone here too"));
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_restore_what_the_log_still_has_goes_too),
		cmocka_unit_test(what_was_freed_is_not_gone_through_again),
		cmocka_unit_test(only_what_is_covered_and_decided_goes),
		cmocka_unit_test(the_centre_asks_no_more_for_what_was_freed),
		cmocka_unit_test(a_centre_that_lost_what_was_covered_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
