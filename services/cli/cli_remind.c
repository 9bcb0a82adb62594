/* cli_remind.c - `remind preview`, `remind log`, `remind show`: questions about reminders. What is
 * to come is simulated by the notification service; what was sent is in task's view of the log. */
#include "common/base/id.h"
#include "services/cli/cli.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_rules.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <string.h>

#define PREVIEW_PATIENCE_MS 60000 /* a year of days over a plan of thousands of tasks */
#define CODES_PATIENCE_MS   2000
#define ROWS                100
#define ROWS_MAX            1000

static char *option_text(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

static int read_period(const struct cli *cli, int32_t *from_out, int32_t *to_out)
{
	int rc = cli_day_option(cli, CLI_OPT_FROM, from_out);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_TO, to_out);
	if (rc == 0 && *from_out && *to_out && *from_out > *to_out)
		rc = cli_misused(cli, TEXT_BAD_PERIOD, NULL);
	return rc;
}

/* --- preview ---------------------------------------------------------------------------------- */

/* Days that are not given are the service's to choose: today by its clock, and a month on. */
static int read_preview(const struct cli *cli, Dondoc__V1__PreviewReminders *preview)
{
	preview->unit = option_text(cli, CLI_OPT_UNIT);
	preview->plan = option_text(cli, CLI_OPT_PLAN);
	return read_period(cli, &preview->from_day, &preview->to_day);
}

/* Codes are known to the task service. Where it listens follows from the run folder only. */
static void fetch_preview_codes(struct cli *cli, const Dondoc__V1__Preview *preview,
				struct cli_codes *codes)
{
	const char *given = cli->args.value[CLI_OPT_ENDPOINT];

	for (size_t i = 0; i < preview->n_rows; i++) {
		for (size_t k = 0; k < preview->rows[i]->n_intents; k++)
			cli_codes_add(codes, preview->rows[i]->intents[k]->task);
	}
	if (codes->len == 0)
		return;
	if ((given && strstr(given, "://")) || cli_connect_to(cli, "task") != 0) {
		cli_complain(cli, TEXT_CODES_UNKNOWN, NULL);
		return;
	}
	if (cli->wait_ms == 0)
		dd_client_set_patience(cli->client, CODES_PATIENCE_MS);
	cli_codes_fetch(cli, codes, !cli->args.value[CLI_OPT_PLAN]);
}

static int show_preview(struct cli *cli, Dondoc__V1__PreviewReminders *preview, int rc)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct cli_codes codes = {0};
	Dondoc__V1__Reply *reply;

	if (rc != 0)
		return rc;
	if (cli->wait_ms == 0)
		dd_client_set_patience(cli->client, PREVIEW_PATIENCE_MS);
	query.what_case = DONDOC__V1__QUERY__WHAT_PREVIEW_REMINDERS;
	query.preview_reminders = preview;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PREVIEW);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->preview->base);
	} else {
		fetch_preview_codes(cli, reply->answer->preview, &codes);
		cli_print_preview(cli, reply->answer->preview, &codes);
	}
	cli_codes_fini(&codes);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

int cli_remind_preview(struct cli *cli)
{
	Dondoc__V1__PreviewReminders preview = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	int rc = read_preview(cli, &preview);

	return show_preview(cli, &preview, rc == 0 ? cli_connect(cli, "notification") : rc);
}

int cli_remind_preview_changed(struct cli *cli, Dondoc__V1__ReminderRule *rule)
{
	Dondoc__V1__PreviewReminders preview = DONDOC__V1__PREVIEW_REMINDERS__INIT;

	preview.plan = rule->scope != NULL ? rule->scope->plan : (char *)"";
	preview.changed = &rule;
	preview.n_changed = 1;
	return show_preview(cli, &preview, cli_connect_to(cli, "notification"));
}

/* --- log -------------------------------------------------------------------------------------- */

static int read_log(const struct cli *cli, Dondoc__V1__ListDigests *list)
{
	const char *state = cli->args.value[CLI_OPT_STATE];
	uint64_t limit;
	int rc = read_period(cli, &list->from_day, &list->to_day);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);
	if (rc != 0)
		return rc;
	if (state && cli_parse_digest_state(state, &list->state) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "--state", state, NULL);
	list->limit = (uint32_t)limit;
	list->unit = option_text(cli, CLI_OPT_UNIT);
	return 0;
}

static int find_task_id(struct cli *cli, uint64_t *id_out)
{
	const char *word = cli->args.value[CLI_OPT_TASK];
	Dondoc__V1__Reply *reply;
	int rc = word ? cli_find_task(cli, word, 1, &reply) : 0;

	*id_out = 0;
	if (!word || rc != 0)
		return rc;
	*id_out = reply->answer->task->task->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int list_digests(struct cli *cli, Dondoc__V1__ListDigests *list,
			Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = list;
	rc = cli_query(cli, &query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_DIGESTS) : rc;
}

int cli_remind_log(struct cli *cli)
{
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = read_log(cli, &list);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = find_task_id(cli, &list.task);
	if (rc == 0)
		rc = list_digests(cli, &list, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->digests->base);
	else
		cli_print_digests(cli, reply->answer->digests, cli->args.value[CLI_OPT_TASK],
				  list.to_day);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- show ------------------------------------------------------------------------------------- */

static bool is_named(const struct cli_named *named, const Dondoc__V1__DigestRow *row)
{
	return (named->sequence && named->sequence == row->sequence) ||
	       cli_names_hash(named, row->digest.data, row->digest.len);
}

/* The whole hash of the message, looked up among the latest if it must be. */
int cli_find_digest(struct cli *cli, const char *word, uint8_t digest_out[DD_HASH_LEN])
{
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	const Dondoc__V1__DigestRow *found = NULL;
	Dondoc__V1__Reply *reply;
	struct cli_named named;
	int rc;

	if (cli_parse_named(word, &named) != 0)
		return cli_misused(cli, TEXT_BAD_NAMED, word, NULL);
	if (strlen(named.hash) == 2 * (size_t)DD_HASH_LEN)
		return dd_hex_parse(named.hash, digest_out, DD_HASH_LEN) == 0 ? 0 : CLI_INTERNAL;
	list.limit = ROWS_MAX;
	rc = list_digests(cli, &list, &reply);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < reply->answer->digests->n_rows && !found; i++) {
		const Dondoc__V1__DigestRow *row = reply->answer->digests->rows[i];

		if (row->digest.len == DD_HASH_LEN && is_named(&named, row))
			found = row;
	}
	if (found) {
		memcpy(digest_out, found->digest.data, DD_HASH_LEN);
	} else {
		cli_complain(cli, TEXT_NO_SUCH_NAMED, word, "1000", NULL);
		rc = CLI_NOT_FOUND;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static int ask_digest(struct cli *cli, uint8_t digest[DD_HASH_LEN], Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowDigest show = DONDOC__V1__SHOW_DIGEST__INIT;
	int rc;

	show.digest.data = digest;
	show.digest.len = DD_HASH_LEN;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_DIGEST;
	query.show_digest = &show;
	rc = cli_query(cli, &query, reply_out);
	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_DIGEST);
	if (rc == 0 && !(*reply_out)->answer->digest->row) {
		dondoc__v1__reply__free_unpacked(*reply_out, NULL);
		cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
		rc = CLI_INTERNAL;
	}
	return rc;
}

int cli_remind_show(struct cli *cli)
{
	const Dondoc__V1__DigestDetail *detail;
	uint8_t digest[DD_HASH_LEN];
	struct cli_codes codes = {0};
	Dondoc__V1__Reply *reply;
	int rc = cli->format == CLI_CSV ? cli_misused(cli, TEXT_NO_CSV, NULL) : 0;

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_find_digest(cli, cli_word(cli, 0), digest);
	if (rc == 0)
		rc = ask_digest(cli, digest, &reply);
	if (rc != 0)
		return rc;
	detail = reply->answer->digest;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &detail->base);
	} else {
		for (size_t i = 0; detail->plan && i < detail->plan->n_intents; i++)
			cli_codes_add(&codes, detail->plan->intents[i]->task);
		cli_codes_fetch(cli, &codes, true);
		cli_print_digest(cli, detail, &codes);
	}
	cli_codes_fini(&codes);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
