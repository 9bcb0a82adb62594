/* office_inbox_sheet.h - a sheet from the inbox: its rows go into the outbox, and what becomes of
 * them goes into its answer. */
#ifndef OFFICE_INBOX_SHEET_H
#define OFFICE_INBOX_SHEET_H

#include "common/sheet/sheet.h"
#include "services/office/office.h"

struct inbox_sheets; /* those whose answers are not final yet */
struct inbox_sheet;

struct inbox_sheets *inbox_sheets_new(struct office *office);
void inbox_sheets_free(struct inbox_sheets *sheets);

/* Every row durably in the outbox. DD_ERR_INVALID: it is no sheet of this unit, or nothing was
 * filled in; the words are for people. DD_ERR_FULL: try again later. *sheet is NULL, or what the
 * same file gave before: then only what is not in the outbox yet goes there. The caller owns it. */
int inbox_sheet_take(struct inbox_sheets *sheets, const struct dd_buf *file,
		     struct inbox_sheet **sheet, struct dd_error *err) DD_MUST_CHECK;
void inbox_sheet_free(struct inbox_sheet *sheet);
/* The copy with what is known of each row so far. */
int inbox_sheet_answer(struct inbox_sheet *sheet, struct dd_buf *out,
		       struct dd_error *err) DD_MUST_CHECK;
const char *inbox_sheet_ending(const struct inbox_sheet *sheet); /* ".ket-qua.xlsx" */

/* Owns the sheet from now on: its answer at `path` is written anew when the centre has decided
 * about all of its rows. */
void inbox_sheets_follow(struct inbox_sheets *sheets, struct inbox_sheet *sheet, const char *path);
void inbox_sheets_look(struct inbox_sheets *sheets);

#endif
