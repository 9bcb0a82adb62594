/* kill_unflushed_test.c - killed between a write and its flush, started again, the client's retry
 * answered, and then the power goes: the page cache had shown the bytes, the disk must have them by
 * the time of that answer.
 *
 *   test-system-kill_unflushed            the real program: no image may lose anything
 *   test-system-kill_unflushed mutant     one whose recovery does not write the tail again: images
 *                                         must lose */
#include "tests/system/image.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define LAST   16
#define IMAGES 8

struct campaign {
	const char *program;
	uint64_t seed, random;
	struct test_verdict sum;
	size_t tried, fired, images, losing, broken;
};

static void judge_images(struct campaign *campaign, const struct station *station,
			 const char *const paths[3])
{
	struct replay *replay = replay_open(paths, 3);
	struct test_verdict verdict;

	for (int i = 0; i < IMAGES; i++) {
		enum image_state state = image_judge(station, replay, replay_count(replay),
						     &campaign->random, &verdict);

		campaign->images++;
		campaign->losing += state == IMAGE_LOSING;
		campaign->broken += state == IMAGE_BROKEN;
		test_verdict_add(&campaign->sum, &verdict);
	}
	replay_close(replay);
}

static void one_kill(struct campaign *campaign, unsigned n)
{
	char fault[64], paths[3][STATION_PATH];
	const char *const recordings[] = {paths[0], paths[1], paths[2]};
	struct test_load_options options;
	struct station station;
	struct test_load *load;
	int status = TEST_PROC_RUNNING;

	station_init(&station, NULL, 0);
	station.program = campaign->program;
	for (int i = 0; i < 3; i++)
		snprintf(paths[i], STATION_PATH, "%.400s/rec-%d", station.dir, i);
	snprintf(fault, sizeof(fault), "fdatasync:signal=KILL:when=%u", n);
	image_start_recorded(&station, paths[0], NULL);
	station_prepare(&station, 20);
	test_proc_kill(&station.task);
	options = station_load(&station, 0, campaign->seed + n);
	options.streams = options.sockets = options.window = 1;
	options.ops = LAST + 10;
	load = test_load_start(&options);
	image_start_recorded(&station, paths[1], fault);
	while (status == TEST_PROC_RUNNING && !test_load_finished(load))
		status = test_proc_wait(&station.task, 2);
	test_proc_kill(&station.task);
	campaign->tried++;
	campaign->fired += status == TEST_PROC_SIGNALED + SIGKILL;
	/* Only what is open is sent again: a new command's flush would cover the old one too. */
	test_load_hold(load);
	if (!image_start_recorded(&station, paths[2], NULL) || !test_load_stop(load, 10000))
		system_die("no good answer after the kill at %s", fault);
	test_proc_kill(&station.task);
	judge_images(campaign, &station, recordings);
	station_fini(&station);
}

static int report(const struct campaign *campaign, bool mutant)
{
	size_t bad = campaign->losing + campaign->broken;
	char more[96];
	int rc;

	snprintf(more, sizeof(more), "tried=%zu images=%zu losing=%zu broken=%zu", campaign->tried,
		 campaign->images, campaign->losing, campaign->broken);
	rc = system_report(mutant ? "kill-unflushed-of-mutant" : "kill-unflushed", campaign->seed,
			   campaign->fired, &campaign->sum, more);
	if (!mutant)
		return rc == 0 && bad == 0 && campaign->fired >= 8 ? 0 : 1;
	printf("the build whose recovery trusts the page cache was %s\n",
	       bad > 0 ? "found" : "NOT FOUND: the harness finds nothing");
	return bad > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	bool mutant = argc > 1 && strcmp(argv[1], "mutant") == 0;
	struct campaign campaign = {.program = mutant ? DONDOC_TASK_MUTANT_RECOVERY : DONDOC_TASK};

#ifdef SYSTEM_SANITIZED
	fprintf(stderr, "skipped: a sanitizer does not let the recorder be loaded first\n");
	return 77;
#endif
	if (!system_has_strace())
		return 77;
	campaign.seed = campaign.random = system_seed();
	for (unsigned n = 1; n <= LAST; n++)
		one_kill(&campaign, n);
	return report(&campaign, mutant);
}
