/* notify_channel_test.c - which channel comes next, and after which pause. */
#include "services/notification/notify_channel.h"

#include "common/base/clock.h"
#include "tests/support/harness.h"
#include <string.h>

#define MINUTE_US (60 * DD_SECOND_US)
#define BIT(c)    (1u << (c))

static struct notify_ways ways_of(const char *text)
{
	struct notify_ways ways = {.count = 0};

	for (; *text != '\0'; text++)
		notify_ways_add(&ways, *text == 'e'   ? NOTIFY_EMAIL
				       : *text == 's' ? NOTIFY_SMS
						      : NOTIFY_ZALO);
	return ways;
}

static void the_first_way_is_kept_until_it_is_spent(void **state)
{
	static const struct {
		const char *ways;
		struct notify_tried tried;
		enum notify_channel next;
	} cases[] = {
		{"es", {0, 0, 0}, NOTIFY_EMAIL},
		{"se", {0, 0, 0}, NOTIFY_SMS},
		{"es", {NOTIFY_EMAIL, 1, 0}, NOTIFY_EMAIL},
		{"es", {NOTIFY_EMAIL, 4, BIT(NOTIFY_EMAIL)}, NOTIFY_SMS},
		/* what was begun goes on, though the order has changed meanwhile */
		{"es", {NOTIFY_SMS, 1, 0}, NOTIFY_SMS},
		{"esz", {NOTIFY_SMS, 4, BIT(NOTIFY_SMS)}, NOTIFY_EMAIL},
		{"esz", {NOTIFY_SMS, 4, BIT(NOTIFY_SMS) | BIT(NOTIFY_EMAIL)}, NOTIFY_ZALO},
		{"e", {NOTIFY_EMAIL, 1, BIT(NOTIFY_EMAIL)}, NOTIFY_NONE},
		/* a way that is no longer in the contacts */
		{"e", {NOTIFY_SMS, 2, 0}, NOTIFY_EMAIL},
		{"", {0, 0, 0}, NOTIFY_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct notify_ways ways = ways_of(cases[i].ways);

		if (notify_channel_next(&ways, &cases[i].tried) != cases[i].next)
			fail_msg("case %zu", i);
	}
}

static void a_way_ends_with_a_refusal_or_when_another_has_waited_long_enough(void **state)
{
	static const struct {
		const char *ways;
		struct notify_tried tried;
		bool permanent, over;
	} cases[] = {
		{"es", {NOTIFY_EMAIL, 1, 0}, true, true},
		{"es", {NOTIFY_EMAIL, 1, 0}, false, false},
		{"es", {NOTIFY_EMAIL, NOTIFY_CHANNEL_TRIES, 0}, false, true},
		{"e", {NOTIFY_EMAIL, NOTIFY_CHANNEL_TRIES, 0}, false, false},
		/* the last way is tried as long as any mail is */
		{"es", {NOTIFY_SMS, 30, BIT(NOTIFY_EMAIL)}, false, false},
		{"es", {NOTIFY_SMS, 30, BIT(NOTIFY_EMAIL)}, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct notify_ways ways = ways_of(cases[i].ways);

		if (notify_channel_over(&ways, &cases[i].tried, cases[i].permanent) !=
		    cases[i].over)
			fail_msg("case %zu", i);
	}
}

static void pauses_double_to_an_hour_and_differ_from_digest_to_digest(void **state)
{
	static const int minutes[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
	uint8_t least[32] = {0}, most[32];

	(void)state;
	memset(most, 0xff, sizeof(most));
	for (uint32_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		const int64_t pause = notify_channel_pause(i + 1, least);

		assert_int_equal(pause, minutes[i] * MINUTE_US);
		assert_true(notify_channel_pause(i + 1, most) > pause);
		assert_true(notify_channel_pause(i + 1, most) < pause + pause / 4);
	}
	assert_true(notify_channel_pause(UINT32_MAX, most) < 75 * MINUTE_US);
}

static void a_channel_has_one_name(void **state)
{
	(void)state;
	for (int i = NOTIFY_EMAIL; i < NOTIFY_CHANNELS; i++) {
		const char *name = notify_channel_name((enum notify_channel)i);

		assert_int_equal(notify_channel_parse(name, strlen(name)), i);
	}
	assert_int_equal(notify_channel_parse("", 0), NOTIFY_NONE);
	assert_int_equal(notify_channel_parse("emails", 6), NOTIFY_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_way_is_kept_until_it_is_spent),
		cmocka_unit_test(a_way_ends_with_a_refusal_or_when_another_has_waited_long_enough),
		cmocka_unit_test(pauses_double_to_an_hour_and_differ_from_digest_to_digest),
		cmocka_unit_test(a_channel_has_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
