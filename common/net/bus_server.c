/* bus_server.c - ROUTER sockets that take requests and give replies.
 *
 * A message on the wire is [routing id][payload]. The routing id is an address for the reply and
 * nothing else; who the peer is comes from the User-Id that our ZAP handler put on the connection,
 * looked up again for every message. */
#include "common/base/alloc.h"
#include "common/net/bus_listen.h"
#include "common/net/bus_users.h"
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
};

struct dd_bus_server {
	struct dd_bus_server_options options;
	struct listener *listeners; /* owned */
	int listener_count;
	struct dd_bus_users users;
	struct dd_bus_stats stats;
	zmq_msg_t built;
	bool building;
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

static void take(struct listener *listener, zmq_msg_t *from, zmq_msg_t *payload)
{
	struct dd_bus_server *server = listener->server;
	struct dd_bus_peer peer = {.listen = listener->index};
	const struct dd_principal *who;

	if (zmq_msg_size(from) > sizeof(peer.id)) {
		server->stats.misshapen++;
		return;
	}
	who = identify(listener, payload);
	if (!who)
		return;
	peer.len = (uint8_t)zmq_msg_size(from);
	memcpy(peer.id, zmq_msg_data(from), peer.len);
	server->stats.received++;
	server->serving = true;
	server->options.on_request(server->options.arg, &peer, who, zmq_msg_data(payload),
				   zmq_msg_size(payload));
	server->serving = false;
}

static bool on_readable(void *arg, void *socket)
{
	struct listener *listener = arg;
	zmq_msg_t from;
	zmq_msg_t payload;
	bool got;

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
	rc = zmq_msg_init_size(&server->built, len);
	assert(rc == 0);
	server->building = true;
	return zmq_msg_data(&server->built);
}

/* Where to: refused by ROUTER_MANDATORY if the peer is gone or does not read. */
static int send_address(struct dd_bus_server *server, void *socket, const struct dd_bus_peer *peer)
{
	zmq_msg_t msg;
	int rc = zmq_msg_init_size(&msg, peer->len);

	assert(rc == 0);
	memcpy(zmq_msg_data(&msg), peer->id, peer->len);
	if (dd_socket_send(socket, &msg, true) == 0)
		return 0;
	rc = errno == EAGAIN ? DD_ERR_RETRY : DD_ERR_CLOSED;
	if (rc == DD_ERR_RETRY)
		server->stats.full++;
	else
		server->stats.unroutable++;
	zmq_msg_close(&msg);
	return rc;
}

int dd_bus_server_send_built(struct dd_bus_server *server, const struct dd_bus_peer *peer)
{
	void *socket;
	int rc;

	assert(server->building);
	assert(peer->listen < server->listener_count && peer->len <= sizeof(peer->id));
	server->building = false;
	socket = dd_zwatch_socket(server->listeners[peer->listen].watch);
	rc = send_address(server, socket, peer);
	if (rc == 0 && dd_socket_send(socket, &server->built, false) == 0) {
		server->stats.sent++;
		return 0;
	}
	zmq_msg_close(&server->built);
	if (rc == 0) {
		server->stats.unroutable++;
		rc = DD_ERR_CLOSED;
	}
	return rc;
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
	server->listeners = dd_alloc(((size_t)options->listen_count + 1) * sizeof(struct listener));
	if (options->access)
		dd_bus_users_init(&server->users, options->access);
	for (i = 0; i < options->listen_count && rc == 0; i++) {
		server->listener_count++;
		rc = open_listener(server, &options->listens[i], &server->listeners[i], err);
	}
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
	for (i = server->listener_count - 1; i >= 0; i--) {
		dd_zwatch_close(server->listeners[i].watch);
		free(server->listeners[i].endpoint);
	}
	if (server->building)
		zmq_msg_close(&server->built);
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
