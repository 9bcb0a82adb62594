/* cli_office_list_test.c - offices as a table, from literal answers. */
#include "services/cli/cli_office_list.h"
#include "tests/services/cli/printed.h"

#define SINCE INT64_C(1795537159000000) /* 2026-11-24 23:19:19 */
#define HOUR  (INT64_C(3600) * 1000000)

static char *text_of(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {.in = text};

	return both.out;
}

/* What stands in the line of one office. */
static void line_of(const Dondoc__V1__OfficeRow *row, enum cli_lang lang, const char *line)
{
	Dondoc__V1__OfficeList list = DONDOC__V1__OFFICE_LIST__INIT;
	Dondoc__V1__OfficeRow *rows[] = {(Dondoc__V1__OfficeRow *)row};
	struct printed printed;

	list.since_us = SINCE;
	list.rows = rows;
	list.n_rows = 1;
	printed_begin(&printed, lang, CLI_CSV);
	cli_print_offices(&printed.cli, &list);
	printed_end(&printed);
	if (strstr(printed.out, line) == NULL)
		fail_msg("%s\nis not in\n%s", line, printed.out);
	printed_fini(&printed);
}

static void an_office_is_shown_with_what_is_known_of_it_and_no_more(void **state)
{
	Dondoc__V1__OfficeKeyRow valid = DONDOC__V1__OFFICE_KEY_ROW__INIT;
	Dondoc__V1__OfficeKeyRow invited = DONDOC__V1__OFFICE_KEY_ROW__INIT;
	Dondoc__V1__OfficeKeyRow *keys[] = {&valid, &invited};
	Dondoc__V1__OfficeRow row = DONDOC__V1__OFFICE_ROW__INIT;

	(void)state;
	valid.state = DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_VALID;
	invited.state = DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_INVITED;
	row.unit = text_of("SYT");
	row.unit_name = text_of("Sở Y tế");
	row.keys = &keys[1];
	row.n_keys = 1;
	line_of(&row, CLI_VI, "SYT,Sở Y tế,đã mời,,,,,0,\r\n");
	row.keys = keys;
	row.n_keys = 2;
	line_of(&row, CLI_VI, "SYT,Sở Y tế,chưa thấy,,,,,1,\r\n");
	row.last_contact_us = SINCE + HOUR;
	line_of(&row, CLI_EN, "not heard,2026-11-25 00:19:19,,,,1,");
	row.linked = true;
	row.sequence = 9;
	row.told = true;
	row.build = text_of("0.1.0");
	line_of(&row, CLI_VI, "đang liên lạc,2026-11-25 00:19:19,không,0,,1,0.1.0\r\n");
	row.backlog = 4;
	row.oldest_us = SINCE;
	line_of(&row, CLI_EN, "in contact,2026-11-25 00:19:19,no,4,2026-11-24 23:19:19,1,0.1.0");
}

static void how_far_a_copy_is_behind_is_said_in_words_that_fit(void **state)
{
	static const struct {
		int64_t us;
		const char *vi;
	} rows[] = {
		{0, ",12 sự kiện,"},
		{59 * INT64_C(1000000), ",12 sự kiện,"},
		{HOUR / 2, ",\"12 sự kiện, 30 phút\","},
		{5 * HOUR, ",\"12 sự kiện, 5 giờ\","},
		{72 * HOUR, ",\"12 sự kiện, 3 ngày\","},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Dondoc__V1__OfficeRow row = DONDOC__V1__OFFICE_ROW__INIT;

		row.unit = text_of("SYT");
		row.sequence = 9;
		row.lag_events = 12;
		row.lag_us = rows[i].us;
		line_of(&row, CLI_VI, rows[i].vi);
	}
}

static void where_there_is_none_the_next_step_is_told(void **state)
{
	Dondoc__V1__OfficeList list = DONDOC__V1__OFFICE_LIST__INIT;
	struct printed printed;

	(void)state;
	printed_begin(&printed, CLI_EN, CLI_TABLE);
	cli_print_offices(&printed.cli, &list);
	printed_is(&printed,
		   "No unit has a machine of its own yet. Invite one: dondoc office enrol UNIT\n",
		   "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_office_is_shown_with_what_is_known_of_it_and_no_more),
		cmocka_unit_test(how_far_a_copy_is_behind_is_said_in_words_that_fit),
		cmocka_unit_test(where_there_is_none_the_next_step_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
