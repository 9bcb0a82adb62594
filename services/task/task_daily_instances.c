/* task_daily_instances.c - instances of recurring tasks: every period that has begun gets one, also
 * those that began while the service was down.
 *
 * Plans without a kind are left alone: they were imported before kinds were known, and their
 * recurring tasks were single rows by agreement. */
#include "services/task/task_daily.h"

#include <string.h>

#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "services/task/task_instance.h"

#define INSTANCES_MAX 500 /* at once: the rest a minute later */

static bool submit_one(struct task_daily *daily, const struct view_task *task,
		       const struct dd_period *period)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__MakeInstances make = DONDOC__V1__MAKE_INSTANCES__INIT;
	struct {
		uint64_t task;
		int64_t from;
	} about = {task->id, period->from};

	make.task = task->id;
	make.period_from = period->from;
	make.period_to = period->to;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_MAKE_INSTANCES;
	body.make_instances = &make;
	return task_daily_submit(daily, "dondoc instance",
				 &(struct task_daily_matter){.bytes = &about,
							     .len = sizeof(about),
							     .changed = task->version,
							     .open = true},
				 &body);
}

/* Whether the task's plan is at work, and since when its periods count. */
static bool plan_at_work(struct task_daily *daily, const struct view_task *task,
			 struct view_plan *plan_out)
{
	return task->group == 0 && dd_task_state_open((enum dd_task_state)task->state) &&
	       (task->flags & (DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED |
			       DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT)) == 0 &&
	       view_plan(daily->view, true, task->plan, plan_out) == DD_OK &&
	       plan_out->kind != DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER &&
	       plan_out->state == DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED;
}

static int32_t later_of(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Up to the end of the plan, of the task's own term, and of what has begun. */
static int32_t last_day(struct task_daily *daily, const struct view_task *task,
			const struct view_plan *plan, int32_t today)
{
	const struct dd_policy *policy = view_policy(daily->view, true, task->plan, "");
	int32_t last = today + policy->value[DD_SETTING_RECURRENCE_AHEAD];

	if (plan->to_day != 0 && last > plan->to_day)
		last = plan->to_day;
	return task->due_day != 0 && last > task->due_day ? task->due_day : last;
}

static int make_for(struct task_daily *daily, uint64_t id, int32_t today, int room)
{
	Dondoc__V1__TaskFields *fields;
	struct dd_recurrence_rule rule;
	struct dd_period period;
	struct view_task task;
	struct view_plan plan;
	const uint8_t *bytes;
	size_t len;
	int made = 0;
	int32_t day, last;

	if (view_task(daily->view, true, id, &task) != DD_OK ||
	    !plan_at_work(daily, &task, &plan) ||
	    view_task_fields(daily->view, true, id, &bytes, &len) != DD_OK)
		return 0;
	fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	if (fields == NULL)
		return 0;
	task_instance_rule(&task, fields, &rule);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	last = last_day(daily, &task, &plan, today);
	day = task.start_day;
	if (day == 0)
		day = later_of(view_assigned_day(&plan, task.assigned_day), plan.from_day);
	while (made < room && dd_recurrence_at(&rule, day, &period) && period.from <= last) {
		/* One that was refused takes no room from the others for ever. */
		if (!task_instance_made(daily->view, id, period.from))
			made += submit_one(daily, &task, &period);
		day = period.to + 1;
	}
	return made;
}

void task_daily_instances(struct task_daily *daily, int32_t today)
{
	struct view_walk walk;
	struct dd_error ignored;
	struct dd_key prefix;
	int made = 0;

	dd_key_begin(&prefix, VIEW_RECURRING);
	if (view_walk_open(daily->view, &prefix, &walk, &ignored) != DD_OK)
		return;
	while (made < INSTANCES_MAX && view_walk_next(&walk))
		made += make_for(daily, view_walk_number(&walk), today, INSTANCES_MAX - made);
	view_walk_close(&walk);
}
