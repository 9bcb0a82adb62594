/* segment_spare.c - makes zeroed segment files and hands them out.
 *
 * The maker takes one step at a time: look at a file left over, or make a new one. Its thread steps
 * while fewer than `wanted` are ready. After a failure it waits until somebody needs one or a while
 * has passed, longer each time: then there may be space again. */
#include "common/eventlog/segment_spare.h"
#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/eventlog/le.h"
#include "common/eventlog/segment.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHUNK     ((size_t)1 << 20)
#define PAGE      4096
#define READY_MAX 8
#define PAUSE_MAX 60 /* seconds */

#define PIECE       ((size_t)128 << 10)
#define PIECE_PAUSE 3    /* times as long as the piece took */
#define PIECE_MOST  2000 /* microseconds */

struct dd_spares {
	char *dir; /* owned */
	uint64_t size;
	int wanted;
	bool threaded;
	pthread_t thread;
	uint64_t number;      /* of the next file; the maker's own */
	char *old[READY_MAX]; /* owned: left over, not looked at yet; the maker's own */
	int old_count;

	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t changed;
	char *ready[READY_MAX]; /* owned */
	int ready_count;
	uint64_t attempts; /* steps that have begun */
	uint64_t failures; /* the attempt that failed last */
	struct dd_error why;
	bool needed; /* somebody waits: try now */
	bool closing;
};

static void drop(const char *path)
{
	dd_sys()->unlink(dd_sys()->ctx, path);
}

static char *numbered(const struct dd_spares *spares, const char *ending)
{
	char name[48];

	snprintf(name, sizeof(name), "spare-%llu%s", (unsigned long long)spares->number, ending);
	return dd_path(spares->dir, name);
}

/* A spare is trusted for its size and for what it holds, not for its name. */
static bool is_zero(int fd, uint64_t size)
{
	uint8_t *data = dd_alloc(CHUNK);
	bool zero = dd_sys()->size(dd_sys()->ctx, fd) == (int64_t)size;

	for (uint64_t at = 0; zero && at < size; at += CHUNK) {
		size_t len = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		zero = dd_pread_all(fd, data, len, at, "", NULL) == 0 && dd_all_zero(data, len);
	}
	free(data);
	return zero;
}

/* Look at a file left over: a ready spare, or NULL and it is removed. */
static char *check_old(struct dd_spares *spares)
{
	char *path = spares->old[--spares->old_count];
	int fd = dd_sys()->open(dd_sys()->ctx, path, O_RDWR, 0);
	bool good = fd >= 0 && is_zero(fd, spares->size);

	if (fd >= 0)
		dd_sys()->close(dd_sys()->ctx, fd);
	if (good)
		return path;
	drop(path);
	free(path);
	return NULL;
}

static struct timespec later_by(int64_t us)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	us += until.tv_nsec / 1000;
	until.tv_sec += (time_t)(us / 1000000);
	until.tv_nsec = (long)(us % 1000000) * 1000;
	return until;
}

/* A flush of the log waits for all that the device has been given before. So zeros are given a
 * little at a time, unless somebody waits for just them. */
static void let_flushes_pass(struct dd_spares *spares, int64_t took_us)
{
	int64_t us = took_us * PIECE_PAUSE < PIECE_MOST ? took_us * PIECE_PAUSE : PIECE_MOST;
	struct timespec until;

	if (!spares->threaded)
		return;
	until = later_by(us);
	pthread_mutex_lock(&spares->lock);
	if (!spares->needed && !spares->closing)
		pthread_cond_timedwait(&spares->changed, &spares->lock, &until);
	pthread_mutex_unlock(&spares->lock);
}

static int write_zeros(struct dd_spares *spares, int fd, const uint8_t *zeros, const char *path,
		       struct dd_error *err)
{
	uint64_t size = spares->size;
	int rc = 0;

	for (uint64_t at = 0; rc == 0 && at < size; at += PIECE) {
		size_t len = size - at < PIECE ? (size_t)(size - at) : PIECE;
		int64_t began_us = dd_mono_us();

		rc = dd_pwrite_all(fd, zeros, len, at, path, err);
		let_flushes_pass(spares, dd_mono_us() - began_us);
	}
	return rc;
}

/* Past the page cache where the file system can: zeros need not be copied, push nothing out of
 * memory, and leave the flush little to do that the log's own flushes would have to wait for. */
static int open_tmp(const char *tmp, bool *direct_out)
{
	int flags = O_RDWR | O_CREAT | O_TRUNC;
	int fd = dd_sys()->open(dd_sys()->ctx, tmp, flags | O_DIRECT, 0600);

	*direct_out = fd >= 0;
	if (fd < 0 && errno == EINVAL)
		fd = dd_sys()->open(dd_sys()->ctx, tmp, flags, 0600);
	return fd;
}

/* Opens and fills; *fd_out is -1 where it could not even be opened. */
static int fill(struct dd_spares *spares, const char *tmp, int *fd_out, struct dd_error *err)
{
	uint8_t *memory = dd_alloc(PIECE + PAGE);
	uint8_t *zeros = memory + (PAGE - (uintptr_t)memory % PAGE);
	bool direct;
	int rc = 0;

	*fd_out = open_tmp(tmp, &direct);
	if (*fd_out < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot create %s", tmp);
	if (rc == 0)
		rc = write_zeros(spares, *fd_out, zeros, tmp, err);
	if (rc != 0 && direct && errno == EINVAL) { /* the file system took the flag only */
		dd_sys()->close(dd_sys()->ctx, *fd_out);
		*fd_out = dd_sys()->open(dd_sys()->ctx, tmp, O_RDWR | O_CREAT | O_TRUNC, 0600);
		rc = *fd_out < 0 ? dd_fail_errno(err, DD_ERR_IO, errno, "cannot create %s", tmp)
				 : write_zeros(spares, *fd_out, zeros, tmp, err);
	}
	free(memory);
	if (rc == 0 && dd_sys()->fsync(dd_sys()->ctx, *fd_out) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", tmp);
	return rc;
}

static int make_new(struct dd_spares *spares, char **path_out, struct dd_error *err)
{
	char *tmp, *path;
	bool named;
	int fd, rc;

	spares->number++;
	tmp = numbered(spares, ".tmp");
	path = numbered(spares, "");
	rc = fill(spares, tmp, &fd, err);
	if (fd >= 0)
		dd_sys()->close(dd_sys()->ctx, fd);
	if (rc == 0 && dd_sys()->rename(dd_sys()->ctx, tmp, path) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s", tmp);
	named = rc == 0;
	if (named)
		rc = dd_dir_sync(spares->dir, err);
	/* One whose name may not last is nothing to rely on, and must not lie there for ever. */
	if (rc != 0 && named)
		drop(path);
	else if (rc != 0 && fd >= 0)
		drop(tmp);
	free(tmp);
	*path_out = path;
	if (rc != 0) {
		free(path);
		*path_out = NULL;
	}
	return rc;
}

/* One step. Called with the lock held, which is released meanwhile. */
static void step(struct dd_spares *spares)
{
	struct dd_error why = {0};
	char *path = NULL;
	uint64_t attempt = ++spares->attempts;
	int rc = 0;

	spares->needed = false;
	pthread_mutex_unlock(&spares->lock);
	if (spares->old_count > 0)
		path = check_old(spares);
	else
		rc = make_new(spares, &path, &why);
	pthread_mutex_lock(&spares->lock);
	if (path)
		spares->ready[spares->ready_count++] = path;
	if (rc != 0) {
		spares->failures = attempt;
		spares->why = why;
	}
	pthread_cond_broadcast(&spares->changed);
}

unsigned dd_spares_pause(unsigned failures)
{
	unsigned pause = 1;

	while (failures-- > 1 && pause < PAUSE_MAX)
		pause *= 2;
	return pause < PAUSE_MAX ? pause : PAUSE_MAX;
}

/* Until the time is over, somebody needs one, or it is to end. */
static void pause_after(struct dd_spares *spares, unsigned failures)
{
	struct timespec until = later_by((int64_t)dd_spares_pause(failures) * 1000000);
	int rc = 0;

	while (rc == 0 && !spares->closing && !spares->needed)
		rc = pthread_cond_timedwait(&spares->changed, &spares->lock, &until);
}

/* Told when it begins to fail and when it works again, and not in between. */
static void tell(const struct dd_spares *spares, unsigned *failures)
{
	bool failed = spares->failures != 0 && spares->failures == spares->attempts;

	if (failed && (*failures)++ == 0)
		dd_log(DD_LOG_WARN, "log.no_spare", dd_f_text("why", spares->why.text));
	if (!failed && *failures > 0)
		dd_log(DD_LOG_INFO, "log.spare_again", dd_f_uint("failures", *failures));
	if (!failed)
		*failures = 0;
}

static void *maker(void *arg)
{
	struct dd_spares *spares = arg;
	unsigned failures = 0; /* in a row */

	pthread_mutex_lock(&spares->lock);
	while (!spares->closing) {
		if (spares->ready_count >= spares->wanted) {
			pthread_cond_wait(&spares->changed, &spares->lock);
			continue;
		}
		if (failures > 0)
			pause_after(spares, failures);
		if (!spares->closing && spares->ready_count < spares->wanted) {
			step(spares);
			tell(spares, &failures);
		}
	}
	pthread_mutex_unlock(&spares->lock);
	return NULL;
}

static void on_name(void *arg, const char *name)
{
	struct dd_spares *spares = arg;
	char *path, *end;
	uint64_t number;

	if (strncmp(name, "spare-", 6) != 0)
		return;
	number = strtoull(name + 6, &end, 10);
	if (number > spares->number && number < UINT64_MAX)
		spares->number = number;
	path = dd_path(spares->dir, name);
	if (*end == '\0' && spares->old_count < spares->wanted) {
		spares->old[spares->old_count++] = path;
		return;
	}
	drop(path); /* unfinished, or more than are wanted now */
	free(path);
}

struct dd_spares *dd_spares_new(const char *dir, uint64_t size, int wanted, bool threaded)
{
	struct dd_spares *spares = dd_alloc(sizeof(*spares));
	pthread_condattr_t clock;

	spares->dir = dd_strdup(dir);
	spares->size = size;
	spares->wanted = wanted < READY_MAX ? wanted : READY_MAX - 1;
	spares->threaded = threaded;
	pthread_mutex_init(&spares->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&spares->changed, &clock);
	pthread_condattr_destroy(&clock);
	dd_sys()->list(dd_sys()->ctx, dir, on_name, spares);
	if (threaded && pthread_create(&spares->thread, NULL, maker, spares) != 0)
		spares->threaded = false;
	return spares;
}

void dd_spares_free(struct dd_spares *spares)
{
	if (!spares)
		return;
	pthread_mutex_lock(&spares->lock);
	spares->closing = true;
	pthread_cond_broadcast(&spares->changed);
	pthread_mutex_unlock(&spares->lock);
	if (spares->threaded)
		pthread_join(spares->thread, NULL);
	for (int i = 0; i < spares->old_count; i++)
		free(spares->old[i]);
	for (int i = 0; i < spares->ready_count; i++)
		free(spares->ready[i]);
	pthread_cond_destroy(&spares->changed);
	pthread_mutex_destroy(&spares->lock);
	free(spares->dir);
	free(spares);
}

int dd_spares_take(struct dd_spares *spares, char **path_out, struct dd_error *err)
{
	uint64_t before;
	int rc = 0;

	pthread_mutex_lock(&spares->lock);
	before = spares->attempts;
	while (spares->ready_count == 0 && spares->failures <= before) {
		if (!spares->threaded) {
			step(spares);
			continue;
		}
		spares->needed = true;
		pthread_cond_broadcast(&spares->changed);
		pthread_cond_wait(&spares->changed, &spares->lock);
	}
	*path_out = NULL;
	if (spares->ready_count > 0) {
		*path_out = spares->ready[0];
		spares->ready_count--;
		memmove(spares->ready, spares->ready + 1,
			(size_t)spares->ready_count * sizeof(*spares->ready));
	} else {
		if (err)
			*err = spares->why;
		rc = spares->why.code;
	}
	pthread_cond_broadcast(&spares->changed);
	pthread_mutex_unlock(&spares->lock);
	return rc;
}
