/* sheet_text.h - what stands in a reporting sheet and is said about it, in both languages. */
#ifndef DD_SHEET_SHEET_TEXT_H
#define DD_SHEET_SHEET_TEXT_H

#include "common/sheet/sheet.h"

enum sheet_text {
	SHEET_TITLE,
	SHEET_UNIT,
	SHEET_PERIOD,
	SHEET_FILLER,
	SHEET_HINT,
	SHEET_NAME,      /* of the sheet with the tasks */
	SHEET_HELP_NAME, /* of the sheet with explanations */
	SHEET_HELP_TITLE,
	SHEET_EXAMPLES,
	SHEET_FOOTER,
	SHEET_UNCHANGED,
	SHEET_YES,
	SHEET_PRODUCT,   /* "Sản phẩm: " */
	SHEET_HINDRANCE, /* before what hinders, in a note */
	SHEET_DOCUMENT,  /* before a document, in a note */
	SHEET_OF_DAY,
	SHEET_OF_ISSUER,
	SHEET_OVERDUE,
	SHEET_DAYS_LEFT,
	SHEET_NO_DUE,
	SHEET_NEVER,
	SHEET_LAST,
	SHEET_ANSWERED,
	/* What is wrong with a file */
	SHEET_BAD_OLD,
	SHEET_BAD_ODS,
	SHEET_BAD_CSV,
	SHEET_BAD_BROKEN,
	SHEET_BAD_OTHER,
	SHEET_BAD_HEADER,
	SHEET_BAD_VERSION,
	SHEET_BAD_ROWS,
	SHEET_BAD_FILLER,
	/* What is wrong with a row */
	SHEET_ROW_MARK,
	SHEET_ROW_SLIPPED,
	SHEET_ROW_TWICE,
	SHEET_ROW_STEP,
	SHEET_ROW_PERCENT,
	SHEET_ROW_UNCHANGED,
	SHEET_ROW_DAY,
	SHEET_ROW_YES,
	SHEET_ROW_EVIDENCE,
	SHEET_ROW_EXTENSION,
	SHEET_ROW_BOTH,
	SHEET_ROW_LONG,
	/* What became of it */
	SHEET_SAID_TAKEN,
	SHEET_SAID_HELD,
	SHEET_SAID_SAVED,
	SHEET_SAID_KNOWN,
	SHEET_SAID_CONFLICT,
	SHEET_SAID_UNSENT,
	SHEET_SAID_REFUSED,
	SHEET_SAID_REMEDY,
	SHEET_TEXTS
};

const char *dd_sheet_words(enum dd_sheet_lang lang, enum sheet_text text);
const char *dd_sheet_column(enum dd_sheet_lang lang, enum dd_sheet_column column);
/* What the explanations say of a column that is filled in. */
const char *dd_sheet_column_help(enum dd_sheet_lang lang, enum dd_sheet_column column);
/* Examples: `row` 0..SHEET_EXAMPLE_ROWS-1; "" = the cell stays empty. */
#define SHEET_EXAMPLE_ROWS 4
const char *dd_sheet_example(enum dd_sheet_lang lang, int row, enum dd_sheet_column column);
const char *dd_sheet_step(enum dd_sheet_lang lang, Dondoc__V1__ProgressStep step);
const char *dd_sheet_state(enum dd_sheet_lang lang, Dondoc__V1__TaskState state);
/* Why it was refused, and what helps; both for every code. */
const char *dd_sheet_refusal(enum dd_sheet_lang lang, Dondoc__V1__RefusalCode code);
const char *dd_sheet_remedy(enum dd_sheet_lang lang, Dondoc__V1__RefusalCode code);
/* "Báo cáo tiến độ", "Đề nghị xác nhận hoàn thành"... */
const char *dd_sheet_action(enum dd_sheet_lang lang, Dondoc__V1__CommandBody__ActionCase action);

#endif
