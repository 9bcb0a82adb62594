/* chain.c - hashes over records, and the Merkle tree of a segment. */
#include "common/eventlog/chain.h"
#include "common/eventlog/le.h"
#include <assert.h>
#include <stdbool.h>
#include <string.h>

void dd_chain_first(const uint8_t log_id[DD_ID_LEN], uint8_t chain_out[DD_HASH_LEN])
{
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "dondoc.chain.v1");
	dd_hasher_add(&hasher, log_id, DD_ID_LEN);
	dd_hasher_end(&hasher, chain_out);
}

void dd_chain_body(const uint8_t salt[DD_SALT_LEN], const void *body, size_t len,
		   uint8_t body_out[DD_HASH_LEN])
{
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "dondoc.body.v1");
	dd_hasher_add(&hasher, salt, DD_SALT_LEN);
	if (len > 0)
		dd_hasher_add(&hasher, body, len);
	dd_hasher_end(&hasher, body_out);
}

void dd_chain_leaf(const uint8_t log_id[DD_ID_LEN], uint64_t sequence, const void *header,
		   size_t header_len, const uint8_t body[DD_HASH_LEN],
		   uint8_t leaf_out[DD_HASH_LEN])
{
	struct dd_hasher hasher;
	uint8_t place[DD_ID_LEN + 8 + 4];

	assert(header_len <= UINT32_MAX);
	memcpy(place, log_id, DD_ID_LEN);
	dd_put_u64(place + DD_ID_LEN, sequence);
	dd_put_u32(place + DD_ID_LEN + 8, (uint32_t)header_len);
	dd_hasher_init(&hasher, "dondoc.leaf.v1");
	dd_hasher_add(&hasher, place, sizeof(place));
	if (header_len > 0)
		dd_hasher_add(&hasher, header, header_len);
	dd_hasher_add(&hasher, body, DD_HASH_LEN);
	dd_hasher_end(&hasher, leaf_out);
}

static void pair(const char *purpose, const uint8_t left[DD_HASH_LEN],
		 const uint8_t right[DD_HASH_LEN], uint8_t out[DD_HASH_LEN])
{
	struct dd_hasher hasher;
	uint8_t both[2 * DD_HASH_LEN];

	memcpy(both, left, DD_HASH_LEN);
	memcpy(both + DD_HASH_LEN, right, DD_HASH_LEN);
	dd_hasher_init(&hasher, purpose);
	dd_hasher_add(&hasher, both, sizeof(both));
	dd_hasher_end(&hasher, out);
}

void dd_chain_next(const uint8_t before[DD_HASH_LEN], const uint8_t leaf[DD_HASH_LEN],
		   uint8_t after_out[DD_HASH_LEN])
{
	pair("dondoc.chain.v1", before, leaf, after_out);
}

void dd_merkle_init(struct dd_merkle *tree)
{
	memset(tree, 0, sizeof(*tree));
}

/* stack[i] is the root of a full tree of 2^i leaves while bit i of `count` is set: adding a leaf
 * is the carry of a binary counter. */
void dd_merkle_add(struct dd_merkle *tree, const uint8_t leaf[DD_HASH_LEN])
{
	uint8_t node[DD_HASH_LEN];
	int level = 0;

	memcpy(node, leaf, DD_HASH_LEN);
	for (; tree->count >> level & 1; level++)
		pair("dondoc.node.v1", tree->stack[level], node, node);
	memcpy(tree->stack[level], node, DD_HASH_LEN);
	tree->count++;
}

/* RFC 6962: the left subtree is the largest full one, so the rest is folded from the small end. */
void dd_merkle_root(const struct dd_merkle *tree, uint8_t root_out[DD_HASH_LEN])
{
	bool any = false;

	memset(root_out, 0, DD_HASH_LEN);
	for (int level = 0; level < 64; level++) {
		if (!(tree->count >> level & 1))
			continue;
		if (any)
			pair("dondoc.node.v1", tree->stack[level], root_out, root_out);
		else
			memcpy(root_out, tree->stack[level], DD_HASH_LEN);
		any = true;
	}
}
