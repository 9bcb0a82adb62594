/* bus_requests.c - requests through a client: gathered, sent, answered, ended by their deadlines.
 *
 * Callbacks run from the loop only: from the sockets' watches, the timers, and posted work. */
#include "common/base/alloc.h"
#include "common/net/bus_client_impl.h"
#include "common/net/envelope.h"
#include "common/net/socket.h"
#include <assert.h>
#include <string.h>

#define PING_MS 10000

/* --- sending -------------------------------------------------------------------------------- */

uint64_t dd_bus_client_next_id(struct dd_bus_client *client)
{
	return ++client->last_id;
}

/* --- requests ------------------------------------------------------------------------------ */

static uint64_t now_of(const struct dd_bus_client *client)
{
	return uv_now(dd_loop_uv(client->options.loop));
}

/* Takes the message in any case. */
static int send_message(struct dd_bus_client *client, zmq_msg_t *msg)
{
	if (dd_socket_send(dd_zwatch_socket(client->socket), msg, false) == 0)
		return 0;
	zmq_msg_close(msg);
	return DD_ERR_RETRY;
}

/* The timer is only ever moved to an earlier time; when it runs too early it is set again. */
static void arm_deadline(struct dd_bus_client *client)
{
	uint64_t now = now_of(client);
	uint64_t due;

	if (!dd_request_table_next(&client->requests, &due) ||
	    (client->armed_ms != 0 && client->armed_ms <= due))
		return;
	client->armed_ms = due;
	dd_timer_start(client->deadline, due > now ? due - now : 0, 0);
}

/* What was gathered leaves, or stays and is tried again when the loop rests next. */
static int flush(struct dd_bus_client *client)
{
	zmq_msg_t msg;
	int rc;

	if (client->train.count == 0 || !client->socket)
		return 0;
	dd_bus_train_message(&client->train, &msg);
	rc = send_message(client, &msg);
	if (rc == 0)
		dd_bus_train_left(&client->train, now_of(client));
	return rc;
}

void dd_bus_requests_rest(void *arg)
{
	(void)flush(arg);
}

static int send_or_gather(struct dd_bus_client *client, uint64_t id, const void *data, size_t len)
{
	bool fits = dd_bus_train_fits(&client->train, len);
	zmq_msg_t msg;
	int rc;

	if ((!fits || dd_bus_train_full(&client->train, len)) && flush(client) != 0)
		return DD_ERR_RETRY;
	if (fits) {
		dd_bus_train_add(&client->train, id, data, len);
		return 0;
	}
	rc = zmq_msg_init_size(&msg, len);
	assert(rc == 0);
	if (len > 0)
		memcpy(zmq_msg_data(&msg), data, len);
	return send_message(client, &msg);
}

/* Bytes, deadline and what to call: NOLINTNEXTLINE(readability-function-size) */
int dd_bus_client_send(struct dd_bus_client *client, uint64_t id, const void *data, size_t len,
		       uint32_t deadline_ms, dd_bus_reply *reply, void *arg)
{
	struct dd_waiting waiting = {.id = id, .on_reply = reply, .arg = arg};

	assert(id != 0);
	if (client->closed)
		return DD_ERR_CLOSED;
	if (len > (size_t)client->options.max_request)
		return DD_ERR_INVALID;
	if (!client->socket || send_or_gather(client, id, data, len) != 0)
		return DD_ERR_RETRY;
	waiting.due_ms = now_of(client) + deadline_ms;
	dd_request_table_add(&client->requests, &waiting);
	arm_deadline(client);
	return 0;
}

/* A ping that is lost is no harm: the requests go each alone. */
static void on_pong(void *arg, int err, const uint8_t *data, size_t len)
{
	struct dd_bus_client *client = arg;

	if (err == 0)
		dd_bus_train_takes(&client->train, dd_reply_pong_train(data, len));
}

void dd_bus_requests_ask(struct dd_bus_client *client)
{
	uint64_t id = dd_bus_client_next_id(client);
	uint8_t ping[DD_PING_MAX];
	size_t len = dd_request_ping(id, ping);

	if (dd_bus_client_send(client, id, ping, len, PING_MS, on_pong, client) != 0)
		return; /* nothing has been learnt, as with an old server */
}

/* --- replies -------------------------------------------------------------------------------- */

static void end_came(struct dd_bus_client *client)
{
	client->left.at = client->left.end;
	if (!client->left.at || client->giving)
		return; /* the callback still reads it: it ends behind that */
	zmq_msg_close(&client->came);
	client->left = (struct dd_train){NULL, NULL};
}

static void give(struct dd_bus_client *client, const void *data, size_t len)
{
	struct dd_waiting waiting;

	if (!dd_request_table_take(&client->requests, dd_reply_id(data, len), &waiting))
		return;
	client->timeouts = 0;
	client->pause_ms = DD_BUS_PAUSE_MIN_MS;
	dd_bus_train_answered(&client->train, waiting.id, now_of(client));
	waiting.on_reply(waiting.arg, 0, data, len);
}

bool dd_bus_requests_left(void *arg)
{
	return ((struct dd_bus_client *)arg)->left.at != NULL;
}

/* The next reply of the train that has come. */
static void give_part(struct dd_bus_client *client)
{
	const uint8_t *data;
	size_t len;

	client->giving = true;
	if (dd_train_next(&client->left, &data, &len))
		give(client, data, len);
	client->giving = false;
	if (client->left.at == client->left.end)
		end_came(client);
}

static void take_message(struct dd_bus_client *client, zmq_msg_t *msg)
{
	const void *data = zmq_msg_data(msg);
	size_t len = zmq_msg_size(msg);
	struct dd_train train;

	if (dd_train_read(data, len, &train) != DD_TRAIN_WHOLE) {
		give(client, data, len);
		return;
	}
	zmq_msg_init(&client->came);
	zmq_msg_move(&client->came, msg);
	/* The bytes may stand elsewhere now. */
	(void)dd_train_read(zmq_msg_data(&client->came), zmq_msg_size(&client->came),
			    &client->left);
	give_part(client);
}

bool dd_bus_requests_readable(void *arg, void *socket)
{
	struct dd_bus_client *client = arg;
	bool more = true;
	bool got = false;
	zmq_msg_t msg;

	if (client->left.at) {
		give_part(client);
		return !client->closed;
	}
	while (more) {
		zmq_msg_init(&msg);
		if (dd_socket_recv(socket, &msg) != 0) {
			zmq_msg_close(&msg);
			return got;
		}
		more = zmq_msg_more(&msg);
		/* A reply is one frame; of anything else no part is looked at. */
		if (!more && !got)
			take_message(client, &msg);
		got = true;
		zmq_msg_close(&msg);
	}
	return !client->closed;
}

/* --- without a reply -------------------------------------------------------------------------- */

/* The earliest deadline goes first, which is about the order in which they were sent. */
void dd_bus_requests_end(struct dd_bus_client *client, int err)
{
	uint64_t last = client->last_id;
	struct dd_waiting waiting;
	size_t left = client->requests.count;

	/* A callback may send again: what it sends is not ended here. */
	while (left-- > 0 && dd_request_table_take_due(&client->requests, UINT64_MAX, &waiting)) {
		if (waiting.id > last) {
			dd_request_table_add(&client->requests, &waiting);
			return;
		}
		waiting.on_reply(waiting.arg, err, NULL, 0);
	}
}

bool dd_bus_requests_due(struct dd_bus_client *client)
{
	struct dd_waiting waiting;
	uint64_t now = now_of(client);

	client->armed_ms = 0;
	while (!client->closed && dd_request_table_take_due(&client->requests, now, &waiting)) {
		client->timeouts++;
		dd_bus_train_late(&client->train, waiting.id);
		waiting.on_reply(waiting.arg, DD_ERR_RETRY, NULL, 0);
	}
	if (!client->closed)
		arm_deadline(client);
	return !client->closed;
}

void dd_bus_requests_lost(struct dd_bus_client *client)
{
	dd_bus_train_lost(&client->train);
	end_came(client);
}

void dd_bus_requests_fini(struct dd_bus_client *client)
{
	dd_request_table_fini(&client->requests);
	dd_bus_train_fini(&client->train);
}
