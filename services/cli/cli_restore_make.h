/* cli_restore_make.h - a backup put back into empty folders.
 *
 * Everything is made beside its place and read back; the folder of the task service gets its name
 * last, with the mark that makes the service begin a new incarnation: a half restore is never
 * started, and doing it again goes on with it. */
#ifndef DD_SERVICES_CLI_RESTORE_MAKE_H
#define DD_SERVICES_CLI_RESTORE_MAKE_H

#include "common/eventlog/restore_mark.h"
#include "services/cli/cli_backup_manifest.h"

struct cli_seal;

struct cli_restore_job {
	const char *backup;    /* borrowed: one backup's folder, checked */
	const char *base;      /* borrowed: task/ and reporting/ come to lie there */
	const char *secrets;   /* borrowed: where the secrets go; NULL = they stay where they are */
	struct cli_seal *seal; /* borrowed; NULL = the secrets are not sealed */
	struct dd_restore_mark mark;
	struct cli_backup_manifest manifest; /* of the backup; owned */
	uint64_t files, bytes;
	int lock_fd; /* of the folder `base`, once it is locked; -1 = it is not */
};

/* Nobody else restores into the same folder until job->lock_fd is closed; the folder is made.
 * DD_ERR_REFUSED: somebody does. */
int cli_restore_lock(struct cli_restore_job *job, struct dd_error *err) DD_MUST_CHECK;
/* Nothing is in the way. DD_ERR_REFUSED with words. */
int cli_restore_check(const struct cli_restore_job *job, struct dd_error *err) DD_MUST_CHECK;
int cli_restore_run(struct cli_restore_job *job, struct dd_error *err) DD_MUST_CHECK;

#endif
