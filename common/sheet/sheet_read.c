/* sheet_read.c - a workbook that came back: found again by what it carries, whatever its name and
 * whatever was moved in it. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "common/base/xlsx.h"
#include "common/sheet/sheet_impl.h"
#include "common/sheet/sheet_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_ROWS 60 /* the code and the names of the columns stand this far up */

struct reading {
	const struct dd_xlsx *file;
	struct dd_sheet *sheet;
	enum dd_sheet_lang lang;        /* of complaints */
	size_t place[DD_SHEET_COLUMNS]; /* SIZE_MAX = the file does not have it */
	size_t head_row;
};

static int complain(enum dd_sheet_lang lang, enum sheet_text text, struct dd_error *err)
{
	return dd_fail(err, DD_ERR_INVALID, "%s", dd_sheet_words(lang, text));
}

/* --- what it is not ----------------------------------------------------------------------------
 */

/* Whether the bytes hold this somewhere near their beginning. */
static bool begins_with(const void *data, size_t len, size_t at, const char *magic)
{
	size_t wanted = strlen(magic);

	return len >= at + wanted && memcmp((const char *)data + at, magic, wanted) == 0;
}

static int not_readable(const void *data, size_t len, enum dd_sheet_lang lang, struct dd_error *err)
{
	struct dd_error why = *err;
	struct dd_buf words = {0};
	int rc;

	if (begins_with(data, len, 0, "\xD0\xCF\x11\xE0"))
		return complain(lang, SHEET_BAD_OLD, err);
	if (begins_with(data, len, 30, "mimetypeapplication/vnd.oasis.opendocument"))
		return complain(lang, SHEET_BAD_ODS, err);
	if (!begins_with(data, len, 0, "PK"))
		return complain(lang, SHEET_BAD_CSV, err);
	dd_sheet_fill(&words, dd_sheet_words(lang, SHEET_BAD_BROKEN), why.text);
	rc = dd_fail(err, DD_ERR_INVALID, "%s", dd_buf_cstr(&words));
	dd_buf_fini(&words);
	return rc;
}

/* --- the head ----------------------------------------------------------------------------------
 */

static Dondoc__V1__SheetHead *find_code(const struct dd_xlsx *file)
{
	size_t rows = dd_xlsx_rows(file);

	for (size_t r = 0; r < rows && r < LOOK_ROWS; r++) {
		for (size_t c = 0; c < dd_xlsx_columns(file); c++) {
			Dondoc__V1__SheetHead *head = dd_sheet_code_read(dd_xlsx_cell(file, r, c));

			if (head)
				return head;
		}
	}
	return NULL;
}

/* Without regard to case, marks and blanks. */
static bool same_words(const char *a, const char *b)
{
	char *x = dd_text_fold(a), *y = dd_text_fold(b);
	char *p = x ? dd_text_tidy(x) : NULL, *q = y ? dd_text_tidy(y) : NULL;
	bool same = p && q && strcmp(p, q) == 0;

	free(x);
	free(y);
	free(p);
	free(q);
	return same;
}

static bool is_title(const char *text, enum dd_sheet_column column)
{
	for (int lang = 0; lang < DD_SHEET_LANGS; lang++) {
		if (same_words(text, dd_sheet_column((enum dd_sheet_lang)lang, column)))
			return true;
	}
	return false;
}

/* The row with the names of the columns: the first that has a code's and a step's. */
static bool find_columns(struct reading *reading)
{
	const struct dd_xlsx *file = reading->file;

	for (size_t r = 0; r < dd_xlsx_rows(file) && r < LOOK_ROWS; r++) {
		for (int c = 0; c < DD_SHEET_COLUMNS; c++)
			reading->place[c] = SIZE_MAX;
		for (size_t at = 0; at < dd_xlsx_columns(file); at++) {
			const char *text = dd_xlsx_cell(file, r, at);

			for (int c = 0; *text && c < DD_SHEET_COLUMNS; c++) {
				if (reading->place[c] == SIZE_MAX &&
				    is_title(text, (enum dd_sheet_column)c))
					reading->place[c] = at;
			}
		}
		reading->head_row = r;
		if (reading->place[DD_SHEET_CODE] != SIZE_MAX &&
		    reading->place[DD_SHEET_STEP] != SIZE_MAX)
			return true;
	}
	return false;
}

static bool is_filler_label(const char *text)
{
	return same_words(text, dd_sheet_words(DD_SHEET_VI, SHEET_FILLER)) ||
	       same_words(text, dd_sheet_words(DD_SHEET_EN, SHEET_FILLER));
}

/* The first text to the right of its label. */
static int read_filler(struct reading *reading, struct dd_error *err)
{
	const struct dd_xlsx *file = reading->file;
	size_t columns = dd_xlsx_columns(file);
	char *said = NULL;

	for (size_t r = 0; r < reading->head_row && !said; r++) {
		size_t at = 0;

		while (at < columns && !is_filler_label(dd_xlsx_cell(file, r, at)))
			at++;
		for (at++; at < columns && !said; at++) {
			if (dd_xlsx_cell(file, r, at)[0])
				said = dd_text_tidy(dd_xlsx_cell(file, r, at));
		}
	}
	if (!said)
		return DD_OK;
	free(reading->sheet->filled_by);
	reading->sheet->filled_by = said;
	if (strlen(said) > DD_SHEET_FILLER_MAX)
		return complain(reading->lang, SHEET_BAD_FILLER, err);
	return DD_OK;
}

/* --- rows --------------------------------------------------------------------------------------
 */

/* Line breaks stay where people write prose. */
static char *cell_text(const struct reading *reading, size_t r, enum dd_sheet_column column)
{
	bool prose = column == DD_SHEET_CONTENT || column == DD_SHEET_STATE ||
		     column == DD_SHEET_DONE || column == DD_SHEET_HINDER ||
		     column == DD_SHEET_REASON;
	size_t at = reading->place[column];
	const char *text = at == SIZE_MAX ? "" : dd_xlsx_cell(reading->file, r, at);
	char *copy = prose ? dd_text_nfc(text) : dd_text_tidy(text);

	return copy ? copy : dd_strdup("");
}

/* A row without any text in columns of ours is none. */
static void read_row(struct reading *reading, size_t r)
{
	struct dd_sheet_row *row = dd_sheet_row_add(reading->sheet);
	bool any = false;

	row->number = dd_xlsx_number(reading->file, r);
	for (int c = 0; c < DD_SHEET_RESULT; c++) {
		char *text = cell_text(reading, r, (enum dd_sheet_column)c);

		any = any || text[0];
		free(row->cell[c]);
		row->cell[c] = text;
	}
	if (any) {
		dd_sheet_row_judge(reading->sheet, row);
		return;
	}
	for (int c = 0; c < DD_SHEET_COLUMNS; c++)
		free(row->cell[c]);
	free(row->note);
	reading->sheet->count--;
}

static bool same_input(const struct dd_sheet_row *a, const struct dd_sheet_row *b)
{
	for (int c = DD_SHEET_STEP; c <= DD_SHEET_BASIS; c++) {
		if (strcmp(a->cell[c], b->cell[c]) != 0)
			return false;
	}
	return true;
}

/* The same row twice is one; two rows that say different things of one task are none. */
static void settle_twins(const struct dd_sheet *sheet, struct dd_sheet_row *first,
			 struct dd_sheet_row *second)
{
	char number[16];

	if (same_input(first, second)) {
		second->fate = DD_SHEET_UNTOUCHED;
		return;
	}
	snprintf(number, sizeof(number), "%u", (unsigned)second->number);
	dd_sheet_row_bad(sheet, first, SHEET_ROW_TWICE, number);
	snprintf(number, sizeof(number), "%u", (unsigned)first->number);
	dd_sheet_row_bad(sheet, second, SHEET_ROW_TWICE, number);
}

static void check_twins(struct dd_sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++) {
		struct dd_sheet_row *second = &sheet->rows[i];

		for (size_t k = 0; second->fate == DD_SHEET_READY && k < i; k++) {
			struct dd_sheet_row *first = &sheet->rows[k];

			if (first->task == second->task && first->fate != DD_SHEET_UNTOUCHED)
				settle_twins(sheet, first, second);
		}
	}
}

static int read_rows(struct reading *reading, struct dd_error *err)
{
	if (!find_columns(reading))
		return complain(reading->lang, SHEET_BAD_HEADER, err);
	for (size_t r = reading->head_row + 1; r < dd_xlsx_rows(reading->file); r++) {
		read_row(reading, r);
		if (reading->sheet->count > DD_SHEET_ROWS_MAX)
			return complain(reading->lang, SHEET_BAD_ROWS, err);
	}
	check_twins(reading->sheet);
	return read_filler(reading, err);
}

/* --- the file ----------------------------------------------------------------------------------
 */

int dd_sheet_read_cells(const struct dd_xlsx *file, enum dd_sheet_lang lang,
			const Dondoc__V1__SheetHead *head, struct dd_sheet **sheet_out,
			struct dd_error *err)
{
	struct reading reading = {.file = file, .lang = lang};
	int rc;

	if (head->version != 1)
		return complain(lang, SHEET_BAD_VERSION, err);
	reading.sheet = dd_sheet_new(head);
	rc = read_rows(&reading, err);
	if (rc == DD_OK)
		*sheet_out = reading.sheet;
	else
		dd_sheet_free(reading.sheet);
	return rc;
}

/* By the name that it was made with, or the first in sight: people move sheets, and rename them. */
int dd_sheet_read(const void *data, size_t len, enum dd_sheet_lang lang,
		  struct dd_sheet **sheet_out, struct dd_error *err)
{
	const char *const names[] = {"", dd_sheet_words(DD_SHEET_VI, SHEET_NAME),
				     dd_sheet_words(DD_SHEET_EN, SHEET_NAME)};
	Dondoc__V1__SheetHead *head = NULL;
	struct dd_xlsx *file = NULL;
	int rc = DD_OK;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !head; i++) {
		dd_xlsx_free(file);
		file = NULL;
		rc = dd_xlsx_read(data, len, names[i], &file, err);
		if (rc != DD_OK && i == 0)
			return not_readable(data, len, lang, err);
		if (rc == DD_OK)
			head = find_code(file);
	}
	if (head)
		rc = dd_sheet_read_cells(file, lang, head, sheet_out, err);
	else
		rc = complain(lang, SHEET_BAD_OTHER, err);
	dondoc__v1__sheet_head__free_unpacked(head, NULL);
	dd_xlsx_free(file);
	return rc;
}
