/* view_blocked.c - see view_blocked.h. */
#include "common/view/view_blocked.h"
#include "common/domain/task_state.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include <string.h>

static bool over(const struct view_task *task)
{
	enum dd_task_state state = (enum dd_task_state)task->state;

	return state == DD_TASK_COMPLETED || state == DD_TASK_CANCELLED ||
	       state == DD_TASK_CARRIED_OVER ||
	       (task->flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0;
}

static bool parts_over(struct view *view, bool with_batch, uint64_t whole)
{
	struct view_walk walk;
	struct view_task part;
	struct dd_error ignored;
	struct dd_key prefix;
	bool all = true;

	view_key_u64(&prefix, VIEW_CHILD, whole);
	if (view_walk_open(view, &prefix, &walk, &ignored) != DD_OK)
		return false;
	while (all && view_walk_next(&walk))
		all = view_task(view, with_batch, view_walk_number(&walk), &part) != DD_OK ||
		      over(&part);
	view_walk_close(&walk);
	return all;
}

bool view_finished(struct view *view, bool with_batch, uint64_t task)
{
	struct view_task record;

	if (view_task(view, with_batch, task, &record) != DD_OK || over(&record))
		return true;
	return (record.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT) != 0 &&
	       parts_over(view, with_batch, task);
}

bool view_blocked(struct view *view, bool with_batch, const struct view_task *task)
{
	uint64_t before[VIEW_BEFORE_MAX];
	size_t count;

	if (over(task))
		return false;
	count = view_predecessors(view, with_batch, task->id, before, VIEW_BEFORE_MAX);
	for (size_t i = 0; i < count && i < VIEW_BEFORE_MAX; i++) {
		if (!view_finished(view, with_batch, before[i]))
			return true;
	}
	return false;
}

int answer_blocked(struct answering *answering, uint64_t **tasks_out, size_t *count_out)
{
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct view_task task;
	struct dd_key prefix;
	int rc;

	dd_key_begin(&prefix, VIEW_BEFORE);
	rc = answer_walk_open(answering, &prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		uint64_t id = dd_key_get_u64((const uint8_t *)walk.key.data + walk.key.len - 8);

		if (view_task(answering->view, false, id, &task) == DD_OK &&
		    view_blocked(answering->view, false, &task))
			answer_rows_add(answering, &rows,
					pool_memdup(&answering->pool, &id, sizeof(id)));
	}
	answer_walk_close(&walk);
	*tasks_out = pool_alloc(&answering->pool, (rows.count + 1) * sizeof(**tasks_out));
	for (size_t i = 0; i < rows.count; i++)
		memcpy(&(*tasks_out)[i], rows.items[i], sizeof(**tasks_out));
	*count_out = rows.count;
	return walk.rc;
}
