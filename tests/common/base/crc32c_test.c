/* crc32c_test.c - the checksum against the vectors of RFC 3720 B.4, with and without SSE4.2. */
#include "common/base/id.h"

#include "tests/support/harness.h"
#include <string.h>

static void the_vectors_of_rfc_3720_come_out(void **state)
{
	uint8_t data[32];
	size_t i;

	(void)state;
	memset(data, 0, sizeof(data));
	assert_int_equal(dd_crc32c(0, data, 32), 0x8a9136aa);
	memset(data, 0xff, sizeof(data));
	assert_int_equal(dd_crc32c(0, data, 32), 0x62a8ab43);
	for (i = 0; i < 32; i++)
		data[i] = (uint8_t)i;
	assert_int_equal(dd_crc32c(0, data, 32), 0x46dd794e);
	for (i = 0; i < 32; i++)
		data[i] = (uint8_t)(31 - i);
	assert_int_equal(dd_crc32c(0, data, 32), 0x113fdb5c);
	assert_int_equal(dd_crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(dd_crc32c_portable(0, "123456789", 9), 0xe3069283);
	assert_int_equal(dd_crc32c(0, NULL, 0), 0);
}

static void both_ways_agree_at_all_lengths_alignments_and_cuts(void **state)
{
	uint8_t data[300];
	uint32_t seed = 1;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(data); len++) {
		seed = seed * 1664525 + 1013904223;
		data[len] = (uint8_t)(seed >> 24);
	}
	for (len = 0; len < 280; len++) {
		const uint8_t *from = data + len % 9;
		uint32_t whole = dd_crc32c_portable(0, from, len);
		size_t cut = len / 3;

		assert_int_equal(dd_crc32c(0, from, len), whole);
		assert_int_equal(dd_crc32c(dd_crc32c(0, from, cut), from + cut, len - cut), whole);
	}
}

static void every_single_bit_that_flips_shows(void **state)
{
	uint8_t data[64];
	uint32_t good;
	size_t bit;

	(void)state;
	memset(data, 0x31, sizeof(data));
	good = dd_crc32c(0, data, sizeof(data));
	for (bit = 0; bit < sizeof(data) * 8; bit++) {
		data[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_int_not_equal(dd_crc32c(0, data, sizeof(data)), good);
		data[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_3720_come_out),
		cmocka_unit_test(both_ways_agree_at_all_lengths_alignments_and_cuts),
		cmocka_unit_test(every_single_bit_that_flips_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
