/* bench_load.h - a closed loop of progress reports: `in_flight` streams, each sends its next report
 * as soon as the last was answered. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "common/net/bus.h"
#include "tests/bench/bench_stats.h"
#include <stdint.h>

struct bench_load {
	const char *endpoint;
	const struct dd_curve_key *key; /* NULL = none */
	const char *server_public;
	int in_flight;
	bool alone; /* each report in a message of its own; otherwise in trains, where one step of
		     * the loop has several for a connection */
	int64_t warm_us;
	int64_t run_us;
	const uint64_t *tasks; /* ids */
	size_t task_count;
	const char *unit; /* acting */
	uint64_t seen;    /* what the offices know when they begin: a sequence */
};

/* 0, or -1 with words on stderr. */
int bench_load_run(const struct bench_load *load, struct bench_result *result);

#endif
