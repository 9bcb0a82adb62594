/* task_files.h - uploaded files under the hash of their content.
 *
 * A whole file is <hex>; one on its way is <hex>.part, and its size is how far it has come. A file
 * counts as here only when hash, fsync, rename and the fsync of the folder are done; what a kill
 * leaves is a part that goes on where it stopped. */
#ifndef DD_TASK_FILES_H
#define DD_TASK_FILES_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TASK_FILES_SIZE_MAX  (64u << 20) /* bytes of one file */
#define TASK_FILES_CHUNK_MAX (256u << 10)
/* On their way at one time; then the one not written to for longest goes. */
#define TASK_FILES_PARTS_MAX 64u

struct task_files;

/* Open or make the folder `dir` (copied). */
int task_files_open(const char *dir, struct task_files **files_out,
		    struct dd_error *err) DD_MUST_CHECK;
void task_files_close(struct task_files *files); /* NULL is fine */

struct task_files_chunk {
	const uint8_t *hash; /* DD_HASH_LEN bytes */
	uint64_t size;       /* of the whole file */
	uint64_t offset;
	const uint8_t *data; /* borrowed */
	size_t len;
};

/* Take one chunk. *stored_out is how much is here afterwards, also after DD_ERR_CONFLICT.
 * 0: it is here, or was before (a repeated chunk); *complete_out: the whole file is durable.
 * DD_ERR_CONFLICT: the offset is ahead of what is here: go on from *stored_out.
 * DD_ERR_INVALID: sizes out of bounds, or the whole has another hash (the part is gone: begin
 * again). DD_ERR_FULL: no space; the part stays. DD_ERR_IO: a flush failed: end the process. */
int task_files_put(struct task_files *files, const struct task_files_chunk *chunk,
		   uint64_t *stored_out, bool *complete_out, struct dd_error *err) DD_MUST_CHECK;

/* The whole file, appended to `out`; its hash is checked. DD_ERR_NOT_FOUND: not here as a whole.
 * DD_ERR_CORRUPT: the disk gives other bytes. */
int task_files_read(struct task_files *files, const uint8_t hash[DD_HASH_LEN], struct dd_buf *out,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
