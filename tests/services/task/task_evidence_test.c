/* task_evidence_test.c - files as evidence, from the upload on: an engine over a real log, view and
 * files. */
#include "services/task/task_evidence.h"
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

/* --- before it is sent -------------------------------------------------------------------------
 */

struct begin_case {
	const char *name, *type;
	uint64_t size;
	bool type_refused;
	Dondoc__V1__RefusalCode code;
};

static void set_limit(struct hall *hall, const char *plan, const char *mib)
{
	Dondoc__V1__SetSettings set = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *settings[] = {&setting};
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_SET_SETTINGS, "HN", NULL);
	setting.name = text_of("evidence.max_mib");
	setting.value = text_of(mib);
	setting.plan = text_of(plan);
	set.settings = settings;
	set.n_settings = 1;
	set.reason = text_of("đường truyền chậm");
	set.document = &said.document;
	said.body.set_settings = &set;
	accepted(answered(hall, &said));
}

static bool may_begin(struct hall *hall, const struct dd_principal *who,
		      const Dondoc__V1__FilePut *put, struct task_outcome *out)
{
	struct task_case c = {.view = hall->view,
			      .log = hall->log,
			      .files = hall->files,
			      .who = who,
			      .record_us = dd_wall_us()};

	return task_evidence_may_begin(&c, put, out);
}

static void what_cannot_be_attached_is_refused_before_it_is_sent(void **state)
{
	static const struct begin_case cases[] = {
		{"a.pdf", "application/pdf", 2 << 20, false, 0},
		{"a.pdf", "application/pdf", (2 << 20) + 1, false, REFUSAL(TOO_LARGE)},
		{"a.exe", "application/x-msdownload", 10, true, REFUSAL(FILE_TYPE)},
		{"a.exe", "application/\x1b[2J", 10, true, REFUSAL(FILE_TYPE)},
		{"../a.pdf", "application/pdf", 10, false, REFUSAL(RANGE)},
		{"", "application/pdf", 10, false, REFUSAL(MISSING)},
		{".bash_profile", "text/plain", 10, false, REFUSAL(RANGE)},
		{"..", "text/plain", 10, false, REFUSAL(RANGE)},
	};
	struct hall *hall = *state;
	struct task_outcome out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__FilePut put = DONDOC__V1__FILE_PUT__INIT;

		if (i == 0) {
			(void)hall_plan(hall);
			set_limit(hall, "P", "2");
		}
		assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &put.task), DD_OK);
		put.name = text_of(cases[i].name);
		put.type = text_of(cases[i].type);
		put.size = cases[i].size;
		put.type_refused = cases[i].type_refused;
		assert_int_equal(may_begin(hall, &hall_operator, &put, &out), cases[i].code == 0);
		assert_int_equal(out.refusal, cases[i].code);
		for (int j = 0; j < out.argument_count; j++)
			assert_null(strchr(out.arguments[j], '\x1b'));
	}
}

static void an_upload_without_a_task_has_the_bounds_of_its_sender(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__FilePut put = DONDOC__V1__FILE_PUT__INIT;
	struct task_outcome out;

	(void)hall_plan(hall);
	set_limit(hall, "", "1");
	put.size = (1 << 20) + 1;
	assert_true(may_begin(hall, &hall_operator, &put, &out)); /* an annex, perhaps */
	assert_false(may_begin(hall, &hall_syt, &put, &out));
	assert_int_equal(out.refusal, REFUSAL(TOO_LARGE));
	put.task = 999999;
	assert_false(may_begin(hall, &hall_operator, &put, &out));
	assert_int_equal(out.refusal, REFUSAL(UNKNOWN_TASK));
}

/* --- who is asked -------------------------------------------------------------------------------
 */

static void who_is_asked_attaches_what_his_answer_rests_on(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__AskUnit question = DONDOC__V1__ASK_UNIT__INIT;
	Dondoc__V1__AnswerAsk answer = DONDOC__V1__ANSWER_ASK__INIT;
	Dondoc__V1__AttachFile attached = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__FileRef file = DONDOC__V1__FILE_REF__INIT;
	ProtobufCBinaryData named;
	uint8_t hash[DD_HASH_LEN];
	const struct given *given;
	struct said said;
	uint64_t task;

	(void)hall_plan(hall);
	assert_int_equal(view_task_by_code(hall->view, true, "P", "2", &task), DD_OK); /* STC's */
	hall_put(hall, PDF, hash);
	named = (ProtobufCBinaryData){.data = hash, .len = sizeof(hash)};
	file.hash = named;
	file.name = text_of("số liệu.pdf");
	attached.task = task;
	attached.file = &file;
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE, "SYT", NULL);
	said.body.attach_file = &attached;
	refused(answered(hall, &said), REFUSAL(NOT_PERMITTED));
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ASK_UNIT, "STC", NULL);
	question.task = task;
	question.unit = text_of("SYT");
	question.due_day = test_day("2026-03-09");
	question.what = text_of("cho số liệu");
	said.body.ask_unit = &question;
	given = answered(hall, &said);
	accepted(given);
	attached.entry = given->sequence;
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE, "SYT", NULL);
	said.body.attach_file = &attached;
	accepted(answered(hall, &said));
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ANSWER_ASK, "SYT", NULL);
	answer.task = task;
	answer.ask = attached.entry;
	answer.note = text_of("kèm theo");
	answer.files = &named;
	answer.n_files = 1;
	said.body.answer_ask = &answer;
	accepted(answered(hall, &said));
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE, "SYT", NULL);
	said.body.attach_file = &attached;
	refused(answered(hall, &said), REFUSAL(NOT_PERMITTED)); /* he has answered */
}

/* --- days
 * ----------------------------------------------------------------------------------------- */

static void on_day(struct hall *hall, struct task_daily *daily, int32_t day)
{
	daily->engine = hall->engine;
	daily->view = hall->view;
	daily->log = hall->log;
	daily->files = hall->files;
	task_daily_files(daily, day);
	hall_run(hall);
}

/* The service ends after the file has its name: its sender names it later, or nobody ever does. */
static void what_was_sent_and_never_named_goes_and_what_was_named_stays(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	int32_t day = test_day("2026-03-02");
	struct task_daily daily = {.swept_day = 0};
	struct dd_files_look look;
	uint8_t named[DD_HASH_LEN], other[DD_HASH_LEN];

	hall_put(hall, PDF, named);
	hall_put(hall, "một tệp khác", other);
	hall_reopen(hall, true);
	accepted(attach(hall, task, named, "a.pdf"));
	for (int i = 0; i < 7; i++)
		on_day(hall, &daily, day + i);
	assert_int_equal(dd_files_look(hall->files, other, &look, &hall->err), 0);
	on_day(hall, &daily, day + 7);
	assert_int_equal(dd_files_look(hall->files, other, &look, &hall->err), DD_ERR_NOT_FOUND);
	accepted(detach(hall, task, named)); /* taken off is not destroyed */
	for (int i = 8; i < 30; i++)
		on_day(hall, &daily, day + i);
	assert_int_equal(dd_files_look(hall->files, named, &look, &hall->err), 0);
}

/* The service was away for a holiday; the sender is not here yet. */
static void right_after_the_start_nothing_goes(void **state)
{
	struct hall *hall = *state;
	int32_t day = test_day("2026-02-12");
	struct task_daily before = {.swept_day = 0};
	struct task_daily after = {.sweeps_us = dd_mono_us() + TASK_DAILY_SWEEP_AFTER_US};
	struct dd_files_look look;
	uint8_t hash[DD_HASH_LEN];

	hall_put(hall, PDF, hash);
	hall_reopen(hall, true);
	on_day(hall, &before, day);
	hall_reopen(hall, true);
	on_day(hall, &after, day + 9);
	assert_int_equal(dd_files_look(hall->files, hash, &look, &hall->err), 0);
	after.sweeps_us = dd_mono_us();
	on_day(hall, &after, day + 9);
	assert_int_equal(dd_files_look(hall->files, hash, &look, &hall->err), DD_ERR_NOT_FOUND);
}

static void what_was_destroyed_and_sent_again_goes_again(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	int32_t day = test_day("2026-03-02");
	struct task_daily daily = {.swept_day = 0};
	struct dd_files_look look;
	uint8_t hash[DD_HASH_LEN];

	hall_put(hall, PDF, hash);
	accepted(attach(hall, task, hash, "a.pdf"));
	accepted(order(hall, hash, 0, PERSON(a)));
	accepted(confirm(hall, hall_head(hall), true, PERSON(b)));
	on_day(hall, &daily, day);
	assert_int_equal(dd_files_look(hall->files, hash, &look, &hall->err), DD_ERR_NOT_FOUND);
	hall_put(hall, PDF, hash);
	hall_reopen(hall, true);
	for (int i = 1; i < 9; i++)
		on_day(hall, &daily, day + i);
	assert_int_equal(dd_files_look(hall->files, hash, &look, &hall->err), DD_ERR_NOT_FOUND);
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
		TEST(what_cannot_be_attached_is_refused_before_it_is_sent),
		TEST(an_upload_without_a_task_has_the_bounds_of_its_sender),
		TEST(who_is_asked_attaches_what_his_answer_rests_on),
		TEST(what_was_sent_and_never_named_goes_and_what_was_named_stays),
		TEST(right_after_the_start_nothing_goes),
		TEST(what_was_destroyed_and_sent_again_goes_again),
	};

	return cmocka_run_group_tests_name("services.task.task_evidence", tests, NULL, NULL);
}
