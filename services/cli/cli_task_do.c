/* cli_task_do.c - commands about one task: find it, say what is wanted on top of what was seen, and
 * tell what came of it. */
#include "common/base/alloc.h"
#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <stdlib.h>
#include <string.h>

/* One command under way: the task as it was shown, and the body that grows. */
struct work {
	Dondoc__V1__Reply *shown; /* owned */
	Dondoc__V1__CommandBody body;
	Dondoc__V1__Base base;
	Dondoc__V1__Document document;
};

static char *text_of(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

/* The document named by three options; *document_out stays as it was if none is given. */
static int read_document(const struct cli *cli, struct work *work, enum cli_opt number,
			 enum cli_opt date, enum cli_opt title, Dondoc__V1__Document **document_out)
{
	int rc = cli_day_option(cli, date, &work->document.day);

	work->document.number = text_of(cli, number);
	work->document.title = text_of(cli, title);
	if (number == CLI_OPT_NUMBER)
		work->document.issuer = text_of(cli, CLI_OPT_ISSUER);
	if (cli->args.value[number] || cli->args.value[date] || cli->args.value[title])
		*document_out = &work->document;
	return rc;
}

static int begin(struct cli *cli, struct work *work, uint64_t *task_out)
{
	const Dondoc__V1__TaskRow *task;
	int rc;

	dondoc__v1__command_body__init(&work->body);
	dondoc__v1__base__init(&work->base);
	dondoc__v1__document__init(&work->document);
	if (cli->format == CLI_CSV)
		return cli_misused(cli, TEXT_NO_CSV, NULL);
	rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_find_task(cli, cli_word(cli, 0), 1, &work->shown);
	if (rc != 0)
		return rc;
	task = work->shown->answer->task->task;
	work->base.task_version = task->version;
	work->body.based_on = &work->base;
	*task_out = task->id;
	return 0;
}

/* `rc` is that of what was read from the command line. Frees the work. */
static int finish(struct cli *cli, struct work *work, int rc, const char *unit)
{
	Dondoc__V1__Reply *reply;

	if (rc == 0)
		rc = cli_submit(cli, &work->body, unit, &reply);
	if (rc == 0) {
		rc = cli_outcome(cli, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	if (work->shown)
		dondoc__v1__reply__free_unpacked(work->shown, NULL);
	return rc;
}

/* For the lead unit, unless told otherwise. */
static int finish_as_lead(struct cli *cli, struct work *work, int rc)
{
	const char *lead = rc == 0 ? work->shown->answer->task->task->lead_unit : "";

	return finish(cli, work, rc, cli_acting_unit(cli, lead));
}

/* For the agency that follows the plan up, unless told otherwise. */
static int finish_as_assigner(struct cli *cli, struct work *work, int rc)
{
	const char *unit = cli_acting_unit(cli, NULL);
	char *assigner = NULL;

	if (rc == 0 && !unit) {
		rc = cli_find_assigner(cli, work->shown->answer->task->task->fields->plan,
				       &assigner);
		unit = assigner;
	}
	rc = finish(cli, work, rc, unit ? unit : "");
	free(assigner);
	return rc;
}

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
	report->note = text_of(cli, CLI_OPT_NOTE);
	if (!cli->args.value[CLI_OPT_PERCENT] && !step && !report->note[0])
		return cli_misused(cli, TEXT_NOTHING_TO_REPORT, NULL);
	return 0;
}

int cli_task_update(struct cli *cli)
{
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	struct work work = {0};
	int rc = read_progress(cli, &report);

	if (rc == 0)
		rc = begin(cli, &work, &report.task);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	work.body.report_progress = &report;
	return finish_as_lead(cli, &work, rc);
}

int cli_task_complete(struct cli *cli)
{
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	struct work work = {0};
	int rc;

	if (!text_of(cli, CLI_OPT_EVIDENCE_NUMBER)[0] && !text_of(cli, CLI_OPT_EVIDENCE_TITLE)[0])
		return cli_misused(cli, TEXT_NO_EVIDENCE, NULL);
	rc = begin(cli, &work, &request.task);
	if (rc == 0)
		rc = read_document(cli, &work, CLI_OPT_EVIDENCE_NUMBER, CLI_OPT_EVIDENCE_DATE,
				   CLI_OPT_EVIDENCE_TITLE, &request.evidence);
	request.note = text_of(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	work.body.request_completion = &request;
	return finish_as_lead(cli, &work, rc);
}

int cli_task_decide(struct cli *cli)
{
	Dondoc__V1__DecideCompletion decision = DONDOC__V1__DECIDE_COMPLETION__INIT;
	const char *word = cli_word(cli, 1);
	struct work work = {0};
	int rc;

	decision.confirmed = strcmp(word, "confirm") == 0;
	if (!decision.confirmed && strcmp(word, "return") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "confirm, return", NULL);
	decision.reason = text_of(cli, CLI_OPT_REASON);
	if (!decision.confirmed && !decision.reason[0])
		return cli_misused(cli, TEXT_OPTION_MISSING, "reason", NULL);
	rc = begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = read_document(cli, &work, CLI_OPT_NUMBER, CLI_OPT_DATE, CLI_OPT_TITLE,
				   &decision.document);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION;
	work.body.decide_completion = &decision;
	return finish_as_assigner(cli, &work, rc);
}

static int request_extension(struct cli *cli)
{
	Dondoc__V1__RequestExtension request = DONDOC__V1__REQUEST_EXTENSION__INIT;
	struct work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, CLI_OPT_UNTIL, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_REASON, &needed);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &request.proposed_due_day);
	if (rc == 0 && !text_of(cli, CLI_OPT_BASIS_NUMBER)[0] &&
	    !text_of(cli, CLI_OPT_BASIS_TITLE)[0])
		rc = cli_misused(cli, TEXT_NO_BASIS, NULL);
	if (rc == 0)
		rc = begin(cli, &work, &request.task);
	if (rc == 0)
		rc = read_document(cli, &work, CLI_OPT_BASIS_NUMBER, CLI_OPT_BASIS_DATE,
				   CLI_OPT_BASIS_TITLE, &request.basis);
	request.reason = text_of(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION;
	work.body.request_extension = &request;
	return finish_as_lead(cli, &work, rc);
}

static int decide_extension(struct cli *cli, bool granted)
{
	Dondoc__V1__DecideExtension decision = DONDOC__V1__DECIDE_EXTENSION__INIT;
	struct work work = {0};
	const char *reason = "";
	int rc = granted ? cli_day_option(cli, CLI_OPT_UNTIL, &decision.due_day)
			 : cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = read_document(cli, &work, CLI_OPT_NUMBER, CLI_OPT_DATE, CLI_OPT_TITLE,
				   &decision.document);
	decision.granted = granted;
	decision.reason = text_of(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXTENSION;
	work.body.decide_extension = &decision;
	return finish_as_assigner(cli, &work, rc);
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
	struct work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, CLI_OPT_TO, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_REASON, &needed);
	if (rc == 0)
		rc = begin(cli, &work, &assign.task);
	if (rc == 0)
		rc = read_document(cli, &work, CLI_OPT_NUMBER, CLI_OPT_DATE, CLI_OPT_TITLE,
				   &assign.document);
	assign.lead_unit = text_of(cli, CLI_OPT_TO);
	assign.reason = text_of(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK;
	work.body.assign_task = &assign;
	return finish_as_assigner(cli, &work, rc);
}
