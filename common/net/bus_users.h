/* bus_users.h - who the users of a server's connections are, remembered between messages. Inside
 * net only. */
#ifndef DD_NET_BUS_USERS_H
#define DD_NET_BUS_USERS_H

#include "common/net/access.h"
#include "common/net/bus.h"
#include <stdint.h>

#define DD_BUS_USERS 1024 /* a power of two */

struct dd_bus_user {
	char user[DD_USER_ID]; /* empty = free place */
	struct dd_principal principal;
};

/* One place per hash; a newcomer takes the place of whoever is there. All is forgotten when the
 * table of the access control changes, so an admission that was taken back holds for the next
 * message. */
struct dd_bus_users {
	struct dd_access *access; /* borrowed */
	uint64_t generation;
	struct dd_bus_user *places; /* owned */
};

void dd_bus_users_init(struct dd_bus_users *users, struct dd_access *access);
void dd_bus_users_fini(struct dd_bus_users *users);
/* NULL: not admitted. Borrowed until the next call. */
const struct dd_principal *dd_bus_users_find(struct dd_bus_users *users, const char *user);

#endif
