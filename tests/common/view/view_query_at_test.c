/* view_query_at_test.c - a plan as of a position is what it was when that was the newest one; and
 * what differs between two of them. */
#include "common/base/clock.h"
#include "tests/common/view/asking.h"

#define LIVES 40

static int at(struct asked *asked, const char *plan, uint64_t sequence)
{
	Dondoc__V1__ShowPlanAt what = DONDOC__V1__SHOW_PLAN_AT__INIT;
	Dondoc__V1__PlanMoment moment = DONDOC__V1__PLAN_MOMENT__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_PLAN_AT;
	query.show_plan_at = &what;
	what.plan = lent(plan);
	what.at = &moment;
	what.limit = 1000;
	moment.sequence = sequence;
	return ask(asked, &query);
}

/* Rows alone, one after the other: the answer's frame tells the newest position. */
static void rows_of(struct asked *asked, struct dd_buf *out)
{
	Dondoc__V1__Answer *got = dondoc__v1__answer__unpack(NULL, asked->out.len, asked->out.data);

	dd_buf_clear(out);
	for (size_t i = 0; i < got->plan_at->n_rows; i++) {
		Dondoc__V1__TaskRow *row = got->plan_at->rows[i];
		size_t len;

		row->lead_name[0] = '\0'; /* of today */
		len = dondoc__v1__task_row__get_packed_size(row);

		out->len += dondoc__v1__task_row__pack(row, dd_buf_reserve(out, len));
	}
	let_go(got);
}

static int32_t day_of(struct asked *asked, uint64_t sequence)
{
	Dondoc__V1__EventHeader *header;
	struct dd_record record;
	int32_t day;

	must(record_of(asked, sequence, &record));
	header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	day = dd_day_of(header->record_us);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return day;
}

struct live {
	uint64_t sequence;
	struct dd_buf rows;
};

static void a_plan_as_of_a_position_is_what_it_was_then(void **state)
{
	struct live lives[LIVES];
	size_t count = 0, filled = 0;
	char *dir = test_tmpdir();
	struct dd_buf later = {0};
	struct asked asked = {0};
	struct history h;

	(void)state;
	history_begin(&h, 11);
	history_run(&h, 2500);
	asked.h = &h;
	asked.view = open_view(dir, true);
	must(view_live(asked.view, &why));
	for (size_t i = 0; i < h.frame_count; i++) {
		live_frame(asked.view, &h.frames[i]);
		must(view_flush(asked.view, &why));
		if (i % 5 != 4 || count == LIVES || view_open_group(asked.view) != 0)
			continue;
		asked.today = day_of(&asked, h.frames[i].after.sequence);
		lives[count] = (struct live){.sequence = h.frames[i].after.sequence};
		must(at(&asked, "P1", 0));
		rows_of(&asked, &lives[count].rows);
		filled += lives[count++].rows.len > 0;
	}
	assert_true(count > 10 && filled > 8);
	for (size_t i = 0; i < count; i++) {
		must(at(&asked, "P1", lives[i].sequence));
		rows_of(&asked, &later);
		if (later.len != lives[i].rows.len ||
		    (later.len > 0 && memcmp(later.data, lives[i].rows.data, later.len) != 0))
			fail_msg("at %llu the plan is not what it was",
				 (unsigned long long)lives[i].sequence);
		dd_buf_fini(&lives[i].rows);
	}
	dd_buf_fini(&later);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

/* --- differences ------------------------------------------------------------------------------ */

static uint64_t put(struct history *h, Dondoc__V1__EventType type, uint64_t task, uint64_t previous,
		    const ProtobufCMessage *body)
{
	struct history_event e;

	history_header(h, &e, type);
	history_cause(h, &e);
	e.header.subject = task != 0 ? task : h->next;
	e.header.subject_previous = previous;
	return history_add(h, &e.header, body);
}

struct told {
	struct asked asked;
	struct history h;
	char *dir;
	uint64_t kept, late, gone;
	uint64_t first; /* the position before the changes */
};

static uint64_t add_task(struct told *t, const char *code, uint32_t position,
			 Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;

	dondoc__v1__task_fields__init(fields);
	fields->plan = lent("P1");
	fields->code = lent(code);
	fields->content = lent("Việc");
	fields->lead_unit = lent("U03");
	fields->position = position;
	fields->due_day = HISTORY_DAY0 + 10;
	body.task = fields;
	return put(&t->h, EVENT_TYPE(TASK_ADDED), 0, 0, &body.base);
}

/* The answer's row of a task, of the plan at the position. */
static Dondoc__V1__TaskRow *row_at(struct told *t, uint64_t sequence, uint64_t task,
				   Dondoc__V1__Answer **got_out)
{
	must(at(&t->asked, "P1", sequence));
	*got_out = dondoc__v1__answer__unpack(NULL, t->asked.out.len, t->asked.out.data);
	for (size_t i = 0; i < (*got_out)->plan_at->n_rows; i++)
		if ((*got_out)->plan_at->rows[i]->id == task)
			return (*got_out)->plan_at->rows[i];
	fail_msg("the task is not told");
	return NULL;
}

static void a_fan_out_is_told_as_its_parts_stood(void **state)
{
	Dondoc__V1__ProgressReported report = DONDOC__V1__PROGRESS_REPORTED__INIT;
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields whole, part;
	Dondoc__V1__TaskRow *row;
	Dondoc__V1__Answer *got;
	struct told t = {.dir = test_tmpdir()};
	uint64_t parent, task, reported;

	(void)state;
	history_begin(&t.h, 3);
	history_found(&t.h);
	history_open_frame(&t.h);
	dondoc__v1__task_fields__init(&whole);
	whole.plan = lent("P1");
	whole.code = lent("A");
	whole.content = lent("Việc");
	whole.fan_out = true;
	part = whole;
	part.fan_out = false;
	part.code = lent("A.1");
	part.parent = lent("A");
	part.lead_unit = lent("U03");
	part.due_day = HISTORY_DAY0 - 3;
	added.task = &whole;
	parent = put(&t.h, EVENT_TYPE(TASK_ADDED), 0, 0, &added.base);
	added.task = &part;
	task = put(&t.h, EVENT_TYPE(TASK_ADDED), 0, 0, &added.base);
	report.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	report.percent = 40;
	reported = put(&t.h, EVENT_TYPE(PROGRESS_REPORTED), task, task, &report.base);
	history_close_frame(&t.h);
	t.asked = (struct asked){.h = &t.h, .view = open_view(t.dir, true)};
	replay_rest(t.asked.view, &t.h);
	must(view_live(t.asked.view, &why));
	t.asked.today = HISTORY_DAY0;
	row = row_at(&t, parent, parent, &got); /* it had no part yet */
	assert_int_equal(row->days_late, 0);
	let_go(got);
	row = row_at(&t, task, parent, &got);
	assert_int_equal(row->state, DONDOC__V1__TASK_STATE__TASK_ASSIGNED);
	let_go(got);
	row = row_at(&t, reported, parent, &got);
	assert_int_equal(row->state, DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS);
	assert_int_equal(row->days_late, 3);
	assert_int_equal(row->time_state, DONDOC__V1__TIME_STATE__TIME_OVERDUE);
	let_go(got);
	end_asking(&t.asked, &t.h);
	test_tmpdir_end(t.dir);
}

static void begin_told(struct told *t)
{
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__ProgressReported report = DONDOC__V1__PROGRESS_REPORTED__INIT;
	Dondoc__V1__TaskFields fields;

	memset(t, 0, sizeof(*t));
	t->dir = test_tmpdir();
	history_begin(&t->h, 3);
	history_found(&t->h);
	history_open_frame(&t->h);
	t->kept = add_task(t, "A", 1, &fields);
	t->late = add_task(t, "B", 2, &fields);
	t->gone = add_task(t, "C", 3, &fields);
	t->first = t->h.next - 1;
	fields.code = lent("B");
	fields.position = 2;
	fields.due_day = HISTORY_DAY0 + 15;
	changed.task = &fields;
	t->late = put(&t->h, EVENT_TYPE(TASK_CHANGED), t->late, t->late, &changed.base);
	report.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	report.percent = 40;
	put(&t->h, EVENT_TYPE(PROGRESS_REPORTED), t->kept, t->kept, &report.base);
	fields.code = lent("C");
	fields.position = 3;
	fields.plan = lent("P2");
	put(&t->h, EVENT_TYPE(TASK_CHANGED), t->gone, t->gone, &changed.base);
	add_task(t, "D", 4, &fields);
	history_close_frame(&t->h);
	t->asked.h = &t->h;
	t->asked.today = HISTORY_DAY0;
	t->asked.view = open_view(t->dir, true);
	replay_rest(t->asked.view, &t->h);
	must(view_live(t->asked.view, &why));
}

static Dondoc__V1__Answer *differences(struct told *t, const char *baseline)
{
	Dondoc__V1__DiffPlan what = DONDOC__V1__DIFF_PLAN__INIT;
	Dondoc__V1__PlanMoment from = DONDOC__V1__PLAN_MOMENT__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_DIFF_PLAN;
	query.diff_plan = &what;
	what.plan = lent("P1");
	what.from = &from;
	from.sequence = t->first;
	from.baseline = lent(baseline);
	if (baseline[0] == '\0')
		return answer(&t->asked, &query);
	assert_int_equal(ask(&t->asked, &query), DD_ERR_NOT_FOUND);
	return NULL;
}

static const char *field_of(const Dondoc__V1__DiffRow *row, const char *name, bool before)
{
	for (size_t i = 0; i < row->n_fields; i++) {
		if (strcmp(row->fields[i]->name, name) == 0)
			return before ? row->fields[i]->before : row->fields[i]->after;
	}
	return "(none)";
}

static void what_differs_is_told_with_new_and_lost_tasks(void **state)
{
	Dondoc__V1__Answer *got;
	Dondoc__V1__DiffRow **rows;
	char day[DD_DAY_TEXT];
	struct told t;

	(void)state;
	begin_told(&t);
	got = differences(&t, "");
	assert_int_equal(got->plan_diff->n_rows, 4);
	rows = got->plan_diff->rows;
	assert_string_equal(rows[0]->code, "A");
	assert_string_equal(field_of(rows[0], "percent", true), "0");
	assert_string_equal(field_of(rows[0], "percent", false), "40");
	assert_int_equal(rows[0]->due_variance, 0);
	assert_string_equal(rows[1]->code, "B");
	assert_int_equal(rows[1]->due_variance, 5);
	assert_string_equal(field_of(rows[1], "due_day", false),
			    dd_day_iso(HISTORY_DAY0 + 15, day));
	assert_int_equal(rows[1]->fields[0]->by, t.late);
	assert_string_equal(rows[2]->code, "C");
	assert_int_equal(rows[2]->kind, DONDOC__V1__DIFF_KIND__DIFF_REMOVED);
	assert_string_equal(rows[3]->code, "D");
	assert_int_equal(rows[3]->kind, DONDOC__V1__DIFF_KIND__DIFF_ADDED);
	let_go(got);
	assert_null(differences(&t, "khong-co"));
	end_asking(&t.asked, &t.h);
	test_tmpdir_end(t.dir);
}

static const Dondoc__V1__DiffRow *row_of(const Dondoc__V1__PlanDiff *diff, const char *code)
{
	for (size_t i = 0; i < diff->n_rows; i++) {
		if (strcmp(diff->rows[i]->code, code) == 0)
			return diff->rows[i];
	}
	fail_msg("no row of %s", code);
	return NULL;
}

/* B gets a product, an hour and a label; then all of it changes again, but for the first product.
 */
static void change_within(struct told *t)
{
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__Product first = DONDOC__V1__PRODUCT__INIT, second = DONDOC__V1__PRODUCT__INIT;
	Dondoc__V1__Product *products[] = {&first, &second};
	Dondoc__V1__Timing timing = DONDOC__V1__TIMING__INIT;
	Dondoc__V1__Document source = DONDOC__V1__DOCUMENT__INIT;
	char *labels[] = {lent("gap"), lent("so-hoa")};
	uint64_t task = t->kept + 1;

	fields.plan = lent("P1");
	fields.code = lent("B");
	fields.content = lent("Việc");
	fields.lead_unit = lent("U03");
	fields.position = 2;
	fields.due_day = HISTORY_DAY0 + 15;
	first.text = lent("Báo cáo");
	second.text = lent("Danh mục");
	fields.products = products;
	fields.n_products = 1;
	timing.due_minute = 960;
	fields.timing = &timing;
	fields.labels = labels;
	fields.n_labels = 1;
	source.day = HISTORY_DAY0;
	fields.source = &source;
	changed.task = &fields;
	history_open_frame(&t->h);
	t->late = put(&t->h, EVENT_TYPE(TASK_CHANGED), task, t->late, &changed.base);
	t->first = t->h.next - 1;
	fields.n_products = 2;
	fields.n_labels = 2;
	timing.due_minute = 0;
	fields.source = NULL;
	t->late = put(&t->h, EVENT_TYPE(TASK_CHANGED), task, t->late, &changed.base);
	history_close_frame(&t->h);
	replay_rest(t->asked.view, &t->h);
	must(view_flush(t->asked.view, &why));
}

static void a_difference_within_is_told_by_the_path_to_it(void **state)
{
	const Dondoc__V1__DiffRow *row;
	Dondoc__V1__Answer *got;
	char day[DD_DAY_TEXT];
	struct told t;

	(void)state;
	begin_told(&t);
	change_within(&t);
	got = differences(&t, "");
	row = row_of(got->plan_diff, "B");
	assert_int_equal(row->n_fields, 4);
	assert_string_equal(field_of(row, "products[2].text", true), "");
	assert_string_equal(field_of(row, "products[2].text", false), "Danh mục");
	assert_string_equal(field_of(row, "timing.due_minute", true), "960");
	assert_string_equal(field_of(row, "labels", true), "gap");
	assert_string_equal(field_of(row, "labels", false), "gap, so-hoa");
	assert_string_equal(field_of(row, "source.day", true), dd_day_iso(HISTORY_DAY0, day));
	assert_string_equal(field_of(row, "source.day", false), "");
	let_go(got);
	end_asking(&t.asked, &t.h);
	test_tmpdir_end(t.dir);
}

static void every_task_has_its_variance_where_that_is_asked_for(void **state)
{
	Dondoc__V1__DiffPlan what = DONDOC__V1__DIFF_PLAN__INIT;
	Dondoc__V1__PlanMoment from = DONDOC__V1__PLAN_MOMENT__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	const Dondoc__V1__DiffRow *row;
	Dondoc__V1__Answer *got;
	struct told t;

	(void)state;
	begin_told(&t);
	query.what_case = DONDOC__V1__QUERY__WHAT_DIFF_PLAN;
	query.diff_plan = &what;
	what.plan = lent("P1");
	what.from = &from;
	from.sequence =
		t.first + 1; /* B has its new date already: nothing of it changes any more */
	got = answer(&t.asked, &query);
	assert_int_equal(got->plan_diff->n_rows, 3);
	let_go(got);
	what.every_task = true;
	got = answer(&t.asked, &query);
	assert_int_equal(got->plan_diff->n_rows, 4);
	row = row_of(got->plan_diff, "B");
	assert_int_equal(row->due_variance, 0);
	assert_int_equal(row->due_before, HISTORY_DAY0 + 15);
	assert_int_equal(row->due_after, HISTORY_DAY0 + 15);
	assert_string_equal(row->lead_unit, "U03");
	assert_string_equal(row->content, "Việc");
	row = row_of(got->plan_diff, "A");
	assert_int_equal(row->percent_before, 0);
	assert_int_equal(row->percent_after, 40);
	let_go(got);
	from.sequence = t.first;
	got = answer(&t.asked, &query);
	assert_int_equal(row_of(got->plan_diff, "B")->due_variance, 5);
	let_go(got);
	end_asking(&t.asked, &t.h);
	test_tmpdir_end(t.dir);
}

/* An instant is the last event recorded by then; pages follow on each other. */
static void an_instant_is_a_position_and_pages_follow(void **state)
{
	Dondoc__V1__ShowPlanAt what = DONDOC__V1__SHOW_PLAN_AT__INIT;
	Dondoc__V1__PlanMoment moment = DONDOC__V1__PLAN_MOMENT__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer *first, *second;
	struct told t;

	(void)state;
	begin_told(&t);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_PLAN_AT;
	query.show_plan_at = &what;
	what.plan = lent("P1");
	what.at = &moment;
	moment.us = 1;
	first = answer(&t.asked, &query);
	assert_int_equal(first->plan_at->sequence, 0);
	assert_int_equal(first->plan_at->n_rows, 0);
	let_go(first);
	moment.us = INT64_MAX;
	what.limit = 2;
	first = answer(&t.asked, &query);
	assert_int_equal(first->plan_at->sequence, t.h.next - 1);
	assert_int_equal(first->plan_at->n_rows, 2);
	what.after = first->plan_at->next;
	second = answer(&t.asked, &query);
	assert_int_equal(second->plan_at->n_rows, 1);
	assert_string_equal(second->plan_at->rows[0]->fields->code, "D");
	assert_int_equal(second->plan_at->next.len, 0);
	let_go(first);
	let_go(second);
	end_asking(&t.asked, &t.h);
	test_tmpdir_end(t.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_as_of_a_position_is_what_it_was_then),
		cmocka_unit_test(what_differs_is_told_with_new_and_lost_tasks),
		cmocka_unit_test(a_difference_within_is_told_by_the_path_to_it),
		cmocka_unit_test(a_fan_out_is_told_as_its_parts_stood),
		cmocka_unit_test(every_task_has_its_variance_where_that_is_asked_for),
		cmocka_unit_test(an_instant_is_a_position_and_pages_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
