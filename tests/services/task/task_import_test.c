/* task_import_test.c - the shipped plans, and what comes of a second import. */
#include "tests/services/task/task_import_fixture.h"

/* --- the shipped plans ----------------------------------------------------------------------- */

static Dondoc__V1__ImportPlan kh38(struct importing *test)
{
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;

	forget_files(test);
	command.plan = &test->plan;
	command.units_file = keep_sample(test, "units-hanoi-kh38-2026.csv");
	command.aliases_file = keep_sample(test, "aliases-hanoi-kh38-2026.csv");
	command.areas_file = keep_sample(test, "areas-cchc-2021-2030.csv");
	command.groups_file = keep_sample(test, "groups-hanoi-kh38-2026.csv");
	command.tasks_file = keep_sample(test, "plan-hanoi-kh38-2026.csv");
	command.divisions_file = keep_sample(test, "divisions-hanoi-kh38-2026.csv");
	return command;
}

static void the_plan_kh38_imports_without_a_fault_and_again_changes_nothing(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = kh38(test);

	run(test, &command);
	assert_string_equal(test->result.text, "");
	assert_int_equal(test->result.fault_count, 0);
	assert_int_equal(test->result.added, 36 + 26 + 1 + 41 + 137);
	assert_int_equal(test->result.unchanged, 6); /* the areas are shipped */
	assert_int_equal(test->result.event_count, 36 + 26 + 1 + 41 + 137);
	apply_all(test);
	run(test, &command);
	assert_int_equal(test->result.refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.added + test->result.changed, 0);
	assert_int_equal(test->result.unchanged, 247);
	command.units_file.len = 0; /* nor does the tasks file alone */
	command.aliases_file.len = 0;
	command.areas_file.len = 0;
	command.groups_file.len = 0;
	command.divisions_file.len = 0;
	run(test, &command);
	assert_int_equal(test->result.fault_count, 0);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.unchanged, 138);
}

static void a_task_of_kh38_has_its_lead_its_heading_and_its_days(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = kh38(test);
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	apply_all(test);
	task = fields_of(test, "KH20_TT_N01.1.2");
	assert_string_equal(task->parent, "KH20_TT_N01.1");
	assert_string_equal(task->lead_unit, "SBN-XP");
	assert_string_equal(task->lead_text,
			    "Giám đốc, Thủ trưởng các Sở, ban, ngành; Chủ tịch UBND xã, phường");
	assert_int_equal(task->n_coordinating_units, 1);
	assert_string_equal(task->coordinating_units[0], "SKHCN");
	assert_int_equal(task->due_day, test_day("2026-02-05"));
	assert_int_equal(task->start_day, 0);
	assert_string_equal(task->division, ""); /* its division lies in another unit */
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "KH20_TT_N12.1.2");
	assert_string_equal(task->lead_unit, "SKHCN");
	assert_string_equal(task->division, "SKHCN-KHCN");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "TB200_N01");
	assert_string_equal(task->parent, "");
	assert_int_equal(task->recurrence, DONDOC__V1__RECURRENCE__RECUR_ONCE);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void headings_stand_before_the_first_task_in_them(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = kh38(test);
	static const char *const order[] = {"KH20_TT_N01", "KH20_TT_N01.1", "KH20_TT_N01.1.1",
					    "KH20_TT_N01.1.2", "KH20_TT_N01.2"};
	uint32_t last = 0;

	run(test, &command);
	apply_all(test);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		Dondoc__V1__TaskFields *task = fields_of(test, order[i]);

		assert_true(task->position > last);
		last = task->position;
		dondoc__v1__task_fields__free_unpacked(task, NULL);
	}
}

static void the_plan_of_kon_tum_imports_without_a_fault(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__TaskFields *task;

	test->plan.assigner_unit = text_of("STTTT");
	command.plan = &test->plan;
	command.units_file = keep_sample(test, "units-kontum-stttt.csv");
	command.areas_file = keep_sample(test, "areas-cchc-2021-2030.csv");
	command.tasks_file = keep_sample(test, "plan-kontum-stttt-2021-2030.csv");
	run(test, &command);
	assert_int_equal(test->result.fault_count, 0);
	assert_int_equal(test->result.added, 2 + 1 + 4);
	apply_all(test);
	task = fields_of(test, "PB1");
	assert_string_equal(task->lead_unit, "STTTT-PDV");
	assert_int_equal(task->recurrence, DONDOC__V1__RECURRENCE__RECUR_CONTINUOUS);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void the_holidays_import_and_again_change_nothing(void **state)
{
	struct importing *test = *state;
	ProtobufCBinaryData file = keep_sample(test, "holidays-vn.csv");
	char name[256];
	uint8_t kind;

	run_days(test, file);
	assert_int_equal(test->result.row_count, 0);
	assert_int_equal(test->result.added, 58);
	apply_all(test);
	assert_int_equal(
		view_calendar_day(test->view, true, "", test_day("2024-05-04"), &kind, name), 0);
	assert_int_equal(kind, DONDOC__V1__DAY_KIND__DAY_WORKED);
	run_days(test, file);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.unchanged, 58);
	run_days(test, keep(test, "date,name,kind\n2024-05-04,Làm bù,ordinary\n"));
	assert_int_equal(test->result.changed, 1);
}

/* --- what changed ---------------------------------------------------------------------------- */

static void only_the_changed_row_makes_an_event_about_its_task(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;

	import_tasks(test, TASK_HEAD GOOD_TASK "2,0,Việc hai,,Sở Y tế,,,,2026-01-31,once,\n");
	command = command_of(test,
			     TASK_HEAD GOOD_TASK "2,0,Việc hai,,Sở Tài chính,,,,2026-02-28,once,\n"
						 "3,0,Việc ba,,Sở Y tế,,,,2026-01-31,once,\n");
	run(test, &command);
	assert_int_equal(test->result.event_count, 2);
	assert_int_equal(test->result.events[0].type, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED);
	assert_int_equal(test->result.events[0].subject, id_of(test, "2"));
	assert_string_equal(test->result.events[0].unit, "STC");
	assert_int_equal(test->result.events[1].type, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED);
	assert_int_equal(test->result.events[1].subject, 0);
	assert_int_equal(test->result.added, 1);
	assert_int_equal(test->result.changed, 1);
	assert_int_equal(test->result.unchanged, 6 + 1 + 1);
}

static void a_row_that_is_gone_from_the_file_stays_as_it_is(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;

	import_tasks(test, TASK_HEAD GOOD_TASK "2,0,Việc hai,,Sở Y tế,,,,2026-01-31,once,\n");
	command = command_of(test, TASK_HEAD GOOD_TASK);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(id_of(test, "2") > 0, 1);
}

static void a_task_given_to_another_unit_stays_there_when_the_annex_comes_again(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__TaskAssigned assigned = DONDOC__V1__TASK_ASSIGNED__INIT;
	Dondoc__V1__ImportPlan command;
	struct view_task task;

	import_tasks(test, TASK_HEAD GOOD_TASK);
	assigned.from_unit = text_of("SYT");
	assigned.to_unit = text_of("STC");
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ASSIGNED, id_of(test, "1"),
		  &assigned.base);
	command = command_of(test, TASK_HEAD GOOD_TASK);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	command = command_of(test, TASK_HEAD "1,0,Việc khác,,Sở Y tế,,,,2026-01-31,once,\n");
	run(test, &command);
	assert_int_equal(test->result.event_count, 1);
	assert_string_equal(test->result.events[0].unit, "STC");
	apply_all(test);
	assert_int_equal(view_task(test->view, true, id_of(test, "1"), &task), 0);
	assert_string_equal(task.lead_unit, "STC");
}

static void a_division_stays_when_the_tasks_come_again_without_the_divisions(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, TASK_HEAD GOOD_TASK);
	Dondoc__V1__TaskFields *task;

	command.divisions_file = keep(test, "code,division\n1,Phòng Nghiệp vụ Y\n");
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "1");
	assert_string_equal(task->division, "YT1");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	command = command_of(test, TASK_HEAD GOOD_TASK);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
}

static void the_heading_above_is_the_longest_one_also_if_only_the_view_has_it(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(test, NULL);
	Dondoc__V1__TaskFields *task;

	command.groups_file = keep(test, TASK_HEAD "N1.2,0,Nhóm con,,,,,,,,\nN1,0,Nhóm,,,,,,,,\n");
	run(test, &command);
	apply_all(test);
	import_tasks(test, TASK_HEAD "N1.2.3,0,Việc,,Sở Y tế,,,,2026-01-31,once,\n"
				     "N1.3.4,0,Việc,,Sở Y tế,,,,2026-01-31,once,\n"
				     "N12,0,Việc,,Sở Y tế,,,,2026-01-31,once,\n");
	task = fields_of(test, "N1.2.3");
	assert_string_equal(task->parent, "N1.2");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "N1.3.4");
	assert_string_equal(task->parent, "N1");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "N12");
	assert_string_equal(task->parent, "");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "N1.2");
	assert_string_equal(task->parent, "N1");
	assert_true(task->group);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void content_keeps_its_line_breaks_and_codes_are_tidied(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__TaskFields *task;

	import_tasks(test, TASK_HEAD " 1 ,0,\"Dòng một\r\nDòng hai\",,Sở Y tế,,\"Quý\nI\",,"
				     "2026-01-31,once,\n");
	task = fields_of(test, "1");
	assert_string_equal(task->content, "Dòng một\nDòng hai");
	assert_string_equal(task->time_text, "Quý\nI");
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void rows_without_any_text_are_passed_over(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		command_of(test, TASK_HEAD GOOD_TASK ",,,,,,,,,,\n , ,,,,,,,,,\n");

	run(test, &command);
	assert_int_equal(test->result.fault_count, 0);
	assert_int_equal(test->result.added, 6 + 1 + 1);
}

static void a_task_too_long_for_an_event_is_a_fault(void **state)
{
	struct importing *test = *state;
	struct dd_buf tasks = {0};
	Dondoc__V1__ImportPlan command;

	dd_buf_text(&tasks, TASK_HEAD "1,0,");
	for (int i = 0; i < 40000; i++)
		dd_buf_text(&tasks, "a");
	dd_buf_text(&tasks, ",");
	for (int i = 0; i < 40000; i++)
		dd_buf_text(&tasks, "b");
	dd_buf_text(&tasks, ",Sở Y tế,,,,2026-01-31,once,\n");
	command = command_of(test, dd_buf_cstr(&tasks));
	run(test, &command);
	assert_int_equal(test->result.fault_count, 1);
	assert_non_null(row_with(test, PROBLEM(TOO_LONG)));
	dd_buf_fini(&tasks);
}

static void the_same_input_gives_the_same_events_and_reports(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = kh38(test);
	struct task_import_source source = source_of(test);
	struct task_import_result other;

	run(test, &command);
	assert_int_equal(task_import_plan(&source, &command, &other, &test->err), 0);
	assert_int_equal(other.event_count, test->result.event_count);
	for (size_t i = 0; i < other.event_count; i++) {
		assert_int_equal(other.events[i].body_len, test->result.events[i].body_len);
		assert_memory_equal(other.events[i].body, test->result.events[i].body,
				    other.events[i].body_len);
	}
	assert_int_equal(other.row_count, test->result.row_count);
	for (size_t i = 0; i < other.row_count; i++) {
		assert_int_equal(other.rows[i]->row, test->result.rows[i]->row);
		assert_string_equal(other.rows[i]->value, test->result.rows[i]->value);
	}
	task_import_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(the_plan_kh38_imports_without_a_fault_and_again_changes_nothing),
		TEST(a_task_of_kh38_has_its_lead_its_heading_and_its_days),
		TEST(headings_stand_before_the_first_task_in_them),
		TEST(the_plan_of_kon_tum_imports_without_a_fault),
		TEST(the_holidays_import_and_again_change_nothing),
		TEST(only_the_changed_row_makes_an_event_about_its_task),
		TEST(a_row_that_is_gone_from_the_file_stays_as_it_is),
		TEST(a_task_given_to_another_unit_stays_there_when_the_annex_comes_again),
		TEST(a_division_stays_when_the_tasks_come_again_without_the_divisions),
		TEST(the_heading_above_is_the_longest_one_also_if_only_the_view_has_it),
		TEST(content_keeps_its_line_breaks_and_codes_are_tidied),
		TEST(rows_without_any_text_are_passed_over),
		TEST(a_task_too_long_for_an_event_is_a_fault),
		TEST(the_same_input_gives_the_same_events_and_reports),
	};

	return cmocka_run_group_tests_name("services.task.task_import", tests, NULL, NULL);
}
