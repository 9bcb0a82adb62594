/* clock_test.c - days, times and their texts. */
#include "common/base/clock.h"

#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <string.h>
#include <time.h>

static void every_day_of_five_centuries_comes_back_from_its_date(void **state)
{
	struct dd_date last = dd_day_to_date(-135141);
	int32_t day;

	(void)state;
	assert_int_equal(last.year, 1599);
	for (day = -135140; day < 60000; day++) {
		struct dd_date date = dd_day_to_date(day);

		assert_int_equal(dd_day_from_date(date), day);
		assert_true(date.day == last.day + 1 || date.day == 1);
		assert_true(date.day != 1 || last.day >= 28);
		last = date;
	}
}

static void days_agree_with_libc(void **state)
{
	int32_t day;

	(void)state;
	for (day = 1; day < 40000; day += 7) {
		time_t t = (time_t)day * 86400;
		struct tm tm;
		struct dd_date date = dd_day_to_date(day);

		gmtime_r(&t, &tm);
		assert_int_equal(date.year, tm.tm_year + 1900);
		assert_int_equal(date.month, tm.tm_mon + 1);
		assert_int_equal(date.day, tm.tm_mday);
		assert_int_equal((dd_day_weekday(day) + 1) % 7, tm.tm_wday);
	}
}

static void weekdays_count_from_monday(void **state)
{
	(void)state;
	assert_int_equal(dd_day_weekday(test_day("2026-02-16")), 0);
	assert_int_equal(dd_day_weekday(test_day("2026-01-10")), 5);
	assert_int_equal(dd_day_weekday(test_day("2026-04-26")), 6);
	assert_int_equal(dd_day_weekday(test_day("1969-12-31")), 2);
}

static void a_local_day_begins_at_seventeen_oclock_utc(void **state)
{
	int32_t day = test_day("2026-03-31");
	int64_t start = dd_day_start_us(day);

	(void)state;
	assert_int_equal(start, test_time("2026-03-30T17:00:00Z"));
	assert_int_equal(dd_day_of(start), day);
	assert_int_equal(dd_day_of(start - 1), day - 1);
	assert_int_equal(dd_day_of(start + DD_DAY_US - 1), day);
	assert_int_equal(dd_day_of(start + DD_DAY_US), day + 1);
	assert_int_equal(dd_day_of(-1), 0);
	assert_int_equal(dd_day_of(-DD_UTC_OFFSET_US - 1), -1);
}

static void only_real_dates_in_the_exact_form_are_days(void **state)
{
	static const struct {
		const char *text;
		int good;
	} cases[] = {
		{"2026-03-31", 1},
		{"2024-02-29", 1},
		{"0001-01-01", 1},
		{"9999-12-31", 1},
		{"1945-09-02", 1},
		{"2026-02-29", 0},
		{"2100-02-29", 0},
		{"2000-02-29", 1},
		{"2026-04-31", 0},
		{"2026-13-01", 0},
		{"2026-00-10", 0},
		{"2026-01-00", 0},
		{"0000-01-01", 0},
		{"1970-01-01", 0},
		{"2026-3-31", 0},
		{"2026-03-1", 0},
		{"26-03-31", 0},
		{"2026/03/31", 0},
		{" 2026-03-31", 0},
		{"2026-03-31 ", 0},
		{"2026-03-31T", 0},
		{"20260331", 0},
		{"", 0},
		{"2026-03", 0},
		{"+026-03-31", 0},
		{"2026-03-311", 0},
		{"31-03-2026", 0},
		{"2026--3-31", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t day = -777;
		int rc = dd_day_parse(cases[i].text, &day);
		char text[DD_DAY_TEXT];

		assert_int_equal(rc, cases[i].good ? 0 : DD_ERR_INVALID);
		if (cases[i].good)
			assert_string_equal(dd_day_iso(day, text), cases[i].text);
		else
			assert_int_equal(day, -777);
	}
}

static void vietnamese_dates_may_have_short_days_and_months(void **state)
{
	static const struct {
		const char *text;
		const char *iso;
	} cases[] = {
		{"31/03/2026", "2026-03-31"}, {"1/3/2026", "2026-03-01"},
		{"01/3/2026", "2026-03-01"},  {"29/2/2024", "2024-02-29"},
		{"29/2/2026", NULL},          {"3/31/2026", NULL},
		{"31/03/26", NULL},           {"31-03-2026", NULL},
		{"31/03/2026 ", NULL},        {"/3/2026", NULL},
		{"2026-03-31", NULL},         {"001/3/2026", NULL},
		{"quý I/2026", NULL},         {"", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t day = 0;
		int rc = dd_day_parse_vn(cases[i].text, &day);

		assert_int_equal(rc, cases[i].iso != NULL ? 0 : DD_ERR_INVALID);
		if (cases[i].iso != NULL)
			assert_int_equal(day, test_day(cases[i].iso));
	}
}

static void days_have_an_iso_and_a_vietnamese_text(void **state)
{
	char text[DD_DAY_TEXT];

	(void)state;
	assert_string_equal(dd_day_vn(test_day("2026-03-01"), text), "01/03/2026");
	assert_string_equal(dd_day_vn(0, text), "");
	assert_string_equal(dd_day_iso(0, text), "");
}

static void times_have_a_utc_and_a_local_text(void **state)
{
	char text[DD_TIME_TEXT];
	int64_t us = test_time("2026-03-31T08:00:00.000123Z");

	(void)state;
	assert_string_equal(dd_time_iso(us, text), "2026-03-31T08:00:00.000123Z");
	assert_string_equal(dd_time_local(us, text), "2026-03-31 15:00:00");
	assert_string_equal(dd_time_local(test_time("2026-12-31T23:30:59Z"), text),
			    "2027-01-01 06:30:59");
	assert_string_equal(dd_time_iso(-1, text), "1969-12-31T23:59:59.999999Z");
}

static void times_are_read_in_these_forms_and_no_others(void **state)
{
	static const struct {
		const char *text;
		const char *iso;
	} cases[] = {
		{"2026-10-14T08:10:00+07:00", "2026-10-14T01:10:00.000000Z"},
		{"2026-10-14T08:10:00Z", "2026-10-14T08:10:00.000000Z"},
		{"2026-10-14 08:10", "2026-10-14T01:10:00.000000Z"},
		{"2026-10-14T08:10", "2026-10-14T01:10:00.000000Z"},
		{"2026-10-14 08:10:59", "2026-10-14T01:10:59.000000Z"},
		{"2026-10-14T00:10:00-05:30", "2026-10-14T05:40:00.000000Z"},
		{"2026-10-14T08:10:00.5Z", "2026-10-14T08:10:00.500000Z"},
		{"2026-10-14T08:10:00.123456Z", "2026-10-14T08:10:00.123456Z"},
		{"2026-10-14", NULL},
		{"2026-10-14T", NULL},
		{"2026-10-14T24:00:00Z", NULL},
		{"2026-10-14T08:60:00Z", NULL},
		{"2026-10-14T08:10:60Z", NULL},
		{"2026-10-14T08:10:Z", NULL},
		{"2026-10-14T8:10:00Z", NULL},
		{"2026-10-14T08:10:00.Z", NULL},
		{"2026-10-14T08:10:00.1234567Z", NULL},
		{"2026-10-14T08:10:00z", NULL},
		{"2026-10-14T08:10:00+7", NULL},
		{"2026-10-14T08:10:00+0700", NULL},
		{"2026-10-14T08:10:00+15:00", NULL},
		{"2026-10-14T08:10:00Z ", NULL},
		{"2026-02-30T08:10:00Z", NULL},
		{"14/10/2026 08:10", NULL},
		{"", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t us = -777;
		char text[DD_TIME_TEXT];
		int rc = dd_time_parse(cases[i].text, &us);

		assert_int_equal(rc, cases[i].iso != NULL ? 0 : DD_ERR_INVALID);
		if (cases[i].iso != NULL)
			assert_string_equal(dd_time_iso(us, text), cases[i].iso);
		else
			assert_int_equal(us, -777);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_five_centuries_comes_back_from_its_date),
		cmocka_unit_test(days_agree_with_libc),
		cmocka_unit_test(weekdays_count_from_monday),
		cmocka_unit_test(a_local_day_begins_at_seventeen_oclock_utc),
		cmocka_unit_test(only_real_dates_in_the_exact_form_are_days),
		cmocka_unit_test(vietnamese_dates_may_have_short_days_and_months),
		cmocka_unit_test(days_have_an_iso_and_a_vietnamese_text),
		cmocka_unit_test(times_have_a_utc_and_a_local_text),
		cmocka_unit_test(times_are_read_in_these_forms_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
