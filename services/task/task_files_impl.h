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
	/* Told as complete lately: whoever was told is about to name the file. */
	struct task_files_part touched[TASK_FILES_PARTS_MAX];
	size_t touched_next; /* ever; the ring's place is this modulo its size */
};

/* The part and its place in the list go; the owner's thread only. */
void task_files_drop(struct task_files *files, const uint8_t hash[DD_HASH_LEN]);

/* The file and its part go, and then the folders are flushed, once for many. DD_ERR_IO. */
int task_files_unlink(struct task_files *files, const uint8_t hash[DD_HASH_LEN],
		      struct dd_error *err) DD_MUST_CHECK;
int task_files_sync(const struct task_files *files, struct dd_error *err) DD_MUST_CHECK;

bool task_files_touched(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);

/* Owned by the caller. */
char *task_files_whole(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);
char *task_files_part(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);

/* Where the part stands in the list; part_count if it does not. The owner's thread only. */
size_t task_files_place(const struct task_files *files, const uint8_t hash[DD_HASH_LEN]);

#endif
