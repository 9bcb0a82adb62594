/* chain.h - the hashes that make the log tamper-evident. Needs nothing but base: a verifier can be
 * built from this, frame.c and segment.c alone.
 *
 *   body  = H("dondoc.body.v1",  salt || body)
 *   leaf  = H("dondoc.leaf.v1",  log id || u64le sequence || u32le header length || header || body
 * hash) chain = H("dondoc.chain.v1", chain before || leaf)           chain[0] =
 * H("dondoc.chain.v1", log id) node  = H("dondoc.node.v1",  left || right)                  Merkle
 * tree of leaves as in RFC 6962
 *
 * H is BLAKE2b-256 with the quoted text as personalisation. A salt is 16 random bytes: without it a
 * hidden or redacted short body could be guessed from its hash. */
#ifndef DD_EVENTLOG_CHAIN_H
#define DD_EVENTLOG_CHAIN_H

#include "common/base/id.h"
#include <stddef.h>
#include <stdint.h>

#define DD_SALT_LEN 16

void dd_chain_first(const uint8_t log_id[DD_ID_LEN], uint8_t chain_out[DD_HASH_LEN]);
void dd_chain_body(const uint8_t salt[DD_SALT_LEN], const void *body, size_t len,
		   uint8_t body_out[DD_HASH_LEN]);
void dd_chain_leaf(const uint8_t log_id[DD_ID_LEN], uint64_t sequence, const void *header,
		   size_t header_len, const uint8_t body[DD_HASH_LEN],
		   uint8_t leaf_out[DD_HASH_LEN]);
void dd_chain_next(const uint8_t before[DD_HASH_LEN], const uint8_t leaf[DD_HASH_LEN],
		   uint8_t after_out[DD_HASH_LEN]);

/* The Merkle root over leaves added one by one, in memory that grows with their logarithm. */
struct dd_merkle {
	uint8_t stack[64][DD_HASH_LEN];
	uint64_t count;
};
void dd_merkle_init(struct dd_merkle *tree);
void dd_merkle_add(struct dd_merkle *tree, const uint8_t leaf[DD_HASH_LEN]);
void dd_merkle_root(const struct dd_merkle *tree,
		    uint8_t root_out[DD_HASH_LEN]); /* zeros when empty */

#endif
