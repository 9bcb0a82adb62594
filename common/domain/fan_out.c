/* fan_out.c - see fan_out.h. */
#include "common/domain/fan_out.h"

#include <assert.h>

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static void add_done(struct dd_fan_out *fan_out, const struct dd_task_clock *part, int32_t late)
{
	fan_out->done_with_term = fan_out->done_with_term || part->due_day != 0;
	fan_out->late_done += late > 0;
	fan_out->worst_done = larger(fan_out->worst_done, late);
}

static void add_open(struct dd_fan_out *fan_out, const struct dd_task_clock *part, int32_t late)
{
	if (part->due_day != 0 &&
	    (fan_out->next_due_day == 0 || part->due_day < fan_out->next_due_day))
		fan_out->next_due_day = part->due_day;
	fan_out->late_open += late > 0;
	fan_out->worst_open = larger(fan_out->worst_open, late);
}

void dd_fan_out_add(struct dd_fan_out *fan_out, const struct dd_task_clock *part, bool explained,
		    const struct dd_judge *judge, int32_t today)
{
	int32_t late = dd_task_days_late(part, judge, today);

	assert((unsigned)part->state < DD_TASK_STATE_COUNT);
	fan_out->parts++;
	fan_out->in[part->state]++;
	fan_out->late_unexplained += late > 0 && !explained;
	if (part->state == DD_TASK_COMPLETED)
		add_done(fan_out, part, late);
	else if (dd_task_state_open(part->state))
		add_open(fan_out, part, late);
	if (part->state == DD_TASK_COMPLETED || part->state == DD_TASK_AWAITING)
		fan_out->last_submitted_day =
			larger(fan_out->last_submitted_day, part->submitted_day);
}

enum dd_task_state dd_fan_out_state(const struct dd_fan_out *fan_out)
{
	const uint32_t *in = fan_out->in;
	uint32_t base = fan_out->parts - in[DD_TASK_CANCELLED] - in[DD_TASK_CARRIED_OVER];

	assert(fan_out->parts > 0);
	if (base == 0)
		return in[DD_TASK_CARRIED_OVER] > 0 ? DD_TASK_CARRIED_OVER : DD_TASK_CANCELLED;
	if (in[DD_TASK_COMPLETED] == base)
		return DD_TASK_COMPLETED;
	/* What is left of it rests. */
	if (in[DD_TASK_COMPLETED] + in[DD_TASK_PAUSED] == base)
		return DD_TASK_PAUSED;
	if (in[DD_TASK_ASSIGNED] + in[DD_TASK_PAUSED] == base)
		return DD_TASK_ASSIGNED;
	return DD_TASK_IN_PROGRESS;
}

enum dd_bucket dd_fan_out_bucket(const struct dd_fan_out *fan_out)
{
	switch (dd_fan_out_state(fan_out)) {
	case DD_TASK_COMPLETED:
		return fan_out->late_done > 0 ? DD_BUCKET_DONE_LATE : DD_BUCKET_DONE_ON_TIME;
	case DD_TASK_PAUSED:
		return DD_BUCKET_PAUSED;
	case DD_TASK_CARRIED_OVER:
	case DD_TASK_CANCELLED:
		return DD_BUCKET_CANCELLED;
	default:
		break;
	}
	if (fan_out->late_open > 0)
		return DD_BUCKET_OPEN_OVERDUE;
	return fan_out->next_due_day != 0 ? DD_BUCKET_OPEN_IN_TERM : DD_BUCKET_NO_DUE;
}

int32_t dd_fan_out_days_late(const struct dd_fan_out *fan_out)
{
	switch (dd_fan_out_bucket(fan_out)) {
	case DD_BUCKET_DONE_LATE:
		return fan_out->worst_done;
	case DD_BUCKET_OPEN_OVERDUE:
		return fan_out->worst_open;
	default:
		return 0;
	}
}

bool dd_fan_out_excused(const struct dd_fan_out *fan_out)
{
	return dd_fan_out_days_late(fan_out) > 0 && fan_out->late_unexplained == 0;
}
