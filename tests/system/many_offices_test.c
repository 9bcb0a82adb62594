/* many_offices_test.c - forty offices that have saved reports while the centre was away bring them
 * all at once when it is back, while others work there. */
#include "tests/support/harness.h"

#include "tests/system/branch.h"
#include "tests/system/crowd.h"

#define OFFICES 40
#define REPORTS 10
#define TASKS   4
#define WAIT_MS 60000

static struct test_load *others_work(struct station *centre, uint64_t seed)
{
	struct test_load_options options = station_load(centre, 1000, seed);
	static char unit[CROWD_UNIT];

	/* For a unit whose office does not report; its tasks are the last ones. */
	crowd_unit(OFFICES, unit);
	options.unit = unit;
	options.tasks = centre->tasks + OFFICES * TASKS;
	options.task_count = TASKS;
	options.pace_us = 5000;
	options.twice = 10;
	return test_load_start(&options);
}

static void an_outage_ends_and_every_report_of_every_office_is_there_once(void **unused)
{
	struct station centre;
	struct crowd_options options = {
		.centre = &centre, .offices = OFFICES, .tasks_each = TASKS, .threads = 4};
	struct test_verdict verdict;
	struct test_load *load;
	struct crowd *crowd;
	uint64_t seed = system_seed();

	(void)unused;
	station_init(&centre, NULL, system_free_port());
	station_must_start(&centre);
	crowd_plan(&centre, OFFICES + 1, TASKS);
	crowd = crowd_open(&options);
	assert_true(crowd_wait_ready(crowd, WAIT_MS));
	crowd_save(crowd, 1);
	assert_true(crowd_wait_empty(crowd, WAIT_MS));
	test_proc_kill(&centre.task);
	crowd_save(crowd, REPORTS - 1);
	assert_int_equal(crowd_look(crowd).waiting, OFFICES * (REPORTS - 1));
	station_must_start(&centre);
	load = others_work(&centre, seed);
	assert_true(crowd_wait_empty(crowd, WAIT_MS));
	assert_true(test_load_stop(load, 10000));
	crowd_close(crowd);
	station_must_stop(&centre);
	assert_int_equal(crowd_check(&options, &verdict), OFFICES * REPORTS);
	assert_int_equal(system_report("many-offices", seed, 1, &verdict, ""), 0);
	station_fini(&centre);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_outage_ends_and_every_report_of_every_office_is_there_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
