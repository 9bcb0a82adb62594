/* sheet_book.h - a workbook while it is made; for sheet_make.c and sheet_guide.c. */
#ifndef DD_SHEET_SHEET_BOOK_H
#define DD_SHEET_SHEET_BOOK_H

#include "common/sheet/sheet.h"
#include "common/sheet/sheet_text.h"
#include <xlsxwriter.h>

struct sheet_book {
	const struct dd_sheet *said;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;                          /* the one to fill in */
	enum dd_sheet_column column[DD_SHEET_COLUMNS]; /* by its place */
	int columns;
	lxw_format *title, *plain, *bold, *hint, *head, *text, *centred;
	lxw_format *input, *input_centred, *good, *doubt, *bad;
};

lxw_format *dd_sheet_format(lxw_workbook *workbook, bool bold, bool bordered);
/* A text, never a formula; cut where a cell cannot hold it. */
void dd_sheet_put(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
		  lxw_format *f);
/* The more of `lines` and what the text takes in a column of this width. */
int dd_sheet_lines(int lines, const char *text, double width);
double dd_sheet_row_height(int lines);

void dd_sheet_make_guide(struct sheet_book *book);

#endif
