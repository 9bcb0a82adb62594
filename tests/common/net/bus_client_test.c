#include "tests/common/net/net_support.h"
#include <zmq.h>

struct world {
	char *dir;
	char endpoint[256];
	struct dd_loop *loop;
	struct net_server server;
	struct dd_bus_client *client;
	int ups;
};

static void on_link(void *arg, enum dd_link link)
{
	struct world *world = arg;

	world->ups += link == DD_LINK_UP;
}

static void server_up(struct world *world)
{
	struct dd_bus_listen listen = {.endpoint = world->endpoint, .cls = DD_PRINCIPAL_OPERATOR};

	assert_int_equal(net_server_open(&world->server, world->loop, &listen, 1, NULL), 0);
}

static void server_down(struct world *world)
{
	dd_bus_server_close(world->server.bus);
	world->server.bus = NULL;
	net_run_ms(world->loop, 10);
}

static void world_open(struct world *world, bool with_server)
{
	struct dd_bus_client_options options = {.on_link = on_link, .arg = world};

	memset(world, 0, sizeof(*world));
	world->dir = test_tmpdir();
	snprintf(world->endpoint, sizeof(world->endpoint), "ipc://%s/bus", world->dir);
	assert_int_equal(dd_access_open(NULL, &world->server.access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
	if (with_server)
		server_up(world);
	options.loop = world->loop;
	options.endpoint = world->endpoint;
	assert_int_equal(dd_bus_client_open(&options, &world->client, NULL), 0);
}

static void world_close(struct world *world)
{
	dd_bus_client_close(world->client);
	dd_bus_server_close(world->server.bus);
	dd_loop_close(world->loop);
	dd_access_close(world->server.access);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	test_tmpdir_end(world->dir);
}

static void test_a_request_gets_the_reply_with_its_id(void **state)
{
	struct world world;
	struct net_call calls[200];
	int i;

	(void)state;
	world_open(&world, true);
	for (i = 0; i < 200; i++) {
		assert_int_equal(net_send(world.client, &calls[i], 30000), 0);
		assert_false(calls[i].ended);
	}
	net_run_until(world.loop, net_flag, &calls[199].ended);
	for (i = 0; i < 200; i++) {
		assert_int_equal(calls[i].err, 0);
		assert_int_equal(calls[i].reply_id, calls[i].id);
	}
	assert_int_equal(dd_bus_client_link(world.client), DD_LINK_UP);
	assert_int_equal(world.ups, 1);
	world_close(&world);
}

static void test_without_a_reply_a_request_ends_at_its_deadline(void **state)
{
	struct world world;
	struct net_call late;
	struct net_call later;

	(void)state;
	world_open(&world, true);
	world.server.silent = true;
	assert_int_equal(net_send(world.client, &later, 60000), 0);
	assert_int_equal(net_send(world.client, &late, 30), 0);
	net_run_until(world.loop, net_flag, &late.ended);
	assert_int_equal(late.err, DD_ERR_RETRY);
	assert_false(later.ended);
	world_close(&world);
	assert_true(later.ended);
	assert_int_equal(later.err, DD_ERR_CLOSED);
}

static void test_closing_ends_what_is_outstanding_from_the_loop(void **state)
{
	struct world world;
	struct net_call calls[10];
	int i;

	(void)state;
	world_open(&world, true);
	world.server.silent = true;
	for (i = 0; i < 10; i++)
		assert_int_equal(net_send(world.client, &calls[i], 60000), 0);
	dd_bus_client_close(world.client);
	world.client = NULL;
	for (i = 0; i < 10; i++)
		assert_false(calls[i].ended);
	net_run_until(world.loop, net_flag, &calls[9].ended);
	for (i = 0; i < 10; i++)
		assert_int_equal(calls[i].err, DD_ERR_CLOSED);
	world_close(&world);
}

static void close_on_reply(void *arg, int err, const uint8_t *data, size_t len)
{
	struct world *world = arg;

	(void)data;
	(void)len;
	assert_int_equal(err, 0);
	dd_bus_client_close(world->client);
	world->client = NULL;
}

static bool client_gone(void *arg)
{
	return !((struct world *)arg)->client;
}

static void test_a_client_may_be_closed_in_a_reply(void **state)
{
	struct world world;
	struct net_call other;
	uint8_t packed[64];
	uint64_t id;
	size_t len;

	(void)state;
	world_open(&world, true);
	id = dd_bus_client_next_id(world.client);
	len = net_pack_ping(id, packed);
	assert_int_equal(
		dd_bus_client_send(world.client, id, packed, len, 60000, close_on_reply, &world),
		0);
	assert_int_equal(net_send(world.client, &other, 60000), 0);
	net_run_until(world.loop, client_gone, &world);
	net_run_until(world.loop, net_flag, &other.ended);
	assert_int_equal(other.err, DD_ERR_CLOSED);
	world_close(&world);
}

static void test_a_server_that_is_away_at_first_is_found_later(void **state)
{
	struct world world;
	struct net_call call;

	(void)state;
	world_open(&world, false);
	assert_int_equal(net_send(world.client, &call, 60000), 0);
	net_run_ms(world.loop, 300);
	assert_int_equal(dd_bus_client_link(world.client), DD_LINK_CONNECTING);
	assert_false(call.ended);
	server_up(&world);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.err, 0);
	world_close(&world);
}

static void test_after_a_restart_of_the_server_the_client_goes_on(void **state)
{
	struct world world;
	struct net_call call;
	int i;

	(void)state;
	world_open(&world, true);
	net_call_until_reply(world.loop, world.client, 1000);
	for (i = 0; i < 3; i++) {
		/* What the server had taken when it went is answered by nobody: told at once. */
		world.server.silent = true;
		assert_int_equal(net_send(world.client, &call, 600000), 0);
		net_run_ms(world.loop, 20);
		server_down(&world);
		net_run_until(world.loop, net_flag, &call.ended);
		assert_int_equal(call.err, DD_ERR_RETRY);
		assert_int_equal(dd_bus_client_link(world.client), DD_LINK_CONNECTING);
		world.server.silent = false;
		server_up(&world);
		net_call_until_reply(world.loop, world.client, 1000);
	}
	assert_int_equal(world.ups, 4);
	world_close(&world);
}

static bool served_from_a_new_socket(void *arg)
{
	return ((struct world *)arg)->ups > 1;
}

static void test_deadlines_in_a_row_make_the_socket_anew(void **state)
{
	struct world world;
	struct dd_bus_peer before;
	struct net_call call;
	int i;

	(void)state;
	world_open(&world, true);
	net_call_until_reply(world.loop, world.client, 1000);
	before = world.server.peer;
	world.server.silent = true;
	for (i = 0; i < 3; i++) {
		assert_int_equal(net_send(world.client, &call, 10), 0);
		net_run_until(world.loop, net_flag, &call.ended);
		assert_int_equal(call.err, DD_ERR_RETRY);
	}
	net_run_until(world.loop, served_from_a_new_socket, &world);
	world.server.silent = false;
	net_call_until_reply(world.loop, world.client, 1000);
	assert_memory_not_equal(before.id, world.server.peer.id, before.len);
	world_close(&world);
}

static void test_a_request_that_no_server_takes_is_not_sent(void **state)
{
	static const struct {
		size_t len;
		int rc;
	} cases[] = {{1 << 20, 0}, {(1 << 20) + 1, DD_ERR_INVALID}};
	uint8_t *much = dd_alloc((1 << 20) + 1);
	struct net_call call = {0};
	struct world world;
	size_t i;

	(void)state;
	world_open(&world, true);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(dd_bus_client_send(world.client,
						    dd_bus_client_next_id(world.client), much,
						    cases[i].len, 60000, net_on_reply, &call),
				 cases[i].rc);
	net_call_until_reply(world.loop, world.client, 10000);
	assert_int_equal(world.server.got, 2);
	world_close(&world);
	free(much);
}

/* A server of our own making that answers with what no server of ours would send. */
static void test_replies_that_belong_to_no_request_are_left_alone(void **state)
{
	struct world world;
	struct net_call call;

	(void)state;
	world_open(&world, true);
	world.server.silent = true;
	assert_int_equal(net_send(world.client, &call, 60000), 0);
	while (world.server.got == 0)
		net_run_ms(world.loop, 5);
	dd_bus_server_send(world.server.bus, &world.server.peer, "", 0);
	dd_bus_server_send(world.server.bus, &world.server.peer, "\xff\xff\xff", 3);
	dd_bus_server_send(world.server.bus, &world.server.peer, "\x08\x7f", 2);
	net_run_ms(world.loop, 50);
	assert_false(call.ended);
	dd_bus_server_send(world.server.bus, &world.server.peer, "\x08\x01", 2);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.err, 0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_request_gets_the_reply_with_its_id),
		cmocka_unit_test(test_without_a_reply_a_request_ends_at_its_deadline),
		cmocka_unit_test(test_closing_ends_what_is_outstanding_from_the_loop),
		cmocka_unit_test(test_a_client_may_be_closed_in_a_reply),
		cmocka_unit_test(test_a_server_that_is_away_at_first_is_found_later),
		cmocka_unit_test(test_after_a_restart_of_the_server_the_client_goes_on),
		cmocka_unit_test(test_deadlines_in_a_row_make_the_socket_anew),
		cmocka_unit_test(test_a_request_that_no_server_takes_is_not_sent),
		cmocka_unit_test(test_replies_that_belong_to_no_request_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
