/* cli_office.c - `office queue`: what waits in an office's outbox, and what became of the rest. */
#include "common/base/clock.h"
#include "services/cli/cli_draft.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

#define ROWS 100

static void add_row(const struct cli *cli, const Dondoc__V1__OutboxRow *row,
		    struct cli_table *table)
{
	char queued[DD_TIME_TEXT], changed[DD_TIME_TEXT];
	struct dd_buf words = {0};

	if (row->task)
		dd_buf_printf(&words, "#%" PRIu64, row->task);
	cli_table_number(table, (long long)row->number);
	cli_table_cell(table, cli_name_outbox(cli->lang, (int)row->state));
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_clear(&words);
	cli_outbox_words(cli->lang, row->summary, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	cli_table_cell(table, dd_time_local(row->queued_us, queued));
	cli_table_cell(table, row->changed_us ? dd_time_local(row->changed_us, changed) : "");
	cli_table_number(table, row->attempts);
	cli_table_number(table, (long long)row->sequence);
	dd_buf_clear(&words);
	cli_outbox_words(cli->lang, row->reason, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void print_outbox(const struct cli *cli, const Dondoc__V1__Outbox *outbox)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_COMMAND), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_QUEUED), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CHANGED), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_ATTEMPTS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_RECEIPT), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 9);
	char waiting[16];

	for (size_t i = 0; i < outbox->n_rows; i++)
		add_row(cli, outbox->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
	if (cli->format != CLI_TABLE)
		return;
	snprintf(waiting, sizeof(waiting), "%" PRIu32, outbox->waiting);
	cli_say(cli, TEXT_OUTBOX_WAITING, waiting, NULL);
	if (outbox->rows_cut)
		cli_say(cli, TEXT_OUTBOX_CUT, NULL);
}

/* Of reports with one number, which several streams may have. */
static void print_steps(const struct cli *cli, const Dondoc__V1__Outbox *outbox)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_ATTEMPTS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 4);
	struct dd_buf words = {0};
	char time[DD_TIME_TEXT];

	for (size_t i = 0; i < outbox->n_rows; i++) {
		const Dondoc__V1__OutboxRow *row = outbox->rows[i];

		cli_table_cell(table, dd_time_local(row->queued_us, time));
		cli_table_cell(table,
			       cli_name_outbox(cli->lang, DONDOC__V1__OUTBOX_STATE__OUTBOX_QUEUED));
		cli_table_number(table, 0);
		cli_table_cell(table, "");
		for (size_t n = 0; n < row->n_steps; n++) {
			const Dondoc__V1__OutboxStep *step = row->steps[n];

			cli_table_cell(table, dd_time_local(step->at_us, time));
			cli_table_cell(table, cli_name_outbox(cli->lang, (int)step->state));
			cli_table_number(table, step->attempts);
			dd_buf_clear(&words);
			cli_outbox_words(cli->lang, step->reason, &words);
			cli_table_cell(table, dd_buf_cstr(&words));
		}
	}
	dd_buf_fini(&words);
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_office_queue(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, 10000, ROWS, &limit);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_ITEM, UINT64_MAX, 0, &list.number);
	if (rc == 0)
		rc = cli_office_named(cli);
	if (rc == 0)
		rc = cli_connect(cli, "");
	if (rc != 0)
		return rc;
	list.open_only = !cli->args.value[CLI_OPT_ALL] && list.number == 0;
	list.limit = (uint32_t)limit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_OUTBOX);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->outbox->base);
	else if (list.number != 0)
		print_steps(cli, reply->answer->outbox);
	else
		print_outbox(cli, reply->answer->outbox);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
