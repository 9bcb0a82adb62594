/* client_test.c - the blocking client against a server that loses, delays, refuses and is away. */
#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/id.h"
#include "common/net/envelope.h"
#include "common/net/loop.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define SEEN_MAX 512

/* What the server does with the requests that come. */
struct script {
	int lose;          /* the first so many are not answered */
	int busy_errors;   /* then so many Error replies "busy" */
	int busy_outcomes; /* then so many Submit replies "busy" */
	int strange;       /* first a reply with an id that nobody asked for */
	Dondoc__V1__ErrorCode error;
	Dondoc__V1__Outcome outcome;
	size_t file_restart; /* the server forgets its file once, at this size */
	bool file_refused;   /* evidence is not taken */
	bool file_later;     /* the server is an office */
};

struct server {
	char *dir; /* owned */
	char endpoint[200];
	struct script script;
	pthread_t thread;
	atomic_bool stop;
	/* Read after the thread has ended. */
	int seen;
	uint8_t *bytes[SEEN_MAX]; /* owned; of Submit bodies with their identity */
	size_t lens[SEEN_MAX];
	uint64_t numbers[SEEN_MAX];
	uint8_t streams[SEEN_MAX][16];
	struct dd_buf file;
	int file_requests;
};

static void reply(void *socket, zmq_msg_t *peer, const Dondoc__V1__Reply *message)
{
	size_t len = dondoc__v1__reply__get_packed_size(message);
	zmq_msg_t to, body;

	zmq_msg_init(&to);
	zmq_msg_copy(&to, peer);
	zmq_msg_init_size(&body, len);
	dondoc__v1__reply__pack(message, zmq_msg_data(&body));
	zmq_msg_send(&to, socket, ZMQ_SNDMORE);
	zmq_msg_send(&body, socket, 0);
}

static void on_file(struct server *server, const Dondoc__V1__FilePut *put,
		    Dondoc__V1__FileState *state)
{
	static Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;

	server->file_requests++;
	state->later = server->script.file_later;
	if (server->script.file_refused && put->task == 57) {
		assert_int_equal(put->chunk.len, 0); /* asked before anything is sent */
		assert_string_equal(put->name, "a.exe");
		assert_string_equal(put->type, "application/x-msdownload");
		assert_true(put->type_refused);
		refusal.code = DONDOC__V1__REFUSAL_CODE__REFUSAL_FILE_TYPE;
		state->refusal = &refusal;
		return;
	}
	if (put->offset == server->file.len)
		dd_buf_add(&server->file, put->chunk.data, put->chunk.len);
	if (server->script.file_restart && server->file.len >= server->script.file_restart) {
		server->file.len = server->script.file_restart / 2;
		server->script.file_restart = 0;
	}
	state->stored = server->file.len;
	state->complete = server->file.len == put->size;
}

static void keep_submit(struct server *server, const Dondoc__V1__Request *request)
{
	const Dondoc__V1__Submit *submit = request->submit;

	assert_true(server->seen < SEEN_MAX);
	server->lens[server->seen] = submit->body.len;
	server->bytes[server->seen] = dd_memdup(submit->body.data, submit->body.len);
	server->numbers[server->seen] = submit->number;
	memcpy(server->streams[server->seen], submit->stream.data, 16);
	server->seen++;
}

static void answer(struct server *server, void *socket, zmq_msg_t *peer,
		   const Dondoc__V1__Request *request)
{
	Dondoc__V1__Reply message = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
	Dondoc__V1__SubmitReply submit = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__FileState file = DONDOC__V1__FILE_STATE__INIT;
	Dondoc__V1__Answer reply_answer = DONDOC__V1__ANSWER__INIT;
	char *arguments[] = {(char *)"A", (char *)"B"};

	message.id = request->id;
	if (server->script.strange-- > 0) {
		message.id += 1000;
		message.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
		message.answer = &reply_answer;
		reply(socket, peer, &message);
		message.id = request->id;
	}
	error.code = server->script.busy_errors-- > 0 ? DONDOC__V1__ERROR_CODE__ERROR_BUSY
						      : server->script.error;
	error.n_arguments = 2;
	error.arguments = arguments;
	if (error.code != DONDOC__V1__ERROR_CODE__ERROR_UNKNOWN) {
		message.body_case = DONDOC__V1__REPLY__BODY_ERROR;
		message.error = &error;
	} else if (request->body_case == DONDOC__V1__REQUEST__BODY_SUBMIT) {
		message.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
		message.submit = &submit;
		submit.outcome = server->script.busy_outcomes-- > 0
					 ? DONDOC__V1__OUTCOME__OUTCOME_BUSY
					 : server->script.outcome;
		submit.retry_after_ms = 10;
	} else if (request->body_case == DONDOC__V1__REQUEST__BODY_FILE_PUT) {
		message.body_case = DONDOC__V1__REPLY__BODY_FILE;
		message.file = &file;
		on_file(server, request->file_put, &file);
	} else {
		message.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
		message.answer = &reply_answer;
	}
	reply(socket, peer, &message);
}

static void serve_one(struct server *server, void *socket)
{
	Dondoc__V1__Request *request;
	zmq_msg_t peer, body;

	zmq_msg_init(&peer);
	zmq_msg_init(&body);
	if (zmq_msg_recv(&peer, socket, 0) >= 0 && zmq_msg_recv(&body, socket, 0) >= 0) {
		request =
			dondoc__v1__request__unpack(NULL, zmq_msg_size(&body), zmq_msg_data(&body));
		assert_non_null(request);
		assert_int_equal(request->version, 1);
		if (request->body_case == DONDOC__V1__REQUEST__BODY_SUBMIT)
			keep_submit(server, request);
		if (server->script.lose-- <= 0)
			answer(server, socket, &peer, request);
		dondoc__v1__request__free_unpacked(request, NULL);
	}
	zmq_msg_close(&peer);
	zmq_msg_close(&body);
}

static void *serve(void *arg)
{
	struct server *server = arg;
	void *socket = zmq_socket(dd_zmq_context(), ZMQ_ROUTER);
	int linger = 100;

	zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
	assert_int_equal(zmq_bind(socket, server->endpoint), 0);
	while (!atomic_load(&server->stop)) {
		zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};

		if (zmq_poll(&item, 1, 20) > 0)
			serve_one(server, socket);
	}
	zmq_close(socket);
	return NULL;
}

static void server_init(struct server *server, const struct script *script)
{
	memset(server, 0, sizeof(*server));
	server->dir = test_tmpdir();
	server->script = *script;
	snprintf(server->endpoint, sizeof(server->endpoint), "ipc://%s/bus", server->dir);
}

static void server_start(struct server *server)
{
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct server *server)
{
	atomic_store(&server->stop, true);
	pthread_join(server->thread, NULL);
}

static void server_fini(struct server *server)
{
	for (int i = 0; i < server->seen; i++)
		free(server->bytes[i]);
	dd_buf_fini(&server->file);
	test_tmpdir_end(server->dir);
}

static struct dd_client *open_client(const struct server *server, int64_t patience_ms)
{
	const struct dd_client_options options = {
		.endpoint = server->endpoint, .patience_ms = patience_ms, .attempt_ms = 150};
	struct dd_client *client;
	struct dd_error err;

	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	return client;
}

static int command(struct dd_client *client, const char *reason, Dondoc__V1__Outcome *outcome_out,
		   struct dd_error *err)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ConfirmClock confirm = DONDOC__V1__CONFIRM_CLOCK__INIT;
	Dondoc__V1__Reply *got;
	int rc;

	confirm.reason = (char *)reason;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK;
	body.confirm_clock = &confirm;
	rc = dd_client_command(client, &body, &got, err);
	if (rc == 0) {
		*outcome_out = got->submit->outcome;
		dondoc__v1__reply__free_unpacked(got, NULL);
	}
	return rc;
}

static int query(struct dd_client *client, struct dd_error *err)
{
	Dondoc__V1__Query what = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPlans plans = DONDOC__V1__LIST_PLANS__INIT;
	Dondoc__V1__Reply *got;
	int rc;

	what.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	what.list_plans = &plans;
	rc = dd_client_query(client, &what, 0, &got, err);
	if (rc == 0)
		dondoc__v1__reply__free_unpacked(got, NULL);
	return rc;
}

static void a_lost_command_is_sent_again_with_the_same_bytes_and_number(void **state)
{
	const struct script script = {.lose = 2, .outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED};
	Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	server_start(&server);
	client = open_client(&server, 30000);
	assert_int_equal(command(client, "one", &outcome, &err), 0);
	assert_int_equal(outcome, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	assert_int_equal(command(client, "two", &outcome, &err), 0);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(server.seen, 4);
	for (int i = 1; i < 3; i++) {
		assert_int_equal(server.numbers[i], 1);
		assert_memory_equal(server.streams[i], server.streams[0], 16);
		assert_int_equal(server.lens[i], server.lens[0]);
		assert_memory_equal(server.bytes[i], server.bytes[0], server.lens[0]);
	}
	assert_int_equal(server.numbers[3], 2);
	assert_memory_equal(server.streams[3], server.streams[0], 16);
	server_fini(&server);
}

static void a_busy_server_is_asked_again_until_it_accepts(void **state)
{
	const struct script script = {.busy_errors = 1,
				      .busy_outcomes = 3,
				      .outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED};
	Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	server_start(&server);
	client = open_client(&server, 30000);
	assert_int_equal(command(client, "x", &outcome, &err), 0);
	assert_int_equal(outcome, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(server.seen, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(server.numbers[i], 1);
	server_fini(&server);
}

static void a_server_that_stays_busy_gives_its_busy_reply_when_patience_ends(void **state)
{
	const struct script script = {.busy_outcomes = 1000000};
	Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	server_start(&server);
	client = open_client(&server, 2000);
	assert_int_equal(command(client, "x", &outcome, &err), 0);
	assert_int_equal(outcome, DONDOC__V1__OUTCOME__OUTCOME_BUSY);
	dd_client_close(client);
	server_stop(&server);
	server_fini(&server);
}

static void a_number_is_used_up_only_by_what_is_final(void **state)
{
	static const struct {
		Dondoc__V1__Outcome outcome;
		uint64_t last;
	} cases[] = {
		{DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED, 1},
		{DONDOC__V1__OUTCOME__OUTCOME_SAVED, 1},
		{DONDOC__V1__OUTCOME__OUTCOME_REFUSED, 1},
		{DONDOC__V1__OUTCOME__OUTCOME_DRY_RUN, 0},
		{DONDOC__V1__OUTCOME__OUTCOME_DENIED, 0},
		{DONDOC__V1__OUTCOME__OUTCOME_CONFLICT, 0},
		{DONDOC__V1__OUTCOME__OUTCOME_GAP, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct script script = {.outcome = cases[i].outcome};
		Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
		struct dd_client *client;
		struct server server;
		struct dd_error err;
		uint8_t stream[16];

		server_init(&server, &script);
		server_start(&server);
		client = open_client(&server, 10000);
		assert_int_equal(command(client, "x", &outcome, &err), 0);
		assert_int_equal(outcome, cases[i].outcome);
		assert_int_equal(dd_client_stream(client, stream), cases[i].last);
		dd_client_close(client);
		server_stop(&server);
		server_fini(&server);
	}
}

static void after_an_unknown_outcome_the_next_command_has_a_new_stream(void **state)
{
	const struct script script = {.outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED};
	Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
	uint8_t before[16], after[16];
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	client = open_client(&server, 100);
	dd_client_stream(client, before);
	assert_int_equal(command(client, "x", &outcome, &err), DD_ERR_RETRY);
	assert_null(dd_client_error(client));
	assert_int_equal(dd_client_stream(client, after), 0);
	assert_memory_not_equal(before, after, 16);
	server_start(&server);
	dd_client_set_patience(client, 10000);
	assert_int_equal(command(client, "y", &outcome, &err), 0);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(server.numbers[server.seen - 1], 1);
	assert_memory_equal(server.streams[server.seen - 1], after, 16);
	server_fini(&server);
}

static void a_server_that_never_answers_is_told_from_one_that_is_away(void **state)
{
	const struct script script = {.lose = 1000000};
	struct dd_client *client;
	struct server server;
	struct dd_error err;
	int tries = 0;

	(void)state;
	server_init(&server, &script);
	client = open_client(&server, 50);
	assert_int_equal(query(client, &err), DD_ERR_RETRY);
	assert_int_equal(dd_client_silence(client), DD_SYNC_NOBODY);
	server_start(&server);
	do {
		assert_int_equal(query(client, &err), DD_ERR_RETRY);
	} while (dd_client_silence(client) != DD_SYNC_NO_REPLY && ++tries < 200);
	assert_int_equal(dd_client_silence(client), DD_SYNC_NO_REPLY);
	dd_client_close(client);
	server_stop(&server);
	server_fini(&server);
}

static void a_stream_from_before_goes_on_with_its_next_number(void **state)
{
	const struct script script = {.outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED};
	static const uint8_t stream[16] = "0123456789abcde";
	Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	server_start(&server);
	client = open_client(&server, 10000);
	dd_client_set_stream(client, stream, 41);
	assert_int_equal(command(client, "x", &outcome, &err), 0);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(server.numbers[0], 42);
	assert_memory_equal(server.streams[0], stream, 16);
	server_fini(&server);
}

static void error_replies_become_codes_with_their_arguments(void **state)
{
	static const struct {
		Dondoc__V1__ErrorCode code;
		int rc;
	} cases[] = {
		{DONDOC__V1__ERROR_CODE__ERROR_MALFORMED, DD_ERR_INVALID},
		{DONDOC__V1__ERROR_CODE__ERROR_TOO_LARGE, DD_ERR_INVALID},
		{DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED, DD_ERR_REFUSED},
		{DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND, DD_ERR_NOT_FOUND},
		{DONDOC__V1__ERROR_CODE__ERROR_AMBIGUOUS, DD_ERR_NOT_FOUND},
		{DONDOC__V1__ERROR_CODE__ERROR_BUSY, DD_ERR_RETRY},
		{DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED, DD_ERR_UNSUPPORTED},
		{DONDOC__V1__ERROR_CODE__ERROR_INTERNAL, DD_ERR_IO},
		{DONDOC__V1__ERROR_CODE__ERROR_POSITION, DD_ERR_CONFLICT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct script script = {.error = cases[i].code};
		struct dd_client *client;
		struct server server;
		struct dd_error err;

		server_init(&server, &script);
		server_start(&server);
		client = open_client(&server, 500);
		assert_int_equal(query(client, &err), cases[i].rc);
		assert_int_equal(err.code, cases[i].rc);
		assert_non_null(strstr(err.text, ": A, B"));
		assert_non_null(dd_client_error(client));
		assert_int_equal(dd_client_error(client)->code, cases[i].code);
		dd_client_close(client);
		server_stop(&server);
		server_fini(&server);
	}
}

static void a_server_that_comes_later_is_found(void **state)
{
	const struct script script = {0};
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	client = open_client(&server, 200);
	assert_int_equal(query(client, &err), DD_ERR_RETRY);
	assert_int_equal(dd_client_silence(client), DD_SYNC_NOBODY);
	dd_client_set_patience(client, 30000);
	server_start(&server);
	assert_int_equal(query(client, &err), 0);
	dd_client_close(client);
	server_stop(&server);
	server_fini(&server);
}

static void a_reply_to_somebody_else_is_not_taken(void **state)
{
	const struct script script = {.strange = 1,
				      .outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED};
	Dondoc__V1__Outcome outcome = DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN;
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	(void)state;
	server_init(&server, &script);
	server_start(&server);
	client = open_client(&server, 10000);
	assert_int_equal(command(client, "x", &outcome, &err), 0);
	assert_int_equal(outcome, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(server.seen, 1);
	server_fini(&server);
}

static void put_file(size_t len, const struct script *script)
{
	uint8_t *data = dd_alloc(len + 1);
	uint8_t hash[32], expected[32];
	struct dd_client *client;
	struct server server;
	struct dd_error err;

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 31 + i / 251);
	server_init(&server, script);
	server_start(&server);
	client = open_client(&server, 30000);
	assert_int_equal(dd_client_put_file(client, data, len, hash, &err), 0);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(server.file.len, len);
	if (len > 0)
		assert_memory_equal(server.file.data, data, len);
	dd_hash(data, len, expected);
	assert_memory_equal(hash, expected, 32);
	server_fini(&server);
	free(data);
}

static void a_file_goes_up_in_chunks_and_is_whole(void **state)
{
	static const size_t lens[] = {0, 1, 256 << 10, (256 << 10) + 1, 1000000};
	const struct script script = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		put_file(lens[i], &script);
}

static void an_upload_goes_on_where_the_server_says(void **state)
{
	const struct script script = {.file_restart = 700000};

	(void)state;
	put_file(1000000, &script);
}

static int put_evidence(const struct script *script, int *requests_out, size_t *stored_out,
			Dondoc__V1__Reply **refusal_out)
{
	static uint8_t data[1000];
	const struct dd_client_evidence evidence = {.data = data,
						    .len = sizeof(data),
						    .task = 57,
						    .name = "a.exe",
						    .type = "application/x-msdownload",
						    .type_refused = true};
	struct dd_client *client;
	struct server server;
	struct dd_error err;
	uint8_t hash[32];
	bool later = !script->file_later;
	int rc;

	server_init(&server, script);
	server_start(&server);
	client = open_client(&server, 5000);
	rc = dd_client_put_evidence(client, &evidence, hash, &later, refusal_out, &err);
	dd_client_close(client);
	server_stop(&server);
	assert_int_equal(later, script->file_later);
	*requests_out = server.file_requests;
	*stored_out = server.file.len;
	server_fini(&server);
	return rc;
}

static void evidence_is_judged_before_it_is_sent(void **state)
{
	const struct script refuses = {.file_refused = true}, takes = {.file_refused = false};
	Dondoc__V1__Reply *refusal = NULL;
	size_t stored;
	int requests;

	(void)state;
	assert_int_equal(put_evidence(&refuses, &requests, &stored, &refusal), DD_ERR_REFUSED);
	assert_int_equal(requests, 1);
	assert_int_equal(stored, 0);
	assert_non_null(refusal);
	assert_int_equal(refusal->file->refusal->code, DONDOC__V1__REFUSAL_CODE__REFUSAL_FILE_TYPE);
	dondoc__v1__reply__free_unpacked(refusal, NULL);
	assert_int_equal(put_evidence(&takes, &requests, &stored, &refusal), 0);
	assert_null(refusal);
	assert_int_equal(requests, 2);
	assert_int_equal(stored, 1000);
}

static void an_office_says_that_evidence_follows(void **state)
{
	const struct script office = {.file_later = true};
	Dondoc__V1__Reply *refusal = NULL;
	size_t stored;
	int requests;

	(void)state;
	assert_int_equal(put_evidence(&office, &requests, &stored, &refusal), 0);
	assert_int_equal(stored, 1000);
}

static void an_endpoint_that_cannot_be_one_is_refused(void **state)
{
	static const char *const endpoints[] = {"", "nonsense", "tcp://", "foo://x"};

	(void)state;
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		const struct dd_client_options options = {.endpoint = endpoints[i]};
		struct dd_client *client = NULL;
		struct dd_error err;

		assert_int_equal(dd_client_open(&options, &client, &err), DD_ERR_INVALID);
		assert_non_null(strstr(err.text, "endpoint"));
	}
	dd_client_close(NULL);
}

static int end_context(void **state)
{
	(void)state;
	dd_zmq_context_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_command_is_sent_again_with_the_same_bytes_and_number),
		cmocka_unit_test(a_busy_server_is_asked_again_until_it_accepts),
		cmocka_unit_test(a_server_that_stays_busy_gives_its_busy_reply_when_patience_ends),
		cmocka_unit_test(a_number_is_used_up_only_by_what_is_final),
		cmocka_unit_test(after_an_unknown_outcome_the_next_command_has_a_new_stream),
		cmocka_unit_test(a_server_that_never_answers_is_told_from_one_that_is_away),
		cmocka_unit_test(a_stream_from_before_goes_on_with_its_next_number),
		cmocka_unit_test(error_replies_become_codes_with_their_arguments),
		cmocka_unit_test(a_server_that_comes_later_is_found),
		cmocka_unit_test(a_reply_to_somebody_else_is_not_taken),
		cmocka_unit_test(a_file_goes_up_in_chunks_and_is_whole),
		cmocka_unit_test(an_upload_goes_on_where_the_server_says),
		cmocka_unit_test(evidence_is_judged_before_it_is_sent),
		cmocka_unit_test(an_office_says_that_evidence_follows),
		cmocka_unit_test(an_endpoint_that_cannot_be_one_is_refused),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, end_context);
}
