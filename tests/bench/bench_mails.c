/* bench_mails.c - a day on which 10,000 tasks of 50 units are due to be told: from the first digest
 * planned to the last of 50 mails taken and recorded.
 *
 *   bench-mails [--units N] [--tasks N]
 *
 * Real dondoc-task, dondoc-notification and dondoc-mailsink, which keeps every mail on the disk.
 * One line of JSON. Data lies below $TMPDIR. A mail that is missing or there twice makes the exit
 * code 1. */
#include <dirent.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/app/client.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "tests/support/tmpdir.h"
#include "tests/system/station.h"

#define NOW         "2026-10-14T08:10:00+07:00" /* three working days before the tasks' day */
#define DUE         "2026-10-19"
#define PATIENCE_MS 120000
#define DIGEST_MOST 200 /* reminders of one mail */

static const char *const trial[] = {"DONDOC_TRIAL=1", NULL};

struct bench {
	struct station station;
	struct test_proc sink, notification;
	char mails[STATION_PATH], config[STATION_PATH], programs[STATION_PATH];
	struct dd_client *client;
	unsigned units, tasks;
};

static void path_of(char out[STATION_PATH], const char *dir, const char *name)
{
	if (snprintf(out, STATION_PATH, "%s/%s", dir, name) >= STATION_PATH)
		system_die("the path %s/%s is too long", dir, name);
}

/* --- processes ------------------------------------------------------------------------------- */

static int start_sink(struct bench *bench)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--listen",   "127.0.0.1:0",
				    "--dir", bench->mails, NULL};
	char *words;
	const char *port;
	int number;

	path_of(program, bench->programs, "dondoc-mailsink");
	if (!test_proc_start(&bench->sink, bench->station.dir, "sink", argv, NULL) ||
	    !test_proc_wait_err(&bench->sink, "mailsink.ready", PATIENCE_MS))
		system_die("the mail sink does not start");
	words = test_read_file(bench->sink.err_path, NULL);
	port = strstr(words, "\"port\":");
	number = port != NULL ? atoi(port + 7) : 0;
	free(words);
	return number;
}

static void write_settings(struct bench *bench, int port)
{
	char contacts[STATION_PATH], data[STATION_PATH];
	struct dd_buf text = {0};

	path_of(contacts, bench->station.dir, "contacts.csv");
	path_of(data, bench->station.dir, "notification");
	dd_buf_printf(&text,
		      "notification:\n  data_dir: %s\n  run_dir: %s\n  contacts: %s\nsmtp:\n"
		      "  url: 'smtp://127.0.0.1:%d'\n  from: nhac@mail.example\n  tls: none\n"
		      "remind:\n  enabled: true\n",
		      data, bench->station.run, contacts, port);
	test_write_file(bench->config, text.data, text.len);
	dd_buf_clear(&text);
	dd_buf_text(&text, "unit,email\n");
	for (unsigned i = 0; i < bench->units; i++)
		dd_buf_printf(&text, "DV%u,dv%u@mail.example\n", i, i);
	test_write_file(contacts, text.data, text.len);
	dd_buf_fini(&text);
}

static void begin(struct bench *bench)
{
	struct dd_client_options options = {.patience_ms = PATIENCE_MS};
	const char *argv[] = {NULL, "--config", NULL, "--now", NOW, NULL};
	struct station *station = &bench->station;
	struct dd_error err;

	station_init(station, NULL, 0);
	path_of(bench->mails, station->dir, "mails");
	path_of(bench->config, station->dir, "notification.yaml");
	(void)snprintf(bench->programs, sizeof(bench->programs), "%s", DONDOC_TASK);
	*strrchr(bench->programs, '/') = '\0';
	write_settings(bench, start_sink(bench));
	argv[0] = station->program;
	argv[2] = station->config;
	if (!test_proc_start(&station->task, station->dir, "task", argv, trial) ||
	    !test_proc_wait_err(&station->task, STATION_READY, PATIENCE_MS))
		system_die("dondoc-task does not start");
	options.endpoint = station->endpoint;
	if (dd_client_open(&options, &bench->client, &err) != 0)
		system_die("%s", err.text);
}

static void start_notification(struct bench *bench)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--config", bench->config, "--now", NOW, NULL};

	path_of(program, bench->programs, "dondoc-notification");
	if (!test_proc_start(&bench->notification, bench->station.dir, "notification", argv,
			     trial) ||
	    !test_proc_wait_err(&bench->notification, "notification.live", PATIENCE_MS))
		system_die("dondoc-notification does not start");
}

/* --- what is to be told ---------------------------------------------------------------------- */

static void put(struct bench *bench, const struct dd_buf *csv, uint8_t hash[DD_HASH_LEN],
		ProtobufCBinaryData *name)
{
	struct dd_error err;

	if (dd_client_put_file(bench->client, csv->data, csv->len, hash, &err) != 0)
		system_die("a file cannot be put up: %s", err.text);
	name->data = hash;
	name->len = DD_HASH_LEN;
}

static void give(struct bench *bench, Dondoc__V1__CommandBody *body)
{
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	actor.unit = (char *)"DV0";
	body->actor = &actor;
	body->fact_us = dd_wall_us();
	if (dd_client_command(bench->client, body, &reply, &err) != 0)
		system_die("a command got no answer: %s", err.text);
	if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		system_die("command %d was not accepted: outcome %d, refusal %d",
			   (int)body->action_case, (int)reply->submit->outcome,
			   reply->submit->refusal != NULL ? (int)reply->submit->refusal->code : 0);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

static void add_tasks(const struct bench *bench, struct dd_buf *text)
{
	dd_buf_text(text, "code,area,content,product,lead_unit,coordinating_units,time_text,start,"
			  "due,recurrence,target\n");
	for (unsigned i = 0; i < bench->tasks; i++)
		dd_buf_printf(text,
			      "%u,1,Rà soát và công khai thủ tục hành chính nhóm %u,Báo cáo,"
			      "Đơn vị số %u,,x,2026-10-01," DUE ",once,\n",
			      i + 1, i + 1, i % bench->units);
}

static void import(struct bench *bench)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportPlan plan_import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	uint8_t hashes[3][DD_HASH_LEN];
	struct dd_buf text = {0};

	dd_buf_text(&text, "code,name,kind,parent\n");
	for (unsigned i = 0; i < bench->units; i++)
		dd_buf_printf(&text, "DV%u,Đơn vị số %u,department,\n", i, i);
	put(bench, &text, hashes[0], &plan_import.units_file);
	dd_buf_clear(&text);
	dd_buf_text(&text, "area,name,name_en\n1,Cải cách thể chế,Institutional reform\n");
	put(bench, &text, hashes[1], &plan_import.areas_file);
	dd_buf_clear(&text);
	add_tasks(bench, &text);
	put(bench, &text, hashes[2], &plan_import.tasks_file);
	dd_buf_fini(&text);
	plan.code = plan.title = (char *)"KH";
	plan.assigner_unit = (char *)"DV0";
	plan_import.plan = &plan;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &plan_import;
	give(bench, &body);
}

static void start_reminders(struct bench *bench)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__StartReminders start = DONDOC__V1__START_REMINDERS__INIT;

	if (!station_head(&bench->station, PATIENCE_MS, &start.seen_sequence))
		system_die("the task service does not tell its head");
	start.plan = (char *)"KH";
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_START_REMINDERS;
	body.start_reminders = &start;
	give(bench, &body);
}

/* --- what became of it ----------------------------------------------------------------------- */

struct result {
	size_t digests, delivered;
	uint64_t intents;
	int64_t first_us, planned_us, last_us; /* first and last planned; last settled */
};

static void add_row(struct result *result, const Dondoc__V1__DigestRow *row)
{
	result->digests++;
	result->delivered += row->state == DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED;
	result->intents += row->intents;
	if (result->first_us == 0 || row->planned_us < result->first_us)
		result->first_us = row->planned_us;
	if (row->planned_us > result->planned_us)
		result->planned_us = row->planned_us;
	if (row->settled_us > result->last_us)
		result->last_us = row->settled_us;
}

static struct result look(struct bench *bench)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	struct result result = {.digests = 0};
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	list.limit = 1000;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	if (dd_client_query(bench->client, &query, 0, &reply, &err) != 0)
		system_die("the digests cannot be listed: %s", err.text);
	for (size_t i = 0; i < reply->answer->digests->n_rows; i++)
		add_row(&result, reply->answer->digests->rows[i]);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return result;
}

static size_t count_mails(const struct bench *bench)
{
	DIR *dir = opendir(bench->mails);
	const struct dirent *entry;
	size_t count = 0;

	if (dir == NULL)
		system_die("%s cannot be opened", bench->mails);
	while ((entry = readdir(dir)) != NULL)
		count += strstr(entry->d_name, ".eml") != NULL;
	(void)closedir(dir);
	return count;
}

static int measure(struct bench *bench)
{
	struct result result = look(bench);
	size_t mails;

	for (int waited = 0; result.delivered < bench->units; waited += 10) {
		if (waited > PATIENCE_MS)
			system_die("%zu of %u mails arrive", result.delivered, bench->units);
		system_rest_ms(10);
		result = look(bench);
	}
	mails = count_mails(bench);
	printf("{\"measure\":\"mails\",\"tasks\":%u,\"reminders\":%" PRIu64
	       ",\"mails\":%zu,\"planned_s\":%.3f,\"recorded_s\":%.3f}\n",
	       bench->tasks, result.intents, mails,
	       (double)(result.planned_us - result.first_us) / 1e6,
	       (double)(result.last_us - result.first_us) / 1e6);
	return mails == bench->units && result.digests == bench->units ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"units", required_argument, NULL, 'u'},
						{"tasks", required_argument, NULL, 't'},
						{NULL, 0, NULL, 0}};
	static struct bench bench = {.units = 50, .tasks = 10000};
	int option, rc;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'u')
			bench.units = (unsigned)atoi(optarg);
		else if (option == 't')
			bench.tasks = (unsigned)atoi(optarg);
		else
			return 2;
	}
	if (bench.units == 0 || bench.units > 1000 || bench.tasks > bench.units * DIGEST_MOST)
		system_die("1 to 1000 units, at most %d tasks each", DIGEST_MOST);
	begin(&bench);
	import(&bench);
	start_reminders(&bench);
	start_notification(&bench);
	rc = measure(&bench);
	dd_client_close(bench.client);
	test_proc_kill(&bench.notification);
	test_proc_fini(&bench.notification);
	test_proc_kill(&bench.sink);
	test_proc_fini(&bench.sink);
	station_fini(&bench.station);
	return rc;
}
