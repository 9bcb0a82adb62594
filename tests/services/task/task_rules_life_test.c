/* task_rules_life_test.c - refusal, transfer, pause, cancellation, removal, passing on: what each
 * asks for, and what it leaves behind. */
#include "common/view/view_fix.h"
#include "tests/services/task/task_life_fixture.h"

static void assign_to(struct deciding *test, const char *unit)
{
	as_assigner(test);
	ASK_FOR(ASSIGN_TASK, assign_task);
	test->cmd.assign.task = test->task;
	test->cmd.assign.lead_unit = text_of(unit);
	test->cmd.assign.reason = text_of("giao lại");
}

/* --- receipt ------------------------------------------------------------------------------------
 */

static void a_task_is_received_once_or_by_the_first_report(void **state)
{
	struct deciding *test = begin();

	(void)state;
	assert_int_equal(task_now(test).receipt, DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN);
	receive(test);
	taken(test);
	assert_int_equal(task_now(test).receipt, DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED);
	receive(test);
	refused(test, REFUSAL(NOTHING_TO_DO), "receipt");
	assign_to(test, "U2");
	taken(test);
	assert_int_equal(task_now(test).receipt, DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN);
	report(test);
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	taken(test);
	assert_int_equal(task_now(test).receipt, DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED);
	end(test);
}

/* --- refusal ------------------------------------------------------------------------------------
 */

static void a_refusal_is_asked_within_its_days_with_reason_and_basis(void **state)
{
	struct deciding *test = begin();

	(void)state;
	ask_refusal(test);
	test->cmd.request_refusal.reason = text_of(" ");
	refused(test, REFUSAL(MISSING), "reason");
	ask_refusal(test);
	test->cmd.request_refusal.basis = NULL;
	refused(test, REFUSAL(MISSING), "basis");
	ask_refusal(test);
	test->cmd.request_refusal.proposed_unit = text_of("U7");
	refused(test, REFUSAL(UNKNOWN_UNIT), "U7");
	ask_refusal(test);
	test->cmd.request_refusal.proposed_unit = text_of("U1");
	refused(test, REFUSAL(NOTHING_TO_DO), "U1");
	days_pass(test, 6);
	ask_refusal(test);
	refused(test, REFUSAL(TOO_LATE), "refusal");
	days_pass(test, -1);
	ask_refusal(test);
	taken(test);
	ask_refusal(test);
	refused(test, REFUSAL(PENDING), "refusal");
	end(test);
}

static void who_asks_to_be_rid_of_a_task_does_not_work_on_it(void **state)
{
	static void (*const work[])(struct deciding *) = {report,  unchanged, request_completion,
							  receive, pass_on,   ask_transfer};

	(void)state;
	for (size_t i = 0; i < sizeof(work) / sizeof(work[0]); i++) {
		struct deciding *test = begin();

		ask_refusal(test);
		taken(test);
		assert_int_equal(task_now(test).receipt,
				 DONDOC__V1__RECEIPT_STATE__RECEIPT_REFUSED);
		work[i](test);
		refused(test, REFUSAL(PENDING), "refusal");
		deny_refusal(test);
		taken(test);
		assert_int_equal(task_now(test).receipt,
				 DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED);
		assert_int_equal(task_now(test).pending_other, 0);
		end(test);
	}
}

static void a_granted_refusal_gives_the_task_to_another_as_new(void **state)
{
	struct deciding *test = begin();
	struct view_request request;
	uint64_t asked;

	(void)state;
	request_extension(test);
	taken(test);
	ask_refusal(test);
	asked = taken(test);
	grant_refusal(test);
	test->cmd.decide_refusal.to_unit = text_of("");
	refused(test, REFUSAL(MISSING), "to_unit");
	grant_refusal(test);
	test->cmd.decide_refusal.to_unit = text_of("U1");
	refused(test, REFUSAL(NOTHING_TO_DO), "U1");
	grant_refusal(test);
	test->cmd.decide_refusal.request = asked + 1;
	refused(test, REFUSAL(NO_REQUEST), NULL);
	days_pass(test, 3);
	grant_refusal(test);
	taken(test);
	assert_string_equal(task_now(test).lead_unit, "U2");
	assert_int_equal(task_now(test).receipt, DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN);
	assert_int_equal(task_now(test).assigned_day, TODAY + 3);
	assert_int_equal(task_now(test).pending_extension, 0);
	assert_int_equal(task_now(test).due_day, DUE);
	assert_int_equal(view_request_get(test->view, true, asked, &request), DD_OK);
	assert_int_not_equal(request.closed_by, 0);
	report(test);
	refused(test, REFUSAL(NOT_PERMITTED), "U1");
	end(test);
}

/* --- transfer -----------------------------------------------------------------------------------
 */

static void a_transfer_goes_to_the_unit_asked_for_unless_another_is_named(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test);
	taken(test);
	ask_transfer(test);
	test->cmd.request_transfer.to_unit = text_of("");
	refused(test, REFUSAL(MISSING), "to_unit");
	ask_transfer(test);
	taken(test);
	grant_transfer(test);
	taken(test);
	assert_string_equal(task_now(test).lead_unit, "U2");
	assert_int_equal(task_now(test).state, DD_TASK_IN_PROGRESS);
	assert_int_equal(task_now(test).first_due_day, DUE);
	ask_transfer(test);
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	test->cmd.request_transfer.to_unit = text_of("U1");
	taken(test);
	grant_transfer(test);
	test->cmd.decide_transfer.to_unit = text_of("U3");
	taken(test);
	assert_string_equal(task_now(test).lead_unit, "U3");
	end(test);
}

static void a_new_assignment_settles_what_waited(void **state)
{
	struct deciding *test = begin();

	(void)state;
	ask_transfer(test);
	taken(test);
	assign_to(test, "U3");
	taken(test);
	grant_transfer(test);
	refused(test, REFUSAL(NO_REQUEST), NULL);
	end(test);
}

/* --- pause --------------------------------------------------------------------------------------
 */

static void a_pause_moves_the_date_by_its_days_and_leaves_the_baseline(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test);
	taken(test);
	pause_task(test);
	test->cmd.pause.until_day = TODAY;
	refused(test, REFUSAL(RANGE), "until_day");
	pause_task(test);
	taken(test);
	days_pass(test, 12);
	resume_task(test);
	taken(test);
	assert_int_equal(task_now(test).state, DD_TASK_IN_PROGRESS);
	assert_int_equal(task_now(test).due_day, DUE + 12);
	assert_int_equal(task_now(test).first_due_day, DUE);
	assert_int_equal(task_now(test).paused_days, 12);
	assert_int_equal(task_now(test).extensions_granted, 0);
	end(test);
}

static void what_was_late_before_a_pause_is_as_late_after_it(void **state)
{
	struct deciding *test = begin();

	(void)state;
	days_pass(test, DUE + 5 - TODAY);
	pause_task(test);
	taken(test);
	days_pass(test, 30);
	resume_task(test);
	taken(test);
	assert_int_equal(dd_day_of(test->now_us) - task_now(test).due_day, 5);
	end(test);
}

static void a_paused_request_for_completion_still_waits_afterwards(void **state)
{
	struct deciding *test = begin();

	(void)state;
	request_completion(test);
	taken(test);
	pause_task(test);
	taken(test);
	confirm(test);
	refused(test, REFUSAL(STATE), "paused");
	resume_task(test);
	taken(test);
	assert_int_equal(task_now(test).state, DD_TASK_AWAITING);
	confirm(test);
	taken(test);
	end(test);
}

static void a_task_without_a_date_has_none_after_a_pause(void **state)
{
	struct deciding *test = begin();

	(void)state;
	test->task = test->undated;
	pause_task(test);
	taken(test);
	days_pass(test, 4);
	resume_task(test);
	taken(test);
	assert_int_equal(task_now(test).due_day, 0);
	assert_int_equal(task_now(test).paused_days, 4);
	end(test);
}

/* --- end ----------------------------------------------------------------------------------------
 */

static void a_cancelled_task_leaves_nothing_waiting(void **state)
{
	struct deciding *test = begin();
	struct view_request request;
	uint64_t extension, asked;

	(void)state;
	request_extension(test);
	extension = taken(test);
	ask_unit(test);
	asked = taken(test);
	cancel_task(test);
	test->cmd.cancel.reason = text_of("");
	refused(test, REFUSAL(MISSING), "reason");
	cancel_task(test);
	taken(test);
	assert_int_equal(task_now(test).pending_extension, 0);
	assert_int_equal(view_request_get(test->view, true, extension, &request), DD_OK);
	assert_int_not_equal(request.closed_by, 0);
	assert_int_equal(view_request_get(test->view, true, asked, &request), DD_OK);
	assert_int_not_equal(request.closed_by, 0);
	answer(test);
	refused(test, REFUSAL(STATE), "cancelled");
	end(test);
}

static void a_slip_of_the_pen_is_removed_and_what_was_worked_on_is_not(void **state)
{
	struct deciding *test = begin();
	uint64_t id;

	(void)state;
	ask_unit(test);
	taken(test);
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
	remove_task(test);
	refused(test, REFUSAL(HAS_WORK), NULL);
	end(test);
	test = begin();
	request_extension(test);
	taken(test);
	remove_task(test);
	refused(test, REFUSAL(HAS_WORK), NULL);
	end(test);
	test = begin();
	remove_task(test);
	taken(test);
	assert_true(task_now(test).flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED);
	assert_int_equal(view_task_by_code(test->view, true, "P", "1", &id), DD_ERR_NOT_FOUND);
	report(test);
	refused(test, REFUSAL(UNKNOWN_TASK), NULL);
	end(test);
}

/* --- within the unit
 * ------------------------------------------------------------------------------ */

static void found_division(struct deciding *test, const char *code, const char *parent)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;

	fields.code = text_of(code);
	fields.name = text_of(code);
	fields.parent = text_of(parent);
	body.unit = &fields;
	header.type = EVENT(UNIT_SET);
	happen(test, &header, &body.base);
}

static void a_task_is_passed_on_within_its_lead_with_an_earlier_date(void **state)
{
	struct deciding *test = begin();
	struct view_life life;

	(void)state;
	found_division(test, "U1-P", "U1");
	found_division(test, "U1-P-T", "U1-P");
	found_division(test, "U2-P", "U2");
	pass_on(test);
	test->cmd.pass_on.division = text_of("U2-P");
	refused(test, REFUSAL(UNIT_SCOPE), "U2-P");
	pass_on(test);
	test->cmd.pass_on.division = text_of("U1-P");
	test->cmd.pass_on.internal_due_day = DUE + 1;
	refused(test, REFUSAL(RANGE), "internal_due_day");
	pass_on(test);
	test->cmd.pass_on.division = text_of("U1-P-T");
	test->cmd.pass_on.internal_due_day = DUE - 10;
	taken(test);
	assert_int_equal(view_life_get(test->view, true, test->task, &life), DD_OK);
	assert_string_equal(life.division, "U1-P-T");
	assert_int_equal(life.internal_due_day, DUE - 10);
	assert_int_equal(task_now(test).due_day, DUE);
	pass_on(test);
	test->cmd.pass_on.division = text_of("U1-P-T");
	test->cmd.pass_on.internal_due_day = DUE - 10;
	refused(test, REFUSAL(NOTHING_TO_DO), "U1-P-T");
	assign_to(test, "U2");
	taken(test);
	assert_int_equal(view_life_get(test->view, true, test->task, &life), DD_OK);
	assert_string_equal(life.division, "");
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_is_received_once_or_by_the_first_report),
		cmocka_unit_test(a_refusal_is_asked_within_its_days_with_reason_and_basis),
		cmocka_unit_test(who_asks_to_be_rid_of_a_task_does_not_work_on_it),
		cmocka_unit_test(a_granted_refusal_gives_the_task_to_another_as_new),
		cmocka_unit_test(a_transfer_goes_to_the_unit_asked_for_unless_another_is_named),
		cmocka_unit_test(a_new_assignment_settles_what_waited),
		cmocka_unit_test(a_pause_moves_the_date_by_its_days_and_leaves_the_baseline),
		cmocka_unit_test(what_was_late_before_a_pause_is_as_late_after_it),
		cmocka_unit_test(a_paused_request_for_completion_still_waits_afterwards),
		cmocka_unit_test(a_task_without_a_date_has_none_after_a_pause),
		cmocka_unit_test(a_cancelled_task_leaves_nothing_waiting),
		cmocka_unit_test(a_slip_of_the_pen_is_removed_and_what_was_worked_on_is_not),
		cmocka_unit_test(a_task_is_passed_on_within_its_lead_with_an_earlier_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
