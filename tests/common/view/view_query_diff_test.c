/* view_query_diff_test.c - a difference is told once, a fan-out's state is that of its parts, and
 * as many rows come as were asked for. */
#include "tests/common/view/asking.h"

struct told {
	struct asked asked;
	struct history h;
	char *dir;
	uint64_t first; /* the position before the changes */
};

static uint64_t put(struct told *t, Dondoc__V1__EventType type, uint64_t task, uint64_t previous,
		    const ProtobufCMessage *body)
{
	struct history_event e;

	history_header(&t->h, &e, type);
	history_cause(&t->h, &e);
	e.header.subject = task != 0 ? task : t->h.next;
	e.header.subject_previous = previous;
	return history_add(&t->h, &e.header, body);
}

static Dondoc__V1__TaskFields fields_of(const char *code, uint32_t position)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;

	fields.plan = lent("P1");
	fields.code = lent(code);
	fields.content = lent("Việc");
	fields.lead_unit = lent("U03");
	fields.position = position;
	fields.due_day = HISTORY_DAY0 + 10;
	return fields;
}

static uint64_t add(struct told *t, Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;

	body.task = fields;
	return put(t, EVENT_TYPE(TASK_ADDED), 0, 0, &body.base);
}

static void begin(struct told *t)
{
	memset(t, 0, sizeof(*t));
	t->dir = test_tmpdir();
	history_begin(&t->h, 3);
	history_found(&t->h);
	history_open_frame(&t->h);
}

static Dondoc__V1__Answer *differences(struct told *t, uint32_t limit)
{
	Dondoc__V1__DiffPlan what = DONDOC__V1__DIFF_PLAN__INIT;
	Dondoc__V1__PlanMoment from = DONDOC__V1__PLAN_MOMENT__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	if (!t->asked.view) {
		history_close_frame(&t->h);
		t->asked.h = &t->h;
		t->asked.today = HISTORY_DAY0;
		t->asked.view = open_view(t->dir, true);
		replay_rest(t->asked.view, &t->h);
		must(view_live(t->asked.view, &why));
	}
	query.what_case = DONDOC__V1__QUERY__WHAT_DIFF_PLAN;
	query.diff_plan = &what;
	what.plan = lent("P1");
	what.from = &from;
	what.limit = limit;
	from.sequence = t->first;
	return answer(&t->asked, &query);
}

static void end(struct told *t)
{
	end_asking(&t->asked, &t->h);
	test_tmpdir_end(t->dir);
}

static void a_corrected_date_and_lead_are_told_once(void **state)
{
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields = fields_of("A", 1);
	const Dondoc__V1__DiffRow *row;
	Dondoc__V1__Answer *got;
	unsigned dates = 0, leads = 0;
	struct told t;
	uint64_t task;

	(void)state;
	begin(&t);
	task = add(&t, &fields);
	t.first = task;
	fields.due_day += 5;
	fields.start_day = HISTORY_DAY0;
	fields.lead_unit = lent("U04");
	changed.task = &fields;
	put(&t, EVENT_TYPE(TASK_CHANGED), task, task, &changed.base);
	got = differences(&t, 0);
	assert_int_equal(got->plan_diff->n_rows, 1);
	row = got->plan_diff->rows[0];
	for (size_t i = 0; i < row->n_fields; i++) {
		dates += strcmp(row->fields[i]->name, "due_day") == 0;
		leads += strcmp(row->fields[i]->name, "lead_unit") == 0;
	}
	assert_int_equal(dates, 1);
	assert_int_equal(leads, 1);
	assert_int_equal(row->due_variance, 5);
	let_go(got);
	end(&t);
}

static void a_fan_out_differs_as_its_parts_do(void **state)
{
	Dondoc__V1__ProgressReported report = DONDOC__V1__PROGRESS_REPORTED__INIT;
	Dondoc__V1__TaskFields whole = fields_of("A", 1), part = fields_of("A.1", 2);
	const Dondoc__V1__DiffRow *row;
	Dondoc__V1__Answer *got;
	struct told t;
	uint64_t parent, task;

	(void)state;
	begin(&t);
	whole.fan_out = true;
	whole.lead_unit = lent("");
	parent = add(&t, &whole);
	part.parent = lent("A");
	task = add(&t, &part);
	t.first = task;
	report.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	report.percent = 40;
	put(&t, EVENT_TYPE(PROGRESS_REPORTED), task, task, &report.base);
	got = differences(&t, 0);
	assert_int_equal(got->plan_diff->n_rows, 2); /* nothing was said about the whole itself */
	row = got->plan_diff->rows[0];
	assert_int_equal(row->task, parent);
	assert_int_equal(row->state_before, DONDOC__V1__TASK_STATE__TASK_ASSIGNED);
	assert_int_equal(row->state_after, DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS);
	assert_int_equal(row->n_fields, 1);
	assert_string_equal(row->fields[0]->name, "state");
	let_go(got);
	end(&t);
}

static void a_page_has_as_many_rows_as_were_asked_for(void **state)
{
	Dondoc__V1__Answer *got;
	struct told t;
	char code[16];

	(void)state;
	begin(&t);
	t.first = t.h.next - 1;
	for (uint32_t i = 1; i <= 320; i++) {
		Dondoc__V1__TaskFields fields = fields_of(code, i);

		(void)snprintf(code, sizeof(code), "A%u", i);
		add(&t, &fields);
	}
	for (uint32_t limit = 1000; limit <= 2000; limit += 1000) {
		got = differences(&t, limit);
		assert_int_equal(got->plan_diff->n_rows, 320);
		let_go(got);
	}
	got = differences(&t, 0);
	assert_int_equal(got->plan_diff->n_rows, 200);
	let_go(got);
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_corrected_date_and_lead_are_told_once),
		cmocka_unit_test(a_fan_out_differs_as_its_parts_do),
		cmocka_unit_test(a_page_has_as_many_rows_as_were_asked_for),
	};

	return cmocka_run_group_tests_name("common.view.view_query_diff", tests, NULL, NULL);
}
