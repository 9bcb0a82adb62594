#include "common/base/sys.h"
#include "common/net/zwatch.h"
#include "tests/common/net/net_support.h"

#define FLOOD  5000
#define BUDGET 16

/* A pair of sockets in the process, the reading end on a loop. */
struct pipe_end {
	void *writer;
	struct dd_zwatch *watch;
	int got;
	int *total; /* counts over several */
	int total_at_first;
	int order; /* of the first message among all */
	bool close_at_first;
};

static bool on_pipe(void *arg, void *socket)
{
	struct pipe_end *end = arg;
	zmq_msg_t msg;

	zmq_msg_init(&msg);
	if (dd_socket_recv(socket, &msg) != 0) {
		zmq_msg_close(&msg);
		return false;
	}
	zmq_msg_close(&msg);
	if (end->got++ == 0)
		end->total_at_first = *end->total;
	(*end->total)++;
	if (end->close_at_first && end->got == 1)
		dd_zwatch_close(end->watch);
	return true;
}

static void open_pipe(struct dd_loop *loop, struct pipe_end *end, int *total, const char *name)
{
	struct dd_zwatch_options options = {
		.budget = BUDGET, .cap_us = -1, .on_readable = on_pipe, .arg = end};
	void *reader;

	end->total = total;
	assert_int_equal(dd_socket_open(ZMQ_PULL, &reader, NULL), 0);
	assert_int_equal(dd_socket_open(ZMQ_PUSH, &end->writer, NULL), 0);
	dd_socket_set_int(reader, ZMQ_RCVHWM, 0);
	dd_socket_set_int(end->writer, ZMQ_SNDHWM, 0);
	assert_int_equal(zmq_bind(reader, name), 0);
	assert_int_equal(zmq_connect(end->writer, name), 0);
	assert_int_equal(dd_zwatch_open(loop, reader, &options, &end->watch, NULL), 0);
}

static void write_many(struct pipe_end *end, int count)
{
	while (count-- > 0)
		assert_int_equal(zmq_send(end->writer, "x", 1, ZMQ_DONTWAIT), 1);
}

static bool all_read(void *arg)
{
	struct pipe_end *end = arg;

	return *end->total >= 2 * FLOOD + 1;
}

static void test_a_flooding_socket_does_not_keep_the_others_waiting(void **state)
{
	struct dd_loop *loop;
	struct pipe_end flood[2] = {{0}};
	struct pipe_end quiet = {0};
	int total = 0;

	(void)state;
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	open_pipe(loop, &flood[0], &total, "inproc://flood-0");
	open_pipe(loop, &flood[1], &total, "inproc://flood-1");
	open_pipe(loop, &quiet, &total, "inproc://quiet");
	write_many(&flood[0], FLOOD);
	write_many(&flood[1], FLOOD);
	write_many(&quiet, 1);
	net_run_until_told(loop, all_read, &quiet);
	assert_int_equal(quiet.got, 1);
	assert_in_range(quiet.total_at_first, 0, 2 * BUDGET);
	assert_int_equal(flood[0].got, FLOOD);
	assert_int_equal(flood[1].got, FLOOD);
	dd_zwatch_close(flood[0].watch);
	dd_zwatch_close(flood[1].watch);
	dd_zwatch_close(quiet.watch);
	dd_socket_close(flood[0].writer);
	dd_socket_close(flood[1].writer);
	dd_socket_close(quiet.writer);
	dd_loop_close(loop);
	dd_zmq_context_end();
}

/* Both have messages at every turn; who is first must change. */
struct turns {
	struct dd_loop *loop;
	struct pipe_end ends[2];
	int total;
	int first[2];
	int last_total;
};

static bool on_first(void *arg, void *socket)
{
	struct turns *turns = arg;
	int which = socket == dd_zwatch_socket(turns->ends[0].watch) ? 0 : 1;

	if (turns->total == turns->last_total)
		turns->first[which]++;
	return on_pipe(&turns->ends[which], socket);
}

static void on_turn_end(void *arg)
{
	struct turns *turns = arg;

	turns->last_total = turns->total;
}

static bool both_read(void *arg)
{
	return ((struct turns *)arg)->total == 2 * FLOOD;
}

static void test_another_socket_begins_each_turn(void **state)
{
	struct turns turns = {.total = 0};
	int i;

	(void)state;
	assert_int_equal(dd_loop_open(&turns.loop, NULL), 0);
	for (i = 0; i < 2; i++) {
		struct dd_zwatch_options options = {
			.budget = BUDGET, .cap_us = -1, .on_readable = on_first, .arg = &turns};
		const char *name = i == 0 ? "inproc://a" : "inproc://b";
		void *reader;

		turns.ends[i].total = &turns.total;
		assert_int_equal(dd_socket_open(ZMQ_PULL, &reader, NULL), 0);
		assert_int_equal(dd_socket_open(ZMQ_PUSH, &turns.ends[i].writer, NULL), 0);
		dd_socket_set_int(reader, ZMQ_RCVHWM, 0);
		dd_socket_set_int(turns.ends[i].writer, ZMQ_SNDHWM, 0);
		assert_int_equal(zmq_bind(reader, name), 0);
		assert_int_equal(zmq_connect(turns.ends[i].writer, name), 0);
		assert_int_equal(
			dd_zwatch_open(turns.loop, reader, &options, &turns.ends[i].watch, NULL),
			0);
		write_many(&turns.ends[i], FLOOD);
	}
	dd_loop_each_turn(turns.loop, on_turn_end, &turns);
	net_run_until_told(turns.loop, both_read, &turns);
	/* As many turns as the budget needs, shared equally. */
	assert_in_range(turns.first[0], FLOOD / BUDGET / 2 - 2, FLOOD / BUDGET / 2 + 3);
	assert_in_range(turns.first[1], FLOOD / BUDGET / 2 - 2, FLOOD / BUDGET / 2 + 3);
	for (i = 0; i < 2; i++) {
		dd_zwatch_close(turns.ends[i].watch);
		dd_socket_close(turns.ends[i].writer);
	}
	dd_loop_close(turns.loop);
	dd_zmq_context_end();
}

static bool some_read(void *arg)
{
	return ((struct pipe_end *)arg)->got == 10;
}

static void test_a_paused_socket_keeps_its_messages(void **state)
{
	struct dd_loop *loop;
	struct pipe_end end = {0};
	int total = 0;

	(void)state;
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	open_pipe(loop, &end, &total, "inproc://paused");
	dd_zwatch_pause(end.watch, true);
	write_many(&end, 10);
	net_run_ms(loop, 20);
	assert_int_equal(end.got, 0);
	dd_zwatch_pause(end.watch, false);
	net_run_until(loop, some_read, &end);
	dd_zwatch_close(end.watch);
	dd_socket_close(end.writer);
	dd_loop_close(loop);
	dd_zmq_context_end();
}

static bool first_read(void *arg)
{
	return ((struct pipe_end *)arg)->got > 0;
}

/* Any use of the socket may take in what the descriptor would have told. */
static void
test_a_message_is_received_even_if_another_use_of_the_socket_took_its_signal(void **state)
{
	struct dd_loop *loop;
	struct pipe_end end = {0};
	int total = 0;
	int events = 0;
	size_t len = sizeof(events);

	(void)state;
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	open_pipe(loop, &end, &total, "inproc://taken");
	net_run_ms(loop, 20);
	write_many(&end, 1);
	assert_int_equal(zmq_getsockopt(dd_zwatch_socket(end.watch), ZMQ_EVENTS, &events, &len), 0);
	assert_true(events & ZMQ_POLLIN);
	net_run_until(loop, first_read, &end);
	assert_int_equal(end.got, 1);
	dd_zwatch_close(end.watch);
	dd_socket_close(end.writer);
	dd_loop_close(loop);
	dd_zmq_context_end();
}

static void test_a_watch_may_be_closed_from_its_own_callback(void **state)
{
	struct dd_loop *loop;
	struct pipe_end end = {.close_at_first = true};
	int total = 0;

	(void)state;
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	open_pipe(loop, &end, &total, "inproc://once");
	write_many(&end, 10);
	net_run_until(loop, first_read, &end);
	net_run_ms(loop, 10);
	assert_int_equal(end.got, 1);
	dd_socket_close(end.writer);
	dd_loop_close(loop);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
}

/* --- sockets that come and go under traffic -------------------------------------------------- */

#define AT_ONCE 60
#define ROUNDS  25

struct crowd {
	struct dd_loop *loop;
	char *endpoint;
	struct dd_zwatch *members[AT_ONCE];
	int opened;
	int closed;
	bool done;
};

static struct dd_zwatch *new_member(struct crowd *crowd);

static bool on_echo(void *arg, void *socket)
{
	zmq_msg_t id;
	zmq_msg_t body;
	bool got;

	(void)arg;
	zmq_msg_init(&id);
	zmq_msg_init(&body);
	got = dd_socket_recv(socket, &id) == 0 && dd_socket_recv(socket, &body) == 0;
	if (got &&
	    (dd_socket_send(socket, &id, true) != 0 || dd_socket_send(socket, &body, false) != 0))
		got = true;
	zmq_msg_close(&id);
	zmq_msg_close(&body);
	return got;
}

/* An answer came: this one goes, and another comes in its place, while the rest have traffic. */
static bool on_answer(void *arg, void *socket)
{
	struct crowd *crowd = arg;
	zmq_msg_t msg;
	int i = 0;

	zmq_msg_init(&msg);
	if (dd_socket_recv(socket, &msg) != 0) {
		zmq_msg_close(&msg);
		return false;
	}
	zmq_msg_close(&msg);
	while (i < AT_ONCE && (!crowd->members[i] || dd_zwatch_socket(crowd->members[i]) != socket))
		i++;
	assert_in_range(i, 0, AT_ONCE - 1);
	dd_zwatch_close(crowd->members[i]);
	crowd->members[i] = NULL;
	crowd->closed++;
	if (crowd->opened < AT_ONCE * ROUNDS)
		crowd->members[i] = new_member(crowd);
	crowd->done = crowd->closed == AT_ONCE * ROUNDS;
	return false;
}

static struct dd_zwatch *new_member(struct crowd *crowd)
{
	struct dd_zwatch_options options = {.on_readable = on_answer, .arg = crowd};
	struct dd_zwatch *watch;
	void *socket;
	int i;

	assert_int_equal(dd_socket_open(ZMQ_DEALER, &socket, NULL), 0);
	assert_int_equal(zmq_connect(socket, crowd->endpoint), 0);
	for (i = 0; i < 20; i++)
		assert_int_equal(zmq_send(socket, "hello", 5, ZMQ_DONTWAIT), 5);
	assert_int_equal(dd_zwatch_open(crowd->loop, socket, &options, &watch, NULL), 0);
	crowd->opened++;
	return watch;
}

static void test_fifteen_hundred_sockets_come_and_go_under_traffic(void **state)
{
	struct dd_zwatch_options options = {.on_readable = on_echo};
	struct crowd crowd = {.opened = 0};
	struct dd_zwatch *server;
	char *dir = test_tmpdir();
	char endpoint[256];
	void *socket;
	int i;

	(void)state;
	snprintf(endpoint, sizeof(endpoint), "ipc://%s/s", dir);
	crowd.endpoint = endpoint;
	assert_int_equal(dd_loop_open(&crowd.loop, NULL), 0);
	assert_int_equal(dd_socket_open(ZMQ_ROUTER, &socket, NULL), 0);
	assert_int_equal(zmq_bind(socket, endpoint), 0);
	assert_int_equal(dd_zwatch_open(crowd.loop, socket, &options, &server, NULL), 0);
	for (i = 0; i < AT_ONCE; i++)
		crowd.members[i] = new_member(&crowd);
	net_run_until_told(crowd.loop, net_flag, &crowd.done);
	dd_zwatch_close(server);
	dd_loop_close(crowd.loop);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_flooding_socket_does_not_keep_the_others_waiting),
		cmocka_unit_test(test_another_socket_begins_each_turn),
		cmocka_unit_test(test_a_paused_socket_keeps_its_messages),
		cmocka_unit_test(
			test_a_message_is_received_even_if_another_use_of_the_socket_took_its_signal),
		cmocka_unit_test(test_a_watch_may_be_closed_from_its_own_callback),
		cmocka_unit_test(test_fifteen_hundred_sockets_come_and_go_under_traffic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
