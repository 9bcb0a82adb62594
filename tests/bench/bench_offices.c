/* bench_offices.c - many offices on one machine bring a month's reports after an outage, while
 * another client works at the centre.
 *
 *   bench-offices [--offices N] [--reports N] [--tasks N] [--pace N] [--seconds S] [--threads N]
 *                 [--offices-dir DIR]
 *
 * A real dondoc-task with CURVE on loopback; the offices are the real parts of dondoc-office, all
 * of them in this process (tests/system/crowd.h). One line of JSON each: the centre before, with
 * idle offices, while it recovers and afterwards; real dondoc-office processes that are idle. Data
 * lies below $TMPDIR. Whatever is lost, there twice, out of order or without its receipt afterwards
 * makes the exit code 1. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "tests/bench/bench_pace.h"
#include "tests/system/branch.h"
#include "tests/system/crowd.h"

#define PROCESSES  3 /* real offices, of the last units */
#define WAIT_MS    600000
#define REST_MS    2000
#define FILES_EACH 24 /* descriptors of an office: sockets, connections, stores */

struct bench {
	struct station centre;
	struct crowd_options crowd_options;
	struct crowd *crowd;
	size_t reports;
	int pace, seconds;
	double pss_before;
};

/* --- memory ----------------------------------------------------------------------------------- */

struct memory {
	double rss_mb, pss_mb, own_mb;
};

static struct memory memory_of(pid_t pid)
{
	struct memory memory = {0};
	char path[64], line[256];
	double kb;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		system_die("%s cannot be read", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "Rss: %lf", &kb) == 1)
			memory.rss_mb = kb / 1024;
		else if (sscanf(line, "Pss: %lf", &kb) == 1)
			memory.pss_mb = kb / 1024;
		else if (sscanf(line, "Anonymous: %lf", &kb) == 1)
			memory.own_mb = kb / 1024;
	}
	(void)fclose(file);
	return memory;
}

/* --- one line --------------------------------------------------------------------------------- */

static struct bench_pace *start_pace(struct bench *bench)
{
	const size_t unit = bench->crowd_options.offices;
	struct bench_pace_options options = {.endpoint = bench->centre.endpoint,
					     .task_count = bench->crowd_options.tasks_each,
					     .history = &bench->centre.history,
					     .per_second = bench->pace};
	static char code[CROWD_UNIT];
	struct bench_pace *pace;

	crowd_unit(unit, code);
	options.unit = code;
	options.tasks = bench->centre.tasks + unit * bench->crowd_options.tasks_each;
	pace = bench_pace_start(&options);
	if (pace == NULL)
		system_die("no connection to the centre");
	return pace;
}

static void print_line(struct bench *bench, const char *when, size_t offices,
		       const struct bench_result *commands, const char *more)
{
	struct memory memory = memory_of(bench->centre.task.pid);

	printf("{\"measure\":\"offices\",\"when\":\"%s\",\"offices\":%zu,\"command_p50_ms\":%.2f,"
	       "\"command_p99_ms\":%.2f,\"command_max_ms\":%.1f,\"commands\":%" PRIu64
	       ",\"busy\":%" PRIu64 ",\"centre_rss_mb\":%.1f,\"centre_pss_mb\":%.1f,"
	       "\"centre_own_mb\":%.1f%s}\n",
	       when, offices, commands->p50_ms, commands->p99_ms, commands->max_ms,
	       commands->accepted_all, commands->other, memory.rss_mb, memory.pss_mb, memory.own_mb,
	       more);
	(void)fflush(stdout);
}

static void stop_pace(struct bench_pace *pace, struct bench_result *result_out)
{
	if (bench_pace_stop(pace, result_out) != 0)
		system_die("the client at the centre got no answers");
}

/* The steady client alone for some seconds. */
static void measure_calm(struct bench *bench, const char *when, size_t offices)
{
	struct bench_result commands;
	struct bench_pace *pace;
	char more[64] = "";
	double pss;

	system_rest_ms(REST_MS);
	pss = memory_of(bench->centre.task.pid).pss_mb;
	if (offices == 0)
		bench->pss_before = pss;
	else
		(void)snprintf(more, sizeof(more), ",\"kb_per_office\":%.1f",
			       (pss - bench->pss_before) * 1024 / (double)offices);
	pace = start_pace(bench);
	system_rest_ms(bench->seconds * 1000);
	stop_pace(pace, &commands);
	print_line(bench, when, offices, &commands, more);
}

/* --- the outage and its end ------------------------------------------------------------------- */

static void measure_recovery(struct bench *bench)
{
	const size_t offices = bench->crowd_options.offices;
	const uint64_t all = offices * bench->reports;
	int64_t began_us, half_us = 0, took_us, head_us;
	struct bench_result commands;
	struct bench_pace *pace;
	uint64_t waiting;
	char more[256];

	station_must_start(&bench->centre);
	began_us = dd_mono_us();
	pace = start_pace(bench);
	while ((waiting = crowd_look(bench->crowd).waiting) > 0) {
		if (half_us == 0 && waiting <= all / 2)
			half_us = dd_mono_us() - began_us;
		if (dd_mono_us() - began_us > (int64_t)WAIT_MS * 1000)
			system_die("%" PRIu64 " reports still wait", waiting);
		system_rest_ms(20);
	}
	took_us = dd_mono_us() - began_us;
	stop_pace(pace, &commands);
	if (!crowd_wait_ready(bench->crowd, WAIT_MS))
		system_die("some offices do not come to the head of the log");
	head_us = dd_mono_us() - began_us;
	(void)snprintf(more, sizeof(more),
		       ",\"reports\":%" PRIu64 ",\"recovery_s\":%.2f,\"half_s\":%.2f,"
		       "\"copies_s\":%.2f,\"reports_per_s\":%.0f",
		       all, (double)took_us / 1e6, (double)half_us / 1e6, (double)head_us / 1e6,
		       (double)all * 1e6 / (double)took_us);
	print_line(bench, "recovering", offices, &commands, more);
}

/* --- real offices ----------------------------------------------------------------------------- */

static void measure_processes(struct bench *bench)
{
	static const char *const names[PROCESSES] = {"office-1", "office-2", "office-3"};
	struct branch branches[PROCESSES];
	char units[PROCESSES][CROWD_UNIT];

	for (size_t i = 0; i < PROCESSES; i++) {
		struct branch_place place = {
			.unit = units[i], .name = names[i], .address = "127.0.0.1"};

		crowd_unit(bench->crowd_options.offices + 1 + i, units[i]);
		branch_init_at(&branches[i], &bench->centre, &place);
		branch_must_start(&branches[i]);
	}
	system_rest_ms(5 * REST_MS);
	for (size_t i = 0; i < PROCESSES; i++) {
		struct memory memory = memory_of(branches[i].office.pid);

		printf("{\"measure\":\"office process\",\"process\":\"%s\",\"rss_mb\":%.1f,"
		       "\"pss_mb\":%.1f,\"anonymous_mb\":%.1f,\"mapped_file_mb\":%.1f}\n",
		       names[i], memory.rss_mb, memory.pss_mb, memory.own_mb,
		       memory.rss_mb - memory.own_mb);
		branch_fini(&branches[i]);
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Sockets and stores of all offices are in this process; the centre inherits the limit. */
static void raise_limit(size_t offices)
{
	struct rlimit limit;
	const rlim_t want = 1024 + offices * FILES_EACH;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		system_die("the limit of open files is not known");
	if (limit.rlim_cur >= want)
		return;
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < want)
		system_die("%zu offices need %ju open files, the limit is %ju (ulimit -Hn)",
			   offices, (uintmax_t)want, (uintmax_t)limit.rlim_max);
	limit.rlim_cur = want;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		system_die("the limit of open files cannot be raised");
}

static int judge(struct bench *bench)
{
	const size_t all = bench->crowd_options.offices * bench->reports;
	struct test_verdict verdict;
	size_t items = crowd_check(&bench->crowd_options, &verdict);
	bool good = test_verdict_good(&verdict) && items == all;

	printf("{\"measure\":\"offices checked\",\"reports\":%zu,\"commands\":%zu,\"lost\":%zu,"
	       "\"twice\":%zu,\"altered\":%zu,\"unknown\":%zu,\"disorder\":%zu,\"verified\":%s}\n",
	       items, verdict.ops, verdict.lost, verdict.duplicate, verdict.altered,
	       verdict.phantom, verdict.disorder, good ? "true" : "false");
	if (verdict.first[0] != '\0')
		fprintf(stderr, "%s\n", verdict.first);
	return good ? 0 : 1;
}

static int run(struct bench *bench)
{
	const size_t offices = bench->crowd_options.offices;
	struct station *centre = &bench->centre;
	int rc;

	raise_limit(offices);
	station_init(centre, NULL, system_free_port());
	bench->crowd_options.centre = centre;
	station_must_start(centre);
	crowd_plan(centre, offices + 1 + PROCESSES, bench->crowd_options.tasks_each);
	measure_calm(bench, "alone", 0);
	bench->crowd = crowd_open(&bench->crowd_options);
	if (!crowd_wait_ready(bench->crowd, WAIT_MS))
		system_die("not all offices connect");
	measure_calm(bench, "idle offices", offices);
	station_must_stop(centre);
	crowd_save(bench->crowd, bench->reports);
	measure_recovery(bench);
	measure_calm(bench, "afterwards", offices);
	crowd_close(bench->crowd);
	measure_processes(bench);
	station_must_stop(centre);
	rc = judge(bench);
	station_fini(centre);
	return rc;
}

static int usage(void)
{
	fprintf(stderr, "usage: bench-offices [--offices N] [--reports N] [--tasks N] [--pace N] "
			"[--seconds S] [--threads N] [--offices-dir DIR]\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"offices", required_argument, NULL, 'o'},
		{"reports", required_argument, NULL, 'r'},
		{"tasks", required_argument, NULL, 't'},
		{"pace", required_argument, NULL, 'p'},
		{"seconds", required_argument, NULL, 's'},
		{"threads", required_argument, NULL, 'j'},
		{"offices-dir", required_argument, NULL, 'd'},
		{NULL, 0, NULL, 0},
	};
	struct bench bench = {.crowd_options = {.offices = 500, .tasks_each = 8, .threads = 8},
			      .reports = 40,
			      .pace = 50,
			      .seconds = 5};
	struct crowd_options *crowd = &bench.crowd_options;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		const size_t number =
			c == 'd' ? 1 : strtoul(optarg != NULL ? optarg : "0", NULL, 10);

		if (c == '?' || number == 0)
			return usage();
		crowd->offices = c == 'o' ? number : crowd->offices;
		crowd->tasks_each = c == 't' ? number : crowd->tasks_each;
		crowd->threads = c == 'j' ? number : crowd->threads;
		crowd->dir = c == 'd' ? optarg : crowd->dir;
		bench.reports = c == 'r' ? number : bench.reports;
		bench.pace = c == 'p' ? (int)number : bench.pace;
		bench.seconds = c == 's' ? (int)number : bench.seconds;
	}
	if (optind < argc || crowd->offices > 1200 || crowd->threads > CROWD_THREADS ||
	    bench.pace > 1000 || (crowd->offices + 1 + PROCESSES) * crowd->tasks_each > 10000)
		return usage();
	return run(&bench);
}
