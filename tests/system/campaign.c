/* campaign.c - what the system tests have in common beside the station: seeds, probes, the one
 * line. */
#include "tests/system/station.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t system_seed(void)
{
	const char *text = getenv("DD_TEST_SEED");
	struct timespec now;

	if (text != NULL && *text != '\0')
		return strtoull(text, NULL, 10);
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t system_draw(uint64_t *state)
{
	uint64_t x = (*state += UINT64_C(0x9e3779b97f4a7c15));

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

void system_rest_ms(int ms)
{
	struct timespec rest = {ms / 1000, (ms % 1000) * 1000000L};

	nanosleep(&rest, NULL);
}

bool system_has_strace(void)
{
	struct station probe;
	const char *argv[] = {"strace",
			      "-f",
			      "-qqq",
			      "-o",
			      "/dev/null",
			      "-e",
			      "trace=getppid",
			      "-e",
			      "inject=getppid:error=EIO",
			      "true",
			      NULL};
	int status;

	station_init(&probe, NULL, 0);
	status = test_proc_run(probe.dir, "probe", argv, NULL, 10000);
	station_fini(&probe);
	if (status != 0)
		fprintf(stderr, "skipped: strace cannot trace here (status %d)\n", status);
	return status == 0;
}

int system_report(const char *fault, uint64_t seed, size_t trials,
		  const struct test_verdict *verdict, const char *more)
{
	bool good = test_verdict_good(verdict) && verdict->ok > 0 && trials > 0;

	printf("%s seed=%" PRIu64 " faults=%zu ops=%zu ok=%zu refused=%zu fail=%zu info=%zu "
	       "lost=%zu dup=%zu altered=%zu phantom=%zu reorder=%zu disorder=%zu undead=%zu "
	       "verdict=%s bound=3/%zu%s%s\n",
	       fault, seed, trials, verdict->ops, verdict->ok, verdict->refused, verdict->fail,
	       verdict->info, verdict->lost, verdict->duplicate, verdict->altered, verdict->phantom,
	       verdict->reorder, verdict->disorder, verdict->undead, good ? "good" : "BAD", trials,
	       *more ? " " : "", more);
	if (verdict->first[0] != '\0')
		printf("first fault: %s\n", verdict->first);
	fflush(stdout);
	return good ? 0 : 1;
}

void system_die(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}
