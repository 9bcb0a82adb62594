/* cli_export.h - tasks as the annex that they may be imported from again: CSV or a workbook; or on
 * paper, for reading. */
#ifndef DD_SERVICES_CLI_EXPORT_H
#define DD_SERVICES_CLI_EXPORT_H

#include "services/cli/cli.h"

/* The columns of the annex, as `plan import` reads them; those from `state` on are for people, and
 * it passes over them. */
enum {
	CLI_EXPORT_CODE,
	CLI_EXPORT_AREA,
	CLI_EXPORT_CONTENT,
	CLI_EXPORT_PRODUCT,
	CLI_EXPORT_LEAD,
	CLI_EXPORT_COORDINATING,
	CLI_EXPORT_TIME,
	CLI_EXPORT_START,
	CLI_EXPORT_DUE,
	CLI_EXPORT_RECURRENCE,
	CLI_EXPORT_TARGET,
	CLI_EXPORT_NOTES,
	CLI_EXPORT_PARENT,
	CLI_EXPORT_HEADING,
	CLI_EXPORT_POSITION,
	CLI_EXPORT_FAN_OUT,
	CLI_EXPORT_PRIORITY,
	CLI_EXPORT_LABELS,
	CLI_EXPORT_PLAN,
	CLI_EXPORT_DIVISION,
	CLI_EXPORT_PRODUCTS,
	CLI_EXPORT_WEIGHT,
	CLI_EXPORT_AREA_SECOND,
	CLI_EXPORT_TIME_READ,
	CLI_EXPORT_SOURCE_KIND,
	CLI_EXPORT_SOURCE_NUMBER,
	CLI_EXPORT_SOURCE_DATE,
	CLI_EXPORT_SOURCE_ISSUER,
	CLI_EXPORT_SOURCE_TITLE,
	CLI_EXPORT_LEAD_PARTS,
	CLI_EXPORT_PERIOD_FROM,
	CLI_EXPORT_PERIOD_TO,
	CLI_EXPORT_CHAIN,
	CLI_EXPORT_CHAIN_DUE,
	CLI_EXPORT_CHAIN_SLIPS,
	CLI_EXPORT_WAITS_FOR,
	CLI_EXPORT_STATE,
	CLI_EXPORT_PERCENT,
	CLI_EXPORT_LEAD_NOW,
	CLI_EXPORT_DUE_NOW,
	CLI_EXPORT_REQUESTS,
	CLI_EXPORT_COLUMNS
};
enum cli_export_kind { CLI_EXPORT_TEXT, CLI_EXPORT_NUMBER, CLI_EXPORT_DAY };
struct cli_export_column {
	const char *name; /* in CSV, and in English */
	const char *vi;   /* in a Vietnamese workbook, and on paper */
	enum cli_export_kind kind;
	double width; /* in a workbook, in characters */
};
extern const struct cli_export_column cli_export_columns[CLI_EXPORT_COLUMNS];

/* The cells of one task or heading; days as yyyy-mm-dd. */
struct cli_export_row {
	struct dd_buf cells[CLI_EXPORT_COLUMNS]; /* owned; each is a text */
	bool vietnamese; /* words that stand for numbers; else English, as in CSV */
	const Dondoc__V1__LinkList *links; /* borrowed: what waits for what; NULL = not known */
};
/* `requests`: what is asked about it, "" = nothing. Cleared and filled anew. */
void cli_export_row(enum cli_lang lang, const Dondoc__V1__TaskRow *task, const char *requests,
		    struct cli_export_row *row);
void cli_export_row_free(struct cli_export_row *row);
/* Appended to `out` as a line of CSV. */
void cli_export_csv_row(struct cli_export_row *row, struct dd_buf *out);

enum cli_export_form { CLI_EXPORT_AS_CSV, CLI_EXPORT_AS_XLSX, CLI_EXPORT_AS_PDF };

/* One export under way. */
struct cli_export {
	struct cli *cli;
	enum cli_export_form form;
	struct cli_export_row row;
	struct dd_buf csv;         /* owned */
	struct cli_workbook *book; /* owned; of XLSX */
	struct cli_sheet *sheet;   /* owned; of PDF */
	Dondoc__V1__Reply *links;  /* owned; NULL on paper */
	uint32_t count;
};
/* Whether its list can be exported. */
bool cli_export_command(const struct cli_command *command);
/* Whether a list is to be exported: --out, or a format that only a file has. */
bool cli_export_asked(const struct cli *cli);
/* Connects. By --format, else by the ending of --out; CSV otherwise. `title`: on paper, "" = none;
 * `requests`: it is about what waits. An exit code; 0 = go on. */
int cli_export_begin(struct cli *cli, const char *title, bool requests, struct cli_export *out);
void cli_export_add(struct cli_export *export, const Dondoc__V1__TaskRow *task,
		    const char *requests);
/* Write it, if `rc` is 0, to --out or to the output; free it in any case. */
int cli_export_end(struct cli_export *export, int rc);

/* --- cli_export_links.c ----------------------------------------------------------------------- */

/* What waits for what in the plan, "" = in all. An exit code; 0 = *reply_out is the caller's. */
int cli_export_links(struct cli *cli, const char *plan, Dondoc__V1__Reply **reply_out);
/* What ties a task to units, periods, years and other tasks, as `plan import` reads it. */
void cli_export_ties(const Dondoc__V1__TaskRow *task, struct cli_export_row *row);

/* --- cli_export_xlsx.c ----------------------------------------------------------------------- */

/* A workbook in a scratch file; NULL with *err. */
struct cli_workbook *cli_workbook_new(enum cli_lang lang, struct dd_error *err);
void cli_workbook_row(struct cli_workbook *book, struct cli_export_row *row);
/* Finish it: its bytes are appended to `out`. Frees the book in any case. */
int cli_workbook_end(struct cli_workbook *book, struct dd_buf *out, struct dd_error *err);

/* --- cli_export_pdf.c ------------------------------------------------------------------------- */

/* Paper, for reading; `day` on which it is made; NULL with *err. */
struct cli_sheet *cli_sheet_new(enum cli_lang lang, const char *title, int32_t day, bool requests,
				struct dd_error *err);
void cli_sheet_row(struct cli_sheet *sheet, struct cli_export_row *row);
/* As cli_workbook_end. */
int cli_sheet_end(struct cli_sheet *sheet, struct dd_buf *out, struct dd_error *err);

#endif
