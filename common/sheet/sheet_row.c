/* sheet_row.c - what a filled row says, the commands that it becomes, and what came of them. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "common/sheet/sheet_impl.h"
#include "common/sheet/sheet_text.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_MAX   4000u /* bytes, as the rules have it */
#define REASON_MAX 2000u
#define SHORT_MAX  200u /* of a number or an issuer */

void dd_sheet_row_bad(const struct dd_sheet *sheet, struct dd_sheet_row *row, int text,
		      const char *argument)
{
	row->fate = DD_SHEET_BAD;
	if (row->result.len > 0)
		dd_buf_text(&row->result, "\n");
	dd_sheet_fill(&row->result, dd_sheet_words(sheet->lang, (enum sheet_text)text), argument);
}

/* --- judging -----------------------------------------------------------------------------------
 */

static const char *cell(const struct dd_sheet_row *row, enum dd_sheet_column column)
{
	return row->cell[column];
}

static bool given(const struct dd_sheet_row *row, enum dd_sheet_column column)
{
	return row->cell[column][0] != '\0';
}

static bool touched(const struct dd_sheet_row *row)
{
	for (int c = DD_SHEET_STEP; c <= DD_SHEET_BASIS; c++) {
		if (given(row, (enum dd_sheet_column)c))
			return true;
	}
	return false;
}

static void read_day(const struct dd_sheet *sheet, struct dd_sheet_row *row,
		     enum dd_sheet_column column, int32_t *day_out)
{
	if (given(row, column) && !dd_sheet_read_day(cell(row, column), day_out))
		dd_sheet_row_bad(sheet, row, SHEET_ROW_DAY, cell(row, column));
}

static void read_values(const struct dd_sheet *sheet, struct dd_sheet_row *row)
{
	struct dd_sheet_said *said = &row->said;

	if (given(row, DD_SHEET_STEP) && !dd_sheet_read_step(cell(row, DD_SHEET_STEP), said))
		dd_sheet_row_bad(sheet, row, SHEET_ROW_STEP, cell(row, DD_SHEET_STEP));
	if (given(row, DD_SHEET_PERCENT)) {
		said->has_percent =
			dd_sheet_read_percent(cell(row, DD_SHEET_PERCENT), &said->percent);
		if (!said->has_percent)
			dd_sheet_row_bad(sheet, row, SHEET_ROW_PERCENT,
					 cell(row, DD_SHEET_PERCENT));
	}
	if (given(row, DD_SHEET_COMPLETE) &&
	    !dd_sheet_read_yes(cell(row, DD_SHEET_COMPLETE), &said->complete))
		dd_sheet_row_bad(sheet, row, SHEET_ROW_YES, cell(row, DD_SHEET_COMPLETE));
	read_day(sheet, row, DD_SHEET_DOC_DAY, &said->doc_day);
	read_day(sheet, row, DD_SHEET_NEW_DUE, &said->new_due);
}

static void check_together(const struct dd_sheet *sheet, struct dd_sheet_row *row)
{
	const struct dd_sheet_said *said = &row->said;
	int extension = given(row, DD_SHEET_NEW_DUE) + given(row, DD_SHEET_REASON) +
			given(row, DD_SHEET_BASIS);

	if (said->unchanged && said->has_percent)
		dd_sheet_row_bad(sheet, row, SHEET_ROW_UNCHANGED, "");
	if (said->complete && !given(row, DD_SHEET_DOC_NUMBER))
		dd_sheet_row_bad(sheet, row, SHEET_ROW_EVIDENCE, "");
	if (extension != 0 && extension != 3)
		dd_sheet_row_bad(sheet, row, SHEET_ROW_EXTENSION, "");
	if (said->complete && extension != 0)
		dd_sheet_row_bad(sheet, row, SHEET_ROW_BOTH, "");
	if (strlen(row->note) > NOTE_MAX || strlen(cell(row, DD_SHEET_REASON)) > REASON_MAX ||
	    strlen(cell(row, DD_SHEET_DOC_NUMBER)) > SHORT_MAX ||
	    strlen(cell(row, DD_SHEET_DOC_ISSUER)) > SHORT_MAX ||
	    strlen(cell(row, DD_SHEET_BASIS)) > SHORT_MAX)
		dd_sheet_row_bad(sheet, row, SHEET_ROW_LONG, "");
}

static void add_line(struct dd_buf *out, const char *before, const char *text)
{
	dd_buf_printf(out, "%s%s%s", out->len > 0 ? "\n" : "", before, text);
}

/* The document stands in the note where nothing else takes it up. */
static void add_document(const struct dd_sheet *sheet, const struct dd_sheet_row *row,
			 struct dd_buf *out)
{
	char day[DD_DAY_TEXT];

	if (row->said.complete || (!given(row, DD_SHEET_DOC_NUMBER) &&
				   !given(row, DD_SHEET_DOC_ISSUER) && row->said.doc_day == 0))
		return;
	add_line(out, dd_sheet_words(sheet->lang, SHEET_DOCUMENT), cell(row, DD_SHEET_DOC_NUMBER));
	if (row->said.doc_day != 0)
		dd_buf_printf(out, "%s%s", dd_sheet_words(sheet->lang, SHEET_OF_DAY),
			      dd_day_vn(row->said.doc_day, day));
	if (given(row, DD_SHEET_DOC_ISSUER))
		dd_buf_printf(out, "%s%s", dd_sheet_words(sheet->lang, SHEET_OF_ISSUER),
			      cell(row, DD_SHEET_DOC_ISSUER));
}

static void make_note(const struct dd_sheet *sheet, struct dd_sheet_row *row)
{
	struct dd_buf note = {0};

	if (given(row, DD_SHEET_DONE))
		add_line(&note, "", cell(row, DD_SHEET_DONE));
	if (given(row, DD_SHEET_HINDER))
		add_line(&note, dd_sheet_words(sheet->lang, SHEET_HINDRANCE),
			 cell(row, DD_SHEET_HINDER));
	add_document(sheet, row, &note);
	free(row->note);
	row->note = dd_strdup(dd_buf_cstr(&note));
	dd_buf_fini(&note);
}

void dd_sheet_row_judge(const struct dd_sheet *sheet, struct dd_sheet_row *row)
{
	enum sheet_mark_state mark;

	if (!touched(row))
		return;
	row->fate = DD_SHEET_READY;
	mark = dd_sheet_mark_read(sheet->head, row);
	if (mark != SHEET_MARK_RIGHT) {
		dd_sheet_row_bad(sheet, row,
				 mark == SHEET_MARK_NONE ? SHEET_ROW_MARK : SHEET_ROW_SLIPPED, "");
		return;
	}
	read_values(sheet, row);
	make_note(sheet, row);
	check_together(sheet, row);
}

/* --- commands ----------------------------------------------------------------------------------
 */

/* What the row says, without who hands it in and when: the same content has the same hash. */
static void seal(const struct dd_sheet *sheet, const struct dd_sheet_row *row,
		 struct dd_sheet_command *out)
{
	size_t len = dondoc__v1__command_body__get_packed_size(&out->body);
	uint8_t *bytes = dd_alloc(len + 1);

	dondoc__v1__command_body__pack(&out->body, bytes);
	crypto_generichash(out->hash, sizeof(out->hash), bytes, len, sheet->head->secret.data,
			   sheet->head->secret.len);
	free(bytes);
	dondoc__v1__sheet_row__init(&out->row);
	out->row.sheet =
		(ProtobufCBinaryData){.len = sizeof(sheet->id), .data = (uint8_t *)sheet->id};
	out->row.row = (ProtobufCBinaryData){.len = sizeof(out->hash), .data = out->hash};
	out->row.filled_by = sheet->filled_by;
	out->body.sheet = &out->row;
	dondoc__v1__base__init(&out->base);
	out->base.task_version = row->version;
	out->body.based_on = &out->base;
	out->body.last_seen = sheet->head->made_at;
}

static struct dd_sheet_command *begin(struct dd_sheet_command *out, const struct dd_sheet_row *row)
{
	memset(out, 0, sizeof(*out));
	dondoc__v1__command_body__init(&out->body);
	dondoc__v1__document__init(&out->document);
	out->task = row->task;
	return out;
}

static void progress(const struct dd_sheet_row *row, struct dd_sheet_command *out)
{
	Dondoc__V1__ReportProgress *report = &out->action.progress;

	dondoc__v1__report_progress__init(report);
	report->task = row->task;
	report->note = row->note;
	if (row->said.has_percent) {
		report->has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
		report->percent = row->said.percent;
	}
	if (row->said.has_step && !row->said.complete) {
		report->has_step_case = DONDOC__V1__REPORT_PROGRESS__HAS_STEP_STEP;
		report->step = row->said.step;
	}
	out->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	out->body.report_progress = report;
}

static void unchanged(const struct dd_sheet_row *row, struct dd_sheet_command *out)
{
	Dondoc__V1__ReportUnchanged *report = &out->action.unchanged;

	dondoc__v1__report_unchanged__init(report);
	report->tasks = &out->task;
	report->n_tasks = 1;
	report->note = row->note;
	out->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_UNCHANGED;
	out->body.report_unchanged = report;
}

static void completion(const struct dd_sheet_row *row, struct dd_sheet_command *out)
{
	Dondoc__V1__RequestCompletion *request = &out->action.completion;

	dondoc__v1__request_completion__init(request);
	out->document.number = row->cell[DD_SHEET_DOC_NUMBER];
	out->document.day = row->said.doc_day;
	out->document.issuer = row->cell[DD_SHEET_DOC_ISSUER];
	request->task = row->task;
	request->note = row->note;
	request->evidence = &out->document;
	out->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	out->body.request_completion = request;
}

static void extension(const struct dd_sheet_row *row, struct dd_sheet_command *out)
{
	Dondoc__V1__RequestExtension *request = &out->action.extension;

	dondoc__v1__request_extension__init(request);
	out->document.number = row->cell[DD_SHEET_BASIS];
	request->task = row->task;
	request->proposed_due_day = row->said.new_due;
	request->reason = row->cell[DD_SHEET_REASON];
	request->basis = &out->document;
	out->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION;
	out->body.request_extension = request;
}

/* With a completion the words go with the request; what is left of the progress is its per cent. */
static bool says_progress(const struct dd_sheet_row *row)
{
	const struct dd_sheet_said *said = &row->said;

	if (said->has_percent)
		return true;
	return !said->complete && !said->unchanged && (said->has_step || row->note[0] != '\0');
}

size_t dd_sheet_commands(const struct dd_sheet *sheet, const struct dd_sheet_row *row,
			 struct dd_sheet_command out[DD_SHEET_SAYS_MAX])
{
	const struct dd_sheet_said *said = &row->said;
	size_t count = 0;

	if (row->fate == DD_SHEET_UNTOUCHED || row->fate == DD_SHEET_BAD)
		return 0;
	if (says_progress(row))
		progress(row, begin(&out[count++], row));
	if (said->unchanged && !said->complete)
		unchanged(row, begin(&out[count++], row));
	if (said->complete)
		completion(row, begin(&out[count++], row));
	if (said->new_due != 0)
		extension(row, begin(&out[count++], row));
	for (size_t i = 0; i < count; i++)
		seal(sheet, row, &out[i]);
	return count;
}
