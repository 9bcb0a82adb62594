/* reminder.h - which reminder of a task is due on a day: a pure function of the task's dates and
 * state, the working calendar, the policy and the day. A year of reminders can be simulated. */
#ifndef DD_DOMAIN_REMINDER_H
#define DD_DOMAIN_REMINDER_H

#include "common/base/err.h"
#include "common/domain/calendar.h"
#include "common/domain/task_state.h"
#include <stdbool.h>
#include <stdint.h>

#define DD_REMINDER_STEPS_MAX 16
#define DD_REMINDER_STEP_MOST 250 /* working days from the due day, either way */

/* Steps in working days from the due day, ascending: -7, -3, 0, 1. */
struct dd_reminder_policy {
	int steps[DD_REMINDER_STEPS_MAX];
	int count;
};

/* `before` and `after` are lists as people write them: "7,3" and "1", may be empty. DD_ERR_INVALID
 * with words. */
int dd_reminder_policy_parse(const char *before, bool on_due, const char *after,
			     struct dd_reminder_policy *policy_out,
			     struct dd_error *err) DD_MUST_CHECK;

/* The stable id of the rule to which a step belongs: "before", "due" or "after". */
const char *dd_reminder_rule(int step);

/* The day on which a step falls, always a working day. Step 0 of a due day that is no working day
 * falls on the last working day before it: told afterwards, it would help nobody. */
int32_t dd_reminder_step_day(const struct dd_calendar *calendar, int32_t due_day, int step);

struct dd_reminder_task {
	enum dd_task_state state;
	int32_t due_day; /* 0 = none */
};

/* Whether a task in this state is reminded of at all: what is completed, paused, carried over,
 * cancelled or waits for confirmation is not. */
bool dd_reminder_state(enum dd_task_state state);

/* Days that have been looked at and are closed, and the day of the decision. */
struct dd_reminder_window {
	int32_t after_day;
	int32_t today;
};

/* The step that is due today. Only the latest step that has fallen counts, so that a task is told
 * once after a time without service; it is due if it fell behind `after_day`. False: none, or today
 * is no working day (nothing is lost: the next working day decides anew, by what is true then). */
bool dd_reminder_due(const struct dd_reminder_policy *policy, const struct dd_calendar *calendar,
		     const struct dd_reminder_task *task, const struct dd_reminder_window *window,
		     int *step_out);

/* Minutes of the local day; nothing is sent outside. from < until. */
struct dd_reminder_hours {
	int from;
	int until;
};

/* "08:00". DD_ERR_INVALID with words. */
int dd_reminder_minutes_parse(const char *text, int *minutes_out,
			      struct dd_error *err) DD_MUST_CHECK;

bool dd_reminder_working_time(const struct dd_calendar *calendar,
			      const struct dd_reminder_hours *hours, int64_t wall_us);

#endif
