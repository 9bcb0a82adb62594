/* csv.h - CSV files as people make them: RFC 4180 quoting, line breaks in fields, BOM, ',' or ';'.
 */
#ifndef DD_BASE_CSV_H
#define DD_BASE_CSV_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_csv; /* a whole file in memory, by rows and columns */

/* Read `data` (copied). The first row is the header. Cells are NFC, line breaks kept.
 * The separator is ',' unless the header has more ';'. Rows without any text are left out, as empty
 * lines are. Bounded: 64 MiB, 200,000 rows, 256 columns, 64 KiB a cell. Refused: bad UTF-8, NUL,
 * a quote that is not closed, text beside a quoted cell, a column named twice, text in a cell
 * beyond the header. On failure *err names line and column. */
int dd_csv_parse(const void *data, size_t len, struct dd_csv **csv_out,
		 struct dd_error *err) DD_MUST_CHECK;
void dd_csv_free(struct dd_csv *csv);

size_t dd_csv_rows(const struct dd_csv *csv);    /* without the header */
size_t dd_csv_columns(const struct dd_csv *csv); /* of the header */
const char *dd_csv_header(const struct dd_csv *csv, size_t column);
/* The column named `name` exactly (after trimming); -1 if there is none. */
int dd_csv_column(const struct dd_csv *csv, const char *name);
/* "" where the row is short. Borrowed until dd_csv_free. */
const char *dd_csv_cell(const struct dd_csv *csv, size_t row, int column);
uint32_t dd_csv_line(const struct dd_csv *csv,
		     size_t row); /* line of the file where the row begins, from 1 */

/* Append one field to `out`: quoted where needed; a text that a spreadsheet would run as a formula
 * (first character, after blanks, one of = + - @ TAB CR or their full-width forms) gets a leading
 * '. Plain numbers are left alone. */
void dd_csv_write_field(struct dd_buf *out, const char *text);
/* Whether a text gets that mark. */
bool dd_csv_formula(const char *text);

#endif
