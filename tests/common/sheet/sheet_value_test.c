/* sheet_value_test.c - what people write into cells, and what is understood. */
#include "common/base/clock.h"
#include "common/sheet/sheet_impl.h"
#include "tests/support/harness.h"
#include <string.h>

static void a_day_is_read_in_every_way_in_which_people_write_it(void **state)
{
	static const struct {
		const char *text;
		const char *day; /* NULL = not understood */
	} cases[] = {
		{"05/11/2026", "2026-11-05"},
		{"5/11/2026", "2026-11-05"},
		{"5/11/26", "2026-11-05"},
		{"5-11-2026", "2026-11-05"},
		{"05.11.2026", "2026-11-05"},
		{"2026-11-05", "2026-11-05"},
		{"5 / 11 / 2026", "2026-11-05"},
		{"ngày 05/11/2026", "2026-11-05"},
		{"31/02/2026", NULL},
		{"11/2026", NULL},
		{"5/11", NULL},
		{"05/11-2026", NULL},
		{"5/11/026", NULL},
		{"5/13/2026", NULL},
		{"mai", NULL},
		{"5/11/20266", NULL},
		{"46331", NULL},
		{"05/11/2026 xong", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[DD_DAY_TEXT];
		int32_t day = 0;
		bool read = dd_sheet_read_day(cases[i].text, &day);

		if (read != (cases[i].day != NULL))
			fail_msg("'%s': read is %d", cases[i].text, read);
		if (read)
			assert_string_equal(dd_day_iso(day, text), cases[i].day);
	}
}

static void a_percentage_is_a_whole_number_with_or_without_its_sign(void **state)
{
	static const struct {
		const char *text;
		int percent; /* -1 = not understood */
	} cases[] = {
		{"50", 50},   {"50%", 50},  {"50 %", 50},  {"0.5", 50},  {"0,5", 50},
		{"0", 0},     {"100", 100}, {"100%", 100}, {"1", 1},     {"0.29", 29},
		{"50,0", 50}, {"101", -1},  {"-5", -1},    {"50.5", -1}, {"năm mươi", -1},
		{"5e1", -1},  {"50%%", -1}, {"%", -1},     {"", -1},     {"0x20", -1},
		{"nan", -1},  {"1 0", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t percent = 1000;
		bool read = dd_sheet_read_percent(cases[i].text, &percent);

		if (read != (cases[i].percent >= 0) ||
		    (read && percent != (uint32_t)cases[i].percent))
			fail_msg("'%s': %d, %u", cases[i].text, read, (unsigned)percent);
	}
}

static void a_step_is_read_without_regard_to_case_and_marks(void **state)
{
	static const struct {
		const char *text;
		int step; /* 4 = unchanged, -1 = not understood */
	} cases[] = {
		{"Chưa", 0},           {"chua lam", 0},       {"Đang", 1},
		{"ĐANG THỰC HIỆN", 1}, {"Đã trình", 2},       {"Xong", 3},
		{"Hoàn thành", 3},     {"Không thay đổi", 4}, {"khong doi", 4},
		{"Under way", 1},      {"No change", 4},      {"Có", -1},
		{"50%", -1},           {"Đang chờ", -1},      {"Đang", 1} /* decomposed */,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_sheet_said said = {0};
		bool read = dd_sheet_read_step(cases[i].text, &said);

		if (read != (cases[i].step >= 0))
			fail_msg("'%s': read is %d", cases[i].text, read);
		if (!read)
			continue;
		assert_int_equal(said.unchanged, cases[i].step == 4);
		if (cases[i].step < 4)
			assert_int_equal(said.step, cases[i].step);
	}
}

static void yes_and_no_are_words_and_marks(void **state)
{
	bool yes;

	(void)state;
	assert_true(dd_sheet_read_yes("Có", &yes) && yes);
	assert_true(dd_sheet_read_yes("x", &yes) && yes);
	assert_true(dd_sheet_read_yes("X", &yes) && yes);
	assert_true(dd_sheet_read_yes("Không", &yes) && !yes);
	assert_false(dd_sheet_read_yes("để sau", &yes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_read_in_every_way_in_which_people_write_it),
		cmocka_unit_test(a_percentage_is_a_whole_number_with_or_without_its_sign),
		cmocka_unit_test(a_step_is_read_without_regard_to_case_and_marks),
		cmocka_unit_test(yes_and_no_are_words_and_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
