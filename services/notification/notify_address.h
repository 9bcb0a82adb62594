/* notify_address.h - which addresses of the net an HTTP call may reach: public ones, and of private
 * ones those that an administrator has listed. Judged is the address connected to, whatever name
 * led there. */
#ifndef NOTIFY_ADDRESS_H
#define NOTIFY_ADDRESS_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define NOTIFY_ALLOW_MAX 16

/* A network; IPv4 as mapped into IPv6. */
struct notify_net {
	uint8_t bytes[16];
	uint8_t bits;
};

struct notify_allow {
	struct notify_net nets[NOTIFY_ALLOW_MAX];
	size_t count;
};

/* "10.1.0.0/16, 192.168.1.5, fd12::/16"; "" = none. DD_ERR_INVALID names what is wrong; what may
 * never be reached (link-local addresses, metadata services, multicast, 0.0.0.0) cannot be listed.
 */
int notify_allow_parse(const char *text, struct notify_allow *allow_out,
		       struct dd_error *err) DD_MUST_CHECK;

enum notify_reach {
	NOTIFY_REACH_NEVER,  /* not public and not listed, or never to be reached */
	NOTIFY_REACH_PUBLIC, /* with encryption */
	NOTIFY_REACH_LISTED  /* also without */
};
enum notify_reach notify_address_reach(const struct sockaddr *address,
				       const struct notify_allow *allow);

#endif
