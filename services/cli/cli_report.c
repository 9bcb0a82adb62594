/* cli_report.c - `report run`, `report list`, `report show`. The list of what was issued is in
 * every view of the log; the bytes are with the reporting service alone. */
#include "services/cli/cli_report.h"
#include "common/base/id.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_talk.h"
#include <string.h>

#define PATIENCE_MS 120000 /* thousands of rows are counted and set as pages */
#define ROWS        100
#define ROWS_MAX    1000

static void be_patient(struct cli *cli)
{
	if (cli->wait_ms == 0)
		dd_client_set_patience(cli->client, PATIENCE_MS);
}

static int ask_bytes(struct cli *cli, const Dondoc__V1__Query *query, Dondoc__V1__Reply **reply_out)
{
	int rc = cli_connect(cli, "reporting");

	if (rc != 0)
		return rc;
	be_patient(cli);
	rc = cli_query(cli, query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_REPORT) : rc;
}

/* --- run -------------------------------------------------------------------------------------- */

static int read_run(const struct cli *cli, Dondoc__V1__RunReport *run, const char **path_out)
{
	const char *plan = cli->args.value[CLI_OPT_PLAN];
	const char *lang = cli->args.value[CLI_OPT_LANG];
	const char *day, *format;
	int rc = cli_text_option(cli, CLI_OPT_AS_OF, &day);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_OUT, path_out);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_AS_OF, &run->as_of_day);
	if (rc != 0)
		return rc;
	format = cli_report_format(cli->args.value[CLI_OPT_FORMAT], *path_out);
	if (!format)
		return cli_misused(cli, TEXT_NO_REPORT_FORMAT, NULL);
	run->plan = (char *)(plan ? plan : ""); /* these are packed, not changed */
	run->format = (char *)format;
	/* A document's language is not that of the person at the terminal, unless it is said. */
	run->lang = (char *)(lang ? lang : "");
	return cli_report_may_write(cli, *path_out);
}

int cli_report_run(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__RunReport run = DONDOC__V1__RUN_REPORT__INIT;
	Dondoc__V1__Reply *reply;
	const char *path;
	int rc = read_run(cli, &run, &path);

	query.what_case = DONDOC__V1__QUERY__WHAT_RUN_REPORT;
	query.run_report = &run;
	if (rc == 0)
		rc = ask_bytes(cli, &query, &reply);
	if (rc != 0)
		return rc;
	rc = cli_report_keep(cli, reply->answer->report, NULL, path);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* --- list ------------------------------------------------------------------------------------- */

static int ask_list(struct cli *cli, uint32_t limit, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListReports list = DONDOC__V1__LIST_REPORTS__INIT;
	int rc = cli_connect(cli, "task");

	list.limit = limit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REPORTS;
	query.list_reports = &list;
	if (rc == 0)
		rc = cli_query(cli, &query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_REPORTS) : rc;
}

int cli_report_list(struct cli *cli)
{
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);

	if (rc == 0)
		rc = ask_list(cli, (uint32_t)limit, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->reports->base);
	else
		cli_print_reports(cli, reply->answer->reports);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- show ------------------------------------------------------------------------------------- */

static int fetch(struct cli *cli, const ProtobufCBinaryData *hash, const char *path)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__FetchReport wanted = DONDOC__V1__FETCH_REPORT__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	wanted.hash = *hash;
	query.what_case = DONDOC__V1__QUERY__WHAT_FETCH_REPORT;
	query.fetch_report = &wanted;
	rc = ask_bytes(cli, &query, &reply);
	if (rc != 0)
		return rc;
	rc = cli_report_keep(cli, reply->answer->report, hash, path);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static int no_file(const struct cli *cli, const Dondoc__V1__ReportRow *row, const char *path)
{
	const char *dot = strrchr(path, '.');
	struct dd_buf formats = {0};

	for (size_t i = 0; i < row->report->n_files; i++)
		dd_buf_printf(&formats, "%s%s", i ? ", " : "", row->report->files[i]->format);
	cli_complain(cli, TEXT_NO_REPORT_FILE, cli_word(cli, 0), dot ? dot + 1 : "",
		     dd_buf_cstr(&formats), NULL);
	dd_buf_fini(&formats);
	return CLI_NOT_FOUND;
}

static int show_row(struct cli *cli, const Dondoc__V1__ReportRow *row,
		    const struct cli_named *named)
{
	const char *path = cli->args.value[CLI_OPT_OUT];
	const Dondoc__V1__ReportFile *file;

	if (!path && cli->format == CLI_JSON) {
		cli_print_json(cli, &row->base);
		return CLI_DONE;
	}
	if (!path) {
		cli_print_report(cli, row);
		return CLI_DONE;
	}
	file = cli_report_file(row->report, named, path);
	return file ? fetch(cli, &file->hash, path) : no_file(cli, row, path);
}

static int check_show(const struct cli *cli, struct cli_named *named_out)
{
	const char *path = cli->args.value[CLI_OPT_OUT];

	if (cli_parse_named(cli_word(cli, 0), named_out) != 0)
		return cli_misused(cli, TEXT_BAD_NAMED, cli_word(cli, 0), NULL);
	if (cli->format == CLI_CSV)
		return cli_misused(cli, TEXT_NO_CSV, NULL);
	if (cli->args.value[CLI_OPT_FORCE] && !path)
		return cli_misused(cli, TEXT_FORCE_NEEDS_OUT, NULL);
	return path ? cli_report_may_write(cli, path) : 0;
}

int cli_report_show(struct cli *cli)
{
	const Dondoc__V1__ReportRow *row;
	Dondoc__V1__Reply *reply;
	struct cli_named named;
	int rc = check_show(cli, &named);

	if (rc == 0)
		rc = ask_list(cli, ROWS_MAX, &reply);
	if (rc != 0)
		return rc;
	row = cli_report_find(reply->answer->reports, &named);
	if (row) {
		rc = show_row(cli, row, &named);
	} else {
		cli_complain(cli, TEXT_NO_SUCH_NAMED, cli_word(cli, 0), "1000", NULL);
		rc = CLI_NOT_FOUND;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}
