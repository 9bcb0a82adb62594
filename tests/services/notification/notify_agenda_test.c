/* notify_agenda_test.c - the agenda against a plain table of days. */
#include "services/notification/notify_agenda.h"

#include "tests/support/harness.h"
#include <stdlib.h>

#define TASKS 500

static uint64_t draw(uint64_t *random, uint64_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random % below;
}

static void the_next_day_and_its_tasks_are_those_of_a_plain_table(void **state)
{
	static int32_t days[TASKS];
	struct notify_agenda *agenda = notify_agenda_new();
	uint64_t random = 7;

	(void)state;
	for (int i = 0; i < TASKS; i++)
		days[i] = NOTIFY_NEVER;
	for (int round = 0; round < 20000; round++) {
		const size_t at = draw(&random, TASKS);
		int32_t earliest = NOTIFY_NEVER;
		size_t due = 0, count;
		const int32_t until = 20000 + (int32_t)draw(&random, 60);
		uint64_t *tasks;

		days[at] =
			draw(&random, 5) == 0 ? NOTIFY_NEVER : 20000 + (int32_t)draw(&random, 60);
		/* from the outside of its century too */
		if (draw(&random, 50) == 0)
			days[at] = draw(&random, 2) == 0 ? -5 : 90000 + (int32_t)draw(&random, 9);
		notify_agenda_set(agenda, 3 * at + 1, days[at]);
		if (round % 20 != 0)
			continue;
		for (int i = 0; i < TASKS; i++) {
			earliest = days[i] < earliest ? days[i] : earliest;
			due += days[i] <= until;
		}
		assert_int_equal(notify_agenda_next(agenda), earliest);
		count = notify_agenda_due(agenda, until, &tasks);
		assert_int_equal(count, due);
		for (size_t i = 0; i < count; i++)
			assert_true(days[(tasks[i] - 1) / 3] <= until);
		free(tasks);
	}
	notify_agenda_clear(agenda);
	assert_int_equal(notify_agenda_next(agenda), NOTIFY_NEVER);
	assert_int_equal(notify_agenda_count(agenda), 0);
	notify_agenda_free(agenda);
}

static void a_million_tasks_fit_into_32_bytes_each(void **state)
{
	struct notify_agenda *agenda = notify_agenda_new();

	(void)state;
	for (uint64_t task = 1; task <= 1000000; task++)
		notify_agenda_set(agenda, task, 20000 + (int32_t)(task % 700));
	assert_int_equal(notify_agenda_next(agenda), 20000);
	assert_true(notify_agenda_bytes(agenda) < 32u * 1000000);
	notify_agenda_free(agenda);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_day_and_its_tasks_are_those_of_a_plain_table),
		cmocka_unit_test(a_million_tasks_fit_into_32_bytes_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
