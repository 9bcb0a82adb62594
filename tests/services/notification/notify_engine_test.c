/* notify_engine_test.c - the engine in single stories: who sends, when, how often, and what happens
 * when something is lost, late or refused. */
#include "tests/services/notification/world.h"

#include "tests/support/fake_clock.h"

#define FOREVER 30 /* minutes that are more than any pause between two tries */

static struct world *world_of(const char *time)
{
	struct world *world = dd_alloc(sizeof(*world));

	world_begin(world, 1, test_time(time));
	fake_unit(&world->task, "SKHCN", "Sở Khoa học và Công nghệ");
	fake_unit(&world->task, "SYT", "Sở Y tế");
	return world;
}

static void done_with(struct world *world)
{
	world_end(world);
	free(world);
}

static void run(struct world *world, int number, int minutes)
{
	for (int i = 0; i < minutes; i++) {
		world_settle(world, &world->nodes[number]);
		world_pass(world, MINUTE_US);
	}
}

static void many_due_tasks_of_a_unit_are_one_mail_that_lists_them(void **state)
{
	struct world *world = world_of("2026-10-14 07:00");
	Dondoc__V1__PlanDigest *plan;

	(void)state;
	for (int i = 0; i < 40; i++)
		(void)fake_add(&world->task, "SKHCN", test_day("2026-10-16"), "Rà soát thủ tục");
	world_start(world, 0);
	run(world, 0, 50);
	assert_int_equal(world->task.digest_count, 0); /* before working time */
	run(world, 0, 30);
	assert_int_equal(world->task.digest_count, 1);
	assert_int_equal(world_count(world, STATE(DELIVERED)), 1);
	assert_int_equal(world_copies(world), 1);
	plan = fake_task_plan(&world->task, world->task.digests[0].id);
	assert_int_equal(plan->n_intents, 40);
	assert_non_null(strstr(plan->text, "[40] Rà soát thủ tục"));
	dondoc__v1__plan_digest__free_unpacked(plan, NULL);
	done_with(world);
}

static void each_step_is_told_once_and_on_its_day(void **state)
{
	static const char *const days[] = {"2026-10-06", "2026-10-12", "2026-10-15", "2026-10-16"};
	struct world *world = world_of("2026-10-01 07:55");

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	for (int day = 0; day < 40; day++) {
		run(world, 0, 20);
		world_pass(world, DD_DAY_US - 20 * MINUTE_US);
	}
	assert_int_equal(world->task.digest_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(world->task.digests[i].day, test_day(days[i]));
	assert_int_equal(world_count(world, STATE(DELIVERED)), 4);
	assert_int_equal(world->task.refusals, 0);
	done_with(world);
}

static void a_task_done_in_the_night_is_not_told_in_the_morning(void **state)
{
	struct world *world = world_of("2026-10-14 17:05");
	struct fake_work *work;

	(void)state;
	work = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	run(world, 0, 5);
	fake_complete(&world->task, work);
	world_pass(world, 15 * 3600 * DD_SECOND_US);
	run(world, 0, FOREVER);
	assert_int_equal(world->task.digest_count, 0);
	done_with(world);
}

static void a_new_lead_and_a_new_date_are_told_anew(void **state)
{
	struct world *world = world_of("2026-10-14 09:00");
	struct fake_work *work;

	(void)state;
	work = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	run(world, 0, FOREVER);
	assert_int_equal(world->task.told_count, 1);
	fake_assign(&world->task, work, "SKHCN");
	run(world, 0, FOREVER);
	assert_int_equal(world->task.told_count, 2);
	assert_string_equal(world->task.told[1].unit, "SKHCN");
	fake_due(&world->task, work, test_day("2026-10-16"));
	run(world, 0, FOREVER);
	assert_int_equal(world->task.told_count, 2); /* one digest a unit a day */
	world_pass(world, DD_DAY_US);
	run(world, 0, FOREVER);
	assert_int_equal(world->task.told_count, 3);
	assert_int_equal(world->task.told[2].due_day, test_day("2026-10-16"));
	done_with(world);
}

static void a_mail_server_that_is_down_gets_the_mail_once_when_it_is_back(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world->mail_server_down = true;
	world_start(world, 0);
	run(world, 0, 120);
	assert_int_equal(world_copies(world), 0);
	assert_int_equal(world->task.digests[0].state, STATE(WAITING));
	/* 1, 2, 4 ... then 60 minutes, each up to a quarter longer: no storm */
	assert_true(world->task.digests[0].attempts >= 6 && world->task.digests[0].attempts <= 8);
	world->mail_server_down = false;
	run(world, 0, 80);
	assert_int_equal(world_copies(world), 1);
	assert_int_equal(world->task.digests[0].state, STATE(DELIVERED));
	run(world, 0, 120);
	assert_int_equal(world_copies(world), 1);
	done_with(world);
}

/* Nor does a service that stands by take it for work that nobody does. */
static void mail_that_waits_goes_out_after_the_units_own_holiday(void **state)
{
	struct world *world = world_of("2026-10-14 07:55");

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-16"), "Báo cáo");
	fake_day(&world->task, "SYT", test_day("2026-10-15"), DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	world->mail_server_down = true;
	world_start(world, 0);
	world_start(world, 1);
	world_pass(world, 8 * 60 * MINUTE_US + 45 * MINUTE_US);
	run(world, 0, 15); /* until 16:55 */
	assert_int_equal(world_count(world, STATE(WAITING)), 1);
	world->mail_server_down = false;
	world_pass(world, 16 * 60 * MINUTE_US);
	for (int i = 0; i < 60; i++) { /* the holiday, from 8:55 */
		run(world, 0, 1);
		world_settle(world, &world->nodes[1]);
	}
	assert_int_equal(world_copies(world), 0);
	assert_int_equal(world->task.epoch, 1);
	world_pass(world, 23 * 60 * MINUTE_US);
	run(world, 0, 5);
	assert_int_equal(world_count(world, STATE(DELIVERED)), world->task.digest_count);
	assert_true(world_copies(world) > 0);
	done_with(world);
}

static void a_unit_without_an_address_becomes_a_dead_letter_and_others_go_on(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	fake_unit(&world->task, "KHONGCO", "Đơn vị không có địa chỉ");
	(void)fake_add(&world->task, "KHONGCO", test_day("2026-10-15"), "Công khai");
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	run(world, 0, FOREVER);
	assert_int_equal(world_count(world, STATE(FAILED)), 1);
	assert_int_equal(world_count(world, STATE(DELIVERED)), 1);
	assert_string_equal(world->task.digests[0].reply, "no address");
	done_with(world);
}

static void after_the_last_attempt_a_person_must_look(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	world->policy.attempts = 3;
	world->mail_server_down = true;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	run(world, 0, 120);
	assert_int_equal(world->task.digests[0].attempts, 3);
	assert_int_equal(world->task.digests[0].state, STATE(FAILED));
	done_with(world);
}

static void lost_answers_make_nothing_happen_twice(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct world_node *node = &world->nodes[0];

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	/* Every second answer is lost; each command that it was about did arrive. */
	for (int i = 0; i < 400; i++) {
		if (i % 7 != 0)
			world_feed_all(world, node);
		world_turn(world, node);
		(void)world_commands_arrive(world, node, i % 2 == 0);
		for (unsigned k = 0; k < NOTIFY_SLOTS; k++) {
			if (node->fetching[k])
				world_fetch_arrives(world, node, k, i % 3 == 0);
			if (node->mail[k] == MAIL_ON_WAY)
				world_mail_arrives(world, node, k);
			if (node->mail[k] != MAIL_NONE)
				world_mail_answered(world, node, k);
		}
		world_pass(world, DD_SECOND_US);
	}
	assert_int_equal(world_copies(world), 1);
	assert_int_equal(world->task.digests[0].state, STATE(DELIVERED));
	done_with(world);
}

static void killed_in_the_window_it_sends_one_more_copy_under_a_new_epoch(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct world_node *node = &world->nodes[0];

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	while (node->mail[0] != MAIL_ON_WAY) {
		world_feed_all(world, node);
		world_turn(world, node);
		(void)world_commands_arrive(world, node, true);
		if (node->fetching[0])
			world_fetch_arrives(world, node, 0, true);
		world_pass(world, DD_SECOND_US);
	}
	world_mail_arrives(world, node, 0);
	world_kill(world, node);
	world_delete_store(node);
	world_start(world, 0);
	run(world, 0, 10);
	assert_int_equal(world->task.epoch, 2);
	assert_int_equal(world->task.digests[0].attempts, 2);
	assert_int_equal(world_copies(world), 2);
	assert_int_equal(world->task.digest_count, 1);
	done_with(world);
}

static void a_deleted_store_comes_back_and_nothing_is_sent_twice(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	(void)fake_add(&world->task, "SKHCN", test_day("2026-10-13"), "Báo cáo");
	world_start(world, 0);
	run(world, 0, FOREVER);
	assert_int_equal(world_copies(world), 2);
	world_kill(world, &world->nodes[0]);
	world_delete_store(&world->nodes[0]);
	world_start(world, 0);
	run(world, 0, FOREVER);
	assert_int_equal(world_copies(world), 2);
	assert_int_equal(world->task.digest_count, 2);
	done_with(world);
}

static void a_second_service_stands_by_and_takes_over_from_a_dead_one(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	world_start(world, 0);
	run(world, 0, 3);
	world_start(world, 1);
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	run(world, 1, 5);
	assert_int_equal(world->task.epoch, 1);
	assert_int_equal(world->task.digest_count, 0);
	run(world, 1, 15); /* the holder does nothing */
	assert_int_equal(world->task.epoch, 2);
	assert_int_equal(world_copies(world), 1);
	run(world, 0, 15); /* it wakes up: another has the lease */
	assert_int_equal(world->task.epoch, 2);
	assert_int_equal(world_copies(world), 1);
	done_with(world);
}

static void a_holder_that_was_held_up_does_not_send_late(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct world_node *node = &world->nodes[0];

	(void)state;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	while (world->task.digest_count == 0 ||
	       world->task.digests[0].state != STATE(HANDING_OVER)) {
		world_feed_all(world, node);
		world_turn(world, node);
		(void)world_commands_arrive(world, node, true);
		if (node->fetching[0])
			world_fetch_arrives(world, node, 0, true);
		world_pass(world, DD_SECOND_US);
	}
	world_pass(world, 5 * MINUTE_US); /* stopped between "accepted" and the mail */
	world_settle(world, node);
	assert_int_equal(world_copies(world), 0);
	assert_int_equal(world->task.digests[0].state, STATE(WAITING));
	run(world, 0, 10);
	assert_int_equal(world_copies(world), 1);
	done_with(world);
}

static void a_restored_log_is_planned_for_and_nothing_is_sent(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct notify_engine_status status;

	(void)state;
	world->policy.incarnation = 0; /* the log's is 1 */
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	run(world, 0, FOREVER);
	assert_int_equal(world->task.digest_count, 1);
	assert_int_equal(world->task.digests[0].state, STATE(PLANNED));
	assert_int_equal(world_copies(world), 0);
	notify_engine_status(world->nodes[0].engine, &status);
	assert_true(status.sending_held);
	done_with(world);
}

static void what_is_switched_off_sends_nothing_and_takes_no_lease(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	world->policy.enabled = false;
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	run(world, 0, FOREVER);
	assert_int_equal(world->task.command_count, 0);
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_due_tasks_of_a_unit_are_one_mail_that_lists_them),
		cmocka_unit_test(each_step_is_told_once_and_on_its_day),
		cmocka_unit_test(a_task_done_in_the_night_is_not_told_in_the_morning),
		cmocka_unit_test(a_new_lead_and_a_new_date_are_told_anew),
		cmocka_unit_test(a_mail_server_that_is_down_gets_the_mail_once_when_it_is_back),
		cmocka_unit_test(mail_that_waits_goes_out_after_the_units_own_holiday),
		cmocka_unit_test(a_unit_without_an_address_becomes_a_dead_letter_and_others_go_on),
		cmocka_unit_test(after_the_last_attempt_a_person_must_look),
		cmocka_unit_test(lost_answers_make_nothing_happen_twice),
		cmocka_unit_test(killed_in_the_window_it_sends_one_more_copy_under_a_new_epoch),
		cmocka_unit_test(a_deleted_store_comes_back_and_nothing_is_sent_twice),
		cmocka_unit_test(a_second_service_stands_by_and_takes_over_from_a_dead_one),
		cmocka_unit_test(a_holder_that_was_held_up_does_not_send_late),
		cmocka_unit_test(a_restored_log_is_planned_for_and_nothing_is_sent),
		cmocka_unit_test(what_is_switched_off_sends_nothing_and_takes_no_lease),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
