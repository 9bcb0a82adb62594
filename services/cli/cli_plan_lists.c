/* cli_plan_lists.c - what belongs to plans, as tables. */
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

int cli_plan_ask(struct cli *cli, const Dondoc__V1__Query *query,
		 Dondoc__V1__Answer__WhatCase wanted, Dondoc__V1__Reply **reply_out)
{
	int rc = cli_connect(cli, "task");

	if (rc == 0)
		rc = cli_query(cli, query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, wanted) : rc;
}

/* --- who has taken note ----------------------------------------------------------------------- */

static void add_units(const struct cli *cli, const Dondoc__V1__PublicationRow *publication,
		      struct cli_table *table)
{
	for (size_t i = 0; i < publication->n_rows; i++) {
		const Dondoc__V1__AcknowledgementRow *row = publication->rows[i];
		char told[32] = "", day[CLI_DAY_TEXT];
		struct dd_buf missing = {0};

		if (!row->none && row->total > 0)
			snprintf(told, sizeof(told), "%" PRIu32 "/%" PRIu32, row->told, row->total);
		else if (!row->none)
			snprintf(told, sizeof(told), "%" PRIu32, row->told);
		cli_table_number(table, (long long)publication->publication);
		cli_table_cell(table, row->unit);
		cli_table_cell(table, row->unit_name);
		cli_table_cell(table, cli_text(cli->lang, row->none ? TEXT_NOT_YET : TEXT_YES));
		cli_table_cell(table, told);
		cli_table_cell(table, cli_day(cli->lang, row->day, day));
		cli_table_cell(table, row->form);
		for (size_t j = 0; j < row->n_missing; j++) {
			dd_buf_text(&missing, j > 0 ? ", " : "");
			cli_person_words(&row->missing[j], &missing);
		}
		cli_table_cell(table, dd_buf_cstr(&missing));
		dd_buf_fini(&missing);
	}
}

int cli_plan_who(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_PUBLICATION), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_DONE_NOTE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TOLD), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FORM), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_NOT_NOTED), true, false, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPublications list = DONDOC__V1__LIST_PUBLICATIONS__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc;

	list.plan = (char *)cli_word(cli, 0);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PUBLICATIONS;
	query.list_publications = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_PUBLICATIONS, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->publications->base);
	} else {
		table = cli_table_new(columns, 8);
		for (size_t i = 0; i < reply->answer->publications->n_rows; i++)
			add_units(cli, reply->answer->publications->rows[i], table);
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- baselines -----------------------------------------------------------------------------------
 */

int cli_plan_baselines(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_POSITION), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_NUMBER), false, false, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListBaselines list = DONDOC__V1__LIST_BASELINES__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc;

	list.plan = (char *)(cli_word(cli, 0) ? cli_word(cli, 0) : "");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_BASELINES;
	query.list_baselines = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_BASELINES, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->baselines->base);
	} else {
		table = cli_table_new(columns, 4);
		for (size_t i = 0; i < reply->answer->baselines->n_rows; i++) {
			const Dondoc__V1__BaselineRow *row = reply->answer->baselines->rows[i];

			cli_table_cell(table, row->plan);
			cli_table_cell(table, row->name);
			cli_table_number(table, (long long)row->at);
			cli_table_cell(table, row->document ? row->document->number : "");
		}
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- areas and labels
 * ------------------------------------------------------------------------------ */

static void add_areas(const struct cli *cli, const Dondoc__V1__AreaList *list,
		      struct cli_table *table)
{
	for (size_t i = 0; i < list->n_areas; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%" PRIu32, list->areas[i]->area);
		cli_table_cell(table, cli_text(cli->lang, TEXT_COL_AREA));
		cli_table_cell(table, number);
		cli_table_cell(table, list->areas[i]->name);
		cli_table_cell(table, list->areas[i]->name_en);
	}
	for (size_t i = 0; i < list->n_labels; i++) {
		cli_table_cell(table, cli_text(cli->lang, TEXT_COL_LABEL));
		cli_table_cell(table, list->labels[i]->code);
		cli_table_cell(table, list->labels[i]->name);
		cli_table_cell(table, "");
	}
}

int cli_plan_areas(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_KIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME_EN), true, false, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListAreas list = DONDOC__V1__LIST_AREAS__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_AREAS;
	query.list_areas = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_AREAS, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->areas->base);
	} else {
		table = cli_table_new(columns, 4);
		add_areas(cli, reply->answer->areas, table);
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- dependencies
 * ------------------------------------------------------------------------------------ */

int cli_task_links(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WAITS_FOR), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_LAG), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_SLIPS), false, true, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListLinks list = DONDOC__V1__LIST_LINKS__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc = 0;

	if (cli_word(cli, 0)) {
		rc = cli_connect(cli, "task");
		if (rc == 0)
			rc = cli_plan_task(cli, cli_word(cli, 0), &list.task);
	}
	list.plan = cli_option_text(cli, CLI_OPT_PLAN);
	list.slipped_only = cli->args.value[CLI_OPT_SLIPPED] != NULL;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_LINKS;
	query.list_links = &list;
	if (rc == 0)
		rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_LINKS, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->links->base);
	} else {
		table = cli_table_new(columns, 4);
		for (size_t i = 0; i < reply->answer->links->n_rows; i++) {
			const Dondoc__V1__LinkRow *row = reply->answer->links->rows[i];

			cli_table_cell(table, row->code);
			cli_table_cell(table, row->predecessor_code);
			cli_table_number(table, row->lag_days);
			cli_table_number(table, row->days);
		}
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
