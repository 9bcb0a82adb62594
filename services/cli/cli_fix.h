/* cli_fix.h - commands that take back, correct, list what waits, and act on many tasks. */
#ifndef DD_SERVICES_CLI_FIX_H
#define DD_SERVICES_CLI_FIX_H

#include "services/cli/cli.h"

int cli_task_withdraw(struct cli *cli);
int cli_task_replace(struct cli *cli);
int cli_task_take_back(struct cli *cli);
int cli_task_undo(struct cli *cli);
int cli_task_resolve(struct cli *cli);
int cli_request_list(struct cli *cli);
int cli_group_list(struct cli *cli);
int cli_group_undo(struct cli *cli);
int cli_task_bulk(struct cli *cli);

/* The name of a RequestKind. */
const char *cli_name_request(enum cli_lang lang, int kind);

#endif
