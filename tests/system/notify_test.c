/* notify_test.c - dondoc-task, dondoc-notification and a mail server as real processes: mails
 * arrive as they were planned; notification is killed at any moment, and its store deleted, and
 * still every unit is told, at most once more per kill, under the same Message-ID. */
#include "tests/system/station.h"

#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "tests/support/tmpdir.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW         "2026-10-14T08:10:00+07:00"
#define PATIENCE_MS 20000
#define ROUNDS      12
#define MAILS_MAX   256

static const char *const trial[] = {"DONDOC_TRIAL=1", NULL};

struct post_office {
	struct station station;
	struct test_proc sink, notification;
	char mails[STATION_PATH];
	char data[STATION_PATH]; /* of notification */
	char config[STATION_PATH];
	char programs[STATION_PATH]; /* the folder of the programs */
	struct dd_client *client;    /* of the task service */
	uint64_t random;
	int kills;
};

/* --- processes ------------------------------------------------------------------------------- */

static void path_of(char out[STATION_PATH], const char *dir, const char *name)
{
	if (snprintf(out, STATION_PATH, "%s/%s", dir, name) >= STATION_PATH)
		system_die("the path %s/%s is too long", dir, name);
}

static void start_sink(struct post_office *post, int *port_out)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--listen", "127.0.0.1:0", "--dir", post->mails, NULL};
	char *words;
	const char *port;

	path_of(program, post->programs, "dondoc-mailsink");
	if (!test_proc_start(&post->sink, post->station.dir, "sink", argv, NULL) ||
	    !test_proc_wait_err(&post->sink, "mailsink.ready", PATIENCE_MS))
		system_die("the mail sink does not start");
	words = test_read_file(post->sink.err_path, NULL);
	port = strstr(words, "\"port\":");
	if (port == NULL)
		system_die("the mail sink does not tell its port");
	*port_out = atoi(port + 7);
	free(words);
}

static void start_task(struct post_office *post)
{
	struct station *station = &post->station;
	const char *const argv[] = {station->program, "--config", station->config,
				    "--now",          NOW,        NULL};

	if (!test_proc_start(&station->task, station->dir, "task", argv, trial) ||
	    !test_proc_wait_err(&station->task, STATION_READY, PATIENCE_MS))
		system_die("dondoc-task does not start");
}

static void start_notification(struct post_office *post)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--config", post->config, "--now", NOW, NULL};

	path_of(program, post->programs, "dondoc-notification");
	test_proc_fini(&post->notification);
	if (!test_proc_start(&post->notification, post->station.dir, "notification", argv, trial) ||
	    !test_proc_wait_err(&post->notification, "notification.ready", PATIENCE_MS)) {
		char *words = test_read_file(post->notification.err_path, NULL);

		system_die("dondoc-notification does not start:\n%s", words != NULL ? words : "");
	}
}

static void write_settings(struct post_office *post, int port)
{
	char contacts[STATION_PATH], text[4096];
	int len;

	path_of(contacts, post->station.dir, "contacts.csv");
	len = snprintf(text, sizeof(text),
		       "notification:\n  data_dir: %s\n  run_dir: %s\n  contacts: %s\nsmtp:\n"
		       "  url: 'smtp://127.0.0.1:%d'\n  from: nhac@mail.example\n  tls: none\n"
		       "remind:\n  enabled: true\n",
		       post->data, post->station.run, contacts, port);
	test_write_file(post->config, text, (unsigned long)len);
	len = snprintf(text, sizeof(text), "unit,email,lang\nTU_CHOI,reject@mail.example,vi\n");
	for (int i = 0; i <= ROUNDS; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"DV%d,dv%d@mail.example,vi\n", i, i);
	test_write_file(contacts, text, (unsigned long)len);
}

static void begin(struct post_office *post)
{
	struct dd_client_options options = {.patience_ms = PATIENCE_MS};
	struct dd_error err;
	char *slash;
	int port;

	memset(post, 0, sizeof(*post));
	station_init(&post->station, NULL, 0);
	path_of(post->mails, post->station.dir, "mails");
	path_of(post->data, post->station.dir, "notification");
	path_of(post->config, post->station.dir, "notification.yaml");
	(void)snprintf(post->programs, sizeof(post->programs), "%s", DONDOC_TASK);
	slash = strrchr(post->programs, '/');
	if (slash != NULL)
		*slash = '\0';
	start_sink(post, &port);
	write_settings(post, port);
	start_task(post);
	options.endpoint = post->station.endpoint;
	if (dd_client_open(&options, &post->client, &err) != 0)
		system_die("%s", err.text);
}

/* --- the task service ------------------------------------------------------------------------ */

static void put(struct post_office *post, const char *csv, uint8_t hash[DD_HASH_LEN],
		ProtobufCBinaryData *name)
{
	struct dd_error err;

	if (dd_client_put_file(post->client, csv, strlen(csv), hash, &err) != 0)
		system_die("a file cannot be put up: %s", err.text);
	name->data = hash;
	name->len = DD_HASH_LEN;
}

/* A plan of one unit with three tasks: over, near, far. */
static void import(struct post_office *post, const char *unit)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ImportPlan plan_import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__Reply *reply;
	uint8_t hashes[3][DD_HASH_LEN];
	char text[2048];
	struct dd_error err;

	(void)snprintf(text, sizeof(text), "code,name,kind,parent\n%s,Đơn vị %s,department,\n",
		       unit, unit);
	put(post, text, hashes[0], &plan_import.units_file);
	put(post, "area,name,name_en\n1,Cải cách thể chế,Institutional reform\n", hashes[1],
	    &plan_import.areas_file);
	(void)snprintf(text, sizeof(text),
		       "code,area,content,product,lead_unit,coordinating_units,time_text,start,"
		       "due,recurrence,target\n"
		       "1,1,Rà soát <thủ tục>,Báo cáo,Đơn vị %s,,x,2026-10-01,2026-10-12,once,\n"
		       "2,1,Công khai,Báo cáo,Đơn vị %s,,x,2026-10-01,2026-10-16,once,\n"
		       "3,1,Tổng kết,Báo cáo,Đơn vị %s,,x,2026-10-01,2026-12-31,once,\n",
		       unit, unit, unit);
	put(post, text, hashes[2], &plan_import.tasks_file);
	plan.code = plan.title = plan.assigner_unit = actor.unit = (char *)unit;
	plan_import.plan = &plan;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &plan_import;
	if (dd_client_command(post->client, &body, &reply, &err) != 0)
		system_die("the import got no answer: %s", err.text);
	if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		system_die("the import of %s was not accepted: outcome %d", unit,
			   (int)reply->submit->outcome);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

/* What an administrator does: looks at what would be sent, and starts. What has changed meanwhile
 * makes his look an old one. */
static bool start_once(struct post_office *post, struct dd_client *notification, const char *plan)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__PreviewReminders preview = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__StartReminders start = DONDOC__V1__START_REMINDERS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	bool started;

	preview.plan = preview.starting = (char *)plan;
	query.what_case = DONDOC__V1__QUERY__WHAT_PREVIEW_REMINDERS;
	query.preview_reminders = &preview;
	if (dd_client_query(notification, &query, 0, &reply, &err) != 0)
		return false;
	if (reply->answer == NULL || reply->answer->preview == NULL ||
	    reply->answer->preview->messages == 0) { /* it has not read so far yet */
		dondoc__v1__reply__free_unpacked(reply, NULL);
		return false;
	}
	start.seen_sequence = reply->answer->preview->as_of_sequence;
	start.messages = reply->answer->preview->first_messages;
	start.late = reply->answer->preview->late;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	start.plan = actor.unit = (char *)plan;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_START_REMINDERS;
	body.start_reminders = &start;
	if (dd_client_command(post->client, &body, &reply, &err) != 0)
		system_die("the start got no answer: %s", err.text);
	started = reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return started;
}

static void start_reminders(struct post_office *post, const char *plan)
{
	struct dd_client_options options = {.patience_ms = PATIENCE_MS};
	struct dd_client *notification;
	char endpoint[STATION_PATH];
	struct dd_error err;
	bool started = false;

	if (snprintf(endpoint, sizeof(endpoint), "ipc://%s/notification/operator/bus",
		     post->station.run) >= (int)sizeof(endpoint))
		system_die("the run folder's name is too long");
	options.endpoint = endpoint;
	if (dd_client_open(&options, &notification, &err) != 0)
		system_die("%s", err.text);
	for (int i = 0; i < PATIENCE_MS / 50 && !started; i++) {
		started = start_once(post, notification, plan);
		if (!started)
			system_rest_ms(50);
	}
	dd_client_close(notification);
	if (!started)
		system_die("the reminders of %s cannot be started", plan);
}

/* The unit's one digest, or NULL; to be freed. */
static Dondoc__V1__Reply *digest_of(struct post_office *post, const char *unit)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	list.unit = (char *)unit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	if (dd_client_query(post->client, &query, 0, &reply, &err) != 0)
		system_die("the digests cannot be listed: %s", err.text);
	if (reply->answer->digests->n_rows > 1)
		system_die("unit %s has %zu digests of one day", unit,
			   reply->answer->digests->n_rows);
	if (reply->answer->digests->n_rows == 1)
		return reply;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return NULL;
}

/* Wait until the unit's digest is in that state; its id as hexadecimal goes to `hex`. */
static void wait_state(struct post_office *post, const char *unit, Dondoc__V1__DigestState state,
		       char hex[2 * DD_HASH_LEN + 1])
{
	for (int i = 0; i < PATIENCE_MS / 20; i++) {
		Dondoc__V1__Reply *reply = digest_of(post, unit);
		const Dondoc__V1__DigestRow *row =
			reply != NULL ? reply->answer->digests->rows[0] : NULL;
		const bool there = row != NULL && row->state == state;

		if (there)
			(void)dd_hex(row->digest.data, DD_HASH_LEN, hex);
		dondoc__v1__reply__free_unpacked(reply, NULL);
		if (there)
			return;
		system_rest_ms(20);
	}
	system_die("the digest of %s does not come to state %d", unit, (int)state);
}

/* --- the mails ------------------------------------------------------------------------------- */

/* How many mails hold `text`; the last of them goes to *mail_out (to be freed) unless NULL. */
static int mails_with(const struct post_office *post, const char *text, char **mail_out)
{
	DIR *dir = opendir(post->mails);
	const struct dirent *entry;
	int count = 0;

	if (dir == NULL)
		system_die("%s cannot be opened", post->mails);
	while ((entry = readdir(dir)) != NULL) {
		char path[STATION_PATH + 300];
		char *mail;

		if (strstr(entry->d_name, ".eml") == NULL)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", post->mails, entry->d_name);
		mail = test_read_file(path, NULL);
		if (mail == NULL || strstr(mail, text) == NULL) {
			free(mail);
			continue;
		}
		count++;
		if (mail_out != NULL) {
			free(*mail_out);
			*mail_out = mail;
		} else {
			free(mail);
		}
	}
	(void)closedir(dir);
	return count;
}

static void must_have(const char *mail, const char *text)
{
	if (strstr(mail, text) == NULL)
		system_die("the mail lacks '%s':\n%.1500s", text, mail);
}

/* --- the stories ----------------------------------------------------------------------------- */

static void mails_arrive(struct post_office *post)
{
	char hex[2 * DD_HASH_LEN + 1];
	char *mail = NULL;

	import(post, "DV0");
	import(post, "TU_CHOI");
	import(post, "KHONG_CO");
	start_notification(post);
	start_reminders(post, "DV0");
	start_reminders(post, "TU_CHOI");
	start_reminders(post, "KHONG_CO");
	wait_state(post, "TU_CHOI", DONDOC__V1__DIGEST_STATE__DIGEST_FAILED, hex);
	wait_state(post, "KHONG_CO", DONDOC__V1__DIGEST_STATE__DIGEST_FAILED, hex);
	wait_state(post, "DV0", DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED, hex);
	if (mails_with(post, "Message-ID: ", &mail) != 1)
		system_die("not one mail arrived");
	must_have(mail, hex);
	must_have(mail, "Delivered-To: <dv0@mail.example>\r\n");
	must_have(mail, "Auto-Submitted: auto-generated\r\n");
	must_have(mail, "Date: Wed, 14 Oct 2026 08:1");
	/* base64 of "1 nhiệm vụ" cannot be looked for as it is: the whole first word can */
	must_have(mail, "Subject: =?UTF-8?B?W0No4bqheSB0aOG7rV0gW05o4bqvYyB2aeG7h2Nd");
	free(mail);
}

/* Killed at a random moment of each round, once or twice; told all the same. */
static int kills_in_between(struct post_office *post)
{
	int copies = 0;

	for (int round = 1; round <= ROUNDS; round++) {
		char unit[16], hex[2 * DD_HASH_LEN + 1];
		const int kills = 1 + (int)(system_draw(&post->random) % 2);
		int arrived;

		(void)snprintf(unit, sizeof(unit), "DV%d", round);
		import(post, unit);
		start_reminders(post, unit);
		for (int i = 0; i < kills; i++) {
			system_rest_ms((int)(system_draw(&post->random) % 40));
			test_proc_kill(&post->notification);
			if (system_draw(&post->random) % 3 == 0) {
				char command[STATION_PATH + 32];

				(void)snprintf(command, sizeof(command), "rm -rf '%s/view'",
					       post->data);
				if (system(command) != 0)
					system_die("the store cannot be deleted");
			}
			start_notification(post);
			post->kills++;
		}
		wait_state(post, unit, DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED, hex);
		arrived = mails_with(post, hex, NULL);
		if (arrived < 1 || arrived > 1 + kills)
			system_die("%d copies for %s after %d kills", arrived, unit, kills);
		copies += arrived;
	}
	return copies;
}

/* Deleted and started: it comes back, and nothing is sent twice. */
static void store_deleted(struct post_office *post)
{
	const int before = mails_with(post, "Message-ID: ", NULL);
	char command[STATION_PATH + 32], hex[2 * DD_HASH_LEN + 1];

	if (test_proc_stop(&post->notification, PATIENCE_MS) != 0)
		system_die("dondoc-notification does not stop in order");
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", post->data);
	if (system(command) != 0)
		system_die("the folder cannot be deleted");
	start_notification(post);
	if (!test_proc_wait_err(&post->notification, "notification.live", PATIENCE_MS))
		system_die("the store does not come back");
	/* A folder without its past stands by; with a known past it works: give it that. */
	if (test_proc_stop(&post->notification, PATIENCE_MS) != 0)
		system_die("dondoc-notification does not stop in order");
	start_notification(post);
	wait_state(post, "DV0", DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED, hex);
	if (mails_with(post, "Message-ID: ", NULL) != before)
		system_die("after the store was deleted mails were sent again");
}

static const Dondoc__V1__Status *ask_status(struct dd_client *client, Dondoc__V1__Reply **reply)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	struct dd_error err;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	if (dd_client_query(client, &query, 0, reply, &err) != 0)
		system_die("no status: %s", err.text);
	return (*reply)->answer->status;
}

static void the_door_answers(struct post_office *post)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__PreviewReminders ask = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	struct dd_client_options options = {.patience_ms = PATIENCE_MS};
	char endpoint[STATION_PATH + 64];
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	(void)snprintf(endpoint, sizeof(endpoint), "ipc://%s/notification/operator/bus",
		       post->station.run);
	options.endpoint = endpoint;
	if (dd_client_open(&options, &client, &err) != 0)
		system_die("%s", err.text);
	/* Two mails were given up: that calls a person. */
	if (ask_status(client, &reply)->healthy ||
	    strstr(reply->answer->status->health, "2") == NULL)
		system_die("health: %s", reply->answer->status->health);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	query.what_case = DONDOC__V1__QUERY__WHAT_PREVIEW_REMINDERS;
	query.preview_reminders = &ask;
	ask.unit = (char *)"DV0";
	if (dd_client_query(client, &query, 0, &reply, &err) != 0)
		system_die("no preview: %s", err.text);
	/* Task 2 the day after its day (the 19th); task 1 has been told. And October's report,
	 * twice: nothing was heard of the unit. */
	if (reply->answer->preview->n_rows != 3 || reply->answer->preview->rows[0]->n_intents != 1)
		system_die("the preview has %zu rows", reply->answer->preview->n_rows);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
}

int main(void)
{
	static struct post_office post;
	const uint64_t seed = system_seed();
	char program[STATION_PATH];
	int copies;

	begin(&post);
	path_of(program, post.programs, "dondoc-notification");
	if (access(program, X_OK) != 0) {
		(void)fprintf(stderr, "skipped: %s is not built\n", program);
		return 77;
	}
	post.random = seed;
	mails_arrive(&post);
	the_door_answers(&post);
	copies = kills_in_between(&post);
	store_deleted(&post);
	printf("notify seed=%llu kills=%d digests=%d copies=%d missing=0 verdict=good\n",
	       (unsigned long long)seed, post.kills, ROUNDS, copies);
	test_proc_fini(&post.notification);
	test_proc_fini(&post.sink);
	dd_client_close(post.client);
	station_fini(&post.station);
	return 0;
}
