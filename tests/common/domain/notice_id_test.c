/* notice_id_test.c - the ids of intents and digests are what they have always been. The vectors
 * come from another implementation of BLAKE2b. */
#include "common/domain/notice_id.h"

#include "tests/support/harness.h"

#include <string.h>

static const struct {
	const char *rule;
	uint64_t task;
	int32_t due_day;
	int32_t step;
	const char *unit;
	const char *id;
} intents[] = {
	{"before", 42, 20600, -7, "SYT",
	 "b4f3c9aecef25ec25604aa0b722f40cb4be165816bc7296af85982e436d45ef5"},
	{"due", 42, 20600, 0, "SYT",
	 "82cdde92c25466aa2986a29d11a12602b0609974fd72eb791a618673670e6634"},
	{"after", UINT64_C(0x0123456789abcdef), -1, 1, "xã-Ý Yên",
	 "2df817747133be5609553c28973987247f5d864d901d059c2a978b2af5710170"},
	{"", 0, 0, 0, "", "1847658e7eb6c51b0aecc04a52c77b8aa81e6154be795bccfe286676e3bdbdfb"},
};

static void intent(size_t at, uint8_t out[DD_HASH_LEN])
{
	dd_intent_id(intents[at].rule, intents[at].task, intents[at].due_day, intents[at].step,
		     intents[at].unit, out);
}

static void assert_id(const uint8_t id[DD_HASH_LEN], const char *expected)
{
	char hex[2 * DD_HASH_LEN + 1];

	assert_string_equal(dd_hex(id, DD_HASH_LEN, hex), expected);
}

static void an_intent_has_the_id_that_it_always_had(void **state)
{
	uint8_t id[DD_HASH_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(intents) / sizeof(intents[0]); i++) {
		intent(i, id);
		assert_id(id, intents[i].id);
	}
}

static void a_digest_has_the_id_that_it_always_had(void **state)
{
	uint8_t ids[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN], id[DD_HASH_LEN];
	const uint8_t(*given)[DD_HASH_LEN] = (const uint8_t(*)[DD_HASH_LEN])ids;

	(void)state;
	intent(0, ids[0]);
	intent(1, ids[1]);
	dd_digest_id("SYT", 20590, given, 1, id);
	assert_id(id, "f8fa597311f4820149439f8a32d67be3afe0ffb603dc34f72ed55323b4e5b369");
	dd_digest_id("SYT", 20590, given, 2, id);
	assert_id(id, "1c69b41312afcc17f4b393aa13e11fa0003f2a25763aa971f11067a8e698bdbc");
	for (size_t i = 0; i < DD_DIGEST_INTENTS_MAX; i++)
		dd_intent_id("r", i, 0, 0, "U", ids[i]);
	dd_digest_id("U", 1, given, DD_DIGEST_INTENTS_MAX, id);
	assert_id(id, "9320884388bd97bdde98ee638edbdaaf8996d9f6b02617f8186ea408cce8432b");
}

static void the_order_in_which_intents_are_given_is_of_no_account(void **state)
{
	static const size_t orders[][3] = {{0, 2, 3}, {2, 3, 0}, {3, 2, 0}};
	uint8_t ids[3][DD_HASH_LEN], id[DD_HASH_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		for (size_t k = 0; k < 3; k++)
			intent(orders[i][k], ids[k]);
		dd_digest_id("", -1, (const uint8_t(*)[DD_HASH_LEN])ids, 3, id);
		assert_id(id, "d543030e3d96dd931be54f8fe1c70fc03ce860f31bba6f7a8527cbeb8bb5a6b4");
	}
}

static void texts_cannot_run_into_each_other(void **state)
{
	uint8_t a[DD_HASH_LEN], b[DD_HASH_LEN];

	(void)state;
	dd_intent_id("ab", 0, 0, 0, "", a);
	dd_intent_id("a", 0, 0, 0, "b", b);
	assert_memory_not_equal(a, b, DD_HASH_LEN);
}

static void intents_are_ordered_by_task_due_day_rule_and_step(void **state)
{
	static const struct dd_intent sorted[] = {
		{"before", 1, 5, -7}, {"before", 1, 5, -3}, {"due", 1, 5, -9}, {"after", 1, 6, 1},
		{"after", 2, -1, 1},  {"after", 2, 0, 1},   {"a", 300, 0, 0},
	};
	int count = (int)(sizeof(sorted) / sizeof(sorted[0]));

	(void)state;
	for (int i = 0; i < count; i++) {
		for (int k = 0; k < count; k++) {
			int order = dd_intent_compare(&sorted[i], &sorted[k]);

			if ((order > 0) - (order < 0) != (i > k) - (i < k))
				fail_msg("%d and %d: %d", i, k, order);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_intent_has_the_id_that_it_always_had),
		cmocka_unit_test(a_digest_has_the_id_that_it_always_had),
		cmocka_unit_test(the_order_in_which_intents_are_given_is_of_no_account),
		cmocka_unit_test(texts_cannot_run_into_each_other),
		cmocka_unit_test(intents_are_ordered_by_task_due_day_rule_and_step),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
