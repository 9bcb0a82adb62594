/* rollup_test.c - progress of parents from their children, and the state of a fan-out. */
#include "common/domain/rollup.h"
#include "tests/support/harness.h"

#define TOP DD_ROLLUP_NONE

static void a_parent_has_the_weighted_mean_of_its_children_cut(void **state)
{
	static const struct {
		struct dd_rollup_node nodes[6];
		size_t count;
		uint8_t top;
	} rows[] = {
		{{{TOP, 1, 40, true}}, 1, 40},
		{{{TOP, 1, 90, true}, {0, 1, 100, true}, {0, 1, 99, true}}, 3, 99},
		{{{TOP, 1, 0, true}, {0, 3, 100, true}, {0, 1, 0, true}}, 3, 75},
		/* what left the base does not count; none left: its own */
		{{{TOP, 1, 10, true}, {0, 1, 50, true}, {0, 1, 0, false}}, 3, 50},
		{{{TOP, 1, 10, true}, {0, 1, 50, false}}, 2, 10},
		{{{TOP, 1, 10, true}, {0, 0, 50, true}}, 2, 10},
		/* four levels, children before and after their parents */
		{{{TOP, 1, 0, true},
		  {3, 1, 80, true},
		  {0, 1, 7, true},
		  {4, 1, 0, true},
		  {2, 1, 0, true},
		  {0, 1, 20, true}},
		 6,
		 50},
		/* a circle keeps what its nodes say themselves */
		{{{1, 1, 33, true}, {0, 1, 44, true}, {0, 1, 100, true}}, 3, 33},
	};
	uint8_t percent[6];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dd_rollup(rows[i].count, rows[i].nodes, percent);
		if (percent[0] != rows[i].top)
			fail_msg("row %zu: %u instead of %u", i, percent[0], rows[i].top);
	}
	dd_rollup(0, NULL, percent);
}

static void rolled_progress_never_leaves_0_to_100(void **state)
{
	struct dd_rollup_node nodes[2000];
	uint8_t percent[2000];
	uint32_t seed = 7;

	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		seed = seed * 1664525u + 1013904223u;
		nodes[i] = (struct dd_rollup_node){
			.parent = i == 0 || seed % 5 == 0 ? TOP : (seed >> 8) % i,
			.weight = (uint16_t)(seed % 1001),
			.percent = (uint8_t)(seed % 101),
			.counts = seed % 7 != 0,
		};
	}
	dd_rollup(2000, nodes, percent);
	for (size_t i = 0; i < 2000; i++)
		assert_true(percent[i] <= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parent_has_the_weighted_mean_of_its_children_cut),
		cmocka_unit_test(rolled_progress_never_leaves_0_to_100),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
