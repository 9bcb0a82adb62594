/* task_bounds_test.c - what a client may not reach: another log's numbers, headers and documents as
 * a place for text, another agency's plan; and who may read what comes of its commands. */
#include "tests/services/task/task_engine_fixture.h"

#include "services/task/task_query.h"

static const struct dd_principal hall_gateway = {.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"};

/* Let `change` alter the readable body of `sent`. */
static void altered(struct sent *sent, void (*change)(Dondoc__V1__CommandBody *body, void *arg),
		    void *arg)
{
	Dondoc__V1__CommandBody *body =
		dondoc__v1__command_body__unpack(NULL, sent->len, sent->body);

	assert_non_null(body);
	change(body, arg);
	sent_body(sent, body);
	dondoc__v1__command_body__free_unpacked(body, NULL);
}

static void see(Dondoc__V1__CommandBody *body, void *arg)
{
	const struct dd_position *at = arg;

	body->last_seen = malloc(sizeof(*body->last_seen));
	dondoc__v1__position__init(body->last_seen);
	body->last_seen->log_id.data = dd_memdup(at->log_id, DD_ID_LEN);
	body->last_seen->log_id.len = DD_ID_LEN;
	body->last_seen->incarnation = at->incarnation;
	body->last_seen->sequence = at->sequence;
}

static void a_command_made_from_another_log_is_refused(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct dd_position here = dd_eventlog_head(hall->log);
	struct dd_position other = here;
	struct dd_position future = here;
	struct sent one = report_of(&hall_syt, 'A', 1, task, 10);
	struct sent two = report_of(&hall_syt, 'A', 2, task, 20);
	struct sent three = report_of(&hall_syt, 'A', 3, task, 30);

	other.log_id[3] ^= 1;
	future.incarnation++;
	altered(&one, see, &other);
	altered(&two, see, &future);
	altered(&three, see, &here);
	assert_int_equal(hall_do(hall, &one)->refusal, REFUSAL(OTHER_LOG));
	assert_int_equal(hall_do(hall, &two)->refusal, REFUSAL(OTHER_LOG));
	assert_int_equal(hall_do(hall, &three)->outcome, OUTCOME(ACCEPTED));
}

static void set_position(Dondoc__V1__CommandBody *body, void *arg)
{
	body->actor->position = dd_strdup(arg);
}

static void set_nonce(Dondoc__V1__CommandBody *body, void *arg)
{
	size_t len = *(size_t *)arg;

	body->nonce.data = dd_alloc(len);
	body->nonce.len = len;
}

static void the_header_is_no_place_for_long_texts_or_odd_ids(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	char longer[102];
	size_t odd = 15;
	size_t right = 16;
	struct sent position = report_of(&hall_syt, 'A', 1, task, 10);
	struct sent nonce = report_of(&hall_syt, 'A', 2, task, 20);
	struct sent good = report_of(&hall_syt, 'A', 3, task, 30);

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	altered(&position, set_position, longer);
	altered(&nonce, set_nonce, &odd);
	altered(&good, set_nonce, &right);
	assert_int_equal(hall_do(hall, &position)->refusal, REFUSAL(MALFORMED));
	assert_int_equal(hall_do(hall, &nonce)->refusal, REFUSAL(MALFORMED));
	assert_int_equal(hall_do(hall, &good)->outcome, OUTCOME(ACCEPTED));
}

static struct sent completion_of(uint64_t number, uint64_t task, const char *title)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;
	struct sent sent = {.who = &hall_syt, .stream = 'A', .number = number};

	actor.unit = text_of("SYT");
	evidence.title = text_of(title);
	request.task = task;
	request.evidence = &evidence;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	body.request_completion = &request;
	sent_body(&sent, &body);
	return sent;
}

static void a_document_is_named_and_not_written_out(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	char title[502];
	struct sent longer, fits;
	const struct given *given;

	memset(title, 'a', sizeof(title) - 1);
	title[501] = '\0';
	longer = completion_of(1, task, title);
	title[500] = '\0';
	fits = completion_of(2, task, title);
	given = hall_do(hall, &longer);
	assert_int_equal(given->refusal, REFUSAL(TOO_LARGE));
	assert_string_equal(given->arguments[0], "document.title");
	assert_int_equal(hall_do(hall, &fits)->outcome, OUTCOME(ACCEPTED));
}

struct importer {
	const char *unit, *assigner;
	bool with_units;
};

static void act_for(Dondoc__V1__CommandBody *body, void *arg)
{
	const struct importer *importer = arg;

	body->actor = malloc(sizeof(*body->actor));
	dondoc__v1__actor__init(body->actor);
	body->actor->unit = dd_strdup(importer->unit);
	free(body->import_plan->plan->assigner_unit);
	body->import_plan->plan->assigner_unit = dd_strdup(importer->assigner);
	if (importer->with_units)
		return;
	free(body->import_plan->units_file.data);
	body->import_plan->units_file = (ProtobufCBinaryData){.len = 0};
}

static void a_plan_is_changed_by_its_own_agency_only(void **state)
{
	static const struct {
		const char *unit, *assigner;
		bool with_units;
		Dondoc__V1__RefusalCode refusal; /* NONE = it may */
	} rows[] = {
		{"STC", "STC", false, REFUSAL(NOT_PERMITTED)}, /* takes another's plan */
		{"STC", "HN", false, REFUSAL(NOT_PERMITTED)},
		{"HN", "STC", false,
		 REFUSAL(NOT_PERMITTED)},             /* gives it away: an operator's affair */
		{"HN", "HN", true, REFUSAL(NO_ROLE)}, /* units are the whole authority's */
		{"HN", "HN", false, REFUSAL(NONE)},
	};
	struct hall *hall = *state;

	hall_plan(hall);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct importer importer = {rows[i].unit, rows[i].assigner, rows[i].with_units};
		struct sent sent =
			import_of(hall, 'G', i + 1, HALL_HEAD "3,0,Việc ba,SYT,,,,once\n");
		const struct given *given;

		sent.who = &hall_gateway;
		altered(&sent, act_for, &importer);
		given = hall_do(hall, &sent);
		assert_int_equal(given->refusal, rows[i].refusal);
		if (rows[i].refusal == REFUSAL(NONE))
			assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	}
}

static struct sent assign_of(uint64_t number, uint64_t task, const char *to)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__AssignTask assign = DONDOC__V1__ASSIGN_TASK__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'O', .number = number};

	actor.unit = text_of("HN");
	assign.task = task;
	assign.lead_unit = text_of(to);
	assign.reason = text_of("đúng chức năng hơn");
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK;
	body.assign_task = &assign;
	sent_body(&sent, &body);
	return sent;
}

static bool readable(struct hall *hall, const struct dd_principal *who, uint64_t sequence)
{
	struct dd_buf frame = {0};
	struct dd_record record;
	bool visible;

	assert_int_equal(dd_eventlog_get(hall->log, sequence, &frame, &record, &hall->err), 0);
	visible = task_query_visible(NULL, who, &record, NULL);
	dd_buf_fini(&frame);
	return visible;
}

static void an_assignment_is_read_by_the_old_lead_and_by_the_new_one(void **state)
{
	static const struct dd_principal other = {
		.cls = DD_PRINCIPAL_OFFICE, .unit = "HN", .text = "office/HN"};
	struct hall *hall = *state;
	struct sent sent = assign_of(1, hall_plan(hall), "STC");
	const struct given *given = hall_do(hall, &sent);

	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_true(readable(hall, &hall_syt, given->sequence));
	assert_true(readable(hall, &hall_stc, given->sequence));
	assert_false(readable(hall, &other, given->sequence));
}

static void a_withdrawn_command_is_its_offices_own_affair(void **state)
{
	struct hall *hall = *state;
	struct sent empty = {.who = &hall_syt, .stream = 'A', .number = 1};
	const struct given *given = hall_do(hall, &empty);

	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_true(readable(hall, &hall_syt, given->sequence));
	assert_false(readable(hall, &hall_stc, given->sequence));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_command_made_from_another_log_is_refused),
		TEST(the_header_is_no_place_for_long_texts_or_odd_ids),
		TEST(a_document_is_named_and_not_written_out),
		TEST(a_plan_is_changed_by_its_own_agency_only),
		TEST(an_assignment_is_read_by_the_old_lead_and_by_the_new_one),
		TEST(a_withdrawn_command_is_its_offices_own_affair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
