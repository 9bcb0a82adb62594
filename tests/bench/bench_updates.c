/* bench_updates.c - durable acknowledged updates per second through a running task service.
 *
 *   bench-updates --endpoint E [--tasks N] prepare
 *   bench-updates --endpoint E [--via E2 [--key F --server-key Z85]] [--clients N] [--seconds S]
 *                 [--label L] [--unit U] [--alone] run
 *   bench-updates --endpoint E [--unit U] ask
 *   bench-updates --endpoint E [--label L] start PROGRAM [ARGUMENTS]
 *
 * `prepare` imports N tasks, as many plans as it takes. `run` prints one JSON line; E is always an
 * operator's endpoint, for the questions; the load goes to E2 if given. `ask` measures questions,
 * one line each. `start` measures until the first answer. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/app/client.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "tests/bench/bench_ask.h"
#include "tests/bench/bench_load.h"
#include "tests/bench/bench_plan.h"
#include "tests/bench/bench_start.h"

struct options {
	const char *endpoint, *via, *key, *server_key, *label, *unit;
	int clients, tasks;
	bool alone; /* no trains */
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

static int prepare(const struct options *o)
{
	struct dd_client *client = NULL;
	struct dd_error err;
	int r;

	if (open_client(o, &client, &err) != DD_OK)
		return fail(&err);
	r = bench_plan_enter(client, o->tasks);
	dd_client_close(client);
	return r == 0 ? 0 : 1;
}

static int ask(const struct options *o)
{
	struct dd_client *client = NULL;
	struct dd_error err;
	int r;

	if (open_client(o, &client, &err) != DD_OK)
		return fail(&err);
	r = bench_ask(client, o->unit);
	dd_client_close(client);
	return r == 0 ? 0 : 1;
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
				  .alone = o->alone,
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
	load.seen = before;
	load.tasks = bench_plan_tasks(client, before, &load.task_count);
	if (load.tasks == NULL || load.task_count < (size_t)o->clients)
		fprintf(stderr, "prepare first\n");
	else if (bench_load_run(&load, &result) == 0)
		r = bench_print("dondoc", o->label, o->clients, &result, head_of(client) - before);
	free((void *)load.tasks);
	dd_client_close(client);
	return r;
}

/* False: an option that there is not. */
static bool read_options(int argc, char **argv, struct options *o)
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
		{"alone", no_argument, NULL, 'a'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		switch (c) {
		case 'e':
			o->endpoint = optarg;
			break;
		case 'v':
			o->via = optarg;
			break;
		case 'k':
			o->key = optarg;
			break;
		case 's':
			o->server_key = optarg;
			break;
		case 'c':
			o->clients = atoi(optarg);
			break;
		case 't':
			o->tasks = atoi(optarg);
			break;
		case 'n':
			o->seconds = atof(optarg);
			break;
		case 'l':
			o->label = optarg;
			break;
		case 'u':
			o->unit = optarg;
			break;
		case 'a':
			o->alone = true;
			break;
		default:
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options o = {
		.label = "ipc", .clients = 1, .tasks = 10000, .seconds = 3, .unit = "BENCH"};

	dd_id_start();
	if (!read_options(argc, argv, &o) || o.endpoint == NULL || optind >= argc ||
	    o.clients < 1 || o.tasks < 1) {
		fprintf(stderr, "usage: bench-updates OPTIONS prepare|run|ask|start ...\n");
		return 2;
	}
	if (strcmp(argv[optind], "start") == 0)
		return bench_start(o.endpoint, o.label, argv + optind + 1);
	if (strcmp(argv[optind], "ask") == 0)
		return ask(&o);
	return strcmp(argv[optind], "prepare") == 0 ? prepare(&o) : run(&o);
}
