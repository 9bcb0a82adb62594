/* bench_plan.c - see bench_plan.h. */
#include "tests/bench/bench_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/id.h"

static int fail(const struct dd_error *err)
{
	fprintf(stderr, "%s\n", err->text);
	return -1;
}

/* --- entering --------------------------------------------------------------------------------- */

/* What an import takes, and how long. */
struct entering {
	struct dd_client *client;
	uint8_t units[DD_HASH_LEN], areas[DD_HASH_LEN], tasks[DD_HASH_LEN];
	uint32_t added;
	double sum_ms, max_ms;
	int plans;
};

static int put_text(struct entering *e, const char *text, uint8_t hash[DD_HASH_LEN])
{
	struct dd_error err;
	int rc = dd_client_put_file(e->client, text, strlen(text), hash, &err);

	return rc == DD_OK ? 0 : fail(&err);
}

static int put_common(struct entering *e)
{
	int rc = put_text(e, "code,name,kind,parent\nBENCH,Đơn vị đo,department,\n", e->units);

	if (rc == 0)
		rc = put_text(e,
			      "area,name,name_en\n1,Cải cách thể chế,Institutional reform\n"
			      "2,Thủ tục hành chính,Administrative procedures\n"
			      "3,Tổ chức bộ máy,Organisation\n",
			      e->areas);
	return rc;
}

static int put_tasks(struct entering *e, int from, int count)
{
	struct dd_buf csv = {0};
	int rc;

	dd_buf_text(&csv, "code,area,content,product,lead_unit,coordinating_units,time_text,start,"
			  "due,recurrence,target\n");
	for (int i = from; i < from + count; i++)
		dd_buf_printf(&csv,
			      "B%05d,%d,\"Rà soát, cập nhật văn bản quy phạm pháp luật số %d\",Báo "
			      "cáo,Đơn vị đo,,Quý IV/2026,2026-10-01,2026-%02d-%02d,once,\n",
			      i, 1 + i % 3, i, 10 + i % 3, 1 + i % 28);
	rc = put_text(e, dd_buf_cstr(&csv), e->tasks);
	dd_buf_fini(&csv);
	return rc;
}

static int submit(struct entering *e, Dondoc__V1__CommandBody *body)
{
	Dondoc__V1__Reply *reply = NULL;
	int64_t began_us = dd_mono_us();
	struct dd_error err;
	double took_ms;
	int rc = dd_client_command(e->client, body, &reply, &err);

	if (rc != DD_OK)
		return fail(&err);
	took_ms = (double)(dd_mono_us() - began_us) / 1000.0;
	e->sum_ms += took_ms;
	if (took_ms > e->max_ms)
		e->max_ms = took_ms;
	e->plans++;
	if (reply->submit->counts != NULL)
		e->added += reply->submit->counts->added;
	if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED) {
		fprintf(stderr, "an import was not taken: outcome %d, %zu rows told\n",
			(int)reply->submit->outcome, reply->submit->n_rows);
		rc = -1;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static ProtobufCBinaryData file(uint8_t hash[DD_HASH_LEN])
{
	return (ProtobufCBinaryData){.data = hash, .len = DD_HASH_LEN};
}

/* protobuf-c's texts are not const; these are only read from. */
static int enter_plan(struct entering *e, int from, int count)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ImportPlan import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	char code[32];

	if (put_tasks(e, from, count) != 0)
		return -1;
	snprintf(code, sizeof(code), "BENCH-%d", e->plans + 1);
	plan.code = code;
	plan.title = (char *)"Kế hoạch để đo";
	plan.assigner_unit = (char *)BENCH_PLAN_UNIT;
	import.plan = &plan;
	import.units_file = file(e->units);
	import.areas_file = file(e->areas);
	import.tasks_file = file(e->tasks);
	actor.unit = (char *)BENCH_PLAN_UNIT;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &import;
	return submit(e, &body);
}

int bench_plan_enter(struct dd_client *client, int tasks)
{
	struct entering e = {.client = client};
	int rc = put_common(&e);

	for (int from = 0; rc == 0 && from < tasks; from += BENCH_PLAN_ROWS)
		rc = enter_plan(&e, from,
				tasks - from < BENCH_PLAN_ROWS ? tasks - from : BENCH_PLAN_ROWS);
	if (rc == 0)
		printf("{\"measure\":\"import\",\"tasks\":%d,\"plans\":%d,\"added\":%u,\"ms\":%.0f,"
		       "\"max_ms\":%.0f}\n",
		       tasks, e.plans, e.added, e.sum_ms / e.plans, e.max_ms);
	return rc;
}

/* --- finding again ---------------------------------------------------------------------------- */

struct finding {
	struct dd_client *client;
	uint64_t position;
	uint64_t *ids; /* owned */
	size_t count;
};

/* A page of a plan's tasks; how many there were, or -1. */
static long add_page(struct finding *f, char *plan, uint32_t offset)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	size_t n;

	list.plan = plan;
	list.offset = offset;
	list.limit = 1000;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	if (dd_client_query(f->client, &query, f->position, &reply, &err) != DD_OK)
		return fail(&err);
	n = reply->answer->tasks->n_rows;
	f->ids = dd_realloc(f->ids, (f->count + n + 1) * sizeof(*f->ids));
	for (size_t i = 0; i < n; i++)
		f->ids[f->count++] = reply->answer->tasks->rows[i]->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return (long)n;
}

static int add_plan(struct finding *f, char *plan)
{
	uint32_t offset = 0;
	long n;

	while ((n = add_page(f, plan, offset)) > 0)
		offset += (uint32_t)n;
	return n == 0 ? 0 : -1;
}

uint64_t *bench_plan_tasks(struct dd_client *client, uint64_t position, size_t *count_out)
{
	struct finding f = {.client = client, .position = position};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPlans list = DONDOC__V1__LIST_PLANS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	query.list_plans = &list;
	rc = dd_client_query(client, &query, position, &reply, &err);
	if (rc != DD_OK) {
		(void)fail(&err);
		return NULL;
	}
	for (size_t i = 0; rc == 0 && i < reply->answer->plans->n_rows; i++)
		rc = add_plan(&f, reply->answer->plans->rows[i]->plan->code);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	*count_out = f.count;
	if (rc == 0)
		return f.ids;
	free(f.ids);
	return NULL;
}
