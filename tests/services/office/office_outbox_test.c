/* office_outbox_test.c - the durable outbox: what was saved is there after a kill, once. */
#include "services/office/office_outbox.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLS 200

struct box {
	char *dir;
	struct office_outbox *outbox;
};

static void box_reopen(struct box *box)
{
	struct dd_error err = {0};

	office_outbox_close(box->outbox);
	if (office_outbox_open(box->dir, 64u << 20, 1000, &box->outbox, &err) != 0)
		fail_msg("%s", err.text);
}

static struct box box_open(void)
{
	struct box box = {.dir = test_tmpdir()};

	box_reopen(&box);
	return box;
}

static void box_close(struct box *box)
{
	office_outbox_close(box->outbox);
	test_tmpdir_end(box->dir);
}

static enum office_save save(struct office_outbox *outbox, uint64_t number, const char *bytes,
			     uint64_t *expected_out)
{
	struct office_command command = {.number = number, .task = number, .summary = "report"};
	enum office_save result = OFFICE_SAVE_MISSING;
	struct dd_error err = {0};

	memset(command.stream, 3, sizeof(command.stream));
	command.body = (const uint8_t *)bytes;
	command.body_len = strlen(bytes);
	if (office_outbox_save(outbox, &command, (int64_t)number * 10, &result, expected_out,
			       &err) != 0)
		fail_msg("%s", err.text);
	return result;
}

static void the_first_identity_wins_for_ever(void **state)
{
	struct box box = box_open();
	uint64_t expected;

	(void)state;
	assert_int_equal(save(box.outbox, 2, "b", &expected), OFFICE_SAVE_MISSING);
	assert_int_equal(expected, 1);
	assert_int_equal(save(box.outbox, 1, "a", &expected), OFFICE_SAVE_NEW);
	assert_int_equal(expected, 2);
	assert_int_equal(save(box.outbox, 2, "b", &expected), OFFICE_SAVE_NEW);
	box_reopen(&box);
	assert_int_equal(save(box.outbox, 1, "a", &expected), OFFICE_SAVE_SAME);
	assert_int_equal(save(box.outbox, 1, "x", &expected), OFFICE_SAVE_OTHER);
	assert_int_equal(save(box.outbox, 4, "d", &expected), OFFICE_SAVE_MISSING);
	assert_int_equal(expected, 3);
	box_close(&box);
}

static void the_stream_is_made_once_and_kept(void **state)
{
	struct box box = box_open();
	struct box other = box_open();
	uint8_t id[DD_ID_LEN], zero[DD_ID_LEN] = {0};

	(void)state;
	memcpy(id, office_outbox_stream(box.outbox, 0)->id, sizeof(id));
	assert_memory_not_equal(id, zero, sizeof(id));
	assert_memory_not_equal(id, office_outbox_stream(other.outbox, 0)->id, sizeof(id));
	box_reopen(&box);
	assert_int_equal(office_outbox_stream_count(box.outbox), 1);
	assert_memory_equal(id, office_outbox_stream(box.outbox, 0)->id, sizeof(id));
	box_close(&box);
	box_close(&other);
}

struct seen {
	int count;
	uint64_t ids[16];
};

static bool on_item(void *arg, const struct office_item *item)
{
	struct seen *seen = arg;

	seen->ids[seen->count++] = item->id;
	return true;
}

static void what_waits_is_counted_and_listed_newest_first(void **state)
{
	const struct office_receipt receipt = {.sequence = 77, .incarnation = 1};
	const struct office_change accepted = {.state = OFFICE_ACCEPTED, .receipt = &receipt};
	const uint64_t ids[] = {1, 2};
	struct box box = box_open();
	struct office_counts counts;
	struct office_item item;
	struct seen open = {0}, every = {0};
	struct dd_error err;
	uint64_t expected;

	(void)state;
	for (uint64_t i = 1; i <= 4; i++)
		(void)save(box.outbox, i, "x", &expected);
	assert_int_equal(office_outbox_mark_sent(box.outbox, ids, 2, 50, &err), 0);
	assert_int_equal(office_outbox_change(box.outbox, 1, &accepted, 60, &err), 0);
	box_reopen(&box);
	assert_int_equal(office_outbox_counts(box.outbox, &counts), 0);
	assert_int_equal(counts.waiting, 3);
	assert_int_equal(counts.saved, 4);
	assert_int_equal(counts.oldest_us, 20);
	assert_int_equal(office_outbox_walk(box.outbox, true, on_item, &open), 0);
	assert_int_equal(open.count, 3);
	assert_int_equal(open.ids[0], 4);
	assert_int_equal(open.ids[2], 2);
	assert_int_equal(office_outbox_walk(box.outbox, false, on_item, &every), 0);
	assert_int_equal(every.count, 4);
	assert_int_equal(office_outbox_at(box.outbox, 0, 1, &item), 0);
	assert_int_equal(item.state, OFFICE_ACCEPTED);
	assert_int_equal(item.receipt.sequence, 77);
	assert_int_equal(item.attempts, 1);
	assert_int_equal(office_outbox_first_waiting(box.outbox, 0, 0, &expected), 0);
	assert_int_equal(expected, 2);
	box_close(&box);
}

static void the_bytes_are_kept_as_they_came(void **state)
{
	struct box box = box_open();
	uint64_t expected;
	uint8_t *body;
	size_t len;

	(void)state;
	(void)save(box.outbox, 1, "these bytes", &expected);
	(void)save(box.outbox, 2, "", &expected);
	box_reopen(&box);
	assert_int_equal(office_outbox_body(box.outbox, 1, &body, &len), 0);
	assert_int_equal(len, 11);
	assert_memory_equal(body, "these bytes", 11);
	free(body);
	assert_int_equal(office_outbox_body(box.outbox, 2, &body, &len), 0);
	assert_null(body);
	box_close(&box);
}

/* In a child: save number `i` and die at once. Exit 0 = it was saved. */
static void save_and_die(const char *dir, uint64_t i)
{
	struct office_outbox *outbox;
	struct dd_error err;
	uint64_t expected;
	char bytes[32];

	(void)snprintf(bytes, sizeof(bytes), "report %llu", (unsigned long long)i);
	if (office_outbox_open(dir, 64u << 20, 1000, &outbox, &err) != 0)
		_exit(1);
	_exit(save(outbox, i, bytes, &expected) == OFFICE_SAVE_NEW ? 0 : 2);
}

static void killed_right_after_saving_nothing_is_lost(void **state)
{
	struct box box = {.dir = test_tmpdir()};
	struct office_counts counts;

	(void)state;
	for (uint64_t i = 1; i <= KILLS; i++) {
		pid_t pid = fork();
		int status = -1;

		assert_true(pid >= 0);
		if (pid == 0)
			save_and_die(box.dir, i);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	box_reopen(&box);
	assert_int_equal(office_outbox_counts(box.outbox, &counts), 0);
	assert_int_equal(counts.waiting, KILLS);
	for (uint64_t i = 1; i <= KILLS; i++) {
		struct office_item item;
		char bytes[32];
		uint8_t *body;
		size_t len;

		(void)snprintf(bytes, sizeof(bytes), "report %llu", (unsigned long long)i);
		assert_int_equal(office_outbox_at(box.outbox, 0, i, &item), 0);
		assert_int_equal(office_outbox_body(box.outbox, item.id, &body, &len), 0);
		assert_int_equal(len, strlen(bytes));
		assert_memory_equal(body, bytes, len);
		free(body);
	}
	box_close(&box);
}

static void a_second_office_on_the_same_outbox_is_refused(void **state)
{
	struct box box = box_open();
	struct office_outbox *second;
	struct dd_error err = {0};

	(void)state;
	assert_int_equal(office_outbox_open(box.dir, 0, 1, &second, &err), DD_ERR_REFUSED);
	assert_true(strlen(err.text) > 0);
	box_close(&box);
}

static enum office_state state_of(struct office_outbox *outbox, uint64_t number)
{
	struct office_item item;

	assert_int_equal(office_outbox_at(outbox, 0, number, &item), 0);
	return (enum office_state)item.state;
}

static void answers_are_written_together_by_whatever_is_written_next(void **state)
{
	static const uint64_t ids[] = {1, 2, 3, 4};
	struct office_receipt receipt = {.incarnation = 1, .sequence = 9};
	const struct office_change accepted = {.state = OFFICE_ACCEPTED, .receipt = &receipt};
	const struct office_change refused = {.state = OFFICE_REFUSED, .reason = "no"};
	struct box box = box_open();
	struct office_counts counts;
	struct dd_error err = {0};
	uint64_t expected;

	(void)state;
	for (uint64_t i = 1; i <= 4; i++)
		assert_int_equal(save(box.outbox, i, "bytes", &expected), OFFICE_SAVE_NEW);
	assert_int_equal(office_outbox_mark_sent(box.outbox, ids, 4, 50, &err), 0);
	assert_false(office_outbox_unwritten(box.outbox));
	/* Lost with the process: it is as if no answer had come. */
	office_outbox_answered(box.outbox, 1, &accepted, 60);
	assert_true(office_outbox_unwritten(box.outbox));
	box_reopen(&box);
	assert_int_equal(state_of(box.outbox, 1), OFFICE_SENT);
	/* By another change, which has decided of one of them meanwhile: that stays. */
	office_outbox_answered(box.outbox, 1, &accepted, 60);
	office_outbox_answered(box.outbox, 2, &accepted, 60);
	assert_int_equal(state_of(box.outbox, 1), OFFICE_SENT);
	assert_int_equal(office_outbox_change(box.outbox, 3, &refused, 70, &err), 0);
	assert_false(office_outbox_unwritten(box.outbox));
	office_outbox_answered(box.outbox, 3, &accepted, 80);
	office_outbox_answered(box.outbox, 4, &accepted, 80);
	office_outbox_answered(box.outbox, 4, &accepted, 80);
	assert_int_equal(office_outbox_write(box.outbox, &err), 0);
	box_reopen(&box);
	assert_int_equal(state_of(box.outbox, 1), OFFICE_ACCEPTED);
	assert_int_equal(state_of(box.outbox, 2), OFFICE_ACCEPTED);
	assert_int_equal(state_of(box.outbox, 3), OFFICE_REFUSED);
	assert_int_equal(state_of(box.outbox, 4), OFFICE_ACCEPTED);
	assert_int_equal(office_outbox_incarnation(box.outbox), 1);
	assert_int_equal(office_outbox_counts(box.outbox, &counts), 0);
	assert_int_equal(counts.waiting, 0);
	/* One that goes out again although its answer is there: it stays answered. */
	assert_int_equal(office_outbox_mark_sent(box.outbox, ids, 1, 90, &err), 0);
	assert_int_equal(state_of(box.outbox, 1), OFFICE_ACCEPTED);
	box_close(&box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_written_together_by_whatever_is_written_next),
		cmocka_unit_test(the_first_identity_wins_for_ever),
		cmocka_unit_test(the_stream_is_made_once_and_kept),
		cmocka_unit_test(what_waits_is_counted_and_listed_newest_first),
		cmocka_unit_test(the_bytes_are_kept_as_they_came),
		cmocka_unit_test(a_second_office_on_the_same_outbox_is_refused),
		cmocka_unit_test(killed_right_after_saving_nothing_is_lost),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
