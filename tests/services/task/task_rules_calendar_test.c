/* task_rules_calendar_test.c - dates and lists that count working days, by the calendar of the
 * task's lead. */
#include "common/view/view_query.h"
#include "tests/services/task/task_rules_plan_fixture.h"

static void say_day(struct deciding *test, const char *unit, int32_t day, Dondoc__V1__DayKind kind)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__CalendarDaySet body = DONDOC__V1__CALENDAR_DAY_SET__INIT;

	body.unit = text_of(unit);
	body.day = day;
	body.kind = kind;
	header.type = EVENT(CALENDAR_DAY_SET);
	happen(test, &header, &body.base);
}

/* Due 3 working days after event NQ. */
static uint64_t wait_for(struct deciding *test, const char *code, const char *lead)
{
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__Timing timing = DONDOC__V1__TIMING__INIT;
	Dondoc__V1__AfterEvent after = DONDOC__V1__AFTER_EVENT__INIT;
	uint64_t id;

	after.count = 3;
	after.span = DONDOC__V1__SPAN_UNIT__SPAN_WORKING_DAYS;
	after.code = text_of("NQ");
	timing.after = &after;
	fields.plan = text_of("P");
	fields.code = text_of(code);
	fields.content = text_of("Sau khi có nghị quyết");
	fields.lead_unit = text_of(lead);
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_EVENT;
	fields.timing = &timing;
	add.task = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(ADD_TASK), &add.base);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, "P", code, &id), DD_OK);
	return id;
}

static void record(struct deciding *test, int32_t day)
{
	Dondoc__V1__RecordOccurrence cmd = DONDOC__V1__RECORD_OCCURRENCE__INIT;

	cmd.code = text_of("NQ");
	cmd.plan = text_of("P");
	cmd.day = day;
	as_assigner(test);
	ask_with(test, COMMAND(RECORD_OCCURRENCE), &cmd.base);
	done(test);
}

/* TODAY is a Monday. */
static void due_three_working_days_after_skips_a_national_holiday_and_a_regional_one(void **state)
{
	struct deciding *test = begin();
	uint64_t regional, other;

	(void)state;
	say_day(test, "", TODAY + 1, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	say_day(test, "U1", TODAY + 2, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	regional = wait_for(test, "E1", "U1");
	other = wait_for(test, "E2", "U3");
	record(test, TODAY);
	assert_int_equal(task_at(test, other).due_day, TODAY + 4);    /* Friday */
	assert_int_equal(task_at(test, regional).due_day, TODAY + 7); /* the next Monday */
	end(test);
}

static void a_unit_that_works_on_the_holiday_of_all_counts_it(void **state)
{
	struct deciding *test = begin();
	uint64_t id;

	(void)state;
	say_day(test, "", TODAY + 1, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	say_day(test, "U1", TODAY + 1, DONDOC__V1__DAY_KIND__DAY_ORDINARY);
	id = wait_for(test, "E1", "U1");
	record(test, TODAY);
	assert_int_equal(task_at(test, id).due_day, TODAY + 3);
	end(test);
}

static void a_date_that_was_given_stays_when_the_calendar_changes(void **state)
{
	struct deciding *test = begin();
	uint64_t id = wait_for(test, "E1", "U1");

	(void)state;
	record(test, TODAY);
	say_day(test, "U1", TODAY + 1, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	record(test, TODAY);
	assert_int_equal(task_at(test, id).due_day, TODAY + 3);
	end(test);
}

/* --- not received ---------------------------------------------------------------------------- */

static uint32_t not_received(struct deciding *test, int32_t as_of)
{
	struct view_query_context context = {.view = test->view, .today = as_of};
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;
	uint32_t total;

	list.plan = text_of("P");
	list.not_received = true;
	list.not_received_days = 2;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
	assert_int_equal(view_query(&context, &query, &out, &test->err), DD_OK);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	total = answer->tasks->total;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&out);
	return total;
}

static void not_received_counts_the_working_days_of_the_lead(void **state)
{
	struct deciding *test = begin();
	uint32_t all;

	(void)state;
	(void)wait_for(test, "E3", "U3");
	all = not_received(test, TODAY + 3); /* those of U1, and the one of U3 */
	assert_true(all > 1);
	say_day(test, "U1", TODAY + 2, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	assert_int_equal(not_received(test, TODAY + 3), 1);
	assert_int_equal(not_received(test, TODAY + 4), all);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			due_three_working_days_after_skips_a_national_holiday_and_a_regional_one),
		cmocka_unit_test(a_unit_that_works_on_the_holiday_of_all_counts_it),
		cmocka_unit_test(a_date_that_was_given_stays_when_the_calendar_changes),
		cmocka_unit_test(not_received_counts_the_working_days_of_the_lead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
