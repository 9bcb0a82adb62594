/* task_state.h - states of a task, what leads from one to the other, and what follows from the
 * dates. The numbers are those of dondoc.v1.TaskState; this file needs no protobuf. */
#ifndef DD_DOMAIN_TASK_STATE_H
#define DD_DOMAIN_TASK_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum dd_task_state {
	DD_TASK_ASSIGNED = 0,
	DD_TASK_IN_PROGRESS,
	DD_TASK_AWAITING,
	DD_TASK_COMPLETED,
	DD_TASK_RETURNED,
	DD_TASK_PAUSED,
	DD_TASK_CARRIED_OVER,
	DD_TASK_CANCELLED,
	DD_TASK_STATE_COUNT
};

enum dd_task_action {
	DD_ACT_REPORT = 0,
	DD_ACT_REQUEST_COMPLETION,
	DD_ACT_CONFIRM,
	DD_ACT_RETURN,
	DD_ACT_REQUEST_EXTENSION,
	DD_ACT_GRANT_EXTENSION,
	DD_ACT_REFUSE_EXTENSION,
	DD_ACT_ASSIGN,
	DD_ACT_RECEIVE,
	DD_ACT_ASK_REFUSAL,
	DD_ACT_GRANT_REFUSAL,
	DD_ACT_DENY_REFUSAL,
	DD_ACT_ASK_TRANSFER,
	DD_ACT_GRANT_TRANSFER,
	DD_ACT_DENY_TRANSFER,
	DD_ACT_PAUSE,
	DD_ACT_RESUME,
	DD_ACT_CANCEL,
	DD_ACT_REMOVE,
	DD_ACT_CARRY,
	DD_ACT_END,  /* at the year's end */
	DD_ACT_KEEP, /* open beyond the year's end */
	DD_ACT_WITHDRAW_UPDATE,
	DD_ACT_WITHDRAW_REQUEST,
	DD_ACT_TAKE_BACK,
	DD_ACT_RESOLVE, /* a conflict */
	DD_ACT_PASS_ON,
	DD_ACT_UNCHANGED,
	DD_ACT_PRODUCT,
	DD_ACT_EXPLAIN,
	DD_ACT_DECIDE_EXPLANATION,
	DD_ACT_ASK_UNIT,
	DD_ACT_ANSWER,
	DD_ACT_CLOSE_ASK,
	DD_ACT_COMMENT,
	DD_ACT_ATTACH,
	DD_ACT_DATE,      /* by the event that it waited for */
	DD_ACT_MOVE_UNIT, /* with its unit, when units change */
	DD_TASK_ACTION_COUNT
};

const char *dd_task_state_name(enum dd_task_state state);    /* "in_progress" */
const char *dd_task_action_name(enum dd_task_action action); /* "report" */

/* The whole rule is one table: what state follows; -1 = not allowed from there. Resuming, taking
 * back and withdrawing lead to where the task was before: the table gives the present state, and
 * whoever asks knows the former one. */
int dd_task_state_after(enum dd_task_state from, enum dd_task_action action);

bool dd_task_state_open(
	enum dd_task_state state); /* still to be done: assigned .. returned but completed */

enum dd_time_state { DD_TIME_NO_DUE = 1, DD_TIME_IN_TERM, DD_TIME_NEAR, DD_TIME_OVERDUE };
/* Overdue begins at 00:00 of the day after the due day (DOMAIN.md 30 in words: local date). */
enum dd_time_state dd_time_state(int32_t due_day, int32_t today, int near_days);

/* The four official buckets and what stands outside; each task is in exactly one. Completed on time
 * is judged by the day of the completion request that was confirmed against the due day in force. A
 * completed task without due day counts as on time. A task awaiting confirmation whose request came
 * in time stays in term. */
enum dd_bucket {
	DD_BUCKET_DONE_ON_TIME = 0,
	DD_BUCKET_DONE_LATE,
	DD_BUCKET_OPEN_IN_TERM,
	DD_BUCKET_OPEN_OVERDUE,
	DD_BUCKET_NO_DUE,
	DD_BUCKET_PAUSED,
	DD_BUCKET_CANCELLED,
	DD_BUCKET_COUNT
};

/* How "on time" is judged; zeros are the plain rule. */
struct dd_judge {
	bool credit_waiting;  /* days for which submissions that came back waited are not the lead's
			       */
	bool by_confirmation; /* by the day of the confirmation, not of the submission */
};
/* What of a task bears on it. `decided_day` 0 = not known: the submission's counts. */
struct dd_task_clock {
	enum dd_task_state state;
	int32_t due_day, submitted_day, decided_day;
	uint32_t waited_days;
};
/* Days beyond the date in force, as judged on the day `today`; negative or 0: in time. A task
 * without date, or whose clock stands still, is never late: 0. */
int32_t dd_task_days_late(const struct dd_task_clock *clock, const struct dd_judge *judge,
			  int32_t today);
enum dd_bucket dd_task_bucket_of(const struct dd_task_clock *clock, const struct dd_judge *judge,
				 int32_t today);

#endif
