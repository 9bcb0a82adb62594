/* frame_read.c - checking and walking frames. */
#include "common/eventlog/frame.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include <string.h>

/* Sizes that a frame of these flags may have. */
static bool plausible(const struct dd_frame_info *info)
{
	uint32_t max = info->flags & DD_FRAME_FILTERED ? DD_FRAME_FILTERED_MAX : DD_FRAME_MAX;

	if (info->base == 0 || info->base > UINT64_MAX / 2 || info->length % 8 != 0)
		return false;
	if (info->flags == DD_FRAME_SEGMENT_END)
		return info->count == 0 && info->length == DD_SEGMENT_END_SIZE;
	if (info->flags == (DD_FRAME_FILTERED | DD_FRAME_RUN))
		return info->count > 0 && info->count <= DD_FRAME_RECORDS_MAX &&
		       info->length == DD_FRAME_HEADER + info->count * DD_HASH_LEN;
	if (info->flags != 0 && info->flags != DD_FRAME_FILTERED)
		return false;
	return info->count > 0 && info->count <= DD_FRAME_RECORDS_MAX && info->length <= max &&
	       (uint64_t)info->length >= DD_FRAME_HEADER + (uint64_t)info->count * DD_RECORD_HEADER;
}

int dd_frame_info(const uint8_t *data, size_t len, struct dd_frame_info *info_out)
{
	if (len < 8)
		return DD_ERR_RETRY;
	if (dd_get_u64(data) == 0)
		return DD_ERR_NOT_FOUND;
	if (memcmp(data, DD_FRAME_MAGIC, 4) != 0)
		return DD_ERR_CORRUPT;
	if (len < DD_FRAME_HEADER)
		return DD_ERR_RETRY;
	if (dd_get_u32(data + DD_AT_HEADER_CRC) != dd_crc32c(0, data, DD_AT_HEADER_CRC))
		return DD_ERR_CORRUPT;
	info_out->flags = dd_get_u16(data + DD_AT_FLAGS);
	info_out->length = dd_get_u32(data + DD_AT_LENGTH);
	info_out->count = dd_get_u32(data + DD_AT_COUNT);
	memcpy(info_out->log_id, data + DD_AT_LOG_ID, DD_ID_LEN);
	info_out->base = dd_get_u64(data + DD_AT_BASE);
	info_out->incarnation = dd_get_u32(data + DD_AT_INCARNATION);
	info_out->record_us = (int64_t)dd_get_u64(data + DD_AT_RECORD_US);
	memcpy(info_out->chain_before, data + DD_AT_CHAIN_BEFORE, DD_HASH_LEN);
	memcpy(info_out->chain_after, data + DD_AT_CHAIN_AFTER, DD_HASH_LEN);
	if (dd_get_u16(data + 6) != 0 || dd_get_u32(data + 44) != 0 || !plausible(info_out))
		return DD_ERR_CORRUPT;
	return 0;
}

/* Whether a redacted record says that something stays. */
static bool has_rest(const uint8_t *at, size_t room)
{
	uint32_t header_len = dd_get_u32(at), body_len = dd_get_u32(at + 4);

	return dd_get_u32(at + 8) == DD_RECORD_REDACTED && body_len >= DD_REST_AT &&
	       room >= DD_RECORD_HEADER + (size_t)header_len + body_len &&
	       at[DD_RECORD_HEADER + header_len + DD_REST_AT - 1] == 1;
}

/* The size of the record at `at`, or 0 if it is not laid out as the format says. */
static size_t checked_record(const uint8_t *at, size_t room, uint16_t flags)
{
	uint32_t header_len, body_len, kind;
	size_t used, size;
	bool fixed; /* redacted or leaf: begins with a hash, and no salt */

	if (room < DD_RECORD_HEADER)
		return 0;
	header_len = dd_get_u32(at);
	body_len = dd_get_u32(at + 4);
	kind = dd_get_u32(at + 8);
	fixed = kind == DD_RECORD_REDACTED || kind == DD_RECORD_LEAF;
	if (header_len > DD_HEADER_MAX || body_len > DD_BODY_MAX || kind > DD_RECORD_LEAF)
		return 0;
	if (fixed && !dd_all_zero(at + 16, DD_SALT_LEN))
		return 0;
	if (fixed && body_len != DD_HASH_LEN && !has_rest(at, room))
		return 0;
	if (kind == DD_RECORD_LEAF && (header_len != 0 || !(flags & DD_FRAME_FILTERED)))
		return 0;
	used = DD_RECORD_HEADER + (size_t)header_len + body_len;
	size = dd_record_size(header_len, body_len);
	if (size > room || dd_get_u32(at + 12) != 0 || !dd_all_zero(at + used, size - used))
		return 0;
	return size;
}

int dd_frame_check(const uint8_t *data, size_t len, const struct dd_frame_info *info,
		   struct dd_error *err)
{
	size_t at = DD_FRAME_HEADER;

	if (len < info->length)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the frame of sequence %llu is cut off: %zu of %u bytes",
			       (unsigned long long)info->base, len, info->length);
	if (dd_get_u32(data + DD_AT_RECORDS_CRC) !=
	    dd_crc32c(0, data + DD_FRAME_HEADER, info->length - DD_FRAME_HEADER))
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the records of the frame of sequence %llu do not match their sum",
			       (unsigned long long)info->base);
	if (info->flags & (DD_FRAME_SEGMENT_END | DD_FRAME_RUN))
		return 0;
	for (uint32_t i = 0; i < info->count; i++) {
		uint64_t sequence = info->base + i;
		size_t size = checked_record(data + at, info->length - at, info->flags);

		if (size == 0)
			return dd_fail(err, DD_ERR_CORRUPT, "record %llu is malformed",
				       (unsigned long long)sequence);
		at += size;
	}
	if (at != info->length)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the frame of sequence %llu has bytes behind its last record",
			       (unsigned long long)info->base);
	return 0;
}

void dd_record_leaf(const uint8_t log_id[DD_ID_LEN], const struct dd_record *record,
		    uint8_t leaf_out[DD_HASH_LEN])
{
	uint8_t body[DD_HASH_LEN];
	const uint8_t *body_hash = record->body;

	if (record->kind == DD_RECORD_LEAF) {
		memcpy(leaf_out, record->body, DD_HASH_LEN);
		return;
	}
	if (record->kind == DD_RECORD_FULL) {
		dd_chain_body(record->salt, record->body, record->body_len, body);
		body_hash = body;
	}
	dd_chain_leaf(log_id, record->sequence, record->header, record->header_len, body_hash,
		      leaf_out);
}

int dd_frame_verify(const uint8_t *data, const struct dd_frame_info *info,
		    uint8_t chain[DD_HASH_LEN], uint8_t *leaves, struct dd_error *err)
{
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t leaf[DD_HASH_LEN];

	if (memcmp(chain, info->chain_before, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the frame of sequence %llu does not continue the chain before it",
			       (unsigned long long)info->base);
	dd_frame_iter(&iter, data, info);
	for (size_t i = 0; dd_frame_next(&iter, &record); i++) {
		dd_record_leaf(info->log_id, &record, leaf);
		dd_chain_next(chain, leaf, chain);
		if (leaves)
			memcpy(leaves + i * DD_HASH_LEN, leaf, DD_HASH_LEN);
	}
	if (memcmp(chain, info->chain_after, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the hashes of the frame of sequence %llu do not give its chain: "
			       "its records were changed",
			       (unsigned long long)info->base);
	return 0;
}

void dd_frame_iter(struct dd_frame_iter *iter, const uint8_t *data,
		   const struct dd_frame_info *info)
{
	iter->at = data + DD_FRAME_HEADER;
	iter->end = data + info->length;
	iter->next = info->base;
	iter->left = info->count;
	iter->run = (info->flags & DD_FRAME_RUN) != 0;
}

static void next_leaf(struct dd_frame_iter *iter, struct dd_record *record_out)
{
	static const uint8_t no_salt[DD_SALT_LEN];

	*record_out = (struct dd_record){.sequence = iter->next++,
					 .kind = DD_RECORD_LEAF,
					 .header = iter->at,
					 .body = iter->at,
					 .body_len = DD_HASH_LEN,
					 .salt = no_salt};
	iter->at += DD_HASH_LEN;
	iter->left--;
}

bool dd_frame_next(struct dd_frame_iter *iter, struct dd_record *record_out)
{
	const uint8_t *at = iter->at;

	if (iter->left == 0)
		return false;
	if (iter->run) {
		next_leaf(iter, record_out);
		return true;
	}
	record_out->sequence = iter->next;
	record_out->header_len = dd_get_u32(at);
	record_out->body_len = dd_get_u32(at + 4);
	record_out->kind = (enum dd_record_kind)dd_get_u32(at + 8);
	record_out->salt = at + 16;
	record_out->header = at + DD_RECORD_HEADER;
	record_out->body = record_out->header + record_out->header_len;
	iter->at = at + dd_record_size(record_out->header_len, record_out->body_len);
	iter->next++;
	iter->left--;
	return true;
}

bool dd_record_body(const struct dd_record *record, const uint8_t **body_out, uint32_t *len_out)
{
	uint32_t skip = record->kind == DD_RECORD_FULL ? 0 : DD_REST_AT;

	*body_out = NULL;
	*len_out = 0;
	if (record->kind == DD_RECORD_LEAF || record->body_len < skip)
		return false;
	*body_out = record->body + skip;
	*len_out = record->body_len - skip;
	return true;
}

struct dd_segment_end dd_frame_segment_end_get(const uint8_t *data)
{
	struct dd_segment_end end = {.first = dd_get_u64(data + DD_FRAME_HEADER),
				     .last = dd_get_u64(data + DD_FRAME_HEADER + 8)};

	memcpy(end.root, data + DD_FRAME_HEADER + 16, DD_HASH_LEN);
	return end;
}
