#include "common/net/bus_train.h"
#include "tests/support/harness.h"

/* --- how long a train may be -------------------------------------------------------------------
 */

static void fill(struct dd_bus_train *train, uint64_t id, uint64_t now_ms)
{
	static const uint8_t report[400];

	while (!dd_bus_train_full(train, sizeof(report)))
		dd_bus_train_add(train, id, report, sizeof(report));
	dd_bus_train_left(train, now_ms);
}

static void test_a_train_is_as_long_as_the_line_carries_at_once(void **state)
{
	struct dd_bus_train train = {0};
	uint64_t now = 1000;
	uint64_t id;

	(void)state;
	assert_false(dd_bus_train_fits(&train, 100));
	dd_bus_train_takes(&train, 1024);
	assert_int_equal(train.bytes, DD_BUS_TRAIN_FIRST);
	for (id = 1; id < 20; id++) { /* a quick line */
		fill(&train, id, now);
		dd_bus_train_answered(&train, id, now += 5);
	}
	assert_int_equal(train.bytes, DD_BUS_TRAIN_MOST);
	for (; id < 40; id++) { /* a slow one */
		fill(&train, id, now);
		dd_bus_train_answered(&train, id, now += 4000);
	}
	assert_int_equal(train.bytes, DD_BUS_TRAIN_LEAST);
	train.bytes = 8192;
	fill(&train, id, now);
	dd_bus_train_lost(&train);
	assert_int_equal(train.bytes, 4096);
	assert_false(dd_bus_train_fits(&train, 100));
	dd_bus_train_takes(&train, 1024);
	fill(&train, ++id, now);
	dd_bus_train_late(&train, id);
	assert_int_equal(train.bytes, 2048);
	assert_false(dd_bus_train_fits(&train, 2048));
	dd_bus_train_fini(&train);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_train_is_as_long_as_the_line_carries_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
