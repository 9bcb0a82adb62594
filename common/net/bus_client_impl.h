/* bus_client_impl.h - the inside of a client, shared by bus_client.c (socket and link) and
 * bus_requests.c (what is on its way through it). */
#ifndef DD_NET_BUS_CLIENT_IMPL_H
#define DD_NET_BUS_CLIENT_IMPL_H

#include "common/net/bus.h"
#include "common/net/bus_train.h"
#include "common/net/request_table.h"
#include "common/net/zwatch.h"

#define DD_BUS_PAUSE_MIN_MS 100

struct dd_bus_client {
	struct dd_bus_client_options options;
	char *endpoint; /* owned */
	struct dd_curve_key key;
	char server_public[41];
	struct dd_zwatch *socket;  /* owned; NULL between two sockets */
	struct dd_zwatch *monitor; /* owned */
	struct dd_timer *deadline; /* owned; runs at the earliest deadline */
	struct dd_timer *pause;    /* owned; runs when a new socket is due */
	struct dd_request_table requests;
	struct dd_bus_train train;
	zmq_msg_t came;       /* a train of replies ... */
	struct dd_train left; /* ... and what of it is to be given on; empty = there is none */
	uint64_t last_id;
	uint64_t armed_ms; /* what the deadline timer is set to; 0 = not set */
	uint32_t pause_ms;
	int timeouts; /* in a row */
	enum dd_link link;
	bool pausing;
	bool firm;   /* this pause ends with a new socket even if the library retries */
	bool giving; /* inside the callback of a reply of `came` */
	bool closed;
};

/* bus_requests.c */
/* A message has come, or there is more of the last: of the socket's watch. */
bool dd_bus_requests_readable(void *arg, void *socket);
bool dd_bus_requests_left(void *arg);
/* The loop rests: what was gathered leaves. */
void dd_bus_requests_rest(void *arg);
/* Ends those whose time is over. False: the client was closed meanwhile. */
bool dd_bus_requests_due(struct dd_bus_client *client);
/* Ends all that were sent so far. */
void dd_bus_requests_end(struct dd_bus_client *client, int err);
/* Asks whether the server takes trains. */
void dd_bus_requests_ask(struct dd_bus_client *client);
/* The connection is gone, and with it what was to come through it. */
void dd_bus_requests_lost(struct dd_bus_client *client);
/* Frees; nothing is told to anybody. */
void dd_bus_requests_fini(struct dd_bus_client *client);

#endif
