/* notify_preview_test.c - what the preview promises is what the service then does. */
#include "services/notification/notify_preview.h"

#define FAKE_TASKS   512
#define FAKE_DIGESTS 512
#define FAKE_INTENTS 8192
#include "tests/services/notification/living.h"

static Dondoc__V1__Answer *preview(struct world *world, const Dondoc__V1__PreviewReminders *ask)
{
	struct world_node *node = &world->nodes[0];
	const int32_t today = dd_day_of(world->wall_us);
	Dondoc__V1__Answer *answer;
	struct dd_buf out = {0};
	struct dd_error err = {0};
	int32_t from, to;

	assert_int_equal(view_flush(node->view, &err), 0);
	assert_int_equal(notify_preview_days(ask, today, &from, &to, &err), 0);
	if (notify_preview(node->view, today, 0, ask, &out, &err) != 0)
		fail_msg("%s", err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	return answer;
}

static struct world *world_with_tasks(void)
{
	struct world *world = dd_alloc(sizeof(*world));

	world_begin(world, 5, test_time("2026-10-14 07:00"));
	fake_unit(&world->task, "SYT", "Sở Y tế");
	fake_unit(&world->task, "STC", "Sở Tài chính");
	fake_holiday(&world->task, test_day("2026-10-20"));
	for (int i = 0; i < 30; i++)
		(void)fake_add(&world->task, i % 3 == 0 ? "STC" : "SYT",
			       test_day("2026-10-01") + i * 2, "Nhiệm vụ");
	fake_complete(&world->task, &world->task.works[4]);
	world_start(world, 0);
	world_feed_all(world, &world->nodes[0]);
	return world;
}

/* `each`: everything that falls is told, nothing is made needless by what follows it. */
static void keeps_its_promise(struct world *world, bool each)
{
	Dondoc__V1__PreviewReminders ask = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	Dondoc__V1__Answer *answer = preview(world, &ask);
	const Dondoc__V1__Preview *promised = answer->preview;

	assert_false(promised->rows_cut);
	assert_true(promised->n_rows > 10);
	for (int day = 0; day <= 30; day++) {
		for (int i = 0; i < 70; i++) {
			world_settle(world, &world->nodes[0]);
			world_pass(world, MINUTE_US);
		}
		world_pass(world, DD_DAY_US - 70 * MINUTE_US);
	}
	assert_int_equal(world->task.digest_count, promised->n_rows);
	for (size_t i = 0; i < promised->n_rows; i++) {
		const Dondoc__V1__PreviewRow *row = promised->rows[i];
		const struct fake_digest *digest = &world->task.digests[i];
		Dondoc__V1__PlanDigest *plan = fake_task_plan(&world->task, digest->id);

		assert_int_equal(row->day, digest->day);
		assert_string_equal(row->unit, digest->unit);
		assert_int_equal(row->n_intents, plan->n_intents);
		for (size_t k = 0; k < plan->n_intents; k++) {
			assert_int_equal(row->intents[k]->task, plan->intents[k]->task);
			assert_int_equal(row->intents[k]->step, plan->intents[k]->step);
			assert_int_equal(row->intents[k]->due_day, plan->intents[k]->due_day);
		}
		dondoc__v1__plan_digest__free_unpacked(plan, NULL);
	}
	dondoc__v1__answer__free_unpacked(answer, NULL);
	/* and nothing of it is promised again */
	ask.from_day = test_day("2026-10-14");
	ask.to_day = test_day("2026-11-13");
	answer = preview(world, &ask);
	assert_true(!each || answer->preview->n_rows == 0);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	world_end(world);
	free(world);
}

static void what_is_promised_is_what_is_sent(void **state)
{
	(void)state;
	keeps_its_promise(world_with_tasks(), true);
}

/* One that is in force, one that begins later, and what falls into them. */
static void with_silences_and_their_summaries(void **state)
{
	struct world *world = world_with_tasks();

	(void)state;
	silence(world, "SYT", "2026-10-13", "2026-10-16");
	silence(world, "STC", "2026-10-26", "2026-11-03");
	world_feed_all(world, &world->nodes[0]);
	keeps_its_promise(world, true);
}

/* Of 460 tasks 200 are told a day. */
static void with_more_than_fits_into_a_message(void **state)
{
	struct world *world = world_with_tasks();

	(void)state;
	for (int i = 0; i < 460; i++)
		(void)fake_add(&world->task, "SYT", test_day("2026-10-12") + i % 5, "Nhiều việc");
	world_feed_all(world, &world->nodes[0]);
	keeps_its_promise(world, false);
}

/* On the 20th nobody sends, whether STC works or not. */
static void with_days_of_units_too(void **state)
{
	struct world *world = world_with_tasks();

	(void)state;
	fake_day(&world->task, "STC", test_day("2026-10-20"), DONDOC__V1__DAY_KIND__DAY_ORDINARY);
	fake_day(&world->task, "STC", test_day("2026-10-24"), DONDOC__V1__DAY_KIND__DAY_WORKED);
	fake_day(&world->task, "SYT", test_day("2026-10-14"), DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	for (int32_t day = test_day("2026-10-26"); day < test_day("2026-10-29"); day++)
		fake_day(&world->task, "SYT", day, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	world_feed_all(world, &world->nodes[0]);
	keeps_its_promise(world, true);
}

static void on_its_own_holiday_a_unit_is_promised_nothing(void **state)
{
	struct world *world = world_with_tasks();
	Dondoc__V1__PreviewReminders ask = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	Dondoc__V1__Answer *answer;
	int others = 0;

	(void)state;
	fake_day(&world->task, "SYT", test_day("2026-10-21"), DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	world_feed_all(world, &world->nodes[0]);
	answer = preview(world, &ask);
	for (size_t i = 0; i < answer->preview->n_rows; i++) {
		const Dondoc__V1__PreviewRow *row = answer->preview->rows[i];

		if (row->day == test_day("2026-10-21"))
			assert_string_equal(row->unit, "STC");
		others += row->day == test_day("2026-10-21");
	}
	assert_int_equal(others, 1);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	world_end(world);
	free(world);
}

static void the_first_day_tells_what_was_missed_and_a_unit_can_be_picked(void **state)
{
	struct world *world = world_with_tasks();
	Dondoc__V1__PreviewReminders ask = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	Dondoc__V1__Answer *answer;

	(void)state;
	ask.unit = (char *)"SYT";
	ask.from_day = test_day("2026-10-17"); /* a Saturday */
	answer = preview(world, &ask);
	assert_int_equal(answer->preview->rows[0]->day, test_day("2026-10-19"));
	assert_true(answer->preview->rows[0]->deferred);
	assert_string_equal(answer->preview->rows[0]->unit_name, "Sở Y tế");
	for (size_t i = 0; i < answer->preview->n_rows; i++) {
		assert_string_equal(answer->preview->rows[i]->unit, "SYT");
		assert_int_not_equal(answer->preview->rows[i]->day, test_day("2026-10-20"));
		assert_int_equal(answer->preview->rows[i]->deferred, i == 0);
	}
	dondoc__v1__answer__free_unpacked(answer, NULL);
	world_end(world);
	free(world);
}

static void days_out_of_order_or_too_far_apart_are_refused(void **state)
{
	Dondoc__V1__PreviewReminders ask = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	struct dd_error err = {0};
	int32_t from, to;

	(void)state;
	ask.from_day = 20000;
	ask.to_day = 19999;
	assert_int_equal(notify_preview_days(&ask, 20000, &from, &to, &err), DD_ERR_INVALID);
	ask.to_day = 20401;
	assert_int_equal(notify_preview_days(&ask, 20000, &from, &to, &err), DD_ERR_INVALID);
	ask.from_day = INT32_MIN;
	ask.to_day = INT32_MAX;
	assert_int_equal(notify_preview_days(&ask, 20000, &from, &to, &err), DD_ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_promised_is_what_is_sent),
		cmocka_unit_test(with_days_of_units_too),
		cmocka_unit_test(with_silences_and_their_summaries),
		cmocka_unit_test(with_more_than_fits_into_a_message),
		cmocka_unit_test(on_its_own_holiday_a_unit_is_promised_nothing),
		cmocka_unit_test(the_first_day_tells_what_was_missed_and_a_unit_can_be_picked),
		cmocka_unit_test(days_out_of_order_or_too_far_apart_are_refused),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
