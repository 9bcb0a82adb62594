/* sheet_test.c - what lists find and in which order, and that a sheet kept up with the steps shows
 * what one built anew would. */
#include "tests/common/view/asking.h"

#define DAY HISTORY_DAY0

/* --- a plan made by hand ------------------------------------------------------------------------
 */

static void add_unit(struct history *h, const char *code, const char *name, const char *parent,
		     const char *kind)
{
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(UNIT_SET));
	history_cause(h, &e);
	unit.code = lent(code);
	unit.name = lent(name);
	unit.parent = lent(parent);
	unit.kind = lent(kind);
	body.unit = &unit;
	history_add(h, &e.header, &body.base);
}

static void add_plan(struct history *h, const char *code)
{
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(PLAN_SET));
	history_cause(h, &e);
	plan.code = lent(code);
	plan.title = lent(code);
	body.plan = &plan;
	history_add(h, &e.header, &body.base);
}

static uint64_t add_task(struct history *h, Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(TASK_ADDED));
	history_cause(h, &e);
	body.task = fields;
	e.header.subject = h->next;
	return history_add(h, &e.header, &body.base);
}

static uint64_t report(struct history *h, uint64_t task, uint64_t previous, uint32_t percent)
{
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(PROGRESS_REPORTED));
	history_cause(h, &e);
	body.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	body.percent = percent;
	e.header.subject = task;
	e.header.subject_previous = previous;
	return history_add(h, &e.header, &body.base);
}

static uint64_t change(struct history *h, uint64_t task, uint64_t previous,
		       Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskChanged body = DONDOC__V1__TASK_CHANGED__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(TASK_CHANGED));
	history_cause(h, &e);
	body.task = fields;
	e.header.subject = task;
	e.header.subject_previous = previous;
	return history_add(h, &e.header, &body.base);
}

/* In the order of the annex: I (heading), A, B, B1, B2, C, D. */
struct small {
	struct asked asked;
	struct history h;
	char *dir;
	uint64_t a, b, b1, b2, c, d;
	Dondoc__V1__TaskFields b2_fields;
};

static Dondoc__V1__TaskFields fields_of(const char *code, uint32_t position, const char *content,
					const char *lead)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;

	fields.plan = lent("P");
	fields.code = lent(code);
	fields.content = lent(content);
	fields.lead_unit = lent(lead);
	fields.position = position;
	return fields;
}

static void add_special(struct small *s)
{
	char *labels[] = {lent("nong"), lent("moi")};
	char *coordinating[] = {lent("XA1"), lent("SO1")};
	Dondoc__V1__Timing timing = DONDOC__V1__TIMING__INIT;
	Dondoc__V1__AfterEvent after = DONDOC__V1__AFTER_EVENT__INIT;
	Dondoc__V1__TaskFields c = fields_of("C", 6, "Ấp Bắc", "XA1");
	Dondoc__V1__TaskFields d = fields_of("D", 7, "An Bình", "XA2");

	c.labels = labels;
	c.n_labels = 2;
	c.coordinating_units = coordinating + 1;
	c.n_coordinating_units = 1;
	c.division = lent("SO1-P2");
	c.area = 3;
	c.area_second = 5;
	s->c = add_task(&s->h, &c);
	d.labels = labels + 1;
	d.n_labels = 1;
	d.coordinating_units = coordinating;
	d.n_coordinating_units = 1;
	d.timing = &timing;
	d.due_day = DAY + 30;
	timing.doubts = 1;
	timing.after = &after;
	after.code = lent("luat-moi");
	s->d = add_task(&s->h, &d);
}

static void add_usual(struct small *s)
{
	Dondoc__V1__TaskFields heading = fields_of("I", 1, "Phần một", "");
	Dondoc__V1__TaskFields a = fields_of("A", 2, "Đường số 10", "SO1");
	Dondoc__V1__TaskFields b = fields_of("B", 3, "Đường số 2", "XA1");
	Dondoc__V1__TaskFields b1 = fields_of("B.1", 4, "Việc một", "XA1");
	Dondoc__V1__TaskFields b2 = fields_of("B.2", 5, "Việc hai", "SO1");

	heading.group = true;
	add_task(&s->h, &heading);
	a.due_day = DAY - 5;
	a.priority = true;
	s->a = add_task(&s->h, &a);
	b.due_day = DAY + 10;
	s->b = add_task(&s->h, &b);
	b1.parent = lent("B");
	b1.has_weight_case = DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT;
	b1.weight = 3;
	s->b1 = add_task(&s->h, &b1);
	b2.parent = lent("B");
	b2.due_day = DAY - 1;
	s->b2 = add_task(&s->h, &b2);
	s->b2_fields = b2;
}

static void begin_small(struct small *s)
{
	memset(s, 0, sizeof(*s));
	s->dir = test_tmpdir();
	history_begin(&s->h, 1);
	history_found(&s->h);
	history_open_frame(&s->h);
	add_plan(&s->h, "P");
	add_unit(&s->h, "SO1", "Sở Xây dựng", "", "so");
	add_unit(&s->h, "XA1", "Xã Đức Thọ", "SO1", "xa");
	add_unit(&s->h, "XA2", "Xã Ân Thi", "", "xa");
	add_usual(s);
	add_special(s);
	report(&s->h, s->b1, s->b1, 80);
	history_close_frame(&s->h);
	s->asked.h = &s->h;
	s->asked.view = open_view(s->dir, true);
	s->asked.today = DAY;
	replay_rest(s->asked.view, &s->h);
	must(view_live(s->asked.view, &why));
}

static void end_small(struct small *s)
{
	end_asking(&s->asked, &s->h);
	test_tmpdir_end(s->dir);
}

static void go_on(struct small *s)
{
	history_close_frame(&s->h);
	replay_rest(s->asked.view, &s->h);
	must(view_flush(s->asked.view, &why));
}

/* The codes that the question finds, "A B C". */
static void expect(struct small *s, Dondoc__V1__ListTasks *what, const char *codes)
{
	Dondoc__V1__Answer *got;
	char found[200] = "";

	what->plan = lent("P");
	got = list(&s->asked, what);
	for (size_t i = 0; i < got->tasks->n_rows; i++) {
		strcat(found, i > 0 ? " " : "");
		strcat(found, got->tasks->rows[i]->fields->code);
	}
	assert_string_equal(found, codes);
	let_go(got);
}

#define ASK(codes, ...)                                                                            \
	do {                                                                                       \
		Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;                         \
		__VA_ARGS__;                                                                       \
		expect(&s, &what, codes);                                                          \
	} while (0)

#define FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name
#define SORT(name) DONDOC__V1__TASK_SORT__TASK_SORT_##name

static void each_filter_finds_what_it_says(void **state)
{
	char *hot[] = {lent("nong")};
	char *both[] = {lent("nong"), lent("moi")};
	char *unknown[] = {lent("khong-co")};
	struct small s;

	(void)state;
	begin_small(&s);
	ASK("A B B.1 B.2 C D", (void)0);
	ASK("I A B B.1 B.2 C D", what.with_groups = true);
	ASK("A B.2", what.unit = lent("SO1"));
	ASK("A B B.1 B.2 C", (what.unit = lent("SO1"), what.with_subunits = true));
	ASK("B B.1 C D", what.unit_kind = lent("xa"));
	ASK("", what.unit = lent("KHONG"));
	ASK("D", what.coordinating_unit = lent("XA1"));
	ASK("C", what.coordinating_unit = lent("SO1"));
	ASK("C", what.division = lent("SO1-P2"));
	ASK("C", (what.labels = hot, what.n_labels = 1));
	ASK("C D", (what.labels = both, what.n_labels = 2));
	ASK("", (what.labels = unknown, what.n_labels = 1));
	ASK("A", what.flags_all = FLAG(PRIORITY));
	ASK("D", what.flags_all = FLAG(TIME_DOUBT));
	ASK("B B.1 B.2 C", what.flags_none = FLAG(PRIORITY) | FLAG(TIME_DOUBT));
	ASK("B.1 B.2", what.parent = s.b);
	ASK("B D", what.due_from_day = DAY);
	ASK("A B.2", what.due_to_day = DAY);
	ASK("B.2 B",
	    (what.due_from_day = DAY - 1, what.due_to_day = DAY + 10, what.sort = SORT(DUE)));
	ASK("D", what.occurrence = lent("luat-moi"));
	ASK("C", (what.has_area_case = DONDOC__V1__LIST_TASKS__HAS_AREA_AREA, what.area = 5));
	ASK("A B.2", what.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE);
	ASK("A B B.2 C D", what.not_updated_since_us = 1);
	ASK("A B B.2 C D", (what.has_receipt_case = DONDOC__V1__LIST_TASKS__HAS_RECEIPT_RECEIPT,
			    what.assigned_before_day = INT32_MAX));
	ASK("", (what.has_receipt_case = DONDOC__V1__LIST_TASKS__HAS_RECEIPT_RECEIPT,
		 what.assigned_before_day = 1));
	end_small(&s);
}

static void orders_are_vietnamese_and_ties_stand_as_in_the_annex(void **state)
{
	struct small s;

	(void)state;
	begin_small(&s);
	ASK("D C B A B.2 B.1", what.sort = SORT(CONTENT));
	ASK("B.1 B.2 A B C D", (what.sort = SORT(CONTENT), what.descending = true));
	ASK("A B.2 D B B.1 C", what.sort = SORT(LEAD));
	ASK("A B.2 B D B.1 C", what.sort = SORT(DUE));
	ASK("D C B.2 B.1 B A", what.descending = true);
	ASK("A B.2 B.1 C B D",
	    (what.sort = SORT(DAYS_LATE), what.descending = true, what.limit = 10));
	ASK("B.1 A B B.2 C D", (what.sort = SORT(UPDATED), what.descending = true));
	ASK("A B B.2 C D B.1", what.sort = SORT(STATE));
	ASK("B.2 B", (what.sort = SORT(DUE), what.offset = 1, what.limit = 2));
	end_small(&s);
}

static void a_count_comes_without_rows(void **state)
{
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *got;
	struct small s;

	(void)state;
	begin_small(&s);
	what.count_only = true;
	what.unit = lent("SO1");
	got = list(&s.asked, &what);
	assert_int_equal(got->tasks->total, 2);
	assert_int_equal(got->tasks->n_rows, 0);
	let_go(got);
	end_small(&s);
}

static uint32_t total_of(struct small *s, Dondoc__V1__CountTasks *what)
{
	Dondoc__V1__Answer *got = count(&s->asked, what);
	uint32_t total = got->counts->all->total;

	let_go(got);
	return total;
}

static void counts_follow_the_tree_of_units_and_the_mark(void **state)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	struct small s;

	(void)state;
	begin_small(&s);
	assert_int_equal(total_of(&s, &what), 6);
	what.unit = lent("SO1");
	assert_int_equal(total_of(&s, &what), 2);
	what.with_subunits = true;
	assert_int_equal(total_of(&s, &what), 5);
	what.priority_only = true;
	assert_int_equal(total_of(&s, &what), 1);
	end_small(&s);
}

static Dondoc__V1__Answer *show(struct small *s, uint64_t task)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask what = DONDOC__V1__SHOW_TASK__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &what;
	what.task = task;
	return answer(&s->asked, &query);
}

static void use_weights(struct history *h, const char *plan)
{
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows = &row;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__SettingsSet body = DONDOC__V1__SETTINGS_SET__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(SETTINGS_SET));
	history_cause(h, &e);
	row.name = lent("progress.weights");
	row.value = lent("on");
	row.plan = lent(plan);
	said.settings = &rows;
	said.n_settings = 1;
	body.said = &said;
	history_add(h, &e.header, &body.base);
}

static void a_parent_shows_its_sub_tasks_and_their_progress(void **state)
{
	Dondoc__V1__Answer *got;
	struct small s;

	(void)state;
	begin_small(&s);
	got = show(&s, s.b);
	assert_int_equal(got->task->task->percent, 0);
	assert_int_equal(got->task->task->rolled_percent, 40); /* weights are not used as shipped */
	assert_int_equal(got->task->task->children, 2);
	assert_int_equal(got->task->n_children, 2);
	assert_string_equal(got->task->children[0]->fields->code, "B.1");
	assert_int_equal(got->task->children[0]->rolled_percent, 80);
	let_go(got);
	history_open_frame(&s.h);
	use_weights(&s.h, "P");
	go_on(&s);
	got = show(&s, s.b);
	assert_int_equal(got->task->task->rolled_percent, 60); /* 80 x 3 + 0 x 1 over 4 */
	let_go(got);
	/* moved under another parent */
	history_open_frame(&s.h);
	s.b2_fields.parent = lent("A");
	change(&s.h, s.b2, s.b2, &s.b2_fields);
	go_on(&s);
	got = show(&s, s.b);
	assert_int_equal(got->task->n_children, 1);
	assert_int_equal(got->task->task->rolled_percent, 80);
	let_go(got);
	ASK("B.2", what.parent = s.a);
	end_small(&s);
}

/* --- kept up and built anew ------------------------------------------------------------------- */

static void ask_every_way(struct asked *asked, struct dd_buf *out)
{
	dd_buf_clear(out);
	for (int sort = 0; sort <= 6; sort++) {
		for (int way = 0; way < 6; way++) {
			Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
			Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

			what.sort = (Dondoc__V1__TaskSort)sort;
			what.limit = 1000;
			what.descending = way == 1;
			what.with_groups = way == 2;
			what.time_state = way == 3 ? DONDOC__V1__TIME_STATE__TIME_OVERDUE : 0;
			what.unit = lent(way == 4 ? "U03" : "");
			what.plan = lent(way == 5 ? "P1" : "");
			what.text = lent(sort == 3 ? "thu tuc" : "");
			query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
			query.list_tasks = &what;
			if (ask(asked, &query) != DD_OK)
				fail_msg("%s", asked->err.text);
			dd_buf_add(out, asked->out.data, asked->out.len);
		}
	}
}

static void a_sheet_kept_up_with_the_steps_shows_what_one_built_anew_does(void **state)
{
	struct dd_buf kept = {0}, anew = {0};
	char *dir = test_tmpdir();
	struct asked asked;
	struct history h;
	size_t replayed;

	(void)state;
	memset(&asked, 0, sizeof(asked));
	history_begin(&h, 5);
	history_run(&h, 300);
	asked.h = &h;
	asked.today = DAY;
	asked.view = open_view(dir, true);
	replay_rest(asked.view, &h);
	must(view_live(asked.view, &why));
	ask_every_way(&asked, &kept);
	for (int round = 0; round < 12; round++) {
		replayed = h.frame_count;
		history_run(&h, h.next + 250);
		for (size_t i = replayed; i < h.frame_count; i++) {
			live_frame(asked.view, &h.frames[i]);
			must(view_flush(asked.view, &why));
		}
		ask_every_way(&asked, &kept);
		view_close(asked.view);
		asked.view = open_view(dir, true);
		must(view_live(asked.view, &why));
		ask_every_way(&asked, &anew);
		assert_same(&kept, &anew);
	}
	dd_buf_fini(&kept);
	dd_buf_fini(&anew);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_filter_finds_what_it_says),
		cmocka_unit_test(orders_are_vietnamese_and_ties_stand_as_in_the_annex),
		cmocka_unit_test(a_count_comes_without_rows),
		cmocka_unit_test(counts_follow_the_tree_of_units_and_the_mark),
		cmocka_unit_test(a_parent_shows_its_sub_tasks_and_their_progress),
		cmocka_unit_test(a_sheet_kept_up_with_the_steps_shows_what_one_built_anew_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
