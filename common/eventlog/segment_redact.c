/* segment_redact.c - see segment_redact.h.
 *
 * The committer is idle but for what it tidies up, which `work` keeps away. What readers see
 * changes in one step under `lock`: the name on the disk, the places in memory, and for the active
 * segment the open file and where the next frame goes. A reader that has opened a file before goes
 * on with that one. */
#include "common/eventlog/segment_redact.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment_log.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ZEROS ((size_t)1 << 20)

/* One segment on its way to its next generation. */
struct redaction {
	struct dd_eventlog *log;
	const struct dd_redact *records; /* of this segment, ascending */
	size_t count;
	struct dd_segment_file old;
	bool active;
	uint64_t limit; /* where the old one's frames end, "segment end" included */

	char *path; /* owned; of the new file, before it has its name */
	int fd;
	uint64_t at; /* where the next frame goes */
	uint8_t chain[DD_HASH_LEN];
	struct dd_buf frame;
	struct dd_segment_header header;
	struct dd_segment_index index; /* of the new generation */
	struct dd_index_entry *recent; /* owned; as the log's */
	uint64_t recent_count;
};

/* --- one frame ------------------------------------------------------------------------------- */

/* The frame without the bodies that go, in r->frame. */
static int blank_frame(struct redaction *r, const uint8_t *data, const struct dd_frame_info *info,
		       struct dd_error *err)
{
	dd_buf_clear(&r->frame);
	if (info->flags & DD_FRAME_SEGMENT_END) {
		dd_buf_add(&r->frame, data, info->length);
		return 0;
	}
	return dd_frame_blank(data, info, r->records, r->count, &r->frame, err);
}

/* The new bytes must say what the old ones said, before the old ones go. */
static int check_frame(struct redaction *r, struct dd_frame_info *info_out, struct dd_error *err)
{
	int rc = dd_frame_info(r->frame.data, r->frame.len, info_out);

	if (rc != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "there is no good frame header");
	rc = dd_frame_check(r->frame.data, r->frame.len, info_out, err);
	return rc != 0 ? rc : dd_frame_verify(r->frame.data, info_out, r->chain, NULL, err);
}

static void note_place(struct redaction *r, const struct dd_frame_info *info)
{
	if (info->flags & DD_FRAME_SEGMENT_END) {
		r->index.end = r->at;
		return;
	}
	dd_segment_index_add(&r->index, info->base, info->record_us, r->at);
	r->recent[r->recent_count++ % DD_RECENT] = (struct dd_index_entry){
		.base = info->base, .record_us = info->record_us, .offset = r->at};
	r->index.end = r->at + info->length;
}

static int copy_frame(struct redaction *r, uint64_t *offset, struct dd_error *err)
{
	struct dd_frame_info info;
	const uint8_t *data;
	int rc = dd_segment_look(&r->old, *offset, DD_FRAME_HEADER, &data, err);

	if (rc == 0 &&
	    (dd_frame_info(data, DD_FRAME_HEADER, &info) != 0 || info.length > r->limit - *offset))
		rc = dd_fail(err, DD_ERR_CORRUPT, "there is no good frame header");
	if (rc == 0)
		rc = dd_segment_look(&r->old, *offset, info.length, &data, err);
	if (rc == 0)
		rc = dd_frame_check(data, info.length, &info, err);
	if (rc == 0)
		*offset += info.length;
	if (rc == 0)
		rc = blank_frame(r, data, &info, err);
	if (rc == 0)
		rc = check_frame(r, &info, err);
	if (rc == 0)
		rc = dd_pwrite_all(r->fd, r->frame.data, r->frame.len, r->at, r->path, err);
	if (rc == 0) {
		note_place(r, &info);
		r->at += info.length;
	}
	if (rc == DD_ERR_CORRUPT)
		rc = dd_segment_damage(err, r->old.path, *offset, r->old.header.base);
	return rc;
}

/* --- the new file ---------------------------------------------------------------------------- */

/* Real zeros up to the size: as large as before, or larger where blanked records are longer than
 * they were. An active segment keeps room for its end. */
static int fill(struct redaction *r, struct dd_error *err)
{
	uint64_t needed = r->at + (r->active ? DD_SEGMENT_END_SIZE : 0);
	uint8_t *zeros = dd_alloc(ZEROS);
	uint64_t at = r->at;
	int rc = 0;

	if (needed > r->header.size)
		r->header.size =
			(needed + DD_SEGMENT_HEADER - 1) / DD_SEGMENT_HEADER * DD_SEGMENT_HEADER;
	memset(zeros, 0, ZEROS);
	while (rc == 0 && at < r->header.size) {
		uint64_t left = r->header.size - at;
		size_t len = left < ZEROS ? (size_t)left : ZEROS;

		rc = dd_pwrite_all(r->fd, zeros, len, at, r->path, err);
		at += len;
	}
	free(zeros);
	return rc;
}

static int write_new(struct redaction *r, struct dd_error *err)
{
	uint8_t data[DD_SEGMENT_HEADER];
	uint64_t offset = DD_SEGMENT_HEADER;
	int rc = 0;

	r->at = DD_SEGMENT_HEADER;
	memcpy(r->chain, r->header.chain, DD_HASH_LEN);
	while (rc == 0 && offset < r->limit)
		rc = copy_frame(r, &offset, err);
	if (rc == 0 && memcmp(r->chain, r->index.last.chain, DD_HASH_LEN) != 0) {
		dd_fail(err, DD_ERR_CORRUPT, "the segment does not end with its chain");
		rc = dd_segment_damage(err, r->old.path, offset, r->old.header.base);
	}
	if (rc == 0)
		rc = fill(r, err);
	if (rc == 0) {
		dd_segment_header_put(&r->header, data);
		rc = dd_pwrite_all(r->fd, data, sizeof(data), 0, r->path, err);
	}
	if (rc == 0 && dd_sys()->fsync(dd_sys()->ctx, r->fd) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", r->path);
	return rc;
}

/* --- the exchange ---------------------------------------------------------------------------- */

/* Lock held: the new generation is what everybody sees from now on. */
static void exchange(struct redaction *r, struct dd_segment_index *index)
{
	struct dd_eventlog *log = r->log;
	struct dd_segment_index former = *index;

	log->stats.rewrites++;
	*index = r->index;
	r->index = former; /* freed with the rest */
	if (!r->active)
		return;
	log->header = r->header;
	log->tail = r->at;
	memcpy(log->recent, r->recent, sizeof(log->recent));
	log->recent_count = r->recent_count;
	dd_log_set_fd(log, r->fd);
	r->fd = -1; /* the log's now */
}

static int take_place(struct redaction *r, struct dd_segment_index *index, struct dd_error *err)
{
	struct dd_eventlog *log = r->log;
	int rc = 0;

	pthread_mutex_lock(&log->lock);
	if (dd_sys()->rename(dd_sys()->ctx, r->path, r->old.path) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s", r->path);
	else
		exchange(r, index);
	pthread_mutex_unlock(&log->lock);
	if (rc != 0)
		return rc;
	rc = dd_dir_sync(log->dir, err);
	if (rc != 0)
		return DD_ERR_IO; /* which of them the disk has is not known: no space is no excuse
				   */
	/* One that is missing or of the old generation is made again when the log is opened. */
	if (!r->active && dd_segment_index_write(log->dir, index, err) == DD_ERR_IO)
		rc = DD_ERR_IO;
	return rc;
}

static int prepare(struct redaction *r, const struct dd_segment_index *index, struct dd_error *err)
{
	char name[DD_SEGMENT_NAME];
	int rc = dd_segment_open(&r->old, r->log->dir, index->base, false, err);

	if (rc != 0)
		return rc;
	r->header = r->old.header;
	r->header.generation++;
	r->limit = r->active ? r->log->tail : index->end + DD_SEGMENT_END_SIZE;
	r->index = *index;
	r->index.generation = r->header.generation;
	r->index.entries = NULL;
	r->index.count = 0;
	r->index.room = 0;
	r->recent = dd_alloc(DD_RECENT * sizeof(*r->recent));
	r->path = dd_path(r->log->dir, dd_segment_name(index->base, ".new-redacted", name));
	r->fd = dd_sys()->open(dd_sys()->ctx, r->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (r->fd < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot make %s", r->path);
	return rc;
}

static int redact_segment(struct redaction *r, struct dd_segment_index *index, struct dd_error *err)
{
	int rc = prepare(r, index, err);

	if (rc == 0)
		rc = write_new(r, err);
	if (rc == 0)
		rc = take_place(r, index, err);
	if (r->fd >= 0)
		dd_sys()->close(dd_sys()->ctx, r->fd);
	if (rc != 0 && r->path)
		dd_sys()->unlink(dd_sys()->ctx, r->path);
	dd_segment_close(&r->old);
	dd_segment_index_fini(&r->index);
	dd_buf_fini(&r->frame);
	free(r->recent);
	free(r->path);
	return rc;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Which of them still have their bodies; DD_ERR_INVALID for one that is not there. */
static int find_full(struct dd_eventlog *log, const struct dd_redact *records, size_t count,
		     struct dd_redact *full, size_t *full_out, struct dd_error *err)
{
	struct dd_buf frame = {0};
	struct dd_record record;
	int rc = 0;

	*full_out = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		assert(i == 0 || records[i].sequence > records[i - 1].sequence);
		assert(records[i].rest_len <= DD_REST_MAX);
		rc = dd_log_get_stored(log, records[i].sequence, &frame, &record, err);
		if (rc == 0 && record.kind == DD_RECORD_FULL)
			full[(*full_out)++] = records[i];
	}
	dd_buf_fini(&frame);
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_INVALID : rc;
}

static size_t below(const struct dd_redact *records, size_t count, uint64_t bound)
{
	size_t n = 0;

	while (n < count && records[n].sequence < bound)
		n++;
	return n;
}

static int redact_all(struct dd_eventlog *log, const struct dd_redact *full, size_t count,
		      struct dd_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < log->count && count > 0; i++) {
		struct dd_segment_index *index = &log->segments[i];
		struct redaction r = {.log = log, .records = full, .fd = -1};

		r.active = i + 1 == log->count;
		r.count = below(full, count, index->last.sequence + 1);
		full += r.count;
		count -= r.count;
		if (r.count > 0)
			rc = redact_segment(&r, index, err);
	}
	return rc;
}

static uint32_t highest_generation(const struct dd_eventlog *log, const struct dd_redact *records,
				   size_t count)
{
	uint32_t highest = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct dd_segment_index *index = &log->segments[i];
		size_t first = below(records, count, index->base);

		if (first < count && records[first].sequence <= index->last.sequence &&
		    index->generation > highest)
			highest = index->generation;
	}
	return highest;
}

int dd_eventlog_redact(struct dd_eventlog *log, const struct dd_redact *records, size_t count,
		       uint32_t *generation_out, struct dd_error *err)
{
	struct dd_redact *full = dd_alloc((count + 1) * sizeof(*full));
	size_t full_count = 0;
	int rc;

	assert(!log->read_only);
	pthread_mutex_lock(&log->work);
	rc = log->dead ? dd_fail(err, DD_ERR_IO, "the log %s failed before", log->dir)
		       : find_full(log, records, count, full, &full_count, err);
	if (rc == 0)
		rc = redact_all(log, full, full_count, err);
	if (rc == DD_ERR_IO)
		log->dead = true;
	*generation_out = highest_generation(log, records, count);
	pthread_mutex_unlock(&log->work);
	free(full);
	return rc;
}
