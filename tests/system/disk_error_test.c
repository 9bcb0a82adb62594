/* disk_error_test.c - the n-th write or flush fails with EIO: the process ends (exit 111) and tells
 * nobody "accepted" any more; what was acknowledged before is durable, not only in the page cache,
 * and the next start goes on. */
#include "tests/system/image.h"

#include <stdio.h>
#include <string.h>

#define OPS      40
#define LAST     10
#define IMAGES   4
#define EXIT_111 111

struct campaign {
	uint64_t seed, random;
	struct test_verdict sum;
	size_t tried, fired, survived, images, bad_images;
	bool good;
};

static void judge_images(struct campaign *campaign, const struct station *station,
			 const char *const paths[2])
{
	struct replay *replay = replay_open(paths, 2);
	struct test_verdict verdict;

	for (int i = 0; i < IMAGES; i++) {
		enum image_state state = image_judge(station, replay, replay_count(replay),
						     &campaign->random, &verdict);

		campaign->images++;
		if (state == IMAGE_GOOD)
			continue;
		campaign->bad_images++;
		printf("power lost after EIO: %s\n", verdict.first);
	}
	replay_close(replay);
}

/* The status with which the process ended by itself; TEST_PROC_RUNNING if the fault did not fire
 * or was survived. */
static int strike(struct station *station, struct test_load *load, const char *recording,
		  const char *fault)
{
	int status = TEST_PROC_RUNNING;

	image_start_recorded(station, recording, fault);
	while (status == TEST_PROC_RUNNING && !test_load_finished(load))
		status = test_proc_wait(&station->task, 2);
	if (status == TEST_PROC_RUNNING)
		test_proc_kill(&station->task);
	return status;
}

static void one_fault(struct campaign *campaign, const char *call, unsigned n)
{
	struct test_load_options options;
	struct test_verdict verdict;
	struct station station;
	struct test_load *load;
	char fault[64], first[STATION_PATH], second[STATION_PATH];
	const char *const paths[] = {first, second};
	int status;

	station_init(&station, NULL, 0);
	snprintf(first, sizeof(first), "%.400s/rec-0", station.dir);
	snprintf(second, sizeof(second), "%.400s/rec-1", station.dir);
	snprintf(fault, sizeof(fault), "%s:error=EIO:when=%u", call, n);
	if (!image_start_recorded(&station, first, NULL))
		system_die("dondoc-task does not start under the recorder");
	station_prepare(&station, 20);
	test_proc_kill(&station.task);
	options = station_load(&station, 0, campaign->seed + n);
	options.ops = OPS;
	load = test_load_start(&options);
	status = strike(&station, load, second, fault);
	campaign->tried++;
	campaign->fired += status != TEST_PROC_RUNNING;
	if (status != TEST_PROC_RUNNING && status != EXIT_111) {
		printf("%s: exit %d in place of 111\n", fault, status);
		campaign->good = false;
	}
	judge_images(campaign, &station, paths);
	station_must_start(&station);
	campaign->good = test_load_stop(load, 10000) && campaign->good;
	test_proc_kill(&station.task);
	campaign->good = station_check(&station, &verdict) && station_verify(station.log, NULL) &&
			 campaign->good;
	test_verdict_add(&campaign->sum, &verdict);
	station_fini(&station);
}

int main(void)
{
	static const char *const calls[] = {"fdatasync", "pwrite64"};
	struct campaign campaign = {.good = true};
	char more[96];
	int rc;

#ifdef SYSTEM_SANITIZED
	fprintf(stderr, "skipped: a sanitizer does not let the recorder be loaded first\n");
	return 77;
#endif
	if (!system_has_strace())
		return 77;
	campaign.seed = campaign.random = system_seed();
	for (size_t i = 0; i < 2; i++) {
		for (unsigned n = 1; n <= LAST; n++)
			one_fault(&campaign, calls[i], n);
	}
	snprintf(more, sizeof(more), "tried=%zu images=%zu bad_images=%zu", campaign.tried,
		 campaign.images, campaign.bad_images);
	rc = system_report("eio", campaign.seed, campaign.fired, &campaign.sum, more);
	return rc == 0 && campaign.good && campaign.bad_images == 0 && campaign.fired >= 10 ? 0 : 1;
}
