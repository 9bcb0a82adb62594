/* task_policy.c - see task_policy.h. */
#include "services/task/task_policy.h"

#include "common/view/view_plan.h"

const struct dd_policy *task_policy_of(const struct task_case *c, const char *plan,
				       const char *unit)
{
	return view_policy(c->view, true, plan != NULL ? plan : "", unit != NULL ? unit : "");
}

int32_t task_policy_value(const struct task_case *c, enum dd_setting setting, const char *plan,
			  const char *unit)
{
	return task_policy_of(c, plan, unit)->value[setting];
}

bool task_switched_on(const struct task_case *c, enum dd_setting setting, const char *plan,
		      const char *unit, struct task_outcome *out)
{
	if (task_policy_value(c, setting, plan, unit) != 0)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_SWITCHED_OFF,
		    dd_policy_row(setting)->name, NULL, NULL);
	return false;
}
