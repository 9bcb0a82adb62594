/* segment.c - segment files: header, name, list, reading through a window. */
#include "common/eventlog/segment.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/eventlog/le.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t magic[8] = "DDSEG1\0";

void dd_segment_header_put(const struct dd_segment_header *header, uint8_t out[DD_SEGMENT_HEADER])
{
	memset(out, 0, DD_SEGMENT_HEADER);
	memcpy(out, magic, sizeof(magic));
	dd_put_u32(out + 8, 1);
	dd_put_u32(out + 12, header->generation);
	memcpy(out + 16, header->log_id, DD_ID_LEN);
	dd_put_u64(out + 32, header->base);
	dd_put_u32(out + 40, header->incarnation);
	dd_put_u64(out + 48, header->size);
	dd_put_u64(out + 56, (uint64_t)header->record_us);
	memcpy(out + 64, header->chain, DD_HASH_LEN);
	memcpy(out + 96, header->previous_root, DD_HASH_LEN);
	dd_put_u32(out + DD_SEGMENT_HEADER - 4, dd_crc32c(0, out, DD_SEGMENT_HEADER - 4));
}

int dd_segment_header_get(const uint8_t data[DD_SEGMENT_HEADER],
			  struct dd_segment_header *header_out, struct dd_error *err)
{
	struct dd_segment_header *header = header_out;

	if (memcmp(data, magic, sizeof(magic)) != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "the header is not that of a segment");
	if (dd_get_u32(data + DD_SEGMENT_HEADER - 4) != dd_crc32c(0, data, DD_SEGMENT_HEADER - 4))
		return dd_fail(err, DD_ERR_CORRUPT, "the header does not match its sum");
	if (dd_get_u32(data + 8) != 1)
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "segments of version %" PRIu32 " need a newer program",
			       dd_get_u32(data + 8));
	header->generation = dd_get_u32(data + 12);
	memcpy(header->log_id, data + 16, DD_ID_LEN);
	header->base = dd_get_u64(data + 32);
	header->incarnation = dd_get_u32(data + 40);
	header->size = dd_get_u64(data + 48);
	header->record_us = (int64_t)dd_get_u64(data + 56);
	memcpy(header->chain, data + 64, DD_HASH_LEN);
	memcpy(header->previous_root, data + 96, DD_HASH_LEN);
	if (header->base == 0 || header->size < DD_SEGMENT_MIN || header->size > DD_SEGMENT_MAX ||
	    header->size % DD_SEGMENT_HEADER != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "the header holds impossible values");
	return 0;
}

const char *dd_segment_name(uint64_t base, const char *ending, char out[DD_SEGMENT_NAME])
{
	snprintf(out, DD_SEGMENT_NAME, "%020" PRIu64 "%s", base, ending);
	return out;
}

uint64_t dd_segment_base(const char *name, const char *ending)
{
	uint64_t base = 0;

	if (name[0] != '0') /* sequences end at 2^63 */
		return 0;
	for (int i = 0; i < 20; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		base = base * 10 + (uint64_t)(name[i] - '0');
	}
	return strcmp(name + 20, ending) == 0 && base <= UINT64_MAX / 2 ? base : 0;
}

struct bases {
	uint64_t *list; /* owned */
	size_t count, room;
};

static void on_name(void *arg, const char *name)
{
	struct bases *bases = arg;
	uint64_t base = dd_segment_base(name, ".seg");

	if (base == 0)
		return;
	if (bases->count == bases->room) {
		bases->room = bases->room ? 2 * bases->room : 16;
		bases->list = dd_realloc(bases->list, bases->room * sizeof(*bases->list));
	}
	bases->list[bases->count++] = base;
}

static int by_base(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

int dd_segment_list(const char *dir, uint64_t **bases_out, size_t *count_out, struct dd_error *err)
{
	struct bases bases = {0};
	int rc = dd_sys()->list(dd_sys()->ctx, dir, on_name, &bases);

	*bases_out = NULL;
	*count_out = 0;
	if (rc != 0) {
		rc = dd_fail_errno(err, errno == ENOENT ? DD_ERR_NOT_FOUND : DD_ERR_IO, errno,
				   "cannot list the log folder %s", dir);
		free(bases.list);
		return rc;
	}
	if (bases.count > 0)
		qsort(bases.list, bases.count, sizeof(*bases.list), by_base);
	*bases_out = bases.list;
	*count_out = bases.count;
	return 0;
}

int dd_pread_all(int fd, void *out, size_t len, uint64_t offset, const char *path,
		 struct dd_error *err)
{
	uint8_t *at = out;

	while (len > 0) {
		ssize_t got = dd_sys()->pread(dd_sys()->ctx, fd, at, len, (int64_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dd_fail_errno(err, DD_ERR_IO, errno, "cannot read %s at %" PRIu64,
					     path, offset);
		if (got == 0)
			return dd_fail(err, DD_ERR_CORRUPT, "%s ends at %" PRIu64 ": cut off", path,
				       offset);
		at += got;
		len -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

int dd_pwrite_all(int fd, const void *data, size_t len, uint64_t offset, const char *path,
		  struct dd_error *err)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t put = dd_sys()->pwrite(dd_sys()->ctx, fd, at, len, (int64_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return dd_fail_errno(err, DD_ERR_IO, put < 0 ? errno : EIO,
					     "cannot write %s at %" PRIu64, path, offset);
		at += put;
		len -= (size_t)put;
		offset += (uint64_t)put;
	}
	return 0;
}

/* The header, and that it belongs to this name and this length of file. */
static int check_header(struct dd_segment_file *file, uint64_t base, struct dd_error *err)
{
	int64_t size = dd_sys()->size(dd_sys()->ctx, file->fd);
	uint8_t data[DD_SEGMENT_HEADER];
	int rc;

	if (size < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot tell its size");
	if (size < (int64_t)DD_SEGMENT_MIN)
		return dd_fail(err, DD_ERR_CORRUPT, "it is cut off after %lld bytes",
			       (long long)size);
	rc = dd_pread_all(file->fd, data, sizeof(data), 0, file->path, err);
	if (rc == 0)
		rc = dd_segment_header_get(data, &file->header, err);
	if (rc == 0 && file->header.base != base)
		rc = dd_fail(err, DD_ERR_CORRUPT, "its header says sequence %" PRIu64,
			     file->header.base);
	if (rc == 0 && file->header.size != (uint64_t)size)
		rc = dd_fail(err, DD_ERR_CORRUPT, "it has %lld bytes, its header says %" PRIu64,
			     (long long)size, file->header.size);
	return rc;
}

int dd_segment_open(struct dd_segment_file *file, const char *dir, uint64_t base, bool writable,
		    struct dd_error *err)
{
	char name[DD_SEGMENT_NAME];
	int rc = 0;

	memset(file, 0, sizeof(*file));
	file->path = dd_path(dir, dd_segment_name(base, ".seg", name));
	file->fd = dd_sys()->open(dd_sys()->ctx, file->path, writable ? O_RDWR : O_RDONLY, 0);
	if (file->fd < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot open");
	if (rc == 0)
		rc = check_header(file, base, err);
	if (rc != 0) {
		if (err)
			dd_fail_context(err, "segment %s at offset 0, sequence %" PRIu64,
					file->path, base);
		dd_segment_close(file);
	}
	return rc;
}

void dd_segment_close(struct dd_segment_file *file)
{
	if (!file->path)
		return;
	if (file->fd >= 0)
		dd_sys()->close(dd_sys()->ctx, file->fd);
	free(file->path);
	dd_buf_fini(&file->window);
	memset(file, 0, sizeof(*file));
}

#define WINDOW ((size_t)1 << 20)

int dd_segment_look(struct dd_segment_file *file, uint64_t offset, size_t len,
		    const uint8_t **data_out, struct dd_error *err)
{
	uint64_t left = file->header.size - offset;
	size_t want = len > WINDOW ? len : WINDOW;
	int rc;

	*data_out = NULL;
	if (offset >= file->window_at && offset + len <= file->window_at + file->window.len) {
		*data_out = file->window.data + (offset - file->window_at);
		return 0;
	}
	if (want > left)
		want = (size_t)left;
	dd_buf_clear(&file->window);
	rc = dd_pread_all(file->fd, dd_buf_reserve(&file->window, want), want, offset, file->path,
			  err);
	if (rc != 0)
		return rc;
	file->window.len = want;
	file->window_at = offset;
	*data_out = file->window.data;
	return 0;
}

int dd_segment_used(struct dd_segment_file *file, uint64_t from, uint64_t *end_out,
		    struct dd_error *err)
{
	uint64_t offset = from;
	const uint8_t *data;

	*end_out = from;
	while (offset < file->header.size) {
		uint64_t left = file->header.size - offset;
		size_t len = left < WINDOW ? (size_t)left : WINDOW;
		size_t used = len;
		int rc = dd_segment_look(file, offset, len, &data, err);

		if (rc != 0)
			return rc;
		if (dd_all_zero(data, len))
			used = 0;
		while (used > 0 && data[used - 1] == 0)
			used--;
		if (used > 0)
			*end_out = offset + used;
		offset += len;
	}
	return 0;
}
