/* key_test.c - the order of keys is the order of their parts. */
#include "common/base/id.h"
#include "common/store/key.h"
#include "tests/support/harness.h"
#include <string.h>

static int order(const struct dd_key *a, const struct dd_key *b)
{
	int by_bytes = memcmp(a->data, b->data, a->len < b->len ? a->len : b->len);

	return by_bytes != 0 ? by_bytes : (a->len > b->len) - (a->len < b->len);
}

static void numbers_sort_as_numbers(void **state)
{
	static const uint64_t values[] = {
		0, 1, 255, 256, 65535, UINT32_MAX, UINT64_C(1) << 40, UINT64_MAX};

	(void)state;
	for (size_t i = 1; i < sizeof(values) / sizeof(values[0]); i++) {
		struct dd_key a, b;

		dd_key_begin(&a, 't');
		dd_key_u64(&a, values[i - 1]);
		dd_key_begin(&b, 't');
		dd_key_u64(&b, values[i]);
		assert_true(order(&a, &b) < 0);
		assert_int_equal(dd_key_get_u64(b.data + 1), values[i]);
		if (values[i] > UINT32_MAX)
			continue;
		dd_key_begin(&a, 't');
		dd_key_u32(&a, (uint32_t)values[i - 1]);
		dd_key_begin(&b, 't');
		dd_key_u32(&b, (uint32_t)values[i]);
		assert_true(order(&a, &b) < 0);
		assert_int_equal(dd_key_get_u32(b.data + 1), values[i]);
	}
}

static void no_text_is_a_prefix_of_another(void **state)
{
	struct dd_key shorter, longer;

	(void)state;
	dd_key_begin(&shorter, 'c');
	dd_key_text(&shorter, "1");
	dd_key_text(&shorter, "z");
	dd_key_begin(&longer, 'c');
	dd_key_text(&longer, "1.1");
	dd_key_text(&longer, "a");
	assert_true(order(&shorter, &longer) < 0);
	assert_memory_not_equal(shorter.data, longer.data, 3);
}

static void long_texts_are_hashed_and_stay_apart(void **state)
{
	char text[400];
	struct dd_key a, b, again;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	dd_key_begin(&a, 'n');
	dd_key_text(&a, text);
	dd_key_begin(&again, 'n');
	dd_key_text(&again, text);
	text[300] = 'y';
	dd_key_begin(&b, 'n');
	dd_key_text(&b, text);
	assert_true(a.len < 64);
	assert_int_equal(order(&a, &again), 0);
	assert_int_not_equal(order(&a, &b), 0);
}

static void a_text_of_the_longest_length_stands_as_it_is(void **state)
{
	char text[DD_KEY_TEXT_MAX + 1];
	struct dd_key key;

	(void)state;
	memset(text, 'x', DD_KEY_TEXT_MAX);
	text[DD_KEY_TEXT_MAX] = '\0';
	dd_key_begin(&key, 'n');
	dd_key_text(&key, text);
	assert_int_equal(key.len, 1 + DD_KEY_TEXT_MAX + 1);
	assert_memory_equal(key.data + 1, text, sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_sort_as_numbers),
		cmocka_unit_test(no_text_is_a_prefix_of_another),
		cmocka_unit_test(long_texts_are_hashed_and_stay_apart),
		cmocka_unit_test(a_text_of_the_longest_length_stands_as_it_is),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
