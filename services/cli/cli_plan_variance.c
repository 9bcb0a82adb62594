/* cli_plan_variance.c - `plan variance`: each task of a plan against a named baseline. */
#include "services/cli/cli_moment.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_day(const struct cli *cli, struct cli_table *table, int32_t day)
{
	char text[CLI_DAY_TEXT];

	cli_table_cell(table, day ? cli_day(cli->lang, day, text) : "-");
}

/* "+16", "-3", "0"; "" where one of the two has no due day. */
static void add_variance(struct cli_table *table, const Dondoc__V1__DiffRow *row)
{
	char text[24] = "";

	if (row->due_before != 0 && row->due_after != 0)
		snprintf(text, sizeof(text), row->due_variance != 0 ? "%+" PRId32 : "%" PRId32,
			 row->due_variance);
	cli_table_cell(table, text);
}

static void add_progress(const struct cli *cli, struct cli_table *table,
			 const Dondoc__V1__DiffRow *row)
{
	char text[24];

	if (row->kind == DONDOC__V1__DIFF_KIND__DIFF_ADDED)
		snprintf(text, sizeof(text), "%" PRIu32 "%%", row->percent_after);
	else if (row->kind == DONDOC__V1__DIFF_KIND__DIFF_REMOVED)
		snprintf(text, sizeof(text), "%" PRIu32 "%%", row->percent_before);
	else
		snprintf(text, sizeof(text), "%" PRIu32 "%% \xe2\x86\x92 %" PRIu32 "%%",
			 row->percent_before, row->percent_after);
	cli_table_cell(table, text);
	cli_table_cell(table,
		       cli_name_state(cli->lang, row->kind == DONDOC__V1__DIFF_KIND__DIFF_REMOVED
							 ? (int)row->state_before
							 : (int)row->state_after));
}

static void add_task(const struct cli *cli, struct cli_table *table, const Dondoc__V1__DiffRow *row)
{
	static const enum cli_text kinds[] = {[DONDOC__V1__DIFF_KIND__DIFF_ADDED] = TEXT_DIFF_ADDED,
					      [DONDOC__V1__DIFF_KIND__DIFF_REMOVED] =
						      TEXT_DIFF_REMOVED};
	bool changed = row->kind != DONDOC__V1__DIFF_KIND__DIFF_ADDED &&
		       row->kind != DONDOC__V1__DIFF_KIND__DIFF_REMOVED;

	cli_table_cell(table, row->code);
	cli_table_cell(table, row->content);
	cli_table_cell(table, row->lead_unit);
	add_day(cli, table, row->due_before);
	add_day(cli, table, row->due_after);
	add_variance(table, row);
	add_progress(cli, table, row);
	cli_table_cell(table, changed ? "" : cli_text(cli->lang, kinds[row->kind]));
}

/* How many are due later than in the baseline, and by how much in all. */
struct sums {
	uint32_t later, earlier, added, removed;
	int64_t days;
};

static void count(struct sums *sums, const Dondoc__V1__DiffRow *row)
{
	sums->later += row->due_variance > 0;
	sums->earlier += row->due_variance < 0;
	sums->days += row->due_variance > 0 ? row->due_variance : 0;
	sums->added += row->kind == DONDOC__V1__DIFF_KIND__DIFF_ADDED;
	sums->removed += row->kind == DONDOC__V1__DIFF_KIND__DIFF_REMOVED;
}

static int fetch(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct cli_paging *paging,
		 struct sums *sums)
{
	const Dondoc__V1__PlanDiff *got;
	Dondoc__V1__Reply *reply;
	int rc = cli_ask_diff(cli, ask, paging, &reply);

	if (rc != 0)
		return rc;
	got = reply->answer->plan_diff;
	if (!paging->table)
		cli_print_json(cli, &got->base);
	for (size_t i = 0; i < got->n_rows; i++) {
		count(sums, got->rows[i]);
		if (paging->table)
			add_task(cli, paging->table, got->rows[i]);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static void tell_sums(const struct cli *cli, const struct cli_paging *paging,
		      const struct sums *sums)
{
	char rows[24], later[24], days[24], earlier[24], added[24], removed[24];

	cli_say_number(rows, paging->rows);
	cli_say_number(later, sums->later);
	cli_say_number(days, (uint64_t)sums->days);
	cli_say_number(earlier, sums->earlier);
	cli_say_number(added, sums->added);
	cli_say_number(removed, sums->removed);
	cli_say(cli, TEXT_VARIANCE_TOTALS, rows, later, days, earlier, added, removed, NULL);
}

int cli_plan_variance(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_LEAD), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE_BASELINE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_VARIANCE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_PROGRESS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 2},
		{cli_text(cli->lang, TEXT_LABEL_NOTE), true, false, 2},
	};
	Dondoc__V1__DiffPlan ask = DONDOC__V1__DIFF_PLAN__INIT;
	Dondoc__V1__PlanMoment from, to;
	struct cli_paging paging = {0};
	struct sums sums = {0};
	int rc = cli_read_moment(cli, 1, &from);

	if (rc == 0)
		rc = cli_read_moment(cli, 2, &to);
	ask.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	ask.from = &from;
	ask.to = &to;
	ask.limit = CLI_PAGE;
	ask.every_task = true;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		paging.table = cli_table_new(columns, 9);
	do {
		rc = fetch(cli, &ask, &paging, &sums);
		dondoc__v1__plan_moment__init(&to); /* what is recorded meanwhile is not mixed in */
		to.sequence = paging.to;
	} while (rc == 0 && paging.mark.len > 0);
	if (rc == 0 && paging.table)
		cli_print_table(cli, paging.table);
	if (rc == 0 && cli->format == CLI_TABLE)
		tell_sums(cli, &paging, &sums);
	cli_table_free(paging.table);
	free(paging.mark.data);
	return rc;
}
