/* segment_scan.c - from the first frame of a segment to its last, and the judgement at its end. */
#include "common/eventlog/segment_scan.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include <inttypes.h>
#include <string.h>

#define MARK_EVERY ((uint64_t)512 << 10)

int dd_segment_damage(struct dd_error *err, const char *path, uint64_t offset, uint64_t sequence)
{
	struct dd_error what = {0};

	if (err)
		what = *err;
	return dd_fail(err, DD_ERR_CORRUPT,
		       "%s: offset %" PRIu64 ", sequence %" PRIu64 ": %.*s. Nothing was changed. "
		       "Check with `dondoc log verify`, restore the log from a backup",
		       path, offset, sequence, 240, what.text);
}

int dd_segment_continues(const struct dd_segment_file *file, const struct dd_position *before,
			 const uint8_t root[DD_HASH_LEN], struct dd_error *err)
{
	const struct dd_segment_header *header = &file->header;
	const char *what = NULL;

	if (memcmp(header->log_id, before->log_id, DD_ID_LEN) != 0)
		what = "the segment belongs to another log";
	else if (header->base != before->sequence + 1)
		what = "a segment is missing before this one";
	else if (memcmp(header->chain, before->chain, DD_HASH_LEN) != 0)
		what = "the segment does not continue the chain of the one before";
	else if (memcmp(header->previous_root, root, DD_HASH_LEN) != 0)
		what = "the segment names another Merkle root than the one before has";
	else if (header->incarnation < before->incarnation)
		what = "the incarnation goes back";
	if (!what)
		return 0;
	dd_fail(err, DD_ERR_CORRUPT, "%s", what);
	return dd_segment_damage(err, file->path, 0, before->sequence + 1);
}

/* One place in the file: `info` is good if `header` is, `data` is the whole frame if rc is 0. */
struct place {
	const uint8_t *data;
	struct dd_frame_info info;
	bool header;
};

/* Look for a whole frame with right sums. 0, DD_ERR_NOT_FOUND (unwritten or not a good frame; *err
 * has words), or another code if the file cannot be read. */
static int look_at(struct dd_segment_file *file, uint64_t offset, struct place *place,
		   struct dd_error *err)
{
	uint64_t left = file->header.size - offset;
	int rc;

	memset(place, 0, sizeof(*place));
	if (left < DD_FRAME_HEADER)
		return dd_fail(err, DD_ERR_NOT_FOUND, "no room is left for a frame");
	rc = dd_segment_look(file, offset, DD_FRAME_HEADER, &place->data, err);
	if (rc != 0)
		return rc;
	if (dd_frame_info(place->data, DD_FRAME_HEADER, &place->info) != 0)
		return dd_fail(err, DD_ERR_NOT_FOUND, "there is no good frame header");
	place->header = true;
	if (place->info.length > left)
		return dd_fail(err, DD_ERR_NOT_FOUND, "the frame is longer than the segment");
	rc = dd_segment_look(file, offset, place->info.length, &place->data, err);
	if (rc == 0 && dd_frame_check(place->data, place->info.length, &place->info, err) != 0)
		rc = DD_ERR_NOT_FOUND;
	return rc;
}

/* Whether an intact header is the one that belongs here. A mere torn write cannot make it wrong. */
static int belongs(const struct dd_segment_scan *scan, const struct dd_frame_info *info,
		   struct dd_error *err)
{
	if (memcmp(info->log_id, scan->at.log_id, DD_ID_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "the frame belongs to another log");
	if (info->flags & DD_FRAME_FILTERED)
		return dd_fail(err, DD_ERR_CORRUPT, "the frame is a filtered copy");
	if (info->base != scan->at.sequence + 1)
		return dd_fail(err, DD_ERR_CORRUPT, "the frame is that of sequence %" PRIu64,
			       info->base);
	if (memcmp(info->chain_before, scan->at.chain, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the frame does not continue the chain before it");
	if (info->incarnation < scan->at.incarnation)
		return dd_fail(err, DD_ERR_CORRUPT, "the incarnation goes back");
	if (info->record_us < scan->record_us)
		return dd_fail(err, DD_ERR_CORRUPT, "the record time goes back");
	return 0;
}

/* Any whole frame behind a bad place was acknowledged, or written where it does not belong: a torn
 * write holds none. */
static int search_frame(struct dd_segment_file *file, uint64_t from, uint64_t to,
			uint64_t *found_out, struct dd_error *err)
{
	struct place place;
	const uint8_t *data;
	int rc;

	*found_out = 0;
	for (uint64_t at = from; at + DD_FRAME_HEADER <= to; at += 8) {
		rc = dd_segment_look(file, at, DD_FRAME_HEADER, &data, err);
		if (rc != 0)
			return rc;
		if (memcmp(data, DD_FRAME_MAGIC, 4) != 0)
			continue;
		rc = look_at(file, at, &place, NULL);
		if (rc == 0 && memcmp(place.info.log_id, file->header.log_id, DD_ID_LEN) == 0) {
			*found_out = at;
			return 0;
		}
		if (rc != 0 && rc != DD_ERR_NOT_FOUND)
			return rc;
	}
	return 0;
}

/* Whether one write at the tail can reach so far: a frame leaves room for the segment's end, and
 * that end is short. */
static bool single_write(const struct dd_segment_file *file, const struct dd_segment_scan *scan,
			 const struct dd_frame_info *intact)
{
	uint64_t used = scan->tail + scan->torn;

	if (used > file->header.size - DD_SEGMENT_END_SIZE && scan->torn > DD_SEGMENT_END_SIZE)
		return false;
	return scan->torn <= (intact ? intact->length : DD_FRAME_MAX);
}

/* The bytes behind the last good frame: nothing, one unfinished write, or damage. `scan->why` says
 * what is wrong with the place, `intact` is its header if that is good. */
static int judge(struct dd_segment_file *file, struct dd_segment_scan *scan,
		 const struct dd_frame_info *intact, struct dd_error *err)
{
	uint64_t used, found;
	int rc = dd_segment_used(file, scan->tail, &used, err);

	if (rc != 0)
		return rc;
	scan->torn = used - scan->tail;
	if (scan->torn == 0)
		return 0;
	if (!single_write(file, scan, intact)) {
		dd_fail(err, DD_ERR_CORRUPT,
			"%.120s, and %" PRIu64 " bytes follow: no single write", scan->why.text,
			scan->torn);
		return dd_segment_damage(err, file->path, scan->tail, scan->at.sequence + 1);
	}
	rc = search_frame(file, scan->tail + 8, used, &found, err);
	if (rc == 0 && found != 0) {
		dd_fail(err, DD_ERR_CORRUPT, "%.120s, and a good frame follows at offset %" PRIu64,
			scan->why.text, found);
		rc = dd_segment_damage(err, file->path, scan->tail, scan->at.sequence + 1);
	}
	return rc;
}

/* The "segment end": what it says must be what was seen, and nothing may follow. */
static int close_segment(struct dd_segment_file *file, struct dd_segment_scan *scan,
			 const struct place *place, struct dd_error *err)
{
	struct dd_segment_end end = dd_frame_segment_end_get(place->data);
	uint8_t root[DD_HASH_LEN];
	uint64_t used;
	int rc;

	dd_merkle_root(&scan->tree, root);
	if (end.first != file->header.base || end.last != scan->at.sequence)
		return dd_fail(err, DD_ERR_CORRUPT, "the segment end counts other records");
	if (memcmp(end.root, root, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "the Merkle root of the segment is another");
	scan->closed = true;
	scan->end = scan->tail;
	scan->tail += place->info.length;
	rc = dd_segment_used(file, scan->tail, &used, err);
	if (rc == 0 && used != scan->tail)
		rc = dd_fail(err, DD_ERR_CORRUPT, "bytes follow the end of the segment");
	return rc;
}

static int take_frame(struct dd_segment_file *file, struct dd_segment_scan *scan,
		      const struct place *place, struct dd_buf *leaves, struct dd_error *err)
{
	const struct dd_frame_info *info = &place->info;
	uint8_t *room;
	int rc;

	if (info->flags & DD_FRAME_SEGMENT_END) {
		rc = dd_frame_verify(place->data, info, scan->at.chain, NULL, err);
		return rc != 0 ? rc : close_segment(file, scan, place, err);
	}
	dd_buf_clear(leaves);
	room = dd_buf_reserve(leaves, (size_t)info->count * DD_HASH_LEN);
	rc = dd_frame_verify(place->data, info, scan->at.chain, room, err);
	if (rc != 0)
		return rc;
	for (uint32_t i = 0; i < info->count; i++)
		dd_merkle_add(&scan->tree, room + (size_t)i * DD_HASH_LEN);
	scan->at.sequence += info->count;
	scan->at.incarnation = info->incarnation;
	scan->record_us = info->record_us;
	scan->frames++;
	if (scan->on_frame)
		scan->on_frame(scan->arg, place->data, info, scan->tail, room);
	scan->tail += info->length;
	return 0;
}

static void start(const struct dd_segment_file *file, struct dd_segment_scan *scan)
{
	const struct dd_segment_header *header = &file->header;

	memcpy(scan->at.log_id, header->log_id, DD_ID_LEN);
	scan->at.incarnation = header->incarnation;
	scan->at.sequence = header->base - 1;
	memcpy(scan->at.chain, header->chain, DD_HASH_LEN);
	scan->record_us = header->record_us;
	scan->tail = DD_SEGMENT_HEADER;
	scan->rewrite_from = DD_SEGMENT_HEADER;
	dd_merkle_init(&scan->tree);
}

/* Look again at a place that was judged: beside a running log its frame may be whole by now. */
static bool whole_by_now(struct dd_segment_file *file, struct dd_segment_scan *scan,
			 struct place *place)
{
	dd_buf_clear(&file->window);
	if (look_at(file, scan->tail, place, NULL) != 0)
		return false;
	scan->torn = 0;
	return true;
}

/* One frame further; DD_ERR_NOT_FOUND at the end of the good ones. */
static int step(struct dd_segment_file *file, struct dd_segment_scan *scan, struct dd_buf *leaves,
		struct dd_error *err)
{
	struct place place;
	int rc = look_at(file, scan->tail, &place, &scan->why);
	int damaged = 0;

	if (rc != 0 && rc != DD_ERR_NOT_FOUND) {
		if (err)
			*err = scan->why;
		return rc;
	}
	if (rc == DD_ERR_NOT_FOUND) {
		if (place.header && belongs(scan, &place.info, err) != 0)
			return dd_segment_damage(err, file->path, scan->tail,
						 scan->at.sequence + 1);
		damaged = judge(file, scan, place.header ? &place.info : NULL, err);
		if ((damaged == 0 && scan->torn == 0) || !whole_by_now(file, scan, &place))
			return damaged != 0 ? damaged : DD_ERR_NOT_FOUND;
	}
	damaged = belongs(scan, &place.info, err);
	if (damaged == 0)
		damaged = take_frame(file, scan, &place, leaves, err);
	if (damaged == DD_ERR_CORRUPT)
		return dd_segment_damage(err, file->path, scan->tail, scan->at.sequence + 1);
	return damaged;
}

int dd_segment_scan(struct dd_segment_file *file, struct dd_segment_scan *scan,
		    struct dd_error *err)
{
	struct dd_buf leaves = {0};
	uint64_t mark = DD_SEGMENT_HEADER;
	int rc = 0;

	start(file, scan);
	while (rc == 0 && !scan->closed) {
		if (scan->tail - mark >= MARK_EVERY) {
			scan->rewrite_from = mark;
			mark = scan->tail;
		}
		rc = step(file, scan, &leaves, err);
	}
	dd_buf_fini(&leaves);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}
