/* cli_life.c - `task receive|refuse|transfer|pause|resume|cancel|remove|pass`. */
#include "services/cli/cli_life.h"
#include <string.h>

static int document_of(const struct cli *cli, struct cli_work *work, const enum cli_opt options[3],
		       Dondoc__V1__Document **document_out)
{
	const struct cli_args *args = &cli->args;
	int rc = cli_day_option(cli, options[1], &work->document.day);

	work->document.number = cli_option_text(cli, options[0]);
	work->document.title = cli_option_text(cli, options[2]);
	if (args->value[options[0]] || args->value[options[1]] || args->value[options[2]])
		*document_out = &work->document;
	return rc;
}

int cli_work_basis(const struct cli *cli, struct cli_work *work,
		   Dondoc__V1__Document **document_out)
{
	static const enum cli_opt options[] = {CLI_OPT_BASIS_NUMBER, CLI_OPT_BASIS_DATE,
					       CLI_OPT_BASIS_TITLE};

	return document_of(cli, work, options, document_out);
}

int cli_work_evidence(const struct cli *cli, struct cli_work *work,
		      Dondoc__V1__Document **document_out)
{
	static const enum cli_opt options[] = {CLI_OPT_EVIDENCE_NUMBER, CLI_OPT_EVIDENCE_DATE,
					       CLI_OPT_EVIDENCE_TITLE};

	return document_of(cli, work, options, document_out);
}

int cli_task_receive(struct cli *cli)
{
	Dondoc__V1__ReceiveTask receive = DONDOC__V1__RECEIVE_TASK__INIT;
	struct cli_work work = {0};
	int rc = cli_work_begin(cli, &work, &receive.task);

	receive.note = cli_option_text(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RECEIVE_TASK;
	work.body.receive_task = &receive;
	return cli_work_as_lead(cli, &work, rc);
}

/* --- refusal, transfer ----------------------------------------------------------------------- */

/* What a request of the lead must bring. */
static int check_request(const struct cli *cli)
{
	const char *reason;

	if (!cli_option_text(cli, CLI_OPT_BASIS_NUMBER)[0] &&
	    !cli_option_text(cli, CLI_OPT_BASIS_TITLE)[0])
		return cli_misused(cli, TEXT_NO_BASIS, NULL);
	return cli_text_option(cli, CLI_OPT_REASON, &reason);
}

static int request_refusal(struct cli *cli)
{
	Dondoc__V1__RequestRefusal request = DONDOC__V1__REQUEST_REFUSAL__INIT;
	struct cli_work work = {0};
	int rc = check_request(cli);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &request.task);
	if (rc == 0)
		rc = cli_work_basis(cli, &work, &request.basis);
	request.reason = cli_option_text(cli, CLI_OPT_REASON);
	request.proposed_unit = cli_option_text(cli, CLI_OPT_TO);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_REFUSAL;
	work.body.request_refusal = &request;
	return cli_work_as_lead(cli, &work, rc);
}

static int decide_refusal(struct cli *cli, bool granted)
{
	Dondoc__V1__DecideRefusal decision = DONDOC__V1__DECIDE_REFUSAL__INIT;
	struct cli_work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, granted ? CLI_OPT_TO : CLI_OPT_REASON, &needed);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decision.document);
	decision.granted = granted;
	decision.to_unit = cli_option_text(cli, CLI_OPT_TO);
	decision.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_REFUSAL;
	work.body.decide_refusal = &decision;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

static int request_transfer(struct cli *cli)
{
	Dondoc__V1__RequestTransfer request = DONDOC__V1__REQUEST_TRANSFER__INIT;
	struct cli_work work = {0};
	const char *to;
	int rc = cli_text_option(cli, CLI_OPT_TO, &to);

	if (rc == 0)
		rc = check_request(cli);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &request.task);
	if (rc == 0)
		rc = cli_work_basis(cli, &work, &request.basis);
	request.to_unit = cli_option_text(cli, CLI_OPT_TO);
	request.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_TRANSFER;
	work.body.request_transfer = &request;
	return cli_work_as_lead(cli, &work, rc);
}

/* Granted without --to: to the unit that was asked for. */
static int decide_transfer(struct cli *cli, bool granted)
{
	Dondoc__V1__DecideTransfer decision = DONDOC__V1__DECIDE_TRANSFER__INIT;
	struct cli_work work = {0};
	const char *reason;
	int rc = granted ? 0 : cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decision.document);
	decision.granted = granted;
	decision.to_unit = cli_option_text(cli, CLI_OPT_TO);
	decision.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_TRANSFER;
	work.body.decide_transfer = &decision;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

static int requested_or_decided(struct cli *cli, int (*request)(struct cli *cli),
				int (*decide)(struct cli *cli, bool granted))
{
	const char *word = cli_word(cli, 1);

	if (strcmp(word, "request") == 0)
		return request(cli);
	if (strcmp(word, "grant") == 0)
		return decide(cli, true);
	if (strcmp(word, "deny") == 0)
		return decide(cli, false);
	return cli_misused(cli, TEXT_BAD_CHOICE, word, "request, grant, deny", NULL);
}

int cli_task_refuse(struct cli *cli)
{
	return requested_or_decided(cli, request_refusal, decide_refusal);
}

int cli_task_transfer(struct cli *cli)
{
	return requested_or_decided(cli, request_transfer, decide_transfer);
}

/* --- pause, end ------------------------------------------------------------------------------- */

/* What the deciding side says with a reason and, perhaps, by a document. */
static int begin_decision(struct cli *cli, struct cli_work *work, uint64_t *task,
			  Dondoc__V1__Document **document)
{
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_begin(cli, work, task);
	return rc == 0 ? cli_work_document(cli, work, document) : rc;
}

int cli_task_pause(struct cli *cli)
{
	Dondoc__V1__PauseTask pause = DONDOC__V1__PAUSE_TASK__INIT;
	struct cli_work work = {0};
	int rc = cli_day_option(cli, CLI_OPT_UNTIL, &pause.until_day);

	if (rc == 0)
		rc = begin_decision(cli, &work, &pause.task, &pause.document);
	pause.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_PAUSE_TASK;
	work.body.pause_task = &pause;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_resume(struct cli *cli)
{
	Dondoc__V1__ResumeTask resume = DONDOC__V1__RESUME_TASK__INIT;
	struct cli_work work = {0};
	int rc = begin_decision(cli, &work, &resume.task, &resume.document);

	resume.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RESUME_TASK;
	work.body.resume_task = &resume;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_cancel(struct cli *cli)
{
	Dondoc__V1__CancelTask cancel = DONDOC__V1__CANCEL_TASK__INIT;
	struct cli_work work = {0};
	int rc = begin_decision(cli, &work, &cancel.task, &cancel.document);

	cancel.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CANCEL_TASK;
	work.body.cancel_task = &cancel;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_remove(struct cli *cli)
{
	Dondoc__V1__RemoveTask remove = DONDOC__V1__REMOVE_TASK__INIT;
	struct cli_work work = {0};
	int rc = begin_decision(cli, &work, &remove.task, &remove.document);

	remove.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REMOVE_TASK;
	work.body.remove_task = &remove;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

/* Without --to: back to the unit itself. */
int cli_task_pass(struct cli *cli)
{
	Dondoc__V1__PassOn pass = DONDOC__V1__PASS_ON__INIT;
	struct cli_work work = {0};
	int rc = cli_day_option(cli, CLI_OPT_UNTIL, &pass.internal_due_day);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &pass.task);
	pass.division = cli_option_text(cli, CLI_OPT_TO);
	pass.note = cli_option_text(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_PASS_ON;
	work.body.pass_on = &pass;
	return cli_work_as_lead(cli, &work, rc);
}
