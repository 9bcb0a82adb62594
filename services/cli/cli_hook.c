/* cli_hook.c - `hook list|replay|pause|resume`: other systems that are told what happens. */
#include "common/base/clock.h"
#include "services/cli/cli_channel.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

#define COLUMNS 10

static enum cli_text state_of(const Dondoc__V1__HookRow *row)
{
	if (row->trouble[0] != '\0')
		return TEXT_HOOK_STOPPED;
	if (row->paused)
		return TEXT_HOOK_PAUSED;
	return row->failures > 0 ? TEXT_HOOK_FAILING : TEXT_HOOK_RUNS;
}

static void time_cell(struct cli_table *table, int64_t us)
{
	char text[DD_TIME_TEXT];

	cli_table_cell(table, us != 0 ? dd_time_local(us, text) : "");
}

static void add_row(const struct cli *cli, const Dondoc__V1__HookRow *row, struct cli_table *table)
{
	cli_table_cell(table, row->hook);
	cli_table_cell(table, row->url);
	cli_table_cell(table, cli_text(cli->lang, state_of(row)));
	cli_table_number(table, (long long)row->position);
	cli_table_number(table, (long long)row->head);
	cli_table_number(table, row->waiting);
	time_cell(table, row->taken_us);
	cli_table_number(table, row->failures);
	time_cell(table, row->next_us);
	cli_table_cell(table, row->trouble[0] != '\0' ? row->trouble : row->reply);
}

static void print_list(const struct cli *cli, const Dondoc__V1__HookList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_HOOK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_URL), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_AT), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_HEAD), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_WAITING), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_TAKEN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_FAILURES), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_NEXT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HOOK_WHY), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_found(cli, table, list->n_rows, TEXT_HOOK_NONE);
}

static int ask(struct cli *cli, const Dondoc__V1__Query *query)
{
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "notification");

	if (rc == 0)
		rc = cli_query(cli, query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_HOOKS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->hooks->base);
	else
		print_list(cli, reply->answer->hooks);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

int cli_hook_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListHooks list = DONDOC__V1__LIST_HOOKS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_HOOKS;
	query.list_hooks = &list;
	return ask(cli, &query);
}

static int control(struct cli *cli, Dondoc__V1__HookAction action, uint64_t after)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ControlHook ask_for = DONDOC__V1__CONTROL_HOOK__INIT;

	ask_for.hook = (char *)cli_word(cli, 0); /* packed, not changed */
	ask_for.action = action;
	ask_for.after = after;
	query.what_case = DONDOC__V1__QUERY__WHAT_CONTROL_HOOK;
	query.control_hook = &ask_for;
	return ask(cli, &query);
}

int cli_hook_pause(struct cli *cli)
{
	return control(cli, DONDOC__V1__HOOK_ACTION__HOOK_PAUSE, 0);
}

int cli_hook_resume(struct cli *cli)
{
	return control(cli, DONDOC__V1__HOOK_ACTION__HOOK_RESUME, 0);
}

int cli_hook_replay(struct cli *cli)
{
	uint64_t after;
	int rc;

	/* A replay that nobody meant would tell years of events. */
	if (!cli->args.value[CLI_OPT_AFTER])
		return cli_misused(cli, TEXT_HOOK_NEEDS_AFTER, NULL);
	rc = cli_number_option(cli, CLI_OPT_AFTER, UINT64_MAX, 0, &after);
	return rc == 0 ? control(cli, DONDOC__V1__HOOK_ACTION__HOOK_REPLAY, after) : rc;
}
