/* loop.c - the loop itself: turns, work from other threads, stopping. */
#include "common/base/alloc.h"
#include "common/net/loop_impl.h"
#include <assert.h>
#include <stdlib.h>

static void on_check(uv_check_t *handle);
static void on_prepare(uv_prepare_t *handle);
static void on_idle(uv_idle_t *handle);
static void on_wake(uv_async_t *handle);

int dd_loop_open(struct dd_loop **loop_out, struct dd_error *err)
{
	struct dd_loop *loop = dd_alloc(sizeof(*loop));
	int rc = uv_loop_init(&loop->uv);

	if (rc != 0) {
		free(loop);
		return dd_fail(err, DD_ERR_IO, "no event loop: %s; raise the limit of open files",
			       uv_strerror(rc));
	}
	rc = uv_async_init(&loop->uv, &loop->wake, on_wake);
	if (rc != 0) {
		uv_loop_close(&loop->uv);
		free(loop);
		return dd_fail(err, DD_ERR_IO, "no wake-up for the loop: %s", uv_strerror(rc));
	}
	uv_check_init(&loop->uv, &loop->check);
	uv_prepare_init(&loop->uv, &loop->prepare);
	uv_idle_init(&loop->uv, &loop->idle);
	uv_check_start(&loop->check, on_check);
	uv_prepare_start(&loop->prepare, on_prepare);
	pthread_mutex_init(&loop->post_lock, NULL);
	atomic_init(&loop->stop, false);
	*loop_out = loop;
	return 0;
}

uv_loop_t *dd_loop_uv(struct dd_loop *loop)
{
	return &loop->uv;
}

void dd_loop_run(struct dd_loop *loop)
{
	while (!atomic_exchange(&loop->stop, false))
		uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void dd_loop_stop(struct dd_loop *loop)
{
	/* Under the lock: the loop may see the flag and be closed before the wake-up is sent, and
	 * closing takes the lock first. */
	pthread_mutex_lock(&loop->post_lock);
	atomic_store(&loop->stop, true);
	uv_async_send(&loop->wake);
	pthread_mutex_unlock(&loop->post_lock);
}

/* --- a turn -------------------------------------------------------------------------------- */

static void run_each(struct dd_posts *each)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < each->count; i++)
		if (each->items[i].work)
			each->items[i].work(each->items[i].arg);
	for (i = 0; i < each->count; i++)
		if (each->items[i].work)
			each->items[kept++] = each->items[i];
	each->count = kept;
}

/* Only marked: the row may be being walked. */
static void end_each(struct dd_posts *each, void (*work)(void *arg), const void *arg)
{
	size_t i;

	for (i = 0; i < each->count; i++)
		if (each->items[i].work == work && each->items[i].arg == arg)
			each->items[i].work = NULL;
}

static void on_check(uv_check_t *handle)
{
	struct dd_loop *loop = (struct dd_loop *)handle->loop;

	dd_zwatch_serve(loop);
	run_each(&loop->turns);
}

/* Runs after timers, idle handles and everything else that may have sent on a socket, just before
 * the poll: whatever arrives later leaves the socket's descriptor readable. */
static void on_prepare(uv_prepare_t *handle)
{
	struct dd_loop *loop = (struct dd_loop *)handle->loop;

	run_each(&loop->rests);
	if (dd_zwatch_pending(loop))
		uv_idle_start(&loop->idle, on_idle);
	else
		uv_idle_stop(&loop->idle);
}

/* Being active is all it does: the poll does not block. */
static void on_idle(uv_idle_t *handle)
{
	(void)handle;
}

static void add_post(struct dd_posts *posts, void (*work)(void *arg), void *arg)
{
	if (posts->count == posts->room) {
		posts->room = posts->room ? 2 * posts->room : 16;
		posts->items = dd_realloc(posts->items, posts->room * sizeof(*posts->items));
	}
	posts->items[posts->count++] = (struct dd_post){.work = work, .arg = arg};
}

void dd_loop_each_turn(struct dd_loop *loop, void (*on_turn)(void *arg), void *arg)
{
	add_post(&loop->turns, on_turn, arg);
}

void dd_loop_each_turn_end(struct dd_loop *loop, void (*on_turn)(void *arg), void *arg)
{
	end_each(&loop->turns, on_turn, arg);
}

void dd_loop_each_rest(struct dd_loop *loop, void (*on_rest)(void *arg), void *arg)
{
	add_post(&loop->rests, on_rest, arg);
}

void dd_loop_each_rest_end(struct dd_loop *loop, void (*on_rest)(void *arg), void *arg)
{
	end_each(&loop->rests, on_rest, arg);
}

/* --- work from other threads --------------------------------------------------------------- */

void dd_loop_post(struct dd_loop *loop, void (*work)(void *arg), void *arg)
{
	pthread_mutex_lock(&loop->post_lock);
	add_post(&loop->posted, work, arg);
	/* Who made the row non-empty has woken the loop. */
	if (loop->posted.count == 1)
		uv_async_send(&loop->wake);
	pthread_mutex_unlock(&loop->post_lock);
}

static bool run_posted(struct dd_loop *loop)
{
	struct dd_posts empty = loop->running;
	size_t i;

	pthread_mutex_lock(&loop->post_lock);
	loop->running = loop->posted;
	loop->posted = empty;
	pthread_mutex_unlock(&loop->post_lock);
	for (i = 0; i < loop->running.count; i++)
		loop->running.items[i].work(loop->running.items[i].arg);
	loop->running.count = 0;
	return i > 0;
}

static void on_wake(uv_async_t *handle)
{
	struct dd_loop *loop = (struct dd_loop *)handle->loop;

	run_posted(loop);
	if (atomic_load(&loop->stop))
		uv_stop(&loop->uv);
}

/* --- closing ------------------------------------------------------------------------------- */

static void expect_closing(uv_handle_t *handle, void *arg)
{
	(void)arg;
	assert(uv_is_closing(handle));
}

void dd_loop_close(struct dd_loop *loop)
{
	int rc;

	if (!loop)
		return;
	while (run_posted(loop))
		;
	assert(loop->watch_count == 0);
	uv_close((uv_handle_t *)&loop->check, NULL);
	uv_close((uv_handle_t *)&loop->prepare, NULL);
	uv_close((uv_handle_t *)&loop->idle, NULL);
	uv_close((uv_handle_t *)&loop->wake, NULL);
	uv_walk(&loop->uv, expect_closing, NULL);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	rc = uv_loop_close(&loop->uv);
	assert(rc == 0);
	pthread_mutex_destroy(&loop->post_lock);
	free(loop->posted.items);
	free(loop->running.items);
	free(loop->turns.items);
	free(loop->rests.items);
	free(loop->watches);
	free(loop);
}
