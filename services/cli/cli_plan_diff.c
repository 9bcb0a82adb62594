/* cli_plan_diff.c - `plan diff`: what differs between two moments of a plan. */
#include "services/cli/cli_moment.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_line(struct cli_table *table, const char *code, const char *name,
		     const char *before, const char *after)
{
	cli_table_cell(table, code);
	cli_table_cell(table, name);
	cli_table_cell(table, before);
	cli_table_cell(table, after);
}

/* Fields as people call them; CSV and JSON keep the names of the messages. */
static const char *field_words(const struct cli *cli, const char *name)
{
	static const struct {
		const char *name;
		enum cli_text text;
	} known[] = {
		{"content", TEXT_LABEL_CONTENT},
		{"product", TEXT_LABEL_PRODUCT},
		{"target", TEXT_LABEL_TARGET},
		{"area", TEXT_LABEL_AREA},
		{"lead_unit", TEXT_LABEL_LEAD},
		{"lead_text", TEXT_LABEL_LEAD_TEXT},
		{"division", TEXT_LABEL_DIVISION},
		{"coordinating_text", TEXT_LABEL_COORDINATING},
		{"time_text", TEXT_LABEL_TIME_TEXT},
		{"recurrence", TEXT_LABEL_RECURRENCE},
		{"note", TEXT_LABEL_NOTE},
		{"state", TEXT_LABEL_STATE},
		{"percent", TEXT_LABEL_PROGRESS},
		{"step", TEXT_DIFF_STEP},
		{"start_day", TEXT_LABEL_START},
		{"due_day", TEXT_LABEL_DUE},
		{"first_due_day", TEXT_LABEL_FIRST_DUE},
		{"extensions_granted", TEXT_LABEL_EXTENSIONS},
		{"submitted_day", TEXT_LABEL_SUBMITTED},
		{"conflicts", TEXT_LABEL_CONFLICTS},
		{"pending_completion", TEXT_LABEL_PENDING_COMPLETION},
		{"pending_extension", TEXT_LABEL_PENDING_EXTENSION},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return cli_text(cli->lang, known[i].text);
	return name;
}

/* A value of an enum comes by its name in the messages. */
static const char *value_words(const struct cli *cli, const char *field, const char *value)
{
	const ProtobufCEnumValue *found = NULL;

	if (strcmp(field, "state") == 0)
		found = protobuf_c_enum_descriptor_get_value_by_name(
			&dondoc__v1__task_state__descriptor, value);
	if (found)
		return cli_name_state(cli->lang, found->value);
	if (strcmp(field, "step") == 0)
		found = protobuf_c_enum_descriptor_get_value_by_name(
			&dondoc__v1__progress_step__descriptor, value);
	if (found)
		return cli_name_step(cli->lang, found->value);
	if (strcmp(field, "recurrence") == 0)
		found = protobuf_c_enum_descriptor_get_value_by_name(
			&dondoc__v1__recurrence__descriptor, value);
	return found ? cli_name_recurrence(cli->lang, found->value) : value;
}

/* Bits and packed messages say nothing to people; what they stand for is told by other rows. */
static bool for_people(const char *field)
{
	return strcmp(field, "flags") != 0 && strcmp(field, "timing") != 0;
}

static void add_field(const struct cli *cli, struct cli_table *table, const char *code,
		      const Dondoc__V1__DiffField *field)
{
	bool raw = cli->format != CLI_TABLE;
	char by[24];

	if (!raw && !for_people(field->name))
		return;
	if (raw)
		add_line(table, code, field->name, field->before, field->after);
	else
		add_line(table, code, field_words(cli, field->name),
			 value_words(cli, field->name, field->before),
			 value_words(cli, field->name, field->after));
	cli_say_number(by, field->by);
	cli_table_cell(table, by);
}

static void add_difference(const struct cli *cli, struct cli_table *table,
			   const Dondoc__V1__DiffRow *row)
{
	char days[24];

	if (row->kind != DONDOC__V1__DIFF_KIND__DIFF_CHANGED) {
		add_line(table, row->code,
			 cli_text(cli->lang, row->kind == DONDOC__V1__DIFF_KIND__DIFF_ADDED
						     ? TEXT_DIFF_ADDED
						     : TEXT_DIFF_REMOVED),
			 "", "");
		cli_table_cell(table, "");
	}
	for (size_t i = 0; i < row->n_fields; i++)
		add_field(cli, table, row->code, row->fields[i]);
	if (row->due_variance == 0)
		return;
	snprintf(days, sizeof(days), "%+" PRId32, row->due_variance);
	add_line(table, row->code, cli_text(cli->lang, TEXT_DIFF_DUE_VARIANCE), "", days);
	cli_table_cell(table, "");
}

static int fetch_diff(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct cli_paging *paging)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	const Dondoc__V1__PlanDiff *got;
	Dondoc__V1__Reply *reply;
	int rc;

	ask->after = paging->mark;
	query.what_case = DONDOC__V1__QUERY__WHAT_DIFF_PLAN;
	query.diff_plan = ask;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PLAN_DIFF);
	if (rc != 0)
		return rc;
	got = reply->answer->plan_diff;
	if (!paging->table)
		cli_print_json(cli, &got->base);
	for (size_t i = 0; i < got->n_rows && paging->table; i++)
		add_difference(cli, paging->table, got->rows[i]);
	paging->rows += (uint32_t)got->n_rows;
	paging->from = got->from_sequence;
	paging->to = got->to_sequence;
	cli_go_on_behind(paging, &got->next);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int all_differences(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct cli_paging *paging)
{
	int rc;

	do {
		rc = fetch_diff(cli, ask, paging);
		dondoc__v1__plan_moment__init(ask->to);
		ask->to->sequence = paging->to;
	} while (rc == 0 && paging->mark.len > 0);
	return rc;
}

int cli_plan_diff(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FIELD), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_BEFORE), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_AFTER), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_BY_EVENT), false, true, 0},
	};
	Dondoc__V1__DiffPlan ask = DONDOC__V1__DIFF_PLAN__INIT;
	Dondoc__V1__PlanMoment from, to;
	struct cli_paging paging = {0};
	char rows[24], first[24], last[24];
	int rc = cli_read_moment(cli, 1, &from);

	if (rc == 0)
		rc = cli_read_moment(cli, 2, &to);
	ask.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	ask.from = &from;
	ask.to = &to;
	ask.limit = CLI_PAGE;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		paging.table = cli_table_new(columns, 5);
	rc = all_differences(cli, &ask, &paging);
	if (rc == 0 && paging.table)
		cli_print_table(cli, paging.table);
	cli_say_number(rows, paging.rows);
	cli_say_number(first, paging.from);
	cli_say_number(last, paging.to);
	if (rc == 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_PLAN_DIFF_TOTALS, rows, first, last, NULL);
	cli_table_free(paging.table);
	free(paging.mark.data);
	return rc;
}
