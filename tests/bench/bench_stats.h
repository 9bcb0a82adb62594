/* bench_stats.h - what every load measures in the same way: a closed loop's answers within a window
 * of time, and the one line of JSON that tells them. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_samples {
	uint32_t *us; /* owned */
	size_t count;
	int64_t from_us, until_us;
};

struct bench_result {
	uint64_t acknowledged; /* accepted within the measured time */
	uint64_t accepted_all; /* with warm-up and drain: must equal what the system holds */
	uint64_t other;        /* any other answer: a fault of the run */
	double rate_per_s, p50_ms, p99_ms, max_ms;
};

/* The window begins `warm_us` from now. */
void bench_samples_open(struct bench_samples *samples, int64_t warm_us, int64_t run_us);

/* One answer; false when the window is over and no more is to be sent. */
bool bench_samples_add(struct bench_samples *samples, int64_t sent_us, int64_t now_us);

/* Sums up, without accepted_all and other, and frees. */
void bench_samples_close(struct bench_samples *samples, struct bench_result *result_out);

/* `logged` = how many updates the system holds more than before. Returns the exit code: 0 if that
 * is what it acknowledged and no answer was of another kind. */
int bench_print(const char *system, const char *transport, int in_flight,
		const struct bench_result *result, uint64_t logged);

#endif
