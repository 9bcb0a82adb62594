/* power_loss_test.c - power loss, as the log's folder may look after it: a recorder notes each
 * write, flush and rename of a real dondoc-task under load, which is killed in between, once
 * between a write and its flush. From that, disk images as of random moments are built; each must
 * open, verify, and hold what had been acknowledged by then.
 *
 *   test-system-power_loss            the real program: no image may lose anything
 *   test-system-power_loss mutant     one that acknowledges before the flush: images must lose
 *
 * DD_TEST_IMAGES sets how many images there are. */
#include "tests/system/image.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGES        320
#define MUTANT_IMAGES 120
#define STARTS        4
/* Long texts that are more than a segment of 8 MiB can hold. */
#define SEGMENT_OPS 2300

struct campaign {
	struct station station;
	uint64_t seed, random;
	char recordings[STARTS][STATION_PATH];
	int64_t loaded_us; /* when the import was done and the load began */
	struct test_verdict sum;
	size_t records; /* writes, flushes and changes of names that were seen */
	size_t images, broken, losing;
	size_t with_acks; /* images with something acknowledged before the moment */
	size_t unsettled; /* images with something written and not flushed at the moment */
};

/* --- the recorded run ------------------------------------------------------------------------- */

static void start_recorded(struct campaign *campaign, int start, const char *fault)
{
	snprintf(campaign->recordings[start], STATION_PATH, "%.400s/rec-%d", campaign->station.dir,
		 start);
	if (!image_start_recorded(&campaign->station, campaign->recordings[start], fault) &&
	    fault == NULL)
		system_die("dondoc-task does not start under the recorder");
}

static void wait_for_kill(struct station *station)
{
	if (test_proc_wait(&station->task, 10000) == TEST_PROC_RUNNING)
		test_proc_kill(&station->task);
}

/* Long texts in the middle, so that a segment is filled and the next one begins. */
static void run_recorded(struct campaign *campaign)
{
	struct station *station = &campaign->station;
	struct test_load_options small, large;
	struct test_load *loads[2];
	bool good;

	start_recorded(campaign, 0, NULL);
	station_prepare(station, 50);
	campaign->loaded_us = dd_mono_us();
	small = station_load(station, 0, campaign->seed);
	small.pace_us = 1000;
	large = station_load(station, 1, campaign->seed);
	large.note_bytes = 3900;
	large.pace_us = 300;
	large.twice = 5;
	loads[0] = test_load_start(&small);
	system_rest_ms(300);
	test_proc_kill(&station->task);
	start_recorded(campaign, 1, system_has_strace() ? "fdatasync:signal=KILL:when=20" : NULL);
	wait_for_kill(station);
	start_recorded(campaign, 2, NULL);
	loads[1] = test_load_start(&large);
	for (int i = 0; i < 1500 && test_load_answered(loads[1]) < SEGMENT_OPS; i++)
		system_rest_ms(10);
	if (test_load_answered(loads[1]) < SEGMENT_OPS)
		system_die("too slow here to fill a segment");
	test_proc_kill(&station->task);
	start_recorded(campaign, 3, NULL);
	system_rest_ms(300);
	good = test_load_stop(loads[0], 10000);
	good = test_load_stop(loads[1], 10000) && good;
	if (!good)
		system_die("an impossible answer");
	test_proc_kill(&station->task);
}

/* --- judging an image ------------------------------------------------------------------------- */

static void judge_image(struct campaign *campaign, struct replay *replay, size_t upto)
{
	struct test_verdict verdict;
	enum image_state state =
		image_judge(&campaign->station, replay, upto, &campaign->random, &verdict);

	campaign->images++;
	campaign->losing += state == IMAGE_LOSING;
	campaign->broken += state == IMAGE_BROKEN;
	campaign->with_acks += verdict.ok > 0;
	campaign->unsettled += replay_unsettled(replay) > 0;
	test_verdict_add(&campaign->sum, &verdict);
}

static int by_number(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Nine of ten moments under load, the others at the log's birth. */
static size_t *draw_moments(struct campaign *campaign, const struct replay *replay, size_t count)
{
	size_t *moments = dd_alloc(count * sizeof(*moments));
	size_t birth = replay_at_time(replay, campaign->loaded_us);
	size_t rest = replay_count(replay) - birth;

	if (birth == 0 || rest < 100)
		system_die("only %zu of %zu records are under load", rest, replay_count(replay));
	for (size_t i = 0; i < count; i++)
		moments[i] = i % 10 == 0 ? 1 + system_draw(&campaign->random) % birth
					 : birth + 1 + system_draw(&campaign->random) % rest;
	qsort(moments, count, sizeof(*moments), by_number);
	return moments;
}

static void judge_images(struct campaign *campaign, size_t count)
{
	const char *paths[STARTS];
	struct replay *replay;
	size_t *moments;

	for (int i = 0; i < STARTS; i++)
		paths[i] = campaign->recordings[i];
	replay = replay_open(paths, STARTS);
	moments = draw_moments(campaign, replay, count);
	for (size_t i = 0; i < count; i++)
		judge_image(campaign, replay, moments[i]);
	campaign->records = replay_count(replay);
	free(moments);
	replay_close(replay);
}

static int report(struct campaign *campaign, bool mutant)
{
	size_t bad = campaign->losing + campaign->broken;
	char more[160];
	int rc;

	snprintf(more, sizeof(more),
		 "records=%zu images=%zu with_acks=%zu unsettled=%zu losing=%zu broken=%zu",
		 campaign->records, campaign->images, campaign->with_acks, campaign->unsettled,
		 campaign->losing, campaign->broken);
	rc = system_report(mutant ? "power-loss-of-mutant" : "power-loss", campaign->seed,
			   campaign->images, &campaign->sum, more);
	if (!mutant)
		return rc == 0 && bad == 0 ? 0 : 1;
	printf("the build that acknowledges before the flush was %s\n",
	       campaign->losing > 0 ? "found" : "NOT FOUND: the harness finds nothing");
	return campaign->losing > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *images = getenv("DD_TEST_IMAGES");
	bool mutant = argc > 1 && strcmp(argv[1], "mutant") == 0;
	size_t count = images != NULL ? strtoul(images, NULL, 10) : mutant ? MUTANT_IMAGES : IMAGES;
	struct campaign *campaign = dd_alloc(sizeof(*campaign));
	int rc;

#ifdef SYSTEM_SANITIZED
	fprintf(stderr, "skipped: a sanitizer does not let the recorder be loaded first\n");
	free(campaign);
	return 77;
#endif
	campaign->seed = campaign->random = system_seed();
	station_init(&campaign->station, NULL, 0);
	if (mutant)
		campaign->station.program = DONDOC_TASK_MUTANT;
	run_recorded(campaign);
	judge_images(campaign, count);
	rc = report(campaign, mutant);
	station_fini(&campaign->station);
	free(campaign);
	return rc;
}
