/* client.h - typed, blocking calls to task and office for command-line tools, tests and benchmarks:
 * sends again with the same bytes until there is an answer. One thread, its own ZeroMQ socket, no
 * loop. */
#ifndef DD_APP_CLIENT_H
#define DD_APP_CLIENT_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/net/bus.h"
#include "dondoc/v1/envelope.pb-c.h"
#include <stdint.h>

struct dd_client;

struct dd_client_options {
	const char *endpoint;
	const struct dd_curve_key *key; /* NULL = ipc */
	const char *server_public;
	int64_t patience_ms; /* how long one call may take in all; 0 = 10,000 */
};
int dd_client_open(const struct dd_client_options *options, struct dd_client **client_out,
		   struct dd_error *err) DD_MUST_CHECK;
void dd_client_close(struct dd_client *client);

/* Each gives the unpacked reply (free with dondoc__v1__reply__free_unpacked), or DD_ERR_RETRY:
 * nobody answered in time, outcome unknown. An Error reply becomes a code and *err. */
int dd_client_request(struct dd_client *client, Dondoc__V1__Request *request,
		      Dondoc__V1__Reply **reply_out, struct dd_error *err) DD_MUST_CHECK;
int dd_client_query(struct dd_client *client, const Dondoc__V1__Query *query, uint64_t min_sequence,
		    Dondoc__V1__Reply **reply_out, struct dd_error *err) DD_MUST_CHECK;
/* Packs the body once and submits it as the next number of this client's stream (made at open; or
 * set). Busy replies are tried again within the patience. */
int dd_client_command(struct dd_client *client, const Dondoc__V1__CommandBody *body,
		      Dondoc__V1__Reply **reply_out, struct dd_error *err) DD_MUST_CHECK;
/* Put a file up in chunks; `hash_out` names it afterwards. */
int dd_client_put_file(struct dd_client *client, const void *data, size_t len, uint8_t hash_out[32],
		       struct dd_error *err) DD_MUST_CHECK;

#endif
