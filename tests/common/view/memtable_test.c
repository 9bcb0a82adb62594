/* memtable_test.c - one layer in memory, against the simplest thing that could be right. */
#include "common/view/memtable.h"
#include "tests/support/harness.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS  60
#define SAVES 8

/* The plain counterpart: an array by key number. */
struct plain {
	int state[KEYS];
	char value[KEYS][40];
};

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % below;
}

static size_t key_of(uint32_t number, char key[16])
{
	return (size_t)snprintf(key, 16, "%c%u", 'a' + (int)(number % 3), number);
}

static void change(struct memtable *table, struct plain *plain)
{
	uint32_t number = draw(KEYS);
	char key[16];
	size_t len = key_of(number, key), val_len = draw(30);
	uint32_t hash = memtable_hash(42, key, len);

	if (draw(5) == 0) {
		memtable_del(table, hash, key, len);
		plain->state[number] = MEMTABLE_DELETED;
		return;
	}
	memset(plain->value[number], 0, sizeof(plain->value[number]));
	memset(plain->value[number], 'A' + (int)draw(26), val_len);
	memtable_put(table, hash, key, len, plain->value[number], val_len);
	plain->state[number] = MEMTABLE_PRESENT;
}

static void assert_equal(const struct memtable *table, const struct plain *plain)
{
	for (uint32_t number = 0; number < KEYS; number++) {
		const struct memtable_entry *entry = NULL;
		char key[16];
		size_t len = key_of(number, key);
		enum memtable_state state =
			memtable_get(table, memtable_hash(42, key, len), key, len, &entry);

		assert_int_equal(state, plain->state[number]);
		if (state != MEMTABLE_PRESENT)
			continue;
		assert_int_equal(entry->val_len, strlen(plain->value[number]));
		assert_memory_equal(entry->val, plain->value[number], entry->val_len);
	}
}

static void random_changes_agree_with_a_plain_copy(void **state)
{
	static struct plain now;

	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct memtable *table = memtable_new();

		random_state = seed;
		memset(&now, 0, sizeof(now));
		for (int step = 0; step < 2000; step++) {
			change(table, &now);
			if (step % 100 == 0)
				assert_equal(table, &now);
		}
		assert_equal(table, &now);
		memtable_clear(table);
		memset(&now, 0, sizeof(now));
		assert_equal(table, &now);
		memtable_free(table);
	}
}

static void merging_puts_the_newer_layer_over_the_older(void **state)
{
	struct memtable *older = memtable_new(), *newer = memtable_new();
	struct plain now = {0}, over = {0};

	(void)state;
	random_state = 3;
	for (int i = 0; i < 100; i++)
		change(older, &now);
	for (int i = 0; i < 40; i++)
		change(newer, &over);
	memtable_merge(older, newer);
	for (uint32_t number = 0; number < KEYS; number++) {
		if (over.state[number] == MEMTABLE_ABSENT)
			continue;
		now.state[number] = over.state[number];
		memcpy(now.value[number], over.value[number], sizeof(now.value[number]));
	}
	assert_equal(older, &now);
	memtable_free(older);
	memtable_free(newer);
}

static void sorted_order_is_that_of_bytes_and_holds_many_keys(void **state)
{
	struct memtable *table = memtable_new();
	const struct memtable_entry **sorted;
	size_t count;

	(void)state;
	random_state = 8;
	for (uint32_t i = 0; i < 50000; i++) {
		uint32_t value = draw(1u << 30);
		size_t len = 1 + draw(4);

		memtable_put(table, memtable_hash(5, &value, len), &value, len, &i, sizeof(i));
	}
	sorted = memtable_sorted(table, &count);
	assert_int_equal(count, memtable_count(table));
	for (size_t i = 1; i < count; i++) {
		size_t a = sorted[i - 1]->key_len, b = sorted[i]->key_len;
		int order = memcmp(sorted[i - 1]->key, sorted[i]->key, a < b ? a : b);

		assert_true(order < 0 || (order == 0 && a < b));
	}
	free(sorted);
	memtable_clear(table);
	assert_int_equal(memtable_count(table), 0);
	memtable_put(table, memtable_hash(5, "x", 1), "x", 1, "", 0);
	memtable_clear(table);
	assert_null(memtable_sorted(table, &count));
	memtable_free(table);
}

/* Keys of one kind share their beginnings, some end in zeros, some are longer than what a sort
 * looks at first. */
static void sorted_order_looks_at_the_whole_of_long_and_like_keys(void **state)
{
	struct memtable *table = memtable_new();
	const struct memtable_entry **sorted;
	size_t count;

	(void)state;
	random_state = 9;
	for (uint32_t i = 0; i < 20000; i++) {
		uint8_t key[64] = {0};
		size_t len = 6 + draw(sizeof(key) - 6);

		key[draw(4)] = (uint8_t)draw(3);
		key[len - 1 - draw(2)] = (uint8_t)draw(256);
		memtable_put(table, memtable_hash(5, key, len), key, len, &i, sizeof(i));
	}
	sorted = memtable_sorted(table, &count);
	assert_int_equal(count, memtable_count(table));
	for (size_t i = 1; i < count; i++) {
		size_t a = sorted[i - 1]->key_len, b = sorted[i]->key_len;
		int order = memcmp(sorted[i - 1]->key, sorted[i]->key, a < b ? a : b);

		assert_true(order < 0 || (order == 0 && a < b));
	}
	free(sorted);
	memtable_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes_agree_with_a_plain_copy),
		cmocka_unit_test(merging_puts_the_newer_layer_over_the_older),
		cmocka_unit_test(sorted_order_is_that_of_bytes_and_holds_many_keys),
		cmocka_unit_test(sorted_order_looks_at_the_whole_of_long_and_like_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
