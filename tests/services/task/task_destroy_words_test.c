/* task_destroy_words_test.c - updates, requests, decisions and former texts of tasks lose their
 * words by order of two persons; what they did stays done, live and built anew, and only the units
 * concerned read what stays. */
#include "common/eventlog/segment_redact.h"
#include "tests/services/task/task_destroy_fixture.h"

#define NOTE   "BÍ MẬT cập nhật Nguyễn Văn A"
#define REASON "BÍ MẬT lý do Trần Thị B"
#define TEXT   "BÍ MẬT nhiệm vụ Lê Văn C"

/* --- what is said ----------------------------------------------------------------------------- */

static uint64_t done(struct hall *hall, const struct said *said)
{
	const struct given *given = answered(hall, said);

	accepted(given);
	return given->sequence;
}

static uint64_t report(struct hall *hall, uint64_t task, uint32_t percent, const char *note)
{
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS, "SYT", NULL);
	report.task = task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = percent;
	report.note = text_of(note);
	said.body.report_progress = &report;
	return done(hall, &said);
}

static uint64_t extend(struct hall *hall, uint64_t task)
{
	Dondoc__V1__RequestExtension request = DONDOC__V1__REQUEST_EXTENSION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION, "SYT", NULL);
	said.document.title = text_of(REASON);
	request.task = task;
	request.proposed_due_day = test_day("2026-09-30");
	request.reason = text_of(REASON);
	request.basis = &said.document;
	said.body.request_extension = &request;
	return done(hall, &said);
}

static uint64_t decide(struct hall *hall, uint64_t task, bool granted)
{
	Dondoc__V1__DecideExtension decide = DONDOC__V1__DECIDE_EXTENSION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXTENSION, "HN", NULL);
	decide.task = task;
	decide.granted = granted;
	decide.reason = text_of(REASON);
	decide.document = &said.document;
	said.body.decide_extension = &decide;
	return done(hall, &said);
}

static uint64_t complete(struct hall *hall, uint64_t task)
{
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION, "SYT", NULL);
	said.document.title = text_of(REASON);
	request.task = task;
	request.note = text_of(REASON);
	request.evidence = &said.document;
	said.body.request_completion = &request;
	return done(hall, &said);
}

static uint64_t send_back(struct hall *hall, uint64_t task)
{
	Dondoc__V1__DecideCompletion decide = DONDOC__V1__DECIDE_COMPLETION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION, "HN", NULL);
	decide.task = task;
	decide.reason = text_of(REASON);
	said.body.decide_completion = &decide;
	return done(hall, &said);
}

static uint64_t change(struct hall *hall, uint64_t task, const char *content)
{
	Dondoc__V1__ChangeTask change = DONDOC__V1__CHANGE_TASK__INIT;
	Dondoc__V1__TaskFields *fields;
	const uint8_t *bytes;
	struct said said;
	uint64_t sequence;
	size_t len;

	assert_int_equal(view_task_fields(hall->view, true, task, &bytes, &len), DD_OK);
	fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	assert_non_null(fields);
	free(fields->content);
	fields->content = strdup(content);
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_TASK, "HN", NULL);
	change.task = task;
	change.fields = fields;
	change.reason = text_of("ghi nhầm");
	change.document = &said.document;
	said.body.change_task = &change;
	sequence = done(hall, &said);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return sequence;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void updates_lose_their_words_and_keep_their_numbers(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), first = report(hall, task, 30, NOTE), second;
	const Dondoc__V1__HistoryRow *row;
	Dondoc__V1__ProgressReported *body;
	Dondoc__V1__Answer *page;
	uint64_t number;

	second = report(hall, task, 40, NOTE " lần hai");
	number = destroy(hall, first);
	same_built_anew(hall);
	(void)destroy(hall, second); /* the value in force is its */
	same_built_anew(hall);
	nothing_is_left(hall, NOTE);
	assert_int_equal(hall_percent(hall, task), 40);
	page = page_of(hall, task);
	row = row_of(page, first);
	assert_true(row->redacted);
	assert_int_equal(row->destroyed_by, number);
	body = dondoc__v1__progress_reported__unpack(NULL, row->body.len, row->body.data);
	assert_int_equal(body->percent, 30);
	assert_string_equal(body->note, "");
	dondoc__v1__progress_reported__free_unpacked(body, NULL);
	end(page);
	(void)report(hall, task, 50, "còn tiếp");
	verify(hall);
}

static void requests_and_decisions_lose_their_reasons_and_stay_decided(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), asked = extend(hall, task), events[4];
	struct view_task now;

	refused(order(hall, NULL, asked, PERSON(a)), REFUSAL(PENDING)); /* it is to be decided */
	events[0] = asked;
	events[1] = decide(hall, task, true);
	events[2] = complete(hall, task);
	refused(order(hall, NULL, events[2], PERSON(a)), REFUSAL(PENDING));
	events[3] = send_back(hall, task);
	for (size_t i = 0; i < 4; i++) {
		(void)destroy(hall, events[i]);
		same_built_anew(hall);
	}
	nothing_is_left(hall, REASON);
	assert_int_equal(view_task(hall->view, false, task, &now), DD_OK);
	assert_int_equal(now.due_day, test_day("2026-09-30"));
	assert_int_equal(now.extensions_granted, 1);
	assert_int_equal(now.state, DONDOC__V1__TASK_STATE__TASK_RETURNED);
	(void)complete(hall, task);
}

static void a_former_text_of_a_task_goes_and_the_one_in_force_stays(void **state)
{
	struct hall *hall = *state;
	struct sent import = import_of(hall, 'I', 1,
				       HALL_HEAD "1,0," TEXT ",SYT,STC,,2026-06-30,once\n"
						 "2,0,Việc hai,STC,,,,once\n");
	uint64_t task, second;

	accepted(hall_do(hall, &import));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &task), DD_OK);
	refused(order(hall, NULL, task, PERSON(a)), REFUSAL(RANGE));
	second = change(hall, task, TEXT " (sửa)");
	(void)change(hall, task, "Việc một");
	(void)report(hall, task, 20, "đang làm");
	(void)destroy(hall, second);
	same_built_anew(hall);
	assert_int_equal(files_with(hall, "log", "(sửa)"), 0);
	(void)destroy(hall, task);
	same_built_anew(hall);
	nothing_is_left(hall, TEXT);
	assert_int_equal(hall_percent(hall, task), 20);
	assert_int_equal(files_with(hall, "log", "Việc một") > 0, 1);
	refused(order(hall, NULL, task, PERSON(a)), REFUSAL(NOTHING_TO_DO));
}

static void remove_task(struct hall *hall, uint64_t task)
{
	Dondoc__V1__RemoveTask remove = DONDOC__V1__REMOVE_TASK__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_REMOVE_TASK, "HN", NULL);
	remove.task = task;
	remove.reason = text_of("nhập nhầm");
	said.body.remove_task = &remove;
	(void)done(hall, &said);
}

static void the_text_of_a_removed_task_goes_whether_it_was_corrected_or_not(void **state)
{
	struct hall *hall = *state;
	struct sent import = import_of(hall, 'I', 1,
				       HALL_HEAD "1,0," TEXT ",SYT,STC,,2026-06-30,once\n"
						 "2,0," TEXT " hai,STC,,,,once\n");
	uint64_t task, other, text;

	accepted(hall_do(hall, &import));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &task), DD_OK);
	assert_int_equal(view_task_by_code(hall->view, true, "P", "2", &other), DD_OK);
	text = change(hall, other, TEXT " hai (sửa)");
	refused(order(hall, NULL, task, PERSON(a)), REFUSAL(RANGE));
	refused(order(hall, NULL, text, PERSON(a)), REFUSAL(RANGE));
	remove_task(hall, task);
	remove_task(hall, other);
	(void)destroy(hall, task);
	same_built_anew(hall);
	(void)destroy(hall, text); /* the last one; the first still lies there */
	same_built_anew(hall);
	assert_int_equal(files_with(hall, "log", "(sửa)"), 0);
	assert_int_equal(files_with(hall, "log", TEXT) > 0, 1);
	(void)destroy(hall, other);
	same_built_anew(hall);
	nothing_is_left(hall, TEXT);
	refused(order(hall, NULL, task, PERSON(a)), REFUSAL(NOTHING_TO_DO));
}

/* What the confirmation tells everybody names events, and says nothing of them. */
static void only_the_units_concerned_read_what_stays(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), event = report(hall, task, 30, NOTE), confirmed;
	struct dd_buf frame = {0};
	struct dd_record record;

	accepted(order(hall, NULL, event, PERSON(a)));
	accepted(confirm(hall, hall_head(hall), true, PERSON(b)));
	confirmed = hall_head(hall) - 1;
	assert_int_equal(hall_type(hall, confirmed), EVENT(DESTRUCTION_CONFIRMED));
	assert_int_equal(hall_type(hall, confirmed + 1), EVENT(DESTRUCTION_REST));
	assert_int_equal(dd_eventlog_get(hall->log, confirmed, &frame, &record, &hall->err), 0);
	assert_true(task_query_visible(NULL, &hall_stc, &record, NULL));
	{
		Dondoc__V1__DestructionConfirmed *said = dondoc__v1__destruction_confirmed__unpack(
			NULL, record.body_len, record.body);

		assert_int_equal(said->n_rest, 0);
		assert_int_equal(said->n_events, 1);
		dondoc__v1__destruction_confirmed__free_unpacked(said, NULL);
	}
	assert_int_equal(dd_eventlog_get(hall->log, confirmed + 1, &frame, &record, &hall->err), 0);
	assert_true(task_query_visible(NULL, &hall_syt, &record, NULL));
	assert_false(task_query_visible(NULL, &hall_stc, &record, NULL));
	dd_buf_fini(&frame);
}

/* By stream and number the office that sent it finds what it keeps itself. */
static void an_office_is_told_which_of_its_commands_lost_their_words(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), number;
	struct sent sent = report_of(&hall_syt, 'R', 1, task, 30);
	const struct given *given = hall_do(hall, &sent);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDestroyed list = DONDOC__V1__LIST_DESTROYED__INIT;
	Dondoc__V1__Answer *found;
	uint64_t event = given->sequence;

	accepted(given);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DESTROYED;
	query.list_destroyed = &list;
	found = ask(hall, &hall_syt, &query);
	assert_int_equal(found->destroyed->n_rows, 0);
	end(found);
	number = destroy(hall, event);
	found = ask(hall, &hall_stc, &query);
	assert_int_equal(found->destroyed->n_rows, 0); /* another's */
	end(found);
	found = ask(hall, &hall_syt, &query);
	assert_int_equal(found->destroyed->n_rows, 1);
	assert_int_equal(found->destroyed->rows[0]->event, event);
	assert_int_equal(found->destroyed->rows[0]->order, number);
	assert_int_equal(found->destroyed->rows[0]->number, 1);
	assert_int_equal(found->destroyed->rows[0]->stream.data[0], 'R');
	end(found);
	list.after = event;
	found = ask(hall, &hall_syt, &query);
	assert_int_equal(found->destroyed->n_rows, 0);
	end(found);
}

/* The log says that 90 per cent stay of a report of 30: the view is not built from that. */
static void what_stays_is_compared_with_the_order(void **state)
{
	static const uint8_t forged[] = {8, 90};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), event = report(hall, task, 30, NOTE);
	struct dd_redact redact = {.sequence = event, .rest = forged, .rest_len = sizeof(forged)};
	uint32_t generation;

	accepted(order(hall, NULL, event, PERSON(a)));
	accepted(confirm(hall, hall_head(hall), true, PERSON(b)));
	assert_int_equal(dd_eventlog_redact(hall->log, &redact, 1, &generation, &hall->err), 0);
	hall_close(hall);
	hall_lose_view(hall);
	assert_int_not_equal(hall_try_open(hall), 0);
	assert_non_null(strstr(hall->err.text, "is not what stays of it"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, evidence_set_up, hall_tear_down)
		TEST(updates_lose_their_words_and_keep_their_numbers),
		TEST(requests_and_decisions_lose_their_reasons_and_stay_decided),
		TEST(a_former_text_of_a_task_goes_and_the_one_in_force_stays),
		TEST(the_text_of_a_removed_task_goes_whether_it_was_corrected_or_not),
		TEST(only_the_units_concerned_read_what_stays),
		TEST(an_office_is_told_which_of_its_commands_lost_their_words),
		TEST(what_stays_is_compared_with_the_order),
	};

	return cmocka_run_group_tests_name("services.task.task_destroy_words", tests, NULL, NULL);
}
