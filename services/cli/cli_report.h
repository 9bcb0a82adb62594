/* cli_report.h - which file of a report is meant, and whether what came is that file. */
#ifndef DD_SERVICES_CLI_REPORT_H
#define DD_SERVICES_CLI_REPORT_H

#include "services/cli/cli.h"
#include "services/cli/cli_args.h"

/* The form of a report's file: `format` if given, else the ending of `path`. NULL: none of "pdf",
 * "xlsx", "csv", "json". */
const char *cli_report_format(const char *format, const char *path);

/* The report that is named by its record, by the hash of its data or of one of its files; NULL if
 * it is not in the list. A report without content is passed over. */
const Dondoc__V1__ReportRow *cli_report_find(const Dondoc__V1__ReportList *list,
					     const struct cli_named *named);

/* The file to fetch: the one whose hash is named, else the one of `path`'s form, else the only one.
 * NULL: there is none. */
const Dondoc__V1__ReportFile *cli_report_file(const Dondoc__V1__IssueReport *report,
					      const struct cli_named *named, const char *path);

/* Keep the bytes as `path` if they have their hash, which is `wanted` where that is not NULL, and
 * print what they are. Only with --force over a file that is there. */
int cli_report_keep(const struct cli *cli, const Dondoc__V1__ReportBytes *bytes,
		    const ProtobufCBinaryData *wanted, const char *path);

/* CLI_CONFLICT and words if `path` is there and --force was not given. */
int cli_report_may_write(const struct cli *cli, const char *path);

#endif
