/* sync_client_test.c - the blocking client at a CURVE door: shut, opened while it waits, open. */
#include "common/base/id.h"
#include "common/net/envelope.h"
#include "common/net/sync_client.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct door {
	char *dir; /* owned */
	struct dd_curve_key server_key;
	struct dd_curve_key client_key;
	struct dd_loop *loop;
	struct dd_access *access;
	struct dd_bus_server *server;
	pthread_t thread;
};

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct door *door = arg;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Pong pong = DONDOC__V1__PONG__INIT;

	assert_string_equal(who->text, "office/SYT");
	reply.id = dd_request_id(data, len);
	reply.body_case = DONDOC__V1__REPLY__BODY_PONG;
	reply.pong = &pong;
	pong.now_us = 7;
	assert_int_equal(dd_reply_send(door->server, peer, &reply), 0);
}

static void *run_loop(void *arg)
{
	dd_loop_run(((struct door *)arg)->loop);
	return NULL;
}

static void admit(const struct door *door)
{
	char path[300], text[100];

	snprintf(path, sizeof(path), "%s/SYT.office", door->dir);
	snprintf(text, sizeof(text), "unit SYT\npublic %s\n", door->client_key.public_key);
	test_write_file(path, text, strlen(text));
	chmod(path, 0600);
	dd_access_reload(door->access);
}

static void door_open(struct door *door, bool admitted)
{
	struct dd_bus_listen listen = {.endpoint = "tcp://127.0.0.1:*",
				       .cls = DD_PRINCIPAL_OFFICE,
				       .key = &door->server_key};
	struct dd_bus_server_options options = {
		.listens = &listen, .listen_count = 1, .on_request = on_request, .arg = door};
	struct dd_error err;

	memset(door, 0, sizeof(*door));
	door->dir = test_tmpdir();
	dd_curve_new(&door->server_key);
	dd_curve_new(&door->client_key);
	assert_int_equal(dd_loop_open(&door->loop, &err), 0);
	assert_int_equal(dd_access_open(door->dir, &door->access, &err), 0);
	if (admitted)
		admit(door);
	options.loop = door->loop;
	options.access = door->access;
	if (dd_bus_server_open(&options, &door->server, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(pthread_create(&door->thread, NULL, run_loop, door), 0);
}

static void door_close(struct door *door)
{
	dd_loop_stop(door->loop);
	pthread_join(door->thread, NULL);
	dd_bus_server_close(door->server);
	dd_loop_close(door->loop);
	dd_access_close(door->access);
	test_tmpdir_end(door->dir);
}

static struct dd_sync_client *client_open(const struct door *door)
{
	const struct dd_sync_options options = {.endpoint = dd_bus_server_endpoint(door->server, 0),
						.key = &door->client_key,
						.server_public = door->server_key.public_key};
	struct dd_sync_client *client;
	struct dd_error err;

	assert_int_equal(dd_sync_open(&options, &client, &err), 0);
	return client;
}

static int ping(struct dd_sync_client *client, uint64_t id, int64_t patience_ms)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping body = DONDOC__V1__PING__INIT;
	struct dd_sync_call call = {.id = id, .patience_ms = patience_ms, .attempt_ms = 200};
	struct dd_buf reply = {0};
	struct dd_error err;
	uint8_t packed[64];
	int rc;

	request.version = 1;
	request.id = id;
	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &body;
	call.len = dondoc__v1__request__pack(&request, packed);
	call.data = packed;
	rc = dd_sync_call(client, &call, &reply, &err);
	if (rc == 0)
		assert_int_equal(dd_reply_id(reply.data, reply.len), id);
	dd_buf_fini(&reply);
	return rc;
}

static void an_admitted_key_is_answered(void **state)
{
	struct dd_sync_client *client;
	struct door door;

	(void)state;
	door_open(&door, true);
	client = client_open(&door);
	for (uint64_t id = 1; id < 20; id++)
		assert_int_equal(ping(client, id, 20000), 0);
	dd_sync_close(client);
	door_close(&door);
}

static void a_denied_key_is_told_and_not_taken_for_silence(void **state)
{
	struct dd_sync_client *client;
	struct door door;
	uint64_t id = 0;

	(void)state;
	door_open(&door, false);
	client = client_open(&door);
	do {
		assert_int_equal(ping(client, ++id, 300), DD_ERR_RETRY);
	} while (dd_sync_silence(client) != DD_SYNC_DENIED && id < 100);
	assert_int_equal(dd_sync_silence(client), DD_SYNC_DENIED);
	dd_sync_close(client);
	door_close(&door);
}

static void a_server_with_another_key_is_not_taken_for_one_that_is_away(void **state)
{
	struct dd_sync_client *client;
	struct dd_curve_key other, right;
	struct door door;
	uint64_t id = 0;

	(void)state;
	door_open(&door, true);
	dd_curve_new(&other);
	right = door.server_key;
	door.server_key = other;
	client = client_open(&door);
	door.server_key = right;
	do {
		assert_int_equal(ping(client, ++id, 300), DD_ERR_RETRY);
	} while (dd_sync_silence(client) != DD_SYNC_DENIED && id < 100);
	assert_int_equal(dd_sync_silence(client), DD_SYNC_DENIED);
	dd_sync_close(client);
	door_close(&door);
}

static void *admit_later(void *arg)
{
	usleep(400000);
	admit(arg);
	return NULL;
}

static void a_key_admitted_while_the_client_waits_gets_through(void **state)
{
	struct dd_sync_client *client;
	struct door door;
	pthread_t later;

	(void)state;
	door_open(&door, false);
	client = client_open(&door);
	assert_int_equal(pthread_create(&later, NULL, admit_later, &door), 0);
	assert_int_equal(ping(client, 1, 30000), 0);
	pthread_join(later, NULL);
	dd_sync_close(client);
	door_close(&door);
}

static void keys_that_are_none_are_refused_at_once(void **state)
{
	struct dd_curve_key key;
	struct dd_sync_options options = {.endpoint = "tcp://127.0.0.1:1", .key = &key};
	struct dd_sync_client *client;
	struct dd_error err;

	(void)state;
	dd_curve_new(&key);
	options.server_public = "short";
	assert_int_equal(dd_sync_open(&options, &client, &err), DD_ERR_INVALID);
	options.server_public =
		"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"";
	assert_int_equal(dd_sync_open(&options, &client, &err), DD_ERR_INVALID);
	dd_sync_close(NULL);
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
		cmocka_unit_test(an_admitted_key_is_answered),
		cmocka_unit_test(a_denied_key_is_told_and_not_taken_for_silence),
		cmocka_unit_test(a_server_with_another_key_is_not_taken_for_one_that_is_away),
		cmocka_unit_test(a_key_admitted_while_the_client_waits_gets_through),
		cmocka_unit_test(keys_that_are_none_are_refused_at_once),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, end_context);
}
