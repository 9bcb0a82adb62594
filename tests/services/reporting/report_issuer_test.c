/* report_issuer_test.c - one event for each month, whatever dies in between: killed at every write
 * between file and command, without an answer, at the very minute, after months of absence. */
#include "common/base/file.h"
#include "services/reporting/report_files.h"
#include "services/reporting/report_issuer.h"
#include "tests/services/reporting/report_history.h"
#include "tests/services/reporting/report_sample.h"
#include "tests/services/reporting/report_tools.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fault.h"

#include <errno.h>
#include <sys/wait.h>

#define DIED  77
#define NEVER (INT64_C(1) << 62)

struct desk {
	struct history *h; /* owned */
	struct fed fed;
	struct report_issuer *issuer;
	char files[600], scratch[600];
	struct dd_buf sent; /* body of the last command */
	uint8_t stream[16];
	uint64_t number;
	int sends;
	int send_error;
};

static int on_send(void *arg, const Dondoc__V1__Submit *submit)
{
	struct desk *desk = arg;

	desk->sends++;
	dd_buf_clear(&desk->sent);
	dd_buf_add(&desk->sent, submit->body.data, submit->body.len);
	memcpy(desk->stream, submit->stream.data, sizeof(desk->stream));
	desk->number = submit->number;
	return desk->send_error;
}

/* The service comes up. */
static void come_up(struct desk *desk)
{
	struct report_issuer_options options = {
		.files_dir = desk->files,
		.dress = sample_dress(desk->scratch),
		.schedule = {.on = true, .day = 1, .minutes = 450},
		.plan = "",
		.send = on_send,
		.arg = desk,
	};

	fed_open(&desk->fed, "d");
	for (size_t i = 0; i < desk->h->frame_count; i++) {
		if (desk->h->frames[i].after.sequence > view_position(desk->fed.view)->sequence)
			feed(&desk->fed, &desk->h->frames[i]);
	}
	fed_settle(&desk->fed);
	options.ledger = desk->fed.ledger;
	options.view = desk->fed.view;
	desk->issuer = report_issuer_new(&options);
}

static void go_down(struct desk *desk)
{
	report_issuer_free(desk->issuer);
	fed_close(&desk->fed);
}

static void begin(struct desk *desk, uint64_t seed)
{
	memset(desk, 0, sizeof(*desk));
	desk->h = dd_alloc(sizeof(*desk->h));
	desk->fed.dir = test_tmpdir();
	pin_fonts(desk->fed.dir);
	snprintf(desk->files, sizeof(desk->files), "%s/files", desk->fed.dir);
	snprintf(desk->scratch, sizeof(desk->scratch), "%s/scratch", desk->fed.dir);
	must(dd_dir_make(desk->files, &why));
	must(dd_dir_make(desk->scratch, &why));
	history_begin(desk->h, seed);
	history_run(desk->h, 1500);
	come_up(desk);
}

static void end(struct desk *desk)
{
	go_down(desk);
	test_tmpdir_end(desk->fed.dir);
	history_end(desk->h);
	free(desk->h);
	dd_buf_fini(&desk->sent);
}

static void turn(struct desk *desk, const char *now)
{
	report_issuer_turn(desk->issuer, test_time(now), NEVER - 1);
}

static void answer_with(struct desk *desk, Dondoc__V1__Outcome outcome)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;

	reply.outcome = outcome;
	report_issuer_answer(desk->issuer, &reply, 0);
}

/* The event comes back through the log. */
static void come_back(struct desk *desk, const char *day)
{
	history_open_frame(desk->h);
	(void)history_report(desk->h, REPORT_MONTHLY, test_day(day));
	history_close_frame(desk->h);
	feed(&desk->fed, &desk->h->frames[desk->h->frame_count - 1]);
	fed_settle(&desk->fed);
}

static Dondoc__V1__CommandBody *body_of(const struct desk *desk)
{
	Dondoc__V1__CommandBody *body =
		dondoc__v1__command_body__unpack(NULL, desk->sent.len, desk->sent.data);

	assert_non_null(body);
	assert_int_equal(body->action_case, DONDOC__V1__COMMAND_BODY__ACTION_ISSUE_REPORT);
	return body;
}

static int32_t cutoff_sent(const struct desk *desk)
{
	Dondoc__V1__CommandBody *body = body_of(desk);
	int32_t day = body->issue_report->as_of_day;

	dondoc__v1__command_body__free_unpacked(body, NULL);
	return day;
}

/* --- the usual month -------------------------------------------------------------------------- */

static void a_month_is_issued_at_its_minute_once_and_its_files_are_there_before(void **state)
{
	Dondoc__V1__CommandBody *body;
	struct dd_buf bytes = {0};
	struct dd_position position;
	uint8_t stream[16];
	struct desk desk;

	(void)state;
	begin(&desk, 1);
	come_back(&desk, "2026-02-28");
	turn(&desk, "2026-04-01 07:29");
	assert_int_equal(desk.sends, 0);
	turn(&desk, "2026-04-01 07:30");
	assert_int_equal(desk.sends, 1);
	report_issuer_stream("monthly", "", test_day("2026-03-31"), stream);
	assert_memory_equal(desk.stream, stream, sizeof(stream));
	assert_int_equal(desk.number, 1);
	body = body_of(&desk);
	assert_int_equal(body->fact_us, 0);
	assert_int_equal(body->issue_report->as_of_day, test_day("2026-03-31"));
	must(report_ledger_at_day(desk.fed.ledger, test_day("2026-03-31"), &position, &why));
	assert_int_equal(body->issue_report->sequence, position.sequence);
	assert_int_equal(body->issue_report->n_files, 4);
	for (size_t i = 0; i < 4; i++) {
		const Dondoc__V1__ReportFile *file = body->issue_report->files[i];

		assert_int_equal(report_files_get(desk.files, file->hash.data, &bytes, &why), 0);
		assert_int_equal(bytes.len, file->size);
	}
	/* The last format is the data itself. */
	assert_memory_equal(body->issue_report->files[3]->hash.data,
			    body->issue_report->data_hash.data, DD_HASH_LEN);
	dondoc__v1__command_body__free_unpacked(body, NULL);
	dd_buf_fini(&bytes);

	turn(&desk, "2026-04-01 07:30");
	answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	turn(&desk, "2026-04-01 07:31"); /* accepted, and not yet seen in the log */
	come_back(&desk, "2026-03-31");
	turn(&desk, "2026-04-01 07:32");
	turn(&desk, "2026-05-01 07:29");
	assert_int_equal(desk.sends, 1);
	turn(&desk, "2026-05-01 07:30");
	assert_int_equal(desk.sends, 2);
	assert_int_equal(cutoff_sent(&desk), test_day("2026-04-30"));
	answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	end(&desk);
}

/* --- what does not go well -------------------------------------------------------------------- */

static void busy_silence_and_a_full_queue_bring_the_same_bytes_again(void **state)
{
	struct dd_buf first = {0};
	struct desk desk;

	(void)state;
	begin(&desk, 2);
	turn(&desk, "2026-04-02 10:00");
	dd_buf_add(&first, desk.sent.data, desk.sent.len);
	answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_BUSY);
	turn(&desk, "2026-04-02 10:01");
	assert_int_equal(desk.sends, 2);
	assert_same(&first, &desk.sent);
	report_issuer_answer(desk.issuer, NULL, 0);
	desk.send_error = DD_ERR_RETRY;
	report_issuer_turn(desk.issuer, test_time("2026-04-02 10:02"), DD_DAY_US);
	assert_int_equal(desk.sends, 3);
	desk.send_error = 0;
	turn(&desk, "2026-04-02 10:03");
	assert_int_equal(desk.sends, 4);
	assert_same(&first, &desk.sent);
	/* Nobody answered, but it was recorded: the log tells. */
	report_issuer_answer(desk.issuer, NULL, 0);
	come_back(&desk, "2026-03-31");
	turn(&desk, "2026-04-02 10:04");
	assert_int_equal(desk.sends, 4);
	dd_buf_fini(&first);
	end(&desk);
}

static void a_refusal_is_told_and_not_tried_again_but_the_next_month_is(void **state)
{
	struct desk desk;

	(void)state;
	begin(&desk, 3);
	turn(&desk, "2026-04-02 10:00");
	answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_REFUSED);
	assert_non_null(strstr(report_issuer_trouble(desk.issuer), "2026-03-31"));
	turn(&desk, "2026-04-03 10:00");
	turn(&desk, "2026-05-01 07:29");
	assert_int_equal(desk.sends, 1);
	turn(&desk, "2026-05-01 07:30");
	assert_int_equal(cutoff_sent(&desk), test_day("2026-04-30"));
	answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	end(&desk);
}

static void a_full_disk_issues_nothing_is_told_and_goes_on_later(void **state)
{
	struct desk desk;

	(void)state;
	begin(&desk, 4);
	test_fault_start(NULL);
	test_fault_set(TEST_FSYNC, TEST_FAIL, 1, 1000, ENOSPC);
	report_issuer_turn(desk.issuer, test_time("2026-04-01 07:30"), 0);
	assert_int_equal(desk.sends, 0);
	assert_non_null(report_issuer_trouble(desk.issuer));
	test_fault_end();
	report_issuer_turn(desk.issuer, test_time("2026-04-01 07:30"), DD_SECOND_US);
	assert_int_equal(desk.sends, 0); /* not at once */
	turn(&desk, "2026-04-01 07:32");
	assert_int_equal(desk.sends, 1);
	assert_null(report_issuer_trouble(desk.issuer));
	end(&desk);
}

static void months_that_were_missed_are_made_up_for_from_the_oldest_on(void **state)
{
	static const char *const days[] = {"2026-03-31", "2026-04-30", "2026-05-31"};
	struct desk desk;

	(void)state;
	begin(&desk, 5);
	come_back(&desk, "2026-02-28");
	for (size_t i = 0; i < 3; i++) {
		turn(&desk, "2026-06-10 08:00");
		assert_int_equal(desk.sends, (int)i + 1);
		assert_int_equal(cutoff_sent(&desk), test_day(days[i]));
		answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
		come_back(&desk, days[i]);
	}
	turn(&desk, "2026-06-10 08:01");
	assert_int_equal(desk.sends, 3);
	end(&desk);
}

static void where_none_was_ever_issued_only_the_latest_is(void **state)
{
	struct desk desk;

	(void)state;
	begin(&desk, 6);
	turn(&desk, "2026-06-10 08:00");
	assert_int_equal(cutoff_sent(&desk), test_day("2026-05-31"));
	answer_with(&desk, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	come_back(&desk, "2026-05-31");
	turn(&desk, "2026-06-10 08:01");
	assert_int_equal(desk.sends, 1);
	end(&desk);
}

static void before_the_log_began_there_is_nothing_to_report(void **state)
{
	struct desk desk;

	(void)state;
	begin(&desk, 7);
	turn(&desk, "2026-02-20 08:00"); /* the log begins on 16 February */
	assert_int_equal(desk.sends, 0);
	assert_null(report_issuer_trouble(desk.issuer));
	end(&desk);
}

/* --- kills ------------------------------------------------------------------------------------ */

/* A process comes up at the very minute and dies at its n-th write; what it sent lies in a file.
 * Whether it lived. */
static bool live_and_die(struct desk *desk, long n, struct dd_buf *sent_out)
{
	char path[700];
	unsigned long len = 0;
	char *sent;
	pid_t child;
	int status;

	snprintf(path, sizeof(path), "%s/sent", desk->fed.dir);
	(void)remove(path);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		come_up(desk);
		test_fault_start(NULL);
		test_fault_any_write(TEST_DIE, n, DIED);
		turn(desk, "2026-04-01 07:30");
		test_fault_end();
		if (desk->sends == 1)
			test_write_file(path, desk->sent.data, desk->sent.len);
		_exit(0); /* killed again: the answer never comes */
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == DIED);
	sent = test_read_file(path, &len);
	dd_buf_clear(sent_out);
	if (sent)
		dd_buf_add(sent_out, sent, len);
	free(sent);
	assert_true((WEXITSTATUS(status) == 0) == (sent_out->len > 0));
	return WEXITSTATUS(status) == 0;
}

static void killed_at_every_write_before_the_command_one_command_comes_of_it(void **state)
{
	struct dd_buf first = {0}, again = {0};
	struct desk desk;
	long n = 1;

	(void)state;
	begin(&desk, 8);
	go_down(&desk);
	while (!live_and_die(&desk, n, &first))
		n++;
	assert_true(n > 16); /* four files: open, write, fsync, rename, fsync of the folder */
	/* And after the command: the same bytes under the same identity. */
	assert_true(live_and_die(&desk, n + 100, &again));
	assert_same(&first, &again);
	/* Until the log shows it. */
	come_up(&desk);
	come_back(&desk, "2026-03-31");
	turn(&desk, "2026-04-01 07:30");
	assert_int_equal(desk.sends, 0);
	dd_buf_fini(&first);
	dd_buf_fini(&again);
	end(&desk);
}

static void an_issued_file_that_was_changed_is_not_handed_out(void **state)
{
	struct dd_buf bytes = {0}, back = {0};
	uint8_t hash[DD_HASH_LEN];
	char hex[2 * DD_HASH_LEN + 1], path[900];
	struct dd_error err = {0};
	struct desk desk;

	(void)state;
	begin(&desk, 9);
	dd_buf_text(&bytes, "báo cáo");
	must(report_files_put(desk.files, &bytes, hash, &why));
	must(report_files_put(desk.files, &bytes, hash, &why));
	must(report_files_get(desk.files, hash, &back, &why));
	assert_same(&bytes, &back);
	/* What a kill left behind is cleared away, and nothing else. */
	snprintf(path, sizeof(path), "%s/%s.new-12", desk.files, dd_hex(hash, sizeof(hash), hex));
	test_write_file(path, "b", 1);
	report_files_clean(desk.files);
	assert_null(test_read_file(path, NULL));
	must(report_files_get(desk.files, hash, &back, &why));
	snprintf(path, sizeof(path), "%s/%s", desk.files, dd_hex(hash, sizeof(hash), hex));
	test_write_file(path, "khác", 5);
	assert_int_equal(report_files_get(desk.files, hash, &back, &err), DD_ERR_CORRUPT);
	assert_non_null(strstr(err.text, "backup"));
	hash[0] ^= 1;
	assert_int_equal(report_files_get(desk.files, hash, &back, &err), DD_ERR_NOT_FOUND);
	dd_buf_fini(&bytes);
	dd_buf_fini(&back);
	end(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_month_is_issued_at_its_minute_once_and_its_files_are_there_before),
		cmocka_unit_test(busy_silence_and_a_full_queue_bring_the_same_bytes_again),
		cmocka_unit_test(a_refusal_is_told_and_not_tried_again_but_the_next_month_is),
		cmocka_unit_test(a_full_disk_issues_nothing_is_told_and_goes_on_later),
		cmocka_unit_test(months_that_were_missed_are_made_up_for_from_the_oldest_on),
		cmocka_unit_test(where_none_was_ever_issued_only_the_latest_is),
		cmocka_unit_test(before_the_log_began_there_is_nothing_to_report),
		cmocka_unit_test(killed_at_every_write_before_the_command_one_command_comes_of_it),
		cmocka_unit_test(an_issued_file_that_was_changed_is_not_handed_out),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
