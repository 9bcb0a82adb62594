/* cli_plan_show_test.c - figures of a plan: two tables for people, one for a spreadsheet. */
#include "services/cli/cli_print.h"
#include "tests/services/cli/printed.h"

struct counts {
	Dondoc__V1__Buckets buckets;
	Dondoc__V1__CountRow area, unit;
	Dondoc__V1__CountRow *areas[1], *units[1];
	Dondoc__V1__TaskCounts counts;
};

static void make_counts(struct counts *made)
{
	dondoc__v1__buckets__init(&made->buckets);
	made->buckets.total = 3;
	made->buckets.completed_on_time = 1;
	made->buckets.open_in_term = 2;
	dondoc__v1__count_row__init(&made->area);
	made->area.key = (char *)"0";
	made->area.buckets = &made->buckets;
	dondoc__v1__count_row__init(&made->unit);
	made->unit.key = (char *)"SYT";
	made->unit.name = (char *)"Sở Y tế";
	made->unit.buckets = &made->buckets;
	made->areas[0] = &made->area;
	made->units[0] = &made->unit;
	dondoc__v1__task_counts__init(&made->counts);
	made->counts.all = &made->buckets;
	made->counts.by_area = made->areas;
	made->counts.n_by_area = 1;
	made->counts.by_unit = made->units;
	made->counts.n_by_unit = 1;
	made->counts.as_of_day = 20635;
	made->counts.done = 1;
}

static void csv_is_one_table_that_says_by_what_a_row_counts(void **state)
{
	struct printed printed;
	struct counts made;

	(void)state;
	make_counts(&made);
	printed_begin(&printed, CLI_EN, CLI_CSV);
	cli_print_counts(&printed.cli, &made.counts);
	printed_is(&printed,
		   "\xef\xbb\xbf"
		   "By,Code,Name,Total,Done in time,Done late,In term,Overdue,No due date,Paused,"
		   "Cancelled,Carried over,\"Late, excused\"\r\n"
		   "Area,0,Direction and steering,3,1,0,2,0,0,0,0,0,0\r\n"
		   "Unit,SYT,Sở Y tế,3,1,0,2,0,0,0,0,0,0\r\n"
		   "All,,All,3,1,0,2,0,0,0,0,0,0\r\n",
		   "");
}

static void people_get_two_tables_and_both_rates(void **state)
{
	struct printed printed;
	struct counts made;

	(void)state;
	make_counts(&made);
	printed_begin(&printed, CLI_EN, CLI_TABLE);
	cli_print_counts(&printed.cli, &made.counts);
	printed_end(&printed);
	assert_non_null(strstr(printed.out, "Figures as of 2026-07-01\nArea  Name "));
	assert_non_null(strstr(printed.out, "\n\nUnit  Name "));
	assert_null(strstr(printed.out, "By"));
	assert_non_null(strstr(printed.out, "fallen due: 0/0 = -\n"));
	assert_non_null(strstr(printed.out, ": 1/3 = 33.33%\n"));
	printed_fini(&printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_one_table_that_says_by_what_a_row_counts),
		cmocka_unit_test(people_get_two_tables_and_both_rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
