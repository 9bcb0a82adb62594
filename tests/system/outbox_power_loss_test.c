/* outbox_power_loss_test.c - power loss at an office, as the folder of its outbox may look after
 * it: a recorder notes each write and flush of a real dondoc-office while reports come in and go
 * out; it is killed in between, also as it enters a flush. From that, disk images as of random
 * moments are built: each must open and have every report that had been answered SAVED by then, in
 * the order of its client.
 *
 *   test-system-outbox_power_loss          no image may lose anything
 *   test-system-outbox_power_loss mutant   a disk on which flushes do nothing: images must lose
 *
 * DD_TEST_IMAGES sets how many images there are. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/office/office_outbox.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include "tests/system/rec.h"
#include "tests/system/replay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define IMAGES       300
#define STARTS       4
#define STARTED_EACH 25 /* of so many images one is opened by the real program too */

struct campaign {
	struct station centre;
	struct branch office;
	uint64_t seed, random;
	char recordings[STARTS][STATION_PATH];
	int64_t loaded_us;
	struct test_verdict sum;
	size_t records, images, started, broken, losing, with_saved, unsettled;
};

/* --- the recorded run ------------------------------------------------------------------------- */

static void start_recorded(struct campaign *campaign, int start, bool strike)
{
	static const char *const killer[] = {"strace", "-D",
					     "-f",     "-qqq",
					     "-o",     "/dev/null",
					     "-e",     "trace=fdatasync",
					     "-e",     "inject=fdatasync:signal=KILL:when=60",
					     NULL};
	struct branch *office = &campaign->office;
	char dir[STATION_PATH + 32], out[STATION_PATH + 32];
	const char *const env[] = {"LD_PRELOAD=" SYSTEM_REC, dir, out, NULL};

	snprintf(campaign->recordings[start], STATION_PATH, "%.400s/rec-%d", campaign->centre.dir,
		 start);
	snprintf(dir, sizeof(dir), REC_ENV_DIR "=%s", office->data);
	snprintf(out, sizeof(out), REC_ENV_OUT "=%s", campaign->recordings[start]);
	office->env = env;
	office->before = strike ? killer : NULL;
	if (!branch_start(office) && !strike)
		system_die("dondoc-office does not start under the recorder");
	office->env = NULL;
	office->before = NULL;
}

static void wait_for_kill(struct branch *office)
{
	if (test_proc_wait(&office->office, 4000) == TEST_PROC_RUNNING)
		test_proc_kill(&office->office);
}

/* Reports come in all the time; the centre takes them but for a while in the middle. */
static void run_recorded(struct campaign *campaign)
{
	struct test_load_options options;
	struct test_load *load;

	start_recorded(campaign, 0, false);
	campaign->loaded_us = dd_mono_us();
	options = branch_load(&campaign->office, &campaign->centre, 0, campaign->seed);
	options.pace_us = 3000;
	load = test_load_start(&options);
	system_rest_ms(600);
	test_proc_kill(&campaign->office.office);
	start_recorded(campaign, 1, system_has_strace());
	wait_for_kill(&campaign->office);
	test_proc_kill(&campaign->centre.task);
	start_recorded(campaign, 2, false);
	system_rest_ms(500);
	station_must_start(&campaign->centre);
	system_rest_ms(500);
	test_proc_kill(&campaign->office.office);
	start_recorded(campaign, 3, false);
	system_rest_ms(500);
	if (!test_load_stop(load, 10000) || !branch_drained(&campaign->office, 20000))
		system_die("the reports do not leave");
	test_proc_kill(&campaign->office.office);
	test_proc_kill(&campaign->centre.task);
}

/* --- what an image holds ---------------------------------------------------------------------- */

struct reader {
	struct office_outbox *outbox;
	struct test_log *log;
};

static void hash_note(struct reader *reader, uint64_t id, uint8_t content[DD_HASH_LEN])
{
	Dondoc__V1__CommandBody *body;
	uint8_t *bytes = NULL;
	size_t len = 0;

	if (office_outbox_body(reader->outbox, id, &bytes, &len) != 0)
		return;
	body = dondoc__v1__command_body__unpack(NULL, len, bytes);
	if (body != NULL && body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS)
		dd_hash(body->report_progress->note, strlen(body->report_progress->note), content);
	if (body != NULL)
		dondoc__v1__command_body__free_unpacked(body, NULL);
	free(bytes);
}

/* The outbox as a log of what its clients sent, from the newest to the oldest. */
static bool on_item(void *arg, const struct office_item *item)
{
	struct reader *reader = arg;
	struct test_log *log = reader->log;
	struct test_entry *entry;

	if (log->count == log->cap) {
		log->cap = log->cap == 0 ? 1024 : log->cap * 2;
		log->entries = dd_realloc(log->entries, log->cap * sizeof(*log->entries));
	}
	entry = &log->entries[log->count++];
	memset(entry, 0, sizeof(*entry));
	memcpy(entry->id.stream, item->client_stream, DD_ID_LEN);
	memcpy(entry->id.digest, item->digest, DD_HASH_LEN);
	entry->id.number = item->client_number;
	entry->first = entry->last = item->id;
	if (log->head.sequence < item->id)
		log->head.sequence = item->id;
	return true;
}

static int read_outbox(const char *dir, struct test_log *log, struct dd_error *err)
{
	struct reader reader = {.log = log};
	int rc = office_outbox_open(dir, 0, dd_wall_us(), &reader.outbox, err);

	if (rc != 0)
		return rc;
	rc = office_outbox_walk(reader.outbox, false, on_item, &reader);
	for (size_t i = 0; i < log->count; i++)
		hash_note(&reader, log->entries[i].first, log->entries[i].content);
	office_outbox_close(reader.outbox);
	for (size_t i = 0; i < log->count / 2; i++) {
		struct test_entry kept = log->entries[i];

		log->entries[i] = log->entries[log->count - 1 - i];
		log->entries[log->count - 1 - i] = kept;
	}
	return rc == 0 ? 0 : dd_fail(err, rc, "the reports cannot be read");
}

struct outcome {
	bool opened;
	struct test_verdict verdict;
};

/* In a child: a store that is damaged may end the process that looks at it. */
static void look(const struct campaign *campaign, const char *dir, int64_t us, int result)
{
	struct outcome outcome = {0};
	struct test_log log = {0};
	struct dd_error err = {0};

	if (read_outbox(dir, &log, &err) == 0) {
		outcome.opened = true;
		test_history_check(&campaign->centre.history, us, &log, &outcome.verdict);
	} else {
		snprintf(outcome.verdict.first, sizeof(outcome.verdict.first), "%.200s", err.text);
	}
	if (write(result, &outcome, sizeof(outcome)) != (ssize_t)sizeof(outcome))
		_exit(1);
	_exit(0);
}

static struct outcome look_in_child(const struct campaign *campaign, const char *dir, int64_t us)
{
	struct outcome outcome = {0};
	int result[2];
	pid_t pid;

	if (pipe(result) != 0 || (pid = fork()) < 0)
		system_die("no child process");
	if (pid == 0)
		look(campaign, dir, us, result[1]);
	(void)close(result[1]);
	if (read(result[0], &outcome, sizeof(outcome)) != (ssize_t)sizeof(outcome))
		snprintf(outcome.verdict.first, sizeof(outcome.verdict.first),
			 "the process that opened the image has died");
	(void)close(result[0]);
	(void)waitpid(pid, NULL, 0);
	return outcome;
}

/* The real program on the image, its settings leading there. */
static bool office_opens(const struct campaign *campaign, const char *dir)
{
	struct branch office = campaign->office;
	char *text = test_read_file(office.config, NULL);
	char *line = strstr(text, "data_dir: ");
	char *rest = strchr(line, '\n');
	char settings[4096];
	int len = snprintf(settings, sizeof(settings), "office:\n  data_dir: %s%s", dir, rest);
	bool good;

	memset(&office.office, 0, sizeof(office.office));
	snprintf(office.config, STATION_PATH, "%.400s/image.yaml", campaign->centre.dir);
	test_write_file(office.config, settings, (unsigned long)len);
	good = branch_start(&office);
	test_proc_fini(&office.office);
	free(text);
	return good;
}

static void judge_image(struct campaign *campaign, struct replay *replay, size_t upto)
{
	char *dir = test_tmpdir();
	struct outcome outcome;

	replay_crash(replay, upto, &campaign->random, dir);
	outcome = look_in_child(campaign, dir, replay_time(replay, upto - 1));
	if (outcome.opened && campaign->images % STARTED_EACH == 0) {
		outcome.opened = office_opens(campaign, dir);
		campaign->started++;
	}
	campaign->images++;
	campaign->broken += !outcome.opened;
	campaign->losing += outcome.opened && !test_verdict_good(&outcome.verdict);
	campaign->with_saved += outcome.verdict.ok > 0;
	campaign->unsettled += replay_unsettled(replay) > 0;
	test_verdict_add(&campaign->sum, &outcome.verdict);
	test_tmpdir_end(dir);
}

static int by_number(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Nine of ten moments under load, the others at the outbox's birth. */
static void judge_images(struct campaign *campaign, size_t count, bool lying)
{
	size_t *moments = dd_alloc((count + 1) * sizeof(*moments));
	const char *paths[STARTS];
	struct replay *replay;
	size_t birth, rest;

	for (int i = 0; i < STARTS; i++)
		paths[i] = campaign->recordings[i];
	replay = replay_open(paths, STARTS);
	if (lying)
		replay_ignore_flushes(replay);
	campaign->records = replay_count(replay);
	birth = replay_at_time(replay, campaign->loaded_us);
	rest = replay_count(replay) - birth;
	if (birth == 0 || rest < 100)
		system_die("only %zu of %zu records are under load", rest, replay_count(replay));
	for (size_t i = 0; i < count; i++)
		moments[i] = i % 10 == 0 ? 1 + system_draw(&campaign->random) % birth
					 : birth + 1 + system_draw(&campaign->random) % rest;
	qsort(moments, count, sizeof(*moments), by_number);
	for (size_t i = 0; i < count; i++)
		judge_image(campaign, replay, moments[i]);
	free(moments);
	replay_close(replay);
}

static int report(struct campaign *campaign, bool mutant)
{
	size_t bad = campaign->losing + campaign->broken;
	char more[200];
	int rc;

	snprintf(more, sizeof(more),
		 "records=%zu images=%zu started=%zu with_saved=%zu unsettled=%zu losing=%zu "
		 "broken=%zu",
		 campaign->records, campaign->images, campaign->started, campaign->with_saved,
		 campaign->unsettled, campaign->losing, campaign->broken);
	rc = system_report(mutant ? "outbox-on-a-lying-disk" : "outbox-power-loss", campaign->seed,
			   campaign->images, &campaign->sum, more);
	if (!mutant)
		return rc == 0 && bad == 0 && campaign->with_saved > 0 ? 0 : 1;
	printf("the disk that lies was %s\n", bad > 0 ? "found" : "NOT FOUND");
	return bad > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *images = getenv("DD_TEST_IMAGES");
	const bool mutant = argc > 1 && strcmp(argv[1], "mutant") == 0;
	const size_t count = images != NULL ? strtoul(images, NULL, 10) : IMAGES;
	struct campaign *campaign = dd_alloc(sizeof(*campaign));
	int rc;

#ifdef SYSTEM_SANITIZED
	fprintf(stderr, "skipped: a sanitizer does not let the recorder be loaded first\n");
	free(campaign);
	return 77;
#endif
	campaign->seed = campaign->random = system_seed();
	station_init(&campaign->centre, NULL, system_free_port());
	station_must_start(&campaign->centre);
	station_prepare(&campaign->centre, 20);
	branch_init(&campaign->office, &campaign->centre);
	run_recorded(campaign);
	judge_images(campaign, mutant ? count / 4 : count, mutant);
	rc = report(campaign, mutant);
	branch_fini(&campaign->office);
	station_fini(&campaign->centre);
	free(campaign);
	return rc;
}
