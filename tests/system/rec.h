/* rec.h - what the preloaded recorder writes and the replay reads. */
#ifndef TESTS_SYSTEM_REC_H
#define TESTS_SYSTEM_REC_H

#include <stdint.h>

#define REC_ENV_DIR "DONDOC_REC_DIR" /* record what happens to files right in this folder */
#define REC_ENV_OUT "DONDOC_REC_OUT" /* append the records to this file */

enum rec_kind {
	REC_CREATE = 'C', /* a file that was not there: name */
	REC_WRITE = 'W',  /* offset, length, data */
	REC_ZERO = 'Z',   /* offset, length; the data are zeros and left out */
	REC_FLUSH = 'S',  /* fsync or fdatasync of a file has returned 0 */
	REC_FLUSH_DIR = 'D',
	/* Follows the write of the same offset and length: the file was opened with O_DSYNC, so
	 * that these bytes, and no others, are on the disk. */
	REC_DURABLE = 'Y',
	REC_TRUNCATE = 'T', /* offset = the new size */
	REC_RENAME = 'R',   /* name, data = the new name */
	REC_UNLINK = 'U'    /* name */
};

/* Followed by `name_len` bytes of name (without folder) and `data_len` bytes of data. A record is
 * written after the call has returned and before its caller goes on. */
struct rec_head {
	uint8_t kind;
	uint8_t pad[3];
	uint32_t name_len;
	int64_t us; /* CLOCK_MONOTONIC */
	uint64_t inode;
	uint64_t offset;
	uint64_t length;
	uint64_t data_len;
};

#endif
