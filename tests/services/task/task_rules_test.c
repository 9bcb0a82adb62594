/* task_rules_test.c - the rules of the office, each against a real view: who may do what, in which
 * state, and with what. */
#include "tests/services/task/task_rules_fixture.h"

#include "common/domain/task_state.h"

/* --- commands that are in order -------------------------------------------------------------- */

static void report(struct deciding *test)
{
	as_lead(test);
	ask(test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	test->cmd.report.task = test->task;
	test->cmd.report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	test->cmd.report.percent = 40;
}

static void request_completion(struct deciding *test)
{
	as_lead(test);
	ask(test, COMMAND(REQUEST_COMPLETION), &dondoc__v1__request_completion__descriptor);
	test->cmd.request_completion.task = test->task;
	test->cmd.request_completion.evidence = &test->document;
}

static void decide_completion(struct deciding *test)
{
	as_assigner(test);
	ask(test, COMMAND(DECIDE_COMPLETION), &dondoc__v1__decide_completion__descriptor);
	test->cmd.decide_completion.task = test->task;
	test->cmd.decide_completion.reason = text_of("thiếu phụ lục");
}

static void confirm(struct deciding *test)
{
	decide_completion(test);
	test->cmd.decide_completion.confirmed = 1;
}

static void request_extension(struct deciding *test)
{
	as_lead(test);
	ask(test, COMMAND(REQUEST_EXTENSION), &dondoc__v1__request_extension__descriptor);
	test->cmd.request_extension.task = test->task;
	test->cmd.request_extension.proposed_due_day = DUE + 30;
	test->cmd.request_extension.reason = text_of("chờ văn bản của Trung ương");
	test->cmd.request_extension.basis = &test->document;
}

static void refuse_extension(struct deciding *test)
{
	as_assigner(test);
	ask(test, COMMAND(DECIDE_EXTENSION), &dondoc__v1__decide_extension__descriptor);
	test->cmd.decide_extension.task = test->task;
	test->cmd.decide_extension.reason = text_of("không có căn cứ");
}

static void grant_extension(struct deciding *test)
{
	refuse_extension(test);
	test->cmd.decide_extension.granted = 1;
}

static void assign(struct deciding *test)
{
	as_assigner(test);
	ask(test, COMMAND(ASSIGN_TASK), &dondoc__v1__assign_task__descriptor);
	test->cmd.assign.task = test->task;
	test->cmd.assign.lead_unit = text_of("U2");
	test->cmd.assign.reason = text_of("sắp xếp lại bộ máy");
}

static void confirm_clock(struct deciding *test)
{
	become(test, DD_PRINCIPAL_OPERATOR, "", 'o');
	ask(test, COMMAND(CONFIRM_CLOCK), &dondoc__v1__confirm_clock__descriptor);
	test->cmd.clock.reason = text_of("đã so với NTP");
}

typedef void command_fn(struct deciding *test);

/* --- states ---------------------------------------------------------------------------------- */

static void bring_to(struct deciding *test, enum dd_task_state state)
{
	static command_fn *const ways[][3] = {
		[DD_TASK_ASSIGNED] = {NULL},
		[DD_TASK_IN_PROGRESS] = {report},
		[DD_TASK_AWAITING] = {request_completion},
		[DD_TASK_COMPLETED] = {request_completion, confirm},
		[DD_TASK_RETURNED] = {request_completion, decide_completion},
	};
	struct view_task task;

	for (int i = 0; i < 3 && ways[state][i] != NULL; i++) {
		ways[state][i](test);
		taken(test);
	}
	assert_int_equal(view_task(test->view, true, test->task, &task), DD_OK);
	assert_int_equal(task.state, state);
}

static const struct {
	enum dd_task_action action;
	command_fn *command;
	Dondoc__V1__EventType event;
} actions[] = {
	{DD_ACT_REPORT, report, EVENT(PROGRESS_REPORTED)},
	{DD_ACT_REQUEST_COMPLETION, request_completion, EVENT(COMPLETION_REQUESTED)},
	{DD_ACT_CONFIRM, confirm, EVENT(COMPLETION_DECIDED)},
	{DD_ACT_RETURN, decide_completion, EVENT(COMPLETION_DECIDED)},
	{DD_ACT_REQUEST_EXTENSION, request_extension, EVENT(EXTENSION_REQUESTED)},
	{DD_ACT_GRANT_EXTENSION, grant_extension, EVENT(EXTENSION_DECIDED)},
	{DD_ACT_REFUSE_EXTENSION, refuse_extension, EVENT(EXTENSION_DECIDED)},
	{DD_ACT_ASSIGN, assign, EVENT(TASK_ASSIGNED)},
};

static void every_state_allows_what_its_row_of_the_table_allows(void **state)
{
	(void)state;
	for (int from = DD_TASK_ASSIGNED; from <= DD_TASK_RETURNED; from++) {
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
			struct deciding *test = begin();
			bool decides = actions[i].action == DD_ACT_GRANT_EXTENSION ||
				       actions[i].action == DD_ACT_REFUSE_EXTENSION;

			if (decides) { /* there must be something to decide */
				request_extension(test);
				taken(test);
			}
			bring_to(test, (enum dd_task_state)from);
			actions[i].command(test);
			if (dd_task_state_after((enum dd_task_state)from, actions[i].action) < 0) {
				refused(test, REFUSAL(STATE),
					dd_task_state_name((enum dd_task_state)from));
			} else {
				taken(test);
				assert_int_equal(test->out.type, actions[i].event);
				assert_int_equal(test->out.subject, test->task);
				assert_string_equal(test->out.unit, "U1");
			}
			end(test);
		}
	}
}

/* --- who ------------------------------------------------------------------------------------- */

static void every_unit_may_what_its_part_in_the_task_allows(void **state)
{
	static const struct {
		const char *unit;
		bool leads, assigned;
	} units[] = {
		{"U1", true, false},  {"HN", false, true}, {"U3", false, false},
		{"U2", false, false}, {"", false, false},  {"U9", false, false},
	};

	(void)state;
	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
			struct deciding *test = begin();
			enum dd_task_action action = actions[i].action;
			bool leads = action == DD_ACT_REPORT ||
				     action == DD_ACT_REQUEST_COMPLETION ||
				     action == DD_ACT_REQUEST_EXTENSION;

			actions[i].command(test);
			become(test, DD_PRINCIPAL_GATEWAY, units[u].unit, 'x');
			decide(test);
			if (leads ? units[u].leads : units[u].assigned)
				assert_int_not_equal(test->out.refusal, REFUSAL(NOT_PERMITTED));
			else
				refused(test, REFUSAL(NOT_PERMITTED),
					units[u].unit[0] ? units[u].unit : "-");
			end(test);
		}
	}
}

static void an_office_speaks_only_for_the_unit_of_its_key(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test);
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	test->actor.unit = text_of("U1");
	refused(test, REFUSAL(NOT_PERMITTED), "U1");
	report(test);
	test->body.actor = NULL;
	refused(test, REFUSAL(NOT_PERMITTED), "-");
	report(test);
	taken(test);
	end(test);
}

static void a_new_lead_reports_and_the_old_one_no_longer(void **state)
{
	struct deciding *test = begin();

	(void)state;
	assign(test);
	taken(test);
	assert_string_equal(test->out.event.assigned.from_unit, "U1");
	report(test);
	refused(test, REFUSAL(NOT_PERMITTED), "U1");
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	taken(test);
	assert_string_equal(test->out.unit, "U2");
	end(test);
}

/* --- what is asked for ----------------------------------------------------------------------- */

static char *long_text(size_t len)
{
	static char text[5000];

	assert(len < sizeof(text));
	memset(text, 'x', len);
	text[len] = '\0';
	return text;
}

static void no_task(struct deciding *test)
{
	report(test);
	test->cmd.report.task = 0;
}

static void unknown_task(struct deciding *test)
{
	report(test);
	test->cmd.report.task = 4711;
}

static void a_heading(struct deciding *test)
{
	report(test);
	test->cmd.report.task = test->heading;
}

static void over_100(struct deciding *test)
{
	report(test);
	test->cmd.report.percent = 101;
}

static void long_note(struct deciding *test)
{
	report(test);
	test->cmd.report.note = long_text(4001);
}

static void fallen(struct deciding *test)
{
	report(test);
	taken(test);
	report(test);
	test->cmd.report.percent = 39;
	test->cmd.report.note = text_of(" \t\n");
}

static void no_evidence(struct deciding *test)
{
	request_completion(test);
	test->cmd.request_completion.evidence = NULL;
}

static void empty_evidence(struct deciding *test)
{
	request_completion(test);
	test->document.number = text_of("  ");
}

static void long_completion_note(struct deciding *test)
{
	request_completion(test);
	test->cmd.request_completion.note = long_text(4001);
}

static void other_request(struct deciding *test)
{
	bring_to(test, DD_TASK_AWAITING);
	confirm(test);
	test->cmd.decide_completion.request = test->task;
}

static void returned_without_reason(struct deciding *test)
{
	bring_to(test, DD_TASK_AWAITING);
	decide_completion(test);
	test->cmd.decide_completion.reason = text_of("");
}

static void returned_at_length(struct deciding *test)
{
	bring_to(test, DD_TASK_AWAITING);
	decide_completion(test);
	test->cmd.decide_completion.reason = long_text(2001);
}

static void extension_without_term(struct deciding *test)
{
	request_extension(test);
	test->cmd.request_extension.task = test->undated;
}

static void extension_pending(struct deciding *test)
{
	request_extension(test);
	taken(test);
	request_extension(test);
}

static void extension_not_later(struct deciding *test)
{
	request_extension(test);
	test->cmd.request_extension.proposed_due_day = DUE;
}

static void extension_far_away(struct deciding *test)
{
	request_extension(test);
	test->cmd.request_extension.proposed_due_day = TODAY + 31 * 366;
}

static void extension_without_reason(struct deciding *test)
{
	request_extension(test);
	test->cmd.request_extension.reason = text_of("");
}

static void extension_without_basis(struct deciding *test)
{
	request_extension(test);
	test->cmd.request_extension.basis = NULL;
}

static void no_extension_asked(struct deciding *test)
{
	grant_extension(test);
}

static void granted_backwards(struct deciding *test)
{
	request_extension(test);
	taken(test);
	grant_extension(test);
	test->cmd.decide_extension.due_day = DUE - 1;
}

static void not_granted_without_reason(struct deciding *test)
{
	request_extension(test);
	taken(test);
	refuse_extension(test);
	test->cmd.decide_extension.reason = text_of("");
}

static void assigned_to_nobody(struct deciding *test)
{
	assign(test);
	test->cmd.assign.lead_unit = text_of("U9");
}

static void assigned_to_itself(struct deciding *test)
{
	assign(test);
	test->cmd.assign.lead_unit = text_of("U1");
}

static void assigned_without_reason(struct deciding *test)
{
	assign(test);
	test->cmd.assign.reason = text_of("");
}

static void clock_without_reason(struct deciding *test)
{
	confirm_clock(test);
	test->cmd.clock.reason = text_of("");
}

static void no_action(struct deciding *test)
{
	report(test);
	test->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION__NOT_SET;
}

static void what_is_missing_wrong_or_too_much_is_refused_by_its_reason(void **state)
{
	static const struct {
		const char *name;
		command_fn *command;
		Dondoc__V1__RefusalCode code;
		const char *argument;
	} cases[] = {
		{"no task", no_task, REFUSAL(UNKNOWN_TASK), "0"},
		{"unknown task", unknown_task, REFUSAL(UNKNOWN_TASK), "4711"},
		{"heading", a_heading, REFUSAL(UNKNOWN_TASK), NULL},
		{"over 100", over_100, REFUSAL(RANGE), "percent"},
		{"long note", long_note, REFUSAL(TOO_LARGE), "note"},
		{"fallen", fallen, REFUSAL(PROGRESS_FELL), NULL},
		{"no evidence", no_evidence, REFUSAL(MISSING), "evidence"},
		{"empty evidence", empty_evidence, REFUSAL(MISSING), "evidence"},
		{"long completion note", long_completion_note, REFUSAL(TOO_LARGE), "note"},
		{"other request", other_request, REFUSAL(NO_REQUEST), NULL},
		{"returned without reason", returned_without_reason, REFUSAL(MISSING), "reason"},
		{"returned at length", returned_at_length, REFUSAL(TOO_LARGE), "reason"},
		{"extension without term", extension_without_term, REFUSAL(STATE), "no_due_day"},
		{"extension pending", extension_pending, REFUSAL(PENDING), "extension"},
		{"extension not later", extension_not_later, REFUSAL(RANGE), "due_day"},
		{"extension far away", extension_far_away, REFUSAL(RANGE), "due_day"},
		{"extension without reason", extension_without_reason, REFUSAL(MISSING), "reason"},
		{"extension without basis", extension_without_basis, REFUSAL(MISSING), "basis"},
		{"no extension asked", no_extension_asked, REFUSAL(NO_REQUEST), NULL},
		{"granted backwards", granted_backwards, REFUSAL(RANGE), "due_day"},
		{"not granted", not_granted_without_reason, REFUSAL(MISSING), "reason"},
		{"assigned to nobody", assigned_to_nobody, REFUSAL(UNKNOWN_UNIT), "U9"},
		{"assigned to itself", assigned_to_itself, REFUSAL(NOTHING_TO_DO), "U1"},
		{"assigned without reason", assigned_without_reason, REFUSAL(MISSING), "reason"},
		{"clock", clock_without_reason, REFUSAL(MISSING), "reason"},
		{"no action", no_action, REFUSAL(NEWER_CLIENT), NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct deciding *test = begin();

		print_message("%s\n", cases[i].name);
		cases[i].command(test);
		refused(test, cases[i].code, cases[i].argument);
		end(test);
	}
}

static void what_is_in_order_to_the_last_byte_is_taken(void **state)
{
	struct deciding *test = begin();

	(void)state;
	report(test);
	test->cmd.report.note = long_text(4000);
	test->cmd.report.percent = 100;
	taken(test);
	report(test);
	test->cmd.report.percent = 0;
	test->cmd.report.note = text_of("đếm lại");
	taken(test);
	request_extension(test);
	test->document.number = text_of("");
	test->document.title = text_of("Công văn xin gia hạn");
	test->cmd.request_extension.proposed_due_day = DUE + 1;
	taken(test);
	grant_extension(test);
	test->cmd.decide_extension.reason = text_of("");
	taken(test);
	assert_int_equal(test->out.event.extension_decided.due_day, DUE + 1);
	confirm_clock(test);
	taken(test);
	assert_int_equal(test->out.event.clock.last_record_us, test->now_us - 5);
	end(test);
}

static void a_withdrawn_command_needs_no_body(void **state)
{
	struct deciding *test = begin();
	struct task_case c = {.view = test->view, .who = &test->who, .stream = test->stream};

	(void)state;
	as_lead(test);
	task_rules_decide(&c, DD_COMMAND_WITHDRAWN, &test->out);
	assert_int_equal(test->out.type, EVENT(COMMAND_WITHDRAWN));
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_allows_what_its_row_of_the_table_allows),
		cmocka_unit_test(every_unit_may_what_its_part_in_the_task_allows),
		cmocka_unit_test(an_office_speaks_only_for_the_unit_of_its_key),
		cmocka_unit_test(a_new_lead_reports_and_the_old_one_no_longer),
		cmocka_unit_test(what_is_missing_wrong_or_too_much_is_refused_by_its_reason),
		cmocka_unit_test(what_is_in_order_to_the_last_byte_is_taken),
		cmocka_unit_test(a_withdrawn_command_needs_no_body),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
