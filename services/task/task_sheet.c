/* task_sheet.c - see task_sheet.h. */
#include "services/task/task_sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/view/view_sheet_row.h"

#define FILLER_MAX 200u /* bytes */

bool task_sheet_fits(const Dondoc__V1__SheetRow *sheet)
{
	return sheet->sheet.len == DD_ID_LEN && sheet->row.len == DD_ID_LEN &&
	       strlen(sheet->filled_by) <= FILLER_MAX;
}

bool task_sheet_news(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__SheetRow *sheet = c->body->sheet;
	char number[32];
	uint64_t known;

	if (c->released ||
	    view_sheet_row(c->view, true, sheet->sheet.data, sheet->row.data, &known) != DD_OK)
		return true;
	snprintf(number, sizeof(number), "%" PRIu64, known);
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_SHEET_ROW_KNOWN, number, NULL, NULL);
	return false;
}

char *task_sheet_filler(const struct task_case *c)
{
	return c->body->sheet != NULL ? c->body->sheet->filled_by : (char *)"";
}

bool task_sheet_by_agency(const struct task_case *c, unsigned roles, enum dd_command_kind kind)
{
	if (c->body == NULL || c->body->sheet == NULL || (roles & DD_ROLE_ASSIGNER) == 0)
		return false;
	return kind == DD_COMMAND_REPORT || kind == DD_COMMAND_REPORT_UNCHANGED ||
	       kind == DD_COMMAND_REQUEST_COMPLETION || kind == DD_COMMAND_REQUEST_EXTENSION;
}

void task_sheet_tag(const struct task_case *c, uint8_t tag_out[16])
{
	const Dondoc__V1__Actor *actor = c->body->actor;

	view_stream_tag(actor != NULL ? actor->unit : "", c->body->sheet->sheet.data, tag_out);
}
