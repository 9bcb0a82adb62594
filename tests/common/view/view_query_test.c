/* view_query_test.c - lists, searches and histories of one task. */
#include "tests/common/view/asking.h"

/* --- a small plan, made by hand ------------------------------------------------------------ */

static uint64_t add_task(struct history *h, const char *plan, const char *code, const char *content,
			 int32_t due)
{
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(TASK_ADDED));
	history_cause(h, &e);
	fields.plan = lent(plan);
	fields.code = lent(code);
	fields.content = lent(content);
	fields.lead_unit = lent("U03");
	fields.area = 2;
	fields.due_day = due;
	fields.group = strcmp(code, "I") == 0;
	fields.position = (uint32_t)h->next;
	body.task = &fields;
	e.header.subject = h->next;
	return history_add(h, &e.header, &body.base);
}

static void begin_small(struct asked *asked, struct history *h, const char *dir)
{
	memset(asked, 0, sizeof(*asked));
	history_begin(h, 1);
	history_found(h);
	history_open_frame(h);
	add_task(h, "P0", "I", "Cải cách thể chế", 0);
	add_task(h, "P0", "1.1", "Đôn đốc các sở rà soát thủ tục", HISTORY_DAY0 + 10);
	add_task(h, "P0", "1.2", "Công khai kết quả", HISTORY_DAY0 + 20);
	add_task(h, "P1", "1.1", "Chuyển đổi số", 0);
	history_close_frame(h);
	asked->h = h;
	asked->view = open_view(dir, true);
	asked->today = HISTORY_DAY0;
	replay_rest(asked->view, h);
	must(view_live(asked->view, &why));
}

static void text_is_found_without_regard_to_case_and_diacritics(void **state)
{
	static const struct {
		const char *text;
		unsigned found;
	} cases[] = {
		{"don doc", 1},       {"ĐÔN ĐỐC", 1},   {"đôn  đốc các SỞ", 1},
		{"doc cac so", 1},    {"cong khai", 1}, {"1.1", 2},
		{"chuyển đổi số", 1}, {"", 3},          {"không có gì", 0},
	};
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;

	(void)state;
	begin_small(&asked, &h, dir);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
		Dondoc__V1__Answer *got;

		what.text = lent(cases[i].text);
		got = list(&asked, &what);
		if (got->tasks->total != cases[i].found)
			fail_msg("'%s': %u instead of %u", cases[i].text, got->tasks->total,
				 cases[i].found);
		let_go(got);
	}
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void filters_and_headings_are_as_asked(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *got;

	(void)state;
	begin_small(&asked, &h, dir);
	what.plan = lent("P0");
	what.with_groups = 1;
	got = list(&asked, &what);
	assert_int_equal(got->tasks->n_rows, 3);
	assert_string_equal(got->tasks->rows[0]->fields->code, "I");
	assert_string_equal(got->tasks->rows[1]->fields->code, "1.1");
	assert_string_equal(got->tasks->rows[1]->lead_name, "Đơn vị thứ 3");
	assert_int_equal(got->tasks->rows[1]->days_left, 10);
	assert_int_equal(got->tasks->rows[1]->time_state, DONDOC__V1__TIME_STATE__TIME_IN_TERM);
	let_go(got);

	what.with_groups = 0;
	what.as_of_day = HISTORY_DAY0 + 15;
	what.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	got = list(&asked, &what);
	assert_int_equal(got->tasks->n_rows, 1);
	assert_int_equal(got->tasks->rows[0]->days_left, -5);
	let_go(got);

	what.time_state = DONDOC__V1__TIME_STATE__TIME_NEAR_DUE;
	got = list(&asked, &what);
	assert_int_equal(got->tasks->n_rows, 1);
	assert_string_equal(got->tasks->rows[0]->fields->code, "1.2");
	let_go(got);

	what.time_state = DONDOC__V1__TIME_STATE__TIME_ANY;
	what.has_area_case = DONDOC__V1__LIST_TASKS__HAS_AREA_AREA;
	what.area = 3;
	got = list(&asked, &what);
	assert_int_equal(got->tasks->total, 0);
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_code_of_several_plans_asks_for_the_plan(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask what = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Answer *got;
	char longest[120];

	(void)state;
	begin_small(&asked, &h, dir);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &what;
	what.code = lent("1.1");
	assert_int_equal(ask(&asked, &query), DD_ERR_CONFLICT);
	assert_non_null(strstr(asked.err.text, "P0, P1"));
	what.plan = lent("P1");
	got = answer(&asked, &query);
	assert_string_equal(got->task->task->fields->content, "Chuyển đổi số");
	let_go(got);
	what.plan = lent("");
	what.code = lent("1.2");
	let_go(answer(&asked, &query));
	what.code = lent("1");
	assert_int_equal(ask(&asked, &query), DD_ERR_NOT_FOUND);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	what.plan = longest;
	what.code = longest;
	assert_int_equal(ask(&asked, &query), DD_ERR_NOT_FOUND);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void plans_units_and_streams_are_told(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPlans plans = DONDOC__V1__LIST_PLANS__INIT;
	Dondoc__V1__ListUnits units = DONDOC__V1__LIST_UNITS__INIT;
	Dondoc__V1__ShowStream stream = DONDOC__V1__SHOW_STREAM__INIT;
	Dondoc__V1__ShowStatus status = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Answer *got;
	uint8_t id[16];

	(void)state;
	begin_small(&asked, &h, dir);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	query.list_plans = &plans;
	got = answer(&asked, &query);
	assert_int_equal(got->plans->n_rows, 3);
	assert_string_equal(got->plans->rows[0]->plan->code, "P0");
	assert_int_equal(got->plans->rows[0]->tasks, 2);
	assert_int_equal(got->plans->rows[0]->groups, 1);
	let_go(got);

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_UNITS;
	query.list_units = &units;
	got = answer(&asked, &query);
	assert_int_equal(got->units->n_rows, 12);
	assert_string_equal(got->units->rows[3]->unit->code, "U03");
	assert_int_equal(got->units->rows[3]->open_tasks, 3);
	let_go(got);

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STREAM;
	query.show_stream = &stream;
	memset(id, 'A', sizeof(id));
	stream.stream = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	asked.principal = "office/U00";
	got = answer(&asked, &query);
	assert_true(got->stream->known);
	assert_int_equal(got->stream->last_number, h.numbers[0]);
	let_go(got);
	asked.principal = "office/U01"; /* under the same id it has said nothing yet */
	got = answer(&asked, &query);
	assert_false(got->stream->known);
	let_go(got);
	asked.principal = NULL;
	assert_int_equal(ask(&asked, &query), DD_ERR_UNSUPPORTED);
	asked.principal = "office/U00";
	memset(id, 'z', sizeof(id));
	got = answer(&asked, &query);
	assert_false(got->stream->known);
	let_go(got);

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &status;
	assert_int_equal(ask(&asked, &query), DD_ERR_UNSUPPORTED);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_day_that_no_calendar_has_is_refused(void **state)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	static const int32_t none[] = {INT32_MIN, -4000001, 4000001, INT32_MAX};
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;

	(void)state;
	begin_small(&asked, &h, dir);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
		query.list_tasks = &list;
		list.as_of_day = none[i];
		assert_int_equal(ask(&asked, &query), DD_ERR_INVALID);
		query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
		query.count_tasks = &count;
		count.as_of_day = none[i];
		assert_int_equal(ask(&asked, &query), DD_ERR_INVALID);
	}
	list.as_of_day = 4000000;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	assert_int_equal(ask(&asked, &query), DD_OK);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void an_alias_moves_with_its_last_owner(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListUnits units = DONDOC__V1__LIST_UNITS__INIT;
	Dondoc__V1__Answer *got;
	char code[32];

	(void)state;
	begin_small(&asked, &h, dir);
	history_open_frame(&h);
	history_alias(&h, 4, "Sở KHCN");
	history_alias(&h, 5, "Sở KHCN");
	history_unit(&h, 6, "Tên mới");
	history_close_frame(&h);
	replay_rest(asked.view, &h);
	must(view_flush(asked.view, &why));
	assert_int_equal(view_unit_by_name(asked.view, false, "sở khcn", code), DD_OK);
	assert_string_equal(code, "U05");
	assert_int_equal(view_unit_by_name(asked.view, false, "tên mới", code), DD_OK);
	assert_string_equal(code, "U06");
	assert_int_equal(view_unit_by_name(asked.view, false, "đơn vị thứ 6", code),
			 DD_ERR_NOT_FOUND);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_UNITS;
	query.list_units = &units;
	units.with_aliases = 1;
	got = answer(&asked, &query);
	assert_int_equal(got->units->rows[4]->n_aliases, 0);
	assert_int_equal(got->units->rows[5]->n_aliases, 1);
	assert_string_equal(got->units->rows[5]->aliases[0], "Sở KHCN");
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

/* --- random histories ----------------------------------------------------------------------- */

static void pages_join_to_the_whole_list(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *whole, *page;

	(void)state;
	begin_random(&asked, &h, dir, 71);
	what.limit = 1000;
	whole = list(&asked, &what);
	assert_int_equal(whole->tasks->n_rows, whole->tasks->total);
	what.limit = 7;
	for (size_t at = 0; at < whole->tasks->n_rows; at += what.limit) {
		size_t left = whole->tasks->n_rows - at;

		what.offset = (uint32_t)at;
		page = list(&asked, &what);
		assert_int_equal(page->tasks->total, whole->tasks->total);
		assert_int_equal(page->tasks->n_rows, left < what.limit ? left : what.limit);
		for (size_t i = 0; i < page->tasks->n_rows; i++)
			assert_int_equal(page->tasks->rows[i]->id, whole->tasks->rows[at + i]->id);
		let_go(page);
	}
	let_go(whole);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_history_leads_back_to_the_first_event(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask what = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Answer *got;
	const struct history_task *task;

	(void)state;
	begin_random(&asked, &h, dir, 81);
	task = &h.tasks[0];
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &what;
	what.task = task->id;
	what.history_limit = 1000;
	got = answer(&asked, &query);
	assert_false(got->task->history_cut);
	assert_true(got->task->n_history > 3);
	assert_int_equal(got->task->history[0]->sequence, task->version);
	assert_int_equal(got->task->history[got->task->n_history - 1]->sequence, task->id);
	assert_int_equal(got->task->task->state, task->state);
	let_go(got);
	what.history_limit = 2;
	got = answer(&asked, &query);
	assert_true(got->task->history_cut);
	assert_int_equal(got->task->n_history, 2);
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_found_without_regard_to_case_and_diacritics),
		cmocka_unit_test(filters_and_headings_are_as_asked),
		cmocka_unit_test(a_code_of_several_plans_asks_for_the_plan),
		cmocka_unit_test(plans_units_and_streams_are_told),
		cmocka_unit_test(a_day_that_no_calendar_has_is_refused),
		cmocka_unit_test(an_alias_moves_with_its_last_owner),
		cmocka_unit_test(pages_join_to_the_whole_list),
		cmocka_unit_test(a_history_leads_back_to_the_first_event),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
