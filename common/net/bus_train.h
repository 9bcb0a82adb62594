/* bus_train.h - a client's requests of one turn of the loop, as one message. How long it may be the
 * line tells. Inside net only. */
#ifndef DD_NET_BUS_TRAIN_H
#define DD_NET_BUS_TRAIN_H

#include "common/net/train.h"
#include <zmq.h>

/* On a slow line a train that breaks off is lost as a whole, and what is behind it waits: so it
 * begins small, grows while its last request is answered at once, and shrinks when that takes long
 * or the line breaks. */
#define DD_BUS_TRAIN_FIRST 4096u
#define DD_BUS_TRAIN_LEAST 1024u
#define DD_BUS_TRAIN_MOST  49152u

/* An initialiser of {0} is an empty train, and the server takes none. */
struct dd_bus_train {
	uint32_t takes; /* requests of a train, as the server has said; 0 = each alone */
	struct dd_buf parts;
	uint32_t count;
	uint64_t last;     /* id of the last part */
	uint32_t bytes;    /* a train's at most; 0 = nothing known of the line yet */
	uint64_t timed;    /* the last request of a full train on its way; 0 = none is */
	uint64_t timed_ms; /* when that left */
};

void dd_bus_train_fini(struct dd_bus_train *train);
/* The server has said how many it takes. */
void dd_bus_train_takes(struct dd_bus_train *train, uint32_t takes);
/* Nothing is known of the server any more, and what was gathered is gone. */
void dd_bus_train_lost(struct dd_bus_train *train);
/* Whether a request of so many bytes may go in a train at all; and whether the one that is being
 * gathered must leave first. */
bool dd_bus_train_fits(const struct dd_bus_train *train, size_t len);
bool dd_bus_train_full(const struct dd_bus_train *train, size_t len);
void dd_bus_train_add(struct dd_bus_train *train, uint64_t id, const void *data, size_t len);
/* What was gathered as a message, of one or more requests; and that it has left. */
void dd_bus_train_message(const struct dd_bus_train *train, zmq_msg_t *message_out);
void dd_bus_train_left(struct dd_bus_train *train, uint64_t now_ms);
/* A request was answered, or was not within its time. */
void dd_bus_train_answered(struct dd_bus_train *train, uint64_t id, uint64_t now_ms);
void dd_bus_train_late(struct dd_bus_train *train, uint64_t id);

#endif
