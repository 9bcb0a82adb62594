/* task_rules_correct_test.c - updates and requests withdrawn or replaced until they are confirmed,
 * and conflicts resolved. */
#include "tests/services/task/task_rules_fix_fixture.h"

static void withdraws(struct deciding *test, uint64_t entry, Dondoc__V1__WithdrawEntry *cmd)
{
	dondoc__v1__withdraw_entry__init(cmd);
	as_lead(test);
	cmd->task = test->task;
	cmd->entry = entry;
	ask_with(test, COMMAND(WITHDRAW_ENTRY), &cmd->base);
}

static void replaces(struct deciding *test, uint64_t entry, uint32_t percent,
		     Dondoc__V1__ReplaceUpdate *cmd)
{
	dondoc__v1__replace_update__init(cmd);
	as_lead(test);
	cmd->task = test->task;
	cmd->entry = entry;
	cmd->has_percent_case = DONDOC__V1__REPLACE_UPDATE__HAS_PERCENT_PERCENT;
	cmd->percent = percent;
	cmd->note = text_of("số đúng");
	ask_with(test, COMMAND(REPLACE_UPDATE), &cmd->base);
}

static void resolves(struct deciding *test, uint64_t entry, bool take,
		     Dondoc__V1__ResolveConflict *cmd)
{
	dondoc__v1__resolve_conflict__init(cmd);
	as_assigner(test);
	cmd->task = test->task;
	cmd->entry = entry;
	cmd->take = take;
	ask_with(test, COMMAND(RESOLVE_CONFLICT), &cmd->base);
}

/* A report by a client that has seen nothing. */
static uint64_t reports_unseeing(struct deciding *test, uint32_t percent)
{
	Dondoc__V1__ReportProgress cmd = DONDOC__V1__REPORT_PROGRESS__INIT;

	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'z');
	cmd.task = test->task;
	cmd.note = text_of("nơi khác");
	cmd.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	cmd.percent = percent;
	ask_with(test, COMMAND(REPORT_PROGRESS), &cmd.base);
	test->base.task_version = test->task;
	return done(test);
}

static bool waits(struct deciding *test, uint64_t request)
{
	struct view_request found;

	assert_int_equal(view_request_get(test->view, true, request, &found), DD_OK);
	return found.closed_by == 0;
}

static void the_only_update_withdrawn_leaves_the_task_as_assigned(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd;
	uint64_t update = reports(test, test->task, 40);

	(void)state;
	withdraws(test, update, &cmd);
	done(test);
	assert_int_equal(task_now(test, test->task).percent, 0);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_ASSIGNED);
	assert_int_equal(task_now(test, test->task).last_update, 0);
	withdraws(test, update, &cmd);
	declined(test, REFUSAL(NOTHING_TO_DO), "update");
	withdraws(test, 0, &cmd);
	declined(test, REFUSAL(UNKNOWN_ENTRY), "update");
	end(test);
}

static void the_last_update_withdrawn_brings_the_one_before_back(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd;
	uint64_t first = reports(test, test->task, 40);

	(void)state;
	reports(test, test->task, 90);
	withdraws(test, first, &cmd);
	declined(test, REFUSAL(UNKNOWN_ENTRY), "update");
	withdraws(test, 0, &cmd);
	done(test);
	assert_int_equal(task_now(test, test->task).percent, 40);
	assert_int_equal(task_now(test, test->task).state, DD_TASK_IN_PROGRESS);
	end(test);
}

static void a_request_withdrawn_leaves_the_record_as_it_was(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd;
	struct view_task was;
	uint64_t request;

	(void)state;
	reports(test, test->task, 80);
	was = task_now(test, test->task);
	request = submits(test, test->task);
	assert_true(waits(test, request));
	withdraws(test, request, &cmd);
	done(test);
	same_task(test, &was);
	assert_false(waits(test, request));
	withdraws(test, request, &cmd);
	declined(test, REFUSAL(NO_REQUEST), NULL);
	request = asks_extension(test, test->task, DUE + 20);
	withdraws(test, request, &cmd);
	done(test);
	same_task(test, &was);
	assert_false(waits(test, request));
	end(test);
}

static void what_was_decided_is_not_withdrawn(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd;
	Dondoc__V1__ReplaceUpdate replace;
	uint64_t update, request;

	(void)state;
	update = reports(test, test->task, 80);
	request = submits(test, test->task);
	decides(test, test->task, true);
	withdraws(test, request, &cmd);
	declined(test, REFUSAL(NO_REQUEST), NULL);
	withdraws(test, update, &cmd);
	declined(test, REFUSAL(STATE), "completed");
	replaces(test, update, 10, &replace);
	declined(test, REFUSAL(STATE), "completed");
	end(test);
}

static void only_the_lead_withdraws_and_only_its_own(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd;
	uint64_t update = reports(test, test->task, 80);

	(void)state;
	withdraws(test, update, &cmd);
	as_assigner(test);
	declined(test, REFUSAL(NOT_PERMITTED), "HN");
	assigns(test, test->task, "U2");
	withdraws(test, update, &cmd);
	declined(test, REFUSAL(NOT_PERMITTED), "U1");
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	declined(test, REFUSAL(NOT_PERMITTED), "U2");
	end(test);
}

static void a_replaced_update_gives_its_value_up_and_its_stead_can_be_withdrawn(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__ReplaceUpdate cmd;
	Dondoc__V1__WithdrawEntry withdraw;
	struct view_entry entry;
	uint64_t update, stead;

	(void)state;
	reports(test, test->task, 30);
	update = reports(test, test->task, 80);
	replaces(test, update, 101, &cmd);
	declined(test, REFUSAL(RANGE), "percent");
	replaces(test, update, 60, &cmd);
	stead = done(test);
	assert_int_equal(task_now(test, test->task).percent, 60);
	assert_int_equal(view_entry_get(test->view, true, test->task, update, &entry), DD_OK);
	assert_int_equal(entry.marks, VIEW_ENTRY_REPLACED);
	assert_int_equal(entry.by, stead);
	replaces(test, update, 50, &cmd);
	declined(test, REFUSAL(NOTHING_TO_DO), "update");
	withdraws(test, stead, &withdraw);
	done(test);
	assert_int_equal(task_now(test, test->task).percent, 30);
	end(test);
}

static void a_conflict_waits_for_a_person_who_takes_or_keeps(void **state)
{
	(void)state;
	for (int take = 0; take < 2; take++) {
		struct deciding *test = begin();
		Dondoc__V1__ResolveConflict cmd;
		uint64_t entry;

		reports(test, test->task, 60);
		entry = reports_unseeing(test, 30);
		assert_int_equal(task_now(test, test->task).percent, 60);
		assert_int_equal(task_now(test, test->task).conflicts, 1);
		assert_true(waits(test, entry));
		resolves(test, entry, take == 1, &cmd);
		done(test);
		assert_int_equal(task_now(test, test->task).percent, take == 1 ? 30 : 60);
		assert_int_equal(task_now(test, test->task).conflicts, 0);
		assert_false(waits(test, entry));
		resolves(test, entry, true, &cmd);
		declined(test, REFUSAL(UNKNOWN_ENTRY), "conflict");
		end(test);
	}
}

static void a_report_in_conflict_can_be_withdrawn_and_the_conflict_is_gone(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd;
	Dondoc__V1__ResolveConflict resolve;
	uint64_t entry;

	(void)state;
	reports(test, test->task, 60);
	entry = reports_unseeing(test, 30);
	reports(test, test->task, 70);
	withdraws(test, entry, &cmd);
	done(test);
	assert_int_equal(task_now(test, test->task).percent, 70);
	assert_int_equal(task_now(test, test->task).conflicts, 0);
	resolves(test, entry, false, &resolve);
	declined(test, REFUSAL(UNKNOWN_ENTRY), "conflict");
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_only_update_withdrawn_leaves_the_task_as_assigned),
		cmocka_unit_test(the_last_update_withdrawn_brings_the_one_before_back),
		cmocka_unit_test(a_request_withdrawn_leaves_the_record_as_it_was),
		cmocka_unit_test(what_was_decided_is_not_withdrawn),
		cmocka_unit_test(only_the_lead_withdraws_and_only_its_own),
		cmocka_unit_test(
			a_replaced_update_gives_its_value_up_and_its_stead_can_be_withdrawn),
		cmocka_unit_test(a_conflict_waits_for_a_person_who_takes_or_keeps),
		cmocka_unit_test(a_report_in_conflict_can_be_withdrawn_and_the_conflict_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
