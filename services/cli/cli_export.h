/* cli_export.h - a plan as the annex it may be imported from again. */
#ifndef DD_SERVICES_CLI_EXPORT_H
#define DD_SERVICES_CLI_EXPORT_H

#include "services/cli/cli.h"

/* The columns of the annex, as `plan import` reads them. */
enum { CLI_EXPORT_COLUMNS = 15 };
const char *cli_export_column(int column);
/* The row of one task or heading appended to `out` as CSV. */
void cli_export_row(const Dondoc__V1__TaskFields *fields, struct dd_buf *out);

#endif
