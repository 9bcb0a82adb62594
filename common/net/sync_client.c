/* sync_client.c - a blocking DEALER.
 *
 * ZeroMQ delivers at most once per connection, and a client that was denied by the server's access
 * control never tries again by itself. So each attempt has an end, after which socket and
 * connection are made anew and the same bytes go out once more; a monitor tells of denials, so that
 * waiting for a reply which cannot come is cut short. */
#include "common/net/sync_client.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "common/net/monitor.h"
#include "common/net/socket.h"
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#define ATTEMPT_MS     1500
#define ATTEMPT_MAX_MS 15000
#define DENIED_MS      250 /* before the first new try after a denial; doubles */

struct dd_sync_client {
	char *endpoint; /* owned */
	struct dd_curve_key key;
	char server_public[41]; /* empty = no CURVE */
	int64_t max_message;
	void *socket;
	void *monitor;
	bool reached;   /* something was there */
	bool connected; /* and it let us in */
	bool denied;    /* the last thing heard from it was a denial */
};

enum wait_end { WAIT_REPLY, WAIT_TIME, WAIT_DENIED };

static void sockets_close(struct dd_sync_client *client)
{
	dd_socket_close(client->socket);
	dd_socket_close(client->monitor); /* behind the socket that it watches */
	client->socket = NULL;
	client->monitor = NULL;
}

static int set_curve(const struct dd_sync_client *client)
{
	void *socket = client->socket;

	if (!client->server_public[0])
		return 0;
	if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, client->server_public, 41) != 0)
		return -1;
	if (zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, client->key.public_key, 41) != 0)
		return -1;
	return zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, client->key.secret_key, 41);
}

static int sockets_open(struct dd_sync_client *client, struct dd_error *err)
{
	int rc = dd_socket_open(ZMQ_DEALER, &client->socket, err);

	if (rc != 0)
		return rc;
	dd_socket_set_bus(client->socket, client->endpoint, client->max_message);
	dd_socket_set_int(client->socket, ZMQ_RECONNECT_IVL, 50);
	dd_socket_set_int(client->socket, ZMQ_RECONNECT_IVL_MAX, 1000);
	if (set_curve(client) != 0)
		return dd_fail(err, DD_ERR_INVALID,
			       "%s: a key is not 40 characters of Z85, or ZeroMQ has no CURVE: %s",
			       client->endpoint, zmq_strerror(errno));
	rc = dd_monitor_open(client->socket, &client->monitor, err);
	if (rc != 0)
		return rc;
	if (zmq_connect(client->socket, client->endpoint) != 0)
		return dd_fail(err, DD_ERR_INVALID,
			       "%s is no endpoint to connect to (%s); an endpoint looks like "
			       "ipc:///run/dondoc/task/operator/bus or tcp://host:7701",
			       client->endpoint, zmq_strerror(errno));
	return 0;
}

int dd_sync_open(const struct dd_sync_options *options, struct dd_sync_client **client_out,
		 struct dd_error *err)
{
	struct dd_sync_client *client = dd_alloc(sizeof(*client));
	int rc;

	client->endpoint = dd_strdup(options->endpoint);
	client->max_message = options->max_message ? options->max_message : 8 << 20;
	if (options->key) {
		assert(options->server_public);
		client->key = *options->key;
		if (strlen(options->server_public) != 40) {
			rc = dd_fail(err, DD_ERR_INVALID,
				     "the server's public key is not 40 characters of Z85");
			goto failed;
		}
		memcpy(client->server_public, options->server_public, 41);
	}
	rc = sockets_open(client, err);
	if (rc != 0)
		goto failed;
	*client_out = client;
	return 0;
failed:
	dd_sync_close(client);
	return rc;
}

void dd_sync_close(struct dd_sync_client *client)
{
	if (!client)
		return;
	sockets_close(client);
	free(client->endpoint);
	memset(&client->key, 0, sizeof(client->key));
	free(client);
}

static int64_t now_ms(void)
{
	return dd_mono_us() / 1000;
}

static void monitor_drain(struct dd_sync_client *client)
{
	uint16_t event;

	while (dd_monitor_read(client->monitor, &event)) {
		if (event == ZMQ_EVENT_CONNECTED) {
			client->reached = true;
		} else if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
			client->connected = true;
			client->denied = false;
		} else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
			client->denied = true;
		}
	}
}

/* A full queue counts as a lost message: the next attempt sends again. */
static void send_bytes(const struct dd_sync_client *client, const struct dd_sync_call *call)
{
	zmq_msg_t message;

	if (zmq_msg_init_size(&message, call->len) != 0)
		return;
	if (call->len > 0)
		memcpy(zmq_msg_data(&message), call->data, call->len);
	if (dd_socket_send(client->socket, &message, false) != 0)
		zmq_msg_close(&message);
}

/* Take what has arrived; a late reply to an earlier request is thrown away. */
static bool receive(const struct dd_sync_client *client, uint64_t id, struct dd_buf *reply_out)
{
	bool found = false;

	for (;;) {
		zmq_msg_t message;

		zmq_msg_init(&message);
		if (dd_socket_recv(client->socket, &message) != 0) {
			zmq_msg_close(&message);
			return found;
		}
		if (!found && dd_reply_id(zmq_msg_data(&message), zmq_msg_size(&message)) == id) {
			dd_buf_add(reply_out, zmq_msg_data(&message), zmq_msg_size(&message));
			found = true;
		}
		zmq_msg_close(&message);
	}
}

static enum wait_end wait_reply(struct dd_sync_client *client, uint64_t id, int64_t until_ms,
				struct dd_buf *reply_out)
{
	for (;;) {
		zmq_pollitem_t items[2] = {{client->socket, 0, ZMQ_POLLIN, 0},
					   {client->monitor, 0, ZMQ_POLLIN, 0}};
		int64_t left = until_ms - now_ms();

		if (left <= 0)
			return WAIT_TIME;
		if (zmq_poll(items, 2, (long)left) < 0)
			continue; /* a signal; the time left tells when to stop */
		if ((items[0].revents & ZMQ_POLLIN) && receive(client, id, reply_out))
			return WAIT_REPLY;
		if (items[1].revents & ZMQ_POLLIN)
			monitor_drain(client);
		if (client->denied)
			return WAIT_DENIED;
	}
}

static void pause_ms(int64_t ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000};

	if (ms > 0)
		(void)nanosleep(&time, NULL);
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

enum dd_sync_silence dd_sync_silence(const struct dd_sync_client *client)
{
	/* A server with another key than we think just hangs up. */
	if (client->denied || (client->reached && !client->connected))
		return DD_SYNC_DENIED;
	return client->connected ? DD_SYNC_NO_REPLY : DD_SYNC_NOBODY;
}

static int fail_silent(const struct dd_sync_client *client, int64_t patience_ms,
		       struct dd_error *err)
{
	static const char *const words[] = {
		[DD_SYNC_NOBODY] = "nobody listens there",
		[DD_SYNC_DENIED] = "the server does not admit this key or this user",
		[DD_SYNC_NO_REPLY] = "connected, but no answer came",
	};

	return dd_fail(err, DD_ERR_RETRY, "%s: %s within %lld ms; outcome unknown",
		       client->endpoint, words[dd_sync_silence(client)], (long long)patience_ms);
}

int dd_sync_call(struct dd_sync_client *client, const struct dd_sync_call *call,
		 struct dd_buf *reply_out, struct dd_error *err)
{
	int64_t end_ms = now_ms() + call->patience_ms;
	int64_t attempt_ms = call->attempt_ms ? call->attempt_ms : ATTEMPT_MS;
	int64_t denied_ms = DENIED_MS;

	assert(call->id != 0);
	dd_buf_clear(reply_out);
	for (;;) {
		int64_t until_ms = smaller(end_ms, now_ms() + attempt_ms);
		enum wait_end end;

		if (!client->socket && sockets_open(client, err) != 0)
			return err ? err->code : DD_ERR_IO;
		send_bytes(client, call);
		end = wait_reply(client, call->id, until_ms, reply_out);
		if (end == WAIT_REPLY)
			return 0;
		sockets_close(client);
		if (end == WAIT_DENIED && now_ms() < end_ms) {
			pause_ms(smaller(denied_ms, end_ms - now_ms()));
			denied_ms = smaller(denied_ms * 2, 2000);
		}
		if (now_ms() >= end_ms)
			return fail_silent(client, call->patience_ms, err);
		client->denied = false;
		attempt_ms = smaller(attempt_ms * 2, ATTEMPT_MAX_MS > call->attempt_ms
							     ? ATTEMPT_MAX_MS
							     : call->attempt_ms);
	}
}
