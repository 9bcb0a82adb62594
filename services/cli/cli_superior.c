/* cli_superior.c - `remind waiting|release|hold|drop`. */
#include "services/cli/cli_superior.h"

#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <stdio.h>
#include <string.h>

#define COLUMNS      9
#define ROWS_MAX     1000
#define ACTION(name) DONDOC__V1__RELEASE_ACTION__RELEASE_##name

/* --- words ----------------------------------------------------------------------------------- */

const char *cli_release_words(enum cli_lang lang, int action, bool by_time)
{
	switch (action) {
	case ACTION(SEND):
		return cli_text(lang, by_time ? TEXT_RELEASED_BY_TIME : TEXT_RELEASED);
	case ACTION(HOLD):
		return cli_text(lang, TEXT_RELEASE_HELD);
	case ACTION(DROP):
		return cli_text(lang, TEXT_RELEASE_DROPPED);
	default:
		return "";
	}
}

void cli_reader_words(enum cli_lang lang, const Dondoc__V1__DigestRow *row, struct dd_buf *out)
{
	if (row->person.len != 16)
		return;
	cli_person_words(&row->person, out);
	if (row->deputy_for.len != 16)
		return;
	dd_buf_printf(out, " (%s ", cli_text(lang, TEXT_DEPUTY_FOR));
	cli_person_words(&row->deputy_for, out);
	dd_buf_text(out, ")");
}

/* --- what waits ------------------------------------------------------------------------------ */

static int ask_waiting(struct cli *cli, char *unit, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	list.unit = unit;
	list.state = DONDOC__V1__DIGEST_STATE__DIGEST_HELD;
	list.limit = ROWS_MAX;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	return cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_DIGESTS, reply_out);
}

static void add_row(const struct cli *cli, const Dondoc__V1__DigestRow *row,
		    struct cli_table *table)
{
	struct dd_buf reader = {0};
	char time[DD_TIME_TEXT], hex[2 * DD_HASH_LEN + 1] = "";

	cli_reader_words(cli->lang, row, &reader);
	if (row->digest.len == DD_HASH_LEN)
		dd_hex(row->digest.data, row->digest.len, hex);
	if (cli->format != CLI_CSV)
		hex[CLI_HASH_SHORT] = '\0';
	cli_table_number(table, (long long)row->sequence);
	cli_table_cell(table, dd_time_local(row->planned_us, time));
	cli_table_cell(table, row->unit);
	cli_table_cell(table, row->unit_name);
	cli_table_cell(table, dd_buf_cstr(&reader));
	cli_table_cell(table, row->plan);
	cli_table_number(table, row->intents);
	cli_table_cell(table, row->release_reason);
	cli_table_cell(table, hex);
	dd_buf_fini(&reader);
}

static void print_waiting(const struct cli *cli, const Dondoc__V1__DigestList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_WAITING_SINCE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_READER), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_HELD_WHY), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_MESSAGE), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_found(cli, table, list->n_rows, TEXT_NOTHING_WAITS);
	if (list->n_rows > 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_WAITING_HOW, NULL);
	if (list->rows_cut)
		cli_complain(cli, TEXT_DIGESTS_CUT, NULL);
}

int cli_remind_waiting(struct cli *cli)
{
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	if (rc == 0)
		rc = ask_waiting(cli, cli_option_text(cli, CLI_OPT_UNIT), &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->digests->base);
	else
		print_waiting(cli, reply->answer->digests);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- deciding -------------------------------------------------------------------------------- */

/* The waiting report that a word names, and the plan that it is about. */
static int find_waiting(struct cli *cli, const char *word, uint8_t digest_out[DD_HASH_LEN],
			char plan_out[32])
{
	Dondoc__V1__Reply *reply;
	struct cli_named named;
	bool found = false;
	int rc;

	if (cli_parse_named(word, &named) != 0)
		return cli_misused(cli, TEXT_BAD_NAMED, word, NULL);
	rc = ask_waiting(cli, (char *)"", &reply);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < reply->answer->digests->n_rows && !found; i++) {
		const Dondoc__V1__DigestRow *row = reply->answer->digests->rows[i];

		found = row->digest.len == DD_HASH_LEN &&
			((named.sequence != 0 && named.sequence == row->sequence) ||
			 cli_names_hash(&named, row->digest.data, row->digest.len));
		if (found) {
			memcpy(digest_out, row->digest.data, DD_HASH_LEN);
			(void)snprintf(plan_out, 32, "%s", row->plan);
		}
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (found)
		return 0;
	cli_complain(cli, TEXT_NOT_WAITING, word, NULL);
	return CLI_NOT_FOUND;
}

static int decide(struct cli *cli, Dondoc__V1__ReleaseAction action)
{
	Dondoc__V1__ReleaseDigest release = DONDOC__V1__RELEASE_DIGEST__INIT;
	struct cli_work work = {0};
	uint8_t digest[DD_HASH_LEN];
	char plan[32] = "";
	int rc = cli_work_start(cli, &work);

	if (rc == 0)
		rc = find_waiting(cli, cli_word(cli, 0), digest, plan);
	release.digest = (ProtobufCBinaryData){.data = digest, .len = sizeof(digest)};
	release.action = action;
	release.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_DIGEST;
	work.body.release_digest = &release;
	return cli_work_as_assigner(cli, &work, rc, plan);
}

int cli_remind_release(struct cli *cli)
{
	return decide(cli, ACTION(SEND));
}

int cli_remind_hold(struct cli *cli)
{
	return decide(cli, ACTION(HOLD));
}

int cli_remind_drop(struct cli *cli)
{
	return decide(cli, ACTION(DROP));
}
