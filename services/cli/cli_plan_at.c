/* cli_plan_at.c - `plan at`: a plan as it was. */
#include "services/cli/cli_moment.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_task(const struct cli *cli, struct cli_table *table, const Dondoc__V1__TaskRow *row)
{
	char day[CLI_DAY_TEXT], percent[24];
	struct dd_buf text = {0};

	cli_table_cell(table, row->fields->code);
	cli_table_cell(table, row->fields->content);
	cli_table_cell(table, row->lead_name[0] ? row->lead_name : row->lead_unit);
	cli_table_cell(table, row->due_day ? cli_day(cli->lang, row->due_day, day) : "-");
	if (!row->fields->group)
		cli_state_words(cli->lang, row, &text);
	cli_table_cell(table, dd_buf_cstr(&text));
	snprintf(percent, sizeof(percent), "%" PRIu32 "%%", row->percent);
	cli_table_cell(table, row->fields->group ? "" : percent);
	dd_buf_fini(&text);
}

static int fetch_at(struct cli *cli, Dondoc__V1__ShowPlanAt *ask, struct cli_paging *paging)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	const Dondoc__V1__PlanAt *got;
	Dondoc__V1__Reply *reply;
	int rc;

	ask->after = paging->mark;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_PLAN_AT;
	query.show_plan_at = ask;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PLAN_AT);
	if (rc != 0)
		return rc;
	got = reply->answer->plan_at;
	if (!paging->table)
		cli_print_json(cli, &got->base);
	for (size_t i = 0; i < got->n_rows && paging->table; i++) {
		if (got->rows[i]->fields)
			add_task(cli, paging->table, got->rows[i]);
	}
	paging->rows += (uint32_t)got->n_rows;
	paging->to = got->sequence;
	cli_go_on_behind(paging, &got->next);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

int cli_plan_at(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_LEAD), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_PROGRESS), false, true, 0},
	};
	Dondoc__V1__ShowPlanAt ask = DONDOC__V1__SHOW_PLAN_AT__INIT;
	Dondoc__V1__PlanMoment moment;
	struct cli_paging paging = {0};
	char rows[24], at[24];
	int rc = cli_read_moment(cli, 1, &moment);

	ask.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	ask.at = &moment;
	ask.limit = CLI_PAGE;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		paging.table = cli_table_new(columns, 6);
	do {
		rc = fetch_at(cli, &ask, &paging);
		/* What is recorded meanwhile is not mixed in. */
		dondoc__v1__plan_moment__init(&moment);
		moment.sequence = paging.to;
	} while (rc == 0 && paging.mark.len > 0);
	if (rc == 0 && paging.table)
		cli_print_table(cli, paging.table);
	cli_say_number(rows, paging.rows);
	cli_say_number(at, paging.to);
	if (rc == 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_PLAN_AT_TOTALS, rows, at, NULL);
	cli_table_free(paging.table);
	free(paging.mark.data);
	return rc;
}
