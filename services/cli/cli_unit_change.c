/* cli_unit_change.c - `unit rename`, `merge`, `split`, `abolish`: units that change on a day. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_work.h"
#include <stdlib.h>
#include <string.h>

#define HEIRS_MAX       200
#define MOVES_MAX       1000
#define LIST_BYTES_MAX  (1u << 20)
#define MOVES_BYTES_MAX (2u << 20)

/* A change under way. */
struct changing {
	struct cli_work work;
	Dondoc__V1__ChangeUnits change;
	Dondoc__V1__UnitFields heirs[HEIRS_MAX], *heir_rows[HEIRS_MAX];
	Dondoc__V1__TaskMove *moves, **move_rows; /* owned */
	char *from[CLI_WORDS_MAX];
	char *copy, **words; /* owned; of --heirs */
	char *list;          /* owned; the text of --list */
	uint8_t hash[32];    /* of the file of --moves */
};

static int start(struct cli *cli, struct changing *changing, Dondoc__V1__UnitChangeKind kind)
{
	Dondoc__V1__ChangeUnits *change = &changing->change;
	int rc;

	memset(changing, 0, sizeof(*changing));
	dondoc__v1__change_units__init(change);
	change->kind = kind;
	change->from = changing->from;
	change->to = changing->heir_rows;
	for (int i = 0; i < CLI_WORDS_MAX && cli_word(cli, i); i++)
		changing->from[change->n_from++] = (char *)cli_word(cli, i);
	change->reason = cli_option_text(cli, CLI_OPT_REASON);
	change->default_to = cli_option_text(cli, CLI_OPT_REST_TO);
	change->dry_run = cli->args.value[CLI_OPT_DRY_RUN] != NULL;
	rc = cli_work_start(cli, &changing->work);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &change->day);
	if (rc == 0 && change->day == 0)
		rc = cli_misused(cli, TEXT_OPTION_MISSING, cli_options[CLI_OPT_BEGIN].name, NULL);
	if (rc == 0)
		rc = cli_work_document(cli, &changing->work, &change->document);
	return rc;
}

static void add_heir(struct changing *changing, char *code, char *name)
{
	Dondoc__V1__UnitFields *heir = &changing->heirs[changing->change.n_to];

	dondoc__v1__unit_fields__init(heir);
	heir->code = code;
	heir->name = name;
	changing->heir_rows[changing->change.n_to++] = heir;
}

/* --- the list of tasks ----------------------------------------------------------------------- */

static int bad_line(const struct cli *cli, const char *line)
{
	return cli_misused(cli, TEXT_BAD_VALUE, "--list", line, NULL);
}

/* One line "task,unit": the task by code, PLAN/CODE or #id. */
static int read_move(struct cli *cli, char *line, Dondoc__V1__TaskMove *move)
{
	char *comma = strrchr(line, ',');
	Dondoc__V1__Reply *reply;
	int rc;

	if (!comma || !comma[1])
		return bad_line(cli, line);
	*comma = '\0';
	rc = cli_find_task(cli, line, 1, &reply);
	if (rc != 0)
		return rc;
	dondoc__v1__task_move__init(move);
	move->task = reply->answer->task->task->id;
	move->to_unit = comma + 1;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int read_list(struct cli *cli, struct changing *changing)
{
	const char *path = cli->args.value[CLI_OPT_LIST];
	Dondoc__V1__ChangeUnits *change = &changing->change;
	struct dd_buf text = {0};
	struct dd_error err;
	char *at;
	int rc;

	if (!path)
		return 0;
	if (dd_file_read(path, LIST_BYTES_MAX, &text, &err) != 0) {
		dd_buf_fini(&text);
		return cli_failed(cli, &err);
	}
	changing->list = dd_strdup((const char *)dd_buf_cstr(&text));
	dd_buf_fini(&text);
	changing->moves = dd_alloc(MOVES_MAX * sizeof(*changing->moves));
	changing->move_rows = dd_alloc(MOVES_MAX * sizeof(*changing->move_rows));
	change->moves = changing->move_rows;
	at = changing->list;
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	for (char *line = strtok(at, "\r\n"); line; line = strtok(NULL, "\r\n")) {
		if (strcmp(line, "task,unit") == 0)
			continue; /* a heading */
		if (change->n_moves == MOVES_MAX)
			return bad_line(cli, line);
		rc = read_move(cli, line, &changing->moves[change->n_moves]);
		if (rc != 0)
			return rc;
		change->moves[change->n_moves] = &changing->moves[change->n_moves];
		change->n_moves++;
	}
	return 0;
}

/* The list goes up as it is: the service reads it, and tells each row that is wrong. */
static int send_moves(struct cli *cli, struct changing *changing)
{
	const char *path = cli->args.value[CLI_OPT_MOVES];
	struct dd_buf content = {0};
	struct dd_error err;
	int rc;

	if (!path)
		return 0;
	if (cli->args.value[CLI_OPT_LIST])
		return cli_misused(cli, TEXT_BAD_VALUE, "--list", "--moves", NULL);
	rc = dd_file_read(path, MOVES_BYTES_MAX, &content, &err);
	if (rc != 0) {
		rc = cli_failed(cli, &err);
	} else if (dd_client_put_file(cli->client, content.data, content.len, changing->hash,
				      &err) != 0) {
		rc = cli_call_failed(cli, &err, false);
	}
	changing->change.moves_file =
		(ProtobufCBinaryData){.data = changing->hash, .len = sizeof(changing->hash)};
	dd_buf_fini(&content);
	return rc;
}

/* --- sending --------------------------------------------------------------------------------- */

/* A trial: the service has judged everything, and says how many tasks would move. */
static int tell_trial(struct cli *cli, const Dondoc__V1__SubmitReply *reply)
{
	const Dondoc__V1__Refusal *refusal = reply->refusal;

	if (reply->outcome != DONDOC__V1__OUTCOME__OUTCOME_REFUSED || !refusal ||
	    refusal->code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO ||
	    refusal->n_arguments < 2 || strcmp(refusal->arguments[0], "dry_run") != 0)
		return cli_outcome(cli, reply);
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->base);
	else
		cli_say(cli, TEXT_UNITS_WOULD_MOVE, refusal->arguments[1], NULL);
	return CLI_DONE;
}

static int finish(struct cli *cli, struct changing *changing, int rc)
{
	Dondoc__V1__Reply *reply;

	changing->work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_UNITS;
	changing->work.body.change_units = &changing->change;
	if (rc == 0)
		rc = cli_submit(cli, &changing->work.body, cli_setting_unit(cli), &reply);
	if (rc == 0) {
		if (cli->format != CLI_JSON && reply->submit->n_rows > 0)
			cli_print_rows(cli, reply->submit);
		rc = changing->change.dry_run ? tell_trial(cli, reply->submit)
					      : cli_outcome(cli, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	free(changing->moves);
	free(changing->move_rows);
	free(changing->words);
	free(changing->copy);
	free(changing->list);
	return rc;
}

int cli_unit_rename(struct cli *cli)
{
	struct changing changing;
	int rc = start(cli, &changing, DONDOC__V1__UNIT_CHANGE_KIND__UNIT_RENAMED);

	add_heir(&changing, (char *)cli_word(cli, 0), cli_option_text(cli, CLI_OPT_UNIT_NAME));
	if (rc == 0 && !cli->args.value[CLI_OPT_UNIT_NAME])
		rc = cli_misused(cli, TEXT_OPTION_MISSING, cli_options[CLI_OPT_UNIT_NAME].name,
				 NULL);
	return finish(cli, &changing, rc);
}

static void take_heir(const struct cli *cli, struct changing *changing)
{
	add_heir(changing, cli_option_text(cli, CLI_OPT_TO),
		 cli_option_text(cli, CLI_OPT_UNIT_NAME));
	changing->heirs[0].kind = cli_option_text(cli, CLI_OPT_UNIT_KIND);
	changing->heirs[0].parent = cli_option_text(cli, CLI_OPT_UNDER);
	changing->heirs[0].official_id = cli_option_text(cli, CLI_OPT_OFFICIAL_ID);
}

int cli_unit_merge(struct cli *cli)
{
	struct changing changing;
	int rc = start(cli, &changing, DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED);

	take_heir(cli, &changing);
	if (rc == 0 && !cli->args.value[CLI_OPT_TO])
		rc = cli_misused(cli, TEXT_OPTION_MISSING, cli_options[CLI_OPT_TO].name, NULL);
	return finish(cli, &changing, rc);
}

/* --heirs "CODE=Name; CODE": a name where the unit is new. */
static void take_heirs(const struct cli *cli, struct changing *changing)
{
	size_t count;

	changing->words = cli_split(cli->args.value[CLI_OPT_HEIRS], &changing->copy, &count);
	for (size_t i = 0; i < count && i < HEIRS_MAX; i++) {
		char *name = strchr(changing->words[i], '=');

		if (name)
			*name++ = '\0';
		add_heir(changing, changing->words[i], name ? name : (char *)"");
	}
}

int cli_unit_split(struct cli *cli)
{
	struct changing changing;
	int rc = start(cli, &changing, DONDOC__V1__UNIT_CHANGE_KIND__UNIT_SPLIT);

	take_heirs(cli, &changing);
	if (rc == 0)
		rc = read_list(cli, &changing);
	if (rc == 0)
		rc = send_moves(cli, &changing);
	return finish(cli, &changing, rc);
}

int cli_unit_abolish(struct cli *cli)
{
	struct changing changing;
	int rc = start(cli, &changing, DONDOC__V1__UNIT_CHANGE_KIND__UNIT_ABOLISHED);

	if (cli->args.value[CLI_OPT_TO])
		take_heir(cli, &changing);
	else
		take_heirs(cli, &changing);
	if (rc == 0)
		rc = read_list(cli, &changing);
	if (rc == 0)
		rc = send_moves(cli, &changing);
	return finish(cli, &changing, rc);
}

int cli_unit_withdraw(struct cli *cli)
{
	Dondoc__V1__WithdrawUnitsChange withdraw = DONDOC__V1__WITHDRAW_UNITS_CHANGE__INIT;
	struct cli_work work = {0};
	int rc = cli_record_word(cli, cli_word(cli, 0), &withdraw.change);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	withdraw.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_UNITS_CHANGE;
	work.body.withdraw_units_change = &withdraw;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}
