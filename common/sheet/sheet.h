/* sheet.h - the reporting sheet: a workbook without macros in which a unit tells, offline, how far
 * its tasks are. Made for a unit and a period, filled in by anybody, read again under whatever
 * name; each filled row becomes commands, and what came of them stands in a copy that can be
 * corrected and handed in again. Free of network, store and clock.
 *
 *   dd_sheet_new, dd_sheet_add ... -> dd_sheet_write -> (people) -> dd_sheet_read
 *     -> dd_sheet_commands of each row -> dd_sheet_answer -> dd_sheet_write */
#ifndef DD_SHEET_SHEET_H
#define DD_SHEET_SHEET_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "dondoc/v1/command.pb-c.h"
#include "dondoc/v1/office.pb-c.h"
#include "dondoc/v1/query.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_SHEET_ROWS_MAX   1000u
#define DD_SHEET_FILE_MAX   ((size_t)16 << 20)
#define DD_SHEET_SAYS_MAX   3u   /* commands of one row */
#define DD_SHEET_FILLER_MAX 200u /* bytes */

enum dd_sheet_lang { DD_SHEET_VI, DD_SHEET_EN, DD_SHEET_LANGS };

/* From left to right. Those from STEP to BASIS are filled in. */
enum dd_sheet_column {
	DD_SHEET_MARK, /* hidden: which task, and as of when */
	DD_SHEET_NUMBER,
	DD_SHEET_CODE,
	DD_SHEET_CONTENT,
	DD_SHEET_DUE,
	DD_SHEET_STATE,
	DD_SHEET_STEP,
	DD_SHEET_PERCENT,
	DD_SHEET_DONE,
	DD_SHEET_HINDER,
	DD_SHEET_DOC_NUMBER,
	DD_SHEET_DOC_DAY,
	DD_SHEET_DOC_ISSUER,
	DD_SHEET_COMPLETE,
	DD_SHEET_NEW_DUE,
	DD_SHEET_REASON,
	DD_SHEET_BASIS,
	DD_SHEET_RESULT, /* of a copy that answers */
	DD_SHEET_COLUMNS
};

/* What became of a row; later ones weigh more. */
enum dd_sheet_fate {
	DD_SHEET_UNTOUCHED, /* nothing was filled in */
	DD_SHEET_READY,     /* to be sent */
	DD_SHEET_KNOWN,     /* the centre has it since before */
	DD_SHEET_TAKEN,
	DD_SHEET_SAVED, /* an office has it, the centre not yet */
	DD_SHEET_HELD,  /* waits for the head of the unit */
	DD_SHEET_CONFLICT,
	DD_SHEET_UNSENT, /* nobody answered: the file may be handed in again */
	DD_SHEET_REFUSED,
	DD_SHEET_BAD, /* not sent at all */
	DD_SHEET_FATES
};

/* What a row says, once it was read. Texts point into the row. */
struct dd_sheet_said {
	bool unchanged;
	bool has_step;
	bool has_percent;
	bool complete;
	Dondoc__V1__ProgressStep step;
	uint32_t percent;
	int32_t doc_day;
	int32_t new_due; /* 0 = no extension is asked for */
};

struct dd_sheet_row {
	char *cell[DD_SHEET_COLUMNS]; /* owned; "" = empty */
	char *note;                   /* owned; what was done, what hinders, the document */
	uint64_t task, version;
	uint32_t number; /* of the row in the file that was read, from 1; 0 = made */
	enum dd_sheet_fate fate;
	struct dd_sheet_said said; /* of READY ones */
	struct dd_buf result;      /* owned; in words */
};

struct dd_sheet {
	Dondoc__V1__SheetHead *head; /* owned */
	enum dd_sheet_lang lang;
	char *filled_by;           /* owned; as written */
	struct dd_sheet_row *rows; /* owned */
	size_t count;
	uint8_t id[16]; /* what the log calls the sheet; made of head->secret */
};

/* --- making ------------------------------------------------------------------------------------
 */

/* Copies `head`; a secret is made if it has none. */
struct dd_sheet *dd_sheet_new(const Dondoc__V1__SheetHead *head);
void dd_sheet_free(struct dd_sheet *sheet); /* NULL is fine */
/* A task as the service has it. False: there are DD_SHEET_ROWS_MAX already. */
bool dd_sheet_add(struct dd_sheet *sheet, const Dondoc__V1__TaskRow *task);
/* The workbook, appended to `out`. With `answers`, the column of results stands in it too.
 * DD_ERR_IO: no scratch file in TMPDIR. */
int dd_sheet_write(const struct dd_sheet *sheet, bool answers, struct dd_buf *out,
		   struct dd_error *err) DD_MUST_CHECK;
/* "2026-11", "2026-Q4" or "2026". */
bool dd_sheet_period_valid(const char *period);

/* --- reading -----------------------------------------------------------------------------------
 */

/* Tolerant: rows moved, sorted, deleted, columns moved, texts where numbers were, dates of many
 * kinds. Each row is UNTOUCHED, READY or BAD then, with words that tell what is wrong and what
 * helps. DD_ERR_INVALID with such words where the file is no reporting sheet of ours. `lang` is
 * that of the words about the file as a whole. */
int dd_sheet_read(const void *data, size_t len, enum dd_sheet_lang lang,
		  struct dd_sheet **sheet_out, struct dd_error *err) DD_MUST_CHECK;

/* One command of a row; everything but who acts and when is filled in, borrowed from the sheet. */
struct dd_sheet_command {
	Dondoc__V1__CommandBody body;
	Dondoc__V1__Base base;
	Dondoc__V1__SheetRow row;
	uint8_t hash[16];
	uint64_t task;
	Dondoc__V1__Document document;
	union {
		Dondoc__V1__ReportProgress progress;
		Dondoc__V1__ReportUnchanged unchanged;
		Dondoc__V1__RequestCompletion completion;
		Dondoc__V1__RequestExtension extension;
	} action;
};
/* How many there are; 0 for a row that is not READY. They point into `out` and into the sheet. */
size_t dd_sheet_commands(const struct dd_sheet *sheet, const struct dd_sheet_row *row,
			 struct dd_sheet_command out[DD_SHEET_SAYS_MAX]);

/* --- answering ---------------------------------------------------------------------------------
 */

/* What came of one command of the row; of several the gravest stands for the row. `reply` NULL =
 * nobody answered. `conflict`: it was taken, but its values wait for a person. `now_us` is when. */
void dd_sheet_answer(const struct dd_sheet *sheet, struct dd_sheet_row *row,
		     const Dondoc__V1__CommandBody *body, const Dondoc__V1__SubmitReply *reply,
		     bool conflict, int64_t now_us);
/* A short name of the fate in the sheet's language: "Đã nhận". */
const char *dd_sheet_fate_name(enum dd_sheet_lang lang, enum dd_sheet_fate fate);

#endif
