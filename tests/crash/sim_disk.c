/* sim_disk.c - the simulated disk as a whole: made, copied, killed, without power, damaged. */
#include "tests/crash/sim_disk.h"
#include "common/base/alloc.h"
#include "tests/crash/sim_impl.h"
#include <stdlib.h>
#include <string.h>

uint64_t sim_random(struct sim_random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t sim_below(struct sim_random *random, uint64_t bound)
{
	return sim_random(random) % bound;
}

struct sim_disk *sim_new(void)
{
	struct sim_disk *disk = dd_alloc(sizeof(*disk));

	disk->clock_us = INT64_C(1790000000000000);
	return disk;
}

struct sim_disk *sim_clone(const struct sim_disk *disk)
{
	struct sim_disk *copy = sim_new();

	copy->clock_us = disk->clock_us;
	copy->drop = disk->drop;
	for (size_t i = 0; i < disk->inode_count; i++) {
		const struct inode *from = &disk->inodes[i];
		size_t place = sim_inode_new(copy);
		struct inode *to = &copy->inodes[place];

		sim_content_copy(&to->cache, &from->cache);
		sim_content_copy(&to->platter, &from->platter);
		to->pages = from->pages;
		to->dirty = from->pages ? dd_memdup(from->dirty, from->pages) : NULL;
	}
	sim_names_copy(&copy->cache, &disk->cache);
	sim_names_copy(&copy->platter, &disk->platter);
	for (size_t i = 0; i < disk->change_count; i++)
		sim_change_add(copy, disk->changes[i].kind, disk->changes[i].inode,
			       disk->changes[i].name, disk->changes[i].to);
	return copy;
}

void sim_free(struct sim_disk *disk)
{
	if (!disk)
		return;
	for (size_t i = 0; i < disk->inode_count; i++) {
		free(disk->inodes[i].cache.data);
		free(disk->inodes[i].platter.data);
		free(disk->inodes[i].dirty);
	}
	free(disk->inodes);
	sim_names_clear(&disk->cache);
	sim_names_clear(&disk->platter);
	sim_changes_clear(disk);
	free(disk->changes);
	free(disk);
}

void sim_kill(struct sim_disk *disk)
{
	disk->dead = true;
}

void sim_revive(struct sim_disk *disk)
{
	disk->dead = false;
	disk->on_change = NULL;
	disk->fail_flush = 0;
	memset(disk->fds, 0, sizeof(disk->fds));
}

/* Names are journalled in order on some file systems and not on others: both are tried. */
static void names_after_power_loss(struct sim_disk *disk, struct sim_random *random)
{
	bool ordered = sim_below(random, 2);
	size_t kept = sim_below(random, disk->change_count + 1);

	for (size_t i = 0; i < disk->change_count; i++)
		if (ordered ? i < kept : sim_below(random, 2))
			sim_change_apply(&disk->platter, &disk->changes[i]);
	sim_changes_clear(disk);
	sim_names_copy(&disk->cache, &disk->platter);
}

void sim_power_loss(struct sim_disk *disk, struct sim_random *random)
{
	for (size_t i = 0; i < disk->inode_count; i++) {
		struct inode *inode = &disk->inodes[i];

		sim_persist_some(inode, random);
		sim_clean(inode);
		sim_content_copy(&inode->cache, &inode->platter);
	}
	names_after_power_loss(disk, random);
	sim_revive(disk);
}

void sim_on_change(struct sim_disk *disk, void (*on_change)(void *arg), void *arg)
{
	disk->on_change = on_change;
	disk->arg = arg;
}

void sim_fail_flush(struct sim_disk *disk, long n, struct sim_random *random)
{
	disk->fail_flush = n;
	disk->fail_random = random;
}

void sim_drop_flushes(struct sim_disk *disk, bool drop)
{
	disk->drop = drop;
}

size_t sim_files(const struct sim_disk *disk)
{
	return disk->cache.count;
}

const char *sim_name(const struct sim_disk *disk, size_t i)
{
	return disk->cache.name[i] + strlen(SIM_DIR) + 1;
}

uint8_t *sim_content(struct sim_disk *disk, size_t i, size_t *len_out)
{
	struct inode *inode = &disk->inodes[disk->cache.inode[i]];

	*len_out = inode->cache.len;
	return inode->cache.data;
}

void sim_damaged(struct sim_disk *disk, size_t i)
{
	struct inode *inode = &disk->inodes[disk->cache.inode[i]];

	sim_content_copy(&inode->platter, &inode->cache);
}

void sim_truncate(struct sim_disk *disk, size_t i, size_t len)
{
	struct inode *inode = &disk->inodes[disk->cache.inode[i]];

	sim_content_resize(&inode->cache, len);
	sim_content_resize(&inode->platter, len);
}

void sim_remove(struct sim_disk *disk, size_t i)
{
	char *name = dd_strdup(disk->cache.name[i]);

	sim_name_drop(&disk->cache, name);
	sim_name_drop(&disk->platter, name);
	free(name);
}
