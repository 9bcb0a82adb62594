/* cli_theme.h - the first words of commands, in the order in which help shows them: "plan", "task".
 */
#ifndef DD_SERVICES_CLI_THEME_H
#define DD_SERVICES_CLI_THEME_H

#include "services/cli/cli.h"

/* The first word of a command: its group, or its name where it has none. */
const char *cli_theme_of(const struct cli_command *command);
/* What the commands that begin with this word are about; TEXT_NONE if it begins no group. */
enum cli_text cli_theme_about(const char *word);
/* The themes in their order; NULL behind the last. */
const char *cli_theme(size_t index);

#endif
