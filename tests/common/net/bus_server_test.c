#include "tests/common/net/net_support.h"
#include <sys/stat.h>
#include <zmq.h>

struct world {
	char *dir;
	char endpoint[256];
	struct dd_loop *loop;
	struct net_server server;
};

static void world_open(struct world *world, bool guarded)
{
	struct dd_bus_listen listen = {.cls = DD_PRINCIPAL_OPERATOR};

	memset(world, 0, sizeof(*world));
	world->dir = test_tmpdir();
	snprintf(world->endpoint, sizeof(world->endpoint), "ipc://%s/operator/bus", world->dir);
	listen.endpoint = world->endpoint;
	if (guarded)
		assert_int_equal(dd_access_open(NULL, &world->server.access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
	assert_int_equal(net_server_open(&world->server, world->loop, &listen, 1, NULL), 0);
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

static void *raw_dealer(const struct world *world)
{
	void *socket;

	assert_int_equal(dd_socket_open(ZMQ_DEALER, &socket, NULL), 0);
	assert_int_equal(zmq_connect(socket, world->endpoint), 0);
	return socket;
}

static struct dd_bus_stats stats_of(struct world *world)
{
	struct dd_bus_stats stats;

	dd_bus_server_stats(world->server.bus, &stats);
	return stats;
}

static bool served_one(void *arg)
{
	return ((struct world *)arg)->server.got == 1;
}

static void send_ping(void *socket)
{
	uint8_t packed[64];
	size_t len = net_pack_ping(7, packed);

	assert_int_equal(zmq_send(socket, packed, len, 0), len);
}

static void test_only_a_message_of_one_frame_is_a_request(void **state)
{
	struct world world;
	void *socket;
	int i;

	(void)state;
	world_open(&world, true);
	socket = raw_dealer(&world);
	/* As a REQ socket would send it, and with many parts. */
	zmq_send(socket, "", 0, ZMQ_SNDMORE);
	zmq_send(socket, "x", 1, 0);
	for (i = 0; i < 100; i++)
		zmq_send(socket, "part", 4, ZMQ_SNDMORE);
	zmq_send(socket, "last", 4, 0);
	send_ping(socket);
	net_run_until(world.loop, served_one, &world);
	assert_int_equal(stats_of(&world).misshapen, 2);
	assert_int_equal(stats_of(&world).received, 1);
	assert_int_equal(world.server.last.cls, DD_PRINCIPAL_OPERATOR);
	assert_string_equal(world.server.last.text, "operator");
	dd_socket_close(socket);
	world_close(&world);
}

static void test_an_empty_request_is_handed_on(void **state)
{
	struct world world;
	void *socket;

	(void)state;
	world_open(&world, true);
	socket = raw_dealer(&world);
	zmq_send(socket, "", 0, 0);
	net_run_until(world.loop, served_one, &world);
	assert_int_equal(world.server.len, 0);
	dd_socket_close(socket);
	world_close(&world);
}

static void test_a_peer_that_brings_a_long_address_is_not_served(void **state)
{
	struct world world;
	void *named;
	void *socket;

	(void)state;
	world_open(&world, true);
	assert_int_equal(dd_socket_open(ZMQ_DEALER, &named, NULL), 0);
	dd_socket_set_text(named, ZMQ_ROUTING_ID, "somebody-with-a-long-name");
	assert_int_equal(zmq_connect(named, world.endpoint), 0);
	send_ping(named);
	net_run_ms(world.loop, 100);
	socket = raw_dealer(&world);
	send_ping(socket);
	net_run_until(world.loop, served_one, &world);
	assert_int_equal(stats_of(&world).misshapen, 1);
	dd_socket_close(named);
	dd_socket_close(socket);
	world_close(&world);
}

static void test_an_oversize_message_ends_its_connection_only(void **state)
{
	struct world world;
	uint8_t *much = dd_alloc(2 << 20);
	void *greedy;
	void *modest;

	(void)state;
	world_open(&world, true);
	greedy = raw_dealer(&world);
	modest = raw_dealer(&world);
	assert_int_equal(zmq_send(greedy, much, 2 << 20, 0), 2 << 20);
	net_run_ms(world.loop, 50);
	assert_int_equal(world.server.got, 0);
	send_ping(modest);
	net_run_until(world.loop, served_one, &world);
	dd_socket_close(greedy);
	dd_socket_close(modest);
	free(much);
	world_close(&world);
}

static void test_a_reply_to_a_peer_that_is_gone_is_told_and_counted(void **state)
{
	struct world world;
	struct dd_bus_peer never = {.len = 5, .id = {0, 1, 2, 3, 4}};
	void *socket;
	int rc = 0;

	(void)state;
	world_open(&world, true);
	world.server.silent = true;
	socket = raw_dealer(&world);
	send_ping(socket);
	net_run_until(world.loop, served_one, &world);
	assert_int_equal(dd_bus_server_send(world.server.bus, &world.server.peer, "a", 1), 0);
	assert_int_equal(dd_bus_server_send(world.server.bus, &never, "a", 1), DD_ERR_CLOSED);
	dd_socket_close(socket);
	while (rc == 0) {
		net_run_ms(world.loop, 5);
		rc = dd_bus_server_send(world.server.bus, &world.server.peer, "a", 1);
	}
	assert_int_equal(rc, DD_ERR_CLOSED);
	assert_int_equal(stats_of(&world).unroutable, 2);
	world_close(&world);
}

static void test_a_peer_that_does_not_read_gets_no_more_than_fits(void **state)
{
	static uint8_t reply[4096];
	struct world world;
	void *socket;
	int sent = 0;
	int rc = 0;

	(void)state;
	world_open(&world, true);
	world.server.silent = true;
	assert_int_equal(dd_socket_open(ZMQ_DEALER, &socket, NULL), 0);
	dd_socket_set_int(socket, ZMQ_RCVHWM, 1);
	assert_int_equal(zmq_connect(socket, world.endpoint), 0);
	send_ping(socket);
	net_run_until(world.loop, served_one, &world);
	for (; rc == 0 && sent < 100000; sent++)
		rc = dd_bus_server_send(world.server.bus, &world.server.peer, reply, sizeof(reply));
	assert_int_equal(rc, DD_ERR_RETRY);
	assert_int_equal(stats_of(&world).full, 1);
	dd_socket_close(socket);
	world_close(&world);
}

static void test_a_paused_server_leaves_requests_in_the_socket(void **state)
{
	struct world world;
	void *socket;

	(void)state;
	world_open(&world, true);
	dd_bus_server_pause(world.server.bus, true);
	socket = raw_dealer(&world);
	send_ping(socket);
	net_run_ms(world.loop, 50);
	assert_int_equal(world.server.got, 0);
	dd_bus_server_pause(world.server.bus, false);
	net_run_until(world.loop, served_one, &world);
	dd_socket_close(socket);
	world_close(&world);
}

static void test_a_folder_that_others_may_enter_is_refused(void **state)
{
	static const struct {
		mode_t mode;
		int rc;
	} cases[] = {{0700, 0},
		     {0750, DD_ERR_REFUSED},
		     {0711, DD_ERR_REFUSED},
		     {0755, DD_ERR_REFUSED},
		     {0770, DD_ERR_REFUSED},
		     {0777, DD_ERR_REFUSED},
		     {0707, DD_ERR_REFUSED}};
	struct dd_loop *loop;
	size_t i;

	(void)state;
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct net_server server = {0};
		char *dir = test_tmpdir();
		char folder[200];
		char endpoint[256];
		struct dd_bus_listen listen = {.endpoint = endpoint, .cls = DD_PRINCIPAL_OPERATOR};
		struct dd_error err;

		snprintf(folder, sizeof(folder), "%s/o", dir);
		snprintf(endpoint, sizeof(endpoint), "ipc://%s/bus", folder);
		assert_int_equal(mkdir(folder, 0700), 0);
		assert_int_equal(chmod(folder, cases[i].mode), 0);
		assert_int_equal(net_server_open(&server, loop, &listen, 1, &err), cases[i].rc);
		if (cases[i].rc == 0)
			dd_bus_server_close(server.bus);
		else
			assert_non_null(strstr(err.text, folder));
		net_run_ms(loop, 1);
		test_tmpdir_end(dir);
	}
	dd_loop_close(loop);
	dd_zmq_context_end();
}

static void test_the_folder_is_made_with_mode_0700(void **state)
{
	struct world world;
	struct stat st;
	char *folder;

	(void)state;
	world_open(&world, true);
	folder = dd_path(world.dir, "operator");
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	free(folder);
	world_close(&world);
}

#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void test_where_a_server_does_not_listen(void **state)
{
	struct dd_curve_key key;
	struct {
		const char *endpoint;
		const struct dd_curve_key *key;
		bool guarded;
		int rc;
	} cases[] = {
		{"tcp://127.0.0.1:*", NULL, false, DD_ERR_REFUSED},
		{"tcp://127.0.0.1:*", &key, false, DD_ERR_REFUSED},
		{"tcp://0.0.0.0:*", NULL, true, DD_ERR_REFUSED},
		{"tcp://*:*", NULL, true, DD_ERR_REFUSED},
		{"tcp://127.0.0.1.example:1", NULL, true, DD_ERR_REFUSED},
		{"tcp://127.0.0.1:*", NULL, true, 0},
		{"tcp://127.0.0.1:*", &key, true, 0},
		{"inproc://x", NULL, true, DD_ERR_INVALID},
		{"ipc://relative/bus", NULL, true, DD_ERR_INVALID},
		{"ipc:///bus", NULL, true, DD_ERR_INVALID},
		{"ipc://@abstract", NULL, true, DD_ERR_INVALID},
		{"ipc:///tmp/" LONG "/" LONG "/" LONG, NULL, true, DD_ERR_INVALID},
		{"ipc:///tmp/dondoc/bus", &key, true, DD_ERR_INVALID},
	};
	struct dd_loop *loop;
	struct dd_access *access;
	size_t i;

	(void)state;
	dd_curve_new(&key);
	assert_int_equal(dd_access_open(NULL, &access, NULL), 0);
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct net_server server = {.access = cases[i].guarded ? access : NULL};
		struct dd_bus_listen listen = {.endpoint = cases[i].endpoint,
					       .cls = DD_PRINCIPAL_OPERATOR,
					       .key = cases[i].key};

		assert_int_equal(net_server_open(&server, loop, &listen, 1, NULL), cases[i].rc);
		if (cases[i].rc == 0)
			dd_bus_server_close(server.bus);
	}
	dd_loop_close(loop);
	dd_access_close(access);
	dd_zmq_context_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_a_message_of_one_frame_is_a_request),
		cmocka_unit_test(test_an_empty_request_is_handed_on),
		cmocka_unit_test(test_a_peer_that_brings_a_long_address_is_not_served),
		cmocka_unit_test(test_an_oversize_message_ends_its_connection_only),
		cmocka_unit_test(test_a_reply_to_a_peer_that_is_gone_is_told_and_counted),
		cmocka_unit_test(test_a_peer_that_does_not_read_gets_no_more_than_fits),
		cmocka_unit_test(test_a_paused_server_leaves_requests_in_the_socket),
		cmocka_unit_test(test_a_folder_that_others_may_enter_is_refused),
		cmocka_unit_test(test_the_folder_is_made_with_mode_0700),
		cmocka_unit_test(test_where_a_server_does_not_listen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
