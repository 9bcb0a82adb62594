/* id_test.c - ids, hashes and hexadecimal. Digests were made with Python's hashlib. */
#include "common/base/id.h"

#include "common/base/sys.h"
#include "tests/support/harness.h"
#include <string.h>

static const char words[] = "đôn đốc";

static int start(void **state)
{
	(void)state;
	dd_id_start();
	return 0;
}

static void assert_hash(const uint8_t hash[DD_HASH_LEN], const char *hex)
{
	char text[2 * DD_HASH_LEN + 1];

	assert_string_equal(dd_hex(hash, DD_HASH_LEN, text), hex);
}

static void the_digest_is_blake2b_256(void **state)
{
	uint8_t hash[DD_HASH_LEN];

	(void)state;
	dd_hash("", 0, hash);
	assert_hash(hash, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	dd_hash(NULL, 0, hash);
	assert_hash(hash, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	dd_hash(words, strlen(words), hash);
	assert_hash(hash, "b95c5220b8dd1e081771b659ef66644226e469e18918d36f133a5e5fc7a852f4");
}

static void hash_for(const char *purpose, size_t cut, uint8_t out[DD_HASH_LEN])
{
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, purpose);
	dd_hasher_add(&hasher, words, cut);
	dd_hasher_add(&hasher, words + cut, strlen(words) - cut);
	dd_hasher_end(&hasher, out);
}

static void a_purpose_is_the_personalisation_padded_with_zeros(void **state)
{
	uint8_t hash[DD_HASH_LEN];

	(void)state;
	hash_for("dondoc.leaf", 3, hash);
	assert_hash(hash, "0f237e2e979e8f5a24cb42bc8d8076824be68f3ad0d2d662b11f305bc0e7fff2");
	hash_for("0123456789abcdef", 0, hash);
	assert_hash(hash, "12dcc5b051921a8ce3a7f440446544e06ae3667ea00d3d323a9b3330a5697d17");
	hash_for("", 5, hash);
	assert_hash(hash, "b95c5220b8dd1e081771b659ef66644226e469e18918d36f133a5e5fc7a852f4");
}

static void the_pieces_of_a_hash_do_not_matter(void **state)
{
	uint8_t whole[DD_HASH_LEN];
	uint8_t parts[DD_HASH_LEN];
	size_t cut;

	(void)state;
	hash_for("p", 0, whole);
	for (cut = 1; cut <= strlen(words); cut++) {
		hash_for("p", cut, parts);
		assert_memory_equal(whole, parts, DD_HASH_LEN);
	}
}

static void fixed_random(void *ctx, void *out, size_t len)
{
	(void)ctx;
	memset(out, 0x5a, len);
}

static void ids_come_from_the_machines_randomness(void **state)
{
	struct dd_sys table = *dd_sys_real();
	uint8_t a[DD_ID_LEN];
	uint8_t b[DD_ID_LEN];
	uint8_t expected[DD_ID_LEN];

	(void)state;
	dd_id_new(a);
	dd_id_new(b);
	assert_memory_not_equal(a, b, DD_ID_LEN);
	table.random = fixed_random;
	dd_sys_set(&table);
	dd_id_new(a);
	dd_sys_set(NULL);
	memset(expected, 0x5a, sizeof(expected));
	assert_memory_equal(a, expected, DD_ID_LEN);
}

static void hexadecimal_goes_there_and_back(void **state)
{
	uint8_t all[256];
	uint8_t back[256];
	char text[513];
	int i;

	(void)state;
	for (i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	dd_hex(all, 256, text);
	assert_int_equal(strlen(text), 512);
	assert_memory_equal(text, "000102", 6);
	assert_int_equal(dd_hex_parse(text, back, 256), 0);
	assert_memory_equal(all, back, 256);
	assert_int_equal(dd_hex_parse("fFaA", back, 2), 0);
	assert_int_equal(back[0], 0xff);
	assert_string_equal(dd_hex(all, 0, text), "");
}

static void other_hexadecimal_is_refused(void **state)
{
	static const char *const bad[] = {"", "0", "000", "00000", "0g00", "00 0", "0x00", "-100"};
	uint8_t out[2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(dd_hex_parse(bad[i], out, 2), DD_ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_is_blake2b_256),
		cmocka_unit_test(a_purpose_is_the_personalisation_padded_with_zeros),
		cmocka_unit_test(the_pieces_of_a_hash_do_not_matter),
		cmocka_unit_test(ids_come_from_the_machines_randomness),
		cmocka_unit_test(hexadecimal_goes_there_and_back),
		cmocka_unit_test(other_hexadecimal_is_refused),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
