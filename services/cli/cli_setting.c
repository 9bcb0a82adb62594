/* cli_setting.c - the policy that the rules read. */
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CODES_TOLD 20u

/* Who is to approve where nobody is the head? Nobody: that is told, or it would be believed to
 * work. */
static void tell_headless(struct cli *cli, const char *unit)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListUnits list = DONDOC__V1__LIST_UNITS__INIT;
	struct dd_buf codes = {0};
	Dondoc__V1__Reply *reply;
	size_t count = 0;
	char text[24];

	list.without_head = true;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_UNITS;
	query.list_units = &list;
	if (cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_UNITS, &reply) != 0)
		return;
	for (size_t i = 0; i < reply->answer->units->n_rows; i++) {
		const Dondoc__V1__UnitFields *row = reply->answer->units->rows[i]->unit;

		if (row == NULL || (unit[0] != '\0' && strcmp(unit, row->code) != 0))
			continue;
		if (count < CODES_TOLD)
			dd_buf_printf(&codes, "%s%s", count > 0 ? "; " : "", row->code);
		else if (count == CODES_TOLD)
			dd_buf_text(&codes, "; ...");
		count++;
	}
	(void)snprintf(text, sizeof(text), "%zu", count);
	if (count > 0)
		cli_complain(cli, TEXT_APPROVAL_NO_HEAD, text, dd_buf_cstr(&codes), NULL);
	dd_buf_fini(&codes);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

int cli_setting_set(struct cli *cli)
{
	Dondoc__V1__SetSettings set = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows = &setting;
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	if (rc == 0)
		rc = cli_work_document(cli, &work, &set.document);
	setting.name = (char *)cli_word(cli, 0);
	setting.value = (char *)cli_word(cli, 1);
	setting.plan = cli_option_text(cli, CLI_OPT_PLAN);
	setting.unit = cli_option_text(cli, CLI_OPT_UNIT);
	set.settings = &rows;
	set.n_settings = 1;
	set.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_SETTINGS;
	work.body.set_settings = &set;
	if (setting.plan[0])
		return cli_work_as_assigner(cli, &work, rc, setting.plan);
	rc = cli_work_send(cli, &work, rc, cli_setting_unit(cli));
	if (rc == 0 && strcmp(setting.name, "approval") == 0 && strcmp(setting.value, "on") == 0 &&
	    !cli->args.value[CLI_OPT_DRAFT])
		tell_headless(cli, setting.unit);
	return rc;
}

int cli_setting_list(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_SETTING), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_VALUE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_SET_FOR), false, false, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListSettings list = DONDOC__V1__LIST_SETTINGS__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc;

	list.plan = cli_option_text(cli, CLI_OPT_PLAN);
	list.unit = cli_option_text(cli, CLI_OPT_UNIT);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_SETTINGS;
	query.list_settings = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_SETTINGS, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->settings->base);
	} else {
		table = cli_table_new(columns, 3);
		for (size_t i = 0; i < reply->answer->settings->n_rows; i++) {
			const Dondoc__V1__Setting *row = reply->answer->settings->rows[i];

			cli_table_cell(table, row->name);
			cli_table_cell(table, row->value);
			cli_table_cell(table, row->unit[0] ? row->unit : row->plan);
		}
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
