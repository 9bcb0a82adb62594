/* backup_test.c - `dondoc backup` and `dondoc restore` with real processes: made while reports come
 * in at full speed, killed at any moment, with a flipped bit, with a file gone, with evidence that
 * is damaged or gone, at wrong places. */
#include "tests/support/harness.h"

#include "common/app/client.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/eventlog/restore_mark.h"
#include "common/eventlog/segment.h"
#include "tests/support/tmpdir.h"
#include "tests/system/ground.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define KILLS 12

/* --- under load ------------------------------------------------------------------------------- */

/* A station on what was restored: it begins its new incarnation, and holds all that the backup
 * covers, as it was. */
static void judge_restored(const char *base, const struct dd_position *at)
{
	struct dd_verify_report told;
	struct station second;
	struct dd_error err;
	char data[STATION_PATH];

	ground_path(data, base, "task");
	station_init(&second, data, 0);
	station_must_start(&second);
	station_must_stop(&second);
	if (dd_eventlog_verify(second.log, at, &told, &err) != 0)
		fail_msg("%s", err.text);
	assert_true(told.head.incarnation > at->incarnation);   /* each restore has its own */
	assert_int_equal(told.head.sequence, at->sequence + 1); /* the event that says so */
	station_must_start(&second);                            /* and not again */
	station_must_stop(&second);
	assert_int_equal(dd_eventlog_verify(second.log, at, &told, &err), 0);
	assert_int_equal(told.head.sequence, at->sequence + 1);
	station_fini(&second);
}

/* As the restore of a newer backup leaves it that was cut off. */
static void leave_segment(const char *base)
{
	char log[STATION_PATH], path[STATION_PATH], segment[DD_SEGMENT_NAME];
	struct dd_error err;

	ground_path(log, base, "task.restoring/log");
	assert_int_equal(dd_dir_make(log, &err), 0);
	ground_path(path, log, dd_segment_name(UINT64_C(99999999), ".seg", segment));
	test_write_file(path, "another one", 11);
}

static void backups_made_under_full_load_restore_to_what_they_cover(void **unused)
{
	char base[STATION_PATH], dir[STATION_PATH], name[32];
	struct test_load *load;
	struct ground g;
	struct dd_position at;

	(void)unused;
	ground_begin(&g, 0);
	load = ground_load(&g, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ground_backup(&g), GROUND_DONE);
		assert_true(ground_newest(&g, dir));
		assert_int_equal(ground_verify(&g, dir), GROUND_DONE);
		at = ground_position(dir);
		(void)snprintf(name, sizeof(name), "again%d", i);
		ground_path(base, g.top, name);
		leave_segment(base);
		assert_int_equal(ground_restore(&g, dir, base, true), GROUND_DONE);
		judge_restored(base, &at);
		system_rest_ms(1100); /* names have seconds */
	}
	assert_true(test_load_answered(load) > 100);
	assert_true(test_load_stop(load, 5000));
	assert_int_equal(ground_count(&g), 3);
	assert_int_equal(ground_dondoc(&g, (const char *const[]){"backup", "list", NULL}),
			 GROUND_DONE);
	ground_end(&g);
}

/* --- killed ----------------------------------------------------------------------------------- */

static void a_backup_killed_at_any_moment_is_none_and_is_gone_on_with(void **unused)
{
	struct test_load *load;
	struct ground g;
	int whole = 0;

	(void)unused;
	ground_begin(&g, 0);
	load = ground_load(&g, 0);
	for (int i = 0; i < KILLS; i++) {
		const char *const argv[] = {DONDOC_CLI, "backup",       g.set, "--data",
					    g.base,     "--no-secrets", NULL};
		struct test_proc proc = {0};
		int rc;

		if (!test_proc_start(&proc, g.top, "killed", argv, g.env))
			system_die("the backup does not start");
		system_rest_ms((int)(system_draw(&g.random) % 120));
		test_proc_kill(&proc);
		test_proc_fini(&proc);
		rc = ground_verify(&g, g.set);
		assert_true(rc == GROUND_DONE || (rc == GROUND_NOT_FOUND && whole == 0));
		whole += rc == GROUND_DONE;
	}
	assert_true(test_load_stop(load, 5000));
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_int_equal(ground_verify(&g, g.set), GROUND_DONE);
	ground_end(&g);
}

static void a_restore_killed_at_any_moment_is_gone_on_with(void **unused)
{
	char base[STATION_PATH], task[STATION_PATH], dir[STATION_PATH];
	struct dd_position at;
	struct stat about;
	struct ground g;

	(void)unused;
	ground_begin(&g, 0);
	assert_true(ground_report(&g, 50));
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	at = ground_position(dir);
	ground_path(base, g.top, "again");
	ground_path(task, base, "task");
	for (int i = 0; i < KILLS; i++) {
		const char *const argv[] = {DONDOC_CLI, "restore", g.set,     "--data", base,
					    "--reason", "thử",     "--drill", NULL};
		struct test_proc proc = {0};

		if (!test_proc_start(&proc, g.top, "killed", argv, g.env))
			system_die("the restore does not start");
		system_rest_ms((int)(system_draw(&g.random) % 100));
		test_proc_kill(&proc);
		test_proc_fini(&proc);
		if (stat(task, &about) == 0)
			break; /* it was quicker */
	}
	if (stat(task, &about) != 0)
		assert_int_equal(ground_restore(&g, g.set, base, true), GROUND_DONE);
	judge_restored(base, &at);
	ground_end(&g);
}

/* --- damage ----------------------------------------------------------------------------------- */

static void flip(const char *dir, const char *name, long from_end)
{
	char path[STATION_PATH];
	unsigned long size;
	char *data;

	ground_path(path, dir, name);
	data = test_read_file(path, &size);
	if (data == NULL || size == 0)
		system_die("%s cannot be read", path);
	data[from_end != 0 ? size - (unsigned long)from_end : size / 2] ^= 1;
	(void)unlink(path); /* it may be one file with that of another backup */
	test_write_file(path, data, size);
	free(data);
}

static void damage_in_a_backup_is_found_refused_and_not_handed_on(void **unused)
{
	static const char segment[] = "task/log/00000000000000000001.seg";
	char dir[STATION_PATH], base[STATION_PATH], path[STATION_PATH];
	struct ground g;

	(void)unused;
	ground_begin(&g, 0);
	assert_true(ground_report(&g, 20));
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	ground_path(base, g.top, "again");

	flip(dir, segment, 0); /* among the zeros behind the last frame */
	assert_int_equal(ground_verify(&g, dir), GROUND_DAMAGE);
	assert_int_equal(ground_restore(&g, dir, base, true), GROUND_DAMAGE);
	assert_int_not_equal(access(base, F_OK), 0);
	system_rest_ms(1100);
	assert_int_equal(ground_backup(&g), GROUND_DONE); /* copied anew */
	assert_true(ground_newest(&g, dir));
	assert_int_equal(ground_verify(&g, dir), GROUND_DONE);

	ground_path(path, dir, segment);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ground_verify(&g, dir), GROUND_DAMAGE);
	assert_int_equal(ground_restore(&g, dir, base, true), GROUND_DAMAGE);
	system_rest_ms(1100);
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	flip(dir, "MANIFEST", 5);
	assert_int_equal(ground_verify(&g, dir), GROUND_DAMAGE);
	ground_path(path, dir, "MANIFEST");
	assert_int_equal(unlink(path), 0); /* then it is none: the one before it is the newest */
	assert_int_equal(ground_verify(&g, g.set), GROUND_DAMAGE);
	ground_end(&g);
}

/* --- wrong targets ---------------------------------------------------------------------------- */

static void wrong_places_are_refused(void **unused)
{
	char dir[STATION_PATH], inside[STATION_PATH], base[STATION_PATH], file[STATION_PATH];
	struct ground g, other;
	int lock;

	(void)unused;
	ground_begin(&g, 0);
	ground_path(inside, g.base, "saoluu");
	assert_int_equal(ground_dondoc(&g, (const char *const[]){"backup", inside, "--data", g.base,
								 "--no-secrets", NULL}),
			 GROUND_REFUSED);
	assert_int_equal(ground_verify(&g, g.top), GROUND_NOT_FOUND);
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	assert_int_equal(ground_dondoc(&g, (const char *const[]){"backup", dir, "--data", g.base,
								 "--no-secrets", NULL}),
			 GROUND_REFUSED); /* within one backup */
	assert_int_equal(ground_restore(&g, g.set, g.base, true), GROUND_REFUSED); /* not empty */
	assert_true(ground_said(&g, "is not empty"));
	ground_path(base, g.top, "again");
	assert_int_equal(ground_restore(&g, g.set, base, false),
			 GROUND_REFUSED); /* the service runs */
	assert_int_not_equal(access(base, F_OK), 0);
	station_must_stop(&g.station);
	assert_int_equal(ground_restore(&g, g.set, base, false), GROUND_DONE);
	ground_path(file, base, "task/RESTORED");
	assert_int_equal(access(file, F_OK), 0);

	/* Two restores into one place. */
	ground_path(base, g.top, "both");
	assert_int_equal(mkdir(base, 0700), 0);
	lock = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_int_equal(ground_restore(&g, g.set, base, true), GROUND_REFUSED);
	assert_true(ground_said(&g, "another restore into"));
	assert_int_equal(close(lock), 0);
	assert_int_equal(ground_restore(&g, g.set, base, true), GROUND_DONE);

	/* The newest cannot be read: none before it is taken in silence. */
	ground_path(file, g.set, "20260101T000000Z-99999999");
	assert_int_equal(mkdir(file, 0700), 0);
	ground_path(base, file, "MANIFEST");
	test_write_file(base, "dondoc backup 1\n", 16);
	ground_path(base, g.top, "unsure");
	assert_int_equal(ground_restore(&g, g.set, base, true), GROUND_DAMAGE);
	assert_true(ground_said(&g, "is damaged, and by its name it is the newest"));
	assert_int_equal(ground_restore(&g, dir, base, true), GROUND_DONE);

	ground_begin(&other, 0); /* a set is one log's */
	assert_int_equal(
		ground_dondoc(&other, (const char *const[]){"backup", g.set, "--data", other.base,
							    "--no-secrets", NULL}),
		GROUND_REFUSED);
	ground_end(&other);
	ground_end(&g);
}

/* Offices let go of what a backup covers: not while a file is damaged here that they may have yet.
 */
static void a_file_damaged_in_its_place_is_named_and_nothing_is_covered(void **unused)
{
	static const char good[] = "Biên bản nghiệm thu", bad[] = "Biên bản nghiệm thụ";
	char file[STATION_PATH], dir[STATION_PATH], hex[2 * DD_HASH_LEN + 1], name[128];
	uint8_t hash[DD_HASH_LEN];
	uint64_t sequence;
	struct ground g;

	(void)unused;
	ground_begin(&g, 0);
	dd_hash(good, sizeof(good) - 1, hash);
	(void)snprintf(name, sizeof(name), "task/files/%s", dd_hex(hash, DD_HASH_LEN, hex));
	ground_path(file, g.base, name);
	test_write_file(file, bad, sizeof(bad) - 1);
	assert_int_equal(ground_backup(&g), GROUND_DAMAGE);
	assert_true(ground_said(&g, name));
	assert_true(ground_said(&g, "--accept-lost"));
	assert_true(ground_newest(&g, dir));
	sequence = ground_position(dir).sequence;
	assert_int_equal(ground_verify(&g, dir), GROUND_DONE); /* what is in it is good */
	/* The office's copy is brought back: whole, and covered. No event came in between. */
	test_write_file(file, good, sizeof(good) - 1);
	system_rest_ms(1100); /* the names of backups tell seconds */
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	assert_int_equal(ground_position(dir).sequence, sequence);
	ground_path(file, dir, name);
	assert_int_equal(access(file, F_OK), 0);
	/* Damaged again: the backup before has it. */
	ground_path(file, g.base, name);
	test_write_file(file, bad, sizeof(bad) - 1);
	system_rest_ms(1100);
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	assert_true(ground_position(dir).sequence > sequence); /* the event */
	ground_end(&g);
}

/* As the unit sends it, entered at the centre. */
static void attach(struct ground *g, const char *text, uint8_t hash_out[DD_HASH_LEN])
{
	const struct dd_client_options options = {.endpoint = g->station.endpoint,
						  .patience_ms = 30000};
	const struct dd_client_evidence evidence = {.data = text,
						    .len = strlen(text),
						    .task = g->station.tasks[0],
						    .name = "a.txt",
						    .type = "text/plain"};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AttachFile attached = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__FileRef file = DONDOC__V1__FILE_REF__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	char unit[] = STATION_UNIT, name[] = "a.txt";
	Dondoc__V1__Reply *refusal = NULL, *reply;
	struct dd_client *client;
	struct dd_error err;
	bool later;

	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	assert_int_equal(
		dd_client_put_evidence(client, &evidence, hash_out, &later, &refusal, &err), 0);
	file.hash = (ProtobufCBinaryData){.data = hash_out, .len = DD_HASH_LEN};
	file.size = evidence.len;
	file.name = name;
	attached.task = evidence.task;
	attached.file = &file;
	actor.unit = unit;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE;
	body.attach_file = &attached;
	assert_int_equal(dd_client_command(client, &body, &reply, &err), 0);
	assert_int_equal(reply->submit->outcome, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
}

/* What the log says has come is in the backup, or is named; one that is whole is covered again. */
static void a_file_gone_from_its_place_is_named_and_nothing_is_covered(void **unused)
{
	static const char text[] = "Biên bản nghiệm thu";
	char file[STATION_PATH], dir[STATION_PATH], hex[2 * DD_HASH_LEN + 1], name[128];
	uint8_t hash[DD_HASH_LEN];
	uint64_t sequence;
	struct ground g;

	(void)unused;
	ground_begin(&g, 0);
	attach(&g, text, hash);
	(void)snprintf(name, sizeof(name), "task/files/%s", dd_hex(hash, DD_HASH_LEN, hex));
	ground_path(file, g.base, name);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(ground_backup(&g), GROUND_DAMAGE);
	assert_true(ground_said(&g, name));
	assert_true(ground_said(&g, "(" STATION_UNIT ")"));
	assert_true(ground_said(&g, "--accept-lost"));
	assert_true(ground_newest(&g, dir));
	sequence = ground_position(dir).sequence;
	assert_int_equal(ground_verify(&g, dir), GROUND_DONE); /* what is in it is good */
	/* Nobody has it any more: covered all the same, and named again. */
	system_rest_ms(1100); /* the names of backups tell seconds */
	assert_int_equal(
		ground_dondoc(&g, (const char *const[]){"backup", g.set, "--data", g.base,
							"--no-secrets", "--accept-lost", NULL}),
		GROUND_DAMAGE);
	assert_true(ground_newest(&g, dir));
	assert_int_equal(ground_position(dir).sequence, sequence); /* no event came in between */
	/* The office's copy is brought back; gone again, the backup before has it. */
	test_write_file(file, text, sizeof(text) - 1);
	for (int i = 0; i < 2; i++) {
		system_rest_ms(1100);
		assert_int_equal(ground_backup(&g), GROUND_DONE);
		assert_true(ground_newest(&g, dir));
		assert_true(ground_position(dir).sequence > sequence); /* the event */
		sequence = ground_position(dir).sequence;
		ground_path(file, dir, name);
		assert_int_equal(access(file, F_OK), 0);
		ground_path(file, g.base, name);
		if (i == 0)
			assert_int_equal(unlink(file), 0);
	}
	ground_end(&g);
}

static void a_copied_set_is_as_good_and_a_restored_log_is_backed_up_into_the_same_set(void **unused)
{
	char copy[STATION_PATH], base[STATION_PATH], dir[STATION_PATH], first[STATION_PATH];
	struct dd_restore_mark mark;
	struct station second;
	struct dd_error err;
	struct ground g;

	(void)unused;
	ground_begin(&g, 0);
	assert_true(ground_report(&g, 20));
	assert_int_equal(ground_backup(&g), GROUND_DONE);
	assert_true(ground_newest(&g, first));
	ground_path(copy, g.top, "copy");
	system_copy(&g.station, g.set, copy);
	assert_int_equal(ground_verify(&g, copy), GROUND_DONE);
	station_must_stop(&g.station);
	ground_path(base, g.top, "again");
	assert_int_equal(ground_restore(&g, copy, base, false), GROUND_DONE);
	ground_path(dir, base, "task");
	station_init(&second, dir, 0);
	(void)snprintf(g.run_env, sizeof(g.run_env), "DONDOC_RUN=%s", second.run);
	station_must_start(&second);
	system_rest_ms(1100);
	assert_int_equal(ground_dondoc(&g, (const char *const[]){"backup", g.set, "--data", base,
								 "--no-secrets", NULL}),
			 GROUND_DONE);
	assert_true(ground_newest(&g, dir));
	/* By the clock, so that restores that know nothing of each other differ. */
	assert_true(ground_position(dir).incarnation > 1000000);
	assert_int_equal(ground_position(first).incarnation, 1);
	assert_int_equal(ground_verify(&g, dir), GROUND_DONE);
	assert_int_equal(ground_verify(&g, first), GROUND_DONE);
	/* Under whatever name, that of the highest incarnation is the newest. */
	ground_path(first, g.set, "99991231T235959Z-1");
	assert_int_equal(rename(dir, first), 0);
	ground_path(dir, g.top, "third");
	assert_int_equal(ground_restore(&g, g.set, dir, true), GROUND_DONE);
	ground_path(first, dir, "task");
	assert_int_equal(dd_restore_mark_read(first, &mark, &err), 0);
	assert_true(mark.at.incarnation > 1000000);
	assert_true(mark.incarnation > mark.at.incarnation);
	station_must_stop(&second);
	station_fini(&second);
	ground_end(&g);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(backups_made_under_full_load_restore_to_what_they_cover),
		cmocka_unit_test(a_backup_killed_at_any_moment_is_none_and_is_gone_on_with),
		cmocka_unit_test(a_restore_killed_at_any_moment_is_gone_on_with),
		cmocka_unit_test(damage_in_a_backup_is_found_refused_and_not_handed_on),
		cmocka_unit_test(wrong_places_are_refused),
		cmocka_unit_test(a_file_damaged_in_its_place_is_named_and_nothing_is_covered),
		cmocka_unit_test(a_file_gone_from_its_place_is_named_and_nothing_is_covered),
		cmocka_unit_test(
			a_copied_set_is_as_good_and_a_restored_log_is_backed_up_into_the_same_set),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
