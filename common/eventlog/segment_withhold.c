/* segment_withhold.c - words that are to go leave the log no more, although they still lie in it:
 * whoever reads gets the frame as it will be once it is rewritten. */
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/eventlog/frame_blank.h"
#include "common/eventlog/segment_log.h"
#include "common/eventlog/segment_redact.h"

static int by_sequence(const void *a, const void *b)
{
	const struct dd_redact *left = a, *right = b;

	return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

/* A copy in one piece: the records, ascending and each once, and behind them what stays. */
static struct dd_redact *copy_of(const struct dd_redact *records, size_t *count)
{
	size_t size = *count * sizeof(*records), kept = 0;
	struct dd_redact *copy;
	uint8_t *rest;

	for (size_t i = 0; i < *count; i++)
		size += records[i].rest_len;
	copy = dd_alloc(size);
	rest = (uint8_t *)copy + *count * sizeof(*records);
	for (size_t i = 0; i < *count; i++) {
		copy[i] = records[i];
		if (records[i].rest == NULL)
			continue;
		if (records[i].rest_len > 0)
			memcpy(rest, records[i].rest, records[i].rest_len);
		copy[i].rest = rest;
		rest += records[i].rest_len;
	}
	qsort(copy, *count, sizeof(*copy), by_sequence);
	for (size_t i = 0; i < *count; i++)
		if (kept == 0 || copy[kept - 1].sequence != copy[i].sequence)
			copy[kept++] = copy[i];
	*count = kept;
	return copy;
}

void dd_eventlog_withhold(struct dd_eventlog *log, const struct dd_redact *records, size_t count)
{
	struct dd_redact *fresh = count > 0 ? copy_of(records, &count) : NULL;

	pthread_mutex_lock(&log->withheld_lock);
	free(log->withheld);
	log->withheld = fresh;
	atomic_store(&log->withheld_count, count);
	pthread_mutex_unlock(&log->withheld_lock);
	/* Nobody goes on with what he has read before. */
	pthread_mutex_lock(&log->lock);
	log->stats.rewrites++;
	pthread_mutex_unlock(&log->lock);
}

/* Whether the frame has one of them, in full. */
static bool concerns(const struct dd_eventlog *log, size_t count, const uint8_t *data,
		     const struct dd_frame_info *info)
{
	struct dd_frame_iter iter;
	struct dd_record record;

	dd_frame_iter(&iter, data, info);
	while (dd_frame_next(&iter, &record))
		if (record.kind == DD_RECORD_FULL &&
		    dd_redact_find(log->withheld, count, record.sequence) != NULL)
			return true;
	return false;
}

/* Where what stays would make the frame too long, nothing stays of it here. */
static int add_without(const struct dd_eventlog *log, size_t count, const uint8_t *data,
		       const struct dd_frame_info *info, struct dd_buf *out, struct dd_error *err)
{
	struct dd_redact *bare;
	int rc = dd_frame_blank(data, info, log->withheld, count, out, err);

	if (rc != DD_ERR_INVALID)
		return rc;
	bare = dd_memdup(log->withheld, count * sizeof(*bare));
	for (size_t i = 0; i < count; i++)
		bare[i] = (struct dd_redact){.sequence = bare[i].sequence};
	rc = dd_frame_blank(data, info, bare, count, out, err);
	free(bare);
	return rc;
}

static int rebuild(const struct dd_eventlog *log, size_t count, struct dd_buf *frames, size_t from,
		   struct dd_error *err)
{
	struct dd_buf fresh = {0};
	struct dd_frame_info info;
	int rc = 0;

	for (size_t at = from; rc == 0 && at < frames->len; at += info.length) {
		rc = dd_frame_info(frames->data + at, frames->len - at, &info);
		if (rc != 0)
			break;
		if (concerns(log, count, frames->data + at, &info))
			rc = add_without(log, count, frames->data + at, &info, &fresh, err);
		else
			dd_buf_add(&fresh, frames->data + at, info.length);
	}
	if (rc == 0) {
		frames->len = from;
		dd_buf_add(frames, fresh.data, fresh.len);
	}
	dd_buf_fini(&fresh);
	return rc;
}

int dd_log_withhold_from(struct dd_eventlog *log, struct dd_buf *frames, size_t from,
			 struct dd_error *err)
{
	int rc = 0;
	size_t count;

	if (atomic_load(&log->withheld_count) == 0)
		return 0;
	pthread_mutex_lock(&log->withheld_lock);
	count = atomic_load(&log->withheld_count);
	if (count > 0)
		rc = rebuild(log, count, frames, from, err);
	pthread_mutex_unlock(&log->withheld_lock);
	return rc;
}
