/* view_query_count_test.c - the buckets add up, on every day, in every cut. */
#include "tests/common/view/asking.h"

static uint32_t sum(const Dondoc__V1__Buckets *b)
{
	return b->completed_on_time + b->completed_late + b->open_in_term + b->open_overdue +
	       b->no_due_date + b->paused + b->cancelled;
}

static void assert_adds_up(const Dondoc__V1__TaskCounts *counts)
{
	uint32_t by_area = 0, by_unit = 0, overdue_by_unit = 0;

	assert_int_equal(sum(counts->all), counts->all->total);
	for (size_t i = 0; i < counts->n_by_area; i++) {
		assert_int_equal(sum(counts->by_area[i]->buckets),
				 counts->by_area[i]->buckets->total);
		by_area += counts->by_area[i]->buckets->total;
	}
	for (size_t i = 0; i < counts->n_by_unit; i++) {
		by_unit += counts->by_unit[i]->buckets->total;
		overdue_by_unit += counts->by_unit[i]->buckets->open_overdue;
	}
	assert_int_equal(by_area, counts->all->total);
	assert_int_equal(by_unit, counts->all->total);
	assert_int_equal(overdue_by_unit, counts->all->open_overdue);
	assert_int_equal(counts->done,
			 counts->all->completed_on_time + counts->all->completed_late);
	assert_true(counts->done_of_fallen_due <= counts->fallen_due);
	assert_int_equal(counts->fallen_due - counts->done_of_fallen_due,
			 counts->all->open_overdue);
}

/* The buckets against the lists: two ways to the same number. */
static void assert_lists_agree(struct asked *asked, const Dondoc__V1__TaskCounts *counts,
			       int32_t day)
{
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Answer *got;

	what.as_of_day = day;
	what.limit = 1;
	got = list(asked, &what);
	assert_int_equal(got->tasks->total, counts->all->total);
	let_go(got);
	what.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	got = list(asked, &what);
	assert_int_equal(got->tasks->total, counts->all->open_overdue);
	let_go(got);
	what.time_state = DONDOC__V1__TIME_STATE__TIME_NO_DUE_DATE;
	got = list(asked, &what);
	assert_int_equal(got->tasks->total, counts->all->no_due_date);
	let_go(got);
}

static void buckets_add_up_on_every_day_of_a_year(void **state)
{
	(void)state;
	for (uint64_t seed = 51; seed < 54; seed++) {
		char *dir = test_tmpdir();
		struct history h;
		struct asked asked;
		uint32_t total = 0;

		print_message("seed %llu\n", (unsigned long long)seed);
		begin_random(&asked, &h, dir, seed);
		for (int32_t day = HISTORY_DAY0 - 1; day < HISTORY_DAY0 + 366; day++) {
			Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
			Dondoc__V1__Answer *got;

			what.as_of_day = day;
			got = count(&asked, &what);
			assert_adds_up(got->counts);
			assert_int_equal(got->counts->as_of_day, day);
			if (day < HISTORY_DAY0) /* nothing was recorded yet */
				assert_int_equal(got->counts->all->total, 0);
			if (total != 0)
				assert_int_equal(got->counts->all->total, total);
			total = got->counts->all->total;
			if (day % 16 == 0 && day >= HISTORY_DAY0)
				assert_lists_agree(&asked, got->counts, day);
			let_go(got);
		}
		assert_true(total > 50);
		end_asking(&asked, &h);
		test_tmpdir_end(dir);
	}
}

static void counts_of_plans_and_units_are_parts_of_the_whole(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *got;
	uint32_t total, plans = 0;
	char code[16];

	(void)state;
	begin_random(&asked, &h, dir, 61);
	got = count(&asked, &what);
	total = got->counts->all->total;
	what.unit = got->counts->by_unit[0]->key;
	{
		Dondoc__V1__Answer *one = count(&asked, &what);

		assert_int_equal(one->counts->all->total, got->counts->by_unit[0]->buckets->total);
		let_go(one);
	}
	let_go(got);
	what = (Dondoc__V1__CountTasks)DONDOC__V1__COUNT_TASKS__INIT;
	for (int i = 0; i < 3; i++) {
		snprintf(code, sizeof(code), "P%d", i);
		what.plan = code;
		got = count(&asked, &what);
		plans += got->counts->all->total;
		let_go(got);
	}
	assert_int_equal(plans, total);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_add_up_on_every_day_of_a_year),
		cmocka_unit_test(counts_of_plans_and_units_are_parts_of_the_whole),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
