/* files.h - uploaded files under the hash of their content.
 *
 * A whole file is <hex>; one on its way is incoming/<hex>.part, and its size is how far it has
 * come. A file counts as here only when hash, fsync, rename and the fsync of both folders are done;
 * what a kill leaves is a part that goes on where it stopped, or a whole file that is flushed once
 * more. After a loss of power a part may hold bytes that were never written: then its hash tells,
 * and it begins again. */
#ifndef DD_FILES_H
#define DD_FILES_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/domain/file_type.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_FILES_SIZE_MAX  (64u << 20) /* bytes of one file */
#define DD_FILES_CHUNK_MAX (256u << 10)
/* On their way at one time; then the one not written to for longest goes. More than there are
 * offices: after an outage all of them send at once, and none must push another's part out. */
#define DD_FILES_PARTS_MAX 2048u
/* No upload begins that would leave less than this free: the log goes first. */
#define DD_FILES_RESERVE ((int64_t)256 << 20)
#define DD_FILES_LAST    ((int64_t)16 << 20) /* less than this is the log's alone */
#define DD_FILES_SMALL   64 /* a file of one part in so many of what is left may still come */

struct dd_files;

/* Open or make the folder `dir` (copied). Parts that lie in `dir` itself, as older versions had
 * them, move to incoming/. */
int dd_files_open(const char *dir, struct dd_files **files_out, struct dd_error *err) DD_MUST_CHECK;
void dd_files_close(struct dd_files *files); /* NULL is fine */

struct dd_files_chunk {
	const uint8_t *hash; /* DD_HASH_LEN bytes */
	uint64_t size;       /* of the whole file */
	uint64_t offset;
	const uint8_t *data; /* borrowed */
	size_t len;          /* 0 = only to learn how much is here */
};

enum dd_files_state {
	DD_FILES_MORE,    /* further chunks are wanted */
	DD_FILES_ALL,     /* all bytes are here: dd_files_finish makes them a file */
	DD_FILES_COMPLETE /* the whole file is durable */
};

/* Take one chunk. *stored_out is how much is here afterwards, also after DD_ERR_CONFLICT.
 * 0: it is here, or was before (a repeated chunk).
 * DD_ERR_CONFLICT: the offset is ahead of what is here: go on from *stored_out.
 * DD_ERR_INVALID: sizes out of bounds. DD_ERR_FULL: no space; the part stays. DD_ERR_IO: end the
 * process. Not for a file that is being finished. */
int dd_files_take(struct dd_files *files, const struct dd_files_chunk *chunk, uint64_t *stored_out,
		  enum dd_files_state *state_out, struct dd_error *err) DD_MUST_CHECK;

/* Make a file of a part whose bytes are all here, durably; again where a flush had failed after it
 * got its name. Any thread; touches nothing of `files`
 * but its folders. DD_ERR_INVALID: the bytes have another hash, or the part is gone: the upload
 * begins again. DD_ERR_IO, DD_ERR_FULL: as above. */
int dd_files_finish(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN],
		    struct dd_error *err) DD_MUST_CHECK;
/* On the owner's thread afterwards: the part is no more. */
void dd_files_finished(struct dd_files *files, const uint8_t hash[DD_HASH_LEN], int rc);

/* The whole file, appended to `out`; its hash is checked. DD_ERR_NOT_FOUND: not here as a whole.
 * DD_ERR_CORRUPT: the disk gives other bytes. */
int dd_files_read(struct dd_files *files, const uint8_t hash[DD_HASH_LEN], struct dd_buf *out,
		  struct dd_error *err) DD_MUST_CHECK;

struct dd_files_look {
	uint64_t size;
	struct dd_file_type type;
};
/* Size and type of a whole file. DD_ERR_NOT_FOUND. */
int dd_files_look(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN],
		  struct dd_files_look *out, struct dd_error *err) DD_MUST_CHECK;

/* At most `max` bytes from `offset` on, appended to `out`; nothing at the end. The hash is the
 * reader's to check. DD_ERR_NOT_FOUND; DD_ERR_INVALID: `offset` lies behind the end. */
int dd_files_piece(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN], uint64_t offset,
		   size_t max, struct dd_buf *out, uint64_t *size_out,
		   struct dd_error *err) DD_MUST_CHECK;

/* Remove the file and what is on its way of it, durably; fine if there is none. */
int dd_files_remove(struct dd_files *files, const uint8_t hash[DD_HASH_LEN],
		    struct dd_error *err) DD_MUST_CHECK;

/* Files that nobody came back for. One that no task has goes when it was seen on
 * DD_FILES_UNCLAIMED_DAYS days without, a part after thirty. Once a day. DD_ERR_FULL: nothing was
 * removed; the next day does it. DD_ERR_IO: as above. */
#define DD_FILES_UNCLAIMED_DAYS 7
struct dd_files_claims {
	int32_t today;
	/* Whether something names the file, so that it must stay. */
	bool (*claimed)(void *arg, const uint8_t hash[DD_HASH_LEN]);
	void *arg;
};
int dd_files_sweep(struct dd_files *files, const struct dd_files_claims *claims,
		   size_t *removed_out, struct dd_error *err) DD_MUST_CHECK;

#endif
