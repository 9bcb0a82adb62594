/* view_query_request_test.c - what waits for a decision: whose, of which kind, since when, page by
 * page; nothing that was decided. */
#include "common/view/view_fix.h"
#include "tests/common/view/asking.h"

#define KIND(name) DONDOC__V1__REQUEST_KIND__REQUEST_##name

static Dondoc__V1__Answer *requests(struct asked *asked, Dondoc__V1__ListRequests *what)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = what;
	return answer(asked, &query);
}

/* What the tasks themselves say: how many requests of the kind wait. */
static unsigned pending(const struct asked *asked, int kind, const char *unit)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < asked->h->task_count; i++) {
		struct view_task task;

		if (view_task(asked->view, false, asked->h->tasks[i].id, &task) != DD_OK)
			continue;
		if (unit && strcmp(task.lead_unit, unit) != 0)
			continue;
		count += kind == KIND(COMPLETION) ? task.pending_completion != 0
						  : task.pending_extension != 0;
	}
	return count;
}

static void every_request_that_waits_is_told_and_no_other(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;

	(void)state;
	begin_random(&asked, &h, dir, 71);
	for (int kind = KIND(COMPLETION); kind <= KIND(EXTENSION); kind++) {
		Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
		Dondoc__V1__Answer *got;

		list.kind = (Dondoc__V1__RequestKind)kind;
		list.limit = 1000;
		got = requests(&asked, &list);
		assert_true(got->requests->n_rows > 0);
		assert_int_equal(got->requests->n_rows, pending(&asked, kind, NULL));
		assert_int_equal(got->requests->total, got->requests->n_rows);
		for (size_t i = 0; i < got->requests->n_rows; i++) {
			const Dondoc__V1__RequestRow *row = got->requests->rows[i];
			struct view_task task;

			assert_int_equal(view_task(asked.view, false, row->task, &task), DD_OK);
			assert_int_equal(row->request, kind == KIND(COMPLETION)
							       ? task.pending_completion
							       : task.pending_extension);
			assert_true(row->plan[0] != '\0');
			assert_string_equal(row->decider_unit, "U00");
			assert_true(row->content[0] != '\0');
			if (kind == KIND(EXTENSION))
				assert_int_equal(row->proposed_due_day, task.proposed_due_day);
		}
		let_go(got);
	}
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void pages_join_to_the_whole_and_filters_are_parts_of_it(void **state)
{
	char *dir = test_tmpdir();
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	struct history h;
	struct asked asked;
	Dondoc__V1__Answer *whole, *page;
	uint8_t next[256];
	size_t at = 0;
	uint32_t by_unit = 0, older;

	(void)state;
	begin_random(&asked, &h, dir, 72);
	list.limit = 1000;
	list.decider_unit = lent("U00");
	whole = requests(&asked, &list);
	assert_true(whole->requests->n_rows > 10);
	list.limit = 3;
	do {
		page = requests(&asked, &list);
		assert_int_equal(page->requests->total, whole->requests->total);
		for (size_t i = 0; i < page->requests->n_rows; i++)
			assert_int_equal(page->requests->rows[i]->request,
					 whole->requests->rows[at++]->request);
		list.after.len = page->requests->next.len;
		if (list.after.len > 0)
			memcpy(next, page->requests->next.data, list.after.len);
		list.after.data = next;
		let_go(page);
	} while (list.after.len > 0);
	assert_int_equal(at, whole->requests->n_rows);
	list = (Dondoc__V1__ListRequests)DONDOC__V1__LIST_REQUESTS__INIT;
	for (int i = 0; i < 12; i++) {
		char unit[8];

		snprintf(unit, sizeof(unit), "U%02d", i);
		list.from_unit = unit;
		page = requests(&asked, &list);
		by_unit += page->requests->total;
		let_go(page);
	}
	assert_int_equal(by_unit, whole->requests->total);
	list.from_unit = lent("");
	list.older_than_day = whole->requests->rows[0]->since_day;
	page = requests(&asked, &list);
	older = page->requests->total;
	for (size_t i = 0; i < page->requests->n_rows; i++)
		assert_true(page->requests->rows[i]->since_day < list.older_than_day);
	assert_true(older < whole->requests->total);
	let_go(page);
	let_go(whole);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_conflict_waits_like_a_request(void **state)
{
	char *dir = test_tmpdir();
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	struct history h;
	struct asked asked;
	Dondoc__V1__Answer *got;
	uint32_t conflicts = 0;

	(void)state;
	begin_random(&asked, &h, dir, 73);
	for (uint32_t i = 0; i < h.task_count; i++) {
		struct view_task task;

		if (view_task(asked.view, false, h.tasks[i].id, &task) == DD_OK)
			conflicts += task.conflicts;
	}
	list.kind = KIND(CONFLICT);
	list.limit = 1;
	got = requests(&asked, &list);
	assert_true(conflicts > 0);
	assert_int_equal(got->requests->total, conflicts);
	assert_string_equal(got->requests->rows[0]->reason, "đã triển khai đến các xã");
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_that_waits_is_told_and_no_other),
		cmocka_unit_test(pages_join_to_the_whole_and_filters_are_parts_of_it),
		cmocka_unit_test(a_conflict_waits_like_a_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
