/* task_rules_silence_test.c - silences and their ends, days promised, reminders that readers find
 * wrong, what a reader turns off. */
#include "tests/services/task/task_remind_fixture.h"

#define TODAY "2026-03-02"

/* --- silences -------------------------------------------------------------------------------- */

struct made_silence {
	Dondoc__V1__SetSilence set;
	Dondoc__V1__RuleScope scope;
};

static void make_silence(struct made_silence *made, const char *unit, const char *rule)
{
	dondoc__v1__set_silence__init(&made->set);
	dondoc__v1__rule_scope__init(&made->scope);
	made->set.scope = &made->scope;
	made->set.rule = text_of(rule);
	made->set.reason = text_of("Chờ trung ương hướng dẫn");
	made->set.until_day = test_day("2026-03-31");
	made->scope.unit = text_of(unit);
}

static const struct given *silence(struct hall *hall, const struct giver *giver,
				   struct made_silence *made)
{
	return give(hall, giver, ACTION(SET_SILENCE), &made->set.base);
}

static int32_t silent_until(struct hall *hall, const char *rule, const struct view_place *place,
			    const char *day)
{
	Dondoc__V1__SilenceList *list = view_silences(hall->view, false);
	int32_t until = view_silent_until(list, rule, place, test_day(day));

	dondoc__v1__silence_list__free_unpacked(list, NULL);
	return until;
}

static void a_silence_has_a_reason_and_an_end_within_a_year(void **state)
{
	struct hall *hall = *state;
	struct made_silence made;

	hall_plan(hall);
	make_silence(&made, "SYT", "");
	made.set.until_day = 0;
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(MISSING), "until_day");
	made.set.until_day = test_day("2027-03-04");
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(RANGE), "until_day");
	made.set.until_day = test_day("2026-03-01");
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(RANGE), "until_day");
	made.set.until_day = test_day("2026-03-02");
	made.set.from_day = test_day("2026-03-01");
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(RANGE), "from_day");
	made.set.from_day = 0;
	made.set.reason = text_of(" ");
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(MISSING), "reason");
	make_silence(&made, "SYT", "nobody");
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(RULE), "rule");
	made.set.rule = text_of("");
	made.set.scope = NULL;
	assert_refused(silence(hall, &by_operator, &made), REFUSAL(MISSING), "scope");
	made.set.scope = &made.scope;
	assert_accepted(silence(hall, &by_operator, &made));
}

static void it_ends_by_itself_or_earlier_and_the_next_may_follow_on_it(void **state)
{
	static const char *const units[] = {"SYT", "HN"};
	struct view_place place = {.plan = "P", .units = units, .unit_count = 2};
	struct hall *hall = *state;
	Dondoc__V1__EndSilence end = DONDOC__V1__END_SILENCE__INIT;
	struct made_silence made;
	const struct given *given;

	hall_plan(hall);
	make_silence(&made, "SYT", "");
	given = silence(hall, &by_operator, &made);
	assert_accepted(given);
	end.silence = given->sequence;
	make_silence(&made, "HN", "after");
	made.set.from_day = test_day("2026-04-01");
	made.set.until_day = test_day("2026-04-10");
	assert_accepted(silence(hall, &by_operator, &made));
	assert_int_equal(silent_until(hall, "before", &place, TODAY), test_day("2026-03-31"));
	assert_int_equal(silent_until(hall, "after", &place, TODAY), test_day("2026-04-10"));
	assert_int_equal(silent_until(hall, "before", &place, "2026-04-01"), 0);
	place.unit_count = 0;
	assert_int_equal(silent_until(hall, "after", &place, TODAY), 0);
	place.unit_count = 2;
	test_clock_advance(3 * DD_DAY_US);
	assert_accepted(give(hall, &by_operator, ACTION(END_SILENCE), &end.base));
	hall_reopen(hall, false);
	assert_int_equal(silent_until(hall, "before", &place, "2026-03-05"), 0);
	assert_int_equal(silent_until(hall, "before", &place, "2026-03-04"),
			 test_day("2026-03-04"));
	assert_refused(give(hall, &by_operator, ACTION(END_SILENCE), &end.base),
		       REFUSAL(NOTHING_TO_DO), NULL);
	end.silence = 1;
	assert_refused(give(hall, &by_operator, ACTION(END_SILENCE), &end.base),
		       REFUSAL(UNKNOWN_ENTRY), "silence");
}

static void a_head_silences_what_is_optional_in_his_unit_and_the_agency_everything(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct giver head = {&remind_gateway, "SYT", 1};
	struct giver agency = {&remind_gateway, "HN", 2};
	struct giver unit = {&remind_gateway, "SYT", 0};
	struct made_silence made;

	grant(hall, 1, DONDOC__V1__ROLE__ROLE_HEAD, "SYT");
	grant(hall, 2, DONDOC__V1__ROLE__ROLE_AGENCY, "");
	make_silence(&made, "SYT", "behind");
	assert_accepted(silence(hall, &head, &made));
	make_silence(&made, "SYT", "after");
	assert_refused(silence(hall, &head, &made), REFUSAL(RULE), "rule");
	make_silence(&made, "SYT", "");
	assert_refused(silence(hall, &head, &made), REFUSAL(RULE), "rule");
	make_silence(&made, "STC", "behind");
	assert_refused(silence(hall, &head, &made), REFUSAL(UNIT_SCOPE), NULL);
	make_silence(&made, "", "behind");
	made.scope.task = task;
	assert_accepted(silence(hall, &head, &made));
	made.set.rule = text_of("");
	assert_accepted(silence(hall, &agency, &made));
	assert_refused(silence(hall, &unit, &made), REFUSAL(NO_ROLE), "silence");
}

/* --- days promised --------------------------------------------------------------------------- */

static const struct given *promise(struct hall *hall, const struct giver *giver, uint64_t task,
				   const char *day)
{
	Dondoc__V1__PromiseDay said = DONDOC__V1__PROMISE_DAY__INIT;

	said.task = task;
	said.day = day == NULL ? 0 : test_day(day);
	return give(hall, giver, ACTION(PROMISE_DAY), &said.base);
}

static struct view_promise promised(struct hall *hall, uint64_t id, const char *today,
				    uint32_t *broken_out)
{
	struct view_promise promise;
	struct view_task task;

	assert_int_equal(view_task(hall->view, false, id, &task), DD_OK);
	assert_int_equal(view_promise(hall->view, false, &task, &promise), DD_OK);
	*broken_out = view_promises_broken(&promise, &task, test_day(today));
	return promise;
}

static void the_lead_promises_a_day_to_come_and_a_new_promise_takes_the_olds_place(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct view_promise now;
	uint32_t broken;

	assert_refused(promise(hall, &by_syt, task, NULL), REFUSAL(MISSING), "day");
	assert_refused(promise(hall, &by_syt, task, TODAY), REFUSAL(RANGE), "day");
	assert_int_equal(promise(hall, &by_stc, task, "2026-07-10")->refusal,
			 REFUSAL(NOT_PERMITTED));
	assert_accepted(promise(hall, &by_syt, task, "2026-07-10")); /* due on 30 June */
	assert_accepted(promise(hall, &by_syt, task, "2026-03-10"));
	now = promised(hall, task, "2026-03-10", &broken);
	assert_int_equal(now.day, test_day("2026-03-10"));
	assert_int_equal(broken, 0);
	promised(hall, task, "2026-03-11", &broken);
	assert_int_equal(broken, 1);
	test_clock_advance(9 * DD_DAY_US);
	assert_accepted(promise(hall, &by_syt, task, "2026-03-20"));
	now = promised(hall, task, "2026-03-11", &broken);
	assert_int_equal(now.broken, 1);
	assert_int_equal(broken, 1);
	hall_reopen(hall, false);
	promised(hall, task, "2026-03-21", &broken);
	assert_int_equal(broken, 2);
}

static void what_is_handed_in_by_the_day_keeps_the_promise(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;
	uint32_t broken;

	assert_accepted(promise(hall, &by_syt, task, "2026-03-10"));
	request.task = task;
	evidence.number = text_of("1/BC");
	request.evidence = &evidence;
	assert_accepted(give(hall, &by_syt, ACTION(REQUEST_COMPLETION), &request.base));
	promised(hall, task, "2026-05-01", &broken);
	assert_int_equal(broken, 0);
	assert_refused(promise(hall, &by_syt, task, "2026-05-01"), REFUSAL(STATE), NULL);
}

static void another_lead_has_promised_nothing(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	Dondoc__V1__AssignTask assign = DONDOC__V1__ASSIGN_TASK__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;
	uint32_t broken;

	assert_accepted(promise(hall, &by_syt, task, "2026-03-10"));
	assign.task = task;
	assign.lead_unit = text_of("STC");
	assign.reason = text_of("Chuyển");
	document.number = text_of("12/QĐ");
	assign.document = &document;
	assert_accepted(give(hall, &by_operator, ACTION(ASSIGN_TASK), &assign.base));
	assert_int_equal(promised(hall, task, "2026-05-01", &broken).day, 0);
	assert_int_equal(broken, 0);
}

/* --- "this reminder is not right" ------------------------------------------------------------ */

static const struct given *dispute(struct hall *hall, const struct giver *giver, uint64_t task,
				   uint8_t digest[32], Dondoc__V1__DisputeCause cause)
{
	Dondoc__V1__DisputeReminder said = DONDOC__V1__DISPUTE_REMINDER__INIT;

	said.task = task;
	said.rule = text_of("after");
	said.digest = (ProtobufCBinaryData){.data = digest, .len = 32};
	said.cause = cause;
	return give(hall, giver, ACTION(DISPUTE_REMINDER), &said.base);
}

static void whoever_was_told_says_that_it_is_wrong_and_his_last_word_counts(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct view_rule_count count;
	uint8_t digest[32];

	tell(hall, task, true, digest);
	assert_refused(
		dispute(hall, &by_syt, task, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_NONE),
		REFUSAL(MISSING), "cause");
	assert_refused(
		dispute(hall, &by_syt, task, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_OTHER),
		REFUSAL(MISSING), "note");
	assert_refused(
		dispute(hall, &by_stc, task, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DONE),
		REFUSAL(NOT_PERMITTED), "STC");
	assert_refused(
		dispute(hall, &by_syt, task + 1, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DONE),
		REFUSAL(NOT_TOLD), NULL);
	assert_accepted(
		dispute(hall, &by_syt, task, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DONE));
	assert_accepted(
		dispute(hall, &by_syt, task, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DATE));
	hall_reopen(hall, false);
	assert_int_equal(view_rule_count(hall->view, false, "after", &count), DD_OK);
	assert_int_equal(count.told, 1);
	assert_int_equal(count.disputed[DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DONE], 0);
	assert_int_equal(count.disputed[DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DATE], 1);
}

static void what_never_went_out_is_not_disputed(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint8_t digest[32];

	tell(hall, task, false, digest);
	assert_refused(
		dispute(hall, &by_syt, task, digest, DONDOC__V1__DISPUTE_CAUSE__DISPUTE_DONE),
		REFUSAL(NOT_TOLD), NULL);
}

/* --- what a reader turns off ----------------------------------------------------------------- */

static const struct given *turn(struct hall *hall, const struct giver *giver, uint8_t person,
				const char *rule, bool off)
{
	Dondoc__V1__SetSubscription said = DONDOC__V1__SET_SUBSCRIPTION__INIT;
	uint8_t id[16];

	memset(id, person, sizeof(id));
	said.unit = text_of("SYT");
	said.rule = text_of(rule);
	said.off = off;
	if (person != 0)
		said.person = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	return give(hall, giver, ACTION(SET_SUBSCRIPTION), &said.base);
}

static void a_reader_turns_optional_rules_off_for_himself_or_his_unit(void **state)
{
	struct hall *hall = *state;
	struct giver staff = {&remind_gateway, "SYT", 1};
	uint8_t first[16];

	memset(first, 1, sizeof(first));
	hall_plan(hall);
	assert_accepted(turn(hall, &by_syt, 0, "behind", true));
	assert_true(view_subscribed_off(hall->view, false, "SYT", NULL, "behind"));
	assert_false(view_subscribed_off(hall->view, false, "SYT", first, "behind"));
	assert_accepted(turn(hall, &by_syt, 0, "behind", false));
	assert_false(view_subscribed_off(hall->view, false, "SYT", NULL, "behind"));
	assert_refused(turn(hall, &by_syt, 0, "after", true), REFUSAL(RULE), "rule");
	assert_refused(turn(hall, &by_stc, 0, "behind", true), REFUSAL(NOT_PERMITTED), "STC");
	grant(hall, 1, DONDOC__V1__ROLE__ROLE_STAFF, "SYT");
	assert_accepted(turn(hall, &staff, 1, "behind", true));
	assert_true(view_subscribed_off(hall->view, false, "SYT", first, "behind"));
	assert_refused(turn(hall, &staff, 2, "behind", true), REFUSAL(NOT_PERMITTED), "SYT");
	assert_refused(turn(hall, &staff, 0, "behind", true), REFUSAL(NO_ROLE), "subscribe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_silence_has_a_reason_and_an_end_within_a_year,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(
			it_ends_by_itself_or_earlier_and_the_next_may_follow_on_it, hall_set_up,
			hall_tear_down),
		cmocka_unit_test_setup_teardown(
			a_head_silences_what_is_optional_in_his_unit_and_the_agency_everything,
			hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(
			the_lead_promises_a_day_to_come_and_a_new_promise_takes_the_olds_place,
			hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(what_is_handed_in_by_the_day_keeps_the_promise,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(another_lead_has_promised_nothing, hall_set_up,
						hall_tear_down),
		cmocka_unit_test_setup_teardown(
			whoever_was_told_says_that_it_is_wrong_and_his_last_word_counts,
			hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(what_never_went_out_is_not_disputed, hall_set_up,
						hall_tear_down),
		cmocka_unit_test_setup_teardown(
			a_reader_turns_optional_rules_off_for_himself_or_his_unit, hall_set_up,
			hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
