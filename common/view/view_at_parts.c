/* view_at_parts.c - a fan-out as of a position stands as its parts stood then. */
#include "common/domain/fan_out.h"
#include "common/view/sheet_select.h"
#include "common/view/view_at.h"
#include "common/view/view_fix.h"
#include "common/view/view_task.h"
#include <stdlib.h>
#include <string.h>

/* --- which fan-outs may have moved -------------------------------------------------------------
 */

static int by_number(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

int at_parts_moved(struct answering *answering, const struct at_member *members, size_t count,
		   uint64_t since, struct at_moved *moved_out)
{
	struct view_task now;
	int rc = DD_OK;

	moved_out->count = 0;
	moved_out->parents = pool_alloc(&answering->pool, (count + 1) * sizeof(uint64_t));
	for (size_t i = 0; rc == DD_OK && i < count; i++) {
		if (members[i].version <= since)
			continue;
		rc = answer_task(answering, members[i].task, &now);
		if (rc == DD_OK && now.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_PART)
			moved_out->parents[moved_out->count++] = now.parent;
	}
	qsort(moved_out->parents, moved_out->count, sizeof(uint64_t), by_number);
	return rc;
}

bool at_has_moved(const struct at_moved *moved, uint64_t task)
{
	return bsearch(&task, moved->parents, moved->count, sizeof(task), by_number) != NULL;
}

/* --- how it stood ------------------------------------------------------------------------------
 */

/* The task's last moment up to `at` that counts; *found_out false: it was not there. */
static int moment_at(struct answering *answering, uint64_t task, uint64_t at,
		     struct view_moment *moment_out, bool *found_out)
{
	struct answer_walk walk;
	struct view_voids voids;
	struct dd_key key;
	int rc = view_voids_get(answering->txn, task, &voids);

	*found_out = false;
	view_key_u64(&key, VIEW_MOMENT, task);
	if (rc == DD_OK)
		rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		const uint8_t *bytes = walk.key.data;
		uint64_t sequence;

		if (walk.key.len != 1 + 2 * sizeof(sequence) || walk.val.len != sizeof(*moment_out))
			continue;
		sequence = dd_key_get_u64(bytes + 1 + sizeof(sequence));
		if (sequence > at)
			break;
		if (!view_moment_counts(&voids, sequence, 0))
			continue;
		memcpy(moment_out, walk.val.data, sizeof(*moment_out));
		*found_out = true;
	}
	answer_walk_close(&walk);
	return walk.rc;
}

static void add_part(struct dd_fan_out *fan_out, const struct view_moment *moment,
		     const struct row_judging *judging)
{
	const struct dd_task_clock clock = {
		.state = (enum dd_task_state)moment->state,
		.due_day = moment->due_day,
		.submitted_day = moment->submitted_day,
		.decided_day = moment->decided_day,
		.waited_days = moment->waited_days,
	};

	dd_fan_out_add(fan_out, &clock, (moment->flags & VIEW_MOMENT_EXPLAINED) != 0,
		       &judging->judge, judging->as_of);
}

static void put_parts(const struct dd_fan_out *fan_out, const struct row_judging *judging,
		      Dondoc__V1__TaskRow *row)
{
	const struct sheet_row stand = {
		.from_parts = true,
		.state = (uint8_t)dd_fan_out_state(fan_out),
		.parts_late = dd_fan_out_days_late(fan_out),
		.parts_due_day = fan_out->next_due_day,
	};
	const bool open = dd_task_state_open((enum dd_task_state)stand.state);

	row->state = (Dondoc__V1__TaskState)stand.state;
	row->submitted_day = row->state == DONDOC__V1__TASK_STATE__TASK_COMPLETED
				     ? fan_out->last_submitted_day
				     : 0;
	row->days_late = stand.parts_late > 0 ? (uint32_t)stand.parts_late : 0;
	row->days_left =
		open && stand.parts_due_day != 0 ? stand.parts_due_day - judging->as_of : 0;
	row->time_state = (Dondoc__V1__TimeState)sheet_time_state(
		&stand, &judging->judge, judging->as_of, judging->near_days);
}

int at_take_parts(struct answering *answering, uint64_t at, Dondoc__V1__TaskRow *row)
{
	struct row_judging judging;
	struct dd_fan_out fan_out = {.parts = 0};
	struct answer_walk walk;
	struct dd_key key;
	int rc = DD_OK;

	if (!row || !row->fields->fan_out)
		return DD_OK;
	judging = at_judging(answering, at);
	view_key_u64(&key, VIEW_CHILD, row->id);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		struct view_moment moment;
		bool found;

		rc = moment_at(answering,
			       dd_key_get_u64((const uint8_t *)walk.key.data + walk.key.len - 8),
			       at, &moment, &found);
		if (rc == DD_OK && found && moment.parent == row->id && !moment.removed &&
		    moment.flags & VIEW_MOMENT_PART)
			add_part(&fan_out, &moment, &judging);
	}
	answer_walk_close(&walk);
	if (rc == DD_OK && walk.rc == DD_OK && fan_out.parts > 0)
		put_parts(&fan_out, &judging, row);
	return rc == DD_OK ? walk.rc : rc;
}
