/* xlsx_zip.c - the parts of an XLSX package. The only file that knows libarchive. */
#include "common/base/xlsx_impl.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <strings.h>

#define PARTS_MAX    1000
#define UNPACKED_MAX ((size_t)128 << 20)
#define RATIO_MAX    200
#define RATIO_FREE   ((size_t)4 << 20) /* so much may come out of any file */
#define BLOCK        65536

static int failed(struct archive *archive, const char *name, struct dd_error *err)
{
	const char *words = archive_error_string(archive);

	return dd_fail(err, DD_ERR_INVALID, "%s cannot be unpacked (%s): save the file again", name,
		       words ? words : "damaged");
}

static int unpack(struct archive *archive, size_t packed, const char *name, struct dd_buf *out,
		  struct dd_error *err)
{
	static const char bomb[] = "%s is far larger than its file: not a workbook of a plan";
	size_t before = out->len;
	uint8_t block[BLOCK];

	for (;;) {
		la_ssize_t got = archive_read_data(archive, block, sizeof(block));

		if (got < 0)
			return failed(archive, name, err);
		if (got == 0)
			return DD_OK;
		dd_buf_add(out, block, (size_t)got);
		if (out->len - before > UNPACKED_MAX ||
		    (out->len - before > RATIO_FREE && (out->len - before) / RATIO_MAX > packed))
			return dd_fail(err, DD_ERR_INVALID, bomb, name);
	}
}

/* Step on to the part; DD_ERR_NOT_FOUND behind the last. */
static int find(struct archive *archive, const char *name, struct dd_error *err)
{
	struct archive_entry *entry;

	for (int parts = 0; parts < PARTS_MAX; parts++) {
		int rc = archive_read_next_header(archive, &entry);
		const char *path;

		if (rc == ARCHIVE_EOF)
			return DD_ERR_NOT_FOUND;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return failed(archive, name, err);
		path = archive_entry_pathname(entry);
		if (path && strcasecmp(path + (*path == '/'), name) == 0)
			return DD_OK;
	}
	return dd_fail(err, DD_ERR_INVALID, "the workbook has more than %d parts", PARTS_MAX);
}

int xlsx_part(const void *data, size_t len, const char *name, struct dd_buf *out,
	      struct dd_error *err)
{
	struct archive *archive = archive_read_new();
	int rc;

	if (!archive)
		return dd_fail(err, DD_ERR_INVALID, "no memory for the workbook");
	archive_read_support_format_zip_seekable(archive);
	if (archive_read_open_memory(archive, data, len) != ARCHIVE_OK) {
		rc = dd_fail(err, DD_ERR_INVALID, "not an XLSX workbook: save it as .xlsx or CSV");
		goto out;
	}
	rc = find(archive, name, err);
	if (rc == DD_OK)
		rc = unpack(archive, len, name, out, err);
out:
	archive_read_free(archive);
	return rc;
}
