/* centre_server.h - the fake centre on a thread of its own, where a real office connects: streams
 * by fake_centre.h, a head of the log and one task. Only for tests. */
#ifndef TESTS_OFFICE_CENTRE_SERVER_H
#define TESTS_OFFICE_CENTRE_SERVER_H

#include "common/eventlog/position.h"
#include "common/net/bus.h"
#include "common/net/loop.h"
#include "tests/services/office/fake_centre.h"
#include "tests/support/harness.h"

#include <pthread.h>

struct server {
	pthread_t thread;
	pthread_mutex_t lock; /* over `centre` */
	struct centre centre;
	struct dd_loop *loop;
	struct dd_access *access;
	struct dd_bus_server *bus;
	struct dd_curve_key key;
	char endpoint[128];
};

static void send_answer(struct server *server, const struct dd_bus_peer *peer, uint64_t id,
			Dondoc__V1__Answer *answer)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	uint8_t packed[512];
	size_t len;

	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
	reply.answer = answer;
	len = dondoc__v1__reply__pack(&reply, packed);
	(void)dd_bus_server_send(server->bus, peer, packed, len);
}

TEST_HELPER void head_is(struct dd_position *head_out)
{
	memset(head_out, 0, sizeof(*head_out));
	memset(head_out->log_id, 1, sizeof(head_out->log_id));
	memset(head_out->chain, 2, sizeof(head_out->chain));
	head_out->incarnation = 3;
	head_out->sequence = 40;
}

static void answer_status(struct server *server, const struct dd_bus_peer *peer, uint64_t id)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Status status = DONDOC__V1__STATUS__INIT;
	Dondoc__V1__Position head_pb;
	struct dd_position head;

	head_is(&head);
	dd_position_to_pb(&head, &head_pb);
	status.head = &head_pb;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status;
	send_answer(server, peer, id, &answer);
}

/* The unit's only task, for list_tasks. */
static void answer_tasks(struct server *server, const struct dd_bus_peer *peer,
			 const Dondoc__V1__Request *request)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__TaskList list = DONDOC__V1__TASK_LIST__INIT;
	Dondoc__V1__TaskRow row = DONDOC__V1__TASK_ROW__INIT, *rows[] = {&row};
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;

	assert_int_equal(request->min_sequence, 40);
	fields.plan = test_text("KH38");
	fields.code = test_text("I.1");
	row.id = 7;
	row.fields = &fields;
	row.lead_unit = test_text("SYT");
	list.rows = rows;
	list.n_rows = 1;
	list.total = 1;
	answer.view_sequence = 42;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_TASKS;
	answer.tasks = &list;
	send_answer(server, peer, request->id, &answer);
}

static bool asks(const Dondoc__V1__Request *request, Dondoc__V1__Query__WhatCase what)
{
	return request->body_case == DONDOC__V1__REQUEST__BODY_QUERY &&
	       request->query->what_case == what;
}

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct server *server = arg;
	Dondoc__V1__Request *request = dondoc__v1__request__unpack(NULL, len, data);
	struct dd_buf out = {0};

	assert_non_null(request);
	assert_string_equal(who->text, "office/SYT");
	if (asks(request, DONDOC__V1__QUERY__WHAT_SHOW_STATUS)) {
		answer_status(server, peer, request->id);
	} else if (asks(request, DONDOC__V1__QUERY__WHAT_LIST_TASKS)) {
		answer_tasks(server, peer, request);
	} else {
		pthread_mutex_lock(&server->lock);
		centre_handle(&server->centre, data, len, &out);
		pthread_mutex_unlock(&server->lock);
		(void)dd_bus_server_send(server->bus, peer, out.data, out.len);
	}
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
