/* office_test.c - what an office has saved reaches the centre once: the centre away, the office
 * killed at random, an old copy of its outbox put back, the centre restored from an older copy. */
#include "tests/support/harness.h"

#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAIN_MS 20000

struct field {
	struct station centre;
	struct branch office;
	uint64_t seed, random;
	int client;
};

static void field_open(struct field *field)
{
	memset(field, 0, sizeof(*field));
	field->seed = field->random = system_seed();
	station_init(&field->centre, NULL, system_free_port());
	station_must_start(&field->centre);
	station_prepare(&field->centre, 20);
	branch_init(&field->office, &field->centre);
	branch_must_start(&field->office);
}

static void field_close(struct field *field)
{
	branch_fini(&field->office);
	station_fini(&field->centre);
}

static struct test_load *send_reports(struct field *field, uint64_t ops)
{
	struct test_load_options options =
		branch_load(&field->office, &field->centre, field->client++, field->seed);

	options.ops = ops;
	return test_load_start(&options);
}

/* Reports saved by the office, all with an answer. */
static void report(struct field *field, uint64_t ops)
{
	struct test_load *load = send_reports(field, ops);

	for (int i = 0; i < 2000 && !test_load_finished(load); i++)
		system_rest_ms(10);
	assert_true(test_load_finished(load));
	assert_true(test_load_stop(load, 5000));
}

static void stop_office(struct field *field)
{
	assert_int_equal(test_proc_stop(&field->office.office, 10000), 0);
}

/* All that was saved is in the log, once. */
static void judge(struct field *field, const char *fault, size_t faults)
{
	struct test_verdict verdict;
	struct test_log log;
	struct dd_error err;

	assert_true(branch_drained(&field->office, DRAIN_MS));
	test_proc_kill(&field->office.office);
	test_proc_kill(&field->centre.task);
	if (test_log_read(field->centre.log, field->centre.prepared, &log, &err) != 0)
		fail_msg("%s", err.text);
	test_history_check_texts(&field->centre.history, &log, &verdict);
	test_log_fini(&log);
	assert_int_equal(system_report(fault, field->seed, faults, &verdict, ""), 0);
	assert_true(station_verify(field->centre.log, NULL));
}

static void the_centre_is_away_and_the_office_is_killed(void **unused)
{
	struct field field;
	struct test_load *load;

	(void)unused;
	field_open(&field);
	report(&field, 50);
	test_proc_kill(&field.centre.task);
	load = send_reports(&field, 0);
	for (int i = 0; i < 15; i++) {
		system_rest_ms(20 + (int)(system_draw(&field.random) % 150));
		test_proc_kill(&field.office.office);
		branch_must_start(&field.office);
	}
	assert_true(test_load_answered(load) > 15);
	assert_true(test_load_stop(load, 10000));
	assert_true(branch_waiting(&field.office) > 0);
	station_must_start(&field.centre);
	judge(&field, "office-centre-away", 15);
	field_close(&field);
}

static void both_are_killed_at_random(void **unused)
{
	struct field field;
	struct test_load *load;

	(void)unused;
	field_open(&field);
	load = send_reports(&field, 0);
	for (int i = 0; i < 30; i++) {
		system_rest_ms(20 + (int)(system_draw(&field.random) % 150));
		if (system_draw(&field.random) % 2 == 0) {
			test_proc_kill(&field.office.office);
			branch_must_start(&field.office);
		} else {
			test_proc_kill(&field.centre.task);
			station_must_start(&field.centre);
		}
	}
	assert_true(test_load_stop(load, 10000));
	judge(&field, "office-and-centre-killed", 30);
	field_close(&field);
}

static bool office_said(const struct field *field, const char *what)
{
	char *words = test_read_file(field->office.office.err_path, NULL);
	bool said = words != NULL && strstr(words, what) != NULL;

	free(words);
	return said;
}

/* What was saved and accepted after the copy was taken is at the centre already; the old outbox
 * does not know. Its new reports must neither take those numbers nor be lost. */
static void an_old_outbox_is_put_back(void **unused)
{
	struct field field;
	char copy[STATION_PATH];

	(void)unused;
	field_open(&field);
	snprintf(copy, sizeof(copy), "%.400s/outbox-copy", field.centre.dir);
	report(&field, 30);
	test_proc_kill(&field.office.office); /* some may wait, some not */
	system_copy(&field.centre, field.office.data, copy);
	branch_must_start(&field.office);
	report(&field, 30);
	assert_true(branch_drained(&field.office, DRAIN_MS));
	stop_office(&field);
	system_remove(&field.centre, field.office.data);
	system_copy(&field.centre, copy, field.office.data);
	branch_must_start(&field.office);
	report(&field, 30);
	assert_true(branch_drained(&field.office, DRAIN_MS));
	assert_true(office_said(&field, "office.stream_retir"));
	judge(&field, "office-outbox-restored", 1);
	field_close(&field);
}

/* The centre's whole folder goes back in time; the office notices by its receipts and sends again
 * what the centre has lost. */
static void an_old_centre_gets_again_what_it_lacks(void **unused)
{
	struct field field;
	char copy[STATION_PATH];

	(void)unused;
	field_open(&field);
	snprintf(copy, sizeof(copy), "%.400s/centre-copy", field.centre.dir);
	report(&field, 30);
	assert_true(branch_drained(&field.office, DRAIN_MS));
	station_settle(&field.centre);
	test_proc_kill(&field.centre.task);
	system_copy(&field.centre, field.centre.data, copy);
	station_must_start(&field.centre);
	report(&field, 40);
	assert_true(branch_drained(&field.office, DRAIN_MS));
	test_proc_kill(&field.centre.task);
	system_remove(&field.centre, field.centre.data);
	system_copy(&field.centre, copy, field.centre.data);
	station_must_start(&field.centre);
	report(&field, 10);
	for (int i = 0; i < 500 && !office_said(&field, "office.centre_behind"); i++)
		system_rest_ms(20);
	assert_true(office_said(&field, "office.centre_behind"));
	judge(&field, "office-centre-restored", 1);
	field_close(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_centre_is_away_and_the_office_is_killed),
		cmocka_unit_test(both_are_killed_at_random),
		cmocka_unit_test(an_old_outbox_is_put_back),
		cmocka_unit_test(an_old_centre_gets_again_what_it_lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
