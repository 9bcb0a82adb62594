/* office_door_impl.h - what the files office_door*.c share. */
#ifndef OFFICE_DOOR_IMPL_H
#define OFFICE_DOOR_IMPL_H

#include "services/office/office_door.h"

#include "common/base/buf.h"
#include "common/net/envelope.h"

#define OFFICE_DOOR_WAITING 64u /* questions that wait for the copy; and those at the centre */

/* A request at the door. */
struct office_asked {
	struct dd_bus_peer peer;
	Dondoc__V1__Request *request; /* in the door's arena */
	const uint8_t *data;          /* as it came */
	size_t len;
};

/* A question for which the copy must have come further. */
struct office_door_waiting {
	struct dd_bus_peer peer;
	uint8_t *data; /* owned */
	size_t len;
	uint64_t sequence;
	int64_t until_us; /* then the centre is asked */
};

struct office_door {
	struct office *office;
	struct dd_bus_server *server; /* owned, as all below */
	struct dd_timer *timer;       /* of what waits */
	struct dd_arena arena;        /* for one request and its answer */
	struct dd_arena marks;        /* for one answer that is marked */
	struct dd_buf answer;         /* packed */
	struct office_door_waiting waiting[OFFICE_DOOR_WAITING];
	uint32_t waits;  /* how many of them */
	uint32_t passed; /* questions at the centre */
	char endpoint[256];
};

void office_door_answer(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
			Dondoc__V1__Answer *answer);
void office_door_error(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
		       const struct dd_error *why);

/* office_door_ask.c */
/* A question that the office's own view answers, or else the centre. */
void office_door_ask(struct office_door *door, const struct office_asked *asked);
/* What waits is looked at once more. */
void office_door_look(struct office_door *door);

#endif
