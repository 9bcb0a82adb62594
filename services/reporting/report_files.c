/* report_files.c - see report_files.h. */
#include "services/reporting/report_files.h"

#include "common/base/file.h"
#include "common/base/sys.h"
#include <stdlib.h>
#include <string.h>

static char *path_of(const char *dir, const uint8_t hash[DD_HASH_LEN])
{
	char name[2 * DD_HASH_LEN + 1];

	return dd_path(dir, dd_hex(hash, DD_HASH_LEN, name));
}

int report_files_put(const char *dir, const struct dd_buf *bytes, uint8_t hash_out[DD_HASH_LEN],
		     struct dd_error *err)
{
	char *path;
	int rc;

	dd_hash(bytes->data, bytes->len, hash_out);
	path = path_of(dir, hash_out);
	rc = dd_file_write(path, bytes->data, bytes->len, 0600, err);
	free(path);
	return rc;
}

int report_files_get(const char *dir, const uint8_t hash[DD_HASH_LEN], struct dd_buf *out,
		     struct dd_error *err)
{
	uint8_t found[DD_HASH_LEN];
	char *path = path_of(dir, hash);
	int rc;

	dd_buf_clear(out);
	rc = dd_file_read(path, REPORT_FILE_MAX, out, err);
	if (rc == DD_OK) {
		dd_hash(out->data, out->len, found);
		if (memcmp(found, hash, DD_HASH_LEN) != 0)
			rc = dd_fail(err, DD_ERR_CORRUPT,
				     "%s holds other bytes than were issued: bring it back from "
				     "the backup",
				     path);
	}
	free(path);
	return rc;
}

static void on_name(void *arg, const char *name)
{
	const char *dir = arg;
	char *path;

	/* A whole file's name is a hash; what is being written bears more behind it. */
	if (strlen(name) <= (size_t)2 * DD_HASH_LEN || !strstr(name, ".new-"))
		return;
	path = dd_path(dir, name);
	(void)dd_sys()->unlink(dd_sys()->ctx, path);
	free(path);
}

void report_files_clean(const char *dir)
{
	union {
		const char *in;
		void *out;
	} cast = {.in = dir};

	(void)dd_sys()->list(dd_sys()->ctx, dir, on_name, cast.out);
}
