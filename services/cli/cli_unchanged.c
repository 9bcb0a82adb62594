/* cli_unchanged.c - `task unchanged|product`: "no change" for one task or many, and the state of a
 * product. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "services/cli/cli_files.h"
#include "services/cli/cli_life.h"
#include <stdlib.h>
#include <string.h>

#define TASKS_MAX 1000
#define FILE_MAX  (1u << 20)

/* The tasks under way, and the lead of the first: all must be its. */
struct many {
	Dondoc__V1__ReportUnchanged report;
	uint64_t *tasks; /* owned */
	char lead[32];
};

static int find_one(struct cli *cli, const char *word, struct many *many)
{
	Dondoc__V1__Reply *reply;
	const Dondoc__V1__TaskRow *task;
	int rc;

	if (many->report.n_tasks == TASKS_MAX)
		return cli_misused(cli, TEXT_BAD_VALUE, "--tasks", "1000", NULL);
	rc = cli_find_task(cli, word, 1, &reply);
	if (rc != 0)
		return rc;
	task = reply->answer->task->task;
	many->tasks[many->report.n_tasks++] = task->id;
	if (!many->lead[0])
		strncpy(many->lead, task->lead_unit, sizeof(many->lead) - 1);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

/* One task a line; empty lines are passed over. */
static int find_in_file(struct cli *cli, struct many *many)
{
	struct dd_buf file = {0};
	struct dd_error err;
	char *line, *rest = NULL;
	int rc = dd_file_read(cli->args.value[CLI_OPT_TASKS], FILE_MAX, &file, &err);

	if (rc != DD_OK) {
		dd_buf_fini(&file);
		return cli_failed(cli, &err);
	}
	(void)dd_buf_cstr(&file); /* ends it */
	for (line = strtok_r((char *)file.data, "\r\n", &rest); rc == 0 && line;
	     line = strtok_r(NULL, "\r\n", &rest)) {
		line += strspn(line, " \t");
		if (line[0])
			rc = find_one(cli, line, many);
	}
	dd_buf_fini(&file);
	return rc;
}

int cli_task_unchanged(struct cli *cli)
{
	struct many many = {.report = DONDOC__V1__REPORT_UNCHANGED__INIT};
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	many.tasks = dd_alloc(TASKS_MAX * sizeof(*many.tasks));
	for (int i = 0; rc == 0 && cli_word(cli, i); i++)
		rc = find_one(cli, cli_word(cli, i), &many);
	if (rc == 0 && cli->args.value[CLI_OPT_TASKS])
		rc = find_in_file(cli, &many);
	if (rc == 0 && many.report.n_tasks == 0)
		rc = cli_misused(cli, TEXT_NO_TASKS_NAMED, NULL);
	many.report.tasks = many.tasks;
	many.report.note = cli_option_text(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_UNCHANGED;
	work.body.report_unchanged = &many.report;
	rc = cli_work_send(cli, &work, rc, many.lead);
	free(many.tasks);
	return rc;
}

/* --- products ----------------------------------------------------------------------------------
 */

static int read_product(const struct cli *cli, Dondoc__V1__ReportProduct *report)
{
	static const char *const states[] = {"open", "drafted", "delivered", "accepted",
					     "returned"}; /* by ProductState */
	uint64_t number;

	if (cli_parse_number(cli_word(cli, 1), UINT32_MAX, &number) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "PRODUCT", cli_word(cli, 1), NULL);
	report->product = (uint32_t)number;
	report->note = cli_option_text(cli, CLI_OPT_NOTE);
	for (int i = 0; i < (int)(sizeof(states) / sizeof(states[0])); i++) {
		if (strcmp(cli_word(cli, 2), states[i]) != 0)
			continue;
		report->state = (Dondoc__V1__ProductState)i;
		return 0;
	}
	return cli_misused(cli, TEXT_BAD_CHOICE, cli_word(cli, 2),
			   "open, drafted, delivered, accepted, returned", NULL);
}

/* Who delivers brings evidence; who judges it does not. */
static int attach_files(struct cli *cli, const struct cli_work *work,
			const Dondoc__V1__ReportProduct *report, struct cli_files *files)
{
	const struct cli_files_for what = {.product = report->product,
					   .unit = work->task->lead_unit};

	if (cli->args.value[CLI_OPT_FILES] &&
	    report->state >= DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED)
		return cli_misused(cli, TEXT_BAD_VALUE, "--file", cli_word(cli, 2), NULL);
	return cli_files_attach(cli, work, &what, files);
}

int cli_task_product(struct cli *cli)
{
	Dondoc__V1__ReportProduct report = DONDOC__V1__REPORT_PRODUCT__INIT;
	struct cli_files files = {.count = 0};
	struct cli_work work = {0};
	int rc = read_product(cli, &report);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &report.task);
	if (rc == 0)
		rc = cli_work_evidence(cli, &work, &report.evidence);
	if (rc == 0)
		rc = attach_files(cli, &work, &report, &files);
	report.files = files.names;
	report.n_files = files.count;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PRODUCT;
	work.body.report_product = &report;
	if (report.state >= DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED)
		return cli_work_as_assigner(cli, &work, rc, NULL);
	return cli_work_as_lead(cli, &work, rc);
}
