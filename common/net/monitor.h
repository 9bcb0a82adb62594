/* monitor.h - what happens to a socket's connections, as a socket of its own. Inside net only. */
#ifndef DD_NET_MONITOR_H
#define DD_NET_MONITOR_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

/* A socket that receives the events of `socket`; closed with dd_socket_close, after `socket` or
 * after dd_monitor_stop: the library's I/O thread writes to it and would wait for ever, with all
 * other sockets of the process, for a reader that is gone. */
int dd_monitor_open(void *socket, void **monitor_out, struct dd_error *err) DD_MUST_CHECK;
/* No events any more. dd_socket_close does this too, for those that close at once and in order. */
void dd_monitor_stop(void *socket);

/* One event without waiting (ZMQ_EVENT_...); false when there is none. */
bool dd_monitor_read(void *monitor, uint16_t *event_out);

#endif
