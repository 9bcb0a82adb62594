/* cli_work.c - see cli_work.h. */
#include "services/cli/cli_work.h"
#include "services/cli/cli_draft.h"
#include <stdlib.h>

char *cli_option_text(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

int cli_work_start(struct cli *cli, struct cli_work *work)
{
	dondoc__v1__command_body__init(&work->body);
	dondoc__v1__base__init(&work->base);
	dondoc__v1__document__init(&work->document);
	work->shown = NULL;
	work->task = NULL;
	if (cli->format == CLI_CSV)
		return cli_misused(cli, TEXT_NO_CSV, NULL);
	return cli_connect(cli, "task");
}

int cli_work_begin(struct cli *cli, struct cli_work *work, uint64_t *task_out)
{
	int rc = cli_work_start(cli, work);

	if (rc == 0)
		rc = cli_find_task(cli, cli_word(cli, 0), 1, &work->shown);
	if (rc != 0)
		return rc;
	work->task = work->shown->answer->task->task;
	work->base.task_version = work->task->version;
	work->body.based_on = &work->base;
	*task_out = work->task->id;
	return 0;
}

int cli_work_document(const struct cli *cli, struct cli_work *work,
		      Dondoc__V1__Document **document_out)
{
	const struct cli_args *args = &cli->args;
	int rc = cli_day_option(cli, CLI_OPT_DATE, &work->document.day);

	work->document.number = cli_option_text(cli, CLI_OPT_NUMBER);
	work->document.title = cli_option_text(cli, CLI_OPT_TITLE);
	work->document.issuer = cli_option_text(cli, CLI_OPT_ISSUER);
	if (args->value[CLI_OPT_NUMBER] || args->value[CLI_OPT_DATE] || args->value[CLI_OPT_TITLE])
		*document_out = &work->document;
	return rc;
}

static int send_work(struct cli *cli, struct cli_work *work, const char *unit)
{
	Dondoc__V1__Reply *reply;
	int rc = cli_submit(cli, &work->body, cli_acting_unit(cli, unit), &reply);

	if (rc != 0)
		return rc;
	rc = cli_outcome(cli, reply->submit);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_work_send(struct cli *cli, struct cli_work *work, int rc, const char *unit)
{
	if (rc == 0 && cli->args.value[CLI_OPT_DRAFT]) {
		rc = cli_draft_keep(cli, &work->body, cli_acting_unit(cli, unit));
	} else if (rc == 0) {
		rc = send_work(cli, work, unit);
	}
	if (work->shown)
		dondoc__v1__reply__free_unpacked(work->shown, NULL);
	work->shown = NULL;
	return rc;
}

int cli_work_as_lead(struct cli *cli, struct cli_work *work, int rc)
{
	return cli_work_send(cli, work, rc, rc == 0 ? work->task->lead_unit : "");
}

int cli_work_as_assigner(struct cli *cli, struct cli_work *work, int rc, const char *plan)
{
	char *assigner = NULL;

	if (rc == 0 && !plan)
		plan = work->task->fields->plan;
	if (rc == 0 && plan[0] && !cli_acting_unit(cli, NULL))
		rc = cli_find_assigner(cli, plan, &assigner);
	rc = cli_work_send(cli, work, rc, assigner ? assigner : "");
	free(assigner);
	return rc;
}
