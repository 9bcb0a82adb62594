/* reminder.c - steps, the days on which they fall, and the one that counts. */
#include "common/domain/reminder.h"

#include "common/base/clock.h"
#include <stdlib.h>

#define MINUTE_US (60 * DD_SECOND_US)

/* --- policy ---------------------------------------------------------------------------------- */

/* Put a step where it belongs; one that is there already is not put twice. */
static int add_step(struct dd_reminder_policy *policy, int step, struct dd_error *err)
{
	int at = 0;

	while (at < policy->count && policy->steps[at] < step)
		at++;
	if (at < policy->count && policy->steps[at] == step)
		return 0;
	if (policy->count == DD_REMINDER_STEPS_MAX)
		return dd_fail(err, DD_ERR_INVALID, "more than %d steps", DD_REMINDER_STEPS_MAX);
	for (int i = policy->count; i > at; i--)
		policy->steps[i] = policy->steps[i - 1];
	policy->steps[at] = step;
	policy->count++;
	return 0;
}

/* One number and what separates it from the next. */
static int parse_one(const char **text, long *number_out, struct dd_error *err)
{
	char *end;

	while (**text == ' ')
		(*text)++;
	*number_out = **text >= '0' && **text <= '9' ? strtol(*text, &end, 10) : 0;
	if (*number_out < 1 || *number_out > DD_REMINDER_STEP_MOST)
		return dd_fail(err, DD_ERR_INVALID,
			       "'%.40s' is not a list of working days between 1 and %d, as \"7,3\"",
			       *text, DD_REMINDER_STEP_MOST);
	while (*end == ' ')
		end++;
	if (*end != ',' && *end != '\0')
		return dd_fail(err, DD_ERR_INVALID, "'%.40s': a ',' belongs between two numbers",
			       *text);
	*text = *end == ',' ? end + 1 : end;
	return 0;
}

static int parse_list(const char *text, int sign, struct dd_reminder_policy *policy,
		      struct dd_error *err)
{
	int rc = 0;

	while (rc == 0 && *text != '\0') {
		long number;

		rc = parse_one(&text, &number, err);
		if (rc == 0)
			rc = add_step(policy, sign * (int)number, err);
	}
	return rc;
}

int dd_reminder_policy_parse(const char *before, bool on_due, const char *after,
			     struct dd_reminder_policy *policy_out, struct dd_error *err)
{
	int rc;

	policy_out->count = 0;
	rc = parse_list(before, -1, policy_out, err);
	if (rc == 0 && on_due)
		rc = add_step(policy_out, 0, err);
	if (rc == 0)
		rc = parse_list(after, 1, policy_out, err);
	return rc;
}

const char *dd_reminder_rule(int step)
{
	if (step < 0)
		return "before";
	return step == 0 ? "due" : "after";
}

/* --- days ------------------------------------------------------------------------------------ */

int32_t dd_reminder_step_day(const struct dd_calendar *calendar, int32_t due_day, int step)
{
	if (step != 0)
		return dd_calendar_add(calendar, due_day, step);
	if (dd_calendar_working(calendar, due_day))
		return due_day;
	return dd_calendar_add(calendar, due_day, -1);
}

bool dd_reminder_state(enum dd_task_state state)
{
	switch (state) {
	case DD_TASK_ASSIGNED:
	case DD_TASK_IN_PROGRESS:
	case DD_TASK_RETURNED:
		return true;
	case DD_TASK_AWAITING:
	case DD_TASK_COMPLETED:
	case DD_TASK_PAUSED:
	case DD_TASK_CARRIED_OVER:
	case DD_TASK_CANCELLED:
	case DD_TASK_STATE_COUNT:
		break;
	}
	return false;
}

bool dd_reminder_due(const struct dd_reminder_policy *policy, const struct dd_calendar *calendar,
		     const struct dd_reminder_task *task, const struct dd_reminder_window *window,
		     int *step_out)
{
	if (task->due_day == 0 || !dd_reminder_state(task->state) ||
	    !dd_calendar_working(calendar, window->today))
		return false;
	for (int i = policy->count - 1; i >= 0; i--) {
		const int32_t day = dd_reminder_step_day(calendar, task->due_day, policy->steps[i]);

		if (day > window->today)
			continue;
		*step_out = policy->steps[i];
		return day > window->after_day;
	}
	return false;
}

/* --- hours ----------------------------------------------------------------------------------- */

/* One or two digits; -1 if there are none. */
static int parse_digits(const char **text)
{
	int number = -1;

	for (int i = 0; i < 2 && **text >= '0' && **text <= '9'; i++, (*text)++)
		number = (number < 0 ? 0 : number * 10) + (**text - '0');
	return number;
}

int dd_reminder_minutes_parse(const char *text, int *minutes_out, struct dd_error *err)
{
	const char *at = text;
	const int hour = parse_digits(&at);
	const bool colon = *at == ':';
	int minute = -1;

	if (colon) {
		at++;
		minute = parse_digits(&at);
	}
	if (hour < 0 || minute < 0 || minute > 59 || *at != '\0' || hour * 60 + minute > 24 * 60)
		return dd_fail(err, DD_ERR_INVALID, "'%.40s' is not a time of day as 08:00", text);
	*minutes_out = hour * 60 + minute;
	return 0;
}

bool dd_reminder_working_time(const struct dd_calendar *calendar,
			      const struct dd_reminder_hours *hours, int64_t wall_us)
{
	const int32_t day = dd_day_of(wall_us);
	const int64_t minute = (wall_us - dd_day_start_us(day)) / MINUTE_US;

	return dd_calendar_working(calendar, day) && minute >= hours->from && minute < hours->until;
}
