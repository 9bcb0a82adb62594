/* task_destroy_fixture.h - words destroyed by order of two persons, and what is left. */
#ifndef TESTS_SERVICES_TASK_DESTROY_FIXTURE_H
#define TESTS_SERVICES_TASK_DESTROY_FIXTURE_H

#include "tests/services/task/task_evidence_fixture.h"

/* --- destroying ------------------------------------------------------------------------------- */

static inline uint64_t destroy(struct hall *hall, uint64_t event)
{
	uint64_t number;

	accepted(order(hall, NULL, event, PERSON(a)));
	number = hall_head(hall);
	accepted(confirm(hall, number, true, PERSON(b)));
	daily(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(DESTRUCTION_DONE));
	return number;
}

/* What the events made of the view is what a new one makes of the log without the words. */
static inline void same_built_anew(struct hall *hall)
{
	struct dd_buf live = {0}, rebuilt = {0};
	char dir[600], mark[700];

	hall_path(hall, "view", dir);
	(void)snprintf(mark, sizeof(mark), "%s/outdated", dir);
	assert_int_equal(unlink(mark), 0); /* keep what is there */
	dump(hall, &live);
	hall_reopen(hall, false);
	dump(hall, &rebuilt);
	assert_int_equal(live.len, rebuilt.len);
	assert_memory_equal(live.data, rebuilt.data, live.len);
	dd_buf_fini(&live);
	dd_buf_fini(&rebuilt);
}

static inline void nothing_is_left(struct hall *hall, const char *words)
{
	assert_int_equal(files_with(hall, "log", words), 0);
	hall_reopen(hall, true); /* the mark makes it build the view anew */
	assert_int_equal(files_with(hall, VIEW_NOW, words), 0);
	verify(hall);
}

static inline Dondoc__V1__Answer *page_of(struct hall *hall, uint64_t task)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Answer *answer;

	show.task = task;
	show.history_limit = 100;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	answer = ask(hall, &hall_operator, &query);
	assert_non_null(answer);
	assert_non_null(answer->task->life);
	return answer;
}

static inline const Dondoc__V1__HistoryRow *row_of(const Dondoc__V1__Answer *answer,
						   uint64_t sequence)
{
	for (size_t i = 0; i < answer->task->n_history; i++)
		if (answer->task->history[i]->sequence == sequence)
			return answer->task->history[i];
	fail_msg("event %llu is not in the history", (unsigned long long)sequence);
	return NULL;
}

#endif
