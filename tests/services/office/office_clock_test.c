/* office_clock_test.c - the centre's time at an office whose own clock is wrong, is set, or begins
 * anew. */
#include "services/office/office_clock.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/sys.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>

#define HOUR   (3600 * DD_SECOND_US)
#define CENTRE (INT64_C(1772000000) * DD_SECOND_US)

struct room {
	char *dir;
	struct office_outbox *outbox;
	struct office_clock clock;
	struct dd_sys table;
	int64_t wall_us, mono_us;
};

static int64_t wall(void *ctx)
{
	return ((struct room *)ctx)->wall_us;
}

static int64_t mono(void *ctx)
{
	return ((struct room *)ctx)->mono_us;
}

static void open_store(struct room *room)
{
	struct dd_error err;

	office_outbox_close(room->outbox);
	room->outbox = NULL;
	if (office_outbox_open(room->dir, 1 << 24, 1, &room->outbox, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(office_clock_load(&room->clock, room->outbox), 0);
}

static int set_up(void **state)
{
	struct room *room = dd_alloc(sizeof(*room));

	dd_id_start();
	room->dir = test_tmpdir();
	open_store(room);
	room->table = *dd_sys_real();
	room->table.ctx = room;
	room->table.wall_us = wall;
	room->table.mono_us = mono;
	room->wall_us = CENTRE;
	room->mono_us = 1000 * DD_SECOND_US;
	dd_sys_set(&room->table);
	*state = room;
	return 0;
}

static int tear_down(void **state)
{
	struct room *room = *state;

	dd_sys_set(NULL);
	office_outbox_close(room->outbox);
	test_tmpdir_end(room->dir);
	free(room);
	return 0;
}

static void pass(struct room *room, int64_t us)
{
	room->wall_us += us;
	room->mono_us += us;
}

static void learn(struct room *room, int64_t centre_us)
{
	struct dd_error err;

	assert_int_equal(office_clock_learn(&room->clock, room->outbox, centre_us, 0, &err), 0);
}

static void before_the_centre_has_said_anything_the_own_clock_counts(void **state)
{
	struct room *room = *state;
	int64_t ahead, age;

	assert_int_equal(office_clock_now(&room->clock), CENTRE);
	assert_false(office_clock_ahead(&room->clock, &ahead, &age));
}

static void a_wrong_clock_changes_nothing_nor_does_setting_it(void **state)
{
	struct room *room = *state;
	int64_t ahead, age;

	room->wall_us = CENTRE + 50 * HOUR;
	learn(room, CENTRE);
	pass(room, HOUR);
	assert_int_equal(office_clock_now(&room->clock), CENTRE + HOUR);
	assert_true(office_clock_ahead(&room->clock, &ahead, &age));
	assert_int_equal(ahead, 50 * HOUR);
	assert_int_equal(age, HOUR);
	room->wall_us -= 50 * HOUR;
	assert_int_equal(office_clock_now(&room->clock), CENTRE + HOUR);
	assert_true(office_clock_ahead(&room->clock, &ahead, &age));
	assert_int_equal(ahead, 0);
}

static void half_of_the_way_there_and_back_is_added_and_a_slow_answer_tells_nothing(void **state)
{
	struct room *room = *state;
	struct dd_error err;

	assert_int_equal(office_clock_learn(&room->clock, room->outbox, CENTRE + HOUR,
					    60 * DD_SECOND_US, &err),
			 0);
	assert_int_equal(office_clock_now(&room->clock), CENTRE);
	assert_int_equal(office_clock_learn(&room->clock, room->outbox, CENTRE + HOUR,
					    2 * DD_SECOND_US, &err),
			 0);
	assert_int_equal(office_clock_now(&room->clock), CENTRE + HOUR + DD_SECOND_US);
}

static void a_restart_without_a_line_keeps_the_difference_and_its_age(void **state)
{
	struct room *room = *state;
	int64_t ahead, age;

	room->wall_us = CENTRE - 30 * HOUR;
	learn(room, CENTRE);
	pass(room, 2 * HOUR);
	room->mono_us = 5; /* the machine began anew */
	open_store(room);
	assert_int_equal(office_clock_now(&room->clock), CENTRE + 2 * HOUR);
	assert_true(office_clock_ahead(&room->clock, &ahead, &age));
	assert_int_equal(ahead, -30 * HOUR);
	assert_int_equal(age, 2 * HOUR);
}

static void a_clock_that_was_ahead_and_was_set_while_nothing_ran_is_believed(void **state)
{
	struct room *room = *state;

	room->wall_us = CENTRE + 48 * HOUR;
	learn(room, CENTRE);
	pass(room, HOUR);
	room->wall_us -= 48 * HOUR;
	open_store(room);
	assert_int_equal(office_clock_now(&room->clock), CENTRE + HOUR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(before_the_centre_has_said_anything_the_own_clock_counts),
		TEST(a_wrong_clock_changes_nothing_nor_does_setting_it),
		TEST(half_of_the_way_there_and_back_is_added_and_a_slow_answer_tells_nothing),
		TEST(a_restart_without_a_line_keeps_the_difference_and_its_age),
		TEST(a_clock_that_was_ahead_and_was_set_while_nothing_ran_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
