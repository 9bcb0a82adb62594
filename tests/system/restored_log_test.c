/* restored_log_test.c - an older copy of the log is put back: the store that has seen more refuses
 * it, and a receipt that somebody keeps finds the loss even if the store was put back too. */
#include "tests/support/harness.h"

#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_DAMAGE  6
#define EXIT_REFUSED 100

static void report(struct station *station, int client, uint64_t ops)
{
	struct test_load_options options = station_load(station, client, system_seed());
	struct test_load *load;

	options.ops = ops;
	load = test_load_start(&options);
	for (int i = 0; i < 2000 && !test_load_finished(load); i++)
		system_rest_ms(10);
	assert_true(test_load_finished(load));
	assert_true(test_load_stop(load, 5000));
	station_settle(station);
}

/* The last answer that a client got: what an office would keep. */
static void last_receipt(const struct station *station, char out[160])
{
	char chain[2 * DD_HASH_LEN + 1];
	const struct test_line *last = NULL;

	for (size_t i = 0; i < station->history.count; i++) {
		const struct test_line *line = &station->history.lines[i];

		if (line->kind == TEST_OK && (last == NULL || line->sequence > last->sequence))
			last = line;
	}
	if (last == NULL)
		system_die("nothing was accepted");
	snprintf(out, 160, "%" PRIu32 ":%" PRIu64 ":%s", last->incarnation, last->sequence,
		 dd_hex(last->chain, DD_HASH_LEN, chain));
}

static int verify(const struct station *station, const char *receipt)
{
	const char *const argv[] = {DONDOC_CLI,   "log",       "verify", "--dir",
				    station->log, "--receipt", receipt,  NULL};

	return test_proc_run(station->dir, "verify", argv, NULL, 30000);
}

/* A log with 60 reports, of which a copy in `copy` has 30 only. */
static void make(struct station *station, char copy[STATION_PATH])
{
	station_init(station, NULL, 0);
	snprintf(copy, STATION_PATH, "%.400s/copy", station->dir);
	station_must_start(station);
	station_prepare(station, 20);
	report(station, 0, 30);
	test_proc_kill(&station->task);
	system_copy(station, station->data, copy);
	station_must_start(station);
	report(station, 1, 30);
	test_proc_kill(&station->task);
}

static void an_older_log_beside_a_newer_store_is_refused(void **unused)
{
	char copy[STATION_PATH], old_log[STATION_PATH + 8], receipt[160];
	struct station station;
	char *words;

	(void)unused;
	make(&station, copy);
	last_receipt(&station, receipt);
	assert_int_equal(verify(&station, receipt), 0);
	system_remove(&station, station.log);
	snprintf(old_log, sizeof(old_log), "%s/log", copy);
	system_copy(&station, old_log, station.log);
	assert_false(station_start(&station, true));
	assert_int_equal(test_proc_wait(&station.task, 10000), EXIT_REFUSED);
	words = test_read_file(station.task.err_path, NULL);
	assert_non_null(strstr(words, "acknowledged"));
	free(words);
	assert_int_equal(verify(&station, receipt), EXIT_DAMAGE);
	station_fini(&station);
}

static void a_receipt_finds_the_loss_when_everything_is_older(void **unused)
{
	char copy[STATION_PATH], receipt[160];
	struct station station;
	struct test_verdict verdict;

	(void)unused;
	make(&station, copy);
	last_receipt(&station, receipt);
	system_remove(&station, station.data);
	system_copy(&station, copy, station.data);
	assert_int_equal(verify(&station, receipt), EXIT_DAMAGE);
	assert_true(station_check(&station, &verdict));
	assert_int_equal(verdict.lost, 30);
	/* It grows past the receipt's sequence again: another chain, still found. */
	station_must_start(&station);
	report(&station, 2, 60);
	test_proc_kill(&station.task);
	assert_int_equal(verify(&station, receipt), EXIT_DAMAGE);
	station_fini(&station);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_older_log_beside_a_newer_store_is_refused),
		cmocka_unit_test(a_receipt_finds_the_loss_when_everything_is_older),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
