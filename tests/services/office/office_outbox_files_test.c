/* office_outbox_files_test.c - what reports say of files is noted with them or not at all, and what
 * the centre makes of the reports decides what becomes of the files. */
#include "services/office/office_outbox_files.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"

#include <stdlib.h>
#include <string.h>

struct box {
	char *dir;
	struct office_outbox *outbox;
	uint64_t number;
	uint8_t hash[DD_HASH_LEN];
};

static void box_reopen(struct box *box, uint64_t map_bytes)
{
	struct dd_error err = {0};

	office_outbox_close(box->outbox);
	if (office_outbox_open(box->dir, map_bytes, 1000, &box->outbox, &err) != 0)
		fail_msg("%s", err.text);
}

static struct box box_open(void)
{
	struct box box = {.dir = test_tmpdir()};

	dd_id_start();
	memset(box.hash, 7, sizeof(box.hash));
	box_reopen(&box, 64u << 20);
	return box;
}

static void box_close(struct box *box)
{
	office_outbox_close(box->outbox);
	test_tmpdir_end(box->dir);
}

/* A report that names the file, with a body of `len` bytes. */
static int save(struct box *box, size_t len, const char *name)
{
	static uint8_t body[4u << 20];
	struct office_command command = {.number = box->number + 1,
					 .task = 7,
					 .summary = "attach_file",
					 .body = body,
					 .body_len = len,
					 .file = {box->hash, 5000, name}};
	enum office_save save;
	uint64_t expected;
	struct dd_error err = {0};
	int rc;

	memset(command.stream, 3, sizeof(command.stream));
	rc = office_outbox_save(box->outbox, &command, 2000, &save, &expected, &err);
	box->number += rc == 0;
	return rc;
}

static void decide(struct box *box, uint64_t item, enum office_state state)
{
	const struct office_change change = {.state = state};
	struct dd_error err = {0};

	assert_int_equal(office_outbox_mark_sent(box->outbox, &item, 1, 1, &err), 0);
	assert_int_equal(office_outbox_change(box->outbox, item, &change, 2, &err), 0);
}

static struct office_file_want want(struct box *box, uint32_t nth)
{
	struct office_file_want found;

	assert_int_equal(office_outbox_file_want(box->outbox, box->hash, nth, &found), 0);
	return found;
}

static void a_file_is_noted_with_its_report_and_survives_a_restart(void **state)
{
	struct box box = box_open();
	struct office_file file;

	(void)state;
	assert_int_equal(office_outbox_file(box.outbox, box.hash, &file), DD_ERR_NOT_FOUND);
	assert_int_equal(save(&box, 10, "Báo cáo 120.pdf"), 0);
	box_reopen(&box, 64u << 20);
	assert_int_equal(office_outbox_file(box.outbox, box.hash, &file), 0);
	assert_int_equal(file.state, OFFICE_FILE_AWAITED);
	assert_int_equal(file.size, 5000);
	assert_int_equal(file.task, 7);
	assert_int_equal(file.item, 1);
	assert_int_equal(file.uses, 1);
	assert_string_equal(file.name, "Báo cáo 120.pdf");
	box_close(&box);
}

static void a_report_that_finds_no_room_leaves_no_file(void **state)
{
	struct box box = box_open();
	struct office_file file;
	int rc = 0;

	(void)state;
	box_reopen(&box, 1u << 20);
	memset(box.hash, 8, sizeof(box.hash));
	rc = save(&box, 4u << 20, "a.txt");
	if (rc == 0) { /* the map grows by itself: then nothing can be full here */
		box_close(&box);
		skip();
	}
	assert_int_equal(rc, DD_ERR_FULL);
	assert_int_equal(office_outbox_file(box.outbox, box.hash, &file), DD_ERR_NOT_FOUND);
	assert_int_equal(want(&box, 0).open, 0);
	box_close(&box);
}

static void reports_count_by_what_the_centre_made_of_them(void **state)
{
	struct box box = box_open();
	struct dd_error err = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(save(&box, 10, "a.txt"), 0);
	assert_int_equal(want(&box, 0).open, 5);
	assert_int_equal(want(&box, 0).accepted, 0);
	assert_int_equal(want(&box, 0).use.item, 0);
	decide(&box, 1, OFFICE_REFUSED);
	decide(&box, 2, OFFICE_ACCEPTED);
	decide(&box, 3, OFFICE_HELD); /* the head of the unit may still let it go */
	decide(&box, 4, OFFICE_ACCEPTED);
	assert_int_equal(office_outbox_withdraw(box.outbox, 5, "", 3, &err), 0);
	assert_int_equal(want(&box, 0).open, 1);
	assert_int_equal(want(&box, 0).accepted, 2);
	assert_int_equal(want(&box, 0).use.item, 2);
	assert_int_equal(want(&box, 1).use.item, 4);
	assert_int_equal(want(&box, 2).use.item, 0);
	box_close(&box);
}

static void a_long_name_is_cut_at_a_character(void **state)
{
	struct box box = box_open();
	struct office_file file;
	char name[401] = "";

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(name, "ấ"); /* three bytes */
	assert_int_equal(save(&box, 10, name), 0);
	assert_int_equal(office_outbox_file(box.outbox, box.hash, &file), 0);
	assert_int_equal(strlen(file.name), 255);
	box_close(&box);
}

static void an_order_that_was_heard_is_found(void **state)
{
	struct box box = box_open();
	struct dd_error err = {0};
	uint8_t key[1 + DD_HASH_LEN] = {'!'};
	uint64_t order = 251;
	struct dd_txn *txn;

	(void)state;
	assert_false(office_outbox_file_destroyed(box.outbox, box.hash));
	memcpy(key + 1, box.hash, DD_HASH_LEN);
	assert_int_equal(dd_txn_write(office_outbox_store(box.outbox), &txn, &err), 0);
	assert_int_equal(dd_txn_put(txn, key, sizeof(key), &order, sizeof(order), &err), 0);
	assert_int_equal(dd_txn_commit(txn, &err), 0);
	assert_true(office_outbox_file_destroyed(box.outbox, box.hash));
	box.hash[0] ^= 1;
	assert_false(office_outbox_file_destroyed(box.outbox, box.hash));
	box_close(&box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_noted_with_its_report_and_survives_a_restart),
		cmocka_unit_test(a_report_that_finds_no_room_leaves_no_file),
		cmocka_unit_test(reports_count_by_what_the_centre_made_of_them),
		cmocka_unit_test(a_long_name_is_cut_at_a_character),
		cmocka_unit_test(an_order_that_was_heard_is_found),
	};

	return cmocka_run_group_tests_name("services.office.office_outbox_files", tests, NULL,
					   NULL);
}
