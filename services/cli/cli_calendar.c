/* cli_calendar.c - `calendar list`: the days that are not as their weekday says, and for whom. */
#include "common/base/clock.h"
#include "services/cli/cli_annex.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <stdio.h>

#define COLUMNS 6

const char *cli_name_day_kind(enum cli_lang lang, int kind)
{
	static const enum cli_text names[] = {TEXT_DAY_ORDINARY, TEXT_DAY_HOLIDAY,
					      TEXT_DAY_COMPENSATORY, TEXT_DAY_WORKED,
					      TEXT_DAY_AS_ABOVE};

	if (kind < 0 || (size_t)kind >= sizeof(names) / sizeof(names[0]))
		return "?";
	return cli_text(lang, names[kind]);
}

static const char *weekday(enum cli_lang lang, int32_t day)
{
	static const enum cli_text names[] = {TEXT_MONDAY,   TEXT_TUESDAY, TEXT_WEDNESDAY,
					      TEXT_THURSDAY, TEXT_FRIDAY,  TEXT_SATURDAY,
					      TEXT_SUNDAY};

	return cli_text(lang, names[dd_day_weekday(day)]);
}

/* As `calendar import` reads it. */
static void add_file_row(const struct cli *cli, const Dondoc__V1__CalendarRow *row,
			 struct cli_table *table)
{
	static const char *const kinds[] = {"ordinary", "holiday", "compensatory", "working_swap"};
	const size_t kind = (size_t)row->kind;
	char day[DD_DAY_TEXT];

	cli_table_cell(table, dd_day_iso(row->day, day));
	cli_table_cell(table, weekday(cli->lang, row->day));
	cli_table_cell(table, kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind] : "?");
	cli_table_cell(table, row->name);
	cli_table_cell(table, row->unit);
	cli_table_cell(table, row->unit_name);
}

static void add_row(const struct cli *cli, const Dondoc__V1__CalendarRow *row,
		    struct cli_table *table)
{
	char day[CLI_DAY_TEXT];

	cli_table_cell(table, cli_day(cli->lang, row->day, day));
	cli_table_cell(table, weekday(cli->lang, row->day));
	cli_table_cell(table, cli_name_day_kind(cli->lang, (int)row->kind));
	cli_table_cell(table, row->name);
	cli_table_cell(table, row->unit);
	cli_table_cell(table,
		       row->unit[0] ? row->unit_name : cli_text(cli->lang, TEXT_DAY_FOR_ALL));
}

/* A file of them can be imported again: its columns have the names that it needs. */
static void print_list(const struct cli *cli, const Dondoc__V1__CalendarList *list)
{
	const struct cli_column shown[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WEEKDAY), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_KIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FOR_WHOM), true, false, 0},
	};
	const struct cli_column filed[COLUMNS] = {
		{"date", false, false, 0}, {"weekday", false, false, 0},
		{"kind", false, false, 0}, {"name", false, false, 0},
		{"unit", false, false, 0}, {"unit_name", false, false, 0},
	};
	const bool file = cli->format == CLI_CSV;
	struct cli_table *table = cli_table_new(file ? filed : shown, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++) {
		if (file)
			add_file_row(cli, list->rows[i], table);
		else
			add_row(cli, list->rows[i], table);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
	if (file)
		return;
	if (list->n_rows == 0)
		cli_say(cli, TEXT_CALENDAR_EMPTY, NULL);
	if (list->rows_cut)
		cli_say(cli, TEXT_CALENDAR_CUT, NULL);
}

int cli_calendar_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListCalendar list = DONDOC__V1__LIST_CALENDAR__INIT;
	const char *unit = cli->args.value[CLI_OPT_UNIT];
	Dondoc__V1__Reply *reply;
	uint64_t year;
	int rc = cli_number_option(cli, CLI_OPT_IN_YEAR, 2100, 0, &year);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	list.unit = (char *)(unit ? unit : ""); /* packed, not changed */
	if (year != 0) {
		list.from_day = dd_day_from_date((struct dd_date){(int)year, 1, 1});
		list.to_day = dd_day_from_date((struct dd_date){(int)year, 12, 31});
	}
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_CALENDAR;
	query.list_calendar = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_CALENDAR);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->calendar->base);
	else
		print_list(cli, reply->answer->calendar);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
