/* task_admission_test.c - the door follows the log: keys by files beside it, and keys that ended
 * long ago. */
#include "common/base/clock.h"
#include "services/task/task_admission.h"
#include "tests/services/task/task_office_fixture.h"

struct door {
	struct deciding *test;
	struct task_admission admission;
	struct dd_access *access;
	char *dir;
};

static bool opens(const struct door *door, char letter)
{
	struct dd_principal who;
	char text[41];

	dd_curve_text(key_of(letter).data, text);
	return dd_access_of_key(door->access, text, &who);
}

/* A file by hand, as the folder's watcher finds it. */
static void put_file(const struct door *door, char letter, const char *unit)
{
	char name[16], key[41], text[128];
	char *path;

	snprintf(name, sizeof(name), "%c.office", letter);
	path = dd_path(door->dir, name);
	dd_curve_text(key_of(letter).data, key);
	snprintf(text, sizeof(text), "unit %s\npublic %s\n", unit, key);
	test_write_file(path, text, strlen(text));
	dd_access_reload(door->access);
	free(path);
}

static void set_up_door(struct door *door)
{
	struct dd_error err;

	memset(door, 0, sizeof(*door));
	door->test = begin();
	/* The door goes by the clock on the wall. */
	door->test->now_us = dd_wall_us() - 100 * DD_DAY_US;
	door->dir = test_tmpdir();
	assert_int_equal(dd_access_open(door->dir, &door->access, &err), 0);
	task_admission_begin(&door->admission, door->test->view, door->access);
}

static void tear_down_door(struct door *door)
{
	dd_access_close(door->access);
	dd_zmq_context_end();
	test_tmpdir_end(door->dir);
	end(door->test);
}

static void store(struct door *door)
{
	struct dd_error err;

	assert_int_equal(view_flush(door->test->view, &err), DD_OK);
}

static void revoke_key(struct door *door, const char *unit, char letter)
{
	Dondoc__V1__RevokeOffice cmd = DONDOC__V1__REVOKE_OFFICE__INIT;
	ProtobufCBinaryData key = key_of(letter);

	as_operator(door->test);
	cmd.unit = text_of(unit);
	cmd.keys = &key;
	cmd.n_keys = 1;
	cmd.reason = text_of("Máy chủ bị mất");
	(void)accepted(door->test, COMMAND(REVOKE_OFFICE), &cmd);
}

static void invite_with(struct door *door, const char *unit, char letter, int32_t days)
{
	Dondoc__V1__InviteOffice cmd = DONDOC__V1__INVITE_OFFICE__INIT;

	as_operator(door->test);
	cmd.unit = text_of(unit);
	cmd.token = key_of(letter);
	cmd.valid_until_us = door->test->now_us + days * DD_DAY_US;
	(void)accepted(door->test, COMMAND(INVITE_OFFICE), &cmd);
}

/* It stands in no list any more, and still no file opens the door with it: neither one that was
 * there nor one that somebody puts there later. */
static void a_key_that_ended_long_ago_is_opened_by_no_file(void **state)
{
	struct door door;
	uint8_t listed[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];

	(void)state;
	set_up_door(&door);
	put_file(&door, 'k', "U1");
	task_admission_tick(&door.admission);
	assert_true(opens(&door, 'k'));
	revoke_key(&door, "U1", 'k');
	revoke_key(&door, "U1", 'l');
	store(&door);
	task_admission_turn(&door.admission);
	assert_false(opens(&door, 'k'));
	invite_with(&door, "U1", 't', 30); /* makes room */
	store(&door);
	task_admission_turn(&door.admission);
	assert_int_equal(view_office_keys(door.test->view, false, "U1", listed), 1);
	assert_false(opens(&door, 'k'));
	put_file(&door, 'l', "U1");
	assert_false(opens(&door, 'l'));
	task_admission_tick(&door.admission);
	assert_false(opens(&door, 'l'));
	/* And after a new start. */
	task_admission_begin(&door.admission, door.test->view, door.access);
	assert_false(opens(&door, 'k'));
	assert_false(opens(&door, 'l'));
	put_file(&door, 'n', "U1"); /* one that the log does not know */
	assert_false(opens(&door, 'n'));
	task_admission_tick(&door.admission);
	assert_true(opens(&door, 'n'));
	tear_down_door(&door);
}

/* Name and state of keys: all of the past under their names, without the lists. */
static void a_key_is_found_by_the_beginning_of_its_name(void **state)
{
	struct door door;
	struct task_key_rows rows;
	struct task_key_filter filter = {.unit = "", .name = "", .with_past = true};
	char name[17], text[41];
	uint8_t id[8];

	(void)state;
	set_up_door(&door);
	revoke_key(&door, "U1", 'k');
	revoke_key(&door, "U2", 'l');
	store(&door);
	task_key_rows_read(&door.admission, &filter, &rows);
	assert_int_equal(rows.count, 2);
	task_key_rows_free(&rows);
	dd_curve_text(key_of('l').data, text);
	dd_curve_id(text, id);
	snprintf(name, sizeof(name), "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
	filter.name = name;
	task_key_rows_read(&door.admission, &filter, &rows);
	assert_int_equal(rows.count, 1);
	assert_string_equal(rows.rows[0]->unit, "U2");
	task_key_rows_free(&rows);
	filter.name = text;
	task_key_rows_read(&door.admission, &filter, &rows);
	assert_int_equal(rows.count, 1);
	task_key_rows_free(&rows);
	filter.unit = "U1";
	task_key_rows_read(&door.admission, &filter, &rows);
	assert_int_equal(rows.count, 0);
	task_key_rows_free(&rows);
	tear_down_door(&door);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_ended_long_ago_is_opened_by_no_file),
		cmocka_unit_test(a_key_is_found_by_the_beginning_of_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
