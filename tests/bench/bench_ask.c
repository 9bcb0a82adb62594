/* bench_ask.c - see bench_ask.h. */
#include "tests/bench/bench_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

#define TIMES       100
#define HISTORY     100 /* events of the task whose page is asked for */
#define PAGE        50
#define PAGES_APART 400

struct asking {
	struct dd_client *client;
	uint64_t position; /* what the answers must have seen */
	uint64_t task;
	char *unit;
	double ms[TIMES];
	size_t rows; /* of the last answer */
	uint32_t total;
};

static int fail(const struct dd_error *err)
{
	fprintf(stderr, "%s\n", err->text);
	return -1;
}

static int question(struct asking *a, const Dondoc__V1__Query *query, Dondoc__V1__Reply **reply_out)
{
	struct dd_error err;
	int rc = dd_client_query(a->client, query, a->position, reply_out, &err);

	return rc == DD_OK ? 0 : fail(&err);
}

/* --- the questions ---------------------------------------------------------------------------- */

static void note_rows(struct asking *a, const Dondoc__V1__Answer *answer)
{
	if (answer->what_case == DONDOC__V1__ANSWER__WHAT_TASKS) {
		a->rows = answer->tasks->n_rows;
		a->total = answer->tasks->total;
	} else if (answer->what_case == DONDOC__V1__ANSWER__WHAT_COUNTS) {
		a->total = answer->counts->all->total;
	} else if (answer->what_case == DONDOC__V1__ANSWER__WHAT_TASK) {
		a->rows = answer->task->n_history;
	}
}

static int list(struct asking *a, const Dondoc__V1__ListTasks *asked)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks said = *asked;
	Dondoc__V1__Reply *reply;
	int rc;

	said.limit = PAGE;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &said;
	rc = question(a, &query, &reply);
	if (rc != 0)
		return rc;
	note_rows(a, reply->answer);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

/* Tasks of one unit in one area that are under way, by date, some way down the list. */
static int ask_page(struct asking *a, int i)
{
	Dondoc__V1__ListTasks said = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__TaskState states[] = {DONDOC__V1__TASK_STATE__TASK_ASSIGNED,
					  DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS};

	said.unit = a->unit;
	said.has_area_case = DONDOC__V1__LIST_TASKS__HAS_AREA_AREA;
	said.area = (uint32_t)(1 + i % 3);
	said.states = states;
	said.n_states = 2;
	said.sort = DONDOC__V1__TASK_SORT__TASK_SORT_DUE;
	said.offset = (uint32_t)(i * PAGES_APART);
	return list(a, &said);
}

static int ask_search(struct asking *a, int i)
{
	Dondoc__V1__ListTasks said = DONDOC__V1__LIST_TASKS__INIT;
	char text[64];

	(void)snprintf(text, sizeof(text), "phap luat so %d", i * 97);
	said.text = text;
	return list(a, &said);
}

static int ask_counts(struct asking *a, int i)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks said = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	(void)i;
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &said;
	rc = question(a, &query, &reply);
	if (rc != 0)
		return rc;
	note_rows(a, reply->answer);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int ask_history(struct asking *a, int i)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask said = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	(void)i;
	said.task = a->task;
	said.history_limit = HISTORY;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &said;
	rc = question(a, &query, &reply);
	if (rc != 0)
		return rc;
	note_rows(a, reply->answer);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

/* --- a task with a past ------------------------------------------------------------------------
 */

static int find_task(struct asking *a)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks said = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	said.limit = 1;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &said;
	rc = question(a, &query, &reply);
	if (rc != 0)
		return rc;
	if (reply->answer->tasks->n_rows > 0)
		a->task = reply->answer->tasks->rows[0]->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return a->task != 0 ? 0 : -1;
}

static int report(struct asking *a, uint32_t percent)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress said = DONDOC__V1__REPORT_PROGRESS__INIT;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_error err;

	actor.unit = a->unit;
	said.task = a->task;
	said.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	said.percent = percent;
	said.note = (char *)"Đã lấy ý kiến các đơn vị";
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &said;
	if (dd_client_command(a->client, &body, &reply, &err) != DD_OK)
		return fail(&err);
	if (reply->submit->receipt != NULL)
		a->position = reply->submit->receipt->sequence;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int make_past(struct asking *a)
{
	int rc = find_task(a);

	for (uint32_t i = 0; rc == 0 && i < HISTORY; i++)
		rc = report(a, i % 100);
	return rc;
}

/* --- measuring ---------------------------------------------------------------------------------
 */

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int measure(struct asking *a, const char *name, int (*ask)(struct asking *a, int i))
{
	a->rows = 0;
	a->total = 0;
	if (ask(a, 0) != 0) /* not measured: what follows an update the answer waits for */
		return -1;
	for (int i = 0; i < TIMES; i++) {
		int64_t began_us = dd_mono_us();

		if (ask(a, i) != 0)
			return -1;
		a->ms[i] = (double)(dd_mono_us() - began_us) / 1000.0;
	}
	qsort(a->ms, TIMES, sizeof(a->ms[0]), by_size);
	printf("{\"measure\":\"%s\",\"ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"rows\":%zu,"
	       "\"total\":%u}\n",
	       name, a->ms[TIMES / 2], a->ms[TIMES - 2], a->ms[TIMES - 1], a->rows, a->total);
	return 0;
}

int bench_ask(struct dd_client *client, const char *unit)
{
	struct asking a = {.client = client, .unit = (char *)unit};
	int rc = make_past(&a);

	if (rc == 0)
		rc = measure(&a, "page", ask_page);
	if (rc == 0)
		rc = measure(&a, "search", ask_search);
	if (rc == 0)
		rc = measure(&a, "counts", ask_counts);
	if (rc == 0)
		rc = measure(&a, "history", ask_history);
	return rc;
}
