/* task_import_report_test.c - every way to be wrong, and where it is told. */
#include "tests/services/task/task_import_fixture.h"

/* --- faults ---------------------------------------------------------------------------------- */

/* Which file of the command the text stands for. */
static ProtobufCBinaryData *slot(Dondoc__V1__ImportPlan *command, const char *file)
{
	if (strcmp(file, "units") == 0)
		return &command->units_file;
	if (strcmp(file, "aliases") == 0)
		return &command->aliases_file;
	if (strcmp(file, "areas") == 0)
		return &command->areas_file;
	if (strcmp(file, "groups") == 0)
		return &command->groups_file;
	if (strcmp(file, "divisions") == 0)
		return &command->divisions_file;
	assert_string_equal(file, "tasks");
	return &command->tasks_file;
}

struct wrong {
	const char *file;
	const char *text;
	const char *column;
	const char *value; /* NULL = any */
	uint32_t row;
	Dondoc__V1__RowProblem problem;
};

static void assert_wrong(struct importing *test, const struct wrong *wrong, bool fault)
{
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);
	const Dondoc__V1__RowReport *row;

	*slot(&command, wrong->file) = keep(test, wrong->text);
	run(test, &command);
	row = row_with(test, wrong->problem);
	if (!row) {
		fail_msg("%s: problem %d not told of:\n%s", wrong->file, (int)wrong->problem,
			 wrong->text);
		return;
	}
	assert_string_equal(row->file, wrong->file);
	assert_int_equal(row->row, wrong->row);
	assert_string_equal(row->column, wrong->column);
	if (wrong->value)
		assert_string_equal(row->value, wrong->value);
	assert_int_equal(row->fault, fault);
	assert_int_equal(test->result.refusal,
			 fault ? DONDOC__V1__REFUSAL_CODE__REFUSAL_IMPORT_FAULTS
			       : DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE);
	assert_int_equal(test->result.fault_count > 0, fault);
	assert_int_equal(test->result.event_count > 0, !fault);
}

static void what_is_wrong_with_a_task_refuses_the_file_and_names_the_place(void **state)
{
	static const struct wrong cases[] = {
		{"tasks", TASK_HEAD GOOD_TASK "2,0,Việc,,Sở Y Tê,,,,2026-01-31,once,\n",
		 "lead_unit", "Sở Y Tê", 2, PROBLEM(UNKNOWN_UNIT)},
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế; Sở Lạ,,,,2026-01-31,once,\n", "lead_unit",
		 "Sở Y tế; Sở Lạ", 1, PROBLEM(UNKNOWN_UNIT)},
		{"tasks", TASK_HEAD "1,0,Việc,,,,,,2026-01-31,once,\n", "lead_unit", "", 1,
		 PROBLEM(MISSING_VALUE)},
		{"tasks", TASK_HEAD "1,0,,,Sở Y tế,,,,2026-01-31,once,\n", "content", "", 1,
		 PROBLEM(MISSING_VALUE)},
		{"tasks", TASK_HEAD ",0,Việc,,Sở Y tế,,,,2026-01-31,once,\n", "code", "", 1,
		 PROBLEM(MISSING_VALUE)},
		{"tasks", TASK_HEAD GOOD_TASK GOOD_TASK, "code", "1", 2, PROBLEM(DUPLICATE_CODE)},
		{"tasks", TASK_HEAD "a b,0,Việc,,Sở Y tế,,,,2026-01-31,once,\n", "code", "a b", 1,
		 PROBLEM(BAD_CODE)},
		{"tasks", TASK_HEAD "a/b,0,Việc,,Sở Y tế,,,,2026-01-31,once,\n", "code", "a/b", 1,
		 PROBLEM(BAD_CODE)},
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế,,,,31.01.2026,once,\n", "due", "31.01.2026",
		 1, PROBLEM(BAD_DATE)},
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế,,,2026-02-30,2026-03-01,once,\n", "start",
		 "2026-02-30", 1, PROBLEM(BAD_DATE)},
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế,,,2026-02-01,2026-01-31,once,\n", "due",
		 "2026-01-31", 1, PROBLEM(DUE_BEFORE_START)},
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế,,,,2026-01-31,daily,\n", "recurrence",
		 "daily", 1, PROBLEM(BAD_RECURRENCE)},
		{"tasks", TASK_HEAD "1,9,Việc,,Sở Y tế,,,,2026-01-31,once,\n", "area", "9", 1,
		 PROBLEM(UNKNOWN_AREA)},
		{"tasks", TASK_HEAD "1,x,Việc,,Sở Y tế,,,,2026-01-31,once,\n", "area", "x", 1,
		 PROBLEM(UNKNOWN_AREA)},
		{"tasks", "code,content,lead_unit\n1,Việc,Sở Y tế\n", "due", "", 0,
		 PROBLEM(MISSING_COLUMN)},
		{"tasks", "code,content,lead_unit,due\n1,\"Việc,Sở Y tế,\n", "", NULL, 0,
		 PROBLEM(BAD_CSV)},
		{"tasks", "code,content,lead_unit,due\n1,V\xe1,\xff,\n", "", "line 2", 0,
		 PROBLEM(NOT_UTF8)},
		{"groups", TASK_HEAD "2,0,Nhóm,,Ai đó,,,,,,\n", "lead_unit", "Ai đó", 1,
		 PROBLEM(UNKNOWN_UNIT)},
		{"divisions", "code,division\n1,Phòng nào đó\n", "division", "Phòng nào đó", 1,
		 PROBLEM(UNKNOWN_UNIT)},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_wrong(*state, &cases[i], true);
}

static void what_is_wrong_with_units_aliases_and_areas_refuses_the_file(void **state)
{
	static const struct wrong cases[] = {
		{"units", UNITS "SYT,Sở khác,department,HN\n", "code", "SYT", 7,
		 PROBLEM(DUPLICATE_CODE)},
		{"units", UNITS "S Y,Sở khác,department,HN\n", "code", "S Y", 7, PROBLEM(BAD_CODE)},
		{"units", UNITS "SX,SỞ  y tế,department,HN\n", "name", "SỞ  y tế", 7,
		 PROBLEM(ALIAS_TAKEN)},
		{"units", UNITS "SX,,department,HN\n", "name", "", 7, PROBLEM(MISSING_VALUE)},
		{"units", UNITS "SX,Sở X,department,NO\n", "parent", "NO", 7,
		 PROBLEM(UNKNOWN_PARENT)},
		{"units", UNITS "A,Sở A,department,B\nB,Sở B,department,C\nC,Sở C,department,A\n",
		 "parent", "B", 7, PROBLEM(CYCLE)},
		{"units", UNITS "A,Sở A,department,A\n", "parent", "A", 7, PROBLEM(CYCLE)},
		{"aliases", "code,alias\nNO,Sở lạ\n", "code", "NO", 1, PROBLEM(UNKNOWN_UNIT)},
		{"aliases", "code,alias\nSYT,\n", "alias", "", 1, PROBLEM(MISSING_VALUE)},
		{"aliases", "code,alias\nSYT,sở tài chính\n", "alias", "sở tài chính", 1,
		 PROBLEM(ALIAS_TAKEN)},
		{"aliases", "code,alias\nSYT,Y tế\nSTC,y  tế\n", "alias", "y  tế", 2,
		 PROBLEM(ALIAS_TAKEN)},
		{"areas", "area,name\n1,Một\n1,Hai\n", "area", "1", 2, PROBLEM(DUPLICATE_CODE)},
		{"areas", "area,name\n256,Một\n", "area", "256", 1, PROBLEM(UNKNOWN_AREA)},
		{"areas", "area,name\n1,\n", "name", "", 1, PROBLEM(MISSING_VALUE)},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_wrong(*state, &cases[i], true);
}

static void what_is_only_doubtful_is_told_and_imported(void **state)
{
	static const struct wrong cases[] = {
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế,,Thường xuyên,,,continuous,\n", "due",
		 "Thường xuyên", 1, PROBLEM(NO_DUE_DATE)},
		{"tasks", TASK_HEAD "1,0,Việc,,\"Các sở, ban, ngành\",,,,2026-01-31,once,\n",
		 "lead_unit", NULL, 1, PROBLEM(COLLECTIVE_LEAD)},
		{"tasks", TASK_HEAD "1,0,Việc,,Sở Y tế,Các viện,,,2026-01-31,once,\n",
		 "coordinating_units", "Các viện", 1, PROBLEM(UNKNOWN_COORDINATING)},
		{"tasks", "code,content,lead_unit,due,Ghi chú\n1,Việc,Sở Y tế,2026-01-31,x\n", "",
		 "Ghi chú", 0, PROBLEM(UNKNOWN_COLUMN)},
		{"divisions", "code,division\n9,Phòng Nghiệp vụ Y\n", "division",
		 "Phòng Nghiệp vụ Y", 1, PROBLEM(DIVISION_UNUSED)},
		{"divisions", "code,division\n1,Phòng Nghiệp vụ Y\n1,Phòng Nghiệp vụ Y\n",
		 "division", "Phòng Nghiệp vụ Y", 2, PROBLEM(DIVISION_UNUSED)},
		{"divisions", "code,division\n1,Sở Tài chính\n", "division", "Sở Tài chính", 1,
		 PROBLEM(DIVISION_UNUSED)},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_wrong(*state, &cases[i], false);
}

static void a_code_of_both_files_is_a_fault_of_the_second(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);
	const Dondoc__V1__RowReport *row;

	command.groups_file = keep(test, TASK_HEAD "1,0,Nhóm,,,,,,,,\n");
	run(test, &command);
	row = row_with(test, PROBLEM(DUPLICATE_CODE));
	assert_non_null(row);
	assert_string_equal(row->file, "tasks");
	assert_true(row->fault);
}

static void a_task_cannot_become_a_heading(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;

	import_tasks(test, TASK_HEAD GOOD_TASK);
	command = command_of(test, NULL);
	command.groups_file = keep(test, TASK_HEAD "1,0,Nhóm,,,,,,,,\n");
	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(DUPLICATE_CODE)));
	assert_int_equal(test->result.fault_count, 1);
}

static void every_fault_of_every_file_is_told_in_the_order_of_the_files(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		command_of(test, TASK_HEAD "1,9,,,Ai,,,x,y,z,\n2,0,Việc,,Ai,,,,2026-01-31,once,\n");

	command.units_file = keep(test, UNITS "SX,Sở X,department,NO\n");
	command.aliases_file = keep(test, "code,alias\nNO,Sở lạ\n");
	run(test, &command);
	assert_int_equal(test->result.fault_count, 1 + 1 + 6 + 1);
	assert_string_equal(test->result.rows[0]->file, "units");
	assert_string_equal(test->result.rows[1]->file, "aliases");
	for (size_t i = 2; i < 9; i++)
		assert_string_equal(test->result.rows[i]->file, "tasks");
	assert_int_equal(test->result.rows[7]->row, 1);
	assert_int_equal(test->result.rows[8]->row, 2);
	assert_int_equal(test->result.rows[8]->line, 3);
	assert_non_null(strstr(test->result.text, "9 faults"));
	assert_non_null(strstr(test->result.text, "there is no such parent: add it"));
}

static void a_line_break_in_a_cell_does_not_shift_the_lines_told(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(
		test, TASK_HEAD "1,0,\"Việc\nthứ\nnhất\",,\"Sở\nY tế\",,,,2026-01-31,once,\n"
				"2,0,Việc,,Ai,,,,2026-01-31,once,\n");
	const Dondoc__V1__RowReport *row;

	run(test, &command);
	assert_int_equal(test->result.fault_count, 1); /* the broken name is the unit's */
	row = row_with(test, PROBLEM(UNKNOWN_UNIT));
	assert_int_equal(row->row, 2);
	assert_int_equal(row->line, 6);
}

static void countless_reports_are_cut_but_every_fault_is_counted(void **state)
{
	struct importing *test = *state;
	struct dd_buf tasks = {0};
	Dondoc__V1__ImportPlan command;
	size_t rows = TASK_IMPORT_ROWS_MAX + 10;

	dd_buf_text(&tasks, TASK_HEAD);
	for (size_t i = 0; i < rows; i++)
		dd_buf_printf(&tasks, "%zu,0,Việc,,Sở Y tế,,,,,,\n", i);
	dd_buf_text(&tasks, "x,0,Việc,,Ai,,,,2026-01-31,once,\n");
	command = command_of(test, dd_buf_cstr(&tasks));
	run(test, &command);
	assert_true(test->result.rows_cut);
	assert_int_equal(test->result.row_count, TASK_IMPORT_ROWS_MAX + 1);
	assert_int_equal(test->result.fault_count, 1); /* what is told does not crowd it out */
	assert_non_null(row_with(test, PROBLEM(UNKNOWN_UNIT)));
	dd_buf_fini(&tasks);
}

static void a_day_that_is_wrong_refuses_the_calendar(void **state)
{
	static const struct {
		const char *row;
		Dondoc__V1__RowProblem problem;
	} cases[] = {
		{"2026-02-30,Tết,holiday\n", PROBLEM(BAD_DATE)},
		{"31/02/2026,Tết,holiday\n", PROBLEM(BAD_DATE)},
		{"2026-01-01,Tết,nghỉ\n", PROBLEM(UNKNOWN_KIND)},
		{"2026-01-01,Tết,\n", PROBLEM(MISSING_VALUE)},
		{",Tết,holiday\n", PROBLEM(MISSING_VALUE)},
		{"2026-01-01,Tết,holiday\n2026-01-01,Tết,compensatory\n", PROBLEM(DUPLICATE_CODE)},
	};
	struct importing *test = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256];

		forget_files(test);
		(void)snprintf(text, sizeof(text), "date,name,kind\n%s", cases[i].row);
		run_days(test, keep(test, text));
		assert_non_null(row_with(test, cases[i].problem));
		assert_int_equal(test->result.fault_count, 1);
		assert_int_equal(test->result.event_count, 0);
	}
}

static void a_command_that_is_bad_in_itself_is_refused_by_name(void **state)
{
	static const struct {
		const char *code, *title, *assigner, *lead;
		Dondoc__V1__RefusalCode refusal;
		const char *argument;
	} cases[] = {
		{"", "T", "HN", "", REFUSAL(MISSING), "plan.code"},
		{"a b", "T", "HN", "", REFUSAL(RANGE), "plan.code"},
		{"P", "", "HN", "", REFUSAL(MISSING), "plan.title"},
		{"P", "T", "", "", REFUSAL(MISSING), "plan.assigner_unit"},
		{"P", "T", "NO", "", REFUSAL(UNKNOWN_UNIT), "plan.assigner_unit"},
		{"P", "T", "HN", "NO", REFUSAL(UNKNOWN_UNIT), "default_lead"},
		{"P", "\xff", "HN", "", REFUSAL(MALFORMED), "plan"},
	};
	struct importing *test = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);

		test->plan.code = text_of(cases[i].code);
		test->plan.title = text_of(cases[i].title);
		test->plan.assigner_unit = text_of(cases[i].assigner);
		command.default_lead = text_of(cases[i].lead);
		run(test, &command);
		assert_int_equal(test->result.refusal, cases[i].refusal);
		assert_string_equal(test->result.argument, cases[i].argument);
		assert_int_equal(test->result.event_count, 0);
	}
}

static void a_file_that_is_not_here_is_named_and_one_that_fails_is_an_error(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);
	struct task_import_source source = source_of(test);
	uint8_t unknown[32] = {1};

	command.areas_file = (ProtobufCBinaryData){32, unknown};
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(UNKNOWN_FILE));
	assert_string_equal(test->result.argument, "areas");
	command.areas_file = (ProtobufCBinaryData){31, unknown};
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(RANGE));
	test->file_fails = DD_ERR_IO;
	task_import_free(&test->result);
	assert_int_equal(task_import_plan(&source, &command, &test->result, &test->err), DD_ERR_IO);
}

static void rows_need_a_plan_but_units_alone_do_not(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);

	command.plan = NULL;
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(MISSING));
	command.tasks_file.len = 0;
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(NONE));
	assert_int_equal(test->result.event_count, 6);
	command.units_file.len = 0;
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(MISSING));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(what_is_wrong_with_a_task_refuses_the_file_and_names_the_place),
		TEST(what_is_wrong_with_units_aliases_and_areas_refuses_the_file),
		TEST(what_is_only_doubtful_is_told_and_imported),
		TEST(a_code_of_both_files_is_a_fault_of_the_second),
		TEST(a_task_cannot_become_a_heading),
		TEST(every_fault_of_every_file_is_told_in_the_order_of_the_files),
		TEST(a_line_break_in_a_cell_does_not_shift_the_lines_told),
		TEST(countless_reports_are_cut_but_every_fault_is_counted),
		TEST(a_day_that_is_wrong_refuses_the_calendar),
		TEST(a_command_that_is_bad_in_itself_is_refused_by_name),
		TEST(a_file_that_is_not_here_is_named_and_one_that_fails_is_an_error),
		TEST(rows_need_a_plan_but_units_alone_do_not),
	};

	return cmocka_run_group_tests_name("services.task.task_import_report", tests, NULL, NULL);
}
