/* sim_names.c - what the simulated folder shows, and changes of it that wait for a flush. */
#include "common/base/alloc.h"
#include "tests/crash/sim_impl.h"
#include <stdlib.h>
#include <string.h>

size_t sim_name_find(const struct names *names, const char *name)
{
	size_t i = 0;

	while (i < names->count && strcmp(names->name[i], name) < 0)
		i++;
	return i;
}

bool sim_name_there(const struct names *names, size_t i, const char *name)
{
	return i < names->count && strcmp(names->name[i], name) == 0;
}

void sim_name_put(struct names *names, const char *name, size_t inode)
{
	size_t i = sim_name_find(names, name);

	if (!sim_name_there(names, i, name)) {
		if (names->count == FILES_MAX)
			abort();
		memmove(names->name + i + 1, names->name + i,
			(names->count - i) * sizeof(*names->name));
		memmove(names->inode + i + 1, names->inode + i,
			(names->count - i) * sizeof(*names->inode));
		names->name[i] = dd_strdup(name);
		names->count++;
	}
	names->inode[i] = inode;
}

void sim_name_drop(struct names *names, const char *name)
{
	size_t i = sim_name_find(names, name);

	if (!sim_name_there(names, i, name))
		return;
	free(names->name[i]);
	names->count--;
	memmove(names->name + i, names->name + i + 1, (names->count - i) * sizeof(*names->name));
	memmove(names->inode + i, names->inode + i + 1, (names->count - i) * sizeof(*names->inode));
}

void sim_names_clear(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	names->count = 0;
}

void sim_names_copy(struct names *to, const struct names *from)
{
	sim_names_clear(to);
	for (size_t i = 0; i < from->count; i++)
		sim_name_put(to, from->name[i], from->inode[i]);
}

void sim_changes_clear(struct sim_disk *disk)
{
	for (size_t i = 0; i < disk->change_count; i++) {
		free(disk->changes[i].name);
		free(disk->changes[i].to);
	}
	disk->change_count = 0;
}

void sim_change_add(struct sim_disk *disk, enum change_kind kind, size_t inode, const char *name,
		    const char *to)
{
	if (disk->change_count == disk->change_room) {
		disk->change_room = disk->change_room ? 2 * disk->change_room : 16;
		disk->changes =
			dd_realloc(disk->changes, disk->change_room * sizeof(*disk->changes));
	}
	disk->changes[disk->change_count++] =
		(struct change){kind, inode, dd_strdup(name), to ? dd_strdup(to) : NULL};
}

void sim_change_apply(struct names *names, const struct change *change)
{
	if (change->kind == CHANGE_CREATE) {
		sim_name_put(names, change->name, change->inode);
	} else if (change->kind == CHANGE_UNLINK) {
		sim_name_drop(names, change->name);
	} else if (change->to &&
		   sim_name_there(names, sim_name_find(names, change->name), change->name)) {
		sim_name_drop(names, change->name);
		sim_name_put(names, change->to, change->inode);
	}
}
