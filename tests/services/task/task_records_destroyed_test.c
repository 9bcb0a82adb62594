/* task_records_destroyed_test.c - words that two persons agreed to destroy, between their word and
 * the rewriting of the log. */
#include "services/task/task_records.h"
#include "tests/services/task/task_destroy_fixture.h"

/* The kind of a record as an office gets it; its slice verifies. */
static enum dd_record_kind kind_of(struct hall *hall, uint64_t task, uint64_t sequence)
{
	struct task_records kept = {.uses = 0};
	const struct task_records_source source = {
		.view = hall->view, .log = hall->log, .records = &kept};
	Dondoc__V1__ReadRecords read = DONDOC__V1__READ_RECORDS__INIT;
	Dondoc__V1__Answer *answer;
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	struct dd_buf bytes = {0};
	uint8_t chain[DD_HASH_LEN];

	read.task = task;
	read.after = sequence - 1;
	read.max_bytes = 1;
	assert_int_equal(task_records_read(&source, &hall_syt, &read, &bytes, &hall->err), DD_OK);
	answer = dondoc__v1__answer__unpack(NULL, bytes.len, bytes.data);
	assert_non_null(answer);
	assert_int_equal(
		dd_frame_info(answer->records->frames.data, answer->records->frames.len, &info), 0);
	assert_int_equal(dd_frame_check(answer->records->frames.data, answer->records->frames.len,
					&info, NULL),
			 0);
	memcpy(chain, info.chain_before, DD_HASH_LEN);
	assert_int_equal(dd_frame_verify(answer->records->frames.data, &info, chain, NULL, NULL),
			 0);
	dd_frame_iter(&iter, answer->records->frames.data, &info);
	assert_true(dd_frame_next(&iter, &record));
	assert_int_equal(record.sequence, sequence);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&bytes);
	task_records_fini(&kept);
	return record.kind;
}

static void words_that_are_to_go_are_handed_out_no_more(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct sent sent = report_of(&hall_syt, 'a', 1, task, 30);
	uint64_t number, event;

	event = hall_do(hall, &sent)->sequence;
	sent = report_of(&hall_syt, 'a', 2, task, 40);
	(void)hall_do(hall, &sent);
	assert_int_equal(kind_of(hall, task, event), DD_RECORD_FULL);
	accepted(order(hall, NULL, event, PERSON(a)));
	assert_int_equal(kind_of(hall, task, event), DD_RECORD_FULL); /* one is not enough */
	number = hall_head(hall);
	accepted(confirm(hall, number, true, PERSON(b)));
	assert_int_equal(kind_of(hall, task, event), DD_RECORD_REDACTED);
	daily(hall);
	assert_int_equal(kind_of(hall, task, event), DD_RECORD_REDACTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_that_are_to_go_are_handed_out_no_more,
						hall_set_up, hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
