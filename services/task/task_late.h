/* task_late.h - what comes late from a unit that has ended: it was at work on its tasks until its
 * last day, and what it did then may arrive afterwards. By policy "unit.late" that counts as its
 * heir's, or is refused with the heirs' names. */
#ifndef TASK_LATE_H
#define TASK_LATE_H

#include "services/task/task_rules.h"

/* Whether the unit has ended by now; *until_out (may be NULL) is its last day then. */
bool task_unit_ended(const struct task_case *c, const char *unit, int32_t *until_out);

/* Whether `heir` is what the acting unit, which has ended, became, and what it did late may count
 * as the heir's: by the policy, only what offices send, and through a gateway, where people are at
 * work now, only what was done by the unit's last day. */
bool task_late_for(const struct task_case *c, enum dd_command_kind kind, const char *unit,
		   const char *heir);

/* Whether it counts as done by an heir that has the part for it: as lead, of tasks that were the
 * ended unit's own alone. */
bool task_late_part(const struct task_case *c, const struct view_task *task,
		    enum dd_command_kind kind, const char *unit);

/* It does not: refused with the last day and the heirs. */
void task_late_refuse(const struct task_case *c, const char *unit, struct task_outcome *out);

#endif
