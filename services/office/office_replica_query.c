/* office_replica_query.c - answers from the copy of the unit's tasks. What follows from the day is
 * worked out anew: a task becomes overdue also while the centre is away. */
#include "common/base/text.h"
#include "common/domain/task_state.h"
#include "common/net/envelope.h"
#include "services/office/office_replica.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000
#define NEAR_DEFAULT  7
#define NEAR_MOST     3650

struct listing {
	const struct office_replica_query *ask;
	const Dondoc__V1__ListTasks *list;
	char *text; /* folded; owned; NULL = not asked for */
	struct dd_judge judge;
	int32_t as_of;
	int near_days;
	uint32_t limit;
	Dondoc__V1__TaskList *out;
	bool full; /* the arena has no more room */
	bool damaged;
};

/* As the centre judges it (common/view), by the rule that was in force when the copy was made:
 * nothing for what waits for nothing; a request that came in time keeps the task in term. */
static void judge_time(Dondoc__V1__TaskRow *row, const struct dd_judge *judge, int32_t as_of,
		       int near_days)
{
	const enum dd_task_state state = (enum dd_task_state)row->state;
	const struct dd_task_clock clock = {
		.state = state,
		.due_day = row->due_day,
		.submitted_day = row->submitted_day,
		.decided_day = row->decided_day,
		.waited_days = row->waited_days,
	};
	const int32_t late = dd_task_days_late(&clock, judge, as_of);
	enum dd_time_state time;

	row->days_late = !row->fields->group && late > 0 ? (uint32_t)late : 0;
	row->time_state = DONDOC__V1__TIME_STATE__TIME_ANY;
	row->days_left = 0;
	if (row->fields->group || !dd_task_state_open(state))
		return;
	time = dd_time_state(row->due_day, as_of, near_days);
	if (time == DD_TIME_OVERDUE && late <= 0)
		time = DD_TIME_IN_TERM;
	row->time_state = (Dondoc__V1__TimeState)time;
	if (row->due_day != 0)
		row->days_left = row->due_day - as_of;
}

static Dondoc__V1__TaskRow *unpack_row(struct dd_arena *arena, const uint8_t *data, size_t len)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);
	Dondoc__V1__TaskRow *row = dondoc__v1__task_row__unpack(&allocator, len, data);

	if (row == NULL || row->fields == NULL ||
	    (unsigned)row->state >= (unsigned)DD_TASK_STATE_COUNT)
		return NULL;
	return row;
}

static bool state_asked(const Dondoc__V1__ListTasks *list, Dondoc__V1__TaskState state)
{
	for (size_t i = 0; i < list->n_states; i++)
		if (list->states[i] == state)
			return true;
	return list->n_states == 0;
}

static bool text_found(const char *folded, const Dondoc__V1__TaskFields *fields)
{
	const char *const texts[] = {fields->code, fields->content, fields->product, fields->note};
	bool found = folded == NULL;

	for (size_t i = 0; !found && i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *text = dd_text_fold(texts[i]);

		found = text != NULL && strstr(text, folded) != NULL;
		free(text);
	}
	return found;
}

static bool matches(const struct listing *listing, const Dondoc__V1__TaskRow *row)
{
	const Dondoc__V1__ListTasks *list = listing->list;

	if (list->plan[0] != '\0' && strcmp(list->plan, row->fields->plan) != 0)
		return false;
	if (list->unit[0] != '\0' && strcmp(list->unit, row->lead_unit) != 0)
		return false;
	if (list->has_area_case == DONDOC__V1__LIST_TASKS__HAS_AREA_AREA &&
	    list->area != row->fields->area)
		return false;
	if (list->time_state != DONDOC__V1__TIME_STATE__TIME_ANY &&
	    list->time_state != row->time_state)
		return false;
	return state_asked(list, row->state) && text_found(listing->text, row->fields);
}

/* What the copy is not searched by: better no answer than all tasks for some. */
static bool beyond_the_copy(const Dondoc__V1__ListTasks *list)
{
	const char *const texts[] = {list->coordinating_unit, list->division, list->unit_kind,
				     list->occurrence};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i][0] != '\0')
			return true;
	}
	return list->flags_all != 0 || list->flags_none != 0 || list->n_labels > 0 ||
	       list->leader.len > 0 || list->due_from_day != 0 || list->due_to_day != 0 ||
	       list->not_updated_since_us != 0 || list->parent != 0 || list->not_received ||
	       list->assigned_before_day != 0 || list->with_subunits ||
	       list->has_receipt_case != DONDOC__V1__LIST_TASKS__HAS_RECEIPT__NOT_SET;
}

static bool list_row(void *arg, const uint8_t *data, size_t len)
{
	struct listing *listing = arg;
	Dondoc__V1__TaskList *out = listing->out;
	const size_t mark = listing->ask->arena->used;
	Dondoc__V1__TaskRow *row = unpack_row(listing->ask->arena, data, len);

	if (row == NULL) {
		listing->full = true;
		return false;
	}
	judge_time(row, &listing->judge, listing->as_of, listing->near_days);
	if (!matches(listing, row)) {
		listing->ask->arena->used = mark;
		return true;
	}
	out->total++;
	if (out->total <= listing->list->offset || out->n_rows >= listing->limit) {
		listing->ask->arena->used = mark;
		return true;
	}
	out->rows[out->n_rows++] = row;
	return true;
}

static int answer_list(struct office_replica *replica, const struct office_replica_query *ask,
		       Dondoc__V1__Answer *answer, struct dd_error *err)
{
	const Dondoc__V1__ListTasks *list = ask->query->list_tasks;
	const uint32_t near_days = list->near_days != 0 ? list->near_days : NEAR_DEFAULT;
	struct listing listing = {.ask = ask, .list = list, .judge = office_replica_judge(replica)};
	int rc;

	if (beyond_the_copy(list))
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "the centre cannot be reached, and the copy kept here is not "
			       "searched by that: ask by plan, area, state, time or text");
	listing.as_of = list->as_of_day != 0 ? list->as_of_day : ask->today;
	listing.near_days = (int)(near_days < NEAR_MOST ? near_days : NEAR_MOST);
	listing.limit = list->limit != 0 ? list->limit : LIMIT_DEFAULT;
	if (listing.limit > LIMIT_MOST)
		listing.limit = LIMIT_MOST;
	listing.out = dd_arena_alloc(ask->arena, sizeof(*listing.out));
	if (listing.out == NULL)
		return dd_fail(err, DD_ERR_RETRY, "the question is too large");
	dondoc__v1__task_list__init(listing.out);
	listing.out->rows = dd_arena_alloc(ask->arena, listing.limit * sizeof(void *));
	if (listing.out->rows == NULL)
		return dd_fail(err, DD_ERR_RETRY, "the question is too large");
	listing.text = list->text[0] != '\0' ? dd_text_fold(list->text) : NULL;
	rc = office_replica_walk(replica, 0, list_row, &listing);
	free(listing.text);
	if (rc != 0)
		return dd_fail(err, rc, "the copy of the unit's tasks cannot be read");
	if (listing.full)
		return dd_fail(err, DD_ERR_INVALID, "too much for one answer: ask for fewer rows");
	listing.out->as_of_day = listing.as_of;
	answer->what_case = DONDOC__V1__ANSWER__WHAT_TASKS;
	answer->tasks = listing.out;
	return 0;
}

struct showing {
	const struct office_replica_query *ask;
	const Dondoc__V1__ShowTask *show;
	Dondoc__V1__TaskRow *row;
	int found;
	char plans[256];
};

static bool show_row(void *arg, const uint8_t *data, size_t len)
{
	struct showing *showing = arg;
	const Dondoc__V1__ShowTask *show = showing->show;
	const size_t mark = showing->ask->arena->used;
	Dondoc__V1__TaskRow *row = unpack_row(showing->ask->arena, data, len);
	bool wanted;

	if (row == NULL)
		return false;
	wanted = show->task != 0 ? row->id == show->task
				 : strcmp(row->fields->code, show->code) == 0 &&
					   (show->plan[0] == '\0' ||
					    strcmp(row->fields->plan, show->plan) == 0);
	if (wanted) {
		const size_t used = strlen(showing->plans);

		(void)snprintf(showing->plans + used, sizeof(showing->plans) - used, "%s%s",
			       used > 0 ? ", " : "", row->fields->plan);
		showing->row = row;
		showing->found++;
	} else {
		showing->ask->arena->used = mark;
	}
	return show->task == 0 || row->id < show->task;
}

static int answer_show(struct office_replica *replica, const struct office_replica_query *ask,
		       Dondoc__V1__Answer *answer, struct dd_error *err)
{
	struct showing showing = {.ask = ask, .show = ask->query->show_task};
	const struct dd_judge judge = office_replica_judge(replica);
	Dondoc__V1__TaskDetail *detail;
	int rc = office_replica_walk(replica, showing.show->task, show_row, &showing);

	if (rc != 0)
		return dd_fail(err, rc, "the copy of the unit's tasks cannot be read");
	if (showing.found == 0)
		return dd_fail(err, DD_ERR_NOT_FOUND,
			       "this unit leads no such task, as far as is known here");
	if (showing.found > 1)
		return dd_fail(err, DD_ERR_CONFLICT, "several plans have that code: %s",
			       showing.plans);
	detail = dd_arena_alloc(ask->arena, sizeof(*detail));
	if (detail == NULL)
		return dd_fail(err, DD_ERR_RETRY, "the task is too large");
	judge_time(showing.row, &judge, ask->today, NEAR_DEFAULT);
	dondoc__v1__task_detail__init(detail);
	detail->task = showing.row;
	detail->history_cut = true; /* the history is at the centre */
	answer->what_case = DONDOC__V1__ANSWER__WHAT_TASK;
	answer->task = detail;
	return 0;
}

int office_replica_answer(struct office_replica *replica, const struct office_replica_query *query,
			  Dondoc__V1__Answer *answer_out, struct dd_error *err)
{
	const struct office_replica_state state = office_replica_state(replica);
	const Dondoc__V1__Query__WhatCase what = query->query->what_case;

	dondoc__v1__answer__init(answer_out);
	answer_out->view_sequence = state.view_sequence;
	if (what != DONDOC__V1__QUERY__WHAT_LIST_TASKS && what != DONDOC__V1__QUERY__WHAT_SHOW_TASK)
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "the centre cannot be reached, and only the unit's own tasks are "
			       "kept here: try again later");
	if (state.fetched_us == 0)
		return dd_fail(err, DD_ERR_RETRY,
			       "the centre cannot be reached and has never been since this office "
			       "was set up: nothing is known here yet; reports are taken all the "
			       "same");
	if (query->min_sequence > state.view_sequence)
		return dd_fail(err, DD_ERR_RETRY,
			       "the centre cannot be reached, and what is known here is older than "
			       "asked for: try again later");
	if (what == DONDOC__V1__QUERY__WHAT_LIST_TASKS)
		return answer_list(replica, query, answer_out, err);
	return answer_show(replica, query, answer_out, err);
}
