/* cli_proof_pdf.c - the proof of what was told on paper, in the form of Nghị định 30/2020/NĐ-CP. It
 * is printed from records and bears no signature. */
#include "common/base/clock.h"
#include "common/paper/paper_head.h"
#include "common/paper/paper_table.h"
#include "services/cli/cli_told.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER, DAY, TASK, WHAT, WAY, RESULT, RECORD, COLUMNS };

static const struct dd_paper_paragraph title = {
	.font = {.size = 14, .bold = true}, .align = DD_PAPER_CENTER, .before = 18};
static const struct dd_paper_paragraph body = {
	.font = {.size = 13}, .justify = true, .indent = 10.0 * DD_PAPER_MM, .before = 6};
static const struct dd_paper_paragraph outcome = {
	.font = {.size = 13, .bold = true}, .indent = 10.0 * DD_PAPER_MM, .before = 6};
static const struct dd_paper_paragraph foot = {.font = {.size = 11, .italic = true}, .before = 10};

static void say(struct dd_paper *paper, const struct dd_paper_paragraph *style, enum cli_lang lang,
		enum cli_text text, const char *const args[2])
{
	struct dd_buf words = {0};

	cli_fill(&words, cli_text(lang, text), args, 2);
	dd_paper_paragraph(paper, style, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void put_title(struct dd_paper *paper, enum cli_lang lang, const struct cli_proof *proof)
{
	char from[CLI_DAY_TEXT], until[CLI_DAY_TEXT];
	const char *unit[] = {proof->unit, ""}, *task[] = {proof->task, ""};
	const char *time[] = {proof->from_day ? cli_day(lang, proof->from_day, from)
					      : cli_text(lang, TEXT_PROOF_FROM_ALWAYS),
			      proof->until_day ? cli_day(lang, proof->until_day, until)
					       : cli_text(lang, TEXT_PROOF_UNTIL_NOW)};

	dd_paper_paragraph(paper, &title, cli_text(lang, TEXT_PROOF_TITLE));
	dd_paper_line(paper, (paper->left + paper->right) / 2 - 45, paper->y + 3, 90);
	paper->y += 10;
	if (proof->unit[0] != '\0')
		say(paper, &body, lang, TEXT_PROOF_UNIT, unit);
	if (proof->task[0] != '\0')
		say(paper, &body, lang, TEXT_PROOF_TASK, task);
	say(paper, &body, lang, TEXT_PROOF_TIME, time);
	if (proof->outcome[0] != '\0')
		dd_paper_paragraph(paper, &outcome, proof->outcome);
	paper->y += 10;
}

/* The task's own words stand above the table already if it is about one. */
static void put_row(struct dd_paper_table *table, enum cli_lang lang, const struct cli_proof *proof,
		    size_t at)
{
	const Dondoc__V1__ToldRow *row = proof->list->rows[at];
	struct dd_buf task = {0}, what = {0}, result = {0};
	char count[24], day[CLI_DAY_TEXT], due[CLI_DAY_TEXT], record[24];
	const char *texts[COLUMNS];

	snprintf(count, sizeof(count), "%zu", at + 1);
	snprintf(record, sizeof(record), "%" PRIu64, row->told);
	dd_buf_text(&task, row->code);
	if (proof->task[0] == '\0')
		dd_buf_printf(&task, "%s%s", row->code[0] != '\0' ? ": " : "", row->content);
	cli_told_what(lang, row, &what);
	if (row->due_day)
		dd_buf_printf(&what, " (%s)", cli_day(lang, row->due_day, due));
	cli_told_result(lang, row, &result);
	texts[NUMBER] = count;
	texts[DAY] = cli_day(lang, row->day, day);
	texts[TASK] = dd_buf_cstr(&task);
	texts[WHAT] = dd_buf_cstr(&what);
	texts[WAY] = cli_told_way(lang, row);
	texts[RESULT] = dd_buf_cstr(&result);
	texts[RECORD] = record;
	dd_paper_table_row(table, texts, false);
	dd_buf_fini(&task);
	dd_buf_fini(&what);
	dd_buf_fini(&result);
}

static void put_table(struct dd_paper *paper, enum cli_lang lang, const struct cli_proof *proof)
{
	const struct dd_paper_column columns[COLUMNS] = {
		[NUMBER] = {cli_text(lang, TEXT_COL_ORDINAL), 24, DD_PAPER_CENTER},
		[DAY] = {cli_text(lang, TEXT_COL_DATE), 58, DD_PAPER_CENTER},
		[TASK] = {cli_text(lang, TEXT_COL_TASK), 0, DD_PAPER_LEFT},
		[WHAT] = {cli_text(lang, TEXT_COL_WHAT), 76, DD_PAPER_LEFT},
		[WAY] = {cli_text(lang, TEXT_COL_WAY), 46, DD_PAPER_LEFT},
		[RESULT] = {cli_text(lang, TEXT_COL_RESULT), 68, DD_PAPER_LEFT},
		[RECORD] = {cli_text(lang, TEXT_COL_RECORD), 40, DD_PAPER_CENTER},
	};
	struct dd_paper_table table;

	dd_paper_table_begin(&table, paper, columns, COLUMNS, 11, 11);
	for (size_t i = 0; i < proof->list->n_rows; i++)
		put_row(&table, lang, proof, i);
	dd_paper_table_end(&table);
}

int cli_proof_pdf(enum cli_lang lang, const struct cli_proof *proof, struct dd_buf *out,
		  struct dd_error *err)
{
	const struct dd_paper_head head = {
		.superior = "", .issuer = proof->authority, .number = "", .date = ""};
	char iso[DD_DAY_TEXT], day[CLI_DAY_TEXT], sequence[24];
	struct dd_paper_about about = {.title = cli_text(lang, TEXT_PROOF_TITLE),
				       .author = proof->authority,
				       .creator = "dondoc"};
	const char *args[] = {cli_day(lang, proof->made_day, day), sequence};
	struct dd_paper paper;
	int rc = dd_paper_check(err);

	if (rc != 0)
		return rc;
	about.date = dd_day_iso(proof->made_day, iso);
	snprintf(sequence, sizeof(sequence), "%" PRIu64, proof->sequence);
	dd_paper_open(&paper, out, &about, proof->trial ? "DỮ LIỆU CHẠY THỬ" : NULL);
	dd_paper_page(&paper, false);
	dd_paper_head(&paper, &head);
	put_title(&paper, lang, proof);
	if (proof->list->n_rows > 0)
		put_table(&paper, lang, proof);
	say(&paper, &foot, lang, TEXT_PROOF_FOOT, args);
	return dd_paper_close(&paper, err);
}
