/* checkpoint.c - the signed position in the log's folder. */
#include "common/eventlog/checkpoint.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/eventlog/le.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SIGNED 80
#define LENGTH (SIGNED + crypto_sign_BYTES)

static const uint8_t magic[8] = "DDCHK1\0";

_Static_assert(DD_CHECKPOINT_SECRET == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(DD_CHECKPOINT_PUBLIC == crypto_sign_PUBLICKEYBYTES, "Ed25519");

/* A file of exactly `len` bytes. */
static int read_exact(const char *dir, const char *name, uint8_t *out, size_t len,
		      struct dd_error *err)
{
	struct dd_buf buf = {0};
	char *path = dd_path(dir, name);
	int rc = dd_file_read(path, len, &buf, err);

	if (rc == DD_ERR_INVALID || (rc == 0 && buf.len != len))
		rc = dd_fail(err, DD_ERR_CORRUPT, "%s has not %zu bytes: restore it from a backup",
			     path, len);
	if (rc == 0)
		memcpy(out, buf.data, len);
	if (buf.len > 0)
		sodium_memzero(buf.data, buf.len);
	dd_buf_fini(&buf);
	free(path);
	return rc;
}

static int write_file(const char *dir, const char *name, const uint8_t *data, size_t len, int mode,
		      struct dd_error *err)
{
	char *path = dd_path(dir, name);
	int rc = dd_file_write(path, data, len, mode, err);

	free(path);
	return rc;
}

/* The public half follows from the secret one, so a missing file is written again. */
static int check_public(const char *dir, const struct dd_checkpoint_key *key, struct dd_error *err)
{
	const uint8_t *public = key->secret + crypto_sign_SEEDBYTES;
	uint8_t stored[DD_CHECKPOINT_PUBLIC];
	int rc = read_exact(dir, "checkpoint.pub", stored, sizeof(stored), err);

	if (rc == DD_ERR_NOT_FOUND)
		return write_file(dir, "checkpoint.pub", public, DD_CHECKPOINT_PUBLIC, 0644, err);
	if (rc == 0 && memcmp(stored, public, sizeof(stored)) != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "checkpoint.pub in %s does not belong to checkpoint.key: one of them "
			     "was changed, restore both from a backup",
			     dir);
	return rc;
}

/* A new pair. The secret half goes first, so a public one without it is no unfinished creation but
 * a loss: a new pair would make the checkpoint that is there unreadable. */
static int make_key(const char *dir, struct dd_checkpoint_key *key_out, struct dd_error *err)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	uint8_t public[DD_CHECKPOINT_PUBLIC];
	int rc = read_exact(dir, "checkpoint.pub", public, sizeof(public), err);

	if (rc == 0)
		return dd_fail(
			err, DD_ERR_CORRUPT,
			"checkpoint.key is missing in %s: restore it from a backup, or check "
			"the log with `dondoc log verify` and remove checkpoint and "
			"checkpoint.pub",
			dir);
	if (rc != DD_ERR_NOT_FOUND)
		return rc;
	dd_sys()->random(dd_sys()->ctx, seed, sizeof(seed));
	crypto_sign_seed_keypair(public, key_out->secret, seed);
	sodium_memzero(seed, sizeof(seed));
	rc = write_file(dir, "checkpoint.key", key_out->secret, sizeof(key_out->secret), 0600, err);
	return rc != 0 ? rc : check_public(dir, key_out, err);
}

int dd_checkpoint_key_open(const char *dir, struct dd_checkpoint_key *key_out, struct dd_error *err)
{
	uint8_t public[DD_CHECKPOINT_PUBLIC];
	uint8_t secret[DD_CHECKPOINT_SECRET];
	int rc = read_exact(dir, "checkpoint.key", key_out->secret, sizeof(key_out->secret), err);

	if (rc == DD_ERR_NOT_FOUND)
		return make_key(dir, key_out, err);
	if (rc != 0)
		return rc;
	crypto_sign_seed_keypair(public, secret, key_out->secret); /* the seed is its first half */
	if (memcmp(secret, key_out->secret, sizeof(secret)) != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "checkpoint.key in %s was changed: restore it from a backup", dir);
	sodium_memzero(secret, sizeof(secret));
	return rc != 0 ? rc : check_public(dir, key_out, err);
}

int dd_checkpoint_write(const char *dir, const struct dd_checkpoint_key *key,
			const struct dd_position *at, struct dd_error *err)
{
	uint8_t data[LENGTH] = {0};

	memcpy(data, magic, sizeof(magic));
	memcpy(data + 8, at->log_id, DD_ID_LEN);
	dd_put_u32(data + 24, at->incarnation);
	dd_put_u64(data + 32, at->sequence);
	memcpy(data + 40, at->chain, DD_HASH_LEN);
	dd_put_u64(data + 72, (uint64_t)dd_wall_us());
	crypto_sign_detached(data + SIGNED, NULL, data, SIGNED, key->secret);
	return write_file(dir, "checkpoint", data, sizeof(data), 0644, err);
}

int dd_checkpoint_read(const char *dir, struct dd_position *at_out, struct dd_error *err)
{
	uint8_t public[DD_CHECKPOINT_PUBLIC];
	uint8_t data[LENGTH];
	int rc = read_exact(dir, "checkpoint", data, sizeof(data), err);

	if (rc != 0)
		return rc;
	rc = read_exact(dir, "checkpoint.pub", public, sizeof(public), err);
	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the checkpoint in %s cannot be checked: checkpoint.pub is missing, "
			       "restore it from a backup",
			       dir);
	if (rc != 0)
		return rc;
	if (memcmp(data, magic, sizeof(magic)) != 0 || dd_get_u32(data + 28) != 0 ||
	    crypto_sign_verify_detached(data + SIGNED, data, SIGNED, public) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the checkpoint in %s is not what was signed: check the log with "
			       "`dondoc log verify` and restore the folder from a backup",
			       dir);
	memcpy(at_out->log_id, data + 8, DD_ID_LEN);
	at_out->incarnation = dd_get_u32(data + 24);
	at_out->sequence = dd_get_u64(data + 32);
	memcpy(at_out->chain, data + 40, DD_HASH_LEN);
	return 0;
}
