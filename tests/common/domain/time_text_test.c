/* time_text_test.c - the time texts of real annexes, and other spellings in use, each with what it
 * means or the doubt it leaves (time_text_cases.csv). */
#include "common/domain/time_text.h"

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/base/file.h"
#include "tests/support/harness.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const recurrences[] = {"once",        "continuous", "weekly", "monthly",
					  "quarterly",   "yearly",     "event",  "milestones",
					  "half_yearly", "nine_months"};

/* --- a result in the words of the table --------------------------------------------------------
 */

static void add_doubts(struct dd_buf *out, uint32_t doubts)
{
	static const char *const names[] = {"not_understood", "part_left", "proposal",
					    "several_units",  "no_year",   "bare_number",
					    "no_event"};
	const char *between = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(doubts >> i & 1))
			continue;
		dd_buf_printf(out, "%s%s", between, names[i]);
		between = "+";
	}
}

static void add_number(struct dd_buf *out, const char *name, unsigned value)
{
	if (value)
		dd_buf_printf(out, " %s=%u", name, value);
}

static void add_more(struct dd_buf *out, const struct dd_time_text *read)
{
	static const char *const spans[] = {"", "d", "wd", "w", "m", "y"};

	if (read->after.count)
		dd_buf_printf(out, " after=%u%s", read->after.count, spans[read->after.span]);
	if (*read->after.event)
		dd_buf_text(out, " event");
	add_number(out, "minute", read->due_minute);
	add_number(out, "weekday", read->weekday);
	add_number(out, "day", read->day_of_month);
	add_number(out, "weeks", read->every_weeks);
	if (read->report_every)
		dd_buf_printf(out, " report=%s", recurrences[read->report_every]);
	add_number(out, "milestones", (unsigned)read->milestone_count);
}

/* start,due,recurrence,doubts,more */
static void describe(const struct dd_time_text *read, struct dd_buf *out)
{
	char start[DD_DAY_TEXT];
	char due[DD_DAY_TEXT];
	struct dd_buf more = {0};
	const char *text;

	add_more(&more, read);
	text = dd_buf_cstr(&more);
	dd_buf_printf(out, "%s,%s,%s,", dd_day_iso(read->start_day, start),
		      dd_day_iso(read->due_day, due), recurrences[read->recurrence]);
	add_doubts(out, read->doubts);
	dd_buf_printf(out, ",%s", *text ? text + 1 : "");
	dd_buf_fini(&more);
}

/* --- the table ----------------------------------------------------------------------------------
 */

static const char *cell(const struct dd_csv *csv, size_t row, const char *column)
{
	return dd_csv_cell(csv, row, dd_csv_column(csv, column));
}

static struct dd_csv *open_cases(void)
{
	const char *slash = strrchr(__FILE__, '/');
	struct dd_buf content = {0};
	struct dd_csv *csv = NULL;
	struct dd_error err;
	char path[1024];

	(void)snprintf(path, sizeof(path), "%.*stime_text_cases.csv", (int)(slash + 1 - __FILE__),
		       __FILE__);
	assert_int_equal(dd_file_read(path, 1 << 20, &content, &err), 0);
	assert_int_equal(dd_csv_parse(content.data, content.len, &csv, &err), 0);
	dd_buf_fini(&content);
	return csv;
}

static size_t wrong_rows(const struct dd_csv *csv, const struct dd_calendar *calendar, bool data)
{
	size_t wrong = 0;

	for (size_t row = 0; row < dd_csv_rows(csv); row++) {
		const char *text = cell(csv, row, "text");
		struct dd_time_context context = {.calendar = calendar,
						  .year = atoi(cell(csv, row, "year"))};
		struct dd_buf got = {0};
		struct dd_buf wanted = {0};
		struct dd_time_text read;

		if ((strchr(cell(csv, row, "from"), '-') != NULL) != data)
			continue;
		(void)!dd_day_parse(cell(csv, row, "issued"), &context.issued_day);
		dd_time_text_read(text, &context, &read);
		describe(&read, &got);
		dd_buf_printf(&wanted, "%s,%s,%s,%s,%s", cell(csv, row, "start"),
			      cell(csv, row, "due"), cell(csv, row, "recurrence"),
			      cell(csv, row, "doubts"), cell(csv, row, "more"));
		if (strcmp(dd_buf_cstr(&got), dd_buf_cstr(&wanted)) != 0) {
			print_error("'%s': %s, not %s\n", text, dd_buf_cstr(&got),
				    dd_buf_cstr(&wanted));
			wrong++;
		}
		dd_buf_fini(&got);
		dd_buf_fini(&wanted);
	}
	return wrong;
}

static void the_texts_of_real_annexes_give_the_dates_that_people_wrote_down(void **state)
{
	struct dd_calendar *calendar = dd_calendar_new();
	struct dd_csv *csv = open_cases();

	(void)state;
	assert_int_equal(wrong_rows(csv, calendar, true), 0);
	dd_csv_free(csv);
	dd_calendar_free(calendar);
}

static void each_spelling_in_use_has_its_result_or_its_doubt(void **state)
{
	struct dd_calendar *calendar = dd_calendar_new();
	struct dd_csv *csv = open_cases();

	(void)state;
	assert_true(dd_csv_rows(csv) >= 150);
	assert_int_equal(wrong_rows(csv, calendar, false), 0);
	dd_csv_free(csv);
	dd_calendar_free(calendar);
}

/* --- what a table of one line cannot say
 * ---------------------------------------------------------- */

static struct dd_time_text read_with(const char *text, int32_t issued_day,
				     const struct dd_calendar *calendar)
{
	struct dd_time_context context = {issued_day, 2026, calendar};
	struct dd_time_text read;

	dd_time_text_read(text, &context, &read);
	return read;
}

static void milestones_keep_their_words_and_their_dates(void **state)
{
	struct dd_time_text read =
		read_with("Hoàn thành xây dựng kế hoạch trong Quý I/2026; triển khai thực hiện "
			  "theo tiến độ của Kế hoạch.",
			  0, NULL);
	char day[DD_DAY_TEXT];

	(void)state;
	assert_int_equal(read.milestone_count, 2);
	assert_string_equal(dd_day_iso(read.milestones[0].due_day, day), "2026-03-31");
	assert_string_equal(read.milestones[0].what, "Hoàn thành xây dựng kế hoạch");
	assert_int_equal(read.milestones[1].due_day, 0);
	assert_string_equal(read.milestones[1].what,
			    "triển khai thực hiện theo tiến độ của Kế hoạch");
}

static void more_milestones_than_are_kept_leave_a_doubt(void **state)
{
	struct dd_time_text read = read_with("31/1/2026; 28/2/2026; 31/3/2026; 30/4/2026; "
					     "31/5/2026; 30/6/2026; 31/7/2026; 31/8/2026; "
					     "30/9/2026",
					     0, NULL);

	(void)state;
	assert_int_equal(read.milestone_count, DD_TIME_MILESTONES_MAX);
	assert_true(read.doubts & DD_DOUBT_PART_LEFT);
}

static void what_was_not_understood_is_told_in_its_own_words(void **state)
{
	(void)state;
	assert_string_equal(read_with("31/3/2026 Đề xuất hạn là thường xuyên", 0, NULL).rest,
			    "Đề xuất hạn là thường xuyên");
	assert_string_equal(read_with("  Sở\nKHCN đưa ra kế hoạch ", 0, NULL).rest,
			    "Sở KHCN đưa ra kế hoạch");
	assert_string_equal(
		read_with("10 ngày làm việc sau khi Nghị quyết được ban hành", 0, NULL).after.event,
		"Nghị quyết được ban hành");
}

static void letters_in_parts_read_as_whole_ones(void **state)
{
	struct dd_time_text read = read_with("Tru\xcc\x9bo\xcc\x9b\xcc\x81"
					     "c 10/02/2026",
					     0, NULL);
	char day[DD_DAY_TEXT];

	(void)state;
	assert_string_equal(dd_day_iso(read.due_day, day), "2026-02-09");
	assert_int_equal(read.doubts, 0);
}

static void working_days_go_by_the_calendar_and_not_without_one(void **state)
{
	struct dd_calendar *calendar = dd_calendar_new();
	const char *text = "05 ngày làm việc kể từ ngày ban hành Kế hoạch";
	char day[DD_DAY_TEXT];
	int32_t issued;
	int32_t off;

	(void)state;
	assert_int_equal(dd_day_parse("2026-03-02", &issued), 0);
	assert_int_equal(dd_day_parse("2026-03-04", &off), 0);
	dd_calendar_set(calendar, off, DD_DAY_HOLIDAY);
	assert_string_equal(dd_day_iso(read_with(text, issued, calendar).due_day, day),
			    "2026-03-10");
	assert_int_equal(read_with(text, issued, NULL).due_day, 0);
	assert_int_equal(read_with(text, issued, NULL).recurrence, DD_TIME_EVENT);
	dd_calendar_free(calendar);
}

static void months_after_a_day_end_with_a_shorter_month(void **state)
{
	static const struct {
		const char *from;
		unsigned count;
		enum dd_time_span span;
		const char *to;
	} cases[] = {
		{"2026-01-31", 1, DD_SPAN_MONTHS, "2026-02-28"},
		{"2024-01-31", 1, DD_SPAN_MONTHS, "2024-02-29"},
		{"2026-11-30", 3, DD_SPAN_MONTHS, "2027-02-28"},
		{"2024-02-29", 1, DD_SPAN_YEARS, "2025-02-28"},
		{"2026-01-26", 2, DD_SPAN_WEEKS, "2026-02-09"},
		{"2026-01-26", 0, DD_SPAN_NONE, "2026-01-26"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_time_after after = {.count = cases[i].count,
					      .span = (uint8_t)cases[i].span};
		char text[DD_DAY_TEXT];
		int32_t day;

		assert_int_equal(dd_day_parse(cases[i].from, &day), 0);
		assert_true(dd_time_after(day, &after, NULL, &day));
		assert_string_equal(dd_day_iso(day, text), cases[i].to);
	}
	assert_false(
		dd_time_after(1, &(struct dd_time_after){.count = 10001}, NULL, &(int32_t){0}));
}

static void any_bytes_end_in_a_doubt_and_never_in_harm(void **state)
{
	static const char *const pieces[] = {"quý ",   "I",     "/",    "2026",  "-",     "từ ",
					     "đến ",   "ngày ", "15",   ";",     "(",     ")",
					     ".",      "3/",    "\n",   "theo ", "h",     ":",
					     "trước ", "\xff",  "năm ", ",",     "tháng "};
	unsigned long at = 1;
	char text[512];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct dd_time_text read;
		size_t len = 0;

		for (int i = 0; i < 12; i++) {
			at = at * 6364136223846793005UL + 1442695040888963407UL;
			len += (size_t)snprintf(
				text + len, sizeof(text) - len, "%s",
				pieces[(at >> 33) % (sizeof(pieces) / sizeof(pieces[0]))]);
		}
		read = read_with(text, 20000, NULL);
		assert_true(read.recurrence <= DD_TIME_NINE_MONTHS);
		assert_true(read.start_day == 0 || read.due_day == 0 ||
			    read.recurrence == DD_TIME_MILESTONES ||
			    read.start_day <= read.due_day);
	}
}

static void a_text_without_end_is_cut_with_a_doubt(void **state)
{
	char *text = malloc(20001);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 20000);
	memcpy(text, "31/3/2026 ", 10);
	text[20000] = '\0';
	assert_true(read_with(text, 0, NULL).doubts & DD_DOUBT_PART_LEFT);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_texts_of_real_annexes_give_the_dates_that_people_wrote_down),
		cmocka_unit_test(each_spelling_in_use_has_its_result_or_its_doubt),
		cmocka_unit_test(milestones_keep_their_words_and_their_dates),
		cmocka_unit_test(more_milestones_than_are_kept_leave_a_doubt),
		cmocka_unit_test(what_was_not_understood_is_told_in_its_own_words),
		cmocka_unit_test(letters_in_parts_read_as_whole_ones),
		cmocka_unit_test(working_days_go_by_the_calendar_and_not_without_one),
		cmocka_unit_test(months_after_a_day_end_with_a_shorter_month),
		cmocka_unit_test(any_bytes_end_in_a_doubt_and_never_in_harm),
		cmocka_unit_test(a_text_without_end_is_cut_with_a_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
