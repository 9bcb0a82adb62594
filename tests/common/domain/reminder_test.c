/* reminder_test.c - the year 2026, day by day, against tables written by hand from the calendar. */
#include "common/domain/reminder.h"

#include "common/base/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <string.h>

#define H DD_DAY_HOLIDAY
#define C DD_DAY_COMPENSATORY
#define W DD_DAY_WORKED

static const struct {
	const char *day;
	enum dd_day_kind kind;
} year_2026[] = {
	{"2026-01-01", H}, {"2026-01-02", C}, {"2026-01-10", W}, {"2026-02-16", H},
	{"2026-02-17", H}, {"2026-02-18", H}, {"2026-02-19", H}, {"2026-02-20", H},
	{"2026-04-26", H}, {"2026-04-27", C}, {"2026-04-30", H}, {"2026-05-01", H},
	{"2026-08-22", W}, {"2026-08-31", C}, {"2026-09-01", H}, {"2026-09-02", H},
};

static int setup(void **state)
{
	struct dd_calendar *calendar = dd_calendar_new();

	for (size_t i = 0; i < sizeof(year_2026) / sizeof(year_2026[0]); i++)
		dd_calendar_set(calendar, test_day(year_2026[i].day), year_2026[i].kind);
	*state = calendar;
	return 0;
}

static int teardown(void **state)
{
	dd_calendar_free(*state);
	return 0;
}

static struct dd_reminder_policy policy_of(const char *before, bool on_due, const char *after)
{
	struct dd_reminder_policy policy;
	struct dd_error err = {0};

	assert_int_equal(dd_reminder_policy_parse(before, on_due, after, &policy, &err), 0);
	return policy;
}

/* What a task with this due day is told in a year without interruption. */
static const struct {
	const char *due;
	const char *told[4]; /* steps -7, -3, 0, 1 */
} year_table[] = {
	/* over New Year's day and the worked Saturday of 10 January */
	{"2026-01-13", {"2026-01-05", "2026-01-09", "2026-01-13", "2026-01-14"}},
	{"2026-01-10", {"2025-12-30", "2026-01-07", "2026-01-10", "2026-01-12"}},
	/* a Sunday: told on the Saturday that is worked */
	{"2026-01-11", {"2025-12-31", "2026-01-08", "2026-01-10", "2026-01-12"}},
	/* Tết: the 14th to the 22nd of February are off */
	{"2026-02-13", {"2026-02-04", "2026-02-10", "2026-02-13", "2026-02-23"}},
	{"2026-02-17", {"2026-02-05", "2026-02-11", "2026-02-13", "2026-02-23"}},
	{"2026-02-23", {"2026-02-05", "2026-02-11", "2026-02-23", "2026-02-24"}},
	{"2026-02-25", {"2026-02-09", "2026-02-13", "2026-02-25", "2026-02-26"}},
	/* an ordinary quarter's end */
	{"2026-03-31", {"2026-03-20", "2026-03-26", "2026-03-31", "2026-04-01"}},
	/* the Hùng Kings' day on a Sunday, its Monday off; 30 April and 1 May */
	{"2026-04-27", {"2026-04-16", "2026-04-22", "2026-04-24", "2026-04-28"}},
	{"2026-05-01", {"2026-04-20", "2026-04-24", "2026-04-29", "2026-05-04"}},
	{"2026-06-30", {"2026-06-19", "2026-06-25", "2026-06-30", "2026-07-01"}},
	/* the worked Saturday of 22 August; the National day */
	{"2026-08-31", {"2026-08-21", "2026-08-26", "2026-08-28", "2026-09-03"}},
	{"2026-09-30", {"2026-09-21", "2026-09-25", "2026-09-30", "2026-10-01"}},
	{"2026-12-30", {"2026-12-21", "2026-12-25", "2026-12-30", "2026-12-31"}},
};

/* Walk the days one by one, as a service that never sleeps does, and note what is told. */
static int walk(const struct dd_calendar *calendar, const struct dd_reminder_policy *policy,
		struct dd_reminder_task task, int32_t told[DD_REMINDER_STEPS_MAX],
		int steps[DD_REMINDER_STEPS_MAX])
{
	const int32_t last = test_day("2027-01-31");
	int count = 0;

	for (int32_t day = test_day("2025-12-01"); day <= last; day++) {
		const struct dd_reminder_window window = {.after_day = day - 1, .today = day};
		int step;

		if (!dd_reminder_due(policy, calendar, &task, &window, &step))
			continue;
		assert_true(count < DD_REMINDER_STEPS_MAX);
		told[count] = day;
		steps[count++] = step;
	}
	return count;
}

static void a_year_of_reminders_falls_on_the_days_of_the_table(void **state)
{
	static const int expected_steps[] = {-7, -3, 0, 1};
	const struct dd_reminder_policy policy = policy_of("7,3", true, "1");

	for (size_t i = 0; i < sizeof(year_table) / sizeof(year_table[0]); i++) {
		const struct dd_reminder_task task = {.state = DD_TASK_IN_PROGRESS,
						      .due_day = test_day(year_table[i].due)};
		int32_t told[DD_REMINDER_STEPS_MAX];
		int steps[DD_REMINDER_STEPS_MAX];

		assert_int_equal(walk(*state, &policy, task, told, steps), 4);
		for (int k = 0; k < 4; k++) {
			char day[DD_DAY_TEXT];

			assert_int_equal(steps[k], expected_steps[k]);
			assert_string_equal(dd_day_iso(told[k], day), year_table[i].told[k]);
			assert_true(dd_calendar_working(*state, told[k]));
		}
	}
}

static void every_due_day_of_the_year_is_told_each_step_once_and_on_working_days(void **state)
{
	const struct dd_reminder_policy policy = policy_of("7,3", true, "1,5");

	for (int32_t due = test_day("2026-01-01"); due <= test_day("2026-12-31"); due++) {
		const struct dd_reminder_task task = {.state = DD_TASK_ASSIGNED, .due_day = due};
		int32_t told[DD_REMINDER_STEPS_MAX];
		int steps[DD_REMINDER_STEPS_MAX];

		assert_int_equal(walk(*state, &policy, task, told, steps), 5);
		for (int k = 0; k < 5; k++) {
			assert_int_equal(steps[k], policy.steps[k]);
			assert_int_equal(told[k], dd_reminder_step_day(*state, due, steps[k]));
		}
		assert_int_equal(dd_calendar_between(*state, told[0], due),
				 dd_calendar_working(*state, due) ? 7 : 6);
		assert_true(told[2] <= due && told[3] > due);
	}
}

static void after_days_without_service_only_the_latest_step_is_told(void **state)
{
	/* Looked at last, today, and what is told of a task due on 25 March; 99 = nothing. */
	static const struct {
		const char *after, *today;
		int step;
	} cases[] = {
		{"2026-03-15", "2026-03-16", -7}, /* in time */
		{"2026-03-16", "2026-03-17", 99}, /* told yesterday */
		{"2026-03-12", "2026-03-18", -7}, /* two days late, still worth telling */
		{"2026-03-13", "2026-03-20", -3}, /* both steps fell: the latest */
		{"2026-03-13", "2026-03-24", -3},
		{"2026-03-20", "2026-03-24", 99},
		{"2026-03-01", "2026-03-25", 0},
		{"2026-03-01", "2026-04-15", 1},  /* everything was missed: once */
		{"2026-03-26", "2026-04-15", 99}, /* it was told on the 26th */
		{"2026-03-13", "2026-03-21", 99}, /* a Saturday: not today ... */
		{"2026-03-13", "2026-03-23", -3}, /* ... but on Monday */
	};
	const struct dd_reminder_policy policy = policy_of("7,3", true, "1");
	const struct dd_reminder_task task = {.state = DD_TASK_IN_PROGRESS,
					      .due_day = test_day("2026-03-25")};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dd_reminder_window window = {.after_day = test_day(cases[i].after),
							  .today = test_day(cases[i].today)};
		int step = 99;

		if (!dd_reminder_due(&policy, *state, &task, &window, &step))
			step = 99;
		assert_int_equal(step, cases[i].step);
	}
}

static void only_a_task_that_waits_for_its_unit_is_reminded_of(void **state)
{
	static const bool reminded[DD_TASK_STATE_COUNT] = {
		[DD_TASK_ASSIGNED] = true, [DD_TASK_IN_PROGRESS] = true, [DD_TASK_RETURNED] = true};
	const struct dd_reminder_policy policy = policy_of("7,3", true, "1");
	const int32_t due = test_day("2026-03-25");
	const struct dd_reminder_window window = {.after_day = due - 1, .today = due};
	int step;

	for (int i = 0; i < DD_TASK_STATE_COUNT; i++) {
		const struct dd_reminder_task task = {.state = (enum dd_task_state)i,
						      .due_day = due};
		const struct dd_reminder_task without = {.state = (enum dd_task_state)i};

		assert_int_equal(dd_reminder_due(&policy, *state, &task, &window, &step),
				 reminded[i]);
		assert_false(dd_reminder_due(&policy, *state, &without, &window, &step));
	}
}

static void a_new_due_date_starts_the_stages_anew(void **state)
{
	const struct dd_reminder_policy policy = policy_of("7,3", true, "1");
	struct dd_reminder_task task = {.state = DD_TASK_IN_PROGRESS,
					.due_day = test_day("2026-03-25")};
	struct dd_reminder_window window = {.after_day = test_day("2026-03-25"),
					    .today = test_day("2026-03-26")};
	int step;

	assert_true(dd_reminder_due(&policy, *state, &task, &window, &step));
	assert_int_equal(step, 1);
	task.due_day = test_day("2026-04-30"); /* prolonged */
	assert_false(dd_reminder_due(&policy, *state, &task, &window, &step));
	window.after_day = test_day("2026-04-17");
	window.today = test_day("2026-04-20");
	assert_true(dd_reminder_due(&policy, *state, &task, &window, &step));
	assert_int_equal(step, -7);
}

static void lists_of_steps_are_read_or_refused_with_words(void **state)
{
	static const struct {
		const char *before, *after;
		bool on_due;
		int rc, count;
		int steps[5];
	} cases[] = {
		{"7,3", "1", true, 0, 4, {-7, -3, 0, 1}},
		{" 3 , 7 ", "5,1", false, 0, 4, {-7, -3, 1, 5}},
		{"", "", true, 0, 1, {0}},
		{"", "", false, 0, 0, {0}},
		{"3,3", "", false, 0, 1, {-3}},
		{"7;3", "", true, DD_ERR_INVALID, 0, {0}},
		{"0", "", true, DD_ERR_INVALID, 0, {0}},
		{"-3", "", true, DD_ERR_INVALID, 0, {0}},
		{"3", "251", true, DD_ERR_INVALID, 0, {0}},
		{"three", "", true, DD_ERR_INVALID, 0, {0}},
		{"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "1", false, DD_ERR_INVALID, 0, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_reminder_policy policy;
		struct dd_error err = {0};

		assert_int_equal(dd_reminder_policy_parse(cases[i].before, cases[i].on_due,
							  cases[i].after, &policy, &err),
				 cases[i].rc);
		if (cases[i].rc != 0) {
			assert_true(strlen(err.text) > 0);
			continue;
		}
		assert_int_equal(policy.count, cases[i].count);
		for (int k = 0; k < policy.count; k++)
			assert_int_equal(policy.steps[k], cases[i].steps[k]);
	}
	assert_string_equal(dd_reminder_rule(-7), "before");
	assert_string_equal(dd_reminder_rule(0), "due");
	assert_string_equal(dd_reminder_rule(1), "after");
}

static void nothing_is_sent_outside_working_time(void **state)
{
	static const struct {
		const char *time;
		bool open;
	} cases[] = {
		{"2026-10-14 07:59", false}, {"2026-10-14 08:00", true},
		{"2026-10-14 16:59", true},  {"2026-10-14 17:00", false},
		{"2026-10-17 10:00", false}, /* a Saturday */
		{"2026-01-10 10:00", true},  /* a Saturday that is worked */
		{"2026-01-02 10:00", false}, {"2026-02-18 10:00", false}, /* Tết */
		{"2026-02-23 08:00", true},
	};
	static const struct {
		const char *text;
		int minutes;
	} times[] = {{"08:00", 480}, {"7:30", 450}, {"00:00", 0},  {"24:00", 1440}, {"24:01", -1},
		     {"8", -1},      {"08:60", -1}, {"8:00 ", -1}, {"-1:00", -1},   {"", -1}};
	struct dd_reminder_hours hours = {0};
	struct dd_error err;

	assert_int_equal(dd_reminder_minutes_parse("08:00", &hours.from, &err), 0);
	assert_int_equal(dd_reminder_minutes_parse("17:00", &hours.until, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(dd_reminder_working_time(*state, &hours, test_time(cases[i].time)),
				 cases[i].open);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int minutes = -1;

		assert_int_equal(dd_reminder_minutes_parse(times[i].text, &minutes, &err) == 0,
				 times[i].minutes >= 0);
		assert_int_equal(minutes, times[i].minutes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_year_of_reminders_falls_on_the_days_of_the_table),
		cmocka_unit_test(
			every_due_day_of_the_year_is_told_each_step_once_and_on_working_days),
		cmocka_unit_test(after_days_without_service_only_the_latest_step_is_told),
		cmocka_unit_test(only_a_task_that_waits_for_its_unit_is_reminded_of),
		cmocka_unit_test(a_new_due_date_starts_the_stages_anew),
		cmocka_unit_test(lists_of_steps_are_read_or_refused_with_words),
		cmocka_unit_test(nothing_is_sent_outside_working_time),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
