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
	[DD_ACT_RECEIVE] = "receive",
	[DD_ACT_ASK_REFUSAL] = "ask_refusal",
	[DD_ACT_GRANT_REFUSAL] = "grant_refusal",
	[DD_ACT_DENY_REFUSAL] = "deny_refusal",
	[DD_ACT_ASK_TRANSFER] = "ask_transfer",
	[DD_ACT_GRANT_TRANSFER] = "grant_transfer",
	[DD_ACT_DENY_TRANSFER] = "deny_transfer",
	[DD_ACT_PAUSE] = "pause",
	[DD_ACT_RESUME] = "resume",
	[DD_ACT_CANCEL] = "cancel",
	[DD_ACT_REMOVE] = "remove",
	[DD_ACT_CARRY] = "carry",
	[DD_ACT_END] = "end_with_year",
	[DD_ACT_KEEP] = "keep",
	[DD_ACT_WITHDRAW_UPDATE] = "withdraw_update",
	[DD_ACT_WITHDRAW_REQUEST] = "withdraw_request",
	[DD_ACT_TAKE_BACK] = "take_back",
	[DD_ACT_RESOLVE] = "resolve",
	[DD_ACT_PASS_ON] = "pass_on",
	[DD_ACT_UNCHANGED] = "unchanged",
	[DD_ACT_PRODUCT] = "report_product",
	[DD_ACT_EXPLAIN] = "explain",
	[DD_ACT_DECIDE_EXPLANATION] = "decide_explanation",
	[DD_ACT_ASK_UNIT] = "ask_unit",
	[DD_ACT_ANSWER] = "answer",
	[DD_ACT_CLOSE_ASK] = "close_ask",
	[DD_ACT_COMMENT] = "add_comment",
	[DD_ACT_ATTACH] = "attach",
	[DD_ACT_DATE] = "set_date",
	[DD_ACT_MOVE_UNIT] = "move_unit",
};

#define NO   (-1) /* not allowed */
#define SAME (-2) /* allowed; the state stays, or is told by the event */
#define NEW  DD_TASK_ASSIGNED
#define WORK DD_TASK_IN_PROGRESS
#define WAIT DD_TASK_AWAITING
#define DONE DD_TASK_COMPLETED
#define BACK DD_TASK_RETURNED
#define REST DD_TASK_PAUSED
#define NEXT DD_TASK_CARRIED_OVER
#define OFF  DD_TASK_CANCELLED

/* While a request for completion waits, a note may be added and nothing of the work moves. */
/* clang-format off */
static const signed char after[DD_TASK_ACTION_COUNT][DD_TASK_STATE_COUNT] = {
	/*                              assigned, in progress, awaiting, completed,
	 *                              returned, paused, carried over, cancelled */
	[DD_ACT_REPORT]             = {WORK, SAME, SAME, NO,   WORK, NO,   NO,   NO},
	[DD_ACT_REQUEST_COMPLETION] = {WAIT, WAIT, NO,   NO,   WAIT, NO,   NO,   NO},
	[DD_ACT_CONFIRM]            = {NO,   NO,   DONE, NO,   NO,   NO,   NO,   NO},
	[DD_ACT_RETURN]             = {NO,   NO,   BACK, NO,   NO,   NO,   NO,   NO},
	[DD_ACT_REQUEST_EXTENSION]  = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_GRANT_EXTENSION]    = {SAME, SAME, SAME, NO,   SAME, NO,   NO,   NO},
	[DD_ACT_REFUSE_EXTENSION]   = {SAME, SAME, SAME, NO,   SAME, NO,   NO,   NO},
	[DD_ACT_ASSIGN]             = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_RECEIVE]            = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_ASK_REFUSAL]        = {SAME, NO,   NO,   NO,   NO,   NO,   NO,   NO},
	[DD_ACT_GRANT_REFUSAL]      = {NEW,  NEW,  NO,   NO,   NEW,  NO,   NO,   NO},
	[DD_ACT_DENY_REFUSAL]       = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_ASK_TRANSFER]       = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_GRANT_TRANSFER]     = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_DENY_TRANSFER]      = {SAME, SAME, NO,   NO,   SAME, NO,   NO,   NO},
	[DD_ACT_PAUSE]              = {REST, REST, REST, NO,   REST, NO,   NO,   NO},
	[DD_ACT_RESUME]             = {NO,   NO,   NO,   NO,   NO,   SAME, NO,   NO},
	[DD_ACT_CANCEL]             = {OFF,  OFF,  OFF,  NO,   OFF,  OFF,  NO,   NO},
	[DD_ACT_REMOVE]             = {SAME, NO,   NO,   NO,   NO,   NO,   NO,   NO},
	[DD_ACT_CARRY]              = {NEXT, NEXT, NEXT, NO,   NEXT, NEXT, NO,   NO},
	[DD_ACT_END]                = {OFF,  OFF,  OFF,  NO,   OFF,  OFF,  NO,   NO},
	[DD_ACT_KEEP]               = {SAME, SAME, SAME, NO,   SAME, SAME, NO,   NO},
	[DD_ACT_WITHDRAW_UPDATE]    = {SAME, SAME, SAME, NO,   SAME, SAME, NO,   NO},
	[DD_ACT_WITHDRAW_REQUEST]   = {SAME, SAME, SAME, NO,   SAME, SAME, NO,   NO},
	[DD_ACT_TAKE_BACK]          = {SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME},
	[DD_ACT_RESOLVE]            = {SAME, SAME, SAME, NO,   SAME, SAME, NO,   NO},
	[DD_ACT_PASS_ON]            = {SAME, SAME, SAME, NO,   SAME, NO,   NO,   NO},
	[DD_ACT_UNCHANGED]          = {WORK, SAME, NO,   NO,   WORK, NO,   NO,   NO},
	[DD_ACT_PRODUCT]            = {WORK, SAME, SAME, NO,   WORK, NO,   NO,   NO},
	[DD_ACT_EXPLAIN]            = {SAME, SAME, SAME, SAME, SAME, NO,   NO,   NO},
	[DD_ACT_DECIDE_EXPLANATION] = {SAME, SAME, SAME, SAME, SAME, SAME, NO,   NO},
	[DD_ACT_ASK_UNIT]           = {SAME, SAME, SAME, NO,   SAME, NO,   NO,   NO},
	[DD_ACT_ANSWER]             = {SAME, SAME, SAME, SAME, SAME, SAME, NO,   NO},
	[DD_ACT_CLOSE_ASK]          = {SAME, SAME, SAME, SAME, SAME, SAME, NO,   NO},
	[DD_ACT_COMMENT]            = {SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME},
	[DD_ACT_ATTACH]             = {SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME},
	[DD_ACT_DATE]               = {SAME, SAME, SAME, NO,   SAME, SAME, NO,   NO},
	[DD_ACT_MOVE_UNIT]          = {SAME, SAME, SAME, NO,   SAME, SAME, NO,   NO},
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
	return after[action][from] == SAME ? (int)from : after[action][from];
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

/* The day that counts for the work: what was handed in counts by its own day, and the wait for a
 * decision is not the lead's. */
static int64_t judged_day(const struct dd_task_clock *clock, const struct dd_judge *judge,
			  int32_t today)
{
	int64_t waited = judge->credit_waiting ? clock->waited_days : 0;

	if (clock->state == DD_TASK_COMPLETED && judge->by_confirmation && clock->decided_day != 0)
		return clock->decided_day - waited;
	if (clock->state == DD_TASK_COMPLETED ||
	    (clock->state == DD_TASK_AWAITING && !judge->by_confirmation))
		return clock->submitted_day - waited;
	return today - waited;
}

int32_t dd_task_days_late(const struct dd_task_clock *clock, const struct dd_judge *judge,
			  int32_t today)
{
	int64_t late;

	if (clock->due_day == 0 ||
	    (clock->state != DD_TASK_COMPLETED && !dd_task_state_open(clock->state)))
		return 0;
	late = judged_day(clock, judge, today) - clock->due_day;
	if (late > INT32_MAX)
		return INT32_MAX;
	return late < INT32_MIN ? INT32_MIN : (int32_t)late;
}

enum dd_bucket dd_task_bucket_of(const struct dd_task_clock *clock, const struct dd_judge *judge,
				 int32_t today)
{
	bool late = dd_task_days_late(clock, judge, today) > 0;

	switch (clock->state) {
	case DD_TASK_COMPLETED:
		return late ? DD_BUCKET_DONE_LATE : DD_BUCKET_DONE_ON_TIME;
	case DD_TASK_PAUSED:
		return DD_BUCKET_PAUSED;
	case DD_TASK_CARRIED_OVER:
	case DD_TASK_CANCELLED:
		return DD_BUCKET_CANCELLED;
	case DD_TASK_ASSIGNED:
	case DD_TASK_IN_PROGRESS:
	case DD_TASK_AWAITING:
	case DD_TASK_RETURNED:
	case DD_TASK_STATE_COUNT:
		break;
	}
	if (clock->due_day == 0)
		return DD_BUCKET_NO_DUE;
	return late ? DD_BUCKET_OPEN_OVERDUE : DD_BUCKET_OPEN_IN_TERM;
}
