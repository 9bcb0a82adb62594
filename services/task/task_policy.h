/* task_policy.h - the settings in force for a command. */
#ifndef TASK_POLICY_H
#define TASK_POLICY_H

#include "common/domain/policy.h"
#include "services/task/task_rules.h"

/* What is in force for a plan and a unit, either may be NULL or empty: the unit's value before the
 * plan's before the one for all before the shipped one. Borrowed; valid until the next call with
 * the same case. */
const struct dd_policy *task_policy_of(const struct task_case *c, const char *plan,
				       const char *unit);
/* One setting alone: a few look-ups instead of some seventy. */
int32_t task_policy_value(const struct task_case *c, enum dd_setting setting, const char *plan,
			  const char *unit);
/* A switch that must be on; refuses with its name otherwise. */
bool task_switched_on(const struct task_case *c, enum dd_setting setting, const char *plan,
		      const char *unit, struct task_outcome *out);

#endif
