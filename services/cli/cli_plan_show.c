/* cli_plan_show.c - `plan show`: the official buckets by area and by unit, and both rates that
 * leaders quote, each with what it is divided by. */
#include "common/base/alloc.h"
#include "services/cli/cli.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 11

/* `by`: what the key is, area or unit; NULL where the whole table is of one kind. */
static void add_row(struct cli_table *table, const char *by, const char *key, const char *name,
		    const Dondoc__V1__Buckets *b)
{
	if (!b)
		return;
	if (by)
		cli_table_cell(table, by);
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

struct part {
	enum cli_text name;
	Dondoc__V1__CountRow *const *rows;
	size_t count;
};

static void add_part(const struct cli *cli, const struct part *part, const char *by,
		     struct cli_table *table)
{
	for (size_t i = 0; i < part->count; i++) {
		const Dondoc__V1__CountRow *row = part->rows[i];
		/* Area 0 is what stands above the areas, and is in no file of areas. */
		bool steering = part->name == TEXT_COL_AREA && strcmp(row->key, "0") == 0;

		add_row(table, by, row->key,
			steering && !row->name[0] ? cli_text(cli->lang, TEXT_AREA_STEERING)
						  : row->name,
			row->buckets);
	}
}

/* The columns of a table by `name`; the first is left out unless both kinds share the table. */
static void set_columns(const struct cli *cli, enum cli_text name,
			struct cli_column columns[COLUMNS])
{
	static const enum cli_text titles[COLUMNS] = {
		TEXT_COL_BY,           TEXT_NONE,          TEXT_COL_NAME,      TEXT_COL_TOTAL,
		TEXT_COL_DONE_ON_TIME, TEXT_COL_DONE_LATE, TEXT_COL_IN_TERM,   TEXT_COL_OVERDUE,
		TEXT_COL_NO_DUE,       TEXT_COL_PAUSED,    TEXT_COL_CANCELLED,
	};

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = (struct cli_column){cli_text(cli->lang, i == 1 ? name : titles[i]),
						 i == 2, i > 2, 0};
}

static void print_part(const struct cli *cli, const struct part *part,
		       const Dondoc__V1__Buckets *all)
{
	struct cli_column columns[COLUMNS];
	struct cli_table *table;

	set_columns(cli, part->name, columns);
	table = cli_table_new(columns + 1, COLUMNS - 1);
	add_part(cli, part, NULL, table);
	add_row(table, NULL, "", cli_text(cli->lang, TEXT_ALL), all);
	cli_print_table(cli, table);
	cli_table_free(table);
}

/* One table for both kinds, so that a file of it is one that a spreadsheet reads. */
static void print_csv(const struct cli *cli, const struct part *areas, const struct part *units,
		      const Dondoc__V1__Buckets *all)
{
	struct cli_column columns[COLUMNS];
	struct cli_table *table;

	set_columns(cli, TEXT_COL_CODE, columns);
	table = cli_table_new(columns, COLUMNS);
	add_part(cli, areas, cli_text(cli->lang, areas->name), table);
	add_part(cli, units, cli_text(cli->lang, units->name), table);
	add_row(table, cli_text(cli->lang, TEXT_ALL), "", cli_text(cli->lang, TEXT_ALL), all);
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

void cli_print_counts(const struct cli *cli, const Dondoc__V1__TaskCounts *counts)
{
	const struct part areas = {TEXT_COL_AREA, counts->by_area, counts->n_by_area};
	const struct part units = {TEXT_COL_UNIT, counts->by_unit, counts->n_by_unit};
	const Dondoc__V1__Buckets *all = counts->all;
	char day[CLI_DAY_TEXT];

	if (cli->format == CLI_CSV) {
		print_csv(cli, &areas, &units, all);
		return;
	}
	cli_say(cli, TEXT_COUNTS_AS_OF, cli_day(cli->lang, counts->as_of_day, day), NULL);
	print_part(cli, &areas, all);
	fputc('\n', cli->out);
	print_part(cli, &units, all);
	if (!all)
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
		cli_print_counts(cli, reply->answer->counts);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
