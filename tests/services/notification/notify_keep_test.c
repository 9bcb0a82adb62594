/* notify_keep_test.c - a silence, a beginning, a promise, a digest that is left out: the agenda
 * learns it without being made anew, and nothing is told that no longer holds, nothing missed. */
#include "services/notification/notify_impl.h"

#include "tests/services/notification/living.h"

static uint64_t made(const struct world *world)
{
	struct notify_engine_status status;

	notify_engine_status(world->nodes[0].engine, &status);
	return status.agenda_made;
}

static size_t times(const struct world *world, uint64_t task)
{
	size_t count = 0;

	for (size_t i = 0; i < world->task.told_count; i++)
		count += !world->task.told[i].gone && world->task.told[i].task == task;
	return count;
}

static void end_silence(struct world *world, uint64_t silence)
{
	Dondoc__V1__SilenceEnded ended = DONDOC__V1__SILENCE_ENDED__INIT;
	Dondoc__V1__EndSilence said = DONDOC__V1__END_SILENCE__INIT;
	const struct origin origin = {.unit = ""};

	said.silence = silence;
	said.reason = (char *)"Đã xong";
	ended.said = &said;
	ended.day = dd_day_of(world->wall_us);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	(void)append(&world->task, EVENT(SILENCE_ENDED), &ended.base, &origin);
}

static void a_silence_that_is_set_and_ended_touches_its_own_tasks_alone(void **state)
{
	struct world *world = world_of("2026-10-12 08:00"); /* a Monday */
	uint64_t held, other, before, set;

	(void)state;
	held = fake_add(&world->task, "SYT", test_day("2026-10-19"), "Tạm ngừng")
		       ->id; /* -3: 14th */
	other = fake_add(&world->task, "STC", test_day("2026-10-19"), "Việc khác")->id;
	world_start(world, 0);
	live(world, 1);
	before = made(world);
	silence(world, "SYT", "2026-10-13", "2026-10-30");
	set = world->task.head.sequence;
	live(world, 5);
	assert_int_equal(times(world, held), 1); /* -7, on the 12th */
	assert_int_equal(times(world, other), 2);
	end_silence(world, set); /* on the 17th, a Saturday */
	live(world, 6);
	assert_int_equal(day_of(world, told_of(world, "due", held)), test_day("2026-10-19"));
	assert_int_equal(times(world, held), 3); /* and +1 */
	assert_int_equal(day_of(world, told_of(world, "due", other)), test_day("2026-10-19"));
	assert_int_equal(made(world), before);
	done_with(world);
}

static void a_plan_that_is_started_is_looked_at_by_itself(void **state)
{
	struct world *world = world_of("2026-10-12 08:00");
	uint64_t late, before;

	(void)state;
	(void)fake_add(&world->task, "STC", test_day("2026-12-30"), "Việc khác");
	plan_of(world, "KH2");
	late = task_in(world, "KH2", "SYT", test_day("2026-09-01"));
	world_start(world, 0);
	live(world, 2);
	before = made(world);
	assert_int_equal(world->task.digest_count, 0);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_start(&world->task, "KH2", test_day("2026-10-15"));
	live(world, 3);
	assert_int_equal(day_of(world, told_of(world, "first", late)), test_day("2026-10-15"));
	assert_int_equal(made(world), before);
	done_with(world);
}

static void a_promise_and_a_digest_left_out_touch_their_tasks_alone(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *promised, *done, *open;
	uint64_t before;

	(void)state;
	promised = fake_add(&world->task, "STC", test_day("2026-10-14"), "Hẹn");
	done = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Xong");
	open = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Còn");
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 1);
	before = made(world);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_complete(&world->task, done);
	promise(world, promised, "2026-10-20");
	world->mail_server_down = false;
	live(world, 8);
	assert_null(told_of(world, "after", promised->id));
	assert_int_equal(day_of(world, told_of(world, "promise", promised->id)),
			 test_day("2026-10-21"));
	assert_null(told_of(world, "due", done->id));
	assert_int_equal(day_of(world, told_of(world, "due", open->id)), test_day("2026-10-15"));
	assert_true(world_count(world, STATE(DROPPED)) > 0);
	assert_int_equal(made(world), before);
	done_with(world);
}

/* What this service has not dropped itself it does not know: it looks at everything. */
static void what_another_service_has_left_out_is_told_all_the_same(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *done, *open;

	(void)state;
	done = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Xong");
	open = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Còn");
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 1);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_complete(&world->task, done);
	world->mail_server_down = false;
	for (int i = 0; i < 400 && world_count(world, STATE(DROPPED)) == 0; i++) {
		world_feed_all(world, &world->nodes[0]);
		world_turn(world, &world->nodes[0]);
		(void)world_commands_arrive(world, &world->nodes[0], true);
		for (unsigned k = 0; k < NOTIFY_SLOTS; k++)
			if (world->nodes[0].fetching[k])
				world_fetch_arrives(world, &world->nodes[0], k, true);
		world_pass(world, MINUTE_US / 10);
	}
	assert_int_equal(world_count(world, STATE(DROPPED)), 1);
	world_kill(world, &world->nodes[0]);
	world_start(world, 0);
	live(world, 2);
	assert_non_null(told_of(world, "due", open->id));
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silence_that_is_set_and_ended_touches_its_own_tasks_alone),
		cmocka_unit_test(a_plan_that_is_started_is_looked_at_by_itself),
		cmocka_unit_test(a_promise_and_a_digest_left_out_touch_their_tasks_alone),
		cmocka_unit_test(what_another_service_has_left_out_is_told_all_the_same),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
