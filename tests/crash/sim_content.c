/* sim_content.c - what simulated files hold, in the cache and on the platter. */
#include "common/base/alloc.h"
#include "tests/crash/sim_impl.h"
#include <string.h>

#define PAGE   ((size_t)4096)
#define SECTOR ((size_t)512)

size_t sim_inode_new(struct sim_disk *disk)
{
	if (disk->inode_count == disk->inode_room) {
		disk->inode_room = disk->inode_room ? 2 * disk->inode_room : 16;
		disk->inodes = dd_realloc(disk->inodes, disk->inode_room * sizeof(*disk->inodes));
	}
	memset(&disk->inodes[disk->inode_count], 0, sizeof(*disk->inodes));
	return disk->inode_count++;
}

void sim_content_resize(struct content *content, size_t len)
{
	content->data = dd_realloc(content->data, len ? len : 1);
	if (len > content->len)
		memset(content->data + content->len, 0, len - content->len);
	content->len = len;
}

void sim_content_copy(struct content *to, const struct content *from)
{
	sim_content_resize(to, from->len);
	if (from->len > 0)
		memcpy(to->data, from->data, from->len);
}

void sim_mark(struct inode *inode, size_t from, size_t to)
{
	size_t pages = (to + PAGE - 1) / PAGE;

	if (pages > inode->pages) {
		inode->dirty = dd_realloc(inode->dirty, pages);
		memset(inode->dirty + inode->pages, 0, pages - inode->pages);
		inode->pages = pages;
	}
	for (size_t i = from / PAGE; i < pages; i++)
		inode->dirty[i] = 1;
}

static void persist(struct inode *inode, size_t at, size_t len)
{
	if (at >= inode->cache.len)
		return;
	if (len > inode->cache.len - at)
		len = inode->cache.len - at;
	if (at + len > inode->platter.len)
		sim_content_resize(&inode->platter, at + len);
	memcpy(inode->platter.data + at, inode->cache.data + at, len);
}

/* Some of what waits reaches the platter. */
void sim_persist_some(struct inode *inode, struct sim_random *random)
{
	for (size_t i = 0; i < inode->pages; i++) {
		uint64_t fate = inode->dirty[i] ? sim_below(random, 4) : 0;

		if (fate == 1)
			persist(inode, i * PAGE, PAGE);
		for (size_t s = 0; fate == 2 && s < PAGE; s += SECTOR)
			if (sim_below(random, 2))
				persist(inode, i * PAGE + s, SECTOR);
	}
	if (inode->platter.len != inode->cache.len && sim_below(random, 2))
		sim_content_resize(&inode->platter, inode->cache.len);
}

void sim_persist_all(struct inode *inode)
{
	for (size_t i = 0; i < inode->pages; i++)
		if (inode->dirty[i])
			persist(inode, i * PAGE, PAGE);
	sim_content_resize(&inode->platter, inode->cache.len);
}

void sim_clean(struct inode *inode)
{
	if (inode->pages > 0)
		memset(inode->dirty, 0, inode->pages);
}
