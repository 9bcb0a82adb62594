/* sim_table.c - the simulated disk as a table for dd_sys. */
#include "tests/crash/sim_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define FD_FIRST (1 << 20) /* no descriptor of the kernel's */

/* Before a change. False: the process is dead, nothing happens. */
static bool change(struct sim_disk *disk)
{
	if (disk->dead) {
		errno = EIO;
		return false;
	}
	if (disk->on_change)
		disk->on_change(disk->arg);
	return true;
}

static struct inode *inode_of(struct sim_disk *disk, int fd)
{
	int i = fd - FD_FIRST;

	if (i < 0 || i >= FD_COUNT || !disk->fds[i].open || disk->fds[i].folder)
		return NULL;
	return &disk->inodes[disk->fds[i].inode];
}

static int fd_new(struct sim_disk *disk, size_t inode, bool folder)
{
	for (int i = 0; i < FD_COUNT; i++) {
		if (disk->fds[i].open)
			continue;
		disk->fds[i].open = true;
		disk->fds[i].folder = folder;
		disk->fds[i].inode = inode;
		return FD_FIRST + i;
	}
	errno = EMFILE;
	return -1;
}

static int sim_open(void *ctx, const char *path, int flags, int mode)
{
	struct sim_disk *disk = ctx;
	size_t i = sim_name_find(&disk->cache, path);
	bool there = sim_name_there(&disk->cache, i, path);
	size_t inode = there ? disk->cache.inode[i] : 0;

	(void)mode;
	if (flags & O_DIRECTORY)
		return fd_new(disk, 0, true);
	if (there && (flags & O_EXCL)) {
		errno = EEXIST;
		return -1;
	}
	if (!there && !(flags & O_CREAT)) {
		errno = ENOENT;
		return -1;
	}
	if (!there) {
		if (!change(disk))
			return -1;
		inode = sim_inode_new(disk);
		sim_name_put(&disk->cache, path, inode);
		sim_change_add(disk, CHANGE_CREATE, inode, path, NULL);
	}
	if (flags & O_TRUNC) {
		sim_mark(&disk->inodes[inode], 0, disk->inodes[inode].cache.len);
		sim_content_resize(&disk->inodes[inode].cache, 0);
	}
	return fd_new(disk, inode, false);
}

static int sim_close(void *ctx, int fd)
{
	struct sim_disk *disk = ctx;

	if (fd >= FD_FIRST && fd < FD_FIRST + FD_COUNT)
		disk->fds[fd - FD_FIRST].open = false;
	return 0;
}

static ssize_t sim_pread(void *ctx, int fd, void *out, size_t len, int64_t offset)
{
	struct inode *inode = inode_of(ctx, fd);
	size_t at = (size_t)offset;

	if (!inode) {
		errno = EBADF;
		return -1;
	}
	if (at >= inode->cache.len)
		return 0;
	if (len > inode->cache.len - at)
		len = inode->cache.len - at;
	memcpy(out, inode->cache.data + at, len);
	return (ssize_t)len;
}

static ssize_t sim_pwrite(void *ctx, int fd, const void *data, size_t len, int64_t offset)
{
	struct inode *inode;
	size_t at = (size_t)offset;

	if (!change(ctx))
		return -1;
	inode = inode_of(ctx, fd);
	if (!inode) {
		errno = EBADF;
		return -1;
	}
	if (at + len > inode->cache.len)
		sim_content_resize(&inode->cache, at + len);
	memcpy(inode->cache.data + at, data, len);
	sim_mark(inode, at, at + len);
	return (ssize_t)len;
}

static int flush_folder(struct sim_disk *disk)
{
	for (size_t i = 0; i < disk->change_count; i++)
		sim_change_apply(&disk->platter, &disk->changes[i]);
	sim_changes_clear(disk);
	return 0;
}

static int sim_sync(void *ctx, int fd)
{
	struct sim_disk *disk = ctx;
	struct inode *inode;

	if (!change(disk))
		return -1;
	inode = inode_of(disk, fd);
	if (!inode)
		return flush_folder(disk);
	if (disk->fail_flush > 0 && --disk->fail_flush == 0) {
		sim_persist_some(inode, disk->fail_random);
		sim_clean(inode);
		errno = EIO;
		return -1;
	}
	if (disk->drop)
		return 0;
	sim_persist_all(inode);
	sim_clean(inode);
	return 0;
}

static int sim_ftruncate(void *ctx, int fd, int64_t size)
{
	struct inode *inode;

	if (!change(ctx))
		return -1;
	inode = inode_of(ctx, fd);
	sim_content_resize(&inode->cache, (size_t)size);
	return 0;
}

static int64_t sim_size(void *ctx, int fd)
{
	struct inode *inode = inode_of(ctx, fd);

	return inode ? (int64_t)inode->cache.len : 0;
}

static int sim_mode(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	return 0700;
}

static int sim_rename(void *ctx, const char *from, const char *to)
{
	struct sim_disk *disk = ctx;
	size_t i = sim_name_find(&disk->cache, from);

	if (!change(disk))
		return -1;
	if (!sim_name_there(&disk->cache, i, from)) {
		errno = ENOENT;
		return -1;
	}
	sim_change_add(disk, CHANGE_RENAME, disk->cache.inode[i], from, to);
	sim_change_apply(&disk->cache, &disk->changes[disk->change_count - 1]);
	return 0;
}

static int sim_unlink(void *ctx, const char *path)
{
	struct sim_disk *disk = ctx;

	if (!change(disk))
		return -1;
	sim_change_add(disk, CHANGE_UNLINK, 0, path, NULL);
	sim_change_apply(&disk->cache, &disk->changes[disk->change_count - 1]);
	return 0;
}

static int sim_mkdir(void *ctx, const char *path, int mode)
{
	(void)ctx;
	(void)path;
	(void)mode;
	errno = EEXIST;
	return -1;
}

static int sim_list(void *ctx, const char *dir, void (*on_name)(void *arg, const char *name),
		    void *arg)
{
	struct sim_disk *disk = ctx;
	struct names copy = {0};
	size_t skip = strlen(dir) + 1;

	sim_names_copy(&copy, &disk->cache); /* on_name may remove */
	for (size_t i = 0; i < copy.count; i++)
		on_name(arg, copy.name[i] + skip);
	sim_names_clear(&copy);
	return 0;
}

static int64_t sim_free_bytes(void *ctx, const char *path)
{
	(void)ctx;
	(void)path;
	return INT64_MAX;
}

static int64_t sim_clock(void *ctx)
{
	struct sim_disk *disk = ctx;

	return disk->clock_us += 100;
}

static void sim_fill(void *ctx, void *out, size_t len)
{
	struct sim_disk *disk = ctx;
	uint8_t *at = out;

	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)sim_random(&disk->random);
}

const struct dd_sys *sim_table(struct sim_disk *disk, uint64_t seed)
{
	disk->random.state = seed;
	disk->table = *dd_sys_real();
	disk->table.ctx = disk;
	disk->table.wall_us = sim_clock;
	disk->table.mono_us = sim_clock;
	disk->table.random = sim_fill;
	disk->table.open = sim_open;
	disk->table.close = sim_close;
	disk->table.pread = sim_pread;
	disk->table.pwrite = sim_pwrite;
	disk->table.fdatasync = sim_sync;
	disk->table.fsync = sim_sync;
	disk->table.ftruncate = sim_ftruncate;
	disk->table.size = sim_size;
	disk->table.mode = sim_mode;
	disk->table.rename = sim_rename;
	disk->table.unlink = sim_unlink;
	disk->table.mkdir = sim_mkdir;
	disk->table.list = sim_list;
	disk->table.free_bytes = sim_free_bytes;
	return &disk->table;
}

void sim_use(struct sim_disk *disk, uint64_t seed)
{
	dd_sys_set(disk ? sim_table(disk, seed) : NULL);
}
