/* task_actor.h - who the actor of a command is: a unit, as ever; or a person whose roles decide.
 *
 * A person is judged by his roles once he ever had one. One who never had any, and a command
 * without a person, speaks for its unit as offices and operators do, unless policy
 * "people.required" is on; but units, roles, deputies and settings are changed through a gateway by
 * persons with a role only. */
#ifndef TASK_ACTOR_H
#define TASK_ACTOR_H

#include "common/domain/rights.h"
#include "services/task/task_rules.h"

/* Before any rule: whether the person may give such commands at all, for the unit for which he
 * speaks. Roles that reach by the task alone (a leader in charge, an inspector) pass, for
 * task_actor_part looks at them. Refuses and returns false otherwise. */
bool task_actor_admits(const struct task_case *c, enum dd_command_kind kind,
		       struct task_outcome *out);

/* Whether the actor may do it to this task: his unit has a part in it (dd_permission_unit) and he
 * may, or he may whatever his unit is. What comes late from a unit that has ended counts as its
 * heir's, or is refused with the heirs, by policy "unit.late". Refuses and returns false
 * otherwise. */
bool task_actor_part(const struct task_case *c, const struct view_task *task,
		     enum dd_command_kind kind, const char *action, struct task_outcome *out);

/* Whether the person's roles for this kind reach `unit`; anyone not judged reaches all. `role_out`
 * (may be NULL): by which role, NONE if not judged. Refuses and returns false otherwise. */
bool task_actor_reaches(const struct task_case *c, enum dd_command_kind kind, const char *unit,
			enum dd_person_role *role_out, struct task_outcome *out);

/* Whether the person has this role in `unit`, or stands in for one who has. */
bool task_actor_is(const struct task_case *c, enum dd_person_role role, const char *unit);

#endif
