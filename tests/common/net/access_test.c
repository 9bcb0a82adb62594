#include "common/net/access.h"
#include "tests/common/net/net_support.h"
#include "tests/common/net/zmtp_support.h"
#include <unistd.h>
#include <zmq.h>

/* A server for offices on tcp with keys, and the folder of those admitted. */
struct world {
	char *dir;
	char *offices;
	char *file; /* of the one office */
	struct dd_loop *loop;
	struct dd_curve_key server_key;
	struct dd_curve_key office_key;
	struct net_server server;
	struct dd_bus_client *client;
	int denials;
};

static void on_link(void *arg, enum dd_link link)
{
	struct world *world = arg;

	world->denials += link == DD_LINK_DENIED;
}

static void world_open(struct world *world)
{
	struct dd_bus_listen listens[] = {
		{.endpoint = "tcp://127.0.0.1:*", .cls = DD_PRINCIPAL_OFFICE},
		{.cls = DD_PRINCIPAL_GATEWAY},
		{.cls = DD_PRINCIPAL_OPERATOR},
	};
	char gateway[256];
	char operator_[256];

	memset(world, 0, sizeof(*world));
	world->dir = test_tmpdir();
	world->offices = dd_path(world->dir, "offices");
	world->file = dd_path(world->offices, "syt.office");
	dd_curve_new(&world->server_key);
	dd_curve_new(&world->office_key);
	snprintf(gateway, sizeof(gateway), "ipc://%s/gateway/bus", world->dir);
	snprintf(operator_, sizeof(operator_), "ipc://%s/operator/bus", world->dir);
	listens[0].key = &world->server_key;
	listens[1].endpoint = gateway;
	listens[2].endpoint = operator_;
	assert_int_equal(dd_access_open(world->offices, &world->server.access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
	assert_int_equal(net_server_open(&world->server, world->loop, listens, 3, NULL), 0);
}

static void world_close(struct world *world)
{
	dd_bus_client_close(world->client);
	dd_bus_server_close(world->server.bus);
	dd_loop_close(world->loop);
	dd_access_close(world->server.access);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	free(world->file);
	free(world->offices);
	test_tmpdir_end(world->dir);
}

static void admit(struct world *world, const char *unit)
{
	char text[128];

	snprintf(text, sizeof(text), "unit %s\npublic %s\n", unit, world->office_key.public_key);
	assert_int_equal(dd_file_write(world->file, text, strlen(text), 0600, NULL), 0);
}

static void connect_office(struct world *world)
{
	struct dd_bus_client_options options = {
		.loop = world->loop,
		.endpoint = dd_bus_server_endpoint(world->server.bus, 0),
		.key = &world->office_key,
		.server_public = world->server_key.public_key,
		.on_link = on_link,
		.arg = world,
	};

	assert_int_equal(dd_bus_client_open(&options, &world->client, NULL), 0);
}

static struct dd_bus_stats stats_of(struct world *world)
{
	struct dd_bus_stats stats;

	dd_bus_server_stats(world->server.bus, &stats);
	return stats;
}

static bool denied(void *arg)
{
	struct world *world = arg;

	return dd_bus_client_link(world->client) == DD_LINK_DENIED;
}

static void test_the_principal_of_an_office_comes_from_its_key(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	admit(&world, "SYT");
	dd_access_reload(world.server.access);
	connect_office(&world);
	net_call_until_reply(world.loop, world.client, 5000);
	assert_int_equal(world.server.last.cls, DD_PRINCIPAL_OFFICE);
	assert_string_equal(world.server.last.unit, "SYT");
	assert_string_equal(world.server.last.text, "office/SYT");
	/* The key moves to another unit: the next message on the same connection is that unit's. */
	admit(&world, "STC");
	dd_access_reload(world.server.access);
	net_call_until_reply(world.loop, world.client, 5000);
	assert_string_equal(world.server.last.text, "office/STC");
	world_close(&world);
}

static void test_a_client_that_was_denied_goes_on_by_itself_once_it_is_admitted(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	connect_office(&world);
	net_run_until(world.loop, denied, &world);
	net_run_ms(world.loop, 500);
	assert_int_equal(world.server.got, 0);
	assert_int_equal(dd_bus_client_link(world.client), DD_LINK_DENIED);
	/* Nobody tells the access control: it watches the folder. */
	admit(&world, "SYT");
	net_call_until_reply(world.loop, world.client, 1000);
	assert_int_equal(dd_bus_client_link(world.client), DD_LINK_UP);
	assert_string_equal(world.server.last.text, "office/SYT");
	assert_int_equal(world.denials, 1);
	world_close(&world);
}

static void test_an_admission_taken_back_holds_for_the_next_message(void **state)
{
	struct world world;
	struct net_call call;
	int got;

	(void)state;
	world_open(&world);
	admit(&world, "SYT");
	dd_access_reload(world.server.access);
	connect_office(&world);
	net_call_until_reply(world.loop, world.client, 5000);
	got = world.server.got;
	assert_int_equal(unlink(world.file), 0);
	dd_access_reload(world.server.access);
	assert_int_equal(net_send(world.client, &call, 300), 0);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.err, DD_ERR_RETRY);
	assert_int_equal(world.server.got, got);
	assert_int_equal(stats_of(&world).not_admitted, 1);
	assert_int_equal(dd_bus_client_link(world.client), DD_LINK_UP);
	world_close(&world);
}

static bool user_gone(struct world *world)
{
	return stats_of(world).not_admitted > 0;
}

static void test_a_deleted_file_is_noticed_without_a_call(void **state)
{
	struct world world;
	struct net_call calls[2000];
	int i = 0;

	(void)state;
	world_open(&world);
	admit(&world, "SYT");
	dd_access_reload(world.server.access);
	connect_office(&world);
	net_call_until_reply(world.loop, world.client, 5000);
	assert_int_equal(unlink(world.file), 0);
	while (!user_gone(&world) && i < 2000) {
		assert_int_equal(net_send(world.client, &calls[i++], 60000), 0);
		net_run_ms(world.loop, 5);
	}
	assert_true(user_gone(&world));
	world_close(&world);
}

static void test_each_ipc_endpoint_gives_its_class(void **state)
{
	static const struct {
		int listen;
		const char *text;
	} cases[] = {{1, "gateway"}, {2, "operator"}};
	struct world world;
	size_t i;

	(void)state;
	world_open(&world);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_bus_client_options options = {
			.loop = world.loop,
			.endpoint = dd_bus_server_endpoint(world.server.bus, cases[i].listen)};

		assert_int_equal(dd_bus_client_open(&options, &world.client, NULL), 0);
		net_call_until_reply(world.loop, world.client, 5000);
		assert_string_equal(world.server.last.text, cases[i].text);
		assert_string_equal(world.server.last.unit, "");
		dd_bus_client_close(world.client);
		world.client = NULL;
	}
	world_close(&world);
}

static void test_who_does_not_get_in(void **state)
{
	struct dd_curve_key stranger;
	struct world world;
	struct {
		const struct dd_curve_key *key;
		const char *server_public;
	} cases[] = {
		{NULL, NULL},                             /* no key at all */
		{&stranger, world.server_key.public_key}, /* not in the folder */
		{&world.office_key, stranger.public_key}, /* takes another for the server */
	};
	size_t i;

	(void)state;
	dd_curve_new(&stranger);
	world_open(&world);
	admit(&world, "SYT");
	dd_access_reload(world.server.access);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_bus_client_options options = {
			.loop = world.loop,
			.endpoint = dd_bus_server_endpoint(world.server.bus, 0),
			.key = cases[i].key,
			.server_public = cases[i].server_public};
		struct net_call call;

		assert_int_equal(dd_bus_client_open(&options, &world.client, NULL), 0);
		assert_int_equal(net_send(world.client, &call, 300), 0);
		net_run_until(world.loop, net_flag, &call.ended);
		assert_int_equal(call.err, DD_ERR_RETRY);
		assert_int_not_equal(dd_bus_client_link(world.client), DD_LINK_UP);
		dd_bus_client_close(world.client);
		world.client = NULL;
	}
	assert_int_equal(world.server.got, 0);
	connect_office(&world);
	net_call_until_reply(world.loop, world.client, 5000);
	world_close(&world);
}

/* Their handshakes fail while they are being closed. The library's I/O thread, which tells of that,
 * must not wait for somebody who listens no more: everything else would wait with it. */
static void test_clients_that_go_in_the_middle_of_a_handshake_stop_nobody(void **state)
{
	struct world world;
	int i;

	(void)state;
	world_open(&world);
	admit(&world, "SYT");
	dd_access_reload(world.server.access);
	for (i = 0; i < 300; i++) {
		struct dd_bus_client_options options = {
			.loop = world.loop,
			.endpoint = dd_bus_server_endpoint(world.server.bus, 0)};
		struct dd_bus_client *client;

		assert_int_equal(dd_bus_client_open(&options, &client, NULL), 0);
		net_run_ms(world.loop, i % 3 == 0);
		dd_bus_client_close(client);
		net_run_ms(world.loop, i % 5 == 0);
	}
	connect_office(&world);
	net_call_until_reply(world.loop, world.client, 5000);
	world_close(&world);
}

/* The handshake of a peer may bring properties of its own, also one called User-Id. */
static void test_a_user_that_the_peer_claims_to_be_is_not_believed(void **state)
{
	struct world world;
	uint8_t packed[64];
	size_t len = net_pack_ping(7, packed);
	int fd;

	(void)state;
	world_open(&world);
	fd = zmtp_connect_ipc(dd_bus_server_endpoint(world.server.bus, 1));
	zmtp_greet(fd);
	zmtp_ready(fd, "User-Id", "operator");
	zmtp_frame(fd, 0, packed, len);
	while (world.server.got == 0)
		net_run_ms(world.loop, 5);
	assert_string_equal(world.server.last.text, "gateway");
	close(fd);
	world_close(&world);
}

/* Without access control the library lets everybody in, with whatever User-Id he brings. */
static void test_a_user_without_our_token_is_nobody(void **state)
{
	static const char *const users[] = {"", "operator", "/operator",
					    "00000000000000000000000000000000/operator",
					    "00000000000000000000000000000000"};
	struct dd_access *access;
	struct dd_principal principal;
	size_t i;

	(void)state;
	assert_int_equal(dd_access_open(NULL, &access, NULL), 0);
	for (i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		assert_false(dd_access_principal(access, users[i], &principal));
	dd_access_close(access);
	dd_zmq_context_end();
}

static void test_the_self_test_passes_where_access_control_works(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	assert_int_equal(dd_access_self_test(dd_bus_server_endpoint(world.server.bus, 0),
					     world.server_key.public_key, NULL),
			 0);
	world_close(&world);
}

static void test_the_self_test_finds_an_open_door(void **state)
{
	struct dd_curve_key key;
	struct dd_error err;
	char endpoint[64];
	size_t len = sizeof(endpoint);
	void *socket;

	(void)state;
	/* CURVE without a handler for access: the library admits any key. */
	dd_curve_new(&key);
	assert_int_equal(dd_socket_open(ZMQ_ROUTER, &socket, NULL), 0);
	dd_socket_set_int(socket, ZMQ_CURVE_SERVER, 1);
	dd_socket_set_text(socket, ZMQ_CURVE_SECRETKEY, key.secret_key);
	dd_socket_set_text(socket, ZMQ_ZAP_DOMAIN, "key/office");
	assert_int_equal(zmq_bind(socket, "tcp://127.0.0.1:*"), 0);
	assert_int_equal(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &len), 0);
	assert_int_equal(dd_access_self_test(endpoint, key.public_key, &err), DD_ERR_REFUSED);
	assert_non_null(strstr(err.text, endpoint));
	dd_socket_close(socket);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
}

static void test_a_second_access_control_in_a_process_is_refused(void **state)
{
	struct dd_access *access;
	struct dd_access *second;

	(void)state;
	assert_int_equal(dd_access_open(NULL, &access, NULL), 0);
	assert_int_equal(dd_access_open(NULL, &second, NULL), DD_ERR_CONFLICT);
	dd_access_close(access);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_principal_of_an_office_comes_from_its_key),
		cmocka_unit_test(
			test_a_client_that_was_denied_goes_on_by_itself_once_it_is_admitted),
		cmocka_unit_test(test_an_admission_taken_back_holds_for_the_next_message),
		cmocka_unit_test(test_a_deleted_file_is_noticed_without_a_call),
		cmocka_unit_test(test_each_ipc_endpoint_gives_its_class),
		cmocka_unit_test(test_who_does_not_get_in),
		cmocka_unit_test(test_clients_that_go_in_the_middle_of_a_handshake_stop_nobody),
		cmocka_unit_test(test_a_user_that_the_peer_claims_to_be_is_not_believed),
		cmocka_unit_test(test_a_user_without_our_token_is_nobody),
		cmocka_unit_test(test_the_self_test_passes_where_access_control_works),
		cmocka_unit_test(test_the_self_test_finds_an_open_door),
		cmocka_unit_test(test_a_second_access_control_in_a_process_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
