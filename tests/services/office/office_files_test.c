/* office_files_test.c - evidence after the reports that name it: when it goes, in which order, what
 * is parked and told, and how long it is kept. */
#include "tests/services/office/evidence_line.h"

static void it_goes_when_its_report_is_accepted_and_not_before(void **state)
{
	struct line_file file = line_file(20000, 1);
	struct line line;
	uint64_t item;

	(void)state;
	line_open(&line);
	line_bring(&line, &file);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0); /* nobody has named it */
	item = line_report(&line, &file, 7);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_WAITING);
	assert_int_equal(line_wait(&line, &file, NULL), OFFICE_WAIT_REPORT);
	line_decide(&line, item, OFFICE_ACCEPTED);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_AT_CENTRE);
	assert_int_equal(line_look(&line, &file).task, 7);
	assert_string_equal(line_look(&line, &file).name, "bao cao.txt");
	free(file.bytes);
	line_close(&line);
}

static void its_report_may_come_first(void **state)
{
	struct line_file file = line_file(20000, 1);
	struct line line;

	(void)state;
	line_open(&line);
	line_decide(&line, line_report(&line, &file, 7), OFFICE_ACCEPTED);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_AWAITED);
	assert_int_equal(line_wait(&line, &file, NULL), OFFICE_WAIT_CONTENT);
	line_bring(&line, &file);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(file.bytes);
	line_close(&line);
}

static void what_nobody_wants_any_more_does_not_go(void **state)
{
	struct line_file file = line_file(20000, 1);
	struct line line;
	uint64_t item;

	(void)state;
	line_open(&line);
	line_bring(&line, &file);
	line_decide(&line, line_report(&line, &file, 7), OFFICE_REFUSED);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_UNWANTED);
	assert_false(office_files_claimed(line.engine, file.hash));
	/* Another report wants it after all. */
	item = line_report(&line, &file, 7);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_WAITING);
	assert_true(office_files_claimed(line.engine, file.hash));
	line_decide(&line, item, OFFICE_ACCEPTED);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(file.bytes);
	line_close(&line);
}

static void the_same_file_for_two_tasks_goes_once(void **state)
{
	struct line_file file = line_file(300000, 2);
	struct line line;

	(void)state;
	line_open(&line);
	line_attach(&line, &file, 1);
	line_attach(&line, &file, 2);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	assert_int_equal(line_look(&line, &file).uses, 2);
	assert_true(line.wire < file.len + file.len / 20);
	/* And a third time, long after: the centre has it. */
	line_attach(&line, &file, 3);
	line_run(&line, LINE_DAY);
	assert_true(line.wire < file.len + file.len / 20);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_AT_CENTRE);
	free(file.bytes);
	line_close(&line);
}

static void what_one_task_does_not_take_another_may(void **state)
{
	struct line_file file = line_file(30000, 2);
	struct line line;

	(void)state;
	line_open(&line);
	line.most[1] = 1000;
	line_attach(&line, &file, 1);
	line_attach(&line, &file, 2);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_AT_CENTRE);
	free(file.bytes);
	line_close(&line);
}

static void what_the_centre_does_not_take_is_parked_and_blocks_nobody(void **state)
{
	struct line_file large = line_file(30000, 3), good = line_file(40000, 4);
	struct office_files_status status;
	struct office_file found;
	struct line line;

	(void)state;
	line_open(&line);
	line.most[1] = 1000;
	line_attach(&line, &large, 1);
	line_attach(&line, &good, 2);
	line_run(&line, LINE_DAY / 2);
	assert_true(line_arrived(&line, &good));
	assert_false(line_arrived(&line, &large));
	found = line_look(&line, &large);
	assert_int_equal(found.state, OFFICE_FILE_REFUSED);
	assert_int_equal(found.refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE);
	assert_string_equal(found.reason, "file.size\x1f"
					  "1 MiB");
	office_files_status(line.engine, &status);
	assert_int_equal(status.parked, 1);
	assert_int_equal(status.waiting, 0);
	assert_int_equal(dd_files_look(line.kept, large.hash, &(struct dd_files_look){0},
				       &(struct dd_error){0}),
			 0); /* not lost */
	/* Asking once a day costs nothing, and limits change. */
	line.puts = 0;
	line.now_us = 3 * LINE_DAY;
	line_wake(&line);
	line_run(&line, 3 * LINE_DAY + LINE_DAY / 2);
	assert_int_equal(line.puts, 1);
	assert_int_equal(line_look(&line, &large).state, OFFICE_FILE_REFUSED);
	line.most[1] = 0;
	line_run(&line, 5 * LINE_DAY);
	assert_true(line_arrived(&line, &large));
	assert_int_equal(line_look(&line, &large).refusal, 0);
	free(large.bytes);
	free(good.bytes);
	line_close(&line);
}

/* --- when ------------------------------------------------------------------------------------- */

static void it_goes_in_the_hours_that_are_set(void **state)
{
	struct line_file file = line_file(100000, 5);
	struct dd_error err = {0};
	struct line line;
	int64_t until;

	(void)state;
	line_open(&line); /* it is 07:00 */
	line_kill(&line);
	assert_int_equal(office_hours_parse("18:00-06:30", &line.options.hours, &err), 0);
	line_start(&line);
	line_attach(&line, &file, 1);
	line_run(&line, 10 * 3600 * INT64_C(1000000));
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_wait(&line, &file, &until), OFFICE_WAIT_HOURS);
	assert_int_equal(until, LINE_START + 11 * 3600 * INT64_C(1000000)); /* 18:00 */
	/* They end in the middle of the file. */
	line.rate = 10000;
	line.now_us = 23 * 3600 * INT64_C(1000000) + 29 * 60 * INT64_C(1000000) + 55000000;
	line_wake(&line);
	line_run(&line, line.now_us + 3600 * INT64_C(1000000));
	assert_true(line.puts > 0);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_SENDING);
	assert_int_equal(line_wait(&line, &file, NULL), OFFICE_WAIT_HOURS);
	line_run(&line, 3 * LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(file.bytes);
	line_close(&line);
}

static void the_limit_holds_by_the_clock_that_is_told(void **state)
{
	struct line_file file = line_file(300000, 6);
	struct line line;
	int64_t most_us = 0, seen = 0, began;

	(void)state;
	line_open(&line);
	line_kill(&line);
	line.options.kbps = 64; /* 8,000 bytes a second */
	line_start(&line);
	line_attach(&line, &file, 1);
	began = line.now_us;
	while (line_step(&line)) {
		most_us = line.now_us - seen > most_us ? line.now_us - seen : most_us;
		seen = line.now_us;
		/* Never more than a second's worth ahead of the limit. */
		assert_true((int64_t)line.wire * 125 <= (line.now_us - began) + 2 * 1000000);
	}
	assert_true(line_arrived(&line, &file));
	assert_true(line.now_us - began > INT64_C(36) * 1000000);
	assert_true(line.now_us - began < INT64_C(42) * 1000000);
	assert_true(most_us <= 1100000); /* a report never waits long behind a piece */
	free(file.bytes);
	line_close(&line);
}

static void reports_go_first_and_small_files_before_large_ones(void **state)
{
	struct line_file large = line_file(400000, 7), small = line_file(9000, 8);
	struct line line;

	(void)state;
	line_open(&line);
	line.busy_reports = true;
	line_attach(&line, &large, 1);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_wait(&line, &large, NULL), OFFICE_WAIT_TURN);
	line.busy_reports = false;
	line_wake(&line);
	for (int i = 0; i < 6; i++)
		(void)line_step(&line);
	assert_int_equal(line_look(&line, &large).state, OFFICE_FILE_SENDING);
	line_attach(&line, &small, 1);
	for (int i = 0; i < 6 && !line_arrived(&line, &small); i++)
		(void)line_step(&line);
	assert_true(line_arrived(&line, &small));
	assert_false(line_arrived(&line, &large));
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &large));
	assert_true(line.wire < 430000);
	free(large.bytes);
	free(small.bytes);
	line_close(&line);
}

static void a_full_disk_at_the_centre_is_waited_for_and_told(void **state)
{
	struct line_file file = line_file(50000, 9);
	struct office_files_status status;
	struct line line;

	(void)state;
	line_open(&line);
	line.busy = true;
	line_attach(&line, &file, 1);
	line_run(&line, LINE_DAY / 24);
	assert_true(line.puts > 3 && line.puts < 200); /* pauses grow up to a minute */
	office_files_status(line.engine, &status);
	assert_string_equal(status.trouble, "the disk is full");
	while (line.id != 0)
		(void)line_step(&line);
	assert_int_equal(line_wait(&line, &file, NULL), OFFICE_WAIT_CENTRE);
	line.busy = false;
	line_run(&line, line.now_us + LINE_DAY);
	assert_true(line_arrived(&line, &file));
	office_files_status(line.engine, &status);
	assert_string_equal(status.trouble, "");
	assert_int_equal(status.waiting, 0);
	assert_int_equal(status.left, 0);
	free(file.bytes);
	line_close(&line);
}

static void nothing_goes_where_sending_is_off_or_the_link_is_down(void **state)
{
	struct line_file file = line_file(5000, 9);
	struct line line;

	(void)state;
	line_open(&line);
	line_kill(&line);
	line.options.send = false;
	line_start(&line);
	line_attach(&line, &file, 1);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_wait(&line, &file, NULL), OFFICE_WAIT_OFF);
	line_kill(&line);
	line.options.send = true;
	line_start(&line);
	line_link(&line, DD_LINK_CONNECTING);
	line_run(&line, LINE_DAY);
	assert_int_equal(line.puts, 0);
	assert_int_equal(line_wait(&line, &file, NULL), OFFICE_WAIT_LINK);
	line_link(&line, DD_LINK_UP);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(file.bytes);
	line_close(&line);
}

/* --- how long it is kept ---------------------------------------------------------------------- */

static bool kept(struct line *line, const struct line_file *file)
{
	struct dd_files_look look;
	struct dd_error err;

	return dd_files_look(line->kept, file->hash, &look, &err) == 0;
}

static void covered(struct line *line, uint32_t incarnation, uint64_t sequence)
{
	struct dd_error err = {0};

	line_time(line);
	assert_int_equal(office_files_covered(line->engine, incarnation, sequence, &err), 0);
}

static void it_is_kept_until_a_backup_that_was_made_later_covers_it(void **state)
{
	struct line_file file = line_file(5000, 9);
	struct line line;

	(void)state;
	line_open(&line);
	line_attach(&line, &file, 1); /* at 101 */
	line_run(&line, LINE_DAY);
	covered(&line, 1, 101); /* may have been made before the file came */
	assert_true(kept(&line, &file));
	covered(&line, 2, 500); /* of another incarnation */
	assert_true(kept(&line, &file));
	line_kill(&line);
	line_start(&line);
	covered(&line, 1, 102);
	assert_false(kept(&line, &file));
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_COVERED);
	/* Named once more: the centre has it. */
	line_decide(&line, line_report(&line, &file, 2), OFFICE_ACCEPTED);
	line_run(&line, LINE_DAY);
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_COVERED);
	free(file.bytes);
	line_close(&line);
}

static void it_is_kept_for_good_where_the_settings_say_so(void **state)
{
	struct line_file file = line_file(5000, 9);
	struct line line;

	(void)state;
	line_open(&line);
	line_kill(&line);
	line.options.keep = true;
	line_start(&line);
	line_attach(&line, &file, 1);
	line_run(&line, LINE_DAY);
	covered(&line, 1, 1000);
	assert_true(kept(&line, &file));
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_COVERED);
	assert_true(office_files_claimed(line.engine, file.hash));
	free(file.bytes);
	line_close(&line);
}

static void what_two_persons_had_destroyed_does_not_stay_and_does_not_go(void **state)
{
	struct line_file there = line_file(5000, 12), here = line_file(6000, 13);
	struct dd_error err = {0};
	struct line line;

	(void)state;
	line_open(&line);
	line_attach(&line, &there, 1);
	line_run(&line, LINE_DAY);
	line.busy_reports = true;
	line_attach(&line, &here, 1);
	line_time(&line);
	assert_int_equal(office_files_destroyed(line.engine, there.hash, &err), 0);
	assert_int_equal(office_files_destroyed(line.engine, here.hash, &err), 0);
	assert_int_equal(office_files_destroyed(line.engine, here.hash, &err), 0);
	assert_false(kept(&line, &there));
	assert_false(kept(&line, &here));
	line.busy_reports = false;
	line_kill(&line);
	line_start(&line);
	assert_int_equal(office_files_incarnation(line.engine, 2, &err), 0);
	line_run(&line, 2 * LINE_DAY);
	assert_int_equal(line_look(&line, &there).state, OFFICE_FILE_DESTROYED);
	assert_int_equal(line_look(&line, &here).state, OFFICE_FILE_DESTROYED);
	assert_false(line_arrived(&line, &here));
	assert_false(office_files_claimed(line.engine, here.hash));
	free(there.bytes);
	free(here.bytes);
	line_close(&line);
}

/* A restored centre may have the file, or not: it is asked, and gets it again. */
static void a_restored_centre_gets_again_what_it_lacks(void **state)
{
	struct line_file here = line_file(50000, 10), gone = line_file(60000, 11);
	struct dd_error err = {0};
	struct line line;
	uint64_t wire;

	(void)state;
	line_open(&line);
	line_attach(&line, &here, 1);
	line_attach(&line, &gone, 2);
	line_run(&line, LINE_DAY);
	assert_int_equal(dd_files_remove(line.centre, gone.hash, &err), 0);
	line.incarnation = 2;
	wire = line.wire;
	line_time(&line);
	assert_int_equal(office_files_incarnation(line.engine, 2, &err), 0);
	line_run(&line, 2 * LINE_DAY);
	assert_true(line_arrived(&line, &here));
	assert_true(line_arrived(&line, &gone));
	assert_true(line.wire - wire < 66000);
	assert_int_equal(line_look(&line, &here).incarnation, 2);
	wire = line.wire;
	assert_int_equal(office_files_incarnation(line.engine, 2, &err), 0);
	line_run(&line, 3 * LINE_DAY);
	assert_int_equal(line.wire, wire); /* said again, it changes nothing */
	free(here.bytes);
	free(gone.bytes);
	line_close(&line);
}

#define MANY 300

static void of_many_files_each_is_in_the_list_once_and_none_is_forgotten(void **state)
{
	struct line_file files[MANY];
	uint64_t items[MANY];
	struct line line;

	(void)state;
	line_open(&line);
	for (unsigned i = 0; i < MANY; i++) {
		files[i] = line_file(200, i + 1);
		if (i % 3 != 0)
			line_bring(&line, &files[i]);
		items[i] = line_report(&line, &files[i], 1);
		assert_int_equal(line.engine->count, i + 1);
	}
	for (unsigned i = 0; i < MANY; i += 3)
		line_bring(&line, &files[i]);
	for (unsigned i = 0; i < MANY; i += 10)
		(void)line_report(&line, &files[i], 2); /* once more */
	assert_int_equal(line.engine->count, MANY);
	for (unsigned i = 0; i < MANY; i++)
		line_decide(&line, items[i], i % 5 == 4 ? OFFICE_REFUSED : OFFICE_ACCEPTED);
	line_run(&line, 10 * LINE_DAY);
	for (unsigned i = 0; i < MANY; i++) {
		const bool wanted = i % 5 != 4;

		assert_int_equal(line_arrived(&line, &files[i]), wanted);
		assert_int_equal(line_look(&line, &files[i]).uses, i % 10 == 0 ? 2 : 1);
		if (!wanted)
			assert_int_equal(line_look(&line, &files[i]).state, OFFICE_FILE_UNWANTED);
		free(files[i].bytes);
	}
	assert_int_equal(line.engine->count, MANY);
	line_close(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_when_its_report_is_accepted_and_not_before),
		cmocka_unit_test(its_report_may_come_first),
		cmocka_unit_test(what_nobody_wants_any_more_does_not_go),
		cmocka_unit_test(the_same_file_for_two_tasks_goes_once),
		cmocka_unit_test(what_one_task_does_not_take_another_may),
		cmocka_unit_test(what_the_centre_does_not_take_is_parked_and_blocks_nobody),
		cmocka_unit_test(it_goes_in_the_hours_that_are_set),
		cmocka_unit_test(the_limit_holds_by_the_clock_that_is_told),
		cmocka_unit_test(reports_go_first_and_small_files_before_large_ones),
		cmocka_unit_test(a_full_disk_at_the_centre_is_waited_for_and_told),
		cmocka_unit_test(nothing_goes_where_sending_is_off_or_the_link_is_down),
		cmocka_unit_test(it_is_kept_until_a_backup_that_was_made_later_covers_it),
		cmocka_unit_test(it_is_kept_for_good_where_the_settings_say_so),
		cmocka_unit_test(what_two_persons_had_destroyed_does_not_stay_and_does_not_go),
		cmocka_unit_test(a_restored_centre_gets_again_what_it_lacks),
		cmocka_unit_test(of_many_files_each_is_in_the_list_once_and_none_is_forgotten),
	};

	line_use_memory();
	return cmocka_run_group_tests_name("services.office.office_files", tests, NULL, NULL);
}
