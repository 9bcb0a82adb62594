/* mutant_recovery.c - linked into dondoc-task-mutant-recovery only, in place of pwrite and
 * fdatasync: the main thread, on which the log is opened, does not write to segments until the
 * commit thread has (later it may commit itself). So the tail that was found is trusted as it
 * stands in the page cache and is not written again. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t __real_pwrite(int fd, const void *data, size_t len, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t offset);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

static atomic_bool committed;

static bool is_segment(int fd)
{
	char link[64], path[1024];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path));
	return len > 4 && memcmp(path + len - 4, ".seg", 4) == 0;
}

static bool is_recovery(int fd)
{
	if (atomic_load(&committed) || !is_segment(fd))
		return false;
	if (syscall(SYS_gettid) == getpid())
		return true;
	atomic_store(&committed, true);
	return false;
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t offset)
{
	return is_recovery(fd) ? (ssize_t)len : __real_pwrite(fd, data, len, offset);
}

int __wrap_fdatasync(int fd)
{
	return is_recovery(fd) ? 0 : __real_fdatasync(fd);
}
