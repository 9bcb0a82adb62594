/* cli_export_xlsx.c - the annex as a workbook: one sheet, its head in sight and repeated on paper,
 * dates as dates, texts never as formulas. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "services/cli/cli_export.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define FILE_MAX_BYTES ((size_t)256 << 20)
#define PAPER_A4       9

struct cli_workbook {
	enum cli_lang lang;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *head, *text, *bold, *day;
	lxw_row_t row;
	char *path; /* owned; in the folder for scratch files */
	lxw_error failed;
};

static lxw_format *format(struct cli_workbook *book, bool bold)
{
	lxw_format *f = workbook_add_format(book->workbook);

	format_set_font_name(f, "Times New Roman");
	format_set_font_size(f, 12);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	format_set_border(f, LXW_BORDER_THIN);
	format_set_text_wrap(f);
	if (bold)
		format_set_bold(f);
	return f;
}

static void add_formats(struct cli_workbook *book)
{
	book->text = format(book, false);
	book->bold = format(book, true);
	book->head = format(book, true);
	format_set_align(book->head, LXW_ALIGN_CENTER);
	format_set_bg_color(book->head, 0xDCE6F1);
	book->day = format(book, false);
	format_set_num_format(book->day, "dd/mm/yyyy");
	format_set_align(book->day, LXW_ALIGN_CENTER);
}

static void begin_sheet(struct cli_workbook *book)
{
	bool vietnamese = book->lang == CLI_VI;

	book->sheet = workbook_add_worksheet(book->workbook, vietnamese ? "Nhiệm vụ" : "Tasks");
	worksheet_set_paper(book->sheet, PAPER_A4);
	worksheet_set_landscape(book->sheet);
	worksheet_fit_to_pages(book->sheet, 1, 0);
	(void)worksheet_set_header(book->sheet, "&C&P");
	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++) {
		const struct cli_export_column *column = &cli_export_columns[i];

		(void)worksheet_set_column(book->sheet, (lxw_col_t)i, (lxw_col_t)i, column->width,
					   NULL);
		(void)worksheet_write_string(book->sheet, 0, (lxw_col_t)i,
					     vietnamese ? column->vi : column->name, book->head);
	}
	worksheet_freeze_panes(book->sheet, 1, 1);
	(void)worksheet_repeat_rows(book->sheet, 0, 0);
	book->row = 1;
}

static void book_free(struct cli_workbook *book)
{
	(void)unlink(book->path);
	free(book->path);
	free(book);
}

struct cli_workbook *cli_workbook_new(enum cli_lang lang, struct dd_error *err)
{
	const char *folder = getenv("TMPDIR");
	struct cli_workbook *book = dd_alloc(sizeof(*book));
	int fd;

	*book = (struct cli_workbook){.lang = lang};
	book->path = dd_path(folder && *folder ? folder : "/tmp", "dondoc-XXXXXX");
	fd = mkstemp(book->path);
	if (fd >= 0) {
		lxw_workbook_options options = {.constant_memory = LXW_FALSE};

		close(fd);
		book->workbook = workbook_new_opt(book->path, &options);
	}
	if (!book->workbook) {
		dd_fail(err, DD_ERR_IO, "no scratch file %s: TMPDIR names a folder for it",
			book->path);
		book_free(book);
		return NULL;
	}
	add_formats(book);
	begin_sheet(book);
	return book;
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static lxw_error put_day(struct cli_workbook *book, lxw_col_t column, const char *text)
{
	int32_t day;
	struct dd_date date;
	lxw_datetime cell = {0};

	if (dd_day_parse(text, &day) != 0)
		return worksheet_write_string(book->sheet, book->row, column, text, book->text);
	date = dd_day_to_date(day);
	cell.year = date.year;
	cell.month = date.month;
	cell.day = date.day;
	return worksheet_write_datetime(book->sheet, book->row, column, &cell, book->day);
}

void cli_workbook_row(struct cli_workbook *book, struct cli_export_row *row)
{
	bool heading = row->cells[CLI_EXPORT_HEADING].len > 0;

	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++) {
		const char *text = dd_buf_cstr(&row->cells[i]);
		lxw_error status;

		if (*text && cli_export_columns[i].kind == CLI_EXPORT_NUMBER)
			status = worksheet_write_number(book->sheet, book->row, (lxw_col_t)i,
							strtod(text, NULL), book->text);
		else if (*text && cli_export_columns[i].kind == CLI_EXPORT_DAY)
			status = put_day(book, (lxw_col_t)i, text);
		else
			status = worksheet_write_string(book->sheet, book->row, (lxw_col_t)i, text,
							heading ? book->bold : book->text);
		if (status != LXW_NO_ERROR && book->failed == LXW_NO_ERROR)
			book->failed = status;
	}
	book->row++;
}

int cli_workbook_end(struct cli_workbook *book, struct dd_buf *out, struct dd_error *err)
{
	lxw_error status;
	int rc = DD_OK;

	(void)worksheet_autofilter(book->sheet, 0, 0, book->row > 1 ? book->row - 1 : 1,
				   CLI_EXPORT_COLUMNS - 1);
	status = workbook_close(book->workbook);
	if (book->failed != LXW_NO_ERROR)
		status = book->failed;
	if (status == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
		rc = dd_fail(err, DD_ERR_INVALID,
			     "a text is longer than a cell of a workbook (32,767 characters): "
			     "export as CSV");
	else if (status != LXW_NO_ERROR)
		rc = dd_fail(err, DD_ERR_IO, "the workbook cannot be written: %s",
			     lxw_strerror(status));
	if (rc == DD_OK)
		rc = dd_file_read(book->path, FILE_MAX_BYTES, out, err);
	book_free(book);
	return rc;
}
