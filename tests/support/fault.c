/* fault.c - the table that fails. */
#include "tests/support/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

struct plan {
	enum test_fault_kind kind;
	long first; /* by the op's count; 0 = none */
	long last;
	int sys_errno;
};

/* One failing machine per test program. Plans may be set while threads under test go on. */
static pthread_mutex_t plans_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	struct dd_sys table;
	const struct dd_sys *under;
	const struct dd_sys *before;
	struct plan plans[TEST_OP_COUNT]; /* under the lock, like the next */
	struct plan any_write;
	atomic_long counts[TEST_OP_COUNT];
	atomic_long writes;
	_Atomic int64_t free_bytes;
} fault;

static bool hits(const struct plan *plan, long count)
{
	return plan->first > 0 && count >= plan->first && count <= plan->last;
}

/* Counts the call; whether it meets a plan. */
static bool step(enum test_op op, bool changes, struct plan *plan_out)
{
	long count = atomic_fetch_add(&fault.counts[op], 1) + 1;
	long writes = changes ? atomic_fetch_add(&fault.writes, 1) + 1 : 0;
	bool met;

	pthread_mutex_lock(&plans_lock);
	*plan_out = fault.plans[op];
	met = hits(plan_out, count);
	if (!met && changes) {
		*plan_out = fault.any_write;
		met = hits(plan_out, writes);
	}
	pthread_mutex_unlock(&plans_lock);
	return met;
}

/* Whether the call has failed, with errno set. */
static bool fails(enum test_op op, bool changes)
{
	struct plan plan;

	if (!step(op, changes, &plan) || plan.kind == TEST_SHORT)
		return false;
	if (plan.kind == TEST_DIE)
		_exit(plan.sys_errno);
	errno = plan.sys_errno;
	return true;
}

static size_t half(size_t len)
{
	return len > 1 ? len / 2 : len;
}

static int fault_open(void *ctx, const char *path, int flags, int mode)
{
	(void)ctx;
	if (fails(TEST_OPEN, (flags & O_CREAT) != 0))
		return -1;
	return fault.under->open(fault.under->ctx, path, flags, mode);
}

/* The descriptor is gone in any case, as on Linux. */
static int fault_close(void *ctx, int fd)
{
	bool failed = fails(TEST_CLOSE, false);
	int sys_errno = errno;
	int rc = fault.under->close(fault.under->ctx, fd);

	(void)ctx;
	if (!failed)
		return rc;
	errno = sys_errno;
	return -1;
}

static ssize_t fault_pread(void *ctx, int fd, void *out, size_t len, int64_t offset)
{
	struct plan plan;
	bool met = step(TEST_PREAD, false, &plan);

	(void)ctx;
	if (met && plan.kind == TEST_DIE)
		_exit(plan.sys_errno);
	if (met && plan.kind != TEST_SHORT) {
		errno = plan.sys_errno;
		return -1;
	}
	return fault.under->pread(fault.under->ctx, fd, out, met ? half(len) : len, offset);
}

static ssize_t fault_pwrite(void *ctx, int fd, const void *data, size_t len, int64_t offset)
{
	struct plan plan;
	bool met = step(TEST_PWRITE, true, &plan);
	ssize_t rc = 0;

	(void)ctx;
	if (!met || plan.kind != TEST_FAIL)
		rc = fault.under->pwrite(fault.under->ctx, fd, data, met ? half(len) : len, offset);
	if (!met || plan.kind == TEST_SHORT)
		return rc;
	if (plan.kind == TEST_DIE)
		_exit(plan.sys_errno);
	errno = plan.sys_errno;
	return -1;
}

static int fault_fdatasync(void *ctx, int fd)
{
	(void)ctx;
	if (fails(TEST_FDATASYNC, true))
		return -1;
	return fault.under->fdatasync(fault.under->ctx, fd);
}

static int fault_fsync(void *ctx, int fd)
{
	(void)ctx;
	if (fails(TEST_FSYNC, true))
		return -1;
	return fault.under->fsync(fault.under->ctx, fd);
}

static int fault_ftruncate(void *ctx, int fd, int64_t size)
{
	(void)ctx;
	if (fails(TEST_FTRUNCATE, true))
		return -1;
	return fault.under->ftruncate(fault.under->ctx, fd, size);
}

static int64_t fault_size(void *ctx, int fd)
{
	(void)ctx;
	if (fails(TEST_SIZE, false))
		return -1;
	return fault.under->size(fault.under->ctx, fd);
}

static int fault_mode(void *ctx, int fd)
{
	(void)ctx;
	if (fails(TEST_MODE, false))
		return -1;
	return fault.under->mode(fault.under->ctx, fd);
}

static int fault_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	if (fails(TEST_RENAME, true))
		return -1;
	return fault.under->rename(fault.under->ctx, from, to);
}

static int fault_unlink(void *ctx, const char *path)
{
	(void)ctx;
	if (fails(TEST_UNLINK, true))
		return -1;
	return fault.under->unlink(fault.under->ctx, path);
}

static int fault_mkdir(void *ctx, const char *path, int mode)
{
	(void)ctx;
	if (fails(TEST_MKDIR, true))
		return -1;
	return fault.under->mkdir(fault.under->ctx, path, mode);
}

static int fault_list(void *ctx, const char *dir, void (*on_name)(void *arg, const char *name),
		      void *arg)
{
	(void)ctx;
	if (fails(TEST_LIST, false))
		return -1;
	return fault.under->list(fault.under->ctx, dir, on_name, arg);
}

static int64_t fault_free_bytes(void *ctx, const char *path)
{
	(void)ctx;
	if (fails(TEST_FREE_BYTES, false))
		return -1;
	if (fault.free_bytes >= 0)
		return fault.free_bytes;
	return fault.under->free_bytes(fault.under->ctx, path);
}

static int64_t fault_wall_us(void *ctx)
{
	(void)ctx;
	return fault.under->wall_us(fault.under->ctx);
}

static int64_t fault_mono_us(void *ctx)
{
	(void)ctx;
	return fault.under->mono_us(fault.under->ctx);
}

static void fault_random(void *ctx, void *out, size_t len)
{
	(void)ctx;
	fault.under->random(fault.under->ctx, out, len);
}

static int fault_sock_send(void *ctx, void *msg, void *socket, int flags)
{
	(void)ctx;
	return fault.under->sock_send(fault.under->ctx, msg, socket, flags);
}

static int fault_sock_recv(void *ctx, void *msg, void *socket, int flags)
{
	(void)ctx;
	return fault.under->sock_recv(fault.under->ctx, msg, socket, flags);
}

static const struct dd_sys failing_machine = {
	.wall_us = fault_wall_us,
	.mono_us = fault_mono_us,
	.random = fault_random,
	.open = fault_open,
	.close = fault_close,
	.pread = fault_pread,
	.pwrite = fault_pwrite,
	.fdatasync = fault_fdatasync,
	.fsync = fault_fsync,
	.ftruncate = fault_ftruncate,
	.size = fault_size,
	.mode = fault_mode,
	.rename = fault_rename,
	.unlink = fault_unlink,
	.mkdir = fault_mkdir,
	.list = fault_list,
	.free_bytes = fault_free_bytes,
	.sock_send = fault_sock_send,
	.sock_recv = fault_sock_recv,
};

void test_fault_start(const struct dd_sys *under)
{
	int op;

	fault.before = dd_sys();
	fault.under = under != NULL ? under : dd_sys_real();
	for (op = 0; op < TEST_OP_COUNT; op++) {
		fault.plans[op] = (struct plan){0};
		atomic_store(&fault.counts[op], 0);
	}
	fault.any_write = (struct plan){0};
	atomic_store(&fault.writes, 0);
	fault.free_bytes = -1;
	fault.table = failing_machine;
	dd_sys_set(&fault.table);
}

void test_fault_end(void)
{
	dd_sys_set(fault.before == dd_sys_real() ? NULL : fault.before);
}

void test_fault_set(enum test_op op, enum test_fault_kind kind, long n, long times, int sys_errno)
{
	long now = atomic_load(&fault.counts[op]);

	pthread_mutex_lock(&plans_lock);
	fault.plans[op] = (struct plan){kind, now + n, now + n + times - 1, sys_errno};
	if (times == 0)
		fault.plans[op].first = 0;
	pthread_mutex_unlock(&plans_lock);
}

void test_fault_any_write(enum test_fault_kind kind, long n, int sys_errno)
{
	long now = atomic_load(&fault.writes);

	pthread_mutex_lock(&plans_lock);
	fault.any_write = (struct plan){kind, n > 0 ? now + n : 0, __LONG_MAX__, sys_errno};
	pthread_mutex_unlock(&plans_lock);
}

long test_fault_count(enum test_op op)
{
	return atomic_load(&fault.counts[op]);
}

long test_fault_write_count(void)
{
	return atomic_load(&fault.writes);
}

void test_fault_free_bytes(int64_t bytes)
{
	fault.free_bytes = bytes;
}
