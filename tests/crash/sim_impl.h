/* sim_impl.h - what the files of the simulated disk share; nobody else includes it. */
#ifndef TESTS_CRASH_SIM_IMPL_H
#define TESTS_CRASH_SIM_IMPL_H

#include "tests/crash/sim_disk.h"

#define FD_COUNT  64
#define FILES_MAX 512

struct content {
	uint8_t *data; /* owned */
	size_t len;
};

struct inode {
	struct content cache, platter;
	uint8_t *dirty; /* owned; one for each page of the longer one */
	size_t pages;
};

/* What a folder shows; names are owned, inodes belong to the disk. */
struct names {
	char *name[FILES_MAX];
	size_t inode[FILES_MAX];
	size_t count;
};

enum change_kind { CHANGE_CREATE, CHANGE_RENAME, CHANGE_UNLINK };
struct change {
	enum change_kind kind;
	size_t inode;
	char *name, *to; /* owned */
};

struct sim_disk {
	struct inode *inodes; /* owned */
	size_t inode_count, inode_room;
	struct names cache, platter;
	struct change *changes; /* owned: of names, since the folder was flushed */
	size_t change_count, change_room;
	struct {
		bool open, folder;
		size_t inode;
	} fds[FD_COUNT];
	bool dead, drop;
	long fail_flush;
	struct sim_random *fail_random;
	void (*on_change)(void *arg);
	void *arg;
	struct sim_random random;
	int64_t clock_us;
	struct dd_sys table;
};

/* --- sim_names.c */
size_t sim_name_find(const struct names *names, const char *name); /* where it is or belongs */
bool sim_name_there(const struct names *names, size_t i, const char *name);
void sim_name_put(struct names *names, const char *name, size_t inode);
void sim_name_drop(struct names *names, const char *name);
void sim_names_clear(struct names *names);
void sim_names_copy(struct names *to, const struct names *from);
void sim_changes_clear(struct sim_disk *disk);
void sim_change_add(struct sim_disk *disk, enum change_kind kind, size_t inode, const char *name,
		    const char *to);
void sim_change_apply(struct names *names, const struct change *change);

/* --- sim_content.c */
size_t sim_inode_new(struct sim_disk *disk);
void sim_content_resize(struct content *content, size_t len);
void sim_content_copy(struct content *to, const struct content *from);
void sim_mark(struct inode *inode, size_t from, size_t to);
void sim_persist_some(struct inode *inode, struct sim_random *random); /* of what waits */
void sim_persist_all(struct inode *inode);
void sim_clean(struct inode *inode);

#endif
