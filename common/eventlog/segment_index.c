/* segment_index.c - sparse index of a segment, in memory and beside the segment. */
#include "common/eventlog/segment_index.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment_scan.h"
#include <stdlib.h>
#include <string.h>

#define HEAD      136u
#define ENTRY     24u
#define COUNT_MAX ((size_t)(DD_SEGMENT_MAX / DD_INDEX_EVERY) + 1)

static const uint8_t magic[8] = "DDIDX2\0";

void dd_segment_index_fini(struct dd_segment_index *index)
{
	free(index->entries);
	memset(index, 0, sizeof(*index));
}

static void add_entry(struct dd_segment_index *index, const struct dd_index_entry *entry)
{
	if (index->count == index->room) {
		index->room = index->room ? 2 * index->room : 16;
		index->entries = dd_realloc(index->entries, index->room * sizeof(*index->entries));
	}
	index->entries[index->count++] = *entry;
}

void dd_segment_index_add(struct dd_segment_index *index, uint64_t base, int64_t record_us,
			  uint64_t offset)
{
	struct dd_index_entry entry = {.base = base, .record_us = record_us, .offset = offset};

	if (index->count == 0 || offset - index->entries[index->count - 1].offset >= DD_INDEX_EVERY)
		add_entry(index, &entry);
}

const struct dd_index_entry *dd_segment_index_find(const struct dd_segment_index *index,
						   uint64_t sequence)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->entries[middle].base <= sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &index->entries[low - 1] : NULL;
}

const struct dd_index_entry *dd_segment_index_find_time(const struct dd_segment_index *index,
							int64_t us)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->entries[middle].record_us <= us)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &index->entries[low - 1] : NULL;
}

static char *index_path(const char *dir, uint64_t base)
{
	char name[DD_SEGMENT_NAME];

	return dd_path(dir, dd_segment_name(base, ".idx", name));
}

int dd_segment_index_write(const char *dir, const struct dd_segment_index *index,
			   struct dd_error *err)
{
	size_t len = HEAD + index->count * ENTRY;
	uint8_t *data = dd_alloc(len + 4);
	uint8_t *at = data + HEAD;
	char *path = index_path(dir, index->base);
	int rc;

	memcpy(data, magic, sizeof(magic));
	dd_put_u32(data + 8, index->generation);
	dd_put_u32(data + 12, index->last.incarnation);
	memcpy(data + 16, index->last.log_id, DD_ID_LEN);
	dd_put_u64(data + 32, index->base);
	dd_put_u64(data + 40, index->last.sequence);
	dd_put_u64(data + 48, index->end);
	dd_put_u64(data + 56, (uint64_t)index->record_us);
	memcpy(data + 64, index->last.chain, DD_HASH_LEN);
	memcpy(data + 96, index->root, DD_HASH_LEN);
	dd_put_u32(data + 128, (uint32_t)index->count);
	for (size_t i = 0; i < index->count; i++, at += ENTRY) {
		dd_put_u64(at, index->entries[i].base);
		dd_put_u64(at + 8, (uint64_t)index->entries[i].record_us);
		dd_put_u64(at + 16, index->entries[i].offset);
	}
	dd_put_u32(data + len, dd_crc32c(0, data, len));
	rc = dd_file_write(path, data, len + 4, 0600, err);
	free(path);
	free(data);
	return rc;
}

static int decode(const struct dd_buf *buf, uint64_t base, struct dd_segment_index *index)
{
	const uint8_t *data = buf->data;
	const uint8_t *at = data + HEAD;
	size_t count;

	if (buf->len < HEAD + 4 || memcmp(data, magic, sizeof(magic)) != 0)
		return DD_ERR_CORRUPT;
	count = dd_get_u32(data + 128);
	if (count == 0 || count > COUNT_MAX || buf->len != HEAD + count * ENTRY + 4 ||
	    dd_get_u32(data + buf->len - 4) != dd_crc32c(0, data, buf->len - 4) ||
	    dd_get_u64(data + 32) != base)
		return DD_ERR_CORRUPT;
	index->generation = dd_get_u32(data + 8);
	index->last.incarnation = dd_get_u32(data + 12);
	memcpy(index->last.log_id, data + 16, DD_ID_LEN);
	index->base = base;
	index->last.sequence = dd_get_u64(data + 40);
	index->end = dd_get_u64(data + 48);
	index->record_us = (int64_t)dd_get_u64(data + 56);
	memcpy(index->last.chain, data + 64, DD_HASH_LEN);
	memcpy(index->root, data + 96, DD_HASH_LEN);
	for (size_t i = 0; i < count; i++, at += ENTRY) {
		struct dd_index_entry entry = {.base = dd_get_u64(at),
					       .record_us = (int64_t)dd_get_u64(at + 8),
					       .offset = dd_get_u64(at + 16)};

		add_entry(index, &entry);
	}
	return 0;
}

int dd_segment_index_read(const char *dir, uint64_t base, struct dd_segment_index *index_out,
			  struct dd_error *err)
{
	struct dd_buf buf = {0};
	char *path = index_path(dir, base);
	int rc = dd_file_read(path, HEAD + COUNT_MAX * ENTRY + 4, &buf, err);

	memset(index_out, 0, sizeof(*index_out));
	if (rc == DD_ERR_INVALID || (rc == 0 && decode(&buf, base, index_out) != 0))
		rc = dd_fail(err, DD_ERR_CORRUPT, "%s is not a good index", path);
	dd_buf_fini(&buf);
	free(path);
	return rc;
}

static void on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		     uint64_t offset, const uint8_t *leaves)
{
	(void)frame;
	(void)leaves;
	dd_segment_index_add(arg, info->base, info->record_us, offset);
}

int dd_segment_index_scan(const char *dir, uint64_t base, struct dd_segment_index *index_out,
			  struct dd_error *err)
{
	struct dd_segment_scan scan = {.on_frame = on_frame, .arg = index_out};
	struct dd_segment_file file;
	int rc;

	memset(index_out, 0, sizeof(*index_out));
	rc = dd_segment_open(&file, dir, base, false, err);
	if (rc != 0)
		return rc;
	rc = dd_segment_scan(&file, &scan, err);
	if (rc == 0 && !scan.closed) {
		dd_fail(err, DD_ERR_CORRUPT, "the segment has no end, and another one follows");
		rc = dd_segment_damage(err, file.path, scan.tail, scan.at.sequence + 1);
	}
	index_out->base = base;
	index_out->end = scan.end;
	index_out->last = scan.at;
	index_out->record_us = scan.record_us;
	index_out->generation = file.header.generation;
	dd_merkle_root(&scan.tree, index_out->root);
	dd_segment_close(&file);
	if (rc != 0)
		dd_segment_index_fini(index_out);
	return rc;
}
