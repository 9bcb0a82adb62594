/* cli_stick.h - reports and answers as files, where there is no line. */
#ifndef DD_SERVICES_CLI_STICK_H
#define DD_SERVICES_CLI_STICK_H

#include "services/cli/cli.h"

int cli_stick_write(struct cli *cli);
int cli_stick_take(struct cli *cli);
int cli_stick_settle(struct cli *cli);

#endif
