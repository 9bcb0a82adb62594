/* zwatch.h - a ZeroMQ socket on a libuv loop. The one place where the two meet.
 *
 * ZMQ_FD is edge-triggered and says only "commands are pending"; any send, receive or getsockopt
 * can consume it. So: the poll callback only marks the socket; a check handle receives from the
 * marked ones up to a budget; a prepare handle reads ZMQ_EVENTS of the marked ones again just
 * before the poll and, if anything wanted is there, starts an idle handle so that the poll does not
 * block. Every use of a socket marks it (that is why one asks for it each time, and keeps no
 * pointer); one that had nothing is left alone until its descriptor tells: with a dozen sockets in
 * a loop, asking all of them twice a turn cost more system calls than the work. */
#ifndef DD_NET_ZWATCH_H
#define DD_NET_ZWATCH_H

#include "common/net/loop.h"
#include <zmq.h>

struct dd_zwatch;

struct dd_zwatch_options {
	int budget;     /* messages per turn; 0 = 64 */
	int64_t cap_us; /* time per turn; 0 = 1,000; -1 = none */
	/* A message part has arrived. Returns true to go on within the budget. The callback
	 * receives from the socket itself, through dd_sys()->sock_recv with ZMQ_DONTWAIT, one whole
	 * message. Returns false when there was nothing. */
	bool (*on_readable)(void *arg, void *socket);
	/* Whether on_readable has something to do without receiving: the rest of a message that is
	 * more than its share. NULL: never. */
	bool (*left)(void *arg);
	void *arg;
};

/* Takes the socket: closed by dd_zwatch_close, in the order poll stop, uv_close, zmq_close. */
int dd_zwatch_open(struct dd_loop *loop, void *socket, const struct dd_zwatch_options *options,
		   struct dd_zwatch **watch_out, struct dd_error *err) DD_MUST_CHECK;
void *dd_zwatch_socket(struct dd_zwatch *watch); /* for use at once: not to be kept */
void dd_zwatch_pause(struct dd_zwatch *watch,
		     bool paused); /* leave messages in the socket: backpressure */
void dd_zwatch_close(struct dd_zwatch *watch);

#endif
