/* task_import_names_test.c - who is meant by a text. */
#include "tests/services/task/task_import_fixture.h"

/* --- names ----------------------------------------------------------------------------------- */

static void a_cell_of_coordinating_units_is_cut_only_where_names_match(void **state)
{
	static const struct {
		const char *cell;
		const char *codes;
		const char *unknown;
	} cases[] = {
		{"Sở Y tế", "SYT", NULL},
		{"Các Sở, ban, ngành", "SBN", NULL},
		{"Các sở, ban, ngành, UBND các xã, phường", "SBN XP", NULL},
		{"Sở Tài chính; Các Sở, ban, ngành, UBND các xã, phường", "STC SBN XP", NULL},
		{"Sở Y tế\nSở Tài chính", "SYT STC", NULL},
		{"Sở\nY tế,\nSở Tài chính", "SYT STC", NULL},
		{"Sở Y tế; Sở Y tế", "SYT", NULL},
		{"SYT, STC", "SYT STC", NULL},
		{"Các viện, trường; Sở Y tế", "SYT", "Các viện, trường"},
		{"Sở Y tế, các viện, trường", "SYT", "các viện, trường"},
		{"Sở Y tế và Sở Tài chính", "", "Sở Y tế và Sở Tài chính"},
		{"Y tế", "", "Y tế"},
		{"", "", NULL},
		{" ; , ", "", NULL},
	};
	struct importing *test = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char tasks[512];
		char codes[128] = "";
		Dondoc__V1__TaskFields *task;
		const Dondoc__V1__RowReport *row;

		(void)snprintf(tasks, sizeof(tasks),
			       TASK_HEAD "1,0,Việc,,Sở Y tế,\"%s\",,,2026-01-31,once,\n",
			       cases[i].cell);
		import_tasks(test, tasks);
		row = row_with(test, PROBLEM(UNKNOWN_COORDINATING));
		assert_int_equal(row != NULL, cases[i].unknown != NULL);
		if (row)
			assert_string_equal(row->value, cases[i].unknown);
		task = fields_of(test, "1");
		for (size_t j = 0; j < task->n_coordinating_units; j++) {
			size_t len = strlen(codes);

			(void)snprintf(codes + len, sizeof(codes) - len, "%s%s", j ? " " : "",
				       task->coordinating_units[j]);
		}
		assert_string_equal(codes, cases[i].codes);
		dondoc__v1__task_fields__free_unpacked(task, NULL);
	}
}

static void a_cell_of_countless_pieces_is_a_fault_and_costs_little(void **state)
{
	struct importing *test = *state;
	struct dd_buf tasks = {0};
	Dondoc__V1__ImportPlan command;

	dd_buf_text(&tasks, TASK_HEAD "1,0,Việc,,Sở Y tế,\"");
	for (int i = 0; i < 30000; i++)
		dd_buf_text(&tasks, "a;");
	dd_buf_text(&tasks, "\",,,2026-01-31,once,\n");
	command = command_of(test, dd_buf_cstr(&tasks));
	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(TOO_LONG)));
	dd_buf_fini(&tasks);
}

static void names_match_in_either_normal_form_and_case_and_by_code_and_alias(void **state)
{
	static const char *const leads[] = {
		"Sở Y tế",     "SỞ Y TẾ", "So\xcc\x9b\xcc\x89 Y te\xcc\x82\xcc\x81",
		"  Sở  Y tế ", "SYT",     "Ngành y tế"};
	struct importing *test = *state;

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		char tasks[512];
		Dondoc__V1__ImportPlan command;
		Dondoc__V1__TaskFields *task;

		(void)snprintf(tasks, sizeof(tasks),
			       TASK_HEAD "%zu,0,Việc,,%s,,,,2026-01-31,once,\n", i, leads[i]);
		command = command_of(test, tasks);
		command.aliases_file = keep(test, "code,alias\nSYT,Ngành Y tế\n");
		run(test, &command);
		apply_all(test);
		(void)snprintf(tasks, sizeof(tasks), "%zu", i);
		task = fields_of(test, tasks);
		assert_string_equal(task->lead_unit, "SYT");
		dondoc__v1__task_fields__free_unpacked(task, NULL);
	}
}

static void a_row_without_a_lead_takes_the_default_lead(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		command_of(test, TASK_HEAD "1,0,Việc,,,,,,2026-01-31,once,\n");

	command.default_lead = text_of("STC");
	run(test, &command);
	assert_int_equal(test->result.fault_count, 0);
	assert_string_equal(test->result.events[test->result.event_count - 1].unit, "STC");
}

static void units_come_with_their_parents_first_whatever_the_order_of_rows(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;
	static const char *const order[] = {"C", "B", "A"};

	command.units_file = keep(test, "code,name,kind,parent\nA,Phòng A,division,B\n"
					"B,Sở B,department,C\nC,Tỉnh C,province,\n");
	run(test, &command);
	assert_int_equal(test->result.event_count, 3);
	for (size_t i = 0; i < 3; i++) {
		struct task_event *event = &test->result.events[i];
		Dondoc__V1__UnitSet *set =
			dondoc__v1__unit_set__unpack(NULL, event->body_len, event->body);

		assert_non_null(set);
		assert_string_equal(set->unit->code, order[i]);
		dondoc__v1__unit_set__free_unpacked(set, NULL);
	}
}

static void a_circle_through_a_unit_that_only_the_view_has_is_found(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;

	import_tasks(test, NULL); /* SYT lies under HN */
	forget_files(test);
	command.units_file =
		keep(test, "code,name,kind,parent\nHN,UBND thành phố Hà Nội,province,SYT\n");
	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(CYCLE)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_cell_of_coordinating_units_is_cut_only_where_names_match),
		TEST(a_cell_of_countless_pieces_is_a_fault_and_costs_little),
		TEST(names_match_in_either_normal_form_and_case_and_by_code_and_alias),
		TEST(a_row_without_a_lead_takes_the_default_lead),
		TEST(units_come_with_their_parents_first_whatever_the_order_of_rows),
		TEST(a_circle_through_a_unit_that_only_the_view_has_is_found),
	};

	return cmocka_run_group_tests_name("services.task.task_import_names", tests, NULL, NULL);
}
