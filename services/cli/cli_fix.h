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
int cli_daily_list(struct cli *cli);
int cli_group_undo(struct cli *cli);
int cli_task_bulk(struct cli *cli);

/* The name of a RequestKind. */
const char *cli_name_request(enum cli_lang lang, int kind);
/* What is asked for: a new day, another unit, and in which words; `out` is begun anew. */
void cli_request_words(const struct cli *cli, const Dondoc__V1__RequestRow *row,
		       struct dd_buf *out);
/* One page; its `next` is where the next begins, empty at the end. The caller frees the reply. */
int cli_request_page(struct cli *cli, Dondoc__V1__ListRequests *list,
		     Dondoc__V1__Reply **reply_out);
/* The tasks about which something waits, as a file; what waits stands beside each. */
int cli_request_export(struct cli *cli, Dondoc__V1__ListRequests *list);

#endif
