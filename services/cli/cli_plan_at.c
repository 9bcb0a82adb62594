/* cli_plan_at.c - `plan at` and `plan diff`: a plan as it was, and what differs between two
 * moments. */
#include "common/base/alloc.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 500

/* Answers come in pages; `mark` is where the next one goes on. */
struct paging {
	struct cli_table *table; /* NULL for JSON */
	ProtobufCBinaryData mark;
	uint64_t from, to;
	uint32_t rows;
};

static void go_on_behind(struct paging *paging, const ProtobufCBinaryData *next)
{
	free(paging->mark.data);
	paging->mark = (ProtobufCBinaryData){0};
	if (next->len == 0)
		return;
	paging->mark.data = dd_memdup(next->data, next->len);
	paging->mark.len = next->len;
}

static int read_moment(const struct cli *cli, int word, Dondoc__V1__PlanMoment *moment_out)
{
	const char *text = cli_word(cli, word);

	if (cli_parse_moment(text ? text : "now", moment_out) == 0)
		return 0;
	return cli_misused(cli, TEXT_BAD_VALUE, "MOMENT", text, NULL);
}

static void say_number(char text[24], uint64_t number)
{
	snprintf(text, 24, "%" PRIu64, number);
}

/* --- plan at ------------------------------------------------------------------------------------
 */

static void add_task(const struct cli *cli, struct cli_table *table, const Dondoc__V1__TaskRow *row)
{
	char day[CLI_DAY_TEXT], percent[24];
	struct dd_buf text = {0};

	cli_table_cell(table, row->fields->code);
	cli_table_cell(table, row->fields->content);
	cli_table_cell(table, row->lead_name[0] ? row->lead_name : row->lead_unit);
	cli_table_cell(table, row->due_day ? cli_day(cli->lang, row->due_day, day) : "-");
	if (!row->fields->group)
		cli_state_words(cli->lang, row, &text);
	cli_table_cell(table, dd_buf_cstr(&text));
	snprintf(percent, sizeof(percent), "%" PRIu32 "%%", row->percent);
	cli_table_cell(table, row->fields->group ? "" : percent);
	dd_buf_fini(&text);
}

static int fetch_at(struct cli *cli, Dondoc__V1__ShowPlanAt *ask, struct paging *paging)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	const Dondoc__V1__PlanAt *got;
	Dondoc__V1__Reply *reply;
	int rc;

	ask->after = paging->mark;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_PLAN_AT;
	query.show_plan_at = ask;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PLAN_AT);
	if (rc != 0)
		return rc;
	got = reply->answer->plan_at;
	if (!paging->table)
		cli_print_json(cli, &got->base);
	for (size_t i = 0; i < got->n_rows && paging->table; i++) {
		if (got->rows[i]->fields)
			add_task(cli, paging->table, got->rows[i]);
	}
	paging->rows += (uint32_t)got->n_rows;
	paging->to = got->sequence;
	go_on_behind(paging, &got->next);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

int cli_plan_at(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_LEAD), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_PROGRESS), false, true, 0},
	};
	Dondoc__V1__ShowPlanAt ask = DONDOC__V1__SHOW_PLAN_AT__INIT;
	Dondoc__V1__PlanMoment moment;
	struct paging paging = {0};
	char rows[24], at[24];
	int rc = read_moment(cli, 1, &moment);

	ask.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	ask.at = &moment;
	ask.limit = PAGE;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		paging.table = cli_table_new(columns, 6);
	do {
		rc = fetch_at(cli, &ask, &paging);
		/* What is recorded meanwhile is not mixed in. */
		dondoc__v1__plan_moment__init(&moment);
		moment.sequence = paging.to;
	} while (rc == 0 && paging.mark.len > 0);
	if (rc == 0 && paging.table)
		cli_print_table(cli, paging.table);
	say_number(rows, paging.rows);
	say_number(at, paging.to);
	if (rc == 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_PLAN_AT_TOTALS, rows, at, NULL);
	cli_table_free(paging.table);
	free(paging.mark.data);
	return rc;
}

/* --- plan diff ----------------------------------------------------------------------------------
 */

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
	say_number(by, field->by);
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

static int fetch_diff(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct paging *paging)
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
	go_on_behind(paging, &got->next);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int all_differences(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct paging *paging)
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
	struct paging paging = {0};
	char rows[24], first[24], last[24];
	int rc = read_moment(cli, 1, &from);

	if (rc == 0)
		rc = read_moment(cli, 2, &to);
	ask.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	ask.from = &from;
	ask.to = &to;
	ask.limit = PAGE;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		paging.table = cli_table_new(columns, 5);
	rc = all_differences(cli, &ask, &paging);
	if (rc == 0 && paging.table)
		cli_print_table(cli, paging.table);
	say_number(rows, paging.rows);
	say_number(first, paging.from);
	say_number(last, paging.to);
	if (rc == 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_PLAN_DIFF_TOTALS, rows, first, last, NULL);
	cli_table_free(paging.table);
	free(paging.mark.data);
	return rc;
}
