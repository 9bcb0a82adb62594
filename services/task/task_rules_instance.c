/* task_rules_instance.c - instances of recurring tasks: one a period, and none twice. */
#include "services/task/task_instance.h"

#include <stdio.h>
#include <string.h>

#include "common/domain/unit_code.h"
#include "common/view/view_task.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

void task_instance_rule(const struct view_task *task, const Dondoc__V1__TaskFields *fields,
			struct dd_recurrence_rule *rule_out)
{
	const Dondoc__V1__Timing *timing = fields->timing;

	*rule_out = (struct dd_recurrence_rule){
		.recurrence = (enum dd_recurrence)task->recurrence,
		.start_day = task->start_day,
	};
	if (timing == NULL)
		return;
	rule_out->weekday = timing->weekday;
	rule_out->day_of_month = timing->day_of_month;
	rule_out->every_weeks = timing->every_weeks;
}

bool task_instance_made(struct view *view, uint64_t task, int32_t period_from)
{
	struct dd_key key;
	struct dd_val val;

	view_key_instance(&key, task, period_from);
	return view_get(view, true, &key, &val) == DD_OK;
}

/* The recurring task's content with the period's own dates; it stands under it. */
static void add_instance(const struct view_task *task, Dondoc__V1__TaskFields *fields,
			 const struct dd_period *period, struct task_outcome *out)
{
	Dondoc__V1__TaskAdded event = DONDOC__V1__TASK_ADDED__INIT;
	char text[DD_PERIOD_TEXT], code[128], *parent = fields->code;
	char lead[32];

	snprintf(code, sizeof(code), "%s@%s", fields->code,
		 dd_period_text((enum dd_recurrence)task->recurrence, period, text));
	if (!dd_task_code_valid(code)) {
		task_refuse(out, REFUSAL(RANGE), "code", code, "1..63");
		return;
	}
	snprintf(lead, sizeof(lead), "%s", task->lead_unit);
	fields->code = code;
	fields->parent = parent;
	fields->lead_unit = lead;
	fields->recurrence = DONDOC__V1__RECURRENCE__RECUR_ONCE;
	fields->instance_of = task->id;
	fields->period_from = period->from;
	fields->period_to = period->to;
	fields->start_day = period->from;
	fields->due_day = period->due;
	event.task = fields;
	task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED, 0, lead, NULL, &event.base);
}

void task_rule_make_instances(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__MakeInstances *cmd = c->body->make_instances;
	Dondoc__V1__TaskFields *fields, made;
	struct dd_recurrence_rule rule;
	struct dd_period period;
	struct view_task task;
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)cmd->task);
	if (view_task(c->view, true, cmd->task, &task) != DD_OK || task.group != 0 ||
	    (task.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT) != 0 ||
	    !dd_task_state_open((enum dd_task_state)task.state)) {
		task_refuse(out, REFUSAL(UNKNOWN_TASK), number, NULL, NULL);
		return;
	}
	if (!task_plan_writable(c, task.plan, out))
		return;
	fields = task_fields_of(c, cmd->task);
	if (fields == NULL || task_instance_made(c->view, cmd->task, cmd->period_from)) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), number, NULL, NULL);
	} else {
		task_instance_rule(&task, fields, &rule);
		made = *fields;
		made.timing = NULL;
		if (dd_recurrence_at(&rule, cmd->period_from, &period) &&
		    period.from == cmd->period_from)
			add_instance(&task, &made, &period, out);
		else
			task_refuse(out, REFUSAL(NOTHING_TO_DO), number, NULL, NULL);
	}
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
}
