/* task_fix_count_test.c - a decision that was wrong leaves the figures of the days for which no
 * report was issued, and stays in those for which one was. */
#include "common/view/view_query.h"
#include "tests/services/task/task_rules_fix_fixture.h"

struct figures {
	uint32_t total, done, open, paused;
};

/* As it was recorded by the end of the day. */
static struct figures counted(struct deciding *test, int32_t day)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	struct view_query_context context = {.view = test->view, .today = dd_day_of(test->now_us)};
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;
	struct figures figures;

	count.plan = text_of("P");
	count.as_of_day = day;
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	if (view_query(&context, &query, &out, &test->err) != DD_OK)
		fail_msg("%s", test->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	figures = (struct figures){
		.total = answer->counts->all->total,
		.done = answer->counts->all->completed_on_time +
			answer->counts->all->completed_late,
		.open = answer->counts->all->open_in_term,
		.paused = answer->counts->all->paused,
	};
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&out);
	return figures;
}

static void report_issued(struct deciding *test, const char *plan, int32_t day)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__IssueReport report = DONDOC__V1__ISSUE_REPORT__INIT;
	Dondoc__V1__ReportIssued body = DONDOC__V1__REPORT_ISSUED__INIT;

	report.plan = text_of(plan);
	report.as_of_day = day;
	report.sequence = test->sequence;
	body.report = &report;
	header.type = EVENT(REPORT_ISSUED);
	happen(test, &header, &body.base);
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
}

static void a_confirmation_taken_back_was_none_unless_the_day_is_locked(void **state)
{
	static const struct {
		const char *plan; /* of the report; NULL = none was issued */
		uint32_t done;
	} rows[] = {{NULL, 0}, {"P", 1}, {"", 1}, {"Q", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct deciding *test = begin();
		uint64_t decision;

		submits(test, test->task);
		decision = decides(test, test->task, true);
		test->now_us += DD_DAY_US;
		if (rows[i].plan != NULL)
			report_issued(test, rows[i].plan, TODAY);
		test->now_us += DD_DAY_US;
		takes_back(test, test->task, decision, "xác nhận nhầm");
		test->now_us += DD_DAY_US;
		assert_int_equal(counted(test, TODAY).done, rows[i].done);
		assert_int_equal(counted(test, TODAY).open, 1 - rows[i].done);
		assert_int_equal(counted(test, TODAY).total, 2);
		assert_int_equal(counted(test, TODAY + 1).done, 0); /* another day, not locked */
		assert_int_equal(counted(test, TODAY + 2).done, 0);
		assert_int_equal(counted(test, TODAY + 2).open, 1);
		end(test);
	}
}

static void a_submission_withdrawn_was_none(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawEntry cmd = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	struct figures late;

	(void)state;
	test->now_us += 99 * DD_DAY_US;
	cmd.entry = submits(test, test->task); /* in time */
	test->now_us += 3 * DD_DAY_US;
	as_lead(test);
	cmd.task = test->task;
	ask_with(test, COMMAND(WITHDRAW_ENTRY), &cmd.base);
	done(test);
	test->now_us += DD_DAY_US;
	late = counted(test, DUE + 1); /* it was overdue then, and not awaiting */
	assert_int_equal(late.open, 0);
	assert_int_equal(late.total, 2);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_confirmation_taken_back_was_none_unless_the_day_is_locked),
		cmocka_unit_test(a_submission_withdrawn_was_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
