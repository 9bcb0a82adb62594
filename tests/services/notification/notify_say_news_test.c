/* notify_say_news_test.c - what happens to tasks, told while it is news: sent back, decided, asked,
 * mentioned; and what is muted with the task that it is a part of. */
#include "services/notification/notify_say.h"

#include "tests/services/notification/living.h"

/* --- what people do -------------------------------------------------------------------------- */

static struct origin by(const char *unit, struct fake_work *work)
{
	return (struct origin){.unit = unit, .work = work};
}

static void now(struct world *world)
{
	fake_task_time(&world->task, world->wall_us, world->mono_us);
}

static struct fake_work *part_of(struct world *world, const struct fake_work *parent,
				 const char *unit, int32_t due_day)
{
	const size_t at = world->task.work_count++;
	struct fake_work *work = &world->task.works[at];
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;
	struct origin origin = {.unit = unit, .work = work, .adds = true};
	char code[16], above[16];

	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
	work->due_day = due_day;
	fill_fields(&fields, work, at, code);
	(void)snprintf(above, sizeof(above), "%zu", (size_t)(parent - world->task.works) + 1);
	fields.parent = above;
	fields.content = (char *)"Phần việc";
	added.task = &fields;
	work->id = append(&world->task, EVENT(TASK_ADDED), &added.base, &origin);
	return work;
}

static void pause_work(struct world *world, struct fake_work *work)
{
	Dondoc__V1__TaskPaused paused = DONDOC__V1__TASK_PAUSED__INIT;
	Dondoc__V1__PauseTask said = DONDOC__V1__PAUSE_TASK__INIT;
	const struct origin origin = by("", work);

	said.task = work->id;
	said.reason = (char *)"Chờ hướng dẫn";
	paused.said = &said;
	paused.from = DONDOC__V1__TASK_STATE__TASK_ASSIGNED;
	paused.from_day = dd_day_of(world->wall_us);
	now(world);
	(void)append(&world->task, EVENT(TASK_PAUSED), &paused.base, &origin);
}

static void resume_work(struct world *world, struct fake_work *work)
{
	Dondoc__V1__TaskResumed resumed = DONDOC__V1__TASK_RESUMED__INIT;
	Dondoc__V1__ResumeTask said = DONDOC__V1__RESUME_TASK__INIT;
	const struct origin origin = by("", work);

	said.task = work->id;
	resumed.said = &said;
	resumed.to = DONDOC__V1__TASK_STATE__TASK_ASSIGNED;
	resumed.due_day = work->due_day;
	now(world);
	(void)append(&world->task, EVENT(TASK_RESUMED), &resumed.base, &origin);
}

static void send_back(struct world *world, struct fake_work *work)
{
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	Dondoc__V1__CompletionDecided decided = DONDOC__V1__COMPLETION_DECIDED__INIT;
	const struct origin origin = by(work->unit, work);

	now(world);
	decided.request = append(&world->task, EVENT(COMPLETION_REQUESTED), &request.base, &origin);
	(void)append(&world->task, EVENT(COMPLETION_DECIDED), &decided.base, &origin);
}

static uint64_t ask(struct world *world, struct fake_work *work, const char *unit)
{
	Dondoc__V1__UnitAsked asked = DONDOC__V1__UNIT_ASKED__INIT;
	Dondoc__V1__AskUnit said = DONDOC__V1__ASK_UNIT__INIT;
	const struct origin origin = by(work->unit, work);

	said.task = work->id;
	said.unit = (char *)unit;
	said.due_day = dd_day_of(world->wall_us) + 10;
	said.what = (char *)"Cho ý kiến";
	asked.said = &said;
	now(world);
	return append(&world->task, EVENT(UNIT_ASKED), &asked.base, &origin);
}

static void answer(struct world *world, struct fake_work *work, uint64_t question, const char *unit)
{
	Dondoc__V1__AskAnswered answered = DONDOC__V1__ASK_ANSWERED__INIT;
	Dondoc__V1__AnswerAsk said = DONDOC__V1__ANSWER_ASK__INIT;
	const struct origin origin = by(unit, work);

	said.task = work->id;
	said.ask = question;
	said.note = (char *)"Nhất trí";
	answered.said = &said;
	answered.day = dd_day_of(world->wall_us);
	now(world);
	(void)append(&world->task, EVENT(ASK_ANSWERED), &answered.base, &origin);
}

static void mention(struct world *world, struct fake_work *work, const char *unit)
{
	Dondoc__V1__Commented commented = DONDOC__V1__COMMENTED__INIT;
	Dondoc__V1__Comment said = DONDOC__V1__COMMENT__INIT;
	char *units[] = {(char *)unit};
	const struct origin origin = by(work->unit, work);

	said.task = work->id;
	said.text = (char *)"Đề nghị xem";
	said.mention_units = units;
	said.n_mention_units = 1;
	commented.said = &said;
	now(world);
	(void)append(&world->task, EVENT(COMMENTED), &commented.base, &origin);
}

static bool letter_has(const struct world *world, size_t digest, const char *text)
{
	Dondoc__V1__PlanDigest *plan = fake_task_plan(&world->task, world->task.digests[digest].id);
	const bool has = strstr(plan->text, text) != NULL || strstr(plan->html, text) != NULL;

	dondoc__v1__plan_digest__free_unpacked(plan, NULL);
	return has;
}

/* How often a rule has told a unit, whatever of. */
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

static void a_silence_of_one_rule(struct world *world, const char *rule, const char *from,
				  const char *until)
{
	Dondoc__V1__SilenceSet set = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__SetSilence said = DONDOC__V1__SET_SILENCE__INIT;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;
	const struct origin origin = {.unit = ""};

	said.scope = &scope;
	said.rule = (char *)rule;
	said.from_day = test_day(from);
	said.until_day = test_day(until);
	said.reason = (char *)"Sắp xếp tổ chức";
	set.said = &said;
	(void)append(&world->task, EVENT(SILENCE_SET), &set.base, &origin);
}

/* --- parts ----------------------------------------------------------------------------------- */

static void a_part_is_muted_while_what_it_belongs_to_is_paused_and_told_again_after(void **state)
{
	struct world *world = world_of("2026-10-12 08:00"); /* a Monday */
	struct fake_work *whole, *part, *other;

	(void)state;
	whole = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Nhiệm vụ");
	part = part_of(world, whole, "STC", test_day("2026-10-16"));
	other = fake_add(&world->task, "STC", test_day("2026-10-16"), "Việc khác");
	pause_work(world, whole);
	world_start(world, 0);
	live(world, 9); /* -3, the day itself, +1 */
	assert_null(told_of(world, "before", part->id));
	assert_null(told_of(world, "after", part->id));
	assert_non_null(told_of(world, "after", other->id));
	resume_work(world, whole);
	live(world, 2);
	assert_int_equal(day_of(world, told_of(world, "after", part->id)), test_day("2026-10-21"));
	done_with(world);
}

static void what_was_planned_of_a_part_is_not_sent_once_the_whole_is_closed(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *whole, *part;

	(void)state;
	whole = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Nhiệm vụ");
	part = part_of(world, whole, "STC", test_day("2026-10-15"));
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 1);
	assert_int_equal(world->task.digest_count, 1);
	now(world);
	fake_complete(&world->task, whole);
	world->mail_server_down = false;
	live(world, 4);
	assert_int_equal(world->task.digests[0].state, STATE(DROPPED));
	assert_int_equal(world->task.digest_count, 1);
	assert_null(told_of(world, "after", part->id));
	done_with(world);
}

/* --- decided, asked, mentioned --------------------------------------------------------------- */

static void a_decision_is_told_once_to_who_leads(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	Dondoc__V1__ExtensionRequested request = DONDOC__V1__EXTENSION_REQUESTED__INIT;
	Dondoc__V1__ExtensionDecided decided = DONDOC__V1__EXTENSION_DECIDED__INIT;
	struct fake_work *work;
	struct origin origin;

	(void)state;
	fake_rule(&world->task, "decided", true);
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Xin gia hạn");
	world_start(world, 0);
	world_settle(world, &world->nodes[0]);
	origin = by("SYT", work);
	now(world);
	request.proposed_due_day = test_day("2027-01-20");
	decided.request = append(&world->task, EVENT(EXTENSION_REQUESTED), &request.base, &origin);
	decided.granted = 1;
	decided.due_day = test_day("2027-01-20");
	(void)append(&world->task, EVENT(EXTENSION_DECIDED), &decided.base, &origin);
	live(world, 5);
	assert_int_equal(times(world, "decided", "SYT"), 1);
	assert_int_equal(world->task.told_count, 1);
	assert_int_equal(day_of(world, told_of(world, "decided", work->id)),
			 test_day("2026-10-14"));
	done_with(world);
}

static void each_unit_that_is_asked_is_told_unless_it_has_answered(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *work;
	uint64_t first;

	(void)state;
	fake_rule(&world->task, "asked", true);
	fake_unit(&world->task, "SNV", "Sở Nội vụ");
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Lấy ý kiến");
	first = ask(world, work, "STC");
	(void)ask(world, work, "SNV");
	(void)ask(world, work, "STC");
	answer(world, work, first, "STC");
	world_start(world, 0);
	live(world, 5);
	assert_int_equal(times(world, "asked", "SNV"), 1);
	assert_int_equal(times(world, "asked", "STC"), 1); /* the second question */
	assert_int_equal(world->task.told_count, 2);
	done_with(world);
}

static void a_question_answered_before_it_could_be_sent_is_not_told(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *work;
	uint64_t question;

	(void)state;
	fake_rule(&world->task, "asked", true);
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Lấy ý kiến");
	question = ask(world, work, "STC");
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 1);
	assert_int_equal(world->task.digest_count, 1);
	answer(world, work, question, "STC");
	world->mail_server_down = false;
	live(world, 3);
	assert_int_equal(world->task.digests[0].state, STATE(DROPPED));
	assert_int_equal(world->task.digest_count, 1);
	done_with(world);
}

static void what_was_sent_back_and_handed_in_again_is_no_news(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	struct fake_work *work;
	struct origin origin;

	(void)state;
	fake_rule(&world->task, "returned", true);
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Trả lại");
	send_back(world, work);
	world->mail_server_down = true;
	world_start(world, 0);
	live(world, 1);
	assert_int_equal(world->task.digest_count, 1);
	origin = by("SYT", work);
	now(world);
	(void)append(&world->task, EVENT(COMPLETION_REQUESTED), &request.base, &origin);
	world->mail_server_down = false;
	live(world, 2);
	assert_int_equal(world->task.digests[0].state, STATE(DROPPED));
	assert_int_equal(world_copies(world), 0);
	done_with(world);
}

static void a_unit_that_is_mentioned_is_told_of_each_comment_once(void **state)
{
	struct world *world = world_of("2026-10-14 07:00");
	struct fake_work *work;

	(void)state;
	fake_rule(&world->task, "mentioned", true);
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Trao đổi riêng");
	world_start(world, 0);
	mention(world, work, "STC");
	mention(world, work, "STC"); /* of the same day: another matter */
	mention(world, work, "KHONGCO");
	world_pass(world, 60 * MINUTE_US);
	live(world, 2);
	assert_int_equal(times(world, "mentioned", "STC"), 2);
	assert_int_equal(world->task.digest_count, 1);
	assert_false(letter_has(world, 0, "Trao đổi riêng")); /* it does not read the task */
	assert_int_equal(world->task.digests[0].day, test_day("2026-10-14"));
	mention(world, work, "SYT");
	live(world, 10);
	assert_int_equal(times(world, "mentioned", "STC"), 2);
	assert_int_equal(times(world, "mentioned", "SYT"), 1);
	assert_true(letter_has(world, 1, "Trao đổi riêng"));
	assert_int_equal(world->task.told_count, 3);
	done_with(world);
}

static void a_mention_is_no_news_after_a_week(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *work;

	(void)state;
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Trao đổi");
	mention(world, work, "STC");
	world_pass(world, 8 * DD_DAY_US);
	now(world);
	fake_rule(&world->task, "mentioned", true);
	world_start(world, 0);
	live(world, 3);
	assert_int_equal(world->task.told_count, 0);
	done_with(world);
}

/* --- how many, and silences ------------------------------------------------------------------ */

static void news_beyond_what_a_unit_may_get_in_a_day_comes_on_the_next(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *works[4];
	size_t on_first = 0, on_second = 0;

	(void)state;
	fake_rule(&world->task, "returned", true);
	fake_setting(&world->task, "remind.immediate_max", "2");
	for (int i = 0; i < 4; i++)
		works[i] = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Trả lại");
	world_start(world, 0);
	for (int i = 0; i < 4; i++) {
		world_settle(world, &world->nodes[0]);
		send_back(world, works[i]);
		world_pass(world, 2 * MINUTE_US);
	}
	live(world, 3);
	assert_int_equal(times(world, "returned", "SYT"), 4);
	for (size_t i = 0; i < world->task.digest_count; i++) {
		on_first += world->task.digests[i].day == test_day("2026-10-14");
		on_second += world->task.digests[i].day == test_day("2026-10-15");
	}
	assert_int_equal(on_first, 2);
	assert_int_equal(on_second, 1); /* the other two in one */
	assert_int_equal(world->task.digest_count, 3);
	done_with(world);
}

static void a_silence_of_one_rule_holds_back_that_one_alone(void **state)
{
	struct world *world = world_of("2026-10-14 08:00");
	struct fake_work *work, *late;

	(void)state;
	fake_rule(&world->task, "returned", true);
	fake_rule(&world->task, "asked", true);
	a_silence_of_one_rule(world, "returned", "2026-10-14", "2026-10-30");
	a_silence_of_one_rule(world, "superior", "2026-10-14", "2026-10-30");
	work = fake_add(&world->task, "SYT", test_day("2026-12-30"), "Trả lại");
	late = fake_add(&world->task, "STC", test_day("2026-10-15"), "Sắp đến hạn");
	world_start(world, 0);
	send_back(world, work);
	(void)ask(world, work, "STC");
	live(world, 3);
	assert_int_equal(times(world, "returned", "SYT"), 0);
	assert_int_equal(times(world, "asked", "STC"), 1);
	assert_non_null(told_of(world, "before", late->id));
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_part_is_muted_while_what_it_belongs_to_is_paused_and_told_again_after),
		cmocka_unit_test(what_was_planned_of_a_part_is_not_sent_once_the_whole_is_closed),
		cmocka_unit_test(a_decision_is_told_once_to_who_leads),
		cmocka_unit_test(each_unit_that_is_asked_is_told_unless_it_has_answered),
		cmocka_unit_test(a_question_answered_before_it_could_be_sent_is_not_told),
		cmocka_unit_test(what_was_sent_back_and_handed_in_again_is_no_news),
		cmocka_unit_test(a_unit_that_is_mentioned_is_told_of_each_comment_once),
		cmocka_unit_test(a_mention_is_no_news_after_a_week),
		cmocka_unit_test(news_beyond_what_a_unit_may_get_in_a_day_comes_on_the_next),
		cmocka_unit_test(a_silence_of_one_rule_holds_back_that_one_alone),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
