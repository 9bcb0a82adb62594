/* train_support.h - a server that knows trains or does not, and what it was asked. */
#ifndef TESTS_COMMON_NET_TRAIN_SUPPORT_H
#define TESTS_COMMON_NET_TRAIN_SUPPORT_H

#include "common/net/train.h"
#include "tests/common/net/net_support.h"

#define MANY 120 /* in one train, and more than a turn serves */

/* A server that knows trains or does not, and notes the ids in the order in which they came. */
struct world {
	char *dir;
	char endpoint[256];
	struct dd_loop *loop;
	struct dd_access *access;
	struct dd_bus_server *bus;
	struct dd_bus_client *client;
	bool old; /* its Pong says nothing of trains */
	bool pauses;
	uint64_t ids[2 * MANY];
	int got;
	int long_id; /* the answer to this one is long */
	int budget;
};

static inline void answer_ping(struct world *world, const struct dd_bus_peer *peer,
			       const struct dd_principal *who, uint64_t id)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Pong pong = DONDOC__V1__PONG__INIT;

	if (!world->old) {
		(void)dd_reply_pong(world->bus, peer, who, id);
		return;
	}
	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_PONG;
	reply.pong = &pong;
	(void)dd_reply_send(world->bus, peer, &reply);
}

static inline void on_request(void *arg, const struct dd_bus_peer *peer,
			      const struct dd_principal *who, const uint8_t *data, size_t len)
{
	static char words[3 << 10];
	struct world *world = arg;
	uint64_t id = dd_request_id(data, len);

	assert_int_equal(who->cls, DD_PRINCIPAL_OPERATOR);
	assert_true(world->got < 2 * MANY);
	world->ids[world->got++] = id;
	if (id == (uint64_t)world->long_id) {
		memset(words, 'x', sizeof(words) - 1);
		(void)dd_reply_error(world->bus, peer, id, DONDOC__V1__ERROR_CODE__ERROR_BUSY,
				     words);
	} else {
		answer_ping(world, peer, who, id);
	}
	if (world->pauses)
		dd_bus_server_pause(world->bus, true);
}

static inline void server_up(struct world *world)
{
	struct dd_bus_listen listen = {.endpoint = world->endpoint, .cls = DD_PRINCIPAL_OPERATOR};
	struct dd_bus_server_options options = {.loop = world->loop,
						.listens = &listen,
						.listen_count = 1,
						.access = world->access,
						.budget = world->budget,
						.cap_us = -1,
						.on_request = on_request,
						.arg = world};

	assert_int_equal(dd_bus_server_open(&options, &world->bus, NULL), 0);
}

static inline void world_open(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->dir = test_tmpdir();
	snprintf(world->endpoint, sizeof(world->endpoint), "ipc://%s/bus", world->dir);
	assert_int_equal(dd_access_open(NULL, &world->access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
}

static inline void world_close(struct world *world)
{
	dd_bus_client_close(world->client);
	dd_bus_server_close(world->bus);
	dd_loop_close(world->loop);
	dd_access_close(world->access);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	test_tmpdir_end(world->dir);
}

static inline struct dd_bus_stats stats_of(const struct world *world)
{
	struct dd_bus_stats stats;

	dd_bus_server_stats(world->bus, &stats);
	return stats;
}

#endif
