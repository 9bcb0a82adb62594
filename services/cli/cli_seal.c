/* cli_seal.c - see cli_seal.h. */
#include "services/cli/cli_seal.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC        "DDSEAL1"
#define MAGIC_LEN    8u
#define SALT_LEN     crypto_pwhash_SALTBYTES
#define NONCE_LEN    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN      crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY_LEN      crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define HEAD_LEN     (MAGIC_LEN + SALT_LEN + NONCE_LEN)
#define PHRASE_LEAST 12u
#define PHRASE_MOST  1000u

struct cli_seal {
	char *phrase; /* owned */
	uint8_t salt[SALT_LEN];
	uint8_t key[KEY_LEN]; /* of that salt */
	bool known;
};

int cli_seal_open(const char *passphrase_file, struct cli_seal **seal_out, struct dd_error *err)
{
	struct dd_buf text = {0};
	struct cli_seal *seal;
	size_t len;
	int rc = dd_file_read(passphrase_file, PHRASE_MOST, &text, err);

	if (rc != 0)
		return rc;
	len = strcspn(dd_buf_cstr(&text), "\r\n");
	if (len < PHRASE_LEAST) {
		rc = dd_fail(err, DD_ERR_INVALID,
			     "%s: the passphrase is its first line, at least %u bytes",
			     passphrase_file, PHRASE_LEAST);
	} else {
		seal = dd_alloc(sizeof(*seal));
		text.data[len] = '\0';
		seal->phrase = dd_strdup((const char *)text.data);
		*seal_out = seal;
	}
	if (text.data != NULL)
		sodium_memzero(text.data, text.cap);
	dd_buf_fini(&text);
	return rc;
}

void cli_seal_close(struct cli_seal *seal)
{
	if (seal == NULL)
		return;
	sodium_memzero(seal->phrase, strlen(seal->phrase));
	free(seal->phrase);
	sodium_memzero(seal, sizeof(*seal));
	free(seal);
}

static int use_salt(struct cli_seal *seal, const uint8_t salt[SALT_LEN], struct dd_error *err)
{
	if (seal->known && memcmp(seal->salt, salt, SALT_LEN) == 0)
		return 0;
	seal->known = false;
	if (crypto_pwhash(seal->key, KEY_LEN, seal->phrase, strlen(seal->phrase), salt,
			  crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return dd_fail(err, DD_ERR_IO, "too little memory to make a key of a passphrase");
	memcpy(seal->salt, salt, SALT_LEN);
	seal->known = true;
	return 0;
}

int cli_seal_put(struct cli_seal *seal, const char *path, const struct dd_buf *content,
		 struct dd_buf *sealed_out, struct dd_error *err)
{
	unsigned long long len = 0;
	uint8_t salt[SALT_LEN], *at;
	int rc = 0;

	if (!seal->known) {
		randombytes_buf(salt, sizeof(salt));
		rc = use_salt(seal, salt, err);
	}
	if (rc != 0)
		return rc;
	at = dd_buf_reserve(sealed_out, HEAD_LEN + content->len + TAG_LEN);
	memcpy(at, MAGIC, MAGIC_LEN);
	memcpy(at + MAGIC_LEN, seal->salt, SALT_LEN);
	randombytes_buf(at + MAGIC_LEN + SALT_LEN, NONCE_LEN);
	crypto_aead_xchacha20poly1305_ietf_encrypt(at + HEAD_LEN, &len, content->data, content->len,
						   (const unsigned char *)path, strlen(path), NULL,
						   at + MAGIC_LEN + SALT_LEN, seal->key);
	sealed_out->len += HEAD_LEN + (size_t)len;
	return 0;
}

int cli_seal_get(struct cli_seal *seal, const char *path, const struct dd_buf *sealed,
		 struct dd_buf *content_out, struct dd_error *err)
{
	unsigned long long len = 0;
	const uint8_t *at = sealed->data;
	uint8_t *out;
	int rc;

	if (sealed->len < HEAD_LEN + TAG_LEN || memcmp(at, MAGIC, MAGIC_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "%s is no sealed file", path);
	rc = use_salt(seal, at + MAGIC_LEN, err);
	if (rc != 0)
		return rc;
	out = dd_buf_reserve(content_out, sealed->len);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &len, NULL, at + HEAD_LEN,
						       sealed->len - HEAD_LEN,
						       (const unsigned char *)path, strlen(path),
						       at + MAGIC_LEN + SALT_LEN, seal->key) != 0)
		return dd_fail(err, DD_ERR_REFUSED,
			       "%s cannot be opened: it is another passphrase, or the file was "
			       "changed",
			       path);
	content_out->len += (size_t)len;
	return 0;
}
