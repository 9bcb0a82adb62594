/* net_support.h - a loop that runs until something has happened, and a server that answers. */
#ifndef TESTS_COMMON_NET_SUPPORT_H
#define TESTS_COMMON_NET_SUPPORT_H

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/net/bus.h"
#include "common/net/envelope.h"
#include "common/net/loop.h"
#include "common/net/socket.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The libraries are not built for the thread sanitizer, which so takes the handing over of messages
 * and of the libraries' own memory between their threads and ours for races: their accesses are
 * left out. Ours are all seen. */
#if defined(__SANITIZE_THREAD__)
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "ignore_noninstrumented_modules=1";
}
#endif

#define NET_PATIENCE_MS 60000 /* only so that a hanging test ends; nothing is measured */

struct net_wait {
	struct dd_loop *loop;
	bool (*done)(void *arg);
	void *arg;
	bool gave_up;
};

static inline void net_on_turn(void *arg)
{
	struct net_wait *wait = arg;

	if (wait->done(wait->arg))
		dd_loop_stop(wait->loop);
}

static inline void net_on_patience(void *arg)
{
	struct net_wait *wait = arg;

	wait->gave_up = true;
	dd_loop_stop(wait->loop);
}

static inline void net_nothing(void *arg)
{
	(void)arg;
}

/* Run the loop until done(arg) is true, which a socket's callback makes true. Nothing of ours wakes
 * the loop meanwhile, so a message that it misses stays where it is. */
static inline void net_run_until_told(struct dd_loop *loop, bool (*done)(void *arg), void *arg)
{
	struct net_wait wait = {.loop = loop, .done = done, .arg = arg};
	struct dd_timer *patience = dd_timer_open(loop, net_on_patience, &wait);

	dd_timer_start(patience, NET_PATIENCE_MS, 0);
	dd_loop_each_turn(loop, net_on_turn, &wait);
	dd_loop_run(loop);
	dd_loop_each_turn_end(loop, net_on_turn, &wait);
	dd_timer_close(patience);
	assert_false(wait.gave_up);
}

/* The same for what may become true in any way. */
static inline void net_run_until(struct dd_loop *loop, bool (*done)(void *arg), void *arg)
{
	struct dd_timer *tick = dd_timer_open(loop, net_nothing, NULL);

	dd_timer_start(tick, 1, 1);
	net_run_until_told(loop, done, arg);
	dd_timer_close(tick);
}

static inline bool net_flag(void *arg)
{
	return *(bool *)arg;
}

/* Let the loop turn for a while: for showing that something does not happen. */
static inline void net_run_ms(struct dd_loop *loop, uint64_t ms)
{
	struct net_wait wait = {.loop = loop};
	struct dd_timer *timer = dd_timer_open(loop, net_on_patience, &wait);

	dd_timer_start(timer, ms, 0);
	dd_loop_run(loop);
	dd_timer_close(timer);
}

/* --- a server that answers each request with a Reply of the same id --------------------------- */

struct net_server {
	struct dd_bus_server *bus;
	struct dd_access *access;
	int got;
	struct dd_principal last; /* who sent the last request */
	struct dd_bus_peer peer;
	size_t len; /* of the last request */
	bool silent;
};

static inline void net_on_request(void *arg, const struct dd_bus_peer *peer,
				  const struct dd_principal *who, const uint8_t *data, size_t len)
{
	struct net_server *server = arg;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	server->got++;
	server->last = *who;
	server->peer = *peer;
	server->len = len;
	reply.id = dd_request_id(data, len);
	if (!server->silent)
		dd_reply_send(server->bus, peer, &reply);
}

static inline int net_server_open(struct net_server *server, struct dd_loop *loop,
				  const struct dd_bus_listen *listens, int count,
				  struct dd_error *err)
{
	struct dd_bus_server_options options = {
		.loop = loop,
		.listens = listens,
		.listen_count = count,
		.access = server->access,
		.on_request = net_on_request,
		.arg = server,
	};

	return dd_bus_server_open(&options, &server->bus, err);
}

/* --- one request of a client ------------------------------------------------------------------ */

struct net_call {
	bool ended;
	int err;
	uint64_t reply_id;
	uint64_t id;
};

static inline void net_on_reply(void *arg, int err, const uint8_t *data, size_t len)
{
	struct net_call *call = arg;

	call->ended = true;
	call->err = err;
	call->reply_id = err == 0 ? dd_reply_id(data, len) : 0;
}

static inline size_t net_pack_ping(uint64_t id, uint8_t out[64])
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping ping = DONDOC__V1__PING__INIT;

	request.version = 1;
	request.id = id;
	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &ping;
	return dondoc__v1__request__pack(&request, out);
}

static inline int net_send(struct dd_bus_client *client, struct net_call *call,
			   uint32_t deadline_ms)
{
	uint8_t packed[64];
	size_t len;

	memset(call, 0, sizeof(*call));
	call->id = dd_bus_client_next_id(client);
	len = net_pack_ping(call->id, packed);
	return dd_bus_client_send(client, call->id, packed, len, deadline_ms, net_on_reply, call);
}

/* Send until a reply comes, as every client of ours does. */
static inline void net_call_until_reply(struct dd_loop *loop, struct dd_bus_client *client,
					uint32_t deadline_ms)
{
	struct net_call call;

	do {
		while (net_send(client, &call, deadline_ms) != 0)
			net_run_ms(loop, 10);
		net_run_until(loop, net_flag, &call.ended);
	} while (call.err == DD_ERR_RETRY);
	assert_int_equal(call.err, 0);
	assert_int_equal(call.reply_id, call.id);
}

#endif
