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

static int ask(struct cli *cli, const Dondoc__V1__ListOfficeKeys *filter,
	       Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOfficeKeys list = *filter;
	int rc;

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
	Dondoc__V1__ListOfficeKeys list = DONDOC__V1__LIST_OFFICE_KEYS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	if (cli_word(cli, 0) != NULL)
		list.unit = (char *)cli_word(cli, 0); /* packed, not changed */
	list.with_past = cli->args.value[CLI_OPT_ALL] != NULL;
	if (rc == 0)
		rc = ask(cli, &list, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->office_keys->base);
	else
		print_keys(cli, reply->answer->office_keys);
	if (reply->answer->office_keys->rows_cut)
		cli_complain(cli, TEXT_KEYS_CUT, NULL);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- revoking -------------------------------------------------------------------------------- */

/* What is known before it is revoked. */
struct revoking {
	struct cli *cli;
	const char *word;          /* a unit, or a key */
	Dondoc__V1__Reply *listed; /* owned: the unit's keys, with those that are over */
	const Dondoc__V1__OfficeKeys *keys;
	Dondoc__V1__RevokeOffice cmd;
};

static bool opens(const Dondoc__V1__OfficeKeyRow *row)
{
	return row->state != STATE(REVOKED) && (row->until_us == 0 || row->until_us > dd_wall_us());
}

static bool is_named(const Dondoc__V1__OfficeKeyRow *row, const char *word)
{
	char id[17], text[41];
	size_t len = strlen(word);

	return (len >= KEY_PREFIX && strncmp(cli_key_id(&row->id, id), word, len) == 0) ||
	       strcmp(cli_key_text(&row->key, text), word) == 0;
}

static const Dondoc__V1__OfficeKeyRow *row_of(const struct revoking *revoking,
					      const ProtobufCBinaryData *key)
{
	for (size_t i = 0; i < revoking->keys->n_rows; i++) {
		const Dondoc__V1__OfficeKeyRow *row = revoking->keys->rows[i];

		if (key->len > 0 && row->key.len == key->len &&
		    memcmp(row->key.data, key->data, key->len) == 0)
			return row;
	}
	return NULL;
}

/* The keys made from it, one by one: NULL after the last. */
static const Dondoc__V1__OfficeKeyRow *next_of(const struct revoking *revoking,
					       const Dondoc__V1__OfficeKeyRow *row)
{
	const Dondoc__V1__OfficeKeyRow *next = row_of(revoking, &row->successor);

	/* Each is younger than the one before: nothing goes in a circle. */
	return next != NULL && next->sequence > row->sequence ? next : NULL;
}

static int ask_again(struct revoking *revoking, const Dondoc__V1__ListOfficeKeys *list)
{
	int rc;

	dondoc__v1__reply__free_unpacked(revoking->listed, NULL);
	revoking->listed = NULL;
	rc = ask(revoking->cli, list, &revoking->listed);
	if (rc == 0)
		revoking->keys = revoking->listed->answer->office_keys;
	return rc;
}

/* The one key that the word names, among what was answered. */
static int one_named(const struct revoking *revoking, const Dondoc__V1__OfficeKeyRow **one_out)
{
	*one_out = NULL;
	for (size_t i = 0; i < revoking->keys->n_rows; i++) {
		if (!is_named(revoking->keys->rows[i], revoking->word))
			continue;
		if (*one_out != NULL) {
			cli_complain(revoking->cli, TEXT_MANY_KEYS, revoking->word, NULL);
			return CLI_NOT_FOUND;
		}
		*one_out = revoking->keys->rows[i];
	}
	if (*one_out != NULL)
		return 0;
	cli_complain(revoking->cli, TEXT_NO_SUCH_KEY, revoking->word, NULL);
	return CLI_NOT_FOUND;
}

/* The word is a key: find it among all, then all of its unit. */
static int choose_key(struct revoking *revoking)
{
	Dondoc__V1__ListOfficeKeys list = DONDOC__V1__LIST_OFFICE_KEYS__INIT;
	const Dondoc__V1__OfficeKeyRow *one;
	char *unit;
	int rc;

	list.name = (char *)revoking->word; /* packed, not changed */
	list.with_past = true;
	rc = ask_again(revoking, &list);
	if (rc == 0)
		rc = one_named(revoking, &one);
	if (rc != 0)
		return rc;
	unit = dd_strdup(one->unit);
	list.name = (char *)protobuf_c_empty_string;
	list.unit = unit;
	rc = ask_again(revoking, &list);
	if (rc == 0)
		rc = one_named(revoking, &one);
	if (rc == 0) {
		revoking->cmd.unit = one->unit;
		revoking->cmd.keys = dd_alloc(sizeof(*revoking->cmd.keys));
		revoking->cmd.keys[revoking->cmd.n_keys++] = one->key;
	}
	free(unit);
	return rc;
}

/* The unit's open keys, or the key that the word names. */
static int choose(struct revoking *revoking)
{
	Dondoc__V1__ListOfficeKeys list = DONDOC__V1__LIST_OFFICE_KEYS__INIT;
	Dondoc__V1__RevokeOffice *cmd = &revoking->cmd;
	int rc;

	list.unit = (char *)revoking->word; /* packed, not changed */
	list.with_past = true;
	rc = ask_again(revoking, &list);
	if (rc != 0)
		return rc;
	if (revoking->keys->n_rows == 0)
		return choose_key(revoking);
	cmd->keys = dd_alloc(revoking->keys->n_rows * sizeof(*cmd->keys));
	for (size_t i = 0; i < revoking->keys->n_rows; i++) {
		cmd->unit = revoking->keys->rows[i]->unit;
		if (opens(revoking->keys->rows[i]))
			cmd->keys[cmd->n_keys++] = revoking->keys->rows[i]->key;
	}
	if (cmd->n_keys > 0)
		return 0;
	cli_complain(revoking->cli, TEXT_NO_SUCH_KEY, revoking->word, NULL);
	return CLI_NOT_FOUND;
}

static bool is_revoked(const Dondoc__V1__RevokeOffice *cmd, const ProtobufCBinaryData *key)
{
	for (size_t i = 0; i < cmd->n_keys; i++) {
		if (cmd->keys[i].len == key->len &&
		    memcmp(cmd->keys[i].data, key->data, key->len) == 0)
			return true;
	}
	return false;
}

/* Those that were named and opened something yet. */
static size_t named_open(const struct revoking *revoking)
{
	size_t count = 0;

	for (size_t i = 0; i < revoking->cmd.n_keys; i++) {
		const Dondoc__V1__OfficeKeyRow *row = row_of(revoking, &revoking->cmd.keys[i]);

		count += row != NULL && opens(row);
	}
	return count;
}

/* Of those made from the keys that were named: how many are good; told, if they stay so. */
static size_t made_from(const struct revoking *revoking, bool told)
{
	const struct cli *cli = revoking->cli;
	char id[17], since[DD_TIME_TEXT];
	size_t count = 0;

	for (size_t i = 0; i < revoking->cmd.n_keys; i++) {
		const Dondoc__V1__OfficeKeyRow *row = row_of(revoking, &revoking->cmd.keys[i]);

		while (row != NULL && (row = next_of(revoking, row)) != NULL) {
			if (!opens(row) || is_revoked(&revoking->cmd, &row->key))
				continue;
			count++;
			if (told)
				cli_say(cli, TEXT_KEY_LEFT, cli_key_id(&row->id, id),
					dd_time_local(row->since_us, since),
					state_words(cli->lang, (int)row->state), NULL);
		}
	}
	return count;
}

static int tell_revoked(const struct revoking *revoking, const Dondoc__V1__SubmitReply *reply)
{
	const struct cli *cli = revoking->cli;
	bool all = revoking->cmd.with_successors;
	size_t count = named_open(revoking);
	char number[24];
	int rc = cli_outcome(cli, reply);

	if (cli->format == CLI_JSON)
		return rc;
	if (rc == CLI_DONE) {
		snprintf(number, sizeof(number), "%zu",
			 count + (all ? made_from(revoking, false) : 0));
		cli_say(cli, TEXT_REVOKED_KEYS, number, NULL);
	}
	/* Also where the key itself was over already. */
	if (!all && made_from(revoking, true) > 0)
		cli_say(cli, TEXT_KEY_LEFT_NEXT, revoking->word, NULL);
	return rc;
}

int cli_office_revoke(struct cli *cli)
{
	struct revoking revoking = {.cli = cli, .word = cli_word(cli, 0)};
	struct cli_work work = {0};
	Dondoc__V1__Reply *reply = NULL;
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc != 0)
		return rc;
	dondoc__v1__revoke_office__init(&revoking.cmd);
	rc = choose(&revoking);
	revoking.cmd.reason = (char *)reason; /* packed, not changed */
	revoking.cmd.with_successors = cli->args.value[CLI_OPT_WITH_SUCCESSORS] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REVOKE_OFFICE;
	work.body.revoke_office = &revoking.cmd;
	if (rc == 0)
		rc = cli_submit(cli, &work.body, cli_setting_unit(cli), &reply);
	if (rc == 0) {
		rc = tell_revoked(&revoking, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	free(revoking.cmd.keys);
	dondoc__v1__reply__free_unpacked(revoking.listed, NULL);
	return rc;
}
