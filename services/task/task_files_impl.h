/* task_files_impl.h - what the files task_files*.c share. */
#ifndef DD_TASK_FILES_IMPL_H
#define DD_TASK_FILES_IMPL_H

#include "services/task/task_files.h"

#define TASK_FILES_HEX (2 * (size_t)DD_HASH_LEN)

/* A part by its hash; the list is kept with the last written one in front. */
struct task_files_part {
	uint8_t hash[DD_HASH_LEN];
};

struct task_files {
	char *dir;      /* owned */
	char *incoming; /* owned */
	struct task_files_part parts[TASK_FILES_PARTS_MAX];
	size_t part_count;
};

/* Owned by the caller. */
char *task_files_whole(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);
char *task_files_part(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);

/* Where the part stands in the list; part_count if it does not. The owner's thread only. */
size_t task_files_place(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);

#endif
