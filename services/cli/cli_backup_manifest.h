/* cli_backup_manifest.h - what a backup holds. Written last: a folder without it is no backup.
 *
 * Text, one line each: "dondoc backup 1"; "made MICROSECONDS", "log HEX", "incarnation N",
 * "sequence N", "chain HEX", "authority TEXT", "build TEXT", "label TEXT", "secrets no|yes|sealed";
 * then "file HASH SIZE PATH" in the order of the paths, "lacks HASH PATH" for evidence that was
 * damaged already where it lay or gone from there, and "end COUNT". */
#ifndef DD_SERVICES_CLI_BACKUP_MANIFEST_H
#define DD_SERVICES_CLI_BACKUP_MANIFEST_H

#include "common/eventlog/eventlog.h"
#include "services/cli/cli_backup_file.h"

#define CLI_MANIFEST "MANIFEST"

struct cli_backup_entry {
	char *path; /* owned */
	struct cli_backup_sum sum;
};

enum cli_backup_secrets { CLI_SECRETS_NO, CLI_SECRETS_OPEN, CLI_SECRETS_SEALED };

struct cli_backup_manifest {
	struct dd_position at; /* the copy of the log ends there */
	int64_t made_us;
	char authority[256], build[80], label[208];
	enum cli_backup_secrets secrets;
	struct cli_backup_entry *entries; /* owned */
	size_t count, room;
	struct cli_backup_entry *lacks; /* owned; without sizes */
	size_t lacking;
	uint8_t hash[DD_HASH_LEN]; /* of the manifest itself, once written or read */
};

void cli_manifest_add(struct cli_backup_manifest *manifest, const char *path,
		      const struct cli_backup_sum *sum);
void cli_manifest_lack(struct cli_backup_manifest *manifest, const char *path,
		       const uint8_t hash[DD_HASH_LEN]);
/* NULL: not in it. Of one that was read or written. */
const struct cli_backup_entry *cli_manifest_find(const struct cli_backup_manifest *manifest,
						 const char *path);
uint64_t cli_manifest_bytes(const struct cli_backup_manifest *manifest);

/* Durably into the backup's folder; sorts the entries and sets the hash. */
int cli_manifest_write(const char *dir, struct cli_backup_manifest *manifest,
		       struct dd_error *err) DD_MUST_CHECK;
/* DD_ERR_NOT_FOUND: the folder is no whole backup. DD_ERR_CORRUPT. */
int cli_manifest_read(const char *dir, struct cli_backup_manifest *manifest_out,
		      struct dd_error *err) DD_MUST_CHECK;
void cli_manifest_fini(struct cli_backup_manifest *manifest);

#endif
