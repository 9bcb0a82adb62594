/* task_rules_remind_test.c - who may set rules of reminders, what a rule may be, which version
 * wins, and when the reminders of a plan may begin. */
#include "tests/services/task/task_remind_fixture.h"

#define KIND(name) DONDOC__V1__RULE_KIND__RULE_##name

static const struct view_place somewhere = {.plan = "P"};

/* The percent of "behind" at a place: by which the versions are told apart. */
static int32_t percent_at(struct hall *hall, const struct view_place *place)
{
	struct view_rules *rules = NULL;
	int32_t percent;

	assert_int_equal(view_rules_load(hall->view, false, &rules, &hall->err), DD_OK);
	percent = view_rules_for(rules, "behind", place)->percent;
	view_rules_free(rules);
	return percent;
}

static const struct given *set_behind(struct hall *hall, struct made_rule *made, int32_t percent)
{
	made->rule.percent = percent;
	return give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made->set.base);
}

static void the_nearest_version_wins_and_going_back_gives_what_holds_without_it(void **state)
{
	static const char *const units[] = {"P1", "SYT", "HN"};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct made_rule made;
	struct view_place place = {
		.plan = "P", .area = 1, .units = units, .unit_count = 3, .task = task};
	struct view_place elsewhere = {.plan = "Q", .area = 2};

	assert_int_equal(percent_at(hall, &place), 25);
	make_rule(&made, "behind", KIND(BEHIND));
	assert_accepted(set_behind(hall, &made, 11));
	assert_int_equal(percent_at(hall, &elsewhere), 11);
	made.scope.plan = text_of("P");
	assert_accepted(set_behind(hall, &made, 12));
	assert_int_equal(percent_at(hall, &place), 12);
	assert_int_equal(percent_at(hall, &elsewhere), 11);
	dondoc__v1__rule_scope__init(&made.scope);
	made.scope.area = 1;
	assert_accepted(set_behind(hall, &made, 13));
	assert_int_equal(percent_at(hall, &place), 13);
	dondoc__v1__rule_scope__init(&made.scope);
	made.scope.unit = text_of("HN");
	assert_accepted(set_behind(hall, &made, 14));
	made.scope.unit = text_of("SYT"); /* nearer to P1 than HN */
	assert_accepted(set_behind(hall, &made, 15));
	assert_int_equal(percent_at(hall, &place), 15);
	dondoc__v1__rule_scope__init(&made.scope);
	made.scope.task = task;
	assert_accepted(set_behind(hall, &made, 16));
	assert_int_equal(percent_at(hall, &place), 16);
	hall_reopen(hall, false); /* and from the log alone */
	assert_int_equal(percent_at(hall, &place), 16);
	made.set.removed = 1;
	assert_accepted(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base));
	assert_int_equal(percent_at(hall, &place), 15);
	assert_refused(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base),
		       REFUSAL(NOTHING_TO_DO), "behind");
}

static void what_a_rule_cannot_be_is_refused_with_the_field(void **state)
{
	struct hall *hall = *state;
	struct made_rule made;
	uint64_t task = hall_plan(hall);

	make_rule(&made, "behind", KIND(BEHIND));
	assert_refused(set_behind(hall, &made, 100), REFUSAL(RULE), "percent");
	made.rule.kind = KIND(NOT_BEGUN); /* "behind" is another kind */
	assert_refused(set_behind(hall, &made, 10), REFUSAL(RULE), "kind");
	made.rule.kind = KIND(BEHIND);
	made.scope.plan = text_of("P");
	made.scope.unit = text_of("SYT");
	assert_refused(set_behind(hall, &made, 10), REFUSAL(RULE), "scope");
	made.scope.plan = text_of("");
	made.scope.unit = text_of("X");
	assert_refused(set_behind(hall, &made, 10), REFUSAL(UNKNOWN_UNIT), "X");
	made.scope.unit = text_of("");
	made.scope.task = task + 1000;
	assert_refused(set_behind(hall, &made, 10), REFUSAL(UNKNOWN_TASK), NULL);
	made.scope.task = 0;
	made.scope.area = 99;
	assert_refused(set_behind(hall, &made, 10), REFUSAL(RANGE), "area");
	make_rule(&made, "Behind", KIND(BEHIND));
	assert_refused(set_behind(hall, &made, 10), REFUSAL(RULE), "rule");
	make_rule(&made, "expected", KIND(EXPECTED));
	made.steps[0] = 1;
	made.rule.n_steps = 1;
	made.scope.task = task;
	assert_refused(set_behind(hall, &made, 0), REFUSAL(RULE), "scope");
}

static void the_authority_adds_rules_of_its_own(void **state)
{
	struct hall *hall = *state;
	struct view_rules *rules = NULL;
	struct made_rule made;

	hall_plan(hall);
	make_rule(&made, "khan", KIND(BEFORE));
	made.steps[0] = -1;
	made.rule.n_steps = 1;
	made.scope.plan = text_of("P");
	assert_accepted(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base));
	assert_int_equal(view_rules_load(hall->view, false, &rules, &hall->err), DD_OK);
	assert_int_equal(view_rules_for(rules, "khan", &somewhere)->steps[0], -1);
	assert_null(view_rules_for(rules, "khan", &(struct view_place){.plan = "Q"}));
	assert_null(view_rules_for(rules, "nobody", &somewhere));
	assert_int_equal(view_rules_at(rules, view_rules_count(rules) - 1, &somewhere)->kind,
			 DD_RULE_BEFORE);
	view_rules_free(rules);
}

/* What it told is known by its id, and would keep another rule of that name silent. */
static void a_rule_that_was_taken_back_keeps_its_kind(void **state)
{
	struct hall *hall = *state;
	struct made_rule made;

	hall_plan(hall);
	make_rule(&made, "khan", KIND(BEFORE));
	made.steps[0] = -1;
	made.rule.n_steps = 1;
	assert_accepted(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base));
	made.set.removed = 1;
	assert_accepted(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base));
	for (int round = 0; round < 2; round++) {
		made.set.removed = 0;
		made.steps[0] = 1;
		made.rule.kind = KIND(AFTER);
		assert_refused(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base),
			       REFUSAL(RULE), "kind");
		hall_reopen(hall, false);
	}
	made.steps[0] = -2;
	made.rule.kind = KIND(BEFORE);
	assert_accepted(give(hall, &by_operator, ACTION(SET_REMINDER_RULE), &made.set.base));
}

static void agency_and_administrator_set_rules_and_nobody_else(void **state)
{
	static const struct {
		Dondoc__V1__Role role;
		const char *unit;
		Dondoc__V1__RefusalCode refusal;
	} rows[] = {
		{DONDOC__V1__ROLE__ROLE_AGENCY, "", REFUSAL(NONE)},
		{DONDOC__V1__ROLE__ROLE_ADMINISTRATOR, "", REFUSAL(NONE)},
		{DONDOC__V1__ROLE__ROLE_AGENCY, "HN", REFUSAL(UNIT_SCOPE)},
		{DONDOC__V1__ROLE__ROLE_HEAD, "HN", REFUSAL(NO_ROLE)},
		{DONDOC__V1__ROLE__ROLE_FOCAL, "SYT", REFUSAL(NO_ROLE)},
	};
	struct hall *hall = *state;
	struct giver unit = {&remind_gateway, "HN", 0};
	struct made_rule made;

	hall_plan(hall);
	make_rule(&made, "behind", KIND(BEHIND));
	made.rule.percent = 10;
	for (uint8_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct giver giver = {&remind_gateway, rows[i].unit[0] ? rows[i].unit : "HN",
				      (uint8_t)(i + 1)};

		grant(hall, giver.person, rows[i].role, rows[i].unit);
		assert_int_equal(
			give(hall, &giver, ACTION(SET_REMINDER_RULE), &made.set.base)->refusal,
			rows[i].refusal);
	}
	assert_int_equal(give(hall, &unit, ACTION(SET_REMINDER_RULE), &made.set.base)->refusal,
			 REFUSAL(NO_ROLE));
	assert_int_equal(give(hall, &by_syt, ACTION(SET_REMINDER_RULE), &made.set.base)->outcome,
			 OUTCOME(DENIED));
}

/* --- the beginning --------------------------------------------------------------------------- */

static const struct given *start(struct hall *hall, const struct giver *giver, uint64_t seen,
				 bool stop)
{
	Dondoc__V1__StartReminders said = DONDOC__V1__START_REMINDERS__INIT;

	said.plan = text_of("P");
	said.seen_sequence = seen;
	said.stop = stop;
	said.reason = text_of(stop ? "Tạm dừng" : "");
	return give(hall, giver, ACTION(START_REMINDERS), &said.base);
}

static void reminders_begin_when_somebody_has_seen_what_would_be_sent(void **state)
{
	struct hall *hall = *state;

	hall_plan(hall);
	assert_int_equal(view_started_day(hall->view, false, "P"), 0);
	assert_refused(start(hall, &by_operator, 0, false), REFUSAL(MISSING), "seen_sequence");
	assert_refused(start(hall, &by_operator, 9999, false), REFUSAL(RANGE), "seen_sequence");
	assert_refused(start(hall, &by_operator, hall_head(hall), true), REFUSAL(NOTHING_TO_DO),
		       "P");
	assert_accepted(start(hall, &by_operator, hall_head(hall), false));
	assert_int_equal(view_started_day(hall->view, false, "P"), test_day("2026-03-02"));
	assert_refused(start(hall, &by_operator, hall_head(hall), false), REFUSAL(NOTHING_TO_DO),
		       "P");
	hall_reopen(hall, false);
	assert_int_equal(view_started_day(hall->view, false, "P"), test_day("2026-03-02"));
	assert_accepted(start(hall, &by_operator, 0, true));
	assert_int_equal(view_started_day(hall->view, false, "P"), 0);
	assert_accepted(start(hall, &by_operator, hall_head(hall), false));
}

static void a_preview_from_before_a_change_starts_nothing(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), seen = hall_head(hall);
	Dondoc__V1__AssignTask assign = DONDOC__V1__ASSIGN_TASK__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;
	struct sent report = report_of(&hall_syt, 'a', 1, task, 10);
	struct made_rule made;

	make_rule(&made, "behind", KIND(BEHIND));
	assert_accepted(set_behind(hall, &made, 10));
	assert_refused(start(hall, &by_operator, seen, false), REFUSAL(PREVIEW_OLD), "rules");
	seen = hall_head(hall);
	assign.task = task;
	assign.lead_unit = text_of("STC");
	assign.reason = text_of("Chuyển");
	document.number = text_of("12/QĐ");
	assign.document = &document;
	assert_accepted(give(hall, &by_operator, ACTION(ASSIGN_TASK), &assign.base));
	assert_refused(start(hall, &by_operator, seen, false), REFUSAL(PREVIEW_OLD), "P");
	seen = hall_head(hall);
	report = report_of(&hall_stc, 'a', 1, task, 10); /* work goes on meanwhile */
	assert_accepted(hall_do(hall, &report));
	assert_true(hall_head(hall) > seen);
	assert_accepted(start(hall, &by_operator, seen, false));
}

static void whoever_does_not_follow_the_plan_up_does_not_start_it(void **state)
{
	struct hall *hall = *state;
	struct giver stc = {&remind_gateway, "STC", 0};
	struct giver hn = {&remind_gateway, "HN", 0};

	hall_plan(hall);
	assert_int_equal(start(hall, &by_syt, hall_head(hall), false)->outcome, OUTCOME(DENIED));
	assert_refused(start(hall, &stc, hall_head(hall), false), REFUSAL(NOT_PERMITTED), "STC");
	assert_accepted(start(hall, &hn, hall_head(hall), false));
}

/* --- times of day ---------------------------------------------------------------------------- */

static const struct given *set_times(struct hall *hall, const char *from, const char *until,
				     const char *unit)
{
	Dondoc__V1__SetSettings set = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting first = DONDOC__V1__SETTING__INIT, second = first;
	Dondoc__V1__Setting *rows[] = {&first, &second};

	first.name = text_of("remind.from");
	first.value = text_of(from);
	second.name = text_of("remind.until");
	second.value = text_of(until);
	first.unit = second.unit = text_of(unit);
	set.settings = rows;
	set.n_settings = until[0] != '\0' ? 2 : 1;
	return give(hall, &by_operator, ACTION(SET_SETTINGS), &set.base);
}

static void messages_leave_between_two_times_of_which_the_first_comes_first(void **state)
{
	struct hall *hall = *state;

	hall_plan(hall);
	assert_refused(set_times(hall, "17:00", "", ""), REFUSAL(RANGE), "remind.from");
	assert_refused(set_times(hall, "7h30", "", ""), REFUSAL(RANGE), "remind.from");
	assert_accepted(set_times(hall, "18:00", "20:00", "")); /* together they fit */
	assert_accepted(set_times(hall, "19:00", "", "SYT"));
	assert_refused(set_times(hall, "20:00", "", "SYT"), REFUSAL(RANGE), "remind.from");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_nearest_version_wins_and_going_back_gives_what_holds_without_it,
			hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(what_a_rule_cannot_be_is_refused_with_the_field,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(the_authority_adds_rules_of_its_own, hall_set_up,
						hall_tear_down),
		cmocka_unit_test_setup_teardown(a_rule_that_was_taken_back_keeps_its_kind,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(agency_and_administrator_set_rules_and_nobody_else,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(
			reminders_begin_when_somebody_has_seen_what_would_be_sent, hall_set_up,
			hall_tear_down),
		cmocka_unit_test_setup_teardown(a_preview_from_before_a_change_starts_nothing,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(
			whoever_does_not_follow_the_plan_up_does_not_start_it, hall_set_up,
			hall_tear_down),
		cmocka_unit_test_setup_teardown(
			messages_leave_between_two_times_of_which_the_first_comes_first,
			hall_set_up, hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
