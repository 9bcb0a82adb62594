/* restore_test.c - sealed secrets, a full disk, and from end to end: an office brings again what a
 * restored centre lost. */
#include "tests/support/harness.h"

#include "tests/support/tmpdir.h"
#include "tests/system/ground.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- secrets ---------------------------------------------------------------------------------- */

static void sealed_secrets_come_back_with_their_passphrase_alone(void **unused)
{
	static const char secret[] = "public 12345\nsecret abcde\n";
	char conf[STATION_PATH], phrase[STATION_PATH], other[STATION_PATH], base[STATION_PATH];
	char out[STATION_PATH], file[2 * STATION_PATH], dir[STATION_PATH];
	struct ground g;
	char *back;

	(void)unused;
	ground_begin(&g, 0);
	ground_path(conf, g.top, "conf");
	assert_int_equal(mkdir(conf, 0700), 0);
	ground_path(file, conf, "server.key");
	test_write_file(file, secret, sizeof(secret) - 1);
	ground_path(phrase, g.top, "phrase");
	test_write_file(phrase, "mat khau rat dai\n", 17);
	ground_path(other, g.top, "other");
	test_write_file(other, "mot mat khau khac\n", 18);
	assert_int_equal(
		ground_dondoc(&g,
			      (const char *const[]){"backup", g.set, "--data", g.base, "--secrets",
						    conf, "--passphrase-file", phrase, NULL}),
		GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	(void)snprintf(file, sizeof(file), "%.400s/secrets%.400s/server.key", dir, conf);
	back = test_read_file(file, NULL);
	assert_non_null(back);
	assert_null(strstr(back, "secret abcde"));
	free(back);
	/* With the passphrase at hand it is tried. */
	assert_int_equal(ground_dondoc(&g, (const char *const[]){"backup", "verify", g.set,
								 "--passphrase-file", other, NULL}),
			 GROUND_REFUSED);
	assert_int_equal(
		ground_dondoc(&g, (const char *const[]){"backup", "verify", g.set,
							"--passphrase-file", phrase, NULL}),
		GROUND_DONE);
	ground_path(base, g.top, "again");
	ground_path(out, g.top, "keys");
	assert_int_equal(ground_dondoc(&g, (const char *const[]){"restore", g.set, "--data", base,
								 "--reason", "x", "--drill",
								 "--secrets", out, NULL}),
			 GROUND_REFUSED);
	assert_int_equal(
		ground_dondoc(&g, (const char *const[]){"restore", g.set, "--data", base,
							"--reason=x", "--drill", "--secrets", out,
							"--passphrase-file", other, NULL}),
		GROUND_REFUSED);
	assert_int_equal(
		ground_dondoc(&g, (const char *const[]){"restore", g.set, "--data", base,
							"--reason=x", "--drill", "--secrets", out,
							"--passphrase-file", phrase, NULL}),
		GROUND_DONE);
	(void)snprintf(file, sizeof(file), "%.400s%.400s/server.key", out, conf);
	back = test_read_file(file, NULL);
	assert_non_null(back);
	assert_non_null(strstr(back, "secret abcde"));
	free(back);
	ground_end(&g);
}

/* --- a full disk ------------------------------------------------------------------------------ */

static void a_full_disk_leaves_the_backup_before_whole(void **unused)
{
	char filler[STATION_PATH];
	struct ground g;
	int fd;

	(void)unused;
	ground_begin(&g, 0);
	assert_int_equal(mkdir(g.set, 0700), 0);
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("dondoc-test", g.set, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700,size=4m") != 0) {
		fprintf(stderr, "no right to mount a small disk: %s\n", strerror(errno));
		ground_end(&g);
		skip();
	}
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_int_equal(ground_verify(&g, g.set), GROUND_DONE);
	ground_path(filler, g.set, "filler");
	fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, g.base, sizeof(g.base)) > 0)
		;
	(void)close(fd);
	assert_true(ground_report(&g, 200));
	assert_int_not_equal(ground_backup(&g), GROUND_DONE);
	assert_int_equal(ground_count(&g), 1);
	assert_int_equal(ground_verify(&g, g.set), GROUND_DONE);
	assert_int_equal(unlink(filler), 0);
	system_rest_ms(1100);
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_int_equal(ground_count(&g), 2);
	assert_int_equal(ground_verify(&g, g.set), GROUND_DONE);
	(void)umount2(g.set, MNT_DETACH);
	ground_end(&g);
}

/* --- with an office --------------------------------------------------------------------------- */

static void office_reports(struct ground *g, struct branch *office, uint64_t ops)
{
	struct test_load_options options = branch_load(office, &g->station, g->client++, g->seed);
	struct test_load *load;

	options.ops = ops;
	load = test_load_start(&options);
	for (int i = 0; i < 2000 && !test_load_finished(load); i++)
		system_rest_ms(10);
	assert_true(test_load_finished(load));
	assert_true(test_load_stop(load, 5000));
}

/* All reports came in one stream, under the numbers they always had. */
static void judge_numbers(const struct test_log *log)
{
	static const uint8_t none[DD_HASH_LEN];
	const struct test_entry *first = NULL;
	uint64_t number = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct test_entry *entry = &log->entries[i];

		if (memcmp(entry->content, none, sizeof(none)) == 0)
			continue; /* no report */
		if (first == NULL)
			first = entry;
		assert_memory_equal(entry->id.stream, first->id.stream, DD_ID_LEN);
		assert_int_equal(entry->id.number, ++number);
	}
	assert_int_equal(number, 110);
}

static void an_office_brings_again_what_a_restored_centre_lost(void **unused)
{
	struct test_verdict verdict;
	struct branch office;
	struct dd_position at;
	char dir[STATION_PATH];
	struct dd_error err;
	struct test_log log;
	struct ground g;
	uint64_t head;

	(void)unused;
	ground_begin(&g, system_free_port());
	branch_init(&office, &g.station);
	branch_must_start(&office);
	office_reports(&g, &office, 50);
	assert_true(branch_drained(&office, 20000));
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	at = ground_position(dir);
	/* What the backup covers loses its bytes at the office. */
	assert_true(test_proc_wait_err(&office.office, "office.freed", 20000));
	office_reports(&g, &office, 50);
	assert_true(branch_drained(&office, 20000));

	test_proc_kill(&g.station.task);
	system_remove(&g.station, g.base);
	assert_int_equal(ground_restore(&g, g.set, g.base, false), GROUND_DONE);
	station_must_start(&g.station);
	for (int i = 0; i < 1000; i++) { /* the office must first see that they are missing */
		assert_true(station_head(&g.station, 5000, &head));
		if (head >= at.sequence + 1 + 50)
			break;
		system_rest_ms(100);
	}
	assert_true(branch_drained(&office, 20000));
	office_reports(&g, &office, 10);
	assert_true(branch_drained(&office, 20000));
	test_proc_kill(&office.office);
	test_proc_kill(&g.station.task);
	if (test_log_read(g.station.log, g.station.prepared, &log, &err) != 0)
		fail_msg("%s", err.text);
	test_history_check_texts(&g.station.history, &log, &verdict);
	judge_numbers(&log);
	test_log_fini(&log);
	assert_int_equal(system_report("backup-restore-office", g.seed, 1, &verdict, ""), 0);
	assert_int_equal(verdict.ok, 110);
	assert_true(station_verify(g.station.log, &at));
	branch_fini(&office);
	ground_end(&g);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealed_secrets_come_back_with_their_passphrase_alone),
		cmocka_unit_test(a_full_disk_leaves_the_backup_before_whole),
		cmocka_unit_test(an_office_brings_again_what_a_restored_centre_lost),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
