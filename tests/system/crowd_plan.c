/* crowd_plan.c - the plan of many units, and afterwards what became of their reports. */
#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "tests/system/branch.h"
#include "tests/system/crowd_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 60000

struct entering {
	struct station *station;
	struct dd_client *client;
	size_t units, tasks_each;
};

static void put_text(struct dd_client *client, const struct dd_buf *csv, uint8_t hash[DD_HASH_LEN],
		     ProtobufCBinaryData *name)
{
	struct dd_error err;

	if (dd_client_put_file(client, csv->data, csv->len, hash, &err) != 0)
		system_die("a file cannot be put up: %s", err.text);
	name->data = hash;
	name->len = DD_HASH_LEN;
}

static void write_units(struct dd_buf *csv, size_t units)
{
	char unit[CROWD_UNIT];

	dd_buf_text(csv, "code,name,kind,parent\n" STATION_UNIT ",Đơn vị giao việc,department,\n");
	for (size_t i = 0; i < units; i++) {
		crowd_unit(i, unit);
		dd_buf_printf(csv, "%s,Đơn vị %s,department,\n", unit, unit);
	}
}

static void write_tasks(struct dd_buf *csv, size_t units, size_t each)
{
	char unit[CROWD_UNIT];

	dd_buf_text(csv, "code,area,content,product,lead_unit,coordinating_units,time_text,start,"
			 "due,recurrence,target\n");
	for (size_t i = 0; i < units * each; i++) {
		crowd_unit(i / each, unit);
		dd_buf_printf(csv,
			      "N%05zu,1,\"Rà soát văn bản số %zu\",Báo cáo,Đơn vị %s,,Quý "
			      "IV/2026,2026-10-01,2026-12-31,once,\n",
			      i, i, unit);
	}
}

static void import(const struct entering *e)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ImportPlan plan_import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	char code[] = "NHIEU", title[] = "Kế hoạch của nhiều đơn vị", unit[] = STATION_UNIT;
	uint8_t hashes[3][DD_HASH_LEN];
	struct dd_buf csv = {0};
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	write_units(&csv, e->units);
	put_text(e->client, &csv, hashes[0], &plan_import.units_file);
	dd_buf_clear(&csv);
	dd_buf_text(&csv, "area,name,name_en\n1,Cải cách thể chế,Institutional reform\n");
	put_text(e->client, &csv, hashes[1], &plan_import.areas_file);
	dd_buf_clear(&csv);
	write_tasks(&csv, e->units, e->tasks_each);
	put_text(e->client, &csv, hashes[2], &plan_import.tasks_file);
	plan.code = code;
	plan.title = title;
	plan.assigner_unit = unit;
	plan_import.plan = &plan;
	actor.unit = unit;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &plan_import;
	if (dd_client_command(e->client, &body, &reply, &err) != 0)
		system_die("the import got no answer: %s", err.text);
	if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		system_die("the import was not accepted: outcome %d", (int)reply->submit->outcome);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_buf_fini(&csv);
}

static void find_tasks(const struct entering *e, size_t index)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	char unit[CROWD_UNIT];
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	crowd_unit(index, unit);
	list.unit = unit;
	list.limit = 1000;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	if (dd_client_query(e->client, &query, e->station->prepared, &reply, &err) != 0)
		system_die("the tasks of %s cannot be listed: %s", unit, err.text);
	if (reply->answer->tasks->n_rows != e->tasks_each)
		system_die("%s has %zu tasks", unit, reply->answer->tasks->n_rows);
	for (size_t i = 0; i < e->tasks_each; i++)
		e->station->tasks[index * e->tasks_each + i] = reply->answer->tasks->rows[i]->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

void crowd_plan(struct station *station, size_t units, size_t tasks_each)
{
	const struct dd_client_options options = {.endpoint = station->endpoint,
						  .patience_ms = PATIENCE_MS};
	struct entering e = {.station = station, .units = units, .tasks_each = tasks_each};
	struct dd_error err;

	if (dd_client_open(&options, &e.client, &err) != 0)
		system_die("%s", err.text);
	import(&e);
	if (!station_head(station, PATIENCE_MS, &station->prepared))
		system_die("no status");
	station->task_count = units * tasks_each;
	station->tasks = dd_alloc(station->task_count * sizeof(*station->tasks));
	for (size_t i = 0; i < units; i++)
		find_tasks(&e, i);
	dd_client_close(e.client);
}

/* --- afterwards ------------------------------------------------------------------------------- */

/* The outbox of each office against the log. */
static size_t check_outboxes(const struct crowd_options *options, const struct test_log *log,
			     struct test_verdict *verdict)
{
	const char *dir = options->dir != NULL ? options->dir : options->centre->dir;
	size_t items = 0;

	for (size_t i = 0; i < options->offices; i++) {
		struct branch branch = {0};
		char unit[CROWD_UNIT];

		crowd_unit(i, unit);
		branch.name = unit;
		(void)snprintf(branch.data, sizeof(branch.data), "%.400s/%s", dir, unit);
		items += branch_check(&branch, log, verdict);
	}
	return items;
}

size_t crowd_check(const struct crowd_options *options, struct test_verdict *verdict_out)
{
	struct station *centre = options->centre;
	struct test_log log;
	struct dd_error err;
	size_t items;

	if (test_log_read(centre->log, centre->prepared, &log, &err) != 0)
		system_die("the log cannot be read: %s", err.text);
	test_history_check_texts(&centre->history, &log, verdict_out);
	if (verdict_out->ops != log.count) {
		verdict_out->lost += verdict_out->ops > log.count;
		verdict_out->phantom += verdict_out->ops < log.count;
	}
	items = check_outboxes(options, &log, verdict_out);
	test_log_fini(&log);
	if (!station_verify(centre->log, NULL))
		verdict_out->altered++;
	return items;
}
