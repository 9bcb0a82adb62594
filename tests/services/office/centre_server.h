/* centre_server.h - the fake centre on a thread of its own, where a real office connects: streams
 * by fake_centre.h. It has no log to be followed. Only for tests. */
#ifndef TESTS_OFFICE_CENTRE_SERVER_H
#define TESTS_OFFICE_CENTRE_SERVER_H

#include "common/net/bus.h"
#include "common/net/envelope.h"
#include "common/net/loop.h"
#include "tests/services/office/fake_centre.h"
#include "tests/support/harness.h"
#include "tests/support/wire.h"

#include <pthread.h>

struct server {
	pthread_t thread;
	pthread_mutex_t lock; /* over `centre`, `newer`, `question` */
	struct centre centre;
	/* A centre that is newer than the office: its answer, as it stands behind the reply's id,
	 * to what has parts that nobody here knows; and the last such question. */
	struct dd_buf newer, question;
	struct dd_loop *loop;
	struct dd_access *access;
	struct dd_bus_server *bus;
	struct dd_curve_key key;
	char endpoint[128];
};

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct server *server = arg;
	Dondoc__V1__Request *request = dondoc__v1__request__unpack(NULL, len, data);
	struct dd_buf out = {0};

	assert_non_null(request);
	assert_string_equal(who->text, "office/SYT");
	pthread_mutex_lock(&server->lock);
	if (server->newer.len > 0 && dd_pb_unknown(&request->base)) {
		dd_buf_clear(&server->question);
		dd_buf_add(&server->question, data, len);
		put_number(&out, 1, request->id);
		dd_buf_add(&out, server->newer.data, server->newer.len);
	} else {
		centre_handle(&server->centre, data, len, &out);
	}
	pthread_mutex_unlock(&server->lock);
	(void)dd_bus_server_send(server->bus, peer, out.data, out.len);
	dd_buf_fini(&out);
	dondoc__v1__request__free_unpacked(request, NULL);
}

static void *run_server(void *arg)
{
	struct server *server = arg;

	dd_loop_run(server->loop);
	dd_bus_server_close(server->bus);
	dd_loop_close(server->loop);
	return NULL;
}

TEST_HELPER void server_start(struct server *server, const char *offices_dir)
{
	struct dd_bus_listen listen = {
		.endpoint = "tcp://127.0.0.1:*", .cls = DD_PRINCIPAL_OFFICE, .key = &server->key};
	struct dd_bus_server_options options = {
		.listens = &listen, .listen_count = 1, .on_request = on_request, .arg = server};
	struct dd_error err = {0};

	assert_int_equal(dd_loop_open(&server->loop, &err), 0);
	if (dd_access_open(offices_dir, &server->access, &err) != 0)
		fail_msg("%s", err.text);
	options.loop = server->loop;
	options.access = server->access;
	if (dd_bus_server_open(&options, &server->bus, &err) != 0)
		fail_msg("%s", err.text);
	(void)snprintf(server->endpoint, sizeof(server->endpoint), "%s",
		       dd_bus_server_endpoint(server->bus, 0));
	pthread_mutex_init(&server->lock, NULL);
	assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
}

TEST_HELPER void server_stop(struct server *server)
{
	dd_loop_stop(server->loop);
	pthread_join(server->thread, NULL);
	dd_access_close(server->access);
	dd_zmq_context_end(); /* its name for access control is free again only then */
	pthread_mutex_destroy(&server->lock);
	dd_buf_fini(&server->newer);
	dd_buf_fini(&server->question);
}

TEST_HELPER size_t server_count(struct server *server)
{
	size_t count;

	pthread_mutex_lock(&server->lock);
	count = server->centre.count;
	pthread_mutex_unlock(&server->lock);
	return count;
}

#endif
