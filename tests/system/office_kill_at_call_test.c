/* office_kill_at_call_test.c - an office is killed as it enters its n-th write or flush, for every
 * n of making the outbox, starting, saving, sending and following, while reports come in and go
 * out; every fourth time the centre is killed the same way meanwhile. All that was answered SAVED
 * is in the log once. DD_TEST_ROUNDS: how often all of it is done. */
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPS      60
#define DRAIN_MS 40000

struct campaign {
	struct station centre;
	struct branch office;
	uint64_t seed, random;
	int client;
	size_t tried, births, fired, centre_fired;
};

/* Words that start the office so that it is killed at that call. */
struct trap {
	char trace[64], inject[64];
	const char *words[11];
};

static void set_trap(struct campaign *campaign, struct trap *trap, const char *call, unsigned n)
{
	const char *const words[] = {"strace", "-D",        "-f", "-qqq",       "-o", "/dev/null",
				     "-e",     trap->trace, "-e", trap->inject, NULL};

	snprintf(trap->trace, sizeof(trap->trace), "trace=%s", call);
	snprintf(trap->inject, sizeof(trap->inject), "inject=%s:signal=KILL:when=%u", call, n);
	memcpy(trap->words, words, sizeof(words));
	campaign->office.before = trap->words;
}

static bool was_killed(struct campaign *campaign)
{
	bool fired = test_proc_wait(&campaign->office.office, 0) == TEST_PROC_SIGNALED + SIGKILL;

	test_proc_kill(&campaign->office.office);
	campaign->office.before = NULL;
	return fired;
}

/* While the outbox is made, each time where there is none; nothing is saved yet. */
static void strike_birth(struct campaign *campaign, const char *call, unsigned n)
{
	struct trap trap;

	system_remove(&campaign->centre, campaign->office.data);
	set_trap(campaign, &trap, call, n);
	(void)branch_start(&campaign->office);
	campaign->births += was_killed(campaign);
	branch_must_start(&campaign->office);
	test_proc_kill(&campaign->office.office);
}

/* The centre too, at a call of its own, every fourth time. */
static bool trap_centre(struct campaign *campaign)
{
	static const char *const calls[] = {"pwrite64", "fdatasync"};
	char fault[64];

	if (system_draw(&campaign->random) % 4 != 0)
		return false;
	test_proc_kill(&campaign->centre.task);
	snprintf(fault, sizeof(fault), "%s:signal=KILL:when=%u",
		 calls[system_draw(&campaign->random) % 2],
		 5 + (unsigned)(system_draw(&campaign->random) % 30));
	(void)station_start_faulty(&campaign->centre, fault);
	return true;
}

static void strike(struct campaign *campaign, const char *call, unsigned n)
{
	struct test_load_options options = branch_load(&campaign->office, &campaign->centre,
						       campaign->client++, campaign->seed + n);
	const bool both = trap_centre(campaign);
	struct test_load *load;
	struct trap trap;

	options.ops = OPS;
	options.streams = 2;
	options.sockets = 1;
	options.pace_us = 1000;
	set_trap(campaign, &trap, call, n);
	load = test_load_start(&options);
	(void)branch_start(&campaign->office);
	while (!test_load_finished(load) &&
	       test_proc_wait(&campaign->office.office, 2) == TEST_PROC_RUNNING)
		;
	campaign->tried++;
	campaign->fired += was_killed(campaign);
	branch_must_start(&campaign->office);
	if (both) {
		for (int i = 0; i < 100 && !test_load_finished(load) &&
				test_proc_wait(&campaign->centre.task, 5) == TEST_PROC_RUNNING;
		     i++)
			;
		campaign->centre_fired +=
			test_proc_wait(&campaign->centre.task, 0) == TEST_PROC_SIGNALED + SIGKILL;
		test_proc_kill(&campaign->centre.task);
		station_must_start(&campaign->centre);
	}
	if (!test_load_stop(load, 10000))
		system_die("%s at %u: an impossible answer", call, n);
	test_proc_kill(&campaign->office.office);
}

static int judge(struct campaign *campaign)
{
	struct test_verdict verdict;
	struct test_log log;
	struct dd_error err;
	size_t reports;
	char more[128];

	branch_must_start(&campaign->office);
	if (!branch_drained(&campaign->office, DRAIN_MS))
		system_die("%u reports still wait", branch_waiting(&campaign->office));
	test_proc_kill(&campaign->office.office);
	test_proc_kill(&campaign->centre.task);
	if (test_log_read(campaign->centre.log, campaign->centre.prepared, &log, &err) != 0)
		system_die("%s", err.text);
	test_history_check_texts(&campaign->centre.history, &log, &verdict);
	reports = branch_check(&campaign->office, &log, &verdict);
	test_log_fini(&log);
	if (!station_verify(campaign->centre.log, NULL))
		return 1;
	snprintf(more, sizeof(more), "tried=%zu births=%zu centre_kills=%zu reports=%zu",
		 campaign->tried, campaign->births, campaign->centre_fired, reports);
	return system_report("office-kill-at-call", campaign->seed,
			     campaign->fired + campaign->births + campaign->centre_fired, &verdict,
			     more);
}

static void one_round(struct campaign *campaign)
{
	static const struct {
		const char *call;
		unsigned first, last, step;
	} rows[] = {{"pwrite64", 1, 20, 1},    {"fdatasync", 1, 14, 1},   {"writev", 1, 8, 1},
		    {"pwrite64", 25, 220, 12}, {"fdatasync", 20, 180, 9}, {"writev", 10, 70, 6},
		    {"fsync", 1, 3, 1}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned n = rows[i].first; n <= rows[i].last; n += rows[i].step)
			strike(campaign, rows[i].call, n);
}

static void all_births(struct campaign *campaign)
{
	static const char *const calls[] = {"pwrite64", "fdatasync", "fsync"};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (unsigned n = 1; n <= 8; n++)
			strike_birth(campaign, calls[i], n);
}

int main(void)
{
	const char *many = getenv("DD_TEST_ROUNDS");
	size_t rounds = many != NULL ? strtoul(many, NULL, 10) : 1;
	struct campaign campaign = {0};
	int rc;

	if (!system_has_strace())
		return 77;
	campaign.seed = campaign.random = system_seed();
	station_init(&campaign.centre, NULL, system_free_port());
	station_must_start(&campaign.centre);
	station_prepare(&campaign.centre, 20);
	branch_init(&campaign.office, &campaign.centre);
	all_births(&campaign);
	while (rounds-- > 0)
		one_round(&campaign);
	rc = judge(&campaign);
	if (rc == 0 && campaign.fired < 30) {
		fprintf(stderr, "only %zu kills of %zu\n", campaign.fired, campaign.tried);
		rc = 1;
	}
	branch_fini(&campaign.office);
	station_fini(&campaign.centre);
	return rc;
}
