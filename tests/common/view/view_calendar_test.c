/* view_calendar_test.c - days of all and of units: which are in force where, and how they are
 * listed. */
#include "common/view/view_calendar.h"
#include "common/view/view_records.h"
#include "tests/common/view/scene.h"

#define DAY(name) DONDOC__V1__DAY_KIND__DAY_##name
#define MONDAY    20500 /* 2026-02-16 */
#define SATURDAY  (MONDAY + 5)

static void say(struct scene *s, const char *unit, int32_t day, Dondoc__V1__DayKind kind,
		const char *name)
{
	Dondoc__V1__CalendarDaySet body = DONDOC__V1__CALENDAR_DAY_SET__INIT;

	body.unit = lent(unit);
	body.day = day;
	body.kind = kind;
	body.name = lent(name);
	(void)scene_say(s, EVENT(CALENDAR_DAY_SET), 0, &body.base);
}

/* UBND > SYT > TTYT (a health centre); UBND > STC. */
static void set_scene(struct scene *s)
{
	scene_begin(s);
	scene_unit(s, "UBND", "Ủy ban", "", 0);
	scene_unit(s, "SYT", "Sở Y tế", "UBND", 0);
	scene_unit(s, "TTYT", "Trung tâm Y tế", "SYT", 0);
	scene_unit(s, "STC", "Sở Tài chính", "UBND", 0);
}

static bool works(struct scene *s, const char *unit, int32_t day)
{
	struct view_calendars *calendars = view_calendars_new(s->view, true);
	bool working = dd_calendar_working(view_calendars_of(calendars, unit), day);

	assert_int_equal(view_calendars_failed(calendars), DD_OK);
	view_calendars_free(calendars);
	return working;
}

/* --- in force -------------------------------------------------------------------------------- */

static void the_nearest_word_wins(void **state)
{
	static const struct {
		const char *unit;
		int32_t day;
		bool works;
	} cases[] = {
		{"", MONDAY, false},         {"UBND", MONDAY, false},
		{"SYT", MONDAY, true},       {"TTYT", MONDAY, true},
		{"STC", MONDAY, false},      {"", MONDAY + 1, true},
		{"SYT", MONDAY + 1, false},  {"TTYT", MONDAY + 1, true},
		{"STC", MONDAY + 1, true},   {"UBND", MONDAY + 2, false},
		{"TTYT", MONDAY + 2, false}, {"", MONDAY + 2, true},
		{"TTYT", SATURDAY, true},    {"SYT", SATURDAY, false},
		{"KHONGCO", MONDAY, false},  {"KHONGCO", MONDAY + 2, true},
	};
	struct scene s;

	(void)state;
	set_scene(&s);
	say(&s, "", MONDAY, DAY(HOLIDAY), "Nghỉ chung");
	say(&s, "SYT", MONDAY, DAY(ORDINARY), "Trực");
	say(&s, "SYT", MONDAY + 1, DAY(HOLIDAY), "Lễ ngành");
	say(&s, "TTYT", MONDAY + 1, DAY(ORDINARY), "");
	say(&s, "UBND", MONDAY + 2, DAY(COMPENSATORY), "");
	say(&s, "TTYT", SATURDAY, DAY(WORKED), "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (works(&s, cases[i].unit, cases[i].day) != cases[i].works)
			fail_msg("unit '%s' on day %d", cases[i].unit, cases[i].day);
	}
	scene_end(&s);
}

static void a_word_that_is_taken_back_lets_the_one_above_through(void **state)
{
	uint8_t kind;
	char name[256];
	struct scene s;

	(void)state;
	set_scene(&s);
	say(&s, "", MONDAY, DAY(HOLIDAY), "Nghỉ chung");
	say(&s, "SYT", MONDAY, DAY(ORDINARY), "Trực");
	assert_true(works(&s, "SYT", MONDAY));
	assert_int_equal(view_calendar_days(s.view, true, "SYT"), 1);
	say(&s, "SYT", MONDAY, DAY(AS_ABOVE), "");
	assert_false(works(&s, "SYT", MONDAY));
	assert_int_equal(view_calendar_days(s.view, true, "SYT"), 0);
	assert_int_equal(view_calendar_day(s.view, true, "SYT", MONDAY, &kind, name),
			 DD_ERR_NOT_FOUND);
	say(&s, "SYT", MONDAY, DAY(AS_ABOVE), ""); /* again: nothing */
	assert_int_equal(view_calendar_days(s.view, true, ""), 1);
	scene_end(&s);
}

static void a_unit_goes_by_the_tree_as_it_stands(void **state)
{
	struct scene s;

	(void)state;
	set_scene(&s);
	say(&s, "SYT", MONDAY, DAY(HOLIDAY), "");
	assert_false(works(&s, "TTYT", MONDAY));
	scene_unit(&s, "TTYT", "Trung tâm Y tế", "STC", 0);
	assert_true(works(&s, "TTYT", MONDAY));
	scene_unit(&s, "STC", "Sở Tài chính", "TTYT", 0); /* a circle ends somewhere */
	assert_true(works(&s, "TTYT", MONDAY));
	scene_end(&s);
}

static void units_without_days_share_one_calendar(void **state)
{
	struct view_calendars *calendars;
	struct scene s;

	(void)state;
	set_scene(&s);
	say(&s, "", MONDAY, DAY(HOLIDAY), "");
	calendars = view_calendars_new(s.view, false);
	assert_ptr_equal(view_calendars_of(calendars, "TTYT"), view_calendars_of(calendars, ""));
	view_calendars_free(calendars);
	say(&s, "SYT", MONDAY + 1, DAY(HOLIDAY), "");
	calendars = view_calendars_new(s.view, false);
	assert_ptr_equal(view_calendars_of(calendars, "STC"), view_calendars_of(calendars, ""));
	assert_ptr_equal(view_calendars_of(calendars, "TTYT"), view_calendars_of(calendars, "SYT"));
	assert_ptr_not_equal(view_calendars_of(calendars, "SYT"), view_calendars_of(calendars, ""));
	view_calendars_free(calendars);
	scene_end(&s);
}

static void days_keep_their_order_however_they_come(void **state)
{
	static const int32_t order[] = {7, 1, 4, 0, 9, 2, 4, 8, 3, 6, 5, 0};
	struct view_calendars *calendars;
	struct scene s;

	(void)state;
	set_scene(&s);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		say(&s, "STC", MONDAY + order[i], DAY(HOLIDAY), "");
	assert_int_equal(view_calendar_days(s.view, true, "STC"), 10);
	calendars = view_calendars_new(s.view, true);
	assert_int_equal(dd_calendar_add(view_calendars_of(calendars, "STC"), MONDAY - 1, 1),
			 MONDAY + 10);
	view_calendars_free(calendars);
	scene_end(&s);
}

static int applied(struct scene *s, const Dondoc__V1__CalendarDaySet *body)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	uint8_t bytes[128];
	int rc;

	header.type = EVENT(CALENDAR_DAY_SET);
	header.record_us = s->now_us;
	view_batch_begin(s->view);
	rc = view_apply(
		s->view, s->sequence + 1, &header,
		&(struct view_body){bytes, dondoc__v1__calendar_day_set__pack(body, bytes), NULL},
		&s->err);
	view_batch_drop(s->view);
	return rc;
}

static void an_event_that_no_import_makes_is_damage(void **state)
{
	Dondoc__V1__CalendarDaySet body = DONDOC__V1__CALENDAR_DAY_SET__INIT;
	struct scene s;

	(void)state;
	set_scene(&s);
	body.day = MONDAY;
	body.kind = DAY(AS_ABOVE);
	assert_int_equal(applied(&s, &body), DD_ERR_CORRUPT); /* above what is said for all? */
	body.unit = lent("SYT");
	assert_int_equal(applied(&s, &body), DD_OK);
	body.kind = (Dondoc__V1__DayKind)5;
	assert_int_equal(applied(&s, &body), DD_ERR_CORRUPT);
	body.kind = DAY(HOLIDAY);
	body.unit = lent("0123456789012345678901234567890123456789");
	assert_int_equal(applied(&s, &body), DD_ERR_CORRUPT);
	scene_end(&s);
}

/* --- the list -------------------------------------------------------------------------------- */

/* "day:kind:unit" each, days from Monday. */
static void listed(struct scene *s, const Dondoc__V1__ListCalendar *list, const char *wanted)
{
	Dondoc__V1__Answer *answer = scene_ask(s, ASK(LIST_CALENDAR), list);
	char text[512] = "";

	assert_non_null(answer);
	for (size_t i = 0; i < answer->calendar->n_rows; i++) {
		const Dondoc__V1__CalendarRow *row = answer->calendar->rows[i];
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%d:%d:%s", i ? " " : "",
			 row->day - MONDAY, (int)row->kind, row->unit);
	}
	assert_string_equal(text, wanted);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

static void days_are_listed_as_said_or_as_in_force(void **state)
{
	Dondoc__V1__ListCalendar list = DONDOC__V1__LIST_CALENDAR__INIT;
	Dondoc__V1__Answer *answer;
	struct scene s;

	(void)state;
	set_scene(&s);
	listed(&s, &list, "");
	say(&s, "SYT", MONDAY, DAY(ORDINARY), "Trực");
	say(&s, "", MONDAY, DAY(HOLIDAY), "Nghỉ chung");
	say(&s, "STC", MONDAY, DAY(COMPENSATORY), "");
	say(&s, "SYT", MONDAY + 1, DAY(HOLIDAY), "");
	say(&s, "", MONDAY - 400, DAY(HOLIDAY), "");
	listed(&s, &list, "-400:1: 0:1: 0:2:STC 0:0:SYT 1:1:SYT");
	list.from_day = MONDAY;
	list.to_day = MONDAY;
	listed(&s, &list, "0:1: 0:2:STC 0:0:SYT");
	list.to_day = 0;
	list.unit = lent("TTYT");
	listed(&s, &list, "0:0:SYT 1:1:SYT");
	list.unit = lent("UBND");
	listed(&s, &list, "0:1:");
	answer = scene_ask(&s, ASK(LIST_CALENDAR), &list);
	assert_string_equal(answer->calendar->rows[0]->name, "Nghỉ chung");
	assert_string_equal(answer->calendar->rows[0]->unit_name, "");
	assert_string_equal(answer->calendar->unit_name, "Ủy ban");
	dondoc__v1__answer__free_unpacked(answer, NULL);
	list.unit = lent("KHONGCO");
	assert_null(scene_ask(&s, ASK(LIST_CALENDAR), &list));
	scene_end(&s);
}

static void a_time_text_is_read_by_the_calendar_of_the_unit(void **state)
{
	Dondoc__V1__ReadTime ask = DONDOC__V1__READ_TIME__INIT;
	Dondoc__V1__Answer *answer;
	struct scene s;

	(void)state;
	set_scene(&s);
	say(&s, "", MONDAY + 1, DAY(HOLIDAY), "");
	say(&s, "SYT", MONDAY + 2, DAY(HOLIDAY), "");
	ask.text = lent("3 ngày làm việc kể từ ngày ban hành");
	ask.issued_day = MONDAY;
	answer = scene_ask(&s, ASK(READ_TIME), &ask);
	assert_int_equal(answer->time_read->fields->due_day, MONDAY + 4);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	ask.unit = lent("TTYT");
	answer = scene_ask(&s, ASK(READ_TIME), &ask);
	assert_int_equal(answer->time_read->fields->due_day, MONDAY + 7);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	ask.unit = lent("KHONGCO");
	assert_null(scene_ask(&s, ASK(READ_TIME), &ask));
	scene_end(&s);
}

static bool in_a_circle(void *arg, const char *unit, char parent_out[32])
{
	(void)arg;
	memcpy(parent_out, strcmp(unit, "SYT") == 0 ? "TTYT" : "SYT\0", 5);
	return true;
}

static void a_tree_in_a_circle_comes_to_an_end(void **state)
{
	struct view_calendars *calendars;
	struct scene s;

	(void)state;
	set_scene(&s);
	say(&s, "SYT", MONDAY, DAY(HOLIDAY), "Lễ ngành");
	say(&s, "TTYT", MONDAY + 1, DAY(HOLIDAY), "");
	calendars = view_calendars_new(s.view, true);
	view_calendars_tree(calendars, in_a_circle, NULL);
	assert_false(dd_calendar_working(view_calendars_of(calendars, "SYT"), MONDAY));
	assert_true(view_calendars_of(calendars, "SYT") == view_calendars_of(calendars, "SYT"));
	view_calendars_free(calendars);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_word_wins),
		cmocka_unit_test(a_word_that_is_taken_back_lets_the_one_above_through),
		cmocka_unit_test(a_unit_goes_by_the_tree_as_it_stands),
		cmocka_unit_test(units_without_days_share_one_calendar),
		cmocka_unit_test(days_keep_their_order_however_they_come),
		cmocka_unit_test(an_event_that_no_import_makes_is_damage),
		cmocka_unit_test(days_are_listed_as_said_or_as_in_force),
		cmocka_unit_test(a_tree_in_a_circle_comes_to_an_end),
		cmocka_unit_test(a_time_text_is_read_by_the_calendar_of_the_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
