/* copy_field.h - a centre and an office that follows it, as real processes; what both answer the
 * unit is compared byte for byte. Only for tests; each includes its own copy. */
#ifndef TESTS_SYSTEM_COPY_FIELD_H
#define TESTS_SYSTEM_COPY_FIELD_H

#include "tests/support/harness.h"

#include "common/app/client.h"
#include "common/base/clock.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELPER __attribute__((unused)) static

#ifndef COPY_TASKS
#define COPY_TASKS 12
#endif
#define COPY_OTHER        "KHAC" /* a unit that has no office */
#define COPY_MS           15000
#define COPY_ACTION(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

struct copy_field {
	struct station centre;
	struct branch office;
	char tcp[64]; /* of the centre */
	bool lenient; /* a refused command is no failure */
};

HELPER char *copy_text(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* --- asking --------------------------------------------------------------------------------------
 */

/* NULL: an error, of which *code_out tells. */
HELPER Dondoc__V1__Reply *copy_ask(const struct dd_client_options *options,
				   const Dondoc__V1__Query *query, uint64_t min_sequence,
				   int *code_out)
{
	struct dd_client *client;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_error err = {0};

	if (dd_client_open(options, &client, &err) != 0)
		system_die("%s", err.text);
	*code_out = dd_client_query(client, query, min_sequence, &reply, &err);
	dd_client_close(client);
	return *code_out == 0 ? reply : NULL;
}

HELPER struct dd_client_options copy_at_office(const struct copy_field *field)
{
	return (struct dd_client_options){.endpoint = field->office.endpoint, .patience_ms = 4000};
}

/* With the office's own key, at the centre. */
HELPER struct dd_client_options copy_at_centre(const struct copy_field *field)
{
	return (struct dd_client_options){.endpoint = field->tcp,
					  .key = &field->office.key,
					  .server_public = field->centre.public_key,
					  .patience_ms = 4000};
}

HELPER Dondoc__V1__Reply *copy_must_ask(const struct dd_client_options *options,
					const Dondoc__V1__Query *query)
{
	int code;
	Dondoc__V1__Reply *reply = copy_ask(options, query, 0, &code);

	if (reply == NULL)
		system_die("%s does not answer: %d", options->endpoint, code);
	return reply;
}

HELPER bool copy_status(const struct copy_field *field, bool *healthy_out, char health_out[2048],
			uint64_t *sequence_out)
{
	const struct dd_client_options options = copy_at_office(field);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	bool ready;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	reply = copy_must_ask(&options, &query);
	ready = reply->answer->status->head != NULL;
	*healthy_out = reply->answer->status->healthy;
	*sequence_out = reply->answer->status->view_sequence;
	(void)snprintf(health_out, 2048, "%s", reply->answer->status->health);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return ready;
}

/* Wait until the health of the office has these words. */
HELPER bool copy_told(const struct copy_field *field, const char *words)
{
	char health[2048];
	uint64_t sequence;
	bool healthy;

	for (int waited = 0; waited < COPY_MS; waited += 50) {
		(void)copy_status(field, &healthy, health, &sequence);
		if (!healthy && strstr(health, words) != NULL)
			return true;
		system_rest_ms(50);
	}
	fprintf(stderr, "the office's health: %s\n", health);
	return false;
}

/* --- the same answers ----------------------------------------------------------------------------
 */

struct copy_answer {
	int code;
	uint8_t *bytes; /* owned */
	size_t len;
};

/* Figures over tasks that are not the unit's to see: the centre alone has them. */
HELPER void copy_forget_figures(Dondoc__V1__Answer *answer)
{
	answer->view_sequence = 0;
	if (answer->what_case == DONDOC__V1__ANSWER__WHAT_PLANS)
		for (size_t i = 0; i < answer->plans->n_rows; i++)
			answer->plans->rows[i]->tasks = 0;
	if (answer->what_case == DONDOC__V1__ANSWER__WHAT_UNITS)
		for (size_t i = 0; i < answer->units->n_rows; i++)
			answer->units->rows[i]->open_tasks = 0;
}

HELPER struct copy_answer copy_answer(const struct dd_client_options *options,
				      const Dondoc__V1__Query *query)
{
	struct copy_answer answer = {0};
	Dondoc__V1__Reply *reply = copy_ask(options, query, 0, &answer.code);

	if (answer.code == DD_ERR_REFUSED) /* an office does not even know of it */
		answer.code = DD_ERR_NOT_FOUND;
	if (reply == NULL)
		return answer;
	copy_forget_figures(reply->answer);
	answer.len = dondoc__v1__answer__get_packed_size(reply->answer);
	answer.bytes = malloc(answer.len + 1);
	(void)dondoc__v1__answer__pack(reply->answer, answer.bytes);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return answer;
}

HELPER bool copy_same(const struct copy_field *field, const Dondoc__V1__Query *query)
{
	const struct dd_client_options here = copy_at_office(field), there = copy_at_centre(field);
	struct copy_answer ours = copy_answer(&here, query), theirs = copy_answer(&there, query);
	bool same = ours.code == theirs.code && ours.len == theirs.len &&
		    (ours.len == 0 || memcmp(ours.bytes, theirs.bytes, ours.len) == 0);

	free(ours.bytes);
	free(theirs.bytes);
	return same;
}

#define COPY_LISTS 8

HELPER const char *copy_list(size_t n, Dondoc__V1__Query *query_out)
{
	static Dondoc__V1__ListTasks tasks = DONDOC__V1__LIST_TASKS__INIT;
	static Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	static Dondoc__V1__ListPlans plans = DONDOC__V1__LIST_PLANS__INIT;
	static Dondoc__V1__ListUnits units = DONDOC__V1__LIST_UNITS__INIT;
	static Dondoc__V1__ListPeople people = DONDOC__V1__LIST_PEOPLE__INIT;
	static Dondoc__V1__ListAreas areas = DONDOC__V1__LIST_AREAS__INIT;
	static Dondoc__V1__ListRequests requests = DONDOC__V1__LIST_REQUESTS__INIT;
	static Dondoc__V1__ListComments comments = DONDOC__V1__LIST_COMMENTS__INIT;
	static const struct {
		const char *name;
		Dondoc__V1__Query__WhatCase what;
	} lists[COPY_LISTS] = {{"list_tasks", DONDOC__V1__QUERY__WHAT_LIST_TASKS},
			       {"count_tasks", DONDOC__V1__QUERY__WHAT_COUNT_TASKS},
			       {"list_plans", DONDOC__V1__QUERY__WHAT_LIST_PLANS},
			       {"list_units", DONDOC__V1__QUERY__WHAT_LIST_UNITS},
			       {"list_people", DONDOC__V1__QUERY__WHAT_LIST_PEOPLE},
			       {"list_areas", DONDOC__V1__QUERY__WHAT_LIST_AREAS},
			       {"list_requests", DONDOC__V1__QUERY__WHAT_LIST_REQUESTS},
			       {"list_comments", DONDOC__V1__QUERY__WHAT_LIST_COMMENTS}};
	void *const asked[COPY_LISTS] = {&tasks,  &count, &plans,    &units,
					 &people, &areas, &requests, &comments};

	query_out->what_case = lists[n].what;
	query_out->list_tasks = asked[n]; /* all of them are pointers in one union */
	return lists[n].name;
}

/* The questions of a unit, one after the other; NULL behind the last. */
HELPER const char *copy_question(const struct copy_field *field, size_t n,
				 Dondoc__V1__Query *query_out)
{
	static Dondoc__V1__ShowTask show;

	dondoc__v1__query__init(query_out);
	if (n < COPY_LISTS)
		return copy_list(n, query_out);
	if (n - COPY_LISTS >= field->centre.task_count)
		return NULL;
	dondoc__v1__show_task__init(&show);
	show.task = field->centre.tasks[n - COPY_LISTS];
	query_out->what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query_out->show_task = &show;
	return "show_task";
}

/* Wait until the office answers everything as the centre does, from its own view. */
HELPER bool copy_settled(const struct copy_field *field)
{
	Dondoc__V1__Query query;
	const char *name = "(its own view)";
	char health[2048];
	uint64_t sequence;
	bool healthy;

	for (int waited = 0; waited < COPY_MS; waited += 100) {
		bool same = copy_status(field, &healthy, health, &sequence);

		for (size_t n = 0; same && (name = copy_question(field, n, &query)) != NULL; n++)
			same = copy_same(field, &query);
		if (same)
			return true;
		system_rest_ms(100);
	}
	fprintf(stderr, "%s is answered otherwise than at the centre\n", name);
	return false;
}

/* --- doing
 * ---------------------------------------------------------------------------------------- */

/* As the operator at the centre, for `unit`; how far the log is then. */
HELPER uint64_t copy_do_as(const struct copy_field *field, const char *unit,
			   Dondoc__V1__CommandBody *body)
{
	const struct dd_client_options options = {.endpoint = field->centre.endpoint,
						  .patience_ms = 10000};
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	uint64_t sequence;

	actor.unit = copy_text(unit);
	body->actor = &actor;
	body->fact_us = dd_wall_us();
	if (dd_client_open(&options, &client, &err) != 0 ||
	    dd_client_command(client, body, &reply, &err) != 0)
		system_die("no answer to a command: %s", err.text);
	if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED && !field->lenient)
		system_die("action %d was not accepted: outcome %d, refusal %d",
			   (int)body->action_case, (int)reply->submit->outcome,
			   reply->submit->refusal != NULL ? (int)reply->submit->refusal->code : 0);
	sequence = reply->submit->receipt->sequence;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return sequence;
}

HELPER uint64_t copy_do(const struct copy_field *field, Dondoc__V1__CommandBody *body)
{
	return copy_do_as(field, STATION_UNIT, body);
}

/* The task as the centre has it. */
HELPER Dondoc__V1__Reply *copy_task(const struct copy_field *field, uint64_t task)
{
	const struct dd_client_options options = {.endpoint = field->centre.endpoint,
						  .patience_ms = 10000};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;

	show.task = task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	return copy_must_ask(&options, &query);
}

HELPER void copy_set_unit(const struct copy_field *field, const char *code)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__SetUnit set = DONDOC__V1__SET_UNIT__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;

	unit.code = unit.name = copy_text(code);
	unit.kind = copy_text("department");
	set.unit = &unit;
	body.action_case = COPY_ACTION(SET_UNIT);
	body.set_unit = &set;
	(void)copy_do(field, &body);
}

HELPER uint64_t copy_assign(const struct copy_field *field, uint64_t task, const char *unit)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AssignTask assign = DONDOC__V1__ASSIGN_TASK__INIT;

	assign.task = task;
	assign.lead_unit = copy_text(unit);
	assign.reason = copy_text("phân công lại");
	body.action_case = COPY_ACTION(ASSIGN_TASK);
	body.assign_task = &assign;
	return copy_do(field, &body);
}

/* As the lead reports, entered at the centre. */
HELPER uint64_t copy_report(const struct copy_field *field, uint64_t task, uint32_t percent)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	Dondoc__V1__Base base = DONDOC__V1__BASE__INIT;
	Dondoc__V1__Reply *now = copy_task(field, task);
	uint64_t sequence;

	report.task = task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = percent;
	report.note = copy_text("đã làm");
	base.task_version = now->answer->task->task->version;
	body.based_on = &base;
	body.action_case = COPY_ACTION(REPORT_PROGRESS);
	body.report_progress = &report;
	sequence = copy_do_as(field, now->answer->task->task->lead_unit, &body);
	dondoc__v1__reply__free_unpacked(now, NULL);
	return sequence;
}

/* From now on `unit` helps with the task; "" = nobody does. */
HELPER uint64_t copy_help(const struct copy_field *field, uint64_t task, const char *unit)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ChangeTask change = DONDOC__V1__CHANGE_TASK__INIT;
	Dondoc__V1__Reply *now = copy_task(field, task);
	Dondoc__V1__TaskFields *fields = now->answer->task->task->fields;
	uint64_t sequence;

	for (size_t i = 0; i < fields->n_coordinating_units; i++)
		free(fields->coordinating_units[i]);
	free(fields->coordinating_units);
	fields->n_coordinating_units = unit[0] != '\0';
	fields->coordinating_units = malloc(sizeof(char *));
	if (unit[0] != '\0')
		fields->coordinating_units[0] = strdup(unit);
	change.task = task;
	change.fields = fields;
	change.reason = copy_text("thay đổi đơn vị phối hợp");
	body.action_case = COPY_ACTION(CHANGE_TASK);
	body.change_task = &change;
	sequence = copy_do(field, &body);
	dondoc__v1__reply__free_unpacked(now, NULL);
	return sequence;
}

/* --- the field
 * ------------------------------------------------------------------------------------ */

HELPER void copy_open(struct copy_field *field)
{
	memset(field, 0, sizeof(*field));
	station_init(&field->centre, NULL, system_free_port());
	(void)snprintf(field->tcp, sizeof(field->tcp), "tcp://127.0.0.1:%d", field->centre.port);
	station_must_start(&field->centre);
	station_prepare(&field->centre, COPY_TASKS);
	copy_set_unit(field, COPY_OTHER);
	/* The unit has reported on a task that stays: what it said of one that goes is counted at
	 * the centre alone (units that reported lately). */
	(void)copy_report(field, field->centre.tasks[COPY_TASKS - 1], 5);
	branch_init(&field->office, &field->centre);
	branch_must_start(&field->office);
}

HELPER void copy_close(struct copy_field *field)
{
	branch_fini(&field->office);
	station_fini(&field->centre);
}

/* Whether the office shows the task, and how many rows its history has. */
HELPER bool copy_shows(const struct copy_field *field, uint64_t task, size_t *history_out)
{
	const struct dd_client_options options = copy_at_office(field);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Reply *reply;
	int code;

	show.task = task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	reply = copy_ask(&options, &query, 0, &code);
	*history_out = reply != NULL ? reply->answer->task->n_history : 0;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return code == 0;
}

#endif
