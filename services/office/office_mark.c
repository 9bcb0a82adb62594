/* office_mark.c - see office_mark.h. */
#include "services/office/office_mark.h"

#include "common/net/envelope.h"
#include "services/office/office_status.h"
#include <stdlib.h>
#include <string.h>

#define LOOKED_MAX 256u /* of those that have their answer, the newest */

struct marking {
	struct office_outbox *outbox;
	uint64_t shown;
	uint32_t looked;
	bool (*take)(struct marking *marking, const struct office_item *item);
	struct dd_arena *arena;
	uint64_t *tasks; /* owned; one for each report that waits */
	size_t count;
	size_t room;
	Dondoc__V1__TaskDetail *detail; /* its reports are told one by one */
};

static bool on_open(void *arg, const struct office_item *item)
{
	struct marking *marking = arg;

	return marking->take(marking, item);
}

/* What was accepted a moment ago. */
static bool on_newest(void *arg, const struct office_item *item)
{
	struct marking *marking = arg;

	if (item->state == OFFICE_ACCEPTED && item->receipt.sequence > marking->shown &&
	    !marking->take(marking, item))
		return false;
	return ++marking->looked < LOOKED_MAX;
}

static int walk(struct marking *marking,
		bool (*take)(struct marking *marking, const struct office_item *item))
{
	int rc;

	marking->take = take;
	marking->looked = 0;
	rc = office_outbox_walk_open(marking->outbox, on_open, marking);
	return rc != 0 ? rc : office_outbox_walk(marking->outbox, false, on_newest, marking);
}

static bool count_item(struct marking *marking, const struct office_item *item)
{
	if (item->task == 0)
		return true;
	if (marking->count == marking->room) {
		marking->room = marking->room == 0 ? 64 : 2 * marking->room;
		marking->tasks =
			dd_realloc(marking->tasks, marking->room * sizeof(*marking->tasks));
	}
	marking->tasks[marking->count++] = item->task;
	return true;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

static uint32_t count_of(const struct marking *marking, uint64_t task)
{
	size_t low = 0, high = marking->count, at;
	uint32_t count = 0;

	while (low < high) {
		at = low + (high - low) / 2;
		if (marking->tasks[at] < task)
			low = at + 1;
		else
			high = at;
	}
	while (low + count < marking->count && marking->tasks[low + count] == task)
		count++;
	return count;
}

static void mark_row(const struct marking *marking, Dondoc__V1__TaskRow *row)
{
	row->local_pending = count_of(marking, row->id);
}

static bool tell_item(struct marking *marking, const struct office_item *item)
{
	Dondoc__V1__TaskDetail *detail = marking->detail;
	Dondoc__V1__OutboxRow *row = NULL;

	if (item->task != detail->task->id)
		return true;
	if (detail->n_local < OFFICE_MARK_ROWS)
		row = office_status_row(marking->outbox, item, marking->arena);
	if (row == NULL)
		return false;
	detail->local[detail->n_local++] = row;
	return true;
}

static bool mark_detail(struct marking *marking, Dondoc__V1__TaskDetail *detail)
{
	mark_row(marking, detail->task);
	for (size_t i = 0; i < detail->n_children; i++)
		mark_row(marking, detail->children[i]);
	if (detail->task->local_pending == 0)
		return true;
	detail->n_local = 0;
	detail->local = dd_arena_alloc(marking->arena, OFFICE_MARK_ROWS * sizeof(void *));
	marking->detail = detail;
	return detail->local != NULL && walk(marking, tell_item) == 0;
}

static bool mark_answer(struct marking *marking, Dondoc__V1__Answer *answer)
{
	if (answer->what_case == DONDOC__V1__ANSWER__WHAT_TASK)
		return answer->task->task != NULL && mark_detail(marking, answer->task);
	if (answer->what_case != DONDOC__V1__ANSWER__WHAT_TASKS)
		return false;
	for (size_t i = 0; i < answer->tasks->n_rows; i++)
		mark_row(marking, answer->tasks->rows[i]);
	return true;
}

void office_mark(struct office_outbox *outbox, uint64_t shown, struct dd_arena *arena,
		 struct dd_buf *answer)
{
	struct marking marking = {.outbox = outbox, .shown = shown, .arena = arena};
	ProtobufCAllocator allocator = dd_arena_allocator(arena);
	Dondoc__V1__Answer *unpacked;
	size_t size;

	if (walk(&marking, count_item) == 0 && marking.count > 0) {
		qsort(marking.tasks, marking.count, sizeof(*marking.tasks), by_number);
		unpacked = dondoc__v1__answer__unpack(&allocator, answer->len, answer->data);
		if (unpacked != NULL && mark_answer(&marking, unpacked)) {
			size = dondoc__v1__answer__get_packed_size(unpacked);
			dd_buf_clear(answer);
			(void)dondoc__v1__answer__pack(unpacked, dd_buf_reserve(answer, size));
			answer->len = size;
		}
	}
	free(marking.tasks);
}
