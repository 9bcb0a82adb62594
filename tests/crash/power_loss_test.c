/* power_loss_test.c - whatever a loss of power or a kill leaves, every acknowledged record is there
 * and the log opens.
 *
 * A life is: open, check that all acknowledged before is there, append, die. During a life the disk
 * is copied before changes chosen at random; each copy loses power (or only its process) and is the
 * beginning of further lives. One life in four has a flush that fails. The seed is printed and may
 * be given as argument. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/crash/sim_disk.h"
#include <inttypes.h>

#define DEPTH     4
#define SNAPSHOTS 12

/* A disk, and what was acknowledged when it was copied. */
struct history {
	struct sim_disk *disk; /* owned */
	bool created;          /* an opening has returned: the log id is promised */
	struct dd_position acked;
};

struct campaign {
	struct sim_random random;
	bool drop_flushes;
	unsigned states, lost, chained;
};

struct life {
	struct campaign *campaign;
	struct history now;
	struct history snapshots[SNAPSHOTS];
	size_t count, wanted;
	unsigned rarity; /* one change in so many is copied before */
};

static void on_change(void *arg)
{
	struct life *life = arg;
	struct sim_random *random = &life->campaign->random;
	struct history *snapshot;

	if (life->count == life->wanted || sim_below(random, life->rarity) != 0)
		return;
	snapshot = &life->snapshots[life->count++];
	*snapshot = life->now;
	snapshot->disk = sim_clone(life->now.disk);
}

static void lost(struct campaign *campaign, const char *what, const char *why)
{
	if (campaign->lost++ == 0 && !campaign->drop_flushes)
		fprintf(stderr, "state %u: %s: %s\n", campaign->states, what, why);
}

/* All that was acknowledged is in the log. */
static bool check(struct life *life, struct dd_eventlog *log)
{
	struct history *now = &life->now;
	struct dd_position head = dd_eventlog_head(log), at;
	struct dd_error err = {0};

	if (now->created && memcmp(head.log_id, now->acked.log_id, DD_ID_LEN) != 0) {
		lost(life->campaign, "another log", "");
		return false;
	}
	if (dd_eventlog_position(log, now->acked.sequence, &at, &err) != 0 ||
	    (now->created && memcmp(at.chain, now->acked.chain, DD_HASH_LEN) != 0) ||
	    fx_check_all(log, &err) != 0) {
		lost(life->campaign, "acknowledged records are gone", err.text);
		return false;
	}
	now->created = true;
	now->acked = head;
	return true;
}

static void append_some(struct life *life, struct dd_eventlog *log)
{
	struct sim_random *random = &life->campaign->random;
	unsigned frames = 4 + (unsigned)sim_below(random, 16);

	for (unsigned i = 0; i < frames; i++) {
		if (fx_append(log, 1 + (unsigned)sim_below(random, 60)).err != 0)
			return;
		life->now.acked = dd_eventlog_head(log);
	}
}

/* Live on `now.disk`; afterwards it is as the process left it when it died. */
static void live(struct life *life)
{
	struct dd_eventlog_options options = {
		.dir = SIM_DIR, .segment_bytes = 65536, .inline_commit = true, .create = true};
	struct sim_random *random = &life->campaign->random;
	struct sim_disk *disk = life->now.disk;
	struct dd_eventlog *log;
	struct dd_error err;
	int rc;

	sim_use(disk, sim_random(random));
	sim_on_change(disk, on_change, life);
	sim_drop_flushes(disk, life->campaign->drop_flushes);
	if (sim_below(random, 4) == 0)
		sim_fail_flush(disk, 1 + (long)sim_below(random, 30), random);
	rc = dd_eventlog_open(&options, &log, &err);
	if (rc == 0 && check(life, log))
		append_some(life, log);
	else if (rc != 0 && rc != DD_ERR_IO) /* the flush that was to fail */
		lost(life->campaign, "opening", err.text);
	sim_kill(disk);
	dd_eventlog_close(log);
	sim_revive(disk);
	sim_use(NULL, 0);
}

static void go_on(struct campaign *campaign, const struct history *from, int depth);

/* One life, and all that can follow from it. `now.disk` is the life's own. */
static void live_and_die(struct campaign *campaign, struct history now, int depth)
{
	struct life *life = calloc(1, sizeof(*life));

	life->campaign = campaign;
	life->now = now;
	life->wanted = depth >= DEPTH ? 0 : depth == 0 ? SNAPSHOTS : 2;
	life->rarity = depth == 0 ? 6 : 12;
	live(life);
	for (size_t i = 0; i < life->count; i++) {
		go_on(campaign, &life->snapshots[i], depth + 1);
		sim_free(life->snapshots[i].disk);
	}
	if (depth < DEPTH)
		go_on(campaign, &life->now, depth + 1);
	sim_free(life->now.disk);
	free(life);
}

static void go_on(struct campaign *campaign, const struct history *from, int depth)
{
	for (int image = 0; image < (depth == 1 ? 3 : 1); image++) {
		struct history next = *from;

		next.disk = sim_clone(from->disk);
		if (sim_below(&campaign->random, 3) != 0)
			sim_power_loss(next.disk, &campaign->random);
		campaign->states++;
		campaign->chained += depth > 1;
		live_and_die(campaign, next, depth);
	}
}

static struct campaign run(uint64_t seed, unsigned states, bool drop_flushes)
{
	struct campaign campaign = {.random = {seed}, .drop_flushes = drop_flushes};

	while (campaign.states < states) {
		struct history fresh = {.disk = sim_new()};

		live_and_die(&campaign, fresh, 0);
	}
	return campaign;
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20261014;
	unsigned states = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 1500;
	struct campaign real, lying;

	dd_id_start();
	dd_log_start("crash", DD_LOG_ERROR);
	real = run(seed, states, false);
	printf("fault=power_loss N=%u lost=%u chained=%u seed=%" PRIu64 " bound_95=%.5f\n",
	       real.states, real.lost, real.chained, seed, 3.0 / real.states);
	lying = run(seed, 200, true);
	printf("fault=power_loss_without_flush N=%u lost=%u (the proof that losses are seen)\n",
	       lying.states, lying.lost);
	return real.lost == 0 && lying.lost > 0 ? 0 : 1;
}
