/* cli_plan.c - `plan list`. */
#include "services/cli/cli.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <string.h>

static const char *state_words(enum cli_lang lang, Dondoc__V1__PlanState state)
{
	switch (state) {
	case DONDOC__V1__PLAN_STATE__PLAN_DRAFT:
		return cli_text(lang, TEXT_PLAN_IS_DRAFT);
	case DONDOC__V1__PLAN_STATE__PLAN_CLOSED:
		return cli_text(lang, TEXT_PLAN_IS_CLOSED);
	default:
		return cli_text(lang, TEXT_PLAN_IS_PUBLISHED);
	}
}

static void add_plan(const struct cli *cli, const Dondoc__V1__PlanRow *row, struct cli_table *table)
{
	struct dd_buf source = {0};

	cli_table_cell(table, row->plan->code);
	cli_table_cell(table, row->plan->title);
	if (row->plan->source)
		dd_buf_text(&source, row->plan->source->number);
	cli_table_cell(table, dd_buf_cstr(&source));
	dd_buf_clear(&source);
	if (row->plan->source) {
		char day[CLI_DAY_TEXT];

		dd_buf_text(&source, cli_day(cli->lang, row->plan->source->day, day));
	}
	cli_table_cell(table, dd_buf_cstr(&source));
	cli_table_cell(table, row->plan->assigner_unit);
	cli_table_number(table, row->tasks);
	cli_table_number(table, row->groups);
	cli_table_cell(table, state_words(cli->lang, row->state));
	dd_buf_fini(&source);
}

int cli_plan_list(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TITLE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_NUMBER), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_ASSIGNER), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_GROUPS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), false, false, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPlans list = DONDOC__V1__LIST_PLANS__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	query.list_plans = &list;
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PLANS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->plans->base);
	} else {
		table = cli_table_new(columns, 8);
		for (size_t i = 0; i < reply->answer->plans->n_rows; i++) {
			if (reply->answer->plans->rows[i]->plan)
				add_plan(cli, reply->answer->plans->rows[i], table);
		}
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
