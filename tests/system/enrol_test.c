/* enrol_test.c - a unit's machine comes and goes: invited, joined, rotated, revoked, invited again.
 * Real services, the real command line, real connections. */
#include "tests/system/enrol_field.h"

/* Lost, found, invited again: what waited in the machine goes under the new key. */
static void a_machine_is_invited_joins_reports_is_revoked_and_comes_again(void **unused)
{
	struct field field;
	char dir[STATION_PATH], config[STATION_PATH + 32];
	struct dd_curve_key first, second;
	uint32_t waiting;
	uint64_t head;

	(void)unused;
	field_open(&field);
	place(&field, "unit", dir);
	joined(&field, dir);
	first = key_in(dir);
	snprintf(config, sizeof(config), "%.400s/office-" UNIT ".yaml", dir);
	{
		const char *const check[] = {DONDOC_OFFICE, "--config", config, "--check", NULL};

		assert_int_equal(test_proc_run(field.centre.dir, "check", check, NULL, 60000), 0);
		start_office(&field, dir);
		report(&field, "10");
		assert_true(drained(&field, 20000));
		settled(&field);
		MUST(&field, "office", "revoke", UNIT, "--reason", "Máy chủ bị mất");
		head = head_of(&field);
		report(&field, "20");
		system_rest_ms(1500);
		assert_true(office_waits(&field, &waiting));
		assert_int_equal(head_of(&field), head);
		assert_int_equal(test_proc_run(field.centre.dir, "check2", check, NULL, 60000),
				 100);
	}
	joined(&field, dir);
	second = key_in(dir);
	assert_string_not_equal(first.public_key, second.public_key);
	/* The running office finds its new key by itself. */
	assert_true(drained(&field, 60000));
	assert_true(head_of(&field) > head);
	assert_false(works(&field, &first, 1000));
	assert_int_equal(test_proc_stop(&field.office, 10000), 0);
	field_close(&field);
}

/* Two machines at once with one invitation: one of them. Afterwards: nobody. */
static void an_invitation_is_good_for_one_machine(void **unused)
{
	struct field field;
	char token[TOKEN_TEXT], run[STATION_PATH + 32], dirs[2][STATION_PATH], names[2][8];
	const char *env[] = {run, "LC_ALL=C.UTF-8", NULL};
	struct test_proc procs[2];
	int good = 0;
	char *words;

	(void)unused;
	field_open(&field);
	invited(&field, token);
	snprintf(run, sizeof(run), "DONDOC_RUN=%s", field.centre.run);
	memset(procs, 0, sizeof(procs));
	for (int i = 0; i < 2; i++) {
		const char *const argv[] = {DONDOC_CLI, "--lang", "en",    "office", "join",
					    token,      "--dir",  dirs[i], NULL};

		snprintf(names[i], sizeof(names[i]), "m%d", i);
		place(&field, names[i], dirs[i]);
		assert_true(test_proc_start(&procs[i], field.centre.dir, names[i], argv, env));
	}
	for (int i = 0; i < 2; i++) {
		int status = test_proc_wait(&procs[i], CLI_MS);

		assert_true(status == 0 || status == 1);
		good += status == 0;
		test_proc_fini(&procs[i]);
	}
	assert_int_equal(good, 1);
	place(&field, "m2", dirs[0]);
	assert_int_equal(CLI(&field, &words, "office", "join", token, "--dir", dirs[0]), 1);
	assert_non_null(strstr(words, "used"));
	free(words);
	field_close(&field);
}

/* The same machine again, after it was switched off at a bad moment: there it is joined already. */
static void the_same_machine_may_ask_again(void **unused)
{
	struct field field;
	char token[TOKEN_TEXT], dir[STATION_PATH];
	struct dd_curve_key key;
	uint64_t head;

	(void)unused;
	field_open(&field);
	place(&field, "unit", dir);
	invited(&field, token);
	MUST(&field, "office", "join", token, "--dir", dir);
	key = key_in(dir);
	head = head_of(&field);
	/* The centre is killed at once: what it had said is durable, and the door knows it again.
	 */
	test_proc_kill(&field.centre.task);
	station_must_start(&field.centre);
	assert_true(works(&field, &key, 20000));
	MUST(&field, "office", "join", token, "--dir", dir);
	assert_string_equal(key_in(dir).public_key, key.public_key);
	assert_int_equal(head_of(&field), head);
	field_close(&field);
}

/* --- rotating -------------------------------------------------------------------------------- */

static void a_key_is_changed_while_the_office_runs(void **unused)
{
	struct field field;
	char dir[STATION_PATH], config[STATION_PATH + 32];
	struct dd_curve_key old, fresh;
	char name[17], *words;
	uint8_t id[8];

	(void)unused;
	field_open(&field);
	place(&field, "unit", dir);
	joined(&field, dir);
	old = key_in(dir);
	start_office(&field, dir);
	report(&field, "10");
	assert_true(drained(&field, 20000));
	snprintf(config, sizeof(config), "%.400s/office-" UNIT ".yaml", dir);
	MUST(&field, "office", "rotate", "--config", config);
	fresh = key_in(dir);
	assert_string_not_equal(old.public_key, fresh.public_key);
	/* Both, for the days of overlap. */
	assert_true(works(&field, &old, 20000));
	assert_true(works(&field, &fresh, 20000));
	assert_true(test_proc_wait_err(&field.office, "office.key_changed", 30000));
	report(&field, "20");
	assert_true(drained(&field, 20000));
	/* The old one alone: the other was made with it, and it is said that it goes on. */
	dd_curve_id(old.public_key, id);
	dd_hex(id, sizeof(id), name);
	assert_int_equal(CLI(&field, &words, "office", "revoke", name, "--reason", "Khóa bị lộ"),
			 0);
	assert_non_null(strstr(words, "Still good: key"));
	assert_non_null(strstr(words, "--with-successors"));
	free(words);
	assert_false(works(&field, &old, 1000));
	assert_true(works(&field, &fresh, 20000));
	MUST(&field, "office", "revoke", name, "--with-successors", "--reason", "Khóa bị lộ");
	assert_false(works(&field, &fresh, 1000));
	assert_int_equal(test_proc_stop(&field.office, 10000), 0);
	field_close(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_is_invited_joins_reports_is_revoked_and_comes_again),
		cmocka_unit_test(an_invitation_is_good_for_one_machine),
		cmocka_unit_test(the_same_machine_may_ask_again),
		cmocka_unit_test(a_key_is_changed_while_the_office_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
