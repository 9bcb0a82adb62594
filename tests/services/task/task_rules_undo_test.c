/* task_rules_undo_test.c - a decision taken back leaves the task as it was, byte by byte; what
 * others have done since is not lost; who needs a reason. */
#include "common/view/view_life.h"
#include "tests/services/task/task_rules_fix_fixture.h"

static void waits(struct deciding *test, uint64_t request, bool expected)
{
	struct view_request found;

	assert_int_equal(view_request_get(test->view, true, request, &found), DD_OK);
	assert_int_equal(found.closed_by == 0, expected);
}

static void a_confirmation_taken_back_leaves_the_record_as_it_was(void **state)
{
	struct deciding *test = begin();
	struct view_task was;
	uint64_t request, decision;

	(void)state;
	reports(test, test->task, 70);
	request = submits(test, test->task);
	was = task_now(test, test->task);
	decision = decides(test, test->task, true);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_COMPLETED);
	waits(test, request, false);
	takes_back(test, test->task, decision, "");
	same_task(test, &was);
	waits(test, request, true);
	/* And it can be decided again. */
	decides(test, test->task, true);
	assert_int_equal(task_now(test, test->task).percent, 100);
	end(test);
}

static void a_return_taken_back_leaves_the_record_as_it_was(void **state)
{
	struct deciding *test = begin();
	struct view_task was;
	uint64_t decision;

	(void)state;
	submits(test, test->task);
	was = task_now(test, test->task);
	test->now_us += 5 * DD_DAY_US;
	decision = decides(test, test->task, false);
	takes_back(test, test->task, decision, "");
	same_task(test, &was);
	end(test);
}

static void an_extension_taken_back_leaves_the_record_as_it_was(void **state)
{
	struct deciding *test = begin();
	struct view_task was;
	uint64_t request, decision;

	(void)state;
	for (int granted = 0; granted < 2; granted++) {
		request = asks_extension(test, test->task, DUE + 30);
		was = task_now(test, test->task);
		decision = decides_extension(test, test->task, granted == 1);
		waits(test, request, false);
		takes_back(test, test->task, decision, "");
		same_task(test, &was);
		waits(test, request, true);
		decides_extension(test, test->task, false);
	}
	assert_int_equal(task_now(test, test->task).extensions_refused, 2);
	end(test);
}

static void an_extension_of_two_leaves_the_first_in_force(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__TakeBack cmd;
	uint64_t first, second;

	(void)state;
	asks_extension(test, test->task, DUE + 30);
	first = decides_extension(test, test->task, true);
	asks_extension(test, test->task, DUE + 60);
	second = decides_extension(test, test->task, true);
	taking_back_of(test, test->task, first, "nhầm", &cmd);
	declined(test, REFUSAL(OVERTAKEN), NULL);
	takes_back(test, test->task, second, "");
	assert_int_equal(task_now(test, test->task).due_day, DUE + 30);
	assert_int_equal(task_now(test, test->task).extensions_granted, 1);
	/* The request waits again: it must be settled before the first can go. */
	taking_back_of(test, test->task, first, "nhầm", &cmd);
	declined(test, REFUSAL(OVERTAKEN), NULL);
	decides_extension(test, test->task, false);
	taking_back_of(test, test->task, first, "nhầm", &cmd);
	declined(test, REFUSAL(OVERTAKEN), NULL);
	end(test);
}

static void what_was_reported_since_an_extension_stays(void **state)
{
	struct deciding *test = begin();
	uint64_t decision;

	(void)state;
	asks_extension(test, test->task, DUE + 30);
	decision = decides_extension(test, test->task, true);
	reports(test, test->task, 45);
	takes_back(test, test->task, decision, "");
	assert_int_equal(task_now(test, test->task).percent, 45);
	assert_int_equal(task_now(test, test->task).due_day, DUE);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_IN_PROGRESS);
	end(test);
}

static void an_assignment_is_taken_back_until_the_new_lead_has_worked(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__TakeBack cmd;
	struct view_task was = task_now(test, test->task);
	uint64_t decision = assigns(test, test->task, "U2");

	(void)state;
	assert_string_equal(task_now(test, test->task).lead_unit, "U2");
	takes_back(test, test->task, decision, "");
	same_task(test, &was);
	decision = assigns(test, test->undated, "U2");
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	ask(test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	test->cmd.report.task = test->undated;
	test->cmd.report.note = text_of("đã nhận");
	done(test);
	taking_back_of(test, test->undated, decision, "nhầm đơn vị", &cmd);
	declined(test, REFUSAL(OVERTAKEN), NULL);
	end(test);
}

static void the_decider_alone_needs_no_reason_and_only_at_once(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__TakeBack cmd;
	static uint8_t an[16] = {1}, binh[16] = {2};
	uint64_t decision;

	(void)state;
	submits(test, test->task);
	as_assigner(test);
	test->actor.person = (ProtobufCBinaryData){.len = 16, .data = an};
	{
		Dondoc__V1__DecideCompletion decide_it = DONDOC__V1__DECIDE_COMPLETION__INIT;

		decide_it.task = test->task;
		decide_it.confirmed = true;
		ask_with(test, COMMAND(DECIDE_COMPLETION), &decide_it.base);
		decision = done(test);
	}
	taking_back_of(test, test->task, decision, "", &cmd);
	declined(test, REFUSAL(MISSING), "reason"); /* nobody in particular */
	test->actor.person = (ProtobufCBinaryData){.len = 16, .data = binh};
	declined(test, REFUSAL(MISSING), "reason");
	test->actor.person = (ProtobufCBinaryData){.len = 16, .data = an};
	test->now_us += 11 * 60 * DD_SECOND_US;
	declined(test, REFUSAL(MISSING), "reason");
	test->now_us -= 2 * 60 * DD_SECOND_US;
	done(test);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_AWAITING);
	end(test);
}

static void only_the_deciding_side_takes_back_and_only_decisions(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__TakeBack cmd;
	uint64_t request, decision;

	(void)state;
	request = submits(test, test->task);
	taking_back_of(test, test->task, request, "nhầm", &cmd);
	declined(test, REFUSAL(UNKNOWN_ENTRY), "decision");
	taking_back_of(test, test->task, 9999, "nhầm", &cmd);
	declined(test, REFUSAL(UNKNOWN_ENTRY), "decision");
	decision = decides(test, test->task, true);
	taking_back_of(test, test->task, decision, "nhầm", &cmd);
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'x');
	declined(test, REFUSAL(NOT_PERMITTED), "U1");
	takes_back(test, test->task, decision, "nhầm");
	taking_back_of(test, test->task, decision, "nhầm", &cmd);
	declined(test, REFUSAL(NOTHING_TO_DO), "decision");
	end(test);
}

static void without_a_number_the_last_decision_is_meant(void **state)
{
	struct deciding *test = begin();

	(void)state;
	submits(test, test->task);
	decides(test, test->task, false);
	submits(test, test->task);
	decides(test, test->task, true);
	takes_back(test, test->task, 0, "");
	assert_int_equal(task_now(test, test->task).state, DD_TASK_AWAITING);
	end(test);
}

static void what_was_taken_back_does_not_count_but_for_what_was_locked_before(void **state)
{
	struct deciding *test = begin();
	struct view_voids voids;
	struct dd_txn *txn;
	uint64_t decision, back;

	(void)state;
	submits(test, test->task);
	decision = decides(test, test->task, true);
	back = takes_back(test, test->task, decision, "");
	assert_int_equal(view_snapshot(test->view, &txn, &test->err), DD_OK);
	assert_int_equal(view_voids_get(txn, test->task, &voids), DD_OK);
	assert_int_equal(voids.count, 1);
	assert_false(view_moment_counts(&voids, decision, 0));
	assert_true(view_moment_counts(&voids, decision, decision));
	assert_true(view_moment_counts(&voids, decision, back - 1));
	assert_false(view_moment_counts(&voids, decision, back));
	assert_true(view_moment_counts(&voids, decision - 1, 0));
	assert_true(view_moment_counts(&voids, back, 0));
	end(test);
}

/* --- the life of a task ------------------------------------------------------------------------
 */

static uint64_t commands(struct deciding *test, Dondoc__V1__CommandBody__ActionCase action,
			 const ProtobufCMessage *message)
{
	ask_with(test, action, message);
	return done(test);
}

static uint64_t pauses(struct deciding *test)
{
	Dondoc__V1__PauseTask cmd = DONDOC__V1__PAUSE_TASK__INIT;

	as_assigner(test);
	cmd.task = test->task;
	cmd.reason = text_of("chờ Trung ương");
	return commands(test, COMMAND(PAUSE_TASK), &cmd.base);
}

static uint64_t resumes(struct deciding *test)
{
	Dondoc__V1__ResumeTask cmd = DONDOC__V1__RESUME_TASK__INIT;

	as_assigner(test);
	cmd.task = test->task;
	cmd.reason = text_of("đã có hướng dẫn");
	return commands(test, COMMAND(RESUME_TASK), &cmd.base);
}

static uint64_t cancels(struct deciding *test)
{
	Dondoc__V1__CancelTask cmd = DONDOC__V1__CANCEL_TASK__INIT;

	as_assigner(test);
	cmd.task = test->task;
	cmd.reason = text_of("trùng");
	return commands(test, COMMAND(CANCEL_TASK), &cmd.base);
}

static uint64_t asks_transfer(struct deciding *test)
{
	Dondoc__V1__RequestTransfer cmd = DONDOC__V1__REQUEST_TRANSFER__INIT;

	as_lead(test);
	cmd.task = test->task;
	cmd.to_unit = text_of("U2");
	cmd.reason = text_of("đúng chức năng");
	ask_with(test, COMMAND(REQUEST_TRANSFER), &cmd.base);
	cmd.basis = &test->document;
	return done(test);
}

static uint64_t decides_transfer(struct deciding *test, bool granted)
{
	Dondoc__V1__DecideTransfer cmd = DONDOC__V1__DECIDE_TRANSFER__INIT;

	as_assigner(test);
	cmd.task = test->task;
	cmd.granted = granted;
	cmd.reason = text_of("không đúng");
	return commands(test, COMMAND(DECIDE_TRANSFER), &cmd.base);
}

static uint64_t asks_refusal(struct deciding *test)
{
	Dondoc__V1__RequestRefusal cmd = DONDOC__V1__REQUEST_REFUSAL__INIT;

	as_lead(test);
	cmd.task = test->task;
	cmd.reason = text_of("không đúng chức năng");
	ask_with(test, COMMAND(REQUEST_REFUSAL), &cmd.base);
	cmd.basis = &test->document;
	return done(test);
}

static uint64_t decides_refusal(struct deciding *test, bool granted)
{
	Dondoc__V1__DecideRefusal cmd = DONDOC__V1__DECIDE_REFUSAL__INIT;

	as_assigner(test);
	cmd.task = test->task;
	cmd.granted = granted;
	cmd.to_unit = text_of(granted ? "U2" : "");
	cmd.reason = text_of("đúng chức năng");
	return commands(test, COMMAND(DECIDE_REFUSAL), &cmd.base);
}

static struct view_life life_now(struct deciding *test)
{
	struct view_life life;

	assert_int_equal(view_life_get(test->view, true, test->task, &life), DD_OK);
	return life;
}

/* The decision taken back leaves both records as they were. */
static void undone(struct deciding *test, uint64_t decision, const struct view_task *was,
		   const struct view_life *life)
{
	struct view_life now;

	takes_back(test, test->task, decision, "nhầm nhiệm vụ");
	same_task(test, was);
	now = life_now(test);
	assert_memory_equal(&now, life, sizeof(now));
}

static void a_pause_taken_back_counts_no_day(void **state)
{
	struct deciding *test = begin();
	struct view_task was;
	struct view_life life;
	uint64_t decision;

	(void)state;
	asks_extension(test, test->task, DUE + 30);
	reports(test, test->task, 20);
	was = task_now(test, test->task);
	life = life_now(test);
	decision = pauses(test);
	test->now_us += 9 * DD_DAY_US;
	undone(test, decision, &was, &life);
	assert_int_equal(task_now(test, test->task).paused_days, 0);
	end(test);
}

static void a_resumption_taken_back_pauses_again(void **state)
{
	struct deciding *test = begin();
	struct view_task was;
	struct view_life life;
	uint64_t decision;

	(void)state;
	reports(test, test->task, 20);
	pauses(test);
	was = task_now(test, test->task);
	life = life_now(test);
	test->now_us += 9 * DD_DAY_US;
	decision = resumes(test);
	assert_int_equal(task_now(test, test->task).due_day, DUE + 9);
	undone(test, decision, &was, &life);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_PAUSED);
	end(test);
}

static void a_cancellation_taken_back_brings_what_waited_back(void **state)
{
	struct deciding *test = begin();
	struct view_task was;
	struct view_life life;
	uint64_t completion, extension, decision;

	(void)state;
	extension = asks_extension(test, test->task, DUE + 30);
	completion = submits(test, test->task);
	was = task_now(test, test->task);
	life = life_now(test);
	decision = cancels(test);
	waits(test, completion, false);
	waits(test, extension, false);
	undone(test, decision, &was, &life);
	waits(test, completion, true);
	waits(test, extension, true);
	end(test);
}

static void a_transfer_decided_is_taken_back_both_ways(void **state)
{
	(void)state;
	for (int granted = 0; granted < 2; granted++) {
		struct deciding *test = begin();
		struct view_task was;
		struct view_life life;
		uint64_t request, decision;

		reports(test, test->task, 20);
		request = asks_transfer(test);
		was = task_now(test, test->task);
		life = life_now(test);
		decision = decides_transfer(test, granted == 1);
		waits(test, request, false);
		undone(test, decision, &was, &life);
		waits(test, request, true);
		end(test);
	}
}

static void a_refusal_decided_is_taken_back_both_ways(void **state)
{
	(void)state;
	for (int granted = 0; granted < 2; granted++) {
		struct deciding *test = begin();
		struct view_task was;
		struct view_life life;
		uint64_t request, decision;

		request = asks_refusal(test);
		was = task_now(test, test->task);
		life = life_now(test);
		decision = decides_refusal(test, granted == 1);
		waits(test, request, false);
		undone(test, decision, &was, &life);
		waits(test, request, true);
		end(test);
	}
}

static void next_plan(struct deciding *test)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;

	fields.code = text_of("Q");
	fields.title = text_of("Kế hoạch năm sau");
	fields.assigner_unit = text_of("HN");
	body.plan = &fields;
	header.type = EVENT(PLAN_SET);
	happen(test, &header, &body.base);
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
}

static uint64_t carries_over(struct deciding *test)
{
	Dondoc__V1__DecideYearEnd cmd = DONDOC__V1__DECIDE_YEAR_END__INIT;
	Dondoc__V1__YearEndRow row = DONDOC__V1__YEAR_END_ROW__INIT;
	Dondoc__V1__YearEndRow *rows = &row;

	as_assigner(test);
	row.task = test->task;
	row.kind = DONDOC__V1__YEAR_END_KIND__YEAR_END_CARRY;
	row.code = text_of("Q.1");
	row.due_day = DUE + 300;
	row.reason = text_of("còn dở");
	cmd.plan = text_of("P");
	cmd.next_plan = text_of("Q");
	cmd.rows = &rows;
	cmd.n_rows = 1;
	return commands(test, COMMAND(DECIDE_YEAR_END), &cmd.base);
}

static void a_year_s_end_taken_back_takes_the_next_year_s_task_away(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__TakeBack cmd;
	struct view_task was, next;
	struct view_life life;
	uint64_t request, id;

	(void)state;
	next_plan(test);
	reports(test, test->task, 20);
	request = asks_extension(test, test->task, DUE + 30);
	was = task_now(test, test->task);
	life = life_now(test);
	carries_over(test);
	waits(test, request, false);
	assert_int_equal(view_task_by_code(test->view, true, "Q", "Q.1", &id), DD_OK);
	assert_int_equal(life_now(test).carried_to, id);
	undone(test, 0, &was, &life);
	waits(test, request, true);
	assert_int_equal(view_task(test->view, true, id, &next), DD_OK);
	assert_true(next.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED);
	/* Once somebody has begun there, it stays. */
	carries_over(test);
	assert_int_equal(view_task_by_code(test->view, true, "Q", "Q.1", &id), DD_OK);
	reports(test, id, 10);
	taking_back_of(test, test->task, 0, "nhầm", &cmd);
	declined(test, REFUSAL(OVERTAKEN), NULL);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_confirmation_taken_back_leaves_the_record_as_it_was),
		cmocka_unit_test(a_return_taken_back_leaves_the_record_as_it_was),
		cmocka_unit_test(an_extension_taken_back_leaves_the_record_as_it_was),
		cmocka_unit_test(an_extension_of_two_leaves_the_first_in_force),
		cmocka_unit_test(what_was_reported_since_an_extension_stays),
		cmocka_unit_test(an_assignment_is_taken_back_until_the_new_lead_has_worked),
		cmocka_unit_test(the_decider_alone_needs_no_reason_and_only_at_once),
		cmocka_unit_test(only_the_deciding_side_takes_back_and_only_decisions),
		cmocka_unit_test(without_a_number_the_last_decision_is_meant),
		cmocka_unit_test(what_was_taken_back_does_not_count_but_for_what_was_locked_before),
		cmocka_unit_test(a_pause_taken_back_counts_no_day),
		cmocka_unit_test(a_resumption_taken_back_pauses_again),
		cmocka_unit_test(a_cancellation_taken_back_brings_what_waited_back),
		cmocka_unit_test(a_transfer_decided_is_taken_back_both_ways),
		cmocka_unit_test(a_year_s_end_taken_back_takes_the_next_year_s_task_away),
		cmocka_unit_test(a_refusal_decided_is_taken_back_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
