/* xlsx.h - one sheet of an XLSX workbook as rows of texts. The only way to spreadsheets that come
 * from outside. */
#ifndef DD_BASE_XLSX_H
#define DD_BASE_XLSX_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_xlsx; /* the rows of a sheet that have any text */

/* Read the sheet named `sheet` ("" = the first that is not hidden). Numbers are written as a
 * spreadsheet shows them without format, per cent with its sign ("50%"), dates as yyyy-mm-dd or,
 * where the cell shows no day, mm/yyyy; formulas give their last value. Bounded: 64 MiB of file,
 * 1,000 parts, 128 MiB unpacked and at most 200 times its packed size, 200,000 rows, 256 columns,
 * 64 KiB a cell, 4 million cells. Refused: what is no XLSX, document types, elements nested over 64
 * deep, bad UTF-8, rows out of order. On failure *err says what and what helps. */
int dd_xlsx_read(const void *data, size_t len, const char *sheet, struct dd_xlsx **xlsx_out,
		 struct dd_error *err) DD_MUST_CHECK;
void dd_xlsx_free(struct dd_xlsx *xlsx);

size_t dd_xlsx_rows(const struct dd_xlsx *xlsx);
size_t dd_xlsx_columns(const struct dd_xlsx *xlsx);              /* of the widest row */
uint32_t dd_xlsx_number(const struct dd_xlsx *xlsx, size_t row); /* as the sheet counts, from 1 */

/* NFC with line breaks as '\n'; "" where there is nothing. Borrowed until dd_xlsx_free. A cell that
 * is merged into the one above gives the text of that one. */
const char *dd_xlsx_cell(const struct dd_xlsx *xlsx, size_t row, size_t column);
bool dd_xlsx_merged(const struct dd_xlsx *xlsx, size_t row, size_t column); /* with one above */
bool dd_xlsx_formula(const struct dd_xlsx *xlsx, size_t row, size_t column);

#endif
