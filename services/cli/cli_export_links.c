/* cli_export_links.c - what ties a task to units, periods, years and other tasks, in an export. */
#include "common/base/clock.h"
#include "services/cli/cli_export.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <string.h>

int cli_export_links(struct cli *cli, const char *plan, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListLinks list = DONDOC__V1__LIST_LINKS__INIT;
	int rc;

	list.plan = (char *)plan; /* packed, not changed */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_LINKS;
	query.list_links = &list;
	rc = cli_query(cli, &query, reply_out);
	return rc ? rc : cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_LINKS);
}

/* One a line; a line that goes on begins with blanks. */
static void put_lead_parts(const Dondoc__V1__TaskFields *fields, struct dd_buf *cell)
{
	for (size_t i = 0; i < fields->n_leads; i++) {
		const char *text = fields->leads[i]->part;

		dd_buf_printf(cell, "%s%s%s", i ? "\n" : "", fields->leads[i]->unit,
			      *text ? ": " : "");
		for (const char *end; (end = strchr(text, '\n')); text = end + 1)
			dd_buf_printf(cell, "%.*s\n   ", (int)(end - text), text);
		dd_buf_text(cell, text);
	}
}

/* "II.3; KH38-2026/II.4 +5" */
static void put_waits(const struct cli_export_row *row, const Dondoc__V1__TaskRow *task,
		      struct dd_buf *cell)
{
	for (size_t i = 0; row->links && i < row->links->n_rows; i++) {
		const Dondoc__V1__LinkRow *link = row->links->rows[i];
		bool other = strcmp(link->predecessor_plan, task->fields->plan) != 0;

		if (link->task != task->id)
			continue;
		dd_buf_printf(cell, "%s%s%s%s", cell->len > 0 ? "; " : "",
			      other ? link->predecessor_plan : "", other ? "/" : "",
			      link->predecessor_code);
		if (link->lag_days != 0)
			dd_buf_printf(cell, " %+" PRId32, link->lag_days);
	}
}

static void put_day(struct dd_buf *cell, int32_t day)
{
	char text[DD_DAY_TEXT];

	dd_buf_text(cell, dd_day_iso(day, text));
}

void cli_export_ties(const Dondoc__V1__TaskRow *task, struct cli_export_row *row)
{
	const Dondoc__V1__TaskFields *fields = task->fields;

	for (int i = CLI_EXPORT_LEAD_PARTS; i <= CLI_EXPORT_WAITS_FOR; i++)
		dd_buf_clear(&row->cells[i]);
	put_lead_parts(fields, &row->cells[CLI_EXPORT_LEAD_PARTS]);
	put_day(&row->cells[CLI_EXPORT_PERIOD_FROM], fields->period_from);
	put_day(&row->cells[CLI_EXPORT_PERIOD_TO], fields->period_to);
	for (size_t i = 0; i < fields->n_chain_codes; i++)
		dd_buf_printf(&row->cells[CLI_EXPORT_CHAIN], "%s%s", i ? "; " : "",
			      fields->chain_codes[i]);
	put_day(&row->cells[CLI_EXPORT_CHAIN_DUE], fields->chain_first_due_day);
	if (fields->n_chain_codes > 0)
		dd_buf_printf(&row->cells[CLI_EXPORT_CHAIN_SLIPS], "%" PRIu32, fields->chain_slips);
	put_waits(row, task, &row->cells[CLI_EXPORT_WAITS_FOR]);
}
