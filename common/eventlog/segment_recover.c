/* segment_recover.c - from a folder to a log that is ready.
 *
 * First everything is read and judged: earlier segments by their indexes and ends, the last one
 * frame by frame, then the signed checkpoint and the caller's cursor. Only then is anything
 * written: the torn end becomes zeros and the last frames are written again with the same bytes,
 * because after a failed flush, or a kill before one, the page cache shows bytes that the disk does
 * not have and will never be given otherwise. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/segment_log.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

static int take_lock(struct dd_eventlog *log, struct dd_error *err)
{
	char *path = dd_path(log->dir, "LOCK");
	int rc = 0;

	log->lock_fd = dd_sys()->open(dd_sys()->ctx, path, O_RDWR | O_CREAT, 0600);
	if (log->lock_fd < 0)
		rc = dd_fail_errno(err, errno == ENOENT ? DD_ERR_NOT_FOUND : DD_ERR_IO, errno,
				   "cannot open %s", path);
	/* EBADF: a simulated machine, whose files the kernel does not know. */
	else if (flock(log->lock_fd, LOCK_EX | LOCK_NB) != 0 && errno != EBADF)
		rc = dd_fail(err, DD_ERR_REFUSED,
			     "the log %s is in use by another process: stop that one first",
			     log->dir);
	free(path);
	return rc;
}

/* --- reading --------------------------------------------------------------------------------- */

/* The "segment end" must say what the index says. */
static int check_end(const struct dd_segment_file *file, const struct dd_segment_index *index)
{
	uint8_t data[DD_SEGMENT_END_SIZE];
	struct dd_frame_info info;
	struct dd_segment_end end;

	if (index->generation != file->header.generation || index->end < DD_SEGMENT_HEADER ||
	    index->end + sizeof(data) > file->header.size ||
	    memcmp(index->last.log_id, file->header.log_id, DD_ID_LEN) != 0 ||
	    dd_pread_all(file->fd, data, sizeof(data), index->end, file->path, NULL) != 0 ||
	    dd_frame_info(data, sizeof(data), &info) != 0 || info.flags != DD_FRAME_SEGMENT_END ||
	    dd_frame_check(data, sizeof(data), &info, NULL) != 0)
		return DD_ERR_CORRUPT;
	end = dd_frame_segment_end_get(data);
	if (end.first != index->base || end.last != index->last.sequence ||
	    info.base != end.last + 1 || info.record_us != index->record_us ||
	    memcmp(info.chain_after, index->last.chain, DD_HASH_LEN) != 0 ||
	    memcmp(end.root, index->root, DD_HASH_LEN) != 0)
		return DD_ERR_CORRUPT;
	return 0;
}

/* A full segment: by its index, or by a scan if that is not good or `thorough`. */
static int load_full(struct dd_eventlog *log, uint64_t base, bool thorough, struct dd_error *err)
{
	struct dd_segment_index index = {0};
	struct dd_segment_file file;
	int rc = dd_segment_open(&file, log->dir, base, false, err);
	bool good;

	if (rc != 0)
		return rc;
	if (log->count > 0) {
		const struct dd_segment_index *before = &log->segments[log->count - 1];

		rc = dd_segment_continues(&file, &before->last, before->root, err);
	}
	good = rc == 0 && dd_segment_index_read(log->dir, base, &index, NULL) == 0 &&
	       check_end(&file, &index) == 0;
	dd_segment_close(&file);
	if (rc == 0 && (!good || thorough)) {
		dd_segment_index_fini(&index);
		rc = dd_segment_index_scan(log->dir, base, &index, err);
	}
	if (rc != 0) {
		dd_segment_index_fini(&index);
		return rc;
	}
	if (good && log->indexed == log->count)
		log->indexed++;
	*dd_log_add_segment(log) = index;
	return 0;
}

static void on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		     uint64_t offset, const uint8_t *leaves)
{
	(void)frame;
	(void)leaves;
	dd_log_add_frame(arg, info, offset);
}

static int scan_last(struct dd_eventlog *log, struct dd_segment_file *file,
		     struct dd_segment_scan *scan, struct dd_error *err)
{
	struct dd_segment_index *index;
	int rc = 0;

	if (log->count > 0) {
		const struct dd_segment_index *before = &log->segments[log->count - 1];

		rc = dd_segment_continues(file, &before->last, before->root, err);
	}
	if (rc != 0)
		return rc;
	index = dd_log_add_segment(log);
	index->base = file->header.base;
	index->end = DD_SEGMENT_HEADER;
	index->generation = file->header.generation;
	memcpy(log->head.log_id, file->header.log_id, DD_ID_LEN);
	memcpy(log->head.chain, file->header.chain, DD_HASH_LEN);
	log->head.sequence = file->header.base - 1;
	log->head.incarnation = file->header.incarnation;
	log->head_us = file->header.record_us;
	index->last = log->head;
	index->record_us = log->head_us;
	scan->on_frame = on_frame;
	scan->arg = log;
	rc = dd_segment_scan(file, scan, err);
	dd_merkle_root(&scan->tree, log->segments[log->count - 1].root);
	log->header = file->header;
	log->path = dd_strdup(file->path);
	log->tail = scan->tail;
	log->closed = scan->closed;
	log->tree = scan->tree;
	return rc;
}

/* --- judging --------------------------------------------------------------------------------- */

/* Something acknowledged `at`: it must lie in the log. `who` names it. */
static int judge_witness(struct dd_eventlog *log, const struct dd_segment_scan *scan,
			 const struct dd_position *at, const char *who, struct dd_error *err)
{
	struct dd_position found;
	int rc;

	if (memcmp(at->log_id, log->head.log_id, DD_ID_LEN) != 0) {
		dd_fail(err, DD_ERR_CORRUPT, "%s belongs to another log", who);
		return dd_segment_damage(err, log->path, log->tail, log->head.sequence + 1);
	}
	if (at->sequence > log->head.sequence) {
		dd_fail(err, DD_ERR_CORRUPT,
			"%s proves that sequence %" PRIu64
			" was acknowledged, but the log ends at %" PRIu64 " (%s)",
			who, at->sequence, log->head.sequence,
			scan->torn ? scan->why.text : "nothing follows");
		return dd_segment_damage(err, log->path, log->tail, log->head.sequence + 1);
	}
	rc = dd_eventlog_position(log, at->sequence, &found, err);
	if (rc == 0 && memcmp(found.chain, at->chain, DD_HASH_LEN) != 0) {
		dd_fail(err, DD_ERR_CORRUPT, "%s has another chain hash at sequence %" PRIu64, who,
			at->sequence);
		rc = dd_segment_damage(err, log->path, log->tail, at->sequence);
	}
	return rc;
}

/* --- writing --------------------------------------------------------------------------------- */

/* The last frames, checked in the memory from which they are written: what the page cache shows may
 * have changed since the scan. */
static int read_tail(const struct dd_segment_file *file, const struct dd_segment_scan *scan,
		     uint8_t *data, struct dd_error *err)
{
	size_t len = (size_t)(scan->tail - scan->rewrite_from);
	int rc = dd_pread_all(file->fd, data, len, scan->rewrite_from, file->path, err);

	for (size_t at = 0; rc == 0 && at < len;) {
		struct dd_frame_info info = {0};

		if (dd_frame_info(data + at, len - at, &info) != 0 ||
		    dd_frame_check(data + at, len - at, &info, NULL) != 0)
			rc = dd_fail(err, DD_ERR_IO, "%s changes while it is read", file->path);
		at += info.length;
	}
	return rc;
}

static int rewrite(struct dd_eventlog *log, const struct dd_segment_file *file,
		   const struct dd_segment_scan *scan, struct dd_error *err)
{
	size_t len = (size_t)(scan->tail - scan->rewrite_from);
	uint8_t *data = dd_alloc(len + (size_t)scan->torn); /* zeros behind the frames */
	int rc = read_tail(file, scan, data, err);

	if (rc == 0)
		rc = dd_pwrite_all(file->fd, data, len + (size_t)scan->torn, scan->rewrite_from,
				   file->path, err);
	free(data);
	if (rc == 0)
		rc = dd_log_flush(log, file->fd, file->path, err);
	if (rc == 0)
		rc = dd_dir_sync(log->dir, err); /* a name that is seen need not be durable */
	if (rc == 0 && scan->torn > 0)
		dd_log(DD_LOG_WARN, "log.torn_frame_blanked",
		       dd_f_uint("sequence", scan->at.sequence + 1), dd_f_uint("bytes", scan->torn),
		       dd_f_text("why", scan->why.text));
	return rc;
}

/* dd_file_write leaves `name.new-...` behind when it is killed. */
static void on_leftover(void *arg, const char *name)
{
	struct dd_eventlog *log = arg;
	char *path;

	if (!strstr(name, ".new-"))
		return;
	path = dd_path(log->dir, name);
	dd_sys()->unlink(dd_sys()->ctx, path);
	free(path);
}

/* --- the whole ------------------------------------------------------------------------------- */

static int load_last(struct dd_eventlog *log, const struct dd_eventlog_options *options,
		     struct dd_segment_file *file, const struct dd_position *checkpoint,
		     struct dd_error *err)
{
	struct dd_segment_scan scan = {0};
	int rc = scan_last(log, file, &scan, err);

	if (rc == 0 && checkpoint)
		rc = judge_witness(log, &scan, checkpoint, "the signed checkpoint", err);
	if (rc == 0 && options->expect.sequence > 0)
		rc = judge_witness(log, &scan, &options->expect, "a consumer's cursor", err);
	if (rc != 0 || log->read_only)
		return rc;
	rc = dd_checkpoint_key_open(log->dir, &log->key, err);
	return rc != 0 ? rc : rewrite(log, file, &scan, err);
}

/* All segments but the last; the one before it frame by frame if the last has none. */
static int load_earlier(struct dd_eventlog *log, struct dd_segment_file *last,
			const uint64_t *bases, size_t count, struct dd_error *err)
{
	struct dd_frame_info info;
	const uint8_t *data;
	int rc = dd_segment_look(last, DD_SEGMENT_HEADER, DD_FRAME_HEADER, &data, err);
	bool empty = rc == 0 && dd_frame_info(data, DD_FRAME_HEADER, &info) != 0;

	for (size_t i = 0; rc == 0 && i + 1 < count; i++)
		rc = load_full(log, bases[i], empty && i + 2 == count, err);
	if (rc == 0 && bases[0] != 1) {
		dd_fail(err, DD_ERR_CORRUPT, "the log's first segment is missing");
		rc = dd_segment_damage(err, log->dir, 0, 1);
	}
	return rc;
}

/* Only now that nothing can be refused any more may anything be removed or made. */
static void start_spares(struct dd_eventlog *log, const struct dd_eventlog_options *options)
{
	dd_sys()->list(dd_sys()->ctx, log->dir, on_leftover, log);
	log->spares = dd_spares_new(log->dir, log->segment_bytes,
				    options->spares ? options->spares : 2, !log->inline_commit);
}

static int load(struct dd_eventlog *log, const struct dd_eventlog_options *options,
		const struct dd_position *checkpoint, const uint64_t *bases, size_t count,
		struct dd_error *err)
{
	struct dd_segment_file last;
	int rc = dd_segment_open(&last, log->dir, bases[count - 1], !log->read_only, err);

	if (rc != 0)
		return rc;
	rc = load_earlier(log, &last, bases, count, err);
	if (rc == 0) {
		dd_log_set_fd(log, last.fd);
		rc = load_last(log, options, &last, checkpoint, err);
		last.fd = -1; /* the log's now */
	}
	dd_segment_close(&last);
	if (rc == 0 && !log->read_only)
		start_spares(log, options);
	return rc;
}

static int create_log(struct dd_eventlog *log, const struct dd_eventlog_options *options,
		      bool checkpoint, struct dd_error *err)
{
	static const uint8_t no_root[DD_HASH_LEN];
	int rc;

	if (checkpoint) {
		dd_fail(err, DD_ERR_CORRUPT, "the folder has a checkpoint but no segment");
		return dd_segment_damage(err, log->dir, 0, 1);
	}
	if (!options->create || log->read_only)
		return dd_fail(err, DD_ERR_NOT_FOUND, "there is no log in %s: create one first",
			       log->dir);
	dd_id_new(log->head.log_id);
	dd_chain_first(log->head.log_id, log->head.chain);
	log->head.incarnation = 1;
	rc = dd_checkpoint_key_open(log->dir, &log->key, err);
	if (rc == 0)
		start_spares(log, options);
	if (rc == 0)
		rc = dd_spares_take(log->spares, &log->spare, err);
	return rc != 0 ? rc : dd_log_activate(log, no_root, err);
}

static int load_or_create(struct dd_eventlog *log, const struct dd_eventlog_options *options,
			  struct dd_error *err)
{
	struct dd_position checkpoint;
	uint64_t *bases = NULL;
	size_t count = 0;
	/* Before the segments: beside a running log it may only be older than they are. */
	int found = dd_checkpoint_read(log->dir, &checkpoint, err);
	int rc = found == DD_ERR_NOT_FOUND ? 0 : found;

	if (rc == 0)
		rc = dd_segment_list(log->dir, &bases, &count, err);
	if (rc == 0 && count == 0)
		rc = create_log(log, options, found == 0, err);
	else if (rc == 0)
		rc = load(log, options, found == 0 ? &checkpoint : NULL, bases, count, err);
	free(bases);
	return rc;
}

int dd_log_recover(struct dd_eventlog *log, const struct dd_eventlog_options *options,
		   struct dd_error *err)
{
	int rc = options->create && !log->read_only ? dd_dir_make(log->dir, err) : 0;

	if (rc == 0 && !log->read_only)
		rc = take_lock(log, err);
	if (rc == 0)
		rc = load_or_create(log, options, err);
	log->incarnation = log->head.incarnation;
	if (rc == 0 && !log->read_only) {
		dd_log_tidy(log);
		dd_log_checkpoint(log);
	}
	return rc;
}
