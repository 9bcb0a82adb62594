/* cli_count.c - `task count`, and how figures are printed: the official buckets by area, by unit
 * and by kind of unit, and the rates that leaders quote, each with what it is divided by. */
#include "common/domain/rates.h"
#include "common/domain/unit_kind.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS       13
#define COLUMNS_SHOWN 11 /* on paper and screen; a file has the others too */

/* `by`: what the key is, area, unit or kind; NULL where the whole table is of one kind. */
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
	if (!by)
		return;
	cli_table_number(table, b->carried_over);
	cli_table_number(table, b->late_excused);
}

struct part {
	enum cli_text name;
	Dondoc__V1__CountRow *const *rows;
	size_t count;
};

static const char *name_of(const struct cli *cli, enum cli_text part,
			   const Dondoc__V1__CountRow *row)
{
	/* Area 0 is what stands above the areas, and is in no file of areas. */
	if (part == TEXT_COL_AREA && strcmp(row->key, "0") == 0 && !row->name[0])
		return cli_text(cli->lang, TEXT_AREA_STEERING);
	if (part == TEXT_COL_UNIT_KIND)
		return dd_unit_kind_name(row->key, cli->lang == CLI_VI);
	return row->name;
}

static void add_part(const struct cli *cli, const struct part *part, const char *by,
		     struct cli_table *table)
{
	for (size_t i = 0; i < part->count; i++) {
		const Dondoc__V1__CountRow *row = part->rows[i];

		add_row(table, by, row->key, name_of(cli, part->name, row), row->buckets);
	}
}

/* The columns of a table by `name`; the first is left out unless several kinds share the table. */
static void set_columns(const struct cli *cli, enum cli_text name,
			struct cli_column columns[COLUMNS])
{
	static const enum cli_text titles[COLUMNS] = {
		TEXT_COL_BY,           TEXT_NONE,
		TEXT_COL_NAME,         TEXT_COL_TOTAL,
		TEXT_COL_DONE_ON_TIME, TEXT_COL_DONE_LATE,
		TEXT_COL_IN_TERM,      TEXT_COL_OVERDUE,
		TEXT_COL_NO_DUE,       TEXT_COL_PAUSED,
		TEXT_COL_CANCELLED,    TEXT_COL_CARRIED_OVER,
		TEXT_COL_LATE_EXCUSED,
	};

	for (int i = 0; i < COLUMNS; i++)
		columns[i] = (struct cli_column){cli_text(cli->lang, i == 1 ? name : titles[i]),
						 i == 2, i > 2, 0};
}

static void add_buckets(Dondoc__V1__Buckets *sum, const Dondoc__V1__Buckets *b)
{
	sum->total += b->total;
	sum->completed_on_time += b->completed_on_time;
	sum->completed_late += b->completed_late;
	sum->open_in_term += b->open_in_term;
	sum->open_overdue += b->open_overdue;
	sum->no_due_date += b->no_due_date;
	sum->paused += b->paused;
	sum->cancelled += b->cancelled;
	sum->carried_over += b->carried_over;
	sum->late_excused += b->late_excused;
}

/* A table adds up to its own last row: among units, the parts of fan-outs count. */
static void print_part(const struct cli *cli, const struct part *part)
{
	Dondoc__V1__Buckets sum = DONDOC__V1__BUCKETS__INIT;
	struct cli_column columns[COLUMNS];
	struct cli_table *table;

	set_columns(cli, part->name, columns);
	table = cli_table_new(columns + 1, COLUMNS_SHOWN - 1);
	add_part(cli, part, NULL, table);
	for (size_t i = 0; i < part->count; i++) {
		if (part->rows[i]->buckets)
			add_buckets(&sum, part->rows[i]->buckets);
	}
	add_row(table, NULL, "", cli_text(cli->lang, TEXT_ALL), &sum);
	cli_print_table(cli, table);
	cli_table_free(table);
}

#define PARTS 3

/* One table for all kinds, so that a file of it is one that a spreadsheet reads. */
static void print_csv(const struct cli *cli, const struct part parts[PARTS],
		      const Dondoc__V1__TaskCounts *counts)
{
	const char *all = cli_text(cli->lang, TEXT_ALL);
	struct cli_column columns[COLUMNS];
	struct cli_table *table;

	set_columns(cli, TEXT_COL_CODE, columns);
	table = cli_table_new(columns, COLUMNS);
	for (int i = 0; i < PARTS; i++)
		add_part(cli, &parts[i], cli_text(cli->lang, parts[i].name), table);
	if (counts->priority && counts->priority->total > 0)
		add_row(table, all, "", cli_text(cli->lang, TEXT_COUNT_PRIORITY), counts->priority);
	if (counts->carried && counts->carried->total > 0)
		add_row(table, all, "", cli_text(cli->lang, TEXT_COUNT_CARRIED), counts->carried);
	add_row(table, all, "", all, counts->all);
	cli_print_table(cli, table);
	cli_table_free(table);
}

/* --- in words -------------------------------------------------------------------------------- */

/* Cut, as in reports: 100% is all. */
static void say_rate(const struct cli *cli, enum cli_text text, uint32_t part, uint32_t whole)
{
	char percent[DD_RATE_TEXT] = "-", above[16], below[16], *comma;

	snprintf(above, sizeof(above), "%" PRIu32, part);
	snprintf(below, sizeof(below), "%" PRIu32, whole);
	if (whole != 0 && part <= whole)
		(void)dd_rate_text((struct dd_rate){part, whole}, percent);
	comma = cli->lang == CLI_EN ? strchr(percent, ',') : NULL;
	if (comma)
		*comma = '.';
	cli_say(cli, text, above, below, percent, NULL);
}

static void say_three(const struct cli *cli, enum cli_text text, uint32_t a, uint32_t b, uint32_t c)
{
	char texts[3][16];

	snprintf(texts[0], sizeof(texts[0]), "%" PRIu32, a);
	snprintf(texts[1], sizeof(texts[1]), "%" PRIu32, b);
	snprintf(texts[2], sizeof(texts[2]), "%" PRIu32, c);
	cli_say(cli, text, texts[0], texts[1], texts[2], NULL);
}

static void say_some(const struct cli *cli, enum cli_text text, const Dondoc__V1__Buckets *some)
{
	if (some && some->total > 0)
		say_three(cli, text, some->total, some->completed_on_time + some->completed_late,
			  some->open_overdue);
}

static void say_figures(const struct cli *cli, const Dondoc__V1__TaskCounts *counts)
{
	const Dondoc__V1__Buckets *all = counts->all;
	uint32_t late = all->completed_late + all->open_overdue;

	say_rate(cli, TEXT_RATE_FALLEN_DUE, counts->done_of_fallen_due, counts->fallen_due);
	say_rate(cli, TEXT_RATE_ALL, counts->done, all->total - all->cancelled);
	say_three(cli, TEXT_COUNT_LATE, late, all->late_excused, late - all->late_excused);
	if (counts->reporting_units > 0)
		say_rate(cli, TEXT_COUNT_UPDATED, counts->updated_units, counts->reporting_units);
	say_some(cli, TEXT_COUNT_PRIORITY_SAID, counts->priority);
	say_some(cli, TEXT_COUNT_CARRIED_SAID, counts->carried);
	if (all->carried_over > 0)
		say_three(cli, TEXT_COUNT_CARRIED_OVER, all->carried_over, 0, 0);
	if (counts->fan_outs > 0)
		say_three(cli, TEXT_COUNT_FAN_OUTS, counts->fan_outs, counts->parts, 0);
}

void cli_print_counts(const struct cli *cli, const Dondoc__V1__TaskCounts *counts)
{
	const struct part parts[PARTS] = {
		{TEXT_COL_AREA, counts->by_area, counts->n_by_area},
		{TEXT_COL_UNIT, counts->by_unit, counts->n_by_unit},
		{TEXT_COL_UNIT_KIND, counts->by_kind, counts->n_by_kind},
	};
	char day[CLI_DAY_TEXT];

	if (cli->format == CLI_CSV) {
		print_csv(cli, parts, counts);
		return;
	}
	cli_say(cli, TEXT_COUNTS_AS_OF, cli_day(cli->lang, counts->as_of_day, day), NULL);
	for (int i = 0; i < PARTS; i++) {
		if (i == PARTS - 1 && parts[i].count < 2) /* nothing to compare */
			continue;
		print_part(cli, &parts[i]);
		fputc('\n', cli->out);
	}
	if (counts->all)
		say_figures(cli, counts);
}

int cli_show_counts(struct cli *cli, Dondoc__V1__CountTasks *count)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = count;
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

/* --- task count ------------------------------------------------------------------------------ */

int cli_task_count(struct cli *cli)
{
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &count.as_of_day);

	count.plan = cli_option_text(cli, CLI_OPT_PLAN);
	count.unit = cli_option_text(cli, CLI_OPT_UNIT);
	count.with_subunits = cli->args.value[CLI_OPT_SUBUNITS] != NULL;
	count.priority_only = cli->args.value[CLI_OPT_PRIORITY_ONLY] != NULL;
	count.count_parts = cli->args.value[CLI_OPT_PARTS] != NULL;
	count.by_todays_units = cli->args.value[CLI_OPT_TODAYS_UNITS] != NULL;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	return rc != 0 ? rc : cli_show_counts(cli, &count);
}
