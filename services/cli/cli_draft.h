/* cli_draft.h - drafts at an office: reports begun and not sent. */
#ifndef DD_SERVICES_CLI_DRAFT_H
#define DD_SERVICES_CLI_DRAFT_H

#include "services/cli/cli.h"

/* The command as far as it is, kept at the office instead of being sent (--draft); `unit` is the
 * one that will act. */
int cli_draft_keep(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit);
/* An office's own endpoint is named: else tells and returns an exit code. */
int cli_office_named(struct cli *cli);

int cli_draft_list(struct cli *cli);
int cli_draft_show(struct cli *cli);
int cli_draft_send(struct cli *cli);
int cli_draft_drop(struct cli *cli);
int cli_office_withdraw(struct cli *cli);

#endif
