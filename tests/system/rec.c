/* rec.c - LD_PRELOAD: writes down each change of the files in one folder, in the order in which it
 * happened, with the time. What is done through the dynamic C library is seen; mmap is not. */
#include "tests/system/rec.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* One recorder per process; set before main(), the lock orders the records. */
static int rec_out = -1;
static char rec_dir[1024];
static size_t rec_dir_len;
static pthread_mutex_t rec_lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void rec_start(void)
{
	const char *dir = getenv(REC_ENV_DIR);
	const char *out = getenv(REC_ENV_OUT);

	if (dir == NULL || out == NULL)
		return;
	snprintf(rec_dir, sizeof(rec_dir), "%s", dir);
	rec_dir_len = strlen(rec_dir);
	rec_out = (int)syscall(SYS_openat, AT_FDCWD, out, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			       0600);
}

/* The name within the folder; "" for the folder itself; NULL for what lies elsewhere. */
static const char *name_in_dir(const char *path)
{
	if (rec_out < 0 || strncmp(path, rec_dir, rec_dir_len) != 0)
		return NULL;
	if (path[rec_dir_len] == '\0')
		return path + rec_dir_len;
	if (path[rec_dir_len] != '/' || strchr(path + rec_dir_len + 1, '/') != NULL)
		return NULL;
	return path + rec_dir_len + 1;
}

static const char *name_of_fd(int fd, char path[1024])
{
	char link[64];
	ssize_t len;

	if (rec_out < 0 || fd == rec_out)
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, 1023);
	if (len < 0)
		return NULL;
	path[len] = '\0';
	return name_in_dir(path);
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

static bool is_folder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool all_zero(const unsigned char *data, size_t len)
{
	return len > 0 && data[0] == 0 && memcmp(data, data + 1, len - 1) == 0;
}

static void record(struct rec_head *head, const char *name, const void *data)
{
	struct timespec now;
	struct iovec parts[3];

	head->name_len = (uint32_t)strlen(name);
	parts[0] = (struct iovec){head, sizeof(*head)};
	parts[1].iov_len = head->name_len;
	parts[2].iov_len = head->data_len;
	memcpy(&parts[1].iov_base, &name, sizeof(name));
	memcpy(&parts[2].iov_base, &data, sizeof(data));
	pthread_mutex_lock(&rec_lock);
	clock_gettime(CLOCK_MONOTONIC, &now);
	head->us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	if (syscall(SYS_writev, rec_out, parts, 3) !=
	    (long)(sizeof(*head) + head->name_len + head->data_len))
		abort(); /* half a record in the middle would make nonsense of the rest */
	pthread_mutex_unlock(&rec_lock);
}

#define NEXT(name)                                                                                 \
	static __typeof__(&(name)) next;                                                           \
	if (next == NULL) {                                                                        \
		void *found = dlsym(RTLD_NEXT, #name);                                             \
		memcpy(&next, &found, sizeof(next));                                               \
	}

/* --- data ------------------------------------------------------------------------------------- */

static void record_write(int fd, const void *data, ssize_t len, off_t offset)
{
	int saved = errno;
	char path[1024];
	const char *name = len > 0 ? name_of_fd(fd, path) : NULL;
	struct rec_head head = {.kind = REC_WRITE, .offset = (uint64_t)offset};

	if (name != NULL) {
		head.inode = inode_of(fd);
		head.length = (uint64_t)len;
		if (all_zero(data, (size_t)len))
			head.kind = REC_ZERO;
		else
			head.data_len = head.length;
		record(&head, name, data);
		if ((fcntl(fd, F_GETFL) & O_DSYNC) != 0) {
			head.kind = REC_DURABLE;
			head.data_len = 0;
			record(&head, name, NULL);
		}
	}
	errno = saved;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
	NEXT(pwrite)
	ssize_t done = next(fd, data, len, offset);

	record_write(fd, data, done, offset);
	return done;
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
	NEXT(pwrite64)
	ssize_t done = next(fd, data, len, offset);

	record_write(fd, data, done, offset);
	return done;
}

static void record_parts(int fd, const struct iovec *parts, int count, ssize_t done, off_t offset)
{
	for (int i = 0; i < count && done > 0; i++) {
		ssize_t len = (ssize_t)parts[i].iov_len < done ? (ssize_t)parts[i].iov_len : done;

		record_write(fd, parts[i].iov_base, len, offset);
		offset += len;
		done -= len;
	}
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	NEXT(pwritev)
	ssize_t done = next(fd, parts, count, offset);

	record_parts(fd, parts, count, done, offset);
	return done;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
	NEXT(pwritev64)
	ssize_t done = next(fd, parts, count, offset);

	record_parts(fd, parts, count, done, offset);
	return done;
}

/* LMDB seeks and then writes its pages by this. */
ssize_t writev(int fd, const struct iovec *parts, int count)
{
	NEXT(writev)
	ssize_t done = next(fd, parts, count);
	off_t end = done > 0 && rec_out >= 0 ? lseek(fd, 0, SEEK_CUR) : -1;

	if (end >= done)
		record_parts(fd, parts, count, done, end - done);
	return done;
}

ssize_t write(int fd, const void *data, size_t len)
{
	NEXT(write)
	ssize_t done = next(fd, data, len);
	off_t end = done > 0 && rec_out >= 0 ? lseek(fd, 0, SEEK_CUR) : -1;

	if (end >= done)
		record_write(fd, data, done, end - done);
	return done;
}

static void record_flush(int fd, int rc)
{
	int saved = errno;
	char path[1024];
	const char *name = rc == 0 ? name_of_fd(fd, path) : NULL;
	struct rec_head head = {.kind = REC_FLUSH};

	if (name != NULL && (*name == '\0' || !is_folder(fd))) {
		head.kind = *name == '\0' ? REC_FLUSH_DIR : REC_FLUSH;
		head.inode = inode_of(fd);
		record(&head, name, NULL);
	}
	errno = saved;
}

int fsync(int fd)
{
	NEXT(fsync)
	int rc = next(fd);

	record_flush(fd, rc);
	return rc;
}

int fdatasync(int fd)
{
	NEXT(fdatasync)
	int rc = next(fd);

	record_flush(fd, rc);
	return rc;
}

int ftruncate(int fd, off_t size)
{
	NEXT(ftruncate)
	char path[1024];
	int rc = next(fd, size);
	const char *name = rc == 0 ? name_of_fd(fd, path) : NULL;
	struct rec_head head = {.kind = REC_TRUNCATE, .offset = (uint64_t)size};

	if (name != NULL) {
		head.inode = inode_of(fd);
		record(&head, name, NULL);
	}
	return rc;
}

/* --- names ------------------------------------------------------------------------------------ */

static void record_create(const char *path, int fd, bool fresh)
{
	const char *name = fd >= 0 && fresh ? name_in_dir(path) : NULL;
	struct rec_head head = {.kind = REC_CREATE};

	if (name == NULL)
		return;
	head.inode = inode_of(fd);
	record(&head, name, NULL);
}

static bool is_fresh(const char *path, int flags)
{
	return rec_out >= 0 && (flags & O_CREAT) != 0 && faccessat(AT_FDCWD, path, F_OK, 0) != 0;
}

int open(const char *path, int flags, ...)
{
	NEXT(open)
	bool fresh = is_fresh(path, flags);
	mode_t mode = 0;
	va_list args;
	int fd;

	va_start(args, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(args, mode_t);
	va_end(args);
	fd = next(path, flags, mode);
	record_create(path, fd, fresh);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	NEXT(open64)
	bool fresh = is_fresh(path, flags);
	mode_t mode = 0;
	va_list args;
	int fd;

	va_start(args, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(args, mode_t);
	va_end(args);
	fd = next(path, flags, mode);
	record_create(path, fd, fresh);
	return fd;
}

int rename(const char *from, const char *to)
{
	NEXT(rename)
	int rc = next(from, to);
	const char *old_name = rc == 0 ? name_in_dir(from) : NULL;
	const char *new_name = rc == 0 ? name_in_dir(to) : NULL;
	struct rec_head head = {.kind = REC_RENAME};

	if (old_name != NULL && new_name != NULL) {
		head.data_len = strlen(new_name);
		record(&head, old_name, new_name);
	}
	return rc;
}

int unlink(const char *path)
{
	NEXT(unlink)
	int rc = next(path);
	const char *name = rc == 0 ? name_in_dir(path) : NULL;
	struct rec_head head = {.kind = REC_UNLINK};

	if (name != NULL)
		record(&head, name, NULL);
	return rc;
}
