/* task_instance.h - what the clock and the rule both know of a recurring task. */
#ifndef TASK_INSTANCE_H
#define TASK_INSTANCE_H

#include "common/domain/recurrence.h"
#include "services/task/task_case.h"

/* The rule by which a task recurs. */
void task_instance_rule(const struct view_task *task, const Dondoc__V1__TaskFields *fields,
			struct dd_recurrence_rule *rule_out);
/* Whether the period that begins on this day has its instance. */
bool task_instance_made(struct view *view, uint64_t task, int32_t period_from);

#endif
