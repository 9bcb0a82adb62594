/* stop_test.c - SIGTERM at random moments under load, to the centre and to an office: a clean end,
 * exit 0, and nothing is lost. */
#include "tests/system/branch.h"

#include <stdio.h>

#define STOPS 40

static int stop_centre(uint64_t seed)
{
	struct test_load_options options;
	struct test_verdict verdict;
	struct station station;
	struct test_load *load;
	uint64_t state = seed;
	bool good;
	int rc;

	station_init(&station, NULL, 0);
	station_must_start(&station);
	station_prepare(&station, 50);
	options = station_load(&station, 0, seed);
	load = test_load_start(&options);
	for (int i = 0; i < STOPS; i++) {
		system_rest_ms((int)(system_draw(&state) % 60));
		station_must_stop(&station);
		station_must_start(&station);
	}
	good = test_load_stop(load, 10000);
	station_must_stop(&station);
	good = station_check(&station, &verdict) && station_verify(station.log, NULL) && good;
	rc = system_report("sigterm", seed, STOPS, &verdict, "");
	station_fini(&station);
	return good ? rc : 1;
}

static int stop_office(uint64_t seed)
{
	struct test_load_options options;
	struct test_verdict verdict;
	struct station centre;
	struct branch office;
	struct test_load *load;
	struct test_log log;
	struct dd_error err;
	uint64_t state = seed;
	int rc;

	station_init(&centre, NULL, system_free_port());
	station_must_start(&centre);
	station_prepare(&centre, 20);
	branch_init(&office, &centre);
	branch_must_start(&office);
	options = branch_load(&office, &centre, 0, seed);
	load = test_load_start(&options);
	for (int i = 0; i < STOPS; i++) {
		int status;

		system_rest_ms((int)(system_draw(&state) % 60));
		status = test_proc_stop(&office.office, 20000);
		if (status != 0)
			system_die("dondoc-office ended with status %d", status);
		branch_must_start(&office);
	}
	if (!test_load_stop(load, 10000) || !branch_drained(&office, 20000))
		system_die("the outbox does not empty itself");
	branch_fini(&office);
	test_proc_kill(&centre.task);
	if (test_log_read(centre.log, centre.prepared, &log, &err) != 0)
		system_die("%s", err.text);
	test_history_check_texts(&centre.history, &log, &verdict);
	test_log_fini(&log);
	rc = system_report("sigterm-office", seed, STOPS, &verdict, "");
	station_fini(&centre);
	return rc;
}

int main(void)
{
	uint64_t seed = system_seed();
	int rc = stop_office(seed);

	return stop_centre(seed) == 0 ? rc : 1;
}
