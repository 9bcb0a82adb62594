/* task_daily_units_test.c - changes of units whose day has come: what is refused stays where a
 * person sees it, keeps back nothing behind it, and is done when nothing speaks against it. */
#include "common/view/view_daily.h"
#include "common/view/view_unit.h"
#include "services/task/task_daily.h"
#include "tests/services/task/task_evidence_fixture.h"

#define UNITS 70 /* more than are looked at once */

static void add_unit(struct hall *hall, int number)
{
	Dondoc__V1__SetUnit set = DONDOC__V1__SET_UNIT__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	char code[16], name[32];
	struct said said;

	(void)snprintf(code, sizeof(code), "X%d", number);
	(void)snprintf(name, sizeof(name), "Xã số %d", number);
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_SET_UNIT, "HN", NULL);
	fields.code = code;
	fields.name = name;
	set.unit = &fields;
	set.reason = text_of("lập mới");
	said.body.set_unit = &set;
	accepted(answered(hall, &said));
}

/* It will be a ward. */
static void plan_rename(struct hall *hall, int number, int32_t day)
{
	Dondoc__V1__ChangeUnits change = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heir = DONDOC__V1__UNIT_FIELDS__INIT, *heirs[] = {&heir};
	char code[16], name[32], *from[] = {code};
	struct said said;

	(void)snprintf(code, sizeof(code), "X%d", number);
	(void)snprintf(name, sizeof(name), "Phường số %d", number);
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_UNITS, "HN", NULL);
	heir.code = code;
	heir.name = name;
	change.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_RENAMED;
	change.day = day;
	change.from = from;
	change.n_from = 1;
	change.to = heirs;
	change.n_to = 1;
	change.reason = text_of("đổi tên");
	change.document = &said.document;
	said.body.change_units = &change;
	accepted(answered(hall, &said));
}

static void look(struct hall *hall, int32_t day)
{
	struct task_daily daily = {
		.engine = hall->engine, .view = hall->view, .log = hall->log, .files = hall->files};

	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
	task_daily_units(&daily, day);
	hall_run(hall);
	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
}

static int wards(struct hall *hall)
{
	struct view_unit unit;
	char code[16];
	int count = 0;

	for (int i = 0; i < UNITS; i++) {
		(void)snprintf(code, sizeof(code), "X%d", i);
		assert_int_equal(view_unit(hall->view, true, code, &unit), DD_OK);
		count += strncmp(unit.name, "Phường", strlen("Phường")) == 0;
	}
	return count;
}

/* The clock by which the day is judged is a day behind the one that looks. */
static void what_is_refused_keeps_back_nothing_behind_it(void **state)
{
	struct hall *hall = *state;
	int32_t day = dd_day_of(dd_wall_us()) + 1;
	uint64_t head;

	(void)hall_plan(hall);
	for (int i = 0; i < UNITS; i++)
		add_unit(hall, i);
	for (int i = 0; i < UNITS; i++)
		plan_rename(hall, i, day);
	look(hall, day);
	assert_int_equal(view_daily_count(hall->view), 64);
	look(hall, day);
	assert_int_equal(view_daily_count(hall->view), UNITS);
	head = hall_head(hall);
	look(hall, day); /* it would be refused again: it is not asked */
	assert_int_equal(hall_head(hall), head);
	assert_int_equal(wards(hall), 0);

	test_clock_advance(DD_DAY_US);
	look(hall, day);
	assert_int_equal(wards(hall), 64);
	look(hall, day);
	assert_int_equal(wards(hall), UNITS);
	assert_int_equal(view_daily_count(hall->view), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_refused_keeps_back_nothing_behind_it,
						evidence_set_up, hall_tear_down),
	};

	return cmocka_run_group_tests_name("services.task.task_daily_units", tests, NULL, NULL);
}
