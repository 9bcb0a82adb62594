/* kill_random_test.c - kill -9 at random moments while clients send: what was acknowledged stays,
 * once, in order. */
#include "tests/system/station.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define KILLS   60
#define CLIENTS 4

int main(void)
{
	uint64_t seed = system_seed(), state = seed;
	struct test_load *loads[CLIENTS];
	struct test_verdict verdict;
	struct station station;
	bool good = true;
	int rc;

	station_init(&station, NULL, 0);
	station_must_start(&station);
	station_prepare(&station, 200);
	for (int i = 0; i < CLIENTS; i++) {
		struct test_load_options options = station_load(&station, i, seed);

		options.twice = 2;
		options.hopeless = 3;
		loads[i] = test_load_start(&options);
	}
	for (int i = 0; i < KILLS; i++) {
		system_rest_ms(20 + (int)(system_draw(&state) % 180));
		test_proc_kill(&station.task);
		station_must_start(&station);
	}
	for (int i = 0; i < CLIENTS; i++)
		good = test_load_stop(loads[i], 10000) && good;
	test_proc_kill(&station.task);
	good = station_check(&station, &verdict) && station_verify(station.log, NULL) && good;
	rc = system_report("kill-9-random", seed, KILLS, &verdict, "");
	station_fini(&station);
	return good ? rc : 1;
}
