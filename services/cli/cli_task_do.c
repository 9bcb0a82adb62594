/* cli_task_do.c - the daily commands about one task: report, complete, decide, extend, assign. */
#include "services/cli/cli.h"
#include "services/cli/cli_life.h"
#include "services/cli/cli_words.h"
#include <string.h>

static int read_progress(const struct cli *cli, Dondoc__V1__ReportProgress *report)
{
	const char *step = cli->args.value[CLI_OPT_STEP];
	uint64_t percent;
	int rc = cli_number_option(cli, CLI_OPT_PERCENT, 100, 0, &percent);

	if (rc != 0)
		return rc;
	if (cli->args.value[CLI_OPT_PERCENT]) {
		report->has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
		report->percent = (uint32_t)percent;
	}
	if (step) {
		Dondoc__V1__ProgressStep value;

		if (cli_parse_step(step, &value) != 0)
			return cli_misused(cli, TEXT_BAD_VALUE, "--step", step, NULL);
		report->has_step_case = DONDOC__V1__REPORT_PROGRESS__HAS_STEP_STEP;
		report->step = value;
	}
	report->note = cli_option_text(cli, CLI_OPT_NOTE);
	if (!cli->args.value[CLI_OPT_PERCENT] && !step && !report->note[0])
		return cli_misused(cli, TEXT_NOTHING_TO_REPORT, NULL);
	return 0;
}

int cli_task_update(struct cli *cli)
{
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	struct cli_work work = {0};
	int rc = read_progress(cli, &report);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &report.task);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	work.body.report_progress = &report;
	return cli_work_as_lead(cli, &work, rc);
}

int cli_task_complete(struct cli *cli)
{
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	struct cli_work work = {0};
	int rc;

	if (!cli_option_text(cli, CLI_OPT_EVIDENCE_NUMBER)[0] &&
	    !cli_option_text(cli, CLI_OPT_EVIDENCE_TITLE)[0])
		return cli_misused(cli, TEXT_NO_EVIDENCE, NULL);
	rc = cli_work_begin(cli, &work, &request.task);
	if (rc == 0)
		rc = cli_work_evidence(cli, &work, &request.evidence);
	request.note = cli_option_text(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	work.body.request_completion = &request;
	return cli_work_as_lead(cli, &work, rc);
}

int cli_task_decide(struct cli *cli)
{
	Dondoc__V1__DecideCompletion decision = DONDOC__V1__DECIDE_COMPLETION__INIT;
	const char *word = cli_word(cli, 1);
	struct cli_work work = {0};
	int rc;

	decision.confirmed = strcmp(word, "confirm") == 0;
	if (!decision.confirmed && strcmp(word, "return") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "confirm, return", NULL);
	decision.reason = cli_option_text(cli, CLI_OPT_REASON);
	if (!decision.confirmed && !decision.reason[0])
		return cli_misused(cli, TEXT_OPTION_MISSING, "reason", NULL);
	rc = cli_work_begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decision.document);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION;
	work.body.decide_completion = &decision;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

static int request_extension(struct cli *cli)
{
	Dondoc__V1__RequestExtension request = DONDOC__V1__REQUEST_EXTENSION__INIT;
	struct cli_work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, CLI_OPT_UNTIL, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_REASON, &needed);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &request.proposed_due_day);
	if (rc == 0 && !cli_option_text(cli, CLI_OPT_BASIS_NUMBER)[0] &&
	    !cli_option_text(cli, CLI_OPT_BASIS_TITLE)[0])
		rc = cli_misused(cli, TEXT_NO_BASIS, NULL);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &request.task);
	if (rc == 0)
		rc = cli_work_basis(cli, &work, &request.basis);
	request.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION;
	work.body.request_extension = &request;
	return cli_work_as_lead(cli, &work, rc);
}

static int decide_extension(struct cli *cli, bool granted)
{
	Dondoc__V1__DecideExtension decision = DONDOC__V1__DECIDE_EXTENSION__INIT;
	struct cli_work work = {0};
	const char *reason = "";
	int rc = granted ? cli_day_option(cli, CLI_OPT_UNTIL, &decision.due_day)
			 : cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decision.document);
	decision.granted = granted;
	decision.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXTENSION;
	work.body.decide_extension = &decision;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_extend(struct cli *cli)
{
	const char *word = cli_word(cli, 1);

	if (strcmp(word, "request") == 0)
		return request_extension(cli);
	if (strcmp(word, "grant") == 0)
		return decide_extension(cli, true);
	if (strcmp(word, "refuse") == 0)
		return decide_extension(cli, false);
	return cli_misused(cli, TEXT_BAD_CHOICE, word, "request, grant, refuse", NULL);
}

int cli_task_assign(struct cli *cli)
{
	Dondoc__V1__AssignTask assign = DONDOC__V1__ASSIGN_TASK__INIT;
	struct cli_work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, CLI_OPT_TO, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_REASON, &needed);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &assign.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &assign.document);
	assign.lead_unit = cli_option_text(cli, CLI_OPT_TO);
	assign.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK;
	work.body.assign_task = &assign;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}
