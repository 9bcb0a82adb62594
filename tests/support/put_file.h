/* put_file.h - a chunk of an upload as the service takes it: written, and finished when all of it
 * is there; here at once instead of on another thread. */
#ifndef TESTS_SUPPORT_PUT_FILE_H
#define TESTS_SUPPORT_PUT_FILE_H

#include "common/files/files.h"

/* *complete_out: the whole file is durable. After DD_ERR_INVALID of the last chunk *stored_out is
 * 0. */
static inline int test_put_file(struct dd_files *files, const struct dd_files_chunk *chunk,
				uint64_t *stored_out, bool *complete_out, struct dd_error *err)
{
	enum dd_files_state state;
	int rc = dd_files_take(files, chunk, stored_out, &state, err);

	if (rc == 0 && state == DD_FILES_ALL) {
		rc = dd_files_finish(files, chunk->hash, err);
		dd_files_finished(files, chunk->hash, rc);
		state = DD_FILES_COMPLETE;
		if (rc == DD_ERR_INVALID)
			*stored_out = 0;
	}
	*complete_out = rc == 0 && state == DD_FILES_COMPLETE;
	return rc;
}

#endif
