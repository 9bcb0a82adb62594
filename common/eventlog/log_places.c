/* log_places.c - see log_places.h. */
#include "common/eventlog/log_places.h"

#include <string.h>

static bool same_peer(const struct dd_bus_peer *a, const struct dd_bus_peer *b)
{
	return a->listen == b->listen && a->len == b->len && memcmp(a->id, b->id, a->len) == 0;
}

static bool same_office(const struct dd_principal *a, const struct dd_principal *b)
{
	return a->cls == DD_PRINCIPAL_OFFICE && b->cls == DD_PRINCIPAL_OFFICE &&
	       strcmp(a->unit, b->unit) == 0;
}

struct follower *log_place(struct follower *places, size_t *count, const struct dd_bus_peer *peer,
			   const struct dd_principal *who)
{
	struct follower *place = NULL;
	size_t own = 0;

	for (size_t i = 0; i < *count; i++) {
		if (same_peer(&places[i].peer, peer))
			return &places[i];
		if (!same_office(&places[i].who, who))
			continue;
		own++;
		if (!place || places[i].seen_ms < place->seen_ms)
			place = &places[i];
	}
	if (own < LOG_PLACES_OF_ONE)
		place = *count < LOG_PLACES_MAX ? &places[(*count)++] : NULL;
	if (!place)
		return NULL;
	memset(place, 0, sizeof(*place));
	place->peer = *peer;
	place->who = *who;
	return place;
}
