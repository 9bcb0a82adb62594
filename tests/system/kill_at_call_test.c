/* kill_at_call_test.c - kill at the n-th write or flush, for every n of making a log, starting,
 * committing and storing, in whatever thread it falls: strace ends the process as it enters the
 * call. A kill before a flush leaves bytes that were written and not flushed; the clients' retry
 * must find them once. */
#include "tests/system/station.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define OPS 120

/* One start under the fault; true if it fired. */
static bool strike(struct station *station, const char *call, unsigned n, uint64_t seed)
{
	struct test_load_options options = station_load(station, 0, seed + n);
	struct test_load *load;
	char fault[64];
	bool fired;

	snprintf(fault, sizeof(fault), "%s:signal=KILL:when=%u", call, n);
	options.ops = OPS;
	options.streams = 2;
	options.sockets = 1;
	load = test_load_start(&options);
	station_start_faulty(station, fault);
	while (!test_load_finished(load) && test_proc_wait(&station->task, 2) == TEST_PROC_RUNNING)
		;
	fired = test_proc_wait(&station->task, 0) == TEST_PROC_SIGNALED + SIGKILL;
	test_proc_kill(&station->task);
	station_must_start(station);
	if (!test_load_stop(load, 10000))
		system_die("%s at %u: an impossible answer", call, n);
	test_proc_kill(&station->task);
	return fired;
}

/* The same while the very first log is made, each time in an empty folder: it must begin anew. */
static bool strike_birth(const char *call, unsigned n, struct test_verdict *sum)
{
	struct test_load_options options;
	struct test_verdict verdict;
	struct station station;
	struct test_load *load;
	char fault[64];
	bool fired;

	station_init(&station, NULL, 0);
	snprintf(fault, sizeof(fault), "%s:signal=KILL:when=%u", call, n);
	station_start_faulty(&station, fault);
	system_rest_ms(20); /* spare segments are made behind the scenes */
	fired = test_proc_wait(&station.task, 0) == TEST_PROC_SIGNALED + SIGKILL;
	test_proc_kill(&station.task);
	station_must_start(&station);
	station_prepare(&station, 5);
	options = station_load(&station, 0, n);
	options.ops = 10;
	load = test_load_start(&options);
	while (!test_load_finished(load))
		system_rest_ms(2);
	if (!test_load_stop(load, 10000))
		system_die("%s: an impossible answer", fault);
	test_proc_kill(&station.task);
	if (!station_check(&station, &verdict) || !station_verify(station.log, NULL))
		system_die("%s while the log is made: not readable afterwards", fault);
	test_verdict_add(sum, &verdict);
	station_fini(&station);
	return fired;
}

struct row {
	const char *call;
	unsigned last;
};

static int at_birth(uint64_t seed)
{
	static const struct row rows[] = {
		{"pwrite64", 12}, {"fsync", 8}, {"fdatasync", 4}, {"rename", 6}};
	struct test_verdict sum = {0};
	size_t fired = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned n = 1; n <= rows[i].last; n++)
			fired += strike_birth(rows[i].call, n, &sum);
	}
	return fired >= 10 ? system_report("kill-at-birth", seed, fired, &sum, "") : 1;
}

static int under_load(uint64_t seed)
{
	static const struct row rows[] = {
		{"pwrite64", 50}, {"fdatasync", 40}, {"pwritev", 6}, {"fsync", 4}};
	struct test_verdict verdict;
	struct station station;
	size_t fired = 0, tried = 0;
	char more[64];
	bool good;
	int rc;

	station_init(&station, NULL, 0);
	station_must_start(&station);
	station_prepare(&station, 50);
	test_proc_kill(&station.task);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned n = 1; n <= rows[i].last; n++, tried++)
			fired += strike(&station, rows[i].call, n, seed);
	}
	good = station_check(&station, &verdict) && station_verify(station.log, NULL);
	snprintf(more, sizeof(more), "tried=%zu", tried);
	rc = system_report("kill-at-call", seed, fired, &verdict, more);
	station_fini(&station);
	return good && fired >= 50 ? rc : 1;
}

int main(void)
{
	uint64_t seed = system_seed();
	int rc;

	if (!system_has_strace())
		return 77;
	rc = at_birth(seed);
	return under_load(seed) == 0 ? rc : 1;
}
