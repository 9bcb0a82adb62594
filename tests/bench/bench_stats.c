/* bench_stats.c - samples of a closed loop, and their line of JSON. */
#include "tests/bench/bench_stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"

#define SAMPLES_MAX (1u << 23)

void bench_samples_open(struct bench_samples *samples, int64_t warm_us, int64_t run_us)
{
	samples->us = dd_alloc(SAMPLES_MAX * sizeof(*samples->us));
	samples->count = 0;
	samples->from_us = dd_mono_us() + warm_us;
	samples->until_us = samples->from_us + run_us;
}

bool bench_samples_add(struct bench_samples *samples, int64_t sent_us, int64_t now_us)
{
	if (now_us >= samples->until_us)
		return false;
	if (now_us >= samples->from_us && samples->count < SAMPLES_MAX)
		samples->us[samples->count++] = (uint32_t)(now_us - sent_us);
	return true;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void bench_samples_close(struct bench_samples *samples, struct bench_result *result_out)
{
	size_t n = samples->count;

	memset(result_out, 0, sizeof(*result_out));
	result_out->acknowledged = n;
	if (n > 0) {
		qsort(samples->us, n, sizeof(*samples->us), by_size);
		result_out->rate_per_s =
			(double)n * 1e6 / (double)(samples->until_us - samples->from_us);
		result_out->p50_ms = samples->us[n / 2] / 1000.0;
		result_out->p99_ms = samples->us[n - 1 - n / 100] / 1000.0;
		result_out->max_ms = samples->us[n - 1] / 1000.0;
	}
	free(samples->us);
	samples->us = NULL;
}

int bench_print(const char *system, const char *transport, int in_flight,
		const struct bench_result *result, uint64_t logged)
{
	bool equal = logged == result->accepted_all;

	printf("{\"system\":\"%s\",\"transport\":\"%s\",\"in_flight\":%d,\"rate_per_s\":%.0f,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.1f,\"acknowledged\":%" PRIu64
	       ",\"logged\":%" PRIu64 ",\"equal\":%s,\"other\":%" PRIu64 "}\n",
	       system, transport, in_flight, result->rate_per_s, result->p50_ms, result->p99_ms,
	       result->max_ms, result->accepted_all, logged, equal ? "true" : "false",
	       result->other);
	return equal && result->other == 0 ? 0 : 1;
}
