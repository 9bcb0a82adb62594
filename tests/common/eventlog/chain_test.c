/* chain_test.c - the hashes against values computed elsewhere, the tree against its definition. */
#include "tests/support/harness.h"

#include "common/eventlog/chain.h"
#include <string.h>

static void hex_is(const uint8_t hash[DD_HASH_LEN], const char *expected)
{
	char text[2 * DD_HASH_LEN + 1];

	assert_string_equal(dd_hex(hash, DD_HASH_LEN, text), expected);
}

/* Computed with Python's hashlib.blake2b(digest_size=32, person=...). */
static void hashes_are_those_of_the_format(void **state)
{
	uint8_t id[DD_ID_LEN], salt[DD_SALT_LEN];
	uint8_t first[DD_HASH_LEN], body[DD_HASH_LEN], leaf[DD_HASH_LEN], next[DD_HASH_LEN];

	(void)state;
	for (int i = 0; i < 16; i++) {
		id[i] = (uint8_t)i;
		salt[i] = (uint8_t)(100 + i);
	}
	dd_chain_first(id, first);
	hex_is(first, "66d8e90faec7da6a3a2761e8f524b77ddee391614cde8d4b1d1805351007dd38");
	dd_chain_body(salt, "body text", 9, body);
	hex_is(body, "4e8ce1afec6583d9566f5c393f8f81888eb4c3fa3fb1d56390d6769a4b68cb11");
	dd_chain_leaf(id, 7, "header", 6, body, leaf);
	hex_is(leaf, "33893c2ec1aedc419e056d23a7658f7bb572d6f610d9b0870809d5519b023fa6");
	dd_chain_next(first, leaf, next);
	hex_is(next, "037231e28119697ea2bc84a04a06fd0a7839993fa4475bac550c790628a8b1d4");
	dd_chain_next(first, leaf, first);
	assert_memory_equal(first, next, DD_HASH_LEN); /* in place too */
}

static void leaf_of(int i, uint8_t out[DD_HASH_LEN])
{
	memset(out, i + 1, DD_HASH_LEN);
}

static void node(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "dondoc.node.v1");
	dd_hasher_add(&hasher, left, DD_HASH_LEN);
	dd_hasher_add(&hasher, right, DD_HASH_LEN);
	dd_hasher_end(&hasher, out);
}

/* RFC 6962, 2.1, word by word: split at the largest power of two below n. */
static void defined_root(int from, int n, uint8_t out[DD_HASH_LEN])
{
	uint8_t left[DD_HASH_LEN], right[DD_HASH_LEN];
	int split = 1;

	if (n == 1) {
		leaf_of(from, out);
		return;
	}
	while (2 * split < n)
		split *= 2;
	defined_root(from, split, left);
	defined_root(from + split, n - split, right);
	node(left, right, out);
}

static void tree_is_that_of_rfc_6962(void **state)
{
	struct dd_merkle tree;
	uint8_t root[DD_HASH_LEN], expected[DD_HASH_LEN] = {0}, leaf[DD_HASH_LEN];

	(void)state;
	dd_merkle_init(&tree);
	dd_merkle_root(&tree, root);
	assert_memory_equal(root, expected, DD_HASH_LEN);
	for (int n = 1; n <= 130; n++) {
		leaf_of(n - 1, leaf);
		dd_merkle_add(&tree, leaf);
		dd_merkle_root(&tree, root);
		defined_root(0, n, expected);
		assert_memory_equal(root, expected, DD_HASH_LEN);
		if (n == 5)
			hex_is(root, "08dedbfc8bbc5ddde56b585f4b822f8e"
				     "458786f09c887a907953a991c6d3d72a");
	}
}

static void every_part_of_a_leaf_counts(void **state)
{
	static const uint8_t id[DD_ID_LEN] = {1}, other_id[DD_ID_LEN] = {2};
	static const uint8_t body[DD_HASH_LEN] = {3}, other_body[DD_HASH_LEN] = {4};
	uint8_t leaf[DD_HASH_LEN], other[DD_HASH_LEN];

	(void)state;
	dd_chain_leaf(id, 1, "ab", 2, body, leaf);
	dd_chain_leaf(other_id, 1, "ab", 2, body, other);
	assert_memory_not_equal(leaf, other, DD_HASH_LEN);
	dd_chain_leaf(id, 2, "ab", 2, body, other);
	assert_memory_not_equal(leaf, other, DD_HASH_LEN);
	dd_chain_leaf(id, 1, "ab", 1, body, other);
	assert_memory_not_equal(leaf, other, DD_HASH_LEN);
	dd_chain_leaf(id, 1, "ab", 2, other_body, other);
	assert_memory_not_equal(leaf, other, DD_HASH_LEN);
	dd_chain_leaf(id, 1, NULL, 0, body, other);
	assert_memory_not_equal(leaf, other, DD_HASH_LEN);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_those_of_the_format),
		cmocka_unit_test(tree_is_that_of_rfc_6962),
		cmocka_unit_test(every_part_of_a_leaf_counts),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
