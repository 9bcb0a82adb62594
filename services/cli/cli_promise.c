/* cli_promise.c - `remind promise`, `remind dispute`, `remind subscribe`: what the reminded say. */
#include "common/base/id.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_rules.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <string.h>

#define MESSAGES_LOOKED_AT 50

/* --- a day ----------------------------------------------------------------------------------- */

int cli_remind_promise(struct cli *cli)
{
	Dondoc__V1__PromiseDay promise = DONDOC__V1__PROMISE_DAY__INIT;
	struct cli_work work = {0};
	int rc = 0;

	if (cli_parse_day(cli_word(cli, 1), &promise.day) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "DAY", cli_word(cli, 1), NULL);
	rc = cli_work_begin(cli, &work, &promise.task);
	promise.note = cli_option_text(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_PROMISE_DAY;
	work.body.promise_day = &promise;
	return cli_work_as_lead(cli, &work, rc);
}

/* --- "not right" ----------------------------------------------------------------------------- */

static int ask_digest(struct cli *cli, const ProtobufCBinaryData *digest,
		      Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowDigest show = DONDOC__V1__SHOW_DIGEST__INIT;

	show.digest = *digest;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_DIGEST;
	query.show_digest = &show;
	return cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_DIGEST, reply_out);
}

/* Whether the message tells by the rule, of the task if one is meant; then of which. */
static int look_into(struct cli *cli, const ProtobufCBinaryData *digest,
		     Dondoc__V1__DisputeReminder *dispute, bool *found_out)
{
	Dondoc__V1__Reply *reply;
	const Dondoc__V1__PlanDigest *plan;
	int rc = ask_digest(cli, digest, &reply);

	if (rc != 0)
		return rc;
	plan = reply->answer->digest->plan;
	for (size_t i = 0; plan != NULL && i < plan->n_intents && !*found_out; i++) {
		if (strcmp(plan->intents[i]->rule, dispute->rule) != 0 ||
		    (dispute->task != 0 && plan->intents[i]->task != dispute->task))
			continue;
		*found_out = true;
		dispute->task = plan->intents[i]->task;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

/* The newest message to the unit that tells it. */
static int find_told(struct cli *cli, const char *unit, Dondoc__V1__DisputeReminder *dispute,
		     uint8_t digest[DD_HASH_LEN])
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Reply *reply;
	bool found = false;
	int rc;

	list.unit = (char *)unit;
	list.task = dispute->task;
	list.limit = MESSAGES_LOOKED_AT;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_DIGESTS, &reply);
	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && !found && i < reply->answer->digests->n_rows; i++) {
		const Dondoc__V1__DigestRow *row = reply->answer->digests->rows[i];

		if (row->digest.len != DD_HASH_LEN)
			continue;
		memcpy(digest, row->digest.data, DD_HASH_LEN);
		rc = look_into(cli, &row->digest, dispute, &found);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (rc != 0 || found)
		return rc;
	cli_complain(cli, TEXT_DISPUTE_NOT_TOLD, unit, dispute->rule, NULL);
	return CLI_NOT_FOUND;
}

static int find_message(struct cli *cli, const char *unit, Dondoc__V1__DisputeReminder *dispute,
			uint8_t digest[DD_HASH_LEN])
{
	const char *named = cli->args.value[CLI_OPT_MESSAGE];
	bool found = false;
	int rc;

	dispute->digest = (ProtobufCBinaryData){.data = digest, .len = DD_HASH_LEN};
	if (named == NULL)
		return find_told(cli, unit, dispute, digest);
	rc = cli_find_digest(cli, named, digest);
	if (rc == 0)
		rc = look_into(cli, &dispute->digest, dispute, &found);
	if (rc != 0 || found)
		return rc;
	cli_complain(cli, TEXT_DISPUTE_NOT_TOLD, unit, dispute->rule, NULL);
	return CLI_NOT_FOUND;
}

/* The unit that was told: the lead, unless another is named. */
int cli_remind_dispute(struct cli *cli)
{
	Dondoc__V1__DisputeReminder dispute = DONDOC__V1__DISPUTE_REMINDER__INIT;
	const int cause = cli_dispute_parse(cli_word(cli, 2));
	const bool of_task = strcmp(cli_word(cli, 0), "-") != 0;
	struct cli_work work = {0};
	uint8_t digest[DD_HASH_LEN];
	const char *unit;
	int rc;

	if (cause < 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, cli_word(cli, 2),
				   "done, not-ours, date, twice, other", NULL);
	rc = of_task ? cli_work_begin(cli, &work, &dispute.task) : cli_work_start(cli, &work);
	unit = cli_acting_unit(cli, rc == 0 && of_task ? work.task->lead_unit : "");
	if (rc == 0 && unit[0] == '\0')
		rc = cli_misused(cli, TEXT_OPTION_MISSING, "as-unit", NULL);
	dispute.rule = (char *)cli_word(cli, 1);
	dispute.cause = (Dondoc__V1__DisputeCause)cause;
	dispute.note = cli_option_text(cli, CLI_OPT_NOTE);
	if (rc == 0)
		rc = find_message(cli, unit, &dispute, digest);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DISPUTE_REMINDER;
	work.body.dispute_reminder = &dispute;
	return cli_work_send(cli, &work, rc, unit);
}

/* --- what is not wanted ---------------------------------------------------------------------- */

int cli_remind_subscribe(struct cli *cli)
{
	Dondoc__V1__SetSubscription set = DONDOC__V1__SET_SUBSCRIPTION__INIT;
	const char *how = cli_word(cli, 1), *person = cli->args.value[CLI_OPT_PERSON];
	struct cli_work work = {0};
	uint8_t id[16];
	int rc;

	if (strcmp(how, "on") != 0 && strcmp(how, "off") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, how, "on, off", NULL);
	set.unit = (char *)cli_acting_unit(cli, cli_option_text(cli, CLI_OPT_UNIT));
	if (set.unit[0] == '\0')
		return cli_misused(cli, TEXT_OPTION_MISSING, "unit", NULL);
	set.rule = (char *)cli_word(cli, 0);
	set.off = strcmp(how, "off") == 0;
	rc = cli_work_start(cli, &work);
	if (rc == 0 && person != NULL) {
		rc = cli_person_parse(cli, person, id);
		set.person = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	}
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_SUBSCRIPTION;
	work.body.set_subscription = &set;
	return cli_work_send(cli, &work, rc, set.unit);
}
