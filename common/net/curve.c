/* curve.c - CURVE key pairs and the files they are kept in. */
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/net/bus.h"
#include "common/net/key_file.h"
#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

void dd_curve_new(struct dd_curve_key *key_out)
{
	int rc = zmq_curve_keypair(key_out->public_key, key_out->secret_key);

	/* Fails only if the library was built without CURVE, which no installation may have. */
	assert(rc == 0);
}

void dd_curve_id(const char *public_key, uint8_t id_out[8])
{
	uint8_t hash[DD_HASH_LEN];

	dd_hash(public_key, strlen(public_key), hash);
	memcpy(id_out, hash, 8);
}

void dd_curve_text(const uint8_t key[32], char text_out[41])
{
	char *done = zmq_z85_encode(text_out, key, 32);

	assert(done != NULL);
}

int dd_curve_bytes(const char *text, uint8_t key_out[32])
{
	return dd_key_text_valid(text) && zmq_z85_decode(key_out, text) != NULL ? 0
										: DD_ERR_INVALID;
}

bool dd_curve_sound(const uint8_t public_key[32])
{
	static const uint8_t any_secret[32] = {1, 2, 3};
	uint8_t shared[32];

	/* Fails where the point is of low order: the shared secret would be the same for all. */
	return crypto_scalarmult(shared, any_secret, public_key) == 0;
}

int dd_curve_public(const char *secret_key, char public_out[41], struct dd_error *err)
{
	if (!dd_key_text_valid(secret_key) || zmq_curve_public(public_out, secret_key) != 0)
		return dd_fail(err, DD_ERR_INVALID, "a secret key is not 40 characters of Z85");
	return 0;
}

int dd_curve_save(const char *path, const struct dd_curve_key *key, struct dd_error *err)
{
	char text[2 * sizeof(*key)];
	int len;
	int rc;

	if (key->secret_key[0])
		len = snprintf(text, sizeof(text), "public %s\nsecret %s\n", key->public_key,
			       key->secret_key);
	else
		len = snprintf(text, sizeof(text), "public %s\n", key->public_key);
	rc = dd_file_write(path, text, (size_t)len, 0600, err);
	sodium_memzero(text, sizeof(text));
	return rc;
}

/* A secret that others could read is no secret any more. */
static int refuse_open_file(const char *path, struct dd_error *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return dd_fail_errno(err, errno == ENOENT ? DD_ERR_NOT_FOUND : DD_ERR_IO, errno,
				     "key file %s", path);
	if (st.st_mode & 077)
		return dd_fail(err, DD_ERR_REFUSED,
			       "key file %s has mode %03o and others may use it: chmod 600 %s, and "
			       "make a new key if somebody may have read it",
			       path, (unsigned)(st.st_mode & 0777), path);
	return 0;
}

int dd_curve_load(const char *path, struct dd_curve_key *key_out, struct dd_error *err)
{
	struct dd_buf file = {0};
	struct dd_curve_key key = {.secret_key = ""};
	int rc = refuse_open_file(path, err);

	if (rc == 0)
		rc = dd_file_read(path, DD_KEY_FILE_MAX, &file, err);
	if (rc != 0)
		goto out;
	rc = dd_key_file_value(&file, "public", key.public_key, sizeof(key.public_key));
	if (rc != 0 || !dd_key_text_valid(key.public_key)) {
		rc = dd_fail(err, DD_ERR_INVALID,
			     "key file %s: needs one line \"public <40 characters>\"", path);
		goto out;
	}
	rc = dd_key_file_value(&file, "secret", key.secret_key, sizeof(key.secret_key));
	if (rc == DD_ERR_NOT_FOUND)
		rc = 0;
	else if (rc != 0 || !dd_key_text_valid(key.secret_key))
		rc = dd_fail(err, DD_ERR_INVALID,
			     "key file %s: the line \"secret\" is not 40 characters of Z85", path);
	if (rc == 0)
		*key_out = key;
out:
	if (file.data)
		sodium_memzero(file.data, file.len);
	sodium_memzero(&key, sizeof(key));
	dd_buf_fini(&file);
	return rc;
}
