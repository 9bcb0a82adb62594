/* cli_sheet_send.c - `sheet send`: a filled sheet becomes commands, and every row gets its answer.
 */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/sheet/sheet.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_report.h"
#include "services/cli/cli_sheet.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MODE    0666 /* the person's own mask decides */
#define HISTORY_LOOK 20
#define NAMES_MAX    1000

struct sending {
	struct cli *cli;
	const char *path;
	struct dd_sheet *sheet;    /* owned */
	Dondoc__V1__Reply *status; /* owned */
	Dondoc__V1__Actor actor;
	uint8_t person[DD_ID_LEN];
	bool silent; /* nobody answered: the rest is not tried */
	bool trial;
};

/* --- sending -----------------------------------------------------------------------------------
 */

/* Whether the report's values were put aside because somebody else had set others. */
static bool history_conflicts(const Dondoc__V1__TaskDetail *task, uint64_t sequence)
{
	bool conflict = false;

	for (size_t i = 0; i < task->n_history; i++) {
		const Dondoc__V1__HistoryRow *row = task->history[i];
		Dondoc__V1__ProgressReported *said;

		if (row->sequence != sequence)
			continue;
		said = dondoc__v1__progress_reported__unpack(NULL, row->body.len, row->body.data);
		conflict = said && (said->percent_conflicts || said->step_conflicts);
		dondoc__v1__progress_reported__free_unpacked(said, NULL);
	}
	return conflict;
}

static bool conflicts(struct sending *sending, const struct dd_sheet_command *command,
		      const Dondoc__V1__SubmitReply *reply)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Reply *shown = NULL;
	struct dd_error err;
	bool conflict = false;

	if (command->body.action_case != DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS ||
	    reply->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED || reply->held ||
	    !reply->receipt)
		return false;
	show.task = command->task;
	show.history_limit = HISTORY_LOOK;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	if (dd_client_query(sending->cli->client, &query, reply->receipt->sequence, &shown, &err) !=
	    DD_OK)
		return false;
	if (shown->answer && shown->answer->what_case == DONDOC__V1__ANSWER__WHAT_TASK)
		conflict = history_conflicts(shown->answer->task, reply->receipt->sequence);
	dondoc__v1__reply__free_unpacked(shown, NULL);
	return conflict;
}

static void send_one(struct sending *sending, struct dd_sheet_row *row,
		     struct dd_sheet_command *command)
{
	int64_t now = cli_fact_time(sending->status->answer->status);
	Dondoc__V1__Reply *reply = NULL;
	uint8_t correlation[DD_ID_LEN], nonce[DD_ID_LEN];
	struct dd_error err;

	dd_id_new(correlation);
	dd_id_new(nonce);
	command->body.actor = &sending->actor;
	command->body.fact_us = now;
	command->body.correlation = (ProtobufCBinaryData){DD_ID_LEN, correlation};
	command->body.nonce = (ProtobufCBinaryData){DD_ID_LEN, nonce};
	if (!sending->silent &&
	    dd_client_command(sending->cli->client, &command->body, &reply, &err) != DD_OK) {
		sending->silent = true;
		(void)cli_call_failed(sending->cli, &err, true);
		reply = NULL;
	}
	dd_sheet_answer(sending->sheet, row, &command->body, reply ? reply->submit : NULL,
			reply && conflicts(sending, command, reply->submit), now);
	if (reply)
		dondoc__v1__reply__free_unpacked(reply, NULL);
}

static void send_rows(struct sending *sending)
{
	for (size_t i = 0; i < sending->sheet->count; i++) {
		struct dd_sheet_command commands[DD_SHEET_SAYS_MAX];
		struct dd_sheet_row *row = &sending->sheet->rows[i];
		size_t count = dd_sheet_commands(sending->sheet, row, commands);

		for (size_t k = 0; k < count; k++)
			send_one(sending, row, &commands[k]);
	}
}

/* --- answers ------------------------------------------------------------------------------------
 */

/* "x.ket-qua-2" gives "x": an answer that was corrected is still the same sheet. */
static size_t stem_of(const char *path, const char *suffix)
{
	size_t len = strlen(path), digits;
	const char *at;

	if (len > 5 && strcasecmp(path + len - 5, ".xlsx") == 0)
		len -= 5;
	for (digits = len; digits > 0 && strchr("0123456789", path[digits - 1]); digits--)
		;
	at = path + (digits > 0 && digits < len && path[digits - 1] == '-' ? digits - 1 : len);
	if ((size_t)(at - path) > strlen(suffix) &&
	    strncmp(at - strlen(suffix), suffix, strlen(suffix)) == 0)
		return (size_t)(at - path) - strlen(suffix);
	return len;
}

char *cli_sheet_answer_name(enum cli_lang lang, const char *path)
{
	const char *suffix = lang == CLI_VI ? ".ket-qua" : ".answer";
	int stem = (int)stem_of(path, suffix);
	struct dd_buf name = {0};

	for (int i = 1; i < NAMES_MAX; i++) {
		dd_buf_clear(&name);
		dd_buf_printf(&name, "%.*s%s", stem, path, suffix);
		if (i > 1)
			dd_buf_printf(&name, "-%d", i);
		dd_buf_text(&name, ".xlsx");
		if (access(dd_buf_cstr(&name), F_OK) != 0)
			break;
	}
	return (char *)name.data;
}

static int write_answer(struct sending *sending, char **path_out)
{
	struct cli *cli = sending->cli;
	const char *given = cli->args.value[CLI_OPT_ANSWER];
	char *path = given ? dd_strdup(given) : cli_sheet_answer_name(cli->lang, sending->path);
	struct dd_buf file = {0};
	struct dd_error err;
	int rc = 0;

	if (dd_sheet_write(sending->sheet, true, &file, &err) != DD_OK ||
	    dd_file_write(path, file.data, file.len, FILE_MODE, &err) != DD_OK)
		rc = cli_failed(cli, &err);
	dd_buf_fini(&file);
	*path_out = path;
	return rc;
}

static const char *fate_word(enum dd_sheet_fate fate)
{
	static const char *const words[DD_SHEET_FATES] = {
		[DD_SHEET_UNTOUCHED] = "empty",   [DD_SHEET_READY] = "ready",
		[DD_SHEET_KNOWN] = "known",       [DD_SHEET_TAKEN] = "taken",
		[DD_SHEET_SAVED] = "saved",       [DD_SHEET_HELD] = "held",
		[DD_SHEET_CONFLICT] = "conflict", [DD_SHEET_UNSENT] = "unsent",
		[DD_SHEET_REFUSED] = "refused",   [DD_SHEET_BAD] = "bad"};

	return words[fate];
}

static size_t filled_rows(const struct dd_sheet *sheet)
{
	size_t count = 0;

	for (size_t i = 0; i < sheet->count; i++)
		count += sheet->rows[i].fate != DD_SHEET_UNTOUCHED;
	return count;
}

static void print_json(struct sending *sending, const char *answer)
{
	Dondoc__V1__SheetAnswers all = DONDOC__V1__SHEET_ANSWERS__INIT;
	struct dd_sheet *sheet = sending->sheet;
	Dondoc__V1__SheetAnswerRow *rows = dd_alloc((sheet->count + 1) * sizeof(*rows));
	Dondoc__V1__SheetAnswerRow **list = dd_alloc((sheet->count + 1) * sizeof(*list));

	for (size_t i = 0; i < sheet->count; i++) {
		Dondoc__V1__SheetAnswerRow *row = &rows[all.n_rows];

		if (sheet->rows[i].fate == DD_SHEET_UNTOUCHED)
			continue;
		dondoc__v1__sheet_answer_row__init(row);
		row->row = sheet->rows[i].number;
		row->code = sheet->rows[i].cell[DD_SHEET_CODE];
		row->task = sheet->rows[i].task;
		row->fate = (char *)fate_word(sheet->rows[i].fate);
		row->words = (char *)dd_buf_cstr(&sheet->rows[i].result);
		list[all.n_rows++] = row;
	}
	all.sheet = (ProtobufCBinaryData){sizeof(sheet->id), sheet->id};
	all.unit = sheet->head->unit;
	all.period = sheet->head->period;
	all.filled_by = sheet->filled_by;
	all.dry_run = sending->trial;
	all.answer_file = (char *)(answer ? answer : "");
	all.rows = list;
	cli_print_json(sending->cli, &all.base);
	free(rows);
	free(list);
}

static void print_table(struct sending *sending)
{
	const struct cli *cli = sending->cli;
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_SHEET_ROW), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SHEET_FATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SHEET_WORDS), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 4);

	for (size_t i = 0; i < sending->sheet->count; i++) {
		struct dd_sheet_row *row = &sending->sheet->rows[i];

		if (row->fate == DD_SHEET_UNTOUCHED)
			continue;
		cli_table_number(table, row->number);
		cli_table_cell(table, row->cell[DD_SHEET_CODE]);
		cli_table_cell(table,
			       dd_sheet_fate_name(cli->lang == CLI_EN ? DD_SHEET_EN : DD_SHEET_VI,
						  row->fate));
		cli_table_cell(table, dd_buf_cstr(&row->result));
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

/* What weighs most: not sent, not readable, refused, in conflict. */
static int exit_code(const struct dd_sheet *sheet)
{
	static const struct {
		enum dd_sheet_fate fate;
		int code;
	} grave[] = {{DD_SHEET_UNSENT, CLI_NO_ANSWER},
		     {DD_SHEET_BAD, CLI_FAULTS},
		     {DD_SHEET_REFUSED, CLI_REFUSED},
		     {DD_SHEET_CONFLICT, CLI_CONFLICT}};

	for (size_t g = 0; g < sizeof(grave) / sizeof(grave[0]); g++) {
		for (size_t i = 0; i < sheet->count; i++) {
			if (sheet->rows[i].fate == grave[g].fate)
				return grave[g].code;
		}
	}
	return CLI_DONE;
}

static int tell(struct sending *sending)
{
	const struct dd_sheet *sheet = sending->sheet;
	struct cli *cli = sending->cli;
	char filled[24], bad[24];
	size_t faults = 0;
	char *answer = NULL;
	int rc = sending->trial ? 0 : write_answer(sending, &answer);

	for (size_t i = 0; i < sheet->count; i++)
		faults += sheet->rows[i].fate == DD_SHEET_BAD;
	snprintf(filled, sizeof(filled), "%zu", filled_rows(sheet));
	snprintf(bad, sizeof(bad), "%zu", faults);
	if (cli->format == CLI_JSON)
		print_json(sending, rc == 0 ? answer : NULL);
	else
		print_table(sending);
	if (cli->format == CLI_TABLE && sending->trial)
		cli_say(cli, TEXT_SHEET_CHECKED, filled, bad, NULL);
	else if (cli->format == CLI_TABLE && rc == 0)
		cli_say(cli, TEXT_SHEET_ANSWERED, answer, NULL);
	free(answer);
	return rc != 0 ? rc : exit_code(sheet);
}

/* --- the command --------------------------------------------------------------------------------
 */

static int read_file(struct sending *sending)
{
	struct cli *cli = sending->cli;
	struct dd_buf file = {0};
	struct dd_error err;
	int rc = dd_file_read(sending->path, DD_SHEET_FILE_MAX, &file, &err);

	if (rc != DD_OK) {
		rc = cli_failed(cli, &err);
	} else if (dd_sheet_read(file.data, file.len,
				 cli->lang == CLI_EN ? DD_SHEET_EN : DD_SHEET_VI, &sending->sheet,
				 &err) != DD_OK) {
		cli_complain(cli, TEXT_SHEET_BAD, sending->path, err.text, NULL);
		rc = CLI_FAULTS;
	} else if (filled_rows(sending->sheet) == 0) {
		cli_complain(cli, TEXT_SHEET_NOTHING, NULL);
		rc = CLI_FAULTS;
	}
	dd_buf_fini(&file);
	if (rc == 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_SHEET_OF, sending->sheet->head->unit,
			sending->sheet->head->period,
			sending->sheet->filled_by[0] ? sending->sheet->filled_by : "-", NULL);
	return rc;
}

static int hand_in(struct sending *sending)
{
	struct cli *cli = sending->cli;
	const char *answer = cli->args.value[CLI_OPT_ANSWER];
	int rc = answer ? cli_report_may_write(cli, answer) : 0;

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_person(cli, sending->person);
	if (rc == 0)
		rc = cli_ask_status(cli, &sending->status);
	if (rc != 0) {
		sending->status = NULL;
		return rc;
	}
	dondoc__v1__actor__init(&sending->actor);
	sending->actor.person = (ProtobufCBinaryData){DD_ID_LEN, sending->person};
	sending->actor.unit = (char *)cli_acting_unit(cli, sending->sheet->head->unit);
	send_rows(sending);
	return 0;
}

int cli_sheet_send(struct cli *cli)
{
	struct sending sending = {.cli = cli,
				  .path = cli_word(cli, 0),
				  .trial = cli->args.value[CLI_OPT_CHECK] != NULL};
	int rc = read_file(&sending);

	if (rc == 0 && !sending.trial)
		rc = hand_in(&sending);
	if (rc == 0)
		rc = tell(&sending);
	dondoc__v1__reply__free_unpacked(sending.status, NULL);
	dd_sheet_free(sending.sheet);
	return rc;
}
