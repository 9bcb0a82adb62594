/* sheet_impl.h - what the files of this folder share. */
#ifndef DD_SHEET_SHEET_IMPL_H
#define DD_SHEET_SHEET_IMPL_H

#include "common/base/xlsx.h"
#include "common/sheet/sheet.h"

/* --- what a file carries: sheet_mark.c ---------------------------------------------------------
 */

#define SHEET_CODE_PREFIX "dondoc:phieu:"

/* The line that makes a file a reporting sheet, appended to `out`. */
void dd_sheet_code(const struct dd_sheet *sheet, struct dd_buf *out);
/* NULL: it is none. The caller frees. */
Dondoc__V1__SheetHead *dd_sheet_code_read(const char *text);
void dd_sheet_id(const Dondoc__V1__SheetHead *head, uint8_t id_out[16]);

/* The mark of a row; the code that a person sees in it is part of it. */
void dd_sheet_mark(const Dondoc__V1__SheetHead *head, const struct dd_sheet_row *row,
		   struct dd_buf *out);
enum sheet_mark_state { SHEET_MARK_RIGHT, SHEET_MARK_SLIPPED, SHEET_MARK_NONE };
/* Fills in the row's task and version. SLIPPED: it belongs to another code than the row's. */
enum sheet_mark_state dd_sheet_mark_read(const Dondoc__V1__SheetHead *head,
					 struct dd_sheet_row *row);

/* --- values of cells: sheet_value.c ------------------------------------------------------------
 */

/* Each false: not one that is understood. Empty cells are not asked about. */
bool dd_sheet_read_day(const char *text, int32_t *day_out);
bool dd_sheet_read_percent(const char *text, uint32_t *percent_out);
bool dd_sheet_read_step(const char *text, struct dd_sheet_said *said_out);
bool dd_sheet_read_yes(const char *text, bool *yes_out);

/* What a row says; BAD with words where it cannot be told. sheet_row.c. */
void dd_sheet_row_judge(const struct dd_sheet *sheet, struct dd_sheet_row *row);
/* The rows of a file whose head is known. sheet_read.c. */
int dd_sheet_read_cells(const struct dd_xlsx *file, enum dd_sheet_lang lang,
			const Dondoc__V1__SheetHead *head, struct dd_sheet **sheet_out,
			struct dd_error *err) DD_MUST_CHECK;
/* Append a row with all cells empty; the array may move. */
struct dd_sheet_row *dd_sheet_row_add(struct dd_sheet *sheet);
void dd_sheet_row_set(struct dd_sheet_row *row, enum dd_sheet_column column, const char *text);
/* A text of the catalogue with its {0} filled in, as the row's result; the row is BAD then. */
void dd_sheet_row_bad(const struct dd_sheet *sheet, struct dd_sheet_row *row, int text,
		      const char *argument);
void dd_sheet_fill(struct dd_buf *out, const char *text, const char *argument);
/* "tháng 11 năm 2026", appended. */
void dd_sheet_period_words(const struct dd_sheet *sheet, struct dd_buf *out);

#endif
