/* office_inbox_sheet.h - a sheet from the inbox: its rows go into the outbox, and what becomes of
 * them goes into its answer. */
#ifndef OFFICE_INBOX_SHEET_H
#define OFFICE_INBOX_SHEET_H

#include "common/sheet/sheet.h"
#include "services/office/office.h"

struct inbox_sheets;
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

/* --- what the centre makes of it: office_inbox_answer.c ----------------------------------------
 */

struct inbox_paths {
	const char *file;   /* where the sheet will lie */
	const char *answer; /* that of inbox_sheet_answer */
};
/* From now on, also after a restart: the answer is written anew when the centre has decided about
 * all of the sheet's rows. Called before the sheet is moved to its place. */
int inbox_sheets_follow(struct inbox_sheets *sheets, const struct inbox_sheet *sheet,
			const struct inbox_paths *paths, uint64_t *id_out,
			struct dd_error *err) DD_MUST_CHECK;
/* It could not be moved there. */
void inbox_sheets_forget(struct inbox_sheets *sheets, uint64_t id);
void inbox_sheets_look(struct inbox_sheets *sheets);

#endif
