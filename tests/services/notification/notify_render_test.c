/* notify_render_test.c - subject, text and HTML say the same facts, hold their bounds, and let
 * nothing out of a text that is not text. */
#include "services/notification/notify_render.h"

#include "common/base/text.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <stdio.h>
#include <string.h>

#define NEVER INT32_MIN /* in a table: no day */

static struct notify_row rows[200];

static struct notify_letter letter_of(size_t count)
{
	return (struct notify_letter){.unit_name = "Sở Khoa học và Công nghệ",
				      .day = test_day("2026-10-14"),
				      .rows = rows,
				      .count = count,
				      .report_to = "",
				      .as_of_sequence = 319};
}

static void fill(size_t count, const char *content)
{
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct notify_row){.plan = "KH38",
					      .code = "1.2",
					      .content = content,
					      .due_day = test_day("2026-10-16"),
					      .days_left = 2,
					      .state = DD_TASK_IN_PROGRESS};
}

static void the_subject_counts_what_is_near_due_and_over(void **state)
{
	static const struct {
		int near, today, over;
		const char *subject;
	} cases[] = {
		{3, 0, 2,
		 "[Nhắc việc] 2 nhiệm vụ quá hạn, 3 sắp đến hạn – Sở Khoa học và Công nghệ "
		 "(14/10/2026)"},
		{0, 0, 1, "[Nhắc việc] 1 nhiệm vụ quá hạn – Sở Khoa học và Công nghệ (14/10/2026)"},
		{0, 2, 1,
		 "[Nhắc việc] 1 nhiệm vụ quá hạn, 2 đến hạn hôm nay – Sở Khoa học và Công nghệ "
		 "(14/10/2026)"},
		{1, 1, 1,
		 "[Nhắc việc] 1 nhiệm vụ quá hạn, 1 đến hạn hôm nay, 1 sắp đến hạn – Sở Khoa học "
		 "và Công nghệ (14/10/2026)"},
	};
	struct notify_content content = {{0}, {0}, {0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int count = cases[i].near + cases[i].today + cases[i].over;
		struct notify_letter letter = letter_of((size_t)count);

		fill((size_t)count, "x");
		for (int k = cases[i].near; k < count; k++)
			rows[k].due_day = letter.day - (k >= cases[i].near + cases[i].today);
		notify_render(&letter, &content);
		assert_string_equal((char *)content.subject.data, cases[i].subject);
	}
	notify_content_fini(&content);
}

static void text_and_html_hold_the_same_facts(void **state)
{
	static const char *const facts[] = {
		"1.2",        "Rà soát thủ tục",         "16/10/2026",
		"13/10/2026", "còn 2 ngày làm việc",     "Đang thực hiện",
		"Trả lại",    "quá hạn 1 ngày làm việc", "Phòng CCHC",
		"tự động",    "bản ghi số 319",          "Cách báo cáo"};
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = letter_of(2);

	(void)state;
	fill(2, "Rà soát thủ tục");
	rows[1].due_day = test_day("2026-10-13");
	rows[1].days_left = -1;
	rows[1].state = DD_TASK_RETURNED;
	letter.report_to = "Phòng CCHC";
	notify_render(&letter, &content);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		assert_non_null(strstr((char *)content.text.data, facts[i]));
		assert_non_null(strstr((char *)content.html.data, facts[i]));
	}
	assert_null(strstr((char *)content.text.data, "CHẠY THỬ"));
	letter.trial = true;
	notify_render(&letter, &content);
	assert_non_null(strstr((char *)content.subject.data, "[Chạy thử]"));
	assert_non_null(strstr((char *)content.text.data, "DỮ LIỆU CHẠY THỬ"));
	assert_non_null(strstr((char *)content.html.data, "DỮ LIỆU CHẠY THỬ"));
	letter.english = true;
	notify_render(&letter, &content);
	assert_non_null(strstr((char *)content.subject.data, "[Reminder] 1 overdue, 1 due soon"));
	assert_non_null(strstr((char *)content.html.data, "1 working day over"));
	notify_content_fini(&content);
}

static void a_letter_of_200_long_tasks_keeps_its_bounds_and_counts_the_rest(void **state)
{
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = letter_of(200);
	char content_text[2001];
	size_t shown = 0;
	unsigned others = 0;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(content_text); i += 3)
		memcpy(content_text + i, "ế", 4);
	fill(200, content_text);
	letter.waiting = 7;
	notify_render(&letter, &content);
	assert_true(content.text.len <= 20000 && content.html.len <= 38000);
	for (const char *at = (char *)content.html.data; (at = strstr(at, "<b>1.2")) != NULL; at++)
		shown++;
	assert_true(shown >= 30 && shown <= 100);
	assert_int_equal(sscanf(strstr((char *)content.text.data, "\nVà "), "\nVà %u", &others), 1);
	assert_int_equal(shown + others, 200);
	assert_non_null(strstr((char *)content.text.data, "còn 7 việc"));
	/* cut at 160 characters, not in the middle of one */
	assert_true(dd_text_valid(content.text.data, content.text.len));
	assert_true(dd_text_valid(content.html.data, content.html.len));
	notify_content_fini(&content);
}

static void a_hundred_short_tasks_are_all_shown(void **state)
{
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = letter_of(100);

	(void)state;
	fill(100, "Rà soát, đơn giản hoá thủ tục");
	notify_render(&letter, &content);
	assert_non_null(strstr((char *)content.text.data, "\n100. [1.2]"));
	assert_null(strstr((char *)content.text.data, "\nVà "));
	notify_content_fini(&content);
}

static void nothing_in_a_text_becomes_markup_or_turns_the_writing(void **state)
{
	static const char evil[] = "<svg/onload=alert(1)> & \"x\" 'y' \xe2\x80\xae"
				   "abc\xe2\x80\x8b\r\nBcc: z\x01 \xe2\x81\xa6";
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = letter_of(2);

	(void)state;
	fill(2, evil);
	rows[0].code = "<b>q";
	rows[0].plan = "<i>";
	letter.unit_name = "<script>Sở\r\nBcc: x";
	letter.report_to = "<a href=x>";
	notify_render(&letter, &content);
	for (size_t i = 0; i < 3; i++) {
		static const char *const bad[] = {"<svg", "<b>q", "<i>", "<script", "<a ", "'y'"};

		for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
			assert_null(strstr((char *)content.html.data, bad[k]));
	}
	assert_non_null(strstr((char *)content.html.data, "&lt;svg/onload=alert(1)&gt; &amp;"));
	assert_null(strstr((char *)content.html.data, "\xe2\x80\xae"));
	assert_null(strstr((char *)content.text.data, "\xe2\x80\xae"));
	assert_null(strstr((char *)content.text.data, "\xe2\x81\xa6"));
	assert_null(strchr((char *)content.subject.data, '\n'));
	assert_null(strchr((char *)content.subject.data, '\r'));
	assert_null(strstr((char *)content.text.data, "\nBcc"));
	notify_content_fini(&content);
}

/* In the order in which they are to be read. */
static const struct {
	struct notify_row row;
	const char *title, *reason;
} reasons[] = {
	{{.rule = DD_RULE_AFTER, .due_day = -9, .days_left = -7, .silent = true},
	 "Quá hạn, lâu chưa có báo cáo (2)",
	 "quá hạn 7 ngày làm việc; chưa có báo cáo"},
	{{.due_day = -2, .days_left = -1, .silent = true, .since_day = -40},
	 NULL,
	 "quá hạn 1 ngày làm việc; báo cáo gần nhất ngày 04/09/2026"},
	{{.due_day = -1, .days_left = 0}, "\nQuá hạn (1)", "đã qua thời hạn"},
	{{.due_day = 0}, "Đến hạn hôm nay (1)", "đến hạn hôm nay"},
	{{.rule = DD_RULE_PROMISE, .due_day = -5, .since_day = -1},
	 "Đã qua ngày hẹn hoàn thành (1)",
	 "đơn vị hẹn hoàn thành ngày 13/10/2026"},
	{{.rule = DD_RULE_RETURNED, .due_day = 9, .days_left = 7, .since_day = 0},
	 "Được trả lại để thực hiện tiếp (1)",
	 "trả lại ngày 14/10/2026"},
	{{.rule = DD_RULE_ASKED, .asker = "Sở Tài chính", .due_day = 9, .since_day = 3},
	 "Đơn vị khác đề nghị trả lời (1)",
	 "Sở Tài chính đề nghị trả lời trước ngày 17/10/2026"},
	{{.rule = DD_RULE_WAITING, .due_day = 9, .since_day = -16},
	 "Chờ cơ quan, đơn vị quyết định (1)",
	 "đề nghị gửi ngày 28/09/2026, đang chờ quyết định"},
	{{.rule = DD_RULE_BEFORE, .due_day = 4, .days_left = 3},
	 "Sắp đến hạn (1)",
	 "còn 3 ngày làm việc"},
	{{.rule = DD_RULE_NOT_BEGUN, .due_day = 90, .percent_time = 34},
	 "Chưa ghi nhận bắt đầu thực hiện (1)",
	 "đã qua 34% thời gian, chưa ghi nhận bắt đầu"},
	{{.rule = DD_RULE_BEHIND, .due_day = 90, .percent = 20, .percent_time = 60},
	 "Tiến độ báo cáo thấp hơn",
	 "báo cáo 20%, đã qua 60% thời gian"},
	{{.rule = DD_RULE_NO_UPDATE, .due_day = 90, .since_day = NEVER},
	 "Lâu chưa cập nhật tiến độ (1)",
	 "chưa có cập nhật nào"},
};

/* Each reason stands in its section, what to do first stands first, whatever the order given. */
static void rows_stand_in_sections_by_what_is_to_be_done_first(void **state)
{
	const size_t count = sizeof(reasons) / sizeof(reasons[0]);
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = letter_of(count);
	const char *at;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct notify_row *row = &rows[count - 1 - i];

		*row = reasons[i].row;
		row->code = "1.2";
		row->content = "x";
		row->due_day += letter.day;
		row->since_day = row->since_day == NEVER ? 0 : row->since_day + letter.day;
		if (row->rule == DD_RULE_AFTER)
			row->since_day = 0;
	}
	notify_render(&letter, &content);
	at = (char *)content.text.data;
	for (size_t i = 0; i < count; i++) {
		if (reasons[i].title != NULL && (at = strstr(at, reasons[i].title)) == NULL)
			fail_msg("'%s' is not there or too early", reasons[i].title);
		at = strstr(at, reasons[i].reason);
		if (at == NULL)
			fail_msg("'%s' is not there or too early", reasons[i].reason);
	}
	notify_content_fini(&content);
}

/* No word of a letter judges its reader. */
static void letters_of_other_kinds_say_what_they_are(void **state)
{
	static const struct {
		enum notify_letter_kind kind;
		const char *subject, *text;
	} cases[] = {
		{NOTIFY_LETTER_DAY, "[Nhắc việc] 1 nhiệm vụ", "các việc sau đây đến mốc nhắc"},
		{NOTIFY_LETTER_IMMEDIATE, "[Nhắc việc] 1", "hệ thống ghi nhận các việc sau đây"},
		{NOTIFY_LETTER_SUPERIOR, "[Báo cáo cấp trên] 1 nhiệm vụ quá hạn",
		 "chưa ghi nhận phản hồi của đơn vị chủ trì"},
		{NOTIFY_LETTER_FIRST, "[Nhắc việc] Tổng hợp ban đầu: 1 nhiệm vụ quá hạn",
		 "việc nhắc nhiệm vụ của Kế hoạch 38 bắt đầu"},
		{NOTIFY_LETTER_SILENCE_OVER, "[Nhắc việc] 1", "Thời gian tạm ngừng nhắc đã hết"},
	};
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = letter_of(1);

	(void)state;
	fill(1, "x");
	rows[0].due_day = letter.day - 1;
	letter.plan_name = "Kế hoạch 38";
	letter.reader = "Lãnh đạo phụ trách";
	letter.deputy = true;
	letter.url = "https://a.vn/?unit=S&x=1";
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		letter.kind = cases[i].kind;
		notify_render(&letter, &content);
		assert_ptr_equal(strstr((char *)content.subject.data, cases[i].subject),
				 content.subject.data);
		assert_non_null(strstr((char *)content.text.data, cases[i].text));
		assert_non_null(strstr((char *)content.html.data, cases[i].text));
		assert_non_null(strstr((char *)content.text.data,
				       "Lãnh đạo phụ trách (người được ủy quyền nhận thay)"));
		assert_non_null(
			strstr((char *)content.html.data, "href=\"https://a.vn/?unit=S&amp;x=1"));
	}
	notify_content_fini(&content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stand_in_sections_by_what_is_to_be_done_first),
		cmocka_unit_test(letters_of_other_kinds_say_what_they_are),
		cmocka_unit_test(the_subject_counts_what_is_near_due_and_over),
		cmocka_unit_test(text_and_html_hold_the_same_facts),
		cmocka_unit_test(a_letter_of_200_long_tasks_keeps_its_bounds_and_counts_the_rest),
		cmocka_unit_test(a_hundred_short_tasks_are_all_shown),
		cmocka_unit_test(nothing_in_a_text_becomes_markup_or_turns_the_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
