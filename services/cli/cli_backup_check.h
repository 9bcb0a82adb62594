/* cli_backup_check.h - whether a backup is what its manifest says. In a child process: what a
 * damaged disk or a stranger put there may break the reader, and is told as damage then. */
#ifndef DD_SERVICES_CLI_BACKUP_CHECK_H
#define DD_SERVICES_CLI_BACKUP_CHECK_H

#include "services/cli/cli_backup_manifest.h"

/* The log in `log` verifies and ends at `at`. DD_ERR_CORRUPT. */
int cli_backup_check_log(const char *log, const struct dd_position *at,
			 struct dd_error *err) DD_MUST_CHECK;

struct cli_backup_finding {
	struct dd_position at;
	int64_t made_us;
	uint64_t files, bytes;
	uint64_t missing, differing; /* files */
	uint64_t lacking;            /* evidence that was damaged or gone before the backup */
	uint8_t hash[DD_HASH_LEN];   /* of the manifest */
	char first[300];             /* the first file that is missing or differs */
	char label[208];
	int secrets; /* enum cli_backup_secrets */
};
/* Every file, and the log. DD_ERR_CORRUPT with words; the finding is filled as far as it went. */
int cli_backup_check(const char *dir, struct cli_backup_finding *finding_out,
		     struct dd_error *err) DD_MUST_CHECK;

#endif
