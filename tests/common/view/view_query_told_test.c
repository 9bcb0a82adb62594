/* view_query_told_test.c - the proof of what was told, against the history that made it: found by
 * unit and by task, each reminder once, nothing of others. */
#include "tests/common/view/noticing.h"

static Dondoc__V1__Answer *prove(struct asked *asked, Dondoc__V1__ProveTold *what)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_PROVE_TOLD;
	query.prove_told = what;
	return answer(asked, &query);
}

/* The reminders of a digest, of one task or (0) of any, as its event has them. */
static size_t reminders(struct asked *asked, const struct history_digest *digest, uint64_t task)
{
	Dondoc__V1__DigestPlanned *planned;
	struct dd_record record;
	size_t count = 0;

	assert_int_equal(record_of(asked, digest->planned, &record), DD_OK);
	planned = dondoc__v1__digest_planned__unpack(NULL, record.body_len, record.body);
	assert_non_null(planned);
	for (size_t i = 0; i < planned->plan->n_intents; i++)
		count += task == 0 || planned->plan->intents[i]->task == task;
	dondoc__v1__digest_planned__free_unpacked(planned, NULL);
	return count;
}

static size_t expected(struct asked *asked, const Dondoc__V1__ProveTold *what)
{
	size_t count = 0;

	for (uint32_t i = 0; i < asked->h->digest_count; i++) {
		const struct history_digest *digest = &asked->h->digests[i];

		if ((what->unit[0] == '\0' || strcmp(what->unit, digest->unit) == 0) &&
		    (what->from_day == 0 || digest->day >= what->from_day) &&
		    (what->until_day == 0 || digest->day <= what->until_day))
			count += reminders(asked, digest, what->task);
	}
	return count;
}

static void assert_row(const Dondoc__V1__ToldRow *row, const Dondoc__V1__ProveTold *what)
{
	assert_int_equal(row->digest.len, DD_HASH_LEN);
	assert_string_equal(row->rule, "before");
	assert_true(row->planned_us != 0);
	assert_true(what->task == 0 || row->task == what->task);
	assert_true(what->unit[0] == '\0' || strcmp(row->unit, what->unit) == 0);
	assert_int_equal(row->delivered_us != 0, row->state == DIGEST_STATE(DELIVERED));
	assert_int_equal(row->handed_us != 0, row->attempts != 0);
}

static void every_reminder_of_a_unit_or_a_task_is_found_once(void **state)
{
	char *dir = test_tmpdir();
	struct asked asked;
	struct history h;
	size_t found = 0;

	(void)state;
	begin_random(&asked, &h, dir, 411);
	for (int round = 0; round < 600; round++) {
		Dondoc__V1__ProveTold what = DONDOC__V1__PROVE_TOLD__INIT;
		Dondoc__V1__Answer *got;
		char unit[16] = "";

		if (history_random(&h, 2) == 0)
			snprintf(unit, sizeof(unit), "U%02u", (unsigned)history_random(&h, 13));
		what.unit = unit;
		if (unit[0] == '\0' || history_random(&h, 2) == 0)
			what.task = h.tasks[history_random(&h, h.task_count)].id;
		if (history_random(&h, 2) == 0)
			what.from_day = HISTORY_DAY0 + (int32_t)history_random(&h, 60);
		if (history_random(&h, 2) == 0)
			what.until_day = HISTORY_DAY0 + (int32_t)history_random(&h, 60);
		what.limit = 1000;
		got = prove(&asked, &what);
		assert_int_equal(got->told->n_rows, expected(&asked, &what));
		assert_false(got->told->rows_cut);
		for (size_t i = 0; i < got->told->n_rows; i++) {
			assert_row(got->told->rows[i], &what);
			assert_true(i == 0 ||
				    got->told->rows[i - 1]->day >= got->told->rows[i]->day);
		}
		found += got->told->n_rows;
		let_go(got);
	}
	assert_true(found > 500);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_proof_that_is_cut_says_so_and_one_of_nothing_is_refused(void **state)
{
	Dondoc__V1__ProveTold what = DONDOC__V1__PROVE_TOLD__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	char *dir = test_tmpdir();
	Dondoc__V1__Answer *got;
	struct asked asked;
	struct history h;

	(void)state;
	begin_random(&asked, &h, dir, 412);
	query.what_case = DONDOC__V1__QUERY__WHAT_PROVE_TOLD;
	query.prove_told = &what;
	assert_int_equal(ask(&asked, &query), DD_ERR_INVALID);
	what.unit = h.digests[0].unit;
	what.limit = 1000;
	assert_true(expected(&asked, &what) > 2);
	what.limit = 2;
	got = prove(&asked, &what);
	assert_int_equal(got->told->n_rows, 2);
	assert_true(got->told->rows_cut);
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reminder_of_a_unit_or_a_task_is_found_once),
		cmocka_unit_test(a_proof_that_is_cut_says_so_and_one_of_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
