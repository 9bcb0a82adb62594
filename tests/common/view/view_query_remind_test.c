/* view_query_remind_test.c - what lists of rules, silences and beginnings tell. */
#include "common/view/view_remind.h"
#include "tests/common/view/scene.h"

static int setup(void **state)
{
	struct scene *s = dd_alloc(sizeof(*s));

	scene_begin(s);
	scene_unit(s, "UBND", "UBND", "", 0);
	scene_unit(s, "SYT", "Sở Y tế", "UBND", 0);
	scene_unit(s, "STC", "Sở Tài chính", "UBND", 0);
	scene_plan(s, "P", "UBND");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	scene_end(*state);
	free(*state);
	return 0;
}

/* --- rules ----------------------------------------------------------------------------------- */

static uint64_t set_rule(struct scene *s, const char *id, Dondoc__V1__RuleKind kind, int32_t days,
			 const char *unit)
{
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;
	Dondoc__V1__SetReminderRule said = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRuleSet body = DONDOC__V1__REMINDER_RULE_SET__INIT;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;

	scope.unit = lent(unit);
	rule.rule = lent(id);
	rule.kind = kind;
	rule.scope = &scope;
	rule.days = days;
	rule.on = 1;
	said.rule = &rule;
	said.removed = days < 0;
	said.reason = lent("họp giao ban");
	body.said = &said;
	return scene_say(s, EVENT(REMINDER_RULE_SET), 0, &body.base);
}

static Dondoc__V1__Answer *rules(struct scene *s, const char *id, const char *unit, bool past)
{
	Dondoc__V1__ListReminderRules ask = DONDOC__V1__LIST_REMINDER_RULES__INIT;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;
	Dondoc__V1__Answer *answer;

	ask.rule = lent(id);
	ask.with_past = past;
	scope.unit = lent(unit != NULL ? unit : "");
	ask.scope = unit != NULL ? &scope : NULL;
	answer = scene_ask(s, ASK(LIST_REMINDER_RULES), &ask);
	if (!answer)
		fail_msg("%s", s->err.text);
	return answer;
}

/* "days@unit" of each row, "-" before one that was taken back. */
static void assert_rules(struct scene *s, const char *id, const char *unit, bool past,
			 const char *expected)
{
	Dondoc__V1__Answer *answer = rules(s, id, unit, past);
	char got[200] = "";

	for (size_t i = 0; i < answer->reminder_rules->n_rows; i++) {
		const Dondoc__V1__ReminderRuleRow *row = answer->reminder_rules->rows[i];
		const char *where = row->rule->scope != NULL ? row->rule->scope->unit : "";
		size_t used = strlen(got);

		assert_int_equal(row->shipped, row->sequence == 0);
		snprintf(got + used, sizeof(got) - used, "%s%s%d@%s", used > 0 ? " " : "",
			 row->removed ? "-" : "", row->removed ? 0 : (int)row->rule->days, where);
	}
	dondoc__v1__answer__free_unpacked(answer, NULL);
	assert_string_equal(got, expected);
}

#define NO_UPDATE DONDOC__V1__RULE_KIND__RULE_NO_UPDATE

static void every_version_in_force_is_told_or_what_is_in_force_for_a_unit(void **state)
{
	struct scene *s = *state;

	assert_rules(s, "no-update", NULL, false, "30@");
	set_rule(s, "no-update", NO_UPDATE, 20, "");
	set_rule(s, "no-update", NO_UPDATE, 10, "UBND");
	set_rule(s, "no-update", NO_UPDATE, 15, "SYT");
	assert_rules(s, "no-update", NULL, false, "20@ 10@UBND 15@SYT");
	assert_rules(s, "no-update", "SYT", false, "15@SYT");
	assert_rules(s, "no-update", "STC", false, "10@UBND");
	set_rule(s, "no-update", NO_UPDATE, -1, "SYT");
	set_rule(s, "no-update", NO_UPDATE, 25, "");
	assert_rules(s, "no-update", "SYT", false, "10@UBND");
	assert_rules(s, "no-update", NULL, true, "25@ 10@UBND 20@ 15@SYT -0@SYT");
}

static void all_shipped_rules_and_the_authoritys_own_are_told(void **state)
{
	struct scene *s = *state;
	Dondoc__V1__Answer *answer;
	size_t shipped = 0;

	while (dd_rule_shipped(shipped) != NULL)
		shipped++;
	set_rule(s, "khan", NO_UPDATE, 3, "SYT");
	answer = rules(s, "", NULL, false);
	assert_int_equal(answer->reminder_rules->n_rows, shipped + 1);
	assert_string_equal(answer->reminder_rules->rows[0]->rule->rule, "before");
	assert_int_equal(answer->reminder_rules->rows[0]->rule->steps[0], -7);
	assert_string_equal(answer->reminder_rules->rows[shipped]->rule->rule, "khan");
	assert_string_equal(answer->reminder_rules->rows[shipped]->reason, "họp giao ban");
	dondoc__v1__answer__free_unpacked(answer, NULL);
	answer = rules(s, "", "STC", false);
	assert_int_equal(answer->reminder_rules->n_rows, shipped);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

static void the_share_of_reminders_found_wrong_is_told_by_cause(void **state)
{
	struct scene *s = *state;
	uint64_t task = scene_task(s, "P", "1", "Việc", "SYT");
	Dondoc__V1__DisputeReminder said = DONDOC__V1__DISPUTE_REMINDER__INIT;
	Dondoc__V1__ReminderDisputed body = DONDOC__V1__REMINDER_DISPUTED__INIT;
	uint8_t digest[32] = {7};
	Dondoc__V1__Answer *answer;

	said.task = task;
	said.rule = lent("after");
	said.digest = (ProtobufCBinaryData){.data = digest, .len = sizeof(digest)};
	said.cause = DONDOC__V1__DISPUTE_CAUSE__DISPUTE_TWICE;
	body.said = &said;
	scene_say(s, EVENT(REMINDER_DISPUTED), task, &body.base);
	answer = rules(s, "after", NULL, false);
	assert_int_equal(answer->reminder_rules->rows[0]->disputed, 1);
	assert_int_equal(answer->reminder_rules->rows[0]->n_disputed_by_cause, 5);
	assert_int_equal(answer->reminder_rules->rows[0]->disputed_by_cause[3], 1);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

/* --- silences -------------------------------------------------------------------------------- */

static uint64_t silence(struct scene *s, const char *unit, int32_t from, int32_t until)
{
	Dondoc__V1__SetSilence said = DONDOC__V1__SET_SILENCE__INIT;
	Dondoc__V1__SilenceSet body = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;

	scope.unit = lent(unit);
	said.scope = &scope;
	said.from_day = from;
	said.until_day = until;
	said.reason = lent("chờ thông tư");
	body.said = &said;
	return scene_say(s, EVENT(SILENCE_SET), 0, &body.base);
}

static void assert_silences(struct scene *s, const char *unit, bool past, const char *expected)
{
	Dondoc__V1__ListSilences ask = DONDOC__V1__LIST_SILENCES__INIT;
	Dondoc__V1__Answer *answer;
	char got[200] = "";

	ask.unit = lent(unit);
	ask.with_past = past;
	answer = scene_ask(s, ASK(LIST_SILENCES), &ask);
	if (!answer)
		fail_msg("%s", s->err.text);
	for (size_t i = 0; i < answer->silences->n_rows; i++) {
		const Dondoc__V1__SilenceRow *row = answer->silences->rows[i];
		size_t used = strlen(got);

		snprintf(got + used, sizeof(got) - used, "%s%s%s", used > 0 ? " " : "",
			 row->said->scope->unit, row->in_force ? "!" : "");
	}
	dondoc__v1__answer__free_unpacked(answer, NULL);
	assert_string_equal(got, expected);
}

static void silences_in_force_and_to_come_are_told_and_those_that_are_over_on_demand(void **state)
{
	struct scene *s = *state;
	Dondoc__V1__EndSilence end = DONDOC__V1__END_SILENCE__INIT;
	Dondoc__V1__SilenceEnded ended = DONDOC__V1__SILENCE_ENDED__INIT;

	silence(s, "SYT", SCENE_TODAY - 5, SCENE_TODAY - 1);
	silence(s, "STC", SCENE_TODAY - 5, SCENE_TODAY);
	silence(s, "UBND", SCENE_TODAY + 1, SCENE_TODAY + 2);
	end.silence = silence(s, "SYT", SCENE_TODAY - 1, SCENE_TODAY + 9);
	assert_silences(s, "", false, "STC! UBND SYT!");
	assert_silences(s, "SYT", false, "UBND SYT!");
	ended.said = &end;
	ended.day = SCENE_TODAY;
	scene_say(s, EVENT(SILENCE_ENDED), 0, &ended.base);
	assert_silences(s, "", false, "STC! UBND");
	assert_silences(s, "SYT", true, "SYT UBND SYT");
}

static void what_is_over_for_long_leaves_the_list_in_memory_and_stays_told(void **state)
{
	struct scene *s = *state;
	Dondoc__V1__SilenceList *list;

	silence(s, "SYT", SCENE_TODAY - 5, SCENE_TODAY);
	s->now_us += (int64_t)(VIEW_SILENCE_KEEP_DAYS + 2) * DD_DAY_US;
	silence(s, "STC", SCENE_TODAY + VIEW_SILENCE_KEEP_DAYS + 2,
		SCENE_TODAY + VIEW_SILENCE_KEEP_DAYS + 3);
	list = view_silences(s->view, true);
	assert_int_equal(list->n_rows, 1);
	assert_string_equal(list->rows[0]->said->scope->unit, "STC");
	dondoc__v1__silence_list__free_unpacked(list, NULL);
	assert_silences(s, "", true, "SYT! STC");
}

/* --- beginnings ------------------------------------------------------------------------------ */

static void plans_tell_whether_their_units_are_reminded(void **state)
{
	struct scene *s = *state;
	Dondoc__V1__StartReminders said = DONDOC__V1__START_REMINDERS__INIT;
	Dondoc__V1__RemindersStarted body = DONDOC__V1__REMINDERS_STARTED__INIT;
	Dondoc__V1__ListReminderStarts ask = DONDOC__V1__LIST_REMINDER_STARTS__INIT;
	const Dondoc__V1__ReminderStartList *list;
	Dondoc__V1__Answer *answer;

	scene_plan(s, "Q", "UBND");
	said.plan = lent("Q");
	said.late = 3;
	body.said = &said;
	scene_say(s, EVENT(REMINDERS_STARTED), 0, &body.base);
	answer = scene_ask(s, ASK(LIST_REMINDER_STARTS), &ask);
	assert_non_null(answer);
	list = answer->reminder_starts;
	assert_int_equal(list->n_rows, 2);
	assert_string_equal(list->rows[0]->plan, "P");
	assert_int_equal(list->rows[0]->sequence, 0);
	assert_int_equal(list->rows[1]->day, SCENE_TODAY);
	assert_int_equal(list->rows[1]->said->late, 3);
	assert_false(list->rows[1]->stopped);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_version_in_force_is_told_or_what_is_in_force_for_a_unit, setup,
			teardown),
		cmocka_unit_test_setup_teardown(all_shipped_rules_and_the_authoritys_own_are_told,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_share_of_reminders_found_wrong_is_told_by_cause,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			silences_in_force_and_to_come_are_told_and_those_that_are_over_on_demand,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_over_for_long_leaves_the_list_in_memory_and_stays_told, setup,
			teardown),
		cmocka_unit_test_setup_teardown(plans_tell_whether_their_units_are_reminded, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
