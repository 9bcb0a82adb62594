/* load.c - see load.h.
 *
 * The happy path: fill each stream's window, send, take answers, close the gap. The server dies:
 * the socket's monitor tells at once, all that was under way there is written down as unknown, and
 * the same bytes go out over a new socket. No answer in time: the same. */
#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "common/net/monitor.h"
#include "common/net/socket.h"
#include "tests/support/load_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define BUSY_US 30000
#define GAP_US  3000

static void impossible(struct test_load *load, const char *what, int code)
{
	fprintf(stderr, "load client %d: impossible answer: %s %d\n", load->options.client, what,
		code);
	load->impossible = true;
}

void test_load_line(struct test_load *load, enum test_line_kind kind,
		    const struct test_identity *id, const uint8_t *content,
		    const Dondoc__V1__Receipt *receipt)
{
	struct test_line line = {.kind = kind, .client = load->options.client, .id = *id};

	if (content != NULL)
		memcpy(line.content, content, DD_HASH_LEN);
	if (receipt != NULL && receipt->chain.len == DD_HASH_LEN) {
		line.sequence = receipt->sequence;
		line.incarnation = receipt->incarnation;
		memcpy(line.chain, receipt->chain.data, DD_HASH_LEN);
	}
	test_history_add(load->options.history, &line);
}

/* --- sockets ---------------------------------------------------------------------------------- */

static void socket_open(struct test_load *load, int index)
{
	struct dd_error err;
	void *socket;

	if (dd_socket_open(ZMQ_DEALER, &socket, &err) != 0)
		abort();
	dd_socket_set_int(socket, ZMQ_SNDHWM, 10000);
	dd_socket_set_int(socket, ZMQ_RCVHWM, 10000);
	dd_socket_set_int(socket, ZMQ_RECONNECT_IVL, 10);
	if (dd_monitor_open(socket, &load->monitors[index], &err) != 0 ||
	    zmq_connect(socket, load->endpoint) != 0)
		abort();
	load->sockets[index] = socket;
}

static void socket_close(struct test_load *load, int index)
{
	dd_socket_close(load->sockets[index]);
	dd_socket_close(load->monitors[index]);
}

struct test_item *test_load_item(struct test_load *load, int stream, uint64_t number)
{
	struct test_item *item = &load->streams[stream].items[number % TEST_MEMORY];

	return item->id.number == number ? item : NULL;
}

/* What becomes of it will not be known from this sending. */
void test_load_give_up(struct test_load *load, struct test_sending *sending)
{
	struct test_item *item = test_load_item(load, sending->stream, sending->identity.number);

	test_load_line(load, TEST_INFO, &sending->identity, NULL, NULL);
	if (item != NULL && item->open && item->last_id == sending->id) {
		item->unsent = true;
		item->due_us = 0;
	}
	sending->id = 0;
}

/* The server is gone, or a new one is there that has not got what was under way. */
static void socket_renew(struct test_load *load, int index)
{
	for (unsigned i = 0; i < TEST_SENDINGS; i++) {
		if (load->sendings[i].id != 0 && load->sendings[i].socket == index)
			test_load_give_up(load, &load->sendings[i]);
	}
	socket_close(load, index);
	socket_open(load, index);
}

/* --- in --------------------------------------------------------------------------------------- */

static void settle(struct test_load *load, const struct test_sending *sending)
{
	struct test_item *item = test_load_item(load, sending->stream, sending->identity.number);

	if (item == NULL || !item->open)
		return;
	item->open = false;
	atomic_fetch_add(&load->answered, 1);
}

static void again_at(struct test_load *load, const struct test_sending *sending, int64_t us)
{
	struct test_item *item = test_load_item(load, sending->stream, sending->identity.number);

	if (item == NULL || !item->open || item->last_id != sending->id)
		return;
	item->unsent = true;
	item->due_us = dd_mono_us() + us;
}

static void take_answer(struct test_load *load, struct test_sending *sending,
			const Dondoc__V1__SubmitReply *reply)
{
	const struct test_identity *id = &sending->identity;

	switch (reply->outcome) {
	case DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED:
	case DONDOC__V1__OUTCOME__OUTCOME_SAVED:
		test_load_line(load, TEST_OK, id, NULL, reply->receipt);
		settle(load, sending);
		return;
	case DONDOC__V1__OUTCOME__OUTCOME_REFUSED:
		test_load_line(load, TEST_REFUSED, id, NULL, reply->receipt);
		settle(load, sending);
		return;
	case DONDOC__V1__OUTCOME__OUTCOME_BUSY:
		atomic_fetch_add(&load->busy, 1);
		again_at(load, sending, BUSY_US);
		break;
	case DONDOC__V1__OUTCOME__OUTCOME_GAP:
		again_at(load, sending, GAP_US);
		break;
	case DONDOC__V1__OUTCOME__OUTCOME_CONFLICT:
		if (!sending->forged)
			impossible(load, "conflict with itself", 0);
		break;
	default:
		impossible(load, "outcome", (int)reply->outcome);
		break;
	}
	test_load_line(load, TEST_FAIL, id, NULL, NULL);
}

static void take_reply(struct test_load *load, const void *data, size_t len)
{
	Dondoc__V1__Reply *reply;
	struct test_sending *sending;

	dd_arena_reset(&load->arena);
	reply = dd_reply_unpack(&load->arena, data, len);
	if (reply == NULL) {
		impossible(load, "unreadable", (int)len);
		return;
	}
	sending = &load->sendings[reply->id % TEST_SENDINGS];
	if (sending->id != reply->id)
		return; /* given up before: written down as unknown */
	if (reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT) {
		take_answer(load, sending, reply->submit);
	} else if (reply->body_case == DONDOC__V1__REPLY__BODY_ERROR &&
		   reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_BUSY) {
		atomic_fetch_add(&load->busy, 1);
		again_at(load, sending, BUSY_US);
		test_load_line(load, TEST_FAIL, &sending->identity, NULL, NULL);
	} else {
		impossible(load, "reply", (int)reply->body_case);
	}
	sending->id = 0;
}

static void take_replies(struct test_load *load, int index)
{
	zmq_msg_t message;
	bool more = true;

	while (more) {
		zmq_msg_init(&message);
		more = zmq_msg_recv(&message, load->sockets[index], ZMQ_DONTWAIT) >= 0;
		if (more)
			take_reply(load, zmq_msg_data(&message), zmq_msg_size(&message));
		zmq_msg_close(&message);
	}
}

static void watch_link(struct test_load *load, int index)
{
	bool gone = false;
	uint16_t event;

	while (dd_monitor_read(load->monitors[index], &event))
		gone = gone || event == ZMQ_EVENT_DISCONNECTED;
	if (!gone)
		return;
	take_replies(load, index); /* what came before the end counts */
	socket_renew(load, index);
}

static void wait_and_take(struct test_load *load)
{
	zmq_pollitem_t items[2 * TEST_LOAD_STREAMS] = {{0}};
	zmq_pollitem_t *item = items;
	int sockets = load->options.sockets;

	for (int i = 0; i < sockets; i++) {
		*item++ = (zmq_pollitem_t){load->sockets[i], 0, ZMQ_POLLIN, 0};
		*item++ = (zmq_pollitem_t){load->monitors[i], 0, ZMQ_POLLIN, 0};
	}
	if (zmq_poll(items, 2 * sockets, 2) <= 0)
		return;
	item = items;
	for (int i = 0; i < sockets; i++) {
		if ((item++->revents & ZMQ_POLLIN) != 0)
			take_replies(load, i);
		if ((item++->revents & ZMQ_POLLIN) != 0)
			watch_link(load, i);
	}
}

/* --- life ------------------------------------------------------------------------------------- */

static bool over(struct test_load *load, bool open)
{
	const struct test_load_options *options = &load->options;

	if (!open && options->ops > 0 && load->made >= options->ops)
		atomic_store(&load->finished, true);
	if (!atomic_load(&load->stop))
		return false;
	return !open || dd_mono_us() > atomic_load(&load->drain_until_us);
}

static void *run(void *arg)
{
	struct test_load *load = arg;
	bool open;

	for (int i = 0; i < load->options.sockets; i++)
		socket_open(load, i);
	do {
		open = false;
		for (int i = 0; i < load->options.streams; i++)
			open |= test_load_work(load, i);
		wait_and_take(load);
	} while (!over(load, open));
	for (unsigned i = 0; i < TEST_SENDINGS; i++) {
		if (load->sendings[i].id != 0)
			test_load_give_up(load, &load->sendings[i]);
	}
	for (int i = 0; i < load->options.sockets; i++)
		socket_close(load, i);
	return NULL;
}

struct test_load *test_load_start(const struct test_load_options *options)
{
	struct test_load *load = dd_alloc(sizeof(*load));

	load->options = *options;
	load->endpoint = dd_strdup(options->endpoint);
	load->unit = dd_strdup(options->unit);
	load->streams = dd_alloc((size_t)options->streams * sizeof(*load->streams));
	load->sendings = dd_alloc(TEST_SENDINGS * sizeof(*load->sendings));
	load->random = options->seed * UINT64_C(0x9e3779b97f4a7c15) + 0x1234567;
	dd_arena_init(&load->arena, 65536);
	for (int i = 0; i < options->streams; i++) {
		dd_id_new(load->streams[i].id);
		load->streams[i].next = 1;
		load->streams[i].socket = i % options->sockets;
	}
	if (pthread_create(&load->thread, NULL, run, load) != 0)
		abort();
	return load;
}

uint64_t test_load_answered(const struct test_load *load)
{
	return atomic_load(&load->answered);
}

uint64_t test_load_busy(const struct test_load *load)
{
	return atomic_load(&load->busy);
}

bool test_load_finished(const struct test_load *load)
{
	return atomic_load(&load->finished);
}

void test_load_hold(struct test_load *load)
{
	atomic_store(&load->hold, true);
}

bool test_load_stop(struct test_load *load, int64_t drain_ms)
{
	bool good;

	atomic_store(&load->drain_until_us, dd_mono_us() + drain_ms * 1000);
	atomic_store(&load->stop, true);
	pthread_join(load->thread, NULL);
	good = !load->impossible;
	dd_arena_fini(&load->arena);
	free(load->streams);
	free(load->sendings);
	free(load->endpoint);
	free(load->unit);
	free(load);
	return good;
}
