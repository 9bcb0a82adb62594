/* cli_outgoing.c - `outgoing list|approve|return`: what waits for the head of its unit. */
#include "services/cli/cli_table.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"

static void print_held(const struct cli *cli, const Dondoc__V1__RequestList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_QUEUED), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 6);
	char day[CLI_DAY_TEXT];

	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__RequestRow *row = list->rows[i];

		cli_table_number(table, (long long)row->request);
		cli_table_cell(table, row->from_unit);
		cli_table_cell(table, row->plan);
		cli_table_cell(table, row->code);
		cli_table_cell(table, row->content);
		cli_table_cell(table, cli_day(cli->lang, row->since_day, day));
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_outgoing_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, 1000, 100, &limit);

	list.kind = DONDOC__V1__REQUEST_KIND__REQUEST_OUTGOING;
	list.limit = (uint32_t)limit;
	list.decider_unit = cli->args.value[CLI_OPT_UNIT] ? cli_option_text(cli, CLI_OPT_UNIT)
							  : (char *)cli_acting_unit(cli, "");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = &list;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_REQUESTS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->requests->base);
	else
		print_held(cli, reply->answer->requests);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

static int decide(struct cli *cli, bool approved)
{
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;
	struct cli_work work = {0};
	const char *reason = "";
	int rc = cli_record_word(cli, cli_word(cli, 0), &decision.held);

	if (rc == 0 && !approved)
		rc = cli_text_option(cli, CLI_OPT_REASON, &reason);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	decision.approved = approved;
	decision.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_OUTGOING;
	work.body.decide_outgoing = &decision;
	return cli_work_send(cli, &work, rc, cli_acting_unit(cli, ""));
}

int cli_outgoing_approve(struct cli *cli)
{
	return decide(cli, true);
}

int cli_outgoing_return(struct cli *cli)
{
	return decide(cli, false);
}
