/* rule_test.c - the days on which rules speak: tables from the calendar of 2026, and the same
 * counted day by day by somebody who knows no short cut. */
#include "common/domain/rule.h"

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

static struct dd_rule_facts working_on(const char *first, const char *due)
{
	return (struct dd_rule_facts){.state = DD_TASK_IN_PROGRESS,
				      .first_day = first == NULL ? 0 : test_day(first),
				      .assigned_day = test_day("2025-12-01"),
				      .due_day = due == NULL ? 0 : test_day(due),
				      .started_day = 1,
				      .received = true};
}

/* --- tables ---------------------------------------------------------------------------------- */

#define TOLD_MAX 8

static void check_told(const struct dd_rule *rule, const struct dd_rule_facts *facts,
		       const struct dd_calendar *calendar, const char *const told[TOLD_MAX])
{
	int32_t day = test_day("2025-01-01");
	struct dd_rule_hit hit;

	for (unsigned i = 0; i < TOLD_MAX && told[i] != NULL; i++) {
		if (!dd_rule_next(rule, facts, calendar, day, &hit) || hit.day != test_day(told[i]))
			fail_msg("%s: %u: day %d, not %s", rule->id, i, hit.day, told[i]);
		day = hit.day;
	}
}

static void after_the_due_day_the_gaps_are_kept_exactly_over_tet_and_holidays(void **state)
{
	static const struct {
		const char *due;
		const char *told[TOLD_MAX]; /* offsets 1, 2, 3, 10, 17, 47, 77 */
	} rows[] = {
		{"2026-01-30",
		 {"2026-02-02", "2026-02-03", "2026-02-04", "2026-02-13", "2026-03-03",
		  "2026-04-14", "2026-05-29"}},
		{"2026-02-17",
		 {"2026-02-23", "2026-02-24", "2026-02-25", "2026-03-06", "2026-03-17",
		  "2026-04-29", "2026-06-12"}},
		{"2026-04-25",
		 {"2026-04-28", "2026-04-29", "2026-05-04", "2026-05-13", "2026-05-22",
		  "2026-07-03", "2026-08-14"}},
	};
	struct dd_rule rule = {.kind = DD_RULE_AFTER, .gaps = {1, 1, 1, 7, 7, 30}, .gap_count = 6};
	struct dd_rule_facts facts;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		facts = working_on(NULL, rows[i].due);
		check_told(&rule, &facts, *state, rows[i].told);
	}
}

static void a_gap_of_zero_is_the_end(void **state)
{
	struct dd_rule rule = {.kind = DD_RULE_AFTER, .gaps = {1, 2, 0}, .gap_count = 3};
	struct dd_rule_facts facts = working_on(NULL, "2026-03-04");
	struct dd_rule_hit hit;

	assert_true(dd_rule_next(&rule, &facts, *state, test_day("2026-03-05"), &hit));
	assert_int_equal(hit.day, test_day("2026-03-09"));
	assert_int_equal(hit.step, 3);
	assert_int_equal(hit.anchor, test_day("2026-03-04"));
	assert_false(dd_rule_next(&rule, &facts, *state, hit.day, &hit));
	assert_true(dd_rule_latest(&rule, &facts, *state, 1, test_day("2026-12-01"), &hit));
	assert_int_equal(hit.step, 3);
}

static void what_lasts_is_told_by_its_days_and_its_share_of_the_time(void **state)
{
	struct dd_rule no_update = {.kind = DD_RULE_NO_UPDATE, .days = 30};
	struct dd_rule not_begun = {.kind = DD_RULE_NOT_BEGUN, .percent = 33};
	struct dd_rule behind = {.kind = DD_RULE_BEHIND, .percent = 25};
	struct dd_rule waiting = {.kind = DD_RULE_WAITING, .days = 15};
	struct dd_rule evidence = {.kind = DD_RULE_EVIDENCE, .days = 3};
	struct dd_rule received = {.kind = DD_RULE_NOT_RECEIVED, .days = 2};
	struct dd_rule promise = {.kind = DD_RULE_PROMISE};
	struct dd_rule_facts facts = working_on("2026-01-05", "2026-06-30");

	facts.reported_day = test_day("2026-01-19");
	check_told(&no_update, &facts, *state,
		   (const char *[TOLD_MAX]){"2026-02-23", "2026-03-20", "2026-04-20", "2026-05-19",
					    "2026-06-18", "2026-07-20", "2026-08-17"});
	facts.percent = 0;
	check_told(
		&behind, &facts, *state,
		(const char *[TOLD_MAX]){"2026-02-23", "2026-04-03", "2026-05-18", "2026-06-30"});
	facts.percent = 10;
	check_told(&behind, &facts, *state,
		   (const char *[TOLD_MAX]){"2026-03-09", "2026-04-21", "2026-06-04"});
	facts.state = DD_TASK_ASSIGNED;
	check_told(&not_begun, &facts, *state, (const char *[TOLD_MAX]){"2026-03-05"});
	facts.waiting_day = test_day("2026-02-05");
	check_told(&waiting, &facts, *state, (const char *[TOLD_MAX]){"2026-02-23"});
	facts.evidence_day = test_day("2026-02-13");
	check_told(&evidence, &facts, *state, (const char *[TOLD_MAX]){"2026-02-25"});
	facts.promised_day = test_day("2026-02-13");
	check_told(&promise, &facts, *state, (const char *[TOLD_MAX]){"2026-02-23"});
	facts.assigned_day = test_day("2026-02-12");
	facts.received = false;
	check_told(&received, &facts, *state, (const char *[TOLD_MAX]){"2026-02-23"});
}

static void after_a_time_without_service_the_newest_step_alone_is_told(void **state)
{
	struct dd_rule before = {.kind = DD_RULE_BEFORE, .steps = {-7, -3}, .step_count = 2};
	struct dd_rule after = {.kind = DD_RULE_AFTER, .gaps = {1, 1, 1, 7}, .gap_count = 4};
	struct dd_rule_facts facts = working_on(NULL, "2026-03-31");
	const int32_t asleep = test_day("2026-03-19");
	struct dd_rule_hit hit;

	assert_false(dd_rule_latest(&before, &facts, *state, asleep, asleep, &hit));
	assert_true(dd_rule_latest(&before, &facts, *state, asleep, test_day("2026-03-25"), &hit));
	assert_int_equal(hit.step, -7);
	assert_true(dd_rule_latest(&before, &facts, *state, asleep, test_day("2026-04-30"), &hit));
	assert_int_equal(hit.step, -3);
	assert_int_equal(hit.day, test_day("2026-03-26"));
	/* what had been told before it fell asleep is told already */
	assert_false(dd_rule_latest(&before, &facts, *state, test_day("2026-03-26"),
				    test_day("2026-04-30"), &hit));
	assert_true(dd_rule_latest(&after, &facts, *state, asleep, test_day("2026-05-03"), &hit));
	assert_int_equal(hit.step, 17); /* 1, 2, 3, 10, 17: the 23rd of April */
	assert_int_equal(hit.day, test_day("2026-04-23"));
}

static void a_new_due_day_begins_anew(void **state)
{
	const struct dd_rule *after = dd_rule_shipped_by_id("after");
	struct dd_rule_facts facts = working_on(NULL, "2026-03-31");
	struct dd_rule_hit hit;

	assert_true(dd_rule_next(after, &facts, *state, 1, &hit));
	assert_int_equal(hit.anchor, test_day("2026-03-31"));
	assert_false(dd_rule_next(after, &facts, *state, hit.day, &hit));
	facts.due_day = test_day("2026-06-30");
	assert_true(dd_rule_next(after, &facts, *state, test_day("2026-04-01"), &hit));
	assert_int_equal(hit.anchor, test_day("2026-06-30"));
	assert_int_equal(hit.day, test_day("2026-07-01"));
}

static void nothing_is_told_before_the_beginning_nor_in_a_silence(void **state)
{
	const struct dd_rule *before = dd_rule_shipped_by_id("before");
	struct dd_rule_facts facts = working_on(NULL, "2026-03-31");
	struct dd_rule_hit hit;

	facts.started_day = 0;
	assert_false(dd_rule_next(before, &facts, *state, 1, &hit));
	assert_false(dd_rule_latest(before, &facts, *state, 1, test_day("2026-12-31"), &hit));
	facts.started_day = test_day("2026-03-21");
	assert_true(dd_rule_next(before, &facts, *state, 1, &hit));
	assert_int_equal(hit.step, -3);
	facts.started_day = test_day("2026-03-20"); /* the day itself counts */
	assert_true(dd_rule_next(before, &facts, *state, 1, &hit));
	assert_int_equal(hit.step, -7);
	facts.muted_until = test_day("2026-03-20");
	assert_true(dd_rule_next(before, &facts, *state, 1, &hit));
	assert_int_equal(hit.step, -3);
	facts.muted_until = test_day("2026-03-26");
	assert_false(dd_rule_next(before, &facts, *state, 1, &hit));
	facts.muted_until = INT32_MAX;
	assert_false(dd_rule_next(before, &facts, *state, 1, &hit));
}

static void a_promise_is_waited_for_and_a_broken_one_speaks(void **state)
{
	const struct dd_rule *superior = dd_rule_shipped_by_id("superior");
	struct dd_rule after = {.kind = DD_RULE_AFTER, .gaps = {1}, .gap_count = 1};
	struct dd_rule_facts facts = working_on(NULL, "2026-03-31");
	struct dd_rule_hit hit;

	assert_true(dd_rule_next(superior, &facts, *state, 1, &hit));
	assert_int_equal(hit.day, test_day("2026-04-02"));
	assert_int_equal(hit.rung, 0);
	assert_true(dd_rule_next(superior, &facts, *state, hit.day, &hit));
	assert_int_equal(hit.day, test_day("2026-04-07"));
	assert_int_equal(hit.rung, 1);
	/* a reaction on the due day or later ends it */
	facts.reacted_day = test_day("2026-03-30");
	assert_true(dd_rule_next(superior, &facts, *state, 1, &hit));
	facts.reacted_day = test_day("2026-03-31");
	assert_false(dd_rule_next(superior, &facts, *state, 1, &hit));
	/* on the 1st of April the 10th was promised */
	facts.reacted_day = test_day("2026-04-01");
	facts.promised_day = test_day("2026-04-10");
	assert_true(dd_rule_next(&after, &facts, *state, 1, &hit));
	assert_int_equal(hit.day, test_day("2026-04-13"));
	assert_true(dd_rule_next(superior, &facts, *state, 1, &hit));
	assert_int_equal(hit.day, test_day("2026-04-14"));
	assert_int_equal(hit.anchor, test_day("2026-04-10"));
	assert_int_equal(hit.rung, 0);
	facts.reacted_day = test_day("2026-04-13");
	assert_false(dd_rule_next(superior, &facts, *state, 1, &hit));
}

static void only_open_work_is_spoken_of_and_a_request_while_it_waits(void **state)
{
	static const struct {
		enum dd_task_state state;
		bool work, waiting;
	} rows[] = {
		{DD_TASK_ASSIGNED, true, true},    {DD_TASK_IN_PROGRESS, true, true},
		{DD_TASK_RETURNED, true, true},    {DD_TASK_AWAITING, false, true},
		{DD_TASK_COMPLETED, false, false}, {DD_TASK_PAUSED, false, false},
		{DD_TASK_CANCELLED, false, false}, {DD_TASK_CARRIED_OVER, false, false},
	};
	struct dd_rule_facts facts = working_on("2026-01-05", "2026-03-31");
	struct dd_rule_hit hit;

	facts.waiting_day = facts.promised_day = test_day("2026-03-02");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dd_rule *rule;

		facts.state = rows[i].state;
		for (size_t r = 0; (rule = dd_rule_shipped(r)) != NULL; r++) {
			bool speaks = dd_rule_next(rule, &facts, *state, 1, &hit);

			if (rule->kind == DD_RULE_WAITING)
				assert_int_equal(speaks, rows[i].waiting);
			else if (rule->kind <= DD_RULE_PROMISE && rule->kind != DD_RULE_NOT_BEGUN &&
				 rule->kind != DD_RULE_EVIDENCE &&
				 rule->kind != DD_RULE_NOT_RECEIVED)
				assert_int_equal(speaks, rows[i].work);
			else if (rule->kind >= DD_RULE_FIRST)
				assert_false(speaks);
		}
	}
}

/* --- day by day ------------------------------------------------------------------------------ */

/* A working day's place seen from the anchor: 1 is the first after it, -1 the last before it; 0 the
 * anchor itself. */
static int32_t place_of(const struct dd_calendar *calendar, int32_t anchor, int32_t day)
{
	int32_t place = 0;

	for (int32_t d = anchor + 1; d <= day; d++)
		place += dd_calendar_working(calendar, d);
	for (int32_t d = anchor - 1; d >= day; d--)
		place -= dd_calendar_working(calendar, d);
	return place;
}

static bool slow_step(const struct dd_rule *rule, int32_t place, bool anchor_worked)
{
	int32_t at = 0;

	for (unsigned i = 0; i < rule->step_count; i++) {
		if (rule->steps[i] == place ||
		    (rule->steps[i] == 0 && !anchor_worked && place == -1))
			return true;
	}
	for (unsigned i = 0; rule->gap_count > 0 && at < place; i++) {
		at += rule->gaps[i < rule->gap_count ? i : rule->gap_count - 1u];
		if (at == place)
			return true;
		if (i + 1u >= rule->gap_count && rule->gaps[rule->gap_count - 1u] == 0)
			return false;
	}
	return false;
}

/* Whether a day that is asked for lies in the row of free days before `day`, or is it. */
static bool moved_here(const struct dd_calendar *calendar, int32_t asked, int32_t day)
{
	for (int32_t d = asked; d < day; d++) {
		if (dd_calendar_working(calendar, d))
			return false;
	}
	return asked <= day;
}

static bool slow(const struct dd_rule *rule, const struct dd_rule_facts *facts,
		 const struct dd_calendar *calendar, int32_t day)
{
	const int32_t span = facts->due_day - facts->first_day;

	if (!dd_calendar_working(calendar, day))
		return false;
	if (rule->kind == DD_RULE_NO_UPDATE) {
		for (int32_t d = facts->reported_day + rule->days; d <= day; d += rule->days) {
			if (moved_here(calendar, d, day))
				return true;
		}
		return false;
	}
	if (rule->kind == DD_RULE_BEHIND) {
		for (int32_t p = facts->percent + rule->percent; p <= 100; p += rule->percent) {
			int32_t d = facts->first_day;

			while ((d - facts->first_day) * 100 < span * p)
				d++;
			if (day <= facts->due_day && moved_here(calendar, d, day))
				return true;
		}
		return false;
	}
	return slow_step(rule, place_of(calendar, facts->due_day, day),
			 dd_calendar_working(calendar, facts->due_day));
}

/* A small generator of its own, so that every run asks the same. */
static uint32_t roll(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static struct dd_rule rolled_rule(uint32_t *seed)
{
	static const enum dd_rule_kind kinds[] = {DD_RULE_BEFORE, DD_RULE_AFTER,
						  DD_RULE_PERIOD_REPORT, DD_RULE_NO_UPDATE,
						  DD_RULE_BEHIND};
	struct dd_rule rule = {.id = "x", .kind = kinds[roll(seed, 5)]};
	const bool gaps = rule.kind == DD_RULE_AFTER && roll(seed, 2) == 0;
	int32_t step = rule.kind == DD_RULE_BEFORE ? -40 : rule.kind == DD_RULE_AFTER ? 0 : -15;

	if (rule.kind == DD_RULE_NO_UPDATE)
		rule.days = 1 + (int32_t)roll(seed, 40);
	if (rule.kind == DD_RULE_BEHIND)
		rule.percent = 1 + (int32_t)roll(seed, 60);
	for (unsigned i = 0; rule.days == 0 && rule.percent == 0 && i < 1 + roll(seed, 6); i++) {
		if (gaps) {
			rule.gaps[rule.gap_count++] = (uint16_t)(1 + roll(seed, 20));
			continue;
		}
		step += 1 + (int32_t)roll(seed, 6);
		rule.steps[rule.step_count++] = (int16_t)step;
	}
	if (rule.gap_count > 1 && roll(seed, 3) == 0)
		rule.gaps[rule.gap_count - 1u] = 0;
	return rule;
}

static void check_rolled(const struct dd_rule *rule, const struct dd_rule_facts *facts,
			 const struct dd_calendar *calendar)
{
	const int32_t begin = facts->due_day - 120;
	int32_t after = begin;
	int32_t last = 0;
	struct dd_rule_hit hit;

	for (int32_t day = begin + 1; day < begin + 360; day++) {
		const bool falls = day > facts->muted_until && slow(rule, facts, calendar, day);

		if (falls)
			last = day;
		if (falls != (dd_rule_next(rule, facts, calendar, day - 1, &hit) && hit.day == day))
			fail_msg("kind %d, due %d: day %d", rule->kind, facts->due_day, day);
		if (falls && (!dd_rule_next(rule, facts, calendar, after, &hit) || hit.day != day))
			fail_msg("kind %d, due %d: after %d", rule->kind, facts->due_day, after);
		if (falls)
			after = day;
		if (dd_rule_latest(rule, facts, calendar, begin, day, &hit) != (last != 0) ||
		    (last != 0 && hit.day != last))
			fail_msg("kind %d, due %d: latest of %d", rule->kind, facts->due_day, day);
	}
}

static void the_short_cuts_agree_with_counting_day_by_day(void **state)
{
	uint32_t seed = 20261124;

	for (int i = 0; i < 400; i++) {
		struct dd_rule rule = rolled_rule(&seed);
		struct dd_rule_facts facts = working_on(NULL, NULL);
		struct dd_rule_fault fault;

		assert_true(dd_rule_check(&rule, &fault));
		facts.due_day = test_day("2026-01-01") + (int32_t)roll(&seed, 300);
		facts.first_day = facts.due_day - 1 - (int32_t)roll(&seed, 200);
		facts.reported_day = facts.due_day - 100 + (int32_t)roll(&seed, 130);
		if (facts.reported_day < facts.first_day)
			facts.reported_day = facts.first_day;
		facts.percent = (int32_t)roll(&seed, 101);
		if (roll(&seed, 3) == 0)
			facts.muted_until = facts.due_day - 60 + (int32_t)roll(&seed, 120);
		check_rolled(&rule, &facts, *state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_the_due_day_the_gaps_are_kept_exactly_over_tet_and_holidays),
		cmocka_unit_test(a_gap_of_zero_is_the_end),
		cmocka_unit_test(what_lasts_is_told_by_its_days_and_its_share_of_the_time),
		cmocka_unit_test(after_a_time_without_service_the_newest_step_alone_is_told),
		cmocka_unit_test(a_new_due_day_begins_anew),
		cmocka_unit_test(nothing_is_told_before_the_beginning_nor_in_a_silence),
		cmocka_unit_test(a_promise_is_waited_for_and_a_broken_one_speaks),
		cmocka_unit_test(only_open_work_is_spoken_of_and_a_request_while_it_waits),
		cmocka_unit_test(the_short_cuts_agree_with_counting_day_by_day),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
