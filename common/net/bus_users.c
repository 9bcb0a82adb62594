/* bus_users.c - see bus_users.h. */
#include "common/net/bus_users.h"
#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

void dd_bus_users_init(struct dd_bus_users *users, struct dd_access *access)
{
	users->access = access;
	users->generation = dd_access_generation(access);
	users->places = dd_alloc(DD_BUS_USERS * sizeof(*users->places));
}

void dd_bus_users_fini(struct dd_bus_users *users)
{
	free(users->places);
	users->places = NULL;
}

/* FNV-1a: short texts, and a collision costs only one look into the table. */
static size_t place_of(const char *user)
{
	uint32_t hash = 2166136261u;

	for (; *user; user++)
		hash = (hash ^ (uint8_t)*user) * 16777619u;
	return (hash ^ hash >> 16) & (DD_BUS_USERS - 1);
}

const struct dd_principal *dd_bus_users_find(struct dd_bus_users *users, const char *user)
{
	uint64_t generation = dd_access_generation(users->access);
	struct dd_bus_user *place = &users->places[place_of(user)];

	if (generation != users->generation) {
		memset(users->places, 0, DD_BUS_USERS * sizeof(*users->places));
		users->generation = generation;
	}
	if (strcmp(place->user, user) == 0)
		return &place->principal;
	place->user[0] = 0;
	if (strlen(user) >= sizeof(place->user) ||
	    !dd_access_principal(users->access, user, &place->principal))
		return NULL;
	memcpy(place->user, user, strlen(user) + 1);
	return &place->principal;
}
