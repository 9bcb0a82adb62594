/* bus_client.c - a DEALER that stays connected, and the requests on their way through it.
 *
 * The library reconnects by itself when a connection breaks. It gives up for good when a handshake
 * is refused or a message does not decode, and says nothing at all in some cases. So:
 *
 *   handshake succeeded           UP
 *   connection lost               CONNECTING; what was sent is lost or not, nobody knows: requests
 *                                 end with DD_ERR_RETRY
 *   ... and the library retries   nothing to do
 *   ... and it does not           a new socket after a pause
 *   handshake refused             DENIED; a new socket after a pause, as often as it takes
 *   three deadlines in a row      a new socket
 *
 * For trains, a ping leaves as soon as the handshake has succeeded. Its answer tells whether the
 * server takes them; that knowledge ends with the connection. What is sent is gathered until the
 * loop rests.
 *
 * The pause grows from 100 ms to 30 s with jitter and is forgotten when a reply arrives.
 * Callbacks run from the loop only: from the sockets' watches, the timers, and posted work. */
#include "common/base/alloc.h"
#include "common/base/sys.h"
#include "common/net/bus_client_impl.h"
#include "common/net/monitor.h"
#include "common/net/socket.h"
#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define REPLY_MAX            (INT64_C(8) << 20)
#define PAUSE_MAX_MS         30000
#define RECONNECT_MS         100
#define RECONNECT_TCP_MAX_MS 30000
#define RECONNECT_IPC_MAX_MS 1000
#define CONNECT_MS           5000
#define TIMEOUTS_IN_A_ROW    3
#define BUDGET               256

static void on_deadline(void *arg);
static void on_pause_over(void *arg);
static bool on_event(void *arg, void *socket);
static void renew_later(struct dd_bus_client *client, bool firm);

/* --- the socket ---------------------------------------------------------------------------- */

static uint32_t jitter(uint32_t ms)
{
	const struct dd_sys *sys = dd_sys();
	uint32_t random;

	sys->random(sys->ctx, &random, sizeof(random));
	return ms / 2 + random % (ms / 2 + 1);
}

static void set_options(struct dd_bus_client *client, void *socket)
{
	bool tcp = dd_endpoint_is_tcp(client->endpoint);

	dd_socket_set_bus(socket, client->endpoint, client->options.max_message);
	/* Each client its own beginning: after an outage they do not come back in step. */
	dd_socket_set_int(socket, ZMQ_RECONNECT_IVL, (int)jitter(2 * RECONNECT_MS));
	dd_socket_set_int(socket, ZMQ_RECONNECT_IVL_MAX,
			  tcp ? RECONNECT_TCP_MAX_MS : RECONNECT_IPC_MAX_MS);
	if (tcp)
		dd_socket_set_int(socket, ZMQ_CONNECT_TIMEOUT, CONNECT_MS);
	if (!client->options.key)
		return;
	dd_socket_set_text(socket, ZMQ_CURVE_SERVERKEY, client->server_public);
	dd_socket_set_text(socket, ZMQ_CURVE_PUBLICKEY, client->key.public_key);
	dd_socket_set_text(socket, ZMQ_CURVE_SECRETKEY, client->key.secret_key);
}

static int open_socket(struct dd_bus_client *client, struct dd_error *err)
{
	struct dd_loop *loop = client->options.loop;
	struct dd_zwatch_options replies = {.budget = BUDGET,
					    .on_readable = dd_bus_requests_readable,
					    .left = dd_bus_requests_left,
					    .arg = client};
	struct dd_zwatch_options events = {.on_readable = on_event, .arg = client};
	void *socket = NULL;
	void *monitor = NULL;
	int rc = dd_socket_open(ZMQ_DEALER, &socket, err);

	if (rc != 0)
		return rc;
	set_options(client, socket);
	rc = dd_monitor_open(socket, &monitor, err);
	if (rc == 0 && zmq_connect(socket, client->endpoint) != 0)
		rc = dd_fail(err, DD_ERR_INVALID, "%s: %s", client->endpoint, zmq_strerror(errno));
	if (rc != 0) {
		dd_socket_close(socket);
		dd_socket_close(monitor);
		return rc;
	}
	rc = dd_zwatch_open(loop, socket, &replies, &client->socket, err);
	if (rc != 0) {
		dd_socket_close(monitor);
		return rc;
	}
	return dd_zwatch_open(loop, monitor, &events, &client->monitor, err);
}

static void close_socket(struct dd_bus_client *client)
{
	dd_bus_requests_lost(client);
	/* First, because libuv does not promise which of the two is closed first. */
	if (client->socket)
		dd_monitor_stop(dd_zwatch_socket(client->socket));
	dd_zwatch_close(client->socket);
	dd_zwatch_close(client->monitor);
	client->socket = NULL;
	client->monitor = NULL;
}

/* --- the link ------------------------------------------------------------------------------ */

static void on_deadline(void *arg)
{
	struct dd_bus_client *client = arg;

	if (dd_bus_requests_due(client) && client->timeouts >= TIMEOUTS_IN_A_ROW)
		renew_later(client, true);
}

static void set_link(struct dd_bus_client *client, enum dd_link link)
{
	if (client->link == link)
		return;
	client->link = link;
	if (client->options.on_link)
		client->options.on_link(client->options.arg, link);
}

static void renew_later(struct dd_bus_client *client, bool firm)
{
	client->firm |= firm;
	if (client->pausing || client->closed)
		return;
	client->pausing = true;
	client->timeouts = 0;
	dd_timer_start(client->pause, jitter(client->pause_ms), 0);
	client->pause_ms =
		client->pause_ms < PAUSE_MAX_MS / 2 ? 2 * client->pause_ms : PAUSE_MAX_MS;
}

static void on_pause_over(void *arg)
{
	struct dd_bus_client *client = arg;

	client->pausing = false;
	client->firm = false;
	close_socket(client);
	if (client->link == DD_LINK_UP)
		set_link(client, DD_LINK_CONNECTING);
	if (client->closed)
		return;
	/* What was given to the old socket is gone with it. */
	dd_bus_requests_end(client, DD_ERR_RETRY);
	if (client->closed)
		return;
	if (open_socket(client, NULL) != 0) {
		close_socket(client);
		renew_later(client, true);
	}
}

static void keep_socket(struct dd_bus_client *client)
{
	client->pausing = false;
	client->firm = false;
	dd_timer_stop(client->pause);
}

static void on_lost(struct dd_bus_client *client)
{
	bool was_up = client->link == DD_LINK_UP;

	dd_bus_requests_lost(client);
	renew_later(client, false);
	if (!was_up)
		return;
	set_link(client, DD_LINK_CONNECTING);
	if (!client->closed)
		dd_bus_requests_end(client, DD_ERR_RETRY);
}

static bool on_event(void *arg, void *socket)
{
	struct dd_bus_client *client = arg;
	uint16_t event;

	if (!dd_monitor_read(socket, &event))
		return false;
	switch (event) {
	case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
		keep_socket(client);
		if (client->options.trains)
			dd_bus_requests_ask(client);
		set_link(client, DD_LINK_UP);
		break;
	case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
	case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
		renew_later(client, true);
		set_link(client, DD_LINK_DENIED);
		break;
	case ZMQ_EVENT_DISCONNECTED:
	case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		on_lost(client);
		break;
	case ZMQ_EVENT_CONNECT_DELAYED:
	case ZMQ_EVENT_CONNECT_RETRIED:
		/* The library has begun a new attempt by itself: leave the socket to it. */
		if (!client->firm)
			keep_socket(client);
		break;
	default:
		break;
	}
	return !client->closed;
}

void dd_bus_client_rekey(struct dd_bus_client *client, const struct dd_curve_key *key)
{
	assert(client->options.key);
	client->key = *key;
	/* A long pause after denials was the old key's. */
	client->pausing = false;
	client->pause_ms = DD_BUS_PAUSE_MIN_MS;
	renew_later(client, true);
}

struct dd_loop *dd_bus_client_loop(const struct dd_bus_client *client)
{
	return client->options.loop;
}

enum dd_link dd_bus_client_link(const struct dd_bus_client *client)
{
	return client->link;
}

/* --- life ---------------------------------------------------------------------------------- */

int dd_bus_client_open(const struct dd_bus_client_options *options,
		       struct dd_bus_client **client_out, struct dd_error *err)
{
	struct dd_bus_client *client;
	int rc;

	assert(!options->key || options->server_public);
	client = dd_alloc(sizeof(*client));
	client->options = *options;
	client->endpoint = dd_strdup(options->endpoint);
	client->options.endpoint = client->endpoint;
	if (options->key) {
		client->key = *options->key;
		client->options.key = &client->key;
		strncpy(client->server_public, options->server_public,
			sizeof(client->server_public) - 1);
	}
	if (client->options.max_message == 0)
		client->options.max_message = REPLY_MAX;
	if (client->options.max_request == 0)
		client->options.max_request = dd_socket_max_message(client->endpoint);
	client->pause_ms = DD_BUS_PAUSE_MIN_MS;
	client->link = DD_LINK_CONNECTING;
	client->deadline = dd_timer_open(options->loop, on_deadline, client);
	client->pause = dd_timer_open(options->loop, on_pause_over, client);
	dd_loop_each_rest(options->loop, dd_bus_requests_rest, client);
	rc = open_socket(client, err);
	if (rc != 0) {
		dd_bus_client_close(client);
		return rc;
	}
	*client_out = client;
	return 0;
}

static void finish_close(void *arg)
{
	struct dd_bus_client *client = arg;

	dd_bus_requests_end(client, DD_ERR_CLOSED);
	dd_bus_requests_fini(client);
	sodium_memzero(&client->key, sizeof(client->key));
	free(client->endpoint);
	free(client);
}

void dd_bus_client_close(struct dd_bus_client *client)
{
	if (!client)
		return;
	client->closed = true;
	dd_bus_requests_rest(client);
	dd_loop_each_rest_end(client->options.loop, dd_bus_requests_rest, client);
	close_socket(client);
	dd_timer_close(client->deadline);
	dd_timer_close(client->pause);
	/* The requests end from the loop, not from inside this call. */
	dd_loop_post(client->options.loop, finish_close, client);
}
