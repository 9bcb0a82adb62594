/* cli_sheet.h - reporting sheets: made for a unit, taken in when they come back. */
#ifndef DD_SERVICES_CLI_SHEET_H
#define DD_SERVICES_CLI_SHEET_H

#include "services/cli/cli.h"

int cli_sheet_make(struct cli *cli);
int cli_sheet_send(struct cli *cli);

/* The name of the answer to the sheet `path`: "x.ket-qua.xlsx" beside it, or with a number behind
 * it where there is one already; the answer to a corrected answer is the next of the same sheet.
 * The caller frees. */
char *cli_sheet_answer_name(enum cli_lang lang, const char *path);

#endif
