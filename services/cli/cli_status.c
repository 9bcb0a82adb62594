/* cli_status.c - `status`: every service that has a socket in the run folder, or the one named. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/sys.h"
#include "services/cli/cli.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_WAIT_MS 2000 /* for each: who does not answer at once is worth telling */
#define SERVICES_MAX  256

struct services {
	char *names[SERVICES_MAX]; /* owned */
	int count;
	int silent;
	struct cli_table *table; /* NULL for JSON */
};

static void on_name(void *arg, const char *name)
{
	struct services *services = arg;

	if (services->count < SERVICES_MAX &&
	    (strncmp(name, "office-", 7) == 0 || strcmp(name, "notification") == 0 ||
	     strcmp(name, "reporting") == 0))
		services->names[services->count++] = dd_strdup(name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The task service always, so that its absence is seen; others where they have a folder. */
static void find_services(const struct cli *cli, struct services *services)
{
	const struct dd_sys *sys = dd_sys();

	if (cli->args.value[CLI_OPT_ENDPOINT]) {
		services->names[services->count++] = dd_strdup(cli->args.value[CLI_OPT_ENDPOINT]);
		return;
	}
	services->names[services->count++] = dd_strdup("task");
	(void)sys->list(sys->ctx, cli->run, on_name, services); /* no folder, no others */
	qsort(services->names + 1, (size_t)services->count - 1, sizeof(char *), by_name);
}

static void cell_sequence(struct cli_table *table, uint64_t sequence)
{
	cli_table_number(table, (long long)sequence);
}

static void add_row(const struct cli *cli, struct cli_table *table, const char *name,
		    const Dondoc__V1__Status *status)
{
	char text[DD_TIME_TEXT], up[32], memory[32];
	int64_t minutes = (status->now_us - status->started_us) / (60 * DD_SECOND_US);

	snprintf(up, sizeof(up), "%" PRId64 ":%02" PRId64, minutes / 60, minutes % 60);
	snprintf(memory, sizeof(memory), "%" PRIu64 " MiB", status->resident_bytes >> 20);
	cli_table_cell(table, name);
	cli_table_cell(table, status->healthy ? "ok" : status->health);
	cli_table_cell(table, cli_name_link(cli->lang, status->link));
	cell_sequence(table, status->head ? status->head->sequence : 0);
	cell_sequence(table, status->view_sequence);
	cli_table_cell(table, dd_time_local(status->now_us, text));
	cli_table_cell(table, status->trial_clock ? cli_text(cli->lang, TEXT_TRIAL) : "");
	cli_table_cell(table, up);
	cli_table_cell(table, memory);
	cli_table_cell(table, status->build);
}

static void add_silent(const struct cli *cli, struct services *services, const char *name)
{
	services->silent++;
	if (!services->table)
		return;
	cli_table_cell(services->table, name);
	cli_table_cell(services->table, cli_text(cli->lang, TEXT_NOT_ANSWERING));
	for (int i = 0; i < 8; i++)
		cli_table_cell(services->table, "");
}

static int ask(struct cli *cli, struct services *services, const char *name)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	int rc = cli_connect(cli, name);

	if (rc != 0)
		return rc;
	if (cli->wait_ms == 0)
		dd_client_set_patience(cli->client, SHORT_WAIT_MS);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	rc = dd_client_query(cli->client, &query, 0, &reply, &err);
	if (rc == DD_ERR_RETRY && !dd_client_error(cli->client)) {
		add_silent(cli, services, name);
		return 0;
	}
	rc = rc == 0 ? cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_STATUS)
		     : cli_call_failed(cli, &err, false);
	if (rc != 0)
		return rc;
	if (services->table)
		add_row(cli, services->table, name, reply->answer->status);
	else
		cli_print_json(cli, &reply->answer->status->base);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

int cli_status(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_SERVICE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HEALTH), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_LINK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HEAD), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_VIEW), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_CLOCK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TRIAL), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UP), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_MEMORY), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_BUILD), true, false, 0},
	};
	struct services services = {0};
	int rc = 0;

	find_services(cli, &services);
	if (cli->format != CLI_JSON)
		services.table = cli_table_new(columns, 10);
	for (int i = 0; i < services.count && rc == 0; i++)
		rc = ask(cli, &services, services.names[i]);
	if (rc == 0 && services.table)
		cli_print_table(cli, services.table);
	for (int i = 0; i < services.count; i++)
		free(services.names[i]);
	cli_table_free(services.table);
	return rc == 0 && services.silent ? CLI_NO_ANSWER : rc;
}
