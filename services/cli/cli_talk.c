/* cli_talk.c - questions and commands, and the words for what came of them. */
#include "services/cli/cli_talk.h"
#include "common/app/pb_json.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static enum cli_text silence(const struct cli *cli)
{
	switch (dd_client_silence(cli->client)) {
	case DD_SYNC_NOBODY:
		return TEXT_NOBODY_LISTENS;
	case DD_SYNC_DENIED:
		return TEXT_NOT_ADMITTED;
	case DD_SYNC_NO_REPLY:
		break;
	}
	return TEXT_NO_ANSWER;
}

int cli_call_failed(const struct cli *cli, const struct dd_error *err, bool command)
{
	const Dondoc__V1__Error *error = dd_client_error(cli->client);
	struct dd_buf words = {0};

	if (error) {
		cli_error_words(cli->lang, error, &words);
		cli_complain(cli, TEXT_SERVER_SAYS, cli->target, dd_buf_cstr(&words), NULL);
		dd_buf_fini(&words);
	} else if (err->code == DD_ERR_RETRY || err->code == DD_ERR_CLOSED) {
		cli_complain(cli, silence(cli), cli->target, NULL);
		if (command)
			cli_complain(cli, TEXT_OUTCOME_UNKNOWN, NULL);
		return CLI_NO_ANSWER;
	} else {
		return cli_failed(cli, err);
	}
	switch (err->code) {
	case DD_ERR_RETRY:
		return CLI_NO_ANSWER;
	case DD_ERR_REFUSED:
	case DD_ERR_UNSUPPORTED:
		return CLI_REFUSED;
	case DD_ERR_NOT_FOUND:
		return CLI_NOT_FOUND;
	case DD_ERR_CONFLICT:
		return CLI_CONFLICT;
	default:
		return CLI_INTERNAL;
	}
}

int cli_request(struct cli *cli, Dondoc__V1__Request *request, Dondoc__V1__Reply **reply_out)
{
	struct dd_error err;

	if (dd_client_request(cli->client, request, reply_out, &err) != 0)
		return cli_call_failed(cli, &err, false);
	return 0;
}

int cli_query(struct cli *cli, const Dondoc__V1__Query *query, Dondoc__V1__Reply **reply_out)
{
	struct dd_error err;

	if (dd_client_query(cli->client, query, cli->told, reply_out, &err) != 0)
		return cli_call_failed(cli, &err, false);
	return 0;
}

int cli_check_answer(const struct cli *cli, Dondoc__V1__Reply *reply,
		     Dondoc__V1__Answer__WhatCase wanted)
{
	if (reply->answer->what_case == wanted)
		return 0;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
	return CLI_INTERNAL;
}

int cli_find_task(struct cli *cli, const char *word, uint32_t history,
		  Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	struct cli_task_word task;
	int rc;

	if (cli_parse_task(word, &task) != 0)
		return cli_misused(cli, TEXT_BAD_TASK, word, NULL);
	show.task = task.id;
	show.plan = task.plan;
	show.code = task.code;
	show.history_limit = history;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	rc = cli_query(cli, &query, reply_out);
	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_TASK);
	if (rc == 0 &&
	    (!(*reply_out)->answer->task->task || !(*reply_out)->answer->task->task->fields)) {
		dondoc__v1__reply__free_unpacked(*reply_out, NULL);
		cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
		rc = CLI_INTERNAL;
	}
	return rc;
}

int cli_find_plan(struct cli *cli, const char *code, Dondoc__V1__Reply **reply_out,
		  const Dondoc__V1__PlanFields **plan_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPlans list = DONDOC__V1__LIST_PLANS__INIT;
	int rc;

	*plan_out = NULL;
	*reply_out = NULL;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	query.list_plans = &list;
	rc = cli_query(cli, &query, reply_out);
	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_PLANS);
	if (rc != 0) {
		*reply_out = NULL;
		return rc;
	}
	for (size_t i = 0; i < (*reply_out)->answer->plans->n_rows; i++) {
		const Dondoc__V1__PlanFields *fields = (*reply_out)->answer->plans->rows[i]->plan;

		if (fields && strcmp(fields->code, code) == 0)
			*plan_out = fields;
	}
	return 0;
}

int cli_find_assigner(struct cli *cli, const char *plan, char **unit_out)
{
	const Dondoc__V1__PlanFields *fields;
	Dondoc__V1__Reply *reply;
	int rc = cli_find_plan(cli, plan, &reply, &fields);

	if (rc != 0)
		return rc;
	*unit_out = fields ? dd_strdup(fields->assigner_unit) : NULL;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (*unit_out)
		return 0;
	cli_complain(cli, TEXT_NO_PLAN, plan, NULL);
	return CLI_NOT_FOUND;
}

/* When it happened: by our clock, but by the service's own on a trial, whose days are invented. */
int64_t cli_fact_time(const Dondoc__V1__Status *status)
{
	return status->trial_clock ? status->now_us : dd_wall_us();
}

static int send_command(struct cli *cli, const Dondoc__V1__CommandBody *body,
			Dondoc__V1__Reply **reply_out)
{
	struct dd_error err;

	if (dd_client_command(cli->client, body, reply_out, &err) != 0)
		return cli_call_failed(cli, &err, true);
	/* Lists are read from a store that follows the log: what we ask next sees what we said. */
	if ((*reply_out)->submit->receipt && (*reply_out)->submit->receipt->sequence > cli->told)
		cli->told = (*reply_out)->submit->receipt->sequence;
	return 0;
}

int cli_ask_status(struct cli *cli, Dondoc__V1__Reply **status_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	rc = cli_query(cli, &query, status_out);
	return rc != 0 ? rc : cli_check_answer(cli, *status_out, DONDOC__V1__ANSWER__WHAT_STATUS);
}

int cli_service_day(struct cli *cli, int32_t *day_out)
{
	Dondoc__V1__Reply *status;
	int rc = cli_ask_status(cli, &status);

	if (rc != 0)
		return rc;
	*day_out = dd_day_of(status->answer->status->now_us);
	dondoc__v1__reply__free_unpacked(status, NULL);
	return 0;
}

int cli_submit(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit,
	       Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	uint8_t person[DD_ID_LEN], correlation[DD_ID_LEN];
	Dondoc__V1__Reply *status;
	int rc = cli_person(cli, person);

	if (rc != 0)
		return rc;
	rc = cli_ask_status(cli, &status);
	if (rc != 0)
		return rc;
	dd_id_new(correlation);
	actor.person.data = person;
	actor.person.len = sizeof(person);
	actor.unit = (char *)unit; /* packed, not changed */
	body->actor = &actor;
	body->fact_us = cli_fact_time(status->answer->status);
	body->last_seen = status->answer->status->head;
	body->correlation.data = correlation;
	body->correlation.len = sizeof(correlation);
	rc = send_command(cli, body, reply_out);
	body->actor = NULL;
	body->last_seen = NULL;
	dondoc__v1__reply__free_unpacked(status, NULL);
	return rc;
}

static int tell_refusal(const struct cli *cli, const Dondoc__V1__Refusal *refusal)
{
	struct dd_buf words = {0};
	int code = refusal ? (int)refusal->code : 0;

	cli_refusal_words(cli->lang, refusal, &words);
	cli_complain(cli, TEXT_REFUSED, dd_buf_cstr(&words), NULL);
	dd_buf_fini(&words);
	if (code == DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_TASK ||
	    code == DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_UNIT)
		return CLI_NOT_FOUND;
	return code == DONDOC__V1__REFUSAL_CODE__REFUSAL_IMPORT_FAULTS ? CLI_FAULTS : CLI_REFUSED;
}

/* A trial of an import says so when the command would be refused; nothing to do is no fault. */
static bool would_be_refused(const Dondoc__V1__Refusal *refusal)
{
	return refusal && refusal->code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE &&
	       refusal->code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO;
}

/* Not an event: this principal may not do that, or not for this unit. */
static int tell_denial(const struct cli *cli, const Dondoc__V1__Refusal *refusal)
{
	struct dd_buf words = {0};

	if (refusal)
		cli_refusal_words(cli->lang, refusal, &words);
	cli_complain(cli, TEXT_DENIED, cli->target, dd_buf_cstr(&words), NULL);
	dd_buf_fini(&words);
	return CLI_REFUSED;
}

static void tell_accepted(const struct cli *cli, const Dondoc__V1__Receipt *receipt)
{
	char incarnation[16], sequence[24];
	struct dd_buf chain = {0};

	if (!receipt) {
		cli_say(cli, TEXT_ACCEPTED_BARE, NULL);
		return;
	}
	snprintf(incarnation, sizeof(incarnation), "%" PRIu32, receipt->incarnation);
	snprintf(sequence, sizeof(sequence), "%" PRIu64, receipt->sequence);
	dd_hex(receipt->chain.data, receipt->chain.len,
	       (char *)dd_buf_reserve(&chain, 2 * receipt->chain.len + 1));
	cli_say(cli, TEXT_ACCEPTED, sequence, incarnation, chain.data, NULL);
	dd_buf_fini(&chain);
}

/* Nothing has happened yet; what waits is named as `outgoing` names it. */
static void tell_held(const struct cli *cli, const Dondoc__V1__Receipt *receipt)
{
	char sequence[24] = "?";

	if (receipt)
		snprintf(sequence, sizeof(sequence), "%" PRIu64, receipt->sequence);
	cli_say(cli, TEXT_HELD, sequence, NULL);
}

int cli_outcome(const struct cli *cli, const Dondoc__V1__SubmitReply *reply)
{
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->base);
	switch (reply->outcome) {
	case DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED:
		if (cli->format != CLI_JSON && reply->held)
			tell_held(cli, reply->receipt);
		else if (cli->format != CLI_JSON)
			tell_accepted(cli, reply->receipt);
		return CLI_DONE;
	case DONDOC__V1__OUTCOME__OUTCOME_SAVED:
		if (cli->format != CLI_JSON)
			cli_say(cli, TEXT_SAVED, NULL);
		return CLI_DONE;
	case DONDOC__V1__OUTCOME__OUTCOME_DRY_RUN:
		return would_be_refused(reply->refusal) ? tell_refusal(cli, reply->refusal)
							: CLI_DONE;
	case DONDOC__V1__OUTCOME__OUTCOME_REFUSED:
		return tell_refusal(cli, reply->refusal);
	case DONDOC__V1__OUTCOME__OUTCOME_DENIED:
		return tell_denial(cli, reply->refusal);
	case DONDOC__V1__OUTCOME__OUTCOME_CONFLICT:
		cli_complain(cli, TEXT_CONFLICT, NULL);
		return CLI_CONFLICT;
	case DONDOC__V1__OUTCOME__OUTCOME_BUSY:
		cli_complain(cli, TEXT_BUSY, cli->target, NULL);
		return CLI_NO_ANSWER;
	case DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN:
	case DONDOC__V1__OUTCOME__OUTCOME_GAP:
	case _DONDOC__V1__OUTCOME_IS_INT_SIZE:
		break;
	}
	cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
	return CLI_INTERNAL;
}

const char *cli_acting_unit(const struct cli *cli, const char *fallback)
{
	const char *env = getenv("DONDOC_UNIT");

	if (cli->args.value[CLI_OPT_AS_UNIT])
		return cli->args.value[CLI_OPT_AS_UNIT];
	return env && *env ? env : fallback;
}

void cli_print_json(const struct cli *cli, const ProtobufCMessage *message)
{
	struct dd_buf out = {0};

	dd_pb_to_json(message, &out);
	dd_buf_text(&out, "\n");
	fwrite(out.data, 1, out.len, cli->out);
	dd_buf_fini(&out);
}

void cli_print_table(const struct cli *cli, const struct cli_table *table)
{
	struct dd_buf out = {0};

	if (cli->format == CLI_CSV)
		cli_table_csv(table, &out);
	else
		cli_table_text(table, cli->width, &out);
	fwrite(out.data, 1, out.len, cli->out);
	dd_buf_fini(&out);
}

void cli_print_found(const struct cli *cli, struct cli_table *table, size_t rows,
		     enum cli_text none)
{
	if (rows > 0 || cli->format != CLI_TABLE)
		cli_print_table(cli, table);
	else
		cli_say(cli, none, NULL);
	cli_table_free(table);
}
