/* station.c - see station.h. */
#include "tests/system/station.h"

#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "tests/support/tmpdir.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define START_MS    30000
#define PATIENCE_MS 20000

/* --- folder and settings ---------------------------------------------------------------------- */

static void must_path(char out[STATION_PATH], const char *dir, const char *name)
{
	if (snprintf(out, STATION_PATH, "%s/%s", dir, name) >= STATION_PATH)
		system_die("the path %s/%s is too long", dir, name);
}

static void write_settings(const struct station *station, const char *network)
{
	char text[4096];
	int len = snprintf(text, sizeof(text),
			   "task:\n  data_dir: %s\n  run_dir: %s\n  authority: 'UBND thử'\n%s"
			   "log:\n  segment_bytes: 8388608\n",
			   station->data, station->run, network);

	test_write_file(station->config, text, (unsigned long)len);
}

static void open_to_offices(struct station *station, char *settings, size_t room)
{
	struct dd_curve_key key;
	struct dd_error err;
	char path[STATION_PATH];
	char offices[STATION_PATH];

	must_path(path, station->dir, "server.key");
	must_path(offices, station->dir, "offices");
	if (mkdir(offices, 0700) != 0)
		system_die("cannot make %s", offices);
	dd_curve_new(&key);
	if (dd_curve_save(path, &key, &err) != 0)
		system_die("%s", err.text);
	memcpy(station->public_key, key.public_key, sizeof(station->public_key));
	snprintf(settings, room,
		 "  listen: 'tcp://127.0.0.1:%d'\n  listen_log: 'tcp://127.0.0.1:%d'\n"
		 "  server_key: %s\n  offices_dir: %s\n",
		 station->port, station->port + 1, path, offices);
}

/* Folders of stations that are in use, for a test program that ends early. */
static char *open_dirs[8];

static void remove_dirs(void)
{
	for (size_t i = 0; i < 8; i++)
		test_tmpdir_end(open_dirs[i]);
}

static void remember_dir(const char *dir)
{
	static bool registered;

	if (!registered)
		atexit(remove_dirs);
	registered = true;
	for (size_t i = 0; i < 8; i++) {
		if (open_dirs[i] != NULL)
			continue;
		open_dirs[i] = dd_strdup(dir);
		return;
	}
}

static void forget_dir(const char *dir)
{
	for (size_t i = 0; i < 8; i++) {
		if (open_dirs[i] == NULL || strcmp(open_dirs[i], dir) != 0)
			continue;
		free(open_dirs[i]);
		open_dirs[i] = NULL;
	}
}

void station_init(struct station *station, const char *data, int port)
{
	char network[2048] = "";

	memset(station, 0, sizeof(*station));
	dd_log_start("test", DD_LOG_ERROR);
	dd_id_start();
	test_history_init(&station->history);
	station->dir = test_tmpdir();
	remember_dir(station->dir);
	station->program = getenv("DD_TEST_TASK") != NULL ? getenv("DD_TEST_TASK") : DONDOC_TASK;
	station->port = port;
	must_path(station->run, station->dir, "run");
	must_path(station->config, station->dir, "task.yaml");
	if (data != NULL)
		snprintf(station->data, STATION_PATH, "%s", data);
	else
		must_path(station->data, station->dir, "data");
	must_path(station->log, station->data, "log");
	snprintf(station->endpoint, STATION_PATH, "ipc://%.400s/task/operator/bus", station->run);
	if (mkdir(station->run, 0700) != 0)
		system_die("cannot make %s", station->run);
	if (port != 0)
		open_to_offices(station, network, sizeof(network));
	write_settings(station, network);
}

void station_fini(struct station *station)
{
	test_proc_fini(&station->task);
	test_history_fini(&station->history);
	free(station->tasks);
	forget_dir(station->dir);
	test_tmpdir_end(station->dir);
}

/* --- process ---------------------------------------------------------------------------------- */

static bool start(struct station *station, const char *const argv[], bool quiet)
{
	char *words;

	test_proc_fini(&station->task);
	if (test_proc_start(&station->task, station->dir, "task", argv, station->env) &&
	    test_proc_wait_err(&station->task, STATION_READY, START_MS))
		return true;
	words = quiet ? NULL : test_read_file(station->task.err_path, NULL);
	if (words != NULL)
		fprintf(stderr, "dondoc-task did not become ready:\n%s\n", words);
	free(words);
	return false;
}

bool station_start(struct station *station, bool quiet)
{
	const char *argv[] = {station->program, "--config", station->config, NULL, NULL, NULL};

	if (station->now[0] != '\0') {
		argv[3] = "--now";
		argv[4] = station->now;
	}
	return start(station, argv, quiet);
}

/* -D: strace is the grandchild, so the process we know by its id is dondoc-task itself. */
bool station_start_faulty(struct station *station, const char *fault)
{
	char inject[256];
	char trace[64] = "trace=";
	const char *const argv[] = {
		"strace", "-D", "-f",   "-qqq",           "-o",       "/dev/null",     "-e",
		trace,    "-e", inject, station->program, "--config", station->config, NULL};

	snprintf(trace + 6, sizeof(trace) - 6, "%.*s", (int)strcspn(fault, ":"), fault);
	snprintf(inject, sizeof(inject), "inject=%s", fault);
	return start(station, argv, true);
}

void station_must_start(struct station *station)
{
	if (!station_start(station, false))
		system_die("dondoc-task does not start");
}

void station_must_stop(struct station *station)
{
	int status = test_proc_stop(&station->task, 20000);
	char *words;

	if (status == 0)
		return;
	words = test_read_file(station->task.err_path, NULL);
	system_die("dondoc-task ended with status %d:\n%s", status, words != NULL ? words : "");
}

/* --- content ---------------------------------------------------------------------------------- */

static struct dd_client *must_connect(const struct station *station)
{
	const struct dd_client_options options = {.endpoint = station->endpoint,
						  .patience_ms = PATIENCE_MS};
	struct dd_client *client;
	struct dd_error err;

	if (dd_client_open(&options, &client, &err) != 0)
		system_die("%s", err.text);
	return client;
}

static void put_file(struct dd_client *client, const struct dd_buf *csv, uint8_t hash[DD_HASH_LEN],
		     ProtobufCBinaryData *name)
{
	struct dd_error err;

	if (dd_client_put_file(client, csv->data, csv->len, hash, &err) != 0)
		system_die("a file cannot be put up: %s", err.text);
	name->data = hash;
	name->len = DD_HASH_LEN;
}

static void write_tasks(struct dd_buf *csv, size_t count)
{
	dd_buf_clear(csv);
	dd_buf_text(csv, "code,area,content,product,lead_unit,coordinating_units,time_text,start,"
			 "due,recurrence,target\n");
	for (size_t i = 0; i < count; i++)
		dd_buf_printf(csv,
			      "N%05zu,1,\"Rà soát văn bản số %zu\",Báo cáo,Đơn vị thử,,Quý "
			      "IV/2026,2026-10-01,2026-12-31,once,\n",
			      i, i);
}

static void import(struct dd_client *client, size_t count)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ImportPlan plan_import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	char code[] = "THU", title[] = "Kế hoạch thử", unit[] = STATION_UNIT;
	uint8_t hashes[3][DD_HASH_LEN];
	struct dd_buf csv = {0};
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	dd_buf_text(&csv, "code,name,kind,parent\n" STATION_UNIT ",Đơn vị thử,department,\n");
	put_file(client, &csv, hashes[0], &plan_import.units_file);
	dd_buf_clear(&csv);
	dd_buf_text(&csv, "area,name,name_en\n1,Cải cách thể chế,Institutional reform\n");
	put_file(client, &csv, hashes[1], &plan_import.areas_file);
	write_tasks(&csv, count);
	put_file(client, &csv, hashes[2], &plan_import.tasks_file);
	plan.code = code;
	plan.title = title;
	plan.assigner_unit = unit;
	plan_import.plan = &plan;
	actor.unit = unit;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &plan_import;
	if (dd_client_command(client, &body, &reply, &err) != 0)
		system_die("the import got no answer: %s", err.text);
	if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		system_die("the import was not accepted: outcome %d", (int)reply->submit->outcome);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_buf_fini(&csv);
}

static void list_tasks(struct station *station, struct dd_client *client, size_t count)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	list.limit = 1000;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	if (dd_client_query(client, &query, station->prepared, &reply, &err) != 0)
		system_die("the tasks cannot be listed: %s", err.text);
	station->task_count = reply->answer->tasks->n_rows;
	if (station->task_count != count)
		system_die("%zu tasks were imported, %zu are there", count, station->task_count);
	station->tasks = dd_alloc(count * sizeof(*station->tasks));
	for (size_t i = 0; i < count; i++)
		station->tasks[i] = reply->answer->tasks->rows[i]->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

/* The durable head and how far the store has followed. */
static bool ask_status(const struct station *station, int64_t patience_ms, uint64_t *head_out,
		       uint64_t *stored_out)
{
	struct dd_client *client = must_connect(station);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	int rc;

	dd_client_set_patience(client, patience_ms);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	rc = dd_client_query(client, &query, 0, &reply, &err);
	if (rc == 0) {
		*head_out = reply->answer->status->head->sequence;
		*stored_out = reply->answer->status->view_sequence;
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	dd_client_close(client);
	return rc == 0;
}

bool station_head(const struct station *station, int64_t patience_ms, uint64_t *sequence_out)
{
	uint64_t stored;

	return ask_status(station, patience_ms, sequence_out, &stored);
}

void station_settle(const struct station *station)
{
	uint64_t head = 1, stored = 0;

	for (int i = 0; i < 1000; i++) {
		if (!ask_status(station, PATIENCE_MS, &head, &stored))
			system_die("no status");
		if (stored == head)
			return;
		system_rest_ms(10);
	}
	system_die("the store does not follow: %llu of %llu", (unsigned long long)stored,
		   (unsigned long long)head);
}

void station_prepare(struct station *station, size_t count)
{
	struct dd_client *client = must_connect(station);

	import(client, count);
	if (!station_head(station, PATIENCE_MS, &station->prepared))
		system_die("no status");
	list_tasks(station, client, count);
	dd_client_close(client);
}

struct test_load_options station_load(struct station *station, int client, uint64_t seed)
{
	return (struct test_load_options){.endpoint = station->endpoint,
					  .unit = STATION_UNIT,
					  .tasks = station->tasks,
					  .task_count = station->task_count,
					  .history = &station->history,
					  .client = client,
					  .streams = 4,
					  .sockets = 2,
					  .window = 2,
					  .seed = seed * 31 + (uint64_t)client};
}

/* --- judging ---------------------------------------------------------------------------------- */

bool station_check(struct station *station, struct test_verdict *verdict_out)
{
	struct test_log log;
	struct dd_error err;

	memset(verdict_out, 0, sizeof(*verdict_out));
	if (test_log_read(station->log, station->prepared, &log, &err) != 0) {
		fprintf(stderr, "the log cannot be read: %s\n", err.text);
		return false;
	}
	test_history_check(&station->history, 0, &log, verdict_out);
	test_log_fini(&log);
	return true;
}

bool station_verify(const char *log_dir, const struct dd_position *expect)
{
	struct dd_verify_report report;
	struct dd_error err;

	if (dd_eventlog_verify(log_dir, expect, &report, &err) == 0)
		return true;
	fprintf(stderr, "the log does not verify: %s\n", err.text);
	return false;
}
