/* frame_layout.h - where things lie in a frame; shared by frame.c and frame_read.c. */
#ifndef DD_EVENTLOG_FRAME_LAYOUT_H
#define DD_EVENTLOG_FRAME_LAYOUT_H

#include "common/eventlog/frame.h"

#define DD_FRAME_MAGIC      "DDF1"
#define DD_AT_FLAGS         4
#define DD_AT_LENGTH        8
#define DD_AT_COUNT         12
#define DD_AT_LOG_ID        16
#define DD_AT_BASE          32
#define DD_AT_INCARNATION   40
#define DD_AT_RECORD_US     48
#define DD_AT_CHAIN_BEFORE  56
#define DD_AT_CHAIN_AFTER   88
#define DD_AT_RECORDS_CRC   120
#define DD_AT_HEADER_CRC    124
#define DD_SEGMENT_END_SIZE 176u /* header, first, last, root */

/* What a filtered copy may take: hiding a tiny record makes it 32 bytes longer. */
#define DD_FRAME_FILTERED_MAX (DD_FRAME_MAX + DD_FRAME_RECORDS_MAX * 32u)

/* Bytes of a record with its padding. */
static inline size_t dd_record_size(uint32_t header_len, uint32_t body_len)
{
	return (DD_RECORD_HEADER + (size_t)header_len + body_len + 7) & ~(size_t)7;
}

/* The leaf of a record of any kind. */
void dd_record_leaf(const uint8_t log_id[DD_ID_LEN], const struct dd_record *record,
		    uint8_t leaf_out[DD_HASH_LEN]);

/* What a checked segment end carries. */
struct dd_segment_end {
	uint64_t first, last;
	uint8_t root[DD_HASH_LEN];
};
struct dd_segment_end dd_frame_segment_end_get(const uint8_t *data);

#endif
