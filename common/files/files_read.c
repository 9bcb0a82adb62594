/* files_read.c - whole files: all of it, a piece, or what it is. */
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/files/files_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

int dd_files_read(struct dd_files *files, const uint8_t hash[DD_HASH_LEN], struct dd_buf *out,
		  struct dd_error *err)
{
	char *path = dd_files_whole(files, hash);
	size_t before = out->len;
	uint8_t found[DD_HASH_LEN];
	int rc = dd_file_read(path, DD_FILES_SIZE_MAX, out, err);

	if (rc == 0) {
		dd_hash(out->data + before, out->len - before, found);
		if (memcmp(found, hash, DD_HASH_LEN) != 0) {
			out->len = before;
			rc = dd_fail(err, DD_ERR_CORRUPT,
				     "%s has other bytes than were uploaded: restore it from a "
				     "backup",
				     path);
		}
	}
	free(path);
	return rc;
}

static int open_whole(const struct dd_files *files, const uint8_t *hash, int *fd_out,
		      uint64_t *size_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *path = dd_files_whole(files, hash);
	int64_t size;
	int rc = 0;

	*fd_out = sys->open(sys->ctx, path, O_RDONLY | O_NOFOLLOW, 0);
	if (*fd_out < 0) {
		rc = errno == ENOENT ? dd_fail(err, DD_ERR_NOT_FOUND,
					       "the content of this file is not here")
				     : dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", path);
	} else {
		size = sys->size(sys->ctx, *fd_out);
		*size_out = (uint64_t)size;
		if (size < 0) {
			rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot look at %s", path);
			sys->close(sys->ctx, *fd_out);
		}
	}
	free(path);
	return rc;
}

static int read_at(void *arg, uint64_t offset, void *out, size_t len)
{
	const struct dd_sys *sys = dd_sys();
	const int *fd = arg;
	uint8_t *at = out;

	while (len > 0) {
		ssize_t got = sys->pread(sys->ctx, *fd, at, len, (int64_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		at += got;
		len -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

int dd_files_look(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN],
		  struct dd_files_look *out, struct dd_error *err)
{
	struct dd_file_bytes bytes = {.read = read_at};
	int fd, rc;

	/* It may have its name already, but until its part is forgotten that is not durable; an
	 * event would say that it is here. */
	if (dd_files_place(files, hash) < files->part_count)
		return dd_fail(err, DD_ERR_NOT_FOUND, "this file is still on its way");
	rc = open_whole(files, hash, &fd, &out->size, err);
	if (rc != 0)
		return rc;
	bytes.size = out->size;
	bytes.arg = &fd;
	out->type = dd_file_type(&bytes);
	dd_sys()->close(dd_sys()->ctx, fd);
	return 0;
}

int dd_files_piece(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN], uint64_t offset,
		   size_t max, struct dd_buf *out, uint64_t *size_out, struct dd_error *err)
{
	size_t len;
	int fd;
	int rc = open_whole(files, hash, &fd, size_out, err);

	if (rc != 0)
		return rc;
	if (offset > *size_out) {
		rc = dd_fail(err, DD_ERR_INVALID, "the file has %llu bytes",
			     (unsigned long long)*size_out);
	} else {
		len = *size_out - offset < max ? (size_t)(*size_out - offset) : max;
		if (read_at(&fd, offset, dd_buf_reserve(out, len), len) != 0)
			rc = dd_fail(err, DD_ERR_IO, "a file cannot be read");
		else
			out->len += len;
	}
	dd_sys()->close(dd_sys()->ctx, fd);
	return rc;
}
