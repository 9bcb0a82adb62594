/* office_pace_test.c - pieces that fit the line: large on a good one, small on one that breaks or
 * crawls, never above the limit. */
#include "services/office/office_pace.h"
#include "tests/support/harness.h"

#define SECOND INT64_C(1000000)

static void a_good_line_gets_large_pieces(void **state)
{
	struct office_pace pace;

	(void)state;
	office_pace_init(&pace, 0);
	for (int i = 0; i < 4; i++)
		office_pace_answered(&pace, office_pace_piece(&pace), SECOND / 100);
	assert_int_equal(office_pace_piece(&pace), OFFICE_PIECE_MAX);
}

/* A satellite: the answer takes long, and that is no reason for small pieces. */
static void a_long_way_is_no_slow_line(void **state)
{
	struct office_pace pace;

	(void)state;
	office_pace_init(&pace, 0);
	office_pace_answered(&pace, 0, 3 * SECOND);
	for (int i = 0; i < 4; i++)
		office_pace_answered(&pace, office_pace_piece(&pace), 3 * SECOND + SECOND / 10);
	assert_int_equal(office_pace_piece(&pace), OFFICE_PIECE_MAX);
}

static void a_slow_line_gets_pieces_of_a_second_or_two(void **state)
{
	struct office_pace pace;

	(void)state;
	office_pace_init(&pace, 0);
	for (int i = 0; i < 20; i++) {
		const size_t len = office_pace_piece(&pace);

		office_pace_answered(&pace, len, (int64_t)len * SECOND / 4000); /* 4 kB a second */
	}
	assert_in_range(office_pace_piece(&pace), 4000, 8192);
}

static void a_line_that_breaks_gets_pieces_that_lose_least(void **state)
{
	struct office_pace pace;

	(void)state;
	office_pace_init(&pace, 0);
	for (int breaks = 0; breaks < 5; breaks++) {
		for (uint64_t sent = 0; sent < 300000;) {
			const size_t len = office_pace_piece(&pace);

			office_pace_answered(&pace, len, SECOND / 100);
			sent += len;
		}
		office_pace_broken(&pace);
	}
	/* The root of 2 x 300,000 x 256 is 12,394. */
	assert_in_range(office_pace_piece(&pace), 12000, 13500);
	/* It holds now: the pieces grow again. */
	for (int i = 0; i < 2000; i++)
		office_pace_answered(&pace, office_pace_piece(&pace), SECOND / 100);
	assert_int_equal(office_pace_piece(&pace), OFFICE_PIECE_MAX);
}

static void where_nothing_gets_through_pieces_shrink_to_the_least(void **state)
{
	struct office_pace pace;

	(void)state;
	office_pace_init(&pace, 0);
	for (int i = 0; i < 10; i++)
		office_pace_broken(&pace);
	assert_int_equal(office_pace_piece(&pace), OFFICE_PIECE_MIN);
}

static void the_limit_spaces_what_is_sent(void **state)
{
	struct office_pace pace;
	int64_t now = 5 * SECOND;
	uint64_t sent = 0;

	(void)state;
	office_pace_init(&pace, 64); /* 8,000 bytes a second */
	while (now < 65 * SECOND) {
		const size_t len = office_pace_piece(&pace);

		assert_in_range(len, 1, 8000);
		office_pace_sent(&pace, len, now);
		sent += len + OFFICE_PIECE_ENVELOPE;
		now = pace.free_us;
	}
	assert_in_range(sent, 60 * 8000, 60 * 8000 + 9000);
	/* What was not used is not saved up. */
	now += 3600 * SECOND;
	office_pace_sent(&pace, 8000 - OFFICE_PIECE_ENVELOPE, now);
	assert_int_equal(pace.free_us, now + SECOND);
}

static void without_a_limit_nothing_waits(void **state)
{
	struct office_pace pace;

	(void)state;
	office_pace_init(&pace, 0);
	office_pace_sent(&pace, 48000, 7 * SECOND);
	assert_int_equal(pace.free_us, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_line_gets_large_pieces),
		cmocka_unit_test(a_long_way_is_no_slow_line),
		cmocka_unit_test(a_slow_line_gets_pieces_of_a_second_or_two),
		cmocka_unit_test(a_line_that_breaks_gets_pieces_that_lose_least),
		cmocka_unit_test(where_nothing_gets_through_pieces_shrink_to_the_least),
		cmocka_unit_test(the_limit_spaces_what_is_sent),
		cmocka_unit_test(without_a_limit_nothing_waits),
	};

	return cmocka_run_group_tests_name("services.office.office_pace", tests, NULL, NULL);
}
