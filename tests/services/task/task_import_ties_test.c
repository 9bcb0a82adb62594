/* task_import_ties_test.c - what ties a task to units, periods, years and other tasks comes back
 * from an export as it was, and makes the same in another store; words of both languages; cells
 * that are none are told. */
#include "tests/services/task/task_import_fixture.h"

#include "common/view/view_plan.h"

#define HEAD                                                                                       \
	"code,content,lead_unit,due,recurrence,parent,position,source_kind,lead_parts,"            \
	"period_from,period_to,chain,chain_due,chain_slips,waits_for\n"
#define WHOLE                                                                                              \
	"A,Việc hằng quý,SYT,,hằng quý,,64,Kết luận cuộc họp,,,,,,,\n"                     \
	"A@2026-Q1,Việc hằng quý,SYT,2026-03-31,once,A,64,,,2026-01-01,2026-03-31,,,,\n"              \
	"B,Việc hai,\"SYT; STC\",2026-06-30,một lần,,128,,\"SYT: Phần một,\n   tiếp\nSTC\",,," \
	",,,A +5\n"                                                                                        \
	"C,Việc ba,SYT,2026-09-30,once,,192,,,,,P0/1; P1/1,2025-06-30,2,B; A -3\n"

static void depend(struct importing *test)
{
	Dondoc__V1__SettingsSet event = DONDOC__V1__SETTINGS_SET__INIT;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *settings[] = {&setting};

	setting.name = text_of("dependencies");
	setting.value = text_of("on");
	said.settings = settings;
	said.n_settings = 1;
	event.said = &said;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_SETTINGS_SET, 0, &event.base);
}

/* A file with new tasks is read twice: the second time they are there to be referred to. */
static Dondoc__V1__ImportPlan whole_plan(struct importing *test)
{
	Dondoc__V1__ImportPlan command = command_of(test, HEAD WHOLE);

	depend(test);
	run(test, &command);
	if (test->result.fault_count > 0)
		fail_msg("%s %s", test->result.rows[0]->column, test->result.rows[0]->value);
	assert_non_null(row_with(test, PROBLEM(LINK_LATER)));
	apply_all(test);
	run(test, &command);
	assert_null(row_with(test, PROBLEM(LINK_LATER)));
	apply_all(test);
	return command;
}

static void parts_periods_years_and_dependencies_come_back(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = whole_plan(test);
	Dondoc__V1__TaskFields *task = fields_of(test, "A");
	int32_t lag;

	assert_int_equal(task->recurrence, DONDOC__V1__RECURRENCE__RECUR_QUARTERLY);
	assert_int_equal(task->source_kind, DONDOC__V1__SOURCE_KIND__SOURCE_MEETING);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "A@2026-Q1");
	assert_int_equal(task->instance_of, id_of(test, "A"));
	assert_int_equal(task->period_to, test_day("2026-03-31"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "B");
	assert_int_equal(task->n_leads, 2);
	assert_string_equal(task->leads[0]->part, "Phần một,\ntiếp");
	assert_string_equal(task->leads[1]->unit, "STC");
	assert_string_equal(task->leads[1]->part, "");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "C");
	assert_int_equal(task->n_chain_codes, 2);
	assert_string_equal(task->chain_codes[1], "P1/1");
	assert_int_equal(task->chain_first_due_day, test_day("2025-06-30"));
	assert_int_equal(task->chain_slips, 2);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	assert_int_equal(view_link(test->view, true, id_of(test, "C"), id_of(test, "A"), &lag),
			 DD_OK);
	assert_int_equal(lag, -3);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.changed, 0);
}

static void a_file_without_those_columns_leaves_them(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = whole_plan(test);
	Dondoc__V1__TaskFields *task;

	command = command_of(test, "code,content,lead_unit,due,position\n"
				   "B,Việc khác,\"SYT; STC\",2026-06-30,128\n");
	command.gone = DONDOC__V1__GONE_TASKS__GONE_KEPT;
	run(test, &command);
	assert_int_equal(test->result.event_count, 1);
	apply_all(test);
	task = fields_of(test, "B");
	assert_string_equal(task->content, "Việc khác");
	assert_string_equal(task->leads[0]->part, "Phần một,\ntiếp");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void a_cell_ends_what_it_does_not_name(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = whole_plan(test);
	int32_t lag;

	command = command_of(test, "code,content,lead_unit,due,position,waits_for\n"
				   "C,Việc ba,SYT,2026-09-30,192,B +1\n");
	command.gone = DONDOC__V1__GONE_TASKS__GONE_KEPT;
	run(test, &command);
	assert_int_equal(test->result.event_count, 2);
	apply_all(test);
	assert_int_equal(view_link(test->view, true, id_of(test, "C"), id_of(test, "B"), &lag),
			 DD_OK);
	assert_int_equal(lag, 1);
	assert_int_equal(view_link(test->view, true, id_of(test, "C"), id_of(test, "A"), &lag),
			 DD_ERR_NOT_FOUND);
}

static void cells_that_are_none_are_told_with_row_and_column(void **state)
{
	static const struct {
		const char *row; /* from position on */
		const char *column;
		Dondoc__V1__RowProblem problem;
	} cases[] = {
		{"thứ nhất,,,,,,,,", "position", PROBLEM(BAD_VALUE)},
		{"1.5,,,,,,,,", "position", PROBLEM(BAD_VALUE)},
		{"-1,,,,,,,,", "position", PROBLEM(BAD_VALUE)},
		{"1,họp,,,,,,,", "source_kind", PROBLEM(BAD_VALUE)},
		{"1,,Sở Lạ: x,,,,,,", "lead_parts", PROBLEM(BAD_VALUE)},
		{"1,,STC: x,,,,,,", "lead_parts", PROBLEM(BAD_VALUE)}, /* not the lead */
		{"1,,,2026-01-01,,,,,", "period_from", PROBLEM(BAD_VALUE)},
		{"1,,,2026-01-01,2026-03-31,,,,", "period_from", PROBLEM(BAD_VALUE)}, /* of what */
		{"1,,,,,P1,,,", "chain", PROBLEM(BAD_VALUE)},
		{"1,,,,,P1/1,,x,", "chain_slips", PROBLEM(BAD_VALUE)},
		{"1,,,,,,,,B 5x; C +z", "waits_for", PROBLEM(BAD_VALUE)},
		{"1,,,,,,,,N", "waits_for", PROBLEM(CYCLE)}, /* itself */
	};
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		command_of(test, HEAD "N,Việc,SYT,2026-06-30,once,,64,,,,,,,,\n");

	depend(test);
	run(test, &command);
	apply_all(test);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const Dondoc__V1__RowReport *told;
		char text[1024];

		(void)snprintf(text, sizeof(text), HEAD "N,Việc,SYT,2026-06-30,once,,%s\n",
			       cases[i].row);
		command = command_of(test, text);
		run(test, &command);
		told = row_with(test, cases[i].problem);
		if (test->result.fault_count != 1 || !told ||
		    strcmp(told->column, cases[i].column) != 0)
			fail_msg("row %s: %u faults", cases[i].row, test->result.fault_count);
		if (cases[i].problem == PROBLEM(BAD_VALUE))
			assert_int_equal(told->row, 1);
	}
}

#define CHAIN 10500u

/* A row of tasks, each of which waits for the one before; the first waits for `first`. */
static Dondoc__V1__ImportPlan chain_of(struct importing *test, struct dd_buf *text, bool waits,
				       const char *first)
{
	dd_buf_clear(text);
	dd_buf_text(text, "code,content,lead_unit,due,position,waits_for\n");
	for (unsigned i = 1; i <= CHAIN; i++) {
		dd_buf_printf(text, "N%u,Việc,SYT,2026-06-30,%u,", i, i * 64);
		if (waits && i > 1)
			dd_buf_printf(text, "N%u", i - 1);
		else
			dd_buf_text(text, first);
		dd_buf_text(text, "\n");
	}
	return command_of(test, dd_buf_cstr(text));
}

static void ten_thousand_dependencies_of_one_file_are_no_circle_by_their_number(void **state)
{
	struct importing *test = *state;
	struct dd_buf text = {0};
	Dondoc__V1__ImportPlan command = chain_of(test, &text, false, "");

	depend(test);
	run(test, &command);
	apply_all(test);
	command = chain_of(test, &text, true, "");
	run(test, &command);
	assert_int_equal(test->result.fault_count, 0);
	assert_int_equal(test->result.event_count, CHAIN - 1);
	command = chain_of(test, &text, true, "N10500");
	run(test, &command);
	assert_int_equal(test->result.fault_count, 1);
	assert_non_null(row_with(test, PROBLEM(CYCLE)));
	dd_buf_fini(&text);
}

static void dependencies_that_are_not_used_are_told_and_left(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, HEAD WHOLE);

	run(test, &command);
	apply_all(test);
	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(DEPENDENCIES_OFF)));
	assert_int_equal(test->result.fault_count, 0);
}

#define TIES_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TIES_TEST(parts_periods_years_and_dependencies_come_back),
		TIES_TEST(a_file_without_those_columns_leaves_them),
		TIES_TEST(a_cell_ends_what_it_does_not_name),
		TIES_TEST(cells_that_are_none_are_told_with_row_and_column),
		TIES_TEST(ten_thousand_dependencies_of_one_file_are_no_circle_by_their_number),
		TIES_TEST(dependencies_that_are_not_used_are_told_and_left),
	};

	return cmocka_run_group_tests_name("services.task.task_import_ties", tests, NULL, NULL);
}
