/* bench_updates.c - durable acknowledged updates per second through a running task service.
 *
 *   bench-updates --endpoint E [--tasks N] prepare
 *   bench-updates --endpoint E [--via E2 [--key F --server-key Z85]] [--clients N] [--seconds S]
 *                 [--label L] [--unit U] run
 *   bench-updates --endpoint E [--label L] start PROGRAM [ARGUMENTS]
 *
 * `prepare` imports a plan of N tasks. `run` prints one JSON line; E is always an operator's
 * endpoint, for the questions; the load goes to E2 if given. `start` measures until the first
 * answer. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "tests/bench/bench_load.h"
#include "tests/bench/bench_start.h"

struct options {
	const char *endpoint, *via, *key, *server_key, *label, *unit;
	int clients, tasks;
	double seconds;
};

static int fail(const struct dd_error *err)
{
	fprintf(stderr, "%s\n", err->text);
	return 1;
}

static int open_client(const struct options *o, struct dd_client **client, struct dd_error *err)
{
	struct dd_client_options c = {.endpoint = o->endpoint, .patience_ms = 60000};

	return dd_client_open(&c, client, err);
}

static ProtobufCBinaryData put_csv(struct dd_client *client, const struct dd_buf *csv,
				   uint8_t hash[DD_HASH_LEN])
{
	struct dd_error err;

	if (dd_client_put_file(client, csv->data, csv->len, hash, &err) != DD_OK)
		exit(fail(&err));
	return (ProtobufCBinaryData){.data = hash, .len = DD_HASH_LEN};
}

static int prepare(const struct options *o)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ImportPlan import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_client *client = NULL;
	struct dd_buf csv = {0};
	uint8_t hashes[3][DD_HASH_LEN];
	struct dd_error err;
	int r;

	if (open_client(o, &client, &err) != DD_OK)
		return fail(&err);
	dd_buf_text(&csv, "code,name,kind,parent\nBENCH,Đơn vị đo,department,\n");
	import.units_file = put_csv(client, &csv, hashes[0]);
	dd_buf_clear(&csv);
	dd_buf_text(&csv, "area,name,name_en\n1,Cải cách thể chế,Institutional reform\n");
	import.areas_file = put_csv(client, &csv, hashes[1]);
	dd_buf_clear(&csv);
	dd_buf_text(&csv,
		    "code,area,content,product,lead_unit,coordinating_units,time_text,start,due,"
		    "recurrence,target\n");
	for (int i = 0; i < o->tasks; i++)
		dd_buf_printf(&csv,
			      "B%05d,1,\"Rà soát, cập nhật văn bản quy phạm pháp luật số %d\",Báo "
			      "cáo,Đơn vị "
			      "đo,,Quý IV/2026,2026-10-01,2026-12-31,once,\n",
			      i, i);
	import.tasks_file = put_csv(client, &csv, hashes[2]);
	plan.code = (char *)"BENCH";
	plan.title = (char *)"Kế hoạch để đo";
	plan.assigner_unit = (char *)"BENCH";
	import.plan = &plan;
	actor.unit = (char *)"BENCH";
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &import;
	r = dd_client_command(client, &body, &reply, &err);
	if (r != DD_OK)
		return fail(&err);
	printf("{\"prepare\":%d,\"outcome\":%d,\"added\":%u,\"rows\":%zu}\n", o->tasks,
	       (int)reply->submit->outcome,
	       reply->submit->counts != NULL ? reply->submit->counts->added : 0,
	       reply->submit->n_rows);
	r = reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED ? 0 : 1;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	dd_buf_fini(&csv);
	return r;
}

static uint64_t *load_tasks(struct dd_client *client, uint64_t position, size_t *count_out)
{
	uint64_t *ids = NULL;
	size_t count = 0;
	struct dd_error err;

	for (;;) {
		Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
		Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
		Dondoc__V1__Reply *reply;
		size_t n;

		list.plan = (char *)"BENCH";
		list.offset = (uint32_t)count;
		list.limit = 1000;
		query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
		query.list_tasks = &list;
		if (dd_client_query(client, &query, position, &reply, &err) != DD_OK)
			exit(fail(&err));
		n = reply->answer->tasks->n_rows;
		ids = dd_realloc(ids, (count + n + 1) * sizeof(*ids));
		for (size_t i = 0; i < n; i++)
			ids[count++] = reply->answer->tasks->rows[i]->id;
		dondoc__v1__reply__free_unpacked(reply, NULL);
		if (n == 0)
			break;
	}
	*count_out = count;
	return ids;
}

static uint64_t head_of(struct dd_client *client)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	uint64_t head;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	if (dd_client_query(client, &query, 0, &reply, &err) != DD_OK)
		exit(fail(&err));
	head = reply->answer->status->head->sequence;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return head;
}

static int run(const struct options *o)
{
	struct bench_load load = {.endpoint = o->via != NULL ? o->via : o->endpoint,
				  .in_flight = o->clients,
				  .warm_us = 500000,
				  .run_us = (int64_t)(o->seconds * 1e6),
				  .unit = o->unit};
	struct bench_result result;
	struct dd_client *client = NULL;
	struct dd_curve_key key;
	struct dd_error err;
	uint64_t before;
	int r = 1;

	if (open_client(o, &client, &err) != DD_OK)
		return fail(&err);
	if (o->key != NULL) {
		if (dd_curve_load(o->key, &key, &err) != DD_OK)
			return fail(&err);
		load.key = &key;
		load.server_public = o->server_key;
	}
	before = head_of(client);
	load.tasks = load_tasks(client, before, &load.task_count);
	if (load.task_count < (size_t)o->clients)
		fprintf(stderr, "prepare first\n");
	else if (bench_load_run(&load, &result) == 0)
		r = bench_print("dondoc", o->label, o->clients, &result, head_of(client) - before);
	free((void *)load.tasks);
	dd_client_close(client);
	return r;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"endpoint", required_argument, NULL, 'e'},
		{"via", required_argument, NULL, 'v'},
		{"key", required_argument, NULL, 'k'},
		{"server-key", required_argument, NULL, 's'},
		{"clients", required_argument, NULL, 'c'},
		{"tasks", required_argument, NULL, 't'},
		{"seconds", required_argument, NULL, 'n'},
		{"label", required_argument, NULL, 'l'},
		{"unit", required_argument, NULL, 'u'},
		{NULL, 0, NULL, 0},
	};
	struct options o = {
		.label = "ipc", .clients = 1, .tasks = 10000, .seconds = 3, .unit = "BENCH"};
	int c;

	dd_id_start();
	while ((c = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		switch (c) {
		case 'e':
			o.endpoint = optarg;
			break;
		case 'v':
			o.via = optarg;
			break;
		case 'k':
			o.key = optarg;
			break;
		case 's':
			o.server_key = optarg;
			break;
		case 'c':
			o.clients = atoi(optarg);
			break;
		case 't':
			o.tasks = atoi(optarg);
			break;
		case 'n':
			o.seconds = atof(optarg);
			break;
		case 'l':
			o.label = optarg;
			break;
		case 'u':
			o.unit = optarg;
			break;
		default:
			return 2;
		}
	}
	if (o.endpoint == NULL || optind >= argc || o.clients < 1 || o.tasks < 1) {
		fprintf(stderr, "usage: bench-updates OPTIONS prepare|run|start ...\n");
		return 2;
	}
	if (strcmp(argv[optind], "start") == 0)
		return bench_start(o.endpoint, o.label, argv + optind + 1);
	return strcmp(argv[optind], "prepare") == 0 ? prepare(&o) : run(&o);
}
