/* key.h - keys whose byte order is the order of their parts. */
#ifndef DD_STORE_KEY_H
#define DD_STORE_KEY_H

#include <stddef.h>
#include <stdint.h>

#define DD_KEY_MAX 256
#define DD_KEY_TEXT_MAX                                                                            \
	119 /* bytes of a text that stands in a key as it is; a key has room for two */

struct dd_key {
	uint8_t data[DD_KEY_MAX];
	size_t len;
};

void dd_key_begin(struct dd_key *key, char table);   /* one letter names the table */
void dd_key_u32(struct dd_key *key, uint32_t value); /* big-endian */
void dd_key_u64(struct dd_key *key, uint64_t value);
void dd_key_bytes(struct dd_key *key, const void *data, size_t len);
/* Text and a NUL behind it, so that no text is a prefix of another. A text longer
 * than DD_KEY_TEXT_MAX is hashed. A key that grows past DD_KEY_MAX is our own mistake. */
void dd_key_text(struct dd_key *key, const char *text);
uint32_t dd_key_get_u32(const uint8_t *at);
uint64_t dd_key_get_u64(const uint8_t *at);

#endif
