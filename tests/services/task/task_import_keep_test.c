/* task_import_keep_test.c - a file that is read again: what it brings back, what it may not move,
 * and what stays because no annex says it. */
#include "tests/services/task/task_import_fixture.h"

/* --- what an export brings back
 * ------------------------------------------------------------------- */

#define EXPORT_HEAD                                                                                \
	"code,area,content,product,lead_unit,coordinating_units,time_text,start,due,recurrence,"   \
	"target,notes,parent,heading,position\n"

static void an_export_comes_back_with_its_headings_places_and_marks(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command = command_of(
		test, EXPORT_HEAD "G,0,'- Nhóm,,,,,,,,,,,x,7\n"
				  "A,0,Việc,,Sở Y tế,STC,,,2026-01-31,once,'- 100%,,G,,9\n");
	Dondoc__V1__TaskFields *task;

	run(test, &command);
	apply_all(test);
	task = fields_of(test, "G");
	assert_true(task->group);
	assert_string_equal(task->content, "- Nhóm");
	assert_int_equal(task->position, 7);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	task = fields_of(test, "A");
	assert_string_equal(task->parent, "G");
	assert_string_equal(task->target, "- 100%");
	assert_int_equal(task->position, 9);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
}

static void what_no_annex_says_stays_when_the_file_is_read_again(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	char *labels[] = {text_of("trongtam")};
	Dondoc__V1__TaskFields *task;

	import_tasks(test, TASK_HEAD "1,0,Việc,x,Sở Y tế,STC,Cuối Quý II/2026,,,,\n");
	changed.task = fields_of(test, "1");
	free(changed.task->labels);
	changed.task->labels = labels;
	changed.task->n_labels = 1;
	changed.task->priority = true;
	changed.task->due_day = test_day("2026-06-20"); /* a person has settled it */
	changed.task->timing = dd_alloc(sizeof(*changed.task->timing));
	dondoc__v1__timing__init(changed.task->timing);
	changed.task->timing->settled = true;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED, id_of(test, "1"),
		  &changed.base);
	changed.task->n_labels = 0;
	changed.task->labels = NULL;
	dondoc__v1__task_fields__free_unpacked(changed.task, NULL);
	command = command_of(test, TASK_HEAD "1,0,Việc mới,x,Sở Y tế,STC,Cuối Quý II/2026,,,,\n");
	command.read_times = true;
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "1");
	assert_string_equal(task->content, "Việc mới");
	assert_int_equal(task->n_labels, 1);
	assert_true(task->priority);
	assert_int_equal(task->due_day, test_day("2026-06-20"));
	assert_true(task->timing->settled);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

static void a_date_of_a_published_plan_moves_by_a_document_only(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__PlanPublished published = DONDOC__V1__PLAN_PUBLISHED__INIT;
	Dondoc__V1__PublishPlan said = DONDOC__V1__PUBLISH_PLAN__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;
	Dondoc__V1__ImportPlan command;
	Dondoc__V1__TaskFields *task;

	import_tasks(test, TASK_HEAD GOOD_TASK);
	said.plan = test->plan.code;
	published.said = &said;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_PLAN_PUBLISHED, 0, &published.base);
	command = command_of(test, TASK_HEAD "1,0,Việc,,Sở Y tế,,,,2026-02-28,once,\n");
	run(test, &command);
	assert_int_equal(test->result.refusal, REFUSAL(IMPORT_FAULTS));
	assert_non_null(row_with(test, PROBLEM(DUE_LOCKED)));
	document.number = text_of("15/QĐ-UBND");
	command.change = &document;
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "1");
	assert_int_equal(task->due_day, test_day("2026-02-28"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
}

#define KEEP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEEP_TEST(an_export_comes_back_with_its_headings_places_and_marks),
		KEEP_TEST(what_no_annex_says_stays_when_the_file_is_read_again),
		KEEP_TEST(a_date_of_a_published_plan_moves_by_a_document_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
