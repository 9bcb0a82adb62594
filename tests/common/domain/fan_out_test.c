/* fan_out_test.c - how a task that many units answer stands, from how its parts do. */
#include "common/domain/fan_out.h"
#include "tests/support/harness.h"

#define TODAY 1000

static const struct dd_judge judge = {.credit_waiting = true};

#define NEW(due)                                                                                   \
	{                                                                                          \
		DD_TASK_ASSIGNED, due, 0, 0, 0                                                     \
	}
#define WORK(due)                                                                                  \
	{                                                                                          \
		DD_TASK_IN_PROGRESS, due, 0, 0, 0                                                  \
	}
#define WAIT(due, submitted)                                                                       \
	{                                                                                          \
		DD_TASK_AWAITING, due, submitted, 0, 0                                             \
	}
#define DONE(due, submitted)                                                                       \
	{                                                                                          \
		DD_TASK_COMPLETED, due, submitted, submitted + 3, 0                                \
	}
#define REST(due)                                                                                  \
	{                                                                                          \
		DD_TASK_PAUSED, due, 0, 0, 0                                                       \
	}
#define OFF(due)                                                                                   \
	{                                                                                          \
		DD_TASK_CANCELLED, due, 0, 0, 0                                                    \
	}
#define NEXT(due)                                                                                  \
	{                                                                                          \
		DD_TASK_CARRIED_OVER, due, 0, 0, 0                                                 \
	}

#define PARTS_MAX 4

struct row {
	struct dd_task_clock parts[PARTS_MAX];
	size_t count;
	enum dd_task_state state;
	enum dd_bucket bucket;
	int32_t days_late;
	int32_t last_day;
};

static const struct row rows[] = {
	/* completed when all are, on the day of the last */
	{{DONE(990, 980), DONE(990, 985)}, 2, DD_TASK_COMPLETED, DD_BUCKET_DONE_ON_TIME, 0, 985},
	/* late if one was */
	{{DONE(990, 980), DONE(990, 994)}, 2, DD_TASK_COMPLETED, DD_BUCKET_DONE_LATE, 4, 994},
	{{DONE(0, 980), DONE(0, 994)}, 2, DD_TASK_COMPLETED, DD_BUCKET_DONE_ON_TIME, 0, 994},
	/* overdue as soon as one that is open is */
	{{DONE(990, 980), WORK(1010), NEW(997)},
	 3,
	 DD_TASK_IN_PROGRESS,
	 DD_BUCKET_OPEN_OVERDUE,
	 3,
	 980},
	{{DONE(990, 994), WORK(1010)}, 2, DD_TASK_IN_PROGRESS, DD_BUCKET_OPEN_IN_TERM, 0, 994},
	/* what was handed in in time is in time */
	{{WAIT(990, 989), NEW(1001)}, 2, DD_TASK_IN_PROGRESS, DD_BUCKET_OPEN_IN_TERM, 0, 989},
	{{WAIT(990, 992), NEW(1001)}, 2, DD_TASK_IN_PROGRESS, DD_BUCKET_OPEN_OVERDUE, 2, 992},
	{{NEW(1001), NEW(1001)}, 2, DD_TASK_ASSIGNED, DD_BUCKET_OPEN_IN_TERM, 0, 0},
	{{NEW(0), WORK(0)}, 2, DD_TASK_IN_PROGRESS, DD_BUCKET_NO_DUE, 0, 0},
	/* what rests is not judged, and holds up the whole only when nothing else is open */
	{{REST(900), DONE(990, 980)}, 2, DD_TASK_PAUSED, DD_BUCKET_PAUSED, 0, 980},
	{{REST(900), NEW(1001)}, 2, DD_TASK_ASSIGNED, DD_BUCKET_OPEN_IN_TERM, 0, 0},
	{{REST(900), NEW(999)}, 2, DD_TASK_ASSIGNED, DD_BUCKET_OPEN_OVERDUE, 1, 0},
	/* what was cancelled or carried over leaves the base */
	{{OFF(900), NEXT(900), DONE(990, 980)},
	 3,
	 DD_TASK_COMPLETED,
	 DD_BUCKET_DONE_ON_TIME,
	 0,
	 980},
	{{OFF(900), OFF(900)}, 2, DD_TASK_CANCELLED, DD_BUCKET_CANCELLED, 0, 0},
	{{OFF(900), NEXT(900)}, 2, DD_TASK_CARRIED_OVER, DD_BUCKET_CANCELLED, 0, 0},
};

static struct dd_fan_out gathered(const struct row *row, bool backwards)
{
	struct dd_fan_out fan_out = {.parts = 0};

	for (size_t i = 0; i < row->count; i++)
		dd_fan_out_add(&fan_out, &row->parts[backwards ? row->count - 1 - i : i], false,
			       &judge, TODAY);
	return fan_out;
}

static void it_stands_as_its_parts_do_in_whatever_order_they_come(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i / 2];
		const struct dd_fan_out fan_out = gathered(row, i % 2 == 1);

		if (dd_fan_out_state(&fan_out) != row->state ||
		    dd_fan_out_bucket(&fan_out) != row->bucket ||
		    dd_fan_out_days_late(&fan_out) != row->days_late ||
		    fan_out.last_submitted_day != row->last_day)
			fail_msg("row %zu: state %d, bucket %d, %d days late, last on %d", i / 2,
				 (int)dd_fan_out_state(&fan_out), (int)dd_fan_out_bucket(&fan_out),
				 dd_fan_out_days_late(&fan_out), fan_out.last_submitted_day);
	}
}

static void its_lateness_is_excused_when_that_of_all_its_late_parts_is(void **state)
{
	static const struct dd_task_clock parts[] = {NEW(990), NEW(980), NEW(1010)};
	static const struct {
		bool explained[3];
		bool excused;
	} cases[] = {
		{{false, false, false}, false},
		{{true, false, false}, false},
		{{true, true, false}, true},
		{{false, false, true}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_fan_out fan_out = {.parts = 0};

		for (size_t p = 0; p < 3; p++)
			dd_fan_out_add(&fan_out, &parts[p], cases[i].explained[p], &judge, TODAY);
		assert_int_equal(dd_fan_out_excused(&fan_out), cases[i].excused);
	}
}

static void it_is_judged_by_the_rule_in_force(void **state)
{
	const struct dd_task_clock part = DONE(990, 989); /* confirmed on 992 */
	const struct dd_judge late = {.by_confirmation = true};
	struct dd_fan_out fan_out = {.parts = 0};

	(void)state;
	dd_fan_out_add(&fan_out, &part, false, &late, TODAY);
	assert_int_equal(dd_fan_out_bucket(&fan_out), DD_BUCKET_DONE_LATE);
	assert_int_equal(dd_fan_out_days_late(&fan_out), 2);
}

/* The next term of what is still open is the one that is near. */
static void its_next_term_is_that_of_an_open_part(void **state)
{
	static const struct dd_task_clock parts[] = {DONE(900, 890), NEW(0), NEW(1020), WORK(1010),
						     OFF(901)};
	struct dd_fan_out fan_out = {.parts = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		dd_fan_out_add(&fan_out, &parts[i], false, &judge, TODAY);
	assert_int_equal(fan_out.next_due_day, 1010);
	assert_true(fan_out.done_with_term);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_stands_as_its_parts_do_in_whatever_order_they_come),
		cmocka_unit_test(its_lateness_is_excused_when_that_of_all_its_late_parts_is),
		cmocka_unit_test(it_is_judged_by_the_rule_in_force),
		cmocka_unit_test(its_next_term_is_that_of_an_open_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
