/* segment_read.c - reading the log below its durable head, from any thread.
 *
 * A place is found in memory (exactly near the head, else to 8 KiB), the rest by hopping over
 * frame headers. The lock is held for the look-up only. */
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/segment_log.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PEEK ((size_t)16 << 10)

/* A segment being read; `limit` is where its durable records end. */
struct source {
	struct dd_eventlog *log;
	struct dd_segment_fd *shared; /* the active segment's, or NULL */
	int fd;
	uint64_t base;
	uint64_t limit;
	uint64_t offset; /* of the frame looked at */
	uint64_t next;   /* sequence behind the frames copied */
	struct dd_buf window;
	uint64_t window_at;
};

static int fail_place(const struct source *source, struct dd_error *err)
{
	char name[DD_SEGMENT_NAME];
	char *path = dd_path(source->log->dir, dd_segment_name(source->base, ".seg", name));

	(void)dd_segment_damage(err, path, source->offset, source->base);
	free(path);
	return DD_ERR_CORRUPT;
}

/* --- finding --------------------------------------------------------------------------------- */

/* Which segment has `sequence`, or the last record not later than `us` if sequence is 0. */
static const struct dd_segment_index *find_segment(const struct dd_eventlog *log, uint64_t sequence,
						   int64_t us)
{
	size_t low = 0, high = log->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct dd_segment_index *index = &log->segments[middle];
		bool at_or_before = index->count > 0;

		if (at_or_before)
			at_or_before = sequence ? index->base <= sequence
						: index->entries[0].record_us <= us;
		if (at_or_before)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &log->segments[low - 1] : NULL;
}

/* The exact place of a frame near the head; NULL if it is not that near. */
static const struct dd_index_entry *find_recent(const struct dd_eventlog *log, uint64_t sequence)
{
	uint64_t low = log->recent_count > DD_RECENT ? log->recent_count - DD_RECENT : 0;
	uint64_t high = log->recent_count;

	if (low == high || log->recent[low % DD_RECENT].base > sequence)
		return NULL;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (log->recent[middle % DD_RECENT].base <= sequence)
			low = middle;
		else
			high = middle;
	}
	return &log->recent[low % DD_RECENT];
}

/* Lock held: where to begin to look. False if the log has nothing like it. */
static bool find(struct dd_eventlog *log, uint64_t sequence, int64_t us, struct source *source)
{
	const struct dd_segment_index *index = find_segment(log, sequence, us);
	const struct dd_index_entry *entry = NULL;

	if (!index || sequence > log->head.sequence)
		return false;
	if (sequence && index == &log->segments[log->count - 1])
		entry = find_recent(log, sequence);
	if (!entry)
		entry = sequence ? dd_segment_index_find(index, sequence)
				 : dd_segment_index_find_time(index, us);
	if (!entry)
		return false;
	source->base = index->base;
	source->limit = index->end;
	source->offset = entry->offset;
	if (index == &log->segments[log->count - 1]) {
		source->shared = log->fd;
		source->shared->refs++;
	}
	return true;
}

static void source_close(struct source *source)
{
	if (source->shared)
		dd_log_release_fd(source->log, source->shared);
	else if (source->fd >= 0)
		dd_sys()->close(dd_sys()->ctx, source->fd);
	dd_buf_fini(&source->window);
}

/* Lock held: the place that was found and the file belong to the same generation. */
static int open_file(struct source *source, struct dd_error *err)
{
	char name[DD_SEGMENT_NAME];
	char *path;
	int rc = 0;

	if (source->shared) {
		source->fd = source->shared->fd;
		return 0;
	}
	path = dd_path(source->log->dir, dd_segment_name(source->base, ".seg", name));
	source->fd = dd_sys()->open(dd_sys()->ctx, path, O_RDONLY, 0);
	if (source->fd < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", path);
	free(path);
	return rc;
}

/* Open the segment with `sequence` (or that time) near it. DD_ERR_NOT_FOUND if there is none. */
static int source_open(struct dd_eventlog *log, uint64_t sequence, int64_t us,
		       struct source *source, struct dd_error *err)
{
	bool found;
	int rc = 0;

	memset(source, 0, sizeof(*source));
	source->log = log;
	source->fd = -1;
	pthread_mutex_lock(&log->lock);
	found = find(log, sequence, us, source);
	if (found)
		rc = open_file(source, err);
	pthread_mutex_unlock(&log->lock);
	if (!found)
		return dd_fail(err, DD_ERR_NOT_FOUND, "the log has no sequence %" PRIu64, sequence);
	return rc;
}

/* --- hopping --------------------------------------------------------------------------------- */

/* The header of the frame at source->offset, which is below the limit. */
static int peek(struct source *source, struct dd_frame_info *info_out, struct dd_error *err)
{
	struct dd_buf *window = &source->window;
	uint64_t left = source->limit - source->offset;
	size_t want = left < PEEK ? (size_t)left : PEEK;
	int rc = 0;

	if (source->offset < source->window_at ||
	    source->offset + DD_FRAME_HEADER > source->window_at + window->len) {
		dd_buf_clear(window);
		rc = dd_pread_all(source->fd, dd_buf_reserve(window, want), want, source->offset,
				  "a segment", err);
		window->len = rc == 0 ? want : 0;
		source->window_at = source->offset;
	}
	if (rc == 0 && dd_frame_info(window->data + (source->offset - source->window_at),
				     window->len - (size_t)(source->offset - source->window_at),
				     info_out) != 0) {
		dd_fail(err, DD_ERR_CORRUPT, "there is no good frame header");
		rc = fail_place(source, err);
	}
	return rc;
}

/* Move to the frame that holds `sequence`. */
static int seek(struct source *source, uint64_t sequence, struct dd_error *err)
{
	struct dd_frame_info info;

	while (source->offset < source->limit) {
		int rc = peek(source, &info, err);

		if (rc != 0)
			return rc;
		if (info.base + info.count > sequence)
			return 0;
		source->offset += info.length;
	}
	dd_fail(err, DD_ERR_CORRUPT, "sequence %" PRIu64 " is not where the index says", sequence);
	return fail_place(source, err);
}

/* --- reading --------------------------------------------------------------------------------- */

/* Check the whole frames among `len` bytes at `data`, and move behind them; their total length goes
 * to *whole_out. *needed_out is what the next frame takes. */
static int check_frames(struct source *source, const uint8_t *data, size_t len, size_t *whole_out,
			size_t *needed_out, struct dd_error *err)
{
	struct dd_frame_info info;
	size_t at = 0;
	int rc = 0;

	*needed_out = DD_FRAME_HEADER;
	while (rc == 0 && len - at >= DD_FRAME_HEADER) {
		rc = dd_frame_info(data + at, len - at, &info);
		if (rc != 0) {
			rc = dd_fail(err, DD_ERR_CORRUPT, "there is no good frame header");
			break;
		}
		*needed_out = info.length;
		if (info.length > len - at)
			break;
		rc = dd_frame_check(data + at, len - at, &info, err);
		at += info.length;
		source->next = info.base + info.count;
	}
	*whole_out = at;
	source->offset += rc == 0 ? at : 0;
	return rc != 0 ? fail_place(source, err) : 0;
}

/* Append whole frames from source->offset on, `max` bytes of them; the first one in any case if
 * `force`. */
static int copy(struct source *source, size_t max, bool force, struct dd_buf *out,
		struct dd_error *err)
{
	size_t left = (size_t)(source->limit - source->offset);
	size_t want = max < DD_FRAME_HEADER ? DD_FRAME_HEADER : max;
	size_t whole = 0, needed = 0;
	int rc;

	do {
		want = want > needed ? want : needed;
		want = want < left ? want : left;
		rc = dd_pread_all(source->fd, dd_buf_reserve(out, want), want, source->offset,
				  "a segment", err);
		if (rc == 0)
			rc = check_frames(source, out->data + out->len, want, &whole, &needed, err);
	} while (rc == 0 && whole == 0 && force && want < left);
	if (rc == 0)
		out->len += whole;
	return rc;
}

int dd_eventlog_read(struct dd_eventlog *log, uint64_t after, size_t max_bytes, struct dd_buf *out,
		     struct dd_error *err)
{
	size_t before = out->len;
	uint64_t head = dd_eventlog_head(log).sequence;
	uint64_t next = after < head ? after + 1 : head + 1;
	bool more = true;
	int rc = 0;

	while (rc == 0 && more && next <= head) {
		size_t got = out->len - before;
		struct source source;

		rc = source_open(log, next, 0, &source, err);
		if (rc == 0)
			rc = seek(&source, next, err);
		if (rc == 0)
			rc = copy(&source, max_bytes - got, got == 0, out, err);
		if (source.next > next)
			next = source.next;
		more = source.offset == source.limit && out->len - before < max_bytes;
		source_close(&source);
	}
	if (rc == 0)
		rc = dd_log_withhold_from(log, out, before, err);
	if (rc != 0)
		out->len = before;
	return rc;
}

/* The frame that holds it, as it lies there; bytes of others may follow. */
static int get_frame(struct dd_eventlog *log, uint64_t sequence, struct dd_buf *out,
		     struct dd_error *err)
{
	struct source source;
	int rc;

	dd_buf_clear(out);
	if (sequence == 0)
		return dd_fail(err, DD_ERR_NOT_FOUND, "the log has no sequence 0");
	rc = source_open(log, sequence, 0, &source, err);
	if (rc == 0)
		rc = seek(&source, sequence, err);
	if (rc == 0)
		rc = copy(&source, 0, true, out, err);
	source_close(&source);
	return rc;
}

static int find_record(uint64_t sequence, struct dd_buf *out, struct dd_record *record_out,
		       struct dd_error *err)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	int rc = dd_frame_info(out->data, out->len, &info);

	if (rc != 0)
		return dd_fail(err, rc, "sequence %" PRIu64 " cannot be read", sequence);
	out->len = info.length;
	dd_frame_iter(&iter, out->data, &info);
	while (dd_frame_next(&iter, record_out) && record_out->sequence < sequence)
		;
	return 0;
}

int dd_log_get_stored(struct dd_eventlog *log, uint64_t sequence, struct dd_buf *out,
		      struct dd_record *record_out, struct dd_error *err)
{
	int rc = get_frame(log, sequence, out, err);

	return rc == 0 ? find_record(sequence, out, record_out, err) : rc;
}

int dd_eventlog_get(struct dd_eventlog *log, uint64_t sequence, struct dd_buf *out,
		    struct dd_record *record_out, struct dd_error *err)
{
	int rc = get_frame(log, sequence, out, err);

	if (rc == 0)
		rc = dd_log_withhold_from(log, out, 0, err);
	return rc == 0 ? find_record(sequence, out, record_out, err) : rc;
}

int dd_eventlog_position(struct dd_eventlog *log, uint64_t sequence,
			 struct dd_position *position_out, struct dd_error *err)
{
	struct dd_position head = dd_eventlog_head(log);
	struct dd_buf frame = {0};
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t leaf[DD_HASH_LEN];
	int rc;

	*position_out = head;
	if (sequence == head.sequence)
		return 0;
	position_out->sequence = sequence;
	if (sequence == 0) {
		position_out->incarnation = 1;
		dd_chain_first(head.log_id, position_out->chain);
		return 0;
	}
	rc = dd_eventlog_get(log, sequence, &frame, &record, err);
	if (rc == 0)
		rc = dd_frame_info(frame.data, frame.len, &info);
	if (rc == 0) {
		position_out->incarnation = info.incarnation;
		memcpy(position_out->chain, info.chain_before, DD_HASH_LEN);
		dd_frame_iter(&iter, frame.data, &info);
		while (dd_frame_next(&iter, &record) && record.sequence <= sequence) {
			dd_record_leaf(head.log_id, &record, leaf);
			dd_chain_next(position_out->chain, leaf, position_out->chain);
		}
	}
	dd_buf_fini(&frame);
	return rc;
}

int dd_eventlog_at_time(struct dd_eventlog *log, int64_t us, uint64_t *sequence_out,
			struct dd_error *err)
{
	struct dd_frame_info info;
	struct source source;
	int rc = source_open(log, 0, us, &source, err);

	*sequence_out = 0;
	while (rc == 0 && source.offset < source.limit) {
		rc = peek(&source, &info, err);
		if (rc != 0 || info.record_us > us)
			break;
		*sequence_out = info.base + info.count - 1;
		source.offset += info.length;
	}
	source_close(&source);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

int64_t dd_eventlog_time_floor(struct dd_eventlog *log, uint64_t sequence)
{
	const struct dd_segment_index *index;
	const struct dd_index_entry *entry = NULL;
	int64_t us = 0;

	pthread_mutex_lock(&log->lock);
	index = sequence > 0 ? find_segment(log, sequence, 0) : NULL;
	if (index)
		entry = dd_segment_index_find(index, sequence);
	if (entry)
		us = entry->record_us;
	pthread_mutex_unlock(&log->lock);
	return us;
}
