/* cli_task_filter_test.c - options that narrow a list, and words that name a moment. */
#include "common/base/clock.h"
#include "services/cli/cli_list.h"
#include "tests/support/harness.h"
#include <string.h>

struct reading {
	struct cli cli;
	struct cli_filter_room room;
	Dondoc__V1__ListTasks list;
	FILE *nowhere;
};

static int read_with(struct reading *r, enum cli_opt option, const char *value)
{
	int rc;

	memset(r, 0, sizeof(*r));
	r->nowhere = fopen("/dev/null", "w");
	r->cli.out = r->cli.problems = r->nowhere;
	r->cli.args.value[option] = value;
	dondoc__v1__list_tasks__init(&r->list);
	rc = cli_read_filter(&r->cli, &r->room, &r->list);
	fclose(r->nowhere);
	return rc;
}

static void flags_are_asked_for_or_ruled_out(void **state)
{
	struct reading r;

	(void)state;
	assert_int_equal(read_with(&r, CLI_OPT_FLAG, "priority,not-extended,pause-over"), 0);
	assert_int_equal(r.list.flags_all, DONDOC__V1__TASK_FLAG__TASK_FLAG_PRIORITY |
						   DONDOC__V1__TASK_FLAG__TASK_FLAG_PAUSE_OVER);
	assert_int_equal(r.list.flags_none, DONDOC__V1__TASK_FLAG__TASK_FLAG_EXTENDED);
	assert_int_equal(read_with(&r, CLI_OPT_FLAG, "priority,none-such"), CLI_USAGE);
	assert_int_equal(read_with(&r, CLI_OPT_FLAG, "not-"), CLI_USAGE);
}

static void an_order_may_be_turned_round(void **state)
{
	struct reading r;

	(void)state;
	assert_int_equal(read_with(&r, CLI_OPT_SORT, "-late"), 0);
	assert_int_equal(r.list.sort, DONDOC__V1__TASK_SORT__TASK_SORT_DAYS_LATE);
	assert_true(r.list.descending);
	assert_int_equal(read_with(&r, CLI_OPT_SORT, "content"), 0);
	assert_false(r.list.descending);
	assert_int_equal(read_with(&r, CLI_OPT_SORT, "size"), CLI_USAGE);
	assert_int_equal(read_with(&r, CLI_OPT_SORT, ""), CLI_USAGE);
}

static void a_range_of_days_may_be_open(void **state)
{
	static const struct {
		const char *text;
		int rc;
		bool from, to;
	} rows[] = {
		{"2026-01-01..2026-03-31", 0, true, true},
		{"..31/03/2026", 0, false, true},
		{"2026-01-01..", 0, true, false},
		{"2026-01-01", 0, true, true},
		{"..", 0, false, false},
		{"2026-01-01...", CLI_USAGE, true, false},
		{"soon", CLI_USAGE, false, false},
		{"1111111111111111111111111..", CLI_USAGE, false, false},
	};
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_with(&r, CLI_OPT_DUE, rows[i].text), rows[i].rc);
		if (rows[i].rc != 0)
			continue;
		assert_int_equal(r.list.due_from_day != 0, rows[i].from);
		assert_int_equal(r.list.due_to_day != 0, rows[i].to);
	}
}

static void labels_and_receipt_are_read(void **state)
{
	struct reading r;

	(void)state;
	assert_int_equal(read_with(&r, CLI_OPT_LABEL, "nong,moi"), 0);
	assert_int_equal(r.list.n_labels, 2);
	assert_string_equal(r.list.labels[1], "moi");
	assert_int_equal(read_with(&r, CLI_OPT_NOT_RECEIVED, "2"), 0);
	assert_true(r.list.not_received);
	assert_int_equal(r.list.not_received_days, 2);
	assert_int_not_equal(read_with(&r, CLI_OPT_NOT_RECEIVED, "0"), 0);
	assert_int_equal(read_with(&r, CLI_OPT_UNRECEIVED, ""), 0);
	assert_true(r.list.not_received);
	assert_int_equal(r.list.not_received_days, 0); /* by the setting */
}

static void a_moment_is_a_day_a_position_or_a_baseline(void **state)
{
	Dondoc__V1__PlanMoment moment;

	(void)state;
	assert_int_equal(cli_parse_moment("now", &moment), 0);
	assert_true(moment.us == 0 && moment.sequence == 0 && moment.baseline[0] == '\0');
	assert_int_equal(cli_parse_moment("#1234", &moment), 0);
	assert_int_equal(moment.sequence, 1234);
	assert_int_not_equal(cli_parse_moment("#x", &moment), 0);
	assert_int_equal(cli_parse_moment("30/06/2026", &moment), 0);
	assert_int_equal(dd_day_of(moment.us) + 1, dd_day_of(moment.us + 1));
	assert_int_equal(cli_parse_moment("ban-hanh", &moment), 0);
	assert_string_equal(moment.baseline, "ban-hanh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_asked_for_or_ruled_out),
		cmocka_unit_test(an_order_may_be_turned_round),
		cmocka_unit_test(a_range_of_days_may_be_open),
		cmocka_unit_test(labels_and_receipt_are_read),
		cmocka_unit_test(a_moment_is_a_day_a_position_or_a_baseline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
