/* duplicates_test.c - messages doubled, in the wrong order, replayed long after, and forged under
 * used numbers: each command has its effect once, each resend gets the same answer, other bytes get
 * "conflict". */
#include "tests/system/station.h"

#include <stdio.h>

#define CLIENTS 3
#define OPS     1200 /* each; with their doubles about 7,000 messages */

int main(void)
{
	uint64_t seed = system_seed();
	struct test_load *loads[CLIENTS];
	struct test_verdict verdict;
	struct station station;
	size_t messages = 0;
	char more[64];
	bool good = true;
	int rc;

	station_init(&station, NULL, 0);
	station_must_start(&station);
	station_prepare(&station, 100);
	for (int i = 0; i < CLIENTS; i++) {
		struct test_load_options options = station_load(&station, i, seed);

		options.ops = OPS;
		options.streams = 8;
		options.sockets = 4;
		options.window = 6;
		options.twice = 30;
		options.replay = 30;
		options.shuffle = 40;
		options.forge = 10;
		options.hopeless = 5;
		loads[i] = test_load_start(&options);
	}
	for (int i = 0; i < CLIENTS; i++) {
		for (int waited = 0; !test_load_finished(loads[i]) && waited < 3000; waited++)
			system_rest_ms(10);
		good = test_load_finished(loads[i]) && good;
		good = test_load_stop(loads[i], 5000) && good;
	}
	test_proc_kill(&station.task);
	good = station_check(&station, &verdict) && station_verify(station.log, NULL) && good;
	for (size_t i = 0; i < station.history.count; i++)
		messages += station.history.lines[i].kind == TEST_INVOKE;
	good = good && verdict.ok + verdict.refused == (size_t)CLIENTS * OPS;
	good = good && verdict.fail > 0; /* the forged ones */
	snprintf(more, sizeof(more), "messages=%zu", messages);
	rc = system_report("duplicates", seed, messages - verdict.ops, &verdict, more);
	station_fini(&station);
	return good && messages >= 5000 ? rc : 1;
}
