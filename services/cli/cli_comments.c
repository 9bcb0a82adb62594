/* cli_comments.c - `task comments`: what was said about a task, or to a unit; the newest first. */
#include "common/base/clock.h"
#include "services/cli/cli_evidence.h"
#include "services/cli/cli_life.h"
#include "services/cli/cli_table.h"
#include <inttypes.h>
#include <stdio.h>

#define ROWS     100
#define ROWS_MAX 1000

static void text_cell(const struct cli *cli, const Dondoc__V1__CommentRow *row,
		      struct cli_table *table)
{
	struct dd_buf words = {0};

	if (row->destroyed_by != 0)
		cli_destroyed_words(cli->lang, row->destroyed_by, &words);
	else
		dd_buf_text(&words, row->comment ? row->comment->text
						 : cli_text(cli->lang, TEXT_COMMENT_GONE));
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void print_comments(const struct cli *cli, const Dondoc__V1__CommentList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_COMMENT), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_TASK), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_REPLY_TO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_TEXT), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 6);

	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__CommentRow *row = list->rows[i];
		char number[32], time[DD_TIME_TEXT];

		snprintf(number, sizeof(number), "%" PRIu64, row->sequence);
		cli_table_cell(table, number);
		snprintf(number, sizeof(number), "#%" PRIu64, row->task);
		cli_table_cell(table, number);
		cli_table_cell(table, dd_time_local(row->said_us, time));
		cli_table_cell(table, row->unit);
		snprintf(number, sizeof(number), "%" PRIu64,
			 row->comment ? row->comment->reply_to : 0);
		cli_table_cell(table, row->comment && row->comment->reply_to ? number : "");
		text_cell(cli, row, table);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

/* The task named, or the unit. */
static int read_asked(struct cli *cli, Dondoc__V1__ListComments *list)
{
	Dondoc__V1__Reply *shown;
	int rc;

	list->mention_unit = cli_option_text(cli, CLI_OPT_MENTION);
	if (!cli_word(cli, 0))
		return list->mention_unit[0] ? 0 : cli_misused(cli, TEXT_NO_COMMENTS_OF, NULL);
	rc = cli_find_task(cli, cli_word(cli, 0), 1, &shown);
	if (rc != 0)
		return rc;
	list->task = shown->answer->task->task->id;
	dondoc__v1__reply__free_unpacked(shown, NULL);
	return 0;
}

int cli_task_comments(struct cli *cli)
{
	Dondoc__V1__ListComments list = DONDOC__V1__LIST_COMMENTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = read_asked(cli, &list);
	if (rc != 0)
		return rc;
	list.limit = (uint32_t)limit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_COMMENTS;
	query.list_comments = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_COMMENTS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->comments->base);
	else
		print_comments(cli, reply->answer->comments);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
