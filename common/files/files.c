/* files.c - uploads on their way: the list of parts, and one chunk. */
#include "common/files/files.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/files/files_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX_LEN DD_FILES_HEX
#define PART    ".part"

static char *name_in(const char *dir, const uint8_t *hash, const char *ending)
{
	char hex[HEX_LEN + 1];
	char name[HEX_LEN + 8];

	(void)snprintf(name, sizeof(name), "%s%s", dd_hex(hash, DD_HASH_LEN, hex), ending);
	return dd_path(dir, name);
}

char *dd_files_whole(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN])
{
	return name_in(files->dir, hash, "");
}

char *dd_files_part(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN])
{
	return name_in(files->incoming, hash, PART);
}

static void drop_part(struct dd_files *files, const uint8_t *hash)
{
	const struct dd_sys *sys = dd_sys();
	char *path = dd_files_part(files, hash);

	sys->unlink(sys->ctx, path);
	free(path);
}

/* --- the list of parts ----------------------------------------------------------------------- */

size_t dd_files_place(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN])
{
	size_t place = 0;

	while (place < files->part_count &&
	       memcmp(files->parts[place].hash, hash, DD_HASH_LEN) != 0)
		place++;
	return place;
}

static void forget_part(struct dd_files *files, const uint8_t *hash)
{
	size_t place = dd_files_place(files, hash);

	if (place == files->part_count)
		return;
	files->part_count--;
	memmove(&files->parts[place], &files->parts[place + 1],
		(files->part_count - place) * sizeof(struct dd_files_part));
}

void dd_files_drop(struct dd_files *files, const uint8_t hash[DD_HASH_LEN])
{
	drop_part(files, hash);
	forget_part(files, hash);
}

bool dd_files_touched(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN])
{
	size_t count =
		files->touched_next < DD_FILES_PARTS_MAX ? files->touched_next : DD_FILES_PARTS_MAX;

	for (size_t i = 0; i < count; i++)
		if (memcmp(files->touched[i].hash, hash, DD_HASH_LEN) == 0)
			return true;
	return false;
}

static void touch(struct dd_files *files, const uint8_t *hash)
{
	memcpy(files->touched[files->touched_next++ % DD_FILES_PARTS_MAX].hash, hash, DD_HASH_LEN);
}

/* Put the part in front. With no room left the one that was not written to for longest goes: its
 * sender is told to begin again, and nobody's forgotten upload keeps others out. */
static void note_part(struct dd_files *files, const uint8_t *hash)
{
	uint8_t kept[DD_HASH_LEN];

	memcpy(kept, hash, DD_HASH_LEN);
	forget_part(files, kept);
	if (files->part_count == DD_FILES_PARTS_MAX)
		drop_part(files, files->parts[--files->part_count].hash);
	memmove(&files->parts[1], &files->parts[0],
		files->part_count * sizeof(struct dd_files_part));
	memcpy(files->parts[0].hash, kept, DD_HASH_LEN);
	files->part_count++;
}

static bool part_name(const char *name, uint8_t hash[DD_HASH_LEN])
{
	char hex[HEX_LEN + 1];

	if (strlen(name) != HEX_LEN + strlen(PART) || strcmp(name + HEX_LEN, PART) != 0)
		return false;
	memcpy(hex, name, HEX_LEN);
	hex[HEX_LEN] = '\0';
	return dd_hex_parse(hex, hash, DD_HASH_LEN) == 0;
}

static void on_name(void *arg, const char *name)
{
	uint8_t hash[DD_HASH_LEN];

	if (part_name(name, hash))
		note_part(arg, hash);
}

/* Where it fails the upload begins again: nothing was promised of a part. */
static void on_old_place(void *arg, const char *name)
{
	const struct dd_sys *sys = dd_sys();
	struct dd_files *files = arg;
	uint8_t hash[DD_HASH_LEN];
	char *from, *to;

	if (!part_name(name, hash))
		return;
	from = dd_path(files->dir, name);
	to = dd_path(files->incoming, name);
	sys->rename(sys->ctx, from, to);
	free(from);
	free(to);
}

static int list(struct dd_files *files, const char *dir, void (*found)(void *arg, const char *name),
		struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();

	if (sys->list(sys->ctx, dir, found, files) == 0)
		return 0;
	return dd_fail_errno(err, DD_ERR_IO, errno, "cannot list folder %s", dir);
}

int dd_files_open(const char *dir, struct dd_files **files_out, struct dd_error *err)
{
	struct dd_files *files = dd_alloc(sizeof(*files));
	int rc;

	files->dir = dd_strdup(dir);
	files->incoming = dd_path(dir, "incoming");
	rc = dd_dir_make(files->incoming, err);
	if (rc == 0)
		rc = list(files, files->dir, on_old_place, err);
	if (rc == 0)
		rc = list(files, files->incoming, on_name, err);
	/* A kill may have come between a rename and its flush; what is found here is told as
	 * durable. */
	if (rc == 0)
		rc = dd_dir_sync(files->incoming, err);
	if (rc == 0)
		rc = dd_dir_sync(dir, err);
	if (rc != 0) {
		dd_files_close(files);
		return rc;
	}
	*files_out = files;
	return 0;
}

void dd_files_close(struct dd_files *files)
{
	if (!files)
		return;
	free(files->incoming);
	free(files->dir);
	free(files);
}

/* --- one chunk ------------------------------------------------------------------------------- */

static int check_chunk(const struct dd_files_chunk *chunk, struct dd_error *err)
{
	if (chunk->size == 0 || chunk->size > DD_FILES_SIZE_MAX)
		return dd_fail(err, DD_ERR_INVALID, "a file has 1 to %u bytes, this has %llu",
			       DD_FILES_SIZE_MAX, (unsigned long long)chunk->size);
	if (chunk->len > DD_FILES_CHUNK_MAX)
		return dd_fail(err, DD_ERR_INVALID, "a chunk has at most %u bytes, this has %zu",
			       DD_FILES_CHUNK_MAX, chunk->len);
	if (chunk->offset > chunk->size || chunk->len > chunk->size - chunk->offset)
		return dd_fail(err, DD_ERR_INVALID, "the chunk reaches past the end of the file");
	return 0;
}

/* The size of the whole file; -1 = it is not here. */
static int find_whole(const char *path, int64_t *size_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY | O_NOFOLLOW, 0);
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

static int write_at(int fd, const struct dd_files_chunk *chunk, struct dd_error *err)
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

/* Uploads do not take the space that the log needs; the annex of a plan on a small disk may come.
 */
static int room_for(const struct dd_files *files, uint64_t size, struct dd_error *err)
{
	int64_t left = dd_sys()->free_bytes(dd_sys()->ctx, files->dir);

	if (left < 0 || left - (int64_t)size >= DD_FILES_RESERVE ||
	    (left >= DD_FILES_LAST && (int64_t)size <= left / DD_FILES_SMALL))
		return 0;
	return dd_fail(err, DD_ERR_FULL,
		       "the disk has %lld MiB left, too little for further files: make room",
		       (long long)(left >> 20));
}

/* The part is open: put the chunk behind what is here. */
static int extend(struct dd_files *files, int fd, const struct dd_files_chunk *chunk,
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
	if (chunk->offset < *stored_out || chunk->len == 0)
		return 0;
	rc = room_for(files, chunk->size - *stored_out, err); /* others have come since it began */
	if (rc == 0)
		rc = write_at(fd, chunk, err);
	if (rc != 0)
		return rc;
	note_part(files, chunk->hash);
	*stored_out += chunk->len;
	return 0;
}

static int take_part(struct dd_files *files, const struct dd_files_chunk *chunk,
		     uint64_t *stored_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *part = dd_files_part(files, chunk->hash);
	int fd;
	int rc;

	if (dd_files_place(files, chunk->hash) == files->part_count) {
		rc = room_for(files, chunk->size, err);
		if (rc != 0) {
			free(part);
			return rc;
		}
		note_part(files, chunk->hash);
	}
	fd = sys->open(sys->ctx, part, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	if (fd < 0) {
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", part);
	} else {
		rc = extend(files, fd, chunk, stored_out, err);
		sys->close(sys->ctx, fd);
	}
	free(part);
	return rc;
}

int dd_files_take(struct dd_files *files, const struct dd_files_chunk *chunk, uint64_t *stored_out,
		  enum dd_files_state *state_out, struct dd_error *err)
{
	char *whole;
	int64_t size;
	int rc = check_chunk(chunk, err);

	*stored_out = 0;
	*state_out = DD_FILES_MORE;
	if (rc != 0)
		return rc;
	whole = dd_files_whole(files, chunk->hash);
	rc = find_whole(whole, &size, err);
	free(whole);
	if (rc != 0)
		return rc;
	if (size < 0) {
		rc = take_part(files, chunk, stored_out, err);
		if (rc == 0 && *stored_out == chunk->size)
			*state_out = DD_FILES_ALL;
		return rc;
	}
	if ((uint64_t)size != chunk->size)
		return dd_fail(err, DD_ERR_INVALID, "the file with this hash has %lld bytes",
			       (long long)size);
	*stored_out = chunk->size;
	/* It has its name, but the flush of that failed. */
	if (dd_files_place(files, chunk->hash) < files->part_count) {
		*state_out = DD_FILES_ALL;
		return 0;
	}
	touch(files, chunk->hash);
	*state_out = DD_FILES_COMPLETE;
	return 0;
}

void dd_files_finished(struct dd_files *files, const uint8_t hash[DD_HASH_LEN], int rc)
{
	if (rc == 0 || rc == DD_ERR_INVALID)
		forget_part(files, hash);
	if (rc == 0)
		touch(files, hash);
}

int dd_files_unlink(struct dd_files *files, const uint8_t hash[DD_HASH_LEN], struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *whole = dd_files_whole(files, hash);
	int rc = 0;

	dd_files_drop(files, hash);
	if (sys->unlink(sys->ctx, whole) != 0 && errno != ENOENT)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", whole);
	free(whole);
	return rc;
}

int dd_files_sync(const struct dd_files *files, struct dd_error *err)
{
	int rc = dd_dir_sync(files->incoming, err);

	return rc != 0 ? rc : dd_dir_sync(files->dir, err);
}

int dd_files_remove(struct dd_files *files, const uint8_t hash[DD_HASH_LEN], struct dd_error *err)
{
	int rc = dd_files_unlink(files, hash, err);

	return rc != 0 ? rc : dd_files_sync(files, err);
}
