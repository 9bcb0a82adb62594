/* segment_commit.c - one frame becomes durable: sealed, written at the tail, flushed, published.
 *
 * A failed flush is final: what the disk holds then is not known, and a second flush would report
 * success without having written anything. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment_log.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096u

int dd_log_flush(struct dd_eventlog *log, int fd, const char *path, struct dd_error *err)
{
	int64_t began = dd_mono_us();

	if (dd_sys()->fdatasync(dd_sys()->ctx, fd) != 0) {
		dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", path);
		if (err)
			err->code = DD_ERR_IO; /* a full disk too: nothing is known any more */
		return DD_ERR_IO;
	}
	pthread_mutex_lock(&log->lock);
	log->stats.flushes++;
	log->stats.last_flush_us = (uint64_t)(dd_mono_us() - began);
	pthread_mutex_unlock(&log->lock);
	return 0;
}

/* A write found no space. Nothing of it may be there, now or after a crash: either the file still
 * shows zeros, so nothing was taken that could reach the disk, or zeros are written and flushed. */
static int undo(struct dd_eventlog *log, size_t len, struct dd_error *err)
{
	uint8_t *data = dd_alloc(len);
	struct dd_error why;
	int rc = dd_pread_all(log->fd->fd, data, len, log->tail, log->path, &why);

	if (rc == 0 && !dd_all_zero(data, len)) {
		memset(data, 0, len);
		rc = dd_pwrite_all(log->fd->fd, data, len, log->tail, log->path, &why);
		if (rc == 0)
			rc = dd_log_flush(log, log->fd->fd, log->path, &why);
	}
	free(data);
	if (rc == 0)
		return DD_ERR_FULL;
	return dd_fail(err, DD_ERR_IO, "no space, and the torn frame cannot be blanked: %s",
		       why.text);
}

/* The zeros behind the tail, up to the end of a page: a page that is written whole need not be read
 * first, and a spare's pages are not in memory. */
static size_t pad_page(const struct dd_eventlog *log, struct dd_buf *data)
{
	uint64_t end = log->tail + data->len;
	size_t pad = (size_t)(-end % PAGE);

	if (pad > log->header.size - end)
		pad = (size_t)(log->header.size - end);
	memset(dd_buf_reserve(data, pad), 0, pad);
	return data->len + pad;
}

int dd_log_write(struct dd_eventlog *log, struct dd_buf *data, struct dd_error *err)
{
	size_t len = pad_page(log, data);
	int rc = dd_pwrite_all(log->fd->fd, data->data, len, log->tail, log->path, err);

	if (rc == DD_ERR_FULL)
		return undo(log, len, err);
	if (rc != 0)
		return rc;
	return dd_log_flush(log, log->fd->fd, log->path, err);
}

static void publish(struct dd_eventlog *log, const struct dd_buf *frame)
{
	struct dd_frame_info info;
	int rc = dd_frame_info(frame->data, frame->len, &info);

	assert(rc == 0);
	pthread_mutex_lock(&log->lock);
	dd_log_add_frame(log, &info, log->tail);
	log->stats.batches++;
	log->stats.records += info.count;
	log->stats.bytes += info.length;
	pthread_mutex_unlock(&log->lock);
	log->tail += frame->len;

	pthread_mutex_lock(&log->listen_lock);
	for (size_t i = 0; i < log->listener_count; i++)
		log->listeners[i].on_head(log->listeners[i].arg);
	pthread_mutex_unlock(&log->listen_lock);
}

static int write_frame(struct dd_eventlog *log, struct dd_buf *frame, struct dd_error *err)
{
	uint32_t count = dd_frame_count(frame);
	size_t len = (size_t)count * DD_HASH_LEN;
	uint8_t *leaves, *chains;
	int rc;

	dd_buf_clear(&log->leaves);
	dd_buf_clear(&log->chains);
	leaves = dd_buf_reserve(&log->leaves, len);
	chains = dd_buf_reserve(&log->chains, len);
	dd_put_u32(frame->data + DD_AT_INCARNATION, log->incarnation);
	dd_frame_seal(frame, log->head.chain, leaves, chains);
	rc = dd_log_write(log, frame, err);
	if (rc != 0)
		return rc;
	log->chains.len = len;
	for (uint32_t i = 0; i < count; i++)
		dd_merkle_add(&log->tree, leaves + (size_t)i * DD_HASH_LEN);
	publish(log, frame);
	return 0;
}

int dd_log_commit(struct dd_eventlog *log, struct dd_buf *frame, struct dd_error *err)
{
	uint64_t room = log->segment_bytes - DD_SEGMENT_HEADER - DD_SEGMENT_END_SIZE;
	int rc = 0;

	if (log->dead)
		return dd_fail(err, DD_ERR_IO, "the log %s failed before", log->dir);
	if (frame->len > room)
		return dd_fail(err, DD_ERR_INVALID,
			       "a frame of %zu bytes does not fit into a segment of %llu: write "
			       "smaller batches or raise the size of segments",
			       frame->len, (unsigned long long)log->segment_bytes);
	if (log->closed || log->tail + frame->len + DD_SEGMENT_END_SIZE > log->header.size)
		rc = dd_log_roll(log, err);
	if (rc == 0)
		rc = write_frame(log, frame, err);
	if (rc == DD_ERR_FULL) {
		pthread_mutex_lock(&log->lock);
		log->stats.full++;
		pthread_mutex_unlock(&log->lock);
	} else if (rc != 0) {
		log->dead = true;
		rc = DD_ERR_IO;
	}
	return rc;
}
