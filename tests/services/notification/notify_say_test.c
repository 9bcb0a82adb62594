/* notify_say_test.c - rules as an authority lives with them: the beginning, silences, promises,
 * weekly rhythm, time without service, what is no longer so when it is to be sent. */
#include "services/notification/notify_say.h"

#include "tests/services/notification/living.h"

/* --- the beginning --------------------------------------------------------------------------- */

static void a_plan_says_nothing_before_somebody_has_started_it_and_then_one_summary(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	uint64_t late[3], soon, far;

	(void)state;
	plan_of(world, "KH2");
	for (int i = 0; i < 3; i++)
		late[i] = task_in(world, "KH2", "SYT", test_day("2026-06-01") + i * 30);
	soon = task_in(world, "KH2", "SYT", test_day("2026-10-16")); /* three days: the 13th */
	far = task_in(world, "KH2", "SYT", test_day("2026-12-31"));
	world_start(world, 0);
	live(world, 3);
	assert_int_equal(world->task.digest_count, 0);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_start(&world->task, "KH2", test_day("2026-10-19"));
	live(world, 8);
	assert_int_equal(world->task.digests[0].day, test_day("2026-10-19"));
	for (int i = 0; i < 3; i++) {
		const struct fake_told *told = told_of(world, "first", late[i]);

		assert_int_equal(day_of(world, told), test_day("2026-10-19"));
		assert_int_equal(kind_of(world, told), DONDOC__V1__DIGEST_KIND__DIGEST_FIRST);
	}
	/* "after" falls on the day itself: it is no lateness of before */
	assert_null(told_of(world, "first", soon));
	assert_int_equal(day_of(world, told_of(world, "after", soon)), test_day("2026-10-19"));
	assert_int_equal(world->task.digest_count, 1);
	assert_null(told_of(world, "before", far));
	done_with(world);
}

/* The log of an authority that was reminded by the settings of earlier versions. */
static void what_was_told_before_there_were_beginnings_is_not_told_again(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	uint64_t was_told, was_not;

	(void)state;
	was_told = fake_add(&world->task, "SYT", test_day("2026-10-12"), "Đã nhắc")->id;
	world_start(world, 0);
	live(world, 1);
	assert_non_null(told_of(world, "after", was_told));
	was_not = fake_add(&world->task, "SYT", test_day("2026-09-01"), "Chưa nhắc")->id;
	world_kill(world, &world->nodes[0]);
	world_delete_store(&world->nodes[0]);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_start(&world->task, FAKE_PLAN, test_day("2026-10-16"));
	world_start(world, 0);
	live(world, 6);
	assert_null(told_of(world, "first", was_told));
	assert_int_equal(day_of(world, told_of(world, "first", was_not)), test_day("2026-10-16"));
	assert_int_equal(world->task.told_count, 2);
	done_with(world);
}

/* --- rhythm ---------------------------------------------------------------------------------- */

static void a_weekly_unit_is_told_on_its_weekday_and_on_due_days(void **state)
{
	struct world *world = world_of("2026-10-05 08:00"); /* a Monday */
	uint64_t wednesday, late;

	(void)state;
	fake_setting(&world->task, "remind.rhythm", "weekly");
	/* -7: Mon 5th; -3: Fri 9th, told on Monday the 12th; due on Wednesday the 14th; +1: told on
	 * the 19th */
	wednesday = fake_add(&world->task, "SYT", test_day("2026-10-14"), "Thứ tư")->id;
	late = fake_add(&world->task, "SYT", test_day("2026-10-07"), "Quá hạn")->id;
	world_start(world, 0);
	live(world, 20);
	assert_int_equal(world->task.digest_count, 5);
	assert_int_equal(world->task.digests[0].day, test_day("2026-10-05"));
	assert_int_equal(world->task.digests[1].day, test_day("2026-10-07"));
	assert_int_equal(world->task.digests[2].day, test_day("2026-10-12"));
	assert_int_equal(world->task.digests[3].day, test_day("2026-10-14"));
	assert_int_equal(world->task.digests[4].day, test_day("2026-10-19"));
	assert_int_equal(day_of(world, told_of(world, "after", late)), test_day("2026-10-12"));
	assert_int_equal(day_of(world, told_of(world, "due", wednesday)), test_day("2026-10-14"));
	done_with(world);
}

static void a_holiday_that_is_announced_late_defers_and_repeats_nothing(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	uint64_t task;

	(void)state;
	task = fake_add(&world->task, "SYT", test_day("2026-10-30"), "Báo cáo")->id; /* -7: 21st */
	world_start(world, 0);
	live(world, 6);
	fake_holiday(&world->task, test_day("2026-10-21"));
	live(world, 13);
	/* without the 21st seven working days before are the 20th; told once */
	assert_int_equal(day_of(world, told_of(world, "before", task)), test_day("2026-10-20"));
	assert_int_equal(world->task.told_count, 3); /* -7, -3, 0 */
	fake_holiday(&world->task, test_day("2026-10-22"));
	live(world, 5);
	assert_int_equal(world->task.told_count, 4); /* +1, and nothing again */
	done_with(world);
}

/* --- silences and promises ------------------------------------------------------------------- */

static void a_silence_is_kept_and_ends_with_one_summary_of_what_still_holds(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *done;
	uint64_t holds, other;

	(void)state;
	silence(world, "SYT", "2026-10-14", "2026-10-20");
	holds = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Còn")->id;
	done = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Xong");
	other = fake_add(&world->task, "STC", test_day("2026-10-15"), "Đơn vị khác")->id;
	world_start(world, 0);
	live(world, 2);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_complete(&world->task, done);
	live(world, 12);
	for (size_t i = 0; i < world->task.digest_count; i++)
		assert_true(strcmp(world->task.digests[i].unit, "STC") == 0 ||
			    world->task.digests[i].day == test_day("2026-10-21"));
	assert_int_equal(day_of(world, told_of(world, "silence-over", holds)),
			 test_day("2026-10-21"));
	assert_int_equal(kind_of(world, told_of(world, "silence-over", holds)),
			 DONDOC__V1__DIGEST_KIND__DIGEST_SILENCE_OVER);
	assert_null(told_of(world, "after", holds));
	assert_null(told_of(world, "silence-over", done->id));
	assert_non_null(told_of(world, "after", other));
	done_with(world);
}

static void a_promise_is_waited_for_and_a_broken_one_speaks_again(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *work;

	(void)state;
	work = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Công khai");
	world_start(world, 0);
	live(world, 1);
	promise(world, work, "2026-10-23"); /* a Friday */
	live(world, 14);
	assert_null(told_of(world, "after", work->id));
	assert_int_equal(day_of(world, told_of(world, "promise", work->id)),
			 test_day("2026-10-26"));
	done_with(world);
}

/* --- time without service -------------------------------------------------------------------- */

static void after_five_days_away_each_task_is_told_once_and_nothing_that_is_too_old(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	uint64_t recent, old;

	(void)state;
	recent = fake_add(&world->task, "SYT", test_day("2026-10-16"), "Gần")->id;
	old = fake_add(&world->task, "SYT", test_day("2026-09-10"), "Cũ")->id;
	world_pass(world, 7 * DD_DAY_US); /* until the 21st: -3, 0 and +1 have fallen */
	world_start(world, 0);
	live(world, 1);
	assert_int_equal(world->task.told_count, 1);
	assert_non_null(told_of(world, "after", recent));
	assert_null(told_of(world, "after", old)); /* more than 30 days */
	done_with(world);
}

static void with_skip_what_was_missed_is_left_out_and_with_all_nothing_is(void **state)
{
	static const struct {
		const char *policy;
		size_t told;
	} cases[] = {{"skip", 0}, {"once", 1}, {"all", 3}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *world = world_of("2026-10-12 08:00");

		fake_setting(&world->task, "remind.catch_up", cases[i].policy);
		(void)fake_add(&world->task, "SYT", test_day("2026-10-16"), "Gần");
		world_pass(world, 9 * DD_DAY_US);
		world_start(world, 0);
		live(world, 3);
		assert_int_equal(world->task.told_count, cases[i].told);
		done_with(world);
	}
}

/* --- the truth when it is sent --------------------------------------------------------------- */

static void what_is_done_before_the_mail_server_is_back_is_not_told(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *done, *open;

	(void)state;
	done = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Xong trong đêm");
	open = fake_add(&world->task, "SYT", test_day("2026-10-15"), "Còn lại");
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 1);
	assert_int_equal(world->task.digest_count, 1);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	fake_complete(&world->task, done);
	world->mail_server_down = false;
	live(world, 1);
	assert_int_equal(world->task.digests[0].state, STATE(DROPPED));
	assert_int_equal(world->task.digest_count, 2);
	assert_int_equal(world->task.digests[1].state, STATE(DELIVERED));
	assert_int_equal(world_mail(world, world->task.digests[0].id)->copies, 0);
	assert_null(told_of(world, "before", done->id));
	assert_null(told_of(world, "due", done->id));
	assert_non_null(told_of(world, "due", open->id));
	done_with(world);
}

/* --- news ------------------------------------------------------------------------------------ */

static void what_is_sent_back_is_told_at_once_beside_the_days_digest_and_once(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	Dondoc__V1__CompletionDecided decided = DONDOC__V1__COMPLETION_DECIDED__INIT;
	struct fake_work *work;
	struct origin origin = {.unit = "SYT"};

	(void)state;
	fake_rule(&world->task, "returned", true);
	fake_rule(&world->task, "assigned", true);
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Trả lại");
	(void)fake_add(&world->task, "SYT", test_day("2026-10-15"), "Sắp đến hạn");
	world_start(world, 0);
	world_settle(world, &world->nodes[0]);
	assert_int_equal(world->task.digest_count, 1); /* of the day, with what is assigned */
	assert_non_null(told_of(world, "assigned", work->id));
	world_pass(world, MINUTE_US);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	origin.work = work;
	decided.request = append(&world->task, EVENT(COMPLETION_REQUESTED), &request.base, &origin);
	(void)append(&world->task, EVENT(COMPLETION_DECIDED), &decided.base, &origin);
	live(world, 4);
	assert_int_equal(day_of(world, told_of(world, "returned", work->id)),
			 test_day("2026-10-14"));
	assert_int_equal(kind_of(world, told_of(world, "returned", work->id)),
			 DONDOC__V1__DIGEST_KIND__DIGEST_IMMEDIATE);
	assert_int_equal(world_count(world, STATE(DELIVERED)), world->task.digest_count);
	done_with(world);
}

static void evidence_that_was_announced_and_does_not_come_is_asked_for(void **state)
{
	static uint8_t hash[DD_HASH_LEN] = {7};
	struct world *world = world_of("2026-10-14 08:00");
	Dondoc__V1__FileAttached attached = DONDOC__V1__FILE_ATTACHED__INIT;
	Dondoc__V1__AttachFile said = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__FileRef file = DONDOC__V1__FILE_REF__INIT;
	struct fake_work *work;

	(void)state;
	fake_rule(&world->task, "evidence", true); /* three working days: the 19th */
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Có tài liệu");
	file.hash.data = hash;
	file.hash.len = sizeof(hash);
	file.size = 10;
	file.name = (char *)"bao-cao.pdf";
	said.task = work->id;
	said.file = &file;
	said.later = 1;
	attached.said = &said;
	(void)append(&world->task, EVENT(FILE_ATTACHED), &attached.base,
		     &(struct origin){.unit = "SYT", .work = work});
	world_start(world, 0);
	live(world, 8);
	assert_int_equal(day_of(world, told_of(world, "evidence", work->id)),
			 test_day("2026-10-19"));
	assert_int_equal(world->task.told_count, 1);
	done_with(world);
}

/* --- units ----------------------------------------------------------------------------------- */

/* The report of October is due on the working days of "watch.grace_days" after it. */
static void a_unit_that_was_not_heard_from_is_told_of_its_report(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	size_t reports = 0;

	(void)state;
	fake_rule(&world->task, "period-report", true);
	(void)fake_add(&world->task, "SYT", test_day("2026-12-31"), "Xa");
	world_start(world, 0);
	live(world, 30);
	for (size_t i = 0; i < world->task.told_count; i++) {
		const struct fake_told *told = &world->task.told[i];

		assert_string_equal(told->rule, "period-report");
		assert_int_equal(told->task, 0);
		assert_true(told->step == -3 || told->step == 0);
		reports++;
	}
	assert_true(reports >= 2); /* that of October, both times */
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_plan_says_nothing_before_somebody_has_started_it_and_then_one_summary),
		cmocka_unit_test(what_was_told_before_there_were_beginnings_is_not_told_again),
		cmocka_unit_test(a_weekly_unit_is_told_on_its_weekday_and_on_due_days),
		cmocka_unit_test(a_holiday_that_is_announced_late_defers_and_repeats_nothing),
		cmocka_unit_test(a_silence_is_kept_and_ends_with_one_summary_of_what_still_holds),
		cmocka_unit_test(a_promise_is_waited_for_and_a_broken_one_speaks_again),
		cmocka_unit_test(
			after_five_days_away_each_task_is_told_once_and_nothing_that_is_too_old),
		cmocka_unit_test(with_skip_what_was_missed_is_left_out_and_with_all_nothing_is),
		cmocka_unit_test(what_is_done_before_the_mail_server_is_back_is_not_told),
		cmocka_unit_test(what_is_sent_back_is_told_at_once_beside_the_days_digest_and_once),
		cmocka_unit_test(evidence_that_was_announced_and_does_not_come_is_asked_for),
		cmocka_unit_test(a_unit_that_was_not_heard_from_is_told_of_its_report),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
