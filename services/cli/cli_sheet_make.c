/* cli_sheet_make.c - `sheet make`: the open tasks of a unit as a workbook to be filled in. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/domain/policy.h"
#include "common/sheet/sheet.h"
#include "services/cli/cli_report.h"
#include "services/cli/cli_sheet.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MODE  0666 /* the person's own mask decides */
#define PERIOD_LEN 16

struct making {
	struct cli *cli;
	const char *unit;
	const char *plan; /* "" = all */
	char period[PERIOD_LEN];
	char *unit_name;           /* owned */
	Dondoc__V1__Reply *status; /* owned */
	Dondoc__V1__Reply *plans;  /* owned */
	Dondoc__V1__Reply *tasks;  /* owned */
	struct dd_sheet *sheet;    /* owned */
	bool percent;
};

static void making_fini(struct making *making)
{
	dondoc__v1__reply__free_unpacked(making->status, NULL);
	dondoc__v1__reply__free_unpacked(making->plans, NULL);
	dondoc__v1__reply__free_unpacked(making->tasks, NULL);
	dd_sheet_free(making->sheet);
	free(making->unit_name);
}

/* --- what is asked of the service ---------------------------------------------------------------
 */

/* *reply_out is NULL where it failed. */
static int ask(struct cli *cli, const Dondoc__V1__Query *query, Dondoc__V1__Answer__WhatCase wanted,
	       Dondoc__V1__Reply **reply_out)
{
	int rc = cli_query(cli, query, reply_out);

	if (rc == 0)
		rc = cli_check_answer(cli, *reply_out, wanted);
	if (rc != 0)
		*reply_out = NULL;
	return rc;
}

static int ask_tasks(struct making *making)
{
	static Dondoc__V1__TaskState open[] = {DONDOC__V1__TASK_STATE__TASK_ASSIGNED,
					       DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS,
					       DONDOC__V1__TASK_STATE__TASK_RETURNED};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;

	list.unit = (char *)making->unit;
	list.plan = (char *)making->plan;
	list.states = open;
	list.n_states = sizeof(open) / sizeof(open[0]);
	list.limit = DD_SHEET_ROWS_MAX;
	list.flags_none = DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT |
			  DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED |
			  DONDOC__V1__TASK_FLAG__TASK_FLAG_GUEST;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	return ask(making->cli, &query, DONDOC__V1__ANSWER__WHAT_TASKS, &making->tasks);
}

static int ask_plans(struct making *making)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPlans list = DONDOC__V1__LIST_PLANS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	query.list_plans = &list;
	return ask(making->cli, &query, DONDOC__V1__ANSWER__WHAT_PLANS, &making->plans);
}

/* The nearest value wins: what is listed for the plan, else for all. */
static int ask_percent(struct making *making)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListSettings list = DONDOC__V1__LIST_SETTINGS__INIT;
	const char *name = dd_policy_row(DD_SETTING_PERCENT)->name;
	Dondoc__V1__Reply *reply;
	int rc;

	list.plan = (char *)making->plan;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_SETTINGS;
	query.list_settings = &list;
	rc = ask(making->cli, &query, DONDOC__V1__ANSWER__WHAT_SETTINGS, &reply);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < reply->answer->settings->n_rows; i++) {
		if (strcmp(reply->answer->settings->rows[i]->name, name) == 0)
			making->percent =
				strcmp(reply->answer->settings->rows[i]->value, "off") != 0;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int ask_unit(struct making *making)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListUnits list = DONDOC__V1__LIST_UNITS__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	list.with_closed = true;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_UNITS;
	query.list_units = &list;
	rc = ask(making->cli, &query, DONDOC__V1__ANSWER__WHAT_UNITS, &reply);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < reply->answer->units->n_rows; i++) {
		const Dondoc__V1__UnitFields *unit = reply->answer->units->rows[i]->unit;

		if (unit && strcmp(unit->code, making->unit) == 0 && !making->unit_name)
			making->unit_name = dd_strdup(unit->name);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (making->unit_name)
		return 0;
	cli_complain(making->cli, TEXT_BAD_VALUE, "--unit", making->unit, NULL);
	return CLI_NOT_FOUND;
}

static int ask_all(struct making *making)
{
	int rc = cli_ask_status(making->cli, &making->status);

	if (rc != 0) {
		making->status = NULL;
		return rc;
	}
	rc = ask_unit(making);
	if (rc == 0)
		rc = ask_plans(making);
	if (rc == 0)
		rc = ask_percent(making);
	return rc == 0 ? ask_tasks(making) : rc;
}

/* --- the sheet ---------------------------------------------------------------------------------
 */

/* Drafts are nobody's work yet; of a closed plan only what was kept goes on. */
static bool plan_at_work(const struct making *making, const Dondoc__V1__TaskRow *task)
{
	const Dondoc__V1__PlanList *plans = making->plans->answer->plans;

	for (size_t i = 0; i < plans->n_rows; i++) {
		const Dondoc__V1__PlanRow *row = plans->rows[i];

		if (!row->plan || strcmp(row->plan->code, task->fields->plan) != 0)
			continue;
		if (row->state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED)
			return (task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_KEPT) != 0;
		return row->state != DONDOC__V1__PLAN_STATE__PLAN_DRAFT;
	}
	return true;
}

/* A recurring task whose period is open is reported by that period's own task. */
static bool has_instance(const Dondoc__V1__TaskList *tasks, const Dondoc__V1__TaskRow *task)
{
	if ((task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_RECURRING) == 0)
		return false;
	for (size_t i = 0; i < tasks->n_rows; i++) {
		if (tasks->rows[i]->fields && tasks->rows[i]->fields->instance_of == task->id)
			return true;
	}
	return false;
}

static void add_tasks(struct making *making)
{
	const Dondoc__V1__TaskList *tasks = making->tasks->answer->tasks;

	for (size_t i = 0; i < tasks->n_rows; i++) {
		const Dondoc__V1__TaskRow *task = tasks->rows[i];

		if (task->fields && !task->fields->group && plan_at_work(making, task) &&
		    !has_instance(tasks, task))
			(void)dd_sheet_add(making->sheet, task);
	}
}

static int make(struct making *making)
{
	Dondoc__V1__SheetHead head = DONDOC__V1__SHEET_HEAD__INIT;
	const Dondoc__V1__Status *status = making->status->answer->status;

	if (making->tasks->answer->tasks->total > DD_SHEET_ROWS_MAX) {
		cli_complain(making->cli, TEXT_SHEET_CUT, making->unit, NULL);
		return CLI_REFUSED;
	}
	head.made_at = status->head;
	head.made_us = cli_fact_time(status);
	head.authority = status->authority;
	head.unit = (char *)making->unit;
	head.unit_name = making->unit_name;
	head.period = making->period;
	head.percent = making->percent;
	head.lang = (char *)(making->cli->lang == CLI_EN ? "en" : "vi");
	making->sheet = dd_sheet_new(&head);
	add_tasks(making);
	if (making->sheet->count > 0)
		return 0;
	cli_complain(making->cli, TEXT_SHEET_EMPTY, making->unit, NULL);
	return CLI_NOT_FOUND;
}

/* --- the file ----------------------------------------------------------------------------------
 */

static int read_options(struct making *making)
{
	struct cli *cli = making->cli;
	const char *period = cli->args.value[CLI_OPT_PERIOD];
	int rc = cli_text_option(cli, CLI_OPT_UNIT, &making->unit);

	if (rc != 0)
		return rc;
	making->plan = cli->args.value[CLI_OPT_PLAN] ? cli->args.value[CLI_OPT_PLAN] : "";
	if (!period)
		return 0;
	if (!dd_sheet_period_valid(period))
		return cli_misused(cli, TEXT_BAD_VALUE, "--period", period, NULL);
	snprintf(making->period, sizeof(making->period), "%s", period);
	return 0;
}

/* This month, by the service's clock. */
static void fill_period(struct making *making)
{
	struct dd_date today;

	if (making->period[0])
		return;
	today = dd_day_to_date(dd_day_of(cli_fact_time(making->status->answer->status)));
	snprintf(making->period, sizeof(making->period), "%04u-%02u", (unsigned)today.year % 10000,
		 (unsigned)today.month % 100);
}

static int write_file(struct making *making)
{
	struct cli *cli = making->cli;
	struct dd_buf name = {0}, file = {0};
	const char *path = cli->args.value[CLI_OPT_OUT];
	char count[24];
	struct dd_error err;
	int rc;

	if (!path) {
		dd_buf_printf(&name, "%s-%s-%s.xlsx",
			      cli->lang == CLI_VI ? "phieu-bao-cao" : "reporting-sheet",
			      making->unit, making->period);
		path = dd_buf_cstr(&name);
	}
	rc = cli_report_may_write(cli, path);
	if (rc == 0 && (dd_sheet_write(making->sheet, false, &file, &err) != DD_OK ||
			dd_file_write(path, file.data, file.len, FILE_MODE, &err) != DD_OK))
		rc = cli_failed(cli, &err);
	snprintf(count, sizeof(count), "%zu", making->sheet->count);
	if (rc == 0)
		cli_say(cli, TEXT_SHEET_MADE, path, making->unit, making->period, count, NULL);
	dd_buf_fini(&name);
	dd_buf_fini(&file);
	return rc;
}

int cli_sheet_make(struct cli *cli)
{
	struct making making = {.cli = cli, .percent = true};
	int rc = read_options(&making);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = ask_all(&making);
	if (rc == 0) {
		fill_period(&making);
		rc = make(&making);
	}
	if (rc == 0)
		rc = write_file(&making);
	making_fini(&making);
	return rc;
}
