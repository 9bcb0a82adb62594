/* cli_superior.h - reports to superiors wait for a person ("Chờ gửi"): send, hold, drop. */
#ifndef DD_SERVICES_CLI_SUPERIOR_H
#define DD_SERVICES_CLI_SUPERIOR_H

#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"

extern const struct cli_command cli_commands_superior[];

int cli_remind_waiting(struct cli *cli);
int cli_remind_release(struct cli *cli);
int cli_remind_hold(struct cli *cli);
int cli_remind_drop(struct cli *cli);

/* "gửi", "giữ lại", "bỏ"; "" for none. */
const char *cli_release_words(enum cli_lang lang, int action, bool by_time);
/* Who gets it: the unit, or the person, and for whom he stands in. */
void cli_reader_words(enum cli_lang lang, const Dondoc__V1__DigestRow *row, struct dd_buf *out);

#endif
