/* cli_watch.c - `watch list`: units that should have been heard from and were not. */
#include "common/base/id.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

#define COLUMNS 8

static void period_cell(const struct cli *cli, const Dondoc__V1__SilentRow *row,
			struct cli_table *table)
{
	char from[CLI_DAY_TEXT], to[CLI_DAY_TEXT], both[2 * CLI_DAY_TEXT + 4];

	snprintf(both, sizeof(both), "%s - %s", cli_day(cli->lang, row->from_day, from),
		 cli_day(cli->lang, row->to_day, to));
	cli_table_cell(table, both);
}

static void add_row(const struct cli *cli, const Dondoc__V1__SilentRow *row,
		    struct cli_table *table)
{
	char day[CLI_DAY_TEXT], hex[2 * 16 + 1];

	cli_table_cell(table, row->unit);
	cli_table_cell(table, row->unit_name);
	period_cell(cli, row, table);
	cli_table_cell(table, cli_day(cli->lang, row->due_day, day));
	cli_table_number(table, row->days_over);
	cli_table_number(table, row->open);
	cli_table_cell(table, row->heard_day != 0 ? cli_day(cli->lang, row->heard_day, day)
						  : cli_text(cli->lang, TEXT_WATCH_NEVER));
	cli_table_cell(table, row->person.len == 16 ? dd_hex(row->person.data, 16, hex) : "");
}

static void print_list(const struct cli *cli, const Dondoc__V1__SilentList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_WATCH_PERIOD), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WATCH_OVER), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_OPEN_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_WATCH_HEARD), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FOCAL), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);
	char silent[16], expected[16], day[CLI_DAY_TEXT];

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	if (list->n_rows > 0 || cli->format != CLI_TABLE)
		cli_print_table(cli, table);
	cli_table_free(table);
	if (cli->format != CLI_TABLE)
		return;
	snprintf(silent, sizeof(silent), "%" PRIu32, list->silent);
	snprintf(expected, sizeof(expected), "%" PRIu32, list->expected);
	cli_say(cli, TEXT_WATCH_SUM, silent, expected, cli_day(cli->lang, list->as_of_day, day),
		NULL);
	if (list->rows_cut)
		cli_say(cli, TEXT_WATCH_CUT, NULL, NULL, NULL);
}

int cli_watch_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListSilent list = DONDOC__V1__LIST_SILENT__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &list.as_of_day);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_WITHIN, &list.within_day);
	if (rc != 0)
		return rc;
	list.unit = cli_option_text(cli, CLI_OPT_UNIT);
	list.plan = cli_option_text(cli, CLI_OPT_PLAN);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_SILENT;
	query.list_silent = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_SILENT, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->silent->base);
	else
		print_list(cli, reply->answer->silent);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
