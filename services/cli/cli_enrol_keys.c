/* cli_enrol_keys.c - `office keys` and `office revoke`. */
#include "common/base/clock.h"
#include "services/cli/cli_enrol.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"

#define STATE(name) DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_##name
#define KEY_PREFIX  8 /* digits that name a key at least */

static const char *state_words(enum cli_lang lang, int state)
{
	static const struct cli_name names[] = {
		{STATE(INVITED), "mã mời, chưa dùng", "invitation, not used"},
		{STATE(USED), "mã mời, đã dùng", "invitation, used"},
		{STATE(EXPIRED), "mã mời, hết hạn", "invitation, expired"},
		{STATE(VALID), "đang dùng", "valid"},
		{STATE(REPLACED), "khóa cũ, còn nhận", "replaced, still taken"},
		{STATE(ENDED), "khóa cũ, đã hết", "replaced, ended"},
		{STATE(REVOKED), "đã thu hồi", "revoked"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].value == state)
			return lang == CLI_VI ? names[i].vi : names[i].en;
	}
	return "?";
}

static int ask(struct cli *cli, const char *unit, bool with_past, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOfficeKeys list = DONDOC__V1__LIST_OFFICE_KEYS__INIT;
	int rc;

	list.unit = (char *)unit; /* packed, not changed */
	list.with_past = with_past;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OFFICE_KEYS;
	query.list_office_keys = &list;
	rc = cli_query(cli, &query, reply_out);
	return rc != 0 ? rc
		       : cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_OFFICE_KEYS);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void add_row(const struct cli *cli, const Dondoc__V1__OfficeKeyRow *row,
		    struct cli_table *table)
{
	char since[DD_TIME_TEXT], until[DD_TIME_TEXT], id[17];
	const char *label = row->label;

	cli_table_cell(table, row->unit);
	cli_table_cell(table, cli_key_id(&row->id, id));
	cli_table_cell(table, state_words(cli->lang, (int)row->state));
	cli_table_cell(table, row->since_us ? dd_time_local(row->since_us, since) : "");
	cli_table_cell(table, row->until_us ? dd_time_local(row->until_us, until) : "");
	if (row->by_file && label[0] == '\0')
		label = cli_text(cli->lang, TEXT_KEY_BY_FILE);
	cli_table_cell(table, label);
	cli_table_cell(table, row->build);
	cli_table_cell(table, row->reason);
	cli_table_number(table, (long long)(row->ended_by ? row->ended_by : row->sequence));
}

static void print_keys(const struct cli *cli, const Dondoc__V1__OfficeKeys *keys)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_KEY), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_KEY_SINCE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_KEY_UNTIL), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_MACHINE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_BUILD), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_EVENT), false, true, 0},
	};
	struct cli_table *table = cli_table_new(columns, 9);

	for (size_t i = 0; i < keys->n_rows; i++)
		add_row(cli, keys->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_office_keys(struct cli *cli)
{
	const char *unit = cli_word(cli, 0);
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	if (rc == 0)
		rc = ask(cli, unit ? unit : "", cli->args.value[CLI_OPT_ALL] != NULL, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->office_keys->base);
	else
		print_keys(cli, reply->answer->office_keys);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- revoking -------------------------------------------------------------------------------- */

static bool opens(const Dondoc__V1__OfficeKeyRow *row)
{
	return row->state != STATE(REVOKED) && row->state != STATE(ENDED) &&
	       row->state != STATE(EXPIRED);
}

static bool is_named(const Dondoc__V1__OfficeKeyRow *row, const char *word)
{
	char id[17], text[41];
	size_t len = strlen(word);

	return (len >= KEY_PREFIX && strncmp(cli_key_id(&row->id, id), word, len) == 0) ||
	       strcmp(cli_key_text(&row->key, text), word) == 0;
}

/* The unit's open keys, or the one that the word names. */
static int choose(const struct cli *cli, const char *word, const Dondoc__V1__OfficeKeys *keys,
		  Dondoc__V1__RevokeOffice *revoke)
{
	const Dondoc__V1__OfficeKeyRow *one = NULL;

	for (size_t i = 0; i < keys->n_rows; i++) {
		Dondoc__V1__OfficeKeyRow *row = keys->rows[i];

		if (strcmp(row->unit, word) == 0 && opens(row)) {
			revoke->unit = row->unit;
			revoke->keys[revoke->n_keys++] = row->key;
		}
		if (!is_named(row, word))
			continue;
		if (one != NULL) {
			cli_complain(cli, TEXT_MANY_KEYS, word, NULL);
			return CLI_NOT_FOUND;
		}
		one = row;
	}
	if (revoke->n_keys == 0 && one != NULL) {
		revoke->unit = one->unit;
		revoke->keys[revoke->n_keys++] = one->key;
	}
	if (revoke->n_keys > 0)
		return 0;
	cli_complain(cli, TEXT_NO_SUCH_KEY, word, NULL);
	return CLI_NOT_FOUND;
}

static int tell_revoked(const struct cli *cli, const Dondoc__V1__SubmitReply *reply, size_t count)
{
	char number[24];
	int rc = cli_outcome(cli, reply);

	if (rc != CLI_DONE || cli->format == CLI_JSON)
		return rc;
	snprintf(number, sizeof(number), "%zu", count);
	cli_say(cli, TEXT_REVOKED_KEYS, number, NULL);
	return rc;
}

/* Where the word may be found: the keys of the unit of that name, which come whole however many the
 * centre knows of others; else all of them. */
static int ask_for_word(struct cli *cli, const char *word, Dondoc__V1__Reply **listed_out)
{
	int rc = ask(cli, word, true, listed_out);

	if (rc != 0 || (*listed_out)->answer->office_keys->n_rows > 0)
		return rc;
	dondoc__v1__reply__free_unpacked(*listed_out, NULL);
	*listed_out = NULL;
	return ask(cli, "", true, listed_out);
}

int cli_office_revoke(struct cli *cli)
{
	Dondoc__V1__RevokeOffice revoke = DONDOC__V1__REVOKE_OFFICE__INIT;
	struct cli_work work = {0};
	Dondoc__V1__Reply *listed = NULL, *reply;
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = ask_for_word(cli, cli_word(cli, 0), &listed);
	if (rc != 0)
		return rc;
	revoke.keys = dd_alloc((listed->answer->office_keys->n_rows + 1) * sizeof(*revoke.keys));
	revoke.reason = (char *)reason; /* packed, not changed */
	rc = choose(cli, cli_word(cli, 0), listed->answer->office_keys, &revoke);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REVOKE_OFFICE;
	work.body.revoke_office = &revoke;
	if (rc == 0)
		rc = cli_submit(cli, &work.body, cli_setting_unit(cli), &reply);
	else
		reply = NULL;
	if (rc == 0) {
		rc = tell_revoked(cli, reply->submit, revoke.n_keys);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	free(revoke.keys);
	dondoc__v1__reply__free_unpacked(listed, NULL);
	return rc;
}
