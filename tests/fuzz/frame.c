/* frame.c - arbitrary bytes as a frame of the log; the same with its sums put right, so that what
 * lies behind them is reached; and frames built from the bytes, which must always verify. */
#include "common/base/alloc.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/frame_slice.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool every_third_hidden(void *arg, const struct dd_record *record)
{
	(void)arg;
	return record->sequence % 3 != 0;
}

/* The next slices for a reader, which begin behind `at`, verify if the original does. */
static void check_slice(const struct dd_buf *out, struct dd_position *at, bool verifies)
{
	struct dd_frame_info info;
	uint8_t chain[DD_HASH_LEN];

	for (size_t from = 0; from < out->len; from += info.length) {
		const uint8_t *data = out->data + from;

		assert(dd_frame_info(data, out->len - from, &info) == 0);
		assert(dd_frame_check(data, out->len - from, &info, NULL) == 0);
		assert(info.base == at->sequence + 1);
		memcpy(chain, at->chain, DD_HASH_LEN);
		assert(dd_frame_verify(data, &info, chain, NULL, NULL) == 0 || !verifies);
		memcpy(at->chain, info.chain_after, DD_HASH_LEN);
		at->sequence += info.count;
	}
}

/* Slices of any size hold every record, once and in order. */
static void check_sliced(const uint8_t *data, const struct dd_frame_info *info, bool verifies)
{
	struct dd_slicer_options options = {.visible = every_third_hidden,
					    .max_bytes = 64 + data[info->length - 9] * 16u,
					    .compact = data[info->length - 10] % 2};
	struct dd_position at = {.sequence = info->base - 1};
	struct dd_buf out = {0};
	struct dd_slicer slicer;
	bool more = false;
	int rc = 0;

	memcpy(at.log_id, info->log_id, DD_ID_LEN);
	memcpy(at.chain, info->chain_before, DD_HASH_LEN);
	while (rc == 0 && !more) {
		dd_buf_clear(&out);
		dd_slicer_begin(&slicer, &options, &at, &out);
		rc = dd_slicer_add(&slicer, data, info, &more, NULL);
		dd_slicer_end(&slicer);
		check_slice(&out, &at, verifies);
		assert(at.sequence == slicer.at.sequence && out.len > 0);
	}
	assert(rc == 0 || !verifies);
	assert(at.sequence == info->base + info->count - 1);
	dd_buf_fini(&out);
}

/* Returns whether the frame verifies. */
static bool read_frame(const uint8_t *data, size_t len)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t chain[DD_HASH_LEN];
	uint32_t count = 0;
	bool verifies;

	if (dd_frame_info(data, len, &info) != 0 || info.length > len ||
	    dd_frame_check(data, len, &info, NULL) != 0)
		return false;
	dd_frame_iter(&iter, data, &info);
	while (dd_frame_next(&iter, &record)) {
		assert(record.sequence == info.base + count++);
		assert(record.body >= data && record.body + record.body_len <= data + info.length);
	}
	assert(count == info.count);
	memcpy(chain, info.chain_before, DD_HASH_LEN);
	verifies = dd_frame_verify(data, &info, chain, NULL, NULL) == 0;
	if ((info.flags & DD_FRAME_SEGMENT_END) == 0)
		check_sliced(data, &info, verifies);
	return verifies;
}

static void store_u32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

static void read_with_sums_right(const uint8_t *data, size_t len)
{
	uint8_t *copy;

	len &= ~(size_t)7;
	if (len < DD_FRAME_HEADER)
		return;
	copy = dd_memdup(data, len);
	memcpy(copy, DD_FRAME_MAGIC, sizeof(DD_FRAME_MAGIC) - 1);
	store_u32(copy + DD_AT_LENGTH, (uint32_t)len);
	store_u32(copy + DD_AT_RECORDS_CRC,
		  dd_crc32c(0, copy + DD_FRAME_HEADER, len - DD_FRAME_HEADER));
	store_u32(copy + DD_AT_HEADER_CRC, dd_crc32c(0, copy, DD_AT_HEADER_CRC));
	(void)read_frame(copy, len);
	free(copy);
}

/* Records as long as the bytes say, with the bytes in them. */
static void build(const uint8_t *data, size_t len)
{
	static const uint8_t log_id[DD_ID_LEN] = {1};
	static const uint8_t chain[DD_HASH_LEN] = {2};
	struct dd_buf frame = {0};
	uint8_t *header;
	uint8_t *body;

	dd_frame_begin(&frame, log_id, 1, 5, 1000);
	for (size_t at = 0; at + 2 < len && dd_frame_count(&frame) < 64; at += 3) {
		uint32_t header_len = data[at];
		uint32_t body_len = data[at + 1] * (data[at + 2] % 8u);

		if (dd_frame_add(&frame, header_len, body_len, &header, &body) != 0)
			break;
		memset(header, data[at], header_len);
		memset(body, data[at + 2], body_len);
	}
	if (dd_frame_count(&frame) > 0) {
		dd_frame_seal(&frame, chain, NULL, NULL);
		assert(read_frame(frame.data, frame.len));
	}
	dd_buf_fini(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static int started;

	if (!started) {
		dd_id_start();
		started = 1;
	}
	(void)read_frame(data, len);
	read_with_sums_right(data, len);
	build(data, len);
	return 0;
}
