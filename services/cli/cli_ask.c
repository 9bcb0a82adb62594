/* cli_ask.c - `task explain|ask|answer|close-ask|comment`: what is said about a task, and what is
 * asked of others. */
#include "common/domain/policy.h"
#include "services/cli/cli_files.h"
#include "services/cli/cli_life.h"
#include <string.h>

#define QUESTIONS_MAX 1000 /* rows of an answer */

static int number_word(const struct cli *cli, int word, const char *name, uint64_t *value_out)
{
	const char *text = cli_word(cli, word);

	text += text[0] == '#' ? 1 : 0;
	if (cli_parse_number(text, UINT64_MAX, value_out) == 0)
		return 0;
	return cli_misused(cli, TEXT_BAD_VALUE, name, text, NULL);
}

/* --- lateness ----------------------------------------------------------------------------------
 */

/* The authority's list of causes, as the service has it. */
static int ask_causes(struct cli *cli, Dondoc__V1__Reply **reply_out, const char **list_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListSettings ask = DONDOC__V1__LIST_SETTINGS__INIT;
	const Dondoc__V1__SettingList *settings;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_SETTINGS;
	query.list_settings = &ask;
	rc = cli_query(cli, &query, reply_out);
	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_SETTINGS);
	if (rc != 0)
		return rc;
	*list_out = "";
	settings = (*reply_out)->answer->settings;
	for (size_t i = 0; i < settings->n_rows; i++) {
		if (strcmp(settings->rows[i]->name, dd_policy_row(DD_SETTING_CAUSES)->name) == 0)
			*list_out = settings->rows[i]->value;
	}
	return 0;
}

/* The number of a cause that is given in words. */
static int find_cause(struct cli *cli, const char *words, uint32_t *cause_out)
{
	Dondoc__V1__Reply *reply;
	char all[2 * DD_POLICY_TEXT_MAX];
	const char *list, *item;
	size_t len;
	int rc = ask_causes(cli, &reply, &list);

	if (rc != 0)
		return rc;
	for (uint32_t i = 1; (len = dd_policy_item(list, i, &item)) > 0 && *cause_out == 0; i++) {
		if (len == strlen(words) && memcmp(item, words, len) == 0)
			*cause_out = i;
	}
	if (*cause_out == 0) {
		dd_policy_items_text(list, all, sizeof(all));
		rc = cli_misused(cli, TEXT_NO_SUCH_CAUSE, words, all, NULL);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* By its number in the list, or in the list's own words. */
static int read_cause(struct cli *cli, Dondoc__V1__ExplainDelay *explain)
{
	const char *words = cli->args.value[CLI_OPT_CAUSE];
	uint64_t number;

	if (!words)
		return 0;
	if (cli_parse_number(words, 999, &number) != 0)
		return find_cause(cli, words, &explain->cause);
	explain->cause = (uint32_t)number;
	return 0;
}

static int read_explanation(struct cli *cli, Dondoc__V1__ExplainDelay *explain)
{
	const char *facts;
	int rc = cli_text_option(cli, CLI_OPT_FACTS, &facts);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_LATE_FROM, &explain->from_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &explain->to_day);
	explain->facts = cli_option_text(cli, CLI_OPT_FACTS);
	explain->waited_for = cli_option_text(cli, CLI_OPT_WAITED_FOR);
	return rc;
}

static int give_explanation(struct cli *cli)
{
	Dondoc__V1__ExplainDelay explain = DONDOC__V1__EXPLAIN_DELAY__INIT;
	struct cli_files files = {.count = 0};
	struct cli_work work = {0};
	int rc = read_explanation(cli, &explain);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &explain.task);
	if (rc == 0)
		rc = read_cause(cli, &explain);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &explain.document);
	if (rc == 0)
		rc = cli_files_attach(
			cli, &work, &(struct cli_files_for){.unit = work.task->lead_unit}, &files);
	explain.files = files.names;
	explain.n_files = files.count;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_EXPLAIN_DELAY;
	work.body.explain_delay = &explain;
	return cli_work_as_lead(cli, &work, rc);
}

static int decide_explanation(struct cli *cli, bool accepted)
{
	Dondoc__V1__DecideExplanation decision = DONDOC__V1__DECIDE_EXPLANATION__INIT;
	struct cli_work work = {0};
	const char *reason;
	int rc = accepted ? 0 : cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &decision.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decision.document);
	decision.accepted = accepted;
	decision.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXPLANATION;
	work.body.decide_explanation = &decision;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_explain(struct cli *cli)
{
	const char *word = cli_word(cli, 1);

	if (strcmp(word, "give") == 0)
		return give_explanation(cli);
	if (strcmp(word, "accept") == 0)
		return decide_explanation(cli, true);
	if (strcmp(word, "reject") == 0)
		return decide_explanation(cli, false);
	return cli_misused(cli, TEXT_BAD_CHOICE, word, "give, accept, reject", NULL);
}

/* --- questions ---------------------------------------------------------------------------------
 */

int cli_task_ask(struct cli *cli)
{
	Dondoc__V1__AskUnit question = DONDOC__V1__ASK_UNIT__INIT;
	struct cli_work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, CLI_OPT_TO, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_UNTIL, &needed);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &question.due_day);
	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_TEXT, &needed);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &question.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &question.document);
	question.unit = cli_option_text(cli, CLI_OPT_TO);
	question.what = cli_option_text(cli, CLI_OPT_TEXT);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ASK_UNIT;
	work.body.ask_unit = &question;
	return cli_work_as_lead(cli, &work, rc);
}

/* The unit that was asked, as the task's page tells; "" if it does not. */
static const char *asked_unit(const struct cli_work *work, uint64_t ask)
{
	const Dondoc__V1__LifeDetail *life = work->shown->answer->task->life;

	for (size_t i = 0; life && i < life->n_asks; i++) {
		if (life->asks[i]->ask == ask && life->asks[i]->said)
			return life->asks[i]->said->unit;
	}
	return "";
}

/* Where there is no such question the command itself tells. */
static int attach_answer(struct cli *cli, const struct cli_work *work, uint64_t ask,
			 struct cli_files *files)
{
	const struct cli_files_for what = {.entry = ask, .unit = asked_unit(work, ask)};

	return what.unit[0] ? cli_files_attach(cli, work, &what, files) : 0;
}

/* For whom is answered, as far as the command says so; "" = the question's own unit. */
static char *answering_unit(const struct cli *cli)
{
	static const char office[] = "office-";
	const char *service = cli->args.value[CLI_OPT_ENDPOINT];
	char *unit;

	if (service && strncmp(service, office, sizeof(office) - 1) == 0)
		service += sizeof(office) - 1;
	else
		service = cli_acting_unit(cli, "");
	memcpy(&unit, &service, sizeof(unit));
	return unit;
}

/* The question among those that wait: an asked unit may not read the task itself, so its page
 * cannot be asked for. *row_out borrows from *reply_out; NULL: it is not there, or is another
 * task's. */
static int find_question(struct cli *cli, uint64_t ask, Dondoc__V1__Reply **reply_out,
			 const Dondoc__V1__RequestRow **row_out)
{
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct cli_task_word task;
	const Dondoc__V1__RequestList *found;
	int rc;

	*row_out = NULL;
	if (cli_parse_task(cli_word(cli, 0), &task) != 0)
		return cli_misused(cli, TEXT_BAD_TASK, cli_word(cli, 0), NULL);
	list.kind = DONDOC__V1__REQUEST_KIND__REQUEST_ASK;
	list.limit = QUESTIONS_MAX;
	list.decider_unit = answering_unit(cli);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = &list;
	rc = cli_query(cli, &query, reply_out);
	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_REQUESTS);
	if (rc != 0)
		return rc;
	found = (*reply_out)->answer->requests;
	for (size_t i = 0; i < found->n_rows && *row_out == NULL; i++)
		if (found->rows[i]->request == ask)
			*row_out = found->rows[i];
	if (*row_out &&
	    (task.id != 0 ? (*row_out)->task != task.id : strcmp((*row_out)->code, task.code) != 0))
		*row_out = NULL;
	return 0;
}

/* Files are the task's: who attaches some may read it. */
static int answer_by_task(struct cli *cli, struct cli_work *work, Dondoc__V1__AnswerAsk *answer)
{
	struct cli_files files = {.count = 0};
	int rc = cli_work_begin(cli, work, &answer->task);

	if (rc == 0)
		rc = cli_work_document(cli, work, &answer->document);
	if (rc == 0)
		rc = attach_answer(cli, work, answer->ask, &files);
	answer->files = files.names;
	answer->n_files = files.count;
	work->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ANSWER_ASK;
	work->body.answer_ask = answer;
	return cli_work_send(cli, work, rc, rc == 0 ? asked_unit(work, answer->ask) : "");
}

int cli_task_answer(struct cli *cli)
{
	Dondoc__V1__AnswerAsk answer = DONDOC__V1__ANSWER_ASK__INIT;
	const Dondoc__V1__RequestRow *question = NULL;
	Dondoc__V1__Reply *waiting = NULL;
	struct cli_work work = {0};
	int rc = number_word(cli, 1, "ASK", &answer.ask);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = find_question(cli, answer.ask, &waiting, &question);
	answer.note = cli_option_text(cli, CLI_OPT_NOTE);
	if (rc == 0 && (!question || cli->args.value[CLI_OPT_FILES])) {
		rc = answer_by_task(cli, &work, &answer);
	} else if (rc == 0) {
		answer.task = question->task;
		work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ANSWER_ASK;
		work.body.answer_ask = &answer;
		rc = cli_work_document(cli, &work, &answer.document);
		rc = cli_work_send(cli, &work, rc, question->decider_unit);
	}
	if (waiting)
		dondoc__v1__reply__free_unpacked(waiting, NULL);
	return rc;
}

int cli_task_close_ask(struct cli *cli)
{
	Dondoc__V1__CloseAsk close = DONDOC__V1__CLOSE_ASK__INIT;
	const char *word = cli_word(cli, 2);
	struct cli_work work = {0};
	const char *reason;
	int rc = number_word(cli, 1, "ASK", &close.ask);

	close.satisfied = strcmp(word, "yes") == 0;
	if (rc == 0 && !close.satisfied && strcmp(word, "no") != 0)
		rc = cli_misused(cli, TEXT_BAD_CHOICE, word, "yes, no", NULL);
	if (rc == 0 && !close.satisfied)
		rc = cli_text_option(cli, CLI_OPT_REASON, &reason);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &close.task);
	close.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CLOSE_ASK;
	work.body.close_ask = &close;
	return cli_work_as_lead(cli, &work, rc);
}

/* --- comments ----------------------------------------------------------------------------------
 */

int cli_task_comment(struct cli *cli)
{
	Dondoc__V1__Comment comment = DONDOC__V1__COMMENT__INIT;
	char *mention = cli_option_text(cli, CLI_OPT_MENTION);
	struct cli_work work = {0};
	const char *text;
	int rc = cli_text_option(cli, CLI_OPT_TEXT, &text);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_REPLY_TO, UINT64_MAX, 0, &comment.reply_to);
	if (rc == 0)
		rc = cli_work_begin(cli, &work, &comment.task);
	comment.text = cli_option_text(cli, CLI_OPT_TEXT);
	comment.mention_units = &mention;
	comment.n_mention_units = mention[0] ? 1 : 0;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_COMMENT;
	work.body.comment = &comment;
	return cli_work_as_lead(cli, &work, rc);
}
