/* bench_pace.h - a client that reports at a steady pace, whatever the answers take: each answer's
 * time counts from when the report was due, so that a server that stalls is not asked less. */
#ifndef BENCH_PACE_H
#define BENCH_PACE_H

#include "tests/bench/bench_stats.h"
#include "tests/support/history.h"
#include <stdint.h>

struct bench_pace_options {
	const char *endpoint; /* without keys; borrowed */
	const char *unit;
	const uint64_t *tasks; /* borrowed */
	size_t task_count;
	struct test_history *history;
	int per_second;
};

struct bench_pace;

/* NULL with words on stderr. */
struct bench_pace *bench_pace_start(const struct bench_pace_options *options);
/* No more; wait for the answers that are missing. 0, or -1 with words on stderr. `acknowledged` is
 * how many were accepted, `other` how many "busy" came, after which the same report went again. */
int bench_pace_stop(struct bench_pace *pace, struct bench_result *result_out);

#endif
