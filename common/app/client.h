/* client.h - typed, blocking calls to task and office for command-line tools, tests and benchmarks:
 * sends again with the same bytes until there is an answer. One thread, its own ZeroMQ socket, no
 * loop. */
#ifndef DD_APP_CLIENT_H
#define DD_APP_CLIENT_H

#include "common/base/err.h"
#include "common/net/bus.h"
#include "common/net/sync_client.h"
#include "dondoc/v1/envelope.pb-c.h"
#include <stddef.h>
#include <stdint.h>

struct dd_client;

struct dd_client_options {
	const char *endpoint;
	const struct dd_curve_key *key; /* NULL = ipc */
	const char *server_public;
	int64_t patience_ms; /* how long one call may take in all; 0 = 10,000 */
	int64_t attempt_ms;  /* before the same bytes go out again; doubles; 0 = 1,500 */
};

/* DD_ERR_INVALID: endpoint or key cannot be one. A server that is away is no failure here. */
int dd_client_open(const struct dd_client_options *options, struct dd_client **client_out,
		   struct dd_error *err) DD_MUST_CHECK;
void dd_client_close(struct dd_client *client);

/* Each gives the unpacked reply (free with dondoc__v1__reply__free_unpacked), or DD_ERR_RETRY:
 * nobody answered in time, outcome unknown. An Error reply becomes a code and *err: "busy" is asked
 * again within the patience and then DD_ERR_RETRY too; "ambiguous" is DD_ERR_NOT_FOUND with words
 * that list what was found. A log read waits for its own wait_ms on top of the patience. */
int dd_client_request(struct dd_client *client, Dondoc__V1__Request *request,
		      Dondoc__V1__Reply **reply_out, struct dd_error *err) DD_MUST_CHECK;
int dd_client_query(struct dd_client *client, const Dondoc__V1__Query *query, uint64_t min_sequence,
		    Dondoc__V1__Reply **reply_out, struct dd_error *err) DD_MUST_CHECK;
/* Packs the body once and submits it as the next number of this client's stream (made at open; or
 * set). Busy replies are tried again within the patience; the last of them is then the reply. A
 * number is used up by what is final for the server (accepted, saved, refused); after a call whose
 * outcome stays unknown the client goes on with a new stream, because its number may be used. */
int dd_client_command(struct dd_client *client, const Dondoc__V1__CommandBody *body,
		      Dondoc__V1__Reply **reply_out, struct dd_error *err) DD_MUST_CHECK;
/* Put a file up in chunks; `hash_out` names it afterwards. */
int dd_client_put_file(struct dd_client *client, const void *data, size_t len, uint8_t hash_out[32],
		       struct dd_error *err) DD_MUST_CHECK;

/* The same for evidence of a task: the server judges it before anything is sent. *later_out: an
 * office keeps it and brings it to the centre afterwards; the command that names it must say so
 * (AttachFile.later). DD_ERR_REFUSED: it is not taken, and *refusal_out says why (free with
 * dondoc__v1__reply__free_unpacked; its `file` has the refusal). */
struct dd_client_evidence {
	const void *data;
	size_t len;
	uint64_t task;
	const char *name;  /* as the command that attaches it will say */
	const char *type;  /* as common/domain/file_type.h finds it */
	bool type_refused; /* and whether it is one that is not taken */
};
int dd_client_put_evidence(struct dd_client *client, const struct dd_client_evidence *evidence,
			   uint8_t hash_out[32], bool *later_out, Dondoc__V1__Reply **refusal_out,
			   struct dd_error *err) DD_MUST_CHECK;

/* The Error reply that ended the last call, for texts in the user's language; NULL if it was none.
 * Borrowed until the next call. */
const Dondoc__V1__Error *dd_client_error(const struct dd_client *client);

/* Why the last call that ended with DD_ERR_RETRY got no reply. */
enum dd_sync_silence dd_client_silence(const struct dd_client *client);

/* Go on with a stream used before: the next command gets `last_number` + 1. */
void dd_client_set_stream(struct dd_client *client, const uint8_t stream[16], uint64_t last_number);
/* The stream of the next command, and the last number that is used up. */
uint64_t dd_client_stream(const struct dd_client *client, uint8_t stream_out[16]);
void dd_client_set_patience(struct dd_client *client, int64_t patience_ms);

#endif
