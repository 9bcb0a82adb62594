#include "common/net/request_table.h"
#include "tests/common/net/net_support.h"

static void add(struct dd_request_table *table, uint64_t id, uint64_t due_ms)
{
	struct dd_waiting waiting = {.id = id, .due_ms = due_ms};

	dd_request_table_add(table, &waiting);
}

static void test_requests_end_in_the_order_of_their_deadlines(void **state)
{
	struct dd_request_table table = {0};
	struct dd_waiting waiting;
	uint64_t last = 0;
	uint64_t due;
	int taken = 0;
	uint64_t i;

	(void)state;
	for (i = 1; i <= 5000; i++)
		add(&table, i, i * 7919 % 5003);
	assert_true(dd_request_table_next(&table, &due));
	assert_false(dd_request_table_take_due(&table, due - 1, &waiting));
	while (dd_request_table_take_due(&table, 4000, &waiting)) {
		assert_true(waiting.due_ms >= last && waiting.due_ms <= 4000);
		assert_true(waiting.due_ms == waiting.id * 7919 % 5003);
		last = waiting.due_ms;
		taken++;
	}
	assert_true(dd_request_table_next(&table, &due));
	assert_true(due > 4000);
	assert_int_equal(taken + (int)table.count, 5000);
	dd_request_table_fini(&table);
}

static void test_a_request_is_found_by_its_id_once(void **state)
{
	struct dd_request_table table = {0};
	struct dd_waiting waiting;
	uint64_t i;

	(void)state;
	assert_false(dd_request_table_take(&table, 1, &waiting));
	for (i = 1; i <= 1000; i++)
		add(&table, i << 6, 5000 - i);
	for (i = 1000; i >= 1; i--) {
		assert_true(dd_request_table_take(&table, i << 6, &waiting));
		assert_true(waiting.due_ms == 5000 - i);
		assert_false(dd_request_table_take(&table, i << 6, &waiting));
	}
	assert_int_equal(table.count, 0);
	dd_request_table_fini(&table);
}

/* Many steps at random beside a plain array that does the same slowly. */
static void test_it_agrees_with_a_plain_array(void **state)
{
	struct dd_request_table table = {0};
	uint64_t due[512] = {0}; /* 0 = not there */
	struct dd_waiting waiting;
	uint32_t seed = 1;
	int step;

	(void)state;
	for (step = 0; step < 50000; step++) {
		uint64_t id;

		seed = seed * 1664525u + 1013904223u;
		id = 1 + (seed >> 16) % 511;
		if (due[id] == 0) {
			due[id] = 1 + (seed >> 8) % 997;
			add(&table, id, due[id]);
		} else if (seed & 0x80) {
			assert_true(dd_request_table_take(&table, id, &waiting));
			assert_true(waiting.due_ms == due[id]);
			due[id] = 0;
		} else if (dd_request_table_take_due(&table, (seed >> 8) % 997, &waiting)) {
			size_t i;

			assert_true(waiting.due_ms == due[waiting.id]);
			for (i = 1; i < 512; i++)
				assert_true(due[i] == 0 || due[i] >= waiting.due_ms);
			due[waiting.id] = 0;
		}
	}
	dd_request_table_fini(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests_end_in_the_order_of_their_deadlines),
		cmocka_unit_test(test_a_request_is_found_by_its_id_once),
		cmocka_unit_test(test_it_agrees_with_a_plain_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
