/* stick.h - messages between an office and the centre that travel as a file, for lines that are
 * dead: each is sealed by itself with the keys that the line would use, so that only the other side
 * can read it, and knows from whom it is.
 *
 * A file is the 8 bytes "DDSTICK1", then records: length (u32, little-endian), bytes. The first
 * record is a StickHead in clear: what it says counts only for finding the way. All others are
 * sealed: 24 bytes nonce, then NaCl's crypto_box (Curve25519, XSalsa20, Poly1305) over one byte of
 * the way (enum dd_stick_way) and a packed message. */
#ifndef DD_NET_STICK_H
#define DD_NET_STICK_H

#include "common/base/buf.h"
#include "common/net/bus.h"

#define DD_STICK_RECORD_MAX (128u << 10) /* bytes, sealed */

/* What a record is for: said within it, so that nobody can send one back to whoever made it. */
enum dd_stick_way { DD_STICK_TO_CENTRE = 'C', DD_STICK_TO_OFFICE = 'O' };

/* Append `data`, sealed for the holder of `to` (32 bytes), to `out`. DD_ERR_INVALID: a key is none.
 */
int dd_stick_seal(const struct dd_curve_key *own, const uint8_t to[32], enum dd_stick_way way,
		  const struct dd_buf *data, struct dd_buf *out,
		  struct dd_error *err) DD_MUST_CHECK;
/* Open what the holder of `from` sealed for us. DD_ERR_REFUSED: it is not from there, not for us,
 * or was changed. */
int dd_stick_open(const struct dd_curve_key *own, const uint8_t from[32], enum dd_stick_way way,
		  const uint8_t *sealed, size_t len, struct dd_buf *data_out,
		  struct dd_error *err) DD_MUST_CHECK;

/* --- files --------------------------------------------------------------------------------- */

void dd_stick_begin(struct dd_buf *file); /* cleared */
void dd_stick_add(struct dd_buf *file, const uint8_t *record, size_t len);

struct dd_stick_reader {
	const uint8_t *at, *end;
	uint64_t record; /* number of the one read last, from 0 */
};
/* DD_ERR_INVALID with words: not such a file. `data` is borrowed. */
int dd_stick_reader(const struct dd_buf *data, struct dd_stick_reader *reader_out,
		    struct dd_error *err) DD_MUST_CHECK;
/* The next record; *len_out 0 at the end. DD_ERR_INVALID: the file was cut or changed here. */
int dd_stick_next(struct dd_stick_reader *reader, const uint8_t **record_out, size_t *len_out,
		  struct dd_error *err) DD_MUST_CHECK;

#endif
