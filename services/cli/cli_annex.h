/* cli_annex.h - commands about annexes: how a time text is read, a plan as the file it came from.
 */
#ifndef DD_SERVICES_CLI_ANNEX_H
#define DD_SERVICES_CLI_ANNEX_H

#include "services/cli/cli.h"

int cli_time_read(struct cli *cli);
int cli_plan_export(struct cli *cli);

#endif
