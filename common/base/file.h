/* file.h - whole files and folders, durably. All through dd_sys(). */
#ifndef DD_BASE_FILE_H
#define DD_BASE_FILE_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stddef.h>
#include <stdint.h>

/* Read at most `max` bytes of a file into `out`; a longer file is DD_ERR_INVALID. */
int dd_file_read(const char *path, size_t max, struct dd_buf *out,
		 struct dd_error *err) DD_MUST_CHECK;

/* Write beside, fsync, rename over `path`, fsync the folder: afterwards the whole new content is
 * durable, or the old one is untouched. */
int dd_file_write(const char *path, const void *data, size_t len, int mode,
		  struct dd_error *err) DD_MUST_CHECK;

int dd_dir_sync(const char *dir, struct dd_error *err) DD_MUST_CHECK;

/* Make the folder and its parents, mode 0700; fine if it is there. Refuses a folder that others may
 * write (DD_ERR_REFUSED). */
int dd_dir_make(const char *dir, struct dd_error *err) DD_MUST_CHECK;

/* "a/b" from its parts; caller frees. */
char *dd_path(const char *dir, const char *name);

#endif
