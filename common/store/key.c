/* key.c - keys whose byte order is the order of their parts. */
#include "common/store/key.h"
#include "common/base/id.h"
#include <assert.h>
#include <string.h>

/* A hashed text: a byte that no UTF-8 text begins with, the hash, and the NUL of every text. */
#define HASHED_MARK 0xff
#define HASHED_LEN  (1 + DD_HASH_LEN + 1)

void dd_key_begin(struct dd_key *key, char table)
{
	key->data[0] = (uint8_t)table;
	key->len = 1;
}

static uint8_t *take(struct dd_key *key, size_t len)
{
	uint8_t *at = key->data + key->len;

	assert(len <= DD_KEY_MAX - key->len);
	key->len += len;
	return at;
}

void dd_key_u32(struct dd_key *key, uint32_t value)
{
	uint8_t *at = take(key, 4);

	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

void dd_key_u64(struct dd_key *key, uint64_t value)
{
	uint8_t *at = take(key, 8);

	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (56 - 8 * i));
}

void dd_key_bytes(struct dd_key *key, const void *data, size_t len)
{
	uint8_t *at = take(key, len);

	if (len > 0)
		memcpy(at, data, len);
}

void dd_key_text(struct dd_key *key, const char *text)
{
	size_t len = strlen(text);
	uint8_t *at;

	if (len <= DD_KEY_TEXT_MAX) {
		at = take(key, len + 1);
		memcpy(at, text, len + 1);
		return;
	}
	at = take(key, HASHED_LEN);
	at[0] = HASHED_MARK;
	dd_hash(text, len, at + 1);
	at[HASHED_LEN - 1] = 0;
}

uint32_t dd_key_get_u32(const uint8_t *at)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | at[i];
	return value;
}

uint64_t dd_key_get_u64(const uint8_t *at)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | at[i];
	return value;
}
