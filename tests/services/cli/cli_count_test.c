/* cli_count_test.c - figures in words: tasks of many units, lateness before and after explanations,
 * who reported, and what is compared within a kind of unit. */
#include "services/cli/cli_print.h"
#include "tests/services/cli/printed.h"

/* One task of two units, one of them late; and a task of its own. */
struct counts {
	Dondoc__V1__Buckets all, late, plain, both;
	Dondoc__V1__CountRow area, unit[2], kind[2];
	Dondoc__V1__CountRow *areas[1], *units[2], *kinds[2];
	Dondoc__V1__TaskCounts counts;
};

static void put_row(Dondoc__V1__CountRow *row, const char *key, const char *name,
		    Dondoc__V1__Buckets *buckets)
{
	dondoc__v1__count_row__init(row);
	row->key = (char *)key;
	row->name = (char *)name;
	row->buckets = buckets;
}

static void put_buckets(Dondoc__V1__Buckets *b, uint32_t done, uint32_t overdue)
{
	dondoc__v1__buckets__init(b);
	b->completed_on_time = done;
	b->open_overdue = overdue;
	b->total = done + overdue;
}

static void make_counts(struct counts *made)
{
	put_buckets(&made->all, 1, 1);
	made->all.late_excused = 1;
	put_buckets(&made->late, 0, 1);
	put_buckets(&made->plain, 2, 0);
	put_buckets(&made->both, 2, 1);
	put_row(&made->area, "2", "Thủ tục", &made->all);
	put_row(&made->unit[0], "SYT", "Sở Y tế", &made->plain);
	put_row(&made->unit[1], "XA1", "Xã Một", &made->late);
	put_row(&made->kind[0], "commune", "", &made->late);
	put_row(&made->kind[1], "department", "", &made->plain);
	made->areas[0] = &made->area;
	for (int i = 0; i < 2; i++) {
		made->units[i] = &made->unit[i];
		made->kinds[i] = &made->kind[i];
	}
	dondoc__v1__task_counts__init(&made->counts);
	made->counts.all = &made->all;
	made->counts.priority = &made->late;
	made->counts.by_area = made->areas;
	made->counts.n_by_area = 1;
	made->counts.by_unit = made->units;
	made->counts.n_by_unit = 2;
	made->counts.by_kind = made->kinds;
	made->counts.n_by_kind = 2;
	made->counts.as_of_day = 20635;
	made->counts.done = made->counts.done_of_fallen_due = 1;
	made->counts.fallen_due = 2;
	made->counts.fan_outs = 1;
	made->counts.parts = 2;
	made->counts.reporting_units = 3;
	made->counts.updated_units = 2;
}

static void print(struct printed *printed, struct counts *made, enum cli_lang lang,
		  enum cli_format format)
{
	make_counts(made);
	printed_begin(printed, lang, format);
	cli_print_counts(&printed->cli, &made->counts);
	printed_end(printed);
}

static void each_table_adds_up_to_its_own_last_row(void **state)
{
	struct printed printed;
	struct counts made;

	(void)state;
	print(&printed, &made, CLI_EN, CLI_TABLE);
	assert_non_null(strstr(printed.out, "All          2"));
	assert_non_null(strstr(printed.out, "All          3"));
	assert_non_null(strstr(printed.out, "commune       Communes and wards"));
	assert_non_null(strstr(printed.out, "department    Departments"));
	printed_fini(&printed);
}

static void what_is_told_beside_the_tables_is_told_in_both_languages(void **state)
{
	static const char *const texts[2][5] = {
		{"Quá hạn (đã và chưa hoàn thành): 1; đã giải trình được chấp nhận: 1; còn lại: "
		 "0\n",
		 "trên số đơn vị còn nhiệm vụ: 2/3 = 66,66%\n",
		 "Nhiệm vụ ưu tiên: 1, hoàn thành 0, chưa hoàn thành quá hạn 1\n",
		 "1 nhiệm vụ giao chung cho nhiều đơn vị được tính một lần; theo đơn vị tính 2 "
		 "phần",
		 "đã đến hạn: 1/2 = 50%\n"},
		{"Late (done late and overdue): 1; explained and accepted: 1; what is left: 0\n",
		 "of those with open tasks: 2/3 = 66.66%\n",
		 "Priority tasks: 1, done 0, overdue 1\n",
		 "1 tasks of many units are counted once; among the units, their 2 parts are",
		 "fallen due: 1/2 = 50%\n"},
	};
	static const enum cli_lang langs[2] = {CLI_VI, CLI_EN};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct printed printed;
		struct counts made;

		print(&printed, &made, langs[i], CLI_TABLE);
		for (int t = 0; t < 5; t++) {
			if (!strstr(printed.out, texts[i][t]))
				fail_msg("not there: %s\n%s", texts[i][t], printed.out);
		}
		printed_fini(&printed);
	}
}

static void a_file_has_the_kinds_and_the_priority_as_rows(void **state)
{
	struct printed printed;
	struct counts made;

	(void)state;
	print(&printed, &made, CLI_EN, CLI_CSV);
	assert_non_null(strstr(printed.out, "Kind of unit,commune,Communes and wards,1,0,0,0,1,"));
	assert_non_null(strstr(printed.out, "All,,Priority,1,0,0,0,1,"));
	assert_non_null(strstr(printed.out, "All,,All,2,1,0,0,1,0,0,0,0,1\r\n"));
	printed_fini(&printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_table_adds_up_to_its_own_last_row),
		cmocka_unit_test(what_is_told_beside_the_tables_is_told_in_both_languages),
		cmocka_unit_test(a_file_has_the_kinds_and_the_priority_as_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
