/* cli_print_remind_test.c - reminders as tables, from literal answers. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_words.h"
#include "tests/services/cli/printed.h"

#define LEN(table) (sizeof(table) / sizeof((table)[0]))

static int32_t day(const char *text)
{
	int32_t found;

	assert_int_equal(dd_day_parse(text, &found), 0);
	return found;
}

static int64_t at(const char *text)
{
	int64_t us;

	assert_int_equal(dd_time_parse(text, &us), 0);
	return us;
}

static Dondoc__V1__Intent intent(uint64_t task, const char *due, int32_t step)
{
	Dondoc__V1__Intent made = DONDOC__V1__INTENT__INIT;

	made.task = task;
	made.due_day = day(due);
	made.step = step;
	return made;
}

/* Task 57 has a code, others have none. */
static struct cli_codes codes(void)
{
	struct cli_codes made = {0};

	cli_codes_add(&made, 57);
	made.items[0].code = dd_strdup("KH38/1.a");
	return made;
}

static void a_reminder_says_how_far_the_due_day_is(void **state)
{
	static const struct {
		int32_t step;
		const char *vi;
		const char *en;
	} cases[] = {
		{-7, "trước hạn 7 ngày làm việc", "7 working day(s) before"},
		{0, "đúng ngày hạn", "on the due day"},
		{1, "sau hạn 1 ngày làm việc", "1 working day(s) after"},
		{INT32_MIN, "trước hạn 2147483648 ngày làm việc",
		 "2147483648 working day(s) before"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		Dondoc__V1__Intent made = intent(1, "2026-03-31", cases[i].step);
		struct dd_buf vi = {0}, en = {0};

		cli_intent_words(CLI_VI, &made, &vi);
		cli_intent_words(CLI_EN, &made, &en);
		assert_string_equal(dd_buf_cstr(&vi), cases[i].vi);
		assert_string_equal(dd_buf_cstr(&en), cases[i].en);
		dd_buf_fini(&vi);
		dd_buf_fini(&en);
	}
}

/* --- preview ---------------------------------------------------------------------------------- */

struct preview {
	Dondoc__V1__Intent intents[3];
	Dondoc__V1__Intent *first[2], *second[1];
	Dondoc__V1__PreviewRow rows[2];
	Dondoc__V1__PreviewRow *row_list[2];
	Dondoc__V1__Preview preview;
};

static void make_preview(struct preview *made)
{
	made->intents[0] = intent(57, "2026-03-31", -7);
	made->intents[1] = intent(58, "2026-03-20", 0);
	made->intents[2] = intent(57, "2026-03-19", 1);
	made->first[0] = &made->intents[0];
	made->first[1] = &made->intents[1];
	made->second[0] = &made->intents[2];
	for (int i = 0; i < 2; i++) {
		dondoc__v1__preview_row__init(&made->rows[i]);
		made->rows[i].day = day("2026-03-20");
		made->row_list[i] = &made->rows[i];
	}
	made->rows[0].unit = (char *)"SYT";
	made->rows[0].unit_name = (char *)"Sở Y tế";
	made->rows[0].intents = made->first;
	made->rows[0].n_intents = 2;
	made->rows[1].unit = (char *)"STC";
	made->rows[1].unit_name = (char *)"Sở Tài chính";
	made->rows[1].intents = made->second;
	made->rows[1].n_intents = 1;
	made->rows[1].deferred = true;
	dondoc__v1__preview__init(&made->preview);
	made->preview.rows = made->row_list;
	made->preview.n_rows = 2;
	made->preview.as_of_sequence = 812;
	made->preview.messages = 2;
	made->preview.intents = 3;
}

static void a_preview_is_by_day_and_unit_with_codes_and_marks_what_is_deferred(void **state)
{
	struct cli_codes known = codes();
	struct printed printed;
	struct preview made;

	(void)state;
	make_preview(&made);
	printed_begin(&printed, CLI_VI, CLI_TABLE);
	cli_print_preview(&printed.cli, &made.preview, &known);
	printed_is(&printed,
		   "Ngày        Đơn vị  Tên           Nhiệm vụ  Nhắc gì                    Hạn     "
		   "    "
		   "Dời ngày\n"
		   "──────────  ──────  ────────────  ────────  ─────────────────────────  "
		   "──────────  "
		   "────────\n"
		   "20/03/2026  SYT     Sở Y tế       KH38/1.a  trước hạn 7 ngày làm việc  "
		   "31/03/2026\n"
		   "                                  #58       đúng ngày hạn              "
		   "20/03/2026\n"
		   "            STC     Sở Tài chính  KH38/1.a  sau hạn 1 ngày làm việc    "
		   "19/03/2026  "
		   "dời\n"
		   "2 thư, 3 lượt nhắc; theo số liệu đến bản ghi 812\n",
		   "");
	cli_codes_fini(&known);
}

static void a_preview_as_csv_has_every_cell_and_says_that_it_is_cut_elsewhere(void **state)
{
	struct cli_codes known = codes();
	struct printed printed;
	struct preview made;

	(void)state;
	make_preview(&made);
	made.preview.rows_cut = true;
	printed_begin(&printed, CLI_EN, CLI_CSV);
	cli_print_preview(&printed.cli, &made.preview, &known);
	printed_is(&printed,
		   "\xef\xbb\xbf"
		   "Date,Unit,Name,Task,What,Due,Deferred\r\n"
		   "2026-03-20,SYT,Sở Y tế,KH38/1.a,7 working day(s) before,2026-03-31,\r\n"
		   "2026-03-20,SYT,Sở Y tế,#58,on the due day,2026-03-20,\r\n"
		   "2026-03-20,STC,Sở Tài chính,KH38/1.a,1 working day(s) after,2026-03-19,"
		   "deferred\r\n",
		   "dondoc: The list is cut: narrow --from, --to or --unit\n");
	cli_codes_fini(&known);
}

/* --- log -------------------------------------------------------------------------------------- */

struct digests {
	uint8_t hash[2][DD_HASH_LEN];
	Dondoc__V1__DigestRow rows[2];
	Dondoc__V1__DigestRow *row_list[2];
	Dondoc__V1__DigestList list;
};

static void make_digests(struct digests *made)
{
	for (int i = 0; i < 2; i++) {
		Dondoc__V1__DigestRow *row = &made->rows[i];

		memset(made->hash[i], 0xa0 + i, DD_HASH_LEN);
		dondoc__v1__digest_row__init(row);
		row->digest.data = made->hash[i];
		row->digest.len = DD_HASH_LEN;
		row->unit = (char *)"SYT";
		row->unit_name = (char *)"Sở Y tế";
		row->day = day(i ? "2026-03-20" : "2026-03-26");
		row->intents = 2;
		row->attempts = 1;
		row->sequence = i ? 40 : 50;
		made->row_list[i] = row;
	}
	made->rows[0].state = DONDOC__V1__DIGEST_STATE__DIGEST_WAITING;
	made->rows[0].reply = (char *)"451 busy\r\n\x1b[31m";
	made->rows[0].channel = DONDOC__V1__CHANNEL__CHANNEL_EMAIL;
	made->rows[1].channel = DONDOC__V1__CHANNEL__CHANNEL_SMS;
	made->rows[1].reached = 2;
	made->rows[1].state = DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED;
	made->rows[1].settled_us = at("2026-03-21 08:10");
	made->rows[1].reply = (char *)"250 Ok";
	dondoc__v1__digest_list__init(&made->list);
	made->list.rows = made->row_list;
	made->list.n_rows = 2;
}

static void the_log_of_reminders_has_state_attempts_reply_and_record(void **state)
{
	struct printed printed;
	struct digests made;

	(void)state;
	make_digests(&made);
	printed_begin(&printed, CLI_EN, CLI_TABLE);
	cli_print_digests(&printed.cli, &made.list, NULL, 0);
	printed_is(
		&printed,
		"Date        Unit  Name     State                    Tasks  Attempts  Time       "
		"          Channel  Reached  Mail server's reply  Record  Message\n"
		"──────────  ────  ───────  ───────────────────────  ─────  ────────  "
		"───────────────────  ───────  ───────  ───────────────────  ──────  "
		"────────────\n"
		"2026-03-26  SYT   Sở Y tế  Waiting for another try      2         1              "
		"         mail           0  451 busy   [31m          50  a0a0a0a0a0a0\n"
		"2026-03-20  SYT   Sở Y tế  Delivered                    2         1  2026-03-21 "
		"08:10:00  SMS            2  250 Ok                   40  a1a1a1a1a1a1\n"
		"2 message(s), 1 delivered\n",
		"");
}

static void check_told(int32_t to_day, bool cut, const char *last_line)
{
	struct printed printed;
	struct digests made;

	make_digests(&made);
	made.list.rows_cut = cut;
	printed_begin(&printed, CLI_EN, CLI_TABLE);
	cli_print_digests(&printed.cli, &made.list, "KH38/1.a", to_day);
	printed_end(&printed);
	assert_non_null(strstr(printed.out, last_line));
	assert_int_equal(strstr(printed.out, "TOLD") != NULL, strstr(last_line, "TOLD") != NULL);
	assert_int_equal(strstr(printed.problems, "There are more") != NULL, cut);
	printed_fini(&printed);
}

static void whether_a_unit_was_told_counts_only_what_was_delivered_by_then(void **state)
{
	static const char told[] =
		"\nTOLD about KH38/1.a: the mail server took 1 message(s), the first at "
		"2026-03-21 08:10:00, the last at 2026-03-21 08:10:00\n";

	(void)state;
	check_told(0, false, told);
	check_told(day("2026-03-21"), false, told);
	check_told(day("2026-03-21"), true, told);
	check_told(day("2026-03-20"), false, "\nNOT TOLD about KH38/1.a: ");
	check_told(day("2026-03-20"), true, "a1a1a1a1a1a1\n"); /* cut: it cannot be known */
}

static void the_log_as_csv_has_the_whole_hash(void **state)
{
	struct printed printed;
	struct digests made;

	(void)state;
	make_digests(&made);
	made.list.n_rows = 1;
	printed_begin(&printed, CLI_EN, CLI_CSV);
	cli_print_digests(&printed.cli, &made.list, "KH38/1.a", 0);
	printed_is(&printed,
		   "\xef\xbb\xbf"
		   "Date,Unit,Name,State,Tasks,Attempts,Time,Channel,Reached,Mail server's "
		   "reply,Record,Message\r\n"
		   "2026-03-26,SYT,Sở Y tế,Waiting for another try,2,1,,mail,0,451 busy   [31m,50,"
		   "a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0\r\n",
		   "");
}

/* --- show ------------------------------------------------------------------------------------- */

static void a_message_is_shown_as_it_was_sent_with_what_it_reminds_of(void **state)
{
	Dondoc__V1__DigestDetail detail = DONDOC__V1__DIGEST_DETAIL__INIT;
	Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;
	Dondoc__V1__Intent one = intent(57, "2026-03-31", -7);
	Dondoc__V1__Intent *intents[] = {&one};
	struct cli_codes known = codes();
	struct printed printed;
	struct digests made;

	(void)state;
	make_digests(&made);
	detail.row = made.row_list[1];
	detail.plan = &plan;
	plan.intents = intents;
	plan.n_intents = 1;
	plan.as_of_sequence = 39;
	plan.subject = (char *)"[Nhắc việc] 1 nhiệm vụ";
	plan.text = (char *)"Kính gửi Sở Y tế\r\n\r\n  1.a\x1b[2J\nHết";
	printed_begin(&printed, CLI_VI, CLI_TABLE);
	cli_print_digest(&printed.cli, &detail, &known);
	printed_end(&printed);
	assert_non_null(strstr(printed.out, "Đơn vị nhận:            SYT Sở Y tế\n"));
	assert_non_null(strstr(printed.out, "Trạng thái:             Đã gửi\n"));
	assert_non_null(strstr(printed.out, "Kết quả lúc:            2026-03-21 08:10:00\n"));
	assert_non_null(strstr(printed.out, "Số liệu đến bản ghi:    39\n"));
	assert_non_null(strstr(printed.out, "[Nhắc việc] 1 nhiệm vụ\n\n"
					    "Kính gửi Sở Y tế\n\n  1.a [2J\nHết\n\nNhiệm vụ"));
	assert_non_null(strstr(printed.out, "KH38/1.a  trước hạn 7 ngày làm việc  31/03/2026\n"));
	printed_fini(&printed);
	cli_codes_fini(&known);
}

static void a_message_whose_content_may_not_be_seen_says_so(void **state)
{
	Dondoc__V1__DigestDetail detail = DONDOC__V1__DIGEST_DETAIL__INIT;
	const struct cli_codes none = {0};
	struct printed printed;
	struct digests made;

	(void)state;
	make_digests(&made);
	detail.row = made.row_list[0];
	printed_begin(&printed, CLI_EN, CLI_TABLE);
	cli_print_digest(&printed.cli, &detail, &none);
	printed_end(&printed);
	assert_non_null(strstr(printed.out, "(the content was redacted"));
	printed_fini(&printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reminder_says_how_far_the_due_day_is),
		cmocka_unit_test(
			a_preview_is_by_day_and_unit_with_codes_and_marks_what_is_deferred),
		cmocka_unit_test(a_preview_as_csv_has_every_cell_and_says_that_it_is_cut_elsewhere),
		cmocka_unit_test(the_log_of_reminders_has_state_attempts_reply_and_record),
		cmocka_unit_test(whether_a_unit_was_told_counts_only_what_was_delivered_by_then),
		cmocka_unit_test(the_log_as_csv_has_the_whole_hash),
		cmocka_unit_test(a_message_is_shown_as_it_was_sent_with_what_it_reminds_of),
		cmocka_unit_test(a_message_whose_content_may_not_be_seen_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
