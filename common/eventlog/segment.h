/* segment.h - a segment file: a header of 4,096 bytes, frames back to back, zeros. For ever, as
 * frame.h. Needs base, chain and frame alone.
 *
 * A file `<base sequence, 20 digits>.seg` has its final size from the beginning, real zeros behind
 * its last frame, and its header before it gets its name.
 *
 *   offset size
 *        0    8  magic "DDSEG1" and two zeros
 *        8    4  version, 1
 *       12    4  generation: 0; a redaction makes a new generation of the file
 *       16   16  log id
 *       32    8  base: the sequence of the first record
 *       40    4  incarnation when the segment was begun
 *       44    4  zero
 *       48    8  size of the file
 *       56    8  record time of the record before base, microseconds; 0 = none
 *       64   32  chain hash before base
 *       96   32  Merkle root of the segment before; zeros in the first one
 *      128       zeros
 *     4092    4  CRC-32C of bytes 0..4091
 */
#ifndef DD_EVENTLOG_SEGMENT_H
#define DD_EVENTLOG_SEGMENT_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/eventlog/chain.h"
#include "common/eventlog/frame.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_SEGMENT_HEADER  4096u
#define DD_SEGMENT_MIN     (UINT64_C(64) << 10)
#define DD_SEGMENT_MAX     (UINT64_C(4) << 30)
#define DD_SEGMENT_DEFAULT (UINT64_C(32) << 20)

struct dd_segment_header {
	uint32_t generation;
	uint8_t log_id[DD_ID_LEN];
	uint64_t base;
	uint32_t incarnation;
	uint64_t size;
	int64_t record_us;
	uint8_t chain[DD_HASH_LEN];
	uint8_t previous_root[DD_HASH_LEN];
};

void dd_segment_header_put(const struct dd_segment_header *header, uint8_t out[DD_SEGMENT_HEADER]);
/* DD_ERR_CORRUPT if the sum or any field is wrong, DD_ERR_UNSUPPORTED for a later version. */
int dd_segment_header_get(const uint8_t data[DD_SEGMENT_HEADER],
			  struct dd_segment_header *header_out, struct dd_error *err) DD_MUST_CHECK;

#define DD_SEGMENT_NAME 32
/* "00000000000000000001.seg" or with another ending. */
const char *dd_segment_name(uint64_t base, const char *ending, char out[DD_SEGMENT_NAME]);
/* The base sequence in a name of that form; 0 if it is another one. */
uint64_t dd_segment_base(const char *name, const char *ending);

/* The bases of a folder's segments in ascending order; *bases_out is owned by the caller. */
int dd_segment_list(const char *dir, uint64_t **bases_out, size_t *count_out,
		    struct dd_error *err) DD_MUST_CHECK;

/* An open segment file, read through a window. */
struct dd_segment_file {
	char *path; /* owned */
	int fd;
	struct dd_segment_header header;
	struct dd_buf window;
	uint64_t window_at;
};

/* Open for reading (or also writing), check header, name and size. On failure nothing is open. */
int dd_segment_open(struct dd_segment_file *file, const char *dir, uint64_t base, bool writable,
		    struct dd_error *err) DD_MUST_CHECK;
void dd_segment_close(struct dd_segment_file *file); /* zeroed or closed is fine */

/* The `len` bytes at `offset`, which lie in the file; valid until the next call. *data_out is NULL
 * on failure. */
int dd_segment_look(struct dd_segment_file *file, uint64_t offset, size_t len,
		    const uint8_t **data_out, struct dd_error *err) DD_MUST_CHECK;

/* Where the last byte that is not zero in [from, end of file) ends; `from` if there is none. */
int dd_segment_used(struct dd_segment_file *file, uint64_t from, uint64_t *end_out,
		    struct dd_error *err) DD_MUST_CHECK;

/* Read or write all of `len` bytes; DD_ERR_IO, or DD_ERR_FULL from a write without space. */
int dd_pread_all(int fd, void *out, size_t len, uint64_t offset, const char *path,
		 struct dd_error *err) DD_MUST_CHECK;
int dd_pwrite_all(int fd, const void *data, size_t len, uint64_t offset, const char *path,
		  struct dd_error *err) DD_MUST_CHECK;

#endif
