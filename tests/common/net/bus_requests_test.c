#include "tests/common/net/train_support.h"

static void client_up(struct world *world)
{
	struct dd_bus_client_options options = {
		.loop = world->loop, .endpoint = world->endpoint, .trains = true};

	assert_int_equal(dd_bus_client_open(&options, &world->client, NULL), 0);
}

/* The client's own ping is answered behind whatever was asked before. */
static void greet(struct world *world)
{
	struct net_call call;

	net_call_until_reply(world->loop, world->client, 30000);
	assert_int_equal(net_send(world->client, &call, 30000), 0);
	net_run_until(world->loop, net_flag, &call.ended);
	assert_int_equal(call.err, 0);
	world->got = 0;
}

static void send_many(struct world *world, struct net_call *calls, int count)
{
	int i;

	for (i = 0; i < count; i++)
		assert_int_equal(net_send(world->client, &calls[i], 30000), 0);
	for (i = 0; i < count; i++)
		net_run_until(world->loop, net_flag, &calls[i].ended);
	for (i = 0; i < count; i++) {
		assert_int_equal(calls[i].err, 0);
		assert_int_equal(calls[i].reply_id, calls[i].id);
	}
}

static void test_what_is_sent_in_one_turn_travels_together_and_in_order(void **state)
{
	struct world world;
	struct net_call calls[MANY];
	int i;

	(void)state;
	world_open(&world);
	server_up(&world);
	client_up(&world);
	greet(&world);
	send_many(&world, calls, MANY);
	assert_int_equal(world.got, MANY);
	for (i = 0; i < MANY; i++)
		assert_int_equal(world.ids[i], calls[i].id);
	assert_in_range(stats_of(&world).trains, 1, 3);
	assert_int_equal(stats_of(&world).received, stats_of(&world).sent);
	world_close(&world);
}

static void test_a_server_that_does_not_know_trains_is_sent_none(void **state)
{
	struct world world;
	struct net_call calls[MANY];

	(void)state;
	world_open(&world);
	world.old = true;
	server_up(&world);
	client_up(&world);
	greet(&world);
	send_many(&world, calls, MANY);
	assert_int_equal(world.got, MANY);
	assert_int_equal(stats_of(&world).trains, 0);
	world_close(&world);
}

static void test_a_server_put_back_to_an_older_one_is_sent_none_either(void **state)
{
	struct world world;
	struct net_call calls[MANY];

	(void)state;
	world_open(&world);
	server_up(&world);
	client_up(&world);
	greet(&world);
	dd_bus_server_close(world.bus);
	world.bus = NULL;
	net_run_ms(world.loop, 10);
	world.old = true;
	server_up(&world);
	greet(&world);
	send_many(&world, calls, MANY);
	assert_int_equal(stats_of(&world).trains, 0);
	world_close(&world);
}

static void test_a_lost_connection_ends_what_was_gathered(void **state)
{
	struct world world;
	struct net_call calls[10];
	int i;

	(void)state;
	world_open(&world);
	server_up(&world);
	client_up(&world);
	greet(&world);
	for (i = 0; i < 10; i++)
		assert_int_equal(net_send(world.client, &calls[i], 600000), 0);
	dd_bus_server_close(world.bus);
	world.bus = NULL;
	for (i = 0; i < 10; i++) {
		net_run_until(world.loop, net_flag, &calls[i].ended);
		assert_int_equal(calls[i].err, DD_ERR_RETRY);
	}
	assert_int_equal(world.got, 0);
	world_close(&world);
}

static void test_a_long_answer_goes_alone_between_the_others(void **state)
{
	struct world world;
	struct net_call calls[9];

	(void)state;
	world_open(&world);
	server_up(&world);
	client_up(&world);
	greet(&world);
	world.long_id = (int)dd_bus_client_next_id(world.client) + 5;
	send_many(&world, calls, 9);
	assert_int_equal(calls[4].id, world.long_id);
	world_close(&world);
}

struct closing {
	struct world *world;
	int told, answered, closed;
};

static void on_first_answer(void *arg, int err, const uint8_t *data, size_t len)
{
	struct closing *closing = arg;

	closing->told++;
	closing->closed += err == DD_ERR_CLOSED;
	if (err != 0)
		return;
	closing->answered++;
	dd_bus_client_close(closing->world->client);
	closing->world->client = NULL;
	assert_int_not_equal(dd_reply_id(data, len), 0); /* still there */
}

static bool all_told(void *arg)
{
	return ((struct closing *)arg)->told == 10;
}

static void test_a_client_closed_by_one_answer_of_a_train_gives_on_no_other(void **state)
{
	struct world world;
	struct closing closing = {.world = &world};
	int i;

	(void)state;
	world_open(&world);
	server_up(&world);
	client_up(&world);
	greet(&world);
	for (i = 0; i < 10; i++) {
		uint64_t id = dd_bus_client_next_id(world.client);
		uint8_t ping[DD_PING_MAX];
		size_t len = dd_request_ping(id, ping);

		assert_int_equal(dd_bus_client_send(world.client, id, ping, len, 600000,
						    on_first_answer, &closing),
				 0);
	}
	net_run_until(world.loop, all_told, &closing);
	assert_int_equal(stats_of(&world).trains, 1);
	assert_int_equal(closing.answered, 1);
	assert_int_equal(closing.closed, 9);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_sent_in_one_turn_travels_together_and_in_order),
		cmocka_unit_test(test_a_server_that_does_not_know_trains_is_sent_none),
		cmocka_unit_test(test_a_server_put_back_to_an_older_one_is_sent_none_either),
		cmocka_unit_test(test_a_lost_connection_ends_what_was_gathered),
		cmocka_unit_test(test_a_long_answer_goes_alone_between_the_others),
		cmocka_unit_test(test_a_client_closed_by_one_answer_of_a_train_gives_on_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
