/* cli_talk.h - the conversation with a service: where it listens, questions, commands, and what
 * came of them. Functions that return int give an exit code; 0 = go on. What failed was told. */
#ifndef DD_SERVICES_CLI_TALK_H
#define DD_SERVICES_CLI_TALK_H

#include "services/cli/cli.h"
#include <stdbool.h>

/* The folder of the services' sockets: `env` if set, else ../run beside the program if it is there
 * (a build tree), else /run/dondoc. Caller frees. */
char *cli_run_folder(const char *env);

/* The endpoint that `name` means: itself if it has "://"; "task", "tasklog", "notification",
 * "reporting" and "office-<UNIT>" in the folder `run`. NULL: none of these. Caller frees. */
char *cli_endpoint(const char *run, const char *name);

/* Open the connection that -e names, else `name`; it takes the place of the one before. */
int cli_connect(struct cli *cli, const char *name);
/* The same without regard to -e: for a second service that a command asks. */
int cli_connect_to(struct cli *cli, const char *wanted);

/* A call of common/app/client.h failed: tell it as the server said it, or as what it is. */
int cli_call_failed(const struct cli *cli, const struct dd_error *err, bool command);

/* A reply to be freed by the caller with dondoc__v1__reply__free_unpacked. */
int cli_request(struct cli *cli, Dondoc__V1__Request *request, Dondoc__V1__Reply **reply_out);
int cli_query(struct cli *cli, const Dondoc__V1__Query *query, Dondoc__V1__Reply **reply_out);

/* An answer of another kind than the question is the server's mistake: told, and the reply freed.
 */
int cli_check_answer(const struct cli *cli, Dondoc__V1__Reply *reply,
		     Dondoc__V1__Answer__WhatCase wanted);

/* The task that a word of the command line names; at most `history` rows of its history. */
int cli_find_task(struct cli *cli, const char *word, uint32_t history,
		  Dondoc__V1__Reply **reply_out);

/* Of the service that is asked. */
int cli_ask_status(struct cli *cli, Dondoc__V1__Reply **status_out);
/* When a command given now happened: by this machine's clock, but by the service's own on a trial.
 */
int64_t cli_fact_time(const Dondoc__V1__Status *status);

/* The service's day: of its trial clock, if it has one. */
int cli_service_day(struct cli *cli, int32_t *day_out);
/* *plan_out lives in the reply, which the caller frees; NULL if there is no such plan. */
int cli_find_plan(struct cli *cli, const char *code, Dondoc__V1__Reply **reply_out,
		  const Dondoc__V1__PlanFields **plan_out);
/* The plan's assigner: the unit that decides and assigns. Caller frees. */
int cli_find_assigner(struct cli *cli, const char *plan, char **unit_out);

/* Fill in who acts, when, and what was seen, and send. `body` has its action and its base. */
int cli_submit(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit,
	       Dondoc__V1__Reply **reply_out);

/* Tell what came of a command, and the exit code for it. */
int cli_outcome(const struct cli *cli, const Dondoc__V1__SubmitReply *reply);

/* What is wrong with, or to be told of, the rows of a file. */
void cli_print_rows(const struct cli *cli, const Dondoc__V1__SubmitReply *reply);

/* The unit for which to act: --as-unit, DONDOC_UNIT, else `fallback`. */
const char *cli_acting_unit(const struct cli *cli, const char *fallback);

/* The day given for an option; 0 if not given. Tells a wrong one. */
int cli_day_option(const struct cli *cli, enum cli_opt option, int32_t *day_out);
/* A number given for an option; `fallback` if not given. */
int cli_number_option(const struct cli *cli, enum cli_opt option, uint64_t max, uint64_t fallback,
		      uint64_t *value_out);
/* The text of an option that must be there. */
int cli_text_option(const struct cli *cli, enum cli_opt option, const char **text_out);

/* The opaque id of the person at this account: 16 random bytes, made once and kept in the state
 * folder. */
int cli_person(const struct cli *cli, uint8_t person_out[16]);

/* A text of several lines as it is, but nothing that a terminal would obey. */
void cli_print_text(const struct cli *cli, const char *text);

/* "label:   text", wrapped behind the label; nothing if there is no text, no day, no number. */
void cli_print_label(const struct cli *cli, enum cli_text label, const char *text);
void cli_print_label_day(const struct cli *cli, enum cli_text label, int32_t day);
void cli_print_label_number(const struct cli *cli, enum cli_text label, uint64_t number);
void cli_print_label_time(const struct cli *cli, enum cli_text label, int64_t us);
void cli_print_label_hash(const struct cli *cli, enum cli_text label,
			  const ProtobufCBinaryData *hash);

/* Print a message as JSON, or a table as text or CSV. */
struct cli_table;
void cli_print_json(const struct cli *cli, const ProtobufCMessage *message);
void cli_print_table(const struct cli *cli, const struct cli_table *table);
/* The same of a list with so many rows, and frees it: people read `none` where there are none. */
void cli_print_found(const struct cli *cli, struct cli_table *table, size_t rows,
		     enum cli_text none);

#endif
