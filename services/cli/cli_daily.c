/* cli_daily.c - `daily list`: what the task service wanted to do by itself and was refused, why,
 * and what helps. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_fix.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

#define ROWS      100
#define ROWS_MAX  1000
#define ACT(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

static void about_instance(const struct cli *cli, const Dondoc__V1__DailyRow *row,
			   const Dondoc__V1__MakeInstances *make, struct dd_buf *out)
{
	char from[CLI_DAY_TEXT], to[CLI_DAY_TEXT];

	if (row->code[0])
		dd_buf_printf(out, "%s/%s", row->plan, row->code);
	else
		dd_buf_printf(out, "#%" PRIu64, make->task);
	dd_buf_printf(out, " (%s - %s)", cli_day(cli->lang, make->period_from, from),
		      cli_day(cli->lang, make->period_to, to));
}

static void about_words(const struct cli *cli, const Dondoc__V1__DailyRow *row, struct dd_buf *out)
{
	Dondoc__V1__CommandBody *body =
		dondoc__v1__command_body__unpack(NULL, row->said.len, row->said.data);
	char hex[2 * DD_HASH_LEN + 1];

	dd_buf_clear(out);
	switch (body ? (int)body->action_case : 0) {
	case ACT(MAKE_INSTANCES):
		about_instance(cli, row, body->make_instances, out);
		break;
	case ACT(EFFECT_UNITS_CHANGE):
		dd_buf_printf(out, "#%" PRIu64, body->effect_units_change->change);
		break;
	case ACT(FILE_CAME):
		if (body->file_came->hash.len == DD_HASH_LEN)
			dd_buf_text(out, dd_hex(body->file_came->hash.data, DD_HASH_LEN, hex));
		break;
	case ACT(DESTRUCTION_RUN):
		dd_buf_printf(out, "#%" PRIu64, body->destruction_run->order);
		break;
	default:
		break;
	}
	dondoc__v1__command_body__free_unpacked(body, NULL);
}

static const char *remedy_words(const struct cli *cli, const Dondoc__V1__DailyRow *row)
{
	if (!row->open)
		return cli_text(cli->lang, TEXT_DAILY_SETTLED);
	switch ((int)row->action) {
	case ACT(MAKE_INSTANCES):
		return cli_text(cli->lang, TEXT_DAILY_INSTANCE);
	case ACT(EFFECT_UNITS_CHANGE):
		return cli_text(cli->lang, TEXT_DAILY_UNITS);
	case ACT(FILE_CAME):
		return cli_text(cli->lang, TEXT_DAILY_FILE);
	case ACT(DESTRUCTION_RUN):
		return cli_text(cli->lang, TEXT_DAILY_DESTRUCTION);
	default:
		return "";
	}
}

static void add_row(const struct cli *cli, const Dondoc__V1__DailyRow *row, struct cli_table *table)
{
	struct dd_buf words = {0};
	char time[DD_TIME_TEXT];

	cli_table_number(table, (long long)row->sequence);
	cli_table_cell(table, dd_time_local(row->refused_us, time));
	cli_table_cell(table, cli_name_action(cli->lang, (int)row->action));
	about_words(cli, row, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	cli_table_cell(table, row->unit);
	dd_buf_clear(&words);
	cli_refusal_words(cli->lang, row->refusal, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	cli_table_cell(table, remedy_words(cli, row));
	dd_buf_fini(&words);
}

static void print_list(const struct cli *cli, const Dondoc__V1__DailyList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DAILY_WORK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DAILY_ABOUT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_REMEDY), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 7);
	char open[16];

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
	if (cli->format != CLI_TABLE)
		return;
	snprintf(open, sizeof(open), "%" PRIu32, list->open);
	cli_say(cli, list->rows_cut ? TEXT_DAILY_OPEN_CUT : TEXT_DAILY_OPEN, open, NULL, NULL);
}

int cli_daily_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDaily list = DONDOC__V1__LIST_DAILY__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	list.limit = (uint32_t)limit;
	list.all = cli->args.value[CLI_OPT_ALL] != NULL;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DAILY;
	query.list_daily = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_DAILY);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->daily->base);
	else
		print_list(cli, reply->answer->daily);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
