/* sys.c - the real machine behind the table, and the trial clock. */
#include "common/base/sys.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t which)
{
	struct timespec now;
	int rc = clock_gettime(which, &now);

	assert(rc == 0);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t real_wall_us(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_REALTIME);
}

static int64_t real_mono_us(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_MONOTONIC);
}

/* A machine without randomness cannot make ids: there is no way to go on. */
static void real_random(void *ctx, void *out, size_t len)
{
	uint8_t *at = out;

	(void)ctx;
	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		len -= (size_t)got;
	}
}

static int real_open(void *ctx, const char *path, int flags, int mode)
{
	(void)ctx;
	return open(path, flags | O_CLOEXEC, (mode_t)mode);
}

static int real_close(void *ctx, int fd)
{
	(void)ctx;
	return close(fd);
}

static ssize_t real_pread(void *ctx, int fd, void *out, size_t len, int64_t offset)
{
	(void)ctx;
	return pread(fd, out, len, offset);
}

static ssize_t real_pwrite(void *ctx, int fd, const void *data, size_t len, int64_t offset)
{
	(void)ctx;
	return pwrite(fd, data, len, offset);
}

static int real_fdatasync(void *ctx, int fd)
{
	(void)ctx;
	return fdatasync(fd);
}

static int real_fsync(void *ctx, int fd)
{
	(void)ctx;
	return fsync(fd);
}

static int real_ftruncate(void *ctx, int fd, int64_t size)
{
	(void)ctx;
	return ftruncate(fd, size);
}

static int64_t real_size(void *ctx, int fd)
{
	struct stat st;

	(void)ctx;
	return fstat(fd, &st) == 0 ? (int64_t)st.st_size : -1;
}

static int real_mode(void *ctx, int fd)
{
	struct stat st;

	(void)ctx;
	return fstat(fd, &st) == 0 ? (int)st.st_mode : -1;
}

static int real_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return rename(from, to);
}

static int real_unlink(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path);
}

static int real_mkdir(void *ctx, const char *path, int mode)
{
	(void)ctx;
	return mkdir(path, (mode_t)mode);
}

static int real_list(void *ctx, const char *dir, void (*on_name)(void *arg, const char *name),
		     void *arg)
{
	DIR *handle = opendir(dir);
	const struct dirent *entry;
	int saved;

	(void)ctx;
	if (handle == NULL)
		return -1;
	for (errno = 0; (entry = readdir(handle)) != NULL; errno = 0) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			on_name(arg, entry->d_name);
	}
	saved = errno;
	closedir(handle);
	errno = saved;
	return saved == 0 ? 0 : -1;
}

static int64_t real_free_bytes(void *ctx, const char *path)
{
	struct statvfs st;

	(void)ctx;
	if (statvfs(path, &st) != 0)
		return -1;
	return (int64_t)st.f_bavail * (int64_t)st.f_frsize;
}

static int64_t trial_wall_us(void *ctx);

#define REAL_BUT_CLOCK(wall)                                                                       \
	{                                                                                          \
		.wall_us = (wall), .mono_us = real_mono_us, .random = real_random,                 \
		.open = real_open, .close = real_close, .pread = real_pread,                       \
		.pwrite = real_pwrite, .fdatasync = real_fdatasync, .fsync = real_fsync,           \
		.ftruncate = real_ftruncate, .size = real_size, .mode = real_mode,                 \
		.rename = real_rename, .unlink = real_unlink, .mkdir = real_mkdir,                 \
		.list = real_list, .free_bytes = real_free_bytes,                                  \
	}

/* One machine per process. Changed only before threads are started, hence without a lock. */
static struct {
	const struct dd_sys *current;
	struct dd_sys real;
	struct dd_sys trial;
	int64_t trial_offset_us; /* of the wall clock against the monotonic one */
} machine = {
	.real = REAL_BUT_CLOCK(real_wall_us),
	.trial = REAL_BUT_CLOCK(trial_wall_us),
};

static int64_t trial_wall_us(void *ctx)
{
	return machine.trial_offset_us + real_mono_us(ctx);
}

const struct dd_sys *dd_sys(void)
{
	return machine.current != NULL ? machine.current : &machine.real;
}

void dd_sys_set(const struct dd_sys *table)
{
	machine.current = table;
}

const struct dd_sys *dd_sys_real(void)
{
	return &machine.real;
}

void dd_sys_set_sockets(int (*send)(void *, void *, void *, int),
			int (*recv)(void *, void *, void *, int))
{
	machine.real.sock_send = send;
	machine.real.sock_recv = recv;
	machine.trial.sock_send = send;
	machine.trial.sock_recv = recv;
}

void dd_sys_set_trial(int64_t start_us)
{
	machine.trial_offset_us = start_us - real_mono_us(NULL);
	machine.current = &machine.trial;
}

int dd_sys_trial(void)
{
	return machine.current == &machine.trial;
}
