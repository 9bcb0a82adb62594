/* task_state.c - the rules of a task's states, as tables. */
#include "common/domain/task_state.h"

#include <assert.h>

static const char *const state_names[] = {
	[DD_TASK_ASSIGNED] = "assigned",         [DD_TASK_IN_PROGRESS] = "in_progress",
	[DD_TASK_AWAITING] = "awaiting",         [DD_TASK_COMPLETED] = "completed",
	[DD_TASK_RETURNED] = "returned",         [DD_TASK_PAUSED] = "paused",
	[DD_TASK_CARRIED_OVER] = "carried_over", [DD_TASK_CANCELLED] = "cancelled",
};

static const char *const action_names[] = {
	[DD_ACT_REPORT] = "report",
	[DD_ACT_REQUEST_COMPLETION] = "request_completion",
	[DD_ACT_CONFIRM] = "confirm",
	[DD_ACT_RETURN] = "return",
	[DD_ACT_REQUEST_EXTENSION] = "request_extension",
	[DD_ACT_GRANT_EXTENSION] = "grant_extension",
	[DD_ACT_REFUSE_EXTENSION] = "refuse_extension",
	[DD_ACT_ASSIGN] = "assign",
};

#define NO   (-1) /* not allowed */
#define SAME (-2) /* allowed; the state stays */
#define WORK DD_TASK_IN_PROGRESS
#define WAIT DD_TASK_AWAITING
#define DONE DD_TASK_COMPLETED
#define BACK DD_TASK_RETURNED

/* While a request for completion waits, a note may be added and nothing else moves. */
/* clang-format off */
static const signed char after[DD_TASK_STATE_COUNT][DD_TASK_ACTION_COUNT] = {
	/* report, ask completion, confirm, return; ask, grant, refuse extension; assign */
	[DD_TASK_ASSIGNED]     = {WORK, WAIT, NO,   NO,   SAME, SAME, SAME, SAME},
	[DD_TASK_IN_PROGRESS]  = {SAME, WAIT, NO,   NO,   SAME, SAME, SAME, SAME},
	[DD_TASK_AWAITING]     = {SAME, NO,   DONE, BACK, NO,   SAME, SAME, NO},
	[DD_TASK_COMPLETED]    = {NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
	[DD_TASK_RETURNED]     = {WORK, WAIT, NO,   NO,   SAME, SAME, SAME, SAME},
	[DD_TASK_PAUSED]       = {NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
	[DD_TASK_CARRIED_OVER] = {NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
	[DD_TASK_CANCELLED]    = {NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
};
/* clang-format on */

const char *dd_task_state_name(enum dd_task_state state)
{
	assert((unsigned)state < DD_TASK_STATE_COUNT);
	return state_names[state];
}

const char *dd_task_action_name(enum dd_task_action action)
{
	assert((unsigned)action < DD_TASK_ACTION_COUNT);
	return action_names[action];
}

int dd_task_state_after(enum dd_task_state from, enum dd_task_action action)
{
	assert((unsigned)from < DD_TASK_STATE_COUNT);
	assert((unsigned)action < DD_TASK_ACTION_COUNT);
	return after[from][action] == SAME ? (int)from : after[from][action];
}

bool dd_task_state_open(enum dd_task_state state)
{
	return state == DD_TASK_ASSIGNED || state == DD_TASK_IN_PROGRESS ||
	       state == DD_TASK_AWAITING || state == DD_TASK_RETURNED;
}

enum dd_time_state dd_time_state(int32_t due_day, int32_t today, int near_days)
{
	if (due_day == 0)
		return DD_TIME_NO_DUE;
	if (today > due_day)
		return DD_TIME_OVERDUE;
	return (int64_t)due_day - today <= near_days ? DD_TIME_NEAR : DD_TIME_IN_TERM;
}

enum dd_bucket dd_task_bucket(enum dd_task_state state, int32_t due_day, int32_t submitted_day,
			      int32_t today)
{
	switch (state) {
	case DD_TASK_COMPLETED:
		if (due_day == 0 || submitted_day <= due_day)
			return DD_BUCKET_DONE_ON_TIME;
		return DD_BUCKET_DONE_LATE;
	case DD_TASK_PAUSED:
		return DD_BUCKET_PAUSED;
	case DD_TASK_CARRIED_OVER:
	case DD_TASK_CANCELLED:
		return DD_BUCKET_CANCELLED;
	case DD_TASK_AWAITING:
		/* What was handed in counts; the wait for a decision is not the unit's. */
		today = submitted_day;
		break;
	case DD_TASK_ASSIGNED:
	case DD_TASK_IN_PROGRESS:
	case DD_TASK_RETURNED:
	case DD_TASK_STATE_COUNT:
		break;
	}
	if (due_day == 0)
		return DD_BUCKET_NO_DUE;
	return today > due_day ? DD_BUCKET_OPEN_OVERDUE : DD_BUCKET_OPEN_IN_TERM;
}
