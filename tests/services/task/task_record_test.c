/* task_record_test.c - what a record says of itself: the times, the claim's doubt, the chain of a
 * task's history. */
#include "tests/services/task/task_engine_fixture.h"

#define MINUTE_US (60 * DD_SECOND_US)

/* A report of a fact at `fact_us` by a client that had seen `seen` (0 = it does not say). */
static struct sent claim_of(struct sent sent, int64_t fact_us, uint64_t seen)
{
	Dondoc__V1__CommandBody *body = dondoc__v1__command_body__unpack(NULL, sent.len, sent.body);
	Dondoc__V1__Position position = DONDOC__V1__POSITION__INIT;

	position.sequence = seen;
	body->fact_us = fact_us;
	body->last_seen = seen != 0 ? &position : NULL;
	sent_body(&sent, body);
	body->last_seen = NULL;
	dondoc__v1__command_body__free_unpacked(body, NULL);
	return sent;
}

static struct sent claim(uint64_t number, uint64_t task, int64_t fact_us, uint64_t seen)
{
	return claim_of(report_of(&hall_syt, 'a', number, task, (uint32_t)number), fact_us, seen);
}

static bool doubtful(struct hall *hall, const struct sent *sent)
{
	Dondoc__V1__EventHeader *header = hall_header(hall, hall_do(hall, sent)->sequence);
	bool doubt = header->fact_doubtful;

	dondoc__v1__event_header__free_unpacked(header, NULL);
	return doubt;
}

static void a_claimed_time_counts_between_what_was_seen_and_receipt(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint64_t seen = hall_head(hall);
	int64_t seen_us = dd_wall_us();
	int64_t now_us = seen_us + DD_DAY_US;
	const struct {
		const char *what;
		int64_t fact_us;
		uint64_t seen;
		bool doubtful;
	} rows[] = {
		{"now", now_us, 0, false},
		{"without a position: ten minutes back", now_us - 10 * MINUTE_US, 0, false},
		{"without a position: longer back", now_us - 11 * MINUTE_US, 0, true},
		{"a clock that is a little fast", now_us + 2 * MINUTE_US, 0, false},
		{"the future", now_us + 3 * MINUTE_US, 0, true},
		{"between what was seen and now", now_us - 600 * MINUTE_US, seen, false},
		{"as it was seen", seen_us, seen, false},
		{"a clock that is a little slow", seen_us - 2 * MINUTE_US, seen, false},
		{"before what was seen", seen_us - 3 * MINUTE_US, seen, true},
		{"a position that does not exist", now_us, seen + 1000, true},
		{"the future, with a position", now_us + 3 * MINUTE_US, seen, true},
		{"no time at all: that of the record", 0, 0, false},
	};

	test_clock_advance(DD_DAY_US);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sent sent = claim(i + 1, task, rows[i].fact_us, rows[i].seen);

		if (doubtful(hall, &sent) != rows[i].doubtful)
			fail_msg("%s", rows[i].what);
	}
}

static struct sent claim_in(char stream, uint64_t number, uint64_t task, int64_t fact_us,
			    uint64_t seen)
{
	return claim_of(report_of(&hall_syt, stream, number, task, 1), fact_us, seen);
}

/* What an office once said to have seen holds for all its streams: also for a new one that says to
 * have seen less, and for an old one that has not been used for a while. */
static void a_new_stream_does_not_forget_what_its_office_had_seen(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint64_t before = hall_head(hall);
	int64_t before_us = dd_wall_us();
	struct sent old = claim_in('o', 1, task, before_us, before);
	struct sent sent;
	uint64_t now;

	assert_false(doubtful(hall, &old));
	test_clock_advance(DD_DAY_US);
	sent = claim_in('a', 1, task, before_us, before); /* it comes late, and has seen no more */
	assert_false(doubtful(hall, &sent));
	test_clock_advance(DD_DAY_US);
	for (uint64_t i = 1; i <= 64; i++) { /* the log knows its times by the 8 KiB */
		sent = report_of(&hall_stc, 'c', i, task + 1, 5);
		(void)hall_do(hall, &sent);
	}
	sent = claim_in('a', 2, task, dd_wall_us(), hall_head(hall));
	assert_false(doubtful(hall, &sent));
	now = hall_head(hall);
	test_clock_advance(DD_DAY_US);
	sent = claim_in('a', 3, task, dd_wall_us(), now);
	assert_false(doubtful(hall, &sent));
	test_clock_advance(DD_DAY_US);

	sent = claim_in('b', 1, task, before_us, before);
	assert_true(doubtful(hall, &sent));
	sent = claim_in('o', 2, task, before_us, before);
	assert_true(doubtful(hall, &sent));
	sent = claim_in('a', 4, task, before_us, before);
	assert_true(doubtful(hall, &sent));
	sent = claim_in('b', 2, task, dd_wall_us() - DD_DAY_US, now);
	assert_false(doubtful(hall, &sent));

	/* Another office has seen what it has seen itself. */
	sent = claim_of(report_of(&hall_stc, 'n', 1, task + 1, 5), before_us, before);
	assert_false(doubtful(hall, &sent));
}

static void a_doubtful_claim_is_kept_as_it_was_made_and_judged_once(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	int64_t fact_us = dd_wall_us() + 3 * MINUTE_US;
	struct sent sent = claim(1, task, fact_us, 0);
	uint64_t sequence = hall_do(hall, &sent)->sequence;
	Dondoc__V1__EventHeader *header = hall_header(hall, sequence);

	assert_int_equal(header->fact_us, fact_us);
	assert_true(header->fact_doubtful);
	assert_int_equal(header->record_us, dd_wall_us());
	dondoc__v1__event_header__free_unpacked(header, NULL);
	/* Sent again when it would be no more: it is that fact, not a new one. */
	test_clock_advance(5 * MINUTE_US);
	assert_int_equal(hall_do(hall, &sent)->sequence, sequence);
}

/* The id of a task of SYT's that is due today by 16:00. */
static uint64_t due_by_the_hour(struct hall *hall)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__Timing timing = DONDOC__V1__TIMING__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'x', .number = 1};
	uint64_t id;

	actor.unit = text_of("HN");
	timing.due_minute = 16 * 60;
	fields.plan = text_of("P");
	fields.code = text_of("3");
	fields.content = text_of("Báo cáo trước 16 giờ");
	fields.lead_unit = text_of("SYT");
	fields.due_day = dd_day_of(dd_wall_us());
	fields.timing = &timing;
	add.task = &fields;
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ADD_TASK;
	body.add_task = &add;
	sent_body(&sent, &body);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "3", &id), DD_OK);
	return id;
}

/* An afternoon long ago, of which nobody knows. */
static void a_doubtful_time_is_no_way_back_before_the_due_day(void **state)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;
	struct sent sent = {.who = &hall_syt, .stream = 'a', .number = 1};
	struct hall *hall = *state;
	struct view_task task;

	(void)hall_plan(hall);
	request.task = due_by_the_hour(hall);
	test_clock_advance(10 * DD_DAY_US);
	evidence.number = text_of("15/BC-SYT");
	request.evidence = &evidence;
	actor.unit = text_of("SYT");
	body.actor = &actor;
	body.fact_us = dd_day_start_us(dd_day_of(dd_wall_us()) - 11) + 17 * 60 * MINUTE_US;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	body.request_completion = &request;
	sent_body(&sent, &body);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task(hall->view, true, request.task, &task), DD_OK);
	assert_int_equal(task.submitted_day, dd_day_of(dd_wall_us()));
}

static void a_tasks_history_is_a_list_from_the_last_event_to_the_first(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint64_t at = 0;
	int count = 0;

	for (uint64_t i = 1; i <= 5; i++) {
		struct sent mine = claim(i, task, dd_wall_us(), 0);
		struct sent others = report_of(&hall_stc, 'b', i, task + 1, 1);

		(void)hall_submit(hall, &mine);
		(void)hall_submit(hall, &others);
	}
	hall_run(hall);
	for (at = hall_head(hall) - 1; at != 0; count++) {
		Dondoc__V1__EventHeader *header = hall_header(hall, at);

		assert_int_equal(header->subject, task);
		assert_true(header->must_understand);
		assert_string_equal(header->unit, "SYT");
		at = header->subject_previous;
		dondoc__v1__event_header__free_unpacked(header, NULL);
	}
	assert_int_equal(count, 6);
}

static void the_events_of_one_command_say_which_they_are(void **state)
{
	struct hall *hall = *state;
	uint64_t last = hall_plan(hall) + 1;

	/* Genesis, the opening of the group, three units, the plan and two tasks, its end. */
	assert_int_equal(last, 8);
	for (uint64_t at = 2; at <= last + 1; at++) {
		Dondoc__V1__EventHeader *header = hall_header(hall, at);
		bool inside = at > 2 && at <= last;

		assert_int_equal(header->cause->index, at - 2);
		assert_int_equal(header->group, at > 2 ? 2 : 0);
		assert_int_equal(header->cause->digest.len, inside ? 0 : DD_HASH_LEN);
		assert_string_equal(header->principal, "operator");
		dondoc__v1__event_header__free_unpacked(header, NULL);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_claimed_time_counts_between_what_was_seen_and_receipt),
		TEST(a_new_stream_does_not_forget_what_its_office_had_seen),
		TEST(a_doubtful_claim_is_kept_as_it_was_made_and_judged_once),
		TEST(a_doubtful_time_is_no_way_back_before_the_due_day),
		TEST(a_tasks_history_is_a_list_from_the_last_event_to_the_first),
		TEST(the_events_of_one_command_say_which_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
