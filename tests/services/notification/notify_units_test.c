/* notify_units_test.c - what a unit is told about itself: its period's report, an update that was
 * expected, a plan that it has not confirmed; and the hours in which it is told. */
#include "services/notification/notify_units.h"

#include "tests/services/notification/living.h"

static void now(struct world *world)
{
	fake_task_time(&world->task, world->wall_us, world->mono_us);
}

static void report(struct world *world, struct fake_work *work)
{
	Dondoc__V1__ProgressReported reported = DONDOC__V1__PROGRESS_REPORTED__INIT;
	const struct origin origin = {.unit = work->unit, .work = work};

	reported.note = (char *)"Đang làm";
	now(world);
	(void)append(&world->task, EVENT(PROGRESS_REPORTED), &reported.base, &origin);
}

static uint64_t publish(struct world *world, const char *plan, const char *first,
			const char *second)
{
	Dondoc__V1__PlanPublished published = DONDOC__V1__PLAN_PUBLISHED__INIT;
	Dondoc__V1__PublishPlan said = DONDOC__V1__PUBLISH_PLAN__INIT;
	const struct origin origin = {.unit = ""};
	char *units[] = {(char *)first, (char *)second};

	said.plan = (char *)plan;
	said.day = dd_day_of(world->wall_us);
	published.said = &said;
	published.units = units;
	published.n_units = 2;
	now(world);
	return append(&world->task, EVENT(PLAN_PUBLISHED), &published.base, &origin);
}

static void confirm(struct world *world, const char *plan, uint64_t publication, const char *unit)
{
	Dondoc__V1__PlanAcknowledged confirmed = DONDOC__V1__PLAN_ACKNOWLEDGED__INIT;
	Dondoc__V1__AcknowledgePlan said = DONDOC__V1__ACKNOWLEDGE_PLAN__INIT;
	const struct origin origin = {.unit = unit};

	said.plan = (char *)plan;
	said.publication = publication;
	said.unit = (char *)unit;
	said.day = dd_day_of(world->wall_us);
	confirmed.said = &said;
	now(world);
	(void)append(&world->task, EVENT(PLAN_ACKNOWLEDGED), &confirmed.base, &origin);
}

static size_t times(const struct world *world, const char *rule, const char *unit)
{
	size_t count = 0;

	for (size_t i = 0; i < world->task.told_count; i++) {
		const struct fake_told *told = &world->task.told[i];

		count += !told->gone && strcmp(told->rule, rule) == 0 &&
			 strcmp(told->unit, unit) == 0;
	}
	return count;
}

/* --- periods --------------------------------------------------------------------------------- */

static void an_expected_update_that_did_not_come_is_asked_for_once(void **state)
{
	struct world *world = world_of("2026-10-30 08:00");
	struct fake_work *heard;

	(void)state;
	fake_rule(&world->task, "expected", true);
	(void)fake_add(&world->task, "SYT", test_day("2026-12-31"), "Xa");
	heard = fake_add(&world->task, "STC", test_day("2026-12-31"), "Xa");
	world_start(world, 0);
	live(world, 4);
	report(world, heard);
	live(world, 12);
	assert_int_equal(times(world, "expected", "SYT"), 1);
	assert_int_equal(times(world, "expected", "STC"), 0);
	assert_int_equal(world->task.told_count, 1);
	assert_true(world->task.digests[0].day > world->task.told[0].due_day);
	done_with(world);
}

static void a_unit_heard_from_before_its_mail_went_out_is_not_told_of_its_report(void **state)
{
	struct world *world = world_of("2026-10-30 08:00");
	struct fake_work *heard;

	(void)state;
	fake_rule(&world->task, "period-report", true);
	heard = fake_add(&world->task, "STC", test_day("2026-12-31"), "Xa");
	(void)fake_add(&world->task, "SYT", test_day("2026-12-31"), "Xa");
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 3);                                /* the 30th is a Friday */
	assert_int_equal(world->task.digest_count, 2); /* to both, three days before */
	report(world, heard);
	world->mail_server_down = false;
	live(world, 1);
	for (size_t i = 0; i < 2; i++) {
		const bool silent = strcmp(world->task.digests[i].unit, "SYT") == 0;

		assert_int_equal(world->task.digests[i].state,
				 silent ? STATE(DELIVERED) : STATE(DROPPED));
	}
	live(world, 10);
	assert_int_equal(times(world, "period-report", "STC"), 0);
	done_with(world);
}

/* --- plans made known ------------------------------------------------------------------------ */

static void a_plan_not_confirmed_is_asked_for_and_a_confirmed_one_is_not(void **state)
{
	struct world *world = world_of("2026-10-12 08:00"); /* a Monday */
	uint64_t publication;

	(void)state;
	fake_rule(&world->task, "dissemination", true); /* five working days: the 19th */
	publication = publish(world, FAKE_PLAN, "SYT", "STC");
	world_start(world, 0);
	live(world, 2);
	confirm(world, FAKE_PLAN, publication, "STC");
	live(world, 12);
	assert_int_equal(times(world, "dissemination", "SYT"), 1);
	assert_int_equal(times(world, "dissemination", "STC"), 0);
	assert_int_equal(world->task.digests[0].day, test_day("2026-10-19"));
	done_with(world);
}

static void a_plan_confirmed_before_the_mail_went_out_is_not_asked_for(void **state)
{
	struct world *world = world_of("2026-10-12 08:00");
	uint64_t publication;

	(void)state;
	fake_rule(&world->task, "dissemination", true);
	publication = publish(world, FAKE_PLAN, "SYT", "STC");
	confirm(world, FAKE_PLAN, publication, "STC");
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 8);
	assert_int_equal(world->task.digest_count, 1);
	confirm(world, FAKE_PLAN, publication, "SYT");
	world->mail_server_down = false;
	live(world, 3);
	assert_int_equal(world->task.digests[0].state, STATE(DROPPED));
	assert_int_equal(world->task.digest_count, 1);
	done_with(world);
}

static void nothing_is_asked_about_a_plan_whose_reminders_begin_later(void **state)
{
	struct world *world = world_of("2026-10-12 08:00");

	(void)state;
	fake_rule(&world->task, "dissemination", true);
	(void)publish(world, FAKE_PLAN, "SYT", "STC");
	fake_start(&world->task, FAKE_PLAN, test_day("2026-10-26"));
	world_start(world, 0);
	live(world, 14);
	assert_int_equal(world->task.digest_count, 0);
	live(world, 2);
	assert_int_equal(times(world, "dissemination", "SYT"), 1);
	assert_int_equal(world->task.digests[0].day, test_day("2026-10-26"));
	done_with(world);
}

/* --- hours ----------------------------------------------------------------------------------- */

static void unit_setting(struct world *world, const char *unit, const char *name, const char *value)
{
	Dondoc__V1__SettingsSet set = DONDOC__V1__SETTINGS_SET__INIT;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT;
	Dondoc__V1__Setting *list[] = {&setting};
	const struct origin origin = {.unit = ""};

	setting.name = (char *)name;
	setting.value = (char *)value;
	setting.unit = (char *)unit;
	said.settings = list;
	said.n_settings = 1;
	set.said = &said;
	(void)append(&world->task, EVENT(SETTINGS_SET), &set.base, &origin);
}

static void each_unit_is_told_in_its_own_hours(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");

	(void)state;
	unit_setting(world, "STC", "remind.from", "14:00");
	unit_setting(world, "STC", "remind.until", "16:00");
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Sáng");
	(void)fake_add(&world->task, "STC", test_day("2026-10-15"), "Chiều");
	world_start(world, 0);
	for (int minute = 0; minute < 24 * 60; minute++) {
		const int32_t day = dd_day_of(world->wall_us);
		const int64_t at = (world->wall_us - dd_day_start_us(day)) / MINUTE_US;

		world_settle(world, &world->nodes[0]);
		for (size_t i = 0; i < world->task.digest_count; i++)
			if (strcmp(world->task.digests[i].unit, "STC") == 0 && minute < 8 * 60)
				assert_true(at >= 14 * 60 && at < 16 * 60);
		if (minute == 30) {
			assert_int_equal(world->task.digest_count, 1);
			assert_string_equal(world->task.digests[0].unit, "SYT");
		}
		world_pass(world, MINUTE_US);
		if (minute == 9 * 60)
			break;
	}
	assert_int_equal(world->task.digest_count, 2);
	assert_int_equal(world_count(world, STATE(DELIVERED)), 2);
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_expected_update_that_did_not_come_is_asked_for_once),
		cmocka_unit_test(
			a_unit_heard_from_before_its_mail_went_out_is_not_told_of_its_report),
		cmocka_unit_test(a_plan_not_confirmed_is_asked_for_and_a_confirmed_one_is_not),
		cmocka_unit_test(a_plan_confirmed_before_the_mail_went_out_is_not_asked_for),
		cmocka_unit_test(nothing_is_asked_about_a_plan_whose_reminders_begin_later),
		cmocka_unit_test(each_unit_is_told_in_its_own_hours),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
