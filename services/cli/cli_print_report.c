/* cli_print_report.c - issued reports: what was issued when, as of which day and position. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

static const char *plan_words(const struct cli *cli, const Dondoc__V1__IssueReport *report)
{
	return report->plan[0] ? report->plan : cli_text(cli->lang, TEXT_ALL_PLANS);
}

static const char *schedule_words(const struct cli *cli, const Dondoc__V1__IssueReport *report)
{
	return report->schedule[0] ? report->schedule : cli_text(cli->lang, TEXT_NOT_SCHEDULED);
}

static void add_report(const struct cli *cli, struct cli_table *table,
		       const Dondoc__V1__ReportRow *row)
{
	const Dondoc__V1__IssueReport *report = row->report;
	char day[CLI_DAY_TEXT], issued[DD_TIME_TEXT];
	struct dd_buf formats = {0};

	for (size_t i = 0; i < report->n_files; i++)
		dd_buf_printf(&formats, "%s%s", i ? ", " : "", report->files[i]->format);
	cli_table_number(table, (long long)row->sequence);
	cli_table_cell(table, dd_time_local(row->issued_us, issued));
	cli_table_cell(table, plan_words(cli, report));
	cli_table_cell(table, cli_day(cli->lang, report->as_of_day, day));
	cli_table_cell(table, schedule_words(cli, report));
	cli_table_number(table, (long long)report->sequence);
	cli_table_cell(table, dd_buf_cstr(&formats));
	dd_buf_fini(&formats);
}

void cli_print_reports(const struct cli *cli, const Dondoc__V1__ReportList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_SEQUENCE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_ISSUED), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PLAN), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_AS_OF), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SCHEDULE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_POSITION), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_FORMAT), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 7);

	for (size_t i = 0; i < list->n_rows; i++) {
		if (list->rows[i]->report)
			add_report(cli, table, list->rows[i]);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

static void print_files(const struct cli *cli, const Dondoc__V1__IssueReport *report)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_FORMAT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SIZE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_HASH), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 3);

	for (size_t i = 0; i < report->n_files; i++) {
		const Dondoc__V1__ReportFile *file = report->files[i];
		char hex[2 * DD_HASH_LEN + 1] = "?";

		if (file->hash.len == DD_HASH_LEN)
			dd_hex(file->hash.data, file->hash.len, hex);
		cli_table_cell(table, file->format);
		cli_table_number(table, (long long)file->size);
		cli_table_cell(table, hex);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

void cli_print_report(const struct cli *cli, const Dondoc__V1__ReportRow *row)
{
	const Dondoc__V1__IssueReport *report = row->report;

	cli_print_label_number(cli, TEXT_LABEL_REPORT, row->sequence);
	cli_print_label(cli, TEXT_LABEL_PLAN, plan_words(cli, report));
	cli_print_label_day(cli, TEXT_LABEL_AS_OF, report->as_of_day);
	cli_print_label(cli, TEXT_LABEL_SCHEDULE, schedule_words(cli, report));
	cli_print_label_time(cli, TEXT_LABEL_ISSUED, row->issued_us);
	cli_print_label_number(cli, TEXT_LABEL_POSITION, report->sequence);
	cli_print_label_hash(cli, TEXT_LABEL_DATA_HASH, &report->data_hash);
	cli_print_label(cli, TEXT_LABEL_BUILD, report->build);
	fputc('\n', cli->out);
	print_files(cli, report);
}
