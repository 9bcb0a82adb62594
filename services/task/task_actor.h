/* task_actor.h - who the actor of a command is: a unit, as ever; or a person whose roles decide.
 *
 * A person is judged by his roles once he ever had one. One who never had any, and a command
 * without a person, speaks for its unit as offices and operators do, unless policy
 * "people.required" is on; but what is the whole authority's (dd_permission_whole) is changed
 * through a gateway by persons with a role only. */
#ifndef TASK_ACTOR_H
#define TASK_ACTOR_H

#include "common/domain/rights.h"
#include "services/task/task_rules.h"

struct view_grant;

/* Before any rule: whether the person may give such commands at all, for the unit for which he
 * speaks, and an office names a person of its own. Roles that reach by the task alone (a leader in
 * charge, an inspector) pass, for task_actor_part looks at them; so does what is for staff that
 * sent an entry itself, for task_actor_corrects. Refuses and returns false otherwise. */
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

/* Whether the person answers for the task as a leader, or stands in for one who does; whether
 * leaders decide here is another matter. */
bool task_actor_in_charge(const struct task_case *c, const struct view_task *task);

/* Whether the person has this role in `unit`, or stands in for one who has. */
bool task_actor_is(const struct task_case *c, enum dd_person_role role, const char *unit);

/* Whether the actor may do what concerns the whole authority beside the command at hand: an
 * operator, or a person whose role for this kind reaches all. Refuses and returns false otherwise.
 */
bool task_actor_for_all(const struct task_case *c, enum dd_command_kind kind,
			struct task_outcome *out);

/* Whether the person may do it for his unit, and not for himself alone; anyone not judged may. */
bool task_actor_for_unit(const struct task_case *c, enum dd_command_kind kind,
			 struct task_outcome *out);

/* Whether a person is named who is judged by his roles. */
bool task_actor_judged(const struct task_case *c);

/* Whether the person may give or take this grant (its unit, role and scope count): nobody gives
 * more than he has. Anyone not judged may. Refuses and returns false otherwise. */
bool task_actor_gives(const struct task_case *c, enum dd_command_kind kind,
		      const struct view_grant *given, struct task_outcome *out);

/* Whether the person may do it by a right that is not `other`'s, in whose place he may stand: two
 * persons decide, not one and his deputy. Refuses and returns false otherwise. */
bool task_actor_apart(const struct task_case *c, enum dd_command_kind kind, const uint8_t other[16],
		      struct task_outcome *out);

/* Whether the person may correct what event `entry` said: by his role, or because he sent it
 * himself. Anyone not judged may. Refuses and returns false otherwise. */
bool task_actor_corrects(const struct task_case *c, enum dd_command_kind kind, uint64_t entry,
			 struct task_outcome *out);

#endif
