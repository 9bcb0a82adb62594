/* segment_roll.c - from one segment to the next, and what is written beside the segments.
 *
 * A spare gets its header and is flushed before it gets its name, so a named segment always has a
 * good header. A crash in between leaves a spare that is not all zero; it is thrown away. Between
 * the "segment end" and the name of the next one the log has a closed last segment; that is a state
 * like others, and the next append goes on from it. */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/segment_log.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define CHECKPOINT_EVERY_US (600 * DD_SECOND_US)

/* The spare becomes a segment in content. */
static int write_header(struct dd_eventlog *log, const struct dd_segment_header *header, int fd,
			struct dd_error *err)
{
	uint8_t data[DD_SEGMENT_HEADER];
	int rc;

	dd_segment_header_put(header, data);
	rc = dd_pwrite_all(fd, data, sizeof(data), 0, log->spare, err);
	return rc != 0 ? rc : dd_log_flush(log, fd, log->spare, err);
}

static void begin_segment(struct dd_eventlog *log, const struct dd_segment_header *header,
			  char *path, int fd)
{
	struct dd_segment_index *index;

	free(log->path);
	log->path = path;
	free(log->spare);
	log->spare = NULL;
	log->header = *header;
	log->tail = DD_SEGMENT_HEADER;
	log->closed = false;
	dd_merkle_init(&log->tree);
	pthread_mutex_lock(&log->lock);
	index = dd_log_add_segment(log);
	index->base = header->base;
	index->end = DD_SEGMENT_HEADER;
	index->last = log->head;
	index->record_us = log->head_us;
	dd_log_set_fd(log, fd);
	pthread_mutex_unlock(&log->lock);
}

int dd_log_activate(struct dd_eventlog *log, const uint8_t previous_root[DD_HASH_LEN],
		    struct dd_error *err)
{
	struct dd_segment_header header = {.base = log->head.sequence + 1,
					   .incarnation = log->head.incarnation,
					   .size = log->segment_bytes,
					   .record_us = log->head_us};
	char name[DD_SEGMENT_NAME];
	char *path;
	int fd, rc;

	memcpy(header.log_id, log->head.log_id, DD_ID_LEN);
	memcpy(header.chain, log->head.chain, DD_HASH_LEN);
	memcpy(header.previous_root, previous_root, DD_HASH_LEN);
	fd = dd_sys()->open(dd_sys()->ctx, log->spare, O_RDWR, 0);
	if (fd < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", log->spare);
	path = dd_path(log->dir, dd_segment_name(header.base, ".seg", name));
	rc = write_header(log, &header, fd, err);
	if (rc == 0 && dd_sys()->rename(dd_sys()->ctx, log->spare, path) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s", log->spare);
	if (rc == 0 && dd_dir_sync(log->dir, err) != 0)
		rc = DD_ERR_IO; /* the name may be there or not: no space is no excuse now */
	if (rc != 0) {
		dd_sys()->close(dd_sys()->ctx, fd);
		free(path);
		return rc;
	}
	begin_segment(log, &header, path, fd);
	return 0;
}

static int write_end(struct dd_eventlog *log, const uint8_t root[DD_HASH_LEN], struct dd_error *err)
{
	int rc;

	dd_frame_segment_end(&log->scratch, log->head.log_id, log->head.incarnation,
			     log->header.base, log->head.sequence, log->head_us, log->head.chain,
			     root);
	assert(log->tail + log->scratch.len <= log->header.size);
	rc = dd_log_write(log, &log->scratch, err);
	if (rc != 0)
		return rc;
	log->tail += log->scratch.len;
	log->closed = true;
	log->checkpoint_due = true;
	pthread_mutex_lock(&log->lock);
	memcpy(log->segments[log->count - 1].root, root, DD_HASH_LEN);
	pthread_mutex_unlock(&log->lock);
	return 0;
}

int dd_log_roll(struct dd_eventlog *log, struct dd_error *err)
{
	uint8_t root[DD_HASH_LEN];
	int rc = 0;

	if (!log->spare)
		rc = dd_spares_take(log->spares, &log->spare, err);
	if (rc != 0)
		return rc;
	dd_merkle_root(&log->tree, root);
	if (!log->closed)
		rc = write_end(log, root, err);
	return rc != 0 ? rc : dd_log_activate(log, root, err);
}

/* Only the committer changes full segments' entries, so it may read them without the lock. */
static void write_indexes(struct dd_eventlog *log)
{
	struct dd_error err;

	while (log->indexed + 1 < log->count) {
		if (dd_segment_index_write(log->dir, &log->segments[log->indexed], &err) != 0)
			dd_log(DD_LOG_WARN, "log.index_not_written", dd_f_text("why", err.text));
		log->indexed++; /* a missing one is made again when the log is opened */
	}
}

void dd_log_checkpoint(struct dd_eventlog *log)
{
	struct dd_position head = dd_eventlog_head(log);
	struct dd_error err;

	log->checkpoint_us = dd_mono_us();
	log->checkpoint_due = false;
	if (dd_checkpoint_write(log->dir, &log->key, &head, &err) != 0)
		dd_log(DD_LOG_WARN, "log.checkpoint_not_written", dd_f_text("why", err.text));
}

static bool checkpoint_due(const struct dd_eventlog *log)
{
	return log->checkpoint_due || dd_mono_us() - log->checkpoint_us >= CHECKPOINT_EVERY_US;
}

bool dd_log_tidy_due(const struct dd_eventlog *log)
{
	return log->indexed + 1 < log->count || checkpoint_due(log);
}

void dd_log_tidy(struct dd_eventlog *log)
{
	if (log->dead)
		return;
	write_indexes(log);
	if (checkpoint_due(log))
		dd_log_checkpoint(log);
}
