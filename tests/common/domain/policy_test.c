/* policy_test.c - settings: what ships, what a value may be. */
#include "common/domain/policy.h"
#include "tests/support/harness.h"
#include <string.h>

static void every_shipped_value_is_one_that_may_be_set(void **state)
{
	struct dd_policy policy;
	struct dd_error err;
	int32_t value;

	(void)state;
	dd_policy_ship(&policy);
	for (int i = 0; i < DD_SETTING_COUNT; i++) {
		const struct dd_policy_row *row = dd_policy_row((enum dd_setting)i);

		assert_int_equal(dd_policy_parse((enum dd_setting)i, row->shipped, &value, &err),
				 DD_OK);
		assert_int_equal(value, policy.value[i]);
		assert_int_equal(dd_policy_find(row->name), i);
	}
	assert_int_equal(policy.value[DD_SETTING_RETURN_DAYS], 5);
	assert_true(policy.value[DD_SETTING_PERCENT] != 0);
	assert_false(policy.value[DD_SETTING_DEPENDENCIES] != 0);
	assert_int_equal(dd_policy_find("life.return_day"), DD_SETTING_COUNT);
	assert_int_equal(dd_policy_find(""), DD_SETTING_COUNT);
}

static void a_value_out_of_its_bounds_is_told_with_what_is_allowed(void **state)
{
	static const struct {
		enum dd_setting setting;
		const char *value;
		int32_t number; /* -1 = not allowed */
	} rows[] = {
		{DD_SETTING_RETURN_DAYS, "0", 0},
		{DD_SETTING_RETURN_DAYS, "365", 365},
		{DD_SETTING_RETURN_DAYS, "366", -1},
		{DD_SETTING_RETURN_DAYS, "-1", -1},
		{DD_SETTING_RETURN_DAYS, "+5", -1},
		{DD_SETTING_RETURN_DAYS, " 5", -1},
		{DD_SETTING_RETURN_DAYS, "5 ", -1},
		{DD_SETTING_RETURN_DAYS, "", -1},
		{DD_SETTING_RETURN_DAYS, "99999999999999999999", -1},
		{DD_SETTING_EVIDENCE_MAX_MIB, "0", -1},
		{DD_SETTING_APPROVAL, "on", 1},
		{DD_SETTING_APPROVAL, "off", 0},
		{DD_SETTING_APPROVAL, "1", -1},
		{DD_SETTING_EVIDENCE_REQUIRED, "none", DD_EVIDENCE_NONE},
		{DD_SETTING_EVIDENCE_REQUIRED, "both", DD_EVIDENCE_BOTH},
		{DD_SETTING_EVIDENCE_REQUIRED, "", -1},
		{DD_SETTING_UNIT_LATE, "refuse", DD_LATE_REFUSE},
		{DD_SETTING_REMIND_FROM, "07:30", 730},
		{DD_SETTING_REMIND_FROM, "7:30", 730},
		{DD_SETTING_REMIND_FROM, "730", 730},
		{DD_SETTING_REMIND_FROM, "0730", 730},
		{DD_SETTING_REMIND_FROM, "00:00", 0},
		{DD_SETTING_REMIND_FROM, "23:59", 2359},
		{DD_SETTING_REMIND_FROM, "24:00", -1},
		{DD_SETTING_REMIND_FROM, "7:60", -1},
		{DD_SETTING_REMIND_FROM, "7:3", -1},
		{DD_SETTING_REMIND_FROM, ":30", -1},
		{DD_SETTING_REMIND_FROM, "07:30:00", -1},
		{DD_SETTING_REMIND_FROM, "07h30", -1},
		{DD_SETTING_REMIND_FROM, "07300", -1},
		{DD_SETTING_REMIND_FROM, "", -1},
		{DD_SETTING_REMIND_RHYTHM, "weekly", DD_RHYTHM_WEEKLY},
		{DD_SETTING_REMIND_WEEKDAY, "6", -1},
		{DD_SETTING_CAUSES, "Chờ văn bản;Thiếu kinh phí", 0},
	};
	char range[DD_POLICY_RANGE_TEXT];
	struct dd_error err;
	int32_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int rc = dd_policy_parse(rows[i].setting, rows[i].value, &number, &err);

		assert_int_equal(rc, rows[i].number < 0 ? DD_ERR_INVALID : DD_OK);
		if (rc == DD_OK)
			assert_int_equal(number, rows[i].number);
		else
			assert_non_null(strstr(err.text, dd_policy_range(rows[i].setting, range)));
	}
	assert_string_equal(dd_policy_range(DD_SETTING_EVIDENCE_REQUIRED, range),
			    "document|file|both|none");
	assert_string_equal(dd_policy_range(DD_SETTING_RETURN_DAYS, range), "0..365");
	assert_string_equal(dd_policy_range(DD_SETTING_REMIND_UNTIL, range), "00:00..23:59");
}

static void a_list_is_split_without_its_blanks_and_numbered_from_one(void **state)
{
	static const struct {
		const char *list;
		uint32_t number;
		const char *item; /* NULL = there is none */
	} rows[] = {
		{"", 1, NULL},
		{" ; ;", 1, NULL},
		{"a", 1, "a"},
		{"a", 2, NULL},
		{" a b ;c", 1, "a b"},
		{"a;;c", 2, "c"},
		{";a; c ;", 2, "c"},
		{"a;b;", 3, NULL},
		{"Chờ ý kiến; Thiếu vốn", 2, "Thiếu vốn"},
	};
	const char *item;
	char all[32];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = dd_policy_item(rows[i].list, rows[i].number, &item);
		if (rows[i].item == NULL) {
			assert_int_equal(len, 0);
			continue;
		}
		assert_int_equal(len, strlen(rows[i].item));
		assert_memory_equal(item, rows[i].item, len);
	}
	dd_policy_items_text(" a ; b;c", all, sizeof(all));
	assert_string_equal(all, "1 a; 2 b; 3 c");
	dd_policy_items_text("abcdefghij;abcdefghij;abcdefghij", all, sizeof(all));
	assert_string_equal(all, "1 abcdefghij; 2 abcdefghij"); /* whole ones only */
	dd_policy_items_text("", all, sizeof(all));
	assert_string_equal(all, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shipped_value_is_one_that_may_be_set),
		cmocka_unit_test(a_value_out_of_its_bounds_is_told_with_what_is_allowed),
		cmocka_unit_test(a_list_is_split_without_its_blanks_and_numbered_from_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
