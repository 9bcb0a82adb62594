/* cli_inbox.c - `inbox`: what a unit, or one of its persons, was told. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_channel.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

#define COLUMNS  8
#define ROWS     50
#define ROWS_MAX 200

static void add_row(const struct cli *cli, const Dondoc__V1__InboxRow *row, struct cli_table *table)
{
	char day[CLI_DAY_TEXT], time[DD_TIME_TEXT], hex[2 * DD_HASH_LEN + 1] = "";

	cli_table_cell(table, cli_day(cli->lang, row->day, day));
	cli_table_cell(table, row->subject);
	cli_table_number(table, (long long)row->n_intents);
	cli_table_cell(table, cli_name_digest(cli->lang, (int)row->state));
	cli_table_cell(table, cli_name_channel(cli->lang, (int)row->channel));
	cli_table_cell(table, row->told_us != 0 ? dd_time_local(row->told_us, time) : "");
	cli_table_number(table, (long long)row->sequence);
	if (row->digest.len == DD_HASH_LEN)
		(void)dd_hex(row->digest.data, DD_HASH_LEN, hex);
	if (cli->format != CLI_CSV)
		hex[CLI_HASH_SHORT] = '\0';
	cli_table_cell(table, hex);
}

static void print_texts(const struct cli *cli, const Dondoc__V1__InboxList *list)
{
	for (size_t i = 0; i < list->n_rows; i++) {
		fputc('\n', cli->out);
		cli_print_label(cli, TEXT_LABEL_SUBJECT, list->rows[i]->subject);
		cli_print_text(cli, list->rows[i]->text);
	}
}

static void print_list(const struct cli *cli, const Dondoc__V1__InboxList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SUBJECT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_CHANNEL), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SEQUENCE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_MESSAGE), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_found(cli, table, list->n_rows, TEXT_INBOX_NONE);
	if (cli->format == CLI_TABLE && cli->args.value[CLI_OPT_WITH_TEXT])
		print_texts(cli, list);
	if (list->next.len > 0)
		cli_complain(cli, TEXT_INBOX_CUT, NULL);
}

static int read_options(const struct cli *cli, Dondoc__V1__ListInbox *list, uint8_t person[16])
{
	const char *word = cli->args.value[CLI_OPT_PERSON];
	uint64_t limit;
	int rc = cli_day_option(cli, CLI_OPT_FROM, &list->from_day);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);
	if (rc == 0 && word)
		rc = cli_person_parse(cli, word, person);
	if (rc != 0)
		return rc;
	if (word)
		list->person = (ProtobufCBinaryData){.data = person, .len = 16};
	list->limit = (uint32_t)limit;
	list->unit = (char *)cli_word(cli, 0); /* packed, not changed */
	list->with_text = cli->args.value[CLI_OPT_WITH_TEXT] != NULL;
	return 0;
}

int cli_inbox(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListInbox list = DONDOC__V1__LIST_INBOX__INIT;
	Dondoc__V1__Reply *reply;
	uint8_t person[16];
	int rc = read_options(cli, &list, person);

	if (rc != 0)
		return rc;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_INBOX;
	query.list_inbox = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_INBOX, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->inbox->base);
	else
		print_list(cli, reply->answer->inbox);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

const char *cli_name_channel(enum cli_lang lang, int channel)
{
	switch (channel) {
	case DONDOC__V1__CHANNEL__CHANNEL_EMAIL:
		return lang == CLI_VI ? "thư điện tử" : "mail";
	case DONDOC__V1__CHANNEL__CHANNEL_SMS:
		return "SMS";
	case DONDOC__V1__CHANNEL__CHANNEL_ZALO:
		return "Zalo";
	default:
		return "";
	}
}
