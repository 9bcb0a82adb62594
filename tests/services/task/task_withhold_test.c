/* task_withhold_test.c - words that two persons agreed to destroy, as followers of the log get them
 * before the log is rewritten: as afterwards. */
#include "common/eventlog/frame.h"
#include "services/task/task_withhold.h"
#include "tests/services/task/task_destroy_fixture.h"

/* All that a follower reads; its chain holds. */
static void read_all(struct hall *hall, struct dd_buf *out)
{
	struct dd_frame_info info;
	uint8_t chain[DD_HASH_LEN];

	dd_buf_clear(out);
	assert_int_equal(dd_eventlog_read(hall->log, 0, (size_t)1 << 24, out, &hall->err), 0);
	dd_chain_first(dd_eventlog_head(hall->log).log_id, chain);
	for (size_t at = 0; at < out->len; at += info.length) {
		assert_int_equal(dd_frame_info(out->data + at, out->len - at, &info), 0);
		assert_int_equal(dd_frame_check(out->data + at, out->len - at, &info, &hall->err),
				 0);
		assert_int_equal(dd_frame_verify(out->data + at, &info, chain, NULL, &hall->err),
				 0);
	}
	assert_memory_equal(chain, dd_eventlog_head(hall->log).chain, DD_HASH_LEN);
}

#define REPORTED "hộ nghèo Nguyễn Văn Tám, thôn Đoài"

/* A report that says so. */
static struct sent report_words(uint64_t task)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	struct sent sent = {.who = &hall_syt, .stream = 'a', .number = 1};

	actor.unit = text_of(hall_syt.unit);
	report.task = task;
	report.note = text_of(REPORTED);
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	sent_body(&sent, &body);
	return sent;
}

static bool says(const struct dd_buf *bytes, const char *words)
{
	return memmem(bytes->data, bytes->len, words, strlen(words)) != NULL;
}

static void followers_get_no_words_from_the_confirmation_on(void **state)
{
	struct hall *hall = *state;
	struct task_daily daily_of = {.view = hall->view, .log = hall->log};
	struct task_withhold withhold = {.daily = NULL};
	struct dd_buf before = {0}, withheld = {0}, rewritten = {0};
	uint64_t task = hall_plan(hall);
	struct sent sent = report_words(task);
	uint64_t event, number;

	event = hall_do(hall, &sent)->sequence;
	task_withhold_begin(&withhold, &daily_of);
	read_all(hall, &before);
	assert_true(says(&before, REPORTED));
	accepted(order(hall, NULL, event, PERSON(a)));
	task_withhold_turn(&withhold);
	read_all(hall, &before);
	assert_true(says(&before, REPORTED)); /* one is not enough */
	number = hall_head(hall);
	accepted(confirm(hall, number, true, PERSON(b)));
	task_withhold_turn(&withhold);
	read_all(hall, &withheld);
	assert_false(says(&withheld, REPORTED));
	assert_int_not_equal(files_with(hall, "log", REPORTED), 0); /* it still lies there */
	/* After a new start too. */
	dd_eventlog_withhold(hall->log, NULL, 0);
	read_all(hall, &rewritten);
	assert_true(says(&rewritten, REPORTED));
	task_withhold_begin(&withhold, &daily_of);
	read_all(hall, &rewritten);
	assert_int_equal(rewritten.len, withheld.len);
	assert_memory_equal(rewritten.data, withheld.data, withheld.len);
	/* Carried out: the same bytes, but for the event that says so. */
	daily(hall);
	task_withhold_turn(&withhold);
	read_all(hall, &rewritten);
	assert_true(rewritten.len > withheld.len);
	assert_memory_equal(rewritten.data, withheld.data, withheld.len);
	assert_int_equal(files_with(hall, "log", REPORTED), 0);
	dd_buf_fini(&before);
	dd_buf_fini(&withheld);
	dd_buf_fini(&rewritten);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(followers_get_no_words_from_the_confirmation_on,
						hall_set_up, hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
