/* cli_plan_diff.c - `plan diff`: what differs between two moments of a plan. */
#include "common/base/alloc.h"
#include "services/cli/cli_diff_words.h"
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

/* Fields as people call them; CSV keeps the names of the messages, for it goes to programs. */
static void add_field(const struct cli *cli, struct cli_table *table, const char *code,
		      const Dondoc__V1__DiffField *field)
{
	struct dd_buf name = {0}, before = {0}, after = {0};
	bool same = false;
	char by[24];

	if (cli->format == CLI_TABLE && !cli_diff_for_people(field->name))
		return;
	if (cli->format != CLI_TABLE) {
		add_line(table, code, field->name, field->before, field->after);
	} else {
		cli_diff_name(cli->lang, field->name, &name);
		cli_diff_value(cli->lang, field->name, field->before, &before);
		cli_diff_value(cli->lang, field->name, field->after, &after);
		same = strcmp(dd_buf_cstr(&before), dd_buf_cstr(&after)) == 0;
		if (!same) /* what it stands for is told by other fields */
			add_line(table, code, dd_buf_cstr(&name), dd_buf_cstr(&before),
				 dd_buf_cstr(&after));
	}
	cli_say_number(by, field->by);
	if (!same)
		cli_table_cell(table, by);
	dd_buf_fini(&after);
	dd_buf_fini(&before);
	dd_buf_fini(&name);
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

typedef void words_fn(enum cli_lang lang, const char *name, const char *value, struct dd_buf *out);

static char *words_of(const struct cli *cli, words_fn *words, const char *name, const char *value)
{
	struct dd_buf text = {0};
	char *copy;

	words(cli->lang, name, value, &text);
	copy = dd_strdup(dd_buf_cstr(&text));
	dd_buf_fini(&text);
	return copy;
}

static void name_only(enum cli_lang lang, const char *name, const char *value, struct dd_buf *out)
{
	(void)value;
	cli_diff_name(lang, name, out);
}

/* Beside the names and values of the messages, the same in the user's language. The texts are freed
 * with the reply. */
static void print_json(const struct cli *cli, Dondoc__V1__PlanDiff *diff)
{
	for (size_t i = 0; i < diff->n_rows; i++) {
		for (size_t j = 0; j < diff->rows[i]->n_fields; j++) {
			Dondoc__V1__DiffField *field = diff->rows[i]->fields[j];

			field->name_words = words_of(cli, name_only, field->name, "");
			field->before_words =
				words_of(cli, cli_diff_value, field->name, field->before);
			field->after_words =
				words_of(cli, cli_diff_value, field->name, field->after);
		}
	}
	cli_print_json(cli, &diff->base);
}

int cli_ask_diff(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct cli_paging *paging,
		 Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	const Dondoc__V1__PlanDiff *got;
	int rc;

	ask->after = paging->mark;
	query.what_case = DONDOC__V1__QUERY__WHAT_DIFF_PLAN;
	query.diff_plan = ask;
	rc = cli_query(cli, &query, reply_out);
	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_PLAN_DIFF);
	if (rc != 0)
		return rc;
	got = (*reply_out)->answer->plan_diff;
	paging->rows += (uint32_t)got->n_rows;
	paging->from = got->from_sequence;
	paging->to = got->to_sequence;
	cli_go_on_behind(paging, &got->next);
	return 0;
}

static int fetch_diff(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct cli_paging *paging)
{
	const Dondoc__V1__PlanDiff *got;
	Dondoc__V1__Reply *reply;
	int rc = cli_ask_diff(cli, ask, paging, &reply);

	if (rc != 0)
		return rc;
	got = reply->answer->plan_diff;
	if (!paging->table)
		print_json(cli, reply->answer->plan_diff);
	for (size_t i = 0; i < got->n_rows && paging->table; i++)
		add_difference(cli, paging->table, got->rows[i]);
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
