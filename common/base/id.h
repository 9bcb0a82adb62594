/* id.h - random ids and hashes. */
#ifndef DD_BASE_ID_H
#define DD_BASE_ID_H

#include "common/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define DD_ID_LEN   16
#define DD_HASH_LEN 32

/* Call once at start, before any hash; ends the process if libsodium cannot start. */
void dd_id_start(void);

void dd_id_new(uint8_t out[DD_ID_LEN]); /* random, through dd_sys() */

/* BLAKE2b-256 of `len` bytes, without key; the digest of commands and files. */
void dd_hash(const void *data, size_t len, uint8_t out[DD_HASH_LEN]);

/* The same in pieces, and with a purpose of at most 16 bytes as BLAKE2b's personalisation
 * (RFC 7693 section 2.5), so that hashes for one purpose never stand for another. */
struct dd_hasher {
	_Alignas(64) uint8_t opaque[448];
};
void dd_hasher_init(struct dd_hasher *hasher, const char *purpose);
void dd_hasher_add(struct dd_hasher *hasher, const void *data, size_t len);
void dd_hasher_end(struct dd_hasher *hasher, uint8_t out[DD_HASH_LEN]);

/* Lower-case hexadecimal; `out` has room for 2 * len + 1. */
char *dd_hex(const uint8_t *data, size_t len, char *out);
int dd_hex_parse(const char *text, uint8_t *out, size_t len) DD_MUST_CHECK; /* exactly len bytes */

/* CRC-32C (Castagnoli), by SSE4.2 where the machine has it. `crc` is 0 at first. */
uint32_t dd_crc32c(uint32_t crc, const void *data, size_t len);
/* The same without the machine's help; both give the same number. */
uint32_t dd_crc32c_portable(uint32_t crc, const void *data, size_t len);

#endif
