/* timer.c - timers on a loop. */
#include "common/base/alloc.h"
#include "common/net/loop.h"
#include <assert.h>
#include <stdlib.h>

struct dd_timer {
	uv_timer_t uv;
	void (*on_time)(void *arg);
	void *arg;
};

static void on_timer(uv_timer_t *handle)
{
	struct dd_timer *timer = handle->data;

	timer->on_time(timer->arg);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

struct dd_timer *dd_timer_open(struct dd_loop *loop, void (*on_time)(void *arg), void *arg)
{
	struct dd_timer *timer = dd_alloc(sizeof(*timer));

	uv_timer_init(dd_loop_uv(loop), &timer->uv);
	timer->uv.data = timer;
	timer->on_time = on_time;
	timer->arg = arg;
	return timer;
}

void dd_timer_start(struct dd_timer *timer, uint64_t delay_ms, uint64_t period_ms)
{
	int rc;

	/* The loop's idea of now is that of the turn's beginning; a delay counts from here. */
	uv_update_time(timer->uv.loop);
	rc = uv_timer_start(&timer->uv, on_timer, delay_ms, period_ms);
	assert(rc == 0);
}

void dd_timer_stop(struct dd_timer *timer)
{
	uv_timer_stop(&timer->uv);
}

void dd_timer_close(struct dd_timer *timer)
{
	if (timer)
		uv_close((uv_handle_t *)&timer->uv, on_closed);
}
