/* backup_notify_test.c - a centre with reminders is restored: nothing is sent before an operator
 * has let it go, what may have been sent before is not sent again, and a store that knows more than
 * the restored log stops and says what helps. */
#include "tests/support/harness.h"

#include "tests/support/tmpdir.h"
#include "tests/system/station.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NOW         "2026-10-14T08:10:00+07:00"
#define PATIENCE_MS 60000

struct town {
	struct station station;
	struct test_proc sink, notification;
	char *top; /* owned */
	char base[STATION_PATH], set[STATION_PATH], mails[STATION_PATH], config[STATION_PATH];
	char programs[STATION_PATH];
	char run_env[STATION_PATH + 16], state_env[STATION_PATH + 32];
	const char *env[4];
};

static void path_in(char out[STATION_PATH], const char *dir, const char *name)
{
	if (snprintf(out, STATION_PATH, "%s/%s", dir, name) >= STATION_PATH)
		system_die("the path %s/%s is too long", dir, name);
}

/* --- processes -------------------------------------------------------------------------------- */

static void must_start(struct town *town, struct test_proc *proc, const char *name,
		       const char *const argv[], const char *ready)
{
	char *words;

	test_proc_fini(proc);
	if (test_proc_start(proc, town->top, name, argv, town->env) &&
	    test_proc_wait_err(proc, ready, PATIENCE_MS))
		return;
	words = test_read_file(proc->err_path, NULL);
	system_die("%s does not start:\n%s", name, words != NULL ? words : "");
}

static int start_sink(struct town *town)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--listen", "127.0.0.1:0", "--dir", town->mails, NULL};
	char *words, *port;
	int number;

	path_in(program, town->programs, "dondoc-mailsink");
	must_start(town, &town->sink, "sink", argv, "mailsink.ready");
	words = test_read_file(town->sink.err_path, NULL);
	port = strstr(words, "\"port\":");
	number = port != NULL ? atoi(port + 7) : 0;
	free(words);
	return number;
}

static void start_task(struct town *town)
{
	const char *const argv[] = {
		town->station.program, "--config", town->station.config, "--now", NOW, NULL};

	must_start(town, &town->station.task, "task", argv, STATION_READY);
}

static void start_notification(struct town *town)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--config", town->config, "--now", NOW, NULL};

	path_in(program, town->programs, "dondoc-notification");
	must_start(town, &town->notification, "notification", argv, "notification.ready");
}

/* It looks at all tasks when it starts, and then ten seconds after a look that found nothing: where
 * that is not what is tried, it is started when there is something to be found. */
static void restart_notification(struct town *town)
{
	if (town->notification.pid > 0)
		assert_int_equal(test_proc_stop(&town->notification, PATIENCE_MS), 0);
	start_notification(town);
}

/* `dondoc` with its words. */
static int dondoc(struct town *town, const char *const words[])
{
	const char *argv[32] = {DONDOC_CLI};

	for (size_t i = 0; words[i] != NULL; i++)
		argv[i + 1] = words[i];
	return test_proc_run(town->top, "dondoc", argv, town->env, PATIENCE_MS);
}

static void begin(struct town *town)
{
	char text[4096], contacts[STATION_PATH], data[STATION_PATH], dir[STATION_PATH];
	int len;

	memset(town, 0, sizeof(*town));
	town->top = test_tmpdir();
	path_in(town->base, town->top, "base");
	path_in(town->set, town->top, "set");
	path_in(town->mails, town->top, "mails");
	path_in(town->config, town->top, "notification.yaml");
	path_in(contacts, town->top, "contacts.csv");
	path_in(data, town->base, "task");
	path_in(dir, town->base, "notification");
	if (mkdir(town->base, 0700) != 0)
		system_die("cannot make %s", town->base);
	station_init(&town->station, data, 0);
	(void)snprintf(town->programs, sizeof(town->programs), "%s", DONDOC_TASK);
	*strrchr(town->programs, '/') = '\0';
	(void)snprintf(town->run_env, sizeof(town->run_env), "DONDOC_RUN=%s", town->station.run);
	(void)snprintf(town->state_env, sizeof(town->state_env), "XDG_STATE_HOME=%s/state",
		       town->top);
	town->env[0] = town->run_env;
	town->env[1] = town->state_env;
	town->env[2] = "DONDOC_TRIAL=1";
	len = snprintf(text, sizeof(text),
		       "notification:\n  data_dir: %s\n  run_dir: %s\n  contacts: %s\nsmtp:\n"
		       "  url: 'smtp://127.0.0.1:%d'\n  from: nhac@mail.example\n  tls: none\n"
		       "remind:\n  enabled: true\n",
		       dir, town->station.run, contacts, start_sink(town));
	test_write_file(town->config, text, (unsigned long)len);
	len = snprintf(text, sizeof(text),
		       "unit,email,lang\nA,a@mail.example,vi\nB,b@mail.example,vi\n"
		       "C,c@mail.example,vi\n");
	test_write_file(contacts, text, (unsigned long)len);
	start_task(town);
}

static void end(struct town *town)
{
	test_proc_fini(&town->notification);
	test_proc_fini(&town->sink);
	station_fini(&town->station);
	test_tmpdir_end(town->top);
}

/* --- what is done and seen -------------------------------------------------------------------- */

/* A plan of one unit with a task that is to be reminded of today. */
static void import(struct town *town, const char *unit)
{
	char tasks[STATION_PATH], units[STATION_PATH], areas[STATION_PATH], text[1024];
	int len;

	path_in(tasks, town->top, "tasks.csv");
	path_in(units, town->top, "units.csv");
	path_in(areas, town->top, "areas.csv");
	len = snprintf(text, sizeof(text), "code,name,kind,parent\n%s,Đơn vị %s,department,\n",
		       unit, unit);
	test_write_file(units, text, (unsigned long)len);
	len = snprintf(text, sizeof(text), "area,name,name_en\n1,Cải cách thể chế,Reform\n");
	test_write_file(areas, text, (unsigned long)len);
	len = snprintf(text, sizeof(text),
		       "code,area,content,product,lead_unit,coordinating_units,time_text,start,due,"
		       "recurrence,target\n1,1,Rà soát,Báo cáo,Đơn vị %s,,x,2026-10-01,2026-10-12,"
		       "once,\n",
		       unit);
	test_write_file(tasks, text, (unsigned long)len);
	assert_int_equal(
		dondoc(town, (const char *const[]){"plan",       "import",     "--plan",    unit,
						   "--title",    unit,         "--number",  "1/KH",
						   "--date",     "2026-01-05", "--issuer",  "UBND",
						   "--assigner", unit,         "--as-unit", unit,
						   "--tasks",    tasks,        "--units",   units,
						   "--areas",    areas,        NULL}),
		0);
}

/* Looks at what would be sent, as an administrator does, and starts; again, if something has
 * changed meanwhile or the service has not read so far. The command's last word is what was seen.
 */
static bool start_once(struct town *town, const char *plan, const char *shown)
{
	char path[STATION_PATH], seen[32] = "";
	char *words, *at;

	path_in(path, town->top, "dondoc.out");
	(void)remove(path);
	if (dondoc(town,
		   (const char *const[]){"remind", "start", plan, "--format", "json", NULL}) != 0)
		return false;
	words = test_read_file(path, NULL);
	at = words != NULL ? strstr(words, "\"as_of_sequence\":") : NULL;
	if (at != NULL && strstr(words, shown) != NULL) {
		at += strcspn(at, "0123456789");
		(void)snprintf(seen, sizeof(seen), "%.*s", (int)strspn(at, "0123456789"), at);
	}
	free(words);
	return seen[0] != '\0' &&
	       dondoc(town, (const char *const[]){"remind", "start", plan, "--seen", seen,
						  "--as-unit", plan, NULL}) == 0;
}

/* `shown`: what the preview must hold before it is one of this plan. */
static void start_reminders(struct town *town, const char *plan, const char *shown)
{
	bool started = false;

	for (int i = 0; i < PATIENCE_MS / 50 && !started; i++) {
		started = start_once(town, plan, shown);
		if (!started)
			system_rest_ms(50);
	}
	assert_true(started);
}

static int mails(const struct town *town)
{
	DIR *dir = opendir(town->mails);
	struct dirent *entry;
	int count = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		count += strstr(entry->d_name, ".eml") != NULL;
	if (dir != NULL)
		closedir(dir);
	return count;
}

static void wait_mails(const struct town *town, int count)
{
	for (int i = 0; i < PATIENCE_MS / 50 && mails(town) < count; i++)
		system_rest_ms(50);
	assert_int_equal(mails(town), count);
}

/* How many digests of today are in the state. */
static int digests(struct town *town, const char *state)
{
	char path[STATION_PATH];
	char *words;
	int count = 0;

	path_in(path, town->top, "dondoc.out");
	(void)remove(path);
	assert_int_equal(
		dondoc(town, (const char *const[]){"remind", "log", "--format", "json", NULL}), 0);
	words = test_read_file(path, NULL);
	for (char *at = words; at != NULL && (at = strstr(at, state)) != NULL; at++)
		count++;
	free(words);
	return count;
}

static void wait_digests(struct town *town, const char *state, int count)
{
	for (int i = 0; i < PATIENCE_MS / 50 && digests(town, state) < count; i++)
		system_rest_ms(50);
	assert_int_equal(digests(town, state), count);
}

static void lose_and_restore(struct town *town)
{
	char task[STATION_PATH];

	test_proc_kill(&town->station.task);
	test_proc_kill(&town->notification);
	path_in(task, town->base, "task");
	assert_int_equal(test_proc_run(town->top, "rm",
				       (const char *const[]){"rm", "-rf", "--", task, NULL}, NULL,
				       PATIENCE_MS),
			 0);
	assert_int_equal(dondoc(town, (const char *const[]){"restore", town->set, "--data",
							    town->base, "--reason", "thử", NULL}),
			 0);
	start_task(town);
}

/* A is told; a backup; B is told; all is lost and restored; B is entered again. */
static void until_restored(struct town *town)
{
	char view[STATION_PATH];
	char *words;

	begin(town);
	import(town, "A");
	restart_notification(town);
	start_reminders(town, "A", "\"intents\"");
	wait_mails(town, 1);
	wait_digests(town, "DIGEST_DELIVERED", 1);
	assert_int_equal(dondoc(town, (const char *const[]){"backup", town->set, "--data",
							    town->base, "--no-secrets", NULL}),
			 0);
	import(town, "B");
	restart_notification(town);
	start_reminders(town, "B", "\"intents\"");
	wait_mails(town, 2);
	lose_and_restore(town);

	start_notification(town); /* its store has seen more than there is */
	assert_true(test_proc_wait_err(&town->notification, "stopped_following", PATIENCE_MS));
	words = test_read_file(town->notification.err_path, NULL);
	assert_non_null(strstr(words, "delete data_dir/view"));
	free(words);
	test_proc_kill(&town->notification);
	path_in(view, town->base, "notification/view");
	assert_int_equal(test_proc_run(town->top, "rm",
				       (const char *const[]){"rm", "-rf", "--", view, NULL}, NULL,
				       PATIENCE_MS),
			 0);
	import(town, "B");
	start_notification(town);
	start_reminders(town, "B", "\"intents\"");
	wait_digests(town, "DIGEST_PLANNED", 1);
	assert_int_equal(mails(town), 2);
}

static void nothing_is_sent_before_the_release_and_nothing_again_after_it(void **unused)
{
	struct town town;

	(void)unused;
	until_restored(&town);
	assert_int_equal(dondoc(&town, (const char *const[]){"restore", "release", "--reason",
							     "đã xem", NULL}),
			 0);
	restart_notification(&town);
	wait_digests(&town, "DIGEST_FAILED", 1); /* where a person sees it */
	import(&town, "C");                      /* late today, too: today counts as told */
	start_reminders(&town, "C", "\"as_of_sequence\"");
	assert_int_equal(mails(&town), 2);
	assert_int_equal(digests(&town, "DIGEST_DELIVERED"), 1);
	end(&town);
}

static void what_an_operator_knows_was_not_sent_is_sent(void **unused)
{
	struct town town;

	(void)unused;
	until_restored(&town);
	assert_int_equal(
		dondoc(&town, (const char *const[]){"restore", "release", "--reason", "đã xem",
						    "--told-until", "2026-10-13", NULL}),
		0);
	/* The running service hears of it by itself. */
	wait_mails(&town, 3);
	wait_digests(&town, "DIGEST_DELIVERED", 2);
	end(&town);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_sent_before_the_release_and_nothing_again_after_it),
		cmocka_unit_test(what_an_operator_knows_was_not_sent_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
