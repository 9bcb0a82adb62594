/* segment_spare.c - makes zeroed segment files and hands them out.
 *
 * The maker takes one step at a time: look at a file left over, or make a new one. Its thread steps
 * while fewer than `wanted` are ready. After a failure it waits until somebody needs one or a
 * second has passed: then there may be space again. */
#include "common/eventlog/segment_spare.h"
#include "common/base/alloc.h"
#include "common/base/buf.h"
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

static int write_zeros(int fd, uint64_t size, const uint8_t *zeros, const char *path,
		       struct dd_error *err)
{
	int rc = 0;

	for (uint64_t at = 0; rc == 0 && at < size; at += CHUNK) {
		size_t len = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		rc = dd_pwrite_all(fd, zeros, len, at, path, err);
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
static int fill(const char *tmp, uint64_t size, int *fd_out, struct dd_error *err)
{
	uint8_t *memory = dd_alloc(CHUNK + PAGE);
	uint8_t *zeros = memory + (PAGE - (uintptr_t)memory % PAGE);
	bool direct;
	int rc = 0;

	*fd_out = open_tmp(tmp, &direct);
	if (*fd_out < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot create %s", tmp);
	if (rc == 0)
		rc = write_zeros(*fd_out, size, zeros, tmp, err);
	if (rc != 0 && direct && errno == EINVAL) { /* the file system took the flag only */
		dd_sys()->close(dd_sys()->ctx, *fd_out);
		*fd_out = dd_sys()->open(dd_sys()->ctx, tmp, O_RDWR | O_CREAT | O_TRUNC, 0600);
		rc = *fd_out < 0 ? dd_fail_errno(err, DD_ERR_IO, errno, "cannot create %s", tmp)
				 : write_zeros(*fd_out, size, zeros, tmp, err);
	}
	free(memory);
	if (rc == 0 && dd_sys()->fsync(dd_sys()->ctx, *fd_out) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot flush %s", tmp);
	return rc;
}

static int make_new(struct dd_spares *spares, char **path_out, struct dd_error *err)
{
	char *tmp, *path;
	int fd, rc;

	spares->number++;
	tmp = numbered(spares, ".tmp");
	path = numbered(spares, "");
	rc = fill(tmp, spares->size, &fd, err);
	if (fd >= 0)
		dd_sys()->close(dd_sys()->ctx, fd);
	if (rc == 0 && dd_sys()->rename(dd_sys()->ctx, tmp, path) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s", tmp);
	if (rc == 0)
		rc = dd_dir_sync(spares->dir, err);
	else if (fd >= 0)
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

static void wait_a_second(struct dd_spares *spares)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_cond_timedwait(&spares->changed, &spares->lock, &until);
}

static void *maker(void *arg)
{
	struct dd_spares *spares = arg;
	bool told = false;

	pthread_mutex_lock(&spares->lock);
	while (!spares->closing) {
		bool failed = spares->failures != 0 && spares->failures == spares->attempts;

		if (spares->ready_count >= spares->wanted) {
			pthread_cond_wait(&spares->changed, &spares->lock);
			continue;
		}
		if (failed && !told)
			dd_log(DD_LOG_WARN, "log.no_spare", dd_f_text("why", spares->why.text));
		told = failed;
		if (failed && !spares->needed)
			wait_a_second(spares);
		if (!spares->closing && spares->ready_count < spares->wanted)
			step(spares);
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

	spares->dir = dd_strdup(dir);
	spares->size = size;
	spares->wanted = wanted < READY_MAX ? wanted : READY_MAX - 1;
	spares->threaded = threaded;
	pthread_mutex_init(&spares->lock, NULL);
	pthread_cond_init(&spares->changed, NULL);
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
