/* task_decide_test.c - what one command becomes: answered before, out of order, not for this
 * principal, unreadable; and that each has one effect for ever. */
#include "tests/services/task/task_engine_fixture.h"
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* --- known already --------------------------------------------------------------------------- */

static void an_accepted_command_has_a_receipt_and_its_event_in_the_log(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 30);
	const struct given *given = hall_do(hall, &report);
	struct dd_position at;
	Dondoc__V1__EventHeader *header;

	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(given->sequence, hall_head(hall));
	assert_int_equal(given->incarnation, 1);
	assert_int_equal(dd_eventlog_position(hall->log, given->sequence, &at, &hall->err), 0);
	assert_memory_equal(given->chain, at.chain, DD_HASH_LEN);
	header = hall_header(hall, given->sequence);
	assert_int_equal(header->type, EVENT(PROGRESS_REPORTED));
	assert_int_equal(header->subject, task);
	assert_string_equal(header->principal, "office/SYT");
	assert_int_equal(header->cause->number, 1);
	assert_int_equal(header->record_us, dd_wall_us());
	dondoc__v1__event_header__free_unpacked(header, NULL);
	assert_int_equal(hall_percent(hall, task), 30);
}

/* Sends the same again in every way there is: at once, after a restart, after the view is lost. */
static void expect_same_for_ever(struct hall *hall, const struct sent *sent)
{
	struct given first = *hall_do(hall, sent);
	uint64_t head = hall_head(hall);

	same_answer(&first, hall_do(hall, sent));
	hall_reopen(hall, true);
	same_answer(&first, hall_do(hall, sent));
	hall_reopen(hall, false);
	same_answer(&first, hall_do(hall, sent));
	assert_int_equal(hall_head(hall), head);
}

static void the_same_command_again_gets_the_same_answer_for_ever(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 30);
	struct sent later = report_of(&hall_syt, 'a', 2, task, 40);

	expect_same_for_ever(hall, &report);
	assert_int_equal(hall_do(hall, &later)->outcome, OUTCOME(ACCEPTED));
	expect_same_for_ever(hall, &report);
	assert_int_equal(hall_percent(hall, task), 40);
}

static void a_refusal_is_an_event_and_stays_the_same_for_ever(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 101);
	const struct given *given = hall_do(hall, &report);

	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, REFUSAL(RANGE));
	assert_string_equal(given->arguments[0], "percent");
	assert_string_equal(given->arguments[1], "101");
	assert_int_equal(given->sequence, hall_head(hall));
	assert_int_equal(hall_type(hall, given->sequence), EVENT(COMMAND_REFUSED));
	expect_same_for_ever(hall, &report);
	/* What would be right now does not change what was said. */
	report = report_of(&hall_syt, 'b', 1, task + 100, 10);
	expect_same_for_ever(hall, &report);
	assert_int_equal(hall_percent(hall, task), 0);
}

static void a_command_twice_in_one_batch_is_one_event_with_two_answers(void **state)
{
	static const uint32_t percents[] = {30, 101}; /* accepted, refused */
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);

	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		struct sent report = report_of(&hall_syt, 'a', i + 1, task, percents[i]);
		uint64_t head = hall_head(hall);
		uint64_t one = hall_submit(hall, &report);
		uint64_t two = hall_submit(hall, &report);

		hall_run(hall);
		same_answer(hall_answer(hall, one), hall_answer(hall, two));
		assert_int_equal(hall_answer(hall, one)->sequence, head + 1);
		assert_int_equal(hall_head(hall), head + 1);
	}
	assert_int_equal(task_engine_stats(hall->engine).duplicates, 2);
}

static void other_bytes_under_a_used_number_conflict_and_change_nothing(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 30);
	struct sent other = report_of(&hall_syt, 'a', 1, task, 31);
	struct sent empty = {.who = &hall_syt, .stream = 'a', .number = 1};
	uint64_t first = hall_submit(hall, &report);
	uint64_t same_batch = hall_submit(hall, &other);
	uint64_t head = hall_head(hall);

	hall_run(hall);
	assert_int_equal(hall_answer(hall, first)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, same_batch)->outcome, OUTCOME(CONFLICT));
	assert_int_equal(hall_do(hall, &other)->outcome, OUTCOME(CONFLICT));
	assert_int_equal(hall_do(hall, &empty)->outcome, OUTCOME(CONFLICT));
	hall_reopen(hall, false);
	assert_int_equal(hall_do(hall, &other)->outcome, OUTCOME(CONFLICT));
	assert_int_equal(hall_head(hall), head + 1);
	assert_int_equal(hall_percent(hall, task), 30);
}

/* --- before the flush has come back ---------------------------------------------------------- */

/* The requests of one batch that flies and of one that is open on top of it. */
struct early {
	uint64_t first, again, other, gap, next, next_other;
};

/* Nothing of either is durable yet. */
static struct early send_early(struct hall *hall, uint64_t task)
{
	struct sent first = report_of(&hall_syt, 'a', 1, task, 30);
	struct sent other = report_of(&hall_syt, 'a', 1, task, 31);
	struct sent second = report_of(&hall_syt, 'a', 2, task, 40);
	struct sent second_other = report_of(&hall_syt, 'a', 2, task, 41);
	struct sent fourth = report_of(&hall_syt, 'a', 4, task, 50);
	struct early early;

	early.first = hall_submit(hall, &first);
	task_engine_turn(hall->engine);
	assert_true(task_engine_busy(hall->engine));
	early.again = hall_submit(hall, &first);
	early.other = hall_submit(hall, &other);
	early.gap = hall_submit(hall, &fourth);
	early.next = hall_submit(hall, &second);
	early.next_other = hall_submit(hall, &second_other);
	task_engine_turn(hall->engine);
	return early;
}

static void flush(struct hall *hall)
{
	dd_eventlog_run(hall->log);
	task_engine_committed(hall->engine);
}

static void nothing_is_said_of_a_number_before_what_has_it_is_durable(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct early early = send_early(hall, task);

	assert_false(hall_answered(hall, early.first));
	assert_false(hall_answered(hall, early.again));
	assert_false(hall_answered(hall, early.other));
	assert_false(hall_answered(hall, early.next_other));
	assert_int_equal(hall_answer(hall, early.gap)->expected, 1); /* the log has nothing yet */
	flush(hall); /* the second batch flies now */
	assert_int_equal(hall_answer(hall, early.first)->outcome, OUTCOME(ACCEPTED));
	same_answer(hall_answer(hall, early.first), hall_answer(hall, early.again));
	assert_int_equal(hall_answer(hall, early.other)->outcome, OUTCOME(CONFLICT));
	assert_false(hall_answered(hall, early.next));
	assert_false(hall_answered(hall, early.next_other));
	flush(hall);
	assert_int_equal(hall_answer(hall, early.next)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, early.next_other)->outcome, OUTCOME(CONFLICT));
}

/* The flush does not come: what was on its way never was, and nobody was told that it had been. */
static void what_never_became_durable_was_told_to_nobody(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent other = report_of(&hall_syt, 'a', 1, task, 31);
	uint64_t head = hall_head(hall);
	struct early early = send_early(hall, task);

	test_fault_set(TEST_PWRITE, TEST_FAIL, 1, 1, ENOSPC);
	flush(hall);
	assert_int_equal(hall_answer(hall, early.first)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_answer(hall, early.again)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_answer(hall, early.other)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_answer(hall, early.next)->outcome, OUTCOME(BUSY));
	assert_int_equal(hall_answer(hall, early.next_other)->outcome, OUTCOME(BUSY));
	hall_reopen(hall, true);
	assert_int_equal(hall_head(hall), head);
	/* The number is free, also for what would have been a conflict. */
	assert_int_equal(hall_do(hall, &other)->outcome, OUTCOME(ACCEPTED));
}

/* The process is killed while the flush is on its way: what had been said by then is true of the
 * log that is left. */
static void a_kill_before_the_flush_makes_no_answer_wrong(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent other = report_of(&hall_syt, 'a', 1, task, 31);
	uint64_t head = hall_head(hall);
	struct given said;
	int status, ends[2];
	pid_t pid;

	hall_close(hall);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		hall_open(hall);
		hall->given_count = 0;
		(void)send_early(hall, task);
		for (size_t i = 0; i < hall->given_count; i++)
			(void)!write(ends[1], &hall->given[i], sizeof(hall->given[i]));
		(void)raise(SIGKILL);
	}
	(void)close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &said, sizeof(said)) == (ssize_t)sizeof(said)) {
		assert_int_equal(said.outcome, OUTCOME(GAP));
		assert_int_equal(said.expected, 1);
	}
	(void)close(ends[0]);
	hall_open(hall);
	assert_int_equal(hall_head(hall), head);
	assert_int_equal(hall_do(hall, &other)->outcome, OUTCOME(ACCEPTED));
}

static void an_import_again_gets_the_same_receipt(void **state)
{
	struct hall *hall = *state;
	struct sent import = import_of(hall, 'I', 1, HALL_TASKS);
	struct given first = *hall_do(hall, &import);
	const struct given *again;

	assert_int_equal(first.outcome, OUTCOME(ACCEPTED));
	assert_int_equal(first.added, 6);
	hall_reopen(hall, false);
	again = hall_do(hall, &import);
	assert_int_equal(again->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(again->sequence, first.sequence);
	assert_memory_equal(again->chain, first.chain, DD_HASH_LEN);
	assert_int_equal(hall_head(hall), first.sequence);
}

/* --- out of order, not theirs ---------------------------------------------------------------- */

static void a_gap_names_the_number_that_must_come_first(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent first = report_of(&hall_syt, 'a', 1, task, 10);
	struct sent second = report_of(&hall_syt, 'a', 2, task, 20);
	struct sent third = report_of(&hall_syt, 'a', 3, task, 30);
	uint64_t head = hall_head(hall);
	uint64_t early;

	assert_int_equal(hall_do(hall, &third)->outcome, OUTCOME(GAP));
	assert_int_equal(hall_do(hall, &third)->expected, 1);
	/* What is before in the same batch may never be: the client begins there again. */
	(void)hall_submit(hall, &first);
	early = hall_submit(hall, &third);
	(void)hall_submit(hall, &second);
	hall_run(hall);
	assert_int_equal(hall_answer(hall, early)->outcome, OUTCOME(GAP));
	assert_int_equal(hall_answer(hall, early)->expected, 1);
	assert_int_equal(hall_answer(hall, early)->sequence, 0);
	assert_int_equal(hall_head(hall), head + 2);
	assert_int_equal(hall_do(hall, &third)->sequence, head + 3);
	assert_int_equal(hall_percent(hall, task), 30);
}

static void one_principal_cannot_use_up_another_s_stream(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent squatter = report_of(&hall_stc, 'a', 1, task, 20);
	struct sent owner = report_of(&hall_syt, 'a', 1, task, 30);
	struct sent ahead = report_of(&hall_stc, 'a', 3, task, 20);
	uint64_t taken, own, head;

	/* In one batch, and with one id: each has its own number 1. */
	taken = hall_submit(hall, &squatter);
	own = hall_submit(hall, &owner);
	hall_run(hall);
	head = hall_head(hall);
	assert_int_equal(hall_answer(hall, taken)->sequence, head - 1);
	assert_int_equal(hall_answer(hall, own)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, own)->sequence, head);
	hall_reopen(hall, false);
	/* Told again is to each what it was told, and nobody else's answer. */
	assert_int_equal(hall_do(hall, &squatter)->sequence, head - 1);
	assert_int_equal(hall_do(hall, &owner)->sequence, head);
	assert_int_equal(hall_do(hall, &ahead)->outcome, OUTCOME(GAP));
	assert_int_equal(hall_do(hall, &ahead)->expected, 2);
	assert_int_equal(hall_head(hall), head);
}

static void who_may_not_is_denied_without_an_event_and_keeps_the_number(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent local = report_of(&hall_local, 'a', 1, task, 10);
	struct sent office_clock = confirm_of('b', 1);
	struct sent report = report_of(&hall_syt, 'b', 1, task, 10);
	struct sent none = report_of(&hall_syt, 'c', 0, task, 10);
	uint64_t head = hall_head(hall);

	office_clock.who = &hall_syt;
	assert_int_equal(hall_do(hall, &local)->outcome, OUTCOME(DENIED));
	assert_int_equal(hall_do(hall, &office_clock)->outcome, OUTCOME(DENIED));
	assert_int_equal(hall_do(hall, &none)->outcome, OUTCOME(DENIED));
	assert_int_equal(hall_head(hall), head);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
}

static void a_stream_id_of_another_length_is_denied(void **state)
{
	struct hall *hall = *state;
	struct task_ticket ticket = {.request = ++hall->requests};
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	uint8_t stream[DD_ID_LEN + 1] = {1};
	uint64_t head = hall_head(hall);

	submit.number = 1;
	submit.stream = (ProtobufCBinaryData){.len = sizeof(stream), .data = stream};
	task_engine_submit(hall->engine, &ticket, &hall_operator, &submit);
	hall_run(hall);
	assert_int_equal(hall_answer(hall, ticket.request)->outcome, OUTCOME(DENIED));
	assert_int_equal(hall_head(hall), head);
}

static void an_office_speaks_for_its_own_unit_only(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_stc, 'a', 1, task, 10);
	const struct given *given;

	report.who = &hall_syt; /* the body says STC, the key says SYT */
	given = hall_do(hall, &report);
	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, REFUSAL(NOT_PERMITTED));
	assert_int_equal(hall_percent(hall, task), 0);
}

/* --- unreadable ------------------------------------------------------------------------------ */

static void an_empty_body_uses_up_its_number_as_withdrawn(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent empty = {.who = &hall_syt, .stream = 'a', .number = 1};
	struct sent next = report_of(&hall_syt, 'a', 2, task, 10);
	const struct given *given = hall_do(hall, &empty);

	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_type(hall, given->sequence), EVENT(COMMAND_WITHDRAWN));
	assert_int_equal(hall_do(hall, &next)->outcome, OUTCOME(ACCEPTED));
	expect_same_for_ever(hall, &empty);
}

static void what_cannot_be_read_is_refused_by_its_reason_and_uses_up_its_number(void **state)
{
	static const struct {
		const char *what;
		const char *bytes;
		size_t len;
		Dondoc__V1__RefusalCode code;
	} rows[] = {
		{"no protobuf", "\xff\xff\xff", 3, REFUSAL(MALFORMED)},
		{"a truncated text", "\x52\x05\x1a\x09", 4, REFUSAL(MALFORMED)},
		{"a note that is not UTF-8", "\x52\x05\x08\x01\x22\x01\xc0", 7, REFUSAL(MALFORMED)},
		{"a step that does not exist", "\x52\x04\x08\x01\x18\x63", 6, REFUSAL(MALFORMED)},
		{"an unknown action", "\xfa\x3f\x01\x78", 4, REFUSAL(NEWER_CLIENT)},
		{"an unknown field inside", "\x52\x06\x08\x01\xfa\x3f\x01\x78", 8,
		 REFUSAL(NEWER_CLIENT)},
		{"no action", "\x10\x01", 2, REFUSAL(NEWER_CLIENT)},
	};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report;
	uint64_t number = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sent sent = {.who = &hall_syt, .stream = 'a', .number = ++number};
		const struct given *given;

		memcpy(sent.body, rows[i].bytes, rows[i].len);
		sent.len = rows[i].len;
		given = hall_do(hall, &sent);
		if (given->outcome != OUTCOME(REFUSED) || given->refusal != rows[i].code)
			fail_msg("%s: outcome %d, refusal %d", rows[i].what, (int)given->outcome,
				 (int)given->refusal);
		assert_int_equal(hall_type(hall, given->sequence), EVENT(COMMAND_REFUSED));
		expect_same_for_ever(hall, &sent);
	}
	report = report_of(&hall_syt, 'a', ++number, task, 10);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
}

/* --- what waits for the head ------------------------------------------------------------------ */

static void operator_does(struct hall *hall, Dondoc__V1__CommandBody *body)
{
	static uint64_t number;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'r', .number = ++number};

	body->actor = &actor;
	sent_body(&sent, body);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
}

/* SYT wants its head to see what leaves; a person of it has a role. */
static void want_approval(struct hall *hall, uint8_t person[16])
{
	static const Dondoc__V1__Role roles[] = {DONDOC__V1__ROLE__ROLE_STAFF,
						 DONDOC__V1__ROLE__ROLE_HEAD};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;
	Dondoc__V1__SetSettings set = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows = &row;
	uint8_t head[16] = "the head of SYT";

	grant.unit = text_of("SYT");
	for (size_t i = 0; i < 2; i++) {
		grant.person = (ProtobufCBinaryData){.len = 16, .data = i == 0 ? person : head};
		grant.role = roles[i];
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE;
		body.grant_role = &grant;
		operator_does(hall, &body);
	}
	row.name = text_of("approval");
	row.value = text_of("on");
	row.unit = text_of("SYT");
	set.settings = &rows;
	set.n_settings = 1;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_SETTINGS;
	body.set_settings = &set;
	operator_does(hall, &body);
}

static void what_waits_for_the_head_is_answered_as_waiting_for_ever(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent report = report_of(&hall_syt, 'a', 1, task, 30);
	Dondoc__V1__CommandBody *body;
	uint8_t person[16] = "staff of the SYT";

	want_approval(hall, person);
	body = dondoc__v1__command_body__unpack(NULL, report.len, report.body);
	body->actor->person.len = 16;
	body->actor->person.data = dd_memdup(person, 16);
	sent_body(&report, body);
	dondoc__v1__command_body__free_unpacked(body, NULL);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall->given[hall->given_count - 1].held, 1);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(OUTGOING_HELD));
	assert_int_equal(hall_percent(hall, task), 0);
	expect_same_for_ever(hall, &report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_accepted_command_has_a_receipt_and_its_event_in_the_log),
		TEST(the_same_command_again_gets_the_same_answer_for_ever),
		TEST(a_refusal_is_an_event_and_stays_the_same_for_ever),
		TEST(a_command_twice_in_one_batch_is_one_event_with_two_answers),
		TEST(other_bytes_under_a_used_number_conflict_and_change_nothing),
		TEST(nothing_is_said_of_a_number_before_what_has_it_is_durable),
		TEST(what_never_became_durable_was_told_to_nobody),
		TEST(a_kill_before_the_flush_makes_no_answer_wrong),
		TEST(an_import_again_gets_the_same_receipt),
		TEST(a_gap_names_the_number_that_must_come_first),
		TEST(one_principal_cannot_use_up_another_s_stream),
		TEST(who_may_not_is_denied_without_an_event_and_keeps_the_number),
		TEST(a_stream_id_of_another_length_is_denied),
		TEST(an_office_speaks_for_its_own_unit_only),
		TEST(what_waits_for_the_head_is_answered_as_waiting_for_ever),
		TEST(an_empty_body_uses_up_its_number_as_withdrawn),
		TEST(what_cannot_be_read_is_refused_by_its_reason_and_uses_up_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
