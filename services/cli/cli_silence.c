/* cli_silence.c - `remind silence|silences|end-silence`. */
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_rules.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

#define COLUMNS 8

/* Everything is meant only by who says so. */
static int read_silence(struct cli *cli, Dondoc__V1__SetSilence *set, Dondoc__V1__RuleScope *scope)
{
	const char *until;
	bool given;
	int rc = cli_text_option(cli, CLI_OPT_UNTIL, &until);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &set->until_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &set->from_day);
	if (rc == 0)
		rc = cli_rule_scope(cli, scope, &given);
	if (rc == 0 && !given && !cli->args.value[CLI_OPT_ALL])
		rc = cli_misused(cli, TEXT_SILENCE_WHOM, NULL);
	set->scope = scope;
	set->rule = cli_option_text(cli, CLI_OPT_RULE);
	set->reason = cli_option_text(cli, CLI_OPT_REASON);
	return rc;
}

int cli_remind_silence(struct cli *cli)
{
	Dondoc__V1__SetSilence set = DONDOC__V1__SET_SILENCE__INIT;
	Dondoc__V1__RuleScope scope;
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	if (rc == 0)
		rc = read_silence(cli, &set, &scope);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_SILENCE;
	work.body.set_silence = &set;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

int cli_remind_end_silence(struct cli *cli)
{
	Dondoc__V1__EndSilence end = DONDOC__V1__END_SILENCE__INIT;
	struct cli_work work = {0};
	int rc = cli_record_word(cli, cli_word(cli, 0), &end.silence);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	end.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_END_SILENCE;
	work.body.end_silence = &end;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

static void by_cell(const Dondoc__V1__Actor *by, struct cli_table *table)
{
	struct dd_buf words = {0};

	if (by != NULL && by->unit[0] != '\0')
		dd_buf_text(&words, by->unit);
	if (by != NULL && by->person.len == 16) {
		dd_buf_text(&words, words.len > 0 ? ", " : "");
		cli_person_words(&by->person, &words);
	}
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void add_row(const struct cli *cli, const Dondoc__V1__SilenceRow *row,
		    struct cli_table *table)
{
	const char *all = cli_text(cli->lang, TEXT_SILENCE_ALL_RULES);
	const char *rule = row->said->rule;
	struct dd_buf scope = {0};
	char day[CLI_DAY_TEXT];

	cli_rule_scope_words(cli->lang, row->said->scope, &scope);
	cli_table_number(table, (long long)row->silence);
	cli_table_cell(table, dd_buf_cstr(&scope));
	cli_table_cell(table, rule[0] != '\0' ? cli_rule_id_name(cli->lang, rule) : all);
	cli_table_cell(table, cli_day(cli->lang, row->said->from_day, day));
	cli_table_cell(table, cli_day(cli->lang, row->said->until_day, day));
	cli_table_cell(table, row->ended_day != 0
				      ? cli_day(cli->lang, row->ended_day, day)
				      : (row->in_force ? cli_text(cli->lang, TEXT_YES) : ""));
	by_cell(row->by, table);
	cli_table_cell(table, row->said->reason);
	dd_buf_fini(&scope);
}

static void print_silences(const struct cli *cli, const Dondoc__V1__SilenceList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_FOR_WHOM), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_RULE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_SILENT_FROM), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SILENT_UNTIL), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SILENT_NOW), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SILENT_BY), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_found(cli, table, list->n_rows, TEXT_SILENCE_NONE);
}

int cli_remind_silences(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListSilences list = DONDOC__V1__LIST_SILENCES__INIT;
	Dondoc__V1__RuleScope scope;
	Dondoc__V1__Reply *reply;
	bool given;
	int rc = cli_connect(cli, "task");

	if (rc == 0)
		rc = cli_rule_scope(cli, &scope, &given);
	if (rc != 0)
		return rc;
	list.plan = scope.plan;
	list.unit = scope.unit;
	list.task = scope.task;
	list.with_past = cli->args.value[CLI_OPT_ALL] != NULL;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_SILENCES;
	query.list_silences = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_SILENCES, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->silences->base);
	else
		print_silences(cli, reply->answer->silences);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
