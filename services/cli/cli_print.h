/* cli_print.h - answers as tables and texts: functions of the unpacked message and the language,
 * without a service. What a table has no room for is in the JSON form, which the commands print. */
#ifndef DD_SERVICES_CLI_PRINT_H
#define DD_SERVICES_CLI_PRINT_H

#include "services/cli/cli.h"
#include "services/cli/cli_codes.h"

/* Figures: a table by area, by unit and by kind, then the rates; as CSV one table. */
void cli_print_counts(const struct cli *cli, const Dondoc__V1__TaskCounts *counts);
/* Ask for them and print them; connected. An exit code. */
int cli_show_counts(struct cli *cli, Dondoc__V1__CountTasks *count);

/* One row a reminder, by day and unit. Days and units that repeat are left out but in CSV. */
void cli_print_preview(const struct cli *cli, const Dondoc__V1__Preview *preview,
		       const struct cli_codes *codes);

/* One row a message. If `task` is given, the rows are all about it: a last line says whether it was
 * told, counting what the mail server had taken by the end of `to_day` (0 = ever). */
void cli_print_digests(const struct cli *cli, const Dondoc__V1__DigestList *list, const char *task,
		       int32_t to_day);

/* One message with its frozen text and what it reminds of. detail->row must be there. */
void cli_print_digest(const struct cli *cli, const Dondoc__V1__DigestDetail *detail,
		      const struct cli_codes *codes);

/* Issued reports; one report with its files. row->report must be there for the latter. */
void cli_print_reports(const struct cli *cli, const Dondoc__V1__ReportList *list);
void cli_print_report(const struct cli *cli, const Dondoc__V1__ReportRow *row);

#endif
