/* cli_channel.h - what reaches readers by other ways than mail: systems that are told by HTTP, the
 * inbox. */
#ifndef DD_SERVICES_CLI_CHANNEL_H
#define DD_SERVICES_CLI_CHANNEL_H

#include "services/cli/cli.h"

extern const struct cli_command cli_commands_channel[];

/* cli_hook.c */
int cli_hook_list(struct cli *cli);
int cli_hook_pause(struct cli *cli);
int cli_hook_resume(struct cli *cli);
int cli_hook_replay(struct cli *cli);
/* cli_inbox.c */
int cli_inbox(struct cli *cli);

/* "email" ... in the reader's words; "" for none. */
const char *cli_name_channel(enum cli_lang lang, int channel);

#endif
