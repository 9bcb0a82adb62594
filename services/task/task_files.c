/* task_files.c - uploaded files under the hash of their content. */
#include "services/task/task_files.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX_LEN   (2 * (size_t)DD_HASH_LEN)
#define READ_STEP ((size_t)256 << 10)

/* A part by its hash; the list is kept with the last written one in front. */
struct part {
	uint8_t hash[DD_HASH_LEN];
};

struct task_files {
	char *dir; /* owned */
	struct part parts[TASK_FILES_PARTS_MAX];
	size_t part_count;
};

static char *path_of(const struct task_files *files, const uint8_t *hash, const char *ending)
{
	char hex[HEX_LEN + 1];
	char name[HEX_LEN + 8];

	(void)snprintf(name, sizeof(name), "%s%s", dd_hex(hash, DD_HASH_LEN, hex), ending);
	return dd_path(files->dir, name);
}

static void drop_part(struct task_files *files, const uint8_t *hash)
{
	const struct dd_sys *sys = dd_sys();
	char *path = path_of(files, hash, ".part");

	sys->unlink(sys->ctx, path);
	free(path);
}

/* --- the list of parts ----------------------------------------------------------------------- */

static size_t part_place(const struct task_files *files, const uint8_t *hash)
{
	size_t place = 0;

	while (place < files->part_count &&
	       memcmp(files->parts[place].hash, hash, DD_HASH_LEN) != 0)
		place++;
	return place;
}

static void forget_part(struct task_files *files, const uint8_t *hash)
{
	size_t place = part_place(files, hash);

	if (place == files->part_count)
		return;
	files->part_count--;
	memmove(&files->parts[place], &files->parts[place + 1],
		(files->part_count - place) * sizeof(struct part));
}

/* Put the part in front. With no room left the one that was not written to for longest goes: its
 * sender is told to begin again, and nobody's forgotten upload keeps others out. */
static void note_part(struct task_files *files, const uint8_t *hash)
{
	uint8_t kept[DD_HASH_LEN];

	memcpy(kept, hash, DD_HASH_LEN);
	forget_part(files, kept);
	if (files->part_count == TASK_FILES_PARTS_MAX)
		drop_part(files, files->parts[--files->part_count].hash);
	memmove(&files->parts[1], &files->parts[0], files->part_count * sizeof(struct part));
	memcpy(files->parts[0].hash, kept, DD_HASH_LEN);
	files->part_count++;
}

static void on_name(void *arg, const char *name)
{
	uint8_t hash[DD_HASH_LEN];
	char hex[HEX_LEN + 1];

	if (strlen(name) != HEX_LEN + 5 || strcmp(name + HEX_LEN, ".part") != 0)
		return;
	memcpy(hex, name, HEX_LEN);
	hex[HEX_LEN] = '\0';
	if (dd_hex_parse(hex, hash, DD_HASH_LEN) == 0)
		note_part(arg, hash);
}

int task_files_open(const char *dir, struct task_files **files_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct task_files *files;
	int rc = dd_dir_make(dir, err);

	if (rc != 0)
		return rc;
	files = dd_alloc(sizeof(*files));
	files->dir = dd_strdup(dir);
	if (sys->list(sys->ctx, dir, on_name, files) != 0) {
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot list folder %s", dir);
		goto fail;
	}
	/* A kill may have come between a rename and its flush; what is found here is told as
	 * durable. */
	rc = dd_dir_sync(dir, err);
	if (rc != 0)
		goto fail;
	*files_out = files;
	return 0;
fail:
	task_files_close(files);
	return rc;
}

void task_files_close(struct task_files *files)
{
	if (!files)
		return;
	free(files->dir);
	free(files);
}

/* --- one chunk ------------------------------------------------------------------------------- */

static int check_chunk(const struct task_files_chunk *chunk, struct dd_error *err)
{
	if (chunk->size == 0 || chunk->size > TASK_FILES_SIZE_MAX)
		return dd_fail(err, DD_ERR_INVALID, "a file has 1 to %u bytes, this has %llu",
			       TASK_FILES_SIZE_MAX, (unsigned long long)chunk->size);
	if (chunk->len > TASK_FILES_CHUNK_MAX)
		return dd_fail(err, DD_ERR_INVALID, "a chunk has at most %u bytes, this has %zu",
			       TASK_FILES_CHUNK_MAX, chunk->len);
	if (chunk->offset > chunk->size || chunk->len > chunk->size - chunk->offset)
		return dd_fail(err, DD_ERR_INVALID, "the chunk reaches past the end of the file");
	return 0;
}

/* The size of the whole file; -1 = it is not here. */
static int find_whole(const char *path, int64_t *size_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY, 0);
	int rc = 0;

	*size_out = -1;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", path);
	*size_out = sys->size(sys->ctx, fd);
	if (*size_out < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot look at %s", path);
	sys->close(sys->ctx, fd);
	return rc;
}

static int write_at(int fd, const struct task_files_chunk *chunk, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	size_t done = 0;

	while (done < chunk->len) {
		ssize_t put = sys->pwrite(sys->ctx, fd, chunk->data + done, chunk->len - done,
					  (int64_t)(chunk->offset + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return dd_fail_errno(err, DD_ERR_IO, put < 0 ? errno : ENOSPC,
					     "cannot write an uploaded file");
		done += (size_t)put;
	}
	return 0;
}

static int hash_of(int fd, uint64_t size, uint8_t hash_out[DD_HASH_LEN], struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	uint8_t *bytes = dd_alloc(READ_STEP);
	struct dd_hasher hasher;
	uint64_t at = 0;
	int rc = 0;

	dd_hasher_init(&hasher, "");
	while (rc == 0 && at < size) {
		ssize_t got = sys->pread(sys->ctx, fd, bytes, READ_STEP, (int64_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			rc = dd_fail_errno(err, DD_ERR_IO, got < 0 ? errno : EIO,
					   "cannot read an uploaded file back");
		} else {
			dd_hasher_add(&hasher, bytes, (size_t)got);
			at += (uint64_t)got;
		}
	}
	dd_hasher_end(&hasher, hash_out);
	free(bytes);
	return rc;
}

/* All bytes are here: the right hash makes them a file, durably, before anybody is told. */
static int complete(struct task_files *files, int fd, const struct task_files_chunk *chunk,
		    const char *part, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	uint8_t hash[DD_HASH_LEN];
	char *whole;
	int rc = hash_of(fd, chunk->size, hash, err);

	if (rc != 0)
		return rc;
	if (memcmp(hash, chunk->hash, DD_HASH_LEN) != 0) {
		sys->unlink(sys->ctx, part);
		forget_part(files, chunk->hash);
		return dd_fail(err, DD_ERR_INVALID,
			       "the uploaded bytes have another hash: upload the file again");
	}
	if (sys->fsync(sys->ctx, fd) != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", part);
	whole = path_of(files, chunk->hash, "");
	if (sys->rename(sys->ctx, part, whole) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s to %s", part, whole);
	free(whole);
	if (rc == 0)
		rc = dd_dir_sync(files->dir, err);
	if (rc == 0)
		forget_part(files, chunk->hash);
	return rc;
}

/* The part is open: put the chunk behind what is here. */
static int extend(struct task_files *files, int fd, const struct task_files_chunk *chunk,
		  uint64_t *stored_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int64_t size = sys->size(sys->ctx, fd);
	int rc;

	if (size >= 0 && (uint64_t)size > chunk->size) {
		/* Somebody told another size of the same file: who is right shows in the end. */
		size = sys->ftruncate(sys->ctx, fd, 0) == 0 ? 0 : -1;
	}
	if (size < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot look at an uploaded file");
	*stored_out = (uint64_t)size;
	if (chunk->offset > *stored_out)
		return dd_fail(err, DD_ERR_CONFLICT, "%llu bytes are here: go on from there",
			       (unsigned long long)*stored_out);
	if (chunk->offset < *stored_out)
		return 0;
	rc = write_at(fd, chunk, err);
	if (rc != 0)
		return rc;
	note_part(files, chunk->hash);
	*stored_out += chunk->len;
	return 0;
}

static int put_part(struct task_files *files, const struct task_files_chunk *chunk,
		    uint64_t *stored_out, bool *complete_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *part = path_of(files, chunk->hash, ".part");
	int fd;
	int rc;

	if (part_place(files, chunk->hash) == files->part_count)
		note_part(files, chunk->hash);
	fd = sys->open(sys->ctx, part, O_RDWR | O_CREAT, 0600);
	if (fd < 0) {
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", part);
		goto out;
	}
	rc = extend(files, fd, chunk, stored_out, err);
	if (rc == 0 && *stored_out == chunk->size) {
		rc = complete(files, fd, chunk, part, err);
		*complete_out = rc == 0;
		if (rc == DD_ERR_INVALID)
			*stored_out = 0;
	}
	sys->close(sys->ctx, fd);
out:
	free(part);
	return rc;
}

int task_files_put(struct task_files *files, const struct task_files_chunk *chunk,
		   uint64_t *stored_out, bool *complete_out, struct dd_error *err)
{
	char *whole;
	int64_t size;
	int rc = check_chunk(chunk, err);

	*stored_out = 0;
	*complete_out = false;
	if (rc != 0)
		return rc;
	whole = path_of(files, chunk->hash, "");
	rc = find_whole(whole, &size, err);
	free(whole);
	if (rc != 0)
		return rc;
	if (size < 0)
		return put_part(files, chunk, stored_out, complete_out, err);
	if ((uint64_t)size != chunk->size)
		return dd_fail(err, DD_ERR_INVALID, "the file with this hash has %lld bytes",
			       (long long)size);
	*stored_out = chunk->size;
	*complete_out = true;
	return 0;
}

int task_files_read(struct task_files *files, const uint8_t hash[DD_HASH_LEN], struct dd_buf *out,
		    struct dd_error *err)
{
	char *path = path_of(files, hash, "");
	size_t before = out->len;
	uint8_t found[DD_HASH_LEN];
	int rc = dd_file_read(path, TASK_FILES_SIZE_MAX, out, err);

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
