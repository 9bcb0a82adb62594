/* cli_time.c - `time read`: what a time text of an annex would mean. */
#include "services/cli/cli_annex.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <stdio.h>

static const enum cli_text doubt_texts[] = {
	TEXT_DOUBT_NOT_UNDERSTOOD, TEXT_DOUBT_PART_LEFT,   TEXT_DOUBT_PROPOSAL,
	TEXT_DOUBT_SEVERAL_UNITS,  TEXT_DOUBT_NO_YEAR,     TEXT_DOUBT_BARE_NUMBER,
	TEXT_DOUBT_NO_EVENT,       TEXT_DOUBT_OTHER_DATES,
};

static void add_doubts(const struct cli *cli, const Dondoc__V1__Timing *timing, struct dd_buf *out)
{
	for (size_t i = 0; i < sizeof(doubt_texts) / sizeof(doubt_texts[0]); i++) {
		if (timing->doubts >> i & 1)
			dd_buf_printf(out, "%s%s", out->len ? "; " : "",
				      cli_text(cli->lang, doubt_texts[i]));
	}
	if (*timing->rest)
		dd_buf_printf(out, "%s«%s»", out->len ? ": " : "", timing->rest);
}

/* What the columns of days have no room for: the hour, the day of the period, the event. */
static void add_details(const struct cli *cli, const Dondoc__V1__Timing *timing, struct dd_buf *out)
{
	if (timing->due_minute)
		dd_buf_printf(out, " %02u:%02u", timing->due_minute / 60, timing->due_minute % 60);
	if (timing->every_weeks > 1)
		dd_buf_printf(out, " ×%u", timing->every_weeks);
	if (timing->weekday)
		dd_buf_printf(out, " %s %u", cli_text(cli->lang, TEXT_TIME_WEEKDAY),
			      timing->weekday);
	if (timing->day_of_month)
		dd_buf_printf(out, " %s %u", cli_text(cli->lang, TEXT_TIME_DAY),
			      timing->day_of_month);
	if (timing->report_every)
		dd_buf_printf(out, " %s %s", cli_text(cli->lang, TEXT_TIME_REPORT),
			      cli_name_recurrence(cli->lang, (int)timing->report_every));
}

static void add_event(const struct cli *cli, const Dondoc__V1__AfterEvent *after,
		      struct dd_buf *out)
{
	static const enum cli_text spans[] = {TEXT_NONE,       TEXT_SPAN_DAYS,   TEXT_SPAN_WORKING,
					      TEXT_SPAN_WEEKS, TEXT_SPAN_MONTHS, TEXT_SPAN_YEARS};

	if (after->count && after->span > 0 && after->span <= DONDOC__V1__SPAN_UNIT__SPAN_YEARS)
		dd_buf_printf(out, " %u %s", after->count, cli_text(cli->lang, spans[after->span]));
	if (*after->event)
		dd_buf_printf(out, " «%s»", after->event);
}

static void add_row(const struct cli *cli, struct cli_table *table, const char *what, int32_t start,
		    int32_t due)
{
	char day[CLI_DAY_TEXT];

	cli_table_cell(table, what);
	cli_table_cell(table, cli_day(cli->lang, start, day));
	cli_table_cell(table, cli_day(cli->lang, due, day));
}

static void print_fields(const struct cli *cli, const Dondoc__V1__TaskFields *fields)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_TIME_TEXT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_START), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_RECURRENCE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_DOUBT), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 5);
	const Dondoc__V1__Timing *timing = fields->timing;
	struct dd_buf kind = {0};
	struct dd_buf doubts = {0};

	dd_buf_text(&kind, cli_name_recurrence(cli->lang, (int)fields->recurrence));
	if (timing) {
		add_details(cli, timing, &kind);
		if (timing->after)
			add_event(cli, timing->after, &kind);
		add_doubts(cli, timing, &doubts);
	}
	add_row(cli, table, fields->time_text, fields->start_day, fields->due_day);
	cli_table_cell(table, dd_buf_cstr(&kind));
	cli_table_cell(table, dd_buf_cstr(&doubts));
	for (size_t i = 0; timing && i < timing->n_milestones; i++) {
		const Dondoc__V1__Milestone *row = timing->milestones[i];

		add_row(cli, table, row->what, row->start_day, row->due_day);
		cli_table_cell(table, cli_text(cli->lang, TEXT_TIME_MILESTONE));
		cli_table_cell(table, "");
	}
	cli_print_table(cli, table);
	cli_table_free(table);
	dd_buf_fini(&kind);
	dd_buf_fini(&doubts);
}

int cli_time_read(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ReadTime ask = DONDOC__V1__READ_TIME__INIT;
	const char *plan = cli->args.value[CLI_OPT_PLAN];
	const char *unit = cli->args.value[CLI_OPT_UNIT];
	Dondoc__V1__Reply *reply;
	uint64_t year;
	int rc = cli_day_option(cli, CLI_OPT_DATE, &ask.issued_day);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_IN_YEAR, 2100, 0, &year);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	ask.text = (char *)cli_word(cli, 0); /* packed, not changed */
	ask.plan = (char *)(plan ? plan : "");
	ask.year = (int32_t)year;
	ask.unit = (char *)(unit ? unit : "");
	query.what_case = DONDOC__V1__QUERY__WHAT_READ_TIME;
	query.read_time = &ask;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_TIME_READ);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->time_read->base);
	else if (reply->answer->time_read->fields)
		print_fields(cli, reply->answer->time_read->fields);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
