/* dependency_test.c - circles are found, and what slips is counted. */
#include "common/domain/dependency.h"
#include "tests/support/harness.h"
#include <string.h>

#define EDGES_MAX 6

static void a_circle_is_found_wherever_it_lies(void **state)
{
	static const struct {
		struct dd_edge edges[EDGES_MAX];
		size_t count;
		bool circle;
	} rows[] = {
		{{{0, 0}}, 0, false},
		{{{1, 2}}, 1, false},
		{{{1, 1}}, 1, true},
		{{{1, 2}, {2, 1}}, 2, true},
		{{{1, 2}, {2, 3}, {1, 3}}, 3, false},
		{{{3, 1}, {1, 2}, {2, 3}}, 3, true},
		{{{9, 8}, {8, 7}, {5, 6}, {6, 5}}, 4, true},
		{{{1, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}}, 5, false},
		{{{1, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}, {5, 3}}, 6, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dd_edge edges[EDGES_MAX];
		uint64_t where = 0;

		memcpy(edges, rows[i].edges, sizeof(edges));
		assert_int_equal(dd_dependency_circle(edges, rows[i].count, &where),
				 rows[i].circle);
		assert_int_equal(where != 0, rows[i].circle);
	}
}

static void a_task_slips_when_its_predecessor_is_ready_too_late(void **state)
{
	static const struct {
		struct dd_dependency link;
		uint32_t days;
	} rows[] = {
		{{100, 0, 0, 100}, 0}, {{101, 0, 0, 100}, 1},    {{100, 0, 3, 100}, 3},
		{{90, 0, 10, 100}, 0}, {{100, 110, 0, 100}, 10}, {{200, 90, 0, 100}, 0},
		{{0, 0, 5, 100}, 0},   {{100, 0, 0, 0}, 0},      {{105, 0, -5, 100}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t days;

		assert_int_equal(dd_dependency_slips(&rows[i].link, &days), rows[i].days != 0);
		assert_int_equal(days, rows[i].days);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_circle_is_found_wherever_it_lies),
		cmocka_unit_test(a_task_slips_when_its_predecessor_is_ready_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
