/* task_evidence_test.c - files as evidence, from the upload on: an engine over a real log, view and
 * files. */
#include "tests/services/task/task_evidence_fixture.h"

/* --- attaching -------------------------------------------------------------------------------- */

static void a_file_is_attached_listed_fetched_and_taken_off(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint8_t hash[DD_HASH_LEN];
	Dondoc__V1__Answer *answer;
	Dondoc__V1__FileRow *row;

	hall_put(hall, PDF, hash);
	accepted(attach(hall, task, hash, "Báo cáo 120.pdf"));
	answer = files_of(hall, &hall_operator, task, NULL);
	assert_int_equal(answer->files->n_rows, 1);
	row = answer->files->rows[0];
	assert_string_equal(row->file->name, "Báo cáo 120.pdf");
	assert_string_equal(row->file->type, "application/pdf");
	assert_int_equal(row->file->size, strlen(PDF));
	assert_string_equal(row->document->number, "15/QĐ-UBND");
	assert_true(row->here);
	end(answer);
	answer = fetch(hall, &hall_operator, hash, 5, 3);
	assert_int_equal(answer->file_bytes->size, strlen(PDF));
	assert_int_equal(answer->file_bytes->data.len, 3);
	assert_memory_equal(answer->file_bytes->data.data, &PDF[5], 3);
	end(answer);
	refused(attach(hall, task, hash, "Báo cáo 120.pdf"), REFUSAL(NOTHING_TO_DO));
	accepted(detach(hall, task, hash));
	refused(detach(hall, task, hash), REFUSAL(NOTHING_TO_DO));
	answer = files_of(hall, &hall_operator, task, NULL);
	assert_true(answer->files->rows[0]->detached);
	end(answer);
	accepted(attach(hall, task, hash, "Báo cáo 120.pdf"));
	answer = files_of(hall, &hall_operator, task, NULL);
	assert_false(answer->files->rows[0]->detached);
	end(answer);
}

static void what_is_no_evidence_is_refused(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint8_t good[DD_HASH_LEN], program[DD_HASH_LEN], missing[DD_HASH_LEN] = {7};

	hall_put(hall, PDF, good);
	hall_put(hall, "MZ\x90 program", program);
	refused(attach(hall, task, missing, "a.pdf"), REFUSAL(UNKNOWN_FILE));
	refused(attach(hall, task, program, "a.pdf"), REFUSAL(FILE_TYPE));
	refused(attach(hall, task, good, "../a.pdf"), REFUSAL(RANGE));
	refused(attach(hall, task, good, "a\nb.pdf"), REFUSAL(RANGE));
	refused(attach(hall, task, good, " "), REFUSAL(MISSING));
	refused(attach(hall, task + 1000, good, "a.pdf"), REFUSAL(UNKNOWN_TASK));
	refused(attach_as(hall, task, good, "a.pdf", false, "UNKNOWN"), REFUSAL(NOT_PERMITTED));
	accepted(attach_as(hall, task, good, "a.pdf", false, "STC")); /* it helps */
	refused(detach(hall, task, program), REFUSAL(UNKNOWN_FILE));
}

static void an_office_sees_the_files_of_its_own_tasks_alone(void **state)
{
	static const struct dd_principal other = {
		.cls = DD_PRINCIPAL_OFFICE, .unit = "HN", .text = "office/HN"};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint8_t hash[DD_HASH_LEN], upload[DD_HASH_LEN];
	Dondoc__V1__Answer *answer;

	hall_put(hall, PDF, hash);
	hall_put(hall, "not attached to anything", upload);
	accepted(attach(hall, task, hash, "a.pdf"));
	answer = files_of(hall, &hall_syt, task, NULL);
	assert_int_equal(answer->files->n_rows, 1);
	end(answer);
	end(fetch(hall, &hall_syt, hash, 0, 0));
	assert_null(files_of(hall, &other, task, NULL));
	assert_null(files_of(hall, &hall_syt, 0, hash));
	assert_null(fetch(hall, &other, hash, 0, 0));
	assert_null(fetch(hall, &hall_operator, upload, 0, 0));
}

static void a_file_that_follows_counts_when_it_has_come(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	static const char program[] = "MZ program";
	uint8_t hash[DD_HASH_LEN], bad[DD_HASH_LEN];
	Dondoc__V1__Answer *answer;
	struct view_file file;

	dd_hash(PDF, strlen(PDF), hash);
	dd_hash(program, strlen(program), bad);
	accepted(attach_as(hall, task, hash, "a.pdf", true, "SYT"));
	accepted(attach_as(hall, task, bad, "b.pdf", true, "SYT"));
	daily(hall);
	assert_int_equal(view_file(hall->view, false, hash, &file), DD_OK);
	assert_int_equal(file.arrived, 0);
	hall_put(hall, PDF, hash);
	hall_put(hall, program, bad);
	daily(hall);
	answer = files_of(hall, &hall_operator, 0, hash);
	assert_true(answer->files->rows[0]->here);
	assert_string_equal(answer->files->rows[0]->file->type, "application/pdf");
	end(answer);
	assert_int_equal(view_file(hall->view, false, bad, &file), DD_OK);
	assert_int_equal(file.arrived, 0); /* a program does not become evidence so */
	hall_reopen(hall, false);
	assert_int_equal(view_file(hall->view, false, hash, &file), DD_OK);
	assert_true(file.arrived != 0);
}

static void files_that_never_come_keep_no_other_back(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint8_t hash[DD_HASH_LEN], never[DD_HASH_LEN] = {0};
	struct view_file file;

	for (int i = 0; i < 100; i++) {
		never[1] = (uint8_t)i;
		accepted(attach_as(hall, task, never, "n.pdf", true, "SYT"));
	}
	dd_hash(PDF, strlen(PDF), hash);
	accepted(attach_as(hall, task, hash, "a.pdf", true, "SYT"));
	hall_put(hall, PDF, hash);
	daily(hall);
	assert_int_equal(view_file(hall->view, false, hash, &file), DD_OK);
	assert_true(file.arrived != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, evidence_set_up, hall_tear_down)
		TEST(a_file_is_attached_listed_fetched_and_taken_off),
		TEST(what_is_no_evidence_is_refused),
		TEST(an_office_sees_the_files_of_its_own_tasks_alone),
		TEST(a_file_that_follows_counts_when_it_has_come),
		TEST(files_that_never_come_keep_no_other_back),
	};

	return cmocka_run_group_tests_name("services.task.task_evidence", tests, NULL, NULL);
}
