/* task_query_test.c - what is answered to whom, and after which position. */
#include "services/task/task_query.h"
#include "tests/services/task/task_engine_fixture.h"

#define ERROR(name) DONDOC__V1__ERROR_CODE__ERROR_##name

struct asking {
	struct hall *hall;
	struct task_query_source source;
	struct dd_buf bytes;
	Dondoc__V1__ErrorCode code;
	Dondoc__V1__Answer *answer; /* of the last question; NULL = an error */
};

static int set_up(void **state)
{
	struct asking *asking = dd_alloc(sizeof(*asking));
	void *hall = NULL;

	(void)hall_set_up(&hall);
	asking->hall = hall;
	(void)hall_plan(asking->hall);
	asking->source.view = asking->hall->view;
	asking->source.log = asking->hall->log;
	*state = asking;
	return 0;
}

static int tear_down(void **state)
{
	struct asking *asking = *state;
	void *hall = asking->hall;

	dondoc__v1__answer__free_unpacked(asking->answer, NULL);
	dd_buf_fini(&asking->bytes);
	dd_buf_fini(&asking->source.frame);
	free(asking);
	return hall_tear_down(&hall);
}

/* OK (0), or the error's code. */
static Dondoc__V1__ErrorCode ask(struct asking *asking, const struct dd_principal *who,
				 Dondoc__V1__Query *query)
{
	struct dd_error err = {0};

	dondoc__v1__answer__free_unpacked(asking->answer, NULL);
	asking->answer = NULL;
	if (task_query_answer(&asking->source, who, query, &asking->bytes, &asking->code, &err) !=
	    DD_OK) {
		assert_true(err.text[0] != '\0');
		return asking->code;
	}
	asking->answer = dondoc__v1__answer__unpack(NULL, asking->bytes.len, asking->bytes.data);
	assert_non_null(asking->answer);
	return ERROR(UNKNOWN);
}

static Dondoc__V1__ErrorCode ask_task(struct asking *asking, const struct dd_principal *who,
				      uint64_t id, const char *plan, const char *code)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;

	show.task = id;
	show.plan = text_of(plan);
	show.code = text_of(code);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	return ask(asking, who, &query);
}

static size_t listed(struct asking *asking, const struct dd_principal *who, const char *unit)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;

	list.unit = text_of(unit);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	assert_int_equal(ask(asking, who, &query), ERROR(UNKNOWN));
	return asking->answer->tasks->n_rows;
}

static void an_office_lists_and_counts_only_what_its_unit_leads(void **state)
{
	struct asking *asking = *state;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;

	assert_int_equal(listed(asking, &hall_operator, ""), 2);
	assert_int_equal(listed(asking, &hall_syt, ""), 1);
	assert_int_equal(listed(asking, &hall_syt, "STC"), 1); /* what it asks for is not heard */
	assert_string_equal(asking->answer->tasks->rows[0]->lead_unit, "SYT");
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	assert_int_equal(ask(asking, &hall_stc, &query), ERROR(UNKNOWN));
	assert_int_equal(asking->answer->counts->all->total, 1);
	count.unit = text_of("");
	assert_int_equal(ask(asking, &hall_operator, &query), ERROR(UNKNOWN));
	assert_int_equal(asking->answer->counts->all->total, 2);
}

static void an_office_sees_the_tasks_that_its_unit_leads_or_helps_with(void **state)
{
	struct asking *asking = *state;
	uint64_t first = 7;  /* SYT leads, STC helps */
	uint64_t second = 8; /* STC leads */
	const struct {
		const struct dd_principal *who;
		uint64_t id;
		const char *plan, *code;
		bool seen;
	} rows[] = {
		{&hall_operator, second, "", "", true}, {&hall_syt, first, "", "", true},
		{&hall_syt, second, "", "", false},     {&hall_stc, first, "", "", true},
		{&hall_stc, second, "", "", true},      {&hall_syt, 0, "P", "1", true},
		{&hall_syt, 0, "P", "2", false},        {&hall_syt, 0, "", "2", false},
		{&hall_syt, 0, "", "1", true},          {&hall_stc, 0, "", "2", true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Dondoc__V1__ErrorCode code =
			ask_task(asking, rows[i].who, rows[i].id, rows[i].plan, rows[i].code);

		if ((code == ERROR(UNKNOWN)) != rows[i].seen)
			fail_msg("row %zu: %d", i, (int)code);
		if (!rows[i].seen)
			assert_true(code == ERROR(NOT_PERMITTED) || code == ERROR(NOT_FOUND));
	}
	assert_int_equal(ask_task(asking, &hall_operator, 999, "", ""), ERROR(NOT_FOUND));
}

static void a_stream_is_shown_with_its_last_receipt_and_only_to_its_owner(void **state)
{
	struct asking *asking = *state;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStream show = DONDOC__V1__SHOW_STREAM__INIT;
	struct sent report = report_of(&hall_syt, 'a', 1, 6, 10);
	struct sent withdrawn = {.who = &hall_syt, .stream = 'a', .number = 2};
	uint8_t stream[DD_ID_LEN];
	uint8_t digest[DD_HASH_LEN];
	const Dondoc__V1__StreamState *told;
	const struct given *given;

	memset(stream, 'a', sizeof(stream));
	show.stream = (ProtobufCBinaryData){.len = sizeof(stream), .data = stream};
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STREAM;
	query.show_stream = &show;
	assert_int_equal(ask(asking, &hall_syt, &query), ERROR(UNKNOWN));
	assert_false(asking->answer->stream->known);
	(void)hall_do(asking->hall, &report);
	given = hall_do(asking->hall, &withdrawn);
	assert_int_equal(ask(asking, &hall_syt, &query), ERROR(UNKNOWN));
	told = asking->answer->stream;
	dd_hash(NULL, 0, digest);
	assert_true(told->known);
	assert_int_equal(told->last_number, 2);
	assert_memory_equal(told->last_digest.data, digest, DD_HASH_LEN);
	assert_int_equal(told->last_receipt->sequence, given->sequence);
	assert_int_equal(told->last_receipt->incarnation, 1);
	assert_int_equal(told->last_receipt->chain.len, DD_HASH_LEN);
	assert_memory_equal(told->last_receipt->chain.data, given->chain, DD_HASH_LEN);
	/* To others it is an id that they have not used. */
	assert_int_equal(ask(asking, &hall_stc, &query), ERROR(UNKNOWN));
	assert_false(asking->answer->stream->known);
	assert_int_equal(ask(asking, &hall_operator, &query), ERROR(UNKNOWN));
	assert_false(asking->answer->stream->known);
	show.stream.len = 3;
	assert_int_equal(ask(asking, &hall_syt, &query), ERROR(MALFORMED));
}

static void what_a_service_does_not_answer_is_said_so(void **state)
{
	struct asking *asking = *state;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox outbox = DONDOC__V1__LIST_OUTBOX__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &outbox;
	assert_int_equal(ask(asking, &hall_operator, &query), ERROR(UNSUPPORTED));
	assert_int_equal(ask(asking, &hall_syt, &query), ERROR(NOT_PERMITTED));
}

static void a_question_waits_for_the_position_it_names(void **state)
{
	struct asking *asking = *state;
	struct hall *hall = asking->hall;
	struct sent report = report_of(&hall_syt, 'a', 1, 6, 10);
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;

	request.min_sequence = hall_head(hall) + 1;
	assert_false(task_query_ready(&asking->source, &request));
	(void)hall_submit(hall, &report);
	task_engine_turn(hall->engine);
	dd_eventlog_run(hall->log);
	task_engine_committed(hall->engine);
	/* Durable, but the lists do not show it yet. */
	assert_int_equal(hall_head(hall), request.min_sequence);
	assert_false(task_query_ready(&asking->source, &request));
	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
	assert_true(task_query_ready(&asking->source, &request));
	request.min_sequence = 0;
	assert_true(task_query_ready(&asking->source, &request));
}

/* --- the log --------------------------------------------------------------------------------- */

static bool may_read(const struct dd_principal *who, Dondoc__V1__EventType type, uint64_t subject,
		     const char *unit)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct dd_record record = {.sequence = 1};
	uint8_t packed[256];

	header.type = type;
	header.subject = subject;
	header.unit = text_of(unit);
	record.header_len = (uint32_t)dondoc__v1__event_header__pack(&header, packed);
	record.header = packed;
	return task_query_visible(NULL, who, &record, NULL);
}

static void an_office_reads_of_the_log_what_is_its_own_or_everybodys(void **state)
{
	static const struct {
		uint64_t subject;
		const char *unit;
		Dondoc__V1__EventType type;
		bool office, local;
	} rows[] = {
		{0, "", EVENT(GENESIS), true, true},
		{0, "", EVENT(UNIT_SET), true, true},
		{0, "", EVENT(PLAN_SET), true, true},
		{0, "", EVENT(CALENDAR_DAY_SET), true, true},
		{5, "SYT", EVENT(TASK_ADDED), true, true},
		{5, "STC", EVENT(TASK_ADDED), false, true},
		{5, "SYT", EVENT(PROGRESS_REPORTED), true, true},
		{5, "STC", EVENT(PROGRESS_REPORTED), false, true},
		{0, "SYT", EVENT(COMMAND_REFUSED), true, true},
		{0, "STC", EVENT(COMMAND_REFUSED), false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (may_read(&hall_syt, rows[i].type, rows[i].subject, rows[i].unit) !=
		    rows[i].office)
			fail_msg("row %zu, an office", i);
		if (may_read(&hall_operator, rows[i].type, rows[i].subject, rows[i].unit) !=
		    rows[i].local)
			fail_msg("row %zu, a local service", i);
	}
}

static void what_cannot_be_read_is_not_shown_to_an_office(void **state)
{
	static const uint8_t garbage[] = {0xff, 0xff};
	struct dd_record leaf = {.kind = DD_RECORD_LEAF};
	struct dd_record odd = {.header = garbage, .header_len = sizeof(garbage)};

	(void)state;
	assert_false(task_query_visible(NULL, &hall_syt, &leaf, NULL));
	assert_false(task_query_visible(NULL, &hall_syt, &odd, NULL));
	assert_true(task_query_visible(NULL, &hall_operator, &odd, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_office_lists_and_counts_only_what_its_unit_leads),
		TEST(an_office_sees_the_tasks_that_its_unit_leads_or_helps_with),
		TEST(a_stream_is_shown_with_its_last_receipt_and_only_to_its_owner),
		TEST(what_a_service_does_not_answer_is_said_so),
		TEST(a_question_waits_for_the_position_it_names),
		cmocka_unit_test(an_office_reads_of_the_log_what_is_its_own_or_everybodys),
		cmocka_unit_test(what_cannot_be_read_is_not_shown_to_an_office),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
