/* files_finish.c - a part becomes a file: hash, fsync, rename, fsync of both folders. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/files/files_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define READ_STEP ((size_t)256 << 10)

/* The hash of all that the open file holds. */
static int hash_of(int fd, uint8_t hash_out[DD_HASH_LEN], struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	uint8_t *bytes = dd_alloc(READ_STEP);
	struct dd_hasher hasher;
	int64_t at = 0;
	int rc = 0;

	dd_hasher_init(&hasher, "");
	for (;;) {
		ssize_t got = sys->pread(sys->ctx, fd, bytes, READ_STEP, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = dd_fail_errno(err, DD_ERR_IO, errno,
					   "cannot read an uploaded file back");
		if (got <= 0)
			break;
		dd_hasher_add(&hasher, bytes, (size_t)got);
		at += got;
	}
	dd_hasher_end(&hasher, hash_out);
	free(bytes);
	return rc;
}

static int check_and_flush(int fd, const char *part, const uint8_t hash[DD_HASH_LEN],
			   struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	uint8_t found[DD_HASH_LEN];
	int rc = hash_of(fd, found, err);

	if (rc != 0)
		return rc;
	if (memcmp(found, hash, DD_HASH_LEN) != 0) {
		sys->unlink(sys->ctx, part);
		return dd_fail(err, DD_ERR_INVALID,
			       "the uploaded bytes have another hash: upload the file again");
	}
	if (sys->fsync(sys->ctx, fd) != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", part);
	return 0;
}

/* The owner may drop the part at any moment, also while it is hashed here: that is no fault of the
 * disk. */
static int gone(struct dd_error *err, const char *doing, const char *part)
{
	if (errno == ENOENT)
		return dd_fail(err, DD_ERR_INVALID,
			       "the upload had to give way to newer ones: upload the file again");
	return dd_fail_errno(err, DD_ERR_IO, errno, "cannot %s %s", doing, part);
}

int dd_files_finish(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN],
		    struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *part = dd_files_part(files, hash);
	char *whole = dd_files_whole(files, hash);
	int fd = sys->open(sys->ctx, part, O_RDWR | O_NOFOLLOW, 0);
	bool named = false;
	int rc = 0;

	/* It got its name before, but not all was flushed then. */
	if (fd < 0 && errno == ENOENT) {
		fd = sys->open(sys->ctx, whole, O_RDWR | O_NOFOLLOW, 0);
		named = fd >= 0;
	}
	if (fd < 0)
		rc = gone(err, "open", part);
	if (rc == 0)
		rc = check_and_flush(fd, named ? whole : part, hash, err);
	if (rc == 0 && !named && sys->rename(sys->ctx, part, whole) != 0)
		rc = gone(err, "rename", part);
	if (rc == 0)
		rc = dd_dir_sync(files->dir, err);
	if (rc == 0)
		rc = dd_dir_sync(files->incoming, err);
	if (fd >= 0)
		sys->close(sys->ctx, fd);
	free(part);
	free(whole);
	return rc;
}
