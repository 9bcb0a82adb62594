/* Connections that send rubbish: the server stays, and serves those who speak properly. */
#include "tests/common/net/net_support.h"
#include "tests/common/net/zmtp_support.h"
#include <zmq.h>

#define ROUNDS 60

struct world {
	char *dir;
	struct dd_loop *loop;
	struct dd_curve_key key;
	struct net_server server;
	uint32_t seed;
};

enum { CURVE_TCP, PLAIN_TCP, IPC, LISTENS };

static void world_open(struct world *world)
{
	char ipc[256];
	struct dd_bus_listen listens[LISTENS] = {
		[CURVE_TCP] = {.endpoint = "tcp://127.0.0.1:*", .cls = DD_PRINCIPAL_OFFICE},
		[PLAIN_TCP] = {.endpoint = "tcp://127.0.0.1:*", .cls = DD_PRINCIPAL_OPERATOR},
		[IPC] = {.endpoint = ipc, .cls = DD_PRINCIPAL_OPERATOR},
	};

	memset(world, 0, sizeof(*world));
	world->seed = 20261014;
	world->dir = test_tmpdir();
	snprintf(ipc, sizeof(ipc), "ipc://%s/o/bus", world->dir);
	dd_curve_new(&world->key);
	listens[CURVE_TCP].key = &world->key;
	assert_int_equal(dd_access_open(NULL, &world->server.access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
	assert_int_equal(net_server_open(&world->server, world->loop, listens, LISTENS, NULL), 0);
}

static void world_close(struct world *world)
{
	dd_bus_server_close(world->server.bus);
	dd_loop_close(world->loop);
	dd_access_close(world->server.access);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	test_tmpdir_end(world->dir);
}

static uint32_t some(struct world *world, uint32_t below)
{
	world->seed = world->seed * 1664525u + 1013904223u;
	return (world->seed >> 8) % below;
}

static size_t some_bytes(struct world *world, uint8_t *out, uint32_t most)
{
	size_t len = some(world, most + 1);
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = (uint8_t)some(world, 256);
	return len;
}

/* --- kinds of rubbish ------------------------------------------------------------------------ */

static void random_bytes(struct world *world, int fd)
{
	uint8_t bytes[600];

	zmtp_put(fd, bytes, some_bytes(world, bytes, sizeof(bytes)));
}

static void hang_up(struct world *world, int fd)
{
	(void)world;
	(void)fd;
}

static void bad_greeting(struct world *world, int fd)
{
	uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'N', 'U', 'L', 'L'};
	int i;

	for (i = 0; i < 3; i++)
		greeting[some(world, sizeof(greeting))] = (uint8_t)some(world, 256);
	zmtp_put(fd, greeting, 1 + some(world, sizeof(greeting)));
	random_bytes(world, fd);
}

static void curve_greeting_and_rubbish(struct world *world, int fd)
{
	uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'C', 'U', 'R', 'V', 'E'};
	uint8_t hello[200] = "\x05HELLO\x01";

	zmtp_put(fd, greeting, sizeof(greeting));
	some_bytes(world, hello + 8, 192);
	zmtp_frame(fd, ZMTP_COMMAND, hello, 200);
	random_bytes(world, fd);
}

static void huge_length(struct world *world, int fd)
{
	uint8_t head[9] = {ZMTP_LONG, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	head[1 + some(world, 8)] = (uint8_t)some(world, 256);
	zmtp_greet(fd);
	zmtp_ready(fd, NULL, NULL);
	zmtp_put(fd, head, sizeof(head));
	random_bytes(world, fd);
}

static void random_frames(struct world *world, int fd)
{
	uint8_t bytes[400];
	int i;

	zmtp_greet(fd);
	zmtp_ready(fd, NULL, NULL);
	for (i = 0; i < 20; i++) {
		size_t len = some_bytes(world, bytes, sizeof(bytes));

		zmtp_frame(fd, some(world, 3) == 0 ? ZMTP_MORE : 0, bytes, len);
	}
}

static void random_flags(struct world *world, int fd)
{
	uint8_t bytes[100];
	int i;

	zmtp_greet(fd);
	zmtp_ready(fd, NULL, NULL);
	for (i = 0; i < 10; i++) {
		size_t len = some_bytes(world, bytes, sizeof(bytes));

		zmtp_frame(fd, (uint8_t)(some(world, 256) & 0xfdu), bytes, len);
	}
}

static void bad_properties(struct world *world, int fd)
{
	uint8_t body[200] = "\x05READY";

	zmtp_greet(fd);
	zmtp_frame(fd, ZMTP_COMMAND, body, 6 + some_bytes(world, body + 6, 190));
}

static void commands_only(struct world *world, int fd)
{
	uint8_t ping[7] = "\x04PING";
	int i;

	zmtp_greet(fd);
	zmtp_ready(fd, NULL, NULL);
	for (i = 0; i < 200; i++)
		zmtp_frame(fd, ZMTP_COMMAND, ping, 5 + some(world, 3));
}

/* --------------------------------------------------------------------------------------------- */

static void test_a_thousand_connections_with_rubbish_leave_the_server_serving(void **state)
{
	static void (*const kinds[])(struct world * world, int fd) = {
		random_bytes,  hang_up,       bad_greeting, curve_greeting_and_rubbish,
		huge_length,   random_frames, random_flags, bad_properties,
		commands_only,
	};
	struct dd_bus_stats stats;
	struct world world;
	int connections = 0;
	int round;
	size_t kind;
	int listen;

	(void)state;
	world_open(&world);
	for (round = 0; round < ROUNDS; round++) {
		for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
			for (listen = 0; listen < LISTENS; listen++) {
				const char *endpoint =
					dd_bus_server_endpoint(world.server.bus, listen);
				int fd = listen == IPC ? zmtp_connect_ipc(endpoint)
						       : zmtp_connect_tcp(endpoint);

				kinds[kind](&world, fd);
				connections++;
				close(fd);
			}
		net_run_ms(world.loop, 1);
	}
	assert_true(connections >= 1000);
	/* Some of it was shaped like requests, and was taken for what it is. */
	assert_true(world.server.got > 0);
	dd_bus_server_stats(world.server.bus, &stats);
	assert_true(stats.misshapen > 0);
	for (listen = PLAIN_TCP; listen < LISTENS; listen++) {
		struct dd_bus_client_options options = {
			.loop = world.loop,
			.endpoint = dd_bus_server_endpoint(world.server.bus, listen)};
		struct dd_bus_client *client;

		assert_int_equal(dd_bus_client_open(&options, &client, NULL), 0);
		net_call_until_reply(world.loop, client, 5000);
		dd_bus_client_close(client);
	}
	assert_int_equal(dd_access_self_test(dd_bus_server_endpoint(world.server.bus, CURVE_TCP),
					     world.key.public_key, NULL),
			 0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_thousand_connections_with_rubbish_leave_the_server_serving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
