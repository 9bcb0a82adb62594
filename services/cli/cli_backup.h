/* cli_backup.h - backup and restore. */
#ifndef DD_SERVICES_CLI_BACKUP_H
#define DD_SERVICES_CLI_BACKUP_H

#include "services/cli/cli.h"
#include "services/cli/cli_seal.h"

int cli_backup_make(struct cli *cli);
int cli_backup_show(struct cli *cli);
int cli_backup_verify(struct cli *cli);
int cli_restore(struct cli *cli);
int cli_restore_release(struct cli *cli);

/* --passphrase-file; *seal_out NULL: not given. An exit code; the caller closes. */
int cli_backup_seal(const struct cli *cli, struct cli_seal **seal_out);
/* The folder that holds task/ and reporting/: --data, that of the trial whose run folder this is,
 * else /var/lib/dondoc. Caller frees. */
char *cli_backup_base(const struct cli *cli);

#endif
