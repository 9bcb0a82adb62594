#include "tests/common/net/train_support.h"
#include <zmq.h>

/* --- with a plain socket, which sees what is on the wire ---------------------------------------
 */

static void *raw_dealer(const struct world *world)
{
	void *socket;

	assert_int_equal(dd_socket_open(ZMQ_DEALER, &socket, NULL), 0);
	assert_int_equal(zmq_connect(socket, world->endpoint), 0);
	return socket;
}

static void add_ping(struct dd_buf *parts, uint64_t id)
{
	uint8_t ping[DD_PING_MAX];

	dd_train_add(parts, ping, dd_request_ping(id, ping));
}

static void send_parts(void *socket, struct dd_buf *parts)
{
	uint8_t head[DD_TRAIN_HEAD];
	size_t len = dd_train_head(true, parts->len, head);
	uint8_t *all = dd_alloc(len + parts->len + 1);

	memcpy(all, head, len);
	if (parts->len > 0)
		memcpy(all + len, parts->data, parts->len);
	assert_int_equal(zmq_send(socket, all, len + parts->len, 0), len + parts->len);
	free(all);
	dd_buf_clear(parts);
}

struct raw {
	void *socket;
	int wanted;
	int replies;
	int trains;
	uint64_t ids[2 * MANY];
	int errors;
};

static void take_raw(struct raw *raw, const uint8_t *data, size_t len)
{
	Dondoc__V1__Reply *reply = dondoc__v1__reply__unpack(NULL, len, data);

	assert_non_null(reply);
	raw->ids[raw->replies++] = reply->id;
	raw->errors += reply->body_case == DONDOC__V1__REPLY__BODY_ERROR &&
		       reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_MALFORMED;
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

static bool raw_has_all(void *arg)
{
	struct raw *raw = arg;
	uint8_t buffer[32768];
	int n;

	while ((n = zmq_recv(raw->socket, buffer, sizeof(buffer), ZMQ_DONTWAIT)) >= 0) {
		struct dd_train train;
		const uint8_t *part;
		size_t len;

		assert_in_range(n, 0, sizeof(buffer));
		if (dd_train_read(buffer, (size_t)n, &train) != DD_TRAIN_WHOLE) {
			take_raw(raw, buffer, (size_t)n);
			continue;
		}
		raw->trains++;
		while (dd_train_next(&train, &part, &len))
			take_raw(raw, part, len);
	}
	return raw->replies >= raw->wanted;
}

static void test_who_sends_no_train_gets_none(void **state)
{
	struct world world;
	struct raw raw = {.wanted = 50};
	uint8_t ping[DD_PING_MAX];
	int i;

	(void)state;
	world_open(&world);
	server_up(&world);
	raw.socket = raw_dealer(&world);
	for (i = 1; i <= 50; i++) {
		size_t len = dd_request_ping((uint64_t)i, ping);

		assert_int_equal(zmq_send(raw.socket, ping, len, 0), len);
	}
	net_run_until(world.loop, raw_has_all, &raw);
	assert_int_equal(raw.trains, 0);
	dd_socket_close(raw.socket);
	world_close(&world);
}

static void test_a_train_is_more_than_one_turn_s_share(void **state)
{
	struct world world;
	struct raw raw = {.wanted = MANY};
	struct dd_buf parts = {0};
	int i;

	(void)state;
	world_open(&world);
	world.budget = 16;
	server_up(&world);
	raw.socket = raw_dealer(&world);
	for (i = 1; i <= MANY; i++)
		add_ping(&parts, (uint64_t)i);
	send_parts(raw.socket, &parts);
	net_run_until(world.loop, raw_has_all, &raw);
	for (i = 1; i <= MANY; i++)
		assert_int_equal(raw.ids[i - 1], i);
	/* A reply train a turn, at least. */
	assert_in_range(raw.trains, MANY / 16, MANY);
	dd_buf_fini(&parts);
	dd_socket_close(raw.socket);
	world_close(&world);
}

static void test_a_pause_holds_in_the_middle_of_a_train(void **state)
{
	struct world world;
	struct raw raw = {.wanted = 20};
	struct dd_buf parts = {0};
	int i;

	(void)state;
	world_open(&world);
	world.pauses = true;
	server_up(&world);
	raw.socket = raw_dealer(&world);
	for (i = 1; i <= 20; i++)
		add_ping(&parts, (uint64_t)i);
	send_parts(raw.socket, &parts);
	for (i = 1; i <= 20; i++) {
		while (world.got < i)
			net_run_ms(world.loop, 1);
		net_run_ms(world.loop, 2);
		assert_int_equal(world.got, i);
		dd_bus_server_pause(world.bus, false);
	}
	net_run_until(world.loop, raw_has_all, &raw);
	dd_buf_fini(&parts);
	dd_socket_close(raw.socket);
	world_close(&world);
}

static void test_a_bad_part_does_not_spoil_the_others(void **state)
{
	struct world world;
	struct raw raw = {.wanted = 4};
	struct dd_buf parts = {0};
	struct dd_buf inner = {0};
	uint8_t nested[200] = {0x08, 1, 0x10, 77};
	size_t len;

	(void)state;
	world_open(&world);
	server_up(&world);
	raw.socket = raw_dealer(&world);
	add_ping(&parts, 1);
	dd_train_add(&parts, "\xff\xff", 2); /* no message at all: the service's to judge */
	add_ping(&inner, 2);
	len = 4 + dd_train_head(false, inner.len, nested + 4);
	memcpy(nested + len, inner.data, inner.len);
	dd_train_add(&parts, nested, len + inner.len);
	add_ping(&parts, 3);
	send_parts(raw.socket, &parts);
	net_run_until(world.loop, raw_has_all, &raw);
	assert_int_equal(world.got, 3);
	assert_int_equal(raw.ids[0], 1);
	assert_int_equal(raw.ids[2], 77); /* the train within the train is refused under its id */
	assert_int_equal(raw.ids[3], 3);
	assert_int_equal(raw.errors, 1);
	assert_int_equal(stats_of(&world).misshapen, 1);
	dd_buf_fini(&parts);
	dd_buf_fini(&inner);
	dd_socket_close(raw.socket);
	world_close(&world);
}

static void test_a_bad_train_is_refused_as_a_whole(void **state)
{
	struct world world;
	struct raw raw = {.wanted = 3};
	struct dd_buf parts = {0};
	unsigned i;

	(void)state;
	world_open(&world);
	server_up(&world);
	raw.socket = raw_dealer(&world);
	send_parts(raw.socket, &parts); /* empty */
	for (i = 0; i <= DD_TRAIN_MAX; i++)
		dd_train_add(&parts, "", 0);
	send_parts(raw.socket, &parts); /* too many */
	add_ping(&parts, 5);
	dd_buf_add(&parts, "\x0a\x05", 2);
	send_parts(raw.socket, &parts); /* cut off behind a good one */
	net_run_until(world.loop, raw_has_all, &raw);
	assert_int_equal(world.got, 0);
	assert_int_equal(raw.errors, 3);
	assert_int_equal(stats_of(&world).misshapen, 3);
	assert_int_equal(stats_of(&world).trains, 0);
	dd_buf_fini(&parts);
	dd_socket_close(raw.socket);
	world_close(&world);
}

static void test_answers_to_a_peer_that_has_gone_are_counted_each(void **state)
{
	struct world world;
	struct dd_bus_peer never = {.len = 5, .id = {0, 1, 2, 3, 4}, .train = true};
	struct dd_bus_peer also = {.len = 5, .id = {0, 1, 2, 3, 4 + 64}, .train = true};

	(void)state;
	world_open(&world);
	server_up(&world);
	assert_int_equal(dd_bus_server_send(world.bus, &never, "a", 1), 0);
	assert_int_equal(dd_bus_server_send(world.bus, &never, "b", 1), 0);
	assert_int_equal(stats_of(&world).unroutable, 0);
	/* Another peer wants the same place. */
	assert_int_equal(dd_bus_server_send(world.bus, &also, "c", 1), 0);
	assert_int_equal(stats_of(&world).unroutable, 2);
	dd_bus_server_flush(world.bus);
	assert_int_equal(stats_of(&world).unroutable, 3);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_sends_no_train_gets_none),
		cmocka_unit_test(test_a_train_is_more_than_one_turn_s_share),
		cmocka_unit_test(test_a_pause_holds_in_the_middle_of_a_train),
		cmocka_unit_test(test_a_bad_part_does_not_spoil_the_others),
		cmocka_unit_test(test_a_bad_train_is_refused_as_a_whole),
		cmocka_unit_test(test_answers_to_a_peer_that_has_gone_are_counted_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
