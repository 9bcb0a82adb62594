/* zwatch.c - a ZeroMQ socket on a libuv loop: see zwatch.h for why it is done like this. */
#include "common/net/zwatch.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/net/loop_impl.h"
#include "common/net/socket.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define BUDGET 64
#define CAP_US 1000

struct dd_zwatch {
	uv_poll_t poll;
	struct dd_loop *loop;
	struct dd_zwatch_options options;
	void *socket; /* owned */
	bool look;    /* there may be something to receive that the descriptor does not tell */
	bool paused;
	bool closed;
};

static void on_poll(uv_poll_t *handle, int status, int events);
static void on_poll_closed(uv_handle_t *handle);

static void add_watch(struct dd_loop *loop, struct dd_zwatch *watch)
{
	if (loop->watch_count == loop->watch_room) {
		loop->watch_room = loop->watch_room ? 2 * loop->watch_room : 16;
		loop->watches =
			dd_realloc(loop->watches, loop->watch_room * sizeof(struct dd_zwatch *));
	}
	loop->watches[loop->watch_count++] = watch;
}

static int socket_fd(void *socket)
{
	int fd = -1;
	size_t len = sizeof(fd);

	return zmq_getsockopt(socket, ZMQ_FD, &fd, &len) == 0 ? fd : -1;
}

int dd_zwatch_open(struct dd_loop *loop, void *socket, const struct dd_zwatch_options *options,
		   struct dd_zwatch **watch_out, struct dd_error *err)
{
	struct dd_zwatch *watch = dd_alloc(sizeof(*watch));
	int rc;

	dd_socket_adopt(socket);
	rc = uv_poll_init(&loop->uv, &watch->poll, socket_fd(socket));
	if (rc != 0) {
		dd_socket_close(socket);
		free(watch);
		return dd_fail(err, DD_ERR_IO, "socket cannot be polled: %s", uv_strerror(rc));
	}
	watch->poll.data = watch;
	watch->loop = loop;
	watch->socket = socket;
	watch->options = *options;
	watch->look = true;
	if (watch->options.budget == 0)
		watch->options.budget = BUDGET;
	if (watch->options.cap_us == 0)
		watch->options.cap_us = CAP_US;
	uv_poll_start(&watch->poll, UV_READABLE, on_poll);
	add_watch(loop, watch);
	*watch_out = watch;
	return 0;
}

/* Whoever asks for it is about to use it, and any use may take in a command. */
void *dd_zwatch_socket(struct dd_zwatch *watch)
{
	watch->look = true;
	return watch->socket;
}

void dd_zwatch_pause(struct dd_zwatch *watch, bool paused)
{
	watch->paused = paused;
	watch->look = true;
}

/* "Commands are pending" is all the descriptor says: the check handle of this turn looks. */
static void on_poll(uv_poll_t *handle, int status, int events)
{
	((struct dd_zwatch *)handle->data)->look = true;
	(void)status;
	(void)events;
}

/* --- a turn -------------------------------------------------------------------------------- */

static bool readable(const struct dd_zwatch *watch)
{
	int events = 0;
	size_t len = sizeof(events);
	int rc;

	do
		rc = zmq_getsockopt(watch->socket, ZMQ_EVENTS, &events, &len);
	while (rc != 0 && errno == EINTR);
	assert(rc == 0);
	if (watch->paused)
		return false;
	return (events & ZMQ_POLLIN) != 0 ||
	       (watch->options.left && watch->options.left(watch->options.arg));
}

static bool time_is_up(const struct dd_zwatch *watch, int64_t began_us)
{
	return watch->options.cap_us > 0 && dd_mono_us() - began_us >= watch->options.cap_us;
}

static void serve_one(struct dd_zwatch *watch)
{
	int64_t began_us = 0;
	int done = 0;

	if (watch->closed || watch->paused || !watch->look)
		return;
	if (watch->options.cap_us > 0)
		began_us = dd_mono_us();
	while (watch->options.on_readable(watch->options.arg, watch->socket)) {
		done++;
		if (watch->closed || watch->paused || done >= watch->options.budget ||
		    time_is_up(watch, began_us))
			return;
	}
	/* A receive that finds nothing has taken in all commands: the next one is told. */
	watch->look = false;
}

static void drop_closed(struct dd_loop *loop)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < loop->watch_count; i++)
		if (!loop->watches[i]->closed)
			loop->watches[kept++] = loop->watches[i];
	loop->watch_count = kept;
}

void dd_zwatch_serve(struct dd_loop *loop)
{
	size_t count = loop->watch_count; /* sockets opened meanwhile come next turn */
	size_t i;

	if (count == 0)
		return;
	loop->first = (loop->first + 1) % count;
	loop->serving = true;
	for (i = 0; i < count; i++)
		serve_one(loop->watches[(loop->first + i) % count]);
	loop->serving = false;
	drop_closed(loop);
}

bool dd_zwatch_pending(struct dd_loop *loop)
{
	bool pending = false;
	size_t i;

	for (i = 0; i < loop->watch_count; i++) {
		struct dd_zwatch *watch = loop->watches[i];

		/* Of all that were used, without a shortcut: reading ZMQ_EVENTS is also what takes
		 * in the commands. */
		if (watch->look) {
			watch->look = readable(watch);
			pending |= watch->look;
		}
	}
	return pending;
}

/* --- closing: list, poll, handle, socket ---------------------------------------------------- */

void dd_zwatch_close(struct dd_zwatch *watch)
{
	if (!watch)
		return;
	assert(!watch->closed);
	watch->closed = true;
	if (!watch->loop->serving)
		drop_closed(watch->loop);
	uv_poll_stop(&watch->poll);
	uv_close((uv_handle_t *)&watch->poll, on_poll_closed);
}

/* The library closes the descriptor in a thread of its own: only when libuv has let go of it. */
static void on_poll_closed(uv_handle_t *handle)
{
	struct dd_zwatch *watch = handle->data;

	dd_socket_close(watch->socket);
	free(watch);
}
