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

#define BESIDE_HEAD                                                                                \
	"code,content,lead_unit,time_text,due,recurrence,position,labels,division,products,"       \
	"weight,area_second,time_read,source_kind,source_number,source_date\n"
#define BESIDE_ROW                                                                                 \
	"1,Việc,SYT,Quý II/2026,2026-06-20,once,64,hội nghị tháng 9 ; trongtam,YT1,"       \
	"\"Kế hoạch\n2.* Phụ lục\n   kèm theo\n7. Báo cáo\",0,2,settled,meeting,"       \
	"15/TB-UBND,01/03/2026\n"

static void use_weights(struct importing *test)
{
	Dondoc__V1__SettingsSet event = DONDOC__V1__SETTINGS_SET__INIT;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT;
	Dondoc__V1__Setting *settings[] = {&setting};

	setting.name = text_of("progress.weights");
	setting.value = text_of("on");
	said.settings = settings;
	said.n_settings = 1;
	event.said = &said;
	apply_one(test, DONDOC__V1__EVENT_TYPE__EVENT_SETTINGS_SET, 0, &event.base);
}

static void what_stands_beside_the_annex_makes_the_same_task_in_another_store(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;
	Dondoc__V1__TaskFields *task;

	use_weights(test);
	command = command_of(test, BESIDE_HEAD BESIDE_ROW);
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "1");
	assert_int_equal(task->n_labels, 2);
	assert_string_equal(task->labels[0], "hội nghị tháng 9");
	assert_string_equal(task->division, "YT1");
	assert_int_equal(task->n_products, 3);
	assert_int_equal(task->products[0]->number, 1);
	assert_string_equal(task->products[1]->text, "Phụ lục\nkèm theo");
	assert_true(task->products[1]->optional);
	assert_int_equal(task->products[2]->number, 7);
	assert_int_equal(task->has_weight_case, DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT);
	assert_int_equal(task->weight, 0);
	assert_int_equal(task->area_second, 2);
	assert_true(task->timing->settled);
	assert_int_equal(task->due_day, test_day("2026-06-20"));
	assert_int_equal(task->source_kind, DONDOC__V1__SOURCE_KIND__SOURCE_MEETING);
	assert_string_equal(task->source->number, "15/TB-UBND");
	assert_int_equal(task->source->day, test_day("2026-03-01"));
	dondoc__v1__task_fields__free_unpacked(task, NULL);
	run(test, &command);
	assert_int_equal(test->result.event_count, 0);
}

static void cells_beside_the_annex_that_are_wrong_are_told(void **state)
{
	static const struct {
		const char *row; /* from products on */
		const char *column;
		Dondoc__V1__RowProblem problem;
	} cases[] = {
		{",5,,,,,", "weight", PROBLEM(WEIGHTS_OFF)},
		{",1001,,,,,", "weight", PROBLEM(BAD_VALUE)},
		{",-1,,,,,", "weight", PROBLEM(BAD_VALUE)},
		{",,77,,,,", "area_second", PROBLEM(UNKNOWN_AREA)},
		{",,,,họp,,", "source_kind", PROBLEM(BAD_VALUE)},
		{",,,,,1/TB,31/02/2026", "source_date", PROBLEM(BAD_DATE)},
		{"\"2. A\n2. B\",,,,,,", "products", PROBLEM(BAD_VALUE)},
		{"1. ,,,,,,", "products", PROBLEM(BAD_VALUE)},
	};
	struct importing *test = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__ImportPlan command;
		char text[1024];

		(void)snprintf(text, sizeof(text),
			       BESIDE_HEAD "1,Việc,SYT,,2026-06-20,once,64,,,%s\n", cases[i].row);
		command = command_of(test, text);
		run(test, &command);
		if (test->result.fault_count != 1 || !row_with(test, cases[i].problem) ||
		    strcmp(row_with(test, cases[i].problem)->column, cases[i].column) != 0)
			fail_msg("row %s: %u faults", cases[i].row, test->result.fault_count);
	}
}

static void an_export_moves_days_that_were_settled(void **state)
{
	struct importing *test = *state;
	Dondoc__V1__ImportPlan command;
	Dondoc__V1__TaskFields *task;

	use_weights(test);
	command = command_of(test, BESIDE_HEAD BESIDE_ROW);
	run(test, &command);
	apply_all(test);
	command = command_of(test, "code,content,lead_unit,time_text,due,recurrence,position\n"
				   "1,Việc,SYT,Quý II/2026,2026-06-25,once,64\n");
	run(test, &command);
	apply_all(test);
	task = fields_of(test, "1");
	assert_int_equal(task->due_day, test_day("2026-06-25"));
	assert_int_equal(task->n_products, 3);
	dondoc__v1__task_fields__free_unpacked(task, NULL);
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
		KEEP_TEST(what_stands_beside_the_annex_makes_the_same_task_in_another_store),
		KEEP_TEST(cells_beside_the_annex_that_are_wrong_are_told),
		KEEP_TEST(an_export_moves_days_that_were_settled),
		KEEP_TEST(what_no_annex_says_stays_when_the_file_is_read_again),
		KEEP_TEST(a_date_of_a_published_plan_moves_by_a_document_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
