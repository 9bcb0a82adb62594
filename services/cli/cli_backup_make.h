/* cli_backup_make.h - one backup of a set in the making.
 *
 * A set is a folder with a folder for each backup, named by time and last record; what two of them
 * have in common is one file with two names where the file system allows. Each is whole by itself:
 *
 *   task/log/        segments up to the last record; checkpoint and its public key
 *   task/files/      evidence, by hash
 *   reporting/files/ issued reports, by hash
 *   secrets/         keys and settings at the paths they had, checkpoint.key
 *   MANIFEST         written last
 *
 * One that is not whole yet is called "unfinished": the next run goes on with it. */
#ifndef DD_SERVICES_CLI_BACKUP_MAKE_H
#define DD_SERVICES_CLI_BACKUP_MAKE_H

#include "services/cli/cli_backup_manifest.h"

#define CLI_BACKUP_UNFINISHED "unfinished"

struct cli;
struct cli_seal;

struct cli_backup_job {
	const char *set;       /* borrowed */
	const char *base;      /* borrowed; task/ and reporting/ lie there */
	struct cli_seal *seal; /* borrowed; NULL = secrets are copied as they are */
	char *part;            /* owned; the backup in the making */
	char *former_dir;      /* owned; the newest whole backup of the set; NULL = none */
	struct cli_backup_manifest former, now;
	struct dd_buf checkpoint, checkpoint_public; /* as they were before the head was asked */
	uint64_t copied, linked, kept;               /* bytes */
	int lock_fd;
};

/* Lock the set, find its newest whole backup and what an earlier run left. DD_ERR_REFUSED: another
 * backup is being made; the folder is no place for a set. */
int cli_backup_begin(struct cli_backup_job *job, struct dd_error *err) DD_MUST_CHECK;
void cli_backup_end(struct cli_backup_job *job);

/* The order is binding: the head was durable before anything is copied. */
int cli_backup_log(struct cli_backup_job *job, const struct dd_position *head,
		   struct dd_error *err) DD_MUST_CHECK;
int cli_backup_files(struct cli_backup_job *job, struct dd_error *err) DD_MUST_CHECK;
/* Evidence that should lie at `path` and does not, or not as it was: taken from the backup before,
 * or lacking. */
void cli_backup_missing(struct cli_backup_job *job, const char *path,
			const uint8_t hash[DD_HASH_LEN]);
/* What the service says has come, up to the last record of the backup, against what was found: once
 * the files are copied, the service being connected. An exit code. */
int cli_backup_evidence(struct cli *cli, struct cli_backup_job *job);
/* The units whose offices sent the file, "A, B"; "" where nobody knows. The caller's to free. */
char *cli_backup_senders(struct cli *cli, const uint8_t hash[DD_HASH_LEN]);
/* Everything below `folder`, an absolute path. */
int cli_backup_secrets(struct cli_backup_job *job, const char *folder,
		       struct dd_error *err) DD_MUST_CHECK;
/* Open every sealed file of a whole backup. DD_ERR_REFUSED: another passphrase, or changed;
 * DD_ERR_INVALID: nothing in it is sealed. */
int cli_backup_open_secrets(const char *dir, const struct cli_backup_manifest *manifest,
			    struct cli_seal *seal, size_t *opened_out,
			    struct dd_error *err) DD_MUST_CHECK;
int cli_backup_checkpoint_key(struct cli_backup_job *job, struct dd_error *err) DD_MUST_CHECK;
/* Read the log's copy, write the manifest, give the backup its name; *dir_out is the caller's. */
int cli_backup_finish(struct cli_backup_job *job, char **dir_out,
		      struct dd_error *err) DD_MUST_CHECK;

/* Put a file into the backup as `path`: what lies there already or in the backup before with the
 * same content is not copied again. */
int cli_backup_store(struct cli_backup_job *job, const struct cli_backup_piece *piece,
		     const char *path, struct dd_error *err) DD_MUST_CHECK;

/* The whole backups of a set in the order of what they cover: incarnation and last record. Those
 * whose manifest is damaged are left out. */
int cli_backup_set(const char *set, struct cli_backup_names *names_out,
		   struct dd_error *err) DD_MUST_CHECK;
/* The backup that `path` means: itself, or that of a set which covers most; caller frees.
 * DD_ERR_NOT_FOUND. DD_ERR_CORRUPT: which one that is cannot be said. */
int cli_backup_find(const char *path, char **dir_out, struct dd_error *err) DD_MUST_CHECK;
/* Remove the oldest backups until `keep` are left. */
int cli_backup_thin(const char *set, size_t keep, size_t *removed_out,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
