/* frame.c - building frames. Reading them is in frame_read.c. */
#include "common/eventlog/frame.h"
#include "common/base/alloc.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t magic[4] = {'D', 'D', 'F', '1'};

void dd_frame_begin(struct dd_buf *buf, const uint8_t log_id[DD_ID_LEN], uint32_t incarnation,
		    uint64_t base, int64_t record_us)
{
	uint8_t *at;

	dd_buf_clear(buf);
	at = dd_buf_reserve(buf, DD_FRAME_HEADER);
	memset(at, 0, DD_FRAME_HEADER);
	memcpy(at, magic, sizeof(magic));
	dd_put_u32(at + DD_AT_LENGTH, DD_FRAME_HEADER);
	memcpy(at + DD_AT_LOG_ID, log_id, DD_ID_LEN);
	dd_put_u64(at + DD_AT_BASE, base);
	dd_put_u32(at + DD_AT_INCARNATION, incarnation);
	dd_put_u64(at + DD_AT_RECORD_US, (uint64_t)record_us);
	buf->len = DD_FRAME_HEADER;
}

static void set_size(struct dd_buf *buf, uint32_t count, size_t len)
{
	buf->len = len;
	dd_put_u32(buf->data + DD_AT_COUNT, count);
	dd_put_u32(buf->data + DD_AT_LENGTH, (uint32_t)len);
}

/* Append a record, zeroed but for its lengths and kind; the caller fills it. */
static uint8_t *add_record(struct dd_buf *buf, uint32_t header_len, uint32_t body_len,
			   enum dd_record_kind kind)
{
	size_t size = dd_record_size(header_len, body_len);
	uint8_t *at = dd_buf_reserve(buf, size);

	memset(at, 0, DD_RECORD_HEADER);
	dd_put_u32(at, header_len);
	dd_put_u32(at + 4, body_len);
	dd_put_u32(at + 8, (uint32_t)kind);
	memset(at + size - 8, 0, 8); /* padding; what is not padding is filled later */
	set_size(buf, dd_frame_count(buf) + 1, buf->len + size);
	return at;
}

int dd_frame_add(struct dd_buf *buf, uint32_t header_len, uint32_t body_len, uint8_t **header_out,
		 uint8_t **body_out)
{
	uint8_t *at;

	if (header_len > DD_HEADER_MAX || body_len > DD_BODY_MAX)
		return DD_ERR_INVALID;
	if (dd_frame_count(buf) >= DD_FRAME_RECORDS_MAX ||
	    buf->len + dd_record_size(header_len, body_len) > DD_FRAME_MAX)
		return DD_ERR_INVALID;
	at = add_record(buf, header_len, body_len, DD_RECORD_FULL);
	*header_out = at + DD_RECORD_HEADER;
	*body_out = at + DD_RECORD_HEADER + header_len;
	return 0;
}

uint32_t dd_frame_count(const struct dd_buf *buf)
{
	assert(buf->len >= DD_FRAME_HEADER);
	return dd_get_u32(buf->data + DD_AT_COUNT);
}

/* Sums over what is there; afterwards the bytes are final. */
static void close_sums(uint8_t *data, size_t len)
{
	dd_put_u32(data + DD_AT_RECORDS_CRC,
		   dd_crc32c(0, data + DD_FRAME_HEADER, len - DD_FRAME_HEADER));
	dd_put_u32(data + DD_AT_HEADER_CRC, dd_crc32c(0, data, DD_AT_HEADER_CRC));
}

/* One draw for the whole frame: a system call for each record would be felt. */
static void draw_salts(struct dd_buf *buf)
{
	uint32_t count = dd_frame_count(buf);
	uint8_t *salts = dd_alloc((size_t)count * DD_SALT_LEN);
	uint8_t *at = buf->data + DD_FRAME_HEADER;

	dd_sys()->random(dd_sys()->ctx, salts, (size_t)count * DD_SALT_LEN);
	for (uint32_t i = 0; i < count; i++) {
		memcpy(at + 16, salts + (size_t)i * DD_SALT_LEN, DD_SALT_LEN);
		at += dd_record_size(dd_get_u32(at), dd_get_u32(at + 4));
	}
	free(salts);
}

void dd_frame_seal(struct dd_buf *buf, const uint8_t chain_before[DD_HASH_LEN], uint8_t *leaves,
		   uint8_t *chains)
{
	struct dd_frame_iter iter;
	struct dd_frame_info info = {.length = (uint32_t)buf->len,
				     .count = dd_frame_count(buf),
				     .base = dd_get_u64(buf->data + DD_AT_BASE)};
	struct dd_record record;
	uint8_t chain[DD_HASH_LEN];
	uint8_t leaf[DD_HASH_LEN];

	assert(info.count > 0);
	draw_salts(buf);
	memcpy(chain, chain_before, DD_HASH_LEN);
	memcpy(buf->data + DD_AT_CHAIN_BEFORE, chain, DD_HASH_LEN);
	dd_frame_iter(&iter, buf->data, &info);
	for (size_t i = 0; dd_frame_next(&iter, &record); i++) {
		dd_record_leaf(buf->data + DD_AT_LOG_ID, &record, leaf);
		dd_chain_next(chain, leaf, chain);
		if (leaves)
			memcpy(leaves + i * DD_HASH_LEN, leaf, DD_HASH_LEN);
		if (chains)
			memcpy(chains + i * DD_HASH_LEN, chain, DD_HASH_LEN);
	}
	memcpy(buf->data + DD_AT_CHAIN_AFTER, chain, DD_HASH_LEN);
	close_sums(buf->data, buf->len);
}

/* The fields of the frame, each by its own name. NOLINTNEXTLINE(readability-function-size) */
void dd_frame_segment_end(struct dd_buf *buf, const uint8_t log_id[DD_ID_LEN], uint32_t incarnation,
			  uint64_t first, uint64_t last, int64_t record_us,
			  const uint8_t chain[DD_HASH_LEN], const uint8_t root[DD_HASH_LEN])
{
	uint8_t *at;

	dd_frame_begin(buf, log_id, incarnation, last + 1, record_us);
	at = dd_buf_reserve(buf, DD_SEGMENT_END_SIZE - DD_FRAME_HEADER);
	dd_put_u64(at, first);
	dd_put_u64(at + 8, last);
	memcpy(at + 16, root, DD_HASH_LEN);
	set_size(buf, 0, DD_SEGMENT_END_SIZE);
	dd_put_u16(buf->data + DD_AT_FLAGS, DD_FRAME_SEGMENT_END);
	memcpy(buf->data + DD_AT_CHAIN_BEFORE, chain, DD_HASH_LEN);
	memcpy(buf->data + DD_AT_CHAIN_AFTER, chain, DD_HASH_LEN);
	close_sums(buf->data, buf->len);
}
