/* frame.h - the format of the log: frames of records. For ever: a new format gets a new magic.
 *
 * A frame is one batch of whole commands and the unit of recovery. All integers little-endian.
 *
 *   offset size
 *        0    4  magic "DDF1"
 *        4    2  flags: 1 = filtered copy (has leaves in place of records, or is only a slice),
 *                2 = segment end, 1 + 4 = run of leaves
 *        6    2  zero
 *        8    4  length of the whole frame, a multiple of 8
 *       12    4  count of records
 *       16   16  log id
 *       32    8  base sequence: that of the first record
 *       40    4  incarnation
 *       44    4  zero
 *       48    8  record time of the batch, microseconds (the same as in each header)
 *       56   32  chain hash before the first record
 *       88   32  chain hash after the last record
 *      120    4  CRC-32C of bytes 128..length
 *      124    4  CRC-32C of bytes 0..123
 *      128       records, each padded with zeros to a multiple of 8
 *
 * A record:
 *        0    4  header length       at most 4,096
 *        4    4  body length         at most 65,536
 *        8    4  kind: 0 = full, 1 = redacted (body is the 32-byte body hash, salt is zero; where
 *                something stays, a byte 1 and that follow), 2 = leaf (no header; body is the
 *                32-byte leaf)
 *       12    4  zero
 *       16   16  salt
 *       32       header (a serialised EventHeader), then body
 *
 * A frame with flag "segment end" has count 0 and carries, from byte 128: u64 first sequence, u64
 * last sequence, 32 bytes Merkle root over the segment's leaves. Its base sequence is last + 1.
 *
 * What goes over the wire to a reader who may not see everything, and never stands in a log:
 *
 * - A *slice* has flag 1 and holds some records, side by side, of one frame of the log. Base, count
 *   and the chain hashes are its own; incarnation and record time those of the frame. The chain is
 *   by record, so a slice verifies as a frame does.
 * - A *run of leaves* has flags 1 and 4 and stands for records of one or of several frames of one
 *   incarnation, all hidden: from byte 128 come their leaves, 32 bytes each, and nothing else. Its
 *   record time is that of the last. Only readers who ask for it (LogRead.compact) get it.
 */
#ifndef DD_EVENTLOG_FRAME_H
#define DD_EVENTLOG_FRAME_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/eventlog/chain.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_FRAME_HEADER      128
#define DD_RECORD_HEADER     32
#define DD_FRAME_MAX         (4u << 20) /* bytes */
#define DD_FRAME_RECORDS_MAX 65536u
#define DD_HEADER_MAX        4096u
#define DD_BODY_MAX          65536u
/* What stays of a redacted body, behind its hash and a byte that says so. */
#define DD_REST_AT  33u
#define DD_REST_MAX (DD_BODY_MAX - DD_REST_AT)

enum dd_frame_flag { DD_FRAME_FILTERED = 1, DD_FRAME_SEGMENT_END = 2, DD_FRAME_RUN = 4 };
enum dd_record_kind { DD_RECORD_FULL = 0, DD_RECORD_REDACTED = 1, DD_RECORD_LEAF = 2 };

struct dd_frame_info {
	uint16_t flags;
	uint32_t length;
	uint32_t count;
	uint8_t log_id[DD_ID_LEN];
	uint64_t base;
	uint32_t incarnation;
	int64_t record_us;
	uint8_t chain_before[DD_HASH_LEN];
	uint8_t chain_after[DD_HASH_LEN];
};

struct dd_record {
	uint64_t sequence;
	enum dd_record_kind kind;
	const uint8_t *header; /* borrowed from the frame */
	uint32_t header_len;
	const uint8_t *body;
	uint32_t body_len;
	const uint8_t *salt;
};

/* --- building ---------------------------------------------------------------------------- */

/* Start a frame at the beginning of `buf` (cleared). Hashes and sums come with dd_frame_seal. */
void dd_frame_begin(struct dd_buf *buf, const uint8_t log_id[DD_ID_LEN], uint32_t incarnation,
		    uint64_t base, int64_t record_us);

/* Append a record whose header and body have these lengths, and tell where they go: the caller
 * fills both before the next call. The salt is left to dd_frame_seal. DD_ERR_INVALID if too long.
 */
int dd_frame_add(struct dd_buf *buf, uint32_t header_len, uint32_t body_len, uint8_t **header_out,
		 uint8_t **body_out) DD_MUST_CHECK;

uint32_t dd_frame_count(const struct dd_buf *buf);

/* Draw salts, compute leaves, chain and sums. `leaves` and `chains` (each NULL or count * 32 bytes)
 * receive leaf and chain hash of each record. Afterwards the bytes are final. */
void dd_frame_seal(struct dd_buf *buf, const uint8_t chain_before[DD_HASH_LEN], uint8_t *leaves,
		   uint8_t *chains);

/* Write a "segment end" frame into `buf`. */
void dd_frame_segment_end(struct dd_buf *buf, const uint8_t log_id[DD_ID_LEN], uint32_t incarnation,
			  uint64_t first, uint64_t last, int64_t record_us,
			  const uint8_t chain[DD_HASH_LEN], const uint8_t root[DD_HASH_LEN]);

/* --- reading ----------------------------------------------------------------------------- */

/* Decode and check the header at `data`: magic, own CRC, plausible lengths. DD_ERR_NOT_FOUND if the
 * first 8 bytes are zero (unwritten), DD_ERR_RETRY if `len` is too short to hold it, else
 * DD_ERR_CORRUPT. */
int dd_frame_info(const uint8_t *data, size_t len, struct dd_frame_info *info_out) DD_MUST_CHECK;

/* Check the whole frame at `data` (len >= info->length): CRC of the records and their layout.
 * Cheap. */
int dd_frame_check(const uint8_t *data, size_t len, const struct dd_frame_info *info,
		   struct dd_error *err) DD_MUST_CHECK;

/* Recompute all hashes and compare with the chain. `chain` goes in as the hash before and comes out
 * as the hash after the frame. `leaves` as above. DD_ERR_CORRUPT names the first bad sequence. */
int dd_frame_verify(const uint8_t *data, const struct dd_frame_info *info,
		    uint8_t chain[DD_HASH_LEN], uint8_t *leaves,
		    struct dd_error *err) DD_MUST_CHECK;

/* Walk the records of a checked frame; those of a run of leaves come as records of kind leaf. */
struct dd_frame_iter {
	const uint8_t *at;
	const uint8_t *end;
	uint64_t next;
	uint32_t left;
	bool run;
};
/* What can be read of a record's body: all of it, or what stays of a redacted one. false: nothing.
 * The leaf does not cover what stays: a later record that tells the same, does. */
bool dd_record_body(const struct dd_record *record, const uint8_t **body_out, uint32_t *len_out);
void dd_frame_iter(struct dd_frame_iter *iter, const uint8_t *data,
		   const struct dd_frame_info *info);
bool dd_frame_next(struct dd_frame_iter *iter, struct dd_record *record_out);

#endif
