/* cli_evidence_queue.c - `evidence queue`: files that an office has taken and brings to the centre.
 */
#include "services/cli/cli_evidence.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_draft.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"

#define ROWS 100

static enum cli_text state_of(const Dondoc__V1__OutboxFile *file)
{
	switch ((int)file->state) {
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_AWAITED:
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_WAITING:
		return TEXT_FILE_WAITS;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_SENDING:
		return TEXT_FILE_SENDING;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_AT_CENTRE:
		return TEXT_FILE_AT_CENTRE;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_COVERED:
		return TEXT_FILE_COVERED;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_REFUSED:
		return TEXT_FILE_PARKED;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_DAMAGED:
		return TEXT_FILE_DAMAGED;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_UNWANTED:
		return TEXT_FILE_UNWANTED;
	case DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_DESTROYED:
		return TEXT_FILE_DESTROYED;
	default:
		return TEXT_FILE_STATE_UNKNOWN;
	}
}

static enum cli_text wait_of(const Dondoc__V1__OutboxFile *file)
{
	switch ((int)file->waits) {
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_NOTHING:
		return TEXT_WAIT_ON_LINE;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_CONTENT:
		return TEXT_WAIT_CONTENT;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_REPORT:
		return TEXT_WAIT_REPORT;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_OFF:
		return TEXT_WAIT_OFF;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_LINK:
		return TEXT_WAIT_LINK;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_HOURS:
		return TEXT_WAIT_HOURS;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_TURN:
		return TEXT_WAIT_TURN;
	case DONDOC__V1__OUTBOX_FILE_WAIT__OUTBOX_WAIT_CENTRE:
		return TEXT_WAIT_CENTRE;
	default:
		return TEXT_FILE_STATE_UNKNOWN;
	}
}

static bool on_way(const Dondoc__V1__OutboxFile *file)
{
	return file->state == DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_AWAITED ||
	       file->state == DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_WAITING ||
	       file->state == DONDOC__V1__OUTBOX_FILE_STATE__OUTBOX_FILE_SENDING;
}

/* What it waits for, until when, and why it is not taken. */
static void add_why(const struct cli *cli, const Dondoc__V1__OutboxFile *file, struct dd_buf *words)
{
	char until[DD_TIME_TEXT];

	if (on_way(file))
		dd_buf_text(words, cli_text(cli->lang, wait_of(file)));
	if (on_way(file) && file->until_us)
		dd_buf_printf(words, " (%s)", dd_time_local(file->until_us, until));
	if (file->reason[0])
		dd_buf_printf(words, "%s%s", words->len > 0 ? ": " : "", file->reason);
	if (file->refusal)
		cli_refusal_words(cli->lang, file->refusal, words);
}

static void add_sent(const struct cli *cli, const Dondoc__V1__OutboxFile *file,
		     struct cli_table *table)
{
	char percent[24];

	if (cli->format == CLI_CSV || file->size == 0) {
		cli_table_number(table, (long long)file->sent);
		return;
	}
	snprintf(percent, sizeof(percent), "%" PRIu64 "%%",
		 file->sent >= file->size ? 100 : file->sent * 100 / file->size);
	cli_table_cell(table, percent);
}

static void add_file(const struct cli *cli, const Dondoc__V1__OutboxFile *file,
		     struct cli_table *table)
{
	char hex[2 * DD_HASH_LEN + 1] = "", changed[DD_TIME_TEXT];
	struct dd_buf words = {0};

	if (file->hash.len == DD_HASH_LEN)
		dd_hex(file->hash.data, DD_HASH_LEN, hex);
	if (cli->format != CLI_CSV)
		hex[CLI_HASH_SHORT] = '\0';
	cli_table_cell(table, hex);
	cli_table_cell(table, file->name);
	dd_buf_printf(&words, "#%" PRIu64, file->task);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_clear(&words);
	cli_table_number(table, (long long)file->size);
	add_sent(cli, file, table);
	cli_table_cell(table, cli_text(cli->lang, state_of(file)));
	cli_table_cell(table, dd_time_local(file->changed_us, changed));
	cli_table_number(table, (long long)file->breaks);
	add_why(cli, file, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void print_files(const struct cli *cli, const Dondoc__V1__Outbox *outbox)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_HASH), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FILE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SIZE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_FILE_SENT), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_FILE_STATE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_CHANGED), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FILE_BREAKS), false, true, 2},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 9);

	for (size_t i = 0; i < outbox->n_files; i++)
		add_file(cli, outbox->files[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
	if (outbox->files_cut && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_OUTBOX_CUT, NULL);
}

/* Files alone: what is said of reports is `office queue`. */
static void print_json(const struct cli *cli, const Dondoc__V1__Outbox *outbox)
{
	Dondoc__V1__Outbox files = DONDOC__V1__OUTBOX__INIT;

	files.files = outbox->files;
	files.n_files = outbox->n_files;
	files.files_cut = outbox->files_cut;
	cli_print_json(cli, &files.base);
}

int cli_evidence_queue(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, 10000, ROWS, &limit);

	if (rc == 0)
		rc = cli_office_named(cli);
	if (rc == 0)
		rc = cli_connect(cli, "");
	if (rc != 0)
		return rc;
	list.open_only = !cli->args.value[CLI_OPT_ALL];
	list.limit = (uint32_t)limit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_OUTBOX);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		print_json(cli, reply->answer->outbox);
	else
		print_files(cli, reply->answer->outbox);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
