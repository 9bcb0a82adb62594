/* loop.h - one libuv loop with ZeroMQ sockets on it. Everything of a loop belongs to its thread. */
#ifndef DD_NET_LOOP_H
#define DD_NET_LOOP_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct dd_loop;

/* The process's ZeroMQ context, made at first use: BLOCKY=0, one I/O thread. */
void *dd_zmq_context(void);
/* End it: asserts that no socket is open any more. After all loops are closed. */
void dd_zmq_context_end(void);

int dd_loop_open(struct dd_loop **loop_out, struct dd_error *err) DD_MUST_CHECK;
/* All watches, timers and sockets on it must be closed or closing; runs their close callbacks. */
void dd_loop_close(struct dd_loop *loop);
uv_loop_t *dd_loop_uv(struct dd_loop *loop);

void dd_loop_run(struct dd_loop *loop);  /* until dd_loop_stop */
void dd_loop_stop(struct dd_loop *loop); /* from any thread or a signal's callback */

/* Call once per turn after all sockets have had their share; for owners that gather a batch.
 * Several may be set. `on_turn` must not close the loop. */
void dd_loop_each_turn(struct dd_loop *loop, void (*on_turn)(void *arg), void *arg);
void dd_loop_each_turn_end(struct dd_loop *loop, void (*on_turn)(void *arg), void *arg);

/* Call just before the loop waits, behind everything that a turn does: for owners that gather what
 * they send. It sends, and calls nobody back. Several may be set. */
void dd_loop_each_rest(struct dd_loop *loop, void (*on_rest)(void *arg), void *arg);
void dd_loop_each_rest_end(struct dd_loop *loop, void (*on_rest)(void *arg), void *arg);

/* Run `work(arg)` on the loop's thread, from any thread, in the order of the calls. */
void dd_loop_post(struct dd_loop *loop, void (*work)(void *arg), void *arg);

/* A timer: runs `on_time(arg)` once after delay_ms, or every period_ms. */
struct dd_timer;
struct dd_timer *dd_timer_open(struct dd_loop *loop, void (*on_time)(void *arg), void *arg);
void dd_timer_start(struct dd_timer *timer, uint64_t delay_ms, uint64_t period_ms);
void dd_timer_stop(struct dd_timer *timer);
void dd_timer_close(struct dd_timer *timer); /* NULL is fine; memory goes with the close callback */

#endif
