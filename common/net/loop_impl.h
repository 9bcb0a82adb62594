/* loop_impl.h - the inside of a loop, shared by loop.c and zwatch.c only.
 *
 * A turn: timers, then prepare (each_rest; zwatch looks whether a socket has work and then keeps
 * the poll from blocking), poll (posted work, libuv's own), check (every socket gets its share,
 * then on_turn). */
#ifndef DD_NET_LOOP_IMPL_H
#define DD_NET_LOOP_IMPL_H

#include "common/net/loop.h"
#include "common/net/zwatch.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct dd_post {
	void (*work)(void *arg);
	void *arg;
};

/* A growing row of posts; the two rows of a loop are swapped, so that a post costs no memory. */
struct dd_posts {
	struct dd_post *items; /* owned */
	size_t count;
	size_t room;
};

struct dd_loop {
	uv_loop_t uv;
	uv_check_t check;
	uv_prepare_t prepare;
	uv_idle_t idle;
	uv_async_t wake;

	pthread_mutex_t post_lock;
	struct dd_posts posted; /* under post_lock */
	struct dd_posts running;
	atomic_bool stop;

	struct dd_posts turns; /* each_turn callbacks; work NULL = taken away */
	struct dd_posts rests; /* each_rest callbacks, likewise */

	struct dd_zwatch **watches; /* owned array */
	size_t watch_count;
	size_t watch_room;
	size_t first; /* which socket begins this turn */
	bool serving; /* watches that close now are taken out of the array afterwards */
};

/* Give every socket its share of this turn, beginning with another one each time. */
void dd_zwatch_serve(struct dd_loop *loop);
/* Whether any socket that is not paused has something to receive. Reads ZMQ_EVENTS of
 * all that may have. */
bool dd_zwatch_pending(struct dd_loop *loop);

#endif
