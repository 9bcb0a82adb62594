/* task_import_fan_out_test.c - a collective lead becomes one sub-task a unit, when that is asked
 * for; and what the file no longer has, or says quite otherwise, is told. */
#include "dondoc/v1/query.pb-c.h"
#include "tests/services/task/task_import_fixture.h"

#define FAN_UNITS                                                                                  \
	"code,name,kind,parent,members\n"                                                          \
	"HN,UBND thành phố Hà Nội,province,,\n"                                              \
	"SYT,Sở Y tế,department,HN,\n"                                                         \
	"STC,Sở Tài chính,department,HN,\n"                                                    \
	"X1,Xã Một,xa,HN,\n"                                                                    \
	"X2,Phường Hai,xa,HN,\n"                                                                \
	"X3,Xã Ba,xa,HN,\n"                                                                       \
	"XP,\"126 xã, phường\",commune_group,HN,kind:xa\n"                                     \
	"SBN,\"Các Sở, ban, ngành\",group,HN,STC; SYT\n"                                       \
	"RONG,Các hội,group,HN,\n"
#define ROWS_FAN                                                                                   \
	TASK_HEAD "1,0,Rà soát thủ tục,,\"126 xã, phường\",,,,2026-03-31,once,\n"        \
		  "2,0,Báo cáo năm,,Sở Y tế,,,,2026-06-30,once,\n"

static Dondoc__V1__ImportPlan fan_command(struct importing *test, const char *tasks)
{
	Dondoc__V1__ImportPlan command = command_of(test, tasks);

	command.units_file = keep(test, FAN_UNITS);
	command.issued_day = test_day("2026-01-10");
	command.fan_out = true;
	return command;
}

/* As the engine does it: lists are LMDB's. */
static void take(struct importing *test, const Dondoc__V1__ImportPlan *command)
{
	run(test, command);
	assert_string_equal(test->result.text, "");
	apply_all(test);
	assert_int_equal(view_flush(test->view, &test->err), 0);
}

static void end_unit(struct importing *test, const char *code, const char *name, const char *day)
{
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__UnitSet event = DONDOC__V1__UNIT_SET__INIT;

	fields.code = text_of(code);
	fields.name = text_of(name);
	fields.kind = text_of("xa");
	fields.parent = text_of("HN");
	fields.valid_until = test_day(day);
	event.unit = &fields;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, 0, &event.base);
	assert_int_equal(view_flush(test->view, &test->err), 0);
}

static bool there(struct importing *test, const char *code)
{
	uint64_t id;

	return view_task_by_code(test->view, true, "P", code, &id) == DD_OK;
}

/* --- fan-out ---------------------------------------------------------------------------------- */

static void every_unit_behind_the_lead_gets_a_sub_task(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);
	Dondoc__V1__TaskFields *whole, *part;
	struct view_task task;

	take(test, &command);
	assert_string_equal(row_with(test, PROBLEM(FANNED_OUT))->value, "3");
	assert_int_equal(test->result.added, 9 + 1 + 2 + 3);
	whole = fields_of(test, "1");
	part = fields_of(test, "1~X2");
	assert_true(whole->fan_out);
	assert_string_equal(whole->lead_unit, "");
	assert_string_equal(whole->lead_text, "126 xã, phường");
	assert_false(part->fan_out);
	assert_string_equal(part->parent, "1");
	assert_string_equal(part->lead_unit, "X2");
	assert_string_equal(part->lead_text, "");
	assert_string_equal(part->content, "Rà soát thủ tục");
	assert_int_equal(part->due_day, test_day("2026-03-31"));
	assert_int_equal(view_task(test->view, true, id_of(test, "1~X2"), &task), 0);
	assert_true(task.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_PART);
	assert_false(there(test, "2~SYT"));
	dondoc__v1__task_fields__free_unpacked(whole, NULL);
	dondoc__v1__task_fields__free_unpacked(part, NULL);
}

static void the_same_file_again_changes_nothing(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);

	take(test, &command);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	assert_int_equal(test->result.unchanged, 9 + 1 + 2 + 3);
	command.fan_out = false; /* nor without the option: it is in parts already */
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	assert_null(row_with(test, PROBLEM(COLLECTIVE_LEAD)));
	assert_null(row_with(test, PROBLEM(GONE)));
}

static void a_change_of_the_row_reaches_its_parts_but_not_what_is_their_own(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields *part, own;

	take(test, &command);
	part = fields_of(test, "1~X2"); /* one unit has got a later day and another product */
	own = *part;
	own.due_day = test_day("2026-05-15");
	own.product = text_of("Báo cáo riêng");
	changed.task = &own;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED, id_of(test, "1~X2"),
		  &changed.base);
	dondoc__v1__task_fields__free_unpacked(part, NULL);
	assert_int_equal(view_flush(test->view, &test->err), 0);
	command =
		fan_command(test, TASK_HEAD "1,0,Rà soát thủ tục hành chính,,\"126 xã, phường\",,,,"
					    "2026-03-31,once,\n"
					    "2,0,Báo cáo năm,,Sở Y tế,,,,2026-06-30,once,\n");
	take(test, &command);
	assert_int_equal(test->result.changed, 4);
	part = fields_of(test, "1~X2");
	assert_string_equal(part->content, "Rà soát thủ tục hành chính");
	assert_string_equal(part->product, "Báo cáo riêng");
	assert_int_equal(part->due_day, test_day("2026-05-15"));
	dondoc__v1__task_fields__free_unpacked(part, NULL);
}

static void the_units_are_those_of_the_plans_day(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, NULL);

	take(test, &command); /* the units alone */
	end_unit(test, "X3", "Xã Ba", "2025-12-31");
	command = fan_command(test, ROWS_FAN);
	take(test, &command);
	assert_true(there(test, "1~X1"));
	assert_false(there(test, "1~X3"));
}

static void unasked_it_stays_one_task_and_that_is_told(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);

	command.fan_out = false;
	take(test, &command);
	assert_non_null(row_with(test, PROBLEM(COLLECTIVE_LEAD)));
	assert_false(there(test, "1~X1"));
	command.fan_out = true; /* asked for later, while nobody has begun */
	take(test, &command);
	assert_true(there(test, "1~X1"));
	assert_int_equal(test->result.changed, 1);
	assert_int_equal(test->result.added, 3);
}

static void a_mark_in_the_row_asks_for_this_row_alone(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		fan_command(test, "code,content,lead_unit,due,fan_out\n"
				  "1,Một,\"126 xã, phường\",2026-03-31,x\n"
				  "2,Hai,\"126 xã, phường\",2026-03-31,không\n");

	command.fan_out = false;
	take(test, &command);
	assert_true(there(test, "1~X1"));
	assert_false(there(test, "2~X1"));
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
}

static void what_somebody_has_worked_on_stays_one_task(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);
	Dondoc__V1__ProgressReported report = DONDOC__V1__PROGRESS_REPORTED__INIT;

	command.fan_out = false;
	take(test, &command);
	report.has_step_case = DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;
	report.step = (Dondoc__V1__ProgressStep)1;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED, id_of(test, "1"),
		  &report.base);
	command.fan_out = true;
	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(WORKED_ON)));
	assert_int_equal(test->result.event_count, 0);
}

static void a_collective_lead_without_units_is_a_fault(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		fan_command(test, TASK_HEAD "1,0,Một,,Các hội,,,,2026-03-31,once,\n");

	run(test, &command);
	assert_true(row_with(test, PROBLEM(NO_MEMBERS))->fault);
	command.fan_out = false;
	run(test, &command);
	assert_int_equal(test->result.fault_count, 0);
}

#define NESTED_UNITS                                                                               \
	FAN_UNITS "TAT,\"Sở và xã\",group,HN,SBN; XP\n"                                        \
		  "VONG1,Vòng một,group,HN,VONG2\n"                                             \
		  "VONG2,Vòng hai,group,HN,VONG1; X1\n"                                           \
		  "THIEU,Thiếu,group,HN,X1; RONG\n"

static void a_collective_unit_among_the_members_is_opened_in_its_turn(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		fan_command(test, TASK_HEAD "1,0,Việc,,Sở và xã,,,,2026-03-31,once,\n"
					    "2,0,Việc,,Vòng một,,,,2026-03-31,once,\n");

	command.units_file = keep(test, NESTED_UNITS);
	take(test, &command);
	assert_string_equal(row_with(test, PROBLEM(FANNED_OUT))->value, "5");
	assert_true(there(test, "1~SYT"));
	assert_true(there(test, "1~X3"));
	assert_false(there(test, "1~XP"));
	assert_true(there(test, "2~X1"));
	assert_false(there(test, "2~VONG2"));
	command = fan_command(test, TASK_HEAD "3,0,Việc,,Thiếu,,,,2026-03-31,once,\n");
	command.units_file = keep(test, NESTED_UNITS);
	run(test, &command);
	assert_non_null(row_with(test, PROBLEM(NO_MEMBERS)));
}

static void two_collective_leads_make_one_part_a_unit(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(
		test, TASK_HEAD "1,0,Một,,\"126 xã, phường; Các Sở, ban, ngành; Sở Y tế\",,,,"
				"2026-03-31,once,\n");

	take(test, &command);
	assert_string_equal(row_with(test, PROBLEM(FANNED_OUT))->value, "5");
	assert_true(there(test, "1~SYT"));
	assert_true(there(test, "1~X3"));
}

/* --- parts as rows, as an export has them ------------------------------------------------------
 */

#define EXPORTED                                                                                   \
	"code,content,lead_unit,due,recurrence,parent,heading,position,fan_out,priority\n"         \
	"G1,Họp dân,,2026-03-31,once,,,1000001,x,x\n"                                           \
	"G1~X1,Họp dân,X1,2026-03-31,once,G1,,1000001,,x\n"                                     \
	"G1~X3,Họp dân,X3,2026-04-30,once,G1,,1000001,,x\n"

static void parts_that_the_file_has_itself_are_taken_as_they_are(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, EXPORTED);
	Dondoc__V1__TaskFields *part;

	command.fan_out = false;
	take(test, &command);
	part = fields_of(test, "G1");
	assert_true(part->fan_out);
	assert_true(part->priority);
	dondoc__v1__task_fields__free_unpacked(part, NULL);
	part = fields_of(test, "G1~X3");
	assert_string_equal(part->parent, "G1");
	assert_string_equal(part->lead_text, ""); /* a code is no text of its own */
	assert_int_equal(part->due_day, test_day("2026-04-30"));
	dondoc__v1__task_fields__free_unpacked(part, NULL);
	assert_false(there(test, "G1~X2"));
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
	command.fan_out = true;
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
}

static void a_part_may_stand_before_its_whole(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		fan_command(test, "code,content,lead_unit,due,parent,fan_out\n"
				  "1~X1,Một,X1,2026-03-31,1,\n"
				  "1,Một,,2026-03-31,,x\n");
	struct view_task task;

	take(test, &command);
	assert_int_equal(view_task(test->view, true, id_of(test, "1~X1"), &task), 0);
	assert_int_equal(task.parent, id_of(test, "1"));
}

static void rows_that_lie_under_each_other_are_told(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, "code,content,lead_unit,due,parent\n"
							   "1,Một,SYT,2026-03-31,2\n"
							   "2,Hai,SYT,2026-03-31,1\n"
							   "3,Ba,SYT,2026-03-31,3\n"
							   "4,Bốn,SYT,2026-03-31,KHONG\n");

	run(test, &command);
	assert_int_equal(test->result.fault_count, 4);
	assert_non_null(row_with(test, PROBLEM(CYCLE)));
	assert_string_equal(row_with(test, PROBLEM(UNKNOWN_PARENT))->value, "KHONG");
}

/* --- what the file has no more, or says otherwise ----------------------------------------------
 */

static void a_task_that_the_file_no_longer_has_is_told_and_stays(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);
	const Dondoc__V1__RowReport *row;

	take(test, &command);
	command = fan_command(test, TASK_HEAD "2,0,Báo cáo năm,,Sở Y tế,,,,2026-06-30,once,\n");
	run(test, &command);
	row = row_with(test, PROBLEM(GONE));
	assert_non_null(row);
	assert_int_equal(row->row, 0);
	assert_false(row->fault);
	assert_string_equal(test->result.rows[0]->value, "1 Rà soát thủ tục");
	assert_int_equal(test->result.changed, 1); /* its place */
	command.gone = DONDOC__V1__GONE_TASKS__GONE_KEPT;
	run(test, &command);
	assert_null(row_with(test, PROBLEM(GONE)));
}

static void by_decision_it_is_ended_with_its_parts(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);
	struct view_task task;

	take(test, &command);
	command = fan_command(test, TASK_HEAD "2,0,Báo cáo năm,,Sở Y tế,,,,2026-06-30,once,\n");
	command.gone = DONDOC__V1__GONE_TASKS__GONE_CANCELLED;
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(MISSING));
	command.reason = text_of("Thay kế hoạch");
	take(test, &command);
	assert_non_null(row_with(test, PROBLEM(ENDED)));
	assert_int_equal(view_task(test->view, true, id_of(test, "1~X2"), &task), 0);
	assert_int_equal(task.state, DONDOC__V1__TASK_STATE__TASK_CANCELLED);
	run(test, &command); /* once is enough */
	assert_int_equal(test->result.event_count, 0);
}

static void another_text_under_a_known_code_is_told(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;

	import_tasks(test, TASK_HEAD "1,0,Xây dựng cơ sở dữ liệu dân cư của tỉnh,,SYT,,,,"
				     "2026-01-31,once,\n");
	command = command_of(test, TASK_HEAD "1,0,Xây dựng cơ sở dữ liệu dân cư toàn tỉnh,,SYT,,,,"
					     "2026-01-31,once,\n");
	run(test, &command);
	assert_null(row_with(test, PROBLEM(TEXT_DIFFERS)));
	command = command_of(test, TASK_HEAD "1,0,Tổ chức tập huấn cho cán bộ một cửa,,SYT,,,,"
					     "2026-01-31,once,\n");
	run(test, &command);
	assert_false(row_with(test, PROBLEM(TEXT_DIFFERS))->fault);
	assert_int_equal(test->result.changed, 1);
}

static void a_unit_that_had_ended_leads_nothing_new(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);

	take(test, &command);
	end_unit(test, "X1", "Xã Một", "2025-12-31");
	command = fan_command(test, TASK_HEAD "9,0,Mới,,X1,,,,2026-03-31,once,\n");
	command.units_file.len = 0;
	run(test, &command);
	assert_true(row_with(test, PROBLEM(UNIT_CLOSED))->fault);
}

static void a_row_of_another_plan_is_left_out(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command =
		fan_command(test, "code,content,lead_unit,due,heading,plan\n"
				  "1,Một,SYT,2026-03-31,,P\n"
				  "1,Khác,SYT,2026-03-31,,Q\n");

	take(test, &command);
	assert_string_equal(row_with(test, PROBLEM(OTHER_PLAN))->value, "Q");
	assert_true(there(test, "1"));
}

static void a_closed_plan_takes_no_import(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = fan_command(test, ROWS_FAN);
	Dondoc__V1__PlanClosed closed = DONDOC__V1__PLAN_CLOSED__INIT;
	Dondoc__V1__ClosePlan said = DONDOC__V1__CLOSE_PLAN__INIT;

	take(test, &command);
	said.plan = text_of("P");
	closed.said = &said;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_PLAN_CLOSED, 0, &closed.base);
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(PLAN_STATE));
	assert_int_equal(test->result.event_count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_unit_behind_the_lead_gets_a_sub_task),
		TEST(the_same_file_again_changes_nothing),
		TEST(a_change_of_the_row_reaches_its_parts_but_not_what_is_their_own),
		TEST(the_units_are_those_of_the_plans_day),
		TEST(unasked_it_stays_one_task_and_that_is_told),
		TEST(a_mark_in_the_row_asks_for_this_row_alone),
		TEST(what_somebody_has_worked_on_stays_one_task),
		TEST(a_collective_lead_without_units_is_a_fault),
		TEST(a_collective_unit_among_the_members_is_opened_in_its_turn),
		TEST(two_collective_leads_make_one_part_a_unit),
		TEST(parts_that_the_file_has_itself_are_taken_as_they_are),
		TEST(a_part_may_stand_before_its_whole),
		TEST(rows_that_lie_under_each_other_are_told),
		TEST(a_task_that_the_file_no_longer_has_is_told_and_stays),
		TEST(by_decision_it_is_ended_with_its_parts),
		TEST(another_text_under_a_known_code_is_told),
		TEST(a_unit_that_had_ended_leads_nothing_new),
		TEST(a_row_of_another_plan_is_left_out),
		TEST(a_closed_plan_takes_no_import),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
