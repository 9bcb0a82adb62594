/* cli_stick.h - reports and answers as files, where there is no line. */
#ifndef DD_SERVICES_CLI_STICK_H
#define DD_SERVICES_CLI_STICK_H

#include "services/cli/cli.h"

int cli_stick_write(struct cli *cli);
int cli_stick_take(struct cli *cli);
int cli_stick_settle(struct cli *cli);

/* --- what its files share ---------------------------------------------------------------------
 */

#define CLI_STICK_FILE_MAX ((size_t)256 << 20)

/* The head, and its batch. */
void cli_stick_head(const Dondoc__V1__StickHead *head, uint8_t batch[16], struct dd_buf *file);
int cli_stick_save(struct cli *cli, const char *path, const struct dd_buf *file);

#endif
