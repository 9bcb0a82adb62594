/* report_files.h - the bytes of reports, kept under their hash. A file is whole and durable before
 * anything names it. */
#ifndef REPORT_FILES_H
#define REPORT_FILES_H

#include "common/base/buf.h"
#include "common/base/id.h"

#define REPORT_FILE_MAX ((size_t)256 << 20)

/* Durable under its hash when this returns 0; the same bytes again change nothing. */
int report_files_put(const char *dir, const struct dd_buf *bytes, uint8_t hash_out[DD_HASH_LEN],
		     struct dd_error *err) DD_MUST_CHECK;
/* The bytes, their hash verified. DD_ERR_NOT_FOUND; DD_ERR_CORRUPT: other bytes lie there. */
int report_files_get(const char *dir, const uint8_t hash[DD_HASH_LEN], struct dd_buf *out,
		     struct dd_error *err) DD_MUST_CHECK;
/* Remove what a kill left half written. At start. */
void report_files_clean(const char *dir);

#endif
