/* cli_filter.c - filters of tasks saved under a name, and the lists that they give. */
#include "common/base/alloc.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_words.h"
#include <stdlib.h>
#include <string.h>

#define STATES_MAX 8
#define PAGE       200

/* --- saving -------------------------------------------------------------------------------------
 */

/* "dang,tralai" */
static int read_states(const struct cli *cli, Dondoc__V1__TaskState *states, size_t *count_out)
{
	char *words = dd_strdup(cli_option_text(cli, CLI_OPT_STATE)), *save = NULL;
	int rc = 0;

	*count_out = 0;
	for (char *word = strtok_r(words, ",", &save); word && rc == 0;
	     word = strtok_r(NULL, ",", &save)) {
		if (*count_out == STATES_MAX || cli_parse_state(word, &states[*count_out]) != 0)
			rc = cli_misused(cli, TEXT_BAD_VALUE, "--state", word, NULL);
		else
			(*count_out)++;
	}
	free(words);
	return rc;
}

static int read_list(const struct cli *cli, struct cli_filter_room *room,
		     Dondoc__V1__ListTasks *list)
{
	const char *time = cli->args.value[CLI_OPT_TIME];
	uint64_t area;
	int rc = cli_number_option(cli, CLI_OPT_AREA, 255, 0, &area);

	list->plan = cli_option_text(cli, CLI_OPT_PLAN);
	list->unit = cli_option_text(cli, CLI_OPT_UNIT);
	list->text = cli_option_text(cli, CLI_OPT_TEXT);
	if (cli->args.value[CLI_OPT_AREA]) {
		list->has_area_case = DONDOC__V1__LIST_TASKS__HAS_AREA_AREA;
		list->area = (uint32_t)area;
	}
	if (rc == 0 && time && cli_parse_time_state(time, &list->time_state) != 0)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--time", time, NULL);
	if (rc == 0)
		rc = read_states(cli, list->states, &list->n_states);
	return rc == 0 ? cli_read_filter(cli, room, list) : rc;
}

int cli_filter_save(struct cli *cli)
{
	Dondoc__V1__SaveFilter save = DONDOC__V1__SAVE_FILTER__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__TaskState states[STATES_MAX];
	struct cli_filter_room room;
	struct cli_work work = {0};
	int rc;

	list.states = states;
	rc = read_list(cli, &room, &list);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc != 0)
		return rc;
	save.name = (char *)cli_word(cli, 0);
	save.title = cli_option_text(cli, CLI_OPT_TITLE);
	save.shared = cli->args.value[CLI_OPT_SHARED] != NULL;
	save.removed = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	save.list_tasks.len = dondoc__v1__list_tasks__get_packed_size(&list);
	save.list_tasks.data = dd_alloc(save.list_tasks.len + 1);
	dondoc__v1__list_tasks__pack(&list, save.list_tasks.data);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SAVE_FILTER;
	work.body.save_filter = &save;
	rc = cli_work_send(cli, &work, 0, "");
	free(save.list_tasks.data);
	return rc;
}

/* --- listing
 * -------------------------------------------------------------------------------------- */

static int ask_filters(struct cli *cli, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListFilters list = DONDOC__V1__LIST_FILTERS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_FILTERS;
	query.list_filters = &list;
	return cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_FILTERS, reply_out);
}

int cli_filter_list(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_FILTER), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TITLE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SHARED), false, false, 0},
	};
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	int rc = ask_filters(cli, &reply);

	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->filters->base);
	} else {
		table = cli_table_new(columns, 4);
		for (size_t i = 0; i < reply->answer->filters->n_rows; i++) {
			const Dondoc__V1__FilterRow *row = reply->answer->filters->rows[i];

			cli_table_cell(table, row->filter->name);
			cli_table_cell(table, row->filter->title);
			cli_table_cell(table, row->unit);
			cli_table_cell(table,
				       row->filter->shared ? cli_text(cli->lang, TEXT_YES) : "");
		}
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- using
 * ------------------------------------------------------------------------------------------ */

int cli_filter_find(struct cli *cli, const char *name, Dondoc__V1__ListTasks **list_out)
{
	Dondoc__V1__Reply *reply;
	int rc = ask_filters(cli, &reply);

	*list_out = NULL;
	if (rc != 0)
		return rc;
	for (size_t i = 0; !*list_out && i < reply->answer->filters->n_rows; i++) {
		const Dondoc__V1__SaveFilter *filter = reply->answer->filters->rows[i]->filter;

		if (strcmp(filter->name, name) == 0)
			*list_out = dondoc__v1__list_tasks__unpack(NULL, filter->list_tasks.len,
								   filter->list_tasks.data);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (*list_out)
		return 0;
	cli_complain(cli, TEXT_NO_FILTER, name, NULL);
	return CLI_NOT_FOUND;
}

static void add_task(const struct cli *cli, const Dondoc__V1__TaskRow *row, struct cli_table *table)
{
	struct dd_buf words = {0};
	char day[CLI_DAY_TEXT];

	dd_buf_printf(&words, "%s/%s", row->fields->plan, row->fields->code);
	cli_table_cell(table, dd_buf_cstr(&words));
	cli_table_cell(table, row->fields->content);
	cli_table_cell(table, row->lead_unit);
	cli_table_cell(table, cli_day(cli->lang, row->due_day, day));
	dd_buf_clear(&words);
	cli_state_words(cli->lang, row, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

int cli_filter_run(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_LEAD), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 2},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks *list;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, 1000, PAGE, &limit);

	if (rc == 0)
		rc = cli_filter_find(cli, cli_word(cli, 0), &list);
	if (rc != 0)
		return rc;
	list->limit = (uint32_t)limit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_TASKS, &reply);
	dondoc__v1__list_tasks__free_unpacked(list, NULL);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->tasks->base);
	} else {
		table = cli_table_new(columns, 5);
		for (size_t i = 0; i < reply->answer->tasks->n_rows; i++)
			add_task(cli, reply->answer->tasks->rows[i], table);
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
