/* segment_index.h - where a segment's frames lie: one entry for each 8 KiB of them, in memory and,
 * for a full segment, in a file `<base>.idx` beside it that can be made again by a scan.
 *
 *   offset size
 *        0    8  magic "DDIDX2" and two zeros
 *        8    4  generation     12    4  incarnation at the end
 *       16   16  log id
 *       32    8  base           40    8  last sequence
 *       48    8  offset of the "segment end"
 *       56    8  record time of the last record
 *       64   32  chain after the last record
 *       96   32  Merkle root
 *      128    4  count of entries, 4 zeros
 *      136       entries: u64 base sequence, u64 record time, u64 offset
 *  behind them: 4  CRC-32C of everything before
 */
#ifndef DD_EVENTLOG_SEGMENT_INDEX_H
#define DD_EVENTLOG_SEGMENT_INDEX_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/segment.h"

#define DD_INDEX_EVERY ((uint64_t)8 << 10)

struct dd_index_entry {
	uint64_t base;
	int64_t record_us;
	uint64_t offset;
};

struct dd_segment_index {
	uint64_t base;
	uint64_t end; /* where frames of records end: the "segment end", or the durable tail */
	struct dd_position last; /* behind the last record */
	int64_t record_us;       /* of the last record */
	uint32_t generation;
	uint8_t root[DD_HASH_LEN];
	struct dd_index_entry *entries; /* owned */
	size_t count, room;
};

void dd_segment_index_fini(struct dd_segment_index *index);

/* Tell of the next frame; kept if it is the first or 8 KiB from the last one kept. */
void dd_segment_index_add(struct dd_segment_index *index, uint64_t base, int64_t record_us,
			  uint64_t offset);

/* The last entry at or before a sequence, or not later than a time; NULL if there is none. */
const struct dd_index_entry *dd_segment_index_find(const struct dd_segment_index *index,
						   uint64_t sequence);
const struct dd_index_entry *dd_segment_index_find_time(const struct dd_segment_index *index,
							int64_t us);

int dd_segment_index_write(const char *dir, const struct dd_segment_index *index,
			   struct dd_error *err) DD_MUST_CHECK;
/* DD_ERR_NOT_FOUND or DD_ERR_CORRUPT: make it again. */
int dd_segment_index_read(const char *dir, uint64_t base, struct dd_segment_index *index_out,
			  struct dd_error *err) DD_MUST_CHECK;

/* Make it by scanning the full segment; DD_ERR_CORRUPT if that is damaged. */
int dd_segment_index_scan(const char *dir, uint64_t base, struct dd_segment_index *index_out,
			  struct dd_error *err) DD_MUST_CHECK;

#endif
