/* cli_annex.h - commands about annexes: how a time text is read, a plan as the file it came from.
 */
#ifndef DD_SERVICES_CLI_ANNEX_H
#define DD_SERVICES_CLI_ANNEX_H

#include "services/cli/cli.h"

int cli_time_read(struct cli *cli);
int cli_calendar_list(struct cli *cli);
int cli_plan_export(struct cli *cli);

/* The name of a DayKind. */
const char *cli_name_day_kind(enum cli_lang lang, int kind);

#endif
