/* task_remind.h - what the rules about reminders share. */
#ifndef TASK_REMIND_H
#define TASK_REMIND_H

#include "common/view/view_remind.h"
#include "services/task/task_case.h"

/* Where something about reminders holds: what of it is looked up once. */
struct task_scope {
	char unit[32];     /* whom the event concerns: the unit, the task's lead; "" = all */
	char assigner[32]; /* who follows up the plan or the task; "" = it is nobody's alone */
	struct view_task task;
};
/* At most one of its fields is given, and there is such a plan, area, unit or task. NULL is all.
 * Refuses and returns false otherwise. */
bool task_scope_known(const struct task_case *c, const Dondoc__V1__RuleScope *scope,
		      struct task_scope *scope_out, struct task_outcome *out);

/* Whether the rule, as it is in force for the scope, is one that a reader may do without. */
bool task_rule_optional(const struct task_case *c, const char *rule,
			const Dondoc__V1__RuleScope *scope);
/* There is such a rule. Refuses and returns false otherwise. */
bool task_rule_known(const struct task_case *c, const char *rule, struct task_outcome *out);

#endif
