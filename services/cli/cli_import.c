/* cli_import.c - `plan import` and `calendar import`: files go up by their hash, one command names
 * them, and every row with a doubt comes back. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "services/cli/cli.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_MAX_BYTES (64u << 20)
#define PATIENCE_MS    120000 /* a plan of thousands of rows is checked and written in one step */

/* Read and upload one file; `hash` is owned by the caller, 32 bytes, and named by *field. */
static int upload(struct cli *cli, const char *path, uint8_t hash[DD_HASH_LEN],
		  ProtobufCBinaryData *field)
{
	struct dd_buf content = {0};
	struct dd_error err;
	int rc = dd_file_read(path, FILE_MAX_BYTES, &content, &err);

	if (rc != 0)
		return cli_failed(cli, &err);
	rc = dd_client_put_file(cli->client, content.data, content.len, hash, &err);
	dd_buf_fini(&content);
	if (rc != 0)
		return cli_call_failed(cli, &err, false);
	field->data = hash;
	field->len = DD_HASH_LEN;
	return 0;
}

/* The file's name as it was given, without its folders. */
static const char *file_name(const struct cli *cli, const char *file)
{
	const char *path = strcmp(file, "days") == 0 ? cli_word(cli, 0) : file;
	const char *slash;

	if (strcmp(file, "moves") == 0 && cli->args.value[CLI_OPT_MOVES])
		path = cli->args.value[CLI_OPT_MOVES];
	for (int i = CLI_OPT_TASKS; i <= CLI_OPT_DIVISIONS; i++) {
		if (strcmp(cli_options[i].name, file) == 0 && cli->args.value[i])
			path = cli->args.value[i];
	}
	slash = path ? strrchr(path, '/') : NULL;
	return slash ? slash + 1 : path ? path : file;
}

/* What is told of the file as a whole has no row. */
static void place_cell(struct cli_table *table, uint32_t number)
{
	if (number == 0)
		cli_table_cell(table, "");
	else
		cli_table_number(table, number);
}

void cli_print_rows(const struct cli *cli, const Dondoc__V1__SubmitReply *reply)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_FILE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_ROW), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_LINE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_COLUMN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_KIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PROBLEM), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_VALUE), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_REMEDY), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 8);

	for (size_t i = 0; i < reply->n_rows; i++) {
		const Dondoc__V1__RowReport *row = reply->rows[i];

		cli_table_cell(table, file_name(cli, row->file));
		place_cell(table, row->row);
		place_cell(table, row->line);
		cli_table_cell(table, row->column);
		cli_table_cell(table,
			       cli_text(cli->lang, row->fault ? TEXT_KIND_FAULT : TEXT_KIND_TOLD));
		cli_table_cell(table, cli_name_row_problem(cli->lang, (int)row->problem));
		cli_table_cell(table, row->value);
		cli_table_cell(table, cli_row_remedy(cli->lang, (int)row->problem));
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

static size_t count_faults(const Dondoc__V1__SubmitReply *reply)
{
	size_t faults = 0;

	for (size_t i = 0; i < reply->n_rows; i++)
		faults += reply->rows[i]->fault ? 1 : 0;
	return faults;
}

static void say_counts(const struct cli *cli, const Dondoc__V1__SubmitReply *reply, size_t faults)
{
	char added[16], changed[16], unchanged[16], fault[24], told[24];
	const Dondoc__V1__ImportCounts *counts = reply->counts;

	snprintf(fault, sizeof(fault), "%zu", faults);
	snprintf(told, sizeof(told), "%zu", reply->n_rows - faults);
	if (counts) {
		snprintf(added, sizeof(added), "%" PRIu32, counts->added);
		snprintf(changed, sizeof(changed), "%" PRIu32, counts->changed);
		snprintf(unchanged, sizeof(unchanged), "%" PRIu32, counts->unchanged);
		cli_say(cli, TEXT_IMPORT_COUNTS, added, changed, unchanged, NULL);
	}
	cli_say(cli, TEXT_IMPORT_DOUBTS, fault, told, NULL);
	if (reply->rows_cut)
		cli_say(cli, TEXT_IMPORT_CUT, NULL);
}

/* An import that would change nothing is what a second run is for: done. */
static bool nothing_to_do(const Dondoc__V1__SubmitReply *reply)
{
	return reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_REFUSED && reply->refusal &&
	       reply->refusal->code == DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO;
}

static int report(const struct cli *cli, const Dondoc__V1__SubmitReply *reply)
{
	size_t faults = count_faults(reply);
	int rc;

	if (cli->format != CLI_JSON && reply->n_rows > 0)
		cli_print_rows(cli, reply);
	if (cli->format == CLI_TABLE)
		say_counts(cli, reply, faults);
	if (nothing_to_do(reply)) {
		if (cli->format == CLI_JSON)
			cli_print_json(cli, &reply->base);
		else if (cli->format == CLI_TABLE)
			cli_say(cli, TEXT_IMPORT_UNCHANGED, NULL);
		return CLI_DONE;
	}
	if (cli->format == CLI_CSV && reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		return CLI_DONE;
	rc = cli_outcome(cli, reply);
	if (reply->outcome != DONDOC__V1__OUTCOME__OUTCOME_DRY_RUN)
		return rc;
	if (rc == CLI_DONE && faults)
		rc = CLI_FAULTS;
	if (cli->format == CLI_TABLE && (rc == CLI_DONE || rc == CLI_FAULTS))
		cli_say(cli, rc == CLI_DONE ? TEXT_DRY_RUN_GOOD : TEXT_DRY_RUN_FAULTS, NULL);
	return rc;
}

/* Whoever asks next, in another process too, finds what was imported: a large plan takes moments to
 * reach the store that lists are read from. It is accepted in any case. */
static void wait_until_shown(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	if (dd_client_query(cli->client, &query, cli->told, &reply, &err) == 0)
		dondoc__v1__reply__free_unpacked(reply, NULL);
	else
		cli_complain(cli, TEXT_IMPORT_SHOWN_LATER, NULL);
}

static int submit_import(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit)
{
	Dondoc__V1__Reply *reply;
	int rc = cli_submit(cli, body, unit, &reply);

	if (rc != 0)
		return rc;
	rc = report(cli, reply->submit);
	if (reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		wait_until_shown(cli);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static int connect_patiently(struct cli *cli)
{
	int rc = cli_connect(cli, "task");

	if (rc == 0 && cli->wait_ms == 0)
		dd_client_set_patience(cli->client, PATIENCE_MS);
	return rc;
}

/* The six files, in the order of the options. */
static int upload_files(struct cli *cli, Dondoc__V1__ImportPlan *import, uint8_t (*hashes)[32])
{
	ProtobufCBinaryData *const fields[] = {&import->tasks_file, &import->groups_file,
					       &import->units_file, &import->aliases_file,
					       &import->areas_file, &import->divisions_file};

	for (int i = 0; i < 6; i++) {
		const char *path = cli->args.value[CLI_OPT_TASKS + i];
		int rc = path ? upload(cli, path, hashes[i], fields[i]) : 0;

		if (rc != 0)
			return rc;
	}
	return 0;
}

static char *text_of(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

static int need_all(const struct cli *cli, const enum cli_opt *options, size_t count)
{
	const char *text;
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = cli_text_option(cli, options[i], &text);
	return rc;
}

static int read_plan(const struct cli *cli, Dondoc__V1__PlanFields *plan,
		     Dondoc__V1__Document *source)
{
	static const enum cli_opt needed[] = {CLI_OPT_PLAN, CLI_OPT_TASKS};
	int rc = need_all(cli, needed, sizeof(needed) / sizeof(needed[0]));

	if (rc != 0)
		return rc;
	plan->code = text_of(cli, CLI_OPT_PLAN);
	plan->title = text_of(cli, CLI_OPT_TITLE);
	plan->assigner_unit = text_of(cli, CLI_OPT_ASSIGNER);
	plan->source = source;
	source->number = text_of(cli, CLI_OPT_NUMBER);
	source->issuer = text_of(cli, CLI_OPT_ISSUER);
	source->title = text_of(cli, CLI_OPT_TITLE);
	return cli_day_option(cli, CLI_OPT_DATE, &source->day);
}

static void keep_text(char **text, char *known)
{
	if (!**text)
		*text = known;
}

/* What the command says nothing of stays as it is; a new plan must be told whole. What is taken
 * over lives in *known_out. */
static int complete_plan(struct cli *cli, Dondoc__V1__PlanFields *plan,
			 Dondoc__V1__Document *source, Dondoc__V1__Reply **known_out)
{
	static const enum cli_opt needed[] = {CLI_OPT_TITLE, CLI_OPT_NUMBER, CLI_OPT_ISSUER,
					      CLI_OPT_ASSIGNER, CLI_OPT_DATE};
	const Dondoc__V1__PlanFields *was;
	int rc;

	if (*plan->title && *source->number && *source->issuer && *plan->assigner_unit &&
	    source->day != 0)
		return 0;
	rc = cli_find_plan(cli, plan->code, known_out, &was);
	if (rc != 0)
		return rc;
	if (!was)
		return need_all(cli, needed, sizeof(needed) / sizeof(needed[0]));
	keep_text(&plan->title, was->title);
	keep_text(&plan->assigner_unit, was->assigner_unit);
	if (!was->source)
		return 0;
	keep_text(&source->number, was->source->number);
	keep_text(&source->issuer, was->source->issuer);
	keep_text(&source->title, was->source->title);
	if (source->day == 0)
		source->day = was->source->day;
	return 0;
}

/* "Header=field;Header=field". The maps and their texts live in the reading. */
struct reading {
	char *text; /* owned */
	Dondoc__V1__ColumnMap maps[32];
	Dondoc__V1__ColumnMap *list[32];
};

static int read_map(const struct cli *cli, struct reading *reading, Dondoc__V1__ImportPlan *import)
{
	char *rest = dd_strdup(text_of(cli, CLI_OPT_MAP));
	char *pair;

	reading->text = rest;
	import->columns = reading->list;
	while (rest && *rest && (pair = strsep(&rest, ";"))) {
		Dondoc__V1__ColumnMap *map = &reading->maps[import->n_columns];
		char *equals = strrchr(pair, '=');

		if (!equals || import->n_columns == sizeof(reading->maps) / sizeof(*map))
			return cli_misused(cli, TEXT_BAD_MAP, NULL);
		*equals = '\0';
		dondoc__v1__column_map__init(map);
		map->header = pair;
		map->field = equals + 1;
		reading->list[import->n_columns++] = map;
	}
	return 0;
}

/* How the file of tasks is to be read. A workbook has no columns of days as ours have. */
static int read_form(const struct cli *cli, struct reading *reading, Dondoc__V1__ImportPlan *import)
{
	const char *path = text_of(cli, CLI_OPT_TASKS);
	const char *dot = strrchr(path, '.');
	uint64_t row;
	int rc = cli_number_option(cli, CLI_OPT_HEADER_ROW, 200000, 0, &row);

	if (rc != 0)
		return rc;
	if (dot && strcasecmp(dot, ".xlsx") == 0)
		import->format = DONDOC__V1__FILE_FORMAT__FILE_XLSX;
	import->sheet = text_of(cli, CLI_OPT_SHEET);
	import->header_row = (uint32_t)row;
	import->inherit = cli->args.value[CLI_OPT_INHERIT] != NULL;
	import->read_times = cli->args.value[CLI_OPT_READ_TIMES] != NULL ||
			     import->format == DONDOC__V1__FILE_FORMAT__FILE_XLSX;
	return read_map(cli, reading, import);
}

/* By which document and why a plan changes that is out, and what becomes of tasks that are no
 * longer in the file. */
static int read_change(const struct cli *cli, Dondoc__V1__Document *basis,
		       Dondoc__V1__ImportPlan *import)
{
	const char *gone = cli->args.value[CLI_OPT_GONE];
	int rc = cli_day_option(cli, CLI_OPT_BASIS_DATE, &basis->day);

	if (gone && strcmp(gone, "keep") == 0)
		import->gone = DONDOC__V1__GONE_TASKS__GONE_KEPT;
	else if (gone && strcmp(gone, "cancel") == 0)
		import->gone = DONDOC__V1__GONE_TASKS__GONE_CANCELLED;
	else if (gone)
		return cli_misused(cli, TEXT_BAD_VALUE, "--gone", gone, NULL);
	import->fan_out = cli->args.value[CLI_OPT_FAN_OUT] != NULL;
	import->reason = text_of(cli, CLI_OPT_REASON);
	basis->number = text_of(cli, CLI_OPT_BASIS_NUMBER);
	basis->title = text_of(cli, CLI_OPT_BASIS_TITLE);
	if (*basis->number || *basis->title)
		import->change = basis;
	return rc;
}

int cli_plan_import(struct cli *cli)
{
	struct reading reading = {0};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportPlan import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__Document source = DONDOC__V1__DOCUMENT__INIT;
	Dondoc__V1__Document basis = DONDOC__V1__DOCUMENT__INIT;
	Dondoc__V1__Reply *known = NULL;
	uint8_t hashes[6][DD_HASH_LEN];
	int rc = read_plan(cli, &plan, &source);

	if (rc == 0)
		rc = read_form(cli, &reading, &import);
	if (rc == 0)
		rc = read_change(cli, &basis, &import);
	if (rc == 0)
		rc = connect_patiently(cli);
	if (rc == 0)
		rc = complete_plan(cli, &plan, &source, &known);
	if (rc == 0)
		rc = upload_files(cli, &import, hashes);
	if (rc != 0)
		goto out;
	import.plan = &plan;
	import.dry_run = cli->args.value[CLI_OPT_DRY_RUN] != NULL;
	import.default_lead = text_of(cli, CLI_OPT_DEFAULT_LEAD);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &import;
	rc = submit_import(cli, &body, cli_acting_unit(cli, plan.assigner_unit));
out:
	dondoc__v1__reply__free_unpacked(known, NULL);
	free(reading.text);
	return rc;
}

int cli_calendar_import(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportCalendar import = DONDOC__V1__IMPORT_CALENDAR__INIT;
	uint8_t hash[DD_HASH_LEN];
	int rc = connect_patiently(cli);

	if (rc == 0)
		rc = upload(cli, cli_word(cli, 0), hash, &import.days_file);
	if (rc != 0)
		return rc;
	import.dry_run = cli->args.value[CLI_OPT_DRY_RUN] != NULL;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR;
	body.import_calendar = &import;
	return submit_import(cli, &body, cli_acting_unit(cli, ""));
}
