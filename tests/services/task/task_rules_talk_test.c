/* task_rules_talk_test.c - lateness explained, other units asked, and what is said of a task. */
#include "tests/services/task/task_life_fixture.h"

/* --- lateness -----------------------------------------------------------------------------------
 */

static void only_lateness_is_explained_and_only_its_days(void **state)
{
	struct deciding *test = begin();

	(void)state;
	explain(test);
	refused(test, REFUSAL(STATE), "not_late");
	days_pass(test, DUE - TODAY);
	explain(test);
	refused(test, REFUSAL(STATE), "not_late");
	days_pass(test, 8);
	explain(test);
	test->cmd.explain.facts = text_of("");
	refused(test, REFUSAL(MISSING), "facts");
	explain(test);
	test->cmd.explain.from_day = DUE - 1;
	refused(test, REFUSAL(RANGE), "from_day");
	explain(test);
	test->cmd.explain.to_day = DUE + 9;
	refused(test, REFUSAL(RANGE), "to_day");
	explain(test);
	test->cmd.explain.waited_for = text_of("U7");
	refused(test, REFUSAL(UNKNOWN_UNIT), "U7");
	explain(test);
	test->cmd.explain.cause = 1000;
	refused(test, REFUSAL(RANGE), "cause");
	explain(test);
	taken(test);
	explain(test);
	refused(test, REFUSAL(PENDING), "explanation");
	end(test);
}

static void an_accepted_explanation_excuses_days_and_the_task_stays_late(void **state)
{
	struct deciding *test = begin();
	const struct dd_judge judge = {.credit_waiting = true};
	struct dd_task_clock clock = {.state = DD_TASK_ASSIGNED};
	struct view_explanation told;
	struct view_life life;
	uint64_t asked;

	(void)state;
	days_pass(test, DUE + 8 - TODAY);
	explain(test);
	test->cmd.explain.from_day = DUE + 1;
	test->cmd.explain.to_day = DUE + 6;
	asked = taken(test);
	accept_explanation(test);
	test->cmd.decide_explanation.accepted = 0;
	refused(test, REFUSAL(MISSING), "reason");
	accept_explanation(test);
	taken(test);
	assert_int_equal(view_explanation_get(test->view, true, test->task, asked, &told), DD_OK);
	assert_int_equal(told.accepted, 1);
	assert_int_equal(told.excused_days, 5);
	assert_int_equal(view_life_get(test->view, true, test->task, &life), DD_OK);
	assert_int_equal(life.excused_days, 5);
	assert_true(task_now(test).flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_EXPLAINED);
	assert_int_equal(task_now(test).due_day, DUE);
	clock.state = (enum dd_task_state)task_now(test).state;
	clock.due_day = task_now(test).due_day;
	assert_int_equal(dd_task_bucket_of(&clock, &judge, dd_day_of(test->now_us)),
			 DD_BUCKET_OPEN_OVERDUE);
	end(test);
}

static void a_rejected_explanation_excuses_nothing_and_may_be_given_again(void **state)
{
	struct deciding *test = begin();
	struct view_life life;

	(void)state;
	days_pass(test, DUE + 8 - TODAY);
	explain(test);
	taken(test);
	accept_explanation(test);
	test->cmd.decide_explanation.accepted = 0;
	test->cmd.decide_explanation.reason = text_of("không có văn bản đôn đốc");
	taken(test);
	assert_int_equal(view_life_get(test->view, true, test->task, &life), DD_OK);
	assert_int_equal(life.excused_days, 0);
	explain(test);
	taken(test);
	end(test);
}

static void a_late_completion_is_explained_up_to_its_submission(void **state)
{
	struct deciding *test = begin();
	struct view_explanation told;
	uint64_t asked;

	(void)state;
	days_pass(test, DUE + 4 - TODAY);
	request_completion(test);
	taken(test);
	confirm(test);
	taken(test);
	days_pass(test, 20);
	explain(test);
	asked = taken(test);
	assert_int_equal(view_explanation_get(test->view, true, test->task, asked, &told), DD_OK);
	assert_int_equal(told.from_day, DUE);
	assert_int_equal(told.to_day, DUE + 4);
	end(test);
}

static void judge_by_confirmation(struct deciding *test)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows = &setting;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__SettingsSet event = DONDOC__V1__SETTINGS_SET__INIT;

	setting.name = text_of("judge.by");
	setting.value = text_of("confirmation");
	said.settings = &rows;
	said.n_settings = 1;
	event.said = &said;
	header.type = DONDOC__V1__EVENT_TYPE__EVENT_SETTINGS_SET;
	(void)happen(test, &header, &event.base);
}

/* Handed in in time, and late by the rule: what is told is the wait. */
static void where_the_confirmation_counts_its_days_are_explained_too(void **state)
{
	struct deciding *test = begin();
	struct view_explanation told;
	uint64_t asked;

	(void)state;
	judge_by_confirmation(test);
	days_pass(test, DUE - 2 - TODAY);
	request_completion(test);
	taken(test);
	days_pass(test, 7);
	explain(test);
	asked = taken(test);
	assert_int_equal(view_explanation_get(test->view, true, test->task, asked, &told), DD_OK);
	assert_int_equal(told.to_day, DUE + 5);
	accept_explanation(test);
	taken(test);
	days_pass(test, 1);
	confirm(test);
	taken(test);
	days_pass(test, 20);
	explain(test);
	asked = taken(test);
	assert_int_equal(view_explanation_get(test->view, true, test->task, asked, &told), DD_OK);
	assert_int_equal(told.to_day, DUE + 6);
	end(test);
}

/* --- questions ----------------------------------------------------------------------------------
 */

static void the_delay_of_an_answer_is_the_asked_units_own(void **state)
{
	struct deciding *test = begin();
	struct view_ask ask;
	uint64_t asked;

	(void)state;
	ask_unit(test);
	test->cmd.ask_unit.due_day = TODAY - 1;
	refused(test, REFUSAL(RANGE), "due_day");
	ask_unit(test);
	test->cmd.ask_unit.unit = text_of("U1");
	refused(test, REFUSAL(NOTHING_TO_DO), "U1");
	ask_unit(test);
	test->cmd.ask_unit.what = text_of(" ");
	refused(test, REFUSAL(MISSING), "what");
	ask_unit(test);
	test->cmd.ask_unit.due_day = TODAY + 10;
	asked = taken(test);
	days_pass(test, 13);
	answer(test);
	test->cmd.answer.note = text_of("");
	refused(test, REFUSAL(MISSING), "note");
	answer(test);
	test->cmd.answer.ask = asked + 1;
	refused(test, REFUSAL(UNKNOWN_ENTRY), "ask");
	answer(test);
	taken(test);
	assert_int_equal(view_ask_get(test->view, true, test->task, asked, &ask), DD_OK);
	assert_int_equal(ask.days_late, 3);
	assert_int_equal(ask.state, DONDOC__V1__ASK_STATE__ASK_ANSWERED);
	answer(test);
	refused(test, REFUSAL(NO_REQUEST), NULL);
	end(test);
}

static void the_question_says_which_task_it_is_about(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitAsked *event;

	(void)state;
	ask_unit(test);
	decide(test);
	assert_int_equal(test->out.effects.count, 1);
	event = dondoc__v1__unit_asked__unpack(NULL, test->out.effects.items[0].body_len,
					       test->out.effects.items[0].body);
	assert_non_null(event);
	assert_string_equal(event->said->what, "P/1: số liệu quý I");
	assert_string_equal(test->out.effects.items[0].unit, "U1");
	assert_string_equal(test->out.effects.items[0].other_unit, "U2");
	dondoc__v1__unit_asked__free_unpacked(event, NULL);
	end(test);
}

static void an_unsatisfying_answer_opens_the_question_again(void **state)
{
	struct deciding *test = begin();
	struct view_ask ask;
	uint64_t asked;

	(void)state;
	ask_unit(test);
	asked = taken(test);
	close_ask(test);
	test->cmd.close_ask.satisfied = 1;
	refused(test, REFUSAL(NO_REQUEST), NULL); /* nothing was answered */
	answer(test);
	taken(test);
	close_ask(test);
	test->cmd.close_ask.reason = text_of("");
	refused(test, REFUSAL(MISSING), "reason");
	close_ask(test);
	taken(test);
	assert_int_equal(view_ask_get(test->view, true, test->task, asked, &ask), DD_OK);
	assert_int_equal(ask.state, DONDOC__V1__ASK_STATE__ASK_OPEN);
	close_ask(test); /* given up */
	taken(test);
	assert_int_equal(view_ask_get(test->view, true, test->task, asked, &ask), DD_OK);
	assert_int_equal(ask.state, DONDOC__V1__ASK_STATE__ASK_WITHDRAWN);
	close_ask(test);
	refused(test, REFUSAL(NO_REQUEST), NULL);
	end(test);
}

/* --- comments -----------------------------------------------------------------------------------
 */

static void a_comment_has_a_text_and_answers_one_of_its_task(void **state)
{
	static char text[4002];
	struct deciding *test = begin();
	char *unknown = text_of("U7"), *known = text_of("U2");
	uint64_t first;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	comment(test);
	test->cmd.comment.text = text;
	refused(test, REFUSAL(TOO_LARGE), "text");
	comment(test);
	test->cmd.comment.text = text_of("\n");
	refused(test, REFUSAL(MISSING), "text");
	comment(test);
	test->cmd.comment.mention_units = &unknown;
	test->cmd.comment.n_mention_units = 1;
	refused(test, REFUSAL(UNKNOWN_UNIT), "U7");
	comment(test);
	test->cmd.comment.reply_to = test->task;
	refused(test, REFUSAL(UNKNOWN_ENTRY), "comment");
	comment(test);
	test->cmd.comment.mention_units = &known;
	test->cmd.comment.n_mention_units = 1;
	first = taken(test);
	comment(test);
	test->cmd.comment.reply_to = first;
	taken(test);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_lateness_is_explained_and_only_its_days),
		cmocka_unit_test(an_accepted_explanation_excuses_days_and_the_task_stays_late),
		cmocka_unit_test(a_rejected_explanation_excuses_nothing_and_may_be_given_again),
		cmocka_unit_test(a_late_completion_is_explained_up_to_its_submission),
		cmocka_unit_test(where_the_confirmation_counts_its_days_are_explained_too),
		cmocka_unit_test(the_delay_of_an_answer_is_the_asked_units_own),
		cmocka_unit_test(the_question_says_which_task_it_is_about),
		cmocka_unit_test(an_unsatisfying_answer_opens_the_question_again),
		cmocka_unit_test(a_comment_has_a_text_and_answers_one_of_its_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
