/* files_impl.h - what the files files*.c share. */
#ifndef DD_FILES_IMPL_H
#define DD_FILES_IMPL_H

#include "common/files/files.h"

#define DD_FILES_HEX (2 * (size_t)DD_HASH_LEN)

/* A part by its hash; the list is kept with the last written one in front. */
struct dd_files_part {
	uint8_t hash[DD_HASH_LEN];
};

struct dd_files {
	char *dir;      /* owned */
	char *incoming; /* owned */
	struct dd_files_part parts[DD_FILES_PARTS_MAX];
	size_t part_count;
	/* Told as complete lately: whoever was told is about to name the file. */
	struct dd_files_part touched[DD_FILES_PARTS_MAX];
	size_t touched_next; /* ever; the ring's place is this modulo its size */
};

/* The part and its place in the list go; the owner's thread only. */
void dd_files_drop(struct dd_files *files, const uint8_t hash[DD_HASH_LEN]);

/* The file and its part go, and then the folders are flushed, once for many. DD_ERR_IO. */
int dd_files_unlink(struct dd_files *files, const uint8_t hash[DD_HASH_LEN],
		    struct dd_error *err) DD_MUST_CHECK;
int dd_files_sync(const struct dd_files *files, struct dd_error *err) DD_MUST_CHECK;

bool dd_files_touched(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN]);

/* Owned by the caller. */
char *dd_files_whole(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN]);
char *dd_files_part(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN]);

/* Where the part stands in the list; part_count if it does not. The owner's thread only. */
size_t dd_files_place(const struct dd_files *files, const uint8_t hash[DD_HASH_LEN]);

#endif
