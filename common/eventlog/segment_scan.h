/* segment_scan.h - reads a segment from its first frame to its last and tells a torn end, which is
 * forgiven, from damage, which is not. Recovery, verification and rebuilding an index share it. */
#ifndef DD_EVENTLOG_SEGMENT_SCAN_H
#define DD_EVENTLOG_SEGMENT_SCAN_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/segment.h"

/* One good frame of records, at `offset`. `leaves` has one leaf for each record. */
typedef void dd_scan_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
			   uint64_t offset, const uint8_t *leaves);

struct dd_segment_scan {
	dd_scan_frame *on_frame; /* in; may be NULL */
	void *arg;

	struct dd_position at; /* behind the last good record */
	int64_t record_us;     /* of the last good record */
	uint64_t frames;       /* of records */
	uint64_t tail;         /* where the next frame goes; of a closed segment: its end */
	uint64_t end;          /* closed: where the "segment end" begins */
	uint64_t rewrite_from; /* the last frames, about a mebibyte, begin here */
	uint64_t torn;         /* bytes from `tail` to the last one that is not zero */
	bool closed;
	struct dd_merkle tree;
	struct dd_error why; /* torn: what is wrong at `tail` */
};

/* Check every frame: sums, order, chain, hashes, Merkle root. The scan starts at what the header
 * says; whether the header continues the segment before is the caller's to check. 0 with `torn` > 0
 * if the bytes behind the last good frame can be one unfinished write; whether something
 * acknowledged proves otherwise is the caller's to judge (dd_segment_damage then). DD_ERR_CORRUPT
 * is damage whatever anybody knows; the error names file, offset, sequence and remedy. */
int dd_segment_scan(struct dd_segment_file *file, struct dd_segment_scan *scan,
		    struct dd_error *err) DD_MUST_CHECK;

/* Complete *err, which says what is wrong, by place and remedy; DD_ERR_CORRUPT. */
int dd_segment_damage(struct dd_error *err, const char *path, uint64_t offset, uint64_t sequence);

/* That a segment whose header this is goes on where `before` ended (with `root`). */
int dd_segment_continues(const struct dd_segment_file *file, const struct dd_position *before,
			 const uint8_t root[DD_HASH_LEN], struct dd_error *err) DD_MUST_CHECK;

#endif
