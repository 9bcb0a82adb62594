/* access.h - what the ZAP handler and the bus server agree on: which user a connection is. Inside
 * net only.
 *
 * The handler gives each admitted connection a User-Id "<token>/<who>": the token is random and
 * made anew by each process, so that a peer cannot bring a User-Id of its own in its handshake's
 * properties even if a connection should ever get past the handler. <who> is the class of an ipc or
 * loopback listener, or the public key. */
#ifndef DD_NET_ACCESS_H
#define DD_NET_ACCESS_H

#include "common/net/bus.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_USER_ID 96 /* room for such a text */

/* Who the user of a connection is now. False: nobody (any more). Any thread. */
bool dd_access_principal(struct dd_access *access, const char *user,
			 struct dd_principal *principal_out);

#endif
