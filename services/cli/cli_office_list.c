/* cli_office_list.c - `office list`: which offices are heard, how far their copies follow and what
 * waits in their outboxes. */
#include "services/cli/cli_office_list.h"

#include "common/base/clock.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

#define COLUMNS     9
#define MINUTE_US   (INT64_C(60) * 1000 * 1000)
#define HOUR_US     (60 * MINUTE_US)
#define DAY_US      (24 * HOUR_US)
#define STATE(name) DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_##name

/* Keys with which it may come; *invited_out: an invitation is open. */
static unsigned keys_of(const Dondoc__V1__OfficeRow *row, bool *invited_out)
{
	unsigned keys = 0;

	*invited_out = false;
	for (size_t i = 0; i < row->n_keys; i++) {
		int state = (int)row->keys[i]->state;

		keys += state == STATE(VALID) || state == STATE(REPLACED);
		*invited_out = *invited_out || state == STATE(INVITED);
	}
	return keys;
}

static enum cli_text contact_of(const Dondoc__V1__OfficeRow *row)
{
	bool invited;
	unsigned keys = keys_of(row, &invited);

	if (row->linked)
		return TEXT_OFFICE_LINKED;
	if (row->last_contact_us != 0)
		return TEXT_OFFICE_AWAY;
	return keys == 0 && invited ? TEXT_OFFICE_INVITED : TEXT_OFFICE_NEVER;
}

static void lag_cell(const struct cli *cli, const Dondoc__V1__OfficeRow *row,
		     struct cli_table *table)
{
	char events[24], time[24] = "";
	struct dd_buf words = {0};
	enum cli_text text = TEXT_LAG_EVENTS;
	int64_t unit = 1;

	snprintf(events, sizeof(events), "%" PRIu64, row->lag_events);
	if (row->lag_us >= DAY_US) {
		text = TEXT_LAG_DAYS;
		unit = DAY_US;
	} else if (row->lag_us >= HOUR_US) {
		text = TEXT_LAG_HOURS;
		unit = HOUR_US;
	} else if (row->lag_us >= MINUTE_US) {
		text = TEXT_LAG_MINUTES;
		unit = MINUTE_US;
	}
	snprintf(time, sizeof(time), "%" PRId64, row->lag_us / unit);
	if (row->sequence == 0) {
		cli_table_cell(table, "");
	} else if (row->lag_events == 0) {
		cli_table_cell(table, cli_text(cli->lang, TEXT_LAG_NONE));
	} else {
		cli_fill(&words, cli_text(cli->lang, text), (const char *const[]){events, time}, 2);
		cli_table_cell(table, dd_buf_cstr(&words));
	}
	dd_buf_fini(&words);
}

static void add_row(const struct cli *cli, const Dondoc__V1__OfficeRow *row,
		    struct cli_table *table)
{
	char last[DD_TIME_TEXT], oldest[DD_TIME_TEXT];
	bool invited;

	cli_table_cell(table, row->unit);
	cli_table_cell(table, row->unit_name);
	cli_table_cell(table, cli_text(cli->lang, contact_of(row)));
	cli_table_cell(table,
		       row->last_contact_us ? dd_time_local(row->last_contact_us, last) : "");
	lag_cell(cli, row, table);
	if (row->told)
		cli_table_number(table, row->backlog);
	else
		cli_table_cell(table, "");
	cli_table_cell(table, row->oldest_us ? dd_time_local(row->oldest_us, oldest) : "");
	cli_table_number(table, keys_of(row, &invited));
	cli_table_cell(table, row->build);
}

static void print_sum(const struct cli *cli, const Dondoc__V1__OfficeList *list)
{
	char units[24], linked[24], waiting[24], since[DD_TIME_TEXT];
	size_t heard = 0, backlog = 0;

	for (size_t i = 0; i < list->n_rows; i++) {
		heard += list->rows[i]->linked ? 1 : 0;
		backlog += list->rows[i]->backlog > 0;
	}
	snprintf(units, sizeof(units), "%zu", list->n_rows);
	snprintf(linked, sizeof(linked), "%zu", heard);
	snprintf(waiting, sizeof(waiting), "%zu", backlog);
	cli_say(cli, TEXT_OFFICE_SUM, units, linked, waiting, dd_time_local(list->since_us, since),
		NULL);
	if (list->rows_cut)
		cli_say(cli, TEXT_OFFICE_CUT, NULL);
}

void cli_print_offices(const struct cli *cli, const Dondoc__V1__OfficeList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTACT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_LAST_CONTACT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_BEHIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_BACKLOG), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_OLDEST), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_KEYS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_BUILD), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	if (list->n_rows > 0 || cli->format != CLI_TABLE)
		cli_print_table(cli, table);
	cli_table_free(table);
	if (cli->format != CLI_TABLE)
		return;
	if (list->n_rows == 0)
		cli_say(cli, TEXT_OFFICE_NONE, NULL);
	else
		print_sum(cli, list);
}

int cli_office_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOffices list = DONDOC__V1__LIST_OFFICES__INIT;
	const char *unit = cli_word(cli, 0);
	Dondoc__V1__Reply *reply;
	int rc;

	if (unit != NULL)
		list.unit = (char *)unit; /* packed, not changed */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OFFICES;
	query.list_offices = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_OFFICES, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->offices->base);
	else
		cli_print_offices(cli, reply->answer->offices);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
