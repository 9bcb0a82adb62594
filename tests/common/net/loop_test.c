#include "common/net/loop.h"
#include "tests/common/net/net_support.h"
#include <pthread.h>
#include <stdatomic.h>

struct order {
	struct dd_loop *loop;
	int next;
	bool wrong;
	bool done;
};

struct step {
	struct order *order;
	int number;
	int last;
};

static void on_step(void *arg)
{
	struct step *step = arg;

	step->order->wrong |= step->number != step->order->next++;
	if (step->number == step->last)
		step->order->done = true;
	free(step);
}

static void *post_many(void *arg)
{
	struct order *order = arg;
	int i;

	for (i = 0; i < 10000; i++) {
		struct step *step = dd_alloc(sizeof(*step));

		*step = (struct step){.order = order, .number = i, .last = 9999};
		dd_loop_post(order->loop, on_step, step);
	}
	return NULL;
}

static void test_posted_work_runs_on_the_loop_in_the_order_of_the_calls(void **state)
{
	struct order order = {.next = 0};
	pthread_t thread;

	(void)state;
	assert_int_equal(dd_loop_open(&order.loop, NULL), 0);
	pthread_create(&thread, NULL, post_many, &order);
	net_run_until(order.loop, net_flag, &order.done);
	pthread_join(thread, NULL);
	assert_false(order.wrong);
	assert_int_equal(order.next, 10000);
	dd_loop_close(order.loop);
}

static void test_work_that_is_posted_but_not_run_runs_when_the_loop_is_closed(void **state)
{
	struct order order = {.next = 0};
	struct step *step = dd_alloc(sizeof(*step));

	(void)state;
	assert_int_equal(dd_loop_open(&order.loop, NULL), 0);
	*step = (struct step){.order = &order};
	dd_loop_post(order.loop, on_step, step);
	dd_loop_close(order.loop);
	assert_true(order.done);
}

static void test_a_stop_before_the_run_is_not_lost(void **state)
{
	struct dd_loop *loop;

	(void)state;
	assert_int_equal(dd_loop_open(&loop, NULL), 0);
	dd_loop_stop(loop);
	dd_loop_run(loop);
	dd_loop_close(loop);
}

static void *stop_from_here(void *arg)
{
	dd_loop_stop(arg);
	return NULL;
}

static void test_a_loop_is_stopped_and_closed_at_once_from_another_thread(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		struct dd_loop *loop;
		pthread_t thread;

		assert_int_equal(dd_loop_open(&loop, NULL), 0);
		pthread_create(&thread, NULL, stop_from_here, loop);
		dd_loop_run(loop);
		dd_loop_close(loop);
		pthread_join(thread, NULL);
	}
}

struct counted {
	struct dd_loop *loop;
	struct dd_timer *timer;
	int runs;
	int stop_at;
	bool done;
};

static void on_count(void *arg)
{
	struct counted *counted = arg;

	counted->runs++;
	if (counted->runs == counted->stop_at) {
		dd_timer_stop(counted->timer);
		counted->done = true;
	}
}

static void test_a_periodic_timer_runs_until_it_is_stopped(void **state)
{
	struct counted counted = {.stop_at = 5};

	(void)state;
	assert_int_equal(dd_loop_open(&counted.loop, NULL), 0);
	counted.timer = dd_timer_open(counted.loop, on_count, &counted);
	dd_timer_start(counted.timer, 1, 1);
	net_run_until(counted.loop, net_flag, &counted.done);
	net_run_ms(counted.loop, 20);
	assert_int_equal(counted.runs, 5);
	dd_timer_start(counted.timer, 1, 0);
	net_run_ms(counted.loop, 20);
	assert_int_equal(counted.runs, 6);
	dd_timer_close(counted.timer);
	dd_loop_close(counted.loop);
}

static void on_turn_once(void *arg)
{
	struct counted *counted = arg;

	counted->runs++;
	dd_loop_each_turn_end(counted->loop, on_turn_once, counted);
}

static void test_a_turn_callback_may_end_itself(void **state)
{
	struct counted first = {.runs = 0};
	struct counted second = {.runs = 0};

	(void)state;
	assert_int_equal(dd_loop_open(&first.loop, NULL), 0);
	second.loop = first.loop;
	dd_loop_each_turn(first.loop, on_turn_once, &first);
	dd_loop_each_turn(first.loop, on_turn_once, &second);
	net_run_ms(first.loop, 20);
	assert_int_equal(first.runs, 1);
	assert_int_equal(second.runs, 1);
	dd_loop_close(first.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_posted_work_runs_on_the_loop_in_the_order_of_the_calls),
		cmocka_unit_test(test_work_that_is_posted_but_not_run_runs_when_the_loop_is_closed),
		cmocka_unit_test(test_a_stop_before_the_run_is_not_lost),
		cmocka_unit_test(test_a_loop_is_stopped_and_closed_at_once_from_another_thread),
		cmocka_unit_test(test_a_periodic_timer_runs_until_it_is_stopped),
		cmocka_unit_test(test_a_turn_callback_may_end_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
