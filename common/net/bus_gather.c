/* bus_gather.c - see bus_gather.h. */
#include "common/net/bus_gather.h"
#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

void dd_bus_gather_fini(struct dd_bus_gather *gather)
{
	for (size_t i = 0; gather->places && i < DD_GATHER_PLACES; i++)
		dd_buf_fini(&gather->places[i].parts);
	free(gather->places);
	gather->places = NULL;
	gather->used_count = 0;
}

/* The library counts its routing ids up. */
static size_t place_of(const struct dd_bus_peer *peer)
{
	uint32_t hash = peer->listen;

	for (size_t i = 0; i < peer->len; i++)
		hash = hash * 31 + peer->id[i];
	return hash & (DD_GATHER_PLACES - 1);
}

static bool same_peer(const struct dd_bus_peer *a, const struct dd_bus_peer *b)
{
	return a->listen == b->listen && a->len == b->len && memcmp(a->id, b->id, a->len) == 0;
}

static void empty(struct dd_bus_gather *gather, struct dd_gathered *gathered)
{
	gather->send(gather->arg, gathered);
	dd_buf_clear(&gathered->parts);
	gathered->count = 0;
}

/* A place that was emptied before its time stays in the row of those used, and is not put there
 * twice. */
static void take_place(struct dd_bus_gather *gather, size_t place, const struct dd_bus_peer *peer)
{
	gather->places[place].peer = *peer;
	for (uint32_t i = 0; i < gather->used_count; i++)
		if (gather->used[i] == place)
			return;
	gather->used[gather->used_count++] = (uint8_t)place;
}

void dd_bus_gather_add(struct dd_bus_gather *gather, const struct dd_bus_peer *peer,
		       const void *data, size_t len)
{
	size_t place = place_of(peer);
	struct dd_gathered *gathered;

	if (!gather->places)
		gather->places = dd_alloc(DD_GATHER_PLACES * sizeof(*gather->places));
	gathered = &gather->places[place];
	if (gathered->count > 0 &&
	    (!same_peer(&gathered->peer, peer) || gathered->count == DD_TRAIN_MAX ||
	     gathered->parts.len + len + DD_TRAIN_PART > DD_GATHER_BYTES))
		empty(gather, gathered);
	if (gathered->count == 0)
		take_place(gather, place, peer);
	dd_train_add(&gathered->parts, data, len);
	gathered->count++;
}

void dd_bus_gather_flush_peer(struct dd_bus_gather *gather, const struct dd_bus_peer *peer)
{
	struct dd_gathered *gathered;

	if (gather->used_count == 0)
		return;
	gathered = &gather->places[place_of(peer)];
	if (gathered->count > 0 && same_peer(&gathered->peer, peer))
		empty(gather, gathered);
}

void dd_bus_gather_flush(struct dd_bus_gather *gather)
{
	while (gather->used_count > 0) {
		struct dd_gathered *gathered = &gather->places[gather->used[--gather->used_count]];

		if (gathered->count > 0)
			empty(gather, gathered);
	}
}
