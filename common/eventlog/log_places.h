/* log_places.h - the places of those who read the log: one for each connection, so many for one
 * office. Inside eventlog only. */
#ifndef DD_EVENTLOG_LOG_PLACES_H
#define DD_EVENTLOG_LOG_PLACES_H

#include "common/eventlog/eventlog.h"
#include "common/net/bus.h"

#define LOG_PLACES_MAX 4096
/* Of one office, by all of its keys and machines: nobody shuts the others out. */
#define LOG_PLACES_OF_ONE 16

enum follower_state { FOLLOWER_IDLE, FOLLOWER_LIVE, FOLLOWER_CATCHING, FOLLOWER_WAITING };

struct follower {
	enum follower_state state;
	struct dd_bus_peer peer;
	struct dd_principal who;
	uint64_t request;
	struct dd_position after;
	struct dd_position known; /* a place it may name without our looking it up */
	bool known_set;
	bool compact;
	bool called;   /* while it waited, something came that may concern it */
	uint32_t name; /* of its unit, see dd_log_names */
	size_t max_bytes;
	uint64_t until_ms; /* of waiting */
	uint64_t seen_ms;
};

/* The place of `peer` among `count` of LOG_PLACES_MAX; a fresh one, counted, if it has none. An
 * office that has all its places gets the one of its own that has not read for longest, which is
 * answered no more. NULL: all places are taken. */
struct follower *log_place(struct follower *places, size_t *count, const struct dd_bus_peer *peer,
			   const struct dd_principal *who);

#endif
