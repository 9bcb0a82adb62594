/* skew_test.c - an office of an earlier version at a centre of today, and a client that is newer
 * than its office. What they say is written by field numbers here and not by the messages of today,
 * so that they stay what they are when those grow. */
#include "common/eventlog/frame.h"
#include "common/net/sync_client.h"
#include "tests/support/wire.h"
#include "tests/system/copy_field.h"

/* The contract as it was released. */
enum { REQUEST_VERSION = 1, REQUEST_ID = 2, REQUEST_DEADLINE_MS = 3, REQUEST_MIN_SEQUENCE = 5 };
enum { REQUEST_SUBMIT = 10, REQUEST_QUERY = 11, REQUEST_LOG_READ = 13 };
enum { REPLY_SUBMIT = 10, REPLY_ANSWER = 11, REPLY_LOG_CHUNK = 13 };
enum { QUERY_LIST_TASKS = 3, QUERY_SHOW_STREAM = 6, QUERY_SHOW_STATUS = 7 };
enum { QUERY_LIST_REQUESTS = 15 };
enum { ANSWER_TASKS = 4, ANSWER_STREAM = 7, ANSWER_STATUS = 8, ANSWER_REQUESTS = 15 };
enum { ACCEPTED = 1, CONFLICT = 3, GAP = 5, DENIED = 6, SAVED = 8 };
enum { NEWER_CLIENT = 2, FROM_UNITS_ITSELF = 6 };
enum { FOR_EVER_UNKNOWN = 1999 };

#define OLD_PAGE 5

static struct copy_field field;
static struct dd_sync_client *line;     /* the old office's own, to the centre */
static struct dd_sync_client *log_line; /* and to the centre's log */
static struct dd_buf heard;             /* the last reply */
static uint64_t calls;

static struct dd_sync_client *connect_to(const char *endpoint)
{
	const struct dd_sync_options options = {.endpoint = endpoint,
						.key = &field.office.key,
						.server_public = field.centre.public_key};
	struct dd_sync_client *client;
	struct dd_error err = {0};

	if (dd_sync_open(&options, &client, &err) != 0)
		system_die("%s", err.text);
	return client;
}

/* A centre, and the key of an office that is admitted there; no office of today. */
static int set_up(void **state)
{
	char endpoint[64];

	(void)state;
	memset(&field, 0, sizeof(field));
	station_init(&field.centre, NULL, system_free_port());
	station_must_start(&field.centre);
	station_prepare(&field.centre, COPY_TASKS);
	copy_set_unit(&field, COPY_OTHER);
	branch_init(&field.office, &field.centre);
	(void)snprintf(field.tcp, sizeof(field.tcp), "tcp://127.0.0.1:%d", field.centre.port);
	(void)snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", field.centre.port + 1);
	line = connect_to(field.tcp);
	log_line = connect_to(endpoint);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	dd_sync_close(line);
	dd_sync_close(log_line);
	dd_buf_fini(&heard);
	copy_close(&field);
	return 0;
}

/* --- one question, as it was packed then ---------------------------------------------------------
 */

struct asked {
	uint32_t body, answer; /* fields of Request and of Reply */
	uint64_t min_sequence;
};

/* What stands in the reply's field; `inner` is empty afterwards. */
static struct wire_span call(struct dd_sync_client *client, const struct asked *asked,
			     struct dd_buf *inner)
{
	struct dd_buf request = {0};
	struct dd_sync_call sent = {.id = ++calls, .patience_ms = 20000};
	struct dd_error err = {0};
	struct wire_span reply;

	put_number(&request, REQUEST_VERSION, 1);
	put_number(&request, REQUEST_ID, sent.id);
	put_number(&request, REQUEST_DEADLINE_MS, 20000);
	if (asked->min_sequence != 0)
		put_number(&request, REQUEST_MIN_SEQUENCE, asked->min_sequence);
	put_inner(&request, asked->body, inner);
	sent.data = request.data;
	sent.len = request.len;
	if (dd_sync_call(client, &sent, &heard, &err) != 0)
		system_die("no answer: %s", err.text);
	dd_buf_fini(&request);
	reply = find_bytes(wire_of(&heard), asked->answer);
	if (reply.at == NULL)
		system_die("request %u is not answered by %u", asked->body, asked->answer);
	return reply;
}

/* A question; what stands in the answer's field of the same kind. */
static struct wire_span ask(uint32_t what, uint32_t answer, uint64_t min_sequence,
			    struct dd_buf *inner)
{
	const struct asked asked = {REQUEST_QUERY, REPLY_ANSWER, min_sequence};
	struct dd_buf query = {0};
	struct wire_span found;

	put_inner(&query, what, inner);
	found = find_bytes(call(line, &asked, &query), answer);
	assert_non_null(found.at);
	return found;
}

static uint64_t head(struct dd_position *out)
{
	struct dd_buf show = {0};
	struct wire_span position = find_bytes(ask(QUERY_SHOW_STATUS, ANSWER_STATUS, 0, &show), 6);
	struct wire_span log_id = find_bytes(position, 1), chain = find_bytes(position, 4);

	assert_int_equal(log_id.len, DD_ID_LEN);
	assert_int_equal(chain.len, DD_HASH_LEN);
	memcpy(out->log_id, log_id.at, DD_ID_LEN);
	memcpy(out->chain, chain.at, DD_HASH_LEN);
	out->incarnation = (uint32_t)find_number(position, 2);
	out->sequence = find_number(position, 3);
	return out->sequence;
}

/* --- reports -------------------------------------------------------------------------------------
 */

static const uint8_t stream[DD_ID_LEN] = "an older office";

/* What a person of the unit reports; `newer`: with a field that nobody knows yet. */
static struct dd_buf report(uint64_t task, const char *note, bool newer)
{
	struct dd_buf body = {0}, actor = {0}, base = {0}, said = {0};

	put_text(&actor, 3, STATION_UNIT);
	put_inner(&body, 1, &actor);
	put_number(&body, 2, (uint64_t)dd_wall_us());
	put_number(&base, 1, task);
	put_inner(&body, 4, &base);
	put_bytes(&body, 6, "sixteen numbers.", 16);
	put_number(&said, 1, task);
	put_number(&said, 2, 35);
	put_text(&said, 4, note);
	if (newer)
		put_text(&said, FOR_EVER_UNKNOWN, "what a later version says");
	put_inner(&body, 10, &said);
	return body;
}

struct decision {
	uint64_t outcome, expected, sequence, refusal;
	uint8_t chain[DD_HASH_LEN];
};

static struct decision submit(struct dd_sync_client *client, uint64_t number, struct dd_buf *body)
{
	const struct asked asked = {REQUEST_SUBMIT, REPLY_SUBMIT, 0};
	struct dd_buf inner = {0};
	struct wire_span reply, chain;
	struct decision decision = {0};

	put_bytes(&inner, 1, stream, sizeof(stream));
	put_number(&inner, 2, number);
	if (body->len > 0)
		put_inner(&inner, 3, body);
	reply = call(client, &asked, &inner);
	decision.outcome = find_number(reply, 1);
	decision.expected = find_number(reply, 4);
	decision.sequence = find_number(find_bytes(reply, 2), 2);
	decision.refusal = find_number(find_bytes(reply, 3), 1);
	chain = find_bytes(find_bytes(reply, 2), 3);
	if (chain.len == DD_HASH_LEN)
		memcpy(decision.chain, chain.at, DD_HASH_LEN);
	return decision;
}

static struct decision submit_note(uint64_t number, const char *note)
{
	struct dd_buf body = report(field.centre.tasks[number % COPY_TASKS], note, false);

	return submit(line, number, &body);
}

/* The centre's last number of the stream, with digest and receipt of what was sent under it. */
static void expect_last(uint64_t number, const struct dd_buf *body, const struct decision *decision)
{
	struct dd_buf show = {0};
	uint8_t digest[DD_HASH_LEN];
	struct wire_span state, receipt;

	put_bytes(&show, 1, stream, sizeof(stream)); /* and tells nothing of itself */
	state = ask(QUERY_SHOW_STREAM, ANSWER_STREAM, 0, &show);
	assert_int_equal(find_number(state, 1), 1);
	assert_int_equal(find_number(state, 2), number);
	dd_hash(body->data, body->len, digest);
	assert_true(wire_same(find_bytes(state, 3), (struct wire_span){digest, sizeof(digest)}));
	receipt = find_bytes(state, 4);
	assert_int_equal(find_number(receipt, 2), decision->sequence);
	assert_true(wire_same(find_bytes(receipt, 3),
			      (struct wire_span){decision->chain, DD_HASH_LEN}));
}

static void an_older_office_reports_and_each_report_is_taken_once(void **unused)
{
	struct dd_buf show = {0}, empty = {0}, third;
	struct dd_position before, after;
	struct decision first, last, again;

	(void)unused;
	put_bytes(&show, 1, stream, sizeof(stream));
	assert_int_equal(find_number(ask(QUERY_SHOW_STREAM, ANSWER_STREAM, 0, &show), 1), 0);
	first = submit_note(1, "một");
	assert_int_equal(first.outcome, ACCEPTED);
	assert_int_equal(submit_note(3, "ba").outcome, GAP);
	assert_int_equal(submit_note(3, "ba").expected, 2);
	/* One that was withdrawn before it left uses up its number. */
	assert_int_equal(submit(line, 2, &empty).outcome, ACCEPTED);
	third = report(field.centre.tasks[3], "ba", false);
	again.outcome = 0;
	for (int times = 0; times < 3; times++) {
		struct dd_buf same = {0};

		dd_buf_add(&same, third.data, third.len);
		last = submit(line, 3, &same);
		assert_int_equal(last.outcome, ACCEPTED);
		if (times == 0)
			(void)head(&before);
		assert_true(times == 0 || memcmp(&last, &again, sizeof(last)) == 0);
		again = last;
	}
	assert_int_equal(submit_note(3, "another").outcome, CONFLICT);
	assert_int_equal(head(&after), before.sequence);
	assert_int_equal(before.sequence, last.sequence);
	expect_last(3, &third, &last);
	dd_buf_fini(&third);
}

/* --- the unit's tasks ----------------------------------------------------------------------------
 */

/* A page of the unit's tasks behind `offset`; how many there are in all. */
static uint64_t list_page(uint64_t min_sequence, uint64_t offset, uint64_t ids[OLD_PAGE],
			  size_t *count_out)
{
	struct dd_buf list = {0};
	struct wire_span tasks;
	struct wire_field row;

	put_text(&list, 2, STATION_UNIT);
	if (offset > 0)
		put_number(&list, 9, offset);
	put_number(&list, 10, OLD_PAGE);
	tasks = ask(QUERY_LIST_TASKS, ANSWER_TASKS, min_sequence, &list);
	for (*count_out = 0; find_field(tasks, 1, *count_out, &row); (*count_out)++) {
		assert_true(*count_out < OLD_PAGE);
		ids[*count_out] = find_number(row.bytes, 1);
		assert_true(find_number(row.bytes, 10) > 0); /* its version */
	}
	return find_number(tasks, 2);
}

static void an_older_office_lists_its_tasks_and_what_waits_for_the_head(void **unused)
{
	struct dd_position at;
	struct dd_buf list = {0};
	uint64_t ids[OLD_PAGE], total = 1, offset = 0;
	size_t count, found = 0;

	(void)unused;
	(void)copy_assign(&field, field.centre.tasks[4], COPY_OTHER);
	(void)head(&at);
	while (offset < total) {
		total = list_page(at.sequence, offset, ids, &count);
		assert_true(count > 0);
		offset += count;
		for (size_t i = 0; i < count; i++) {
			assert_int_not_equal(ids[i], field.centre.tasks[4]);
			for (size_t task = 0; task < COPY_TASKS; task++)
				found += ids[i] == field.centre.tasks[task];
		}
	}
	assert_int_equal(total, COPY_TASKS - 1);
	assert_int_equal(found, COPY_TASKS - 1);
	put_number(&list, 1, FROM_UNITS_ITSELF);
	put_text(&list, 3, STATION_UNIT);
	put_number(&list, 6, 1000);
	assert_false(find_field(ask(QUERY_LIST_REQUESTS, ANSWER_REQUESTS, 0, &list), 1, 0,
				&(struct wire_field){0}));
}

/* --- the log -------------------------------------------------------------------------------------
 */

struct slices {
	uint64_t sequence; /* verified up to there */
	uint8_t chain[DD_HASH_LEN];
	size_t records, leaves, runs;
};

static void take_frames(const struct dd_position *at, struct wire_span frames,
			struct slices *slices)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	struct dd_error err = {0};

	for (; frames.len > 0; frames.at += info.length, frames.len -= info.length) {
		assert_int_equal(dd_frame_info(frames.at, frames.len, &info), 0);
		assert_int_equal(dd_frame_check(frames.at, frames.len, &info, &err), 0);
		assert_memory_equal(info.log_id, at->log_id, DD_ID_LEN);
		assert_int_equal(info.base, slices->sequence + 1);
		if (dd_frame_verify(frames.at, &info, slices->chain, NULL, &err) != 0)
			fail_msg("%s", err.text);
		slices->sequence += info.count;
		slices->runs += (info.flags & DD_FRAME_RUN) != 0;
		dd_frame_iter(&iter, frames.at, &info);
		while (dd_frame_next(&iter, &record)) {
			slices->records++;
			slices->leaves += record.kind == DD_RECORD_LEAF;
		}
	}
}

/* All of the log, up to `at`, as the office may read it. */
static struct slices read_log(const struct dd_position *at, bool compact)
{
	const struct asked asked = {REQUEST_LOG_READ, REPLY_LOG_CHUNK, 0};
	struct slices slices = {0};

	dd_chain_first(at->log_id, slices.chain);
	while (slices.sequence < at->sequence) {
		struct dd_buf read = {0}, after = {0};
		const uint64_t before = slices.sequence;

		put_bytes(&after, 1, at->log_id, DD_ID_LEN);
		put_number(&after, 2, at->incarnation);
		put_number(&after, 3, slices.sequence);
		put_bytes(&after, 4, slices.chain, DD_HASH_LEN);
		put_inner(&read, 1, &after);
		put_number(&read, 3, 1000);
		if (compact)
			put_number(&read, 4, 1);
		take_frames(at, find_bytes(call(log_line, &asked, &read), 1), &slices);
		assert_true(slices.sequence > before);
	}
	assert_int_equal(slices.sequence, at->sequence);
	assert_int_equal(slices.records, at->sequence);
	assert_memory_equal(slices.chain, at->chain, DD_HASH_LEN);
	return slices;
}

static void an_older_reader_of_the_log_gets_leaves_one_by_one_and_can_verify_all(void **unused)
{
	struct dd_position at;
	struct slices old, today;

	(void)unused;
	(void)copy_assign(&field, field.centre.tasks[4], COPY_OTHER);
	for (uint32_t percent = 10; percent <= 60; percent += 10)
		(void)copy_report(&field, field.centre.tasks[4], percent);
	assert_int_equal(submit_note(1, "một").outcome, ACCEPTED);
	(void)head(&at);
	old = read_log(&at, false);
	assert_true(old.leaves >= 6);
	assert_true(old.leaves < old.records);
	assert_int_equal(old.runs, 0);
	/* That it could have been otherwise. */
	today = read_log(&at, true);
	assert_int_equal(today.leaves, old.leaves);
	assert_true(today.runs > 0);
}

/* --- a client that is newer than its office ------------------------------------------------------
 */

static void what_a_newer_client_says_is_refused_by_an_office_and_not_kept(void **unused)
{
	struct dd_buf newer = report(field.centre.tasks[0], "mới", true);
	struct dd_buf known = report(field.centre.tasks[0], "cũ", false);
	const struct dd_sync_options options = {.endpoint = field.office.endpoint};
	struct dd_sync_client *client;
	struct dd_error err = {0};
	struct decision decision;

	(void)unused;
	branch_must_start(&field.office);
	assert_int_equal(dd_sync_open(&options, &client, &err), 0);
	decision = submit(client, 1, &newer);
	assert_int_equal(decision.outcome, DENIED);
	assert_int_equal(decision.refusal, NEWER_CLIENT);
	assert_int_equal(branch_waiting(&field.office), 0);
	/* The number is free: the first report of the stream is another one. */
	assert_int_equal(submit(client, 1, &known).outcome, SAVED);
	assert_true(branch_drained(&field.office, COPY_MS));
	dd_sync_close(client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_older_office_reports_and_each_report_is_taken_once),
		TEST(an_older_office_lists_its_tasks_and_what_waits_for_the_head),
		TEST(an_older_reader_of_the_log_gets_leaves_one_by_one_and_can_verify_all),
		TEST(what_a_newer_client_says_is_refused_by_an_office_and_not_kept),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
