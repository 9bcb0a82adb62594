/* cli_fix.c - `task withdraw|replace|take-back|undo|resolve` and `group undo`: what was said or
 * decided is corrected, and stays in the history. */
#include "services/cli/cli_fix.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <string.h>

#define CONFLICTS_MAX 1000u /* of a plan, looked through */

static int number_of(const struct cli *cli, enum cli_opt option, uint64_t *value_out)
{
	return cli_number_option(cli, option, UINT64_MAX, 0, value_out);
}

/* The request of the lead that waits, the newest of them; 0 = none. */
static uint64_t pending_request(const Dondoc__V1__TaskRow *task)
{
	return task->pending_completion > task->pending_extension ? task->pending_completion
								  : task->pending_extension;
}

int cli_task_withdraw(struct cli *cli)
{
	Dondoc__V1__WithdrawEntry withdraw = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	struct cli_work work = {0};
	int rc = number_of(cli, CLI_OPT_ENTRY, &withdraw.entry);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &withdraw.task);
	/* Without a number: the request that waits, else the last update. */
	if (rc == 0 && withdraw.entry == 0)
		withdraw.entry = pending_request(work.task);
	withdraw.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_ENTRY;
	work.body.withdraw_entry = &withdraw;
	return cli_work_as_lead(cli, &work, rc);
}

static int read_replacement(const struct cli *cli, Dondoc__V1__ReplaceUpdate *replace)
{
	const char *step = cli->args.value[CLI_OPT_STEP];
	uint64_t percent;
	int rc = cli_number_option(cli, CLI_OPT_PERCENT, 100, 0, &percent);

	if (rc == 0)
		rc = number_of(cli, CLI_OPT_ENTRY, &replace->entry);
	if (rc != 0)
		return rc;
	if (cli->args.value[CLI_OPT_PERCENT]) {
		replace->has_percent_case = DONDOC__V1__REPLACE_UPDATE__HAS_PERCENT_PERCENT;
		replace->percent = (uint32_t)percent;
	}
	if (step) {
		if (cli_parse_step(step, &replace->step) != 0)
			return cli_misused(cli, TEXT_BAD_VALUE, "--step", step, NULL);
		replace->has_step_case = DONDOC__V1__REPLACE_UPDATE__HAS_STEP_STEP;
	}
	replace->note = cli_option_text(cli, CLI_OPT_NOTE);
	replace->reason = cli_option_text(cli, CLI_OPT_REASON);
	if (!cli->args.value[CLI_OPT_PERCENT] && !step && !replace->note[0])
		return cli_misused(cli, TEXT_NOTHING_TO_REPORT, NULL);
	return 0;
}

int cli_task_replace(struct cli *cli)
{
	Dondoc__V1__ReplaceUpdate replace = DONDOC__V1__REPLACE_UPDATE__INIT;
	struct cli_work work = {0};
	int rc = read_replacement(cli, &replace);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &replace.task);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPLACE_UPDATE;
	work.body.replace_update = &replace;
	return cli_work_as_lead(cli, &work, rc);
}

static int take_back(struct cli *cli, bool reason_needed)
{
	Dondoc__V1__TakeBack back = DONDOC__V1__TAKE_BACK__INIT;
	struct cli_work work = {0};
	int rc = number_of(cli, CLI_OPT_DECISION, &back.decision);

	back.reason = cli_option_text(cli, CLI_OPT_REASON);
	if (rc == 0 && reason_needed && !back.reason[0])
		rc = cli_misused(cli, TEXT_OPTION_MISSING, "reason", NULL);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &back.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &back.document);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_TAKE_BACK;
	work.body.take_back = &back;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_take_back(struct cli *cli)
{
	return take_back(cli, true);
}

int cli_task_undo(struct cli *cli)
{
	return take_back(cli, false);
}

/* The only report of the task whose values wait; of several the person says which. */
static int find_conflict(struct cli *cli, const Dondoc__V1__TaskRow *task, uint64_t *entry_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	const Dondoc__V1__RequestList *found;
	Dondoc__V1__Reply *reply;
	int rc;

	if (task->conflicts != 1)
		return cli_misused(cli,
				   task->conflicts > 0 ? TEXT_OPTION_MISSING : TEXT_NO_CONFLICT,
				   "entry", NULL);
	list.kind = DONDOC__V1__REQUEST_KIND__REQUEST_CONFLICT;
	list.plan = task->fields->plan;
	list.limit = CONFLICTS_MAX;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_REQUESTS);
	if (rc != 0)
		return rc;
	found = reply->answer->requests;
	for (size_t i = 0; i < found->n_rows; i++) {
		if (found->rows[i]->task == task->id)
			*entry_out = found->rows[i]->request;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return *entry_out != 0 ? 0 : cli_misused(cli, TEXT_OPTION_MISSING, "entry", NULL);
}

int cli_task_resolve(struct cli *cli)
{
	Dondoc__V1__ResolveConflict resolve = DONDOC__V1__RESOLVE_CONFLICT__INIT;
	const char *word = cli_word(cli, 1);
	struct cli_work work = {0};
	int rc = 0;

	resolve.take = strcmp(word, "take") == 0;
	if (rc == 0 && !resolve.take && strcmp(word, "keep") != 0)
		rc = cli_misused(cli, TEXT_BAD_CHOICE, word, "take, keep", NULL);
	if (rc == 0)
		rc = number_of(cli, CLI_OPT_ENTRY, &resolve.entry);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &resolve.task);
	if (rc == 0 && resolve.entry == 0)
		rc = find_conflict(cli, work.task, &resolve.entry);
	resolve.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RESOLVE_CONFLICT;
	work.body.resolve_conflict = &resolve;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

/* The group's unit acts, unless told otherwise: it made the group. */
int cli_group_undo(struct cli *cli)
{
	Dondoc__V1__UndoGroup undo = DONDOC__V1__UNDO_GROUP__INIT;
	struct cli_work work = {0};
	const char *needed;
	int rc = cli_parse_number(cli_word(cli, 0), UINT64_MAX, &undo.group);

	if (rc != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "GROUP", cli_word(cli, 0), NULL);
	rc = cli_text_option(cli, CLI_OPT_REASON, &needed);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &undo.document);
	undo.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_UNDO_GROUP;
	work.body.undo_group = &undo;
	return cli_work_as_assigner(cli, &work, rc, cli_option_text(cli, CLI_OPT_PLAN));
}
