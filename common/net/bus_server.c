/* bus_server.c - ROUTER sockets that take requests and give replies.
 *
 * A message on the wire is [routing id][payload]. The routing id is an address for the reply and
 * nothing else; who the peer is comes from the User-Id that our ZAP handler put on the connection,
 * looked up again for every request. Of a train the listener takes one request after the other,
 * each as a share of its turn of its own: budget, time and pause hold within it. */
#include "common/base/alloc.h"
#include "common/net/bus_gather.h"
#include "common/net/bus_listen.h"
#include "common/net/bus_users.h"
#include "common/net/envelope.h"
#include "common/net/socket.h"
#include "common/net/zwatch.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define LISTENS_MAX 32

struct listener {
	struct dd_bus_server *server; /* the owner */
	struct dd_zwatch *watch;      /* owned */
	char *endpoint;               /* owned */
	uint8_t index;
	struct dd_principal everybody; /* without access control: who connects here */
	bool has_train;                /* the next four count */
	struct dd_bus_peer peer;       /* whose it is */
	zmq_msg_t message;
	struct dd_train train; /* what of it is left */
};

struct dd_bus_server {
	struct dd_bus_server_options options;
	struct listener *listeners; /* owned */
	int listener_count;
	struct dd_bus_users users;
	struct dd_bus_stats stats;
	struct dd_bus_gather gather;
	uint8_t room[DD_GATHER_REPLY]; /* a short reply is built here */
	size_t room_len;
	zmq_msg_t built; /* a long one */
	bool building;
	bool is_long;
	bool serving; /* inside on_request */
};

/* --- requests ------------------------------------------------------------------------------ */

static void drop_rest(void *socket)
{
	zmq_msg_t msg;
	bool more = true;

	while (more) {
		zmq_msg_init(&msg);
		more = dd_socket_recv(socket, &msg) == 0 && zmq_msg_more(&msg);
		zmq_msg_close(&msg);
	}
}

static const struct dd_principal *identify(struct listener *listener, zmq_msg_t *payload)
{
	struct dd_bus_server *server = listener->server;
	const struct dd_principal *who;
	const char *user;

	if (!server->options.access)
		return &listener->everybody;
	user = zmq_msg_gets(payload, "User-Id");
	if (!user || !user[0]) {
		server->stats.unidentified++;
		return NULL;
	}
	who = dd_bus_users_find(&server->users, user);
	if (!who)
		server->stats.not_admitted++;
	return who;
}

static void hand_on(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		    const struct dd_principal *who, const void *data, size_t len)
{
	server->stats.received++;
	server->serving = true;
	server->options.on_request(server->options.arg, peer, who, data, len);
	server->serving = false;
}

static void refuse(struct dd_bus_server *server, const struct dd_bus_peer *peer, const void *data,
		   size_t len, const char *why)
{
	server->stats.misshapen++;
	(void)dd_reply_error(server, peer, dd_request_id(data, len),
			     DONDOC__V1__ERROR_CODE__ERROR_MALFORMED, why);
}

static void end_train(struct listener *listener)
{
	if (listener->has_train)
		zmq_msg_close(&listener->message);
	listener->has_train = false;
}

/* The next request of the train that has come. */
static void take_part(struct listener *listener)
{
	const struct dd_principal *who = identify(listener, &listener->message);
	struct dd_train inner;
	const uint8_t *data = NULL;
	size_t len = 0;
	bool found = dd_train_next(&listener->train, &data, &len);

	assert(found);
	(void)found;
	if (who && dd_train_read(data, len, &inner) != DD_TRAIN_NONE)
		refuse(listener->server, &listener->peer, data, len, "a train within a train");
	else if (who)
		hand_on(listener->server, &listener->peer, who, data, len);
	if (listener->train.at == listener->train.end)
		end_train(listener);
}

static void begin_train(struct listener *listener, const struct dd_bus_peer *peer,
			zmq_msg_t *payload)
{
	listener->server->stats.trains++;
	listener->peer = *peer;
	listener->peer.train = true;
	zmq_msg_init(&listener->message);
	zmq_msg_move(&listener->message, payload);
	listener->has_train = true;
	/* The bytes may stand elsewhere now. */
	(void)dd_train_read(zmq_msg_data(&listener->message), zmq_msg_size(&listener->message),
			    &listener->train);
	take_part(listener);
}

static void take(struct listener *listener, zmq_msg_t *from, zmq_msg_t *payload)
{
	struct dd_bus_server *server = listener->server;
	struct dd_bus_peer peer = {.listen = listener->index};
	const void *data = zmq_msg_data(payload);
	size_t len = zmq_msg_size(payload);
	const struct dd_principal *who;
	enum dd_train_kind kind;
	struct dd_train train;

	if (zmq_msg_size(from) > sizeof(peer.id)) {
		server->stats.misshapen++;
		return;
	}
	peer.len = (uint8_t)zmq_msg_size(from);
	memcpy(peer.id, zmq_msg_data(from), peer.len);
	kind = dd_train_read(data, len, &train);
	if (kind == DD_TRAIN_WHOLE) {
		begin_train(listener, &peer, payload);
		return;
	}
	who = identify(listener, payload);
	if (who && kind == DD_TRAIN_NONE)
		hand_on(server, &peer, who, data, len);
	else if (who)
		refuse(server, &peer, data, len,
		       "a train without requests, with too many, or cut off");
}

/* The rest of a train that was more than a turn's share. */
static bool train_left(void *arg)
{
	return ((struct listener *)arg)->has_train;
}

static bool on_readable(void *arg, void *socket)
{
	struct listener *listener = arg;
	zmq_msg_t from;
	zmq_msg_t payload;
	bool got;

	if (listener->has_train) {
		take_part(listener);
		return true;
	}
	zmq_msg_init(&from);
	zmq_msg_init(&payload);
	got = dd_socket_recv(socket, &from) == 0;
	if (!got)
		goto out;
	if (!zmq_msg_more(&from)) {
		listener->server->stats.misshapen++;
		goto out;
	}
	if (dd_socket_recv(socket, &payload) != 0)
		goto out;
	if (zmq_msg_more(&payload)) {
		drop_rest(socket);
		listener->server->stats.misshapen++;
		goto out;
	}
	take(listener, &from, &payload);
out:
	zmq_msg_close(&from);
	zmq_msg_close(&payload);
	return got;
}

/* --- replies ------------------------------------------------------------------------------- */

uint8_t *dd_bus_server_build(struct dd_bus_server *server, size_t len)
{
	int rc;

	assert(!server->building);
	server->building = true;
	server->is_long = len > sizeof(server->room);
	server->room_len = len;
	if (!server->is_long)
		return server->room;
	rc = zmq_msg_init_size(&server->built, len);
	assert(rc == 0);
	return zmq_msg_data(&server->built);
}

/* Where to: refused by ROUTER_MANDATORY if the peer is gone or does not read. */
static int send_address(struct dd_bus_server *server, void *socket, const struct dd_bus_peer *peer,
			uint32_t replies)
{
	zmq_msg_t msg;
	int rc = zmq_msg_init_size(&msg, peer->len);

	assert(rc == 0);
	memcpy(zmq_msg_data(&msg), peer->id, peer->len);
	if (dd_socket_send(socket, &msg, true) == 0)
		return 0;
	rc = errno == EAGAIN ? DD_ERR_RETRY : DD_ERR_CLOSED;
	if (rc == DD_ERR_RETRY)
		server->stats.full += replies;
	else
		server->stats.unroutable += replies;
	zmq_msg_close(&msg);
	return rc;
}

/* Takes the message in any case. */
static int send_message(struct dd_bus_server *server, const struct dd_bus_peer *peer,
			zmq_msg_t *message, uint32_t replies)
{
	void *socket = dd_zwatch_socket(server->listeners[peer->listen].watch);
	int rc = send_address(server, socket, peer, replies);

	if (rc == 0 && dd_socket_send(socket, message, false) == 0) {
		server->stats.sent += replies;
		return 0;
	}
	zmq_msg_close(message);
	if (rc == 0) {
		server->stats.unroutable += replies;
		rc = DD_ERR_CLOSED;
	}
	return rc;
}

static void send_gathered(void *arg, const struct dd_gathered *gathered)
{
	const struct dd_buf *parts = &gathered->parts;
	uint8_t head[DD_TRAIN_HEAD];
	size_t head_len = dd_train_head(false, parts->len, head);
	zmq_msg_t message;
	int rc = zmq_msg_init_size(&message, head_len + parts->len);

	assert(rc == 0);
	memcpy(zmq_msg_data(&message), head, head_len);
	memcpy((uint8_t *)zmq_msg_data(&message) + head_len, parts->data, parts->len);
	(void)send_message(arg, &gathered->peer, &message, gathered->count);
}

int dd_bus_server_send_built(struct dd_bus_server *server, const struct dd_bus_peer *peer)
{
	zmq_msg_t message;
	int rc;

	assert(server->building);
	assert(peer->listen < server->listener_count && peer->len <= sizeof(peer->id));
	server->building = false;
	if (peer->train && !server->is_long) {
		dd_bus_gather_add(&server->gather, peer, server->room, server->room_len);
		return 0;
	}
	dd_bus_gather_flush_peer(&server->gather, peer);
	if (server->is_long)
		return send_message(server, peer, &server->built, 1);
	rc = zmq_msg_init_size(&message, server->room_len);
	assert(rc == 0);
	if (server->room_len > 0)
		memcpy(zmq_msg_data(&message), server->room, server->room_len);
	return send_message(server, peer, &message, 1);
}

void dd_bus_server_flush(struct dd_bus_server *server)
{
	dd_bus_gather_flush(&server->gather);
}

static void on_rest(void *arg)
{
	dd_bus_server_flush(arg);
}

int dd_bus_server_send(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		       const void *data, size_t len)
{
	uint8_t *room = dd_bus_server_build(server, len);

	if (len > 0)
		memcpy(room, data, len);
	return dd_bus_server_send_built(server, peer);
}

/* --- life ---------------------------------------------------------------------------------- */

static int open_listener(struct dd_bus_server *server, const struct dd_bus_listen *listen,
			 struct listener *listener, struct dd_error *err)
{
	const struct dd_bus_server_options *options = &server->options;
	struct dd_zwatch_options watch = {.budget = options->budget,
					  .cap_us = options->cap_us,
					  .on_readable = on_readable,
					  .left = train_left,
					  .arg = listener};
	void *socket = NULL;
	int rc;

	listener->server = server;
	listener->index = (uint8_t)(listener - server->listeners);
	listener->everybody.cls = listen->cls;
	strncpy(listener->everybody.text, dd_principal_class_name(listen->cls),
		DD_PRINCIPAL_TEXT - 1);
	rc = dd_bus_listen_open(listen, options->access != NULL, &socket, &listener->endpoint, err);
	if (rc != 0)
		return rc;
	return dd_zwatch_open(options->loop, socket, &watch, &listener->watch, err);
}

int dd_bus_server_open(const struct dd_bus_server_options *options,
		       struct dd_bus_server **server_out, struct dd_error *err)
{
	struct dd_bus_server *server = dd_alloc(sizeof(*server));
	int rc = 0;
	int i;

	assert(options->listen_count >= 0 && options->listen_count <= LISTENS_MAX);
	server->options = *options;
	server->options.listens = NULL; /* borrowed for this call only */
	server->gather.send = send_gathered;
	server->gather.arg = server;
	server->listeners = dd_alloc(((size_t)options->listen_count + 1) * sizeof(struct listener));
	if (options->access)
		dd_bus_users_init(&server->users, options->access);
	for (i = 0; i < options->listen_count && rc == 0; i++) {
		server->listener_count++;
		rc = open_listener(server, &options->listens[i], &server->listeners[i], err);
	}
	dd_loop_each_rest(options->loop, on_rest, server);
	if (rc != 0) {
		dd_bus_server_close(server);
		return rc;
	}
	*server_out = server;
	return 0;
}

void dd_bus_server_close(struct dd_bus_server *server)
{
	int i;

	if (!server)
		return;
	assert(!server->serving);
	dd_loop_each_rest_end(server->options.loop, on_rest, server);
	dd_bus_server_flush(server);
	for (i = server->listener_count - 1; i >= 0; i--) {
		dd_zwatch_close(server->listeners[i].watch);
		free(server->listeners[i].endpoint);
		end_train(&server->listeners[i]);
	}
	if (server->building && server->is_long)
		zmq_msg_close(&server->built);
	dd_bus_gather_fini(&server->gather);
	dd_bus_users_fini(&server->users);
	free(server->listeners);
	free(server);
}

void dd_bus_server_pause(struct dd_bus_server *server, bool paused)
{
	int i;

	for (i = 0; i < server->listener_count; i++)
		dd_zwatch_pause(server->listeners[i].watch, paused);
}

void dd_bus_server_stats(const struct dd_bus_server *server, struct dd_bus_stats *stats_out)
{
	*stats_out = server->stats;
}

const char *dd_bus_server_endpoint(const struct dd_bus_server *server, int listen)
{
	assert(listen >= 0 && listen < server->listener_count);
	return server->listeners[listen].endpoint;
}
