/* file.c - whole files and folders, durably. */
#include "common/base/file.h"

#include "common/base/alloc.h"
#include "common/base/id.h"
#include "common/base/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define READ_STEP ((size_t)64 * 1024)

/* ENOENT is an answer, the rest is a machine that failed. */
static int fail_open(struct dd_error *err, const char *path)
{
	int code = errno == ENOENT || errno == ENOTDIR ? DD_ERR_NOT_FOUND : DD_ERR_IO;

	return dd_fail_errno(err, code, errno, "cannot open %s", path);
}

/* At most `max` + 1 bytes, so that a longer file shows. */
static int read_all(int fd, const char *path, size_t max, struct dd_buf *out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	size_t total = 0;

	while (total <= max) {
		size_t want = max - total < READ_STEP ? max - total + 1 : READ_STEP;
		uint8_t *room = dd_buf_reserve(out, want);
		ssize_t got = sys->pread(sys->ctx, fd, room, want, (int64_t)total);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dd_fail_errno(err, DD_ERR_IO, errno, "cannot read %s", path);
		if (got == 0)
			return 0;
		out->len += (size_t)got;
		total += (size_t)got;
	}
	return dd_fail(err, DD_ERR_INVALID, "%s is longer than the %zu bytes allowed", path, max);
}

int dd_file_read(const char *path, size_t max, struct dd_buf *out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY, 0);
	size_t before = out->len;
	int rc;

	if (fd < 0)
		return fail_open(err, path);
	rc = read_all(fd, path, max, out, err);
	if (rc != 0)
		out->len = before;
	sys->close(sys->ctx, fd);
	return rc;
}

static int write_all(int fd, const char *path, const void *data, size_t len, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	const uint8_t *at = data;
	size_t done = 0;

	while (done < len) {
		ssize_t put = sys->pwrite(sys->ctx, fd, at + done, len - done, (int64_t)done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return dd_fail_errno(err, DD_ERR_IO, put < 0 ? errno : ENOSPC,
					     "cannot write %s", path);
		done += (size_t)put;
	}
	return 0;
}

/* A new file with the content, flushed and closed. On failure it may be there in part. */
static int write_new(const char *path, const void *data, size_t len, int mode, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_WRONLY | O_CREAT | O_EXCL, mode);
	int rc;

	if (fd < 0)
		return fail_open(err, path);
	rc = write_all(fd, path, data, len, err);
	if (rc == 0 && sys->fsync(sys->ctx, fd) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", path);
	if (sys->close(sys->ctx, fd) != 0 && rc == 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot close %s", path);
	return rc;
}

/* The folder in which `path` lies; caller frees. */
static char *parent_of(const char *path)
{
	char *dir = dd_strdup(path);
	char *slash = strrchr(dir, '/');

	if (slash == NULL) {
		free(dir);
		return dd_strdup(".");
	}
	slash[slash == dir ? 1 : 0] = '\0';
	return dir;
}

/* A name beside `path` that nobody else uses; caller frees. */
static char *beside(const char *path)
{
	uint8_t id[DD_ID_LEN];
	char hex[2 * DD_ID_LEN + 1];
	size_t size = strlen(path) + sizeof(hex) + 8;
	char *name = dd_alloc(size);

	dd_id_new(id);
	snprintf(name, size, "%s.new-%s", path, dd_hex(id, sizeof(id), hex));
	return name;
}

int dd_file_write(const char *path, const void *data, size_t len, int mode, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *name = beside(path);
	char *dir = parent_of(path);
	int rc = write_new(name, data, len, mode, err);

	if (rc == 0 && sys->rename(sys->ctx, name, path) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s to %s", name, path);
	if (rc == 0)
		rc = dd_dir_sync(dir, err);
	else
		sys->unlink(sys->ctx, name);
	free(dir);
	free(name);
	return rc;
}

int dd_dir_sync(const char *dir, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, dir, O_RDONLY | O_DIRECTORY, 0);
	int rc = 0;

	if (fd < 0)
		return fail_open(err, dir);
	if (sys->fsync(sys->ctx, fd) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush folder %s", dir);
	sys->close(sys->ctx, fd);
	return rc;
}

/* The folder is there afterwards; a new one is durable in its parent. */
static int make_one(const char *dir, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *parent;
	int rc;

	if (sys->mkdir(sys->ctx, dir, 0700) != 0) {
		if (errno == EEXIST)
			return 0;
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot make folder %s", dir);
	}
	parent = parent_of(dir);
	rc = dd_dir_sync(parent, err);
	free(parent);
	return rc;
}

static int check_private(const char *dir, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, dir, O_RDONLY | O_DIRECTORY, 0);
	int mode;

	if (fd < 0)
		return fail_open(err, dir);
	mode = sys->mode(sys->ctx, fd);
	sys->close(sys->ctx, fd);
	if (mode < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot look at folder %s", dir);
	if ((mode & (S_IWGRP | S_IWOTH)) != 0)
		return dd_fail(err, DD_ERR_REFUSED,
			       "folder %s may be written by others (mode %04o): chmod go-w %s", dir,
			       (unsigned)mode & 07777U, dir);
	return 0;
}

int dd_dir_make(const char *dir, struct dd_error *err)
{
	char *path = dd_strdup(dir);
	size_t len = strlen(path);
	char *slash;
	int rc = 0;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	for (slash = strchr(path + (len > 0), '/'); slash != NULL && rc == 0;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = make_one(path, err);
		*slash = '/';
	}
	if (rc == 0)
		rc = make_one(path, err);
	if (rc == 0)
		rc = check_private(path, err);
	free(path);
	return rc;
}

char *dd_path(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = dd_alloc(size);

	snprintf(path, size, "%s/%s", dir, name);
	return path;
}
