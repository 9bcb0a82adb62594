/* cli_rules_start.c - `remind start|stop|starts`: since when a plan's units are reminded. Nobody
 * starts what he has not looked at: without --seen it shows what would be sent. */
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_rules.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

#define PREVIEW_PATIENCE_MS 60000
#define COLUMNS             6
#define UNITS_SHOWN         20u

/* --- what would be sent ---------------------------------------------------------------------- */

static int ask_preview(struct cli *cli, const char *plan, int32_t day,
		       Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__PreviewReminders preview = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	int rc = cli_connect_to(cli, "notification");

	if (rc != 0)
		return rc;
	if (cli->wait_ms == 0)
		dd_client_set_patience(cli->client, PREVIEW_PATIENCE_MS);
	preview.plan = (char *)plan;
	preview.starting = (char *)plan;
	preview.from_day = day;
	query.what_case = DONDOC__V1__QUERY__WHAT_PREVIEW_REMINDERS;
	query.preview_reminders = &preview;
	rc = cli_query(cli, &query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_PREVIEW) : rc;
}

static void print_units(const struct cli *cli, const Dondoc__V1__Preview *preview)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_MESSAGES), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REMINDERS), false, true, 0},
	};
	struct cli_table *table = cli_table_new(columns, 4);
	const size_t shown = preview->n_units < UNITS_SHOWN ? preview->n_units : UNITS_SHOWN;
	char more[16];

	for (size_t i = 0; i < shown; i++) {
		cli_table_cell(table, preview->units[i]->unit);
		cli_table_cell(table, preview->units[i]->unit_name);
		cli_table_number(table, preview->units[i]->messages);
		cli_table_number(table, preview->units[i]->intents);
	}
	if (shown > 0)
		cli_print_table(cli, table);
	cli_table_free(table);
	snprintf(more, sizeof(more), "%zu", preview->n_units - shown);
	if (preview->n_units > shown)
		cli_say(cli, TEXT_START_MORE_UNITS, more, NULL);
}

static void print_preview(const struct cli *cli, const Dondoc__V1__Preview *preview,
			  const char *plan)
{
	char messages[16], late[16], sequence[24], day[CLI_DAY_TEXT];

	snprintf(messages, sizeof(messages), "%" PRIu32, preview->first_messages);
	snprintf(late, sizeof(late), "%" PRIu32, preview->late);
	snprintf(sequence, sizeof(sequence), "%" PRIu64, preview->as_of_sequence);
	print_units(cli, preview);
	if (preview->first_day == 0)
		cli_say(cli, TEXT_START_NOTHING, plan, NULL);
	else
		cli_say(cli, TEXT_START_WOULD, cli_day(cli->lang, preview->first_day, day),
			messages, late, NULL);
	cli_say(cli, TEXT_START_HOW, plan, sequence, NULL);
}

static int show_start(struct cli *cli, const char *plan, int32_t day)
{
	Dondoc__V1__Reply *reply;
	int rc = ask_preview(cli, plan, day, &reply);

	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->preview->base);
	else
		print_preview(cli, reply->answer->preview, plan);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- start, stop ----------------------------------------------------------------------------- */

/* Its figures go with the command; where the service is away the command goes without them. */
static void add_figures(struct cli *cli, Dondoc__V1__StartReminders *start)
{
	Dondoc__V1__Reply *reply;

	if (ask_preview(cli, start->plan, start->day, &reply) != 0)
		return;
	start->messages = reply->answer->preview->first_messages;
	start->late = reply->answer->preview->late;
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

static int send_start(struct cli *cli, Dondoc__V1__StartReminders *start)
{
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	start->reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_START_REMINDERS;
	work.body.start_reminders = start;
	return cli_work_as_assigner(cli, &work, rc, start->plan);
}

int cli_remind_start(struct cli *cli)
{
	Dondoc__V1__StartReminders start = DONDOC__V1__START_REMINDERS__INIT;
	int rc = cli_day_option(cli, CLI_OPT_BEGIN, &start.day);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_SEEN, UINT64_MAX, 0, &start.seen_sequence);
	if (rc != 0)
		return rc;
	start.plan = (char *)cli_word(cli, 0);
	if (start.seen_sequence == 0)
		return show_start(cli, start.plan, start.day);
	add_figures(cli, &start);
	return send_start(cli, &start);
}

int cli_remind_stop(struct cli *cli)
{
	Dondoc__V1__StartReminders stop = DONDOC__V1__START_REMINDERS__INIT;

	stop.plan = (char *)cli_word(cli, 0);
	stop.stop = 1;
	return send_start(cli, &stop);
}

/* --- list ------------------------------------------------------------------------------------ */

static void add_row(const struct cli *cli, const Dondoc__V1__ReminderStartRow *row,
		    struct cli_table *table)
{
	enum cli_text state = row->sequence == 0 ? TEXT_START_NEVER
			      : row->stopped     ? TEXT_START_STOPPED
						 : TEXT_START_RUNNING;
	char day[CLI_DAY_TEXT];

	cli_table_cell(table, row->plan);
	cli_table_cell(table, row->title);
	cli_table_cell(table, cli_text(cli->lang, row->published ? state : TEXT_START_DRAFT));
	cli_table_cell(table, cli_day(cli->lang, row->day, day));
	if (row->sequence != 0)
		cli_table_number(table, (long long)row->sequence);
	else
		cli_table_cell(table, "");
	cli_table_cell(table, row->said != NULL ? row->said->reason : "");
}

int cli_remind_starts(struct cli *cli)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TITLE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_REMIND_STATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_REMINDED_SINCE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListReminderStarts list = DONDOC__V1__LIST_REMINDER_STARTS__INIT;
	struct cli_table *table;
	Dondoc__V1__Reply *reply;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REMINDER_STARTS;
	query.list_reminder_starts = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_REMINDER_STARTS, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->reminder_starts->base);
	} else {
		table = cli_table_new(columns, COLUMNS);
		for (size_t i = 0; i < reply->answer->reminder_starts->n_rows; i++)
			add_row(cli, reply->answer->reminder_starts->rows[i], table);
		cli_print_table(cli, table);
		cli_table_free(table);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
