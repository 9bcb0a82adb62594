/* bus_gather.h - a server's replies to peers that take them in trains, until the turn of the loop
 * ends. Inside net only. */
#ifndef DD_NET_BUS_GATHER_H
#define DD_NET_BUS_GATHER_H

#include "common/net/bus.h"
#include "common/net/train.h"

#define DD_GATHER_PLACES 64u         /* peers at a time: a power of two */
#define DD_GATHER_BYTES  (16u << 10) /* of a train of replies */
#define DD_GATHER_REPLY  (1u << 10)  /* a longer reply goes alone */

struct dd_gathered {
	struct dd_bus_peer peer;
	struct dd_buf parts;
	uint32_t count; /* 0 = free */
};

/* One place per hash of the peer: whoever needs a place that another has sends that one's replies
 * first. Begins with `send` and `arg` set and the rest 0. */
struct dd_bus_gather {
	/* Sends what was gathered for a peer; the place is emptied behind it. */
	void (*send)(void *arg, const struct dd_gathered *gathered);
	void *arg;
	struct dd_gathered *places; /* owned; NULL until the first reply comes */
	uint8_t used[DD_GATHER_PLACES];
	uint32_t used_count;
};

void dd_bus_gather_fini(struct dd_bus_gather *gather);
/* One reply more, of at most DD_GATHER_REPLY bytes. */
void dd_bus_gather_add(struct dd_bus_gather *gather, const struct dd_bus_peer *peer,
		       const void *data, size_t len);
/* What waits for this peer goes out now; what waits for all. */
void dd_bus_gather_flush_peer(struct dd_bus_gather *gather, const struct dd_bus_peer *peer);
void dd_bus_gather_flush(struct dd_bus_gather *gather);

#endif
