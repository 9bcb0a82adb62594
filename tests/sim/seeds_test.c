/* seeds_test.c - many worlds, each in a process of its own, so that whatever ends one is a verdict
 * on its seed; with the word "outage" each is 72 hours without a line (outage.c). DD_SIM_SEEDS=n:
 * how many. DD_SIM_SEED=n: only this one, with its diagnostics. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "tests/sim/world.h"
#include "tests/support/tmpdir.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEEDS          400
#define OUTAGES        40
#define REPLAYED       3   /* seeds that run twice */
#define LYING_SEEDS    40  /* at most, until a lying disk is noticed */
#define SECONDS_A_SEED 120 /* a world that hangs is a verdict too */

enum kind { KIND_TROUBLE, KIND_LYING_DISK, KIND_OUTAGE };

struct verdict {
	uint8_t chain[DD_HASH_LEN];
	struct world_stats stats;
};

/* In the child: one world from beginning to end. */
static void live(uint64_t seed, const char *dir, enum kind kind, int result)
{
	struct world *world = world_new(seed, dir, kind == KIND_LYING_DISK);
	struct verdict verdict;

	if (kind == KIND_OUTAGE)
		outage_run(world);
	else
		world_run(world);
	judge(world, verdict.chain);
	verdict.stats = world->stats;
	world_free(world);
	if (write(result, &verdict, sizeof(verdict)) != (ssize_t)sizeof(verdict))
		_exit(4);
}

static void tell_words(const char *path)
{
	unsigned long len = 0;
	char *words = test_read_file(path, &len);

	if (words != NULL)
		fputs(len > 3000 ? words + len - 3000 : words, stdout);
	free(words);
}

static void be_world(uint64_t seed, char *dir, enum kind kind, int result)
{
	char path[600];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/stderr", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (getenv("DD_SIM_SEED") == NULL)
		(void)dup2(fd, STDERR_FILENO);
	(void)alarm(SECONDS_A_SEED);
	dd_log_start("sim", DD_LOG_WARN);
	live(seed, dir, kind, result);
	free(dir); /* our copy of the name; the folder is our parent's */
	exit(0);
}

/* Whether all was well. */
static bool run_seed(uint64_t seed, enum kind kind, struct verdict *verdict_out)
{
	char *dir = test_tmpdir();
	char path[600];
	int result[2], status = -1;
	bool good;
	pid_t pid;

	(void)fflush(stdout);
	if (pipe(result) != 0 || (pid = fork()) < 0) {
		perror("sim");
		exit(1);
	}
	if (pid == 0)
		be_world(seed, dir, kind, result[1]);
	(void)close(result[1]);
	good = read(result[0], verdict_out, sizeof(*verdict_out)) == (ssize_t)sizeof(*verdict_out);
	(void)close(result[0]);
	(void)waitpid(pid, &status, 0);
	good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!good && kind != KIND_LYING_DISK) {
		(void)snprintf(path, sizeof(path), "%s/stderr", dir);
		tell_words(path);
		printf("sim: seed %" PRIu64 " FAILED (status 0x%x); again: DD_SIM_SEED=%" PRIu64
		       "\n",
		       seed, (unsigned)status, seed);
	}
	test_tmpdir_end(dir);
	return good;
}

static void add(struct world_stats *sum, const struct world_stats *stats)
{
	sum->reports += stats->reports;
	sum->refused += stats->refused;
	sum->withdrawn += stats->withdrawn;
	sum->kills += stats->kills;
	sum->power_losses += stats->power_losses;
	sum->office_kills += stats->office_kills;
	sum->sent += stats->sent;
	sum->lost += stats->lost;
	sum->full += stats->full;
	sum->jumps += stats->jumps;
	sum->flush_failures += stats->flush_failures;
	sum->batches += stats->batches;
	sum->restored += stats->restored;
	sum->replayed += stats->replayed;
}

static uint64_t run_seeds(uint64_t count, enum kind kind, struct world_stats *sum)
{
	struct verdict verdict;
	uint64_t bad = 0;

	for (uint64_t seed = 1; seed <= count; seed++) {
		if (!run_seed(seed, kind, &verdict))
			bad++;
		else
			add(sum, &verdict.stats);
	}
	return bad;
}

/* The same seed is the same world, down to the last hash. */
static uint64_t replay_differs(void)
{
	uint64_t different = 0;

	for (uint64_t seed = 1; seed <= REPLAYED; seed++) {
		struct verdict one, two;

		if (run_seed(seed, KIND_TROUBLE, &one) && run_seed(seed, KIND_TROUBLE, &two) &&
		    memcmp(&one, &two, sizeof(one)) != 0)
			different++;
	}
	return different;
}

/* The proof that losses are seen: flushes that do nothing. */
static uint64_t lying_disk_noticed(void)
{
	struct verdict verdict;

	for (uint64_t seed = 1; seed <= LYING_SEEDS; seed++)
		if (!run_seed(seed, KIND_LYING_DISK, &verdict))
			return seed;
	return 0;
}

static int run_all(uint64_t count)
{
	struct world_stats sum = {0};
	uint64_t bad = run_seeds(count, KIND_TROUBLE, &sum);
	uint64_t different = replay_differs();
	uint64_t noticed = lying_disk_noticed();

	printf("sim: N=%" PRIu64 " failed=%" PRIu64 " bound_95=%.5f offices=%d reports=%" PRIu64
	       " refused=%" PRIu64 " withdrawn=%" PRIu64 " batches=%" PRIu64 "\n",
	       count, bad, 3.0 / (double)count, WORLD_OFFICES, sum.reports, sum.refused,
	       sum.withdrawn, sum.batches);
	printf("sim: centre_kills=%" PRIu64 " power_losses=%" PRIu64 " failed_flushes=%" PRIu64
	       " full=%" PRIu64 " clock_jumps=%" PRIu64 " office_kills=%" PRIu64
	       " messages=%" PRIu64 " lost=%" PRIu64 "\n",
	       sum.kills, sum.power_losses, sum.flush_failures, sum.full, sum.jumps,
	       sum.office_kills, sum.sent, sum.lost);
	printf("sim: replays=%d differing=%" PRIu64 "; a lying disk is noticed at seed %" PRIu64
	       "\n",
	       REPLAYED, different, noticed);
	return bad == 0 && different == 0 && noticed != 0 ? 0 : 1;
}

static int run_outages(uint64_t count)
{
	struct world_stats sum = {0};
	uint64_t bad = run_seeds(count, KIND_OUTAGE, &sum);

	printf("sim: outage of 72 h: N=%" PRIu64 " failed=%" PRIu64 " bound_95=%.5f offices=%d "
	       "reports=%" PRIu64 " refused=%" PRIu64 " withdrawn=%" PRIu64 " restored=%" PRIu64
	       " replayed=%" PRIu64 " messages=%" PRIu64 " lost=%" PRIu64 "\n",
	       count, bad, 3.0 / (double)count, WORLD_OFFICES, sum.reports, sum.refused,
	       sum.withdrawn, sum.restored, sum.replayed, sum.sent, sum.lost);
	return bad == 0 && sum.restored > 0 && sum.replayed > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const bool outage = argc > 1 && strcmp(argv[1], "outage") == 0;
	const char *only = getenv("DD_SIM_SEED");
	const char *many = getenv("DD_SIM_SEEDS");
	struct verdict verdict;
	char hex[2 * DD_HASH_LEN + 1];

	dd_id_start();
	/* Kills are only played: thousands of flushes cost nothing in memory. */
	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	if (only == NULL && outage)
		return run_outages(many != NULL ? strtoull(many, NULL, 10) : OUTAGES);
	if (only == NULL)
		return run_all(many != NULL ? strtoull(many, NULL, 10) : SEEDS);
	if (!run_seed(strtoull(only, NULL, 10), outage ? KIND_OUTAGE : KIND_TROUBLE, &verdict))
		return 1;
	printf("sim: seed %s is good, chain %s\n", only,
	       dd_hex(verdict.chain, sizeof(verdict.chain), hex));
	return 0;
}
