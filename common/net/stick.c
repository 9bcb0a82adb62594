/* stick.c - see stick.h. */
#include "common/net/stick.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

/* Bytes that a sealed record has more than what is in it. */
#define AROUND ((size_t)crypto_box_NONCEBYTES + crypto_box_MACBYTES)

static const char magic[8] = {'D', 'D', 'S', 'T', 'I', 'C', 'K', '1'};

static int secret_of(const struct dd_curve_key *key, uint8_t out[32], struct dd_error *err)
{
	if (dd_curve_bytes(key->secret_key, out) == 0)
		return 0;
	return dd_fail(err, DD_ERR_INVALID, "the own secret key is not there");
}

int dd_stick_seal(const struct dd_curve_key *own, const uint8_t to[32], enum dd_stick_way way,
		  const struct dd_buf *data, struct dd_buf *out, struct dd_error *err)
{
	const size_t len = 1 + data->len;
	uint8_t secret[crypto_box_SECRETKEYBYTES];
	uint8_t *nonce, *box;
	int rc = secret_of(own, secret, err);

	if (rc != 0)
		return rc;
	nonce = dd_buf_reserve(out, AROUND + len);
	box = nonce + crypto_box_NONCEBYTES;
	randombytes_buf(nonce, crypto_box_NONCEBYTES);
	box[0] = (uint8_t)way;
	if (data->len > 0)
		memcpy(box + 1, data->data, data->len);
	/* In place. Fails for a public key of low order, with which everybody would share the
	 * secret. */
	if (crypto_box_easy(box, box, len, nonce, to, secret) != 0)
		rc = dd_fail(err, DD_ERR_INVALID, "the other side's public key is none");
	else
		out->len += AROUND + len;
	sodium_memzero(secret, sizeof(secret));
	return rc;
}

/* Into data_out, with the byte of the way in front. */
static bool opens(const uint8_t secret[32], const uint8_t from[32], const uint8_t *sealed,
		  size_t len, struct dd_buf *data_out)
{
	if (len < AROUND + 1 || len > DD_STICK_RECORD_MAX)
		return false;
	data_out->len = len - AROUND;
	return crypto_box_open_easy(data_out->data, sealed + crypto_box_NONCEBYTES,
				    len - crypto_box_NONCEBYTES, sealed, from, secret) == 0;
}

int dd_stick_open(const struct dd_curve_key *own, const uint8_t from[32], enum dd_stick_way way,
		  const uint8_t *sealed, size_t len, struct dd_buf *data_out, struct dd_error *err)
{
	uint8_t secret[crypto_box_SECRETKEYBYTES];
	int rc = secret_of(own, secret, err);

	if (rc != 0)
		return rc;
	dd_buf_clear(data_out);
	(void)dd_buf_reserve(data_out, DD_STICK_RECORD_MAX);
	if (!opens(secret, from, sealed, len, data_out) || data_out->data[0] != (uint8_t)way)
		rc = DD_ERR_REFUSED;
	sodium_memzero(secret, sizeof(secret));
	if (rc != 0) {
		dd_buf_clear(data_out);
		return dd_fail(err, rc,
			       "the record does not open: it was changed, or was made for another "
			       "office or another centre");
	}
	data_out->len--;
	memmove(data_out->data, data_out->data + 1, data_out->len);
	return 0;
}

void dd_stick_begin(struct dd_buf *file)
{
	dd_buf_clear(file);
	dd_buf_add(file, magic, sizeof(magic));
}

void dd_stick_add(struct dd_buf *file, const uint8_t *record, size_t len)
{
	const uint8_t head[4] = {(uint8_t)len, (uint8_t)(len >> 8), (uint8_t)(len >> 16),
				 (uint8_t)(len >> 24)};

	dd_buf_add(file, head, sizeof(head));
	dd_buf_add(file, record, len);
}

int dd_stick_reader(const struct dd_buf *data, struct dd_stick_reader *reader_out,
		    struct dd_error *err)
{
	if (data->len < sizeof(magic) || memcmp(data->data, magic, sizeof(magic)) != 0)
		return dd_fail(err, DD_ERR_INVALID,
			       "this is no file of `stick write` or `stick take`");
	*reader_out = (struct dd_stick_reader){.at = data->data + sizeof(magic),
					       .end = data->data + data->len};
	return 0;
}

int dd_stick_next(struct dd_stick_reader *reader, const uint8_t **record_out, size_t *len_out,
		  struct dd_error *err)
{
	size_t left = (size_t)(reader->end - reader->at);
	uint32_t len;

	*len_out = 0;
	if (left == 0)
		return 0;
	len = left < 4 ? 0
		       : (uint32_t)reader->at[0] | (uint32_t)reader->at[1] << 8 |
				 (uint32_t)reader->at[2] << 16 | (uint32_t)reader->at[3] << 24;
	if (len == 0 || len > DD_STICK_RECORD_MAX || len > left - 4)
		return dd_fail(err, DD_ERR_INVALID,
			       "the file was cut or changed at record %" PRIu64
			       ": copy it once more",
			       reader->record);
	*record_out = reader->at + 4;
	*len_out = len;
	reader->at += 4 + len;
	reader->record++;
	return 0;
}
