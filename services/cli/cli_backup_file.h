/* cli_backup_file.h - files of a backup: read to the end, copied durably and read back. */
#ifndef DD_SERVICES_CLI_BACKUP_FILE_H
#define DD_SERVICES_CLI_BACKUP_FILE_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include <stdbool.h>
#include <stdint.h>

struct cli_backup_sum {
	uint64_t size;
	uint8_t hash[DD_HASH_LEN];
};
bool cli_backup_same(const struct cli_backup_sum *a, const struct cli_backup_sum *b);

/* Read the whole file from the disk, not from memory. DD_ERR_NOT_FOUND, DD_ERR_IO. */
int cli_backup_read(const char *path, struct cli_backup_sum *sum_out,
		    struct dd_error *err) DD_MUST_CHECK;

/* What to copy: the first `len` bytes of `from`, then zeros up to `size`; 0, 0 = the file. */
struct cli_backup_piece {
	const char *from;
	uint64_t len, size;
};
/* The sum of what it would become. */
int cli_backup_piece_sum(const struct cli_backup_piece *piece, struct cli_backup_sum *sum_out,
			 struct dd_error *err) DD_MUST_CHECK;
/* Make `to`: written beside, flushed, renamed, read back and compared with `sum`. The name is
 * durable when its folder is flushed. DD_ERR_FULL: no space. DD_ERR_CORRUPT: it reads back
 * otherwise. */
int cli_backup_copy(const struct cli_backup_piece *piece, const char *to,
		    const struct cli_backup_sum *sum, struct dd_error *err) DD_MUST_CHECK;

/* Make the folders above `path`, as far as they lie below `root`, which is there. */
int cli_backup_parents(const char *root, const char *path, struct dd_error *err) DD_MUST_CHECK;
/* Flush all folders below `root` and itself. */
int cli_backup_flush(const char *root, struct dd_error *err) DD_MUST_CHECK;

/* Names in a folder, sorted; none if there is no such folder. */
struct cli_backup_names {
	char **items; /* owned */
	size_t count;
};
int cli_backup_list(const char *dir, struct cli_backup_names *names_out,
		    struct dd_error *err) DD_MUST_CHECK;
void cli_backup_names_fini(struct cli_backup_names *names);

/* Every regular file below `root` as its path from there; links are not followed. Another answer
 * than 0 ends the walk. No folder: nothing. */
int cli_backup_walk(const char *root, int (*on_file)(void *arg, const char *path), void *arg,
		    struct dd_error *err) DD_MUST_CHECK;

/* A folder that is not there, or has nothing in it. */
bool cli_backup_empty(const char *dir);

#endif
