/* notify_slot_test.c - a digest whose first way does not lead to its reader. */
#include "tests/services/notification/world.h"

#include "tests/support/fake_clock.h"

static struct world *world_of(const char *time)
{
	struct world *world = dd_alloc(sizeof(*world));

	world_begin(world, 1, test_time(time));
	fake_unit(&world->task, "SYT", "Sở Y tế");
	fake_unit(&world->task, "KHONG1", "Không có địa chỉ");
	world->two_ways = true;
	return world;
}

static void done_with(struct world *world)
{
	world_end(world);
	free(world);
}

static void run(struct world *world, int minutes)
{
	for (int i = 0; i < minutes; i++) {
		world_settle(world, &world->nodes[0]);
		world_pass(world, MINUTE_US);
	}
}

static struct view_digest digest_of(struct world *world)
{
	struct view_digest digest;

	assert_int_equal(world->task.digest_count, 1);
	assert_int_equal(
		view_digest(world->nodes[0].view, false, world->task.digests[0].id, &digest), 0);
	return digest;
}

static void a_mail_that_waits_too_long_goes_by_the_second_way(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct view_digest digest;

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world->mail_server_down = true;
	world_start(world, 0);
	run(world, 6);
	assert_int_equal(world_copies(world), 0); /* some minutes are not too long */
	run(world, 20);
	assert_int_equal(world_copies(world), 1);
	digest = digest_of(world);
	assert_int_equal(digest.state, STATE(DELIVERED));
	assert_int_equal(digest.channel, NOTIFY_SMS);
	assert_int_equal(digest.attempts, NOTIFY_CHANNEL_TRIES + 1);
	assert_int_equal(digest.tries, 1);
	assert_int_equal(digest.spent, 1 << NOTIFY_EMAIL);
	done_with(world);
}

/* Whatever the next life finds in its memory: the log says what was tried. */
static void a_new_life_goes_on_by_the_way_that_was_begun(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct world_node *node = &world->nodes[0];

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world->mail_server_down = true;
	world_start(world, 0);
	run(world, 2);
	for (int i = 0; i < 6; i++) {
		world_kill(world, node);
		world_delete_store(node);
		world_start(world, 0);
		run(world, 5);
	}
	assert_int_equal(world_copies(world), 1);
	assert_int_equal(digest_of(world).channel, NOTIFY_SMS);
	done_with(world);
}

static void a_refusal_for_good_goes_by_the_second_way_at_once(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct view_digest digest;

	(void)state;
	(void)fake_add(&world->task, "KHONG1", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	for (int i = 0; i < 3; i++) { /* less time than any pause */
		world_settle(world, &world->nodes[0]);
		world_pass(world, 11 * DD_SECOND_US);
	}
	world_settle(world, &world->nodes[0]);
	/* its short messages are refused, too: then a person must look */
	digest = digest_of(world);
	assert_int_equal(digest.state, STATE(FAILED));
	assert_int_equal(digest.attempts, 2);
	assert_int_equal(digest.channel, NOTIFY_SMS);
	assert_int_equal(digest.spent, 1 << NOTIFY_EMAIL | 1 << NOTIFY_SMS);
	done_with(world);
}

static void who_has_had_enough_today_is_told_tomorrow(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world->mail_server_down = true;
	world->shorts_off = true;
	world_start(world, 0);
	run(world, 120);
	assert_int_equal(world_copies(world), 0);
	assert_int_equal(digest_of(world).state, STATE(WAITING)); /* nothing is dropped */
	world->shorts_off = false;
	run(world, 70);
	assert_int_equal(world_copies(world), 1);
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_that_waits_too_long_goes_by_the_second_way),
		cmocka_unit_test(a_new_life_goes_on_by_the_way_that_was_begun),
		cmocka_unit_test(a_refusal_for_good_goes_by_the_second_way_at_once),
		cmocka_unit_test(who_has_had_enough_today_is_told_tomorrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
