/* sheet_guide.c - the second sheet: what each column wants, and rows as examples. */
#include "common/sheet/sheet_book.h"

#define PAPER_A4      9
#define HELP_WIDTH    100 /* of the merged columns */
#define EXAMPLE_LINES 3

/* One line for each column that has something to explain. */
static lxw_row_t put_helps(const struct sheet_book *book, lxw_worksheet *sheet, lxw_row_t row)
{
	enum dd_sheet_lang lang = book->said->lang;

	for (int i = 0; i < book->columns; i++) {
		const char *help = dd_sheet_column_help(lang, book->column[i]);

		if (!help[0])
			continue;
		dd_sheet_put(sheet, row, 0, dd_sheet_column(lang, book->column[i]), book->head);
		(void)worksheet_merge_range(sheet, row, 1, row, 6, help, book->text);
		(void)worksheet_set_row(
			sheet, row, dd_sheet_row_height(dd_sheet_lines(2, help, HELP_WIDTH)), NULL);
		row++;
	}
	return row;
}

static void put_examples(const struct sheet_book *book, lxw_worksheet *sheet, lxw_row_t row)
{
	enum dd_sheet_lang lang = book->said->lang;
	lxw_col_t place = 0;

	for (int c = DD_SHEET_CODE; c <= DD_SHEET_BASIS; c++) {
		enum dd_sheet_column column = (enum dd_sheet_column)c;

		if ((c >= DD_SHEET_DUE && c <= DD_SHEET_STATE) ||
		    (c == DD_SHEET_PERCENT && !book->said->head->percent))
			continue;
		dd_sheet_put(sheet, row, place, dd_sheet_column(lang, column), book->head);
		for (int i = 0; i < SHEET_EXAMPLE_ROWS; i++)
			dd_sheet_put(sheet, row + 1 + (lxw_row_t)i, place,
				     dd_sheet_example(lang, i, column), book->text);
		place++;
	}
	for (int i = 0; i <= SHEET_EXAMPLE_ROWS; i++)
		(void)worksheet_set_row(sheet, row + (lxw_row_t)i,
					dd_sheet_row_height(EXAMPLE_LINES), NULL);
}

void dd_sheet_make_guide(struct sheet_book *book)
{
	enum dd_sheet_lang lang = book->said->lang;
	lxw_worksheet *sheet =
		workbook_add_worksheet(book->workbook, dd_sheet_words(lang, SHEET_HELP_NAME));
	lxw_row_t row = 2;

	worksheet_set_paper(sheet, PAPER_A4);
	worksheet_set_landscape(sheet);
	worksheet_fit_to_pages(sheet, 1, 0);
	(void)worksheet_set_column(sheet, 0, 0, 24, NULL);
	(void)worksheet_set_column(sheet, 1, 1, 30, NULL);
	(void)worksheet_set_column(sheet, 2, 13, 14, NULL);
	dd_sheet_put(sheet, 0, 0, dd_sheet_words(lang, SHEET_HELP_TITLE), book->title);
	row = put_helps(book, sheet, row) + 1;
	dd_sheet_put(sheet, row, 0, dd_sheet_words(lang, SHEET_EXAMPLES), book->bold);
	put_examples(book, sheet, row + 1);
	worksheet_protect(sheet, NULL, NULL);
}
