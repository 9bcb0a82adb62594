/* id.c - random ids, hashes by libsodium, hexadecimal. */
#include "common/base/id.h"

#include "common/base/sys.h"
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct dd_hasher) >= sizeof(crypto_generichash_blake2b_state),
	       "the opaque part must hold libsodium's state");
_Static_assert(_Alignof(struct dd_hasher) >= _Alignof(crypto_generichash_blake2b_state),
	       "and be aligned like it");
_Static_assert(DD_HASH_LEN >= crypto_generichash_blake2b_BYTES_MIN &&
		       DD_HASH_LEN <= crypto_generichash_blake2b_BYTES_MAX,
	       "BLAKE2b-256");

void dd_id_start(void)
{
	if (sodium_init() < 0)
		abort();
}

void dd_id_new(uint8_t out[DD_ID_LEN])
{
	const struct dd_sys *sys = dd_sys();

	sys->random(sys->ctx, out, DD_ID_LEN);
}

void dd_hash(const void *data, size_t len, uint8_t out[DD_HASH_LEN])
{
	int rc = crypto_generichash_blake2b(out, DD_HASH_LEN, data, len, NULL, 0);

	assert(rc == 0);
}

static crypto_generichash_blake2b_state *state_of(struct dd_hasher *hasher)
{
	return (crypto_generichash_blake2b_state *)(void *)hasher->opaque;
}

void dd_hasher_init(struct dd_hasher *hasher, const char *purpose)
{
	uint8_t personal[crypto_generichash_blake2b_PERSONALBYTES] = {0};
	size_t len;
	int rc;

	for (len = 0; purpose[len] != '\0'; len++) {
		assert(len < sizeof(personal));
		personal[len] = (uint8_t)purpose[len];
	}
	rc = crypto_generichash_blake2b_init_salt_personal(state_of(hasher), NULL, 0, DD_HASH_LEN,
							   NULL, personal);
	assert(rc == 0);
}

void dd_hasher_add(struct dd_hasher *hasher, const void *data, size_t len)
{
	int rc = crypto_generichash_blake2b_update(state_of(hasher), data, len);

	assert(rc == 0);
}

void dd_hasher_end(struct dd_hasher *hasher, uint8_t out[DD_HASH_LEN])
{
	int rc = crypto_generichash_blake2b_final(state_of(hasher), out, DD_HASH_LEN);

	assert(rc == 0);
}

char *dd_hex(const uint8_t *data, size_t len, char *out)
{
	static const char letters[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		out[2 * i] = letters[data[i] >> 4];
		out[2 * i + 1] = letters[data[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int dd_hex_parse(const char *text, uint8_t *out, size_t len)
{
	size_t i;

	if (strlen(text) != 2 * len)
		return DD_ERR_INVALID;
	for (i = 0; i < len; i++) {
		int high = nibble(text[2 * i]);
		int low = nibble(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return DD_ERR_INVALID;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
