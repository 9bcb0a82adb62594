/* task_rules_notice_fields_test.c - each field of a planned digest and of an issued report. */
#include "tests/services/task/task_rules_notice_fixture.h"

static void no_unit(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.unit = text_of("U9");
}

static void no_day(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.day = 0;
}

static void no_intents(struct deciding *test)
{
	plan(test, 0);
}

static void too_many_intents(struct deciding *test)
{
	plan(test, DD_DIGEST_INTENTS_MAX + 1);
}

static void unsorted(struct deciding *test)
{
	plan(test, 2);
	intents[1].step = -8;
}

static void twice_in_one(struct deciding *test)
{
	plan(test, 2);
	intents[1].step = intents[0].step;
}

static void about_no_task(struct deciding *test)
{
	plan_one(test);
	intents[0].task = 4711;
}

static void about_a_heading(struct deciding *test)
{
	plan_one(test);
	intents[0].task = test->heading;
}

static void no_rule(struct deciding *test)
{
	plan_one(test);
	intents[0].rule = text_of("");
}

static void from_the_future(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.as_of_sequence = test->sequence + 1;
}

static void no_subject(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.subject = text_of("");
}

static void no_text(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.text = text_of("");
}

static void long_subject(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.subject = long_text(501);
}

static void long_body(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.text = long_text(20001);
}

static void long_html(struct deciding *test)
{
	plan_one(test);
	test->cmd.plan.html = long_text(38001);
}

static void long_rule(struct deciding *test)
{
	plan_one(test);
	intents[0].rule = long_text(33);
}

/* --- reports --------------------------------------------------------------------------------- */

static void no_cut_off(struct deciding *test)
{
	issue(test);
	test->cmd.issue.as_of_day = 0;
}

static void ahead_of_the_log(struct deciding *test)
{
	issue(test);
	test->cmd.issue.sequence = test->sequence + 1;
}

static void short_data_hash(struct deciding *test)
{
	issue(test);
	test->cmd.issue.data_hash.len = 31;
}

static void long_file_hash(struct deciding *test)
{
	issue(test);
	file.hash.len = 33;
}

static void no_format(struct deciding *test)
{
	issue(test);
	file.format = text_of("");
}

static void no_files(struct deciding *test)
{
	issue(test);
	test->cmd.issue.n_files = 0;
}

static void many_files(struct deciding *test)
{
	issue(test);
	test->cmd.issue.n_files = 17;
}

static void unknown_plan(struct deciding *test)
{
	issue(test);
	test->cmd.issue.plan = text_of("Q");
}

static void long_schedule(struct deciding *test)
{
	issue(test);
	test->cmd.issue.schedule = long_text(65);
}

static void long_build(struct deciding *test)
{
	issue(test);
	test->cmd.issue.build = long_text(201);
}

static void issued_already(struct deciding *test)
{
	issue(test);
	taken(test);
	issue(test);
	hash[0] ^= 1; /* other bytes do not make it another report */
}

static void what_is_missing_wrong_or_too_much_is_refused_by_its_reason(void **state)
{
	static const struct {
		const char *name;
		void (*command)(struct deciding *test);
		Dondoc__V1__RefusalCode code;
		const char *argument;
	} cases[] = {
		{"no unit", no_unit, REFUSAL(UNKNOWN_UNIT), "U9"},
		{"no day", no_day, REFUSAL(MISSING), "day"},
		{"no intents", no_intents, REFUSAL(MISSING), "intents"},
		{"too many intents", too_many_intents, REFUSAL(TOO_LARGE), "intents"},
		{"unsorted", unsorted, REFUSAL(RANGE), "intents"},
		{"twice in one", twice_in_one, REFUSAL(RANGE), "intents"},
		{"about no task", about_no_task, REFUSAL(UNKNOWN_TASK), "4711"},
		{"about a heading", about_a_heading, REFUSAL(UNKNOWN_TASK), NULL},
		{"no rule", no_rule, REFUSAL(MISSING), "rule"},
		{"long rule", long_rule, REFUSAL(TOO_LARGE), "rule"},
		{"from the future", from_the_future, REFUSAL(RANGE), "as_of_sequence"},
		{"no subject", no_subject, REFUSAL(MISSING), "subject"},
		{"no text", no_text, REFUSAL(MISSING), "text"},
		{"long subject", long_subject, REFUSAL(TOO_LARGE), "subject"},
		{"long text", long_body, REFUSAL(TOO_LARGE), "text"},
		{"long html", long_html, REFUSAL(TOO_LARGE), "html"},
		{"no cut-off", no_cut_off, REFUSAL(MISSING), "as_of_day"},
		{"ahead of the log", ahead_of_the_log, REFUSAL(RANGE), "sequence"},
		{"short data hash", short_data_hash, REFUSAL(RANGE), "data_hash"},
		{"long file hash", long_file_hash, REFUSAL(RANGE), "hash"},
		{"no format", no_format, REFUSAL(MISSING), "format"},
		{"no files", no_files, REFUSAL(MISSING), "files"},
		{"many files", many_files, REFUSAL(TOO_LARGE), "files"},
		{"unknown plan", unknown_plan, REFUSAL(RANGE), "plan"},
		{"long schedule", long_schedule, REFUSAL(TOO_LARGE), "schedule"},
		{"long build", long_build, REFUSAL(TOO_LARGE), "build"},
		{"issued already", issued_already, REFUSAL(PENDING), "report"},
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
	plan(test, DD_DIGEST_INTENTS_MAX);
	test->cmd.plan.html = long_text(38000);
	test->cmd.plan.as_of_sequence = test->sequence;
	taken(test);
	issue(test);
	test->cmd.issue.schedule = text_of(""); /* a person may ask again and again */
	test->cmd.issue.plan = text_of("");
	taken(test);
	taken(test);
	issue(test);
	taken(test);
	issue(test);
	test->cmd.issue.as_of_day = TODAY;
	taken(test);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_wrong_or_too_much_is_refused_by_its_reason),
		cmocka_unit_test(what_is_in_order_to_the_last_byte_is_taken),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
