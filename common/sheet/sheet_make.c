/* sheet_make.c - the workbook: one sheet to fill in, one that explains. Nothing that Excel 2010,
 * WPS and LibreOffice do not all have: texts, drop-down lists, locked cells without a password.
 * Cells that are filled in are texts, so that no program turns 5/11 into the eleventh of May. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/text.h"
#include "common/sheet/sheet_book.h"
#include "common/sheet/sheet_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_MAX 32000 /* bytes; Excel takes 32,767 characters */
#define PAPER_A4 9
#define FONT     "Times New Roman"

/* Not every program fits rows to what they hold, and one that is fitted does not grow again while
 * somebody types: there is room for some lines from the start. */
#define LINE_HEIGHT 16.0
#define LINES_LEAST 4
#define LINES_MOST  25

enum { ROW_CODE, ROW_TITLE, ROW_UNIT, ROW_FILLER, ROW_HINT, ROW_HEAD, ROW_FIRST };

static const struct {
	double width; /* in characters */
	bool centred;
} looks[DD_SHEET_COLUMNS] = {
	[DD_SHEET_MARK] = {10, false},       [DD_SHEET_NUMBER] = {5, true},
	[DD_SHEET_CODE] = {14, false},       [DD_SHEET_CONTENT] = {32, false},
	[DD_SHEET_DUE] = {11, true},         [DD_SHEET_STATE] = {17, false},
	[DD_SHEET_STEP] = {11, true},        [DD_SHEET_PERCENT] = {7, true},
	[DD_SHEET_DONE] = {26, false},       [DD_SHEET_HINDER] = {17, false},
	[DD_SHEET_DOC_NUMBER] = {12, false}, [DD_SHEET_DOC_DAY] = {11, true},
	[DD_SHEET_DOC_ISSUER] = {11, false}, [DD_SHEET_COMPLETE] = {10, true},
	[DD_SHEET_NEW_DUE] = {11, true},     [DD_SHEET_REASON] = {14, false},
	[DD_SHEET_BASIS] = {11, false},      [DD_SHEET_RESULT] = {30, false},
};

/* How many lines the text takes in a column; words are not cut, so what one line holds is an
 * estimate. */
static int lines_of(const char *text, double width)
{
	double room = width * 1.1; /* narrow letters */
	int lines = 1;
	double used = 0;

	for (; *text; text++) {
		if (*text == '\n' || used + 1 > room) {
			lines++;
			used = 0;
		}
		used += (*text & 0xC0) != 0x80 && *text != '\n';
	}
	return lines;
}

double dd_sheet_row_height(int lines)
{
	return LINE_HEIGHT * lines + 4;
}

int dd_sheet_lines(int lines, const char *text, double width)
{
	int wanted = lines_of(text, width);

	wanted = wanted < LINES_MOST ? wanted : LINES_MOST;
	return wanted > lines ? wanted : lines;
}

/* --- formats -----------------------------------------------------------------------------------
 */

lxw_format *dd_sheet_format(lxw_workbook *workbook, bool bold, bool bordered)
{
	lxw_format *f = workbook_add_format(workbook);

	format_set_font_name(f, FONT);
	format_set_font_size(f, 12);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (bold)
		format_set_bold(f);
	if (!bordered)
		return f;
	format_set_border(f, LXW_BORDER_THIN);
	format_set_text_wrap(f);
	return f;
}

static lxw_format *coloured(struct sheet_book *book, uint32_t colour, bool centred)
{
	lxw_format *f = dd_sheet_format(book->workbook, false, true);

	format_set_bg_color(f, colour);
	if (centred)
		format_set_align(f, LXW_ALIGN_CENTER);
	return f;
}

static lxw_format *input_format(struct sheet_book *book, bool centred)
{
	lxw_format *f = coloured(book, 0xFFF9D6, centred);

	format_set_unlocked(f);
	format_set_num_format(f, "@");
	return f;
}

static void add_formats(struct sheet_book *book)
{
	book->title = dd_sheet_format(book->workbook, true, false);
	format_set_font_size(book->title, 14);
	book->plain = dd_sheet_format(book->workbook, false, false);
	book->bold = dd_sheet_format(book->workbook, true, false);
	book->hint = dd_sheet_format(book->workbook, false, false);
	format_set_italic(book->hint);
	format_set_text_wrap(book->hint);
	book->head = dd_sheet_format(book->workbook, true, true);
	format_set_align(book->head, LXW_ALIGN_CENTER);
	format_set_align(book->head, LXW_ALIGN_VERTICAL_CENTER);
	format_set_bg_color(book->head, 0xDCE6F1);
	book->text = dd_sheet_format(book->workbook, false, true);
	book->centred = dd_sheet_format(book->workbook, false, true);
	format_set_align(book->centred, LXW_ALIGN_CENTER);
	book->input = input_format(book, false);
	book->input_centred = input_format(book, true);
	book->good = coloured(book, 0xE2F0D9, false);
	book->doubt = coloured(book, 0xFFE4B3, false);
	book->bad = coloured(book, 0xF8CFCF, false);
}

void dd_sheet_put(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
		  lxw_format *f)
{
	char cut[CELL_MAX + 1];
	size_t len = dd_text_cut(text, CELL_MAX);

	memcpy(cut, text, len);
	cut[len] = '\0';
	(void)(len > 0 ? worksheet_write_string(sheet, row, column, cut, f)
		       : worksheet_write_blank(sheet, row, column, f));
}

/* --- the sheet to fill in -----------------------------------------------------------------------
 */

/* Where each column stands; what came of a row stands beside its task. */
static void place_columns(struct sheet_book *book, bool answers)
{
	for (int c = 0; c < DD_SHEET_RESULT; c++) {
		if (c == DD_SHEET_PERCENT && !book->said->head->percent)
			continue;
		book->column[book->columns++] = (enum dd_sheet_column)c;
		if (answers && c == DD_SHEET_CONTENT)
			book->column[book->columns++] = DD_SHEET_RESULT;
	}
}

static void set_up(struct sheet_book *book)
{
	lxw_row_col_options hidden = {.hidden = LXW_TRUE};
	lxw_protection allowed = {.format_columns = LXW_TRUE,
				  .format_rows = LXW_TRUE,
				  .sort = LXW_TRUE,
				  .autofilter = LXW_TRUE};
	lxw_worksheet *sheet = book->sheet;
	char footer[160];

	worksheet_set_paper(sheet, PAPER_A4);
	worksheet_set_landscape(sheet);
	worksheet_set_margins(sheet, 0.4, 0.4, 0.5, 0.6);
	worksheet_fit_to_pages(sheet, 1, 0);
	snprintf(footer, sizeof(footer), "&L%.40s %.20s&R%s &P/&N", book->said->head->unit,
		 book->said->head->period, dd_sheet_words(book->said->lang, SHEET_FOOTER));
	(void)worksheet_set_footer(sheet, footer);
	worksheet_freeze_panes(sheet, ROW_FIRST, 3);
	(void)worksheet_repeat_rows(sheet, ROW_HEAD, ROW_HEAD);
	worksheet_protect(sheet, NULL, &allowed);
	for (int i = 0; i < book->columns; i++) {
		bool is_mark = book->column[i] == DD_SHEET_MARK;

		(void)worksheet_set_column_opt(sheet, (lxw_col_t)i, (lxw_col_t)i,
					       looks[book->column[i]].width, NULL,
					       is_mark ? &hidden : NULL);
	}
	(void)worksheet_set_row_opt(sheet, ROW_CODE, LXW_DEF_ROW_HEIGHT, NULL, &hidden);
}

static void put_heading(struct sheet_book *book, bool answers)
{
	const struct dd_sheet *said = book->said;
	lxw_worksheet *sheet = book->sheet;
	struct dd_buf words = {0};

	dd_sheet_code(said, &words);
	dd_sheet_put(sheet, ROW_CODE, 0, dd_buf_cstr(&words), book->plain);
	dd_sheet_put(sheet, ROW_TITLE, 1, dd_sheet_words(said->lang, SHEET_TITLE), book->title);
	dd_buf_clear(&words);
	dd_buf_printf(&words, "%s: %s (%s)        %s: ", dd_sheet_words(said->lang, SHEET_UNIT),
		      said->head->unit_name[0] ? said->head->unit_name : said->head->unit,
		      said->head->unit, dd_sheet_words(said->lang, SHEET_PERIOD));
	dd_sheet_period_words(said, &words);
	dd_sheet_put(sheet, ROW_UNIT, 1, dd_buf_cstr(&words), book->bold);
	dd_sheet_put(sheet, ROW_FILLER, 1, dd_sheet_words(said->lang, SHEET_FILLER), book->plain);
	(void)worksheet_merge_range(sheet, ROW_FILLER, 4, ROW_FILLER, 8, said->filled_by,
				    book->input);
	(void)worksheet_set_row(sheet, ROW_FILLER, 20, NULL);
	(void)worksheet_merge_range(
		sheet, ROW_HINT, 1, ROW_HINT, 8,
		dd_sheet_words(said->lang, answers ? SHEET_ANSWERED : SHEET_HINT), book->hint);
	(void)worksheet_set_row(sheet, ROW_HINT, dd_sheet_row_height(3), NULL);
	(void)worksheet_set_row(sheet, ROW_TITLE, 22, NULL);
	(void)worksheet_set_row(sheet, ROW_UNIT, 20, NULL);
	(void)worksheet_set_row(sheet, ROW_HEAD, dd_sheet_row_height(3), NULL);
	for (int i = 0; i < book->columns; i++)
		dd_sheet_put(sheet, ROW_HEAD, (lxw_col_t)i,
			     dd_sheet_column(said->lang, book->column[i]), book->head);
	dd_buf_fini(&words);
}

static lxw_format *fate_format(const struct sheet_book *book, enum dd_sheet_fate fate)
{
	if (fate <= DD_SHEET_READY)
		return book->text;
	if (fate <= DD_SHEET_TAKEN)
		return book->good;
	return fate <= DD_SHEET_UNSENT ? book->doubt : book->bad;
}

static void put_row(struct sheet_book *book, lxw_row_t at, struct dd_sheet_row *row)
{
	int lines = LINES_LEAST;

	for (int i = 0; i < book->columns; i++) {
		enum dd_sheet_column column = book->column[i];
		bool input = column >= DD_SHEET_STEP && column <= DD_SHEET_BASIS;
		bool centred = looks[column].centred;
		lxw_format *f = centred ? book->centred : book->text;

		if (input)
			f = centred ? book->input_centred : book->input;
		if (column == DD_SHEET_RESULT)
			dd_sheet_put(book->sheet, at, (lxw_col_t)i, dd_buf_cstr(&row->result),
				     fate_format(book, row->fate));
		else
			dd_sheet_put(book->sheet, at, (lxw_col_t)i, row->cell[column], f);
		if (column != DD_SHEET_MARK)
			lines = dd_sheet_lines(lines,
					       column == DD_SHEET_RESULT ? dd_buf_cstr(&row->result)
									 : row->cell[column],
					       looks[column].width);
	}
	(void)worksheet_set_row(book->sheet, at, dd_sheet_row_height(lines), NULL);
}

/* A list to choose from; whoever types it otherwise is asked, not stopped. */
static void offer(struct sheet_book *book, enum dd_sheet_column column, char **choices)
{
	lxw_data_validation list = {.validate = LXW_VALIDATION_TYPE_LIST,
				    .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
	lxw_row_t last = ROW_FIRST + (lxw_row_t)(book->said->count > 0 ? book->said->count - 1 : 0);

	/* `char **` in libxlsxwriter of Debian 12, `const char **` in that of Debian 13. */
	_Static_assert(sizeof(list.value_list) == sizeof(choices), "both are pointers");
	memcpy(&list.value_list, &choices, sizeof(choices));
	for (int i = 0; i < book->columns; i++) {
		if (book->column[i] == column)
			(void)worksheet_data_validation_range(book->sheet, ROW_FIRST, (lxw_col_t)i,
							      last, (lxw_col_t)i, &list);
	}
}

static void add_choices(struct sheet_book *book)
{
	enum dd_sheet_lang lang = book->said->lang;
	char *steps[6] = {(char *)dd_sheet_words(lang, SHEET_UNCHANGED)}; /* only read */
	char *yes[2] = {(char *)dd_sheet_words(lang, SHEET_YES)};

	for (int i = 0; i < 4; i++)
		steps[i + 1] = (char *)dd_sheet_step(lang, (Dondoc__V1__ProgressStep)i);
	offer(book, DD_SHEET_STEP, steps);
	offer(book, DD_SHEET_COMPLETE, yes);
}

static void make_report(struct sheet_book *book, bool answers)
{
	const struct dd_sheet *said = book->said;
	char cells[64];

	book->sheet =
		workbook_add_worksheet(book->workbook, dd_sheet_words(said->lang, SHEET_NAME));
	place_columns(book, answers);
	set_up(book);
	put_heading(book, answers);
	for (size_t i = 0; i < said->count; i++)
		put_row(book, ROW_FIRST + (lxw_row_t)i, &said->rows[i]);
	add_choices(book);
	snprintf(cells, sizeof(cells), "A1:Z%zu", said->count + ROW_FIRST + 1);
	(void)worksheet_ignore_errors(book->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, cells);
}

/* --- the file ----------------------------------------------------------------------------------
 */

static char *scratch_file(struct dd_error *err)
{
	const char *folder = getenv("TMPDIR");
	char *path = dd_path(folder && *folder ? folder : "/tmp", "dondoc-sheet-XXXXXX");
	int fd = mkstemp(path);

	if (fd >= 0) {
		close(fd);
		return path;
	}
	dd_fail(err, DD_ERR_IO, "no scratch file %s: TMPDIR names a folder for it", path);
	free(path);
	return NULL;
}

static int fill(struct sheet_book *book, bool answers, const char *path, struct dd_error *err)
{
	lxw_doc_properties properties = {0};
	lxw_error status;

	properties.title = (char *)dd_sheet_words(book->said->lang, SHEET_TITLE);
	properties.company = book->said->head->authority;
	properties.comments = book->said->head->unit;
	(void)workbook_set_properties(book->workbook, &properties);
	add_formats(book);
	make_report(book, answers);
	dd_sheet_make_guide(book);
	status = workbook_close(book->workbook);
	if (status != LXW_NO_ERROR)
		return dd_fail(err, DD_ERR_IO, "the workbook %s cannot be written: %s", path,
			       lxw_strerror(status));
	return DD_OK;
}

int dd_sheet_write(const struct dd_sheet *sheet, bool answers, struct dd_buf *out,
		   struct dd_error *err)
{
	lxw_workbook_options options = {.constant_memory = LXW_FALSE};
	struct sheet_book book = {.said = sheet};
	char *path = scratch_file(err);
	int rc;

	if (!path)
		return err->code;
	book.workbook = workbook_new_opt(path, &options);
	rc = book.workbook ? fill(&book, answers, path, err)
			   : dd_fail(err, DD_ERR_IO, "the workbook %s cannot be begun", path);
	if (rc == DD_OK)
		rc = dd_file_read(path, DD_SHEET_FILE_MAX, out, err);
	(void)unlink(path);
	free(path);
	return rc;
}
