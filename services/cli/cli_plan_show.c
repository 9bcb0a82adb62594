/* cli_plan_show.c - `plan show`: the official buckets by area and by unit, and both rates that
 * leaders quote, each with what it is divided by. */
#include "common/base/alloc.h"
#include "services/cli/cli.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 10

static void add_row(struct cli_table *table, const char *key, const char *name,
		    const Dondoc__V1__Buckets *b)
{
	if (!b)
		return;
	cli_table_cell(table, key);
	cli_table_cell(table, name);
	cli_table_number(table, b->total);
	cli_table_number(table, b->completed_on_time);
	cli_table_number(table, b->completed_late);
	cli_table_number(table, b->open_in_term);
	cli_table_number(table, b->open_overdue);
	cli_table_number(table, b->no_due_date);
	cli_table_number(table, b->paused);
	cli_table_number(table, b->cancelled);
}

/* One table for a key: areas or units. In CSV both go into one, told apart by `kind`. */
static void print_part(const struct cli *cli, enum cli_text name, Dondoc__V1__CountRow *const *rows,
		       size_t count, const Dondoc__V1__Buckets *all)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, name), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_TOTAL), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_DONE_ON_TIME), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_DONE_LATE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_IN_TERM), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_OVERDUE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_NO_DUE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_PAUSED), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_CANCELLED), false, true, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < count; i++) {
		/* Area 0 is what stands above the areas, and is in no file of areas. */
		bool steering = name == TEXT_COL_AREA && strcmp(rows[i]->key, "0") == 0;

		add_row(table, rows[i]->key,
			steering && !rows[i]->name[0] ? cli_text(cli->lang, TEXT_AREA_STEERING)
						      : rows[i]->name,
			rows[i]->buckets);
	}
	add_row(table, "", cli_text(cli->lang, TEXT_ALL), all);
	cli_print_table(cli, table);
	cli_table_free(table);
}

static void say_rate(const struct cli *cli, enum cli_text text, uint32_t part, uint32_t whole)
{
	char percent[24], above[16], below[16];

	snprintf(above, sizeof(above), "%" PRIu32, part);
	snprintf(below, sizeof(below), "%" PRIu32, whole);
	if (whole == 0)
		snprintf(percent, sizeof(percent), "-");
	else
		snprintf(percent, sizeof(percent), "%.1f%%", 100.0 * part / whole);
	cli_say(cli, text, above, below, percent, NULL);
}

static void print_counts(const struct cli *cli, const Dondoc__V1__TaskCounts *counts)
{
	const Dondoc__V1__Buckets *all = counts->all;
	char day[CLI_DAY_TEXT];

	if (cli->format == CLI_TABLE)
		cli_say(cli, TEXT_COUNTS_AS_OF, cli_day(cli->lang, counts->as_of_day, day), NULL);
	print_part(cli, TEXT_COL_AREA, counts->by_area, counts->n_by_area, all);
	fputc('\n', cli->out);
	print_part(cli, TEXT_COL_UNIT, counts->by_unit, counts->n_by_unit, all);
	if (cli->format != CLI_TABLE || !all)
		return;
	fputc('\n', cli->out);
	say_rate(cli, TEXT_RATE_FALLEN_DUE, counts->done_of_fallen_due, counts->fallen_due);
	say_rate(cli, TEXT_RATE_ALL, counts->done,
		 all->completed_on_time + all->completed_late + all->open_in_term +
			 all->open_overdue);
}

int cli_plan_show(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	const char *unit = cli->args.value[CLI_OPT_UNIT];
	Dondoc__V1__Reply *reply;
	char *assigner = NULL;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &count.as_of_day);

	count.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	count.unit = (char *)(unit ? unit : "");
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0) /* a plan that does not exist would count as empty */
		rc = cli_find_assigner(cli, count.plan, &assigner);
	free(assigner);
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_COUNTS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->counts->base);
	else
		print_counts(cli, reply->answer->counts);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
