/* task_rules_many_test.c - one action on many tasks is one group: all of it or nothing, and undone
 * as one. */
#include "tests/services/task/task_rules_fix_fixture.h"

#define MANY 50

struct many {
	struct deciding *test;
	uint64_t tasks[MANY];
	struct view_task was[MANY];
	Dondoc__V1__ChangeMany cmd;
	Dondoc__V1__AssignTask assign;
	Dondoc__V1__EditTasks edit;
};

static struct many *gather(void)
{
	struct many *many = dd_alloc(sizeof(*many));
	char code[16];

	many->test = begin();
	for (int i = 0; i < MANY; i++) {
		snprintf(code, sizeof(code), "M%d", i);
		become(many->test, DD_PRINCIPAL_OPERATOR, "", 'o');
		many->tasks[i] = found_task(many->test, code, DUE, false);
		many->was[i] = task_now(many->test, many->tasks[i]);
	}
	return many;
}

static void leave(struct many *many)
{
	end(many->test);
	free(many);
}

static void ask_many(struct many *many, size_t count)
{
	dondoc__v1__change_many__init(&many->cmd);
	many->cmd.tasks = many->tasks;
	many->cmd.n_tasks = count;
	many->cmd.reason = text_of("sắp xếp lại");
	as_assigner(many->test);
	ask_with(many->test, COMMAND(CHANGE_MANY), &many->cmd.base);
}

static void assign_many(struct many *many, size_t count, const char *unit)
{
	ask_many(many, count);
	dondoc__v1__assign_task__init(&many->assign);
	many->assign.lead_unit = text_of(unit);
	many->cmd.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_ASSIGN;
	many->cmd.assign = &many->assign;
}

static Dondoc__V1__UndoGroup undoing_of(struct deciding *test, uint64_t group)
{
	Dondoc__V1__UndoGroup cmd = DONDOC__V1__UNDO_GROUP__INIT;

	cmd.group = group;
	cmd.reason = text_of("nhầm danh sách");
	as_assigner(test);
	return cmd;
}

static uint64_t undoes(struct deciding *test, uint64_t group)
{
	Dondoc__V1__UndoGroup cmd = undoing_of(test, group);

	ask_with(test, COMMAND(UNDO_GROUP), &cmd.base);
	return done(test);
}

static void fifty_tasks_are_assigned_as_one_and_undone_as_one(void **state)
{
	struct many *many = gather();
	struct view_group group;
	uint64_t first, back;

	(void)state;
	assign_many(many, MANY, "U2");
	first = done(many->test);
	for (int i = 0; i < MANY; i++)
		assert_string_equal(task_now(many->test, many->tasks[i]).lead_unit, "U2");
	assert_int_equal(view_group_find(many->test->view, true, first, &group), DD_OK);
	assert_int_equal(group.tasks, MANY);
	assert_string_equal(group.purpose, "bulk");
	assert_string_equal(group.plan, "P");
	assert_string_equal(group.unit, "HN");
	back = undoes(many->test, first);
	for (int i = 0; i < MANY; i++)
		same_task(many->test, &many->was[i]);
	assert_int_equal(view_group_find(many->test->view, true, first, &group), DD_OK);
	assert_true(group.undone_by > back);
	leave(many);
}

static void one_that_cannot_be_stops_all_and_is_named(void **state)
{
	struct many *many = gather();
	char number[32];

	(void)state;
	assigns(many->test, many->tasks[7], "U2");
	assign_many(many, MANY, "U2");
	declined(many->test, REFUSAL(NOTHING_TO_DO), "U2");
	snprintf(number, sizeof(number), "#%llu", (unsigned long long)many->tasks[7]);
	assert_string_equal(many->test->out.arguments[1], number);
	assert_string_equal(task_now(many->test, many->tasks[0]).lead_unit, "U1");
	leave(many);
}

static void a_task_is_named_once_and_not_too_many(void **state)
{
	struct many *many = gather();

	(void)state;
	many->tasks[9] = many->tasks[3];
	assign_many(many, 10, "U2");
	declined(many->test, REFUSAL(DUPLICATE), "task");
	assign_many(many, 0, "U2");
	declined(many->test, REFUSAL(MISSING), "tasks");
	ask_many(many, 3);
	declined(many->test, REFUSAL(MISSING), "change");
	leave(many);
}

static void another_unit_does_not_change_many(void **state)
{
	struct many *many = gather();

	(void)state;
	assign_many(many, 3, "U2");
	become(many->test, DD_PRINCIPAL_GATEWAY, "U3", 'x');
	declined(many->test, REFUSAL(NOT_PERMITTED), "U3");
	leave(many);
}

static void what_was_worked_on_since_is_left_and_counted(void **state)
{
	struct many *many = gather();
	Dondoc__V1__UndoGroup cmd;
	uint64_t first;

	(void)state;
	assign_many(many, 3, "U2");
	first = done(many->test);
	become(many->test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	ask(many->test, COMMAND(REPORT_PROGRESS), &dondoc__v1__report_progress__descriptor);
	many->test->cmd.report.task = many->tasks[1];
	many->test->cmd.report.note = text_of("đã nhận");
	done(many->test);
	undoes(many->test, first);
	assert_string_equal(task_now(many->test, many->tasks[0]).lead_unit, "U1");
	assert_string_equal(task_now(many->test, many->tasks[1]).lead_unit, "U2");
	assert_string_equal(task_now(many->test, many->tasks[2]).lead_unit, "U1");
	cmd = undoing_of(many->test, first);
	ask_with(many->test, COMMAND(UNDO_GROUP), &cmd.base);
	declined(many->test, REFUSAL(NOTHING_TO_DO), "group");
	cmd = undoing_of(many->test, 99999);
	ask_with(many->test, COMMAND(UNDO_GROUP), &cmd.base);
	declined(many->test, REFUSAL(UNKNOWN_ENTRY), "group");
	leave(many);
}

static void an_undoing_is_not_undone(void **state)
{
	struct many *many = gather();
	Dondoc__V1__UndoGroup cmd;
	uint64_t first, back;

	(void)state;
	assign_many(many, 3, "U2");
	first = done(many->test);
	back = undoes(many->test, first);
	cmd = undoing_of(many->test, back);
	ask_with(many->test, COMMAND(UNDO_GROUP), &cmd.base);
	declined(many->test, REFUSAL(UNKNOWN_ENTRY), "group");
	leave(many);
}

/* The packed content; freed by the caller. */
static uint8_t *content(struct deciding *test, uint64_t task, size_t *len_out)
{
	const uint8_t *bytes;

	assert_int_equal(view_task_fields(test->view, true, task, &bytes, len_out), DD_OK);
	return dd_memdup(bytes, *len_out);
}

static void an_edit_of_many_changes_what_it_names_and_is_undone(void **state)
{
	struct many *many = gather();
	char *label = text_of("trongtam");
	size_t before_len, after_len;
	uint8_t *before = content(many->test, many->tasks[2], &before_len), *after;
	Dondoc__V1__TaskFields *fields;
	uint64_t first;

	(void)state;
	ask_many(many, 5);
	dondoc__v1__edit_tasks__init(&many->edit);
	many->edit.has_area_case = DONDOC__V1__EDIT_TASKS__HAS_AREA_AREA;
	many->edit.area = 4;
	many->edit.add_labels = &label;
	many->edit.n_add_labels = 1;
	many->cmd.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_EDIT;
	many->cmd.edit = &many->edit;
	first = done(many->test);
	assert_int_equal(task_now(many->test, many->tasks[2]).area, 4);
	after = content(many->test, many->tasks[2], &after_len);
	fields = dondoc__v1__task_fields__unpack(NULL, after_len, after);
	assert_int_equal(fields->n_labels, 1);
	assert_string_equal(fields->labels[0], "trongtam");
	assert_string_equal(fields->content, "Rà soát thủ tục");
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	free(after);
	undoes(many->test, first);
	after = content(many->test, many->tasks[2], &after_len);
	assert_int_equal(after_len, before_len);
	assert_memory_equal(after, before, before_len);
	assert_int_equal(task_now(many->test, many->tasks[2]).area, many->was[2].area);
	free(after);
	free(before);
	leave(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifty_tasks_are_assigned_as_one_and_undone_as_one),
		cmocka_unit_test(one_that_cannot_be_stops_all_and_is_named),
		cmocka_unit_test(a_task_is_named_once_and_not_too_many),
		cmocka_unit_test(another_unit_does_not_change_many),
		cmocka_unit_test(what_was_worked_on_since_is_left_and_counted),
		cmocka_unit_test(an_undoing_is_not_undone),
		cmocka_unit_test(an_edit_of_many_changes_what_it_names_and_is_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
