/* A million messages each way between DEALER and ROUTER, each on a loop in a thread of its own.
 * Sends are issued from timers, posted work and socket callbacks; a third of the replies is
 * deferred. It must complete: a reactor that misses an edge of ZMQ_FD stalls here within the first
 * thousands.
 *
 * The threads share nothing but the sockets' other ends, so the thread sanitizer has nothing to
 * say. */
#include "common/net/zwatch.h"
#include "tests/common/net/net_support.h"
#include <pthread.h>

#define WINDOW 1000

struct pair {
	char endpoint[256];
	uint32_t count;
};

struct deferred {
	uint8_t id[8];
	size_t id_len;
	uint32_t number;
};

struct echo {
	struct dd_loop *loop;
	struct dd_zwatch *watch;
	struct dd_timer *timer;
	struct deferred *waiting; /* owned; at most WINDOW */
	size_t waiting_count;
	uint32_t got;
	bool posted;
};

struct asker {
	struct dd_loop *loop;
	struct dd_zwatch *watch;
	struct dd_timer *timer;
	uint32_t count;
	uint32_t sent;
	uint32_t got;
	uint64_t sum;
	uint32_t credit; /* to be sent by the timer */
	uint32_t later;  /* to be sent by posted work */
	bool posted;
	bool done;
};

static bool put_number(void *socket, uint32_t number)
{
	zmq_msg_t msg;

	zmq_msg_init_size(&msg, sizeof(number));
	memcpy(zmq_msg_data(&msg), &number, sizeof(number));
	if (dd_socket_send(socket, &msg, false) == 0)
		return true;
	zmq_msg_close(&msg);
	return false;
}

/* --- the ROUTER ------------------------------------------------------------------------------ */

static bool reply(struct echo *echo, const struct deferred *to)
{
	void *socket = dd_zwatch_socket(echo->watch);
	zmq_msg_t id;

	zmq_msg_init_size(&id, to->id_len);
	memcpy(zmq_msg_data(&id), to->id, to->id_len);
	if (dd_socket_send(socket, &id, true) != 0) {
		zmq_msg_close(&id);
		return false;
	}
	return put_number(socket, to->number);
}

static void reply_deferred(void *arg)
{
	struct echo *echo = arg;
	size_t kept = 0;
	size_t i;

	echo->posted = false;
	for (i = 0; i < echo->waiting_count; i++)
		if (!reply(echo, &echo->waiting[i]))
			echo->waiting[kept++] = echo->waiting[i];
	echo->waiting_count = kept;
	if (kept > 0)
		dd_timer_start(echo->timer, 1, 0);
}

static void defer(struct echo *echo, const struct deferred *what)
{
	echo->waiting[echo->waiting_count++] = *what;
	if (!echo->posted)
		dd_loop_post(echo->loop, reply_deferred, echo);
	echo->posted = true;
}

static bool on_question(void *arg, void *socket)
{
	struct echo *echo = arg;
	struct deferred from;
	zmq_msg_t id;
	zmq_msg_t body;
	bool got;

	zmq_msg_init(&id);
	zmq_msg_init(&body);
	got = dd_socket_recv(socket, &id) == 0 && dd_socket_recv(socket, &body) == 0;
	if (got) {
		from.id_len = zmq_msg_size(&id);
		memcpy(from.id, zmq_msg_data(&id), from.id_len);
		memcpy(&from.number, zmq_msg_data(&body), sizeof(from.number));
		if (echo->got++ % 3 == 0 || !reply(echo, &from))
			defer(echo, &from);
	}
	zmq_msg_close(&id);
	zmq_msg_close(&body);
	return got;
}

static void *run_echo(void *arg)
{
	struct echo *echo = arg;

	dd_loop_run(echo->loop);
	return NULL;
}

/* --- the DEALER ------------------------------------------------------------------------------ */

static bool ask(struct asker *asker)
{
	if (asker->sent == asker->count)
		return true;
	if (!put_number(dd_zwatch_socket(asker->watch), asker->sent))
		return false;
	asker->sent++;
	return true;
}

/* Timers run only for what they have to send: nothing else wakes a loop that has missed something.
 */
static void credit(struct asker *asker, uint32_t more)
{
	if (asker->credit == 0 && more > 0)
		dd_timer_start(asker->timer, 1, 0);
	asker->credit += more;
}

static void ask_by_timer(void *arg)
{
	struct asker *asker = arg;

	while (asker->credit > 0 && ask(asker))
		asker->credit--;
	if (asker->credit > 0)
		dd_timer_start(asker->timer, 1, 0);
}

static void ask_by_post(void *arg)
{
	struct asker *asker = arg;

	asker->posted = false;
	while (asker->later > 0 && ask(asker))
		asker->later--;
	credit(asker, asker->later);
	asker->later = 0;
}

static void ask_somehow(struct asker *asker)
{
	switch (asker->got % 8) {
	case 0:
		credit(asker, 1);
		break;
	case 1:
	case 2:
	case 3:
		asker->later++;
		if (!asker->posted)
			dd_loop_post(asker->loop, ask_by_post, asker);
		asker->posted = true;
		break;
	default:
		if (!ask(asker))
			credit(asker, 1);
		break;
	}
}

static bool on_answer(void *arg, void *socket)
{
	struct asker *asker = arg;
	uint32_t number;
	zmq_msg_t msg;

	zmq_msg_init(&msg);
	if (dd_socket_recv(socket, &msg) != 0) {
		zmq_msg_close(&msg);
		return false;
	}
	memcpy(&number, zmq_msg_data(&msg), sizeof(number));
	zmq_msg_close(&msg);
	asker->sum += number;
	asker->got++;
	asker->done = asker->got == asker->count;
	ask_somehow(asker);
	return true;
}

/* --------------------------------------------------------------------------------------------- */

static void open_echo(struct echo *echo, struct pair *pair)
{
	struct dd_zwatch_options options = {.on_readable = on_question, .arg = echo};
	size_t len = sizeof(pair->endpoint);
	void *socket;

	assert_int_equal(dd_loop_open(&echo->loop, NULL), 0);
	assert_int_equal(dd_socket_open(ZMQ_ROUTER, &socket, NULL), 0);
	dd_socket_set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
	assert_int_equal(zmq_bind(socket, pair->endpoint), 0);
	assert_int_equal(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, pair->endpoint, &len), 0);
	assert_int_equal(dd_zwatch_open(echo->loop, socket, &options, &echo->watch, NULL), 0);
	echo->timer = dd_timer_open(echo->loop, reply_deferred, echo);
	echo->waiting = dd_alloc((WINDOW + 1) * sizeof(*echo->waiting));
}

static void open_asker(struct asker *asker, const struct pair *pair)
{
	struct dd_zwatch_options options = {.on_readable = on_answer, .arg = asker};
	void *socket;

	asker->count = pair->count;
	assert_int_equal(dd_loop_open(&asker->loop, NULL), 0);
	assert_int_equal(dd_socket_open(ZMQ_DEALER, &socket, NULL), 0);
	assert_int_equal(zmq_connect(socket, pair->endpoint), 0);
	assert_int_equal(dd_zwatch_open(asker->loop, socket, &options, &asker->watch, NULL), 0);
	asker->timer = dd_timer_open(asker->loop, ask_by_timer, asker);
	credit(asker, WINDOW);
}

static void run_pair(struct pair *pair)
{
	struct echo echo = {.got = 0};
	struct asker asker = {.got = 0};
	uint64_t count = pair->count;
	pthread_t thread;

	open_echo(&echo, pair);
	open_asker(&asker, pair);
	assert_int_equal(pthread_create(&thread, NULL, run_echo, &echo), 0);
	net_run_until_told(asker.loop, net_flag, &asker.done);
	dd_loop_stop(echo.loop);
	pthread_join(thread, NULL);
	assert_int_equal(asker.sent, count);
	assert_int_equal(asker.got, count);
	assert_int_equal(echo.got, count);
	assert_true(asker.sum == count * (count - 1) / 2);
	dd_timer_close(asker.timer);
	dd_zwatch_close(asker.watch);
	dd_loop_close(asker.loop);
	dd_timer_close(echo.timer);
	dd_zwatch_close(echo.watch);
	dd_loop_close(echo.loop);
	free(echo.waiting);
}

static void test_a_million_messages_each_way_pass_without_a_stall(void **state)
{
	char *dir = test_tmpdir();
	struct pair pairs[] = {
		{.count = 600000},
		{.endpoint = "tcp://127.0.0.1:*", .count = 400000},
	};
	size_t i;

	(void)state;
	snprintf(pairs[0].endpoint, sizeof(pairs[0].endpoint), "ipc://%s/s", dir);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		run_pair(&pairs[i]);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_million_messages_each_way_pass_without_a_stall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
