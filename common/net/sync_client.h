/* sync_client.h - one blocking request at a time over a ZeroMQ DEALER of its own, without a loop:
 * for tools, tests and benchmarks. The same bytes go out again, over a new socket, until the reply
 * that bears their id is there. */
#ifndef DD_NET_SYNC_CLIENT_H
#define DD_NET_SYNC_CLIENT_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/net/bus.h"
#include <stddef.h>
#include <stdint.h>

struct dd_sync_client;

struct dd_sync_options {
	const char *endpoint;           /* copied, like all the rest */
	const struct dd_curve_key *key; /* NULL = no CURVE */
	const char *server_public;      /* Z85; required with `key` */
	int64_t max_message;            /* of replies; 0 = 8 MiB */
};

/* Connects in the background: a server that is away is no failure. DD_ERR_INVALID if the endpoint
 * or a key cannot be one. On success *client_out is owned by the caller. */
int dd_sync_open(const struct dd_sync_options *options, struct dd_sync_client **client_out,
		 struct dd_error *err) DD_MUST_CHECK;
void dd_sync_close(struct dd_sync_client *client); /* NULL is fine */

struct dd_sync_call {
	uint64_t id; /* Request.id in `data`; not 0, and never used twice on a client */
	const void *data;
	size_t len;
	int64_t patience_ms; /* for all attempts together */
	int64_t attempt_ms;  /* before the first repetition; doubles from there; 0 = 1,500 */
};

/* Why the last call got no reply. */
enum dd_sync_silence {
	DD_SYNC_NOBODY,   /* nothing listens at the endpoint */
	DD_SYNC_DENIED,   /* the server does not admit this key or this user, or has another key */
	DD_SYNC_NO_REPLY, /* it was connected, but did not answer in time */
};
enum dd_sync_silence dd_sync_silence(const struct dd_sync_client *client);

/* The bytes of the reply, put into `reply_out` (cleared first). DD_ERR_RETRY: none came within the
 * patience, and whether the request had its effect is unknown; dd_sync_silence() tells
 * why. */
int dd_sync_call(struct dd_sync_client *client, const struct dd_sync_call *call,
		 struct dd_buf *reply_out, struct dd_error *err) DD_MUST_CHECK;

#endif
