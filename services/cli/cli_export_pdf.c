/* cli_export_pdf.c - a list of tasks on paper, for reading: lying pages, the head on each. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/paper/paper_table.h"
#include "services/cli/cli_export.h"
#include "services/cli/cli_words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER, CODE, CONTENT, LEAD, TIME, DUE, STATE, PERCENT, REQUESTS, COLUMNS };

struct cli_sheet {
	enum cli_lang lang;
	struct dd_paper paper;
	struct dd_paper_table table;
	struct dd_paper_column columns[COLUMNS];
	struct dd_buf bytes; /* owned */
	unsigned rows;
	bool requests; /* the last column is shown */
};

/* --- head ---------------------------------------------------------------------------------------
 */

static void put_columns(struct cli_sheet *sheet)
{
	static const struct {
		enum cli_text head;
		double width; /* 0 = what the others leave */
		enum dd_paper_align align;
	} columns[COLUMNS] = {
		[NUMBER] = {TEXT_COL_ORDINAL, 30, DD_PAPER_CENTER},
		[CODE] = {TEXT_COL_CODE, 70, DD_PAPER_LEFT},
		[CONTENT] = {TEXT_COL_CONTENT, 0, DD_PAPER_LEFT},
		[LEAD] = {TEXT_COL_LEAD, 90, DD_PAPER_LEFT},
		[TIME] = {TEXT_COL_TIME_TEXT, 74, DD_PAPER_LEFT},
		[DUE] = {TEXT_COL_DUE, 62, DD_PAPER_CENTER},
		[STATE] = {TEXT_COL_STATE, 76, DD_PAPER_LEFT},
		[PERCENT] = {TEXT_COL_PROGRESS, 44, DD_PAPER_CENTER},
		[REQUESTS] = {TEXT_COL_WAITS, 100, DD_PAPER_LEFT},
	};

	for (int i = 0; i < COLUMNS; i++)
		sheet->columns[i] =
			(struct dd_paper_column){.head = cli_text(sheet->lang, columns[i].head),
						 .width = columns[i].width,
						 .align = columns[i].align};
}

static void put_title(struct cli_sheet *sheet, const char *title, int32_t made)
{
	static const struct dd_paper_paragraph bold = {.font = {.size = 14, .bold = true},
						       .align = DD_PAPER_CENTER};
	static const struct dd_paper_paragraph slanted = {
		.font = {.size = 12, .italic = true}, .align = DD_PAPER_CENTER, .before = 2};
	char text[64], day[CLI_DAY_TEXT];

	dd_paper_paragraph(&sheet->paper, &bold, cli_text(sheet->lang, TEXT_EXPORT_TITLE));
	if (*title)
		dd_paper_paragraph(&sheet->paper, &bold, title);
	snprintf(text, sizeof(text), "(%s %s)", cli_text(sheet->lang, TEXT_EXPORT_OF_DAY),
		 cli_day(sheet->lang, made, day));
	dd_paper_paragraph(&sheet->paper, &slanted, text);
	sheet->paper.y += 10;
}

struct cli_sheet *cli_sheet_new(enum cli_lang lang, const char *title, int32_t day, bool requests,
				struct dd_error *err)
{
	struct dd_paper_about about = {.title = cli_text(lang, TEXT_EXPORT_TITLE),
				       .author = "",
				       .creator = "dondoc",
				       .date = ""};
	struct cli_sheet *sheet;
	char date[32];

	if (dd_paper_check(err) != DD_OK)
		return NULL;
	sheet = dd_alloc(sizeof(*sheet));
	*sheet = (struct cli_sheet){.lang = lang, .requests = requests};
	about.date = dd_day_iso(day, date);
	dd_paper_open(&sheet->paper, &sheet->bytes, &about, NULL);
	dd_paper_page(&sheet->paper, true);
	put_title(sheet, title, day);
	put_columns(sheet);
	dd_paper_table_begin(&sheet->table, &sheet->paper, sheet->columns,
			     requests ? COLUMNS : COLUMNS - 1, 11, 11);
	return sheet;
}

/* --- rows ---------------------------------------------------------------------------------------
 */

void cli_sheet_row(struct cli_sheet *sheet, struct cli_export_row *row)
{
	bool heading = row->cells[CLI_EXPORT_HEADING].len > 0;
	const char *lead = dd_buf_cstr(&row->cells[CLI_EXPORT_LEAD_NOW]);
	char number[16] = "", percent[16], day[CLI_DAY_TEXT] = "";
	const char *texts[COLUMNS];
	int32_t due = 0;

	if (!heading)
		snprintf(number, sizeof(number), "%u", ++sheet->rows);
	if (dd_day_parse(dd_buf_cstr(&row->cells[CLI_EXPORT_DUE_NOW]), &due) == 0)
		(void)cli_day(sheet->lang, due, day);
	snprintf(percent, sizeof(percent), "%.8s%s", dd_buf_cstr(&row->cells[CLI_EXPORT_PERCENT]),
		 heading ? "" : "%");
	texts[NUMBER] = number;
	texts[CODE] = dd_buf_cstr(&row->cells[CLI_EXPORT_CODE]);
	texts[CONTENT] = dd_buf_cstr(&row->cells[CLI_EXPORT_CONTENT]);
	texts[LEAD] = *lead ? lead : dd_buf_cstr(&row->cells[CLI_EXPORT_LEAD]);
	texts[TIME] = dd_buf_cstr(&row->cells[CLI_EXPORT_TIME]);
	texts[DUE] = day;
	texts[STATE] = dd_buf_cstr(&row->cells[CLI_EXPORT_STATE]);
	texts[PERCENT] = percent;
	texts[REQUESTS] = dd_buf_cstr(&row->cells[CLI_EXPORT_REQUESTS]);
	dd_paper_table_row(&sheet->table, texts, heading);
}

int cli_sheet_end(struct cli_sheet *sheet, struct dd_buf *out, struct dd_error *err)
{
	int rc;

	dd_paper_table_end(&sheet->table);
	rc = dd_paper_close(&sheet->paper, err);
	if (rc == DD_OK)
		dd_buf_add(out, sheet->bytes.data, sheet->bytes.len);
	dd_buf_fini(&sheet->bytes);
	free(sheet);
	return rc;
}
