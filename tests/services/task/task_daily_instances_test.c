/* task_daily_instances_test.c - a year of a quarterly task over restarts: four instances, no more.
 */
#include "services/task/task_daily.h"
#include "tests/services/task/task_engine_fixture.h"

static int32_t day_of(int month, int day)
{
	return dd_day_from_date((struct dd_date){2026, month, day});
}

/* A single task given by hand stands in a plan of its own kind, published at once. */
static struct sent quarterly(void)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'Q', .number = 1};

	fields.code = text_of("Q");
	fields.content = text_of("Báo cáo quý");
	fields.lead_unit = text_of("SYT");
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_QUARTERLY;
	fields.start_day = day_of(1, 1);
	add.task = &fields;
	actor.unit = text_of("HN");
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ADD_TASK;
	body.add_task = &add;
	sent_body(&sent, &body);
	return sent;
}

static void on_day(struct hall *hall, int32_t day)
{
	struct task_daily daily = {.engine = hall->engine, .view = hall->view};

	task_daily_instances(&daily, day);
	hall_run(hall);
}

static int instances(struct hall *hall)
{
	static const char *const codes[] = {"Q@2025-Q4", "Q@2026-Q1", "Q@2026-Q2",
					    "Q@2026-Q3", "Q@2026-Q4", "Q@2027-Q1"};
	uint64_t id;
	int count = 0;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		count += view_task_by_code(hall->view, true, "VL-2026-HN", codes[i], &id) == DD_OK;
	return count;
}

static void a_quarterly_task_gives_four_instances_a_year_over_restarts(void **state)
{
	static const struct {
		int month, day, count;
		bool restart, with_view;
	} days[] = {
		{3, 2, 1, false, true},  {3, 2, 1, true, true}, {3, 31, 1, false, true},
		{4, 1, 2, true, false},  {4, 1, 2, true, true}, {12, 31, 4, true, true},
		{12, 31, 4, true, true},
	};
	struct hall *hall = *state;
	struct sent add = quarterly();
	uint64_t head;

	hall_plan(hall);
	assert_int_equal(hall_do(hall, &add)->outcome, OUTCOME(ACCEPTED));
	head = hall_head(hall);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		if (days[i].restart)
			hall_reopen(hall, days[i].with_view);
		on_day(hall, day_of(days[i].month, days[i].day));
		assert_int_equal(instances(hall), days[i].count);
	}
	assert_int_equal(hall_head(hall), head + 4); /* nothing was asked for twice either */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_quarterly_task_gives_four_instances_a_year_over_restarts, hall_set_up,
			hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
