/* view_watch_test.c - who should have been heard from, and was not: on the day after the grace, not
 * before. */
#include "common/view/view_watch.h"
#include "tests/common/view/scene.h"

/* Periods are months, grace three working days: for January until Wednesday, 4 February 2026. */
#define JANUARY_20 20473
#define JANUARY_30 20483
#define FEBRUARY_4 20488
#define FEBRUARY_5 20489

static void on_day(struct scene *s, int32_t day)
{
	s->now_us = dd_day_start_us(day) + 9 * 3600 * DD_SECOND_US;
}

static uint64_t report(struct scene *s, const char *unit, uint64_t task)
{
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;
	uint64_t sequence;

	body.has_step_case = DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;
	body.step = DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY;
	s->unit = unit;
	sequence = scene_say(s, EVENT(PROGRESS_REPORTED), task, &body.base);
	s->unit = NULL;
	return sequence;
}

static void withdraw(struct scene *s, const char *unit, uint64_t task, uint64_t entry)
{
	Dondoc__V1__WithdrawEntry said = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	Dondoc__V1__EntryWithdrawn body = DONDOC__V1__ENTRY_WITHDRAWN__INIT;

	said.task = task;
	said.entry = entry;
	body.said = &said;
	body.event_type = EVENT(PROGRESS_REPORTED);
	s->unit = unit;
	(void)scene_say(s, EVENT(ENTRY_WITHDRAWN), task, &body.base);
	s->unit = NULL;
}

static Dondoc__V1__Answer *silent(struct scene *s, int32_t day, int32_t within)
{
	Dondoc__V1__ListSilent ask = DONDOC__V1__LIST_SILENT__INIT;
	Dondoc__V1__Answer *answer;

	ask.as_of_day = day;
	ask.within_day = within;
	answer = scene_ask(s, ASK(LIST_SILENT), &ask);
	if (!answer)
		fail_msg("%s", s->err.text);
	return answer;
}

/* The codes of who is silent, in one text. */
static void assert_silent(struct scene *s, int32_t day, int32_t within, const char *expected)
{
	Dondoc__V1__Answer *answer = silent(s, day, within);
	char got[200] = "";

	for (size_t i = 0; i < answer->silent->n_rows; i++) {
		strcat(got, i > 0 ? " " : "");
		strcat(got, answer->silent->rows[i]->unit);
	}
	assert_int_equal(answer->silent->silent, answer->silent->n_rows);
	assert_true(answer->silent->expected >= answer->silent->silent);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	assert_string_equal(got, expected);
}

/* A plan with a task each for STC, SYT, and its health centre. */
static void set_scene(struct scene *s, uint64_t task[3])
{
	scene_begin(s);
	on_day(s, JANUARY_20 - 5);
	scene_unit(s, "UBND", "Ủy ban", "", 0);
	scene_unit(s, "SYT", "Sở Y tế", "UBND", 0);
	scene_unit(s, "TTYT", "Trung tâm Y tế", "SYT", 0);
	scene_unit(s, "STC", "Sở Tài chính", "UBND", 0);
	scene_plan(s, "KH", "UBND");
	task[0] = scene_task(s, "KH", "1", "Rà soát", "STC");
	task[1] = scene_task(s, "KH", "2", "Đánh giá", "SYT");
	task[2] = scene_task(s, "KH", "3", "Tiêm chủng", "TTYT");
	scene_unit(s, "TAP-XP", "126 xã, phường", "UBND", 0);
	(void)scene_task(s, "KH", "9", "Tuyên truyền", "TAP-XP");
}

static void set_setting(struct scene *s, const char *name, const char *value, const char *unit)
{
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows = &setting;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__SettingsSet body = DONDOC__V1__SETTINGS_SET__INIT;

	setting.name = lent(name);
	setting.value = lent(value);
	setting.unit = lent(unit);
	said.settings = &rows;
	said.n_settings = 1;
	body.said = &said;
	(void)scene_say(s, EVENT(SETTINGS_SET), 0, &body.base);
}

static void a_unit_is_silent_on_the_day_after_its_grace_and_not_before(void **state)
{
	uint64_t task[3];
	struct scene s;

	(void)state;
	set_scene(&s, task);
	on_day(&s, JANUARY_20);
	(void)report(&s, "STC", task[0]);
	assert_silent(&s, FEBRUARY_4, 0, "");         /* nothing was assigned in December */
	assert_silent(&s, FEBRUARY_5, 0, "SYT TTYT"); /* not the collective one */
	on_day(&s, FEBRUARY_4);                       /* on the last day of grace: for January */
	(void)report(&s, "SYT", task[1]);
	assert_silent(&s, FEBRUARY_5, 0, "TTYT");
	on_day(&s, FEBRUARY_5); /* too late for January, in time for February */
	(void)report(&s, "TTYT", task[2]);
	assert_silent(&s, FEBRUARY_5, 0, "TTYT");
	scene_end(&s);
}

static void what_is_asked_of_a_past_day_is_answered_as_it_was(void **state)
{
	Dondoc__V1__Answer *answer;
	uint64_t task[3];
	struct scene s;

	(void)state;
	set_scene(&s, task);
	on_day(&s, JANUARY_20);
	(void)report(&s, "STC", task[0]);
	(void)report(&s, "TTYT", task[2]);
	on_day(&s, FEBRUARY_5 + 1);
	(void)report(&s, "SYT", task[1]);
	answer = silent(&s, FEBRUARY_5, JANUARY_30);
	assert_int_equal(answer->silent->n_rows, 1);
	assert_int_equal(answer->silent->expected, 3);
	assert_string_equal(answer->silent->rows[0]->unit_name, "Sở Y tế");
	assert_int_equal(answer->silent->rows[0]->due_day, FEBRUARY_4);
	assert_int_equal(answer->silent->rows[0]->days_over, 1);
	assert_int_equal(answer->silent->rows[0]->open, 1);
	assert_int_equal(answer->silent->rows[0]->heard_day, 0);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	assert_silent(&s, FEBRUARY_5, FEBRUARY_5, ""); /* February is not over */
	scene_end(&s);
}

static void a_unit_may_have_a_rule_of_its_own(void **state)
{
	uint64_t task[3];
	struct scene s;

	(void)state;
	set_scene(&s, task);
	set_setting(&s, "watch.period", "none", "TTYT");
	set_setting(&s, "watch.grace_days", "8", "SYT");
	assert_silent(&s, FEBRUARY_5, 0, "STC");
	assert_silent(&s, FEBRUARY_5 + 7, 0, "STC SYT");
	scene_end(&s);
}

static void a_report_that_was_withdrawn_is_none(void **state)
{
	uint64_t task[3], entry;
	struct scene s;

	(void)state;
	set_scene(&s, task);
	on_day(&s, JANUARY_20);
	(void)report(&s, "TTYT", task[2]);
	entry = report(&s, "STC", task[0]);
	withdraw(&s, "STC", task[0], entry);
	assert_silent(&s, FEBRUARY_5, 0, "STC SYT");
	(void)report(&s, "STC", task[0]); /* on the same day */
	assert_silent(&s, FEBRUARY_5, 0, "SYT");
	scene_end(&s);
}

static void another_report_of_the_same_day_counts_when_the_first_was_withdrawn(void **state)
{
	uint64_t task[3], other, entry;
	struct scene s;

	(void)state;
	set_scene(&s, task);
	other = scene_task(&s, "KH", "4", "Tập huấn", "STC");
	on_day(&s, JANUARY_20);
	entry = report(&s, "STC", task[0]);
	(void)report(&s, "STC", other);
	withdraw(&s, "STC", task[0], entry);
	assert_silent(&s, FEBRUARY_5, 0, "SYT TTYT");
	scene_end(&s);
}

static void a_view_that_is_opened_again_goes_on_with_the_same_records(void **state)
{
	uint64_t task[3];
	struct scene s;
	Dondoc__V1__Answer *answer;
	uint64_t first;

	(void)state;
	set_scene(&s, task);
	on_day(&s, JANUARY_20);
	first = report(&s, "STC", task[0]);
	(void)report(&s, "STC", task[0]);
	must(view_flush(s.view, &why));
	view_close(s.view);
	s.view = open_view(s.dir, true);
	must(view_live(s.view, &why));
	(void)report(&s, "STC", task[0]);
	answer = silent(&s, dd_day_of(s.now_us) + 45, 0); /* February is over, too */
	assert_int_equal(answer->silent->n_rows, 3);
	assert_string_equal(answer->silent->rows[0]->unit, "STC");
	assert_int_equal(answer->silent->rows[0]->heard_day, JANUARY_20);
	assert_int_equal(answer->silent->rows[0]->heard, first);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	scene_end(&s);
}

static void a_batch_that_was_dropped_is_heard_by_nobody(void **state)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__UnchangedReported body = DONDOC__V1__UNCHANGED_REPORTED__INIT;
	uint64_t task[3];
	struct view_task record;
	struct scene s;

	(void)state;
	set_scene(&s, task);
	on_day(&s, JANUARY_20);
	assert_int_equal(view_task(s.view, false, task[0], &record), DD_OK);
	header.type = EVENT(UNCHANGED_REPORTED);
	header.unit = lent("STC");
	header.subject = task[0];
	header.subject_previous = record.version;
	header.record_us = s.now_us;
	view_batch_begin(s.view);
	must(view_apply(s.view, s.sequence + 1, &header,
			&(struct view_body){(const uint8_t *)"", 0, &body.base}, &why));
	view_batch_drop(s.view);
	assert_silent(&s, FEBRUARY_5, 0, "STC SYT TTYT");
	(void)report(&s, "STC", task[0]); /* on the same day */
	assert_silent(&s, FEBRUARY_5, 0, "SYT TTYT");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_is_silent_on_the_day_after_its_grace_and_not_before),
		cmocka_unit_test(what_is_asked_of_a_past_day_is_answered_as_it_was),
		cmocka_unit_test(a_unit_may_have_a_rule_of_its_own),
		cmocka_unit_test(a_report_that_was_withdrawn_is_none),
		cmocka_unit_test(
			another_report_of_the_same_day_counts_when_the_first_was_withdrawn),
		cmocka_unit_test(a_view_that_is_opened_again_goes_on_with_the_same_records),
		cmocka_unit_test(a_batch_that_was_dropped_is_heard_by_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
