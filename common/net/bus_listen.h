/* bus_listen.h - a listening ROUTER that is safe to bind. Inside net only. */
#ifndef DD_NET_BUS_LISTEN_H
#define DD_NET_BUS_LISTEN_H

#include "common/net/bus.h"

/* A bound socket (closed with dd_socket_close or given to a watch) and the address really bound
 * (free()). DD_ERR_REFUSED: not safe to listen there; the words say what to change. `guarded`: the
 * process has its access control. */
int dd_bus_listen_open(const struct dd_bus_listen *listen, bool guarded, void **socket_out,
		       char **endpoint_out, struct dd_error *err) DD_MUST_CHECK;

#endif
